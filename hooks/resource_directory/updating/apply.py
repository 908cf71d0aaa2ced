"""A letter or a filled form to a change of one record: only what was changed, every problem at once, nothing written.

Three states are compared, fact by fact: what the letter was made from, what it says, and what the entry says now.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path as File
from typing import Any
from urllib.parse import urlsplit

import opening_hours

from resource_directory.canonical import canonical_text, comment_lines, dump_canonical, record_data
from resource_directory.loading import Sources, known_files
from resource_directory.model import PLACEHOLDERS, Record
from resource_directory.problems import Problem
from resource_directory.reading import find_files, read_bytes, read_path
from resource_directory.rules import RuleContext, check_record, check_together
from resource_directory.updating import letters
from resource_directory.updating.facts import (
    PLACE,
    REMOVE,
    Fact,
    Path,
    Unreadable,
    Words,
    facts_of,
    facts_text,
    known_facts,
    may_tell_place,
    plain,
    version_of,
)
from resource_directory.updating.letters import BY, CHANGED, HOW, RIGHT, SPEAKS, WHY, Letter

#: Kinds whose place may have to stay hidden though nothing says so yet: no letter gives them one.
_PERHAPS_HIDDEN = frozenset({"domestic_violence", "runaway_homeless_youth", "anti_trafficking"})
_ADDRESS: Path = (PLACE, "address")
_AREA = frozenset({"nationwide", "states", "regions", "counties"})
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_URL = re.compile(r"https?://\S+")

#: Gives the texts of a record's file as they were before, the latest first.
Earlier = Callable[[str], Iterable[str]]


@dataclass(frozen=True)
class Desk:
    """Where letters are worked on: the repository, what records are checked against, the day."""

    root: File
    sources: Sources
    today: date
    earlier: Earlier = lambda path: ()

    @property
    def words(self) -> Words:
        return Words(self.sources.vocabulary, self.sources.places)


@dataclass(frozen=True)
class Change:
    """One fact, as it was and as it will be. A line each; none where there was, or will be, nothing."""

    label: str
    old: tuple[str, ...]
    new: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.label}: {' / '.join(self.old) or '(nothing)'} -> {' / '.join(self.new) or '(nothing)'}"


@dataclass(frozen=True)
class Outcome:
    """What comes of a letter: the new text of a file, or why there is none."""

    path: str = ""
    name: str = ""
    #: The file's new text; None where nothing changes or something is wrong.
    text: str | None = None
    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass
class _Work:
    """A letter on its way to a change."""

    desk: Desk
    letter: Letter
    name: str
    path: str
    record: Record
    #: The entry as it was when the letter was made; None where that is not known.
    base: Record | None
    data: dict[str, Any]
    changes: list[Change] = field(default_factory=list)
    changed: set[Path] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_secret(self) -> bool:
        """True where no value may be repeated in a message: a place may stand in any field."""
        location = self.record.location
        return self.record.type == "domestic_violence" or (location is not None and location.visibility != "public")

    def wrong(self, label: str, code: str, message: str, fix: str) -> None:
        self.problems.append(Problem(self.name, self.letter.lines.get(label, 1), 1, code, message, fix))


def apply_letter(
    text: str, desk: Desk, *, name: str = "letter", by: str = "", day: date | None = None, take: Sequence[str] = ()
) -> Outcome:
    """What a letter or form makes of the entry that it names. Writes nothing.

    `by` names who confirms it (role and organization) where the letter does not. `day` is the day of that, today where
    none is given. `take` are labels whose value the letter decides though the entry has changed since.
    """
    letter, problems = _letter(text, name)
    found = None if letter is None or problems else _entry(letter, desk, name)
    if letter is None or found is None or isinstance(found, Problem):
        return Outcome(problems=(*problems, *([found] if isinstance(found, Problem) else [])))
    path, record = found
    work = _Work(desk, letter, name, path, record, _base(record, letter, desk, path), record_data(record))
    answer = letter.one(letters.ANSWER).casefold().strip(".")
    if answer not in {RIGHT, CHANGED}:
        work.wrong(letters.ANSWER, "E503", "The answer is missing.", f"Write 'Answer: {RIGHT}' or 'Answer: {CHANGED}'.")
    _take_facts(work, frozenset(take))
    if answer == RIGHT and work.changes:
        labels = ", ".join(change.label for change in work.changes)
        fix = f"Ask what is meant. If something changed, write 'Answer: {CHANGED}'."
        work.wrong(letters.ANSWER, "E503", f"It says 'still right', but has other words for: {labels}.", fix)
    _take_word(work, answer, by, day or desk.today)
    return _checked(work)


def _letter(text: str, name: str) -> tuple[Letter | None, tuple[Problem, ...]]:
    if len(text) > letters.LONGEST:
        fix = "Keep only the letter itself, from 'Entry:' to '(end)'."
        return None, (Problem(name, 1, 1, "E501", "The text is too long to be a letter.", fix),)
    letter = letters.read_letter(text)
    found = [
        Problem(name, letter.lines.get(label, 1), 1, "E501", f"'{label}' stands twice.", "Keep the one that is right.")
        for label in letter.twice
    ]
    found += [
        Problem(name, letter.lines[label], 1, "E501", f"No form has the heading '{label[:60]}'.", "Delete its '###'.")
        for label in letter.unknown
    ]
    return letter, tuple(found)


def _entry(letter: Letter, desk: Desk, name: str) -> tuple[str, Record] | Problem:
    """The path and the record of the entry that a letter names. The path is one of those there are, never made."""
    said, line = letter.one(letters.ENTRY), letter.lines.get(letters.ENTRY, 1)
    if not said:
        return Problem(name, 1, 1, "E502", "The text names no entry.", "Write 'Entry:' and its id at the top.")
    fix = "Take the id from the address of its page: resources/<id>/."
    if len(said) > 100 or not _ID.fullmatch(said):
        return Problem(name, line, 1, "E502", "What stands behind 'Entry' is not an id.", fix)
    there = [path for path in find_files(desk.root) if path.rpartition("/")[2] == f"{said}.yml"]
    if len(there) != 1:
        return Problem(name, line, 1, "E502", f"There is no entry '{said}'.", fix)
    read = read_path(desk.root, there[0], vocabulary=desk.sources.vocabulary, today=desk.today)
    if read.record is None:
        fix = "Mend the file first: scripts/check.py names what is wrong."
        return Problem(name, line, 1, "E502", f"The file of '{said}' has problems of its own.", fix)
    if comment_lines((desk.root / there[0]).read_text(encoding="utf-8")):
        fix = "Move it to editor_note, which is kept and not published."
        return Problem(there[0], 1, 1, "E111", "A comment in the file would be lost.", fix)
    return there[0], read.record


def _base(record: Record, letter: Letter, desk: Desk, path: str) -> Record | None:
    """The entry as it was when the letter was made, by the letter's mark."""
    version = letter.one(letters.VERSION)
    if version == version_of(facts_text(record, desk.words)):
        return record
    for text in desk.earlier(path):
        old = read_bytes(text.encode(), path, desk.sources.vocabulary, desk.today).record
        if old is not None and old.id == record.id and version == version_of(facts_text(old, desk.words)):
            return old
    return None


# The facts


def _take_facts(work: _Work, take: frozenset[str]) -> None:
    """Puts into the data what the letter changed."""
    now = {fact.label: lines for fact, lines in known_facts(work.record, work.desk.words)}
    before = None if work.base is None else {f.label: lines for f, lines in known_facts(work.base, work.desk.words)}
    facts = {fact.label: fact for fact in facts_of(work.record.type)}
    for label, said in work.letter.said.items():
        if label in letters.HEAD or not any(said):
            continue
        fact = facts.get(label)
        if fact is None:
            work.wrong(label, "E504", f"{label}: entries of this kind have no such fact.", "Delete the line.")
        elif fact.path[0] == PLACE and not _may_have_place(work.record):
            fix = "Delete the line. A director who wants the place published writes to the maintainers."
            work.wrong(label, "E505", f"{label}: the place of this entry is not set by letter.", fix)
        else:
            _take_fact(
                work, fact, said, now.get(label), before.get(label, []) if before is not None else None, label in take
            )
    _follow(work)


def _may_have_place(record: Record) -> bool:
    return may_tell_place(record) or (record.location is None and record.type not in _PERHAPS_HIDDEN)


def _take_fact(
    work: _Work, fact: Fact, said: Sequence[str], now: list[str] | None, before: list[str] | None, taken: bool
) -> None:
    """`now` are the entry's lines, `before` those that the letter was made from; None where that is not known."""
    if before is not None and _same(said, before) and not taken:
        return
    if _same(said, now or []):
        return
    removed = " ".join(said).strip().casefold().strip(".") in REMOVE
    try:
        value = None if removed else _read(fact, said, work.desk.words)
    except Unreadable as error:
        message = "the value cannot be read. It is not repeated here." if work.is_secret else error.message
        work.wrong(fact.label, "E504", f"{fact.label}: {message}", error.fix)
        return
    old = _at(work.data, fact.path)
    if (removed and old is None) or (value is not None and _texts(value) == _texts(old)):
        return
    if not taken and (before is None or not _same(before, now or [])):
        _conflict(work, fact, said, now, before)
        return
    _put(work.data, fact.path, value)
    work.changed.add(fact.path)
    work.changes.append(Change(fact.label, tuple(now or ()), () if removed else tuple(plain(line) for line in said)))


def _read(fact: Fact, said: Sequence[str], words: Words) -> Any:
    whole = " ".join(said).strip()
    if whole.casefold() in PLACEHOLDERS:
        fix = "Leave it empty where you do not know, write 'remove' to take the fact away, or say it in words."
        raise Unreadable(f"'{whole}' is not a fact.", fix)
    value = fact.read(said, words)
    return _hours_in_words(value) if fact.path == ("schedules",) else value


def _hours_in_words(schedules: list[dict[str, str]]) -> list[dict[str, str]]:
    """People write hours in their own words: those stand as words."""
    found = []
    for schedule in schedules:
        hours = schedule.get("opening_hours")
        if hours and not opening_hours.validate(hours):
            words = ". ".join(part.rstrip(".") for part in (hours, schedule.get("description")) if part)
            schedule = {name: value for name, value in schedule.items() if name != "opening_hours"}
            schedule["description"] = words
        found.append(schedule)
    return found


def _conflict(work: _Work, fact: Fact, said: Sequence[str], now: list[str] | None, before: list[str] | None) -> None:
    fix = f"Ask which is right. For the letter's: --take '{fact.label}'. For the entry's: delete the line."
    if work.is_secret:
        message = "the entry has changed since this letter was made."
    else:
        was = f", then '{_shown(before)}'" if before is not None else ""
        message = f"the letter says '{_shown(said)}', the entry now '{_shown(now or ())}'{was}."
    work.wrong(fact.label, "E506", f"{fact.label}: {message}", fix)


def _shown(lines: Sequence[str]) -> str:
    text = " / ".join(lines)
    return text if len(text) <= 80 else text[:77] + "..."


def _same(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether the words are the same. Mail programs break and join lines: blanks count only between words."""
    return [" ".join(line.split()) for line in one if line] == [" ".join(line.split()) for line in other]


def _texts(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _texts(inner) for name, inner in value.items()}
    return [_texts(inner) for inner in value] if isinstance(value, list) else str(value)


def _at(data: Mapping[str, Any], path: Path) -> Any:
    value: Any = data
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _put(data: dict[str, Any], path: Path, value: Any) -> None:
    """Sets a value, or takes it away with the parts that are empty then."""
    name, rest = path[0], path[1:]
    if rest:
        part = dict(data.get(name) or {})
        _put(part, rest, value)
        value = part or None
    if value is None:
        data.pop(name, None)
    else:
        data[name] = value


def _follow(work: _Work) -> None:
    """What follows from what was changed."""
    if any(path[:2] == _ADDRESS for path in work.changed):
        _follow_address(work)
    area = work.data.get("service_area", {})
    if "assumed" in area and any(path[0] == "service_area" and path[1] in _AREA for path in work.changed):
        _put(work.data, ("service_area", "assumed"), None)
        work.notes.append("The area served is no longer a guess.")
    _follow_pause(work)


def _follow_address(work: _Work) -> None:
    """A point of the old address would lead people to the wrong door."""
    location = work.data.setdefault(PLACE, {})
    location.setdefault("visibility", "public")
    if location.pop("point", None) is not None:
        work.notes.append("The point on the map was taken away, because the address is another.")
    code = str(location.get("address", {}).get("postal_code", ""))[:5]
    counties = work.desk.sources.places.zip_counties.get(code, ())
    if len(counties) == 1:
        location["county"] = counties[0][0]
    elif location.get("county") not in {fips for fips, _ in counties}:
        location.pop("county", None)


def _follow_pause(work: _Work) -> None:
    """A day makes a pause; without it there is none."""
    until, status = ("referral", "until"), ("referral", "status")
    if until not in work.changed or status in work.changed:
        return
    day = _at(work.data, until)
    if day is None and _at(work.data, status) == "paused":
        _put(work.data, status, None)
        work.notes.append("The pause was taken away. Nothing says whether it takes people now.")
    elif day is not None and str(day) < work.desk.today.isoformat():
        work.wrong(letters.PAUSE, "E504", f"{letters.PAUSE}: that day has gone.", "Write the day to ask again.")
    elif day is not None:
        _put(work.data, status, "paused")


# Who says so


def _take_word(work: _Work, answer: str, by: str, day: date) -> None:
    """Marks the entry as confirmed by the organization, or names the page that a change was taken from."""
    speaks = work.letter.one(SPEAKS).casefold().strip(".")
    own = work.letter.one(BY) if speaks == "yes" else ""
    if speaks not in {"", "yes", "no"}:
        work.wrong(SPEAKS, "E503", f"'{SPEAKS}' is neither yes nor no.", "Write yes or no.")
    elif speaks == "yes" and not (own or by):
        work.wrong(BY, "E503", f"'{BY}' is missing.", "Write such as 'Program director, Example House'.")
    if by or own:
        if work.changes or answer == RIGHT:
            work.data["verified"] = {"date": day.isoformat(), "by": by or own}
    elif answer == RIGHT and speaks != "yes":
        fix = "Ring the organization; then name who confirmed it: --by 'Program director, Example House'."
        work.wrong(SPEAKS, "E503", "Nobody says it for the organization.", fix)
    elif work.changes and speaks != "yes":
        _take_page(work, day)


def _take_page(work: _Work, day: date) -> None:
    """No fact without a source: the page that says so."""
    found = _URL.search(work.letter.one(HOW))
    if not found:
        fix = f"Write a web page behind '{HOW}', or name who says it for the organization: --by."
        work.wrong(HOW, "E503", "Nothing says how this is known.", fix)
        return
    url = found.group().rstrip(".,;)")
    sources = [work.data["source"], *work.data.get("further_sources", [])]
    if url in {source.get("url") for source in sources}:
        return
    labels = ", ".join(change.label for change in work.changes)
    note = f"Says: {labels}." if len(labels) < 180 else "Says what was changed that day."
    source = {"publisher": urlsplit(url).hostname or url, "url": url, "retrieved": day.isoformat(), "note": note}
    work.data["further_sources"] = [*sources[1:], source]


# The check


def _checked(work: _Work) -> Outcome:
    if work.problems:
        return Outcome(work.path, work.record.name, problems=tuple(sorted(work.problems)))
    text, problems = _new_text(work)
    if problems:
        return Outcome(work.path, work.record.name, problems=tuple(problems))
    if text == canonical_text(work.record):
        return Outcome(work.path, work.record.name)
    why = work.letter.one(WHY)
    notes = (*work.notes, *([f"What changed, in their words: {why}"] if why else []))
    return Outcome(work.path, work.record.name, text, tuple(work.changes), notes)


def _new_text(work: _Work) -> tuple[str, list[Problem]]:
    """The record's text with the changes, and every problem that it would have, by the letter's lines."""
    sources = work.desk.sources
    read = read_bytes(dump_canonical(work.data).encode(), work.path, sources.vocabulary, work.desk.today)
    if read.record is None:
        return "", [_in_letter(work, problem.code, problem.message, problem.fix) for problem in read.problems]
    context = RuleContext(sources.vocabulary, sources.places, sources.shapes, work.desk.today)
    known = known_files(work.desk.root, sources, work.desk.today)
    findings = [*check_record(read.record, work.path, context), *check_together({work.path: read.record}, known)]
    told = [(f.code, _named(f.location, f.message), f.fix) for f in findings]
    return canonical_text(read.record), [_in_letter(work, *one) for one in told]


def _named(location: Sequence[str | int], message: str) -> str:
    name = ".".join(str(part) for part in location if isinstance(part, str))
    return f"{name}: {message}" if name else message


def _in_letter(work: _Work, code: str, message: str, fix: str) -> Problem:
    """A problem of the record, at the line of the letter that it comes from, by the letter's label."""
    name, separator, rest = message.partition(": ")
    path = tuple(re.sub(r"\[\d+\]", "", name).split("."))
    fact = next((one for one in _nearest(work, path)), None) if separator else None
    if fact is None:
        return Problem(work.name, 1, 1, code, message, fix)
    return Problem(work.name, work.letter.lines.get(fact.label, 1), 1, code, f"{fact.label}: {rest}", fix)


def _nearest(work: _Work, path: Sequence[str]) -> Iterator[Fact]:
    return (fact for fact in facts_of(work.record.type) if tuple(path[: len(fact.path)]) == fact.path)
