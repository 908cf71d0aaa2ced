"""What the search knows: one lean entry a record and a place. Every record's text reaches it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from resource_directory.directory import Directory
from resource_directory.model import Record
from resource_directory.places import County
from resource_directory.rules import texts
from resource_directory.views import RecordView

#: Parts of a record that are not searched: addresses of pages, codes that nobody types, notes to editors.
_NOT_SEARCHED = frozenset(
    {
        "authorisation",
        "verified",
        "url",
        "editor_note",
        "source",
        "further_sources",
        "type",
        "id",
        "precision",
        "registry",
        "visibility",
        "role",
        "purpose",
        "name_published_at",
        "services",
        "organization",
    }
)
#: Answers to a question that the entry does not repeat: by themselves they say nothing.
_ANSWERS = frozenset({"yes", "ask", "no"})


@dataclass(frozen=True)
class SearchEntry:
    """One result: where it leads (`resources/x/`), its title and text, both safe as HTML text."""

    location: str
    title: str
    text: str
    boost: float = 1.0


def search_entries(directory: Directory) -> Iterator[SearchEntry]:
    """Entries for states, counties, regions, needs and types shown, then for every record."""
    yield from _states(directory)
    for slug in directory.states:
        for county in directory.places.counties_of_state.get(slug.upper(), ()):
            yield _county(directory, county)
    for region in directory.regions.values():
        words = [region.coc_number, region.lead_agency.name if region.lead_agency else "", "Continuum of Care region"]
        yield _entry(f"regions/{region.coc_number.lower()}/", region.name, words, 2.0)
    yield from _needs(directory)
    for record in directory.in_order:
        yield _record(directory, record)


def _entry(location: str, title: str, words: Iterable[str], boost: float = 1.0) -> SearchEntry:
    kept = [word for word in dict.fromkeys(words) if word]
    text = " · ".join(kept)
    plain = _without_accents(f"{title} {text}")
    folded = " ".join(word for word in dict.fromkeys(plain.split()) if word not in f"{title} {text}")
    return SearchEntry(location, escape(title, quote=False), escape(f"{text} {folded}".strip(), quote=False), boost)


def _without_accents(text: str) -> str:
    """`Mayagüez` -> `Mayaguez`: people type either."""
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _states(directory: Directory) -> Iterator[SearchEntry]:
    for slug in directory.states:
        state = directory.places.states[slug.upper()]
        yield _entry(f"{slug}/", state.name, [state.code, "State", "counties and regions"], 3.0)


def _county(directory: Directory, county: County) -> SearchEntry:
    state = directory.places.states[county.state]
    towns = [town.name for town in directory.places.towns_of_county.get(county.fips, ())]
    zips = directory.places.zips_of_county.get(county.fips, ())
    words = [
        state.name,
        county.state,
        f"Towns: {', '.join(towns)}" if towns else "",
        f"ZIP codes: {' '.join(zips)}" if zips else "",
    ]
    return _entry(county.url, county.full_name, words, 3.0)


def _needs(directory: Directory) -> Iterator[SearchEntry]:
    for need in directory.vocabulary.needs.values():
        words = [need.description, *(service.label for service in need.services)]
        synonyms = [need.synonyms, *(service.synonyms for service in need.services)]
        words.extend(word for entry in synonyms for word in (*entry.en, *entry.es))
        yield _entry(f"needs/{need.slug}/", need.label, words, 2.0)
    for record_type in directory.vocabulary.types.values():
        yield _entry(f"types/{record_type.slug}/", record_type.plural, [record_type.what_it_is], 1.5)


def _record(directory: Directory, record: Record) -> SearchEntry:
    view = RecordView(record, directory)
    phone = view.phones[0].number if view.phones else ""
    county = view.county.full_name if view.county else ""
    first = [view.type.label, view.town, county, view.area_short, phone, *(service.label for service in view.services)]
    # The model refuses a withheld record with a place; nothing is said here even if one came through.
    hidden = _NOT_SEARCHED | {"location"} if view.withheld else _NOT_SEARCHED
    rest = [text for location, text in texts(record) if not hidden.intersection(map(str, location))]
    numbers = [entry.id for entry in record.registry_ids or ()]
    served = [county.name for county in view.counties_served] if len(view.counties_served) <= 12 else []
    known = {record.name, *first}
    return _entry(
        view.url, record.name, [*first, *(text for text in rest if text not in known | _ANSWERS), *numbers, *served]
    )
