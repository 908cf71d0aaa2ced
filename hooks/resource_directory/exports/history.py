"""What changed in the entries, from the history of the records' files, for the feeds.

A feed is read for months after a change. So it may say less than the history holds: of an entry that is there today,
by its page's title; the new value of a fact, and only where the entry still says it today. Of a place only that it
changed; of an entry whose place is or was protected not even that, for it would tell where to look in an older copy,
and of its other facts only which. Of entries that went away their number is told.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from resource_directory.change_text import Line, plain
from resource_directory.commits import Commits, Step, Touched, stem
from resource_directory.describing.change import Change, Context, protects
from resource_directory.describing.facts import facts
from resource_directory.directory import Directory
from resource_directory.exports.feed import DAYS, MOST, Entry
from resource_directory.labels import label_of
from resource_directory.model import Record
from resource_directory.reading import read_bytes
from resource_directory.views import RecordView

#: Entries of which the facts are compared; of more only that they changed is told. A hundred take a fifth of a second.
COMPARED = 200
#: Facts of one entry that are named, and letters of one.
MOST_FACTS, LONGEST = 6, 120
NEW = "New entry."
RENAMED = "The page of this entry has a new address."
CHANGED = "Facts of this entry changed."


@dataclass(frozen=True)
class _Seen:
    """A file that a commit touched, of an entry that is there today."""

    step: Step
    touched: Touched
    record: Record
    renamed: bool


def history(commits: Commits, directory: Directory) -> Mapping[str, tuple[Entry, ...]] | None:
    """Changes by state (`co`, `us`), the newest first; None where the repository does not hold its history."""
    if not commits.has_history():
        return None
    return _History(commits, directory).entries()


@dataclass(frozen=True)
class _History:
    commits: Commits
    directory: Directory

    def entries(self) -> Mapping[str, tuple[Entry, ...]]:
        seen, found = self._seen()
        for one, words in zip(seen, self._told(seen), strict=True):
            if words:
                found[self.directory.folder(one.record)].append(self._entry(one, words))
        return {slug: tuple(sorted(group, key=_order)[:MOST]) for slug, group in found.items()}

    def _seen(self) -> tuple[list[_Seen], dict[str, list[Entry]]]:
        """The newest changes of each state; by state, how many entries went away with each commit."""
        seen: list[_Seen] = []
        number: dict[str, int] = defaultdict(int)
        gone: dict[str, list[Entry]] = defaultdict(list)
        for step in self.commits.steps(self.directory.today - timedelta(days=DAYS)):
            lost = {stem(touched.path): touched for touched in step.touched if not touched.after}
            for touched in step.touched:
                record = self._by_id.get(stem(touched.path))
                if record is None or not touched.after:
                    continue
                former = [old for old in record.former_ids or () if old in lost]
                for old in former:
                    del lost[old]
                slug = self.directory.folder(record)
                if number[slug] < MOST:
                    number[slug] += 1
                    seen.append(_Seen(step, touched, record, bool(former)))
            for slug, entry in self._gone(step, lost.values()):
                gone[slug].append(entry)
        return seen, gone

    def _gone(self, step: Step, lost: Collection[Touched]) -> Iterator[tuple[str, Entry]]:
        counts = Counter(touched.path.split("/")[2] for touched in lost)
        for slug, number in sorted(counts.items()):
            if slug in (*self.directory.states, "us"):
                words = "1 entry was taken out." if number == 1 else f"{number:,} entries were taken out."
                page = "" if slug == "us" else f"{slug}/"
                yield slug, Entry(f"{step.commit}/gone", "Entries taken out", page, (words,), step.time)

    @cached_property
    def _by_id(self) -> Mapping[str, Record]:
        """The entries of today by their ids and former ids."""
        former = {old: record for record in self.directory.in_order for old in record.former_ids or ()}
        return {**former, **self.directory.records}

    def _told(self, seen: Sequence[_Seen]) -> list[tuple[str, ...]]:
        """What is said of each; nothing of those of which nothing may be said."""
        changed = [index for index, one in enumerate(seen) if one.touched.before]
        wanted = sorted(changed, key=lambda index: (-seen[index].step.time.timestamp(), seen[index].touched.path))
        compared = frozenset(wanted[:COMPARED])
        touched = [seen[index].touched for index in compared]
        blobs = self.commits.contents(blob for file in touched for blob in (file.before, file.after))
        return [self._words(one, blobs if index in compared else {}) for index, one in enumerate(seen)]

    def _words(self, one: _Seen, blobs: Mapping[str, bytes]) -> tuple[str, ...]:
        if not one.touched.before:
            return (RENAMED,) if one.renamed else (NEW,)
        before, after = (self._record(one.touched.path, blobs.get(b)) for b in (one.touched.before, one.touched.after))
        if before is None or after is None or before.type != after.type:
            return () if protects(one.record) else (CHANGED,)
        return tuple(dict.fromkeys(self._facts(Change(one.touched.path, before, after), one.record)))

    def _record(self, path: str, content: bytes | None) -> Record | None:
        if content is None:
            return None
        return read_bytes(content, path, self.directory.vocabulary, self.directory.today).record

    def _facts(self, change: Change, today: Record) -> Iterator[str]:
        """`Telephone: 303-555-0100.`, or only `Telephone changed.`"""
        before, after = change.before, change.after
        assert before is not None and after is not None
        hidden = any(protects(record) for record in (before, after, today))
        for name in type(after).model_fields:
            was, now = getattr(before, name), getattr(after, name)
            if was == now or name == "editor_note" or (hidden and name == "location"):
                continue
            holds = not hidden and name != "location" and getattr(today, name, None) == now
            alone = Change(change.path, after.model_copy(update={name: was}), after)
            lines = facts(alone, self._context) if holds else [Line(label_of(type(after), name))]
            yield from (self._neutral(_sentence(line)) for line in lines)

    def _neutral(self, sentence: str) -> str:
        """Feeds are listed in programs that others may see: no word of them gives a reader away."""
        return CHANGED if self.directory.neutral_pattern.search(sentence) else sentence

    @cached_property
    def _context(self) -> Context:
        directory = self.directory
        names = {record.id: record.name for record in directory.in_order}
        regions = {number: tuple(c.fips for c in region.counties) for number, region in directory.regions.items()}
        return Context(directory.vocabulary, directory.places, names, regions)

    def _entry(self, one: _Seen, words: tuple[str, ...]) -> Entry:
        view = RecordView(one.record, self.directory)
        if len(words) > MOST_FACTS:
            words = (*words[:MOST_FACTS], "And more.")
        return Entry(f"{one.step.commit}/{one.record.id}", view.neutral_title, view.url, words, one.step.time)


def _sentence(line: Line) -> str:
    """A fact as it is now; what is there no longer is not repeated."""
    if not line.after:
        return f"{line.what} changed."
    value = plain(line.after, LONGEST).rstrip(".")
    return f"{line.what}: {value}." if line.before else f"{line.what}, new: {value}."


def _order(entry: Entry) -> tuple[float, str]:
    return -entry.updated.timestamp(), entry.key
