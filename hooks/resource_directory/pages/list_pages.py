"""Home, resource, type and need pages, and the page of sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resource_directory.measures import RegionNumbers, needs_of_people, region_numbers
from resource_directory.model import Record
from resource_directory.pages.document import Document
from resource_directory.pages.embeds import by_group
from resource_directory.pages.renderer import Renderer
from resource_directory.pages.rows_read import FATES, rows_read
from resource_directory.places import County
from resource_directory.publishers import published
from resource_directory.vocabulary import Need


@dataclass(frozen=True)
class Group:
    """A heading, its anchor, and the records under it."""

    anchor: str
    title: str
    url: str
    records: tuple[Record, ...]


def home_document(renderer: Renderer) -> Document:
    """The home page: one box, the hot lines, the map by state, needs and kinds."""
    directory = renderer.directory
    states = [(state, len(directory.in_state(state.slug))) for state in directory.states_by_name]
    return renderer.document(
        "home", "", renderer.say("Home"), states=states, needs=tuple(directory.vocabulary.needs.values())
    )


def map_document(renderer: Renderer) -> Document:
    """The national map, with its list of states and regions."""
    directory = renderer.directory
    states = [(state, len(directory.in_state(state.slug))) for state in directory.states_by_name]
    numbers: dict[str, list[RegionNumbers]] = {}
    for found in region_numbers(directory):
        numbers.setdefault(directory.places.states[found.region.coc_number[:2]].name, []).append(found)
    years = sorted({found.year for group in numbers.values() for found in group if found.year is not None})
    return renderer.document(
        "map", "map/", renderer.say("Map"), states=states, numbers=sorted(numbers.items()), years=years,
        all_needs=len(needs_of_people(directory)),
    )  # fmt: skip


def hotlines_document(renderer: Renderer) -> Document:
    """Lines for the whole country."""
    contents = tuple((record.id, record.name) for record in renderer.directory.hotlines)
    return renderer.document("hotlines", "hotlines/", renderer.say("Hot lines"), contents=(), lines=contents)


def resource_documents(renderer: Renderer, folder: str) -> Iterator[Document]:
    """A page for every record that a state (`co`), or the country (`us`), keeps."""
    for record in renderer.directory.by_folder.get(folder, ()):
        if renderer.wants(f"resources/{record.id}/"):
            view = renderer.view(record)
            yield renderer.document(
                "resource", view.url, view.neutral_title, main=("data-record", record.id), edit_path=view.edit_path,
                v=view,
            )  # fmt: skip


def types_document(renderer: Renderer) -> Document:
    """`/types/`: every kind with its number of entries."""
    directory = renderer.directory
    counts = {code: len(directory.by_type.get(code, ())) for code in directory.vocabulary.types}
    return renderer.document("types", "types/", renderer.say("Kinds of help"), counts=counts)


def needs_document(renderer: Renderer) -> Document:
    """`/needs/`: every need with its number of entries."""
    directory = renderer.directory
    needs = tuple(directory.vocabulary.needs.values())
    counts = {need.code: len(directory.by_need.get(need.code, ())) for need in needs}
    return renderer.document("needs", "needs/", renderer.say("By need"), needs=needs, counts=counts)


def type_documents(renderer: Renderer) -> Iterator[Document]:
    """A page a type, leading to its states."""
    for kind in renderer.directory.vocabulary.types.values():
        url = f"types/{kind.slug}/"
        if renderer.wants(url):
            records = renderer.directory.by_type.get(kind.code, ())
            yield _overview(
                renderer,
                "type",
                url,
                renderer.say("%(kind)s: by state") % {"kind": kind.neutral},
                records,
                record_type=kind,
            )


def need_documents(renderer: Renderer) -> Iterator[Document]:
    """A page a need, leading to its states."""
    for need in renderer.directory.vocabulary.needs.values():
        url = f"needs/{need.slug}/"
        if renderer.wants(url):
            records = renderer.directory.by_need.get(need.code, ())
            yield _overview(renderer, "need", url, need.label, records, need=need)


def type_state_documents(renderer: Renderer, state: str) -> Iterator[Document]:
    """A page a type in a state (`co`), with its records by county."""
    for kind in renderer.directory.vocabulary.types.values():
        url = f"types/{kind.slug}/{state}/"
        if renderer.wants(url):
            records = (r for r in renderer.directory.in_state(state) if r.type == kind.code)
            yield _state_list(renderer, "type_state", url, kind.neutral, state, records, record_type=kind)


def need_state_documents(renderer: Renderer, state: str) -> Iterator[Document]:
    """A page a need in a state (`co`), with its records by county."""
    directory = renderer.directory
    groups: dict[str, list[Record]] = {}
    for record in directory.in_state(state):
        for need in directory.needs_met(record):
            groups.setdefault(need.code, []).append(record)
    for need in directory.vocabulary.needs.values():
        url = f"needs/{need.slug}/{state}/"
        if renderer.wants(url):
            met = groups.get(need.code, [])
            asked = _asked(renderer, need, state, met)
            yield _state_list(renderer, "need_state", url, need.label, state, met, need=need, asked=asked)


def _asked(renderer: Renderer, need: Need, state: str, met: Iterable[Record]) -> tuple[Group, ...]:
    """Entries that may know of help, where no source says that they give it, by county."""
    shown = {record.id for record in met}
    others = (r for r in renderer.directory.in_state(state) if r.type in need.may_know and r.id not in shown)
    return tuple(_by_county(renderer, tuple(others), state, "ask-"))


def _overview(
    renderer: Renderer, template: str, url: str, title: str, records: Iterable[Record], **about: Any
) -> Document:
    directory = renderer.directory
    kept = tuple(records)
    numbers = Counter(state for record in kept for state in directory.states_served(record))
    states = [(state, numbers[state.slug]) for state in directory.states_by_name]
    everywhere = frozenset(record.id for record in directory.nationwide)
    national = tuple(record for record in kept if record.id in everywhere)
    contents = (("states", renderer.say("By state")), ("national", renderer.say("For the whole country")))
    return renderer.document(template, url, title, contents=contents, states=states, national=national, **about)


def _state_list(
    renderer: Renderer, template: str, url: str, title: str, slug: str, records: Iterable[Record], **about: Any
) -> Document:
    state = renderer.directory.places.states[slug.upper()]
    kept = tuple(records)
    groups = tuple(_by_county(renderer, kept, slug))
    contents = tuple((group.anchor, group.title) for group in groups)
    small = ""
    if template == "need_state":
        listed = ((group.anchor, group.title, group.records) for group in groups)
        others = () if groups else by_group((one.anchor, one.title, one.records) for one in about.get("asked") or ())
        small = renderer.embed(url, f"{title}, {state.name}", by_group(listed), state=state, asked=others)
    return renderer.document(
        template,
        url,
        f"{title}, {state.name}",
        embed=small,
        contents=contents,
        state=state,
        groups=groups,
        total=len(kept),
        **about,
    )


def _by_county(renderer: Renderer, records: tuple[Record, ...], slug: str, prefix: str = "") -> Iterator[Group]:
    """Each record once: under the county it stands in, or the one it serves; else by how far it reaches."""
    directory = renderer.directory
    homes: dict[str, list[Record]] = {}
    several, state_wide = [], []
    for record in records:
        served = renderer.view(record).counties_served
        home = _home_county(renderer, record)
        if home is not None and home.state == slug.upper():
            homes.setdefault(home.fips, []).append(record)
        elif served:
            several.append(record)
        else:
            state_wide.append(record)
    state = directory.places.states[slug.upper()]
    if state_wide:
        yield Group(
            f"{prefix}statewide", renderer.say("For all of %(place)s") % {"place": state.name}, "", tuple(state_wide)
        )
    if several:
        yield Group(f"{prefix}several", renderer.say("For several counties"), "", tuple(several))
    for county in directory.places.counties_of_state.get(slug.upper(), ()):
        if county.fips in homes:
            yield Group(f"{prefix}c{county.fips}", county.full_name, county.url, tuple(homes[county.fips]))


def _home_county(renderer: Renderer, record: Record) -> County | None:
    view = renderer.view(record)
    if view.county is not None:
        return view.county
    return view.counties_served[0] if len(view.counties_served) == 1 else None


def sources_document(renderer: Renderer, imports: Path) -> Document:
    """Where every fact comes from, how old it is, and what became of every row that was read."""
    return renderer.document(
        "sources", "sources/", renderer.say("Sources and freshness"),
        contents=(("publishers", renderer.say("Publishers")), ("rows", renderer.say("Rows read"))),
        publishers=tuple(published(renderer.directory.in_order)), rows=rows_read(imports, renderer.directory.places),
        fates=tuple(map(renderer.say, FATES.values())),
        confirmed=sum(record.verified is not None for record in renderer.directory.in_order),
        total=len(renderer.directory.records),
    )  # fmt: skip
