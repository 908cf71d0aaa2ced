"""What to ring: entries past their limit or never confirmed, as text, as a table, as a sheet to ring down; and back.

Text in, text out. A sheet is paper that lies about: it says nothing that the site does not, and of a family program
no street at all.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import NamedTuple

import jinja2

from resource_directory.directory import Directory
from resource_directory.freshness import CONFIRMED, IMPORTED, OVERDUE, Freshness, freshness_of
from resource_directory.model import Record
from resource_directory.partners import Keepers
from resource_directory.problems import printable
from resource_directory.views import RecordView
from resource_directory.words import count_words, day_words, dial_address, hours_words, phone_words

#: The words for a standing.
WORDS: Mapping[str, str] = {OVERDUE: "overdue", IMPORTED: "never confirmed"}
#: The folder of entries that belong to no state.
COUNTRY = "us"
COLUMNS = (
    "id", "name", "kind", "state", "partner", "needs", "number", "standing", "since", "days", "limit",
    "answer", "by", "date", "note",
)  # fmt: skip
#: What a volunteer can hear.
STILL_RIGHT, CHANGED, NO_ANSWER = "still right", "changed", "no answer"
ANSWERS = (STILL_RIGHT, CHANGED, NO_ANSWER)
#: A spreadsheet takes a cell that begins so for a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: More services than this are not read out.
_SERVICES = 6


@dataclass(frozen=True)
class Entry:
    """An entry to ring. `state` is the folder that keeps it (`co`, `us`); `partner` its first keeper, or else whom its
    facts come from; `codes` are those of the partners that keep it."""

    view: RecordView
    freshness: Freshness
    state: str
    partner: str
    codes: tuple[str, ...] = ()

    @property
    def record(self) -> Record:
        return self.view.record

    @property
    def number(self) -> str:
        """The number to ring first, in words; empty where none is known."""
        return phone_words(self.view.phones[0]) if self.view.phones else ""

    @property
    def standing(self) -> str:
        """`overdue by 3 days, confirmed on 1 September 2026`; `never confirmed, facts of 3 May 2026`."""
        fresh = self.freshness
        if fresh.standing == OVERDUE:
            days = count_words(fresh.days - fresh.limit, "day", "days")
            return f"overdue by {days}, confirmed on {day_words(fresh.since)}"
        return f"never confirmed, facts of {day_words(fresh.since)}"


@dataclass(frozen=True)
class Wanted:
    """Which entries are asked for; what is empty is not asked."""

    state: str = ""
    type: str = ""
    need: str = ""
    #: A partner's code, or a part of the name under which entries are grouped.
    partner: str = ""
    standing: str = ""

    def takes(self, entry: Entry) -> bool:
        """Whether an entry is asked for."""
        return (
            self.state in {"", entry.state}
            and self.type in {"", entry.record.type}
            and self.standing in {"", entry.freshness.standing}
            and (not self.need or self.need in {need.code for need in entry.view.needs})
            and (self.partner in {"", *entry.codes} or self.partner.casefold() in entry.partner.casefold())
        )


def entries_to_ring(directory: Directory, keepers: Keepers, day: date, wanted: Wanted) -> tuple[Entry, ...]:
    """Entries that are overdue or were never confirmed: by state and partner, in each the longest overdue first.

    Those with one number stand together: one call answers for all.
    """
    found = [entry for record in directory.in_order if (entry := _entry(directory, keepers, day, record))]
    taken = [entry for entry in found if wanted.takes(entry)]
    first: dict[tuple[str, str, str], tuple[bool, int, str]] = {}
    for entry in taken:
        key, urgency = _line(entry), (*_urgent(entry), entry.record.id)
        first[key] = min(first.get(key, urgency), urgency)
    return tuple(sorted(taken, key=lambda e: (_place(directory, e.state), e.partner, first[_line(e)], _urgent(e))))


def _line(entry: Entry) -> tuple[str, str, str]:
    """State, partner, and the number; an entry without one stands alone."""
    return entry.state, entry.partner, entry.number or entry.record.id


def most_urgent(entries: Sequence[Entry], number: int) -> tuple[Entry, ...]:
    """So many of them that cannot wait, in their order."""
    first = {entry.record.id for entry in sorted(entries, key=_urgent)[:number]}
    return tuple(entry for entry in entries if entry.record.id in first)


def _entry(directory: Directory, keepers: Keepers, day: date, record: Record) -> Entry | None:
    fresh = freshness_of(record, directory.vocabulary, day)
    if fresh.standing == CONFIRMED:
        return None
    path = directory.paths[record.id]
    view = RecordView(record, directory)
    partners = keepers.of(path)
    codes = tuple(partner.code for partner in partners)
    return Entry(view, fresh, path.split("/")[2], partners[0].name if partners else _comes_from(view), codes)


def _comes_from(view: RecordView) -> str:
    """Where no partner keeps an entry: the organization that runs it, else who published its facts."""
    return view.parent.name if view.parent is not None else f"No partner yet: {view.record.source.publisher}"


def _place(directory: Directory, slug: str) -> tuple[bool, str]:
    return (slug == COUNTRY, state_name(directory, slug))


def _urgent(entry: Entry) -> tuple[bool, int]:
    return (entry.freshness.standing != OVERDUE, entry.freshness.limit - entry.freshness.days)


def state_name(directory: Directory, slug: str) -> str:
    """`co` -> `Colorado`."""
    return "Whole country" if slug == COUNTRY else directory.places.states[slug.upper()].name


class Group(NamedTuple):
    """Entries of one state and one partner."""

    state: str
    partner: str
    entries: tuple[Entry, ...]

    @property
    def shared(self) -> Mapping[str, int]:
        """How many of the entries have a number, by numbers of several."""
        found = Counter(entry.number for entry in self.entries if entry.number)
        return {number: times for number, times in found.items() if times > 1}


def groups(directory: Directory, entries: Iterable[Entry]) -> Iterator[Group]:
    """The entries in their order by state and partner."""
    for (state, partner), found in groupby(entries, key=lambda entry: (entry.state, entry.partner)):
        yield Group(state_name(directory, state), partner, tuple(found))


def summary(entries: Sequence[Entry]) -> str:
    """`3 entries: 1 overdue, 2 never confirmed.`"""
    overdue = sum(entry.freshness.standing == OVERDUE for entry in entries)
    told = count_words(len(entries), "entry", "entries")
    return f"{told}: {overdue:,} overdue, {len(entries) - overdue:,} never confirmed."


def as_text(directory: Directory, entries: Sequence[Entry]) -> str:
    """A line an entry, under headings of state and partner."""
    lines = [summary(entries)]
    for state, of_state in groupby(groups(directory, entries), key=lambda group: group.state):
        lines += ["", state, "-" * len(state)]
        for group in of_state:
            lines += ["", f"{group.partner}:"]
            lines += [
                f"  {e.record.id}: {e.record.name}. {e.number or 'No number'}. {e.standing}." for e in group.entries
            ]
    return "".join(f"{printable(line)}\n" for line in lines)


def as_table(directory: Directory, entries: Iterable[Entry]) -> str:
    """CSV: COLUMNS, then a row an entry. The last four columns are for what a volunteer hears."""
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(COLUMNS)
    for entry in entries:
        fresh, view = entry.freshness, entry.view
        needs = "; ".join(need.label for need in view.needs)
        cells = (
            view.record.id, view.record.name, view.type.label, state_name(directory, entry.state), entry.partner, needs,
            entry.number, WORDS[fresh.standing], fresh.since.isoformat(), str(fresh.days), str(fresh.limit),
        )  # fmt: skip
        rows.writerow([*map(harmless, cells), "", "", "", ""])
    return written.getvalue()


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def questions(entry: Entry) -> tuple[str, ...]:
    """What to ask: what the entry says, and what it should say and does not."""
    view, record = entry.view, entry.record
    return tuple(filter(None, (
        "Is this the number to ring for help?" if view.phones else "Which number should one ring?",
        _hours(record),
        _where(view),
        _services(view),
        "Do you take people now? If not, until when?",
        "Which counties do you serve?" if view.area_assumed else "",
    )))  # fmt: skip


def _hours(record: Record) -> str:
    hours = [hours_words(s.opening_hours) for s in record.schedules or () if s.opening_hours]
    return f"Your hours are: {'; '.join(hours)}. Still so?" if hours else "When does somebody answer?"


def _where(view: RecordView) -> str:
    # Nobody asks a family program for its street on the telephone.
    if view.record.type == "domestic_violence" or not view.has_street:
        return ""
    return f"You are at {', '.join(view.address_lines)}. Still so?"


def _services(view: RecordView) -> str:
    if not view.services:
        return "What do you offer?"
    named = ", ".join(service.label for service in view.services[:_SERVICES])
    return f"You offer: {named}{' and more' if len(view.services) > _SERVICES else ''}. Still so?"


def call_sheet(directory: Directory, entries: Sequence[Entry], day: date, template: str) -> str:
    """A page to print. `template` is the text of scripts/call_sheet.html."""
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(day=day_words, phone=phone_words)
    environment.globals.update(dial=dial_address, questions=questions)
    return environment.from_string(template).render(
        day=day, groups=tuple(groups(directory, entries)), summary=summary(entries),
        purposes=directory.vocabulary.codes("phone_purposes"),
    )  # fmt: skip


class Result(NamedTuple):
    """What a volunteer heard of an entry. `by` is the role of who said so, and the organization."""

    line: int
    id: str
    answer: str
    by: str
    day: date | None
    note: str


class Mistake(NamedTuple):
    """Why a row cannot be used. Lines count from 1."""

    line: int
    message: str

    def as_text(self, name: str) -> str:
        """`file:line: what is wrong.`"""
        return f"{name}:{self.line}: {self.message}"


def read_results(
    text: str, known: Callable[[str], bool], today: date
) -> tuple[tuple[Result, ...], tuple[Mistake, ...]]:
    """The rows of a filled-in table that have an answer, and all that is wrong with it.

    Needs the columns id, answer, by and date; others may stand there. `known` tells whether an id is an entry's.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    results: list[Result] = []
    mistakes: list[Mistake] = []
    try:
        missing = [name for name in ("id", "answer", "by", "date") if name not in (reader.fieldnames or ())]
        if missing:
            return (), (Mistake(1, f"The column '{missing[0]}' is missing."),)
        for row in reader:
            cells = {key: (value or "").strip() for key, value in row.items() if isinstance(key, str)}
            if cells["answer"]:
                result, wrong = _result(cells, reader.line_num, known, today)
                results.append(result)
                mistakes += [Mistake(reader.line_num, message) for message in wrong]
    except csv.Error as error:
        mistakes.append(Mistake(reader.line_num, f"This is not a table (CSV): {error}."))
    mistakes += _twice(results)
    return tuple(results), tuple(sorted(mistakes))


def _result(
    cells: Mapping[str, str], line: int, known: Callable[[str], bool], today: date
) -> tuple[Result, tuple[str, ...]]:
    """A row, and what is wrong with it."""
    answer = " ".join(cells["answer"].replace("_", " ").casefold().split())
    day, wrong_day = _day(cells["date"], today)
    wrong = [] if known(cells["id"]) else ["There is no entry of this id."]
    if answer not in ANSWERS:
        wrong.append(f"The answer is none of: {', '.join(ANSWERS)}.")
    if answer == STILL_RIGHT:
        wrong += [] if cells["by"] else ["Who said so is missing: a role and the organization, not a person's name."]
        wrong += [wrong_day] if wrong_day else []
    return Result(line, cells["id"], answer, cells["by"], day, cells.get("note", "")), tuple(wrong)


def _day(text: str, today: date) -> tuple[date | None, str]:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None, "The date is missing or no date. Write it as 2026-03-12."
    return day, f"The date lies in the future. Today is {today}." if day > today else ""


def _twice(results: Iterable[Result]) -> Iterator[Mistake]:
    first: dict[str, int] = {}
    for result in results:
        if result.id in first:
            yield Mistake(result.line, f"This entry stands on line {first[result.id]}, too. Keep one of the two.")
        first.setdefault(result.id, result.line)
