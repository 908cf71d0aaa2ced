"""Changes of a state's entries as an Atom feed (RFC 4287): what a partner's program asks for from time to time.

A title is neutral, as that of a page. Of a change only what still holds is told, and of a place nothing: see `history`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from urllib.parse import urlsplit
from xml.sax.saxutils import escape, quoteattr

from resource_directory.directory import Directory
from resource_directory.exports.facts import address
from resource_directory.model import Record
from resource_directory.views import RecordView
from resource_directory.words import day_words

#: Entries of one feed, and how many days they may be old.
MOST, DAYS = 50, 90
NAMESPACE = "http://www.w3.org/2005/Atom"
#: The year from which feeds are named (RFC 4151 asks for a day on which the name was ours).
_SINCE = "2026"
_OF_HISTORY = "What changed in the entries, the newest first. Each page says what holds now."
_OF_RECORDS = (
    "What the entries say of themselves: when each was confirmed, or its facts were taken. This copy was made without "
    "the history of changes."
)


@dataclass(frozen=True)
class Entry:
    """A change. `key` tells it from all others for ever; `page` is an address of the site (`resources/x/`)."""

    key: str
    title: str
    page: str
    words: tuple[str, ...]
    updated: datetime


def feeds(directory: Directory, history: Mapping[str, Iterable[Entry]] | None) -> Iterator[tuple[str, str]]:
    """(state or `us`, text) of every feed. `history` holds the changes by state; None where there is no history."""
    for slug in ("us", *directory.states):
        entries = entries_of_records(directory, slug) if history is None else history.get(slug, ())
        yield slug, feed(directory, slug, entries, of_history=history is not None)


def feed(directory: Directory, slug: str, entries: Iterable[Entry], *, of_history: bool) -> str:
    """The feed of a state (`co`), or of entries for the whole country (`us`)."""
    own = f"data/v1/{slug}/changes.atom"
    state = directory.places.states.get(slug.upper())
    place = state.name if slug in directory.states and state else "United States"
    found = list(entries)[:MOST]
    updated = max((entry.updated for entry in found), default=_noon(directory.today))
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="{NAMESPACE}" xml:lang="en">',
        f"<id>{_tag(directory, _SINCE, f'changes/{slug}')}</id>",
        f"<title>{escape(f'{directory.settings.name}: changes, {place}')}</title>",
        f"<subtitle>{escape(_OF_HISTORY if of_history else _OF_RECORDS)}</subtitle>",
        f"<updated>{_stamp(updated)}</updated>",
        f"<author><name>{escape(directory.settings.name)}</name></author>",
        f'<link rel="self" type="application/atom+xml" href={quoteattr(address(directory, own))}/>',
        f'<link rel="alternate" type="text/html" href={quoteattr(_page(directory, own, _home(directory, slug)))}/>',
        *(line for entry in found for line in _entry(directory, own, entry)),
        "</feed>",
    ]
    return "\n".join(lines) + "\n"


def _home(directory: Directory, slug: str) -> str:
    return f"{slug}/" if slug in directory.states else ""


def _entry(directory: Directory, own: str, entry: Entry) -> Iterator[str]:
    yield "<entry>"
    yield f"<id>{_tag(directory, entry.updated.date().isoformat(), entry.key)}</id>"
    yield f"<title>{escape(entry.title)}</title>"
    yield f"<updated>{_stamp(entry.updated)}</updated>"
    yield f'<link rel="alternate" type="text/html" href={quoteattr(_page(directory, own, entry.page))}/>'
    yield f"<summary>{escape(' '.join(entry.words))}</summary>"
    yield "</entry>"


def _page(directory: Directory, own: str, path: str) -> str:
    """A page's whole address, or the way there from the feed where the site's address is not known."""
    return address(directory, path) if directory.settings.site_url else "../" * own.count("/") + path


def _tag(directory: Directory, day: str, key: str) -> str:
    """A name that never changes (RFC 4151), of the site's host."""
    host = urlsplit(directory.settings.site_url).hostname or "localhost"
    return f"tag:{host},{day}:{key}"


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def entries_of_records(directory: Directory, slug: str) -> tuple[Entry, ...]:
    """Where there is no history: when each was last confirmed, or its facts were taken, the newest first."""
    entries = (_of_record(directory, record) for record in directory.by_folder.get(slug, ()))
    return tuple(sorted(entries, key=lambda entry: (-entry.updated.timestamp(), entry.key))[:MOST])


def _of_record(directory: Directory, record: Record) -> Entry:
    view = RecordView(record, directory)
    if record.verified:
        day, word = record.verified.date, "confirmed"
        words = f"Confirmed by the organization on {day_words(day)}."
    else:
        day, word = record.source.retrieved, "taken"
        words = f"Facts taken from {record.source.publisher} on {day_words(day)}."
    return Entry(f"{word}/{record.id}", view.neutral_title, view.url, (words,), _noon(day))
