"""What another directory's words mean in ours, as a person has written it down. What is not there is not guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from resource_directory.importers.cleaning import one_line
from resource_directory.model import language_name
from resource_directory.places import Places
from resource_directory.problems import Problem, format_problems
from resource_directory.vocabulary import Vocabulary
from resource_directory.yaml_nodes import Composed, compose_file

_REGION = re.compile(r"[A-Z]{2}-\d{3}[a-z]?")
#: The tables of a mapping, by name, and the vocabulary of their values. Areas and languages are no vocabularies.
TABLES: Mapping[str, str] = MappingProxyType(
    {"types": "types", "services": "services", "accessibility": "accessibility", "contact_roles": "contact_roles"}
)
_OTHERS = ("areas", "languages")


class MappingError(Exception):
    """A mapping that cannot be used, with everything that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(format_problems(self.problems, "text"))


def folded(words: str) -> str:
    """How their words are compared: small letters, one space between."""
    return one_line(words).casefold()


@dataclass(frozen=True)
class Mapped:
    """Our codes by their words, folded. `type` is what a service is of which no term tells."""

    type: str = ""
    types: Mapping[str, str] = field(default_factory=dict)
    services: Mapping[str, str] = field(default_factory=dict)
    accessibility: Mapping[str, str] = field(default_factory=dict)
    contact_roles: Mapping[str, str] = field(default_factory=dict)
    areas: Mapping[str, str] = field(default_factory=dict)
    languages: Mapping[str, str] = field(default_factory=dict)


def read_mapping(file: Path, vocabulary: Vocabulary, places: Places) -> Mapped:
    """The mapping in a YAML file. Raises MappingError."""
    composed = compose_file(file, file.name)
    problems = list(composed.problems) or list(_problems(composed, vocabulary, places))
    if problems:
        raise MappingError(problems)
    found = composed.data or {}
    tables = {name: {folded(key): value for key, value in found.get(name, {}).items()} for name in (*TABLES, *_OTHERS)}
    return Mapped(type=found.get("type", ""), **tables)


def _problems(composed: Composed, vocabulary: Vocabulary, places: Places) -> Iterator[Problem]:
    found, known = composed.data or {}, ("type", *TABLES, *_OTHERS)
    if not isinstance(found, dict):
        yield composed.problem((), "E204", "This is no mapping.", "Write 'types:' and below it a line for each term.")
        return
    for name, entries in found.items():
        if name == "type" and entries not in vocabulary.types:
            fix = f"Use one of: {', '.join(vocabulary.types)}."
            yield composed.problem(("type",), "E206", f"'{entries}' is no type.", fix)
        elif name not in known:
            yield composed.problem((name,), "E203", f"'{name}' is no table.", f"Use: {', '.join(known)}.")
        elif name != "type":
            yield from _of_table(composed, name, entries, vocabulary, places)


def _of_table(composed: Composed, name: str, entries: Any, vocabulary: Vocabulary, places: Places) -> Iterator[Problem]:
    if not isinstance(entries, dict):
        yield composed.problem((name,), "E204", "This is no table.", "Write a line for each: 'their words: our code'.")
        return
    for words, code in entries.items():
        if not isinstance(code, str) or not _is_known(name, code, vocabulary, places):
            fix = _WANTED.get(name) or f"Use one of: {', '.join(vocabulary.codes(TABLES[name]))}."
            yield composed.problem((name, words), "E206", f"'{code}' is not known.", fix)


_WANTED: Mapping[str, str] = MappingProxyType(
    {
        "areas": "Write a county's FIPS code, a state's postal code, a Continuum of Care's number, or us.",
        "languages": "Write a code such as es, zh-Hans, ase.",
    }
)


def _is_known(name: str, code: str, vocabulary: Vocabulary, places: Places) -> bool:
    if name == "areas":
        return code == "us" or code in places.counties or code.upper() in places.states or bool(_REGION.fullmatch(code))
    if name == "languages":
        return language_name(code) is not None
    return code in vocabulary.codes(TABLES[name])
