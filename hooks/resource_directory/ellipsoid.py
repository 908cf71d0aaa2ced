"""Distances on the WGS 84 ellipsoid, many at a time.

`words.miles` measures one pair exactly and slowly; gaps need tens of thousands. Vincenty's inverse method agrees with
it to less than a millimetre (T. Vincenty, Survey Review XXIII, 176, 1975), but for points almost at opposite ends of
the earth, for which it does not settle: those few are left to `words.miles`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from resource_directory.words import METRES_IN_A_MILE, miles

Floats = npt.NDArray[np.float64]
_EQUATOR = 6_378_137.0
_FLATTENING = 1 / 298.257223563
_POLE = _EQUATOR * (1 - _FLATTENING)
_ROUNDS = 20
_SETTLED = 1e-12


def unit_vectors(points: Floats) -> Floats:
    """Directions from the middle of a ball for rows of latitude and longitude in degrees: rows of x, y, z."""
    latitudes, longitudes = np.radians(points).T
    return np.stack(
        (np.cos(latitudes) * np.cos(longitudes), np.cos(latitudes) * np.sin(longitudes), np.sin(latitudes)), axis=1
    )


def miles_between(starts: Floats, ends: Floats) -> Floats:
    """Miles between each start and its end: rows of latitude and longitude in degrees."""
    if not len(starts):
        return np.zeros(0)
    with np.errstate(divide="ignore", invalid="ignore"):
        metres, settled = _vincenty(np.radians(starts), np.radians(ends))
    found = metres / METRES_IN_A_MILE
    for index in np.flatnonzero(~settled):
        start, end = starts[index], ends[index]
        found[index] = miles((float(start[0]), float(start[1])), (float(end[0]), float(end[1])))
    return found


def _vincenty(starts: Floats, ends: Floats) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Metres, and which of them can be relied on. Points in radians."""
    reduced = [np.arctan((1 - _FLATTENING) * np.tan(points[:, 0])) for points in (starts, ends)]
    (sin_1, cos_1), (sin_2, cos_2) = ((np.sin(latitude), np.cos(latitude)) for latitude in reduced)
    apart = ends[:, 1] - starts[:, 1]
    turned, change = apart.copy(), np.full_like(apart, np.inf)
    for _ in range(_ROUNDS):
        sin_t, cos_t = np.sin(turned), np.cos(turned)
        sin_arc = np.hypot(cos_2 * sin_t, cos_1 * sin_2 - sin_1 * cos_2 * cos_t)
        cos_arc = sin_1 * sin_2 + cos_1 * cos_2 * cos_t
        arc = np.arctan2(sin_arc, cos_arc)
        sin_azimuth = np.where(sin_arc > 0, cos_1 * cos_2 * sin_t / sin_arc, 0.0)
        rest = 1 - sin_azimuth**2
        # On the equator there is no way to the pole to speak of.
        middle = np.where(rest > 0, cos_arc - 2 * sin_1 * sin_2 / rest, 0.0)
        c = _FLATTENING / 16 * rest * (4 + _FLATTENING * (4 - 3 * rest))
        inner = middle + c * cos_arc * (2 * middle**2 - 1)
        after = apart + (1 - c) * _FLATTENING * sin_azimuth * (arc + c * sin_arc * inner)
        turned, change = after, np.abs(after - turned)
        if np.all(change < _SETTLED):
            break
    squared = rest * (_EQUATOR**2 - _POLE**2) / _POLE**2
    a = 1 + squared / 16384 * (4096 + squared * (squared * (320 - 175 * squared) - 768))
    b = squared / 1024 * (256 + squared * (squared * (74 - 47 * squared) - 128))
    smaller = b / 6 * middle * (4 * sin_arc**2 - 3) * (4 * middle**2 - 3)
    correction = b * sin_arc * (middle + b / 4 * (cos_arc * (2 * middle**2 - 1) - smaller))
    return _POLE * a * (arc - correction), (change < _SETTLED) & (np.abs(turned) <= np.pi)
