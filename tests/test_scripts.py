"""The command lines that partners and machines use: check, format, new record, generate."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

import check
import format_data
import generate
import new_record
from resource_directory.model import RECORD_CLASSES
from support import EPOCH, ROOT, good_records, make_repository

CLINIC = "data/resources/co/health_center/example-clinic.yml"
REGION = "data/resources/co/continuum_of_care/coc-co-990.yml"
HOTLINE = "data/resources/us/hotline/hotline-example.yml"


@dataclass(frozen=True)
class Repository:
    """A repository whose files a test may change; they are put back after it."""

    root: Path
    output: pytest.CaptureFixture[str]

    def read(self, path: str) -> str:
        return (self.root / path).read_text(encoding="utf-8")

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def change(self, path: str, *pairs: tuple[str, str], to: str = "") -> None:
        """Replaces words of a file, or writes a changed copy."""
        text = self.read(path)
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new)
        self.write(to or path, text)

    def run(self, main: Callable[[Sequence[str]], int], *arguments: str) -> tuple[int, list[str], list[str]]:
        """Exit code, lines of output, lines of errors."""
        code = main(arguments)
        said = self.output.readouterr()
        return code, said.out.splitlines(), said.err.splitlines()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One repository for the whole file, so that its shapes are read once."""
    return make_repository(tmp_path_factory.mktemp("shared"), good_records())


@pytest.fixture
def here(shared: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Repository]:
    """The repository, with the working directory in it."""
    monkeypatch.chdir(shared)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    yield Repository(shared, capsys)
    shutil.rmtree(shared / "data/resources")
    shutil.rmtree(shared / ".git", ignore_errors=True)
    for path, text in good_records().items():
        file = shared / "data/resources" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


# check.py


def test_good_records_have_no_problem(here: Repository) -> None:
    assert here.run(check.main) == (0, [], [f"{len(good_records())} files checked: 0 problems in 0 files."])


def test_one_file_a_folder_and_a_path_from_below(here: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    assert here.run(check.main, CLINIC)[2] == ["1 files checked: 0 problems in 0 files."]
    assert here.run(check.main, "data/resources/co/health_center")[2] == ["3 files checked: 0 problems in 0 files."]
    assert here.run(check.main, str(here.root / CLINIC), HOTLINE)[2] == ["2 files checked: 0 problems in 0 files."]
    monkeypatch.chdir(here.root / "data/resources/co")
    assert here.run(check.main, "health_center/example-clinic.yml")[2] == ["1 files checked: 0 problems in 0 files."]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["data/resources/co/health_center/nothing.yml"], "does not exist"),
        (["mkdocs.yml"], "is not under data/resources/"),
        (["../elsewhere.yml"], "is not under data/resources/"),
        (["data/resources/../../mkdocs.yml"], "is not under data/resources/"),
        (["--changed", "--base", "no-such-revision"], "no-such-revision"),
    ],
)
def test_what_cannot_be_checked_gives_2(here: Repository, arguments: list[str], words: str) -> None:
    code, out, errors = here.run(check.main, *arguments)
    assert (code, out) == (2, []) and words in "\n".join(errors)


def break_two(here: Repository) -> None:
    here.change(CLINIC, ("303-555-0170", "call us, 100% free"))
    here.write("data/resources/co/legal_aid/broken.yml", "id: [\n")


def test_every_problem_at_once_as_text(here: Repository) -> None:
    break_two(here)
    code, out, errors = here.run(check.main)
    assert code == 1 and errors == [f"{len(good_records()) + 1} files checked: 2 problems in 2 files."]
    assert out == [
        f"{CLINIC}:5:3: E210 phones[0].number: 'call us, 100% free' is not a telephone number of the United States. "
        "Write it as 303-555-0100, the extension in its own field.",
        "data/resources/co/legal_aid/broken.yml:2:1: E103 This is not valid YAML: did not find expected node content. "
        "Put text that holds a colon, #, quote or bracket in quotes; indent by two spaces.",
    ]


def test_problems_as_annotations(here: Repository) -> None:
    break_two(here)
    code, out, errors = here.run(check.main, "--format", "github")
    assert code == 1 and errors == []
    assert out[0] == (
        f"::error file={CLINIC},line=5,col=3,title=E210::phones[0].number: 'call us, 100%25 free' is not a telephone "
        "number of the United States. Write it as 303-555-0100, the extension in its own field."
    )
    assert len(out) == 2 and out[1].startswith(
        "::error file=data/resources/co/legal_aid/broken.yml,line=2,col=1,title=E103::"
    )


def test_an_annotation_cannot_be_broken_by_a_name(here: Repository) -> None:
    here.write("data/resources/co/legal_aid/a,b%:c\nd.yml", "id: x\n")
    _, out, _ = here.run(check.main, "--format", "github")
    assert [line.split(",line=")[0] for line in out] == [
        "::error file=data/resources/co/legal_aid/a%2Cb%25%3Ac%0Ad.yml"
    ]


def test_problems_as_json(here: Repository) -> None:
    assert here.run(check.main, "--format", "json") == (0, ["[]"], [])
    break_two(here)
    code, out, errors = here.run(check.main, "--format", "json")
    found = json.loads("\n".join(out))
    assert (code, errors, len(found)) == (1, [], 2)
    assert {key: found[0][key] for key in ("path", "line", "column", "code")} == {
        "path": CLINIC, "line": 5, "column": 3, "code": "E210"
    }  # fmt: skip
    assert set(found[0]) == {"path", "line", "column", "code", "message", "fix"}


def commit(root: Path) -> None:
    """Makes the repository one of git, with everything in one commit."""
    (root / ".gitignore").write_text("/site/\n", encoding="utf-8")
    who = ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    for command in (["init", "-q"], ["add", "data/resources", "mkdocs.yml"], [*who, "commit", "-q", "-m", "all"]):
        subprocess.run(["git", "-C", str(root), *command], check=True, capture_output=True)


def test_changed_files_only(here: Repository) -> None:
    commit(here.root)
    assert here.run(check.main, "--changed") == (0, [], ["0 files checked: 0 problems in 0 files."])
    here.change(CLINIC, ("303-555-0170", "303-555-0175"))
    here.write("data/resources/co/legal_aid/broken.yml", "id: [\n")
    here.change(HOTLINE, ("hotline-example", "hotline-é"), to="data/resources/us/hotline/hotline-é new.yml")
    code, out, errors = here.run(check.main, "--changed")
    assert code == 1 and errors == ["3 files checked: 2 problems in 2 files."]
    assert [line.partition(": ")[2][:4] for line in out] == ["E103", "E303"]
    assert out[1].startswith("data/resources/us/hotline/hotline-é new.yml:1:1:")


def test_a_deleted_file_is_missed_by_those_that_name_it(here: Repository) -> None:
    commit(here.root)
    (here.root / "data/resources/co/runaway_homeless_youth/example-youth-home.yml").unlink()
    code, out, errors = here.run(check.main, "--changed")
    assert code == 1 and errors == [f"{len(good_records()) - 1} files checked: 1 problems in 1 files."]
    house = "data/resources/co/domestic_violence/example-house-mesa.yml"
    assert (
        out[0].startswith(f"{house}:")
        and " E305 referral.instead: No record has the id 'example-youth-home'." in out[0]
    )


def test_a_deleted_region_is_missed_too(here: Repository) -> None:
    commit(here.root)
    (here.root / REGION).unlink()
    _, out, _ = here.run(check.main, "--changed")
    assert [line.split(" ")[1] for line in out] == ["E305", "E305"]
    assert all("No Continuum of Care has the number 'CO-990'." in line for line in out)


def test_a_renamed_file_is_a_deletion_too(here: Repository) -> None:
    commit(here.root)
    old = here.root / "data/resources/co/runaway_homeless_youth/example-youth-home.yml"
    old.rename(old.with_name("example-youth.yml"))
    here.change(
        "data/resources/co/runaway_homeless_youth/example-youth.yml", ("id: example-youth-home", "id: example-youth")
    )
    assert [line.split(" ")[1] for line in here.run(check.main, "--changed")[1]] == ["E305"]


def test_changed_since_another_commit(here: Repository) -> None:
    commit(here.root)
    here.change(CLINIC, ("303-555-0170", "call us"))
    who = ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, "commit", "-q", "-a", "-m", "two"], cwd=here.root, check=True, capture_output=True)
    assert here.run(check.main, "--changed")[0] == 0
    assert here.run(check.main, "--changed", "--base", "HEAD~1")[0] == 1


# Rules about records seen together, which have no bad record of their own.

OFFICE = "data/resources/us/hotline/other-line.yml"


def same_id(here: Repository) -> None:
    """The same id in another folder."""
    here.change(HOTLINE, ("hotline-example", "example-clinic"), to="data/resources/us/hotline/example-clinic.yml")


def same_registry_number(here: Repository) -> None:
    here.change(
        "data/resources/co/housing_authority/example-housing-authority.yml",
        ("id: example-housing-authority", "id: other-authority"),
        to="data/resources/co/housing_authority/other-authority.yml",
    )


def former_id_in_use(here: Repository) -> None:
    here.change(CLINIC, ("phones:", "former_ids:\n- hotline-example\nphones:"))


def former_id_twice(here: Repository) -> None:
    here.change(CLINIC, ("phones:", "former_ids:\n- example-house-old\nphones:"))


def shares_too_large(here: Repository) -> None:
    here.change(
        REGION, ("coc-co-990", "coc-co-991"), ("CO-990", "CO-991"), ("97.5", "3.6"),
        to="data/resources/co/continuum_of_care/coc-co-991.yml",
    )  # fmt: skip


HOUSE = "data/resources/co/domestic_violence/example-house-mesa.yml"
TOGETHER: dict[str, tuple[Callable[[Repository], None], list[str]]] = {
    "E302": (same_id, [f"data/resources/us/hotline/example-clinic.yml:1:1: E302 id: The id is used by {CLINIC}."]),
    "E309": (
        same_registry_number,
        [
            "data/resources/co/housing_authority/other-authority.yml:5:3: E309 registry_ids[0]: hud_pha CO990 is used by "
            "data/resources/co/housing_authority/example-housing-authority.yml."
        ],
    ),
    "E311 in use": (former_id_in_use, [f"{CLINIC}:5:3: E311 former_ids[0]: 'hotline-example' is used by {HOTLINE}."]),
    "E311 twice": (former_id_twice, [f"{CLINIC}:5:3: E311 former_ids[0]: 'example-house-old' is used by {HOUSE}."]),
    "E315": (
        shares_too_large,
        [
            "data/resources/co/continuum_of_care/coc-co-991.yml:43:3: E315 counties[0].share: "
            "The shares of county 08031 come to 101.1 per cent."
        ],
    ),
}


@pytest.mark.parametrize("name", TOGETHER)
def test_records_together(here: Repository, name: str) -> None:
    spoil, expected = TOGETHER[name]
    spoil(here)
    code, out, _ = here.run(check.main)
    assert code == 1 and len(out) == len(expected), out
    for line, wanted in zip(out, expected, strict=True):
        assert line.startswith(wanted)


@pytest.mark.parametrize("share", ["3.5", "2.5"])
def test_shares_of_one_county_may_add_up_with_rounding(here: Repository, share: str) -> None:
    shares_too_large(here)
    here.change("data/resources/co/continuum_of_care/coc-co-991.yml", ("3.6", share))
    assert here.run(check.main)[0] == 0


def test_a_program_and_its_own_offices_may_share_a_number(here: Repository) -> None:
    office = "data/resources/co/legal_aid/example-legal-aid-silverton.yml"
    here.change(office, ("organization:", "registry_ids:\n- registry: lsc_area\n  id: CO-99\norganization:"))
    assert here.run(check.main)[0] == 0


@pytest.mark.parametrize(
    "path", ["data/resources/co/hud_field_office/hotline-example.yml", "data/resources/us/hotline/example-clinic.yml"]
)
def test_an_id_in_use_is_found_from_one_file_too(here: Repository, path: str) -> None:
    """Whichever of the two paths comes first: the file that is checked is the one that was just written."""
    name = Path(path).stem
    source = HOTLINE if "/hotline/" in path else "data/resources/co/hud_field_office/example-hud-office.yml"
    here.change(source, (f"id: {Path(source).stem}", f"id: {name}"), to=path)
    code, out, _ = here.run(check.main, path)
    assert code == 1 and [line.split(" ")[1] for line in out] == ["E302"]


@pytest.mark.parametrize("name", ["E309", "E311 in use", "E311 twice", "E315"])
def test_what_other_files_say_counts_for_one_file_too(here: Repository, name: str) -> None:
    """One file is checked against the numbers, former ids and shares of all that are not read."""
    spoil, expected = TOGETHER[name]
    spoil(here)
    path = expected[0].partition(":")[0]
    code, out, errors = here.run(check.main, path)
    assert code == 1 and len(out) == len(expected) and errors == ["1 files checked: 1 problems in 1 files."], out
    assert out[0].startswith(expected[0])


def test_an_id_that_another_record_had_before_is_in_use(here: Repository) -> None:
    path = "data/resources/us/hotline/example-house-old.yml"
    here.change(HOTLINE, ("hotline-example", "example-house-old"), to=path)
    code, out, _ = here.run(check.main, path)
    assert code == 1
    assert [line.partition(" Choose")[0] for line in out] == [f"{path}:1:1: E311 id: The id is a former id of {HOUSE}."]


def test_names_of_files_need_not_be_utf_8(here: Repository) -> None:
    commit(here.root)
    odd = here.root / "data/resources/us/hotline" / os.fsdecode(b"line-\xff\n.yml")
    odd.write_bytes(b"id: x\n")
    try:
        code, out, errors = here.run(check.main, "--changed")
        _, told, _ = here.run(check.main, "--changed", "--format", "json")
    finally:
        odd.unlink()
    assert code == 1 and errors == ["1 files checked: 1 problems in 1 files."]
    assert out[0].startswith("data/resources/us/hotline/line-\\udcff\\u000a.yml:1:1: E201 ")
    assert json.loads("".join(told))[0]["path"] == "data/resources/us/hotline/line-\\udcff\\u000a.yml"


def test_a_folder_that_cannot_be_looked_into_is_told(here: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    look = os.scandir

    def refused(path: str) -> object:
        if str(path).endswith("/health_center"):
            raise PermissionError(13, "Permission denied", path)
        return look(path)

    with monkeypatch.context() as patched:
        patched.setattr(os, "scandir", refused)
        code, out, errors = here.run(check.main)
    assert code == 2 and not out and "Permission denied" in errors[0]


# format_data.py


def untidy(here: Repository) -> str:
    """A clinic out of order, with needless quotes."""
    text = here.read(CLINIC)
    here.write(
        CLINIC,
        "name: 'Example Clinic of Mayagüez Street'\n" + text.replace("name: Example Clinic of Mayagüez Street\n", ""),
    )
    return text


def test_format_check_writes_nothing(here: Repository) -> None:
    assert here.run(format_data.main, "--check") == (0, [], ["0 files put into the standard form; 0 problems."])
    untidy(here)
    before = here.read(CLINIC)
    code, out, errors = here.run(format_data.main, "--check")
    assert code == 1 and errors == ["0 files put into the standard form; 1 problems."]
    assert out == [
        f"{CLINIC}:1:1: E112 The file is not in the standard form. Run 'make format' (or scripts/format_data.py)."
    ]
    assert here.read(CLINIC) == before


def test_format_writes_once(here: Repository) -> None:
    tidy = untidy(here)
    assert here.run(format_data.main) == (0, [], ["1 files put into the standard form; 0 problems."])
    assert here.read(CLINIC) == tidy
    assert here.run(format_data.main) == (0, [], ["0 files put into the standard form; 0 problems."])


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("type: health_center", "# checked by telephone\ntype: health_center", 2),
        ("type: health_center", "type: health_center  # checked by telephone", 2),
        ("- primary_care\n", "- primary_care\n  # and more\n", 28),
    ],
)
@pytest.mark.parametrize("options", [[], ["--check"]])
def test_a_comment_is_never_lost(here: Repository, old: str, new: str, line: int, options: list[str]) -> None:
    text = here.read(CLINIC).replace(old, new, 1)
    here.write(CLINIC, text)
    code, out, _ = here.run(format_data.main, *options)
    fix = "Write it in editor_note, which is kept and not published."
    assert (code, out) == (1, [f"{CLINIC}:{line}:1: E111 A comment would be lost. {fix}"])
    assert here.read(CLINIC) == text


def test_format_leaves_a_bad_record_alone(here: Repository) -> None:
    here.change(CLINIC, ("303-555-0170", "call us"))
    before = here.read(CLINIC)
    code, out, _ = here.run(format_data.main)
    assert code == 1 and [line.split(" ")[1] for line in out] == ["E210"] and here.read(CLINIC) == before


def test_format_of_some_files(here: Repository) -> None:
    untidy(here)
    assert here.run(format_data.main, HOTLINE)[0] == 0
    assert here.run(format_data.main, "--check", CLINIC)[0] == 1
    assert here.run(format_data.main, "data/resources/co/health_center") == (
        0, [], ["1 files put into the standard form; 0 problems."]
    )  # fmt: skip


@pytest.mark.parametrize("name", ["mkdocs.yml", "../x.yml", "data/resources/co/nothing.yml"])
def test_format_of_what_is_no_record(here: Repository, name: str) -> None:
    code, out, errors = here.run(format_data.main, name)
    assert (code, out) == (2, []) and name in errors[0]


# new_record.py

#: Options that a type needs beyond those that every record needs.
NEEDED = {
    "continuum_of_care": ["--id", "coc-co-995", "--county", "08123 08069"],
    "program_administrator": ["--administers", "fvpsa voca_assistance"],
    "hotline": ["--state", "us"],
}


def options_for(type_code: str) -> list[str]:
    given = [
        "--type",
        type_code,
        "--state",
        "co",
        "--name",
        "Neues Büro für Alle",
        "--publisher",
        "Example",
        *NEEDED.get(type_code, []),
    ]
    return [*given, "--phone", "(303) 555-0199", "--url", "https://www.example.org/"]


@pytest.mark.parametrize("type_code", RECORD_CLASSES)
def test_a_new_record_of_every_type_is_good_and_canonical(here: Repository, type_code: str) -> None:
    code, out, errors = here.run(new_record.main, *options_for(type_code))
    assert (code, errors) == (0, [])
    path = out[0].split(" ")[0]
    state, name = (
        ("us" if type_code == "hotline" else "co"),
        ("coc-co-995" if type_code == "continuum_of_care" else "neues-buro-fur-alle"),
    )
    assert path == f"data/resources/{state}/{type_code}/{name}.yml"
    assert here.run(check.main)[:2] == (0, [])
    assert here.run(format_data.main, "--check", path)[0] == 0
    text = here.read(path)
    assert "number: 303-555-0199\n" in text and "retrieved: 2026-11-21\n" in text
    assert ("visibility: withheld" in text) == (type_code == "domestic_violence")


def test_every_option_reaches_the_record(here: Repository) -> None:
    given = [
        *options_for("legal_aid"),
        "--id",
        "new-office",
        "--county",
        "08031 08111",
        "--service",
        "civil_legal_aid crisis_line",
    ]
    given += ["--source-url", "https://www.example.org/list", "--retrieved", "2026-01-31"]
    assert here.run(new_record.main, *given)[0] == 0
    assert here.read("data/resources/co/legal_aid/new-office.yml") == (
        "id: new-office\ntype: legal_aid\nname: Neues Büro für Alle\nphones:\n- number: 303-555-0199\n"
        "url: https://www.example.org/\nservice_area:\n  counties:\n  - '08031'\n  - '08111'\n"
        "services:\n- civil_legal_aid\n- crisis_line\n"
        "source:\n  publisher: Example\n  url: https://www.example.org/list\n  retrieved: 2026-01-31\n"
    )


def test_asking_goes_on_until_what_is_needed_is_said(here: Repository) -> None:
    answers = iter(["", "legal_aid", "co", "  ", "New Office", "", "", "", "", "", "", "Example", "", ""])
    asked: list[str] = []

    def ask(words: str) -> str:
        asked.append(words)
        return next(answers)

    assert new_record.main([], ask) == 0
    assert next(answers, None) is None
    assert [words.count("(may be empty)") for words in asked[:5]] == [0, 0, 0, 0, 0]
    assert "service_area:\n  states:\n  - co\n" in here.read("data/resources/co/legal_aid/new-office.yml")


def test_no_more_answers_is_no_error_of_ours(here: Repository) -> None:
    def ended(words: str) -> str:
        raise EOFError

    code, _, errors = here.run(lambda arguments: new_record.main(arguments, ended))
    assert code == 1 and errors == ["There are no more answers. Nothing was written."]


def test_asking_for_a_type_with_a_question_of_its_own(here: Repository) -> None:
    answers = iter(["program_administrator", "co", "New Office", "fvpsa", "", "", "", "", "", "Example", "", ""])
    assert new_record.main([], lambda words: next(answers)) == 0
    assert "administers:\n- fvpsa\n" in here.read("data/resources/co/program_administrator/new-office.yml")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"--phone": "call us"}, "E210"),
        ({"--url": "www.example.org"}, "E211"),
        ({"--county": "99999"}, "E306"),
        ({"--county": "35001"}, "E301"),
        ({"--service": "nothing"}, "E206"),
        ({"--id": "Not An Id"}, "E303"),
        ({"--id": "dv-shelter"}, "E304"),
        ({"--id": "../../../x"}, "E303"),
        ({"--retrieved": "2027-01-01"}, "E212"),
        ({"--name": "x" * 201}, "E217"),
        ({"--id": "hotline-example"}, "E302"),
        ({"--id": "example-legal-aid"}, "is there already"),
        ({"--type": "nothing"}, "'nothing' is not a type."),
        ({"--state": "xx"}, "'xx' is not a state."),
        ({"--state": "us"}, "serves the whole country"),
    ],
)
def test_a_bad_new_record_is_refused(here: Repository, change: dict[str, str], words: str) -> None:
    before = sorted(here.root.rglob("*.yml"))
    given = [*options_for("legal_aid"), "--county", "08031"]
    code, out, errors = here.run(new_record.main, *given, *(part for pair in change.items() for part in pair))
    assert (code, out) == (1, []) and words in "\n".join(errors)
    assert sorted(here.root.rglob("*.yml")) == before


def test_what_is_needed_is_said(here: Repository) -> None:
    assert here.run(new_record.main, "--type", "legal_aid") == (1, [], ["Also needed: --state, --name, --publisher."])


# generate.py


@pytest.fixture
def generated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Repository:
    """A repository with the generated files, as copies."""
    (tmp_path / "data").mkdir()
    (tmp_path / "mkdocs.yml").write_text("site_name: x\n", encoding="utf-8")
    (tmp_path / "data/vocab").symlink_to(ROOT / "data/vocab")
    (tmp_path / "data/places").symlink_to(ROOT / "data/places")
    shutil.copytree(ROOT / "data/schema", tmp_path / "data/schema")
    shutil.copytree(ROOT / ".vscode", tmp_path / ".vscode")
    shutil.copytree(ROOT / "docs/reference", tmp_path / "docs/reference")
    monkeypatch.chdir(tmp_path)
    assert generate.main([]) == 0
    capsys.readouterr()
    return Repository(tmp_path, capsys)


def test_the_generated_files_are_up_to_date(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    code = generate.main(["--check"])
    assert (code, capsys.readouterr().err) == (0, "")


@pytest.mark.parametrize(
    "path",
    [
        "data/schema/hotline.json",
        ".vscode/settings.json",
        "docs/reference/fields.md",
        "docs/reference/problems.md",
        ".github/CODEOWNERS",
    ],
)
@pytest.mark.parametrize("gone", [False, True], ids=["changed", "gone"])
def test_a_file_that_is_behind_is_told_and_made(generated: Repository, path: str, gone: bool) -> None:
    good = generated.read(path)
    (generated.root / path).unlink()
    if not gone:
        generated.write(path, good + "x")
    assert generated.run(generate.main, "--check") == (1, [], [f"{path}: is behind the model. Run: make generate"])
    assert (generated.root / path).exists() != gone, "nothing was written"
    assert generated.run(generate.main) == (0, [], [f"{path}: written"])
    assert generated.read(path) == good
    assert generated.run(generate.main, "--check")[0] == 0


def test_outside_a_repository_the_message_is_plain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert check.main([]) == 2
    assert "Run this inside the project." in capsys.readouterr().err
