"""What the booklet of a state says: frozen data, made of the sheets of its counties and regions.

Each organization has one full entry, at its home: the county where it stands or the only one that it serves; a region;
the whole state; or outside the state. Elsewhere it is named with its number and the page of that entry.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain

from resource_directory.directory import Directory, name_order
from resource_directory.measures import NOT_OF_PEOPLE
from resource_directory.model import ContinuumOfCare, Record
from resource_directory.places import County, State
from resource_directory.serving import is_line_for_all
from resource_directory.sheets.content import SAID_OF_REGIONS, Content, Line, Section, Sheet, week_of

#: So many are named for each question and need of a county; all who are there follow.
MOST_ROWS = 3
#: So many organizations of counties are named under a need in the index; more are found by their counties.
MOST_NAMED = 12
#: How those stand to a place who may help there themselves.
_ANSWERS = frozenset({"serves", "listed", "in_state", "nearest"})
#: Homes that are no county and no region.
STATE, OUTSIDE = "state", "outside"


@dataclass(frozen=True)
class Part:
    """A county, a region, the whole state or what lies outside it. `key` is `08031`, `co-503`, `state` or `outside`.

    `rows` name whom to call, question by question and need by need; `entries` are those whose home it is, in full, kind
    by kind. A region has `counties`: codes of those in the state; `beyond` are the names of others.
    """

    key: str
    name: str
    answers: tuple[Section, ...] = ()
    needs: tuple[Section, ...] = ()
    entries: tuple[Section, ...] = ()
    counties: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()
    #: The regions in which a county lies.
    regions: tuple[str, ...] = ()

    @property
    def rows(self) -> tuple[Section, ...]:
        return (*self.answers, *self.needs)


@dataclass(frozen=True)
class Indexed:
    """A need: the organizations that meet it, by id, and the counties in which others do, by code. Neither where only
    hot lines may know who meets it."""

    heading: str
    named: tuple[str, ...]
    counties: tuple[str, ...]


@dataclass(frozen=True)
class Booklet:
    """What a booklet says. `sheet` holds every line of it, as the sheet of a place does: rows stand in its answers,
    entries in its needs."""

    sheet: Sheet
    whole: Part
    #: Regions, each followed by the counties of which most people live in it; then counties of no region.
    regions: tuple[tuple[Part | None, tuple[Part, ...]], ...]
    outside: Part
    needs: tuple[Indexed, ...]
    #: What is said where a question has no answer: the question, whom to ask, and a line.
    gaps: tuple[Section, ...]
    #: Who qualifies by the rules of programs: kinds, and what is said of them.
    rules: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def counties(self) -> tuple[Part, ...]:
        """By name."""
        return tuple(sorted((part for _, parts in self.regions for part in parts), key=lambda p: (p.name, p.key)))

    @property
    def parts(self) -> Iterator[Part]:
        """Every part, in the order in which they stand."""
        yield self.whole
        for region, counties in self.regions:
            yield from (region, *counties) if region else counties
        yield self.outside

    @cached_property
    def names(self) -> tuple[tuple[str, str], ...]:
        """(name, id) of every organization, by name."""
        found = {line.id: line.name for part in self.parts for kind in part.entries for line in kind.lines}
        return tuple(sorted(((name, key) for key, name in found.items()), key=lambda pair: (sorting(pair[0]), pair[1])))


def sorting(name: str) -> str:
    """What a name is looked for by: plain letters, without "The"."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if c.isalnum() or c == " ")
    return plain.strip().removeprefix("the ")


@dataclass(frozen=True)
class Writing:
    """Writes the booklet of one state. `slug` is `co`."""

    content: Content
    slug: str
    _homes: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def directory(self) -> Directory:
        return self.content.directory

    @property
    def state(self) -> State:
        return self.directory.places.states[self.slug.upper()]

    @cached_property
    def counties(self) -> Mapping[str, County]:
        return {county.fips: county for county in self.directory.places.counties_of_state.get(self.state.code, ())}

    @cached_property
    def regions(self) -> Mapping[str, ContinuumOfCare]:
        """The regions that hold any of its counties, and those that it keeps, by `co-503`: its own first."""
        held = (region for fips in self.counties for region, _ in self.directory.regions_of_county.get(fips, ()))
        found = {r.coc_number.lower(): r for r in (*held, *self.directory.regions_kept.get(self.slug, ()))}
        return dict(sorted(found.items(), key=lambda pair: (not pair[0].startswith(self.slug), pair[0])))

    @cached_property
    def _sheets(self) -> Mapping[str, Sheet]:
        return {fips: self.content.county(county) for fips, county in self.counties.items()}

    @cached_property
    def _shared(self) -> frozenset[str]:
        """Codes of the questions that all counties answer alike: they are answered once, for the state."""
        if len(self._sheets) < 2:
            return frozenset()
        said: dict[str, set[tuple[object, ...]]] = defaultdict(set)
        for sheet in self._sheets.values():
            for section in sheet.answers:
                said[section.code].add((section.texts, tuple((line.id, line.group) for line in section.lines)))
        return frozenset(code for code, kinds in said.items() if len(kinds) == 1 and code not in SAID_OF_REGIONS)

    def booklet(self) -> Booklet:
        """All that it says."""
        counties = {fips: self._county(sheet) for fips, sheet in self._sheets.items()}
        answered = self._answered_once()
        rows = (*answered, *chain.from_iterable(part.rows for part in counties.values()))
        named = {line.id for section in rows for line in section.lines}
        entries = self._entries(self._records(named))
        counties = {fips: replace(part, entries=entries(fips)) for fips, part in counties.items()}
        regions = {key: self._region(key, entries(key)) for key in self.regions}
        needs = tuple(replace(s, lines=tuple(map(_row, s.lines))) for s in self._state_needs)
        whole = Part(STATE, self.state.name, answered, needs, entries(STATE))
        outside = Part(OUTSIDE, "", entries=entries(OUTSIDE))
        standing = tuple(self._standing(regions, counties))
        gaps = tuple(self._gaps(regions.values()))
        made = Booklet(self._sheet(()), whole, standing, outside, (), gaps, ())
        return replace(
            made, sheet=self._sheet(tuple(made.parts)), needs=tuple(self._needs(made)), rules=_rules(made.parts)
        )  # fmt: skip

    def _county(self, sheet: Sheet) -> Part:
        regions = tuple(r.coc_number.lower() for r, _ in self.directory.regions_of_county.get(sheet.code, ()))
        said_elsewhere = self._shared | (SAID_OF_REGIONS if regions else frozenset())
        answers = tuple(self._first(section, sheet) for section in sheet.answers if section.code not in said_elsewhere)
        needs = tuple(self._first(section, sheet) for section in sheet.needs)
        return Part(sheet.code, self.counties[sheet.code].full_name, answers, needs, regions=regions)

    def _first(self, section: Section, sheet: Sheet) -> Section:
        """The first to call of a question or a need, and the next ones whose home is not the state: those are named in
        the part of the state once for all counties."""
        homes = {line.id: self._home_of(line) for line in section.lines}
        lines = [line for index, line in enumerate(section.lines) if index == 0 or homes[line.id] != STATE][:MOST_ROWS]
        if not any(line.standing in _ANSWERS for line in lines):
            # Whoever only leads to help is not all that a county is told.
            lines += [line for line in section.lines if line not in lines][:1]
        rows = (_row(line, here=homes[line.id] == sheet.code) for line in lines)
        # Whoever has no number is named there, too.
        said = self._said_once.get(section.code) if not is_gap(section) else None
        return replace(section, lines=tuple(rows), texts=() if said and section.texts == said else section.texts)

    @cached_property
    def _said_once(self) -> Mapping[str, tuple[str, ...]]:
        return {section.code: section.texts for section in self._state_needs}

    @cached_property
    def _state_needs(self) -> tuple[Section, ...]:
        """By need, those for the whole state; nothing where its only county says the same."""
        return self.content.state_needs(self.slug) if len(self.counties) > 1 else ()

    def _home_of(self, line: Line) -> str | None:
        if line.id not in self._homes:
            self._homes[line.id] = self._home(self.directory.records[line.id]) or ""
        return self._homes[line.id]

    def _answered_once(self) -> tuple[Section, ...]:
        """What all counties answer alike, without miles, which differ."""
        answers = next(iter(self._sheets.values())).answers if self._sheets else ()
        shared = (section for section in answers if section.code in self._shared)
        return tuple(replace(s, lines=tuple(_row(line, here=True) for line in s.lines)) for s in shared)

    def _region(self, key: str, entries: tuple[Section, ...]) -> Part:
        region = self.regions[key]
        sheet = self.content.region(region)
        answers = tuple(section for section in sheet.answers if section.code in SAID_OF_REGIONS)
        within = [share.fips for share in region.counties if share.fips in self.counties]
        known = self.directory.places.counties
        beyond = [known[s.fips] for s in region.counties if s.fips not in self.counties and s.fips in known]
        return Part(
            key, sheet.name, answers, entries=entries,
            counties=tuple(sorted(within, key=lambda fips: self.counties[fips].name)),
            beyond=tuple(f"{county.full_name}, {county.state}" for county in beyond),
        )  # fmt: skip

    def _standing(
        self, regions: Mapping[str, Part], counties: Mapping[str, Part]
    ) -> Iterator[tuple[Part | None, tuple[Part, ...]]]:
        """Each county below the region in which most of its people live."""
        for key, region in regions.items():
            yield region, tuple(part for part in counties.values() if part.regions[:1] == (key,))
        alone = tuple(part for part in counties.values() if not part.regions)
        if alone:
            yield None, alone

    # Full entries

    def _records(self, named: Iterable[str]) -> Iterator[Record]:
        """Who serves any part of the state or the country, and whoever else is named; in order of their names."""
        known = self.directory.records
        found = (*self.directory.in_state(self.slug), *self.directory.nationwide, *(known[key] for key in named))
        own = {record.id: record for record in found if not is_line_for_all(record)}
        yield from sorted(own.values(), key=name_order)

    def _entries(self, records: Iterable[Record]) -> Callable[[str], tuple[Section, ...]]:
        """What gives the entries whose home is a part, kind by kind: those first of which a source says that they serve
        the place."""
        lines: dict[str, dict[str, list[Line]]] = defaultdict(lambda: defaultdict(list))
        for record in records:
            home = self._home(record)
            if home is not None:
                line = self.content.entry(record, self.state.name, wide=home in {STATE, OUTSIDE})
                lines[home][record.type].append(replace(line, group="") if home == OUTSIDE else line)
        types = self.directory.vocabulary.types

        def of(key: str) -> tuple[Section, ...]:
            kinds = ((types[code], sorted(lines[key][code], key=_unsure)) for code in types if lines[key][code])
            return tuple(Section(kind.code, kind.plural, tuple(found), len(found)) for kind, found in kinds)

        return of

    def _home(self, record: Record) -> str | None:
        """Where its entry stands; None for a region, whose own part says all."""
        if isinstance(record, ContinuumOfCare) and record.coc_number.lower() in self.regions:
            return None
        area = record.service_area
        if area is not None and (area.nationwide or self.slug in (area.states or ())):
            return STATE
        served = [fips for fips in self.directory.counties_served(record) if fips in self.counties]
        county = self.directory.county_of(record)
        if county is not None and county.fips in served:
            return county.fips
        if len(served) < 2:
            return served[0] if served else OUTSIDE
        around = (key for key, region in self.regions.items() if set(served) <= {s.fips for s in region.counties})
        return next(around, STATE)

    # The rest

    def _sheet(self, parts: Sequence[Part]) -> Sheet:
        rows = tuple(
            Section(part.key, part.name, tuple(line for s in part.rows for line in s.lines))
            for part in parts
            if part.rows
        )
        entries = tuple(
            Section(part.key, part.name, tuple(line for s in part.entries for line in s.lines))
            for part in parts
            if part.entries
        )
        return self.content.checked(
            Sheet(
                code=self.slug, name=self.state.name, state="", page=f"{self.slug}/", counties=(),
                language=self.content.messages.language, day=week_of(self.directory.today),
                hotlines=self.content.hotlines,
                answers=rows, needs=entries,
            )
        )  # fmt: skip

    def _needs(self, made: Booklet) -> Iterator[Indexed]:
        """For each need whom it is met by: those for the whole state or a region by name, others by their county where
        they are many. Where nobody is known to meet it, nobody is named."""
        homes = {line.id: part.key for part in made.parts for kind in part.entries for line in kind.lines}
        meeting = [(key, self.directory.needs_met(self.directory.records[key])) for _, key in made.names]
        for need in self.directory.vocabulary.needs.values():
            found = [key for key, needs in meeting if need in needs and homes[key] != OUTSIDE]
            local = [key for key in found if homes[key] in self.counties]
            wide = [key for key in found if homes[key] not in self.counties]
            if need.code in NOT_OF_PEOPLE:
                continue
            if len(local) <= MOST_NAMED:
                yield Indexed(need.label, tuple(found), ())
            else:
                there = {homes[key] for key in local}
                yield Indexed(need.label, tuple(wide), tuple(p.key for p in made.counties if p.key in there))

    def _gaps(self, regions: Iterable[Part]) -> Iterator[Section]:
        """The questions that some county or region does not answer, with whom to ask."""
        told = (*(region.answers for region in regions), *(sheet.answers for sheet in self._sheets.values()))
        answers = chain.from_iterable(told)
        found = {section.code: section for section in answers if is_gap(section)}
        order = [question.code for question in self.directory.vocabulary.questions]
        yield from sorted(found.values(), key=lambda section: order.index(section.code))


def is_gap(section: Section) -> bool:
    """Whether it says that nothing is known, whom to ask, and where to look."""
    return bool(section.texts) and not section.total


def _row(line: Line, *, here: bool = False) -> Line:
    """A name, a number, and what keeps a caller from calling in vain; where it is, if its entry stands elsewhere."""
    facts = line.facts if line.group and not here else ""
    return replace(line, numbers=line.numbers[:1], facts=facts, hours="", who="", who_language="", rules=())


def _unsure(line: Line) -> bool:
    return bool(line.group)


def _rules(parts: Iterable[Part]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Who qualifies by the rules of programs, kind by kind."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for part in parts:
        for kind in part.entries:
            for kinds, rules in kind.rules.items():
                found[kinds].update(dict.fromkeys(rules))
    return tuple((kinds, tuple(rules)) for kinds, rules in found.items())
