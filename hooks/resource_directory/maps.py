"""Maps by region, built by Folium: one script a kind of map, read by every page of that kind, and linked GeoJSON.

A page carries its own data addresses (`data-shapes`, `data-points`, ...) beside the map, so that Folium's template
runs once a kind and not once a page. Popups are made in `maps.js` with `textContent` only. A withheld place has no
point here: the counties it serves carry it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import folium
import shapely
from branca.element import CssLink, Element, Figure, JavascriptLink, MacroElement
from folium.elements import JSCSSMixin
from folium.template import Template
from shapely.geometry.base import BaseGeometry

from resource_directory.directory import Directory, Settings
from resource_directory.model import ContinuumOfCare, Record
from resource_directory.places import County

VENDOR = "assets/vendor/"
#: Degrees by which shared borders may be moved to make files lighter; a map is some 400 px wide.
COUNTY_TOLERANCE = 0.004
NATION_TOLERANCE = 0.05
#: How many tints regions are drawn in, in turn; the tints are in the style sheet.
REGION_TINTS = 6

JSON = dict[str, Any]


class TilesRefused(ValueError):
    """The maintainer asked for tiles of another host without saying that the host is accepted."""


def tiles_host(settings: Settings) -> str:
    """The other host that tiles come from (`https://tiles.example.org`), or empty.

    Raises TilesRefused where `tiles` names another host and `allow_third_party_tiles` is not true: every look at a
    map would tell that host who looks and where.
    """
    parts = urlsplit(settings.tiles)
    if not parts.netloc:
        if settings.tiles and (parts.scheme or settings.tiles[0] in "/\\" or "\\" in settings.tiles):
            raise TilesRefused(
                "Write 'tiles' as a file of this site (assets/region.pmtiles) or as a whole https address."
            )
        return ""
    if not settings.allow_third_party_tiles:
        raise TilesRefused(
            f"The map tiles come from another host, {parts.netloc}, which would learn the network address of every "
            "reader and the place looked at. Serve a .pmtiles file from this site (tiles: assets/region.pmtiles), "
            "or write 'allow_third_party_tiles: true' under 'directory:' in mkdocs.yml to accept that host."
        )
    return f"{parts.scheme or 'https'}://{parts.netloc}"


class DirectoryMap(folium.Map):
    """Folium's map with the site's own copy of Leaflet and nothing from another host."""

    default_js: list[tuple[str, str]] = [("leaflet", VENDOR + "leaflet/leaflet.js")]
    default_css: list[tuple[str, str]] = [("leaflet_css", VENDOR + "leaflet/leaflet.css")]


class _Drawing(MacroElement):
    """Calls one function of `maps.js` with the map and plain options."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            directoryMaps.{{ this.function }}({{ this._parent.get_name() }}, {{ this.options|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, function: str, **options: Any) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Drawing"
        self._id = function
        self.function = function
        self.options = options


class _Points(JSCSSMixin, _Drawing):
    """Clustered points with a legend and type filters. Leaflet.markercluster comes from the site itself."""

    default_js: list[tuple[str, str]] = [("markercluster", VENDOR + "leaflet.markercluster/leaflet.markercluster.js")]
    default_css: list[tuple[str, str]] = [("markercluster_css", VENDOR + "leaflet.markercluster/MarkerCluster.css")]


class _Tiles(JSCSSMixin, _Drawing):
    """A background that the maintainer configured."""

    default_js: list[tuple[str, str]] = []

    def __init__(self, settings: Settings) -> None:
        super().__init__("tiles", url=settings.tiles, attribution=settings.tiles_attribution)
        if settings.tiles.endswith(".pmtiles"):
            self.add_js_link("protomaps", VENDOR + "protomaps-leaflet/protomaps-leaflet.js")


def _drawings(kind: str, types: Sequence[tuple[str, str]]) -> list[_Drawing]:
    if kind == "nation":
        return [_Drawing("states")]
    if kind == "record":
        return [_Drawing("counties"), _Drawing("place")]
    points = _Points("points", types=types)
    return [_Drawing("regions"), _Drawing("counties"), points] if kind == "state" else [_Drawing("counties"), points]


KINDS = ("nation", "state", "region", "county", "record")


@dataclass(frozen=True)
class MapScript:
    """One kind of map as Folium wrote it: its script, and the assets it asks for, in order."""

    kind: str
    script: str
    scripts: tuple[str, ...]
    styles: tuple[str, ...]


def map_script(kind: str, directory: Directory) -> MapScript:
    """Builds one kind of map with Folium. The result depends on the vocabulary and settings only, never on records."""
    tiles_host(directory.settings)
    types = [(code, entry.plural) for code, entry in directory.vocabulary.types.items()]
    figure_map = DirectoryMap(
        location=[39.5, -98.35], zoom_start=4, tiles=None, zoomSnap=0.25, scrollWheelZoom=False, maxZoom=16
    )
    figure_map._id = kind
    if directory.settings.tiles:
        figure_map.add_child(_Tiles(directory.settings))
    for drawing in _drawings(kind, types):
        figure_map.add_child(drawing)
    figure = figure_map.get_root()
    assert isinstance(figure, Figure)
    figure.render()
    scripts, styles = _assets(figure.header)
    body = "\n".join(line.rstrip() for line in str(figure.script.render()).splitlines() if line.strip())
    return MapScript(kind, f'(function () {{\n"use strict";\n{body}\n}})();\n', scripts, styles)


def _assets(header: Element) -> tuple[tuple[str, ...], tuple[str, ...]]:
    children = header._children.values()
    scripts = tuple(child.url for child in children if isinstance(child, JavascriptLink))
    styles = tuple(child.url for child in children if isinstance(child, CssLink))
    return scripts, styles


@dataclass(frozen=True)
class MapFiles:
    """GeoJSON of every place and the scripts of every kind of map."""

    directory: Directory

    def files(self) -> Iterator[tuple[str, str]]:
        """(address, text) of every file."""
        yield from self.shared()
        for slug in self.directory.states:
            yield from self.of_state(slug)

    def shared(self) -> Iterator[tuple[str, str]]:
        """Files that belong to no state."""
        built = [map_script(kind, self.directory) for kind in KINDS]
        for entry in built:
            yield f"assets/map/{entry.kind}.js", entry.script
        kinds = {entry.kind: {"scripts": entry.scripts, "styles": entry.styles} for entry in built}
        yield "assets/map/kinds.json", _text(kinds)
        yield "assets/map/nation.geojson", _text(self._nation())

    def of_state(self, slug: str) -> Iterator[tuple[str, str]]:
        """Files of a state (`co`), its counties and the regions that it keeps: they change only with its records."""
        counties = self.directory.places.counties_of_state.get(slug.upper(), ())
        yield f"assets/map/{slug}-counties.geojson", _text(_collection(self._county_features(counties)))
        regions = self.directory.regions_kept.get(slug, ())
        yield f"assets/map/{slug}-regions.geojson", _text(_collection(self._region_features(regions)))
        yield f"assets/map/{slug}-points.geojson", _text(_collection(self._points(self.directory.in_state(slug))))
        for county in counties:
            served = self.directory.serving_county.get(county.fips, ())
            yield f"assets/map/counties/{county.fips}.geojson", _text(_collection(self._points(served)))
        for region in self.directory.regions_kept.get(slug, ()):
            yield from self._region(region)

    def _region(self, region: ContinuumOfCare) -> Iterator[tuple[str, str]]:
        known = self.directory.places.counties
        counties = [known[share.fips] for share in region.counties if share.fips in known]
        base = f"assets/map/regions/{region.coc_number.lower()}"
        yield f"{base}.geojson", _text(_collection(self._county_features(counties)))
        served = {r.id: r for county in counties for r in self.directory.serving_county.get(county.fips, ())}
        yield f"{base}-points.geojson", _text(_collection(self._points(served.values())))

    def _points(self, records: Iterable[Record]) -> Iterator[JSON]:
        """Public points only. `n` name, `t` type, `u` address of the page, `p` the first number."""
        for record in records:
            place = record.location
            if place is None or place.visibility != "public" or place.point is None:
                continue
            phone = record.phones[0].number if record.phones else ""
            facts = {"n": record.name, "t": record.type, "u": f"resources/{record.id}/", "p": phone}
            point = [round(place.point.longitude, 5), round(place.point.latitude, 5)]
            yield {"type": "Feature", "properties": facts, "geometry": {"type": "Point", "coordinates": point}}

    @cached_property
    def _simple(self) -> Mapping[str, BaseGeometry]:
        """County shapes of the states shown, simplified together so that shared borders stay shared."""
        shown: dict[str, BaseGeometry] = {}
        for slug in self.directory.states:
            fips = [c.fips for c in self.directory.places.counties_of_state.get(slug.upper(), ())]
            shapes = {code: shape for code in fips if (shape := self.directory.shapes.county(code)) is not None}
            lighter = shapely.coverage_simplify(list(shapes.values()), COUNTY_TOLERANCE)
            shown.update(zip(shapes, lighter, strict=True))
        return shown

    def _county_features(self, counties: Iterable[County]) -> Iterator[JSON]:
        for county in counties:
            shape = self._simple.get(county.fips)
            if shape is None:
                continue
            served = self.directory.serving_county.get(county.fips, ())
            hidden = [r for r in served if r.location is not None and r.location.visibility == "withheld"]
            facts = {
                "f": county.fips,
                "n": county.full_name,
                "u": county.url,
                "r": [
                    f"{region.name} ({region.coc_number})"
                    for region, _ in self.directory.regions_of_county.get(county.fips, ())
                ],
                "c": len(served),
                "w": [{"n": record.name, "u": f"resources/{record.id}/"} for record in hidden],
            }
            yield {"type": "Feature", "properties": facts, "geometry": _geometry(shape)}

    def _region_features(self, regions: Iterable[ContinuumOfCare]) -> Iterator[JSON]:
        for index, region in enumerate(regions):
            shapes = [self._simple[share.fips] for share in region.counties if share.fips in self._simple]
            if not shapes:
                continue
            facts = {
                "n": region.name,
                "k": region.coc_number,
                "u": f"regions/{region.coc_number.lower()}/",
                "i": index % REGION_TINTS,
            }
            yield {"type": "Feature", "properties": facts, "geometry": _geometry(shapely.union_all(shapes))}

    def _nation(self) -> JSON:
        states = sorted(self.directory.places.states.values(), key=lambda state: state.fips)
        shapes = {s.code: shape for s in states if (shape := self.directory.shapes.state(s.fips)) is not None}
        lighter = dict(zip(shapes, shapely.coverage_simplify(list(shapes.values()), NATION_TOLERANCE), strict=True))
        features = []
        for state in states:
            if state.code in lighter:
                shown = state.slug in self.directory.states
                number = len(self.directory.in_state(state.slug)) if shown else 0
                facts = {"n": state.name, "u": f"{state.slug}/" if shown else "", "c": number}
                features.append({"type": "Feature", "properties": facts, "geometry": _geometry(lighter[state.code], 2)})
        return _collection(features)


def _geometry(shape: BaseGeometry, digits: int = 4) -> JSON:
    """GeoJSON with coordinates rounded to `digits` decimals of a degree (four are 11 m, two are a kilometre)."""
    geometry: JSON = json.loads(shapely.to_geojson(shape))
    geometry["coordinates"] = _rounded(geometry["coordinates"], digits)
    return geometry


def _rounded(value: Any, digits: int) -> Any:
    if isinstance(value, int | float):
        return round(value, digits)
    if value and isinstance(value[0], list) and value[0] and isinstance(value[0][0], int | float):
        return _without_repeats([[round(x, digits), round(y, digits)] for x, y, *_ in value])
    return [_rounded(inner, digits) for inner in value]


def _without_repeats(ring: list[list[float]]) -> list[list[float]]:
    kept = [point for index, point in enumerate(ring) if index == 0 or point != ring[index - 1]]
    return kept if len(kept) >= 4 else ring


def _collection(features: Iterable[JSON]) -> JSON:
    return {"type": "FeatureCollection", "features": list(features)}


def _text(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
