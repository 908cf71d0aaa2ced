"""Public points: those of a page's own map with their facts, and those of the whole country as compact columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from resource_directory.directory import Directory
from resource_directory.measures import need_letters
from resource_directory.model import Record
from resource_directory.views import RecordView
from resource_directory.words import dial_address, phone_words

JSON = dict[str, Any]
#: Steps to a degree on the map of the country: 11 m.
STEPS = 10_000
#: Keeps the points that belong to no state shown.
COUNTRY = "country"


def point_of(record: Record) -> tuple[float, float] | None:
    """Longitude and latitude of a public point to 1 m; None for every other record, a withheld one above all, and
    for the middle of a ZIP code, which would look like a place to go."""
    place = record.location
    if place is None or place.visibility != "public" or place.point is None or not place.point.is_a_place:
        return None
    return (round(place.point.longitude, 5), round(place.point.latitude, 5))


def point_facts(record: Record, directory: Directory) -> JSON | None:
    """What a map tells of a public point; None where there is none.

    `i` id, `n` name, `t` type, `p` the number to ring first as it is shown (none where each of several is for something
    else), `d` its `tel:` or `sms:` address where that is not `tel:+1-` and `p`, `k` letters of the needs it says it
    meets, `c` longitude and latitude. No GeoJSON: a point stands in the files of its state, its region and each county
    that it serves, and would be twice as long.
    """
    point = point_of(record)
    if point is None:
        return None
    view = RecordView(record, directory)
    facts: JSON = {"i": record.id, "n": record.name, "t": record.type}
    for phone in () if view.tells_numbers_apart else view.phones[:1]:
        dial = dial_address(phone.number, phone.extension, phone.type)
        facts["p"] = phone_words(phone)
        if dial != f"tel:+1-{facts['p']}":
            facts["d"] = dial
    letters = need_letters(directory, record)
    return {**facts, **({"k": letters} if letters else {}), "c": list(point)}


@dataclass(frozen=True)
class Points:
    """The public points of a Directory, each in one part: a state, or the country."""

    directory: Directory

    @cached_property
    def parts(self) -> Mapping[str, tuple[Record, ...]]:
        """Records with a public point by the state that keeps them, or the first that they serve; neighbours together.

        A state's own points come first in its file, in this order: the file of the country counts on it.
        """
        groups: dict[str, list[Record]] = defaultdict(list)
        for record in self.directory.in_order:
            if point_of(record) is not None:
                groups[self._part(record)].append(record)
        return {part: _near_together(groups[part]) for part in sorted(groups)}

    def _part(self, record: Record) -> str:
        served = self.directory.states_served(record).intersection(self.directory.states)
        keeper = self.directory.folder(record)
        return keeper if keeper in served else min(served, default=COUNTRY)

    def of_state(self, slug: str) -> Iterator[Record]:
        """A state's own points, then those of others that serve it. Other states' records are not looked at."""
        groups: dict[bool, list[Record]] = {True: [], False: []}
        for record in self.directory.in_state(slug):
            if point_of(record) is not None:
                groups[self._part(record) == slug].append(record)
        return iter((*_near_together(groups[True]), *_near_together(groups[False])))

    def columns(self) -> JSON:
        """All points of the country.

        `x` and `y` are steps of 1/`scale` degree east and north from the point before. `t` is a letter a point, from
        `a`, for a place in `types`. `parts` are the files (`co`, and how many) that hold the points' facts, in order.
        """
        types = list(self.directory.vocabulary.types)
        every = [record for part in self.parts.values() for record in part]
        places = np.array([point_of(record) for record in every], dtype=np.float64).reshape(-1, 2)
        whole = np.rint(places * STEPS).astype(np.int64)
        steps = np.diff(whole, axis=0, prepend=0)
        return {
            "scale": STEPS,
            "types": types,
            "parts": [[part, len(records)] for part, records in self.parts.items()],
            "t": "".join(chr(ord("a") + types.index(record.type)) for record in every),
            "x": steps[:, 0].tolist(),
            "y": steps[:, 1].tolist(),
        }


def _near_together(records: Sequence[Record]) -> tuple[Record, ...]:
    """In the order of a curve through the plane (Morton's), so that steps from point to point are short."""
    if not records:
        return ()
    places = np.array([point_of(record) for record in records], dtype=np.float64)
    east, north = np.rint((places + np.array([180, 90])) * STEPS).astype(np.uint64).T
    keys = _spread(east) | (_spread(north) << np.uint64(1))
    order = sorted(range(len(records)), key=lambda index: (int(keys[index]), records[index].id))
    return tuple(records[index] for index in order)


def _spread(numbers: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """The lower 32 bits of each number with a zero between any two (https://graphics.stanford.edu/~seander/bithacks.html)."""
    for shift, keep in (
        (16, 0x0000FFFF0000FFFF),
        (8, 0x00FF00FF00FF00FF),
        (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333),
        (1, 0x5555555555555555),
    ):
        numbers = (numbers | (numbers << np.uint64(shift))) & np.uint64(keep)
    return numbers
