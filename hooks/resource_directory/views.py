"""What templates show of a record, worked out once a record."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from resource_directory.directory import Directory
from resource_directory.messages import ENGLISH, Messages
from resource_directory.model import Phone, Record, Referral, Translation, WaitingList
from resource_directory.places import County
from resource_directory.vocabulary import Need, ProgramRule, RecordType, Service
from resource_directory.words import day_words, list_words


@dataclass(frozen=True)
class RecordView:
    """A record with the words around it, in a language. Nothing here depends on the page that shows it."""

    record: Record
    directory: Directory
    messages: Messages = ENGLISH

    @cached_property
    def translation(self) -> Translation:
        """Its own words in the language; empty where it has none."""
        found = (self.record.translations or {}).get(self.messages.language)
        return found or Translation()

    @property
    def translations(self) -> tuple[tuple[str, Translation], ...]:
        """Its own words in each language, by tag."""
        return tuple(sorted((self.record.translations or {}).items()))

    @property
    def name(self) -> str:
        """As the organization writes it in the language, where it does; else its name, which is never translated."""
        return self.translation.name or self.record.name

    @property
    def url(self) -> str:
        return f"resources/{self.record.id}/"

    @property
    def type(self) -> RecordType:
        return self.directory.vocabulary.types[self.record.type]

    @cached_property
    def neutral_title(self) -> str:
        """The name, or neutral words where the name would give a reader away in a list of visited pages."""
        if not self.directory.neutral_pattern.search(self.record.name):
            return self.record.name
        number = self.phones[0].number if self.phones else ""
        return ", ".join(part for part in (self.type.neutral, self.area_short, number) if part)

    @cached_property
    def related(self) -> frozenset[str]:
        """Ids of the records whose facts its page or card may show: its own, its parent's, its offices', and so on."""
        record = self.record
        named = (record.organization, getattr(record, "coalition", None), record.referral and record.referral.instead)
        return frozenset({record.id, *filter(None, named), *(office.id for office in self.offices)})

    @cached_property
    def own(self) -> frozenset[str]:
        """The fields in which the record says something."""
        return frozenset(name for name in self.record.model_fields_set if getattr(self.record, name))

    @cached_property
    def own_phones(self) -> tuple[Phone, ...]:
        return tuple(phone for phone in self.record.phones or () if phone.type != "fax")

    @cached_property
    def parent(self) -> Record | None:
        return self.directory.parent(self.record)

    @cached_property
    def phones(self) -> tuple[Phone, ...]:
        """Its own numbers, or its parent's where it has none."""
        if self.own_phones or self.parent is None:
            return self.own_phones
        return tuple(phone for phone in self.parent.phones or () if phone.type != "fax")

    @property
    def tells_numbers_apart(self) -> bool:
        """Whether it has several numbers to speak on and says what each is for, as one for each of two counties."""
        spoken = [phone for phone in self.phones if phone.type == "voice"]
        return len(spoken) > 1 and any(phone.description for phone in spoken)

    @property
    def phone_of(self) -> str:
        """Whose number it is, where it is the parent's."""
        return self.parent.name if self.parent is not None and self.phones and not self.own_phones else ""

    @cached_property
    def county(self) -> County | None:
        return self.directory.county_of(self.record)

    @property
    def withheld(self) -> bool:
        return self.record.location is not None and self.record.location.visibility == "withheld"

    @cached_property
    def address_lines(self) -> tuple[str, ...]:
        place = self.record.location
        if place is None or place.visibility != "public" or place.address is None:
            return ()
        address = place.address
        town = " ".join(part for part in (address.state_province, address.postal_code) if part)
        last = ", ".join(part for part in (address.city, town) if part)
        return tuple(line for line in (address.address_1, address.address_2, last) if line)

    @property
    def has_street(self) -> bool:
        place = self.record.location
        return bool(place and place.visibility == "public" and place.address and place.address.address_1)

    @property
    def town(self) -> str:
        place = self.record.location
        if place and place.visibility == "public" and place.address and place.address.city:
            return place.address.city
        return ""

    @cached_property
    def counties_served(self) -> tuple[County, ...]:
        known = self.directory.places.counties
        found = [known[fips] for fips in self.directory.counties_served(self.record) if fips in known]
        return tuple(sorted(found, key=lambda county: (county.state, county.name)))

    @cached_property
    def area_short(self) -> str:
        """`Denver County`, `5 counties`, `Colorado`, `the whole country`."""
        area = self.record.service_area
        if area and area.nationwide:
            return self.messages.gettext("United States")
        parts = [self.directory.places.states[state.upper()].name for state in (area and area.states) or ()]
        if len(self.counties_served) > 2:
            number = len(self.counties_served)
            counted = self.messages.ngettext("%(num)s county", "%(num)s counties", number)
            parts.append(counted % {"num": self.messages.number(number)})
        else:
            parts.extend(county.full_name for county in self.counties_served)
        return list_words(parts, messages=self.messages)

    @cached_property
    def path(self) -> list[tuple[str, str]]:
        """(address, name) of the pages above its own: its state and county where both are shown, else its type."""
        county = self.county or (self.counties_served[0] if len(self.counties_served) == 1 else None)
        states = [c.state.lower() for c in self.counties_served] or list(
            (self.record.service_area and self.record.service_area.states) or ()
        )
        state = county.state.lower() if county else next(iter(states), "")
        if state not in self.directory.states:
            return [(f"types/{self.type.slug}/", self.type.plural)]
        above = [(f"{state}/", self.directory.places.states[state.upper()].name)]
        return [*above, (county.url, county.full_name)] if county else above

    @property
    def area_assumed(self) -> bool:
        return bool(self.record.service_area and self.record.service_area.assumed)

    @cached_property
    def services(self) -> tuple[Service, ...]:
        return tuple(self.directory.vocabulary.services[code] for code in self.record.services or ())

    @cached_property
    def needs(self) -> tuple[Need, ...]:
        return self.directory.needs_met(self.record)

    @cached_property
    def rules(self) -> tuple[ProgramRule, ...]:
        return self.directory.rules_for(self.record)

    @property
    def setting_note(self) -> str:
        """For a health center where a visitor cannot simply walk in."""
        if self.setting == "mobile":
            return self.messages.gettext("This clinic moves. Ring to ask where it is today.")
        if self.setting == "school":
            return self.messages.gettext("At a school. It may see only students: ring first.")
        return ""

    @property
    def setting(self) -> str:
        return str(getattr(self.record, "setting", None) or "")

    @cached_property
    def referral(self) -> tuple[str, str]:
        """(state, sentence) of its referrals: `paused`, `ask`, `waitlist`, `closed`, `open`; empty where not known."""
        told = self.record.referral
        return referral_words(told, self.directory, self.messages) if told and told.status else ("", "")

    def waiting_list_words(self, entry: WaitingList) -> str:
        """A notice that has run out reads "ask first", never "open"."""
        say = self.messages.gettext
        status = {"open": say("open"), "closed": say("closed"), "lottery": say("lottery")}[entry.status]
        if entry.until is None:
            return f"{status}."
        said = {"status": status, "day": day_words(entry.until, self.messages)}
        if entry.until < self.directory.today:
            return say("ask first. On %(day)s a notice ran out that said: %(status)s.") % said
        return say("%(status)s until %(day)s; after that day, ask first.") % said

    @property
    def instead(self) -> Record | None:
        return self.directory.records.get((self.record.referral and self.record.referral.instead) or "")

    @property
    def offices(self) -> tuple[Record, ...]:
        return self.directory.offices.get(self.record.id, ())

    @property
    def edit_path(self) -> str:
        return self.directory.paths[self.record.id]

    def label(self, vocabulary: str, code: str) -> str:
        """The word for a code of a small vocabulary."""
        return self.directory.vocabulary.codes(vocabulary)[code]

    def labels(self, vocabulary: str, codes: tuple[str, ...] | None) -> list[str]:
        return [self.label(vocabulary, code) for code in codes or ()]


def referral_words(referral: Referral, directory: Directory, messages: Messages = ENGLISH) -> tuple[str, str]:
    """A pause that has run out reads "ask first", never "open". The sentence holds on any later day, too."""
    say = messages.gettext
    now = str(referral.status)
    if referral.until is None:
        return now, {
            "open": say("Taking new referrals."),
            "waitlist": say("There is a waiting list."),
            "paused": say("Not taking new referrals. Ask first."),
            "closed": say("Closed to new referrals."),
        }[now]
    said = {"day": day_words(referral.until, messages), "status": _status_words(now, messages)}
    if referral.until < directory.today:
        return "ask", say("Ask first. On %(day)s a notice ran out that said: %(status)s.") % said
    return now, {
        "open": say("Taking new referrals until %(day)s."),
        "waitlist": say("There is a waiting list until %(day)s."),
        "paused": say("Not taking new referrals until %(day)s. After that day, ask first."),
        "closed": say("Closed to new referrals until %(day)s."),
    }[now] % said


def _status_words(status: str, messages: Messages) -> str:
    say = messages.gettext
    return {"open": say("open"), "waitlist": say("waitlist"), "paused": say("paused"), "closed": say("closed")}[status]
