"""What importers make of rows: drafts of records, not yet named and not yet checked; and what they may look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from resource_directory.importers import cleaning
from resource_directory.importers.confidential import Gate, Kept
from resource_directory.importers.outcome import Ledger
from resource_directory.importers.tables import Row, Table
from resource_directory.places import Places, Town
from resource_directory.rules import RuleContext
from resource_directory.shapes import Shapes
from resource_directory.vocabulary import Vocabulary


@dataclass(frozen=True)
class Draft:
    """A record to be. `data` holds its fields but for id and type; `state` is `CO`.

    `key` names the draft among all of a run: `<registry>:<number>`, or publisher, state and name where there is no
    register. `links` are fields that name another draft by its key. `city` and `code` serve the id only, as
    does `neutral`, a name to use where the own one holds a word that an address may not have.
    """

    key: str
    state: str
    type: str
    data: Mapping[str, Any]
    city: str = ""
    code: str = ""
    fixed_id: str = ""
    neutral: str = ""
    links: Mapping[str, str] = field(default_factory=dict)

    @property
    def withheld(self) -> bool:
        return (self.data.get("location") or {}).get("visibility") == "withheld"


@dataclass(frozen=True)
class ForReview:
    """A place that was withheld, or a row held back, for a person to look at. Never a street, never a name."""

    state: str
    key: str
    reason: str


@dataclass(frozen=True)
class Imported:
    """The result of one table: drafts, the fate of each row, and what a person should look at."""

    ledger: Ledger
    drafts: Sequence[Draft] = ()
    review: Sequence[ForReview] = ()


@dataclass(frozen=True)
class Coalition:
    """A state's domestic violence coalition as the table of coalitions names it."""

    name: str
    website: str


@dataclass(frozen=True)
class ImportContext:
    """What importers may look at beyond their own rows. Coalitions by postal code of their state."""

    rules: RuleContext
    gate: Gate
    coalitions: Mapping[str, Coalition] = field(default_factory=dict)

    @property
    def places(self) -> Places:
        return self.rules.places

    def kept(self, key: str) -> Kept | None:
        """What the repository says of the organisation's place already."""
        return self.gate.kept.get(key)

    @property
    def shapes(self) -> Shapes:
        return self.rules.shapes

    @property
    def vocabulary(self) -> Vocabulary:
        return self.rules.vocabulary

    @cached_property
    def towns(self) -> Mapping[str, tuple[Town, ...]]:
        return cleaning.towns_by_state(self.places)

    @cached_property
    def counties_of_towns(self) -> Mapping[tuple[str, str], frozenset[str]]:
        """FIPS codes by state (`CO`) and the town's name as `place_key` gives it."""
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        for town in self.places.towns:
            found[town.state, cleaning.place_key(town.name)].add(town.county_fips)
        return {key: frozenset(group) for key, group in found.items()}

    @cached_property
    def state_names(self) -> Mapping[str, str]:
        """Names by postal code."""
        return {code: state.name for code, state in self.places.states.items()}

    def spelling(self, names: Iterable[str] = ()) -> cleaning.Spelling:
        """Spelling for a table with these names."""
        return cleaning.Spelling(self.vocabulary.acronyms, cleaning.words_in_ordinary_capitals(names))


def source(
    table: Table, row: Row, note: str | None = None, publisher: str | None = None, url: str | None = None
) -> dict[str, str]:
    """The record's `source`: publisher, page, the day in the row."""
    made = {"publisher": publisher or table.publisher, "url": url or table.url, "retrieved": row["retrieved"]}
    return made | {"note": note} if note else made


def further_source(table: Table, retrieved: str, note: str) -> dict[str, str]:
    """An entry of `further_sources`."""
    return {"publisher": table.publisher, "url": table.url, "retrieved": retrieved, "note": note}


@dataclass
class Contacts:
    """Telephone, web and e-mail of one row as a record has them, with what had to be left out."""

    fields: dict[str, Any] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    def phone(self, text: str, **facts: str) -> Contacts:
        """Adds a number with facts such as `purpose`; what cannot be rung is left out and counted."""
        if not text:
            return self
        if (found := cleaning.telephone(text)) is None:
            self.left_out.append("telephone number that cannot be rung")
            return self
        number, extension = found
        phone = {"number": number} | ({"extension": extension} if extension else {}) | facts
        phones = self.fields.setdefault("phones", [])
        if all((known["number"], known.get("extension")) != (number, extension) for known in phones):
            phones.append(phone)
        return self

    def web(self, text: str, *, front_page: bool = False) -> Contacts:
        """Adds a web address; of a withheld place only the site's front page, as its own page may tell where it is."""
        if text and (url := cleaning.web_address(text)):
            self.fields["url"] = cleaning.front_page(url) if front_page else url
            if cleaning.has_slip(text):
                self.left_out.append("slip in the first letters of a web address mended")
        elif text:
            self.left_out.append("web address that cannot be one")
        return self

    def email(self, text: str) -> Contacts:
        if text and (address := cleaning.role_email(text)):
            self.fields["email"] = address
        elif text:
            self.left_out.append("e-mail address that is not an office's")
        return self


def present(**fields: Any) -> dict[str, Any]:
    """The fields that have a value: what is not known is absent."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}
