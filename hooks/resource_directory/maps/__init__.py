"""Maps by region: scripts that Folium builds once a kind, and the shapes and points that they load.

Popups are made in the browser with `textContent` only. A withheld place has no point in any file: the counties it
serves carry it.
"""

from resource_directory.maps.files import KINDS, MapFiles
from resource_directory.maps.tiles import TilesRefused, tiles_host

__all__ = ["KINDS", "MapFiles", "TilesRefused", "tiles_host"]
