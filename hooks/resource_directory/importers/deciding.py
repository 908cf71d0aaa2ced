"""What a person decides about a place that may be confidential, and what still waits for a decision.

The decision stands in the record itself (`location.review`): there is no public list of places to look at. Nothing here
writes, and nothing here repeats a street or a point.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from resource_directory.canonical import record_data
from resource_directory.importers.cleaning import front_page
from resource_directory.importers.confidential import WORD_IN_NAME, Gate, name_tells_place
from resource_directory.importers.keeping import WITHHELD
from resource_directory.model import Record
from resource_directory.vocabulary import ConfidentialWords

NO_LIST = "withheld by an import; the review list or the tables tell why"


class CannotDecideError(Exception):
    """A decision that may not be recorded; the message says why and what to do."""


@dataclass(frozen=True)
class Decision:
    """What was decided, by which role of which organisation, when and why."""

    decision: Literal["ordinary", "withheld"]
    by: str
    day: date
    reason: str

    def as_data(self) -> dict[str, str]:
        return {"decision": self.decision, "by": self.by, "date": self.day.isoformat(), "reason": self.reason}


@dataclass(frozen=True)
class Waiting:
    """A place that waits for a person: `co/example-clinic`, or `co/hrsa_bphc:...` where there is no record yet."""

    identifier: str
    name: str
    reason: str


def waiting(records: Mapping[str, Record], listed: Mapping[str, str], words: ConfidentialWords) -> Iterator[Waiting]:
    """Every place that the gate withheld and nobody has decided on, in order; then the rows held back.

    `records` by path; `listed` are the reasons of the last import by identifier. Domestic violence programs do not
    wait: their places are withheld by law.
    """
    gate = Gate(words)
    known = set()
    for path, record in sorted(records.items()):
        identifier = f"{path.split('/')[2]}/{record.id}"
        known.add(identifier)
        place = record.location
        if place is None or place.visibility != "withheld" or place.review or record.type == "domestic_violence":
            continue
        reason = listed.get(identifier) or (WORD_IN_NAME if gate.suspects(record.name) else NO_LIST)
        yield Waiting(identifier, record.name, reason)
    for identifier, reason in sorted(listed.items()):
        if ":" in identifier and identifier not in known:
            yield Waiting(identifier, "", reason)


def read_list(text: str) -> dict[str, str]:
    """Reasons by identifier from a review list: a line each, a tab between."""
    pairs = (line.partition("\t") for line in text.splitlines() if line.strip())
    return {identifier: reason for identifier, _, reason in pairs}


def check_waits(record: Record, decision: Decision, *, suspected: bool = False) -> None:
    """Raises CannotDecideError for a record on which this may not, or need not, be decided.

    `suspected`: its place is public, but its name may be that of a confidential program (E409).
    """
    if record.type == "domestic_violence" and decision.decision == "ordinary":
        raise CannotDecideError(
            "A domestic violence program cannot be found ordinary. Record 'authorisation' in its location instead: who "
            "gave the operator's written word, and when."
        )
    place = record.location
    settled = place is None or (place.visibility == "public" and not place.review)
    if decision.decision == "ordinary" and settled and not suspected:
        raise CannotDecideError("The place of this record is public already. There is nothing to decide.")


def decided_data(record: Record, decision: Decision, name: str = "") -> dict[str, Any]:
    """The record's data with the decision. Raises CannotDecideError where its words would tell the place.

    A place that is found ordinary is public from now on; the next import fills it in. One that is withheld loses its
    place. `name` replaces a name that tells the place.
    """
    place = record.location
    street = place.address.address_1 or "" if place and place.address else ""
    check_words(decision, name or record.name, street)
    data = record_data(record)
    data["name"] = name or record.name
    if decision.decision == "withheld":
        data["location"] = {**WITHHELD, "review": decision.as_data()}
        if record.url:
            data["url"] = front_page(record.url)
    else:
        kept = data.get("location", {}) if place and place.visibility == "public" else {}
        data["location"] = {**kept, "visibility": "public", "review": decision.as_data()}
    return data


def check_words(decision: Decision, name: str, street: str) -> None:
    """Raises CannotDecideError where the words that will be public tell the place that is to be withheld."""
    if decision.decision != "withheld":
        return
    if name_tells_place(decision.reason, street) or name_tells_place(decision.by, street):
        raise CannotDecideError("The reason will be public, and it seems to tell the place. Say it without a street.")
    if name_tells_place(name, street):
        raise CannotDecideError("The name seems to tell the place. Give a neutral one with --name.")


def find_path(records: Iterable[tuple[str, Record]], identifier: str) -> str | None:
    """The path of the record so named: `co/example-clinic` or `example-clinic`."""
    state, _, record_id = identifier.rpartition("/")
    paths = [path for path, record in records if record.id == record_id and (not state or path.split("/")[2] == state)]
    return paths[0] if len(paths) == 1 else None
