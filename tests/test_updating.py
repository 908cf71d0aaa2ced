"""Letters and forms about an entry: what is changed by them, what never is, and text that means harm."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

import apply_update
from filled_forms import form_of, posted, prefilled, rendered
from resource_directory.canonical import canonical_text, dump_canonical, record_data
from resource_directory.directory import Directory, Settings
from resource_directory.loading import Sources, check_files, load_directory, load_sources
from resource_directory.model import RECORD_CLASSES, Record, record_class
from resource_directory.secrecy import neutral_pattern
from resource_directory.updating import apply
from resource_directory.updating.apply import Desk, Outcome, apply_letter
from resource_directory.updating.facts import (
    NOT_ASKED,
    PLACE,
    Words,
    entry_text,
    facts_of,
    facts_text,
    flat,
    known_facts,
    plain,
)
from resource_directory.updating.letters import CHANGED, HEAD, LONGEST, RIGHT, letter_text, read_letter
from support import DAY, EPOCH, ROOT, good_records, make_repository

HOUSE, CLINIC, AUTHORITY, YOUTH = (
    "example-house-mesa",
    "example-clinic",
    "example-housing-authority",
    "example-youth-home",
)
BY = "Program director, Example House"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository of the fictional records."""
    return make_repository(tmp_path / "repository", good_records())


@pytest.fixture
def desk(root: Path, sources: Sources) -> Desk:
    return Desk(root, sources, DAY)


@pytest.fixture
def words(sources: Sources) -> Words:
    return Words(sources.vocabulary, sources.places)


@pytest.fixture
def record(desk: Desk) -> Callable[[str], Record]:
    """A record of the repository as it is now, by its id."""

    def find(entry: str) -> Record:
        path = next(path for path in good_records() if path.endswith(f"/{entry}.yml"))
        records, problems = check_files(desk.root, [f"data/resources/{path}"], desk.sources, DAY, known=None)
        found = next(iter(records.values()), None)
        assert found is not None, problems
        return found

    return find


@pytest.fixture
def letter(record: Callable[[str], Record], words: Words) -> Callable[..., str]:
    """A letter about an entry in which words were put in the place of others."""

    def write(entry: str, *changes: tuple[str, str], answer: str = CHANGED, by: str = BY) -> str:
        text = letter_text(record(entry), words, answer)
        if by:
            text = text.replace("(yes or no):", "(yes or no): yes").replace(
                "(not your name):", f"(not your name): {by}"
            )
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        return text

    return write


def changed(outcome: Outcome, desk: Desk) -> dict[str, tuple[object, object]]:
    """The record's fields that differ, old and new."""
    assert outcome.problems == () and outcome.text is not None, outcome
    old = yaml.load((desk.root / outcome.path).read_text(encoding="utf-8"), yaml.BaseLoader)
    new = yaml.load(outcome.text, yaml.BaseLoader)
    return {name: (old.get(name), new.get(name)) for name in {*old, *new} if old.get(name) != new.get(name)}


def codes(outcome: Outcome) -> list[str]:
    return [problem.code for problem in outcome.problems]


# Every fact, there and back


def unchanged(directory: Directory, desk: Desk) -> Iterator[str]:
    """What is not the same after a letter, one from the mail, and a form."""
    words = Words(directory.vocabulary, directory.places)
    for record in directory.records.values():
        text = letter_text(record, words, CHANGED)
        body = rendered(directory.vocabulary.types[record.type].slug, prefilled(record, words, answer=CHANGED))
        for sent in (text, posted(text), body):
            told = read_letter(sent)
            if told.one("Entry") != record.id or told.twice or told.unknown:
                yield f"{record.id}: {told}"
            for base in (record, None):
                work = apply._Work(desk, told, "letter", "", record, base, record_data(record))
                apply._take_facts(work, frozenset())
                if work.changes or work.problems or work.data != record_data(record):
                    yield f"{record.id}: {work.changes} {work.problems}"
        for fact, lines in known_facts(record, words):
            value = fact.read(lines, words)
            own = apply._at(record_data(record), fact.path)
            if apply._texts(value) != apply._texts(own):
                yield f"{record.id}: {fact.label}: {value} is not {own}"


def test_fictional_records_stay_the_same(desk: Desk) -> None:
    directory = load_directory(desk.root, Settings("x"), DAY)
    assert list(unchanged(directory, desk)) == []
    said = {
        (record.type, fact.path)
        for record in directory.records.values()
        for fact, _ in known_facts(record, Words(directory.vocabulary, directory.places))
    }
    missing = {
        path
        for path in {fact.path for code in RECORD_CLASSES for fact in facts_of(code)}
        if not any(path == other for _, other in said)
    }
    assert missing == UNUSED, "every fact stands in some fictional record, or is named here"


#: Facts that no letter about a fictional record shows; the next test writes them.
UNUSED = {("location", "address", "address_2"), ("location", "description"), ("referral", "routes")}


def test_facts_that_no_fictional_record_says(desk: Desk, letter: Callable[..., str]) -> None:
    lines = (
        "Suite or floor: Suite 3\nHow to find the door: The blue one | left\nWho may call first: self; An agency\n(end)"
    )
    codes_of = desk.sources.vocabulary.codes("referral_routes")
    text = letter(CLINIC, ("(end)", lines.replace("An agency", codes_of["agency"])))
    found = changed(apply_letter(text, desk), desk)
    _, location = found["location"]
    assert isinstance(location, dict) and location["address"]["address_2"] == "Suite 3"
    assert location["description"] == "The blue one | left"
    assert found["referral"][1] == {"routes": ["self", "agency"]}


@pytest.mark.parametrize("part", range(4))
def test_real_records_stay_the_same(part: int) -> None:
    """Every real record, in four parts that may be tested side by side."""
    directory = load_directory(ROOT, Settings("x"), DAY, cached=True)
    ids = sorted(directory.records)[part::4]
    some = Directory(
        {one: directory.records[one] for one in ids}, directory.paths, directory.vocabulary, directory.places,
        directory.shapes, directory.settings, DAY,
    )  # fmt: skip
    desk = Desk(ROOT, load_sources(ROOT), DAY)
    assert list(itertools.islice(unchanged(some, desk), 10)) == []


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "a | b",
        "a \\ b",
        "ends with \\",
        "two\nlines",
        "two\n\nparagraphs",
        "a \u00b6 in it",
        "Name: not a label",
        "says Cost: free and Hours: all",
        "\\|",
        "\\\\u00b6",
        "a: b: c",
    ],
)
def test_a_text_on_one_line_comes_back(text: str) -> None:
    line = flat(text)
    assert "\n" not in line and plain(line) == text
    told = read_letter(f"Entry: x\nWhat it is and does: {line}\n(end)\n")
    assert plain(told.one("What it is and does")) == text


def test_every_field_of_the_model_is_asked_or_has_a_reason() -> None:
    for code in RECORD_CLASSES:
        asked = {fact.path for fact in facts_of(code)}
        tops = {path[0] for path in asked} | {path[0] for path in NOT_ASKED if len(path) == 1}
        assert set(record_class(code).model_fields) <= tops, code
        labels = [fact.label for fact in facts_of(code)]
        assert len(set(labels)) == len(labels) and not set(labels) & set(HEAD)
        ids = [fact.field_id for fact in facts_of(code)]
        assert len(set(ids)) == len(ids)
    assert all(NOT_ASKED.values())


def test_only_what_is_public_stands_in_a_letter(record: Callable[[str], Record], words: Words) -> None:
    told = entry_text(record(HOUSE), words)
    assert "secretnote" not in told and "Street" not in told
    office = entry_text(record("example-advocates-office"), words)
    assert "authsecret" not in office and "Open Street" not in office and "Blue door" not in office
    hidden = record(CLINIC).model_copy(update={"location": None})
    assert "Street: " not in facts_text(hidden, words)


# What changes


def test_a_number_is_changed_and_nothing_else(desk: Desk, letter: Callable[..., str]) -> None:
    outcome = apply_letter(letter(CLINIC, ("303-555-0170", "(303) 555-0199")), desk)
    found = changed(outcome, desk)
    assert found == {
        "phones": ([{"number": "303-555-0170"}], [{"number": "303-555-0199"}]),
        "verified": (None, {"date": "2026-11-21", "by": BY}),
    }
    assert [str(change) for change in outcome.changes] == ["Telephone: 303-555-0170 -> (303) 555-0199"]


def test_still_right_only_confirms(desk: Desk, letter: Callable[..., str]) -> None:
    assert changed(apply_letter(posted(letter(CLINIC, answer=RIGHT)), desk), desk) == {
        "verified": (None, {"date": "2026-11-21", "by": BY})
    }


def test_still_right_is_said_by_the_organization(desk: Desk, letter: Callable[..., str]) -> None:
    text = letter(CLINIC, answer=RIGHT, by="")
    outcome = apply_letter(text, desk)
    assert codes(outcome) == ["E503"] and outcome.text is None
    rung = apply_letter(text, desk, by="Front desk, Example Clinic", day=DAY.replace(day=2))
    assert changed(rung, desk) == {"verified": (None, {"date": "2026-11-02", "by": "Front desk, Example Clinic"})}


def test_still_right_with_other_words_is_asked_about(desk: Desk, letter: Callable[..., str]) -> None:
    outcome = apply_letter(letter(CLINIC, ("303-555-0170", "303-555-0199"), answer=RIGHT), desk)
    assert codes(outcome) == ["E503"] and "Telephone" in outcome.problems[0].message


def test_who_speaks_for_others_names_a_page(desk: Desk, letter: Callable[..., str]) -> None:
    change = ("303-555-0170", "303-555-0199")
    assert codes(apply_letter(letter(CLINIC, change, by=""), desk)) == ["E503"]
    page = (
        "(the address of a page that says so):",
        "(the address of a page that says so): https://www.example.org/new.",
    )
    found = changed(apply_letter(letter(CLINIC, change, page, by=""), desk), desk)
    assert set(found) == {"phones", "further_sources"}
    assert found["further_sources"][1] == [
        {
            "publisher": "www.example.org",
            "url": "https://www.example.org/new",
            "retrieved": "2026-11-21",
            "note": "Says: Telephone.",
        }
    ]


PAUSES = {
    "a day": ("(a day):", "(a day): 12 March 2027", {"status": "paused", "until": "2027-03-12"}),
    "an American day": ("(a day):", "(a day): March 12, 2027", {"status": "paused", "until": "2027-03-12"}),
    "a short day": ("(a day):", "(a day): 3/12/2027", {"status": "paused", "until": "2027-03-12"}),
}


@pytest.mark.parametrize(("old", "new", "expected"), PAUSES.values(), ids=PAUSES)
def test_a_pause_is_one_line(
    desk: Desk, letter: Callable[..., str], old: str, new: str, expected: dict[str, str]
) -> None:
    found = changed(apply_letter(letter(CLINIC, (old, new)), desk), desk)
    assert found["referral"] == (None, expected)


def test_a_pause_that_has_gone_or_ends(desk: Desk, letter: Callable[..., str]) -> None:
    assert codes(apply_letter(letter(CLINIC, ("(a day):", "(a day): 1 May 2026")), desk)) == ["E504"]
    ended = changed(apply_letter(letter(HOUSE, ("until: 2026-12-31", "until: remove")), desk), desk)
    old, new = ended["referral"]
    assert isinstance(old, dict) and isinstance(new, dict)
    assert old.keys() - new.keys() == {"until", "status"}


def test_lists_are_taken_whole(desk: Desk, letter: Callable[..., str]) -> None:
    cut = apply_letter(letter(HOUSE, ("Telephone: 970-555-0131 | kind: tty\n", "")), desk)
    old, new = changed(cut, desk)["phones"]
    assert isinstance(old, list) and new == [old[0], old[2]]
    more = apply_letter(
        letter(HOUSE, ("Emergency shelter; Safety planning", "Emergency shelter; advocacy; Safety planning")), desk
    )
    assert changed(more, desk)["services"][1] == ["emergency_shelter", "advocacy", "safety_planning"]


def test_a_fact_is_removed_only_by_the_word(desk: Desk, letter: Callable[..., str]) -> None:
    line = "Cost: Free"
    assert apply_letter(letter(HOUSE, (line + "\n", ""), by=""), desk).text is None
    assert apply_letter(letter(HOUSE, (line, "Cost:"), by=""), desk).text is None
    assert codes(apply_letter(letter(HOUSE, (line, "Cost: unknown")), desk)) == ["E504"]
    assert changed(apply_letter(letter(HOUSE, (line, "Cost: remove")), desk), desk)["fees_description"] == (
        "Free",
        None,
    )


def test_a_moved_office_loses_its_point(desk: Desk, letter: Callable[..., str]) -> None:
    moved = letter(CLINIC, ("Street: 3 Example Street", "Street: 9 Other Street"), ("ZIP code: 80205", "ZIP code: 81433"), ("Town: Denver", "Town: Silverton"))  # fmt: skip
    outcome = apply_letter(moved, desk)
    old, new = changed(outcome, desk)["location"]
    assert isinstance(old, dict) and isinstance(new, dict) and "point" in old and "point" not in new
    assert new["county"] == "08111" and new["address"]["address_1"] == "9 Other Street"
    assert "point on the map was taken away" in outcome.notes[0]


def test_an_area_that_is_told_is_no_guess(desk: Desk, letter: Callable[..., str]) -> None:
    area = ("Counties served: Denver County, CO", "Counties served: Denver County, CO; mesa, co; 08111")
    _, new = changed(apply_letter(letter(CLINIC, area), desk), desk)["service_area"]
    assert new == {"counties": ["08031", "08077", "08111"]}
    wrong = ("Counties served: Denver County, CO", "Counties served: Denvr County, CO")
    outcome = apply_letter(letter(CLINIC, wrong), desk)
    assert codes(outcome) == ["E504"] and "Denver County, CO" in outcome.problems[0].fix


def test_hours_in_words_stand_as_words(desk: Desk, letter: Callable[..., str]) -> None:
    end = ("(end)", "Hours: Monday to Friday, nine to five | for: opening\n(end)")
    _, new = changed(apply_letter(letter(CLINIC, end), desk), desk)["schedules"]
    assert new == [{"purpose": "opening", "description": "Monday to Friday, nine to five"}]


def test_all_problems_come_at_once_at_their_lines(desk: Desk, letter: Callable[..., str]) -> None:
    text = letter(AUTHORITY, ("303-555-0120", "303-555-99"), ("ZIP code: 80205", "ZIP code: eight"), ("State: CO", "State: Colorado"))  # fmt: skip
    outcome = apply_letter(text, desk, name="mail.txt")
    lines = text.split("\n")
    assert {problem.message.split(":")[0] for problem in outcome.problems} == {"Telephone", "ZIP code", "State"}
    for problem in outcome.problems:
        assert problem.path == "mail.txt" and lines[problem.line - 1].startswith(problem.message.split(":")[0])
        assert problem.fix


def test_a_word_of_another_kind_of_entry(desk: Desk, letter: Callable[..., str]) -> None:
    outcome = apply_letter(letter(CLINIC, ("(end)", "Chat page: https://www.example.org/\n(end)")), desk)
    assert codes(outcome) == ["E504"]


# Meanwhile


def edited(desk: Desk, entry: str, old: str, new: str) -> tuple[Desk, str]:
    """The repository after another person's change; the desk remembers the text from before."""
    file = next(desk.root.glob(f"data/resources/*/*/{entry}.yml"))
    before = file.read_text(encoding="utf-8")
    assert old in before
    file.write_text(before.replace(old, new), encoding="utf-8")
    return Desk(desk.root, desk.sources, DAY, earlier=lambda path: iter([before])), before


def test_others_changes_are_not_undone(desk: Desk, letter: Callable[..., str]) -> None:
    text = letter(AUTHORITY, ("extension: 217", "extension: 300"))
    later, _ = edited(desk, AUTHORITY, "preferences: People who had to flee come first.", "preferences: Nobody.")
    found = changed(apply_letter(text, later), later)
    assert set(found) == {"phones", "verified"}, "the letter's old words about preferences count for nothing"


def test_a_conflict_is_shown_and_decided(desk: Desk, letter: Callable[..., str]) -> None:
    text = letter(AUTHORITY, ("extension: 217", "extension: 300"))
    later, _ = edited(desk, AUTHORITY, "'217'", "'218'")
    outcome = apply_letter(text, later)
    assert codes(outcome) == ["E506"] and outcome.text is None
    assert all(number in outcome.problems[0].message for number in ("300", "218", "217"))
    assert "extension: '300'" in (apply_letter(text, later, take=["Telephone"]).text or "")


def test_without_the_old_text_every_difference_is_a_question(desk: Desk, letter: Callable[..., str]) -> None:
    text = letter(AUTHORITY, ("extension: 217", "extension: 300"))
    edited(desk, AUTHORITY, "preferences: People who had to flee come first.", "preferences: Nobody.")
    assert sorted(problem.message.split(":")[0] for problem in apply_letter(text, desk).problems) == [
        "Telephone",
        "Who is taken first",
    ]


def test_twice_the_same_letter_changes_nothing_more(desk: Desk, letter: Callable[..., str]) -> None:
    text = letter(CLINIC, ("303-555-0170", "303-555-0199"))
    first = apply_letter(text, desk)
    (desk.root / first.path).write_text(first.text or "", encoding="utf-8")
    again = apply_letter(text, Desk(desk.root, desk.sources, DAY))
    assert again.problems == () and again.text is None


# Places


PLACES = {
    "a domestic violence program": (HOUSE, "Street: 12 Hidden Lane"),
    "one with a published office": ("example-advocates-office", "Street: 12 Hidden Lane"),
    "a door": (HOUSE, "How to find the door: 12 Hidden Lane, the blue one"),
}


@pytest.mark.parametrize(("entry", "line"), PLACES.values(), ids=PLACES)
def test_no_letter_sets_a_hidden_place(desk: Desk, letter: Callable[..., str], entry: str, line: str) -> None:
    outcome = apply_letter(letter(entry, ("(end)", f"{line}\n(end)")), desk)
    assert codes(outcome) == ["E505"] and "Hidden" not in "".join(p.as_text() for p in outcome.problems)


def test_a_withheld_place_stays_withheld(
    desk: Desk, letter: Callable[..., str], record: Callable[[str], Record]
) -> None:
    text = letter(CLINIC)
    file = next(desk.root.glob(f"data/resources/*/*/{CLINIC}.yml"))
    data = {**record_data(record(CLINIC)), "location": {"visibility": "withheld"}}
    file.write_text(dump_canonical(data), encoding="utf-8")
    outcome = apply_letter(text, desk)
    assert set(codes(outcome)) == {"E505"} and "Example Street" not in "".join(p.as_text() for p in outcome.problems)


@pytest.mark.parametrize("entry", [YOUTH, HOUSE])
def test_a_place_told_in_another_field_is_refused_unrepeated(
    desk: Desk, letter: Callable[..., str], entry: str
) -> None:
    line = "One line for callers: We are at 1234 Hidden Lane, Grand Junction, CO 81501"
    text = letter(HOUSE, ("One line for callers: The building is being mended.", line))
    outcome = apply_letter(text, desk)
    assert codes(outcome) == ["E408"] and "Hidden" not in "".join(p.as_text() for p in outcome.problems)


def test_kinds_that_may_be_hidden_get_no_new_place(desk: Desk, letter: Callable[..., str]) -> None:
    outcome = apply_letter(letter("example-case-support", ("(end)", "Street: 1 Example Street\n(end)")), desk)
    assert codes(outcome) == ["E505"]
    assert not [fact for fact in form_of("family-programs")["body"] if fact.get("id", "").startswith(PLACE)]


# Hostile text


HOSTILE_IDS = (
    "../../../etc/passwd",
    "co/health_center/example-clinic",
    "example-clinic.yml",
    "example-clinic\x00",
    "..",
    "*",
    "example-clinic; rm -rf /",
    "$(touch pwned)",
    "${{ github.token }}",
    "`id`",
    "EXAMPLE-CLINIC",
    "example-clinic example-house-mesa",
    "a" * 5000,
    "&a example-clinic",
    "!!python/object/apply:os.system [id]",
)


@pytest.mark.parametrize("entry", HOSTILE_IDS, ids=range(len(HOSTILE_IDS)))
def test_an_id_is_one_that_there_is(desk: Desk, entry: str) -> None:
    outcome = apply_letter(f"Entry: {entry}\nAnswer: still right\n", desk, by=BY)
    assert codes(outcome) == ["E502"] and outcome.path == ""
    form = rendered("health-centers", {"entry": entry, "answer": RIGHT, "speaks": "yes", "by": BY})
    assert codes(apply_letter(form, desk)) == ["E502"]


HOSTILE_VALUES = {
    "expression": "${{ secrets.GITHUB_TOKEN }}",
    "shell": "$(touch pwned); `id` && rm -rf / #",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "yaml tag": "!!python/object/apply:os.system ['touch pwned']",
    "anchor": "&a [*a, *a]",
    "merge": "<<: *a",
    "document": "--- {name: x}",
    "template": "{{ 7*7 }} {% raw %}",
    "workflow command": "::set-output name=x::y ::error::z",
    "colons": "a: b: {c: d}",
    "pipe": "a | b \\| c",
    "fence": "```` ``` ~~~ @everyone #1",
}


@pytest.mark.parametrize("value", HOSTILE_VALUES.values(), ids=HOSTILE_VALUES)
@pytest.mark.parametrize("way", ["letter", "form"])
def test_text_is_only_text(desk: Desk, record: Callable[[str], Record], words: Words, value: str, way: str) -> None:
    if way == "letter":
        text = letter_text(record(HOUSE), words, CHANGED).replace("Cost: Free", f"Cost: {value}")
    else:
        text = rendered("family-programs", prefilled(record(HOUSE), words, answer=CHANGED, fees_description=value))
    outcome = apply_letter(text, desk, by=BY)
    found = changed(outcome, desk)
    assert set(found) == {"fees_description", "verified"}
    assert found["fees_description"][1] == plain(value)
    assert not (desk.root / "pwned").exists()
    again = canonical_text(record_class("domestic_violence").model_validate(
        yaml.load(outcome.text or "", yaml.BaseLoader), context={"vocabulary": desk.sources.vocabulary, "today": DAY}))  # fmt: skip
    assert again == outcome.text


UNSEEN = {
    "right to left": "Fr\u202eee",
    "zero": "Fr\u0000ee",
    "bell": "Fr\u0007ee",
    "unseen": "Fr\u200bee",
    "tag": "Fr\U000e0041ee",
}


@pytest.mark.parametrize("value", UNSEEN.values(), ids=UNSEEN)
@pytest.mark.parametrize("label", ["Cost", "My job and organization (not your name)"])
def test_what_cannot_be_seen_is_refused(desk: Desk, letter: Callable[..., str], value: str, label: str) -> None:
    old = "Cost: Free" if label == "Cost" else f"{label}: {BY}"
    outcome = apply_letter(
        letter(HOUSE, (old, f"{label}: {value}"), ("Also called: Casa Ejemplo", "Also called: Casa")), desk
    )
    assert "E114" in codes(outcome) and outcome.text is None
    assert all(problem.as_text().isprintable() for problem in outcome.problems)


def test_new_lines_make_no_new_fields(desk: Desk, record: Callable[[str], Record], words: Words) -> None:
    tricks = {
        "fees_description": "Free\nid: evil\nlocation:\n  visibility: public",
        "application_process": "Ring.\n...\n---\nid: evil\n\nsource: {publisher: evil}",
    }
    form = rendered("family-programs", prefilled(record(HOUSE), words, answer=CHANGED, **tricks))
    found = changed(apply_letter(form, desk, by=BY), desk)
    assert set(found) == {"fees_description", "application_process", "verified"}
    assert found["application_process"][1] == tricks["application_process"]


def test_a_heading_in_an_answer_is_no_second_answer(desk: Desk, record: Callable[[str], Record], words: Words) -> None:
    filled = prefilled(record(HOUSE), words, answer=CHANGED, application_process="Ring.\n\n### Entry\n\nexample-clinic")
    outcome = apply_letter(rendered("family-programs", filled), desk, by=BY)
    assert codes(outcome) == ["E501"]
    filled["application_process"] = "Ring.\n\n### Source\n\nevil"
    assert codes(apply_letter(rendered("family-programs", filled), desk, by=BY)) == ["E501"]


@pytest.mark.parametrize(
    "text", ["", "\n\n", "Hello, all is well.", "Entry:", "\x00" * 50, "### Entry\n", "a: &a [*a]"]
)
def test_what_is_no_letter(desk: Desk, text: str) -> None:
    assert codes(apply_letter(text, desk)) == ["E502"]


def test_a_megabyte_is_no_letter(desk: Desk, letter: Callable[..., str]) -> None:
    assert codes(apply_letter(letter(CLINIC) + "x" * 1_000_000, desk)) == ["E501"]
    many = letter(CLINIC, ("(end)", "Telephone: 303-555-0170\n" * 2_000))
    assert len(many) < LONGEST and codes(apply_letter(many, desk))


# From a terminal, in a clone of its own


def git(folder: Path, *words: str) -> str:
    command = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false", *words]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def run(root: Path, text: str | bytes, *options: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, str(ROOT / "scripts/apply_update.py"), "-", "--root", str(root), *options]
    given = text if isinstance(text, bytes) else text.encode()
    return subprocess.run(
        command,
        input=given,
        capture_output=True,
        check=False,
        env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH},
    )


@pytest.mark.parametrize("way", ["letter", "form"])
def test_from_a_letter_to_a_commit(root: Path, letter: Callable[..., str], record: Callable[[str], Record], words: Words, way: str) -> None:  # fmt: skip
    text = posted(letter(CLINIC, ("303-555-0170", "303-555-0199")))
    if way == "form":
        filled = prefilled(
            record(CLINIC), words, answer=CHANGED, speaks="yes", by=BY, phones="303-555-0199", why="Hours"
        )
        text = rendered("health-centers", filled)
    git(root, "init", "-q")
    git(root, "add", "data/resources")
    git(root, "commit", "-qm", "Begun")
    done = run(root, text, "--words", str(root / "words.md"))
    assert done.returncode == 0, done.stderr.decode()
    assert git(root, "diff", "--numstat", "--", "data/resources").split() == [
        "4", "1", f"data/resources/co/health_center/{CLINIC}.yml",
    ]  # fmt: skip
    assert b"Telephone: 303-555-0170 -> 303-555-0199" in done.stdout
    assert (root / "words.md").read_text(encoding="utf-8").startswith("```text\n")
    path = f"data/resources/co/health_center/{CLINIC}.yml"
    assert check_files(root, [path], load_sources(root), DAY)[1] == ()
    git(root, "commit", "-qam", "Changed")
    # Another letter from before: the history knows what it was made from.
    other = letter(CLINIC) if way == "letter" else ""
    assert "303-555-0199" in (other or "303-555-0199")


def test_an_old_letter_after_a_commit(root: Path, letter: Callable[..., str]) -> None:
    git(root, "init", "-q")
    git(root, "add", "data/resources")
    git(root, "commit", "-qm", "Begun")
    old = letter(AUTHORITY, ("extension: 217", "extension: 300"))
    file = next(root.glob(f"data/resources/*/*/{AUTHORITY}.yml"))
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("People who had to flee come first.", "Nobody."), encoding="utf-8")
    git(root, "commit", "-qam", "Another's")
    done = run(root, old)
    assert done.returncode == 0, done.stderr.decode()
    now = file.read_text(encoding="utf-8")
    assert "Nobody." in now and "'300'" in now


@pytest.mark.parametrize(
    ("text", "status"),
    [(b"Entry: none-such\nAnswer: still right", 1), (b"\xff\xfe\x00", 2), (b"x" * 1_200_000, 1), (b"", 1)],
    ids=["no entry", "no text", "a megabyte", "nothing"],
)
def test_where_something_is_wrong_nothing_is_written(root: Path, text: bytes, status: int) -> None:
    before = {file: file.read_bytes() for file in root.glob("data/resources/*/*/*.yml")}
    done = run(root, text)
    assert done.returncode == status and done.stderr
    assert b"Traceback" not in done.stderr
    assert {file: file.read_bytes() for file in root.glob("data/resources/*/*/*.yml")} == before


def test_words_for_a_pull_request_end_no_fence(desk: Desk, letter: Callable[..., str]) -> None:
    text = letter(HOUSE, ("Cost: Free", "Cost: ```` </details> ![x](https://example.org/x) @everyone"))
    told = apply_update.told(apply_letter(text, desk))
    assert told.startswith("`````text\n") and told.endswith("\n`````\n")
    assert told.count("`````") == 2


# Forms


def test_forms_follow_the_model_and_give_nothing_away(sources: Sources) -> None:
    pattern = neutral_pattern(sources.vocabulary.neutral_words.all)
    for code, kind in sources.vocabulary.types.items():
        form = form_of(kind.slug)
        for shown in (kind.slug, form["name"], form["title"], form["description"]):
            assert pattern.search(shown) is None
        ids = [element["id"] for element in form["body"] if element["type"] != "markdown"]
        asked = [fact.field_id for fact in facts_of(code) if code != "domestic_violence" or fact.path[0] != PLACE]
        assert [one for one in ids if one in asked] == asked
        assert len(set(ids)) == len(ids) and {"entry", "answer", "why", "referral_until"} <= set(ids)
        labels = [element["attributes"]["label"] for element in form["body"] if element["type"] != "markdown"]
        assert len(set(labels)) == len(labels)
        assert "labels" not in form, "only a maintainer's label begins anything"
        assert "Never write about a person you serve" in form["body"][0]["attributes"]["value"]


def test_what_an_address_fills_in_is_no_drop_down(sources: Sources) -> None:
    """GitHub opens an empty issue where an address names a drop-down."""
    for code, kind in sources.vocabulary.types.items():
        plain_ids = {e["id"] for e in form_of(kind.slug)["body"] if e["type"] in {"input", "textarea"}}
        dropdowns = {e["id"] for e in form_of(kind.slug)["body"] if e["type"] == "dropdown"}
        assert {"entry", "version", "answer"} <= plain_ids
        assert not dropdowns & {fact.field_id for fact in facts_of(code)}
