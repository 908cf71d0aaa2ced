"""The script of each kind of map, built by Folium once and read by every page of that kind.

A page carries its own data addresses (`data-shapes`, `data-points`, ...) beside the map, so that Folium's template
runs once a kind and not once a page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import folium
from branca.element import CssLink, Element, Figure, JavascriptLink, MacroElement
from folium.elements import JSCSSMixin
from folium.template import Template

from resource_directory.directory import Directory, Settings
from resource_directory.maps.tiles import tiles_host
from resource_directory.measures import need_letter, needs_of_people

VENDOR = "assets/vendor/"
OWN = "assets/directory/"


class DirectoryMap(folium.Map):
    """Folium's map with the site's own copy of Leaflet and nothing from another host."""

    default_js: list[tuple[str, str]] = [
        ("leaflet", VENDOR + "leaflet/leaflet.js"),
        ("topojson", VENDOR + "topojson-client/topojson-client.js"),
        ("maps", OWN + "maps.js"),
    ]
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
    """Clustered points with filters that they share with the page's lists. The clusters come from the site itself."""

    default_js: list[tuple[str, str]] = [
        ("markercluster", VENDOR + "leaflet.markercluster/leaflet.markercluster.js"),
        ("filters", OWN + "map-filters.js"),
    ]
    default_css: list[tuple[str, str]] = [("markercluster_css", VENDOR + "leaflet.markercluster/MarkerCluster.css")]


class _Towns(JSCSSMixin, _Drawing):
    """Names of towns on the shapes."""

    default_js: list[tuple[str, str]] = [("towns", OWN + "map-towns.js")]
    default_css: list[tuple[str, str]] = []


class _Finder(JSCSSMixin, _Drawing):
    """A box that leads to a place on the map."""

    default_js: list[tuple[str, str]] = [("towns", OWN + "map-towns.js"), ("places", OWN + "map-places.js")]
    default_css: list[tuple[str, str]] = []


class _Nation(JSCSSMixin, _Drawing):
    """The whole country on a canvas: too many points for an element each."""

    default_js: list[tuple[str, str]] = [
        ("clusters", OWN + "map-clusters.js"),
        ("canvas", OWN + "map-canvas.js"),
        ("towns", OWN + "map-towns.js"),
        ("places", OWN + "map-places.js"),
        ("measures", OWN + "map-measures.js"),
        ("nation", OWN + "map-nation.js"),
    ]


class _Gaps(JSCSSMixin, _Drawing):
    """What is missing, from the tables of the page that the map stands on."""

    default_js: list[tuple[str, str]] = [("gaps", OWN + "map-gaps.js")]


class _Tiles(JSCSSMixin, _Drawing):
    """A background that the maintainer configured."""

    default_js: list[tuple[str, str]] = []

    def __init__(self, settings: Settings) -> None:
        super().__init__("tiles", url=settings.tiles, attribution=settings.tiles_attribution)
        if settings.tiles.endswith(".pmtiles"):
            self.add_js_link("protomaps", VENDOR + "protomaps-leaflet/protomaps-leaflet.js")


def _drawings(kind: str, directory: Directory) -> list[_Drawing]:
    if kind == "states":
        return [_Drawing("states")]
    if kind == "record":
        return [_Drawing("counties"), _Drawing("place"), _Towns("towns")]
    if kind in {"gaps", "gaps_nation"}:
        return [_Gaps("gaps" if kind == "gaps" else "gapsOfNation")]
    kinds = directory.vocabulary.types.items()
    if kind == "nation":
        return [_Nation("nation", types=[(code, entry.label, entry.plural, entry.slug) for code, entry in kinds])]
    types = [(code, entry.label, entry.plural) for code, entry in kinds]
    needs = [(need_letter(directory, need), need.label, need.ask) for need in needs_of_people(directory)]
    drawings = [_Drawing("counties"), _Points("points", types=types, needs=needs), _Towns("towns")]
    return [_Drawing("regions"), *drawings, _Finder("finder")] if kind == "state" else drawings


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
    figure_map = DirectoryMap(
        location=[39.5, -98.35],
        zoom_start=4,
        tiles=None,
        zoomSnap=0.25,
        scrollWheelZoom=False,
        maxZoom=14 if kind == "nation" else 16,
        # A canvas is drawn anew for each zoom: at once, and still for readers who want no motion.
        zoomAnimation=kind != "nation",
        fadeAnimation=kind != "nation",
    )
    figure_map._id = kind
    if directory.settings.tiles:
        figure_map.add_child(_Tiles(directory.settings))
    for drawing in _drawings(kind, directory):
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
