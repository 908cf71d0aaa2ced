"""The one standard YAML text of a record, so that a change shows only what changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import yaml
from pydantic import BaseModel

from resource_directory.model import Record

LINE_WIDTH = 100
#: What YAML 1.2's core schema would read as another type than text (https://yaml.org/spec/1.2.2/#103-core-schema),
#: and what YAML 1.1 would, but for yes, no and dates, which editors on 1.2 take as the text they are.
_NOT_TEXT: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$"), "tTfFoO"),
    ("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$"), "~nN"),
    # Before float, whose pattern whole numbers match too: a number must resolve to its own tag to be written plain.
    ("tag:yaml.org,2002:int", re.compile(r"^(?:[-+]?\d[\d_:]*|0x[0-9a-fA-F]+|0o[0-7]+)$"), "-+0123456789"),
    ("tag:yaml.org,2002:float", re.compile(r"^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$"), "-+.0123456789"),
)


class _RecordDumper(yaml.CSafeDumper):
    """Quotes only what would be read as something else; long text in blocks; numbers plain."""

    yaml_implicit_resolvers: dict[str, Any] = {}

    def ignore_aliases(self, data: Any) -> bool:
        return True


for _tag, _pattern, _first in _NOT_TEXT:
    _RecordDumper.add_implicit_resolver(_tag, _pattern, list(_first))


def _represent_text(dumper: _RecordDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_RecordDumper.add_representer(str, _represent_text)


def record_data(record: Record) -> dict[str, Any]:
    """The record as plain data in the order of the model's fields, absent fields absent; dates as text."""
    return _plain_model(record)


def _plain_model(model: BaseModel) -> dict[str, Any]:
    names = (name for name in type(model).model_fields if name in model.model_fields_set)
    return {name: _plain(value) for name in names if (value := getattr(model, name)) is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return _plain_model(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in sorted(value.items())}
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def canonical_text(record: Record) -> str:
    """YAML text that reads back as the same record: fields in the model's order, two spaces, LF, UTF-8."""
    return dump_canonical(record_data(record))


def dump_canonical(data: Mapping[str, Any]) -> str:
    """As `canonical_text`, from plain data already in order."""
    return yaml.dump(
        dict(data),
        Dumper=_RecordDumper,
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=False,
        width=LINE_WIDTH,
    )


def comment_lines(text: str) -> list[int]:
    """Numbers of the lines that are comments of their own, which the standard form would lose.

    A `#` inside a block of text is text: such lines are told by the scalars' marks.
    """
    inside: set[int] = set()
    for token in yaml.scan(text, Loader=yaml.CSafeLoader):
        if isinstance(token, yaml.ScalarToken):
            inside.update(range(token.start_mark.line + 2, token.end_mark.line + 1))
    lines = enumerate(text.splitlines(), start=1)
    return [number for number, line in lines if line.lstrip().startswith("#") and number not in inside]
