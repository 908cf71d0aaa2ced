"""Which pages an edit of records changes, so that only they are made again.

A page changes where a record that it shows changes. It also changes where a record comes, goes or moves that it lists,
counts, or names as the nearest: what a record says about that is its Placing. Where it cannot be told, all pages do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from resource_directory.directory import Directory
from resource_directory.gaps import Gaps, StateGaps
from resource_directory.pages.languages import Translated, split_address
from resource_directory.pages.upkeep_pages import UPKEEP
from resource_directory.placing import NearestOf, Placing, counties_of, states_of, states_touched, with_those_who_name


@dataclass(frozen=True)
class Known:
    """What the last build knew of its records and pages. Pages by address."""

    digests: Mapping[str, bytes] = field(default_factory=dict)
    placings: Mapping[str, Placing] = field(default_factory=dict)
    shown: Mapping[str, frozenset[str]] = field(default_factory=dict)
    near: Mapping[str, tuple[NearestOf, ...]] = field(default_factory=dict)
    gaps: Mapping[str, StateGaps] = field(default_factory=dict)


@dataclass(frozen=True)
class Changes:
    """Addresses of the pages that change, and the states whose maps and search data do."""

    pages: frozenset[str]
    states: frozenset[str]
    records: frozenset[str]
    #: The ids, those of today and former ones, of the records and of all who show something of theirs.
    named: frozenset[str]
    #: True where a record came, went or moved.
    placed: bool
    #: The states whose gaps change, and the gaps of all.
    gap_states: frozenset[str]
    gaps: Gaps


def changes(directory: Directory, new: Mapping[str, Placing], known: Known) -> Changes | None:
    """What an edit changes; None where that is everything."""
    edited = {key for key, told in directory.digests.items() if known.digests.get(key) != told}
    edited |= known.digests.keys() - directory.digests.keys()
    moved = {key for key in edited if known.placings.get(key) != new.get(key)}
    placed = [p for key in moved for p in (known.placings.get(key), new.get(key)) if p is not None]
    if any(placing.nationwide or placing.region for placing in placed):
        return None
    pages = {address for address, shown in known.shown.items() if not shown.isdisjoint(edited)} if edited else set()
    # It counts all entries, and the day on which each was confirmed.
    pages |= {UPKEEP} if edited else set()
    for key in moved:
        pages.add(f"resources/{key}/")
    for placing in placed:
        pages.update(_lists(directory, placing))
        pages.update(_as_nearest(placing, known.near))
        pages.update(_showing(placing.named, known.shown))
    # Some show numbers of those that they name: of a parent, of one to try instead, or of that one's parent.
    linked = with_those_who_name(edited, (known.placings, new))
    kept = [p for key in linked for p in (known.placings.get(key), new.get(key)) if p is not None]
    states = frozenset(state for placing in kept for state in states_touched(directory, placing))
    gaps, gap_states = _gaps(directory, [(known.placings.get(key), new.get(key)) for key in moved], known.gaps)
    pages.update(_gap_pages(directory, gaps, gap_states, known.gaps))
    pages |= set(_in_all_languages(directory, pages))
    former = (old for placing in kept for old in placing.former_ids)
    named = frozenset((*linked, *former))
    return Changes(frozenset(pages), states | gap_states, frozenset(edited), named, bool(moved), gap_states, gaps)


def _gaps(
    directory: Directory, moved: Iterable[tuple[Placing | None, Placing | None]], known: Mapping[str, StateGaps]
) -> tuple[Gaps, frozenset[str]]:
    """Today's gaps, and the states in which they are not what they were. Only states that may differ are worked out."""
    before = Gaps(directory, known)
    touched: set[str] = set()
    measured: set[str] = set()
    for pair in moved:
        places = [placing for placing in pair if placing is not None]
        touched.update(state for placing in places for state in states_touched(directory, placing))
        if len({placing and (placing.middle, placing.services) for placing in pair}) > 1:
            measured.update(_measured_from(before, places))
    again = {}
    for slug in sorted((touched | measured).intersection(known)):
        tenths = None if slug in measured else known[slug].tenths
        again[slug] = before.worked_out(slug, tenths)
    changed = frozenset(slug for slug, state in again.items() if state != known[slug])
    return Gaps(directory, {**known, **again}), changed


def _measured_from(before: Gaps, places: Iterable[Placing]) -> Iterator[str]:
    """The states in which a record so placed is, or was, perhaps the nearest that meets a need."""
    for placing in places:
        if placing.middle is not None:
            yield from before.reached_from(placing.middle, before.met_by(placing.services))


def _gap_pages(
    directory: Directory, gaps: Gaps, changed: Iterable[str], known: Mapping[str, StateGaps]
) -> Iterator[str]:
    """Addresses of the pages that say what is missing."""
    for slug in changed:
        yield "gaps/"
        yield f"gaps/{slug}/"
        now, before = gaps.of_state(slug), known[slug]
        for row, fips in enumerate(now.counties):
            if any(table[row] != old[row] for table, old in zip(now[1:], before[1:], strict=True)):
                yield directory.places.counties[fips].url


def _in_all_languages(directory: Directory, pages: Iterable[str]) -> Iterator[str]:
    """Addresses of the same pages in other languages. Those of pages that are in English only lead nowhere."""
    translated = Translated(frozenset(directory.states))
    prefixes = [messages.prefix for messages in directory.languages]
    if prefixes:
        english = [address for address in pages if not split_address(address, prefixes)[0] and translated(address)]
        yield from (prefix + address for prefix in prefixes for address in english)


def _lists(directory: Directory, placing: Placing) -> Iterator[str]:
    """Addresses of the pages that list or count a record so placed."""
    vocabulary, places = directory.vocabulary, directory.places
    slugs = [f"types/{vocabulary.types[placing.type].slug}/"]
    slugs += [f"needs/{need.slug}/" for code in placing.services for need in vocabulary.needs_of_service[code]]
    slugs += [f"needs/{need.slug}/" for need in vocabulary.needs.values() if placing.type in need.may_know]
    yield from slugs
    for state in states_of(directory, placing):
        yield f"{state}/"
        yield from (f"{slug}{state}/" for slug in slugs)
    for fips in counties_of(directory, placing):
        if fips in places.counties:
            yield places.counties[fips].url
        for region, _ in directory.regions_of_county.get(fips, ()):
            yield f"regions/{region.coc_number.lower()}/"
    for state in placing.states:
        for kept in directory.regions_kept.get(state, ()):
            yield f"regions/{kept.coc_number.lower()}/"
    yield from (f"resources/{name}/" for name in placing.named)


def _as_nearest(placing: Placing, near: Mapping[str, tuple[NearestOf, ...]]) -> Iterator[str]:
    """Addresses of the pages that name the nearest of its type, and would have looked as far as its point."""
    yield from (address for address, entries in near.items() if any(entry.may_be(placing) for entry in entries))


def _showing(named: Iterable[str], shown: Mapping[str, frozenset[str]]) -> Iterator[str]:
    names = frozenset(named)
    if names:
        yield from (address for address, ids in shown.items() if not ids.isdisjoint(names))
