"""Own services, looked at before they become records: by the schema of our exports, and for what a record needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import jsonschema_rs

from resource_directory.exports.hsds_schema import Validator, entities
from resource_directory.importers.hsds.files import Found, ReadHsds
from resource_directory.importers.hsds.names import Data, Trouble
from resource_directory.importers.hsds.own import AREAS, is_own

#: What the specification lets be absent and our exports always have, by object.
_NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "service_at_location": ("location",),
        "required_document": ("document",),
        "language": ("code",),
        "organization_identifier": ("identifier_scheme",),
    }
)
_AS_EXPORTED = "Write it as our exports do, or export it again."
_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "string": "a text",
        "number": "a number",
        "integer": "a whole number",
        "boolean": "true or false",
        "array": "a list",
        "object": "an object",
        "null": "null",
    }
)


def checked(read: ReadHsds) -> ReadHsds:
    """Without own services that have anything wrong; what it is stands among the troubles, by file and JSON pointer."""
    own = [found for found in read.found if is_own(found.service)]
    if not own:
        return read
    validator = Validator()
    told = {trouble.where for trouble in read.troubles}
    wrong: set[str] = set()
    troubles: list[Trouble] = []
    for found in own:
        if here := list(troubles_of(found, validator)):
            wrong.add(found.where)
            troubles += (trouble for trouble in here if trouble.where not in told)
    kept = [found for found in read.found if found.where not in wrong]
    return replace(read, found=kept, troubles=[*read.troubles, *troubles])


def troubles_of(found: Found, validator: Validator) -> Iterator[Trouble]:
    """What is wrong with an own service. No value is shown: it may be what must not be seen."""
    try:
        for error in validator.errors(found.service):
            yield from _told(f"{found.where}{''.join(map(_step, error.instance_path))}", error)
    except ValueError:
        yield Trouble(found.where, "The service is nested too deeply.", _AS_EXPORTED)
        return
    yield from _lacking("service", found.service, found.where)


def _step(step: str | int) -> str:
    """A step of a JSON pointer."""
    return f"/{str(step).replace('~', '~0').replace('/', '~1')}"


def _told(where: str, error: jsonschema_rs.ValidationError) -> Iterator[Trouble]:
    tell = _TOLD.get(error.kind.name)
    if tell:
        yield from tell(where, error.kind.as_dict())
    else:
        yield Trouble(where, f"This value cannot stand here ({error.kind.name}).", _AS_EXPORTED)


def _missing(where: str, name: str) -> Trouble:
    return Trouble(f"{where}{_step(name)}", "This is missing.", _AS_EXPORTED)


def _unknown(where: str, kind: Mapping[str, Any]) -> Iterator[Trouble]:
    for name in kind["unexpected"]:
        yield Trouble(f"{where}{_step(name)}", "This fact is not known.", "Leave it out.")


def _not_one_of(where: str, kind: Mapping[str, Any]) -> Iterator[Trouble]:
    yield Trouble(where, "This is none of the words that can stand here.", f"Use one of: {_words(kind['options'])}.")


def _words(options: list[Any]) -> str:
    return ", ".join(map(str, options))


def _mistyped(where: str, kind: Mapping[str, Any]) -> Iterator[Trouble]:
    wanted = " or ".join(_TYPES.get(name, name) for name in kind["types"])
    yield Trouble(where, f"This is not {wanted}.", _AS_EXPORTED)


#: How to tell what is wrong, by the keyword of JSON Schema.
_TOLD: Mapping[str, Callable[[str, Mapping[str, Any]], Iterator[Trouble]]] = MappingProxyType(
    {
        "required": lambda where, kind: iter((_missing(where, kind["property"]),)),
        "additionalProperties": _unknown,
        "enum": _not_one_of,
        "type": _mistyped,
        "format": lambda where, kind: iter((Trouble(where, f"This is no {kind['format']}.", _AS_EXPORTED),)),
    }
)


def _lacking(name: str, made: Data, where: str) -> Iterator[Trouble]:
    """What the object and all that it holds must have besides."""
    for needed in _NEEDED.get(name, ()):
        if needed not in made:
            yield _missing(where, needed)
    if name == "service_area" and made.get("x_kind") in (*AREAS, "member") and "x_code" not in made:
        yield _missing(where, "x_code")
    for field, child in entities()[name].children.items():
        held = made.get(field)
        if isinstance(held, list):
            for index, part in enumerate(held):
                yield from _lacking(child.holds, part, f"{where}/{field}/{index}")
        elif held is not None:
            yield from _lacking(child.holds, held, f"{where}/{field}")
