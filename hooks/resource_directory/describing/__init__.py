"""Says in plain words what changes between two commits: for whoever must decide whether it may be published.

A description is public. No place is repeated in it that is withheld, that is or was a domestic violence program's, or
that a record which goes away had; and no text of such a record that may tell where it is.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from resource_directory.change_text import MOST_ENTRIES, MOST_LINES, Description, Entry, Line, plain
from resource_directory.commits import Blob, ChangedFile, Commits, stem
from resource_directory.describing.change import NOT_REPEATED, PROTECTED_TYPE, Change, Context
from resource_directory.describing.facts import facts
from resource_directory.describing.page import counties_named, page
from resource_directory.describing.warnings import machinery, numbers_of, warnings
from resource_directory.model import ContinuumOfCare, Record
from resource_directory.places import Places
from resource_directory.reading import read_bytes
from resource_directory.secrecy import telling_address
from resource_directory.vocabulary import Vocabulary

#: Above so many new numbers, other entries are not searched for them.
MOST_NUMBERS = 300
#: Files that are no records, and files that cannot be read, that are named.
MOST_FILES = 30
#: Entries that are looked into for a number.
MOST_SHARING = 500


@dataclass(frozen=True)
class Setting:
    """By what records are read."""

    vocabulary: Vocabulary
    places: Places
    today: date


def describe(commits: Commits, base: str, head: str, setting: Setting) -> Description:
    """What changes from one commit to the other. Raises ValueError, CalledProcessError."""
    base, head = commits.commit(base), commits.commit(head)
    files, others = commits.changed(base, head)
    changes, unread = _read(files, setting)
    paired = sorted(_renamed(changes), key=lambda change: change.path)
    context = _context(commits, base, head, paired, setting)
    entries = [_unread_entry(file, setting) for file in unread[:MOST_FILES]]
    entries += [_entry(change, context) for change in _spoken_of(paired, context, MOST_ENTRIES - len(entries))]
    counts = Counter(change.kind for change in paired)
    counts["unreadable"] = len(unread)
    told = tuple(Line(words, "", f"{counts[kind]:,}") for kind, words in _COUNTED if counts[kind])
    numbers = {number for change in paired for number in _new_numbers(change)}
    missed = ("Too many new numbers: other entries were not searched for them.",) if len(numbers) > MOST_NUMBERS else ()
    return Description(
        base,
        head,
        tuple(entries),
        told,
        (*_of_many(paired, setting), *machinery(others), *missed),
        tuple(plain(path) for path in others[:MOST_FILES]),
        max(0, len(paired) + len(unread) - len(entries)),
        max(0, len(others) - MOST_FILES),
    )


def _spoken_of(changes: list[Change], context: Context, most: int) -> list[Change]:
    """The changes that are spoken of one by one, in order of path: where there are too many, those to look at twice."""
    if len(changes) <= most:
        return changes
    urgent = [change for change in changes if next(warnings(change, context), None)]
    chosen = set(list(dict.fromkeys(change.path for change in (*urgent, *changes)))[:most])
    return [change for change in changes if change.path in chosen]


_COUNTED = (
    ("changed", "Entries that change"),
    ("added", "New entries"),
    ("renamed", "Entries with another address"),
    ("removed", "Entries that go"),
    ("unreadable", "Files that cannot be read"),
)


def _of_many(changes: Collection[Change], setting: Setting) -> Iterator[str]:
    """What is worth a word of the whole: many entries that go, protected programs among those that are left out."""
    protected = sum(change.record.type == PROTECTED_TYPE for change in changes)
    if protected:
        label = "program is" if protected == 1 else "programs are"
        yield f"{protected:,} domestic violence {label} touched."
    confirmed = sum(
        bool(c.after and c.after.verified and c.after.verified != (c.before and c.before.verified)) for c in changes
    )
    if confirmed > 1:
        yield f"{confirmed:,} entries are marked as confirmed."


def _read(files: Iterable[ChangedFile], setting: Setting) -> tuple[list[Change], list[ChangedFile]]:
    """Changes of records that can be read, and the files that cannot be."""
    changes, unread = [], []
    for file in files:
        before, after = (_record(file.path, side, setting) for side in (file.before, file.after))
        if (file.before and before is None) or (file.after and after is None):
            unread.append(file)
        else:
            changes.append(Change(file.path, before, after))
    return changes, unread


def _record(path: str, side: Blob | None, setting: Setting) -> Record | None:
    if side is None or side.content is None:
        return None
    return read_bytes(side.content, path, setting.vocabulary, setting.today).record


def _renamed(changes: Sequence[Change]) -> Iterator[Change]:
    """The changes, with entries that go and come as one where they are the same organization."""
    gone: dict[tuple[str, ...], list[Change]] = defaultdict(list)
    for change in changes:
        if change.before is not None and change.after is None:
            for mark in _marks(change.path, change.before, change.before.id):
                gone[mark].append(change)
    used = set[str]()
    for change in changes:
        if change.after is None:
            continue
        marks = (
            mark
            for old in (change.after.id, *(change.after.former_ids or ()))
            for mark in _marks(change.path, change.after, old)
        )
        candidates = (one for mark in marks for one in gone.get(mark, ())) if change.before is None else iter(())
        found = next((one for one in candidates if one.path not in used), None)
        if found is not None:
            used.add(found.path)
        yield Change(change.path, found.before, change.after) if found is not None else change
    yield from (change for change in changes if change.after is None and change.path not in used)


def _marks(path: str, record: Record, name: str) -> Iterator[tuple[str, ...]]:
    """By what an organization is known again: an id, a number in a register, its name in a state; the surest first."""
    yield ("id", name)
    yield from (("number", record.type, entry.registry, entry.id) for entry in record.registry_ids or ())
    yield ("name", record.type, path.split("/")[2], record.name.casefold())


def _entry(change: Change, context: Context) -> Entry:
    lines = tuple(facts(change, context)) if change.kind in {"changed", "renamed"} else ()
    record = change.record
    name = record.name if change.is_safe(record.name) else NOT_REPEATED
    return Entry(
        change.kind,
        _safe_path(change),
        name,
        context.vocabulary.types[record.type].label,
        _state_words(change.path, context.places),
        lines[:MOST_LINES],
        counties_named(change, context),
        page(change, context),
        tuple(warnings(change, context)),
        max(0, len(lines) - MOST_LINES),
    )


def _safe_path(change: Change) -> str:
    if change.is_protected and telling_address(stem(change.path)):
        return f"{change.path.rpartition('/')[0]}/{NOT_REPEATED}"
    return change.path


def _unread_entry(file: ChangedFile, setting: Setting) -> Entry:
    """A file of which nothing is repeated: it may hold anything."""
    sides = [side for side in (file.after, file.before) if side]
    reason = next((side.refused for side in sides if side.refused), "It does not have the form of a record.")
    known = re.fullmatch(r"data/resources/[a-z]{2}/([a-z_]{1,40})/[a-z0-9-]{1,100}\.yml", file.path)
    label = (
        setting.vocabulary.types[known[1]].label if known and known[1] in setting.vocabulary.types else "Unknown kind"
    )
    told = f"{reason} Nothing of it is repeated here. The check says what is wrong."
    safe = file.path if known and not telling_address(stem(file.path)) else "a file under data/resources"
    return Entry("unreadable", safe, stem(safe), label, _state_words(file.path, setting.places), warnings=(told,))


def _state_words(path: str, places: Places) -> str:
    code = path.split("/")[2] if path.count("/") > 2 else ""
    if code == "us":
        return "the whole country"
    state = places.states.get(code.upper())
    return state.name if state else "no state"


def _new_numbers(change: Change) -> frozenset[str]:
    return numbers_of(change.after) - numbers_of(change.before)


def _context(commits: Commits, base: str, head: str, changes: Sequence[Change], setting: Setting) -> Context:
    records = [record for change in changes for record in (change.before, change.after) if record]
    paths = {stem(path): path for path in (*commits.paths(base), *commits.paths(head))}
    named = {target for record in records for target in _references(record) if target in paths}
    shown = commits.read(head, [paths[target] for target in named])
    names = {stem(path): found.name for path, content in shown.items() if (found := _of(path, content, setting))}
    regions: dict[str, tuple[str, ...]] = {}
    if any(record.service_area and record.service_area.regions for record in records):
        own = [path for path in paths.values() if "/continuum_of_care/" in path]
        for path, content in commits.read(head, own).items():
            found = _of(path, content, setting)
            if isinstance(found, ContinuumOfCare) and found.registry("hud_coc"):
                regions[found.coc_number] = tuple(share.fips for share in found.counties)
    return Context(setting.vocabulary, setting.places, names, regions, _sharing(commits, head, changes, setting))


def _sharing(
    commits: Commits, head: str, changes: Sequence[Change], setting: Setting
) -> Mapping[str, tuple[Record, ...]]:
    """Records of the newer commit by those of their numbers that the change brings."""
    numbers = sorted({number for change in changes for number in _new_numbers(change)})
    if len(numbers) > MOST_NUMBERS:
        return {}
    found: dict[str, list[Record]] = defaultdict(list)
    for path, content in commits.read(head, commits.holding(head, numbers)[:MOST_SHARING]).items():
        record = _of(path, content, setting)
        for number in numbers_of(record).intersection(numbers) if record else ():
            found[number].append(record)  # type: ignore[arg-type]
    return {number: tuple(sorted(group, key=lambda one: one.id)) for number, group in found.items()}


def _of(path: str, content: bytes, setting: Setting) -> Record | None:
    return read_bytes(content, path, setting.vocabulary, setting.today).record


def _references(record: Record) -> Iterator[str]:
    named = (record.organization, getattr(record, "coalition", None), record.referral and record.referral.instead)
    yield from filter(None, named)
