"""The files that the call order reads: one a county, and one with the words that all share."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from resource_directory.calls.facts import Facts
from resource_directory.directory import Directory
from resource_directory.hours import federal_holidays
from resource_directory.model import Record, language_name
from resource_directory.places import County
from resource_directory.serving import ranked
from resource_directory.vocabulary import RecordType

FOLDER = "assets/call"
JSON = dict[str, Any]
#: Years for which holidays are named, from the day of the build on. Later, no page says what is open.
YEARS_OF_HOLIDAYS = 3


@dataclass(frozen=True)
class CallFiles:
    """All files of the call order."""

    directory: Directory

    def files(self) -> Iterator[tuple[str, str]]:
        """(address, text) of every file."""
        yield from self.shared()
        for slug in self.directory.states:
            yield from self.of_state(slug)

    def shared(self, language: str = "en") -> Iterator[tuple[str, str]]:
        """The words of a language, in which the Directory is."""
        yield f"{FOLDER}/words-{language}.json", _text(self.words(language))

    def of_state(self, slug: str) -> Iterator[tuple[str, str]]:
        """A file a county of the state (`co`): its middle, its ZIP codes' middles, the records with their facts."""
        for county in self.directory.places.counties_of_state.get(slug.upper(), ()):
            yield f"{FOLDER}/{county.fips}.json", self._county(county)

    def _county(self, county: County) -> str:
        places = self.directory.places
        zips = {z: places.zip_points[z] for z in places.zips_of_county.get(county.fips, ()) if z in places.zip_points}
        zone = self.zones.index(county.timezone)
        head = _text({"f": county.fips, "c": [county.latitude, county.longitude], "t": zone, "z": zips})
        shares = self._shares(county)
        ranks = ranked(self.directory, county)
        listed = ",".join(f"[{level},{self._text_of(r)}{shares.get(r.id, '')}]" for level, r in ranks)
        return f'{head[:-1]},"r":[{listed}]}}'

    def _shares(self, county: County) -> dict[str, str]:
        """Where a county lies in several regions, `,42.45`: the part of its people, in a hundred, in each."""
        regions = self.directory.regions_of_county.get(county.fips, ())
        return {region.id: f",{share:g}" for region, share in regions if share} if len(regions) > 1 else {}

    def _text_of(self, record: Record) -> str:
        known = self._texts
        if record.id not in known:
            # The page of a county has a card of everyone but those for the whole country.
            on_page = not (record.service_area and record.service_area.nationwide)
            known[record.id] = _text(self._facts.of(record, on_page=on_page))
        return known[record.id]

    @cached_property
    def _texts(self) -> dict[str, str]:
        return {}

    @cached_property
    def _facts(self) -> Facts:
        return Facts(self.directory, self.zones)

    @cached_property
    def zones(self) -> tuple[str, ...]:
        """Names of all time zones, in order."""
        return tuple(sorted({county.timezone for county in self.directory.places.counties.values()}))

    def words(self, language: str) -> JSON:
        """Needs, things, types, roles and other words in the language, with holidays and zones."""
        vocabulary = self.directory.vocabulary
        numbers = {code: index for index, code in enumerate(vocabulary.services)}
        first = self.directory.today.year
        return {
            "holidays": [day.isoformat() for day in federal_holidays(first, YEARS_OF_HOLIDAYS)],
            "last": f"{first + YEARS_OF_HOLIDAYS - 1}-12-31",
            "zones": self.zones,
            "needs": [
                {
                    "c": need.code,
                    "l": need.label,
                    "u": need.slug,
                    "s": [[numbers[service.code], service.label] for service in need.services],
                    "also": [numbers[code] for code in need.also],
                    "ask": need.may_know,
                    "leads": need.leads,
                }
                for need in vocabulary.needs.values()
            ],
            "things": [
                {"l": group.label, "t": [[thing.code, thing.label] for thing in group.things]}
                for group in vocabulary.household
            ],
            "types": {code: self._type(entry) for code, entry in vocabulary.types.items()},
            "roles": dict(vocabulary.codes("contact_roles")),
            "routes": dict(vocabulary.codes("referral_routes")),
            "purposes": dict(vocabulary.codes("phone_purposes")),
            "languages": [[code, language_name(code, language) or code] for code in self._languages],
        }

    def _type(self, entry: RecordType) -> JSON:
        general = [r for r in self.directory.vocabulary.rules if entry.code in r.types and not r.programs]
        return {
            "l": entry.label,
            "p": entry.plural,
            "say": entry.say_first,
            "ask": entry.ask_first,
            "rules": [[rule.title, rule.rule, rule.source.citation, rule.source.url] for rule in general],
        }

    @cached_property
    def _languages(self) -> tuple[str, ...]:
        """Codes of languages that are often asked for, and those that any record names."""
        named = {code for record in self.directory.in_order for code in record.languages or ()}
        return tuple(sorted({*_OFTEN_ASKED, *named}))


#: The languages most spoken at home in the United States by people who speak English less than very well, and American
#: Sign Language (Census Bureau, American Community Survey, table B16001).
_OFTEN_ASKED = (
    "am", "ar", "ase", "en", "es", "fa", "fr", "ht", "hi", "hmn", "ko", "pl", "ps", "pt", "ru", "so", "sw", "tl", "uk",
    "ur", "vi", "zh",
)  # fmt: skip


def _text(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
