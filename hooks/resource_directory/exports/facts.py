"""What the plain formats say of a record, in the words and figures of its page."""

from __future__ import annotations

from resource_directory.directory import Directory
from resource_directory.model import Point, Record
from resource_directory.views import RecordView
from resource_directory.words import phone_words


def address(directory: Directory, path: str) -> str:
    """The whole address of a page or file of the site (`co/denver/`); its path alone where the site's is not known."""
    site = directory.settings.site_url
    return f"{site.rstrip('/')}/{path}" if site else path


def phones(view: RecordView) -> list[str]:
    """Its numbers as people write them, the first to ring first; its parent's where it has none of its own."""
    return [phone_words(phone) for phone in view.phones]


def public_point(record: Record) -> Point | None:
    """The point of a public place that anyone can go to; never a withheld one, never the middle of a ZIP code."""
    place = record.location
    if place is None or place.visibility != "public" or place.point is None:
        return None
    return place.point if place.point.is_a_place else None


def states_served(record: Record) -> list[str]:
    """Postal codes of the states that it serves as a whole."""
    return [state.upper() for state in (record.service_area and record.service_area.states) or ()]


def regions_served(record: Record) -> list[str]:
    """Continuum of Care numbers that it names."""
    return list((record.service_area and record.service_area.regions) or ())


def serves_country(record: Record) -> bool:
    return bool(record.service_area and record.service_area.nationwide)


def counties_served(view: RecordView) -> list[str]:
    """FIPS codes of the counties that it serves by name or by region, in order; unknown codes are left out."""
    return sorted({county.fips for county in view.counties_served})
