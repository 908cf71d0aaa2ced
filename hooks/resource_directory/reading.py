"""`data/resources/` to records and problems. Files are only ever read."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, partial
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from resource_directory.model import (
    UNAUTHORISED_FIX,
    UNAUTHORISED_MESSAGE,
    WITHHELD_FIX,
    WITHHELD_MESSAGE,
    Record,
    place_named,
    record_class,
    telephone_text,
)
from resource_directory.problems import Problem
from resource_directory.processes import collector_off, shared_out
from resource_directory.progress import advancing
from resource_directory.vocabulary import Vocabulary
from resource_directory.yaml_nodes import Composed, Location, compose_bytes, compose_file

Result = TypeVar("Result")
RESOURCES = PurePosixPath("data/resources")
#: Below this many files a second process costs more than it saves.
PARALLEL_FROM = 1500
#: Files that are read between two words of progress.
GROUP = 200


@dataclass(frozen=True)
class Finding:
    """A problem at a place in a record, before its line is looked up."""

    path: str
    location: Location
    code: str
    message: str
    fix: str


@dataclass(frozen=True)
class ReadFile:
    """One file: its record, or the problems that stopped it."""

    path: str
    record: Record | None = None
    problems: tuple[Problem, ...] = ()
    partial: Partial | None = None


@dataclass(frozen=True)
class Partial:
    """What is left of a bad record without the fields that are wrong, so that rules can speak of the rest at once."""

    record: Record
    dropped: frozenset[str]


@dataclass(frozen=True)
class ReadResult:
    """Records by path, in order of path, every problem of reading, and what is left of bad records."""

    records: Mapping[str, Record] = field(default_factory=dict)
    partials: Mapping[str, Partial] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def find_files(root: Path, states: Iterable[str] | None = None) -> Iterator[str]:
    """Paths, relative to the repository's `root`, of everything under `data/resources/`, in order.

    `states` keeps only those folders; `us`, the whole country, is always kept. Links are named, never followed.
    Raises OSError for a folder that cannot be looked into: its records must not fall out of the site unseen.
    """
    top = root / RESOURCES
    wanted = None if states is None else {*states, "us"}
    if not top.is_dir():
        return
    for folder, folders, files in os.walk(top, onerror=_cannot_look, followlinks=False):
        if Path(folder) == top and wanted is not None:
            folders[:] = [name for name in folders if name in wanted]
        folders.sort()
        links = [name for name in folders if Path(folder, name).is_symlink()]
        inside = Path(folder).relative_to(root).as_posix()
        for name in sorted([*files, *links]):
            if name not in {".gitkeep", ".DS_Store"}:
                yield f"{inside}/{name}"


def _cannot_look(error: OSError) -> None:
    raise error


def read_all(root: Path, paths: Iterable[str], vocabulary: Vocabulary, today: date) -> ReadResult:
    """Reads the files at `paths` (relative to `root`); with two processes where they are many."""
    read = map_files(partial(read_path, root, vocabulary=vocabulary, today=today), sorted(paths))
    return gathered(read)


def gathered(read: Iterable[ReadFile]) -> ReadResult:
    """What was read of many files, in one."""
    entries = list(read)
    records = {entry.path: entry.record for entry in entries if entry.record is not None}
    partials = {entry.path: entry.partial for entry in entries if entry.partial is not None}
    return ReadResult(records, partials, tuple(problem for entry in entries for problem in entry.problems))


def map_files(work: Callable[[str], Result], paths: Sequence[str]) -> list[Result]:
    """`work` on every path, in order; in several processes where they are many."""
    _is_link_free.cache_clear()
    if len(paths) < PARALLEL_FROM:
        return [work(path) for path in paths]
    groups = [paths[start : start + GROUP] for start in range(0, len(paths), GROUP)]
    with collector_off(), advancing("Reading records", len(paths)) as advance:
        done = shared_out(lambda group: [work(path) for path in group], groups, None, lambda _: advance(GROUP))
    return [result for group in done for result in group]


def read_path(root: Path, path: str, *, vocabulary: Vocabulary, today: date) -> ReadFile:
    """Reads one file. Bad content gives problems, never an exception."""
    parts = PurePosixPath(path).parts
    if not path.endswith(".yml") or len(parts) != len(RESOURCES.parts) + 3:
        fix = "A record is data/resources/<state>/<type>/<id>.yml."
        return ReadFile(path, problems=(Problem(path, 1, 1, "E113", "No record can be here.", fix),))
    if not _is_link_free(root, str(PurePosixPath(path).parent)):
        fix = "Put the file itself here."
        return ReadFile(
            path, problems=(Problem(path, 1, 1, "E108", "A folder on the way to this file is a link.", fix),)
        )
    return _to_record(compose_file(root / path, path), vocabulary, today)


def read_bytes(content: bytes, path: str, vocabulary: Vocabulary, today: date) -> ReadFile:
    """As `read_path`, for content that is not in a file."""
    return _to_record(compose_bytes(content, path), vocabulary, today)


@lru_cache(maxsize=4096)
def _is_link_free(root: Path, folder: str) -> bool:
    """Whether no folder on the way from the root is a link."""
    return (root / folder).resolve() == root.resolve() / folder


def _to_record(composed: Composed, vocabulary: Vocabulary, today: date) -> ReadFile:
    if composed.problems:
        return ReadFile(composed.path, problems=composed.problems)
    if not isinstance(composed.data, dict):
        problem = composed.problem((), "E109", "The file is not a list of fields.", "Write `name: value`, a line each.")
        return ReadFile(composed.path, problems=(problem,))
    type_code = composed.data.get("type")
    if not isinstance(type_code, str) or type_code not in vocabulary.types:
        return ReadFile(composed.path, problems=(_type_problem(composed, type_code, vocabulary),))
    context = {"vocabulary": vocabulary, "today": today}
    try:
        return ReadFile(composed.path, record_class(type_code).model_validate(composed.data, context=context))
    except ValidationError as error:
        secret = _keeps_place_secret(composed.data, type_code)
        problems = [_problem(composed, e, type_code, secret) for e in error.errors(include_url=False)]
        if not any(problem.code in {"E401", "E402"} for problem in problems):
            problems.extend(_place_problem(composed, type_code))
        dropped = frozenset(str(e["loc"][0]) for e in error.errors(include_url=False) if e["loc"])
        return ReadFile(
            composed.path, None, tuple(sorted(problems)), _partial(composed.data, type_code, dropped, context)
        )


def _partial(
    data: Mapping[str, Any], type_code: str, dropped: frozenset[str], context: Mapping[str, Any]
) -> Partial | None:
    rest = {name: value for name, value in data.items() if name not in dropped}
    if "location" in dropped and _keeps_place_secret(data, type_code):
        # Rules still know that the place must not be told by the other fields.
        rest["location"] = {"visibility": "withheld"}
    try:
        return Partial(record_class(type_code).model_validate(rest, context=dict(context)), dropped)
    except ValidationError:
        return None


def _keeps_place_secret(data: Mapping[str, Any], type_code: str) -> bool:
    """True where no value may be repeated in a message, which ends in public logs: a place may stand in any field."""
    location = data.get("location")
    return type_code == "domestic_violence" or (isinstance(location, dict) and location.get("visibility") != "public")


def _place_problem(composed: Composed, type_code: str) -> Iterator[Problem]:
    """E401 and E402 from the raw data, so that they are said together with the mistakes that stop the model."""
    location = composed.data.get("location")
    if not isinstance(location, dict):
        return
    if location.get("visibility") == "withheld":
        if named := next((name for name in ("address", "county", "point", "description") if name in location), None):
            message = f"location: {WITHHELD_MESSAGE.format(named)}"
            yield composed.problem(("location", named), "E402", message, WITHHELD_FIX)
    elif type_code == "domestic_violence" and "authorisation" not in location:
        address = location.get("address")
        if named := place_named(location, address if isinstance(address, dict) else {"address_1"} if address else ()):
            yield composed.problem(("location", named), "E401", f"location: {UNAUTHORISED_MESSAGE}", UNAUTHORISED_FIX)


def _type_problem(composed: Composed, type_code: Any, vocabulary: Vocabulary) -> Problem:
    known = ", ".join(vocabulary.types)
    if type_code is None:
        return composed.problem((), "E201", "The field 'type' is missing.", f"Add one of: {known}.")
    return composed.problem(("type",), "E203", f"type: {str(type_code)!r} is not a type.", f"Use one of: {known}.")


def field_name(location: Location) -> str:
    """`('phones', 0, 'number')` -> `phones[0].number`."""
    name = ""
    for part in location:
        name += f"[{part}]" if isinstance(part, int) else f".{part}" if name else part
    return name


def _problem(composed: Composed, error: ErrorDetails, type_code: str, secret: bool) -> Problem:
    location = tuple(part for part in error["loc"] if part != "[key]")
    context = error.get("ctx") or {}
    if secret and error["type"] == "extra_forbidden":
        around = f"{field_name(location[:-1])}: " if len(location) > 1 else ""
        message = f"{around}a field here is not known. Its name is not repeated here."
        return composed.problem(location, "E202", message, _did_you_mean(location, type_code))
    if "fix" in context:
        location += tuple(context.get("at", ()))
        code, message, fix = error["type"], str(context["message"]), str(context["fix"])
    else:
        code, message, fix = _pydantic_words(error, location, type_code)
    if secret and _repeats(error["input"], message):
        message = "the value has the wrong form. It is not repeated here."
    if secret and _repeats(error["input"], fix):
        fix = "Compare the field reference."
    name = _secret_name(location) if secret else field_name(location)
    return composed.problem(location, code, f"{name}: {message}" if name else message, fix)


def _repeats(value: Any, words: str) -> bool:
    """Whether a message repeats a value. A whole telephone number, written otherwise, is no place."""
    if not isinstance(value, str):
        return str(value)[:20] in words and not isinstance(value, Mapping)
    is_number = re.fullmatch(r"[\d\s().+-]{7,20}", value) is not None and telephone_text(value) is not None
    return (value[:20] in words or repr(value)[1:17] in words) and not is_number


def _secret_name(location: Location) -> str:
    """As `field_name`, without names that no field has: `accepts` takes any key before it is checked."""
    shown = (part if isinstance(part, int) or re.fullmatch("[a-z_]+", part) else "…" for part in location)
    return field_name(tuple(shown))


def _pydantic_words(error: ErrorDetails, location: Location, type_code: str) -> tuple[str, str, str]:
    kind, context = error["type"], error.get("ctx") or {}
    if kind == "missing":
        return "E201", "this field is missing.", "Add it; the field reference shows an example."
    if kind == "extra_forbidden":
        return "E202", "this field is not known.", _did_you_mean(location, type_code)
    if kind in {"literal_error", "enum"}:
        return (
            "E203",
            f"{_shown(error['input'])} is not allowed.",
            f"Use {context.get('expected', 'an allowed value')}.",
        )
    if kind in {"string_type", "list_type", "tuple_type", "dict_type", "model_type"}:
        shapes = {"string_type": "one text", "dict_type": "`name: value` lines", "model_type": "`name: value` lines"}
        return (
            "E204",
            f"this must be {shapes.get(kind, 'a list, a line each beginning with -')}.",
            "Compare the field reference.",
        )
    return (
        "E204",
        f"{_shown(error['input'])}: {error['msg'][0].lower()}{error['msg'][1:]}.",
        "Compare the field reference.",
    )


def _shown(value: Any) -> str:
    text = str(value)
    return repr(text if len(text) <= 60 else text[:57] + "...")


def _did_you_mean(location: Location, type_code: str) -> str:
    known = _known_fields(location[:-1], type_code)
    near = difflib.get_close_matches(str(location[-1]), known, n=1)
    if near:
        return f"Did you mean '{near[0]}'?"
    return f"Known here: {', '.join(known)}." if known else "Delete it."


def _known_fields(location: Location, type_code: str) -> list[str]:
    """Field names of the part at `location`, found by walking the model's annotations."""
    model: Any = record_class(type_code)
    for part in location:
        if isinstance(part, str) and hasattr(model, "model_fields") and part in model.model_fields:
            model = next(iter(_models_in(model.model_fields[part].annotation)), None)
    return list(model.model_fields) if model is not None else []


def _models_in(annotation: Any) -> Iterator[Any]:
    if hasattr(annotation, "model_fields"):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from _models_in(inner)


def locate(root: Path, findings: Iterable[Finding]) -> Iterator[Problem]:
    """Findings to problems. A file is read again for its line numbers only where something was found in it."""
    composed: dict[str, Composed] = {}
    for finding in findings:
        if finding.path not in composed:
            composed[finding.path] = compose_file(root / finding.path, finding.path)
        name = field_name(finding.location)
        message = f"{name}: {finding.message}" if name else finding.message
        yield composed[finding.path].problem(finding.location, finding.code, message, finding.fix)
