"""Home, resource, type and need pages, and the page of sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from resource_directory.model import Record
from resource_directory.pages.document import Document
from resource_directory.pages.renderer import Renderer
from resource_directory.places import County
from resource_directory.yaml_nodes import compose_file


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
    states = [(directory.places.states[slug.upper()], len(directory.in_state(slug))) for slug in directory.states]
    return renderer.document("home", "", "Home", states=states, needs=tuple(directory.vocabulary.needs.values()))


def map_document(renderer: Renderer) -> Document:
    """The national map, with its list of states and regions."""
    directory = renderer.directory
    states = [(directory.places.states[slug.upper()], len(directory.in_state(slug))) for slug in directory.states]
    return renderer.document("map", "map/", "Map", states=states, regions=tuple(directory.regions.values()))


def hotlines_document(renderer: Renderer) -> Document:
    """Lines for the whole country."""
    contents = tuple((record.id, record.name) for record in renderer.directory.hotlines)
    return renderer.document("hotlines", "hotlines/", "Hot lines", contents=(), lines=contents)


def resource_documents(renderer: Renderer) -> Iterator[Document]:
    """A page for every record that is shown."""
    for record in renderer.directory.in_order:
        if not renderer.wants(f"resources/{record.id}/"):
            continue
        view = renderer.view(record)
        yield renderer.document(
            "resource", view.url, view.neutral_title, main=("data-record", record.id), edit_path=view.edit_path, v=view
        )


def type_documents(renderer: Renderer) -> Iterator[Document]:
    """`/types/`, a page a type, and a page a type and state with its records by county."""
    directory = renderer.directory
    counts = {code: len(directory.by_type.get(code, ())) for code in directory.vocabulary.types}
    yield renderer.document("types", "types/", "Kinds of help", counts=counts)
    for record_type in directory.vocabulary.types.values():
        records = directory.by_type.get(record_type.code, ())
        url = f"types/{record_type.slug}/"
        yield _overview(renderer, "type", url, f"{record_type.neutral}: by state", records, record_type=record_type)
        for state in directory.states:
            yield from _state_list(
                renderer, "type_state", url, record_type.neutral, state, records, record_type=record_type
            )


def need_documents(renderer: Renderer) -> Iterator[Document]:
    """`/needs/`, a page a need, and a page a need and state with its records by county."""
    directory = renderer.directory
    needs = tuple(directory.vocabulary.needs.values())
    counts = {need.code: len(directory.by_need.get(need.code, ())) for need in needs}
    yield renderer.document("needs", "needs/", "By need", needs=needs, counts=counts)
    for need in needs:
        records = directory.by_need.get(need.code, ())
        url = f"needs/{need.slug}/"
        yield _overview(renderer, "need", url, need.label, records, need=need)
        for state in directory.states:
            yield from _state_list(renderer, "need_state", url, need.label, state, records, need=need)


def _overview(
    renderer: Renderer, template: str, url: str, title: str, records: Iterable[Record], **about: Any
) -> Document:
    directory = renderer.directory
    kept = tuple(records)
    ids = {record.id for record in kept}
    states = []
    for slug in directory.states:
        number = sum(record.id in ids for record in directory.in_state(slug))
        states.append((directory.places.states[slug.upper()], number))
    national = tuple(record for record in kept if record in directory.nationwide)
    contents = (("states", "By state"), ("national", "For the whole country"))
    return renderer.document(template, url, title, contents=contents, states=states, national=national, **about)


def _state_list(
    renderer: Renderer, template: str, base: str, title: str, slug: str, records: Iterable[Record],
    **about: Any,
) -> Iterator[Document]:  # fmt: skip
    directory = renderer.directory
    state = directory.places.states[slug.upper()]
    in_state = {record.id for record in directory.in_state(slug)}
    kept = tuple(record for record in records if record.id in in_state)
    groups = tuple(_by_county(renderer, kept, slug))
    contents = tuple((group.anchor, group.title) for group in groups)
    yield renderer.document(
        template, f"{base}{slug}/", f"{title}, {state.name}", contents=contents, state=state, groups=groups,
        total=len(kept), **about,
    )  # fmt: skip


def _by_county(renderer: Renderer, records: tuple[Record, ...], slug: str) -> Iterator[Group]:
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
        yield Group("statewide", f"For all of {state.name}", "", tuple(state_wide))
    if several:
        yield Group("several", "For several counties", "", tuple(several))
    for county in directory.places.counties_of_state.get(slug.upper(), ()):
        if county.fips in homes:
            yield Group(f"c{county.fips}", county.full_name, county.url, tuple(homes[county.fips]))


def _home_county(renderer: Renderer, record: Record) -> County | None:
    view = renderer.view(record)
    if view.county is not None:
        return view.county
    return view.counties_served[0] if len(view.counties_served) == 1 else None


@dataclass(frozen=True)
class Freshness:
    """How many records of a publisher, and between which days their facts were taken."""

    publisher: str
    url: str
    number: int
    confirmed: int
    first: date
    last: date


def sources_document(renderer: Renderer, imports: Path) -> Document:
    """Where every fact comes from, how old it is, and what became of every row that was read."""
    return renderer.document(
        "sources", "sources/", "Sources and freshness", contents=(("publishers", "Publishers"), ("rows", "Rows read")),
        publishers=tuple(_freshness(renderer)), accounts=_accounts(imports),
        confirmed=sum(record.verified is not None for record in renderer.directory.in_order),
        total=len(renderer.directory.records),
    )  # fmt: skip


def _freshness(renderer: Renderer) -> Iterator[Freshness]:
    groups: dict[str, list[Record]] = {}
    for record in renderer.directory.in_order:
        groups.setdefault(record.source.publisher, []).append(record)
    for publisher, records in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        days = [record.source.retrieved for record in records]
        urls = Counter(record.source.url for record in records if record.source.url)
        url = urls.most_common(1)[0][0] if urls else ""
        confirmed = sum(record.verified is not None for record in records)
        yield Freshness(publisher, url or "", len(records), confirmed, min(days), max(days))


def _accounts(imports: Path) -> list[tuple[str, list[dict[str, Any]]]]:
    """The importers' own accounts, `data/imports/<state>.yml`: (state, tables)."""
    found = []
    for file in sorted(imports.glob("*.yml")):
        data = compose_file(file, f"data/imports/{file.name}").data
        if isinstance(data, dict) and isinstance(data.get("tables"), list):
            found.append((file.stem, data["tables"]))
    return found
