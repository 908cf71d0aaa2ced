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
    ("tag:yaml.org,2002:int", re.compile(r"^[-+]?(?:\d[\d_:]*|0b[01_]+|0x[0-9a-fA-F_]+|0o[0-7]+)$"), "-+0123456789"),
    (
        "tag:yaml.org,2002:float",
        re.compile(r"^[-+]?(?:\.[\d_]+|\d[\d_:]*(?:\.[\d_]*)?)(?:[eE][-+]?\d+)?$"),
        "-+.0123456789",
    ),
    ("tag:yaml.org,2002:float", re.compile(r"^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$"), "-+."),
    ("tag:yaml.org,2002:value", re.compile(r"^=$"), "="),
    ("tag:yaml.org,2002:merge", re.compile(r"^<<$"), "<"),
)


class _RecordDumper(yaml.CSafeDumper):
    """Quotes only what would be read as something else; long text in blocks; numbers plain."""

    yaml_implicit_resolvers: dict[str, Any] = {}

    def ignore_aliases(self, data: Any) -> bool:
        return True


for _tag, _pattern, _first in _NOT_TEXT:
    _RecordDumper.add_implicit_resolver(_tag, _pattern, [*_first, ""])  # "" is the first letter of an empty text


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
    """Numbers of the lines that hold a comment, alone or behind a value, which the standard form would lose.

    A `#` inside a text is text; anywhere else it begins a comment.
    """
    if "#" not in text:
        return []
    spans = [
        _text_span(text, token)
        for token in yaml.scan(text, Loader=yaml.CSafeLoader)
        if isinstance(token, yaml.ScalarToken)
    ]
    marks = (found.start() for found in re.finditer("#", text))
    lines = {text.count("\n", 0, mark) + 1 for mark in marks if not any(start <= mark < end for start, end in spans)}
    return sorted(lines)


def _text_span(text: str, token: yaml.ScalarToken) -> tuple[int, int]:
    """Where a scalar's own letters stand. Those of a block begin below its `|`, behind which a comment may stand."""
    start = token.start_mark.index
    return (text.find("\n", start) if token.style in {"|", ">"} else start), token.end_mark.index
