"""What stood on paper: for each id what was said of whom, so that whoever holds old paper learns what has changed.

A sheet's id does not say what stood on it. So each build writes down, of every sheet that it makes, whom it names and a
short digest of what it says of them; and takes over what earlier builds have written. The published ledger
(`paper/ledger.json.gz`) is where the next build finds it. Nothing in it is of a reader, and nothing of an entry that
has been taken off: of those it keeps how many there were.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from resource_directory.call_order import FEW_PEOPLE, Called, CallOrder
from resource_directory.canonical import record_data
from resource_directory.directory import Directory
from resource_directory.model import ContinuumOfCare, Phone, Record
from resource_directory.places import County
from resource_directory.serving import ELSEWHERE, is_line_for_all, is_sure
from resource_directory.sheets.order import region_calls
from resource_directory.translating import RULES_ON_PAPER
from resource_directory.views import RecordView
from resource_directory.words import miles

JSON = dict[str, Any]
FOLDER = "paper"
FILE = f"{FOLDER}/ledger.json.gz"
#: So long after the day on which it ought to be checked is paper still known.
KEPT_DAYS = 730
_PART = 4
#: What a change is called in a place's file, in the order of the digest's parts.
CHANGES = ("number", "taking", "facts", "place")
#: What is said of a record beside its name, numbers, whether it takes people, and how it stands to a place.
PRINTED = (
    "type", "schedules", "eligibility", "services", "url", "translations", "setting", "lead_agency", "meetings",
)  # fmt: skip
_SIGNS = "0123456789abcdefghijklmnopqrstuvwxyz"
_MEND = f"Take {FILE} of the published site, or one that scripts/sheets.py --ledger wrote; or name no file."

#: A place's code (`08031`, `co-503`, `co`), an id's letters, a record's id, and what `Facts` told of it. Files are
#: named after the first, and pages after the third.
Code = Annotated[str, Field(pattern=r"^(\d{5}|[a-z]{2}(-\d{3}[a-z]?)?)$")]
Letters = Annotated[str, Field(pattern=r"^[2-9B-DF-HJKMNP-TV-XZ]{6}$")]
Key = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Digest = Annotated[str, Field(pattern=rf"^[0-9a-z]{{{_PART * len(CHANGES)}}}$")]


class LedgerError(ValueError):
    """A ledger cannot be read; the message names the file and what to do."""


class Paper(BaseModel):
    """What stood on a sheet. `facts` gives for each record that it names, and that is still listed, what `Facts` told
    of it; `gone` is how many others it named."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    language: str = Field(pattern=r"^[a-z]{2,3}(-[A-Za-z]{2,4})*$")
    kind: str = Field(pattern=r"^[a-z-]+$")
    #: The first day of the week in which it was made last, and the day after which to check it.
    made: date
    check: date
    facts: dict[Key, Digest]
    gone: int = Field(0, ge=0)


class Ledger(BaseModel):
    """All paper that is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[2] = 2
    #: By place (`08031`, `co-503`), then by the letters of the id.
    papers: dict[Code, dict[Letters, Paper]] = {}

    def packed(self) -> bytes:
        """The file, the same for the same paper."""
        plain = self.model_dump(mode="json", exclude_defaults=True) | {"format": self.format}
        return gzip.compress(orjson.dumps(plain, option=orjson.OPT_SORT_KEYS), 6, mtime=0)


def read_ledger(file: Path) -> Ledger:
    """What earlier builds have written. Raises LedgerError."""
    try:
        return Ledger.model_validate_json(gzip.decompress(file.read_bytes()))
    except (OSError, EOFError, zlib.error) as error:
        raise LedgerError(f"{file}: {error}. {_MEND}") from error
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        told = error.errors()[0]["msg"]
        raise LedgerError(f"{file}: {where}: {told}. {_MEND}") from error


def read_ledgers(named: str) -> Ledger:
    """Those of some files, between commas or as in PATH, as one. Raises LedgerError."""
    if not named.strip():
        return Ledger()
    parts = [named] if Path(named).exists() else re.split(f"[,{re.escape(os.pathsep)}]", named)
    return merged(read_ledger(Path(part.strip())) for part in parts if part.strip())


def merged(ledgers: Iterable[Ledger]) -> Ledger:
    """All paper of several ledgers; of the same sheet what was written of the later week."""
    papers: dict[str, dict[str, Paper]] = {}
    for ledger in ledgers:
        for code, known in ledger.papers.items():
            own = papers.setdefault(code, {})
            for letters, paper in known.items():
                if letters not in own or own[letters].made <= paper.made:
                    own[letters] = paper
    return Ledger(papers=papers)


class Printed(NamedTuple):
    """A sheet that was made: its id (`08031-7KQ3FX`), its language, kind and days, the records that it names; and what
    `Facts` told of them all, where it goes into a ledger."""

    id: str
    language: str
    kind: str
    made: date
    check: date
    records: tuple[str, ...]
    facts: str = ""

    @property
    def code(self) -> str:
        """The code of its place."""
        return self.id.rpartition("-")[0]

    @property
    def paper(self) -> Paper:
        """The same as the ledger keeps it."""
        size = _PART * len(CHANGES)
        facts = {key: self.facts[index * size : (index + 1) * size] for index, key in enumerate(self.records)}
        return Paper(language=self.language, kind=self.kind, made=self.made, check=self.check, facts=facts)


@dataclass(frozen=True)
class Facts:
    """Tells whether what paper says of a record still holds."""

    directory: Directory
    _known: dict[str, str] = field(default_factory=dict, repr=False)
    _places: dict[str, Callable[[Record], object]] = field(default_factory=dict, repr=False)
    _standings: dict[object, str] = field(default_factory=dict, repr=False)

    def of(self, record: Record, code: str) -> str:
        """Sixteen letters: four each for its name and numbers, for whether it takes people, for all else that paper
        says of it, and for how it stands to the place. The same in every language."""
        if record.id not in self._known:
            self._known[record.id] = "".join(map(_letters, self._told(record)))
        if code not in self._places:
            self._places[code] = self._place(code)
        standing = self._places[code](record)
        if standing not in self._standings:
            self._standings[standing] = _letters(standing)
        return self._known[record.id] + self._standings[standing]

    def of_all(self, ids: Iterable[str], code: str) -> str:
        """The same of several records, one after another."""
        return "".join(self.of(self.directory.records[key], code) for key in ids)

    def _told(self, record: Record) -> tuple[object, object, object]:
        view = RecordView(record, self.directory)
        data = record_data(record)
        alert = record.referral.alert if record.referral is not None else None
        instead = (self._numbers(view.instead), record_data(view.instead).get("translations")) if view.instead else None
        taking = (self._order.takes_nobody(record), view.referral, alert, instead)
        needs = sorted(need.code for need in self.directory.needs_met(record))
        # Whoever does not say who qualifies is said to do as its programs do.
        rules = [] if record.eligibility else [(r.code, r.title) for r in view.rules if r.code in RULES_ON_PAPER]
        number = record.coc_number if isinstance(record, ContinuumOfCare) else ""
        facts = ([data.get(name) for name in PRINTED], number, view.town, view.withheld, needs, rules)
        return self._numbers(record), taking, facts

    def _numbers(self, record: Record) -> tuple[object, ...]:
        view = RecordView(record, self.directory)
        return (record.name, view.phone_of, [_dialled(phone) for phone in view.phones])

    def _place(self, code: str) -> Callable[[Record], object]:
        """What tells how records stand to a place: how surely each serves it, and how far it is where paper says so."""
        county = self.directory.places.counties.get(code)
        if county is not None:
            return self._county(county)
        region = self.directory.regions.get(code.upper())
        if region is not None:
            serves = {one.record.id: one.serves for one in region_calls(self._order, region).found}
            return lambda record: serves.get(record.id)
        return self._served

    def _county(self, county: County) -> Callable[[Record], object]:
        ((_, found),) = self._order.of_counties((county,))
        called = {one.record.id: one for one in found}
        middle = (county.latitude, county.longitude)

        def told(record: Record) -> object:
            one = called.get(record.id)
            if one is None and not is_line_for_all(record) and not isinstance(record, ContinuumOfCare):
                # One of the nearest.
                there = self.directory.middle_of(record)
                one = Called(record, ELSEWHERE, None, miles(middle, there) if there is not None else None)
            if one is None:
                return None
            few = one.share is not None and one.share < FEW_PEOPLE
            # A distance as it is said: `less than a mile` is none.
            return (one.serves, few, None if one.miles is None else 0 if one.miles < 1 else round(one.miles))

        return told

    def _served(self, record: Record) -> object:
        area = record.service_area
        county = self.directory.county_of(record)
        served = tuple(sorted(self.directory.counties_served(record)))
        wider = (tuple(sorted(area.states or ())), area.nationwide) if area is not None else None
        return (is_sure(record), served, wider, county.fips if county is not None else None)

    @cached_property
    def _order(self) -> CallOrder:
        return CallOrder(self.directory)


def with_facts(printed: Printed, facts: Facts) -> Printed:
    """The same sheet with what a ledger keeps of its records."""
    return printed._replace(facts=facts.of_all(printed.records, printed.code))


def _dialled(phone: Phone) -> tuple[str | None, ...]:
    return (phone.number, phone.extension, phone.type, phone.keyword, phone.opening_hours, phone.description)


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
        """All paper of the site's places that is known, without what is too old to be of use, and without the ids of
        records that are no longer listed: they are made of names."""
        oldest = self.directory.today - timedelta(days=KEPT_DAYS)
        papers: dict[str, dict[str, Paper]] = {}
        for code, known in self.before.papers.items():
            kept = {letters: self._without_gone(paper) for letters, paper in known.items() if paper.check >= oldest}
            if kept and self._named(code) is not None:
                papers[code] = kept
        for sheet in self.printed:
            papers.setdefault(sheet.code, {})[sheet.id.rpartition("-")[2]] = sheet.paper
        return Ledger(papers=papers)

    def _without_gone(self, paper: Paper) -> Paper:
        facts = {new: digest for key, digest in paper.facts.items() if (new := self._ids.get(key)) is not None}
        if facts == paper.facts:
            return paper
        return paper.model_copy(update={"facts": facts, "gone": paper.gone + len(paper.facts) - len(facts)})

    @cached_property
    def _ids(self) -> Mapping[str, str]:
        """The ids of records, by each of theirs and by those that they had."""
        records = self.directory.records
        former = {old: record.id for record in records.values() for old in record.former_ids or ()}
        return former | {key: key for key in records}

    def files(self) -> Iterator[tuple[str, bytes]]:
        """(address, bytes) of what each place's paper has come to."""
        for code in self.ledger.papers:
            yield f"{FOLDER}/{code}.json", orjson.dumps(self._place(code))

    def _place(self, code: str) -> JSON:
        """What is asked of a place's paper: its name and page, and what `_state` tells by the letters of the id."""
        papers = self.ledger.papers[code]
        today = self._today.get(code, {})
        name, page = self._named(code) or ("", "")
        states = {
            letters: self._state(code, letters, paper, today.get(paper.language)) for letters, paper in papers.items()
        }
        return {"name": name, "page": page, "papers": states}

    def _named(self, code: str) -> tuple[str, str] | None:
        """What a place is called, and the address of its page; None where the site has none."""
        places, shown = self.directory.places, self.directory.states
        if (county := places.counties.get(code)) is not None and county.state.lower() in shown:
            return county.within(places.states[county.state].name), county.url
        if (region := self.directory.regions.get(code.upper())) is not None:
            return RecordView(region, self.directory).neutral_title, f"regions/{code}/"
        if (state := places.states.get(code.upper())) is not None and code in shown:
            return state.name, f"{code}/"
        return None

    @cached_property
    def _today(self) -> Mapping[str, Mapping[str, Printed]]:
        """The paper of this build by place and language."""
        found: dict[str, dict[str, Printed]] = {}
        for sheet in self.printed:
            found.setdefault(sheet.code, {})[sheet.language] = sheet
        return found

    def _state(self, code: str, letters: str, paper: Paper, today: Printed | None) -> JSON:
        """Whether it is today's (null where none is made in its language), its language and days, how many it names;
        who has changed in what; who is not on today's paper of its kind, and who is new there; how many are gone, and
        then who is still there; `differs` where today's reads differently and none of this says in what."""
        records = self.directory.records
        is_today = today is not None and today.id == f"{code}-{letters}"
        there = [] if is_today else [records[key] for key in paper.facts]
        same = today if today is not None and today.kind == paper.kind else None
        left = [record for record in there if same is not None and record.id not in same.records]
        stayed = [record for record in there if record not in left]
        changed = [record for record in stayed if self._what(record, code, paper)]
        new = [records[key] for key in same.records if key not in paper.facts] if same is not None else []
        found: JSON = {
            "today": is_today if today is not None else None,
            "language": paper.language,
            "made": paper.made.isoformat(),
            "check": paper.check.isoformat(),
            "lines": len(paper.facts) + paper.gone,
        }
        lists = (("changed", changed), ("left", left), ("new", new))
        for name, entries in lists:
            if entries:
                found[name] = [self._entry(record, self._what(record, code, paper)) for record in entries]
        if paper.gone:
            found["gone"] = paper.gone
            found["still"] = [record.name for record in stayed if record not in changed]
        if same is not None and not is_today and not (changed or left or new or paper.gone):
            found["differs"] = True
        return found

    def _what(self, record: Record, code: str, paper: Paper) -> list[str]:
        """In what a record has changed since; nothing for one that was not on the paper."""
        now = self._facts.of(record, code)
        then = paper.facts.get(record.id, now)
        parts = (slice(start, start + _PART) for start in range(0, _PART * len(CHANGES), _PART))
        return [name for name, part in zip(CHANGES, parts, strict=True) if now[part] != then[part]]

    def _entry(self, record: Record, what: list[str]) -> JSON:
        numbers = [phone.number for phone in RecordView(record, self.directory).phones if phone.type == "voice"]
        entry: JSON = {"id": record.id, "name": record.name, "numbers": numbers[:2]}
        return {**entry, "what": what} if what else entry
