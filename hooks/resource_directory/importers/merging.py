"""Three-way: what the publisher says now, what it said at the last import, and what the record says, field by field.

What the publisher has not changed since the last import stays as it is here. What it has changed is taken where nobody
here has edited the field since; where somebody has, the record stays and the field is listed for a person. What the
organization has confirmed counts as edited here, unless it did so after the day of the publisher's edition: then its
word is the later one, and nothing needs to be looked at.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from resource_directory.importers.last_values import (
    PLACE_FIELDS,
    Digests,
    digest,
    fields_of,
    phone_facts,
)
from resource_directory.point_sources import MADE_HERE

CHANGED_BOTH = "changed by the publisher and here"
REMOVED_UPSTREAM = "removed by the publisher, changed here"
REMOVED_HERE = "changed by the publisher, deleted here"
CONFIRMED_HERE = "changed by the publisher, confirmed here by the organization"
POINT_HERE = "moved by the publisher; a person has set the point of the old address"
UNKNOWN_BEFORE = "the record was not made by an import and says something else"
PLACE_IN_DOUBT = "the next look at the place says to withhold it, and the organization has confirmed it"

#: Where a person's value is better than what an importer worked out: it stays and nobody needs to look.
_PERSONS = frozenset({"services", "health_services", "sliding_fee", "source", "further_sources"})
_SOURCES = frozenset({"source", "further_sources"})
#: The day of an edition that says nothing else new is taken only when it is so many days later.
DAY_MOVES_AFTER = 30
#: Links to other records. That a run does not know the other record says nothing.
_LINKS = frozenset({"organization", "coalition"})


@dataclass(frozen=True)
class Conflict:
    """A field that a person should look at. `ours` and `theirs` are values of plain data, None where there is none.

    Never made for the place of a record that is withheld."""

    path: str
    field: str
    reason: str
    ours: Any = dataclasses.field(default=None, repr=False)
    theirs: Any = dataclasses.field(default=None, repr=False)


@dataclass(frozen=True)
class Merged:
    """The record's plain data after the merge, digests of the last imported values, and what is left to a person."""

    data: dict[str, Any]
    digests: dict[str, str]
    conflicts: tuple[Conflict, ...] = ()


@dataclass
class _Merging:
    """One record. `base` is None where no import of the record is known."""

    path: str
    ours: Mapping[str, Any]
    theirs: Mapping[str, Any]
    base: Digests | None
    confirmed: bool
    #: The organization's word, or a person's, is later than this edition: what differs needs no look.
    settled_all: bool
    settled: frozenset[str]
    result: dict[str, Any] = dataclasses.field(default_factory=dict)
    digests: dict[str, str] = dataclasses.field(default_factory=dict)
    conflicts: list[Conflict] = dataclasses.field(default_factory=list)

    def run(self) -> None:
        self.result = dict(self.ours)
        names = [*self.ours, *(name for name in (*self.theirs, *(self.base or {})) if name not in self.ours)]
        for name in dict.fromkeys(names):
            if name in self.theirs or (self.base or {}).get(name):
                self._merge(name)
        if self.confirmed:
            self._confirmed_source()

    def _merge(self, name: str) -> None:
        ours, theirs = self.ours.get(name), self.theirs.get(name)
        now, before = digest(name, theirs), (self.base or {}).get(name, "")
        told = theirs is not None or name not in _LINKS
        changed = self.base is None or now != before
        if not told or not changed:
            self.digests[name] = before
        elif self._agrees(name, ours, theirs) or self._stays(name, ours, theirs):
            self.digests[name] = now
        elif reason := self._reason(name, ours, theirs, before):
            self.digests[name] = before
            self.conflicts.append(Conflict(self.path, name, reason, ours, theirs))
        else:
            self.digests[name] = now
            self._take(name, ours, theirs, before)

    def _agrees(self, name: str, ours: Any, theirs: Any) -> bool:
        """True where ours says the same already."""
        if name == "phones" and _holds_all(ours or (), theirs or ()):
            return True
        return digest(name, ours) == digest(name, theirs)

    def _stays(self, name: str, ours: Any, theirs: Any) -> bool:
        """True where ours is better than theirs, and nobody needs to look at it."""
        if name in self.settled:
            return True
        if ours is None:
            # A field that was not there is an addition, unless it was deleted here.
            return self.settled_all
        if name == "service_area" and theirs is not None and "assumed" in theirs and "assumed" not in ours:
            return True
        edited = self.base is None or digest(name, ours) != self.base.get(name, "")
        if name in _SOURCES and self.confirmed:
            return False
        return self.settled_all or (name in _PERSONS and edited)

    def _reason(self, name: str, ours: Any, theirs: Any, before: str) -> str | None:
        """Why a person must look; None where the publisher's value is taken."""
        if self.confirmed:
            return None if name in _SOURCES | _LINKS and ours is not None else CONFIRMED_HERE
        if self.base is None:
            return UNKNOWN_BEFORE if ours is not None else None
        if name == "phones" and before and ours:
            return _phones_reason(ours, theirs or (), before)
        if name == "location.point" and ours and ours.get("source") in MADE_HERE:
            return None
        if name == "location.address" and self._has_persons_point():
            return POINT_HERE
        if digest(name, ours) == before and not self._of_another_place(name):
            return None
        if theirs is None:
            return REMOVED_UPSTREAM
        return REMOVED_HERE if ours is None else CHANGED_BOTH

    def _has_persons_point(self) -> bool:
        """True where a person has set the point: it would stay behind if the address moved."""
        point, base = self.ours.get("location.point"), (self.base or {}).get("location.point", "")
        return point is not None and point.get("source") not in MADE_HERE and digest("location.point", point) != base

    def _of_another_place(self, name: str) -> bool:
        """True for the publisher's point or county where somebody here has mended the address: it may not be there."""
        if name not in {"location.point", "location.county"} or self.base is None:
            return False
        address = digest("location.address", self.ours.get("location.address"))
        return address != self.base.get("location.address", "") and address != digest(
            "location.address", self.theirs.get("location.address")
        )

    def _take(self, name: str, ours: Any, theirs: Any, before: str) -> None:
        if name == "phones" and ours:
            theirs = _phones(ours, theirs or (), before) or None
        if theirs is None:
            self.result.pop(name, None)
        else:
            self.result[name] = theirs

    def _confirmed_source(self) -> None:
        """The day of a later edition is taken only where that edition agrees with what was confirmed."""
        if not self.conflicts:
            return
        for name in ("source", "further_sources"):
            if name in self.ours:
                self.result[name] = self.ours[name]
                self.digests[name] = (self.base or {}).get(name, "")


def merge(
    path: str,
    existing: Mapping[str, Any],
    draft: Mapping[str, Any],
    base: Digests | None,
    *,
    settled: frozenset[str] = frozenset(),
) -> Merged:
    """The record `existing` with what the publisher changed, both as plain data. `settled` are fields of which a person
    has said that ours stays."""
    verified = existing.get("verified")
    later = verified is not None and str(verified["date"]) >= str(draft["source"]["retrieved"])
    work = _Merging(path, fields_of(existing), fields_of(draft), base, verified is not None, later, settled)
    work.run()
    if _only_the_day(work):
        for name in _SOURCES & work.ours.keys():
            work.result[name], work.digests[name] = work.ours[name], (base or {}).get(name, "")
    data = {name: value for name, value in existing.items() if name not in work.ours or name in work.result}
    data |= {name: value for name, value in work.result.items() if name not in PLACE_FIELDS}
    data |= _place(existing, draft, work)
    if not data.get("location"):
        data.pop("location", None)
    numbers = [*draft.get("registry_ids", ()), *existing.get("registry_ids", ())]
    if numbers:
        data["registry_ids"] = [entry for index, entry in enumerate(numbers) if entry not in numbers[:index]]
    return Merged(data, work.digests, tuple(work.conflicts))


def _only_the_day(work: _Merging) -> bool:
    """True where a later edition says the same, and is not much later: some lists come out every day, and ten thousand
    records would change every night."""
    differing = {name for name in {*work.ours, *work.result} if work.ours.get(name) != work.result.get(name)}
    if work.base is None or not differing or not differing <= _SOURCES or not differing <= work.ours.keys():
        return False
    for name in differing:
        old, new = (_sources_of(values[name]) for values in (work.ours, work.result))
        if [_without_day(entry) for entry in old] != [_without_day(entry) for entry in new]:
            return False
        if any(_days(before, after) >= DAY_MOVES_AFTER for before, after in zip(old, new, strict=True)):
            return False
    return True


def _sources_of(value: Any) -> list[Mapping[str, Any]]:
    return value if isinstance(value, list) else [value]


def _without_day(source: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in source.items() if name != "retrieved"}


def _days(before: Mapping[str, Any], after: Mapping[str, Any]) -> int:
    return (date.fromisoformat(str(after["retrieved"])) - date.fromisoformat(str(before["retrieved"]))).days


def _place(existing: Mapping[str, Any], draft: Mapping[str, Any], work: _Merging) -> dict[str, Any]:
    """The location with its merged parts. A point that was found for the old address goes with it."""
    old = existing.get("location") or {}
    parts = {name.removeprefix("location."): work.result.get(name) for name in PLACE_FIELDS}
    moved = work.result.get("location.address") != work.ours.get("location.address")
    if moved and (parts["point"] or {}).get("source") in MADE_HERE:
        parts["point"] = None
    others = {name: value for name, value in old.items() if name not in parts}
    given = {name: value for name, value in parts.items() if value is not None}
    if not given and set(others) <= {"visibility"} and others.get("visibility") != "withheld":
        return {"location": {}}
    others.setdefault("visibility", (draft.get("location") or {}).get("visibility", "public"))
    return {"location": others | given}


def _holds_all(ours: Sequence[Mapping[str, Any]], theirs: Sequence[Mapping[str, Any]]) -> bool:
    """True where each of their numbers stands here already, in their words, and there is at least one."""
    own = [phone_facts(phone) for phone in ours]
    return bool(theirs) and all(phone_facts(phone) in own for phone in theirs) and own[0] == phone_facts(theirs[0])


def _phones_reason(ours: Sequence[Mapping[str, Any]], theirs: Sequence[Mapping[str, Any]], before: str) -> str | None:
    """Numbers added here do not stand in the way of the publisher's; one that was changed or deleted here does, and so
    does one of the publisher's that is gone, but has hours or languages that a person added."""
    own = {digest("phones", [phone]): phone for phone in ours}
    if any(known not in own for known in before.split()):
        return CHANGED_BOTH if theirs else REMOVED_UPSTREAM
    now = digest("phones", theirs).split()
    gone = [own[known] for known in before.split() if known not in now]
    return CHANGED_BOTH if any(set(phone) - set(phone_facts(phone)) - {"type"} for phone in gone) else None


def _phones(
    ours: Sequence[Mapping[str, Any]], theirs: Sequence[Mapping[str, Any]], before: str
) -> list[dict[str, Any]]:
    """Their numbers in their order, with what a person added to each, then the numbers that were added here."""
    own = {digest("phones", [phone]): phone for phone in ours}
    known = set(before.split()) | set(digest("phones", theirs).split())
    taken = [{**own.get(digest("phones", [phone]), {}), **phone} for phone in theirs]
    return taken + [dict(phone) for mark, phone in own.items() if mark not in known]
