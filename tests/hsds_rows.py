"""The rows of single services, as tests look at them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableSet
from typing import Any

from resource_directory.exports.hsds_tables import Row, both, unseen_rows


def own_rows(service: Mapping[str, Any]) -> list[Row]:
    return both(service)[0]


def shared_rows(service: Mapping[str, Any], seen: MutableSet[str]) -> Iterator[Row]:
    return unseen_rows(both(service)[1], seen)


def rows_of(service: Mapping[str, Any], seen: MutableSet[str] | None = None) -> list[Row]:
    """All rows, but for shared ones whose id is in `seen`."""
    return [*own_rows(service), *shared_rows(service, set() if seen is None else seen)]
