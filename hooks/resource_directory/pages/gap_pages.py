"""What is missing: for the country by state, and for a state by need, region and county."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from resource_directory.gaps import NONE_KNOWN, NOT_ASKED, SERVED, VALUES, Gap, People, Tally, tallies
from resource_directory.model import ContinuumOfCare
from resource_directory.pages.document import Document
from resource_directory.pages.renderer import Renderer
from resource_directory.places import County, State
from resource_directory.vocabulary import Need

#: A county with its gaps, a column a need.
Row = tuple[County, tuple[Gap, ...]]
#: Of a county without a share its whole people count.
_WHOLE = 100.0


@dataclass(frozen=True)
class PlaceTally:
    """A state or region, where one is named, and its counties and people by value."""

    place: State | ContinuumOfCare | None
    tallies: tuple[Tally, ...]


@dataclass(frozen=True)
class NeedGaps:
    """A need in a state or the country. `column` is its place in the table of counties."""

    need: Need
    column: int
    tallies: tuple[Tally, ...]
    places: tuple[PlaceTally, ...] = ()
    #: Counties without, largest population first, those whose people nobody has counted last.
    none_known: tuple[tuple[County, Gap], ...] = ()
    not_asked: tuple[tuple[County, Gap], ...] = ()
    everywhere: bool = False

    @property
    def told(self) -> bool:
        """False where nothing is known of it in any county."""
        return any(tally.counties for tally in self.tallies if tally.value != NOT_ASKED)

    @property
    def missing(self) -> bool:
        """True where something is known, but not that all are served."""
        return self.told and any(tally.counties for tally in self.tallies if tally.value != SERVED)


def nation_documents(renderer: Renderer) -> Iterator[Document]:
    """`/gaps/`: by need, how many counties and people of each state."""
    if not renderer.wants("gaps/"):
        return
    directory, gaps = renderer.directory, renderer.gaps
    states = {state: gaps.tallies_of(state.slug) for state in directory.states_by_name}
    found = []
    for column, need in enumerate(gaps.needs):
        of_states = tuple(PlaceTally(state, of_needs[column]) for state, of_needs in states.items())
        total = _sum(place.tallies for place in of_states)
        found.append(NeedGaps(need, column, total, of_states, everywhere=need in gaps.everywhere))
    yield renderer.document(
        "gaps", "gaps/", renderer.say("What is missing"),
        contents=_contents(renderer, ("states", renderer.say("By state")), ("needs", renderer.say("By need"))),
        needs=tuple(found), states=tuple(states),
        counties=sum(len(gaps.of_state(state.slug).counties) for state in states),
    )  # fmt: skip


def state_documents(renderer: Renderer, slug: str) -> Iterator[Document]:
    """`/gaps/co/`: by need, region and county."""
    url = f"gaps/{slug}/"
    if not renderer.wants(url):
        return
    directory, gaps = renderer.directory, renderer.gaps
    state = directory.places.states[slug.upper()]
    rows = tuple(gaps.in_state(slug))
    needs = tuple(_need(renderer, need, column, rows) for column, need in enumerate(gaps.needs))
    shown = tuple(need for need in needs if need.told and not need.everywhere)
    yield renderer.document(
        "gaps_state", url, renderer.messages.say("Gaps in %(state)s", state=state.name),
        contents=_contents(
            renderer, ("needs", renderer.say("By need")), ("agenda", renderer.say("To talk about")),
            ("counties", renderer.say("By county")),
        ),
        state=state, needs=needs, shown=shown, rows=rows, people=_people(county for county, _ in rows),
    )  # fmt: skip


def _contents(renderer: Renderer, *middle: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return (("values", renderer.say("What the words mean")), *middle, ("files", renderer.say("For a spreadsheet")))


def _need(renderer: Renderer, need: Need, column: int, rows: Sequence[Row]) -> NeedGaps:
    everywhere = need in renderer.gaps.everywhere
    found = NeedGaps(need, column, _tallies(rows, column), everywhere=everywhere)
    if not found.missing:
        return found
    without = {value: _largest_first((c, gaps[column]) for c, gaps in rows if gaps[column].value == value)
               for value in (NONE_KNOWN, NOT_ASKED)}  # fmt: skip
    regions = tuple(_regions(renderer, column, rows))
    return NeedGaps(need, column, found.tallies, regions, without[NONE_KNOWN], without[NOT_ASKED], everywhere)


def _largest_first(found: Iterable[tuple[County, Gap]]) -> tuple[tuple[County, Gap], ...]:
    return tuple(sorted(found, key=lambda pair: (-(pair[0].population or 0), pair[0].name, pair[0].fips)))


def _regions(renderer: Renderer, column: int, rows: Sequence[Row]) -> Iterator[PlaceTally]:
    """The regions of the state's counties by number, each with its counties in this state; then those in none.

    People are weighted by the share of the county's people who live in the region.
    """
    groups: dict[str, list[tuple[int | None, float, str]]] = {}
    outside: list[tuple[int | None, float, str]] = []
    for county, gaps in rows:
        value = gaps[column].value
        regions = renderer.directory.regions_of_county.get(county.fips, ())
        for region, share in regions:
            cells = groups.setdefault(region.coc_number, [])
            cells.append((county.population, (share or _WHOLE) / _WHOLE, value))
        if not regions:
            outside.append((county.population, 1.0, value))
    for number in sorted(groups):
        yield PlaceTally(renderer.directory.regions[number], tallies(groups[number]))
    if outside:
        yield PlaceTally(None, tallies(outside))


def _tallies(rows: Iterable[Row], column: int) -> tuple[Tally, ...]:
    return tallies((county.population, 1.0, gaps[column].value) for county, gaps in rows)


def _people(counties: Iterable[County]) -> People:
    counted = [county.population for county in counties]
    known = [number for number in counted if number is not None]
    return People(sum(known), len(counted) - len(known))


def _sum(parts: Iterable[tuple[Tally, ...]]) -> tuple[Tally, ...]:
    every = list(parts)
    found = []
    for index, value in enumerate(VALUES):
        column = [part[index] for part in every]
        people = People(sum(t.people.number for t in column), sum(t.people.uncounted for t in column))
        found.append(Tally(value, sum(t.counties for t in column), people))
    return tuple(found)
