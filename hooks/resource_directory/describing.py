"""Says in plain words what changes between two commits: for whoever must decide whether it may be published.

A description is public. No place is repeated in it that is withheld, that is or was a domestic violence program's, or
that a record which goes away had; and no text of such a record that may tell where it is.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel

from resource_directory.change_text import MOST_ENTRIES, MOST_LINES, Description, Entry, Line, plain, quoted
from resource_directory.commits import Blob, ChangedFile, Commits, stem
from resource_directory.labels import label_of, vocabulary_of
from resource_directory.model import ContinuumOfCare, Location, Phone, Record, ServiceArea, language_name
from resource_directory.places import Places
from resource_directory.reading import read_bytes
from resource_directory.secrecy import street_key, telling, telling_address
from resource_directory.vocabulary import Vocabulary
from resource_directory.words import (
    ages_words,
    day_words,
    hours_words,
    languages_words,
    list_words,
    miles,
    miles_words,
    phone_words,
)

#: Above so many new numbers, other entries are not searched for them.
MOST_NUMBERS = 300
#: Counties, and files that are no records, that are named.
MOST_COUNTIES = 15
MOST_FILES = 30
#: Entries that are looked into for a number.
MOST_SHARING = 500
NOT_REPEATED = "(not repeated here)"
STREET = "The street address"
PROTECTED_TYPE = "domestic_violence"
_ANSWERS = {"yes": "yes", "ask": "ask first", "no": "no"}
_VISIBILITY = {"public": "the place is public", "withheld": "the place is withheld"}
_STATUS = {
    "open": "takes people",
    "waitlist": "has a waiting list",
    "paused": "paused",
    "closed": "takes nobody new",
}
_PHONES = {"voice": "Telephone", "text": "Text line", "tty": "TTY", "fax": "Fax"}
#: By what an item of a list is known again when a part of it changes.
_IDENTITY: Mapping[str, tuple[str, ...]] = {
    "Phone": ("type", "purpose"),
    "Contact": ("role", "title"),
    "RegistryId": ("registry",),
    "Schedule": ("purpose",),
    "Meeting": ("name",),
    "WaitingList": ("program",),
    "CountyShare": ("fips",),
    "Source": ("publisher",),
}
#: Never repeated, though the file has them: they are for editors.
_FOR_EDITORS = frozenset({"editor_note", "document"})


@dataclass(frozen=True)
class Context:
    """What a change is described with: words, places, and what other records of the commit say."""

    vocabulary: Vocabulary
    places: Places
    names: Mapping[str, str] = field(default_factory=dict)
    #: FIPS codes of the counties of each region, by its number.
    regions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: Records of the newer commit by the numbers they give.
    sharing: Mapping[str, tuple[Record, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """A record before and after; None where it is not there."""

    path: str
    before: Record | None
    after: Record | None

    @property
    def record(self) -> Record:
        found = self.after or self.before
        if found is None:
            raise ValueError("A change has a record before or after.")
        return found

    @property
    def kind(self) -> str:
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        return "changed" if self.before.id == self.after.id else "renamed"

    @cached_property
    def is_protected(self) -> bool:
        """Whether its place may not be repeated. Of an entry that goes away, nobody says why it does."""
        return self.after is None or any(protects(record) for record in (self.before, self.after) if record)

    @cached_property
    def secrets(self) -> tuple[str, ...]:
        """What must not be repeated, in a form that can be compared."""
        return tuple(found for record in (self.before, self.after) if record for found in _secrets(record.location))

    def is_safe(self, text: str) -> bool:
        """Whether a text may be repeated."""
        if not self.is_protected:
            return True
        key = street_key(text)
        return not (telling(text) or telling_address(text) or any(secret in key for secret in self.secrets))


def protects(record: Record) -> bool:
    """Whether a record's place is protected, whatever it says of it: a program's that nobody may find, or withheld."""
    return record.type == PROTECTED_TYPE or (record.location is not None and record.location.visibility == "withheld")


def _secrets(place: Location | None) -> Iterator[str]:
    if place is None:
        return
    address = place.address
    parts = (address.address_1, address.address_2, address.postal_code) if address else ()
    point = (f"{place.point.latitude}", f"{place.point.longitude}") if place.point else ()
    for part in (*parts, *point, place.description):
        if part and len(key := street_key(part)) > 2:
            yield key


# --- facts -----------------------------------------------------------------------------------------------------------


def facts(change: Change, context: Context) -> Iterator[Line]:
    """Every fact that differs, in the model's order. What may not be repeated is only named."""
    for line in _all_facts(change, context):
        yield line if change.is_safe(line.before) and change.is_safe(line.after) else Line(line.what)


def _all_facts(change: Change, context: Context) -> Iterator[Line]:
    before, after = change.before, change.after
    classes = [type(record) for record in (after, before) if record is not None]
    names = dict.fromkeys(name for cls in classes for name in cls.model_fields)
    for name in names:
        cls = next(cls for cls in classes if name in cls.model_fields)
        old, new = getattr(before, name, None), getattr(after, name, None)
        if old == new or (name in {"id", "type"} and before is None):
            continue
        if name == "location":
            yield from _place(change, old, new, context)
        elif name in _FOR_EDITORS:
            yield Line(label_of(cls, name))
        else:
            yield from _values(cls, name, label_of(cls, name), old, new, context)


def _place(change: Change, old: Location | None, new: Location | None, context: Context) -> Iterator[Line]:
    if not change.is_protected:
        yield from _parts(Location, "", old, new, context)
        return
    for name in ("visibility", "authorisation", "review"):
        was, now = getattr(old, name, None), getattr(new, name, None)
        if was == now:
            continue
        texts = [_VISIBILITY.get(one, "there is one") if one else "" for one in (was, now)]
        if name == "review":
            texts = [one.decision if one else "" for one in (was, now)]
        same = texts[0] == texts[1]
        yield Line(label_of(Location, name), *(("", "") if same else texts))
    closer = ("address", "county", "point", "description")
    if any(getattr(old, name, None) != getattr(new, name, None) for name in closer):
        yield Line(STREET)


def _parts(cls: type[BaseModel], around: str, old: Any, new: Any, context: Context) -> Iterator[Line]:
    for name in cls.model_fields:
        was, now = getattr(old, name, None), getattr(new, name, None)
        if was == now:
            continue
        label = f"{around}, {_small(label_of(cls, name))}" if around else label_of(cls, name)
        yield from [Line(label)] if name in _FOR_EDITORS else _values(cls, name, label, was, now, context)


def _small(label: str) -> str:
    return label if label[:2].isupper() else label[0].lower() + label[1:]


def _values(cls: type[BaseModel], name: str, label: str, old: Any, new: Any, context: Context) -> Iterator[Line]:
    """The lines of one field, whatever its shape."""
    sample = new if new is not None else old
    if isinstance(sample, BaseModel):
        yield from _parts(type(sample), label, old, new, context)
    elif isinstance(sample, Mapping):
        for key in dict.fromkeys((*(old or {}), *(new or {}))):
            was, now = (old or {}).get(key), (new or {}).get(key)
            if was == now:
                continue
            about = f"{label}, {_key_words(cls, name, key, context)}"
            one = now if now is not None else was
            if isinstance(one, BaseModel):
                yield from _parts(type(one), about, was, now, context)
            else:
                yield Line(about, *(_text(cls, name, value, context) for value in (was, now)))
    elif isinstance(sample, tuple):
        yield from _lists(cls, name, label, old or (), new or (), context)
    else:
        yield Line(label, _text(cls, name, old, context), _text(cls, name, new, context))


def _key_words(cls: type[BaseModel], name: str, key: str, context: Context) -> str:
    vocabulary = vocabulary_of(cls, name)
    if vocabulary:
        return _small(context.vocabulary.codes(vocabulary).get(key, key))
    return language_name(key) or key


def _lists(
    cls: type[BaseModel], name: str, label: str, old: Sequence[Any], new: Sequence[Any], context: Context
) -> Iterator[Line]:
    gone = [one for one in old if one not in new]
    come = [one for one in new if one not in old]
    if not gone and not come:
        texts = (list_words([_item(cls, name, one, context).partition("; ")[0] for one in side]) for side in (old, new))
        yield Line(f"{label}, in another order", *texts)
        return
    if not isinstance((come or gone)[0], BaseModel):
        for side, is_new in ((gone, False), (come, True)):
            if side:
                text = list_words([_text(cls, name, one, context) for one in side])
                yield Line(label, "" if is_new else text, text if is_new else "")
        return
    for was, now in _pairs(gone, come):
        own = _PHONES[(now or was).type] if isinstance(now or was, Phone) else label
        yield _pair(own, cls, name, was, now, context)


def _pairs(gone: list[Any], come: list[Any]) -> Iterator[tuple[Any, Any]]:
    """Items that are one item before and after, by what they are known by; then those that only go or come."""
    keys = _IDENTITY[type((come or gone)[0]).__name__]
    rest = list(come)
    for was in gone:
        same = (now for now in rest if all(getattr(was, key) == getattr(now, key) for key in keys))
        found = next(same, None)
        if found is None and len(gone) == len(come) == 1:
            found = come[0]
        if found is not None:
            rest.remove(found)
        yield was, found
    yield from ((None, now) for now in rest)


def _pair(label: str, cls: type[BaseModel], name: str, was: Any, now: Any, context: Context) -> Line:
    if was is None or now is None:
        return Line(label, *(_item(cls, name, one, context) if one is not None else "" for one in (was, now)))
    (was_head, *was_rest), (now_head, *now_rest) = _told(was, context), _told(now, context)
    if was_rest == now_rest:
        return Line(label, was_head, now_head)
    return Line(label, "; ".join((was_head, *was_rest)), "; ".join((now_head, *now_rest)))


def _item(cls: type[BaseModel], name: str, value: Any, context: Context) -> str:
    return "; ".join(_told(value, context)) if isinstance(value, BaseModel) else _text(cls, name, value, context)


def _told(item: BaseModel, context: Context) -> list[str]:
    """An item of a list: what it is first, then the rest of what it says."""
    cls = type(item)
    own = {name: value for name in cls.model_fields if (value := getattr(item, name)) is not None}
    if isinstance(item, Phone):
        shown = {name: own[name] for name in own if name not in {"number", "extension", "type", "keyword"}}
        head = item.number if item.type in {"tty", "fax"} else phone_words(item)
        return [head, *(_said(cls, name, value, context) for name, value in shown.items())]
    first = next(name for name in ("title", "name", *own) if name in own)
    rest = [_said(cls, name, value, context) for name, value in own.items() if name != first]
    return [_text(cls, first, own[first], context), *rest]


def _said(cls: type[BaseModel], name: str, value: Any, context: Context) -> str:
    return f"{_small(label_of(cls, name))}: {_text(cls, name, value, context)}"


def _text(cls: type[BaseModel], name: str, value: Any, context: Context) -> str:
    """A value as people say it; empty for None."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return list_words([_item(cls, name, one, context) for one in value])
    if isinstance(value, date):
        return day_words(value)
    if isinstance(value, float):
        return f"{value:g}" if abs(value) < 1000 and name == "share" else str(value)
    text = str(value)
    if (words := _WORDS.get((cls.__name__, name)) or _WORDS.get(("", name))) and text in words:
        return words[text]
    if vocabulary := vocabulary_of(cls, name):
        return context.vocabulary.codes(vocabulary).get(text) or _ANSWERS.get(text, text)
    if name in {"counties", "fips", "county"} and text in context.places.counties:
        return county_words(text, context.places)
    if name == "states" and text.upper() in context.places.states:
        return context.places.states[text.upper()].name
    if name in {"organization", "coalition", "instead"}:
        return f"{context.names[text]} ({text})" if text in context.names else text
    if name == "opening_hours":
        return hours_words(text)
    if name == "languages":
        return languages_words([text])
    return _ANSWERS.get(text, text)


_WORDS: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("Location", "visibility"): _VISIBILITY,
    ("Referral", "status"): _STATUS,
    ("Phone", "type"): {code: label.lower() for code, label in _PHONES.items()},
    ("Schedule", "purpose"): {"opening": "opening hours", "intake": "intake hours"},
}


def county_words(fips: str, places: Places) -> str:
    """`Denver County, Colorado`."""
    county = places.counties[fips]
    return f"{county.full_name}, {places.states[county.state].name}"


# --- the page --------------------------------------------------------------------------------------------------------


def page(change: Change, context: Context) -> tuple[Line, ...]:
    """The main facts of the entry's page before and after, where the entry has one after."""
    if change.after is None:
        return ()
    after = dict(_page_facts(change.after, change, context))
    before = dict(_page_facts(change.before, change, context)) if change.before else {}
    rows = []
    for label in dict.fromkeys((*after, *before)):
        old, new = (side.get(label, "") for side in (before, after))
        safe = change.is_safe(old) and change.is_safe(new)
        rows.append(Line(label, old, new) if safe else Line(label, NOT_REPEATED, NOT_REPEATED))
    return tuple(rows)


def _page_facts(record: Record, change: Change, context: Context) -> Iterator[tuple[str, str]]:
    yield "Name", record.name
    yield "What it is", context.vocabulary.types[record.type].label
    numbers = [phone_words(phone) for phone in record.phones or () if phone.type != "fax"]
    yield "Whom to call", list_words(numbers) or "We do not know a telephone number for this organization."
    yield "Where", _where(record, change)
    hours = [hours_words(one.opening_hours) if one.opening_hours else one.description for one in record.schedules or ()]
    yield "Hours", "; ".join(filter(None, hours)) or "Not known."
    if record.referral and record.referral.status:
        until = f" until {day_words(record.referral.until)}" if record.referral.until else ""
        yield "Takes people now", _STATUS[record.referral.status] + until
    yield "Area served", area_words(record, context)
    if record.services:
        yield "What it does", list_words([context.vocabulary.codes("services").get(s, s) for s in record.services])
    if record.eligibility:
        who = record.eligibility
        told = [ages_words(who.minimum_age, who.maximum_age), who.description]
        yield "Who qualifies", ". ".join(filter(None, told)) or "See the page."
    if record.verified:
        yield "At the foot", f"Confirmed on {day_words(record.verified.date)} by {record.verified.by}."
    else:
        taken = day_words(record.source.retrieved)
        yield "At the foot", f"Imported, not confirmed. {record.source.publisher}, {taken}."


def _where(record: Record, change: Change) -> str:
    place = record.location
    if place is not None and place.visibility == "withheld":
        return "The address is not published."
    if place is None or place.address is None:
        return "We do not know."
    if change.is_protected:
        return NOT_REPEATED
    address = place.address
    town = " ".join(filter(None, (address.state_province, address.postal_code)))
    return ", ".join(filter(None, (address.address_1, address.address_2, address.city, town)))


def area_words(record: Record, context: Context) -> str:
    """`All of Colorado; 3 counties`."""
    area = record.service_area or ServiceArea()
    if area.nationwide:
        return "The whole country"
    states = [
        f"all of {context.places.states[code.upper()].name}" for code in area.states or () if _is_state(code, context)
    ]
    number = len(counties_served(record, context))
    named = [f"{number} {'county' if number == 1 else 'counties'}"] if number else []
    told = "; ".join([*states, *named]) or "not known"
    return told[0].upper() + told[1:] + (" (inferred)" if area.assumed else "")


def _is_state(code: str, context: Context) -> bool:
    return code.upper() in context.places.states


def counties_served(record: Record, context: Context) -> tuple[str, ...]:
    """FIPS codes of the counties that a record serves by name or by region."""
    area = record.service_area or ServiceArea()
    own = [share.fips for share in record.counties] if isinstance(record, ContinuumOfCare) else []
    of_regions = [fips for number in area.regions or () for fips in context.regions.get(number, ())]
    found = dict.fromkeys((*own, *(area.counties or ()), *of_regions))
    return tuple(fips for fips in found if fips in context.places.counties)


def counties_named(change: Change, context: Context) -> tuple[str, ...]:
    """Where people see the change: counties by name, whole states, the whole country."""
    records = [record for record in (change.before, change.after) if record]
    if any(record.service_area and record.service_area.nationwide for record in records):
        return ("the whole country",)
    areas = [record.service_area for record in records if record.service_area]
    codes = dict.fromkeys(code for area in areas for code in area.states or () if _is_state(code, context))
    states = [f"all of {context.places.states[code.upper()].name}" for code in codes]
    fips = dict.fromkeys(code for record in records for code in counties_served(record, context))
    named = sorted(county_words(code, context.places) for code in fips)
    more = [f"{len(named) - MOST_COUNTIES} more"] if len(named) > MOST_COUNTIES else []
    return (*states, *named[:MOST_COUNTIES], *more)


# --- warnings --------------------------------------------------------------------------------------------------------


def warnings(change: Change, context: Context) -> Iterator[str]:
    """What a reviewer should look at twice. Texts from files stand between « and »."""
    for rule in _WARNINGS:
        yield from rule(change, context)


def _protected_program(change: Change, context: Context) -> Iterator[str]:
    if any(record.type == PROTECTED_TYPE for record in (change.before, change.after) if record):
        yield (
            "This is a domestic violence program. Read every text of the file: does a word tell where it is? "
            "Places are not repeated here."
        )


def _visibility(change: Change, context: Context) -> Iterator[str]:
    was, now = (record.location if record else None for record in (change.before, change.after))
    if was and now and was.visibility != now.visibility:
        if now.visibility == "public":
            yield "A place that was withheld becomes public. Who has allowed it, and in writing?"
        else:
            yield (
                "A place that was public becomes withheld. It still stands in older commits: read the runbook, "
                "docs/maintain.md."
            )
    elif change.before and now and (was is None) and now.place_given and change.record.type == PROTECTED_TYPE:
        yield "A place is given that was not given before. Who has allowed it, and in writing?"
    if bool(was and was.authorisation) != bool(now and now.authorisation):
        done = "is added" if now and now.authorisation else "is taken away"
        yield f"The written word that the place may be public {done}. Have you seen the letter?"


def _moved(change: Change, context: Context) -> Iterator[str]:
    was, now = (
        record.location.point if record and record.location else None for record in (change.before, change.after)
    )
    if was is None or now is None or (was.latitude, was.longitude) == (now.latitude, now.longitude):
        return
    far = miles((was.latitude, was.longitude), (now.latitude, now.longitude))
    if change.is_protected:
        yield "The point on the map moves."
    elif far >= 0.01:
        yield f"The point on the map moves by {miles_words(far)}."


def _numbers(record: Record | None) -> frozenset[str]:
    """Its ten-digit numbers, fax aside."""
    if record is None:
        return frozenset()
    own = {phone.number for phone in record.phones or () if phone.type != "fax"}
    own |= {contact.phone for contact in record.contacts or () if contact.phone}
    entry = getattr(record, "coordinated_entry", None)
    own |= {entry.phone} if entry and entry.phone else set()
    return frozenset(number for number in own if number.count("-") == 2)


def _shared_number(change: Change, context: Context) -> Iterator[str]:
    if change.after is None:
        return
    own = _family(change.after)
    for number in sorted(_numbers(change.after) - _numbers(change.before)):
        others = [
            other
            for other in context.sharing.get(number, ())
            if other.id != change.after.id and own.isdisjoint(_family(other)) and other.name != change.after.name
        ]
        if others:
            more = f" and {len(others) - 1} more" if len(others) > 1 else ""
            yield f"The number {number} is also that of {quoted(_safe_name(others[0]))}{more}. Is that right?"


def _family(record: Record) -> frozenset[str]:
    """Ids of the record and of the organization it is part of."""
    return frozenset(filter(None, (record.id, record.organization)))


def _safe_name(record: Record) -> str:
    return (
        record.name if not (protects(record) and (telling(record.name) or telling_address(record.name))) else "an entry"
    )


def _reachable(change: Change, context: Context) -> Iterator[str]:
    if change.before and change.after and _numbers(change.before) and not _numbers(change.after):
        yield "The entry has no telephone number any more."
    old, new = (urlsplit(r.url).hostname if r and r.url else None for r in (change.before, change.after))
    if old and new and old.removeprefix("www.") != new.removeprefix("www."):
        yield f"The web site is another one: {quoted(old)} before, {quoted(new)} now. Open it."


def _referral(change: Change, context: Context) -> Iterator[str]:
    was, now = (r.referral.status if r and r.referral else None for r in (change.before, change.after))
    if was == now:
        return
    if now == "paused" and change.after and change.after.referral:
        until = change.after.referral.until
        yield f"Referrals are paused{f' until {day_words(until)}' if until else ''}: nobody will be sent there."
    elif now == "closed":
        yield "It takes nobody new: nobody will be sent there."


def _verified(change: Change, context: Context) -> Iterator[str]:
    was, now = (r.verified if r else None for r in (change.before, change.after))
    if now is not None and now != was:
        yield "The entry is marked as confirmed. Does the author speak for the organization?"
    if was is not None and now is None and change.after is not None:
        yield "The mark that the organization has confirmed the entry is taken away."
    if was is not None and now is not None and now.date < was.date:
        yield "The day of the confirmation goes backward."


def _source(change: Change, context: Context) -> Iterator[str]:
    if change.before and change.after and change.after.source.retrieved < change.before.source.retrieved:
        days = [day_words(record.source.retrieved) for record in (change.before, change.after)]
        yield f"The day of the source goes backward, from {days[0]} to {days[1]}."


def _address_of_page(change: Change, context: Context) -> Iterator[str]:
    if change.before is None or change.before.id in (change.after.former_ids or () if change.after else ()):
        return
    if change.after is None:
        yield "The entry goes. Its web address will lead nowhere. Has it closed, or is it named in another entry?"
    elif change.after.id != change.before.id:
        yield "The id changes and former ids do not name the old one: old links will lead nowhere."


def _fewer_counties(change: Change, context: Context) -> Iterator[str]:
    if change.before is None or change.after is None:
        return
    lost = set(counties_served(change.before, context)) - set(counties_served(change.after, context))
    states = [set((r.service_area.states if r.service_area else None) or ()) for r in (change.before, change.after)]
    if lost:
        yield f"It no longer serves {len(lost)} {'county' if len(lost) == 1 else 'counties'}."
    if states[0] - states[1]:
        yield "It no longer serves a whole state."
    if isinstance(change.after, ContinuumOfCare) and set(change.after.counties) != set(
        getattr(change.before, "counties", ())
    ):
        yield "The region itself changes: so does the area of every entry that serves it."


def _person_named(change: Change, context: Context) -> Iterator[str]:
    named = [{c.name for c in (r.contacts if r else None) or () if c.name} for r in (change.before, change.after)]
    if named[1] - named[0]:
        yield "A person is named. Does the organization itself publish the name for this use?"


_WARNINGS = (
    _protected_program,
    _visibility,
    _moved,
    _shared_number,
    _reachable,
    _referral,
    _verified,
    _source,
    _address_of_page,
    _fewer_counties,
    _person_named,
)

#: What a change of other files may do, by how their paths begin.
_MACHINERY: tuple[tuple[str, str], ...] = (
    ("data/vocab/types.yml", "The kinds of entries change: names, colours and rules of every page of a kind."),
    ("data/vocab/confidential_words.yml", "The words by which hidden places are known change."),
    ("data/vocab/neutral_words.yml", "The words that no address and no title may hold change."),
    ("data/vocab/partners.yml", "Who is asked about changes is changed."),
    ("data/vocab/", "The vocabularies change: words on many pages."),
    ("data/places/", "The tables of counties, towns and ZIP codes change."),
    (".github/", "What runs by itself changes: workflows, or who is asked."),
    ("hooks/", "The program that makes the site changes."),
    ("scripts/", "The tools change, the checks among them."),
    ("overrides/", "The pages' templates and scripts change."),
    ("mkdocs.yml", "The site's settings change."),
    ("Makefile", "The commands that set up and check change."),
    ("requirements", "What is installed changes."),
    ("package", "What is installed changes."),
)


def machinery(paths: Iterable[str]) -> tuple[str, ...]:
    """A warning for each part of the project, beside records, that changes."""
    first = (next((words for start, words in _MACHINERY if path.startswith(start)), None) for path in paths)
    return tuple(dict.fromkeys(filter(None, first)))


# --- from commits ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Setting:
    """By what records are read."""

    vocabulary: Vocabulary
    places: Places
    today: date


def describe(commits: Commits, base: str, head: str, setting: Setting) -> Description:
    """What changes from one commit to the other. Raises ValueError, CalledProcessError."""
    base, head = commits.commit(base), commits.commit(head)
    files, others = commits.changed(base, head)
    changes, unread = _read(files, setting)
    paired = sorted(_renamed(changes), key=lambda change: change.path)
    context = _context(commits, base, head, paired, setting)
    entries = [_entry(change, context) for change in paired[:MOST_ENTRIES]]
    entries += [_unread_entry(file, setting) for file in unread[: MOST_ENTRIES - len(entries)]]
    counts = Counter(change.kind for change in paired)
    counts["unreadable"] = len(unread)
    told = tuple(Line(words, "", f"{counts[kind]:,}") for kind, words in _COUNTED if counts[kind])
    numbers = {number for change in paired for number in _new_numbers(change)}
    missed = ("Too many new numbers: other entries were not searched for them.",) if len(numbers) > MOST_NUMBERS else ()
    return Description(
        base,
        head,
        tuple(entries),
        told,
        (*_of_many(paired, setting), *machinery(others), *missed),
        tuple(plain(path) for path in others[:MOST_FILES]),
        max(0, len(paired) + len(unread) - len(entries)),
        max(0, len(others) - MOST_FILES),
    )


_COUNTED = (
    ("changed", "Entries that change"),
    ("added", "New entries"),
    ("renamed", "Entries with another address"),
    ("removed", "Entries that go"),
    ("unreadable", "Files that cannot be read"),
)


def _of_many(changes: Collection[Change], setting: Setting) -> Iterator[str]:
    """What is worth a word of the whole: many entries that go, protected programs among those that are left out."""
    protected = sum(change.record.type == PROTECTED_TYPE for change in changes)
    if protected:
        label = "program is" if protected == 1 else "programs are"
        yield f"{protected:,} domestic violence {label} touched."
    confirmed = sum(
        bool(c.after and c.after.verified and c.after.verified != (c.before and c.before.verified)) for c in changes
    )
    if confirmed > 1:
        yield f"{confirmed:,} entries are marked as confirmed."


def _read(files: Iterable[ChangedFile], setting: Setting) -> tuple[list[Change], list[ChangedFile]]:
    """Changes of records that can be read, and the files that cannot be."""
    changes, unread = [], []
    for file in files:
        before, after = (_record(file.path, side, setting) for side in (file.before, file.after))
        if (file.before and before is None) or (file.after and after is None):
            unread.append(file)
        else:
            changes.append(Change(file.path, before, after))
    return changes, unread


def _record(path: str, side: Blob | None, setting: Setting) -> Record | None:
    if side is None or side.content is None:
        return None
    return read_bytes(side.content, path, setting.vocabulary, setting.today).record


def _renamed(changes: Sequence[Change]) -> Iterator[Change]:
    """The changes, with entries that go and come as one where they are the same organization."""
    gone: dict[tuple[str, ...], list[Change]] = defaultdict(list)
    for change in changes:
        if change.before is not None and change.after is None:
            for mark in _marks(change.before, change.before.id):
                gone[mark].append(change)
    used = set[str]()
    for change in changes:
        if change.after is None:
            continue
        marks = (
            mark for old in (change.after.id, *(change.after.former_ids or ())) for mark in _marks(change.after, old)
        )
        candidates = (one for mark in marks for one in gone.get(mark, ())) if change.before is None else iter(())
        found = next((one for one in candidates if one.path not in used), None)
        if found is not None:
            used.add(found.path)
        yield Change(change.path, found.before, change.after) if found is not None else change
    yield from (change for change in changes if change.after is None and change.path not in used)


def _marks(record: Record, name: str) -> Iterator[tuple[str, ...]]:
    """By what an organization is known again: an id, a number in a register, its name; the surest first."""
    yield ("id", name)
    yield from (("number", record.type, entry.registry, entry.id) for entry in record.registry_ids or ())
    yield ("name", record.type, record.name.casefold())


def _entry(change: Change, context: Context) -> Entry:
    lines = tuple(facts(change, context)) if change.kind in {"changed", "renamed"} else ()
    record = change.record
    name = record.name if change.is_safe(record.name) else NOT_REPEATED
    return Entry(
        change.kind,
        _safe_path(change),
        name,
        context.vocabulary.types[record.type].label,
        _state_words(change.path, context.places),
        lines[:MOST_LINES],
        counties_named(change, context),
        page(change, context),
        tuple(warnings(change, context)),
        max(0, len(lines) - MOST_LINES),
    )


def _safe_path(change: Change) -> str:
    if change.is_protected and telling_address(stem(change.path)):
        return f"{change.path.rpartition('/')[0]}/{NOT_REPEATED}"
    return change.path


def _unread_entry(file: ChangedFile, setting: Setting) -> Entry:
    """A file of which nothing is repeated: it may hold anything."""
    sides = [side for side in (file.after, file.before) if side]
    reason = next((side.refused for side in sides if side.refused), "It does not have the form of a record.")
    known = re.fullmatch(r"data/resources/[a-z]{2}/([a-z_]{1,40})/[a-z0-9-]{1,100}\.yml", file.path)
    label = (
        setting.vocabulary.types[known[1]].label if known and known[1] in setting.vocabulary.types else "Unknown kind"
    )
    told = f"{reason} Nothing of it is repeated here. The check says what is wrong."
    safe = file.path if known and not telling_address(stem(file.path)) else "a file under data/resources"
    return Entry("unreadable", safe, stem(safe), label, _state_words(file.path, setting.places), warnings=(told,))


def _state_words(path: str, places: Places) -> str:
    code = path.split("/")[2] if path.count("/") > 2 else ""
    if code == "us":
        return "the whole country"
    state = places.states.get(code.upper())
    return state.name if state else "no state"


def _new_numbers(change: Change) -> frozenset[str]:
    return _numbers(change.after) - _numbers(change.before)


def _context(commits: Commits, base: str, head: str, changes: Sequence[Change], setting: Setting) -> Context:
    records = [record for change in changes for record in (change.before, change.after) if record]
    paths = {stem(path): path for path in (*commits.paths(base), *commits.paths(head))}
    named = {target for record in records for target in _references(record) if target in paths}
    shown = commits.read(head, [paths[target] for target in named])
    names = {stem(path): found.name for path, content in shown.items() if (found := _of(path, content, setting))}
    regions: dict[str, tuple[str, ...]] = {}
    if any(record.service_area and record.service_area.regions for record in records):
        own = [path for path in paths.values() if "/continuum_of_care/" in path]
        for path, content in commits.read(head, own).items():
            found = _of(path, content, setting)
            if isinstance(found, ContinuumOfCare) and found.registry("hud_coc"):
                regions[found.coc_number] = tuple(share.fips for share in found.counties)
    return Context(setting.vocabulary, setting.places, names, regions, _sharing(commits, head, changes, setting))


def _sharing(
    commits: Commits, head: str, changes: Sequence[Change], setting: Setting
) -> Mapping[str, tuple[Record, ...]]:
    """Records of the newer commit by those of their numbers that the change brings."""
    numbers = sorted({number for change in changes for number in _new_numbers(change)})
    if len(numbers) > MOST_NUMBERS:
        return {}
    found: dict[str, list[Record]] = defaultdict(list)
    for path, content in commits.read(head, commits.holding(head, numbers)[:MOST_SHARING]).items():
        record = _of(path, content, setting)
        for number in _numbers(record).intersection(numbers) if record else ():
            found[number].append(record)  # type: ignore[arg-type]
    return {number: tuple(sorted(group, key=lambda one: one.id)) for number, group in found.items()}


def _of(path: str, content: bytes, setting: Setting) -> Record | None:
    return read_bytes(content, path, setting.vocabulary, setting.today).record


def _references(record: Record) -> Iterator[str]:
    named = (record.organization, getattr(record, "coalition", None), record.referral and record.referral.instead)
    yield from filter(None, named)
