"""What was printed of each place, so that after an edit only that paper is worked out again of which it may change
something: to ask what a sheet says takes a fifth of the time that setting it takes.

A place's paper is of records that serve it, or its state, or the country; of the nearest to it; and of those that these
name. Safe to delete.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from resource_directory.directory import Directory
from resource_directory.placing import NearestOf, Placing, placings, states_touched, with_those_who_name
from resource_directory.record_cache import read_pickle, write_pickle
from resource_directory.sheets.ledger import Printed

#: A place's code, a language and a kind of paper.
Name = tuple[str, str, str]


class Copy(NamedTuple):
    """A document that was made: its key in the cache, what stands for words, fonts and templates, and what it says."""

    key: str
    setting: str
    printed: Printed


@dataclass(frozen=True)
class Remembered:
    """Documents, and the records and places that they were made of."""

    digests: Mapping[str, bytes] = field(default_factory=dict)
    placings: Mapping[str, Placing] = field(default_factory=dict)
    copies: Mapping[Name, Copy] = field(default_factory=dict)
    #: Where the nearest of each place were looked for.
    near: Mapping[str, tuple[NearestOf, ...]] = field(default_factory=dict)

    def today(self, directory: Directory) -> Remembered:
        """What is still true of a Directory."""
        now = placings(directory, self.placings, self.digests)
        touched = touched_places(directory, self, now) if self.copies else None
        copies, near = dict(self.copies), dict(self.near)
        if touched is None:
            copies, near = {}, {}
        elif touched:
            copies = {name: copy for name, copy in copies.items() if name[0] not in touched}
            near = {code: entries for code, entries in near.items() if code not in touched}
        return Remembered(directory.digests, now, copies, near)


def read(file: Path, stamp: str) -> Remembered:
    """What the last run has left; nothing where it left none, or where the stamp is another's."""
    found = read_pickle(file, stamp)
    return found if isinstance(found, Remembered) else Remembered()


def write(file: Path, stamp: str, remembered: Remembered) -> None:
    """Leaves it for the next run."""
    write_pickle(file, stamp, remembered)


def touched_places(directory: Directory, before: Remembered, now: Mapping[str, Placing]) -> frozenset[str] | None:
    """The codes of counties and regions whose paper an edit of records may change; None where that is all."""
    edited = {key for key, told in directory.digests.items() if before.digests.get(key) != told}
    edited |= before.digests.keys() - directory.digests.keys()
    if not edited:
        return frozenset()
    edited = with_those_who_name(edited, (before.placings, now))
    moved = {key for key in edited if before.placings.get(key) != now.get(key)}
    if any(placing.region for placing in _of(moved, before.placings, now)):
        return None
    placed = list(_of(edited, before.placings, now))
    if any(placing.nationwide for placing in placed):
        return None
    states = frozenset(state for placing in placed for state in states_touched(directory, placing))
    near = (code for code, found in before.near.items() if any(one.may_be(p) for one in found for p in placed))
    return frozenset((*_places_of(directory, states), *near))


def _of(keys: Iterable[str], *known: Mapping[str, Placing]) -> Iterator[Placing]:
    return (placings[key] for key in keys for placings in known if key in placings)


def _places_of(directory: Directory, states: frozenset[str]) -> Iterator[str]:
    """Every county of some states, and every region that one of them keeps or that has a county in one."""
    places = directory.places
    for state in states:
        yield from (county.fips for county in places.counties_of_state.get(state.upper(), ()))
    for number, region in directory.regions.items():
        known = (places.counties.get(share.fips) for share in region.counties)
        own = {directory.folder(region), *(county.state.lower() for county in known if county is not None)}
        if not own.isdisjoint(states):
            yield number.lower()
