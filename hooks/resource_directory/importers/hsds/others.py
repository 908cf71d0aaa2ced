"""Another directory's services as drafts of records: what it says, in our form, nothing invented.

A service at several places becomes a draft for each. A word of theirs becomes one of ours only where the mapping says
so. A person's name is never taken over: it may stand in a record only with the page on which the organization gives it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from babel import Locale

from resource_directory.importers import cleaning
from resource_directory.importers.confidential import WORD_IN_NAME, Gate
from resource_directory.importers.drafts import Contacts, Draft, ForReview, ImportContext, present
from resource_directory.importers.hsds.files import Found
from resource_directory.importers.hsds.hours import opening_hours_of
from resource_directory.importers.hsds.mapping import Mapped, folded
from resource_directory.importers.keeping import WITHHELD
from resource_directory.importers.placing import Settled, Stated, assumed_area, county_of_name, place, settle
from resource_directory.model import LONGEST_LINE, LONGEST_TEXT, language_name
from resource_directory.problems import printable
from resource_directory.secrecy import telling

Data = dict[str, Any]
NO_TYPE = "no term of it tells its type: name one in the mapping"
NO_STATE = "no state is given: name one with --state"
NOT_RUNNING = "the publisher says that it is not running"
BY_TYPE = "a domestic violence program: its place needs the operator's written word"
TELLS_PLACE = "a text of it may tell a place that is withheld"
ASK_AREA = "The publisher names no area that we know. Ask whether your county is served."
_NOT_RUNNING = frozenset({"inactive", "defunct"})
_KINDS: Mapping[str, str] = {
    "text": "text",
    "sms": "text",
    "fax": "fax",
    "textphone": "tty",
    "tty": "tty",
    "tdd": "tty",
    "tty/tdd": "tty",
}
_PUBLIC_BODIES = frozenset({"housing_authority", "hud_field_office", "program_administrator"})
_NOT_RUNG = frozenset({"pager", "video"})


@dataclass(frozen=True)
class LeftOut:
    """A service of which no record is made: where it stands and why."""

    where: str
    reason: str


@dataclass
class Drafted:
    """Drafts, what was left out and why, what a person should look at, and words that the mapping does not have."""

    drafts: list[Draft] = field(default_factory=list)
    #: Where each draft's service stands, by its key.
    places: dict[str, str] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    review: list[ForReview] = field(default_factory=list)
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)
    #: Single facts that could not be taken over, by what they are.
    facts_left_out: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Publisher:
    """Who published the data, where, and the day it was taken. `state` (`CO`) is for services that name none."""

    name: str
    url: str
    retrieved: str
    state: str = ""

    def source(self) -> Data:
        note = "Taken over from this directory's open data. The organization has not confirmed it."
        return present(publisher=self.name, url=self.url, retrieved=self.retrieved, note=note)


def draft_all(found: Iterable[Found], context: ImportContext, mapped: Mapped, publisher: Publisher) -> Drafted:
    """A draft for every service at every place."""
    entries = list(found)
    drafted = Drafted()
    names = [str(entry.service.get("name", "")) for entry in entries]
    spelling = context.spelling(names)
    for entry in entries:
        _Service(entry, context, mapped, publisher, spelling, drafted).draft()
    return drafted


@dataclass(frozen=True)
class _Service:
    """One service on its way to drafts."""

    entry: Found
    context: ImportContext
    mapped: Mapped
    publisher: Publisher
    spelling: cleaning.Spelling
    drafted: Drafted

    @property
    def service(self) -> Data:
        return self.entry.service

    @cached_property
    def organization(self) -> Data:
        found = self.service.get("organization")
        return found if isinstance(found, dict) else {}

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """Names and codes of its terms, folded."""
        terms = (each.get("taxonomy_term", {}) for each in self.service.get("attributes", ()))
        return tuple(dict.fromkeys(folded(str(t[name])) for t in terms for name in ("name", "code") if t.get(name)))

    @cached_property
    def type(self) -> str:
        return next((self.mapped.types[term] for term in self.terms if term in self.mapped.types), self.mapped.type)

    def draft(self) -> None:
        if str(self.service.get("status", "")).casefold() in _NOT_RUNNING:
            self._leave(NOT_RUNNING)
            return
        self._tell_unknown_terms()
        if not self.type:
            self._leave(NO_TYPE)
            return
        links = [link for link in self.service.get("service_at_locations", ()) if link.get("location")]
        for link in links or [{}]:
            self._draft_at(link)

    def _leave(self, reason: str) -> None:
        self.drafted.left_out.append(LeftOut(self.entry.where, reason))

    def _note(self, what: str) -> None:
        self.drafted.facts_left_out[what] += 1

    def _tell_unknown_terms(self) -> None:
        known = (self.mapped.types, self.mapped.services)
        for each in self.service.get("attributes", ()):
            term = each.get("taxonomy_term", {})
            words = [str(term[name]) for name in ("name", "code") if term.get(name)]
            if words and not any(folded(word) in table for word in words for table in known):
                self.drafted.unknown["term", words[0]] += 1

    def _draft_at(self, link: Data) -> None:
        location = link.get("location", {})
        address: Data = next(iter(location.get("addresses", ())), {})
        state = self._state(address)
        if not state:
            self._leave(NO_STATE)
            return
        stated = Stated(
            state,
            street=address.get("address_1", ""),
            city=address.get("city", ""),
            zip_code=address.get("postal_code", ""),
            latitude=_degrees(location.get("latitude")),
            longitude=_degrees(location.get("longitude")),
        )
        # Listed for review a line each: an id may not bring lines of its own.
        key = printable(f"hsds:{self.service.get('id') or self.entry.where}:{location.get('id', '')}")
        settled, county = self._settled(key, stated, address)
        if settled.review:
            self.drafted.review.append(settled.review)
        if settled.fate != "written":
            self._leave(settled.reason)
            return
        data = self._data(link, settled, county, state)
        if settled.location.get("visibility") == "withheld" and any(telling(text) for text in _texts(data)):
            # Nothing of it is written: a person reads the publisher's own words.
            self.drafted.review.append(ForReview(state, key, TELLS_PLACE))
            self._leave(TELLS_PLACE)
            return
        self.drafted.places[key] = self.entry.where
        self.drafted.drafts.append(Draft(key, state, self.type, data, settled.city))

    def _state(self, address: Mapping[str, Any]) -> str:
        """The postal code of the address's state, written as a code or a name; else the one named by the caller."""
        said = folded(str(address.get("state_province", "")))
        states = self.context.places.states
        for code, state in states.items():
            if said in {code.casefold(), state.name.casefold()}:
                return code
        return "" if said else self.publisher.state

    def _settled(self, key: str, stated: Stated, address: Mapping[str, Any]) -> tuple[Settled, str | None]:
        """The place as the gate leaves it, and the county that an area may be inferred from."""
        placed = place(stated, self.context, self.spelling, self.publisher.name)
        for note in placed.notes:
            self._note(note)
        if self.type == "domestic_violence":
            review = ForReview(stated.state, key, BY_TYPE) if len(placed.location) > 1 else None
            return Settled(dict(WITHHELD), "", "written", BY_TYPE, review), None
        row = {
            "name": self._name(),
            "street": stated.street,
            "city": stated.city,
            "state": stated.state,
            "zip": stated.zip_code,
            "lat": stated.latitude,
            "lon": stated.longitude,
            "phone": self._first_phone(),
            "website": str(self.service.get("url") or self.organization.get("website") or ""),
            "operator": str(self.organization.get("name", "")),
        }
        why = why_secret(self.context.gate, row, self.type, key)
        settled = settle(key, row["name"], stated, placed, why)
        if "address" in settled.location and (second := self._line(address.get("address_2"), "second address line")):
            settled.location["address"]["address_2"] = second
        return settled, placed.county

    def _first_phone(self) -> str:
        return next((str(phone["number"]) for phone in self.service.get("phones", ()) if phone.get("number")), "")

    def _name(self) -> str:
        """The service's name, with its organization's before it where that does not stand in it already."""
        own, organization = str(self.service.get("name", "")), str(self.organization.get("name", ""))
        if not organization or cleaning.name_key(organization) in cleaning.name_key(own):
            return self.spelling.name(own)
        return self.spelling.name(f"{organization}: {own}")

    def _data(self, link: Data, settled: Settled, county: str | None, state: str) -> Data:
        service, organization, location = self.service, self.organization, link.get("location", {})
        withheld = settled.location.get("visibility") == "withheld"
        contacts = Contacts()
        self._phones(contacts, [service, link, location] if not withheld else [service])
        contacts.web(str(service.get("url") or organization.get("website") or ""), front_page=withheld)
        contacts.email(str(service.get("email") or organization.get("email") or ""))
        for what in contacts.left_out:
            self._note(what)
        return present(
            name=settled.name or self._line(self._name(), "name") or self._name()[:LONGEST_LINE],
            alternate_name=self._line(service.get("alternate_name"), "other name"),
            description=self._paragraph(service.get("description") or organization.get("description"), "description"),
            **contacts.fields,
            contacts=[] if withheld else self._contacts(service.get("contacts", ())),
            location={**settled.location, **self._directions(location)} if not withheld else settled.location,
            service_area=self._area(county, state),
            schedules=self._schedules(
                service.get("schedules") or link.get("schedules") or location.get("schedules") or ()
            ),
            services=self._codes(self.terms, self.mapped.services),
            eligibility=self._eligibility(),
            required_documents=self._documents(),
            application_process=self._paragraph(service.get("application_process"), "way to apply"),
            fees_description=self._line(service.get("fees_description"), "fees"),
            languages=self._languages([*service.get("languages", ()), *location.get("languages", ())]),
            interpretation_services=self._line(service.get("interpretation_services"), "interpreters"),
            accessibility=self._accessibility(location),
            referral=self._referral(),
            source=self.publisher.source(),
            editor_note=printable(f"Draft, made of {self.entry.where}, service id {service.get('id', 'not given')}."),
        )

    def _directions(self, location: Mapping[str, Any]) -> Data:
        return present(description=self._line(location.get("description"), "how to find the door"))

    def _line(self, value: Any, what: str) -> str | None:
        """One line of text; nothing where it is longer than a record's field."""
        text = cleaning.one_line(str(value or ""))
        if len(text) <= LONGEST_LINE:
            return text or None
        self._note(f"{what}: longer than {LONGEST_LINE} letters")
        return None

    def _paragraph(self, value: Any, what: str) -> str | None:
        lines = (cleaning.one_line(line) for line in str(value or "").splitlines())
        text = "\n".join(lines).strip()
        while "\n\n\n" in text:
            text = text.replace("\n\n\n", "\n\n")
        if len(text) <= LONGEST_TEXT:
            return text or None
        self._note(f"{what}: longer than {LONGEST_TEXT} letters")
        return None

    def _phones(self, contacts: Contacts, holders: Iterable[Mapping[str, Any]]) -> None:
        """Numbers of the service, of it at the place, of the place; the organization's where there is none."""
        entries = [phone for holder in holders for phone in holder.get("phones", ())]
        for phone in entries or self.organization.get("phones", ()):
            kind = str(phone.get("type", "")).casefold()
            number = str(phone.get("number", "")).strip(' "')
            if not number or kind in _NOT_RUNG:
                self._note("telephone number that cannot be rung")
                continue
            facts = present(
                type=_KINDS.get(kind),
                languages=self._languages(phone.get("languages", ())),
                description=self._line(phone.get("description"), "what a caller should know"),
            )
            extension = str(phone.get("extension", "")).removesuffix(".0")
            contacts.phone(f"{number} x{extension}" if extension else number, **facts)

    def _contacts(self, entries: Iterable[Mapping[str, Any]]) -> list[Data]:
        """By role, where the mapping knows their title or department; a person's name never."""
        found = []
        for entry in entries:
            words = [str(entry[name]) for name in ("department", "title") if entry.get(name)]
            role = next(
                (self.mapped.contact_roles[folded(w)] for w in words if folded(w) in self.mapped.contact_roles), ""
            )
            if not role:
                self._note("contact whose role the mapping does not know")
                continue
            reached = Contacts().phone(next((str(p["number"]) for p in entry.get("phones", ()) if p.get("number")), ""))
            phone: Data = next(iter(reached.fields.get("phones", ())), {})
            email = Contacts().email(str(entry.get("email", ""))).fields.get("email")
            title = self._line(entry.get("title"), "title")
            made = present(
                role=role, title=title, phone=phone.get("number"), extension=phone.get("extension"), email=email
            )
            found += [made] if made not in found else []
        return found

    def _codes(self, words: Iterable[str], table: Mapping[str, str]) -> list[str]:
        return list(dict.fromkeys(table[word] for word in words if word in table))

    def _area(self, county: str | None, state: str) -> Data:
        """Areas that the mapping knows or that name a county; else the place's own county, or its state, assumed."""
        found: Data = {}
        unknown = []
        for entry in self.service.get("service_areas", ()):
            said = [str(entry[name]) for name in ("name", "extent") if entry.get(name)]
            names = [text for text in said if len(text) <= LONGEST_LINE]
            if names != said:
                self._note("area given as a border or a long text")
            code = next((self.mapped.areas[folded(name)] for name in names if folded(name) in self.mapped.areas), "")
            code = code or next((fips for name in names if (fips := county_of_name(name, state, self.context))), "")
            if code:
                _add_area(found, code)
            elif names:
                unknown.append(names[0])
                self.drafted.unknown["area", names[0][:LONGEST_LINE]] += 1
        if found:
            return found
        words = self._line("; ".join(dict.fromkeys(unknown)), "area in words")
        return {**assumed_area(county, state), "description": words or ASK_AREA}

    def _schedules(self, rows: Sequence[Mapping[str, Any]]) -> list[Data]:
        """One entry with all hours; where they cannot be said in our syntax, the publisher's words."""
        plain = [row for row in rows if row.get("opens_at") or row.get("closes_at")]
        hours = opening_hours_of(plain) if plain else None
        said = [str(row[name]) for row in rows for name in ("description", "notes") if row.get(name)]
        if plain and hours is None:
            self._note("hours that cannot be said as days and times of a week")
        line = self._line("; ".join(dict.fromkeys(said)), "hours in words")
        entry = present(opening_hours=hours, description=line)
        return [entry] if entry else []

    def _eligibility(self) -> Data:
        ages = {name: self.service.get(name) for name in ("minimum_age", "maximum_age")}
        whole = {name: int(age) for name, age in ages.items() if isinstance(age, int | float) and 0 <= age <= 120}
        return present(
            description=self._paragraph(self.service.get("eligibility_description"), "who qualifies"), **whole
        )

    def _documents(self) -> list[str]:
        entries = (entry.get("document") for entry in self.service.get("required_documents", ()))
        found = (self._line(document, "required document") for document in entries)
        return list(dict.fromkeys(text for text in found if text and text.casefold() not in {"none", "n/a"}))

    def _languages(self, entries: Iterable[Mapping[str, Any]]) -> list[str]:
        found = []
        for entry in entries:
            words = [str(entry[name]) for name in ("code", "name") if entry.get(name)]
            code = next((code for word in words if (code := self._language(word))), "")
            if code:
                found.append(code)
            elif words:
                self.drafted.unknown["language", words[-1]] += 1
        return list(dict.fromkeys(found))

    def _language(self, word: str) -> str:
        if mapped := self.mapped.languages.get(folded(word)):
            return mapped
        if language_name(word):
            return word
        return _language_codes().get(folded(word), "")

    def _accessibility(self, location: Mapping[str, Any]) -> list[str]:
        words = [str(entry["description"]) for entry in location.get("accessibility", ()) if entry.get("description")]
        for word in words:
            if folded(word) not in self.mapped.accessibility:
                self.drafted.unknown["accessibility", word[:LONGEST_LINE]] += 1
        return self._codes([folded(word) for word in words], self.mapped.accessibility)

    def _referral(self) -> Data:
        closed = str(self.service.get("status", "")).casefold() == "temporarily closed"
        alert = self._line(self.service.get("alert"), "alert")
        return present(status="paused" if closed else None, alert=alert)


def _degrees(value: Any) -> str:
    """The number as text; nothing for what is no place on earth."""
    return str(value) if isinstance(value, int | float) and abs(value) <= 180 else ""


def why_secret(gate: Gate, row: Mapping[str, str], type_code: str, key: str) -> str | None:
    """Why the place in a row, as the gate wants it, is withheld; None where nothing speaks against it.

    Names are weighed as the importers of publishers' lists do: a clinic's by every rule, a public body's by none,
    another organization's by its words.
    """
    why = gate.reason(row, by_name=type_code == "health_center", blank_is_secret=False, key=key)
    kept = gate.kept.get(key)
    if why or type_code in _PUBLIC_BODIES or (kept and kept.decision):
        return why
    return WORD_IN_NAME if gate.suspects(row["name"]) else None


def _add_area(found: Data, code: str) -> None:
    if code == "us":
        found["nationwide"] = "yes"
        return
    name = "counties" if code.isdigit() else "regions" if "-" in code else "states"
    codes = found.setdefault(name, [])
    written = code.lower() if name == "states" else code
    if written not in codes:
        codes.append(written)


def _texts(data: Any) -> Iterator[str]:
    """Every text of a draft that could tell a place, but for its source and what editors read."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for name, value in data.items():
            if name not in {"source", "editor_note", "url"}:
                yield from _texts(value)
    elif isinstance(data, list):
        for value in data:
            yield from _texts(value)


@lru_cache(maxsize=1)
def _language_codes() -> Mapping[str, str]:
    """Codes by the English name of a language, in small letters, for names that one language alone has."""
    named: dict[str, set[str]] = {}
    for code, name in Locale("en").languages.items():
        if "_" not in code:
            named.setdefault(name.casefold(), set()).add(code)
    return {name: codes.pop() for name, codes in named.items() if len(codes) == 1}
