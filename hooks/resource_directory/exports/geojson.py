"""Records and places as GeoJSON (RFC 7946): degrees on WGS 84, longitude first.

A record stands at its public point. Where there is none, or where its place is withheld, the geometry is null, as the
RFC allows (section 3.2): the counties that it serves are said instead, and no middle of them is given for a place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from resource_directory.directory import Directory
from resource_directory.exports.facts import (
    address,
    counties_served,
    phones,
    public_point,
    regions_served,
    serves_country,
    states_served,
)
from resource_directory.model import ContinuumOfCare, Record
from resource_directory.places import County
from resource_directory.views import RecordView

JSON = dict[str, Any]
#: Places of a degree: about a meter for a door; borders are drawn at 1:10,000,000 and lie kilometres off.
DOOR, BORDER = 5, 3
#: Degrees by which borders may be moved to make files lighter.
LIGHTER = 0.01
#: Degrees around the middle of a county that the atlas does not draw.
_SMALL = 0.01


def record_features(directory: Directory, records: Iterable[Record]) -> Iterator[JSON]:
    """A feature a record. What is not known is absent from its properties."""
    for record in records:
        point = public_point(record)
        geometry = point and {
            "type": "Point",
            "coordinates": [round(point.longitude, DOOR), round(point.latitude, DOOR)],
        }
        yield {
            "type": "Feature",
            "id": record.id,
            "geometry": geometry,
            "properties": _properties(RecordView(record, directory)),
        }


def _properties(view: RecordView) -> JSON:
    record, directory = view.record, view.directory
    found: JSON = {
        "name": record.name,
        "type": record.type,
        "phones": phones(view),
        "phones_of": view.phone_of,
        "url": record.url,
        "page": address(directory, view.url),
        "withheld": view.withheld,
        "address": ", ".join(view.address_lines),
        "services": list(record.services or ()),
        "status": view.referral[0],
        "country": serves_country(record),
        "states": states_served(record),
        "regions": regions_served(record),
        "counties": counties_served(view),
        "assumed": view.area_assumed,
        "source": record.source.publisher,
        "retrieved": record.source.retrieved.isoformat(),
        "verified": record.verified.date.isoformat() if record.verified else None,
    }
    return {key: value for key, value in found.items() if value}


def region_features(directory: Directory, slug: str) -> Iterator[JSON]:
    """The counties of a state (`co`), then the Continuum of Care areas that it keeps; of the country (`us`), the areas
    that no state shown keeps."""
    kept = directory.regions_kept.get(slug, ())
    own = {county.fips: county for county in directory.places.counties_of_state.get(slug.upper(), ())}
    of_regions = {share.fips for region in kept for share in region.counties}
    known = directory.places.counties
    drawn = _drawn(directory, [*own.values(), *(known[f] for f in sorted(of_regions - own.keys()) if f in known)])
    for county in own.values():
        yield _feature(county.fips, drawn[county.fips], _county(directory, county))
    for region in kept:
        parts = [drawn[share.fips] for share in region.counties if share.fips in drawn]
        yield _feature(region.coc_number, shapely.union_all(parts) if parts else None, _region(directory, region))


def _drawn(directory: Directory, counties: Iterable[County]) -> dict[str, BaseGeometry]:
    """Shapes of counties, made lighter together so that neighbours still share their borders."""
    found = {county.fips: county for county in counties}
    shapes = {fips: shape for fips in found if (shape := directory.shapes.county(fips)) is not None}
    lighter = shapely.coverage_simplify(list(shapes.values()), LIGHTER) if shapes else []
    drawn = dict(zip(shapes, lighter, strict=True))
    boxes = {fips: _box(county) for fips, county in found.items() if fips not in drawn}
    return {**drawn, **boxes}


def _box(county: County) -> BaseGeometry:
    """Around the middle of a county that the atlas draws too small to see."""
    middle = shapely.Point(county.longitude, county.latitude)
    return shapely.box(*middle.buffer(_SMALL).bounds)


def _feature(key: str, shape: BaseGeometry | None, properties: JSON) -> JSON:
    geometry = None if shape is None or shape.is_empty else _geometry(shape)
    return {"type": "Feature", "id": key, "geometry": geometry, "properties": properties}


def _geometry(shape: BaseGeometry) -> JSON:
    """A Polygon or MultiPolygon with rounded corners, its outer rings counterclockwise (RFC 7946, section 3.1.6).

    The atlas cuts the Aleutian Islands at the 180th meridian, as section 3.1.9 asks; rounding keeps them apart.
    """
    whole = shapely.orient_polygons(shapely.set_precision(shape, 10**-BORDER))
    parts = [[_ring(ring) for ring in (part.exterior, *part.interiors)] for part in shapely.get_parts(whole)]
    if len(parts) == 1:
        return {"type": "Polygon", "coordinates": parts[0]}
    return {"type": "MultiPolygon", "coordinates": parts}


def _ring(line: BaseGeometry) -> list[list[float]]:
    corners: list[list[float]] = np.round(shapely.get_coordinates(line), BORDER).tolist()
    return corners


def _county(directory: Directory, county: County) -> JSON:
    found: JSON = {
        "kind": "county",
        "fips": county.fips,
        "name": county.full_name,
        "state": county.state,
        "page": address(directory, county.url) if county.state.lower() in directory.states else None,
        "population": county.population,
        "regions": [region.coc_number for region, _ in directory.regions_of_county.get(county.fips, ())],
    }
    return {key: value for key, value in found.items() if value not in (None, [])}


def _region(directory: Directory, region: ContinuumOfCare) -> JSON:
    found: JSON = {
        "kind": "continuum_of_care",
        "number": region.coc_number,
        "name": region.name,
        "record": region.id,
        "lead_agency": region.lead_agency.name if region.lead_agency else None,
        "page": address(directory, f"regions/{region.coc_number.lower()}/"),
        "counties": [share.fips for share in region.counties],
    }
    return {key: value for key, value in found.items() if value is not None}
