"""How old an entry's word is: confirmed, imported and not confirmed, or overdue.

A kind of record has a limit in days (`confirm_within_days` in data/vocab/types.yml). The day of the limit itself still
counts as within it. docs/decisions/0021-how-old-is-too-old.md says why each limit is what it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from resource_directory.model import Record
from resource_directory.vocabulary import Vocabulary

CONFIRMED, OVERDUE, IMPORTED = "confirmed", "overdue", "imported"
#: In the order in which they are told.
STANDINGS = (CONFIRMED, OVERDUE, IMPORTED)


class Freshness(NamedTuple):
    """How an entry stands on a day.

    `standing` is one of STANDINGS. `since` is the day of the organization's word; where there is none, the day the
    facts were taken. `days` have gone by since (0 for a day to come), `limit` days may.
    """

    standing: str
    since: date
    days: int
    limit: int

    @property
    def past(self) -> bool:
        """Whether more days have gone by than may. What was never confirmed can be past its limit, too: then the list
        that it was taken from is old."""
        return self.days > self.limit


def freshness_of(record: Record, vocabulary: Vocabulary, day: date) -> Freshness:
    """How a record stands on a day."""
    limit = vocabulary.types[record.type].confirm_within_days
    since = record.verified.date if record.verified else record.source.retrieved
    days = max(0, (day - since).days)
    if record.verified is None:
        return Freshness(IMPORTED, since, days, limit)
    return Freshness(OVERDUE if days > limit else CONFIRMED, since, days, limit)


@dataclass(frozen=True)
class Standing:
    """How many entries stand how: confirmed within their limit, overdue, never confirmed; `old` of the last rest on
    lists that were taken longer ago than the limit."""

    confirmed: int = 0
    overdue: int = 0
    imported: int = 0
    old: int = 0

    @property
    def recent(self) -> int:
        """Never confirmed, and taken from lists within the limit."""
        return self.imported - self.old

    @property
    def total(self) -> int:
        """All of them."""
        return self.confirmed + self.overdue + self.imported

    def __add__(self, other: Standing) -> Standing:
        return Standing(
            self.confirmed + other.confirmed,
            self.overdue + other.overdue,
            self.imported + other.imported,
            self.old + other.old,
        )


def counted(found: Iterable[Freshness]) -> Standing:
    """How many stand how."""
    numbers = Counter((standing, days > limit) for standing, _, days, limit in found)
    return Standing(
        confirmed=numbers[CONFIRMED, False],
        overdue=numbers[OVERDUE, True],
        imported=numbers[IMPORTED, False] + numbers[IMPORTED, True],
        old=numbers[IMPORTED, True],
    )
