"""A record, and what the page of a county knows, as small JSON for partners' own programs.

A record has the names of our own fields (docs/reference/fields.md) with the words for its codes beside them; of what
only maintainers see there is nothing. A county names records by id, and says of each once how to reach it. Both are
declared in `plain_schema`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from resource_directory.answering import Answer, by_distance, county_answers
from resource_directory.call_order import Called, CallOrder
from resource_directory.directory import Directory
from resource_directory.exports.facts import address, counties_served
from resource_directory.gaps import SERVED, Gaps
from resource_directory.labels import vocabulary_of
from resource_directory.model import ContinuumOfCare, Part, Phone, Record
from resource_directory.places import County
from resource_directory.serving import ELSEWHERE, LISTED, NAMED, WHOLE_STATE
from resource_directory.views import RecordView
from resource_directory.words import phone_words

JSON = dict[str, Any]
#: What maintainers keep for themselves.
PRIVATE: Any = {"editor_note": True, "location": {"authorisation", "review"}}
#: How surely a record serves a county, in words.
SERVES: Mapping[int, str] = {NAMED: "county", WHOLE_STATE: "state", LISTED: "listed", ELSEWHERE: "ask"}
#: Of those to call for a need, how many are named one by one.
MOST_CALLS = 6


def record_json(directory: Directory, record: Record) -> JSON:
    """A record: its public fields as they stand in the model, then what the directory adds to them."""
    view = RecordView(record, directory)
    found: JSON = record.model_dump(mode="json", exclude_none=True, exclude=PRIVATE)
    if view.phone_of and view.parent is not None:
        found["phones"] = [_phone(phone) for phone in (*(record.phones or ()), *view.phones)]
        found["phones_of"] = view.parent.id
    added: JSON = {
        "page": address(directory, view.url),
        "part_of": view.parent.name if view.parent else "",
        "labels": _labels(directory, record),
        "needs": [need.code for need in view.needs],
        "counties_served": counties_served(view),
        "status": _status(view),
    }
    return {**found, **{key: value for key, value in added.items() if value}}


def _phone(phone: Phone) -> JSON:
    return phone.model_dump(mode="json", exclude_none=True)


def _status(view: RecordView) -> JSON:
    """Whether it takes people on the day of the file: a notice that has run out is `ask`. Empty where nobody said."""
    state, words = view.referral
    return {"now": state, "words": words, "on": view.directory.today.isoformat()} if state else {}


def _labels(directory: Directory, record: Record) -> JSON:
    """The words for the record's codes, by vocabulary."""
    found: dict[str, dict[str, str]] = {}
    for name, code in _codes(record):
        found.setdefault(name, {})[code] = directory.vocabulary.codes(name)[code]
    return found


def _codes(part: Part) -> Iterator[tuple[str, str]]:
    """(vocabulary, code) of every code in a part of a record."""
    for name in type(part).model_fields:
        value = getattr(part, name)
        if value is None:
            continue
        if vocabulary := vocabulary_of(type(part), name):
            yield from ((vocabulary, code) for code in ([value] if isinstance(value, str) else value))
        else:
            for inner in value if isinstance(value, tuple) else (value,):
                if isinstance(inner, Part):
                    yield from _codes(inner)


@dataclass(frozen=True)
class Counties:
    """The counties of a Directory as JSON, a state at a time."""

    directory: Directory
    gaps: Gaps

    def of_state(self, slug: str) -> Iterator[tuple[County, JSON]]:
        """Each county of a state (`co`)."""
        for county, called in self._order.of_state(slug):
            yield county, self._county(county, called)

    def _county(self, county: County, called: Sequence[Called]) -> JSON:
        directory = self.directory
        known = county_answers(directory, county)
        named = _Named(self._told, {one.record.id: one for one in called})
        found: JSON = {
            "fips": county.fips,
            "name": county.full_name,
            "state": {"code": county.state, "name": directory.places.states[county.state].name},
            "page": address(directory, county.url),
            "on": directory.today.isoformat(),
            "time_zone": county.timezone,
            "middle": [county.latitude, county.longitude],
            "population": county.population,
            "regions": [self._region(region, share, named) for region, share in self._regions(county)],
            "hotlines": self._hotlines,
            "answers": {answer.question.code: self._answer(county, answer, named) for answer in known.all},
            "others": named.all(known.others),
            "calls": dict(self._calls(called, named)),
            "gaps": self._gaps(county),
        }
        found["records"] = named.entries()
        return {key: value for key, value in found.items() if value is not None}

    def _regions(self, county: County) -> Iterable[tuple[ContinuumOfCare, float | None]]:
        return self.directory.regions_of_county.get(county.fips, ())

    def _region(self, region: ContinuumOfCare, share: float | None, named: _Named) -> JSON:
        led = region.lead_agency
        found = {
            "number": region.coc_number,
            "record": named.one(region),
            "lead_agency": led.model_dump(mode="json") if led else None,
            "share": share,
        }
        return {key: value for key, value in found.items() if value is not None}

    def _answer(self, county: County, answer: Answer, named: _Named) -> JSON:
        """As the page answers; where it knows nobody, what it says instead."""
        wider = by_distance(self.directory, county, answer.wider, named.miles)
        found: JSON = {
            "known": answer.known,
            "serving": named.all((*answer.rest, *answer.moving, *answer.at_schools)),
            "in_state": named.all(record for record, _ in wider),
            "meetings": [
                {"region": region.coc_number, **meeting.model_dump(mode="json", exclude_none=True)}
                for region, meeting in answer.meetings
                if isinstance(region, ContinuumOfCare)
            ],
            "nearest": [named.far(near.record, near.distance) for near in answer.nearest],
        }
        return {key: value for key, value in found.items() if value != []}

    def _calls(self, called: Sequence[Called], named: _Named) -> Iterator[tuple[str, JSON]]:
        """By need how many may be called, and those to call first."""
        for need, order in self._order.by_need(called):
            if order:
                first = named.all(one.record for one in order[:MOST_CALLS])
                yield need.code, {"total": len(order), "first": first}

    def _gaps(self, county: County) -> JSON:
        """By need that is not known to be met, why, and how far it is to the nearest public place that meets it."""
        gaps = (gap for gap in self.gaps.of_county(county) if gap.value != SERVED)
        return {
            gap.need.code: {"value": gap.value, **({} if gap.miles is None else {"miles": gap.miles})} for gap in gaps
        }

    def _told(self, record: Record) -> JSON:
        """What holds of a record in every county."""
        if record.id not in self._known:
            view = RecordView(record, self.directory)
            found: JSON = {
                "name": record.name,
                "type": record.type,
                "phone": phone_words(view.phones[0]) if view.phones else "",
                "phone_of": view.phone_of,
                "status": view.referral[0],
            }
            self._known[record.id] = {key: value for key, value in found.items() if value}
        return self._known[record.id]

    @cached_property
    def _known(self) -> dict[str, JSON]:
        return {}

    @cached_property
    def _hotlines(self) -> list[JSON]:
        """Lines for the whole country, which stand above every list."""
        views = [RecordView(line, self.directory) for line in self.directory.hotlines]
        return [
            {"id": view.record.id, "name": view.record.name, "phone": phone_words(view.phones[0])}
            for view in views
            if view.phones
        ]

    @cached_property
    def _order(self) -> CallOrder:
        return CallOrder(self.directory)


@dataclass(frozen=True)
class _Named:
    """The records that a county's file names, each said once."""

    told: Callable[[Record], JSON]
    called: Mapping[str, Called]

    def one(self, record: Record) -> str:
        self._found.setdefault(record.id, record)
        return record.id

    def all(self, records: Iterable[Record]) -> list[str]:
        return [self.one(record) for record in records]

    def far(self, record: Record, distance: float) -> str:
        """One in another county, so many miles from the middle of this one."""
        self.miles[record.id] = distance
        return self.one(record)

    @cached_property
    def _found(self) -> dict[str, Record]:
        return {}

    @cached_property
    def miles(self) -> dict[str, float]:
        """From the middle of the county, where a public place is known."""
        return {key: one.miles for key, one in self.called.items() if one.miles is not None}

    def entries(self) -> JSON:
        """By id what to know before one rings: what holds everywhere, then what holds for this county."""
        return {key: {**self.told(self._found[key]), **self._here(key)} for key in sorted(self._found)}

    def _here(self, key: str) -> JSON:
        found: JSON = {"serves": SERVES[self.called[key].serves]} if key in self.called else {}
        if key in self.miles:
            found["miles"] = round(self.miles[key], 1)
        return found
