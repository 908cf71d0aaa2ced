"""Every page that is made from records, in parts that can be made apart from each other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from resource_directory.directory import Directory
from resource_directory.pages import (
    data_pages,
    gap_pages,
    list_pages,
    paper_pages,
    partner_pages,
    places_pages,
    upkeep_pages,
)
from resource_directory.pages.document import Document
from resource_directory.pages.renderer import Renderer

#: The folder of records that belong to no state.
COUNTRY = "us"


def parts(directory: Directory) -> tuple[str, ...]:
    """The parts of the site, the largest first: the states that are shown (`co`) and the country (`us`)."""
    sizes = {slug: len(directory.by_folder.get(slug, ())) for slug in (COUNTRY, *directory.states)}
    return tuple(sorted(sizes, key=lambda slug: (-sizes[slug], slug)))


def part_documents(renderer: Renderer, part: str) -> Iterator[Document]:
    """Pages of a state: itself, its regions, counties and lists, and the entries that it keeps; or of the country."""
    if part == COUNTRY:
        yield from places_pages.region_documents(renderer, part)
        yield from list_pages.type_documents(renderer)
        yield from list_pages.need_documents(renderer)
        yield from partner_pages.partner_documents(renderer)
        yield from gap_pages.nation_documents(renderer)
        yield from upkeep_pages.upkeep_documents(renderer)
    else:
        yield from places_pages.state_documents(renderer, part)
        yield from places_pages.region_documents(renderer, part)
        yield from places_pages.county_documents(renderer, part)
        yield from list_pages.type_state_documents(renderer, part)
        yield from list_pages.need_state_documents(renderer, part)
        yield from gap_pages.state_documents(renderer, part)
    yield from list_pages.resource_documents(renderer, part)


def leading_documents(renderer: Renderer, imports: Path) -> Iterator[Document]:
    """The few pages above all others. `imports` holds the importers' accounts."""
    yield list_pages.home_document(renderer)
    yield list_pages.map_document(renderer)
    yield list_pages.hotlines_document(renderer)
    if renderer.messages.is_source:
        yield list_pages.types_document(renderer)
    yield list_pages.needs_document(renderer)
    yield paper_pages.paper_document(renderer)
    if renderer.messages.is_source:
        yield list_pages.sources_document(renderer, imports)
        yield data_pages.data_document(renderer)


def all_documents(renderer: Renderer, imports: Path) -> Iterator[Document]:
    """Documents of every kind."""
    yield from leading_documents(renderer, imports)
    for part in parts(renderer.directory):
        yield from part_documents(renderer, part)


def redirects(directory: Directory) -> Iterator[tuple[str, str]]:
    """(old address, new address) for every former id: `resources/old/`, `resources/new/`."""
    for record in directory.in_order:
        for old in record.former_ids or ():
            yield f"resources/{old}/", f"resources/{record.id}/"
