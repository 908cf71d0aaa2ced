"""Who published the facts of records, and when they were taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from resource_directory.model import Record


@dataclass(frozen=True)
class Published:
    """How many records rest on a publisher, how many of them are confirmed, and between which days facts were taken.

    `url` is the page that most of the records name; empty where none does.
    """

    publisher: str
    url: str
    number: int
    confirmed: int
    first: date
    last: date


def published(records: Iterable[Record]) -> Iterator[Published]:
    """The publishers of records: those of most records first, then by name."""
    groups: dict[str, list[Record]] = {}
    for record in records:
        groups.setdefault(record.source.publisher, []).append(record)
    for publisher, group in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        days = [record.source.retrieved for record in group]
        urls = Counter(record.source.url for record in group if record.source.url)
        url = urls.most_common(1)[0][0] if urls else ""
        confirmed = sum(record.verified is not None for record in group)
        yield Published(publisher, url or "", len(group), confirmed, min(days), max(days))
