"""The tables of HSDS's tabular data package, made from nested services by one walk over the declaration.

A row is (table, cells); the id is always the first cell. Rows of a service itself belong to no other service. An
organization with what it holds, a term and a taxonomy may stand in many services (`both` tells them apart): whoever
joins services or states writes each id once. Texts are made harmless for spreadsheets (see `cells`); numbers, dates and
ids stand as they are; a list or an object among our own facts stands as JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, MutableSet, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from resource_directory.exports.cells import harmless
from resource_directory.exports.hsds_schema import VERSION, Entity, entities, fact_type, table_schema

Row = tuple[str, tuple[str, ...]]
#: Objects that we do not fill, and to which no key leads.
_LEFT_OUT = frozenset({"funding", "metadata", "service_capacity", "unit"})
#: Where the walk over a service turns aside: what stands below may stand in other services, too.
_SHARED = frozenset({"organization", "taxonomy_term", "taxonomy"})
_AS_IT_IS = frozenset({"uuid", "date", "time", "date-time", "number", "integer"})


def _tables() -> dict[str, tuple[str, ...]]:
    return {name: entity.columns for name, entity in entities().items() if name not in _LEFT_OUT}


#: Columns by table (`service`), in the order of the specification; `file_of` gives the file.
TABLES: Mapping[str, tuple[str, ...]] = _tables()


def file_of(table: str) -> str:
    """`service` -> `services.csv`."""
    return entities()[table].file


class _Plan(NamedTuple):
    """How the rows of an object are made. `columns` are place and kind by name; `children` are (name, object, many).

    `keys` are (place, object, name of the child that it is, or None) of the columns that name another object.
    """

    width: int
    columns: Mapping[str, tuple[int, str]]
    children: tuple[tuple[str, str, bool], ...]
    keys: tuple[tuple[int, str, str | None], ...]
    #: Places of `link_id` and `link_entity`, which name any object above.
    links: tuple[int, int] | None


@lru_cache(maxsize=1)
def _plans() -> Mapping[str, _Plan]:
    return {name: _plan(entities()[name]) for name in TABLES}


def _plan(entity: Entity) -> _Plan:
    places = {name: place for place, name in enumerate(entity.columns)}
    kinds = {name: field.holds for name, field in entity.fields.items()}
    kinds |= {name: fact_type(fact) for name, fact in entity.facts.items()}
    of_child = {field.holds: name for name, field in entity.children.items() if not field.many}
    fields = entity.fields.values()
    return _Plan(
        len(places),
        {name: (place, kinds[name]) for name, place in places.items()},
        tuple((name, child.holds, child.many) for name, child in entity.children.items() if child.holds in TABLES),
        tuple((places[field.name], field.refers, of_child.get(field.refers)) for field in fields if field.refers),
        (places["link_id"], places["link_entity"]) if "link_id" in places else None,
    )


def both(service: Mapping[str, Any]) -> tuple[list[Row], list[tuple[str, Mapping[str, Any]]]]:
    """The rows that belong to this service alone, and what else it names: its organization, terms and taxonomies.

    What is below an organization goes with it.
    """
    waiting: list[tuple[str, Mapping[str, Any]]] = []
    return list(_walk("service", service, "", "", shared=waiting)), waiting


def unseen_rows(shared: Iterable[tuple[str, Mapping[str, Any]]], seen: MutableSet[str]) -> Iterator[Row]:
    """Rows of what `both` says is shared, but for those whose id is in `seen`, which is added to."""
    for name, found in shared:
        if found["id"] in seen:
            continue
        seen.add(found["id"])
        below: list[tuple[str, Mapping[str, Any]]] = []
        yield from _walk(name, found, "", "", shared=below)
        yield from unseen_rows(below, seen)


def _walk(
    name: str,
    found: Mapping[str, Any],
    above: str,
    above_id: str,
    shared: list[tuple[str, Mapping[str, Any]]],
) -> Iterator[Row]:
    """The row of an object and those below it; shared objects below are put aside."""
    plan = _plans()[name]
    cells = [""] * plan.width
    for key, value in found.items():
        if (column := plan.columns.get(key)) is not None:
            cells[column[0]] = _cell(value, column[1])
    own_id = found["id"]
    for place, refers, child in plan.keys:
        if child is not None and child in found:
            cells[place] = found[child]["id"]
        elif refers == above:
            cells[place] = above_id
    if plan.links is not None:
        cells[plan.links[0]], cells[plan.links[1]] = above_id, above
    yield name, tuple(cells)
    for key, child_name, many in plan.children:
        if key not in found:
            continue
        for inner in found[key] if many else (found[key],):
            if child_name in _SHARED:
                shared.append((child_name, inner))
            else:
                yield from _walk(child_name, inner, name, own_id, shared)


def _cell(value: Any, kind: str) -> str:
    if kind in _AS_IT_IS:
        return value if isinstance(value, str) else repr(value)
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return orjson.dumps(value).decode()


def datapackage(
    name: str,
    title: str,
    *,
    version: str,
    created: str,
    licenses: Sequence[Mapping[str, str]],
    sources: Sequence[Mapping[str, str]],
    homepage: str = "",
    tables: Sequence[str] = tuple(TABLES),
) -> dict[str, Any]:
    """The descriptor (https://specs.frictionlessdata.io/tabular-data-package/) of a package with all of `tables`.

    `created` is a date and time with its zone (`2026-11-21T00:00:00Z`); licences are {name, path, title}, sources are
    {title, path}. A table without a row is a file with its header only: keys then lead somewhere.
    """
    resources = [_resource(entities()[table], tables) for table in tables]
    described = {"profile": "tabular-data-package", "name": name, "title": title, "version": version}
    described |= {"homepage": homepage} if homepage else {}
    specification = f"Human Services Data Specification {VERSION}; columns that begin with x_ are our own."
    return {
        **described,
        "description": specification,
        "created": created,
        "licenses": [dict(each) for each in licenses],
        "sources": [dict(each) for each in sources],
        "resources": resources,
    }


def _resource(entity: Entity, tables: Sequence[str]) -> dict[str, Any]:
    return {
        "name": entity.name,
        "path": entity.file,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": table_schema(entity, tables),
    }
