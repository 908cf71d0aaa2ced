"""What stood on paper: for each id what was said of whom, so that whoever holds old paper learns what has changed.

A sheet's id does not say what stood on it. So each build writes down, of every sheet that it makes, whom it names and a
short digest of what it says of them; and takes over what earlier builds have written. The published ledger
(`paper/ledger.json.gz`) is where the next build finds it. Nothing in it is of a reader.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, NamedTuple

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from resource_directory.call_order import CallOrder
from resource_directory.canonical import record_data
from resource_directory.directory import Directory
from resource_directory.model import Phone, Record
from resource_directory.views import RecordView

JSON = dict[str, Any]
FOLDER = "paper"
FILE = f"{FOLDER}/ledger.json.gz"
#: So long after the day on which it ought to be checked is paper still known.
KEPT_DAYS = 730
_PART = 4
#: What a change is called in a place's file, in the order of the digest's parts.
CHANGES = ("number", "taking", "facts")
#: What is said of a record beside its name, numbers, and whether it takes people.
_FACTS = ("type", "schedules", "eligibility", "needs", "services", "url", "translations")


_SIGNS = "0123456789abcdefghijklmnopqrstuvwxyz"


class LedgerError(ValueError):
    """A ledger cannot be read; the message names the file and what to do."""


class Paper(BaseModel):
    """What stood on a sheet. `facts` gives for each record that it names what `Facts` told of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    language: str = Field(min_length=2)
    #: The first day of the week in which it was made last, and the day after which to check it.
    made: date
    check: date
    facts: dict[str, str]


class Ledger(BaseModel):
    """All paper that is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1] = 1
    #: By place (`08031`, `co-503`), then by the letters of the id.
    papers: dict[str, dict[str, Paper]] = {}
    #: What the records on it are called, or were.
    names: dict[str, str] = {}

    def packed(self) -> bytes:
        """The file, the same for the same paper."""
        plain = self.model_dump(mode="json")
        return gzip.compress(orjson.dumps(plain, option=orjson.OPT_SORT_KEYS), 6, mtime=0)


def read_ledger(file: Path) -> Ledger:
    """What earlier builds have written. Raises LedgerError."""
    try:
        return Ledger.model_validate_json(gzip.decompress(file.read_bytes()))
    except (OSError, EOFError, zlib.error) as error:
        raise LedgerError(f"{file}: {error}. Take {FILE} of the published site, or name no file.") from error
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        told = error.errors()[0]["msg"]
        raise LedgerError(f"{file}: {where}: {told}. Take {FILE} of the published site, or name no file.") from error


class Printed(NamedTuple):
    """A sheet that was made: its id (`08031-7KQ3FX`), its language, its days, and the records that it names."""

    id: str
    language: str
    made: date
    check: date
    records: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """Tells whether what paper says of a record still holds."""

    directory: Directory
    _known: dict[str, str] = field(default_factory=dict, repr=False)

    def of(self, record: Record) -> str:
        """Twelve letters: four each for its name and numbers, for whether it takes people, and for all else that paper
        says of it. The same in every language."""
        if record.id not in self._known:
            view = RecordView(record, self.directory)
            data = record_data(record)
            number = self._numbers(record)
            instead = self._numbers(view.instead) if view.instead is not None else None
            taking = (self._order.takes_nobody(record), view.referral, instead)
            needs = sorted(need.code for need in self.directory.needs_met(record))
            facts = ([data.get(name) for name in _FACTS], view.town, view.withheld, needs)
            self._known[record.id] = "".join(map(_letters, (number, taking, facts)))
        return self._known[record.id]

    def _numbers(self, record: Record) -> tuple[object, ...]:
        view = RecordView(record, self.directory)
        return (record.name, view.phone_of, [_dialled(phone) for phone in view.phones])

    @cached_property
    def _order(self) -> CallOrder:
        return CallOrder(self.directory)


def _dialled(phone: Phone) -> tuple[str | None, ...]:
    return (phone.number, phone.extension, phone.type, phone.keyword, phone.opening_hours)


def _letters(told: object) -> str:
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    number = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
    found = ""
    for _ in range(_PART):
        number, rest = divmod(number, len(_SIGNS))
        found += _SIGNS[rest]
    return found


@dataclass(frozen=True)
class Papers:
    """The paper of this build, and what is still known of earlier ones."""

    directory: Directory
    before: Ledger
    printed: tuple[Printed, ...]

    @cached_property
    def _facts(self) -> Facts:
        return Facts(self.directory)

    @cached_property
    def ledger(self) -> Ledger:
        """All paper that is known, without what is too old to be of use."""
        oldest = self.directory.today - timedelta(days=KEPT_DAYS)
        papers: dict[str, dict[str, Paper]] = {}
        for code, known in self.before.papers.items():
            if kept := {letters: paper for letters, paper in known.items() if paper.check >= oldest}:
                papers[code] = kept
        records = self.directory.records
        for sheet in self.printed:
            code, _, letters = sheet.id.rpartition("-")
            facts = {key: self._facts.of(records[key]) for key in sheet.records if key in records}
            paper = Paper(language=sheet.language, made=sheet.made, check=sheet.check, facts=facts)
            papers.setdefault(code, {})[letters] = paper
        used = {key for known in papers.values() for paper in known.values() for key in paper.facts}
        names = {key: records[key].name if key in records else self.before.names[key] for key in used}
        return Ledger(papers=papers, names=names)

    def files(self) -> Iterator[tuple[str, bytes]]:
        """(address, bytes) of the ledger, and of what each place's paper has come to."""
        yield FILE, self.ledger.packed()
        for code in self.ledger.papers:
            yield f"{FOLDER}/{code}.json", orjson.dumps(self._place(code))

    def _place(self, code: str) -> JSON:
        """What is asked of a place's paper: its name and page, and by the letters of the id whether it is today's (null
        where none is made in its language), its days, how many it names, who has changed in what, who is gone, and who
        is new on today's."""
        papers = self.ledger.papers[code]
        today = self._today.get(code, {})
        name, page = self._named(code)
        states = {letters: self._state(letters, paper, today.get(paper.language)) for letters, paper in papers.items()}
        return {"name": name, "page": page, "papers": states}

    def _named(self, code: str) -> tuple[str, str]:
        """What a place is called, and the address of its page; a region's or a state's, where it is one."""
        places = self.directory.places
        if (county := places.counties.get(code)) is not None:
            return f"{county.full_name}, {places.states[county.state].name}", county.url
        if (region := self.directory.regions.get(code.upper())) is not None:
            return RecordView(region, self.directory).neutral_title, f"regions/{code}/"
        state = places.states.get(code.upper())
        return (state.name, f"{code}/") if state is not None else ("", "")

    @cached_property
    def _today(self) -> Mapping[str, Mapping[str, Printed]]:
        """The paper of this build by place and language."""
        found: dict[str, dict[str, Printed]] = {}
        for sheet in self.printed:
            found.setdefault(sheet.id.rpartition("-")[0], {})[sheet.language] = sheet
        return found

    def _state(self, letters: str, paper: Paper, today: Printed | None) -> JSON:
        records = self.directory.records
        there = [records[key] for key in paper.facts if key in records]
        changed = [record for record in there if self._facts.of(record) != paper.facts[record.id]]
        new = [records[key] for key in today.records if key not in paper.facts] if today is not None else []
        found: JSON = {
            "today": today.id.endswith(f"-{letters}") if today is not None else None,
            "language": paper.language,
            "made": paper.made.isoformat(),
            "check": paper.check.isoformat(),
            "lines": len(paper.facts),
        }
        if changed:
            found["changed"] = [{**self._entry(record), "what": self._what(record, paper)} for record in changed]
        if gone := [self.ledger.names[key] for key in paper.facts if key not in records]:
            found["gone"] = gone
        if new:
            found["new"] = [self._entry(record) for record in new]
        return found

    def _what(self, record: Record, paper: Paper) -> list[str]:
        now, then = self._facts.of(record), paper.facts[record.id]
        parts = (slice(start, start + _PART) for start in range(0, _PART * len(CHANGES), _PART))
        return [name for name, part in zip(CHANGES, parts, strict=True) if now[part] != then[part]]

    def _entry(self, record: Record) -> JSON:
        numbers = [phone.number for phone in RecordView(record, self.directory).phones if phone.type == "voice"]
        return {"id": record.id, "name": record.name, "numbers": numbers[:2]}
