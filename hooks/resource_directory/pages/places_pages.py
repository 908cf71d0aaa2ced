"""State, county and region pages. A county answers the eight questions; a gap is shown as a gap with whom to ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from resource_directory.answering import (
    Answer,
    answers,
    beside,
    by_distance,
    county_answers,
    looked_for,
    region_records,
)
from resource_directory.directory import Directory
from resource_directory.measures import need_letters
from resource_directory.model import ContinuumOfCare, Record
from resource_directory.pages.document import Document
from resource_directory.pages.embeds import by_question
from resource_directory.pages.partner_pages import joinable
from resource_directory.pages.renderer import Renderer
from resource_directory.places import County, State


def state_documents(renderer: Renderer, slug: str) -> Iterator[Document]:
    """The page of a state (`co`)."""
    if renderer.wants(f"{slug}/"):
        yield _state_document(renderer, renderer.directory.places.states[slug.upper()])


def _state_document(renderer: Renderer, state: State) -> Document:
    directory = renderer.directory
    counties = directory.places.counties_of_state.get(state.code, ())
    counts = {county.fips: len(directory.serving_county.get(county.fips, ())) for county in counties}
    regions = directory.regions_kept.get(state.slug, ())
    wide = directory.serving_state.get(state.slug, ())
    everywhere = tuple(r for r in directory.in_state(state.slug))
    contents = (
        ("hotlines", renderer.say("Hot lines")),
        ("counties", renderer.say("Counties")),
        ("map", renderer.say("Map")),
        ("regions", renderer.say("Regions")),
        ("statewide", renderer.say("For the whole state")),
        ("partners", renderer.say("Working together")),
        ("kinds", renderer.say("By kind")),
    )
    by_type = {code: sum(record.type == code for record in everywhere) for code in directory.vocabulary.types}
    return renderer.document(
        "state", f"{state.slug}/", state.name, main=("data-state", state.code), contents=contents, state=state,
        counties=counties, counts=counts, regions=regions, wide=wide, by_type=by_type, total=len(everywhere),
        unsure=sum(renderer.view(record).area_assumed for record in wide),
        joinable=joinable(everywhere),
        withheld=[record for record in everywhere if renderer.view(record).withheld],
    )  # fmt: skip


def county_documents(renderer: Renderer, slug: str) -> Iterator[Document]:
    """The page of every county of a state (`co`)."""
    for county in renderer.directory.places.counties_of_state.get(slug.upper(), ()):
        if renderer.wants(county.url):
            yield _county_document(renderer, county)


def _is_reached(renderer: Renderer, record: Record) -> bool:
    """Whether a number is known, and nobody says that it takes no people now."""
    view = renderer.view(record)
    return bool(view.phones) and view.referral[0] not in {"paused", "closed"}


def _county_document(renderer: Renderer, county: County) -> Document:
    directory = renderer.directory
    state = directory.places.states[county.state]
    known = county_answers(directory, county)
    place, eight, extra = known.place, known.eight, known.extra
    every = (*eight, *extra)
    far = {a.question.code: by_distance(directory, county, a.wider) for a in every}
    contents = (
        ("hotlines", renderer.say("Hot lines")),
        *((answer.question.code, answer.question.question) for answer in (*eight, *extra)),
        ("place", renderer.say("Map and facts about this place")),
    )
    sections = by_question(((a, far[a.question.code]) for a in every), partial(_is_reached, renderer))
    name = county.within(state.name)
    small = renderer.embed(county.url, name, sections, state=state)
    return renderer.document(
        "county", county.url, name, main=("data-county", county.fips), contents=contents,
        county=county, state=state, eight=eight, extra=extra, regions=directory.regions_of_county.get(county.fips, ()),
        other=known.others, total=len(place.local),
        sure=sum(not renderer.view(record).area_assumed for record in place.local),
        far=far, embed=small,
        zips=directory.places.zips_of_county.get(county.fips, ()),
        towns=directory.places.towns_of_county.get(county.fips, ()),
        near=looked_for(county, (*eight, *extra)),
        near_needs=_needs_of_nearest(directory, (*eight, *extra)),
    )  # fmt: skip


def _needs_of_nearest(directory: Directory, found: Iterable[Answer]) -> str:
    """`id:letters` of the nearest: the map's files do not hold them, and its filters reach them too."""
    return " ".join(f"{n.record.id}:{need_letters(directory, n.record)}" for answer in found for n in answer.nearest)


def region_documents(renderer: Renderer, slug: str) -> Iterator[Document]:
    """The page of every Continuum of Care region that a state (`co`) keeps."""
    for region in renderer.directory.regions_kept.get(slug, ()):
        if renderer.wants(region_url(region)):
            yield _region_document(renderer, region)


def region_url(region: ContinuumOfCare) -> str:
    """`regions/co-503/`."""
    return f"regions/{region.coc_number.lower()}/"


def _region_document(renderer: Renderer, region: ContinuumOfCare) -> Document:
    directory = renderer.directory
    known = directory.places.counties
    counties = sorted((known[share.fips] for share in region.counties if share.fips in known), key=lambda c: c.name)
    shares = {share.fips: share.share for share in region.counties}
    state = directory.places.states[region.coc_number[:2]]
    place = region_records(directory, region)
    eight = answers(directory, place, directory.vocabulary.questions)
    extra = answers(directory, place, beside(directory))
    contents = (
        ("hotlines", renderer.say("Hot lines")),
        ("region", renderer.say("This region")),
        ("map", renderer.say("Map")),
        # Who leads it is said under "This region".
        *((a.question.code, a.question.question) for a in (*eight, *extra) if a.question.code != "coc_lead"),
        ("partners", renderer.say("Working together")),
    )
    return renderer.document(
        "region", region_url(region), region.name, main=("data-coc", region.coc_number), contents=contents,
        edit_path=directory.paths[region.id], region=region, counties=counties, shares=shares, state=state, eight=eight,
        extra=extra, total=len(place.local), joinable=joinable((*place.local, *place.wider)),
        population=sum(round((c.population or 0) * ((shares[c.fips] or 100) / 100)) for c in counties),
    )  # fmt: skip
