"""What is known for each of the questions that a place answers, for its page and for its data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt

from resource_directory.directory import Directory, directions, name_order
from resource_directory.model import (
    ContinuumOfCare,
    DomesticViolence,
    HealthCenter,
    Meeting,
    ProgramAdministrator,
    Record,
    Source,
)
from resource_directory.places import County
from resource_directory.placing import NearestOf
from resource_directory.vocabulary import Question
from resource_directory.words import miles

#: How many of the nearest are named where a county has none of its own.
NEAREST = 3
#: Who is farther, in miles, is no help: from Guam the nearest clinic would be one in the Aleutians.
FARTHEST = 500.0
#: Services that answer "which housing and homelessness programs serve this place?".
HOUSING_SERVICES = frozenset(
    {
        "coordinated_entry", "emergency_shelter", "emergency_youth_shelter", "host_homes", "hotel_stay",
        "housing_voucher", "maternity_group_home", "permanent_supportive_housing", "public_housing",
        "rapid_rehousing", "transitional_housing", "youth_transitional_living",
    }
)  # fmt: skip
#: Types that have a question of their own: the housing question leads there instead of naming them twice.
_ASKED_ELSEWHERE = frozenset({"domestic_violence", "housing_authority", "runaway_homeless_youth"})
_VOCA = frozenset({"voca_assistance", "voca_compensation"})


@dataclass(frozen=True)
class Near:
    """A record outside the county, and how far it is from the county's middle, in miles."""

    record: Record
    distance: float


@dataclass(frozen=True)
class Published:
    """A publisher whose facts an answer shows, its page, and the days between which they were taken."""

    publisher: str
    url: str | None
    first: date
    last: date

    @classmethod
    def of(cls, sources: Sequence[Source]) -> Published:
        days = [source.retrieved for source in sources]
        return cls(sources[0].publisher, sources[0].url, min(days), max(days))


@dataclass(frozen=True)
class Answer:
    """What is known for one question of one county. All empty means a gap."""

    question: Question
    local: tuple[Record, ...] = ()
    wider: tuple[Record, ...] = ()
    meetings: tuple[tuple[Record, Meeting], ...] = ()
    nearest: tuple[Near, ...] = ()
    #: The types among which the nearest were looked for; empty where they were not.
    nearest_of: tuple[str, ...] = ()

    @property
    def covering(self) -> tuple[Record, ...]:
        """Of the wider ones, those of which a source says that they serve the whole state themselves."""
        return tuple(record for record in self.wider if _covers(record))

    @property
    def moving(self) -> tuple[Record, ...]:
        """Of the local ones, clinics that move from place to place."""
        return tuple(record for record in self.local if _setting(record) == "mobile")

    @property
    def at_schools(self) -> tuple[Record, ...]:
        """Of the local ones, clinics at schools."""
        return tuple(record for record in self.local if _setting(record) == "school")

    @property
    def rest(self) -> tuple[Record, ...]:
        """Of the local ones, all others."""
        return tuple(record for record in self.local if _setting(record) not in {"mobile", "school"})

    @property
    def publishers(self) -> tuple[Published, ...]:
        """Who published what the answer says, and when it was taken, in the order of the records."""
        days: dict[str, list[Source]] = {}
        for record in self._told:
            for source in (record.source, *(record.further_sources or ())):
                days.setdefault(source.publisher, []).append(source)
        return tuple(Published.of(sources) for sources in days.values())

    @property
    def _told(self) -> tuple[Record, ...]:
        regions = tuple(region for region, _ in self.meetings)
        return (*self.local, *self.wider, *regions, *(near.record for near in self.nearest))

    @property
    def confirmed(self) -> bool:
        """Whether any record that the answer shows was confirmed by its organization."""
        return any(record.verified for record in self._told)

    @property
    def imported(self) -> bool:
        """Whether any that it shows was not."""
        return not all(record.verified for record in self._told)

    @property
    def known(self) -> bool:
        """True where a record serves this very place, by name or as a part of its state."""
        return bool(self.local or self.meetings or self.covering)


@dataclass(frozen=True)
class PlaceRecords:
    """Records that serve a place by name or region (`local`), and those for its whole state (`wider`)."""

    local: tuple[Record, ...]
    wider: tuple[Record, ...]


def _setting(record: Record) -> str | None:
    return record.setting if isinstance(record, HealthCenter) else None


def _covers(record: Record) -> bool:
    """A coalition introduces programs; it does not take people in. An assumed area is not known."""
    coalition_only = isinstance(record, DomesticViolence) and record.kinds == ("coalition",)
    return not coalition_only and record.service_area is not None and not record.service_area.assumed


def _of_types(records: Iterable[Record], types: Iterable[str]) -> tuple[Record, ...]:
    wanted = set(types)
    return tuple(record for record in records if record.type in wanted)


def _by_type(question: Question, place: PlaceRecords) -> Answer:
    return Answer(question, _of_types(place.local, question.types), _of_types(place.wider, question.types))


def _meetings(question: Question, place: PlaceRecords) -> Answer:
    regions = _of_types(place.local, question.types)
    found = tuple((region, meeting) for region in regions for meeting in region.meetings or ())
    return Answer(question, meetings=found)


def _housing(question: Question, place: PlaceRecords) -> Answer:
    def houses(record: Record) -> bool:
        return record.type not in _ASKED_ELSEWHERE and bool(HOUSING_SERVICES.intersection(record.services or ()))

    return Answer(question, tuple(filter(houses, place.local)), tuple(filter(houses, place.wider)))


def _voca(question: Question, place: PlaceRecords) -> Answer:
    def administers(record: Record) -> bool:
        return isinstance(record, ProgramAdministrator) and bool(_VOCA.intersection(record.administers))

    return Answer(question, tuple(record for record in (*place.local, *place.wider) if administers(record)))


def _office(question: Question, place: PlaceRecords) -> Answer:
    return Answer(question, _of_types((*place.local, *place.wider), question.types))


_ANSWERS: Mapping[str, Callable[[Question, PlaceRecords], Answer]] = {
    "coc_meetings": _meetings,
    "housing": _housing,
    "voca_administrator": _voca,
    "hud_office": _office,
}


def answers(directory: Directory, place: PlaceRecords, questions: Iterable[Question]) -> tuple[Answer, ...]:
    """The answer to each question about a place, in the questions' order."""
    return tuple(_ANSWERS.get(question.code, _by_type)(question, place) for question in questions)


#: The earth is not quite a ball: a great circle and the true distance differ by at most 0.6 in a hundred.
_ROUNDNESS = 1.012
#: Of cosines near 1, far more than they are rounded by; some ten meters at most.
_ROUNDING = 1e-12


def nearest(directory: Directory, county: County, types: Iterable[str]) -> tuple[Near, ...]:
    """The nearest public places of the types outside the county, by geodesic miles from the county's middle, none
    farther than FARTHEST.

    Great circles choose the few that are measured: all of them, for every county, would cost minutes.
    """
    key = (county.fips, tuple(types))
    if key not in directory.measured:
        directory.measured[key] = tuple(_measured(directory, (county.latitude, county.longitude), key[1]))
    return tuple(Near(directory.records[near], distance) for near, distance in directory.measured[key])


def looked_for(county: County, found: Iterable[Answer]) -> tuple[NearestOf, ...]:
    """Of which types answers name the nearest, and how many miles away one more could be."""
    return tuple(
        NearestOf(
            answer.nearest_of, county.latitude, county.longitude,
            answer.nearest[-1].distance if len(answer.nearest) == NEAREST else FARTHEST,
        )
        for answer in found
        if answer.nearest_of
    )  # fmt: skip


def _measured(directory: Directory, middle: tuple[float, float], types: Iterable[str]) -> Iterable[tuple[str, float]]:
    """Ids and miles of the nearest."""
    found = []
    for type_code in types:
        located = directory.located.get(type_code, ())
        if located:
            close = _closest(middle, directory.directions_of(type_code))
            found += [(located[index][0].id, miles(middle, located[index][1])) for index in close]
    within = (near for near in found if near[1] <= FARTHEST)
    return sorted(within, key=lambda near: (near[1], near[0]))[:NEAREST]


def _closest(middle: tuple[float, float], ends: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
    """Rows of the NEAREST directions to a point (degrees), and of all that may be as near by the true distance."""
    # The cosine of the angle between two directions: the larger, the nearer. One product for all is the quickest way.
    cosines = ends @ directions(np.array([middle]))[0]
    last = min(NEAREST, len(cosines))
    farthest = np.arccos(min(1.0, np.partition(cosines, -last)[-last]))
    return np.flatnonzero(cosines >= np.cos(farthest * _ROUNDNESS) - _ROUNDING)


def by_distance(
    directory: Directory, county: County, records: Iterable[Record], far: Mapping[str, float] | None = None
) -> tuple[tuple[Record, float | None], ...]:
    """Records with the miles from the county's middle to their point or town: those of which a source says that they
    serve the place first, then nearest first, unknown last. `far` are the miles by id, where they have been measured.
    """
    middle = (county.latitude, county.longitude)

    def measured(record: Record) -> float | None:
        if far is not None:
            return far.get(record.id)
        point = directory.middle_of(record)
        return miles(middle, point) if point else None

    pairs = [(record, measured(record)) for record in records]

    def order(pair: tuple[Record, float | None]) -> tuple[bool, bool, float, str, str]:
        record, distance = pair
        return not _covers(record), distance is None, distance or 0.0, record.name, record.id

    return tuple(sorted(pairs, key=order))


@dataclass(frozen=True)
class CountyAnswers:
    """All that the page of a county answers: the eight questions, those beside them, and who answers none of them."""

    place: PlaceRecords
    eight: tuple[Answer, ...]
    extra: tuple[Answer, ...]
    others: tuple[Record, ...]

    @property
    def all(self) -> tuple[Answer, ...]:
        return (*self.eight, *self.extra)


def county_answers(directory: Directory, county: County) -> CountyAnswers:
    """What is known of a county, question by question."""
    state = county.state.lower()
    place = PlaceRecords(directory.serving_county.get(county.fips, ()), directory.serving_state.get(state, ()))
    eight, extra = (
        tuple(_with_nearest(directory, county, answer) for answer in answers(directory, place, questions))
        for questions in (directory.vocabulary.questions, beside(directory))
    )
    return CountyAnswers(place, eight, extra, _others(place, (*eight, *extra)))


def region_records(directory: Directory, region: ContinuumOfCare) -> PlaceRecords:
    """Who serves any county of a region by name or region, by name; and who serves the region's whole state."""
    local = {r.id: r for share in region.counties for r in directory.serving_county.get(share.fips, ())}
    state = region.coc_number[:2].lower()
    return PlaceRecords(tuple(sorted(local.values(), key=name_order)), directory.serving_state.get(state, ()))


def beside(directory: Directory) -> tuple[Question, ...]:
    """The questions beside the eight that a place's page answers in a part of its own; hot lines stand above all."""
    return tuple(question for question in directory.vocabulary.beside if "hotline" not in question.types)


def _with_nearest(directory: Directory, county: County, answer: Answer) -> Answer:
    types = [t for t in answer.question.types if t in {"health_center", "housing_authority", "legal_aid"}]
    if answer.local or answer.question.code == "housing" or not types:
        return answer
    return replace(answer, nearest=nearest(directory, county, types), nearest_of=tuple(types))


def _others(place: PlaceRecords, shown: Iterable[Answer]) -> tuple[Record, ...]:
    """Records that serve the place but answer none of the questions: none may be lost."""
    ids = {record.id for answer in shown for record in (*answer.local, *answer.wider)}
    return tuple(record for record in (*place.local, *place.wider) if record.id not in ids)
