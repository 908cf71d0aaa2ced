"""Every page that is made from records."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from resource_directory.directory import Directory
from resource_directory.pages import list_pages, places_pages
from resource_directory.pages.document import Document
from resource_directory.pages.renderer import Renderer


def all_documents(renderer: Renderer, imports: Path) -> Iterator[Document]:
    """Documents of every kind. `imports` holds the importers' accounts."""
    yield list_pages.home_document(renderer)
    yield list_pages.map_document(renderer)
    yield list_pages.hotlines_document(renderer)
    yield from places_pages.state_documents(renderer)
    yield from places_pages.region_documents(renderer)
    yield from places_pages.county_documents(renderer)
    yield from list_pages.type_documents(renderer)
    yield from list_pages.need_documents(renderer)
    yield from list_pages.resource_documents(renderer)
    yield list_pages.sources_document(renderer, imports)


def redirects(directory: Directory) -> Iterator[tuple[str, str]]:
    """(old address, new address) for every former id: `resources/old/`, `resources/new/`."""
    for record in directory.in_order:
        for old in record.former_ids or ():
            yield f"resources/{old}/", f"resources/{record.id}/"
