"""`/data/`: what can be taken from the directory, for whom, and under which terms. In English only."""

from __future__ import annotations

from resource_directory.exports.plain import MOST_CALLS, SERVES
from resource_directory.exports.table import COLUMNS
from resource_directory.pages.document import Document
from resource_directory.pages.renderer import Renderer
from resource_directory.publishers import published

DATA = "data/"
#: The folder of entries that belong to no state.
COUNTRY = "us"
FOLDER = "data/v1/"
#: Stands in examples where the site's own address is not known.
SOMEWHERE = "https://directory.example.org/"


def data_document(renderer: Renderer) -> Document:
    """The page. Sizes and checksums stand in the manifest, which is made last."""
    directory = renderer.directory
    settings = directory.settings
    site = f"{settings.site_url.rstrip('/')}/" if settings.site_url else SOMEWHERE
    state = directory.states_by_name[0] if directory.states_by_name else None
    return renderer.document(
        "data", DATA, "Open data",
        contents=(
            ("table", "Open it in a spreadsheet"), ("states", "By state"), ("programs", "For programmers"),
            ("examples", "Examples"), ("never", "What is never in it"), ("terms", "Terms and sources"),
            ("promise", "What we promise"),
        ),
        data=FOLDER, site=site, columns=COLUMNS, serves=SERVES, most=MOST_CALLS, places=_places(renderer),
        state=state.slug if state else COUNTRY, county=_example_county(renderer),
        total=len(directory.records), publishers=tuple(published(directory.in_order)),
    )  # fmt: skip


def _places(renderer: Renderer) -> list[tuple[str, str]]:
    """(folder of its files, name) of the country and of each state."""
    states = [(state.slug, state.name) for state in renderer.directory.states_by_name]
    return [(COUNTRY, "Whole country, and neighbors"), *states]


def _example_county(renderer: Renderer) -> str:
    """FIPS code of the county that the examples ask for: the one with most people."""
    shown = renderer.directory.states_by_name
    counties = [c for state in shown for c in renderer.directory.places.counties_of_state.get(state.code, ())]
    return max(counties, key=lambda county: (county.population or 0, county.fips)).fips if counties else ""
