"""A record's facts as the call order reads them: short keys, codes instead of words, nothing where nothing is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from resource_directory.directory import Directory
from resource_directory.hours import Week, together, week_of
from resource_directory.model import Phone, Record, Schedule
from resource_directory.views import RecordView
from resource_directory.vocabulary import Thing

JSON = dict[str, Any]
#: `y`, `a`, `n` for yes, ask, no.
Answer = str
#: Fields of records whose codes are of a vocabulary with another name.
_FIELDS: Mapping[str, str] = {
    "dv_accepts": "accepts",
    "rhy_programs": "programs",
    "health_services": "health_services",
    "accessibility": "accessibility",
}
_OWN_TYPE: Mapping[str, str] = {"dv_accepts": "domestic_violence", "rhy_programs": "runaway_homeless_youth"}


def listed_by(record: Record, vocabulary: str) -> frozenset[str]:
    """Codes of a vocabulary that the record lists: `dv_accepts`, `households`, `populations`, `accessibility` ..."""
    if vocabulary in {"households", "populations"}:
        return frozenset((record.eligibility and getattr(record.eligibility, vocabulary)) or ())
    if _OWN_TYPE.get(vocabulary, record.type) != record.type:
        return frozenset()
    return frozenset(getattr(record, _FIELDS[vocabulary], None) or ())


def answer_to(record: Record, thing: Thing) -> Answer | None:
    """What the record itself says to a thing: `y`, `a` or `n`; None where it says nothing.

    A plain yes, ask or no comes before what follows from a list. That a list does not name something is no "no".
    """
    accepts = (record.eligibility and record.eligibility.accepts) or {}
    said = [accepts[code] for code in thing.accepts if code in accepts]
    if thing.field:
        said += filter(None, (getattr(part, thing.field, None) for part in (record.eligibility, record)))
    if said:
        return next(word for word in ("no", "ask", "yes") if word in said)[0]
    if any(listed_by(record, name) & frozenset(codes) for name, codes in thing.listed.items()):
        return "y"
    return "a" if any(listed_by(record, name) for name in thing.whole) else None


def answers_of(record: Record, things: Iterable[Thing]) -> dict[str, Answer]:
    """What the record itself says, by the code of the thing; what it says nothing about is absent."""
    found = ((thing.code, answer_to(record, thing)) for thing in things)
    return {code: answer for code, answer in found if answer is not None}


@dataclass(frozen=True)
class Facts:
    """Makes the facts of records. `zones` are the names of all time zones, in order."""

    directory: Directory
    zones: tuple[str, ...]

    @cached_property
    def _services(self) -> Mapping[str, int]:
        return {code: index for index, code in enumerate(self.directory.vocabulary.services)}

    def of(self, record: Record, *, on_page: bool = False) -> JSON:
        """The facts of a record; docs/decisions/0016 says what each letter stands for.

        Without its name and its street where its card is `on_page`: the script reads them there, which halves the file
        of a large county.
        """
        view = RecordView(record, self.directory)
        found: JSON = {
            "i": record.id,
            "n": None if on_page else record.name,
            "t": record.type,
            "p": [_phone(phone) for phone in view.phones],
            "o": view.phone_of,
            "s": sorted(self._services[code] for code in record.services or ()),
            "m": self._middle(record),
            "k": "t" if self._by_town(record) else None,
            "w": None if on_page and view.has_street else ", ".join(view.address_lines),
            "x": 1 if view.withheld else None,
            "e": view.setting if view.setting in {"mobile", "school"} else None,
            "r": self._referral(view),
            "h": self._hours(record),
            "a": answers_of(record, self.directory.vocabulary.things.values()),
            "g": self._rule_answers(view),
            "y": self._ages(record),
            "q": self._rule_ages(view),
            "l": list(record.languages or ()),
            "b": 1 if record.interpretation_services else None,
            "d": self._ready(record),
            "c": [_contact(contact) for contact in record.contacts or ()],
            "u": None if view.phones else record.url,
            "z": self._translations(record),
        }
        return {key: value for key, value in found.items() if value not in (None, "", [], {})}

    def _middle(self, record: Record) -> list[float] | None:
        """As the pages measure from: the same figure must come out."""
        middle = self.directory.middle_of(record)
        return list(middle) if middle else None

    def _by_town(self, record: Record) -> bool:
        """Whether only the middle of its town or of its ZIP code is known."""
        point = record.location.point if record.location else None
        return self.directory.middle_of(record) is not None and not (point and point.is_a_place)

    def _referral(self, view: RecordView) -> JSON:
        told = view.record.referral
        if told is None:
            return {}
        other = RecordView(view.instead, self.directory) if view.instead else None
        found = {
            "s": told.status,
            "u": told.until.isoformat() if told.until else None,
            "a": told.alert,
            "r": list(told.routes or ()),
            "i": [other.record.id, other.record.name, *(_phone(p) for p in other.phones[:1])] if other else None,
        }
        return {key: value for key, value in found.items() if value}

    def _hours(self, record: Record) -> JSON:
        """Weeks of intake (`i`), of the first number (`p`), of the house (`o`); words where there is no week (`w`)."""
        schedules = record.schedules or ()
        found: JSON = {}
        for key, purpose in (("i", "intake"), ("o", "opening")):
            week = together(week_of(s.opening_hours) for s in schedules if s.purpose == purpose and s.opening_hours)
            if week is not None:
                found[key] = _spans(week)
        first = next((phone for phone in record.phones or () if phone.type == "voice"), None)
        if first is not None and first.opening_hours and (week := week_of(first.opening_hours)) is not None:
            found["p"] = _spans(week)
        words = [text for schedule in schedules for text in _words(schedule)]
        if words:
            found["w"] = words
        zone = self._zone(record)
        if not found:
            return {}
        return {**found, **({"z": zone} if zone is not None else {})}

    def _zone(self, record: Record) -> int | None:
        """The number of its time zone; None where the counties it serves lie in several and it stands in none."""
        counties = self.directory.places.counties
        home = self.directory.county_of(record)
        if home is not None:
            return self.zones.index(home.timezone)
        served = list(self.directory.counties_served(record))
        for state in (record.service_area and record.service_area.states) or ():
            served += [c.fips for c in self.directory.places.counties_of_state.get(state.upper(), ())]
        found = {counties[fips].timezone for fips in served if fips in counties}
        return self.zones.index(found.pop()) if len(found) == 1 else None

    def _rule_answers(self, view: RecordView) -> dict[str, Answer]:
        """What the rules of its programs say, where they agree."""
        found: dict[str, Answer] = {}
        for thing in self.directory.vocabulary.things.values():
            said = {rule.says_about[key] for rule in view.rules for key in thing.rules if key in rule.says_about}
            if said:
                found[thing.code] = "a" if len(said) > 1 else said.pop()[0]
        return found

    def _ages(self, record: Record) -> list[int | None]:
        ages = record.eligibility
        if ages is None or (ages.minimum_age is None and ages.maximum_age is None):
            return []
        return [ages.minimum_age, ages.maximum_age]

    def _rule_ages(self, view: RecordView) -> list[list[Any]]:
        """Youngest, oldest, and what is said beyond, for each rule about ages."""
        return [[r.ages.minimum, r.ages.maximum, r.ages.beyond[0]] for r in view.rules if r.ages is not None]

    def _ready(self, record: Record) -> JSON:
        found = {
            "d": list(record.required_documents or ()),
            "a": record.application_process,
            "f": record.fees_description,
            "i": record.interpretation_services,
            "e": record.eligibility.description if record.eligibility else None,
        }
        return {key: value for key, value in found.items() if value}

    def _translations(self, record: Record) -> JSON:
        keys = {"name": "n", "application_process": "a", "eligibility": "e"}
        found: JSON = {}
        for language, words in (record.translations or {}).items():
            texts = {key: getattr(words, name) for name, key in keys.items() if getattr(words, name)}
            if texts:
                found[language] = texts
        return found


def _phone(phone: Phone) -> list[Any]:
    """Number, extension, type, keyword, purpose, description; empty ends are cut off."""
    kind = phone.type if phone.type != "voice" else None
    cells: list[Any] = [phone.number, phone.extension, kind, phone.keyword, phone.purpose, phone.description]
    while cells[-1] is None:
        cells.pop()
    return cells


def _contact(contact: Any) -> JSON:
    found = {
        "r": contact.role,
        "t": contact.title,
        "n": contact.name,
        "p": [contact.phone, contact.extension] if contact.phone else None,
        "d": contact.description,
    }
    return {key: value for key, value in found.items() if value}


def _spans(week: Week) -> list[list[Any]]:
    """Start and end in minutes since Monday; a third cell, `a` or `q`, for by appointment only and for unsure."""
    marks = {"open": [], "appointment": ["a"], "ask": ["q"]}
    return [[span.start, span.end, *marks[span.kind]] for span in week]


def _words(schedule: Schedule) -> Iterator[str]:
    """What a schedule says that is not in a week."""
    if schedule.opening_hours and week_of(schedule.opening_hours) is None:
        yield schedule.opening_hours
    if schedule.description:
        yield schedule.description
