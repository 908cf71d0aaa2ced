"""Who may be called for a county, and how surely each serves it."""

from __future__ import annotations

from collections.abc import Iterator

from resource_directory.directory import Directory
from resource_directory.gaps import introduces_only
from resource_directory.model import Record
from resource_directory.places import County

#: How surely a record serves the county: by name or region; by its whole state or country; it is listed there, but no
#: source says so; it is somewhere in the state.
NAMED, WHOLE_STATE, LISTED, ELSEWHERE = range(4)


def ranked(directory: Directory, county: County) -> Iterator[tuple[int, Record]]:
    """Everyone who may be called for a county, with how surely each serves it. Hot lines for the whole country stand
    above every list and are not repeated."""
    seen: set[str] = set()
    # Somewhere in a state that is one county is in the county.
    unsure = LISTED if len(directory.places.counties_of_state[county.state]) == 1 else ELSEWHERE
    wider = (*directory.serving_state.get(county.state.lower(), ()), *directory.nationwide)
    for level, records in ((NAMED, directory.serving_county.get(county.fips, ())), (WHOLE_STATE, wider)):
        for record in records:
            if record.id not in seen and not is_line_for_all(record):
                seen.add(record.id)
                yield level if is_sure(record) else LISTED if level == NAMED else unsure, record


def is_line_for_all(record: Record) -> bool:
    """A hot line for the whole country."""
    return record.type == "hotline" and bool(record.service_area and record.service_area.nationwide)


def is_sure(record: Record) -> bool:
    """Whether a source says that it serves the place itself. A coalition introduces programs; it takes nobody in."""
    return not introduces_only(record) and not (record.service_area and record.service_area.assumed)
