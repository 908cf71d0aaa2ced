"""What the imports left to a person: records gone upstream, and fields that changed there and here.

`data/imports/open/<state>.csv`, written by scripts/import_sources.py and read by whoever shows what is open. Never a
value, so that nothing withheld can stand in it. An entry leaves the file when it is settled.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Literal

FOLDER = "data/imports/open"
GONE = "the publisher's list no longer has it"


@dataclass(frozen=True, order=True)
class OpenQuestion:
    """One thing to look at. `state` is `co`; `field` is empty for a record that is gone; `since` is the day on which an
    import first found it."""

    state: str
    type: str
    id: str
    kind: Literal["gone", "conflict"]
    field: str
    reason: str
    since: date

    @property
    def path(self) -> str:
        """The record's file."""
        return f"data/resources/{self.state}/{self.type}/{self.id}.yml"

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells questions apart, whatever the day."""
        return self.path, self.kind, self.field


class OpenQuestionsError(Exception):
    """A file of open questions cannot be read; the message says what to do."""


def question(path: str, kind: Literal["gone", "conflict"], field: str, reason: str, since: date) -> OpenQuestion:
    """The question about the record with this path."""
    state, type_code, file = path.split("/")[-3:]
    return OpenQuestion(state, type_code, file.removesuffix(".yml"), kind, field, reason, since)


def questions_path(state: str) -> str:
    """`co` -> `data/imports/open/co.csv`."""
    return f"{FOLDER}/{state}.csv"


def questions_text(questions: Iterable[OpenQuestion]) -> str:
    """The text of one state's file."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(field.name for field in fields(OpenQuestion))
    writer.writerows(astuple(entry) for entry in sorted(questions))
    return stream.getvalue()


def read_questions(root: Path, states: Iterable[str] | None = None) -> Iterator[OpenQuestion]:
    """Every open question of the repository, or of some states (`co`), in order. Raises OpenQuestionsError."""
    wanted = None if states is None else set(states)
    for file in sorted((root / FOLDER).glob("*.csv")):
        if wanted is None or file.stem in wanted:
            yield from _read(file)


def _read(file: Path) -> Iterator[OpenQuestion]:
    with file.open(encoding="utf-8", newline="") as stream:
        try:
            for row in csv.DictReader(stream, strict=True):
                kind: Literal["gone", "conflict"] = "gone" if row["kind"] == "gone" else "conflict"
                since = date.fromisoformat(row["since"])
                yield OpenQuestion(row["state"], row["type"], row["id"], kind, row["field"], row["reason"], since)
        except (KeyError, ValueError, TypeError, csv.Error) as error:
            told = f"{FOLDER}/{file.name} is not as it was written. Take it from the last commit: git checkout."
            raise OpenQuestionsError(told) from error
