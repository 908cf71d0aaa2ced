"""Shapes that share borders, as TopoJSON: each border is written once, so that neighbours always meet.

The format is https://github.com/topojson/topojson-specification; npm `topojson-client` reads it in the browser.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

JSON = dict[str, Any]
#: A corner on the grid of whole numbers, east and north.
Corner = tuple[int, int]
Line = tuple[Corner, ...]
#: A ring has at least a triangle's corners and its first again.
SMALLEST_RING = 4


@dataclass
class _Arcs:
    """The borders found so far. A border walked backwards is `~index`, as the format has it."""

    lines: list[Line] = field(default_factory=list)
    index: dict[Line, int] = field(default_factory=dict)

    def of(self, line: Line) -> int:
        if line in self.index:
            return self.index[line]
        back = line[::-1]
        if back in self.index:
            return ~self.index[back]
        self.index[line] = len(self.lines)
        self.lines.append(line)
        return self.index[line]


def topology(name: str, shapes: Mapping[str, BaseGeometry], facts: Mapping[str, JSON], per_degree: int) -> JSON:
    """TopoJSON with one object, `name`, of the shapes that `facts` names, in its order; the facts are properties.

    `shapes` are polygons in degrees that do not overlap and whose common borders have the same corners, such as
    `shapely.coverage_simplify` gives. Corners are moved to a grid of `per_degree` steps to a degree.
    """
    polygons = {key: _polygons(shapes[key], per_degree) for key in facts}
    ends = _ends(ring for parts in polygons.values() for rings in parts for ring in rings)
    arcs = _Arcs()
    geometries = []
    for key, parts in polygons.items():
        cut = [[[arcs.of(line) for line in _cut(ring, ends)] for ring in rings] for rings in parts]
        shape = {"type": "Polygon", "arcs": cut[0]} if len(cut) == 1 else {"type": "MultiPolygon", "arcs": cut}
        geometries.append({**shape, "properties": facts[key]})
    return {
        "type": "Topology",
        "transform": {"scale": [1 / per_degree, 1 / per_degree], "translate": [0, 0]},
        "objects": {name: {"type": "GeometryCollection", "geometries": geometries}},
        "arcs": [_steps(line) for line in arcs.lines],
    }


def _polygons(shape: BaseGeometry, per_degree: int) -> list[list[Line]]:
    """Rings of every polygon on the grid, without those that shrink to nothing; one polygon always stays."""
    found: list[list[Line]] = []
    for polygon in sorted(shapely.get_parts(shape), key=lambda part: -part.area):
        rings = [_on_grid(ring, per_degree) for ring in (polygon.exterior, *polygon.interiors)]
        if len(rings[0]) >= SMALLEST_RING or not found:
            found.append([rings[0], *(ring for ring in rings[1:] if len(ring) >= SMALLEST_RING)])
    return found


def _on_grid(ring: BaseGeometry, per_degree: int) -> Line:
    whole = np.rint(shapely.get_coordinates(ring) * per_degree).astype(np.int64)
    moved = np.any(whole[1:] != whole[:-1], axis=1)
    return tuple((int(x), int(y)) for x, y in whole[np.concatenate(([True], moved))])


def _ends(rings: Iterator[Line]) -> set[Corner]:
    """Corners where borders begin and end: those with other than two neighbours."""
    neighbours: dict[Corner, set[Corner]] = defaultdict(set)
    for ring in rings:
        for one, other in pairwise(ring):
            neighbours[one].add(other)
            neighbours[other].add(one)
    return {corner for corner, found in neighbours.items() if len(found) != 2}


def _cut(ring: Line, ends: set[Corner]) -> Iterator[Line]:
    """The ring's borders in order. A ring without ends is one border, begun at its least corner."""
    corners = ring[:-1]
    begin = next((i for i, corner in enumerate(corners) if corner in ends), None)
    if begin is None:
        begin = corners.index(min(corners)) if corners else 0
    turned = (*corners[begin:], *corners[:begin], corners[begin]) if corners else ring
    start = 0
    for index in range(1, len(turned)):
        if turned[index] in ends or index == len(turned) - 1:
            yield turned[start : index + 1]
            start = index


def _steps(line: Sequence[Corner]) -> list[list[int]]:
    """The first corner, and from each corner the way to the next."""
    steps = [list(line[0])]
    steps += [[x - before_x, y - before_y] for (before_x, before_y), (x, y) in pairwise(line)]
    return steps
