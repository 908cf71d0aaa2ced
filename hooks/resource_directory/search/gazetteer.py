"""Places as the search box offers them: states, counties and regions in one list, towns and ZIP codes in shards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from heapq import nsmallest
from math import cos, radians
from typing import Any

from resource_directory.directory import Directory
from resource_directory.search.folding import words_of

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#: Towns named beside each county of a ZIP code that lies in several, and how near to its middle they must be (degrees
#: of latitude: about 20 miles). Where none is so near, the nearest is named.
MOST_TOWNS = 3
NEAR = 0.3
#: The state of ZIP codes that begin so, where our table has no other ZIP code that does: post boxes, single buildings,
#: islands. Nothing: other countries. Source: US Postal Service, Domestic Mail Manual, list L002.
_BY_STATE = {
    "as": ("96799",),
    "ca": ("901", "942"),
    "dc": ("202", "204", "569"),
    "fl": ("332",),
    "ga": ("311", "399"),
    "ia": ("509",),
    "ma": ("055",),
    "mn": ("555",),
    "mo": ("649",),
    "mp": ("9695",),
    "nv": ("889",),
    "ny": ("005",),
    "oh": ("459",),
    "pa": ("192",),
    "tn": ("375",),
    "tx": ("733", "753", "772", "885"),
    "ut": ("842",),
    "vi": ("008",),
    "": ("9694", "9696", "9697"),
}
PREFIXES = {start: slug for slug, starts in _BY_STATE.items() for start in starts}


def size_letter(people: int | None) -> str:
    """How many people live there, as a letter: each doubles the one before."""
    return _LETTERS[min((people or 0).bit_length(), len(_LETTERS) - 1)]


def states(directory: Directory) -> list[dict[str, Any]]:
    """States shown: `s` slug, `n` name, `c` counties as (slug, full name, size letter)."""
    return [
        {
            "s": slug,
            "n": directory.places.states[slug.upper()].name,
            "c": [
                [county.slug, county.full_name, size_letter(county.population)]
                for county in directory.places.counties_of_state.get(slug.upper(), ())
            ],
        }
        for slug in directory.states
    ]


def regions(directory: Directory) -> list[list[str]]:
    """(number, name, lead agency) of each region."""
    return [
        [region.coc_number, region.name, region.lead_agency.name if region.lead_agency else ""]
        for region in directory.regions.values()
    ]


def gazetteer_lines(directory: Directory) -> list[str]:
    """Lines of towns, other names of places, and ZIP codes, in the order of their words.

    `st marys`, `St. Mary's`, `ak2K`: words, name (empty where it is the words), and its counties, largest first, each
    as state, number in `states` in base 36, and how many people live there (of a ZIP code: in order of share). A ZIP
    code in several counties has, in place of a name, of each the share of its people in per cent and towns near it:
    `95 Longmont, Niwot;5 Berthoud`.
    """
    refs = _county_refs(directory)
    lines = [*_towns(directory, refs), *_other_names(directory, refs), *_zips(directory, refs)]
    return sorted(lines)


def _county_refs(directory: Directory) -> dict[str, str]:
    return {
        county.fips: slug + _base_36(index)
        for slug in directory.states
        for index, county in enumerate(directory.places.counties_of_state.get(slug.upper(), ()))
    }


def _base_36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return digits[number] if number < 36 else _base_36(number // 36) + digits[number % 36]


def _towns(directory: Directory, refs: dict[str, str]) -> Iterator[str]:
    names: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for town in directory.places.towns:
        if town.county_fips in refs:
            names[town.name].append((-town.population, refs[town.county_fips]))
    for name, found in names.items():
        counties: dict[str, str] = {}
        for people, ref in sorted(found):
            counties.setdefault(ref, size_letter(-people))
        words = " ".join(words_of(name))
        yield f"{words}\t{'' if name == words else name}\t{' '.join(ref + size for ref, size in counties.items())}"


def _other_names(directory: Directory, refs: dict[str, str]) -> Iterator[str]:
    for entry in directory.vocabulary.place_names:
        counties = directory.places.counties
        found = [refs[fips] + size_letter(counties[fips].population) for fips in entry.counties if fips in refs]
        for typed in entry.typed if found else ():
            yield f"{' '.join(words_of(typed))}\t{entry.name}\t{' '.join(found)}"


def _zips(directory: Directory, refs: dict[str, str]) -> Iterator[str]:
    for code, shares in directory.places.zip_counties.items():
        found = [share for share in sorted(shares, key=lambda share: (-share[1], share[0])) if share[0] in refs]
        if found:
            # The shares tell of other counties too, those of states that are not shown.
            told = ";".join(_told(directory, code, *share) for share in found) if len(shares) > 1 else ""
            yield f"{code}\t{told}\t{' '.join(refs[fips] + 'A' for fips, _ in found)}"


def _told(directory: Directory, code: str, fips: str, share: float) -> str:
    """`95 Longmont, Niwot`: the share of the ZIP code's people, and towns of the county near it."""
    return f"{min(99, max(1, round(share * 100)))} {', '.join(_towns_near(directory, code, fips))}"


def _towns_near(directory: Directory, code: str, fips: str) -> list[str]:
    """Towns that tell a county from the others of a ZIP code: near and large, the nearest where none is near."""
    towns = directory.places.towns_of_county.get(fips, ())
    middle = directory.places.zip_points.get(code)
    if middle is None:
        return [town.name for town in towns[:1]]
    north, east = middle
    narrow = cos(radians(north)) ** 2
    away = [((t.latitude - north) ** 2 + (t.longitude - east) ** 2 * narrow, t.population, t.name) for t in towns]
    near = [town for town in away if town[0] <= NEAR**2] or sorted(away)[:1]
    # People name the large town four times as far away as the small one beside them.
    return [name for _, _, name in nsmallest(MOST_TOWNS, near, key=lambda town: town[0] / (town[1] + 1000) ** 0.5)]
