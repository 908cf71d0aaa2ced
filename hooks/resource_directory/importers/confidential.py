"""The gate that a place passes before it is written: federal files list clinics inside confidential shelters.

A row is written without its place where the publisher's street is blank, where its name holds a word of
`data/vocab/confidential_words.yml` that no ordinary phrase explains, or where its street, telephone number or name is
that of a domestic violence program. The word lists apply to health center sites only: housing authorities are public
bodies and law offices receive visitors, so that 'Women', 'Haven' or 'Shelter' in their names says nothing.

No value of a withheld place is returned by anything here: reasons are sentences, and known streets and numbers are
only ever compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from resource_directory.importers.cleaning import name_key, street_key, telephone
from resource_directory.importers.tables import Row, Rows
from resource_directory.model import Record
from resource_directory.rules import neutral_pattern
from resource_directory.vocabulary import ConfidentialWords

BLANK_STREET = "the publisher's street is blank"
WORD_IN_NAME = "the name may be that of a confidential program"
BY_SETTING = "the publisher says that it is in a domestic violence program"
SHARED_PHONE = "the telephone number is also a domestic violence program's"
SHARED_NAME = "the name is also a domestic violence program's"
SHARED_PLACE = "the street or the point is also that of a place withheld"
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


@dataclass(frozen=True)
class KnownPrograms:
    """What is known of confidential programs, kept for comparison only and never shown."""

    phones: frozenset[str] = field(default=frozenset(), repr=False)
    names: frozenset[str] = field(default=frozenset(), repr=False)
    places: frozenset[tuple[str, str, str]] = field(default=frozenset(), repr=False)


@dataclass(frozen=True)
class Gate:
    """Says why a place must be withheld, or that it need not be."""

    words: ConfidentialWords
    known: KnownPrograms = KnownPrograms()

    @cached_property
    def _ordinary(self) -> re.Pattern[str] | None:
        # A phrase that is no more than a suspicious word would explain that word away wherever it stands.
        words = {_plain(word) for word in self.words.suspicious.all}
        phrases = [phrase for entry in self.words.ordinary if (phrase := _plain(entry.phrase)) not in words]
        return neutral_pattern(phrases) if phrases else None

    @cached_property
    def _suspicious(self) -> re.Pattern[str] | None:
        return neutral_pattern(self.words.suspicious.all) if self.words.suspicious.all else None

    def suspects(self, name: str) -> bool:
        """True where the name holds a suspicious word outside every ordinary phrase."""
        if self._suspicious is None:
            return False
        plain = _plain(name)
        rest = self._ordinary.sub(" | ", plain) if self._ordinary else plain
        return self._suspicious.search(rest) is not None

    def reason(self, row: Row, *, by_name: bool, blank_is_secret: bool) -> str | None:
        """Why the place is withheld, in a sentence that holds no value of the row; None where it is public.

        `row` has name, street, city, state and, where the table has them, phone, lat, lon and setting. `by_name`
        applies the word lists; `blank_is_secret` takes a blank street as the publisher's word.
        """
        if blank_is_secret and not row["street"]:
            return BLANK_STREET
        if _HIDDEN_SETTING.search(row.get("setting", "")):
            return BY_SETTING
        if by_name and self.suspects(row["name"]):
            return WORD_IN_NAME
        found = telephone(row.get("phone", ""))
        if found and found[0] in self.known.phones:
            return SHARED_PHONE
        if name_key(row["name"]) in self.known.names:
            return SHARED_NAME
        return SHARED_PLACE if self.known.places.intersection(_places(row)) else None


def _places(row: Row) -> Iterator[tuple[str, str, str]]:
    """The street with its town, and the point, in forms that can be compared."""
    if street := street_key(row["street"]):
        yield street, row["city"].casefold(), row["state"]
    if row.get("lat") and row.get("lon"):
        yield row["lat"], row["lon"], row["state"]


def _plain(text: str) -> str:
    """Small letters, one kind of apostrophe, commas and brackets away: how names and phrases are compared."""
    return re.sub(r"[\s,;:()\"|]+", " ", text.replace("’", "'")).strip().casefold()


def known_programs(
    words: ConfidentialWords, dv_programs: Rows, health_sites: Rows, records: Iterable[Record] = ()
) -> KnownPrograms:
    """What is known of confidential programs: hot lines, names, and places of suspected health center sites.

    `records` are those of the repository, of which domestic violence programs give their telephone numbers.

    A second row at the street of a withheld one would give the place away.
    """
    numbers = (telephone(row["hotline"]) for row in dv_programs if row["hotline"])
    own = (phone.number for record in records if record.type == "domestic_violence" for phone in record.phones or ())
    phones = frozenset(found[0] for found in numbers if found) | frozenset(own)
    names = frozenset(name_key(row["name"]) for row in dv_programs)
    first = Gate(words, KnownPrograms(phones, names))
    suspected = (row for row in health_sites if first.reason(row, by_name=True, blank_is_secret=True))
    return KnownPrograms(phones, names, frozenset(place for row in suspected for place in _places(row)))


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
