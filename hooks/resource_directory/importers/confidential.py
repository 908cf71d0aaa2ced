"""The gate that a place passes before it is written: federal files list clinics inside confidential shelters.

A row is written without its place where the publisher's street is blank, where its name holds a word of
`data/vocab/confidential_words.yml` that no ordinary phrase explains, where the setting or the operator that the
publisher names says so, or where its street, telephone number, web site or name is that of a domestic violence program
or of a place that the directory withholds already. The word lists apply to health center sites only: housing
authorities are public bodies and law offices receive visitors, so that 'Women', 'Haven' or 'Shelter' in their names
says nothing.

What a person has decided about a place stands in its record (`location.review`) and goes before every rule here.

No value of a withheld place is returned by anything here: reasons are sentences, and known streets and numbers are
only ever compared.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Literal
from urllib.parse import urlsplit

from resource_directory.importers.cleaning import name_key, telephone
from resource_directory.importers.tables import Row, Rows
from resource_directory.model import DomesticViolence, Record
from resource_directory.secrecy import PlaceNames, street_key
from resource_directory.vocabulary import ConfidentialWords

BLANK_STREET = "the publisher's street is blank"
WORD_IN_NAME = "the name may be that of a confidential program"
BARE_NAME = "the name says nothing of care and may be that of a place where people stay"
BY_SETTING = "the publisher says that it is in a domestic violence program"
BY_OPERATOR = "the operator may be a confidential program"
SHARED_PHONE = "the telephone number is also a domestic violence program's"
SHARED_NAME = "the name is also a domestic violence program's"
SHARED_YOUTH_NAME = "the name is also that of a program that shelters young people"
SHARED_WEB = "the web site is also a domestic violence program's"
SHARED_PLACE = "the street or the point is also that of a place withheld"
SHARED_WITH_WITHHELD = "the name or the telephone number is also that of a place withheld before"
STAYS_WITHHELD = "the place was withheld before, and nobody has decided otherwise"
DECIDED_WITHHELD = "a person has decided so"
NAME_TELLS_PLACE = "the name may tell a place that is withheld"

#: HRSA has a setting for clinics inside domestic violence programs.
_HIDDEN_SETTING = re.compile(r"domestic|violence|shelter", re.IGNORECASE)
_STREET_WORD = re.compile(
    r"\b(?:street|avenue|ave|boulevard|blvd|road|rd|lane|ln|drive|highway|hwy|parkway|pkwy|calle|avenida)\b",
    re.IGNORECASE,
)
_COMMON = """
    n s e w ne nw se sw st ave blvd rd dr ln ct pl way hwy highway us state county road old new the of and la el de los
    las san santa center health care clinic house home community main box po suite floor building
"""
_COMMON_IN_STREETS = frozenset(_COMMON.split())
#: A coalition is an office, a tribe a government: neither's name nor web site says that a place is hidden.
_PUBLIC_KINDS = frozenset({"coalition", "tribal_program"})
#: Hosts of public bodies: a county's web site is that of its clinics and of its victim services alike.
_PUBLIC_HOSTS = (".gov", ".edu", ".us", ".mil")


@dataclass(frozen=True)
class Kept:
    """What the repository says of an organisation's place already."""

    name: str
    withheld: bool
    decision: Literal["ordinary", "withheld"] | None = None


@dataclass(frozen=True)
class KnownPrograms:
    """What is known of confidential programs and of withheld places, kept for comparison only and never shown."""

    phones: frozenset[str] = field(default=frozenset(), repr=False)
    names: frozenset[str] = field(default=frozenset(), repr=False)
    names_by_state: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)
    youth_by_state: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)
    hosts: frozenset[str] = field(default=frozenset(), repr=False)
    places: frozenset[tuple[str, str, str]] = field(default=frozenset(), repr=False)
    #: Names with their state, and numbers, of records that are withheld and of no record whose place is public.
    withheld: frozenset[tuple[str, str]] = field(default=frozenset(), repr=False)


@dataclass(frozen=True)
class Gate:
    """Says why a place must be withheld, or that it need not be."""

    words: ConfidentialWords
    known: KnownPrograms = KnownPrograms()
    #: Records by `<registry>:<number>`; where there is no number by `named_key`.
    kept: Mapping[str, Kept] = field(default_factory=dict, repr=False)

    @cached_property
    def _names(self) -> PlaceNames:
        return PlaceNames(self.words)

    def suspects(self, name: str) -> bool:
        """As `PlaceNames.suspects`."""
        return self._names.suspects(name)

    def speaks_of_care(self, name: str) -> bool:
        """As `PlaceNames.speaks_of_care`."""
        return self._names.speaks_of_care(name)

    def is_bare(self, name: str, street: str = "") -> bool:
        """As `PlaceNames.is_bare`."""
        return self._names.is_bare(name, street)

    def reason(self, row: Row, *, by_name: bool, blank_is_secret: bool, key: str = "") -> str | None:
        """Why the place is withheld, in a sentence that holds no value of the row; None where it is public.

        `row` has name, street, city, state and, where the table has them, phone, website, zip, lat, lon, setting and
        operator. `by_name` applies the word lists; `blank_is_secret` takes a blank street as the publisher's word.
        `key` names the record that may be there already, whose decision goes before everything else.
        """
        kept = self.kept.get(key)
        if kept and kept.decision:
            return None if kept.decision == "ordinary" else DECIDED_WITHHELD
        why = self._why(row, by_name=by_name, blank_is_secret=blank_is_secret)
        if why is None and kept is None and by_name and self._is_of_withheld(row):
            return SHARED_WITH_WITHHELD
        return STAYS_WITHHELD if why is None and kept and kept.withheld else why

    def _why(self, row: Row, *, by_name: bool, blank_is_secret: bool) -> str | None:
        if blank_is_secret and not row["street"]:
            return BLANK_STREET
        if strong := self._by_publisher(row) or (by_name and self._by_name(row)):
            return strong
        if (found := telephone(row.get("phone", ""))) and found[0] in self.known.phones:
            return SHARED_PHONE
        if by_name and name_key(row["name"]) in self.known.names:
            return SHARED_NAME
        if by_name and host_of(row.get("website", "")) in self.known.hosts:
            return SHARED_WEB
        if by_name and self.is_bare(row["name"], row["street"]):
            return BARE_NAME
        return SHARED_PLACE if self.known.places.intersection(_places(row)) else None

    def own_reason(self, row: Row) -> str | None:
        """As `reason`, from the site's own row alone: what it shares a street with is not looked at."""
        why = self._why(row, by_name=True, blank_is_secret=True)
        kept = self.kept.get(f"hrsa_bphc:{row.get('bphc_id', '')}")
        if kept and kept.decision:
            return None if kept.decision == "ordinary" else DECIDED_WITHHELD
        return STAYS_WITHHELD if why is None and kept and kept.withheld else why

    def _by_publisher(self, row: Row) -> str | None:
        if _HIDDEN_SETTING.search(row.get("setting", "")):
            return BY_SETTING
        operator = row.get("operator", "")
        if operator and (self.suspects(operator) or name_key(operator) in self.known.names):
            return BY_OPERATOR
        return None

    def _by_name(self, row: Row) -> str | None:
        if self.suspects(row["name"]):
            return WORD_IN_NAME
        if self._holds_one_of(self.known.names_by_state, row):
            return SHARED_NAME
        youth = self._holds_one_of(self.known.youth_by_state, row) and not self.speaks_of_care(row["name"])
        return SHARED_YOUTH_NAME if youth else None

    def _holds_one_of(self, names: Mapping[str, frozenset[str]], row: Row) -> bool:
        name, street = f" {name_key(row['name'])} ", street_key(row["street"])
        return any(f" {other} " in name and other not in street for other in names.get(row["state"], ()))

    def _is_of_withheld(self, row: Row) -> bool:
        found = telephone(row.get("phone", ""))
        marks = {(name_key(row["name"]), row["state"]), (found[0] if found else "", row["state"])}
        return bool(marks & self.known.withheld)


def named_key(type_code: str, state: str, name: str) -> str:
    """The key of a record without a registry number: `legal_aid:CO:example center`."""
    return f"{type_code}:{state}:{name_key(name)}"


def host_of(url: str) -> str:
    """`https://www.example.org/page` -> `example.org`; empty for none."""
    host = urlsplit(url if "://" in url else f"https://{url}").hostname or "" if url and "[" not in url else ""
    return host.lower().removeprefix("www.")


def _places(row: Row) -> Iterator[tuple[str, str, str]]:
    """The street with its town and with its ZIP code, and the point to ten meters, in forms that can be compared."""
    if street := street_key(row["street"]):
        yield street, row["city"].casefold(), row["state"]
        if zip_code := row.get("zip", "")[:5]:
            yield street, zip_code, row["state"]
    try:
        yield f"{float(row.get('lat', '')):.4f}", f"{float(row.get('lon', '')):.4f}", row["state"]
    except ValueError:
        return


def gate_for(
    words: ConfidentialWords,
    dv_programs: Rows,
    health_sites: Rows,
    records: Mapping[str, Record] = MappingProxyType({}),
    *,
    youth_programs: Rows = (),
) -> Gate:
    """The gate with all that is known: domestic violence and youth programs, records, places of suspected sites.

    `records` are those of the repository by path. A second row at the street of a withheld one would give the place
    away, so that the sites are gone through twice.
    """
    kept = kept_places(records)
    known = _known(words, dv_programs, youth_programs, records)
    places = _suspected_places(Gate(words, known, kept), health_sites)
    return Gate(words, replace(known, places=places), kept)


def _suspected_places(gate: Gate, sites: Rows) -> frozenset[tuple[str, str, str]]:
    """Streets and points at which nothing may be published.

    A site that was withheld before counts too, unless it was so for its neighbour's sake: else each import would
    withhold one more neighbour.
    """
    reasons = [(row, gate.own_reason(row)) for row in sites]
    places = {place for row, why in reasons if why and why != STAYS_WITHHELD for place in _places(row)}
    for row, why in reasons:
        if why == STAYS_WITHHELD and not places.intersection(own := set(_places(row))):
            places |= own
    return frozenset(places)


def kept_places(records: Mapping[str, Record]) -> dict[str, Kept]:
    """What the repository says already of places that may need to stay withheld, by registry number or name."""
    found: dict[str, Kept] = {}
    for path, record in records.items():
        place = record.location
        decision = place.review.decision if place and place.review else None
        kept = Kept(record.name, place is not None and place.visibility == "withheld", decision)
        for entry in record.registry_ids or ():
            found[f"{entry.registry}:{entry.id}"] = kept
        found[named_key(record.type, path.split("/")[2].upper(), record.name)] = kept
    return found


def _known(
    words: ConfidentialWords, dv_programs: Rows, youth_programs: Rows, records: Mapping[str, Record]
) -> KnownPrograms:
    own = {
        path: record
        for path, record in records.items()
        if isinstance(record, DomesticViolence) and not _PUBLIC_KINDS.intersection(record.kinds or ())
    }
    numbers = (telephone(row["hotline"]) for row in dv_programs if row["hotline"])
    phones = {found[0] for found in numbers if found} | {
        phone.number for record in own.values() for phone in record.phones or ()
    }
    names = {(row["state"], name_key(row["name"])) for row in dv_programs} | {
        (path.split("/")[2].upper(), name_key(record.name)) for path, record in own.items()
    }
    webs = [row.get("website", "") for row in dv_programs] + [record.url or "" for record in own.values()]
    hosts = {host for web in webs if (host := host_of(web)) and not host.endswith(_PUBLIC_HOSTS)}
    return KnownPrograms(
        frozenset(phones),
        frozenset(name for _, name in names),
        _by_state(names),
        _by_state((row["state"], name_key(row["name"])) for row in youth_programs),
        frozenset(hosts - set(words.shared_hosts)),
        withheld=_withheld_marks(records),
    )


def _by_state(names: Iterable[tuple[str, str]]) -> Mapping[str, frozenset[str]]:
    """Names that are sure to be an organisation's: of two words or more."""
    found: dict[str, set[str]] = defaultdict(set)
    for state, name in names:
        if len(name.split()) >= 2 and len(name) >= 8:
            found[state].add(name)
    return {state: frozenset(group) for state, group in found.items()}


def _withheld_marks(records: Mapping[str, Record]) -> frozenset[tuple[str, str]]:
    """Names and numbers of withheld clinics, by state, that no public record has: a clinic that comes back under
    another number of the register is known by them."""
    marks: dict[bool, set[tuple[str, str]]] = {True: set(), False: set()}
    for path, record in records.items():
        if record.type != "health_center":
            continue
        state = path.split("/")[2].upper()
        withheld = record.location is not None and record.location.visibility == "withheld"
        marks[withheld].add((name_key(record.name), state))
        marks[withheld].update((phone.number, state) for phone in record.phones or ())
    return frozenset(marks[True] - marks[False])


def name_tells_place(name: str, street: str) -> bool:
    """True where the name of a withheld place holds a street's name, its own or any."""
    if _STREET_WORD.search(name):
        return True
    own = {
        word
        for word in street_key(street).split()
        if word not in _COMMON_IN_STREETS and (len(word) > 2 or word.isdigit())
    }
    return bool(own.intersection(name_key(name).split()))


class ReviewListError(Exception):
    """A review list may not lie in the repository: it would become a public list of hidden places."""


def review_path(written: str, root: Path) -> Path:
    """The file for the review list. Raises ReviewListError where it lies under `root`, links followed."""
    path = Path(written).expanduser().resolve()
    if path.is_relative_to(root.resolve()):
        raise ReviewListError(
            "The review list must lie outside the repository. Name another folder with --review-list."
        )
    return path


def review_text(entries: Iterable[tuple[str, str]]) -> str:
    """Lines of id and reason, sorted; no street, no name."""
    return "".join(f"{identifier}\t{reason}\n" for identifier, reason in sorted(set(entries)))
