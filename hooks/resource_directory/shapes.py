"""County and state shapes from npm `us-atlas`, as GeoJSON made by its own `topo2geo` when the project is set up."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

#: us-atlas draws at 1:10,000,000, so that a shore or a river may lie two or three kilometres off (degrees).
COAST_TOLERANCE = 0.05


class ShapesMissing(Exception):
    """The shapes have not been made yet."""


@dataclass(frozen=True)
class Shapes:
    """Shapes in degrees (WGS 84). Counties by FIPS code, made when first asked for, a state at a time."""

    counties: Mapping[str, Mapping[str, Any]]
    states: Mapping[str, Mapping[str, Any]]
    _made: dict[str, BaseGeometry] = field(default_factory=dict, repr=False, compare=False)

    def county(self, fips: str) -> BaseGeometry | None:
        """The county's shape, or None where the atlas draws none."""
        return self._geometry(f"c{fips}", self.counties.get(fips))

    def state(self, fips: str) -> BaseGeometry | None:
        """The state's shape by its two-digit FIPS code."""
        return self._geometry(f"s{fips}", self.states.get(fips))

    def _geometry(self, key: str, geometry: Mapping[str, Any] | None) -> BaseGeometry | None:
        if geometry is None:
            return None
        if key not in self._made:
            self._made[key] = _valid(shapely.geometry.shape(geometry))
            shapely.prepare(self._made[key])
        # The atlas has shrunk Falls Church, Virginia, to a line: nothing can be said of points in it.
        return None if self._made[key].is_empty else self._made[key]

    def near_county(self, fips: str, latitude: float, longitude: float) -> bool | None:
        """Whether the point lies in or within the tolerance of the county; None where no shape is known."""
        return _near(self.county(fips), latitude, longitude)

    def near_state(self, fips: str, latitude: float, longitude: float) -> bool | None:
        """Whether the point lies in or within the tolerance of the state; None where no shape is known."""
        return _near(self.state(fips), latitude, longitude)

    @cached_property
    def _county_tree(self) -> tuple[shapely.STRtree, tuple[str, ...]]:
        shapes = {code: shape for code in sorted(self.counties) if (shape := self.county(code)) is not None}
        return shapely.STRtree(list(shapes.values())), tuple(shapes)

    def county_at(self, latitude: float, longitude: float) -> str | None:
        """FIPS code of the county that holds the point, or the nearest within the tolerance."""
        tree, codes = self._county_tree
        found = tree.query_nearest(shapely.Point(longitude, latitude), max_distance=COAST_TOLERANCE)
        return codes[int(found[0])] if len(found) else None


def _valid(shape: BaseGeometry) -> BaseGeometry:
    """Some forty shapes of the atlas touch themselves; the default way of mending fails on a few of them."""
    return shape if shape.is_valid else shapely.make_valid(shape, method="structure", keep_collapsed=False)


def _near(shape: BaseGeometry | None, latitude: float, longitude: float) -> bool | None:
    if shape is None:
        return None
    return bool(shapely.dwithin(shape, shapely.Point(longitude, latitude), COAST_TOLERANCE))


def load_shapes(folder: Path) -> Shapes:
    """Reads `counties.geojson` and `states.geojson`. Raises ShapesMissing, with the mend, where they are absent."""
    try:
        return Shapes(_by_id(folder / "counties.geojson"), _by_id(folder / "states.geojson"))
    except FileNotFoundError as error:
        raise ShapesMissing(
            "The county shapes are missing. Run 'make setup', which makes them from npm us-atlas."
        ) from error


def _by_id(file: Path) -> dict[str, Mapping[str, Any]]:
    features = json.loads(file.read_text(encoding="utf-8"))["features"]
    return {str(feature["id"]): feature["geometry"] for feature in features if feature.get("geometry")}


def outline(shapes: Iterable[BaseGeometry]) -> BaseGeometry:
    """One shape around several that share borders."""
    return shapely.union_all(list(shapes))
