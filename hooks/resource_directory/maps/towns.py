"""Names of towns to write on the shapes, so that readers find themselves without a background from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from resource_directory.directory import Directory
from resource_directory.places import Places, Town

JSON = dict[str, Any]
#: Steps to a degree: some 100 m.
STEPS = 1000
#: People from which on a town is written larger.
LARGE = 100_000
#: People from which on a town is on the map of the country before a state's own towns are.
NATIONAL = 50_000


def state_towns(places: Places, slug: str) -> JSON:
    """Towns of a state (`co`), largest first."""
    return _columns(places.towns_of_state.get(slug.upper(), ()))


def national_towns(directory: Directory) -> JSON:
    """Large towns of the states shown, largest first."""
    shown = {slug.upper() for slug in directory.states}
    return _columns(t for t in directory.places.towns if t.population >= NATIONAL and t.state in shown)


def _columns(towns: Iterable[Town]) -> JSON:
    """`n` names in lines; `x` and `y` steps of 1/`scale` degree east and north; how many are `large`: the first."""
    ordered = sorted(towns, key=lambda town: (-town.population, town.name, town.state, town.county_fips))
    return {
        "scale": STEPS,
        "large": sum(town.population >= LARGE for town in ordered),
        "n": "\n".join(town.name for town in ordered),
        "x": [round(town.longitude * STEPS) for town in ordered],
        "y": [round(town.latitude * STEPS) for town in ordered],
    }
