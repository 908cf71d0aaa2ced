"""The host of a map's background, where the maintainer configured one."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from resource_directory.directory import Settings

_HOST = re.compile(r"(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d{1,5})?")


class TilesRefused(ValueError):
    """The maintainer asked for tiles of another host without saying that the host is accepted."""


def tiles_host(settings: Settings) -> str:
    """The other host that tiles come from, as a policy names it (`https://*.tiles.example.org`), or empty.

    Raises TilesRefused where `tiles` names another host and `allow_third_party_tiles` is not true: every look at a
    map would tell that host who looks and where.
    """
    parts = urlsplit(settings.tiles)
    if not parts.netloc:
        odd = parts.scheme or settings.tiles[:1] in {"/", "\\", "{"} or "\\" in settings.tiles or ".." in settings.tiles
        if settings.tiles and odd:
            raise TilesRefused(
                "Write 'tiles' as a file of this site (assets/region.pmtiles) or as a whole https address."
            )
        return ""
    if not settings.allow_third_party_tiles:
        raise TilesRefused(
            f"The map tiles come from another host, {parts.netloc}, which would learn the network address of every "
            "reader and the place looked at. Serve a .pmtiles file from this site (tiles: assets/region.pmtiles), "
            "or write 'allow_third_party_tiles: true' under 'directory:' in mkdocs.yml to accept that host."
        )
    # Leaflet puts a letter or two for `{s}`; in a policy any first word of a host is an asterisk.
    host = re.sub(r"^\{s\}\.", "*.", parts.netloc.casefold())
    if parts.scheme not in {"", "https"} or not _HOST.fullmatch(host):
        raise TilesRefused(
            f"'{settings.tiles}' cannot be an address of tiles. Write it as https://tiles.example.org/..."
        )
    return f"https://{host}"
