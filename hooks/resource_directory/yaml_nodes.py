"""YAML text to plain data in which every value is text and every value knows its line and column.

PyYAML's C parser composes nodes; nothing is constructed, so no tag can run code, and `02134`, `no` and `10:00`
stay what they look like. Aliases are refused, so that a file cannot grow when it is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from resource_directory.problems import Problem

try:
    from yaml import CBaseLoader as _BaseLoader
except ImportError:  # PyYAML without libyaml: slower, the same nodes
    from yaml import BaseLoader as _BaseLoader  # type: ignore[assignment]


class TextLoader(_BaseLoader):
    """Every scalar is text, so nothing has to be resolved: a tenth of the reading time less."""

    def resolve(self, kind: type[yaml.Node], value: Any, implicit: Any) -> str:
        return _DEFAULT_TAGS[kind]

    def descend_resolver(self, current_node: Any, current_index: Any) -> None:
        """No path resolvers here."""

    def ascend_resolver(self) -> None:
        """No path resolvers here."""


LARGEST_FILE = 64 * 1024
DEEPEST_NESTING = 24
_STRING_TAG = "tag:yaml.org,2002:str"
_MAPPING_TAG = "tag:yaml.org,2002:map"
_SEQUENCE_TAG = "tag:yaml.org,2002:seq"
_DEFAULT_TAGS = {yaml.ScalarNode: _STRING_TAG, yaml.SequenceNode: _SEQUENCE_TAG, yaml.MappingNode: _MAPPING_TAG}
_PLAIN_TAGS = frozenset({_STRING_TAG, _MAPPING_TAG, _SEQUENCE_TAG, "!", ""})
#: Many block indicators on one line, or deep indentation; libyaml's composer recurses on them in C.
_STACKED_INDICATORS = re.compile(r"(?:[-?:]\s+){12,}|^ {24,}\S", re.MULTILINE)
_MAY_BE_ANCHOR = re.compile(r"(?:^|[\s\[{,])[&*][^\s&*]", re.MULTILINE)
#: Characters that nobody sees: controls, marks that turn the reading direction (Unicode Bidi_Control), fillers, line
#: separators, tags, noncharacters. The joiners of some scripts may stand between letters beyond ASCII.
_HIDDEN = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff"
)
_JOINERS = "(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])"
_HIDDEN_CHARACTERS = re.compile(f"[{_HIDDEN}]|{_JOINERS}")
#: Of a value that an escape such as "\\t" made, also what may stand in a file.
_HIDDEN_IN_VALUE = re.compile(f"[{_HIDDEN}\t\r]|{_JOINERS}")

_FIELD_NAME = re.compile(r"[a-z_0-9]{1,40}")

Location = tuple[str | int, ...]
Position = tuple[int, int]


@dataclass(frozen=True)
class Composed:
    """`data` is made of dict, list and str; `positions` gives (line, column) from 1 for each place in it."""

    path: str
    data: Any = None
    positions: dict[Location, Position] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def position(self, location: Location) -> Position:
        """Line and column of a place in the data, or of the nearest place around it."""
        for length in range(len(location), -1, -1):
            if (found := self.positions.get(location[:length])) is not None:
                return found
        return (1, 1)

    def problem(self, location: Location, code: str, message: str, fix: str) -> Problem:
        line, column = self.position(location)
        return Problem(self.path, line, column, code, message, fix)


def compose_file(file: Path, path: str) -> Composed:
    """Reads a file of at most 64 KiB. `path` is the name that problems carry. Never raises for bad content."""
    try:
        if file.is_symlink() or not file.is_file():
            return _refused(path, 1, 1, "E108", "This is a link or not a plain file.", "Put the file itself here.")
        with file.open("rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        return _refused(path, 1, 1, "E108", f"The file cannot be read: {error.strerror}.", "Check its permissions.")
    return compose_bytes(content, path)


def compose_bytes(content: bytes, path: str) -> Composed:
    """As `compose_file`, from bytes."""
    if len(content) > LARGEST_FILE:
        return _refused(
            path, 1, 1, "E102", "The file is larger than 64 KiB.", "A record is one organization; shorten it."
        )
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return _refused(path, line, 1, "E101", "The file is not plain text in UTF-8.", "Save it as UTF-8.")
    return compose_text(text, path)


def compose_text(text: str, path: str) -> Composed:
    """As `compose_file`, from text."""
    if not (text.isascii() and text.replace("\n", "").isprintable()):
        hidden = list(_unwanted_characters(text, path))
        if hidden:
            return Composed(path, problems=tuple(hidden))
    try:
        if _may_be_deep(text) and _depth(text) > DEEPEST_NESTING:
            return _refused(
                path, 1, 1, "E110", "The file is nested too deeply.", "Use the fields of the reference only."
            )
        root = yaml.compose(text, Loader=TextLoader)
    except yaml.YAMLError as error:
        return _refused(path, *_yaml_error(error))
    except (RecursionError, ValueError) as error:
        return _refused(path, 1, 1, "E103", f"The file is not valid YAML: {error}.", "Compare it with another record.")
    if (anchor := _anchor_problem(text, path)) is not None:
        return Composed(path, problems=(anchor,))
    if root is None:
        return _refused(path, 1, 1, "E109", "The file is empty.", "Write the record, or delete the file.")
    walk = _Walk(path, escapes="\\" in text)
    data = walk.value(root, ())
    return Composed(path, data, walk.positions, tuple(walk.problems))


def _refused(path: str, line: int, column: int, code: str, message: str, fix: str) -> Composed:
    return Composed(path, problems=(Problem(path, line, column, code, message, fix),))


def _unwanted_characters(text: str, path: str) -> Iterator[Problem]:
    if "\t" in text:
        yield _at_offset(text, text.index("\t"), path, "E105", "A tab stands here.", "Use spaces.")
    for found in _HIDDEN_CHARACTERS.finditer(text):
        name = f"U+{ord(found.group()):04X}"
        yield _at_offset(text, found.start(), path, "E114", f"A character that cannot be seen ({name}).", "Delete it.")


def _at_offset(text: str, offset: int, path: str, code: str, message: str, fix: str) -> Problem:
    line = text.count("\n", 0, offset) + 1
    column = offset - (text.rfind("\n", 0, offset) + 1) + 1
    return Problem(path, line, column, code, message, fix)


def _may_be_deep(text: str) -> bool:
    return text.count("[") + text.count("{") > DEEPEST_NESTING or _STACKED_INDICATORS.search(text) is not None


def _anchor_problem(text: str, path: str) -> Problem | None:
    if ("&" not in text and "*" not in text) or _MAY_BE_ANCHOR.search(text) is None:
        return None
    for event in yaml.parse(text, Loader=TextLoader):
        if getattr(event, "anchor", None) is not None:
            line, column = (mark.line + 1, mark.column + 1) if (mark := event.start_mark) else (1, 1)
            return Problem(path, line, column, "E106", "A YAML anchor or alias stands here.", "Write the value out.")
    return None


def _depth(text: str) -> int:
    """The deepest nesting, from events, which libyaml gives without recursion."""
    depth = deepest = 0
    for event in yaml.parse(text, Loader=TextLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            deepest = max(deepest, depth)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if deepest > DEEPEST_NESTING:
            break
    return deepest


def _yaml_error(error: yaml.YAMLError) -> tuple[int, int, str, str, str]:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    if "alias" in str(reason) or "anchor" in str(reason):
        return line, column, "E106", "A YAML anchor or alias stands here.", "Write the value out."
    fix = "Put text that holds a colon, #, quote or bracket in quotes; indent by two spaces."
    return line, column, "E103", f"This is not valid YAML: {reason}.", fix


@dataclass
class _Walk:
    """Nodes to data. Keeps positions and problems on the way; refuses tags and keys that stand twice."""

    path: str
    #: Whether the text has a backslash, by which a value can hold what the text does not.
    escapes: bool = False
    positions: dict[Location, Position] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def value(self, node: yaml.Node, location: Location) -> Any:
        mark = node.start_mark
        position = (mark.line + 1, mark.column + 1)
        self.positions.setdefault(location, position)
        if node.tag not in _PLAIN_TAGS:
            self._add(position, "E107", "A YAML tag stands here.", "Delete the tag.")
            return None
        if isinstance(node, yaml.ScalarNode):
            self._look_into(node.value, position)
            return node.value
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*location, index)) for index, item in enumerate(node.value)]
        return self._mapping(node, location)

    def _mapping(self, node: yaml.Node, location: Location) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            position = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag not in _PLAIN_TAGS:
                self._add(position, "E103", "A field's name must be one plain word.", "Write `name: value`.")
                continue
            key = key_node.value
            self._look_into(key, position)
            if key == "<<":
                self._add(position, "E106", "A YAML merge key stands here.", "Write the fields out.")
            elif key in data:
                first = self.positions[(*location, key)][0]
                # A name that no field has may hold what must not be repeated.
                shown = f"'{key}'" if _FIELD_NAME.fullmatch(key) else "This name"
                self._add(position, "E104", f"{shown} stands twice; first on line {first}.", "Keep one of the two.")
            else:
                # A problem with a field points at its name, where an editor's eye goes first.
                self.positions[(*location, key)] = position
                data[key] = self.value(value_node, (*location, key))
        return data

    def _look_into(self, value: str, position: Position) -> None:
        if self.escapes and (found := _HIDDEN_IN_VALUE.search(value)):
            code, what = ("E105", "A tab") if found.group() == "\t" else ("E114", "A character that cannot be seen")
            message = f"{what} (U+{ord(found.group()):04X}) stands here, written with a backslash."
            self._add(position, code, message, "Delete it.")

    def _add(self, position: Position, code: str, message: str, fix: str) -> None:
        self.problems.append(Problem(self.path, *position, code, message, fix))
