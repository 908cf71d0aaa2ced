"""What an import changed and what it left to a person, in words: lists, and one summary a state. Writes nothing.

No value of a record whose place is withheld is told, but for telephone numbers and words of the vocabulary.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from resource_directory.canonical import record_data
from resource_directory.importers.last_values import fields_of
from resource_directory.importers.run import Run
from resource_directory.model import Record
from resource_directory.open_questions import GONE, OpenQuestion, question

NOT_SHOWN = "(not shown: the place is withheld)"
#: Fields that never tell a place.
_TELLABLE = frozenset({"phones", "services", "health_services", "programs", "kinds", "setting", "sliding_fee"})
_WORDS = {
    "phones": "Telephone",
    "url": "Web site",
    "email": "E-mail",
    "source": "Source",
    "further_sources": "Further sources",
    "location": "Place",
    "location.address": "Address",
    "location.county": "County of the place",
    "location.point": "Point on the map",
    "location.visibility": "Public or withheld",
    "registry_ids": "Numbers in registers",
    "organization": "Parent organization",
}
#: At most this many of a publisher's records, or this share of them, can vanish from a list that is whole.
MOST_GONE, MOST_GONE_SHARE = 10, 0.2
#: A pull request's text may have 65,536 letters.
LONGEST_SUMMARY = 60_000


@dataclass(frozen=True)
class Change:
    """A field of a record that an import changed; values of plain data, None where there is none."""

    path: str
    field: str
    before: Any
    after: Any


def changes(existing: Mapping[str, Record], run: Run) -> Iterator[Change]:
    """What the run changes in records that exist, field by field, in order of paths."""
    for path, record in sorted(run.records.items()):
        old = existing.get(path)
        if old is None or old == record:
            continue
        before, after = _comparable(old), _comparable(record)
        for name in dict.fromkeys((*before, *after)):
            if before.get(name) != after.get(name):
                yield Change(path, name, before.get(name), after.get(name))


def _comparable(record: Record) -> dict[str, Any]:
    data = record_data(record)
    extra = {"registry_ids": data.get("registry_ids")} | {
        f"location.{name}": value
        for name, value in (data.get("location") or {}).items()
        if name in {"visibility", "review"}
    }
    return {name: value for name, value in (fields_of(data) | extra).items() if value is not None}


def field_words(name: str) -> str:
    """`location.point` -> `Point on the map`; a field without words of its own keeps its name."""
    return _WORDS.get(name, name.replace("_", " ").capitalize())


def value_text(name: str, value: Any) -> str:
    """A value in one line: numbers as they are rung, addresses as they are written."""
    if value is None:
        return "(none)"
    if name == "phones":
        return ", ".join(
            phone["number"] + (f" ext. {phone['extension']}" if "extension" in phone else "") for phone in value
        )
    if name == "location.address":
        return ", ".join(str(part) for part in value.values())
    if name == "location.point":
        return f"{value['latitude']}, {value['longitude']}"
    if name == "source":
        return f"{value['publisher']}, {value['retrieved']}"
    if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
        return ", ".join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def shown(name: str, value: Any, records: Iterable[Record | None]) -> str:
    """As `value_text`, unless the place of any of the records is withheld and the field may tell it."""
    withheld = any(
        record is not None and record.location is not None and record.location.visibility == "withheld"
        for record in records
    )
    return NOT_SHOWN if withheld and name not in _TELLABLE else value_text(name, value)


def too_many_gone(existing: Mapping[str, Record], run: Run) -> dict[str, tuple[int, int]]:
    """Publishers of whom so many records are gone that their table is likelier cut short: how many, of how many."""
    states = set(run.accounts)
    all_of = Counter(record.source.publisher for path, record in existing.items() if path.split("/")[2] in states)
    gone = Counter(existing[path].source.publisher for path in run.gone)
    return {
        publisher: (number, all_of[publisher])
        for publisher, number in sorted(gone.items())
        if number > MOST_GONE and number > MOST_GONE_SHARE * all_of[publisher]
    }


def open_questions(
    run: Run, before: Iterable[OpenQuestion], today: date, unsure: Iterable[str] = ()
) -> list[OpenQuestion]:
    """What is open after the run: with the day on which it was first found. `unsure` are paths of records of which it
    cannot be said whether they are gone: what was said of them before stays."""
    since = {entry.key: entry.since for entry in before}
    skipped = set(unsure)
    found = [question(path, "gone", "", GONE, today) for path in run.gone if path not in skipped]
    found += [question(path, "gone", "", GONE, today) for path in skipped if (path, "gone", "") in since]
    found += [question(entry.path, "conflict", entry.field, entry.reason, today) for entry in run.conflicts]
    return sorted(
        OpenQuestion(**{**vars(entry), "since": since.get(entry.key, entry.since)})
        for entry in {entry.key: entry for entry in found}.values()
    )


_COLUMNS = ("kind", "id", "name", "field", "reason", "since", "here", "publisher says")


def question_rows(
    questions: Iterable[OpenQuestion], run: Run, existing: Mapping[str, Record]
) -> Iterator[dict[str, str]]:
    """A row for each question, with the values that may be told."""
    conflicts = {(entry.path, entry.field): entry for entry in run.conflicts}
    for entry in questions:
        record, conflict = existing.get(entry.path), conflicts.get((entry.path, entry.field))
        both = (record, run.records.get(entry.path))
        here, there = ("", "")
        if conflict and entry.field != "location":
            here, there = (shown(entry.field, value, both) for value in (conflict.ours, conflict.theirs))
        name = shown("name", record.name if record else None, both)
        cells = (entry.kind, f"{entry.state}/{entry.id}", name, entry.field, entry.reason, entry.since.isoformat())
        yield dict(zip(_COLUMNS, (*cells, here, there), strict=True))


def rows_csv(rows: Iterable[Mapping[str, str]]) -> str:
    """The rows as a table; a cell that a spreadsheet would take for a formula gets an apostrophe first."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: _cell(text) for key, text in row.items()} for row in rows)
    return stream.getvalue()


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def rows_json(rows: Iterable[Mapping[str, str]]) -> str:
    return json.dumps(list(rows), ensure_ascii=False, indent=1) + "\n"


def rows_text(rows: Iterable[Mapping[str, str]]) -> str:
    """A line or two for each, for reading on a screen."""
    lines = []
    for row in rows:
        lines.append(f"{row['id']}: {row['field'] or 'record'}: {row['reason']} (since {row['since']})")
        if row["here"] or row["publisher says"]:
            lines.append(f"    here: {row['here']}   publisher: {row['publisher says']}")
    return "".join(f"{line}\n" for line in lines)


def summary(
    state_name: str,
    state: str,
    existing: Mapping[str, Record],
    run: Run,
    questions: Sequence[OpenQuestion],
    changed: Sequence[Change],
) -> str:
    """What the import changes in one state (`co`) and what it leaves to a person: Markdown, a pull request's text.
    `changed` are the state's changes, of `changes`."""
    made = sorted(path for path in run.records if path not in existing and path.split("/")[2] == state)
    rows = list(question_rows([entry for entry in questions if entry.state == state], run, existing))
    days = [entry for entry in changed if entry.field in {"source", "further_sources"}]
    facts = [entry for entry in changed if entry.field not in {"source", "further_sources"}]
    lines = [
        f"# {state_name}: what the publishers' lists say now",
        "",
        f"- {len(made)} new entries",
        f"- {len({entry.path for entry in facts})} entries with changed facts ({len(facts)} facts)",
        f"- {len({entry.path for entry in days})} entries with a newer day or note of their source",
        f"- {sum(row['kind'] == 'conflict' for row in rows)} facts to decide: changed here and by the publisher",
        f"- {sum(row['kind'] == 'gone' for row in rows)} entries that their publisher's list no longer has",
        "",
        "Nothing is deleted. What somebody here has edited, or the organization has confirmed, stays as it is.",
    ]
    lines += _section("To decide", (_question_line(row) for row in rows if row["kind"] == "conflict"))
    gone = (_question_line(row) for row in rows if row["kind"] == "gone")
    lines += _section("Gone from the publisher's list: ring and ask", gone)
    lines += _section("Changed", (_change_line(entry, existing, run) for entry in facts))
    lines += _section("New", (f"- {_code(_told_name(run.records[path]))} ({_code(path)})" for path in made))
    return _cut(lines)


def _section(title: str, entries: Iterable[str]) -> list[str]:
    found = list(entries)
    return ["", f"## {title}", "", *found] if found else []


def _question_line(row: Mapping[str, str]) -> str:
    line = f"- {_code(row['name'])} ({_code(row['id'])})"
    if row["field"]:
        line += f", {field_words(row['field'])}: {row['reason']}"
    if row["here"] or row["publisher says"]:
        line += f". Here {_code(row['here'])}, the publisher {_code(row['publisher says'])}"
    return f"{line}. Since {row['since']}."


def _change_line(change: Change, existing: Mapping[str, Record], run: Run) -> str:
    records = (existing[change.path], run.records[change.path])
    before, after = (shown(change.field, value, records) for value in (change.before, change.after))
    if change.field == "location.visibility":
        before, after = (str(value or "(none)") for value in (change.before, change.after))
    name = shown("name", records[0].name, records)
    told = f"{_code(before)} → {_code(after)}" if before != after else _code(after)
    return f"- {field_words(change.field)} of {_code(name)} ({_code(change.path)}): {told}"


def _told_name(record: Record) -> str:
    return shown("name", record.name, (record,))


def _code(text: str) -> str:
    """The text as it is, whatever marks stand in it: no link, no mention, no picture."""
    plain = " ".join(text.split()).replace("`", "'")
    return f"`{plain}`" if plain else "(none)"


def _cut(lines: Sequence[str]) -> str:
    kept: list[str] = []
    length = 0
    for number, line in enumerate(lines):
        length += len(line) + 1
        if length > LONGEST_SUMMARY:
            kept += ["", f"And {len(lines) - number} more lines. The commit has them all."]
            break
        kept.append(line)
    return "\n".join(kept) + "\n"
