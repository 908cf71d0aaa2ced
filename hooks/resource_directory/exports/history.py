"""What changed in the entries, from the history of the records' files, for the feeds.

A feed is read for months after a change. So it may say less than the history holds: of an entry that is there today,
by its page's title; the new value of a fact, and only where the entry still says it today. Of a place only that it
changed. Of entries that went away their number is told.

Whatever is told of a moment tells where to look in an older copy. So of an entry whose place was protected all the time
only that it is new is told; of one that became protected, or was for a time, nothing; and it counts nowhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from hashlib import blake2b

from resource_directory.change_text import Line, plain
from resource_directory.commits import Commits, Step, Touched, stem
from resource_directory.describing.change import PROTECTED_TYPE, Change, Context, protects
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
#: Stands in the file of every record whose place is withheld, and hardly in another.
_WITHHELD = b"withheld"
#: Of the versions of an entry, which are protected: none, all, or some.
_Protection = Mapping[str, frozenset[bool]]


@dataclass(frozen=True)
class _Seen:
    """A file that a commit touched, of an entry that is there today."""

    step: Step
    touched: Touched
    record: Record
    renamed: bool

    @property
    def is_new(self) -> bool:
        return not self.touched.before and not self.renamed


@dataclass(frozen=True)
class _Gone:
    """Files of a state that a commit took away for good, and those that it added."""

    step: Step
    slug: str
    lost: tuple[str, ...]
    came: tuple[str, ...]


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
        steps = tuple(self.commits.steps(self.directory.today - timedelta(days=DAYS)))
        seen, gone = self._seen(steps)
        paths = [*(one.touched.path for one in seen), *(path for one in gone for path in (*one.lost, *one.came))]
        protection = self._protection(steps, frozenset(map(self._key, paths)))
        found: dict[str, list[Entry]] = defaultdict(list)
        for one, words in zip(seen, self._told(seen, protection), strict=True):
            if words:
                found[self.directory.folder(one.record)].append(self._entry(one, words))
        for group in gone:
            if entry := self._counted(group, protection):
                found[group.slug].append(entry)
        return {slug: tuple(sorted(group, key=_order)[:MOST]) for slug, group in found.items()}

    def _seen(self, steps: Iterable[Step]) -> tuple[list[_Seen], list[_Gone]]:
        """The newest changes of each state, and what went away with each commit."""
        seen: list[_Seen] = []
        number: dict[str, int] = defaultdict(int)
        gone: list[_Gone] = []
        for step in steps:
            lost = {stem(touched.path): touched for touched in step.touched if not touched.after}
            for touched in step.touched:
                record = self._by_id.get(stem(touched.path))
                if record is None or not touched.after:
                    continue
                former = [old for old in record.former_ids or () if lost.pop(old, None)]
                # A file in another folder is no other entry.
                moved = lost.pop(stem(touched.path), None)
                one = _Seen(step, replace(touched, before=moved.before) if moved else touched, record, bool(former))
                slug = self.directory.folder(record)
                if number[slug] < MOST and (one.is_new or not protects(record)):
                    number[slug] += 1
                    seen.append(one)
            gone += self._gone(step, [touched.path for touched in lost.values()])
        return seen, gone

    def _gone(self, step: Step, lost: Sequence[str]) -> Iterator[_Gone]:
        came = [touched.path for touched in step.touched if not touched.before]
        for slug in sorted({_folder(path) for path in lost} & {*self.directory.states, "us"}):
            yield _Gone(step, slug, *(tuple(path for path in paths if _folder(path) == slug) for paths in (lost, came)))

    def _protection(self, steps: Iterable[Step], keys: frozenset[str]) -> _Protection:
        """Of entries, by `_key`: whether what the commits hold of them is protected, and what they say today."""
        versions = {
            (key, touched.path, blob)
            for step in steps
            for touched in step.touched
            if (key := self._key(touched.path)) in keys
            for blob in (touched.before, touched.after)
            if blob
        }
        blobs = self.commits.contents(sorted({blob for _, _, blob in versions}))
        found: dict[str, set[bool]] = defaultdict(set)
        for key, path, blob in versions:
            found[key].add(_is_protected(path, blobs.get(blob)))
        for key in keys & self.directory.records.keys():
            found[key].add(protects(self.directory.records[key]))
        return {key: frozenset(kinds) for key, kinds in found.items()}

    def _counted(self, gone: _Gone, protection: _Protection) -> Entry | None:
        """How many went away; protected ones do not count.

        Nor does any where a protected one came with the commit: it may be the same entry with another name.
        """
        if any(True in protection[self._key(path)] for path in gone.came):
            return None
        number = sum(True not in protection[self._key(path)] for path in gone.lost)
        if not number:
            return None
        words = "1 entry was taken out." if number == 1 else f"{number:,} entries were taken out."
        page = "" if gone.slug == "us" else f"{gone.slug}/"
        return Entry(_name(gone.step, f"gone/{gone.slug}"), "Entries taken out", page, (words,), gone.step.time)

    def _key(self, path: str) -> str:
        """What an entry is known by under all its names: its id of today, or the one that it had."""
        record = self._by_id.get(stem(path))
        return record.id if record else stem(path)

    @cached_property
    def _by_id(self) -> Mapping[str, Record]:
        """The entries of today by their ids and former ids."""
        former = {old: record for record in self.directory.in_order for old in record.former_ids or ()}
        return {**former, **self.directory.records}

    def _told(self, seen: Sequence[_Seen], protection: _Protection) -> list[tuple[str, ...]]:
        """What is said of each; nothing of those of which nothing may be said."""
        kinds = [protection[one.record.id] for one in seen]
        changed = [index for index, one in enumerate(seen) if one.touched.before and True not in kinds[index]]
        wanted = sorted(changed, key=lambda index: (-seen[index].step.time.timestamp(), seen[index].touched.path))
        compared = frozenset(wanted[:COMPARED])
        touched = [seen[index].touched for index in compared]
        blobs = self.commits.contents(blob for file in touched for blob in (file.before, file.after))
        return [
            self._words(one, blobs if index in compared else {})
            if True not in kinds[index]
            else _of_protected(one, kinds[index])
            for index, one in enumerate(seen)
        ]

    def _words(self, one: _Seen, blobs: Mapping[str, bytes]) -> tuple[str, ...]:
        if one.renamed:
            return (RENAMED,)
        if one.is_new:
            return (NEW,)
        before, after = (self._record(one.touched.path, blobs.get(b)) for b in (one.touched.before, one.touched.after))
        if before is None or after is None or before.type != after.type:
            return (CHANGED,)
        if protects(before) or protects(after):
            return ()
        return tuple(dict.fromkeys(self._facts(Change(one.touched.path, before, after), one.record)))

    def _record(self, path: str, content: bytes | None) -> Record | None:
        if content is None:
            return None
        return read_bytes(content, path, self.directory.vocabulary, self.directory.today).record

    def _facts(self, change: Change, today: Record) -> Iterator[str]:
        """`Telephone: 303-555-0100.`, or only `Telephone changed.`"""
        before, after = change.before, change.after
        assert before is not None and after is not None
        for name in type(after).model_fields:
            was, now = getattr(before, name), getattr(after, name)
            # A place that was taken out is in an older copy still.
            if was == now or name == "editor_note" or (name == "location" and today.location is None):
                continue
            holds = name != "location" and getattr(today, name, None) == now
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
        return Entry(_name(one.step, stem(one.touched.path)), view.neutral_title, view.url, words, one.step.time)


def _folder(path: str) -> str:
    """`co` for data/resources/co/health_center/example-clinic.yml."""
    return path.split("/")[2]


def _is_protected(path: str, content: bytes | None) -> bool:
    """Whether a version may be one of a protected place; what cannot be read may be."""
    return content is None or _WITHHELD in content or f"/{PROTECTED_TYPE}/" in path


def _of_protected(one: _Seen, kinds: frozenset[bool]) -> tuple[str, ...]:
    """What may be said where the place is, was or became protected."""
    return (NEW,) if one.is_new and False not in kinds else ()


def _name(step: Step, what: str) -> str:
    """A name that is the same for ever, and does not say in which commit to look."""
    return blake2b(f"{step.commit}/{what}".encode(), digest_size=16).hexdigest()


def _sentence(line: Line) -> str:
    """A fact as it is now; what is there no longer is not repeated."""
    if not line.after:
        return f"{line.what} changed."
    value = plain(line.after, LONGEST).rstrip(".")
    return f"{line.what}: {value}." if line.before else f"{line.what}, new: {value}."


def _order(entry: Entry) -> tuple[float, str]:
    return -entry.updated.timestamp(), entry.key
