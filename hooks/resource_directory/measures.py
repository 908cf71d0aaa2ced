"""What records say of each region, in numbers: entries, needs met, beds. Pages and maps show the same ones.

A number says what is recorded, never what is there: where nothing is known there is no number, and never 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from resource_directory.directory import Directory
from resource_directory.model import ContinuumOfCare, Record
from resource_directory.vocabulary import Need

JSON = dict[str, Any]
#: Needs of organizations: nobody in danger has them.
NOT_OF_PEOPLE = frozenset({"partners"})
#: Beds are told for so many people.
PER_PEOPLE = 10_000


@dataclass(frozen=True)
class Measure:
    """One way to shade regions. `breaks` are the lowest values of the second to the last of five classes.

    They are the same from day to day, so that a region's shade changes only where its number does.
    """

    code: str
    breaks: tuple[int, int, int, int]
    #: The smallest step between two values, as they are written.
    step: float


MEASURES = (
    Measure("records", (10, 25, 50, 150), 1),
    # Sources told of one to five needs a region when these were chosen.
    Measure("needs", (3, 4, 5, 8), 1),
    Measure("beds", (5, 8, 12, 20), 0.1),
)


@dataclass(frozen=True)
class RegionNumbers:
    """What records say of a region. None: not known."""

    region: ContinuumOfCare
    records: int
    needs: tuple[Need, ...]
    #: Emergency, transitional and safe haven beds counted in `year`: a capacity, never a vacancy.
    beds: int | None
    year: int | None
    people: int | None

    @property
    def beds_rate(self) -> float | None:
        """Beds for 10,000 people, to one place."""
        if self.beds is None or not self.people:
            return None
        return round(self.beds * PER_PEOPLE / self.people, 1)


def needs_of_people(directory: Directory) -> tuple[Need, ...]:
    """The needs that are counted, in the vocabulary's order."""
    return tuple(need for need in directory.vocabulary.needs.values() if need.code not in NOT_OF_PEOPLE)


def needs_listed(directory: Directory, records: Iterable[Record]) -> tuple[Need, ...]:
    """The needs of people that any of the records says it meets, in the vocabulary's order."""
    services = {code for record in records for code in record.services or ()}
    met = {need.code for code in services for need in directory.vocabulary.needs_of_service[code]}
    return tuple(need for need in needs_of_people(directory) if need.code in met)


def listed_for(directory: Directory, region: ContinuumOfCare) -> tuple[Record, ...]:
    """The records listed for a region: those that serve any of its counties by name or by region. The page of the
    region counts the same ones; those for whole states are not among them.
    """
    found = {r.id: r for share in region.counties for r in directory.serving_county.get(share.fips, ())}
    return tuple(found.values())


def numbers_of(directory: Directory, region: ContinuumOfCare) -> RegionNumbers:
    """The numbers of one region."""
    records = listed_for(directory, region)
    beds = region.beds
    parts = (beds.emergency, beds.transitional, beds.safe_haven) if beds is not None else ()
    known = [part for part in parts if part is not None]
    return RegionNumbers(
        region=region,
        records=len(records),
        needs=needs_listed(directory, records),
        # A sum with a part unknown is unknown.
        beds=sum(known) if known and len(known) == len(parts) else None,
        year=beds.year if beds is not None else None,
        people=_people(directory, region),
    )


def _people(directory: Directory, region: ContinuumOfCare) -> int | None:
    """People of its counties by their shares. A county that no other region has counts whole; None where a share or
    a county's people are not known.
    """
    people = 0.0
    for part in region.counties:
        county = directory.places.counties.get(part.fips)
        alone = len(directory.regions_of_county.get(part.fips, ())) == 1
        share = part.share if part.share is not None else 100 if alone else None
        if county is None or county.population is None or share is None:
            return None
        people += county.population * share / 100
    return round(people)


def region_numbers(directory: Directory) -> tuple[RegionNumbers, ...]:
    """The numbers of every region, by its number."""
    return tuple(numbers_of(directory, region) for region in directory.regions.values())


def need_letter(directory: Directory, need: Need) -> str:
    """The letter that stands for a need in the files of maps: `a` for the first of the vocabulary."""
    return chr(ord("a") + list(directory.vocabulary.needs).index(need.code))


def need_letters(directory: Directory, record: Record) -> str:
    """The needs that a record says it meets, a letter each. Empty: it does not say what it offers."""
    return "".join(need_letter(directory, need) for need in directory.needs_met(record))


def national_measures(directory: Directory) -> JSON:
    """What the map of the country shades regions by.

    `regions` by number: entries, needs met, beds counted, beds for 10,000 people, year of the count, people; null
    where not known. `needs` is how many needs are looked for.
    """
    return {
        "needs": len(needs_of_people(directory)),
        "classes": {measure.code: {"breaks": measure.breaks, "step": measure.step} for measure in MEASURES},
        "regions": {
            n.region.coc_number: [n.records, len(n.needs), n.beds, n.beds_rate, n.year, n.people]
            for n in region_numbers(directory)
        },
    }
