"""The gate against hidden places: whole imports of made tables with marked secrets, whose every output is searched."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

import import_sources
import review
from resource_directory.importers import hrsa
from resource_directory.importers import run as importing
from resource_directory.importers.confidential import (
    BARE_NAME,
    BY_OPERATOR,
    SHARED_NAME,
    SHARED_WEB,
    SHARED_YOUTH_NAME,
    WORD_IN_NAME,
    Gate,
    gate_for,
    host_of,
)
from resource_directory.importers.deciding import read_list
from resource_directory.loading import Sources
from resource_directory.model import Record
from resource_directory.reading import find_files, read_all, read_path
from resource_directory.rules import check_record
from support import DAY, ROOT, make_repository

#: Whatever is hidden here: no output may hold any of it.
SECRETS = ("Quillhollow", "7731", "39.7391", "104.9847", "80299", "quillhollow")
HIDDEN = {"street": "7731 Quillhollow Way", "zip": "80299", "lat": "39.73915", "lon": "-104.98470"}
ORDINARY = {"street": "1400 Grant St", "zip": "80203", "lat": "39.73900", "lon": "-104.98300"}


def site(number: str, **cells: str) -> dict[str, str]:
    usual = {
        "bphc_id": f"BPS-H80-{number}", "name": f"Larch Clinic {number}", "city": "Denver", "state": "CO",
        "county_fips": "08031", "phone": "303-555-0100", "retrieved": "2026-07-19",
    }  # fmt: skip
    return dict.fromkeys(hrsa.SITES.columns, "") | usual | ORDINARY | cells


def official(number: str, **cells: str) -> dict[str, str]:
    ours = site(number, **cells) | {"retrieved": "09/30/2026"}
    fixed = {"setting": "All Other Clinic Types", "location_type": "Permanent", "operator": "Larch Health, Inc."}
    fixed |= {"site_type": "Service Delivery Site", "status": "Active"}
    return {
        theirs: cells.get(name, ours.get(name, fixed.get(name, ""))) for theirs, name in hrsa.OFFICIAL_COLUMNS.items()
    }


@dataclass
class Nation:
    """A repository with nothing in it, a folder of tables, and everything that was printed."""

    root: Path
    sources: Path
    review_list: Path
    printed: list[str] = field(default_factory=list)
    capture: Callable[[], str] = str

    def tables(self, sites: list[dict[str, str]], **others: list[dict[str, str]]) -> None:
        for table in importing.TABLES:
            rows = sites if table is hrsa.SITES else others.get(table.file.removesuffix(".csv"), [])
            columns = list(rows[0]) if rows else list(table.columns)
            with (self.sources / table.file).open("w", encoding="utf-8", newline="") as stream:
                writer = csv.DictWriter(stream, columns)
                writer.writeheader()
                writer.writerows(rows)

    def run(self, main: Callable[[list[str]], int], *arguments: str) -> int:
        status = main([*arguments, "--root", str(self.root)])
        self.printed.append(self.capture())
        return status

    def import_all(self, *options: str) -> None:
        arguments = ("--sources", str(self.sources), "--state", "co", "--review-list", str(self.review_list), *options)
        assert self.run(import_sources.main, *arguments) == 0, self.printed[-1]

    def decide(self, identifier: str, decision: str, *options: str, reason: str = "People stay there.") -> int:
        words = ("--decide", identifier, decision, "--by", "Reviewer, Example Coalition", "--reason", reason)
        return self.run(review.main, *words, *options)

    def records(self) -> dict[str, dict[str, object]]:
        files = (self.root / "data/resources").rglob("*.yml")
        read = (yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader) for file in files)
        return {record["id"]: record for record in read}

    def everything(self) -> Iterator[tuple[str, str]]:
        """Every byte that was written anywhere but in the sources, and every word that was printed."""
        for folder in (self.root / "data/resources", self.root / "data/imports", self.review_list.parent):
            for file in sorted(folder.rglob("*")):
                yield str(file), str(file.relative_to(self.review_list.parents[1]))
                if file.is_file():
                    yield str(file), file.read_text(encoding="utf-8")
        yield from (("printed", text) for text in self.printed)

    def leaks(self) -> list[tuple[str, str]]:
        return [(where, secret) for where, text in self.everything() for secret in SECRETS if secret in text]


@pytest.fixture
def nation(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Nation:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795219200")
    monkeypatch.delenv("CI", raising=False)
    for name in ("sources", "list"):
        (tmp_path / name).mkdir()
    root = make_repository(tmp_path / "repository", {})

    def captured() -> str:
        out, err = capsys.readouterr()
        return out + err

    return Nation(root, tmp_path / "sources", tmp_path / "list/review.txt", capture=captured)


HIDDEN_SITES: Mapping[str, dict[str, str]] = {
    "a word in the name": {"name": "Larch Harmony Cottage Clinic"},
    "a Spanish word": {"name": "Clínica Casa Abierta"},
    "a long word that ends in house": {"name": "Larchhouse Clinic"},
    "somebody's place": {"name": "Anna's Place Health Center"},
    "a bare name": {"name": "Larch Village"},
    "the hot line": {"name": "Larch Clinic", "phone": "303-555-0110"},
    "the program's name": {"name": "Alder Allies Larch Clinic"},
    "the program's web site": {"name": "Larch Clinic", "website": "https://www.alder.example.org/clinic"},
    "a youth program's name": {"name": "Birch Kids Club Larch"},
    "a blank street": {"name": "Larch Clinic", "street": "", "zip": "", "lat": "", "lon": ""},
}
PROGRAMS = [
    {
        "name": "Alder Allies", "state": "CO", "hotline": "303-555-0110", "website": "http://alder.example.org/",
        "county_name": "", "county_fips": "", "coalition_directory": "example", "retrieved": "2026-07-20",
    }
]  # fmt: skip
YOUTH = [
    {
        "name": "Birch Kids Club", "programs": "Basic Center", "city": "Denver", "state": "CO", "phone": "",
        "website": "", "retrieved": "2026-07-20",
    }
]  # fmt: skip


@pytest.mark.parametrize("cells", HIDDEN_SITES.values(), ids=HIDDEN_SITES)
def test_a_hidden_place_reaches_nothing(nation: Nation, cells: dict[str, str]) -> None:
    place = HIDDEN if cells.get("street") != "" else ORDINARY | {"street": "9 Other St", "lat": "", "lon": ""}
    neighbour = site("000003", **(place | {"name": "Oak Clinic", "phone": "303-555-0199"}))
    rows = [site("000001", **(HIDDEN | cells)), site("000002"), neighbour]
    nation.tables(rows, dv_programs=PROGRAMS, fysb_rhy_grantees=YOUTH)
    nation.import_all()
    nation.import_all("--refresh")
    nation.run(review.main, "--list", "--review-list", str(nation.review_list))
    assert nation.leaks() == []
    hidden = [record for record in nation.records().values() if record.get("location") == {"visibility": "withheld"}]
    sites = 2 if place is HIDDEN else 1  # what stands at its street is withheld with it
    assert len(hidden) == sites + 1  # and the program
    assert len(read_list(nation.review_list.read_text())) == sites
    assert nation.review_list.stat().st_mode & 0o777 == 0o600


LATER: Mapping[str, list[dict[str, str]]] = {
    "the street again": [{"bphc": "000001", "name": "Larch Harmony Cottage Clinic"}],
    "renamed": [{"bphc": "000001", "name": "Larch Family Clinic"}],
    "renamed, and a second row at its street": [
        {"bphc": "000001", "name": "Larch Family Clinic"},
        {"bphc": "000009", "name": "Other Clinic", "lat": "39.8", "lon": "-104.9", "phone": "303-555-0177"},
    ],
    "another number at its street": [
        {"bphc": "000001", "name": "Larch Harmony Cottage Clinic"},
        {"bphc": "000009", "name": "Other Clinic", "street": "7731 QUILLHOLLOW WAY, Suite 2", "lat": "", "lon": ""},
    ],
    "another number at its point": [
        {"bphc": "000001", "name": "Larch Harmony Cottage Clinic"},
        {"bphc": "000009", "name": "Other Clinic", "street": "1 Quillhollow Alley"},
    ],
    "only another number, with its telephone": [{"bphc": "000009", "name": "Other Clinic"}],
    "only another number, with its name": [
        {"bphc": "000009", "name": "Larch Harmony Cottage Clinic", "phone": "303-555-0177"}
    ],
    "a setting that says so": [{"bphc": "000001", "name": "Larch Family Clinic", "setting": "Domestic Violence"}],
    "a street in its name": [{"bphc": "000001", "name": "Larch Clinic at Quillhollow Way"}],
    "an operator that says so": [
        {"bphc": "000001", "name": "Larch Family Clinic", "operator": "Larch Refuge for Families, Inc."}
    ],
}


@pytest.mark.parametrize("later", LATER.values(), ids=LATER)
def test_a_later_official_file_brings_nothing_back(nation: Nation, later: list[dict[str, str]]) -> None:
    nation.tables([site("000001", **HIDDEN, name="Larch Harmony Cottage Clinic", phone="303-555-0155"), site("000002")])
    nation.import_all()
    rows = [official(row["bphc"], **(HIDDEN | {"phone": "303-555-0155"} | row)) for row in later]
    nation.tables([*rows, official("000002")])
    for options in ((), ("--refresh",), ()):
        nation.import_all(*options)
        assert nation.leaks() == []
    assert nation.records()["larch-clinic-000002"]["location"]["visibility"] == "public"  # type: ignore[index]


def test_official_download_with_its_trailing_comma(nation: Nation) -> None:
    """HRSA's header as published, its rows with the cells that we do not use; secrets in rows that are left out too."""
    header = (ROOT / "tests/hrsa_header.txt").read_text(encoding="utf-8").strip()
    columns = header.rstrip(",").split(",")
    assert header.endswith(",") and set(hrsa.OFFICIAL_COLUMNS) <= set(columns)
    rows = [
        official("000001", **(HIDDEN | {"name": "Larch Clinic", "setting": "Domestic Violence"})),
        official("000002", **(HIDDEN | {"name": "Inactive Shelter", "status": "Inactive"})),
        official("000003", **(HIDDEN | {"name": "Shelter Office", "site_type": "Administrative"})),
        official("000004", name="Larch School Clinic", setting="School"),
        official("000005", name="Larch Bus", location_type="Mobile Van"),
        official("000006", name="Larch Elementary Street Clinic"),
    ]
    nation.tables([])
    with (nation.sources / hrsa.SITES.file).open("w", encoding="utf-8-sig", newline="") as stream:
        stream.write(header + "\r\n")
        csv.writer(stream, quoting=csv.QUOTE_ALL).writerows([row.get(name, "") for name in columns] for row in rows)
    nation.import_all()
    assert nation.leaks() == []
    settings = {key: record.get("setting") for key, record in nation.records().items()}
    assert settings == {
        "larch-clinic": None,  # its setting is that of a program which is hidden
        "larch-school-clinic": "school",
        "larch-bus": "mobile",
        "larch-elementary-street-clinic": "clinic",
    }
    assert "the site is not active: 1" in nation.printed[0] and "an office only" in nation.printed[0]


def test_errors_repeat_no_value(nation: Nation) -> None:
    nation.tables([site("000001", **HIDDEN, name="Larch Harmony Cottage Clinic", retrieved="2099-01-01")])
    nation.import_all()
    with (nation.sources / hrsa.SITES.file).open("a", encoding="utf-8") as stream:
        stream.write("one,cell,7731 Quillhollow Way\n")
    assert nation.run(import_sources.main, "--sources", str(nation.sources), "--state", "co") == 2
    assert nation.leaks() == []


# Decisions


def hidden_clinic(nation: Nation, **cells: str) -> None:
    nation.tables(
        [
            site("000001", **(HIDDEN | {"name": "Larch Harmony Cottage Clinic"} | cells)),
            site("000002", street="9 Other St", lat="", lon=""),
        ]
    )
    nation.import_all()


def test_an_ordinary_place_is_filled_in_by_the_next_import_and_stays(nation: Nation) -> None:
    hidden_clinic(nation, **ORDINARY)
    assert nation.decide("co/larch-harmony-cottage-clinic-000001", "ordinary") == 1  # no such id
    assert nation.decide("larch-harmony-cottage-clinic", "ordinary", reason="A day clinic with its own sign.") == 0
    decided = nation.records()["larch-harmony-cottage-clinic"]["location"]
    assert set(decided) == {"visibility", "review"}  # type: ignore[call-overload]
    for options in ((), ("--refresh",)):
        nation.import_all(*options)
        place = nation.records()["larch-harmony-cottage-clinic"]["location"]
        assert place["address"]["address_1"] == "1400 Grant St"  # type: ignore[index]
        assert place["review"]["date"] == "2026-11-21"  # type: ignore[index]
    assert read_list(nation.review_list.read_text()) == {}


def test_a_withheld_place_stays_decided(nation: Nation) -> None:
    hidden_clinic(nation)
    assert nation.decide("larch-harmony-cottage-clinic", "withheld") == 0
    nation.tables([official("000001", **(HIDDEN | {"name": "Larch Clinic"}))])
    nation.import_all()
    assert nation.records()["larch-harmony-cottage-clinic"]["location"]["review"]["decision"] == "withheld"  # type: ignore[index]
    assert read_list(nation.review_list.read_text()) == {}
    assert nation.leaks() == []


def test_a_public_place_may_be_withheld(nation: Nation) -> None:
    website = "https://www.larch.test.com/quillhollow"
    nation.tables([site("000001", **(HIDDEN | {"name": "Larch Clinic", "website": website}))])
    nation.import_all()
    assert nation.leaks() != []  # nothing speaks against it, until a person does
    nation.printed.clear()
    assert nation.decide("larch-clinic", "withheld", reason="At 7731 Quillhollow Way.") == 1
    assert nation.decide("larch-clinic", "withheld", "--name", "Clinic on Quillhollow") == 1
    assert nation.decide("larch-clinic", "withheld") == 0
    nation.import_all("--refresh")
    assert nation.leaks() == []


def test_what_may_not_be_decided(nation: Nation) -> None:
    nation.tables([site("000001")], dv_programs=PROGRAMS)
    nation.import_all()
    assert nation.decide("alder-allies", "ordinary") == 1 and "authorisation" in nation.printed[-1]
    assert nation.decide("larch-clinic-000001", "ordinary") == 1 and "public already" in nation.printed[-1]
    with pytest.raises(SystemExit):
        nation.decide("larch-clinic-000001", "maybe")
    with pytest.raises(SystemExit):
        nation.run(review.main, "--decide", "larch-clinic-000001", "withheld")


def test_a_row_held_back_becomes_a_record_under_a_neutral_name(nation: Nation) -> None:
    hidden_clinic(nation, name="Quillhollow Way Shelter")
    (held,) = read_list(nation.review_list.read_text())
    sources = ("--sources", str(nation.sources))
    assert held == "co/hrsa_bphc:BPS-H80-000001"
    assert nation.decide(held, "withheld") == 1 and "--sources" in nation.printed[-1]
    assert nation.decide(held, "withheld", *sources) == 1 and "--name" in nation.printed[-1]
    assert nation.decide(held, "withheld", *sources, "--name", "Clinic at 7731") == 1
    assert nation.decide(held, "withheld", *sources, "--name", "Clinic for guests") == 0
    for options in ((), ("--refresh",)):
        nation.import_all(*options)
        record = nation.records()["clinic-for-guests"]
        assert record["name"] == "Clinic for guests" and record["phones"]
        assert record["location"]["review"]["by"] == "Reviewer, Example Coalition"  # type: ignore[index]
    assert nation.leaks() == []


def test_a_clinic_that_a_person_added_with_such_a_name_needs_a_decision(nation: Nation) -> None:
    """No import has seen it: the check asks, and the decision in the record answers."""
    added = nation.root / "data/resources/co/health_center/hope-haven.yml"
    added.parent.mkdir(parents=True, exist_ok=True)
    added.write_text(
        "id: hope-haven\ntype: health_center\nname: Hope Haven for Women\nlocation:\n  visibility: public\n  address:\n"
        "    address_1: 1 Open Street\n    city: Denver\n    state_province: CO\nservice_area:\n  counties:\n  - '08031'\n"
        "source:\n  publisher: Example\n  retrieved: 2026-07-19\n",
        encoding="utf-8",
    )
    rules, path = import_sources.import_rules(nation.root, DAY), "data/resources/co/health_center/hope-haven.yml"

    def codes() -> list[str]:
        record = read_path(nation.root, path, vocabulary=rules.vocabulary, today=DAY).record
        assert record is not None
        return [finding.code for finding in check_record(record, path, rules)]

    assert codes() == ["E409"]
    assert nation.decide("hope-haven", "ordinary", reason="A day clinic.") == 0
    assert codes() == [] and "1 Open Street" in added.read_text(encoding="utf-8")
    assert nation.decide("hope-haven", "withheld", reason="People stay.") == 0
    assert codes() == [] and "Open Street" not in added.read_text(encoding="utf-8")


def test_a_row_held_back_may_be_ordinary(nation: Nation) -> None:
    nation.tables([site("000001", name="Grant Street Shelter Clinic")])
    nation.import_all()
    (held,) = read_list(nation.review_list.read_text())
    assert nation.decide(held, "ordinary", "--sources", str(nation.sources), reason="A day clinic.") == 0
    nation.import_all()
    (record,) = nation.records().values()
    assert record["location"]["address"]["address_1"] == "1400 Grant St"  # type: ignore[index]


def test_a_place_is_shown_only_when_asked_and_never_in_ci(nation: Nation, monkeypatch: pytest.MonkeyPatch) -> None:
    hidden_clinic(nation)
    asked = ("--show-place", "larch-harmony-cottage-clinic", "--sources", str(nation.sources))
    monkeypatch.setenv("CI", "true")
    assert nation.run(review.main, *asked) == 1
    assert nation.leaks() == []
    monkeypatch.delenv("CI")
    assert nation.run(review.main, *asked) == 0
    assert "7731 Quillhollow Way" in nation.printed[-1]


@pytest.mark.parametrize("inside", ["list.txt", "data/list.txt", "data/../list.txt"])
def test_a_review_list_in_the_repository_is_refused(nation: Nation, inside: str) -> None:
    assert nation.run(review.main, "--list", "--review-list", str(nation.root / inside)) == 2
    assert "outside the repository" in nation.printed[-1]


def test_a_review_list_that_others_may_read_is_refused(nation: Nation) -> None:
    nation.review_list.write_text("co/example\treason\n")
    nation.review_list.chmod(0o644)
    assert nation.run(review.main, "--list", "--review-list", str(nation.review_list)) == 2
    assert "chmod 600" in nation.printed[-1]


# The words


@pytest.fixture(scope="module")
def gate(sources: Sources) -> Gate:
    programs = [{"name": "Alder Allies", "state": "CO", "hotline": "", "website": "https://alder.example.org"}]
    youth = [{"name": "Birch Kids Club", "state": "CO"}]
    return gate_for(sources.vocabulary.confidential_words, programs, [], youth_programs=youth)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"name": "Larch Clinic"}, None),
        ({"name": "Women's Health Center"}, None),
        ({"name": "New Haven Family Clinic"}, None),
        ({"name": "Larch Women's Center"}, WORD_IN_NAME),
        ({"name": "Clínica del Refugio"}, WORD_IN_NAME),
        ({"name": "Larchhouse"}, WORD_IN_NAME),
        ({"name": "Bob’s Place Clinic"}, WORD_IN_NAME),
        ({"name": "Larch Place"}, BARE_NAME),
        ({"name": "Larch Place Clinic"}, None),
        ({"name": "42 Park Place", "street": "42 Park Pl"}, None),
        ({"name": "Larch Families"}, BARE_NAME),
        ({"name": "Alder Allies Clinic"}, SHARED_NAME),
        ({"name": "Alder Allies Clinic", "state": "KS"}, None),
        ({"name": "Birch Kids Club"}, SHARED_YOUTH_NAME),
        ({"name": "Birch Kids Club Dental Clinic"}, None),
        ({"name": "Larch Clinic", "website": "ALDER.example.org/x"}, SHARED_WEB),
        ({"name": "Larch Clinic", "operator": "Alder Allies"}, BY_OPERATOR),
        ({"name": "Larch Clinic", "operator": "Larch Health, Inc."}, None),
    ],
)
def test_what_the_gate_says(gate: Gate, cells: dict[str, str], reason: str | None) -> None:
    assert gate.reason(site("000001", **cells), by_name=True, blank_is_secret=True) == reason


def test_every_ordinary_phrase_explains_something(sources: Sources) -> None:
    """A phrase that no word needs would only hide a later one."""
    words = sources.vocabulary.confidential_words
    bare = Gate(words.model_copy(update={"ordinary": ()}))
    idle = [
        entry.phrase
        for entry in words.ordinary
        if not bare.suspects(entry.phrase) and (bare._names._bare is None or not bare._names._bare.search(entry.phrase))
    ]
    assert idle == []


@pytest.mark.parametrize(
    ("url", "host"),
    [("https://www.Example.org/x", "example.org"), ("example.org", "example.org"), ("", ""), ("http://[x", "")],
)
def test_hosts(url: str, host: str) -> None:
    assert host_of(url) == host


def test_no_record_of_the_repository_is_public_where_the_gate_speaks_by_its_name(sources: Sources) -> None:
    """Every health center of the directory whose name the word lists suspect is withheld, or decided."""
    gate = Gate(sources.vocabulary.confidential_words)
    read = read_all(ROOT, find_files(ROOT), sources.vocabulary, DAY)
    open_ones = [path for path, record in read.records.items() if _is_open(record) and gate.suspects(record.name)]
    assert open_ones == []


def _is_open(record: Record) -> bool:
    place = record.location
    return record.type == "health_center" and place is not None and place.place_given is not None and not place.review
