"""What changed between an earlier file of gaps and today's Directory, as an agenda for a meeting."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from resource_directory.gap_files import GapRow
from resource_directory.gaps import NONE_KNOWN, NOT_ASKED, SERVED, Gap, Gaps
from resource_directory.places import County, State
from resource_directory.vocabulary import Need
from resource_directory.words import count_words, list_words, miles_words

#: Nearer or farther by no more than this is not worth a meeting's time, in miles.
FAR = 10.0
WORDS: Mapping[str, str] = {SERVED: "served", NONE_KNOWN: "none known", NOT_ASKED: "not asked"}


@dataclass(frozen=True)
class Item:
    """A county and a need of which something changed."""

    state: State
    need: Need
    county: County
    kind: str
    words: str


@dataclass(frozen=True)
class Comparison:
    """All that changed, and what could not be compared."""

    items: tuple[Item, ...]
    compared: int
    #: Rows of the earlier file for counties or needs that the directory no longer has, or states it does not show.
    only_before: int
    #: Counties and needs of the states compared of which the earlier file says nothing.
    only_now: int
    since: tuple[str, ...]
    states: tuple[State, ...]


#: In the order of the agenda: code, heading, the words of a count.
KINDS: Mapping[str, str] = {
    "served": "Newly served",
    "lost": "No longer served",
    "missing": "Newly known to be missing",
    "open": "No longer known to be missing: ask",
    "nearer": "The nearest place is nearer",
    "farther": "The nearest place is farther",
}


def compare(gaps: Gaps, before: Mapping[tuple[str, str], GapRow], state: str = "") -> Comparison:
    """What changed since an earlier file (`read_gap_table`), in the states that it names; only in `state` (`co`),
    where one is given. Ordered by state, need and county."""
    places = gaps.directory.places
    told = {row.state.lower() for row in before.values()}
    wanted = [s for s in gaps.directory.states if s in told and state in {"", s}]
    items: list[Item] = []
    compared = set()
    only_now = 0
    for slug in wanted:
        for county, row in gaps.in_state(slug):
            for gap in row:
                earlier = before.get((county.fips, gap.need.code))
                if earlier is None:
                    only_now += 1
                    continue
                compared.add((county.fips, gap.need.code))
                items += _changed(places.states[county.state], county, gap, earlier)
    outside = [key for key, row in before.items() if key not in compared and state in {"", row.state.lower()}]
    order = {need.code: index for index, need in enumerate(gaps.needs)}
    items.sort(key=lambda item: (item.state.name, order[item.need.code], item.county.full_name, item.county.fips))
    since = tuple(sorted({row.as_of for row in before.values() if row.as_of}))
    states = tuple(sorted((places.states[slug.upper()] for slug in wanted), key=lambda found: found.name))
    return Comparison(tuple(items), len(compared), len(outside), only_now, since, states)


def _changed(state: State, county: County, gap: Gap, before: GapRow) -> Iterator[Item]:
    if gap.value != before.value:
        kind = _kind(before.value, gap.value)
        yield Item(state, gap.need, county, kind, _value_words(kind, gap))
    if (moved := _moved(gap.miles, before.miles)) is not None:
        yield Item(state, gap.need, county, *moved)


def _kind(before: str, now: str) -> str:
    if now == SERVED:
        return "served"
    if before == SERVED:
        return "lost"
    return "missing" if now == NONE_KNOWN else "open"


def _value_words(kind: str, gap: Gap) -> str:
    nearest = "no public place is known" if gap.miles is None else f"the nearest is {miles_words(gap.miles)} away"
    if kind == "served":
        return f"now {count_words(gap.records, 'entry', 'entries')}"
    if kind == "lost":
        return f"now {WORDS[gap.value]}; {nearest}"
    if kind == "missing":
        return f"the lists name nobody for it; {nearest}"
    return f"an entry may serve it, or no list tells any more; {nearest}"


def _moved(now: float | None, before: float | None) -> tuple[str, str] | None:
    if now is None or before is None:
        if now is None and before is None:
            return None
        if now is None:
            return "farther", f"no public place is known any more; it was {miles_words(before or 0)} away"
        return "nearer", f"now {miles_words(now)} away; no public place was known before"
    if abs(now - before) <= FAR:
        return None
    return "nearer" if now < before else "farther", f"now {miles_words(now)} away, before {miles_words(before)}"


@dataclass(frozen=True)
class _Marks:
    """How a text is marked up."""

    title: Callable[[str], list[str]]
    heading: Callable[[str], list[str]]
    sub: Callable[[str], list[str]]
    item: str


_MARKS: Mapping[str, _Marks] = {
    "md": _Marks(lambda t: [f"# {t}", ""], lambda t: ["", f"## {t}", ""], lambda t: ["", f"### {t}", ""], "- "),
    "text": _Marks(lambda t: [t, "=" * len(t), ""], lambda t: ["", t, "-" * len(t)], lambda t: ["", f"{t}:"], "  * "),
}
FORMATS = tuple(_MARKS)


def agenda(found: Comparison, today: str, style: str) -> str:
    """The comparison in plain words: counts first, then by state and need. `style` is one of FORMATS."""
    marks = _MARKS[style]
    lines = marks.title("What changed in the gaps")
    lines += [_about(found, today)]
    lines += marks.heading("In short")
    numbers = {kind: sum(item.kind == kind for item in found.items) for kind in KINDS}
    lines += [f"{marks.item}{heading}: {numbers[kind]:,}" for kind, heading in KINDS.items()]
    if not found.items:
        lines += ["", "Nothing changed."]
    for state, of_state in groupby(found.items, key=lambda item: item.state):
        lines += marks.heading(state.name)
        for need, of_need in groupby(of_state, key=lambda item: item.need):
            lines += marks.sub(need.label)
            lines += list(_need_lines(tuple(of_need), marks.item))
    return "\n".join(lines).replace("\n\n\n", "\n\n").rstrip("\n") + "\n"


def _about(found: Comparison, today: str) -> str:
    since = f"since {list_words(found.since)}" if found.since else "since the earlier file"
    names = [state.name for state in found.states]
    where = list_words(names) if 0 < len(names) < 4 else f"{len(names)} states"
    parts = [f"In {where}, {since}, as of {today}: {found.compared:,} pairs of county and need were compared."]
    if found.only_now:
        parts.append(f"Of {found.only_now:,} more the earlier file says nothing.")
    if found.only_before:
        parts.append(f"{found.only_before:,} of its rows are for places or needs that are not shown any more.")
    return " ".join(parts)


def _need_lines(items: Sequence[Item], mark: str) -> Iterator[str]:
    for kind, heading in KINDS.items():
        for item in items:
            if item.kind == kind:
                yield f"{mark}{heading}: {item.county.full_name} ({item.words})"
