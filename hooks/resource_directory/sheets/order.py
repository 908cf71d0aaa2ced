"""Whom to call for a place, and how each stands to it: a county as its page has it, a region county by county."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from resource_directory.call_order import FEW_PEOPLE, Called, CallOrder
from resource_directory.directory import Directory
from resource_directory.model import ContinuumOfCare, Record
from resource_directory.places import County
from resource_directory.serving import ELSEWHERE, LISTED, NAMED, WHOLE_STATE, is_line_for_all, is_sure
from resource_directory.vocabulary import Need

#: How a record stands to a place and a need: serves it and does it; is listed there; may know; leads to it; is
#: somewhere in the state; is the nearest elsewhere.
Standing = Literal["serves", "listed", "may_know", "leads", "in_state", "nearest"]


@dataclass(frozen=True)
class Call:
    """One to call. `now` is False for who takes nobody at present."""

    record: Record
    standing: Standing
    miles: float | None
    now: bool


@dataclass(frozen=True)
class Calls:
    """The order of calls for a place. `found` is everyone who may be called for it, in no order."""

    order: CallOrder
    found: tuple[Called, ...]
    #: The county's name, of a county.
    county: str = ""

    def by_need(self) -> Iterator[tuple[Need, tuple[Call, ...]]]:
        """For each need those who meet it or may know, the first to be called first."""
        for need, called in self.order.by_need(self.found):
            yield need, tuple(self._call(one, self._standing(one, need)) for one in called)

    def among(self, records: Iterable[Record], need: Need | None = None) -> tuple[Call, ...]:
        """Records, whatever they do, in the same order; with a need, as they stand to it."""
        called = (self._by_id.get(record.id) or Called(record, ELSEWHERE, None, None) for record in records)
        return tuple(self._call(one, self._standing(one, need)) for one in self.order.in_order(called))

    @cached_property
    def _by_id(self) -> Mapping[str, Called]:
        return {one.record.id: one for one in self.found}

    def _call(self, one: Called, standing: Standing) -> Call:
        # Miles are told from the middle of a county.
        far = one.miles if self.county else None
        return Call(one.record, standing, far, not self.order.takes_nobody(one.record))

    def _standing(self, one: Called, need: Need | None = None) -> Standing:
        if one.serves == ELSEWHERE:
            return "in_state"
        if need is not None and need not in self.order.directory.needs_met(one.record):
            return "leads" if one.record.type in need.leads else "may_know"
        few = one.share is not None and one.share < FEW_PEOPLE
        return "listed" if few or one.serves == LISTED else "serves"


def county_calls(order: CallOrder, county: County) -> Calls:
    """The calls for a county."""
    ((_, found),) = order.of_counties((county,))
    return Calls(order, found, county.full_name)


def region_calls(order: CallOrder, region: ContinuumOfCare) -> Calls:
    """The calls for a region, without other regions that share a county with it.

    Its counties take turns, that of the most people first: by miles from a middle, the farthest county of a large
    region would never come. Who is elsewhere in the state comes by miles from the county of the most people.
    """
    directory = order.directory
    found: dict[str, Called] = {}
    counties = _by_people(directory, region)
    for rank, county in enumerate(counties):
        turns: dict[str, int] = {}
        for record in directory.serving_county.get(county.fips, ()):
            other = isinstance(record, ContinuumOfCare) and record.id != region.id
            if record.id in found or other or is_line_for_all(record):
                continue
            turn = turns[record.type] = turns.get(record.type, -1) + 1
            level = NAMED if is_sure(record) else LISTED
            found[record.id] = Called(record, level, None, None, turn * len(counties) + rank)
    wider = list(_wider(directory, dict.fromkeys(county.state.lower() for county in counties)))
    for one in order.measured(counties[0], wider) if counties else wider:
        found.setdefault(one.record.id, one)
    return Calls(order, tuple(found.values()))


def state_calls(order: CallOrder, slug: str) -> Calls:
    """The calls for whoever is anywhere in a state (`co`): those who serve all of it, or the country."""
    return Calls(order, tuple(_wider(order.directory, (slug,))))


def _wider(directory: Directory, states: Iterable[str]) -> Iterator[Called]:
    wider = (*(record for state in states for record in directory.serving_state.get(state, ())), *directory.nationwide)
    for record in {record.id: record for record in wider}.values():
        if not is_line_for_all(record):
            yield Called(record, WHOLE_STATE if is_sure(record) else ELSEWHERE, None, None)


def _by_people(directory: Directory, region: ContinuumOfCare) -> list[County]:
    """The counties of a region, by how many of its people live there."""
    known = directory.places.counties
    shares = {share.fips: share.share if share.share is not None else 100.0 for share in region.counties}
    counties = [known[fips] for fips in shares if fips in known]
    return sorted(counties, key=lambda county: (-(county.population or 0) * shares[county.fips], county.fips))
