"""Pictures on paper, as SVG: the small map of a place, and the code that leads to the web. Vectors, black on white."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise

import segno
import shapely
import shapely.affinity
from shapely.geometry.base import BaseGeometry

from resource_directory.directory import Directory
from resource_directory.model import Record

#: The parts of a frame that are left free around the place.
_AROUND = 0.12
#: Steps of the drawing's grid to its width: a tenth of a point.
_STEPS = 2400
#: Marks nearer to each other than so many steps would lie one over another: then one is drawn. Of different kinds they
#: may touch. More marks than so many are a blot: then those farther from each other are one, too.
_CLOSE, _TOUCH = 50, 30
MARKS_AT_MOST = 80
_WIDER = 1.25
#: Islands of less than so large a part of a county are left out of the frame, unless there is a mark on them or a town
#: of more than so large a part of those who live in its towns.
_SMALL, _FEW = 0.05, 0.005
#: Points so near to a part, in degrees, stand on it: its lines are not exact.
_NEAR = 0.02
#: So many towns are named, and neighbours of which so large a part of the frame is seen.
TOWNS = 5
_SEEN = 0.02
#: More counties than this, within or beside, are not drawn one by one.
MANY = 40
#: Corners nearer than this to a line without them are left out, in steps: a third of a point for what stands beside.
FINE, COARSE = 3.0, 7.0
#: The height of names, in steps.
_LETTERS = 66
#: How a kind of place is marked, so that a copy in black and white tells them apart: a path around 0,0, some four
#: points wide.
MARKS: Mapping[str, str] = {
    "health_center": "m-16-16h32v32h-32z",
    "legal_aid": "m0-25l22 39h-44z",
    "housing_authority": "m0-24l24 24l-24 24l-24-24z",
    "runaway_homeless_youth": "m0 25l-22-39h44z",
    "domestic_violence": "m-7-21h14v14h14v14h-14v14h-14v-14h-14v-14h14z",
}
_OTHER = "m-20-8h40v16h-40z"
#: Dots to a square of a code, so that no reader blurs its edges.
DOTS = 4
#: Of the masks of ISO/IEC 18004, 7.8.2.
MASK = 2
Box = tuple[float, float, float, float]
Spot = tuple[int, int]


@dataclass(frozen=True)
class Label:
    """A name on a map: where its middle is, in parts of the width and of the height from the top left, and whether it
    is a town's."""

    x: float
    y: float
    text: str
    town: bool


@dataclass(frozen=True)
class Map:
    """A drawing, names to set on it, and how many places of each kind it marks."""

    svg: str
    labels: tuple[Label, ...]
    marked: Mapping[str, int]


@dataclass(frozen=True)
class Drawing:
    """Draws maps of a Directory's places. Shapes are kept from one map to the next."""

    directory: Directory
    _known: dict[str, BaseGeometry] = field(default_factory=dict, repr=False)

    def prepare(self) -> None:
        """Makes what all maps share."""
        _ = self._tree, self._point_of

    def map(self, fips: Sequence[str], records: Iterable[Record], ratio: float) -> Map | None:
        """The counties given, grey, among their neighbours' lines, with the public places of the records. None where
        the atlas draws none of them. `ratio` is the width of the frame for its height.

        A withheld place has no point to begin with (`Directory.located`).
        """
        shapes = [shape for code in fips if (shape := self._shape(code)) is not None]
        if not shapes:
            return None
        whole, records = shapely.union_all(shapes), tuple(records)
        frame = _Frame.around(self._bounds(shapes, fips, records), ratio)
        around = self._neighbours(frame, frozenset(fips))
        # Too many small neighbours are noise: then the states are enough.
        beside = [self._known[code] for code in around] if len(around) <= MANY else self._states(frame)
        lines = frame.path(shapely.clip_by_rect(shape.boundary, *frame.wider) for shape in beside)
        edge = frame.path([whole], FINE if len(shapes) == 1 else COARSE)
        own = edge if len(shapes) == 1 or len(shapes) > MANY else frame.path(shapes)
        marks, marked = self._marks(frame, records)
        # The place's own lines come last, over those of its neighbours.
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_STEPS} {frame.height}">'
            f'<clipPath id="f"><path d="M0 0H{_STEPS}V{frame.height}H0z"/></clipPath><g clip-path="url(#f)">'
            f'<path d="{own}" fill="#dcdcdc"/><path d="{lines}{own}" fill="none" stroke="#888" stroke-width="4"/>'
            f'<path d="{edge}" fill="none" stroke="#000" stroke-width="9"/>{marks}</g></svg>'
        )
        return Map(svg, tuple(self._labels(frame, fips, around if len(around) <= MANY else ())), marked)

    def _shape(self, fips: str) -> BaseGeometry | None:
        if fips not in self._known:
            shape = self.directory.shapes.county(fips)
            if shape is None:
                return None
            # The Aleutians go over the date line.
            east = shape.bounds[2] > 100 and fips.startswith("02")
            self._known[fips] = shapely.transform(shape, _westward) if east else shape
        return self._known[fips]

    @cached_property
    def _tree(self) -> tuple[shapely.STRtree, tuple[str, ...]]:
        codes = tuple(code for code in sorted(self.directory.shapes.counties) if self._shape(code) is not None)
        return shapely.STRtree([self._known[code] for code in codes]), codes

    def _neighbours(self, frame: _Frame, own: frozenset[str]) -> list[str]:
        tree, codes = self._tree
        seen = sorted(int(index) for index in tree.query(shapely.box(*frame.box)))
        return [codes[index] for index in seen if codes[index] not in own]

    def _states(self, frame: _Frame) -> list[BaseGeometry]:
        box, known = shapely.box(*frame.box), self.directory.shapes
        found = [shape for code in sorted(known.states) if (shape := known.state(code)) is not None]
        return [shape for shape in found if shape.intersects(box)]

    def _bounds(self, shapes: Iterable[BaseGeometry], fips: Sequence[str], records: Iterable[Record]) -> Box:
        """Around counties, without small islands far off where hardly anybody lives and nothing is marked."""
        points = [self._point_of[record.id] for record in records if record.id in self._point_of]
        for code in fips:
            towns = self.directory.places.towns_of_county.get(code, ())
            most = _FEW * sum(town.population for town in towns)
            points += [(town.latitude, town.longitude) for town in towns if town.population >= most]
        shown = shapely.MultiPoint([(longitude, latitude) for latitude, longitude in points])
        parts = [part for shape in shapes for part in _parts_shown(shape, shown)]
        west, south, east, north = zip(*(part.bounds for part in parts), strict=True)
        return min(west), min(south), max(east), max(north)

    def _labels(self, frame: _Frame, own: Sequence[str], around: Iterable[str]) -> Iterator[Label]:
        """The largest towns, then the neighbours of which much is seen; none over another."""
        places = self.directory.places
        towns = sorted(
            (town for code in own for town in places.towns_of_county.get(code, ())),
            key=lambda t: (-t.population, t.name),
        )
        wanted = [(town.name, frame.at(town.longitude, town.latitude), True) for town in towns[:TOWNS]]
        for code in around:
            seen = shapely.clip_by_rect(self._known[code], *frame.box)
            if seen.area > _SEEN * shapely.box(*frame.box).area and code in places.counties:
                middle = seen.representative_point()
                wanted.append((places.counties[code].name, frame.at(middle.x, middle.y), False))
        taken: list[Box] = []
        for text, at, town in wanted:
            # A town's name stands above it.
            box = _box_of(text, at[0], at[1] - (_LETTERS if town else 0)) if at else None
            if box is None or not frame.holds(box) or any(_touch(box, other) for other in taken):
                continue
            taken.append(box)
            yield Label((box[0] + box[2]) / 2 / _STEPS, (box[1] + box[3]) / 2 / frame.height, text, town)

    def _marks(self, frame: _Frame, records: Iterable[Record]) -> tuple[str, dict[str, int]]:
        points: dict[str, set[Spot]] = {}
        marked: dict[str, int] = {}
        for record in records:
            point = self._point_of.get(record.id)
            place = frame.at(point[1], point[0]) if point else None
            if place is None:
                continue
            marked[record.type] = marked.get(record.type, 0) + 1
            points.setdefault(record.type, set()).add(place)
        drawn = []
        # The rarer kinds lie over the others.
        for code, places in reversed(_thinned(points).items()):
            path = "".join(f"M{x} {y}{MARKS.get(code, _OTHER)}" for x, y in sorted(places))
            drawn.append(f'<path d="{path}" fill="#000" stroke="#fff" stroke-width="6"/>')
        return "".join(drawn), dict(sorted(marked.items()))

    @cached_property
    def _point_of(self) -> Mapping[str, tuple[float, float]]:
        return {record.id: point for group in self.directory.located.values() for record, point in group}


def _box_of(text: str, x: float, y: float) -> Box:
    half = len(text) * _LETTERS * 0.3
    return x - half, y - _LETTERS * 0.6, x + half, y + _LETTERS * 0.6


def _touch(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _parts_shown(shape: BaseGeometry, shown: BaseGeometry) -> list[BaseGeometry]:
    """The parts of a county that are not small, and those on which points stand."""
    parts = shapely.get_parts(shape)
    return [part for part in parts if part.area >= _SMALL * shape.area or part.dwithin(shown, _NEAR)] or list(parts)


def _thinned(points: Mapping[str, Iterable[Spot]]) -> dict[str, list[Spot]]:
    """By kind, the rarest first: the marks that are drawn where they are, one at least."""
    rarest = sorted(
        ((code, sorted(set(found))) for code, found in points.items()), key=lambda pair: (len(pair[1]), pair)
    )
    scale = 1.0
    while True:
        kept: dict[str, list[Spot]] = {}
        for code, found in rarest:
            others = [spot for spots in kept.values() for spot in spots]
            kept[code] = _apart(found, others, scale) or found[:1]
        if sum(map(len, kept.values())) <= MARKS_AT_MOST:
            return kept
        scale *= _WIDER


def _apart(found: Iterable[Spot], others: Sequence[Spot], scale: float) -> list[Spot]:
    """Those that are not too near to one before, or to one of another kind."""
    kept: list[Spot] = []
    for spot in found:
        if all(math.dist(spot, one) >= _CLOSE * scale for one in kept) and all(
            math.dist(spot, one) >= _TOUCH * scale for one in others
        ):
            kept.append(spot)
    return kept


def _westward(corners: object) -> object:
    corners[:, 0] -= 360 * (corners[:, 0] > 0)  # type: ignore[index]
    return corners


@dataclass(frozen=True)
class _Frame:
    """A part of the earth on the drawing's grid. `box` is west, south, east, north in degrees."""

    box: Box
    height: int

    @classmethod
    def around(cls, bounds: Box, ratio: float) -> _Frame:
        west, south, east, north = bounds
        narrow = math.cos(math.radians((south + north) / 2))
        wide, tall = max((east - west) * narrow, 0.02), max(north - south, 0.02)
        wide, tall = wide * (1 + 2 * _AROUND), tall * (1 + 2 * _AROUND)
        wide, tall = max(wide, tall * ratio), max(tall, wide / ratio)
        middle_x, middle_y = (west + east) / 2, (south + north) / 2
        half_x, half_y = wide / narrow / 2, tall / 2
        box = (middle_x - half_x, middle_y - half_y, middle_x + half_x, middle_y + half_y)
        return cls(box, round(_STEPS / ratio))

    def holds(self, box: Box) -> bool:
        """Whether a box on the grid lies inside."""
        return box[0] >= 0 and box[1] >= 0 and box[2] <= _STEPS and box[3] <= self.height

    @property
    def wider(self) -> Box:
        """A little more than is seen: lines are cut outside the frame."""
        edge = (self.box[2] - self.box[0]) * 0.01
        return self.box[0] - edge, self.box[1] - edge, self.box[2] + edge, self.box[3] + edge

    def at(self, longitude: float, latitude: float) -> tuple[int, int] | None:
        """A point on the grid; None outside the frame."""
        west, south, east, north = self.box
        if not (west <= longitude <= east and south <= latitude <= north):
            return None
        return (
            round((longitude - west) / (east - west) * _STEPS),
            round((north - latitude) / (north - south) * self.height),
        )

    def path(self, shapes: Iterable[BaseGeometry], detail: float = COARSE) -> str:
        """The lines of shapes as a path, without corners of less than so many steps."""
        west, south, east, north = self.box
        scale = (_STEPS / (east - west), -self.height / (north - south))
        found = []
        for shape in shapes:
            seen = shapely.clip_by_rect(shape, *self.wider) if shape.geom_type.endswith("Polygon") else shape
            onto = shapely.transform(seen, lambda c: (c - (west, north)) * scale)
            found += [_ring(line) for line in _lines_of(shapely.simplify(onto, detail))]
        return "".join(found)


def _lines_of(shape: BaseGeometry) -> list[BaseGeometry]:
    lines = []
    for part in shapely.get_parts(shape):
        if part.is_empty:
            continue
        lines += [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]
    return [line for line in lines if line.geom_type in {"LineString", "LinearRing"}]


def _ring(line: BaseGeometry) -> str:
    """`M1 2l3 4 5 6`, in steps from corner to corner."""
    corners = [(round(x), round(y)) for x, y in shapely.get_coordinates(line).tolist()]
    steps = [
        (x - before_x, y - before_y)
        for (before_x, before_y), (x, y) in pairwise(corners)
        if (x, y) != (before_x, before_y)
    ]
    if not steps:
        return ""
    closed = corners[0] == corners[-1]
    moves = " ".join(f"{x} {y}" for x, y in (steps[:-1] if closed else steps))
    return f"M{corners[0][0]} {corners[0][1]}l{moves}{'z' if closed else ''}"


def mark_svg(type_code: str) -> str:
    """The mark of a kind of place alone, for what explains the map."""
    mark = MARKS.get(type_code, _OTHER)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-27 -27 54 54"><path d="M0 0{mark}"/></svg>'


@lru_cache(maxsize=8)
def code_png(address: str) -> bytes:
    """A QR code (ISO/IEC 18004) of an address, a seventh of which may be lost, with the quiet zone of the norm: a PNG
    picture of one bit a dot. As a path it takes four times the bytes, and is never shared by two pages. Its mask is
    always the same: looking for the best of eight takes five times as long, and readers read no more of them."""
    made = io.BytesIO()
    segno.make_qr(address, error="m", boost_error=False, mask=MASK).save(made, kind="png", scale=DOTS, border=4)
    return made.getvalue()
