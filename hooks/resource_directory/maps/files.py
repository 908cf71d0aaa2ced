"""All files that maps load, each a pure function of the Directory."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from resource_directory.directory import Directory
from resource_directory.maps.areas import Areas
from resource_directory.maps.points import COUNTRY, Points, point_facts
from resource_directory.maps.towns import national_towns, state_towns
from resource_directory.measures import national_measures, need_letters
from resource_directory.model import ContinuumOfCare, Record
from resource_directory.record_cache import digest, read_pickle, write_pickle

FOLDER = "assets/map"
#: In the folder of the cache.
NATION_CACHE = "nation-shapes.pickle"
WHERE_CACHE = "county-shapes.pickle"
SCRIPTS_CACHE = "map-scripts.pickle"
KINDS = ("states", "nation", "state", "region", "county", "record", "gaps", "gaps_nation")


@dataclass(frozen=True)
class MapFiles:
    """Shapes and points of every place, and the scripts of every kind of map.

    `cache` is a folder, and a stamp of all that shapes depend on beside records: there the nation's shapes are kept.
    """

    directory: Directory
    cache: tuple[Path, str] | None = None

    def files(self) -> Iterator[tuple[str, str]]:
        """(address, text) of every file."""
        yield from self.shared()
        for slug in self.directory.states:
            yield from self.of_state(slug)

    def shared(self) -> Iterator[tuple[str, str]]:
        """Files that belong to no state."""
        yield from self._scripts().items()
        names = self._areas.nation_names()
        yield f"{FOLDER}/states.json", _text({**self._areas.states(), **names})
        measures = national_measures(self.directory)
        yield f"{FOLDER}/nation.json", _text({**self._nation(), **names, "measures": measures})
        yield f"{FOLDER}/nation-towns.json", _text(national_towns(self.directory))
        yield f"{FOLDER}/counties.json", _text(self._where())
        yield f"{FOLDER}/nation-points.json", _text(self._points.columns())
        if COUNTRY in self._points.parts:
            yield f"{FOLDER}/{COUNTRY}-points.json", self._collection(self._points.parts[COUNTRY])

    def of_state(self, slug: str) -> Iterator[tuple[str, str]]:
        """Files of a state (`co`), its counties and the regions that it keeps: they change only with its records."""
        counties = self.directory.places.counties_of_state.get(slug.upper(), ())
        yield f"{FOLDER}/{slug}-counties.json", _text(self._areas.counties(counties))
        yield f"{FOLDER}/{slug}-towns.json", _text(state_towns(self.directory.places, slug))
        served = self.directory.in_state(slug)
        yield f"{FOLDER}/{slug}-points.json", self._collection(tuple(self._points.of_state(slug)), served)
        for county in counties:
            served = self.directory.serving_county.get(county.fips, ())
            yield f"{FOLDER}/counties/{county.fips}.json", self._collection(served)
        for region in self.directory.regions_kept.get(slug, ()):
            yield from self._region(region)

    def _region(self, region: ContinuumOfCare) -> Iterator[tuple[str, str]]:
        known = self.directory.places.counties
        counties = [known[share.fips] for share in region.counties if share.fips in known]
        base = f"{FOLDER}/regions/{region.coc_number.lower()}"
        yield f"{base}.json", _text(self._areas.counties(counties))
        served = {r.id: r for county in counties for r in self.directory.serving_county.get(county.fips, ())}
        yield f"{base}-points.json", self._collection(tuple(served.values()))

    def _collection(self, records: Collection[Record], listed: Collection[Record] | None = None) -> str:
        """A file of points. A record stands in the files of all that it serves: its text is made once.

        `others` has the needs of those `listed` (else of the records) that have no point: the page's list holds them,
        and is filtered with the map.
        """
        known = self._told
        every = records if listed is None else (*records, *listed)
        for record in every:
            if record.id not in known:
                made = point_facts(record, self.directory)
                known[record.id] = _text(made) if made else ""
        points = ",".join(text for record in records if (text := known[record.id]))
        others = {r.id: need_letters(self.directory, r) for r in every if not known[r.id]}
        return f'{{"points":[{points}],"others":{_text(others)}}}'

    @cached_property
    def _told(self) -> dict[str, str]:
        return {}

    @cached_property
    def _areas(self) -> Areas:
        return Areas(self.directory)

    @cached_property
    def _points(self) -> Points:
        return Points(self.directory)

    def _scripts(self) -> dict[str, str]:
        """What Folium makes of each kind of map: it depends on the settings and the vocabulary only."""
        told = digest(repr((self.directory.settings, version("folium"))).encode()).hex()
        return self._kept(SCRIPTS_CACHE, told, self._built_scripts)

    def _built_scripts(self) -> dict[str, str]:
        # Folium is loaded only where it has something to do: that takes longer than Colorado's other maps.
        from resource_directory.maps.scripts import map_script

        built = [map_script(kind, self.directory) for kind in KINDS]
        kinds = {entry.kind: {"scripts": entry.scripts, "styles": entry.styles} for entry in built}
        return {f"{FOLDER}/{entry.kind}.js": entry.script for entry in built} | {f"{FOLDER}/kinds.json": _text(kinds)}

    def _nation(self) -> dict[str, Any]:
        """Its shapes take a second to make and change with the counties of regions only."""
        told = digest(repr(self._areas.borders()).encode()).hex()
        return self._kept(NATION_CACHE, told, self._areas.nation)

    def _where(self) -> dict[str, Any]:
        """Its shapes change with the states that are shown only."""
        told = digest(repr(self.directory.states).encode()).hex()
        return self._kept(WHERE_CACHE, told, self._areas.where)

    def _kept(self, name: str, told: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """What was made before, where nothing that it depends on has changed. `told` stands for what the cache's own
        stamp does not."""
        if self.cache is None:
            return make()
        folder, stamp = self.cache
        found = read_pickle(folder / name, stamp + told)
        if not isinstance(found, dict):
            found = make()
            write_pickle(folder / name, stamp + told, found)
        return found


def _text(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
