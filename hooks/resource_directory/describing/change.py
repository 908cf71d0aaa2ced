"""One record before and after, what is known around it, and what of it may be repeated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from resource_directory.model import ContinuumOfCare, Location, Record, ServiceArea
from resource_directory.places import Places
from resource_directory.secrecy import street_key, telling, telling_address
from resource_directory.vocabulary import Vocabulary

NOT_REPEATED = "(not repeated here)"
PROTECTED_TYPE = "domestic_violence"


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


def county_words(fips: str, places: Places) -> str:
    """`Denver County, Colorado`."""
    county = places.counties[fips]
    return f"{county.full_name}, {places.states[county.state].name}"


def counties_served(record: Record, context: Context) -> tuple[str, ...]:
    """FIPS codes of the counties that a record serves by name or by region."""
    area = record.service_area or ServiceArea()
    own = [share.fips for share in record.counties] if isinstance(record, ContinuumOfCare) else []
    of_regions = [fips for number in area.regions or () for fips in context.regions.get(number, ())]
    found = dict.fromkeys((*own, *(area.counties or ()), *of_regions))
    return tuple(fips for fips in found if fips in context.places.counties)
