"""What a reviewer is told about a change: facts, warnings, what is never repeated, and text that wants to be more."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

import describe_change
import resource_directory.model as model
from resource_directory.change_text import (
    LARGEST_JSON,
    LONGEST_COMMENT,
    MARKER,
    Description,
    Entry,
    Line,
    as_json,
    as_markdown,
    as_text,
    code,
    from_json,
    plain,
    quoted,
)
from resource_directory.commits import Commits
from resource_directory.describing import Setting, describe
from resource_directory.labels import LABELS, label_of
from resource_directory.loading import Sources
from support import DAY, good_records, make_repository

CLINIC = "co/health_center/example-clinic.yml"
HOUSE = "co/domestic_violence/example-house-mesa.yml"
OFFICE = "co/domestic_violence/example-advocates-office.yml"
LEGAL = "co/legal_aid/example-legal-aid.yml"
BRANCH = "co/legal_aid/example-legal-aid-silverton.yml"
REGION = "co/continuum_of_care/coc-co-990.yml"
LINE = "us/hotline/hotline-example.yml"

Edit = Callable[[dict[str, str]], None]


def git(root: Path, *command: str) -> str:
    who = {"GIT_AUTHOR_NAME": "T", "GIT_AUTHOR_EMAIL": "t@example.org", "GIT_CONFIG_GLOBAL": os.devnull}
    who |= {"GIT_COMMITTER_NAME": "T", "GIT_COMMITTER_EMAIL": "t@example.org", "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(
        ["git", "-C", str(root), *command], env={**os.environ, **who}, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def commit_all(root: Path) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", "x")


def put(root: Path, records: Mapping[str, str]) -> None:
    """Makes these the only records."""
    for old in (root / "data/resources").rglob("*.yml"):
        old.unlink()
    for path, text in records.items():
        file = root / "data/resources" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository whose first commit holds the fictional records."""
    made = make_repository(tmp_path / "r", good_records())
    git(made, "init", "-q")
    # Links to folders of this repository must not be taken in.
    (made / ".git/info/exclude").write_text(
        "docs\nhooks\noverrides\nnode_modules\n.cache\ndata/places\n", encoding="ascii"
    )
    (made / "data/vocab").unlink()
    (made / "data/vocab").mkdir()
    commit_all(made)
    return made


@pytest.fixture
def setting(sources: Sources) -> Setting:
    return Setting(sources.vocabulary, sources.places, DAY)


def told(root: Path, setting: Setting, edit: Edit) -> Description:
    """What is said of an edit of the fictional records, in a second commit."""
    records = good_records()
    edit(records)
    put(root, records)
    commit_all(root)
    return describe(Commits(root), "HEAD~1", "HEAD", setting)


def change(path: str, old: str, new: str) -> Edit:
    def edit(records: dict[str, str]) -> None:
        assert old in records[path], (path, old)
        records[path] = records[path].replace(old, new, 1)

    return edit


def append(path: str, text: str) -> Edit:
    def edit(records: dict[str, str]) -> None:
        records[path] += text

    return edit


FACTS: Mapping[str, tuple[Edit, list[str]]] = {
    "number": (
        change(LEGAL, "303-555-0160", "303-555-0169"),
        ["Telephone of Example Legal Aid: 303-555-0160 -> 303-555-0169"],
    ),
    "one of several numbers": (
        change(HOUSE, "970-555-0132", "970-555-0139"),
        ["Fax of Example House: 970-555-0132 -> 970-555-0139"],
    ),
    "number and what it is for": (
        change(LEGAL, "303-555-0160\n  purpose: referral", "303-555-0161\n  purpose: office"),
        ["Telephone of Example Legal Aid: 303-555-0160; what for: For referrals -> 303-555-0161; what for: Office"],
    ),
    "a second number": (
        change(LEGAL, "service_area:", "- number: 303-555-0162\nservice_area:"),
        ["Telephone of Example Legal Aid: new: 303-555-0162"],
    ),
    "order of numbers": (
        change(
            HOUSE,
            "- number: 970-555-0131\n  type: tty\n- number: 970-555-0132\n  type: fax\n",
            "- number: 970-555-0132\n  type: fax\n- number: 970-555-0131\n  type: tty\n",
        ),
        [
            "Example House, Telephone, in another order: 970-555-0130, 970-555-0131 and 970-555-0132 -> "
            "970-555-0130, 970-555-0132 and 970-555-0131"
        ],
    ),
    "words of a list": (
        change(CLINIC, "- dental_care", "- vision_care"),
        [
            "Services of Example Clinic of Mayagüez Street: no longer: Dentist",
            "Services of Example Clinic of Mayagüez Street: new: Eye care",
        ],
    ),
    "yes, ask and no": (
        change(CLINIC, "enrolment_help: ask", "enrolment_help: no"),
        ["Help with enrolment of Example Clinic of Mayagüez Street: ask first -> no"],
    ),
    "a barrier": (
        change(HOUSE, "    pets: ask\n", "    pets: no\n"),
        ["Example House, Who qualifies, accepts, pets: ask first -> no"],
    ),
    "hours": (
        change(HOUSE, "Mo-Fr 09:00-17:00; PH off\n  description: Intake by telephone.", "Mo-Fr 10:00-17:00"),
        [
            "Hours of Example House: intake hours; hours: Monday to Friday, 9 am to 5 pm; public holidays, closed; in "
            "words: Intake by telephone. -> intake hours; hours: Monday to Friday, 10 am to 5 pm"
        ],
    ),
    "a county": (
        change(CLINIC, "  counties:\n  - '08031'\n  assumed", "  counties:\n  - '08031'\n  - '08111'\n  assumed"),
        ["Example Clinic of Mayagüez Street, Area served, counties: new: San Juan County, Colorado"],
    ),
    "a street that is public": (
        change(CLINIC, "3 Example Street", "4 Example Street"),
        ["Example Clinic of Mayagüez Street, Address, street: 3 Example Street -> 4 Example Street"],
    ),
    "another record": (
        change(HOUSE, "instead: example-youth-home", "instead: example-legal-aid"),
        [
            "Example House, Takes people now, try instead: Example Youth Home (example-youth-home) -> "
            "Example Legal Aid (example-legal-aid)"
        ],
    ),
    "another language": (
        change(HOUSE, "Un lugar seguro.", "Un lugar tranquilo."),
        ["Example House, In other languages, Spanish, description: Un lugar seguro. -> Un lugar tranquilo."],
    ),
    "a part that comes": (
        append(CLINIC, "verified:\n  date: 2026-11-01\n  by: Director\n"),
        [
            "Example Clinic of Mayagüez Street, Confirmed by the organization, on: new: 1 November 2026",
            "Example Clinic of Mayagüez Street, Confirmed by the organization, by: new: Director",
        ],
    ),
    "a note for editors": (
        change(HOUSE, "secretnote", "anothernote"),
        ["Note for editors of Example House: changes. It is not repeated here."],
    ),
    "a share": (
        change(REGION, "share: 97.5", "share: 90"),
        [
            "County of the region of Example Region CoC: Denver County, Colorado; per cent of its people: 97.5 -> "
            "Denver County, Colorado; per cent of its people: 90"
        ],
    ),
}


@pytest.mark.parametrize("name", FACTS)
def test_facts_in_plain_words(root: Path, setting: Setting, name: str) -> None:
    edit, wanted = FACTS[name]
    described = told(root, setting, edit)
    (entry,) = described.entries
    assert entry.kind == "changed"
    found = [line.strip() for line in as_text(described).splitlines() if line.startswith("  ") and line[2] != " "]
    kept = ("Look closely:", "Counties:", "The page:")
    assert [line for line in found if not line.startswith(kept)] == wanted


def withhold(path: str) -> Edit:
    """Replaces the location of a record."""

    def edit(records: dict[str, str]) -> None:
        lines = records[path].splitlines(keepends=True)
        start = lines.index("location:\n")
        end = next(i for i in range(start + 1, len(lines)) if not lines[i].startswith(" "))
        records[path] = "".join([*lines[:start], "location:\n  visibility: withheld\n", *lines[end:]])

    return edit


def remove(path: str) -> Edit:
    def edit(records: dict[str, str]) -> None:
        del records[path]

    return edit


def rename(path: str, new: str, *, named: bool) -> Edit:
    """Gives a record another id; with `named`, the old one stands among its former ids."""

    def edit(records: dict[str, str]) -> None:
        folder, _, old = path.rpartition("/")
        old = old.removesuffix(".yml")
        text = records.pop(path).replace(f"id: {old}\n", f"id: {new}\n", 1)
        former = f"former_ids:\n- {old}\n" if named else ""
        at = text.index("\n", text.index("\nname:") + 1) + 1
        records[f"{folder}/{new}.yml"] = text[:at] + former + text[at:]

    return edit


WARNED: Mapping[str, tuple[Edit, str]] = {
    "a number of two organizations": (
        change(CLINIC, "303-555-0170", "303-555-0160"),
        "The number 303-555-0160 is also that of «Example Legal Aid». Is that right?",
    ),
    "a moved point": (
        change(CLINIC, "latitude: 39.76", "latitude: 39.86"),
        "The point on the map moves by 7 miles.",
    ),
    "a point moved a little": (
        change(CLINIC, "latitude: 39.76\n", "latitude: 39.761\n"),
        "The point on the map moves by less than a mile.",
    ),
    "a protected program": (
        change(HOUSE, "Day and night.", "At any hour."),
        "This is a domestic violence program. Read every text of the file: does a word tell where it is? Places are not "
        "repeated here.",
    ),
    "a protected point": (change(OFFICE, "39.74", "39.70"), "The point on the map moves."),
    "withheld": (
        withhold("co/housing_authority/example-housing-authority.yml"),
        "A place that was public becomes withheld. It still stands in older commits: read the runbook, docs/maintain.md.",
    ),
    "paused": (
        append(CLINIC, "referral:\n  status: paused\n  until: 2026-12-24\n"),
        "Referrals are paused until 24 December 2026: nobody will be sent there.",
    ),
    "closed": (
        change(LINE, "status: open", "status: closed"),
        "It takes nobody new: nobody will be sent there.",
    ),
    "confirmed": (
        append(LEGAL, "verified:\n  date: 2026-11-01\n  by: Director\n"),
        "The entry is marked as confirmed. Does the author speak for the organization?",
    ),
    "no longer confirmed": (
        change(HOUSE, "verified:\n  date: 2026-09-01\n  by: Program director, Example House\n", ""),
        "The mark that the organization has confirmed the entry is taken away.",
    ),
    "an older confirmation": (
        change(HOUSE, "date: 2026-09-01", "date: 2026-08-01"),
        "The day of the confirmation goes backward.",
    ),
    "an older source": (
        change(LEGAL, "retrieved: 2026-07-19", "retrieved: 2025-07-19"),
        "The day of the source goes backward, from 19 July 2026 to 19 July 2025.",
    ),
    "an entry that goes": (
        remove(LEGAL),
        "The entry goes. Its web address will lead nowhere. Has it closed, or is it named in another entry?",
    ),
    "another id, not named": (
        rename(LEGAL, "other-id", named=False),
        "The id changes and former ids do not name the old one: old links will lead nowhere.",
    ),
    "fewer counties": (
        change(CLINIC, "  - '08031'\n  assumed", "  - '08111'\n  assumed"),
        "It no longer serves 1 county.",
    ),
    "a state fewer": (
        change(LEGAL, "  states:\n  - co\n", "  counties:\n  - '08031'\n"),
        "It no longer serves a whole state.",
    ),
    "a region": (
        change(REGION, "- fips: '08111'\n", ""),
        "The region itself changes: so does the area of every entry that serves it.",
    ),
    "no number left": (
        change(CLINIC, "phones:\n- number: 303-555-0170\n", ""),
        "The entry has no telephone number any more.",
    ),
    "another web site": (
        change(HOUSE, "https://www.example.org/house", "https://evil.example.com/house"),
        "The web site is another one: «www.example.org» before, «evil.example.com» now. Open it.",
    ),
    "a person": (
        change(HOUSE, "- role: referrals\n", "- role: referrals\n  name: Robin Example\n"),
        "A person is named. Does the organization itself publish the name for this use?",
    ),
}


@pytest.mark.parametrize("name", WARNED)
def test_warnings(root: Path, setting: Setting, name: str) -> None:
    edit, wanted = WARNED[name]
    described = told(root, setting, edit)
    assert wanted in described.entries[0].warnings
    assert "Look closely: " in as_text(described)


def test_an_edit_without_danger_warns_of_nothing(root: Path, setting: Setting) -> None:
    described = told(root, setting, change(CLINIC, "enrolment_help: ask", "enrolment_help: no"))
    assert (described.warnings, described.entries[0].warnings) == ((), ())


def test_offices_of_one_organization_may_share_a_number(root: Path, setting: Setting) -> None:
    edit = change(BRANCH, "location:", "phones:\n- number: 303-555-0160\nlocation:")
    assert told(root, setting, edit).entries[0].warnings == ()


def test_a_place_that_becomes_public(root: Path, setting: Setting) -> None:
    """Beside a written word or without one: the reviewer is asked, and the place is not repeated."""
    place = (
        "location:\n  visibility: public\n  address:\n    address_1: 77 Secret Street\n    city: Grand Junction\n"
        "    postal_code: '81501'\n  authorisation:\n    by: Director of 77 Secret Street\n    date: 2026-11-01\n"
    )
    described = told(root, setting, change(HOUSE, "location:\n  visibility: withheld\n", place))
    entry = described.entries[0]
    assert "A place that was withheld becomes public. Who has allowed it, and in writing?" in entry.warnings
    letter = "The written word that the place may be public is added. Have you seen the letter?"
    assert letter in entry.warnings
    assert entry.lines == (
        Line("Visibility of the place", "the place is withheld", "the place is public"),
        Line("Written word that the place may be public", "", "there is one"),
        Line("The street address"),
    )


SECRET = ("Secret", "77", "81501", "Grand", "39.7", "104.96", "5 Open", "Suite 3", "80205", "Blue door", "authsecret")
HIDDEN: Mapping[str, Edit] = {
    "given to a protected program": change(
        HOUSE,
        "  visibility: withheld\n",
        "  visibility: public\n  address:\n    address_1: 77 Secret Street\n    postal_code: '81501'\n"
        "  authorisation:\n    by: Director\n    date: 2026-11-01\n",
    ),
    "given without authorisation, which the model refuses": change(
        HOUSE, "  visibility: withheld\n", "  visibility: public\n  address:\n    address_1: 77 Secret Street\n"
    ),
    "moved": change(OFFICE, "5 Open Street", "77 Secret Street"),
    "withheld now": withhold(OFFICE),
    "the entry goes": remove(OFFICE),
    "the entry of a program gets another id": rename(OFFICE, "other-office", named=True),
    "in a description": change(HOUSE, "somebody to talk to.", "somebody to talk to at 77 Secret Street."),
    "in a name": change(HOUSE, "name: Example House", "name: Example House 77 Secret Street"),
    "in an id": rename(HOUSE, "house-77-secret-street", named=True),
    "in a number's words": change(HOUSE, "  description: Day and night.", "  description: Behind 77 Secret Street."),
    "in a note": append(OFFICE, "editor_note: The house is at 77 Secret Street\n"),
    "in a field that does not exist": append(HOUSE, "street: 77 Secret Street\n"),
    "in a letter's place": change(OFFICE, "authsecret", "authsecret 77 Secret Street"),
    "the old street, in words": change(OFFICE, "Blue door.", "Not at 5 open st any more."),
    "the old street, in a description": append(OFFICE, "fees_description: Free, 5 Open Str\n"),
    "the door, in a description": append(OFFICE, "fees_description: Free behind the Blue Door\n"),
    "in the name of a file": lambda records: records.update({"co/domestic_violence/77 Secret Street.yml": "a: b"}),
}


@pytest.mark.parametrize("form", [as_text, as_markdown, as_json], ids=["text", "md", "json"])
@pytest.mark.parametrize("name", HIDDEN)
def test_no_protected_place_is_repeated(
    root: Path, setting: Setting, name: str, form: Callable[[Description], str]
) -> None:
    described = told(root, setting, HIDDEN[name])
    assert described.entries
    said = form(described).replace(described.base, "").replace(described.head, "").casefold()
    assert [word for word in SECRET if word.casefold() in said] == []


def test_the_place_of_a_clinic_that_becomes_withheld_is_not_repeated(root: Path, setting: Setting) -> None:
    described = told(root, setting, withhold(CLINIC))
    assert Line("The street address") in described.entries[0].lines
    # The name holds other words; it stands on the page as before.
    assert "3 Example" not in as_text(described) and "80205" not in as_text(described)


def test_a_clinic_that_is_withheld_under_another_id_is_known_again(root: Path, setting: Setting) -> None:
    def edit(records: dict[str, str]) -> None:
        withhold(CLINIC)(records)
        rename(CLINIC, "clinic-two", named=False)(records)

    described = told(root, setting, edit)
    assert [entry.kind for entry in described.entries] == ["renamed"]
    assert "3 Example" not in as_json(described) and "39.76" not in as_json(described)


def test_what_the_page_will_say(root: Path, setting: Setting) -> None:
    entry = told(root, setting, change(HOUSE, "status: paused\n  until: 2026-12-31", "status: open")).entries[0]
    rows = {row.what: (row.before, row.after) for row in entry.page}
    assert rows["Takes people now"] == ("paused until 31 December 2026", "takes people")
    assert rows["Where"] == ("The address is not published.",) * 2
    assert entry.counties == ("Denver County, Colorado", "Mesa County, Colorado", "San Juan County, Colorado")


def test_new_and_renamed_entries(root: Path, setting: Setting) -> None:
    def edit(records: dict[str, str]) -> None:
        rename(LEGAL, "legal-two", named=True)(records)
        records["co/legal_aid/third.yml"] = (
            records[BRANCH].replace("example-legal-aid-silverton", "third").replace("Silverton office", "third office")
        )

    described = told(root, setting, edit)
    assert [(entry.kind, entry.name) for entry in described.entries] == [
        ("renamed", "Example Legal Aid"),
        ("added", "Example Legal Aid, third office"),
    ]
    first = {line.what: line for line in described.entries[0].lines}
    assert first["Id, which is its web address"] == Line(
        "Id, which is its web address", "example-legal-aid", "legal-two"
    )
    assert {row.what: row.after for row in described.entries[1].page}["Where"] == "2 Main Street, Silverton, CO 81433"


def test_many_entries_that_go_and_come_are_paired_in_time(root: Path, setting: Setting) -> None:
    """Ids of a whole list change at once: pairs are looked up, not searched for."""
    text = good_records()[BRANCH]

    def many(prefix: str) -> dict[str, str]:
        names = [f"{prefix}-{number}" for number in range(400)]
        return {
            f"co/legal_aid/{name}.yml": text.replace("example-legal-aid-silverton", name).replace("Silverton", name)
            for name in names
        }

    put(root, many("old"))
    commit_all(root)
    former = {
        path: text.replace("\norganization:", f"\nformer_ids:\n- old{path[16:-4]}\norganization:")
        for path, text in many("new").items()
    }
    put(root, former)
    commit_all(root)
    described = describe(Commits(root), "HEAD~1", "HEAD", setting)
    assert described.counts == (Line("Entries with another address", "", "400"),)
    assert described.entries_left_out == 200 and len(described.entries) == 200


def test_of_too_many_entries_those_to_look_at_are_spoken_of(root: Path, setting: Setting) -> None:
    def edit(records: dict[str, str]) -> None:
        text = records[BRANCH]
        for number in range(250):
            name = f"branch-{number:03}"
            records[f"co/legal_aid/{name}.yml"] = text.replace("example-legal-aid-silverton", name)
        change(HOUSE, "Day and night.", "At any hour.")(records)
        change(LINE, "status: open", "status: closed")(records)
        records["co/legal_aid/broken.yml"] = "x"

    described = told(root, setting, edit)
    said = [entry.path.rpartition("/")[2] for entry in described.entries]
    assert len(said) == 200 and described.entries_left_out == 53
    assert {"example-house-mesa.yml", "hotline-example.yml", "broken.yml"} <= set(said)


def test_links_and_heavy_files_are_not_read(root: Path, setting: Setting) -> None:
    (root / "data/resources" / CLINIC).unlink()
    (root / "data/resources" / CLINIC).symlink_to("/etc/passwd")
    (root / "data/resources" / LEGAL).write_text("name: " + "x" * 70_000, encoding="utf-8")
    odd = root / "data/resources/co/legal_aid/..%2f\n::error::x.yml"
    odd.write_text("id: x\n", encoding="utf-8")
    commit_all(root)
    described = describe(Commits(root), "HEAD~1", "HEAD", setting)
    assert {entry.kind for entry in described.entries} == {"unreadable"} and len(described.entries) == 3
    said = as_text(described)
    assert "It is a link, not a file." in said and "It is larger than a record may be." in said
    assert "root:" not in said and "xxxx" not in said
    assert not [line for line in said.splitlines() if line.lstrip().startswith("::")]


def test_other_files_are_named_and_the_weighty_ones_warned_of(root: Path, setting: Setting) -> None:
    for name in ("data/vocab/types.yml", ".github/workflows/x.yml", "scripts/check.py", "README.md"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x", encoding="utf-8")
    commit_all(root)
    described = describe(Commits(root), "HEAD~1", "HEAD", setting)
    assert described.other_files == (".github/workflows/x.yml", "README.md", "data/vocab/types.yml", "scripts/check.py")
    assert described.warnings == (
        "What runs by itself changes: workflows, or who is asked.",
        "The kinds of entries change: names, colours and rules of every page of a kind.",
        "The tools change, the checks among them.",
    )
    assert as_text(described).startswith("No entry changes.")


def test_the_same_commits_give_the_same_bytes(root: Path, setting: Setting) -> None:
    told(root, setting, change(LEGAL, "303-555-0160", "303-555-0161"))
    first = [form(describe(Commits(root), "HEAD~1", "HEAD", setting)) for form in (as_text, as_markdown, as_json)]
    assert first == [
        form(describe(Commits(root), "HEAD~1", "HEAD", setting)) for form in (as_text, as_markdown, as_json)
    ]


# --- labels ----------------------------------------------------------------------------------------------------------


def parts(cls: type[model.Part] = model.Part) -> list[type[model.Part]]:
    return [found for child in cls.__subclasses__() for found in (child, *parts(child))]


def test_every_field_of_the_model_has_plain_words() -> None:
    own = {cls.__name__: cls for cls in parts() if cls.__module__ == model.__name__}
    for cls in own.values():
        for name in cls.model_fields:
            words = label_of(cls, name)
            assert words[0].isupper() and "_" not in words, (cls, name)
    for name, labels in LABELS.items():
        assert set(labels) <= set(own[name].model_fields), name


# --- text that wants to be more --------------------------------------------------------------------------------------

MARKDOWN = MarkdownIt("commonmark")
HOSTILE = (
    "@everyone @example-org/team",
    "[click](https://evil.example/)",
    "![x](https://evil.example/p.png)",
    "<img src=x onerror=alert(1)>",
    "<!-- what-changes -->",
    "`code` ``more`` ```even```",
    "` @everyone `",
    "https://evil.example www.evil.example a@evil.example #1 org/repo#2",
    "</details> <details open>",
    "a\n\n# heading\n- @everyone",
    "a\r\n::set-output name=x::y",
    "trailing\\",
    "| a | b |\n|--|--|",
    "\u202eabc\u2066 \u200b",
    "«@everyone» [x]: https://evil.example",
    "&lt;b&gt; &#64;everyone",
    "***bold*** ~~x~~ $a$ :tada:",
    "[[wiki]] [^1]",
)


def outside_code(tokens: list[Token]) -> str:
    """The text that is not in a code span; fails where there is a link, an image, or HTML that is not ours."""
    said = []
    for token in tokens:
        assert token.type not in {"link_open", "image", "html_inline", "fence", "code_block"}, token
        if token.type == "html_block":
            assert token.content.strip() in {
                MARKER,
                "<details><summary>What the page will say</summary>",
                "</details>",
            }, token.content
        said.append(outside_code(token.children) if token.children else token.content if token.type == "text" else "")
    return "\n".join(said)


def everywhere(text: str) -> Description:
    """A description in which a text stands wherever a file's text can."""
    line = Line(text, text, text)
    entry = Entry("changed", text, text, text, text, (line, Line(text)), (text,), (line,), (quoted(text), text))
    return Description(text, text, (entry,), (line,), (text, f"The number is also {quoted(text)}."), (text,))


def ours(text: str) -> str:
    """Markdown without the last line, which is ours and holds HTML."""
    return "\n".join(line for line in as_markdown(everywhere(text)).splitlines() if not line.startswith("<sub>Made by"))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    said = outside_code(MARKDOWN.parse(ours(text)))
    for sign in ("@", "evil", "everyone", "http", "www.", "#1", "<", "](", "![", "::", "~~", "[^", ":tada:"):
        assert sign not in said, (sign, said)
    assert as_text(everywhere(text)).isascii() or not {"\u202e", "\u2066", "\u200b"} & set(as_text(everywhere(text)))


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_text_stays_text(text: str) -> None:
    said = outside_code(MARKDOWN.parse(ours(f"@{text}@")))
    assert "@" not in said


@given(st.text(alphabet="`\\|«»<>@ a", max_size=30))
def test_backticks_never_end_a_span_early(text: str) -> None:
    tokens = MARKDOWN.parseInline(f"x {code('@' + text)} y")[0].children or []
    assert [token.type for token in tokens] == ["text", "code_inline", "text"]
    assert tokens[1].content.strip() == plain("@" + text).strip()


def test_a_comment_has_an_end() -> None:
    entry = Entry("changed", "p" * 300, "n" * 300, "t", "s", tuple(Line("A", "b" * 300, "c" * 300) for _ in range(40)))
    said = as_markdown(Description("a", "b", (entry,) * 200, entries_left_out=50))
    assert len(said) < LONGEST_COMMENT + 300 and said.startswith(MARKER)
    assert "more entries change and are not shown here" in said


# --- handed over by a program that is not trusted ---------------------------------------------------------------------


def test_json_comes_back(root: Path, setting: Setting) -> None:
    described = told(root, setting, change(LEGAL, "303-555-0160", "303-555-0161"))
    assert from_json(as_json(described).encode()) == described


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"null",
        b"\xff",
        b"[" * 100_000,
        json.dumps({"base": "a"}).encode(),
        as_json(Description("a", "b")).replace('"a"', "7").encode(),
        as_json(Description("a", "b")).replace('"entries_left_out": 0', '"entries_left_out": -1').encode(),
        as_json(Description("a", "b")).replace('"entries_left_out": 0', '"entries_left_out": true').encode(),
        as_json(Description("a", "b", (Entry("<b>", "p", "n", "t", "s"),))).encode(),
        as_json(Description("a", "b", other_files=("x",) * 3000)).encode(),
        b" " * (LARGEST_JSON + 1),
    ],
    ids=range(12),
)
def test_json_of_another_form_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"description|JSON|Expecting"):
        from_json(content)


# --- the command line -------------------------------------------------------------------------------------------------


def test_the_command_line(sources: Sources, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    setting = Setting(sources.vocabulary, sources.places, DAY)
    told(root, setting, change(LEGAL, "303-555-0160", "303-555-0161"))
    (root / "data/vocab").rmdir()
    (root / "data/vocab").symlink_to(Path(__file__).parent.parent / "data/vocab")
    before = git(root, "status", "--porcelain")
    assert describe_change.main(["HEAD~1", "HEAD", "--root", str(root)]) == 0
    assert "Telephone of Example Legal Aid: 303-555-0160 -> 303-555-0161" in capsys.readouterr().out
    assert describe_change.main(["HEAD~1", "HEAD", "--root", str(root), "--format", "md"]) == 0
    assert capsys.readouterr().out.startswith(MARKER)
    assert git(root, "status", "--porcelain") == before
    for name in ("no-such", "--output=/tmp/x", "HEAD:data", "a\nb"):
        assert (
            describe_change.main(["HEAD", name, "--root", str(root)] if name[0] != "-" else ["HEAD", "--", name]) == 2
        )
