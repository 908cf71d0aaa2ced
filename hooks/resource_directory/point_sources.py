"""Who worked out the points that the directory itself adds to addresses. Such a point is no person's edit."""

from __future__ import annotations

NOMINATIM = "OpenStreetMap contributors, by Nominatim"
ZIP_MIDDLE = "US Census Bureau, middle of the ZIP code"
MADE_HERE = frozenset({NOMINATIM, ZIP_MIDDLE})
