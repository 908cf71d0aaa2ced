"""Places as the search box offers them: states, counties and regions in one list, towns and ZIP codes in shards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from resource_directory.directory import Directory
from resource_directory.search.folding import words_of

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


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
    """Lines of towns and ZIP codes in the order of their words.

    `st marys`, `St. Mary's`, `ak2K`: words, name (empty where it is the words), and its counties, largest first, each
    as state, number in `states` in base 36, and how many people live there (of a ZIP code: in order of share).
    """
    refs = _county_refs(directory)
    lines = [*_towns(directory, refs), *_zips(directory, refs)]
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


def _zips(directory: Directory, refs: dict[str, str]) -> Iterator[str]:
    for code, shares in directory.places.zip_counties.items():
        counties = [refs[fips] for fips, _ in sorted(shares, key=lambda share: (-share[1], share[0])) if fips in refs]
        if counties:
            yield f"{code}\t\t{' '.join(ref + 'A' for ref in counties)}"
