"""The entries that MkDocs's own index gets beside the pages written by hand: places, needs and kinds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from resource_directory.directory import Directory
from resource_directory.places import County

#: Names that an entry of a county gives at most: the index must not grow with the number of records.
MOST_TOWNS = 4
MOST_NAMES = 2


@dataclass(frozen=True)
class SearchEntry:
    """One result: where it leads (`co/denver/`), its title and text, both safe as HTML text."""

    location: str
    title: str
    text: str


def search_entries(directory: Directory) -> Iterator[SearchEntry]:
    """Entries for states, counties and regions shown, for needs and for types. Records are found otherwise."""
    for slug in directory.states:
        state = directory.places.states[slug.upper()]
        yield _entry(f"{slug}/", state.name, [state.code])
        for county in directory.places.counties_of_state.get(slug.upper(), ()):
            yield _county(directory, county)
    for region in directory.regions.values():
        words = [region.coc_number, region.lead_agency.name if region.lead_agency else ""]
        yield _entry(f"regions/{region.coc_number.lower()}/", region.name, words)
    for need in directory.vocabulary.needs.values():
        words = [need.description, *(service.label for service in need.services)]
        yield _entry(f"needs/{need.slug}/", need.label, words)
    for record_type in directory.vocabulary.types.values():
        yield _entry(f"types/{record_type.slug}/", record_type.plural, [record_type.what_it_is])


def _entry(location: str, title: str, words: Iterable[str]) -> SearchEntry:
    text = " · ".join(word for word in dict.fromkeys(words) if word)
    return SearchEntry(location, escape(title, quote=False), escape(text, quote=False))


def _county(directory: Directory, county: County) -> SearchEntry:
    towns = [town.name for town in directory.places.towns_of_county.get(county.fips, ())[:MOST_TOWNS]]
    held = [record.name for record in directory.serving_county.get(county.fips, ())[:MOST_NAMES]]
    return _entry(county.url, county.full_name, [county.state, ", ".join(towns), *held])
