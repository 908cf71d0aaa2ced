"""Whom to call first for one need, as the page of a county lists them when that need alone is ticked.

The browser's `call-order.js` decides on pages, where more can be ticked and the clock counts; docs/decisions/0016 says
why. Here nothing else is ticked and no hour is known: what is open now is left out. A test holds that both give the
same order for every need of every county.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import NamedTuple

import numpy as np

from resource_directory.directory import Directory
from resource_directory.ellipsoid import miles_between
from resource_directory.model import Record
from resource_directory.places import County
from resource_directory.serving import ELSEWHERE, LISTED, ranked
from resource_directory.views import RecordView
from resource_directory.vocabulary import Need

#: As in `call-order.js`: how likely it is that a call helps, the lower the sooner.
_DOES, _MAY_KNOW, _LEADS = (0, 1, 2), (4, 5, 8), (6, 7, 9)
_IN_STATE = {"near": 10, "unknown": 12, "near without number": 14, "far": 16, "without number": 18}
_NEAR_MILES = 60
#: Of a region with fewer of the county's people, in a hundred, one has to ask first whether it is the right one.
FEW_PEOPLE = 10
_ACCEPTING: Mapping[str, int] = {"open": 0, "": 1, "waitlist": 2, "ask": 2, "paused": 3, "closed": 3}
_TAKES_NOBODY = 3
_OLDEST = 999
_Key = tuple[float | int | str, ...]


class Called(NamedTuple):
    """A record that may be called for a county: how surely it serves (see `serving`), the part of the county's people
    in a hundred, of a region among several, and the miles from the county's middle, where they are known.

    For a larger place `turn` tells whose turn it is among equals, before the miles do.
    """

    record: Record
    serves: int
    share: float | None
    miles: float | None
    turn: int = 0


@dataclass(frozen=True)
class _Line:
    """What of a record's place in the order does not depend on the need."""

    one: Called
    #: Codes of the needs that it meets.
    does: frozenset[str]
    has_phone: bool
    tier: int
    before: tuple[float, ...]
    after: tuple[float | str, ...]

    @property
    def is_silent(self) -> bool:
        """Whether it states no services at all."""
        return not self.one.record.services

    def key(self, *, does: bool, leads: bool) -> _Key:
        """The lower, the sooner to be called."""
        return (self.tier, self._likely(does=does, leads=leads), *self.before, 0 if does else 1, *self.after)

    def _likely(self, *, does: bool, leads: bool) -> int:
        """The step of the ladder."""
        one = self.one
        if one.serves < ELSEWHERE:
            small = one.share is not None and one.share < FEW_PEOPLE
            return (_DOES if does else _LEADS if leads else _MAY_KNOW)[LISTED if small else one.serves]
        near = one.miles is not None and one.miles <= _NEAR_MILES
        if not self.has_phone:
            where = "near without number" if near else "without number"
        else:
            where = "unknown" if one.miles is None else "near" if near else "far"
        return _IN_STATE[where] + (0 if does else 1)


@dataclass(frozen=True)
class CallOrder:
    """The order of calls of a Directory, a state at a time."""

    directory: Directory

    def of_state(self, slug: str) -> Iterator[tuple[County, tuple[Called, ...]]]:
        """The counties of a state (`co`), each with everyone who may be called."""
        yield from self.of_counties(self.directory.places.counties_of_state.get(slug.upper(), ()))

    def of_counties(self, counties: Sequence[County]) -> Iterator[tuple[County, tuple[Called, ...]]]:
        """Counties, each with everyone who may be called. All are measured at once."""
        entries = [(county, level, record) for county in counties for level, record in ranked(self.directory, county)]
        far = self._miles([(county, record) for county, _, record in entries])
        found: dict[str, list[Called]] = defaultdict(list)
        for (county, level, record), distance in zip(entries, far, strict=True):
            share = self._shares(county).get(record.id)
            found[county.fips].append(Called(record, level, share, distance))
        yield from ((county, tuple(found[county.fips])) for county in counties)

    def measured(self, county: County, found: Iterable[Called]) -> tuple[Called, ...]:
        """The same with the miles from a county's middle, where they are known."""
        called = tuple(found)
        far = self._miles([(county, one.record) for one in called])
        return tuple(one._replace(miles=distance) for one, distance in zip(called, far, strict=True))

    def _miles(self, pairs: Sequence[tuple[County, Record]]) -> list[float | None]:
        middles = [self.directory.middle_of(record) for _, record in pairs]
        known = [index for index, middle in enumerate(middles) if middle is not None]
        starts = np.array([(pairs[i][0].latitude, pairs[i][0].longitude) for i in known], dtype=np.float64)
        ends = np.array([middles[i] for i in known], dtype=np.float64)
        found: list[float | None] = [None] * len(pairs)
        for index, distance in zip(known, miles_between(starts.reshape(-1, 2), ends.reshape(-1, 2)), strict=True):
            found[index] = float(distance)
        return found

    def _shares(self, county: County) -> dict[str, float]:
        """Where a county lies in several regions, the part of its people, in a hundred, in each."""
        regions = self.directory.regions_of_county.get(county.fips, ())
        return {region.id: share for region, share in regions if share} if len(regions) > 1 else {}

    def by_need(self, found: Sequence[Called]) -> Iterator[tuple[Need, tuple[Called, ...]]]:
        """For each need, those of a county who meet it or may know, the first to be called first."""
        lines = [self._line(one) for one in found]
        doing: dict[str, list[_Line]] = defaultdict(list)
        for line in lines:
            for code in line.does:
                doing[code].append(line)
        for need in self.directory.vocabulary.needs.values():
            yield need, tuple(self._ordered(need, doing[need.code], lines))

    def in_order(self, found: Iterable[Called]) -> tuple[Called, ...]:
        """All of them, the first to be called first, whatever they do."""
        lines = sorted(map(self._line, found), key=lambda line: line.key(does=True, leads=False))
        return tuple(line.one for line in lines)

    def takes_nobody(self, record: Record) -> bool:
        """Whether it is paused or closed."""
        return self._told(record)[3] == _TAKES_NOBODY

    def _ordered(self, need: Need, doing: Sequence[_Line], lines: Iterable[_Line]) -> Iterator[Called]:
        """Who does it; who may know: by type, or because its type does it elsewhere in the county and it is silent."""
        types = {line.one.record.type for line in doing}
        asked = self._asked[need.code]
        knowing = (
            line
            for line in lines
            if (line.one.record.type in asked or (line.is_silent and line.one.record.type in types))
            and need.code not in line.does
        )
        keyed = [(line.key(does=True, leads=False), line.one) for line in doing]
        keyed += [(line.key(does=False, leads=line.one.record.type in need.leads), line.one) for line in knowing]
        return (one for _, one in sorted(keyed, key=lambda pair: pair[0]))

    def _line(self, one: Called) -> _Line:
        does, has_phone, unusual, accepting, asks = self._told(one.record)
        return _Line(
            one,
            does,
            has_phone,
            1 if accepting == _TAKES_NOBODY else 0,
            (-(100 if one.share is None else one.share), 0 if has_phone else 1, unusual),
            (accepting, asks, one.turn, inf if one.miles is None else one.miles, one.record.name, one.record.id),
        )

    def _told(self, record: Record) -> tuple[frozenset[str], bool, int, int, int]:
        """The needs it meets, whether there is a number, whether it is a clinic that not everyone can go to, how it
        takes people, and whether its ages are to be asked."""
        if record.id not in self._known:
            view = RecordView(record, self.directory)
            does = frozenset(need.code for need in view.needs)
            unusual = 1 if view.setting in {"mobile", "school"} else 0
            self._known[record.id] = (
                does, bool(view.phones), unusual, _ACCEPTING[view.referral[0]], _has_limits(view),
            )  # fmt: skip
        return self._known[record.id]

    @cached_property
    def _known(self) -> dict[str, tuple[frozenset[str], bool, int, int, int]]:
        return {}

    @cached_property
    def _asked(self) -> Mapping[str, frozenset[str]]:
        """By need the types that may know."""
        return {need.code: frozenset(need.may_know) for need in self.directory.vocabulary.needs.values()}


def _has_limits(view: RecordView) -> int:
    """1 where it takes people of some ages only, by its own word or else by the rules of its programs."""
    own = view.record.eligibility
    if own is not None and (own.minimum_age is not None or own.maximum_age is not None):
        known = [(own.minimum_age, own.maximum_age)]
    else:
        known = [(rule.ages.minimum, rule.ages.maximum) for rule in view.rules if rule.ages is not None]
    anyone = any(not youngest and (_OLDEST if oldest is None else oldest) >= _OLDEST for youngest, oldest in known)
    return 1 if known and not anyone else 0
