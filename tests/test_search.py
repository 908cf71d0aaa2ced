"""What the search knows: every page that may be looked for, every text of every record, nothing that is not public."""

from __future__ import annotations

import html
import unicodedata
from pathlib import Path

import pytest

from resource_directory.directory import Directory, Settings
from resource_directory.loading import load_directory
from resource_directory.rules import texts
from resource_directory.search import SearchEntry, search_entries
from support import DAY, ROOT, good_records, make_repository

#: Parts of a record, by the first field or by the last, whose texts nobody looks for or nobody may find: which, and why.
LEFT_OUT: dict[str, str] = {
    "editor_note": "for editors only",
    "authorisation": "who allowed the place to be public is kept, not shown",
    "verified": "who confirmed the entry is shown on its page; searching a program must not find others it confirmed",
    "source": "publishers stand on the page of sources",
    "further_sources": "as source",
    "url": "addresses of pages",
    "name_published_at": "addresses of pages",
    "type": "its label is there",
    "services": "their labels are there",
    "organization": "the id of another record",
    "role": "a code",
    "purpose": "a code",
    "precision": "a code",
    "registry": "a code",
    "visibility": "a code",
}


@pytest.fixture(scope="module")
def fictional(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    """The fictional records."""
    return load_directory(make_repository(tmp_path_factory.mktemp("search"), good_records()), Settings("x"), DAY)


@pytest.fixture(scope="module")
def real() -> Directory:
    """The repository's own records."""
    return load_directory(ROOT, Settings("x"), DAY)


@pytest.fixture(params=["fictional", "real"])
def directory(request: pytest.FixtureRequest) -> Directory:
    """Each of the two."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Directory)
    return found


def entries(directory: Directory) -> dict[str, SearchEntry]:
    """Entries by address."""
    found = list(search_entries(directory))
    by_address = {entry.location: entry for entry in found}
    assert len(by_address) == len(found), "an address stands twice"
    return by_address


def plain(entry: SearchEntry) -> str:
    """Title and text as a reader sees them."""
    return html.unescape(f"{entry.title} {entry.text}")


def test_every_record_place_region_type_and_need_has_an_entry(directory: Directory) -> None:
    wanted = {f"resources/{record}/" for record in directory.records}
    wanted |= {f"{state}/" for state in directory.states}
    wanted |= {county.url for state in directory.states for county in directory.places.counties_of_state[state.upper()]}
    wanted |= {f"regions/{number.lower()}/" for number in directory.regions}
    wanted |= {f"types/{entry.slug}/" for entry in directory.vocabulary.types.values()}
    wanted |= {f"needs/{need.slug}/" for need in directory.vocabulary.needs.values()}
    assert entries(directory).keys() == wanted


def test_every_text_of_every_record_is_found(directory: Directory) -> None:
    found = entries(directory)
    missing = []
    for record in directory.in_order:
        said = plain(found[f"resources/{record.id}/"])
        for location, text in texts(record):
            if LEFT_OUT.keys() & set(map(str, location)) or location == ("id",):
                continue
            # "yes" by itself is an answer, not a word that anybody looks for.
            if text not in said and text not in {"yes", "ask", "no"}:
                missing.append((record.id, location, text))
    assert missing == []


def test_every_service_telephone_county_and_number_is_found(directory: Directory) -> None:
    found = entries(directory)
    for record in directory.in_order:
        said = plain(found[f"resources/{record.id}/"])
        wanted = [directory.vocabulary.types[record.type].label]
        wanted += [directory.vocabulary.services[code].label for code in record.services or ()]
        wanted += [phone.number for phone in record.phones or () if phone.type != "fax"]
        wanted += [entry.id for entry in record.registry_ids or ()]
        parent = directory.parent(record)
        if parent is not None and not record.phones:
            wanted += [phone.number for phone in parent.phones or () if phone.type != "fax"][:1]
        assert [text for text in wanted if text not in said] == [], record.id


def test_counties_are_found_by_town_and_zip_code(directory: Directory) -> None:
    found = entries(directory)
    for state in directory.states:
        for county in directory.places.counties_of_state[state.upper()]:
            said = plain(found[county.url])
            names = [town.name for town in directory.places.towns_of_county.get(county.fips, ())]
            zips = directory.places.zips_of_county.get(county.fips, ())
            assert [text for text in (county.full_name, state.upper(), *names, *zips) if text not in said] == []


def test_needs_are_found_by_what_people_say(directory: Directory) -> None:
    found = entries(directory)
    for need in directory.vocabulary.needs.values():
        said = plain(found[f"needs/{need.slug}/"])
        words = [need.label, need.description, *need.synonyms.en, *need.synonyms.es]
        for service in need.services:
            words += [service.label, *service.synonyms.en, *service.synonyms.es]
        assert [word for word in words if word not in said] == []


def test_accents_need_not_be_typed(directory: Directory) -> None:
    for entry in entries(directory).values():
        words = plain(entry).split()
        for word in words:
            folded = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
            assert folded == word or folded in plain(entry), (entry.location, word)


def test_entries_are_safe_as_html(directory: Directory) -> None:
    for entry in entries(directory).values():
        for text in (entry.title, entry.text):
            assert "<" not in text and ">" not in text
            assert html.escape(html.unescape(text), quote=False) == text, "escaped once"


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("resources/hostile-one/", "&lt;img src=x onerror=alert(1)&gt;"),
        ("resources/hostile-two/", "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;/title&gt;"),
    ],
)
def test_hostile_names_are_text(fictional: Directory, address: str, title: str) -> None:
    assert entries(fictional)[address].title == title


@pytest.mark.parametrize("secret", ["secretnote", "authsecret", "Executive director", "Program director", "withheld"])
def test_what_is_not_for_readers_is_not_found(fictional: Directory, secret: str) -> None:
    assert any(secret in text for text in good_records().values())
    assert [entry.location for entry in search_entries(fictional) if secret in plain(entry)] == []


def test_a_withheld_record_is_found_by_name_and_area(fictional: Directory) -> None:
    said = plain(entries(fictional)["resources/example-house-mesa/"])
    for word in ("Example House", "Casa Ejemplo", "970-555-0130", "Mesa", "Denver", "San Juan", "Un lugar seguro."):
        assert word in said


def test_records_stand_behind_places_and_needs(directory: Directory) -> None:
    found = entries(directory)
    lowest = min(entry.boost for address, entry in found.items() if not address.startswith("resources/"))
    assert all(found[f"resources/{record}/"].boost < lowest for record in directory.records)


def test_entries_are_the_same_each_time(fictional: Directory, tmp_path: Path) -> None:
    again = load_directory(make_repository(tmp_path, good_records()), Settings("x"), DAY)
    assert list(search_entries(again)) == list(search_entries(fictional))
