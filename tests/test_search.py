"""What the search knows: every place, every text of every record, nothing that is not public, in files of a kind size.

What is found with these files is tested in the browser, by the code that readers run: `browser/test_finding.py`.
"""

from __future__ import annotations

import gzip
import html
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resource_directory.directory import Directory, Settings
from resource_directory.loading import load_directory
from resource_directory.rules import texts
from resource_directory.search import SearchFiles, entries, gazetteer, search_entries
from resource_directory.search.files import COUNTRY
from resource_directory.search.folding import STOP_WORDS, code_of, folded, names_words, phones_in, words_of
from resource_directory.search.postings import DIGITS, FEWEST_LINES, packed, shards
from resource_directory.search.records import Kinds, initials, records_of
from resource_directory.views import RecordView
from resource_directory.words import phone_words
from support import DAY, ROOT, good_records, make_repository

#: Parts of a record, by the first field or by the last, whose texts nobody looks for or nobody may find: which, and why.
LEFT_OUT: dict[str, str] = {
    "editor_note": "for editors only",
    "authorisation": "who allowed the place to be public is kept, not shown",
    "review": "who decided that a place may be shown is kept, not shown",
    "verified": "who confirmed the entry is shown on its page; searching a program must not find others it confirmed",
    "source": "publishers stand on the page of sources",
    "further_sources": "as source",
    "url": "addresses of pages",
    "name_published_at": "addresses of pages",
    "type": "its kind is there",
    "services": "their kinds are there",
    "organization": "the id of another record",
    "coalition": "the id of another record",
    "instead": "the id of another record",
    "former_ids": "addresses of pages",
    "role": "a code",
    "purpose": "a code",
    "precision": "a code",
    "registry": "a code",
    "visibility": "a code",
    "county": "its name is there",
    "counties": "their names are there",
    "regions": "the names of their counties are there",
    "states": "their names are there",
    "fips": "the county's name is there",
}


@dataclass(frozen=True)
class Read:
    """All search files of a directory, taken apart again."""

    directory: Directory
    files: Mapping[str, str]

    @classmethod
    def of(cls, directory: Directory) -> Read:
        found = list(SearchFiles(directory).files())
        files = dict(found)
        assert len(files) == len(found), "an address stands twice"
        return cls(directory, files)

    @cached_property
    def words(self) -> Mapping[str, frozenset[str]]:
        """The words by which each record is found, by id, from every shard."""
        said: dict[str, set[str]] = {key: set() for key in self.directory.records}
        ids = {slug: [r.id for r in records_of(self.directory, slug)] for slug in SearchFiles(self.directory).folders}
        for address, text in self.files.items():
            if re.fullmatch(r"search/(?:words-\d+|kinds)\.txt", address):
                for line in text.split("\n"):
                    word, postings = line.split("\t")
                    for group in postings.split(","):
                        for number in (n for field in group[2:].split(".") for n in unpacked(field)):
                            said[ids[group[:2]][number]].add(word)
            elif match := re.fullmatch(r"search/(..)/text-(\d+)\.txt", address):
                for line in text.split("\n")[match[2] == "0" :]:
                    word, postings = line.split("\t")
                    for number in unpacked(postings):
                        said[ids[match[1]][number]].add(word)
        return {key: frozenset(words) for key, words in said.items()}

    @cached_property
    def rows(self) -> Mapping[str, list[str]]:
        """What results show, by id."""
        chunks = [text for address, text in self.files.items() if re.fullmatch(r"search/../\d+\.txt", address)]
        return {(row := line.split("\t"))[0]: row for text in chunks for line in text.split("\n")}


def unpacked(text: str) -> list[int]:
    """What `packed` packed."""
    numbers, before, value, place = [], -1, 0, 1
    for digit in text:
        found = DIGITS.index(digit)
        value, place = value + found % 32 * place, place * 32
        if found < 32:
            before += value + 1
            numbers.append(before)
            value, place = 0, 1
    return numbers


@pytest.fixture(scope="module")
def fictional(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """The fictional records."""
    return Read.of(
        load_directory(make_repository(tmp_path_factory.mktemp("search"), good_records()), Settings("x"), DAY)
    )


@pytest.fixture(scope="module")
def real() -> Read:
    """The repository's own records."""
    return Read.of(load_directory(ROOT, Settings("x"), DAY, cached=True))


@pytest.fixture(params=["fictional", "real"])
def read(request: pytest.FixtureRequest) -> Read:
    """Each of the two."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Read)
    return found


def test_every_text_of_every_record_is_found(read: Read) -> None:
    missing = []
    for record in read.directory.records.values():
        for location, text in texts(record):
            if LEFT_OUT.keys() & set(map(str, location)) or location == ("id",) or text in {"yes", "ask", "no"}:
                continue
            wanted = {*words_of(text), *phones_in(text)} - STOP_WORDS
            # Of a number of a register, a telephone number, a ZIP code, the whole is a word.
            if not wanted <= read.words[record.id] and code_of(text) not in read.words[record.id]:
                missing.append((record.id, location, text))
    assert missing == []


def test_every_kind_telephone_county_and_number_is_found(read: Read) -> None:
    directory = read.directory
    kinds = Kinds.of(directory)
    for record in directory.records.values():
        wanted = {kinds.types[record.type][1:], *(kinds.services[code][1:] for code in record.services or ())}
        wanted |= {code_of(phone.number) for phone in record.phones or () if phone.type != "fax"}
        wanted |= {code_of(entry.id) for entry in record.registry_ids or ()}
        served = [directory.places.counties[f].full_name for f in directory.counties_served(record)]
        wanted |= {word for name in served for word in words_of(name)} - STOP_WORDS
        parent = directory.parent(record)
        if parent is not None and not record.phones:
            wanted |= {code_of(phone.number) for phone in parent.phones or () if phone.type != "fax"}
        assert wanted - read.words[record.id] == set(), record.id


def test_results_show_name_kind_place_and_number_as_text(read: Read) -> None:
    assert read.rows.keys() == read.directory.records.keys()
    codes = list(read.directory.vocabulary.types)
    told_apart = 0
    for key, row in read.rows.items():
        record = read.directory.records[key]
        assert (codes[int(row[1])], row[2]) == (record.type, " ".join(record.name.split()))
        assert len(row) <= 6
        if RecordView(record, read.directory).tells_numbers_apart:
            told_apart += 1
            assert len(row) < 5 or not row[4], "Each is for somebody else: the entry says for whom."
        elif record.phones and record.phones[0].type != "fax":
            assert row[4] == phone_words(record.phones[0])
    assert told_apart or read.directory.records.keys().isdisjoint({"oasis-inc"})


@pytest.mark.parametrize(
    "secret",
    ["secretnote", "authsecret", "Executive director", "Program director", "withheld", "Reviewer", "its own sign"],
)
def test_what_is_not_for_readers_stands_in_no_file(fictional: Read, secret: str) -> None:
    assert any(secret in text for text in good_records().values())
    everything = [*fictional.files.values(), *(entry.text for entry in search_entries(fictional.directory))]
    assert not any(secret in text for text in everything)
    words = {word for found in fictional.words.values() for word in found}
    assert not words.issuperset(words_of(secret))


def test_a_withheld_record_is_found_by_name_and_area_and_shown_without_a_place(fictional: Read) -> None:
    words = {"example", "house", "casa", "ejemplo", "9705550130", "mesa", "denver", "juan", "lugar", "seguro"}
    assert words <= fictional.words["example-house-mesa"]
    assert fictional.rows["example-house-mesa"][2:] == ["Example House", "3 counties", "970-555-0130", "Casa Ejemplo"]


def test_a_withheld_place_that_came_through_is_not_said(fictional: Read) -> None:
    """The model refuses it; the search does not rely on that."""
    shown = fictional.directory.records["example-clinic"]
    assert shown.location is not None and shown.location.address is not None
    withheld = shown.model_copy(update={"location": shown.location.model_copy(update={"visibility": "withheld"})})
    records = {**fictional.directory.records, "example-clinic": withheld}
    found = Read.of(replace(fictional.directory, records=records))
    before, after = fictional.words["example-clinic"], found.words["example-clinic"]
    assert "3" in before and "3" not in after
    assert (shown.location.address.postal_code or "?") not in after
    assert (fictional.rows["example-clinic"][3], found.rows["example-clinic"][3]) == ("Denver, CO", "Denver County")


@pytest.mark.parametrize(
    ("record", "name"),
    [
        ("hostile-one", "<img src=x onerror=alert(1)>"),
        ("hostile-two", "</script><script>alert(1)</script></title>"),
    ],
)
def test_hostile_names_are_text(fictional: Read, record: str, name: str) -> None:
    assert fictional.rows[record][2] == name


def test_the_index_of_mkdocs_holds_places_needs_and_kinds(read: Read) -> None:
    directory = read.directory
    wanted = {f"{state}/" for state in directory.states}
    wanted |= {county.url for state in directory.states for county in directory.places.counties_of_state[state.upper()]}
    wanted |= {f"regions/{number.lower()}/" for number in directory.regions}
    wanted |= {f"types/{entry.slug}/" for entry in directory.vocabulary.types.values()}
    wanted |= {f"needs/{need.slug}/" for need in directory.vocabulary.needs.values()}
    found = [entry.location for entry in search_entries(directory)]
    assert set(found) == wanted and len(found) == len(wanted)
    for entry in search_entries(directory):
        for text in (entry.title, entry.text):
            assert "<" not in text and html.escape(html.unescape(text), quote=False) == text, "escaped once"


def test_the_index_of_mkdocs_does_not_grow_with_records(read: Read) -> None:
    for entry in search_entries(read.directory):
        if entry.location.count("/") == 2 and len(entry.location.split("/")[0]) == 2:
            assert entry.text.count(" · ") <= 1 + entries.MOST_NAMES
    text = json.dumps([[e.location, e.title, e.text] for e in search_entries(read.directory)])
    assert len(gzip.compress(text.encode())) < 250_000


def test_places_are_found_by_town_and_zip_code(read: Read) -> None:
    directory = read.directory
    start = json.loads(read.files["search/start.json"])
    states = {state["s"]: state["c"] for state in start["states"]}
    found = set()
    for address, text in read.files.items():
        if address.startswith("search/places-"):
            for line in text.split("\n"):
                key, name, refs = line.split("\t")
                counties = (states[ref[:2]][int(ref[2:-1], 36)][0] for ref in refs.split())
                name = key if key.isdigit() else name
                found |= {(name or key, f"{ref[:2]}/{slug}/") for ref, slug in zip(refs.split(), counties, strict=True)}
    for slug in directory.states:
        for county in directory.places.counties_of_state[slug.upper()]:
            wanted = {town.name for town in directory.places.towns_of_county.get(county.fips, ())}
            wanted |= set(directory.places.zips_of_county.get(county.fips, ()))
            missing = {name for name in wanted if {(name, county.url), (name.lower(), county.url)}.isdisjoint(found)}
            assert missing == set()


def zip_lines(read: Read) -> Mapping[str, tuple[str, str]]:
    """(what is told of its counties, its counties) of each ZIP code."""
    shards = [text for address, text in read.files.items() if address.startswith("search/places-")]
    cells = (line.split("\t") for text in shards for line in text.split("\n"))
    return {key: (told, refs) for key, told, refs in cells if key.isdigit()}


def test_a_zip_code_in_several_counties_tells_of_each_its_share_and_towns(real: Read) -> None:
    lines = zip_lines(real)
    towns = {town.name for town in real.directory.places.towns}
    for code, shares in real.directory.places.zip_counties.items():
        told, refs = lines[code]
        if len(shares) == 1:
            assert told == ""
            continue
        parts = [re.fullmatch(r"(\d\d?) (.*)", part) for part in told.split(";")]
        assert len(parts) == len(refs.split()) == len(shares), code
        percents = [int(part[1]) for part in parts if part is not None]
        assert percents == sorted(percents, reverse=True) and percents[-1] >= 1, code
        wanted = sorted((share for _, share in shares), reverse=True)
        assert [abs(p - share * 100) < 1.01 for p, share in zip(percents, wanted, strict=True)] == [True] * len(shares)
        names = [name for part in parts if part is not None for name in part[2].split(", ") if name]
        assert towns.issuperset(names), code


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("80516", "58 Erie, Frederick, Dacono;42 Lafayette, Longmont, Louisville;1 Broomfield"),
        ("80503", "99 Longmont, Niwot, Boulder;1 Loveland, Berthoud, Campion"),
        ("80205", ""),
    ],
)
def test_towns_near_a_zip_code(real: Read, code: str, told: str) -> None:
    assert zip_lines(real)[code][0] == told


def test_other_names_of_places_lead_to_counties(real: Read) -> None:
    everything = "\n".join(text for address, text in real.files.items() if address.startswith("search/places-"))
    for entry in real.directory.vocabulary.place_names:
        assert set(entry.counties) <= real.directory.places.counties.keys(), entry.name
        people = [real.directory.places.counties[fips].population or 0 for fips in entry.counties]
        assert people == sorted(people, reverse=True), entry.name
        for typed in entry.typed:
            assert f"\n{' '.join(words_of(typed))}\t{entry.name}\t" in everything


def test_beginnings_of_zip_codes_without_a_county_are_of_none_that_has_one(real: Read) -> None:
    known = real.directory.places.zip_counties
    for start, slug in gazetteer.PREFIXES.items():
        assert not [code for code in known if code.startswith(start)]
        assert slug == "" or slug.upper() in real.directory.places.states
    assert json.loads(real.files["search/start.json"])["zips"] == gazetteer.PREFIXES


@pytest.mark.parametrize(
    ("record", "letters"),
    [
        ("new-york-city-housing-authority", "nycha"),
        ("housing-authority-of-the-city-of-los-angeles", "hacla"),
        ("colorado-legal-services", "cls"),
        ("urban-peak-denver", "upd"),
        ("raices", ""),
        ("stout-street-health-center", ""),
    ],
)
def test_first_letters_of_a_name(real: Read, record: str, letters: str) -> None:
    assert initials(real.directory.records[record]) == letters
    assert {word for word in real.words[record] if word[0] == "="} == ({"=" + letters} if letters else set())


def test_needs_are_found_by_what_people_say(read: Read) -> None:
    start = json.loads(read.files["search/start.json"])
    said = {need["u"]: json.dumps(need, ensure_ascii=False) for need in start["needs"]}
    for need in read.directory.vocabulary.needs.values():
        words = [need.label, *need.synonyms.en, *need.synonyms.es]
        for service in need.services:
            words += [service.label, *service.synonyms.en, *service.synonyms.es]
        assert [word for word in words if word not in said[need.slug]] == []


def test_files_are_of_a_kind_size(real: Read) -> None:
    """What a reader fetches does not grow with the number of records, and one file tells little of what was typed."""
    size = {address: len(gzip.compress(text.encode(), 6)) for address, text in real.files.items()}
    assert size["search/start.json"] < 80_000
    assert size["search/spelling.txt"] < 80_000
    assert size["search/kinds.txt"] < 30_000
    for address, text in real.files.items():
        if re.fullmatch(r"search/(?:words|places)-\d+\.txt", address):
            assert size[address] < 42_000, address
            assert text.count("\n") + 1 >= FEWEST_LINES
        elif re.fullmatch(r"search/../(?:text-)?\d+\.txt", address):
            assert size[address] < 42_000, address
        else:
            assert address in {"search/start.json", "search/kinds.txt", "search/spelling.txt"}


def test_files_are_the_same_each_time_and_from_the_cache(fictional: Read, tmp_path: Path) -> None:
    again = load_directory(make_repository(tmp_path / "again", good_records()), Settings("x"), DAY)
    assert Read.of(again).files == fictional.files
    cache = (tmp_path / "cache", "stamp")
    for _ in range(2):
        assert dict(SearchFiles(again, cache).files()) == fictional.files


def of_phone(number: str) -> Callable[[str], str]:
    return lambda text: text.replace(number, "970-555-0199")


@pytest.mark.parametrize(
    ("path", "edit", "finds"),
    [
        (
            "co/legal_aid/example-legal-aid.yml",
            lambda text: re.sub(r"(?m)^name: .*", "name: Zebra Office", text),
            ("example-legal-aid", "zebra"),
        ),
        ("co/legal_aid/example-legal-aid.yml", of_phone("303-555-0160"), ("example-legal-aid-silverton", "9705550199")),
    ],
    ids=["its own name", "its parent's number"],
)
def test_the_cache_notices_an_edit(
    path: str, edit: Callable[[str], str], finds: tuple[str, str], tmp_path: Path
) -> None:
    root = make_repository(tmp_path / "root", good_records())
    (root / ".cache").unlink()
    (root / ".cache").mkdir()
    (root / ".cache/us-atlas").symlink_to(ROOT / ".cache/us-atlas")
    cache = (tmp_path / "cache", "stamp")
    before = dict(SearchFiles(load_directory(root, Settings("x"), DAY, cached=True), cache).files())
    file = root / "data/resources" / path
    file.write_text(edit(file.read_text(encoding="utf-8")), encoding="utf-8")
    edited = load_directory(root, Settings("x"), DAY, cached=True)
    after = dict(SearchFiles(edited, cache).files())
    assert after == dict(SearchFiles(edited).files()) != before
    assert finds[1] in Read(edited, after).words[finds[0]]


def test_an_edit_changes_few_files(real: Read) -> None:
    key = real.directory.by_folder["co"][0].id
    renamed = real.directory.records[key].model_copy(update={"name": "Zebra Quagga Office"})
    after = Read.of(replace(real.directory, records={**real.directory.records, key: renamed})).files
    changed = {address for address in real.files.keys() | after.keys() if real.files.get(address) != after.get(address)}
    assert {address.split("/")[1] for address in changed if address.count("/") == 2} == {"co"}
    assert len(changed) < 24, sorted(changed)


@given(st.sets(st.integers(0, 40_000), max_size=60))
def test_packed_numbers_come_back(numbers: set[int]) -> None:
    assert unpacked(packed(sorted(numbers))) == sorted(numbers)


@given(st.lists(st.text("abc", min_size=1, max_size=6), unique=True, max_size=300), st.integers(0, 2_000))
def test_shards_hold_all_lines_in_order_and_never_few(words: list[str], length: int) -> None:
    lines = [f"{word}\t{'A' * length}" for word in sorted(words)]
    made = shards(lines)
    assert [line for shard in made for line in shard] == lines
    assert all(len(shard) >= min(FEWEST_LINES, len(lines)) for shard in made)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Women's Center", ["womens", "center"]),
        ("Women’s Center", ["womens", "center"]),
        ("St. Mary's / Saint Mary", ["st", "marys", "st", "mary"]),
        ("Ft. Collins, Fort Collins", ["ft", "collins", "ft", "collins"]),
        ("Mayagüez, Doña Ana", ["mayaguez", "dona", "ana"]),
        ("S.A.F.E. House, D.C. St. P.", ["safe", "house", "dc", "st", "p"]),
        ("food_pantry & co-op", ["food", "pantry", "co", "op"]),
        ("Straße Ærø", ["strasse", "aero"]),
        ("Ñuñoa 中文 ﬁt", ["nunoa", "中文", "fit"]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def test_words_that_stand_everywhere_are_left_out_but_where_no_other_is_left() -> None:
    assert names_words("Housing Authority of the County of Denver") == ["housing", "authority", "denver"]
    assert names_words("The Near") == ["the", "near"]


@pytest.mark.parametrize("text", ["303-555-0170", "(303) 555-0170", "+1 303.555.0170", "1-303-555-0170", "3035550170"])
def test_a_telephone_number_is_one_word_however_it_is_written(text: str) -> None:
    assert list(phones_in(f"Ring {text}.")) == ["3035550170"]


def test_codes_are_one_word() -> None:
    assert [code_of(text) for text in ("CO-503", "co503", "BPS-H80-000982")] == ["co503", "co503", "bpsh80000982"]


def test_folding_leaves_only_small_letters(read: Read) -> None:
    for record in read.directory.records.values():
        assert folded(record.name) == folded(folded(record.name))


def test_the_country_has_its_own_part(read: Read) -> None:
    assert any(address.startswith(f"search/{COUNTRY}/") for address in read.files)
