"""A booklet on paper: half-letter pages in reading order, and the same two to a side of Letter for a copier."""

from __future__ import annotations

import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import Any

import pikepdf

from resource_directory.messages import Messages
from resource_directory.sheets.booklets import Booklet, Indexed, Part, Writing, is_gap, sorting
from resource_directory.sheets.content import NO_BREAK, Line, Section
from resource_directory.sheets.fitting import Style
from resource_directory.sheets.kinds import Paper, Press, line_data
from resource_directory.sheets.setting import JSON, CannotSet

#: Kinds of paper of a whole state.
STATE_KINDS = ("booklet",)
STYLE = Style(
    page_width=396, page_height=612, margin=44, number=10.4, name=8.6, small=7.6, heading=9, numbers=70, gap=6,
    inner=1.4, between=3.4, above=7, below=3,
)  # fmt: skip
#: More sheets than these do not fold well, and staples do not go through.
MOST_SHEETS = 20
#: Pages of a sheet, printed on both sides.
PAGES = 4
#: So often a booklet is set until every number of a page is that of the page.
_TRIES = 6
#: What begins so far from the top of a page, in points, begins it.
_TOP = 66.0
#: How the template marks what begins somewhere, while pages are being found.
_MARK = "key:"


@dataclass(frozen=True)
class Bound:
    """A booklet to be read, and the same for a copier."""

    paper: Paper
    copier: bytes


@dataclass(frozen=True)
class Found:
    """On which page everything begins, by key; what stands at the head of each page; pages of notes before the last,
    which make the number of all pages a multiple of four."""

    pages: Mapping[str, int]
    heads: tuple[str, ...] = ()
    blank: int = 0


def bound(press: Press, slug: str) -> Bound:
    """The booklet of a state (`co`). Raises CannotSet.

    It is set with the numbers of pages that were found before, until they are those that are found.
    """
    booklet = Writing(press.content, slug).booklet()
    key, day = booklet.sheet.id_of("booklet"), booklet.sheet.day
    binding = _Binding(press, booklet)
    data, found = binding.data(key), Found({})
    for _ in range(_TRIES):
        # Tags are of no use on a copier, and half of the bytes.
        plain = press.setter.untagged("booklet", {**data, **binding.found(found), "finding": True}, day)
        press.setter.forget()
        before, found = found, binding.read(plain, found)
        if before == found:
            pdf = press.setter.pdf({"booklet": {**data, **binding.found(found), "finding": False}}, day).pdf
            press.setter.forget()
            return Bound(Paper(key, pdf, booklet.sheet), imposed(plain))
    raise CannotSet(f"{booklet.sheet.place}: its pages do not come to rest.")


@dataclass(frozen=True)
class _Binding:
    press: Press
    booklet: Booklet

    @property
    def messages(self) -> Messages:
        return self.press.messages

    def data(self, key: str) -> JSON:
        """What the template is given, without pages. Everything to which a page may lead has a key."""
        booklet, say = self.booklet, self.messages.gettext
        state = booklet.sheet.name
        return {
            **self.press.head(booklet.sheet, key),
            "style": asdict(STYLE),
            "subtitle": say("Whom to call for help"),
            "danger": say("If someone is in danger now, call 911."),
            "hotlines_heading": say("Hot lines"),
            "hotlines": list(map(line_data, booklet.sheet.hotlines)),
            "how_heading": say("How to use this booklet"),
            "how": self._how(),
            "gaps": self._gaps(),
            "rules": self._rules(),
            "copying_heading": say("To make more of these"),
            "words": {
                "page": say("p."),
                "contents": say("Contents"),
                "regions": say("Regions"),
                "counties": say("Counties"),
                "needs": say("Index of needs"),
                "names": say("Index of organizations"),
                "notes": say("Notes"),
                "region": say("Region:"),
                "ask": say("Whom to ask:"),
                "beyond": say("Also in other states:"),
                "in_counties": say("In these counties:"),
            },
            "whole": self._part(booklet.whole, self._all_of_it),
            "regions": [
                {
                    "region": self._part(region, region.name) if region else None,
                    "heading": say("Counties without a region"),
                    "counties": [self._part(county, county.name) for county in counties],
                }
                for region, counties in booklet.regions
            ],
            "outside": self._part(booklet.outside, self.messages.say("Nearest outside %(place)s", place=state)),
            "listed": [{"name": part.name, "key": part.key} for part in booklet.counties],
            "needs": [self._need(need) for need in booklet.needs],
            "names": list(self._names()),
        }

    def found(self, found: Found) -> JSON:
        """What depends on the pages on which things were found."""
        pages = {key: str(page) for key, page in found.pages.items()}
        return {
            "pages": pages,
            "heads": found.heads,
            "blank": found.blank,
            "copying": copying(len(found.heads), self.messages),
        }

    def read(self, pdf: bytes, given: Found) -> Found:
        """The pages on which everything is found in a document that marks it, set with pages given."""
        pages: dict[str, int] = {}
        begins: list[tuple[int, bool, str]] = []
        with pikepdf.open(io.BytesIO(pdf)) as document:
            number = len(document.pages)
            for page, key, top in _marks(document):
                if pages.setdefault(key, page) == page and key in self._heads:
                    begins.append((page, top < _TOP, self._heads[key]))
        return Found(pages, tuple(heads(begins, number)), -(number - given.blank) % PAGES)

    @cached_property
    def _heads(self) -> Mapping[str, str]:
        """What stands at the head of pages, by key: a region's number only, since names are long."""
        say = self.messages.gettext
        regions = {key: key.upper() for key in self._regions}
        counties = {part.key: part.name for part in self.booklet.counties}
        front = {"hotlines": say("Hot lines"), "contents": say("Contents"), "state": self._all_of_it}
        back = {
            "alone": say("Counties without a region"),
            "outside": self.messages.say("Nearest outside %(place)s", place=self.booklet.sheet.name),
            "needs": say("Index of needs"),
            "names": say("Index of organizations"),
        }
        return {**front, **regions, **counties, **back}

    @property
    def _all_of_it(self) -> str:
        return self.messages.say("For all of %(place)s", place=self.booklet.sheet.name)

    def _how(self) -> list[str]:
        say = self.messages.gettext
        return [
            say("Find your county in the contents. Its name stands at the outer edge of its pages."),
            say(
                "For each need, the first to call stands first. The number of a page leads to more about them. "
                "All who are in the county follow, by kind."
            ),
            say("Who serves a whole region, or the whole state, stands there once. Two indexes are at the end."),
            say("Ask first: we do not know for sure whether they serve your county."),
            say("Where no hours stand, we do not know them. Ask whether they take new people now."),
            say("Miles are from the middle of the county."),
        ]

    def _gaps(self) -> JSON:
        say = self.messages.gettext
        return {
            "heading": say("Where we know nobody"),
            "sections": [{"heading": gap.heading, "texts": list(gap.texts[1:])} for gap in self.booklet.gaps],
        }

    def _rules(self) -> JSON:
        say = self.messages.gettext
        kinds = [{"kind": heading, "text": " · ".join(rules)} for heading, rules in self.booklet.rules]
        return {"heading": say("Who qualifies, by the rules of the programs"), "kinds": kinds}

    def _part(self, part: Part, name: str) -> JSON:
        groups = {line.group for section in part.entries for line in section.lines}
        # What is true of all is said once.
        asked = groups.pop() if len(groups) == 1 else ""
        regions = {region.key: region.name for region, _ in self.booklet.regions if region}
        return {
            "key": part.key,
            "name": name,
            "answers": [self._rows(section, part.key) for section in part.answers],
            "needs": [self._rows(section, part.key) for section in part.needs],
            "asked": asked,
            "entries": [self._kind(section, asked) for section in part.entries],
            "counties": [{"name": self._short[key], "key": key} for key in part.counties],
            "beyond": "; ".join(part.beyond),
            "regions": [{"name": regions[key], "key": key} for key in part.regions],
        }

    def _rows(self, section: Section, key: str) -> JSON:
        gap = is_gap(section)
        return {
            "heading": section.heading,
            "texts": list(section.texts[:1] if gap else section.texts),
            "gap": gap,
            "lines": [] if gap else [self._row(line, key) for line in section.lines],
        }

    def _row(self, line: Line, key: str) -> JSON:
        """A row of a part. To itself it does not lead."""
        place = self._line(line)
        mark = self._marks.get(line.standing or "", self._marks["may_know"] if line.group else "")
        note = line.note if not line.numbers else ""
        leads_to = self._key_of(line)
        return {
            **place,
            "facts": " · ".join(filter(None, (mark, place["facts"], note))),
            "key": leads_to if leads_to != key else "",
        }

    @cached_property
    def _marks(self) -> Mapping[str, str]:
        """How a line stands to the place, in a word or two; how to use the booklet says more."""
        say = self.messages.gettext
        ask = say("ask first")
        return {
            "listed": ask, "in_state": ask, "may_know": say("may know"), "leads": say("leads to help"),
            "nearest": say("in another county"),
        }  # fmt: skip

    def _kind(self, section: Section, asked: str) -> JSON:
        lines = (replace(line, group="") if line.group == asked else line for line in section.lines)
        return {"heading": section.heading, "lines": [{**self._line(line), "key": _key(line.id)} for line in lines]}

    def _line(self, line: Line) -> JSON:
        """A line below the name of its kind, which it need not say again."""
        label = self.press.directory.vocabulary.types[line.type].label if line.type else ""
        facts = line.facts.removeprefix(label).removeprefix(" · ") if label else line.facts
        return line_data(replace(line, facts=facts))

    def _key_of(self, line: Line) -> str:
        """What a line leads to: its full entry, its region, or the hot lines."""
        if line.id in self._hotlines:
            return "hotlines"
        record = self.press.directory.records[line.id]
        number = str(getattr(record, "coc_number", "")).lower()
        return number if number in self._regions else _key(line.id)

    @cached_property
    def _hotlines(self) -> frozenset[str]:
        return frozenset(line.id for line in self.booklet.sheet.hotlines)

    @cached_property
    def _regions(self) -> frozenset[str]:
        return frozenset(region.key for region, _ in self.booklet.regions if region)

    @cached_property
    def _short(self) -> Mapping[str, str]:
        """Names of counties without what they are, where that tells none from another."""
        known = self.press.directory.places.counties
        counted = Counter(known[part.key].name for part in self.booklet.counties)
        names = {p.key: known[p.key].name if counted[known[p.key].name] == 1 else p.name for p in self.booklet.counties}
        return {key: name.replace(" ", NO_BREAK) for key, name in names.items()}

    @cached_property
    def _names_told(self) -> Mapping[str, str]:
        """Names by id; of several that are called alike, with the place where each has its entry."""
        homes = {line.id: part for part in self.booklet.parts for kind in part.entries for line in kind.lines}
        counted = Counter(name for name, _ in self.booklet.names)
        places = {key: self._short.get(part.key, part.name) for key, part in homes.items()}
        told = {key: f"{name}, {places[key]}" if places[key] else name for name, key in self.booklet.names}
        return {key: told[key] if counted[name] > 1 else name for name, key in self.booklet.names}

    def _need(self, need: Indexed) -> JSON:
        named = [{"name": self._names_told[key], "key": _key(key)} for key in need.named]
        hotlines = [{"name": self.messages.gettext("Hot lines"), "key": "hotlines"}]
        return {
            "heading": need.heading,
            "named": named if named or need.counties else hotlines,
            "counties": [{"name": self._short[key], "key": key} for key in need.counties],
        }

    def _names(self) -> Iterator[JSON]:
        """Every organization by its first letter."""
        regions = [(region.name, region.key) for region, _ in self.booklet.regions if region]
        organizations = ((name, _key(key)) for key, name in self._names_told.items())
        names = sorted((*organizations, *regions), key=lambda pair: (sorting(pair[0]), pair[1]))
        for letter, group in groupby(names, key=lambda pair: _letter(sorting(pair[0]))):
            yield {"letter": letter, "named": [{"name": name, "key": key} for name, key in group]}


def _key(record_id: str) -> str:
    """The key of an entry: no place's, and none of the template's own."""
    return f"entry:{record_id}"


def _letter(name: str) -> str:
    return name[:1].upper() if name[:1].isalpha() else "0\u20139"


def _marks(document: pikepdf.Pdf) -> Iterator[tuple[int, str, float]]:
    """(page, key, points from the top) of everything that is marked."""
    for number, page in enumerate(document.pages, start=1):
        for link in page.obj.get("/Annots", ()):
            address = str(link.A.get("/URI", "")) if "/A" in link else ""
            if address.startswith(_MARK):
                yield number, address.removeprefix(_MARK), STYLE.page_height - float(link.Rect[3])


def heads(begins: Iterable[tuple[int, bool, str]], number: int) -> Iterator[str]:
    """What stands at the head of each of so many pages: the first and the last of what is on it. `begins` are a page,
    whether that is its top, and a name."""
    on = defaultdict(list)
    for page, at_top, name in begins:
        on[page].append((at_top, name))
    last = ""
    for page in range(1, number + 1):
        names = [name for _, name in on[page]]
        if not names or not on[page][0][0]:
            names.insert(0, last)
        last = names[-1]
        shown = [name for name in (names[0], names[-1]) if name]
        yield " \u2013 ".join(dict.fromkeys(shown))


# For a copier


def parts_of(pages: int) -> list[range]:
    """The pages of each part that is folded by itself: as few parts as staples go through, of about as many sheets."""
    sheets = -(-pages // PAGES)
    number = max(1, -(-sheets // MOST_SHEETS))
    base, more = divmod(sheets, number)
    found, first = [], 1
    for index in range(number):
        last = first + (base + (index < more)) * PAGES
        found.append(range(first, last))
        first = last
    return found


def copying(pages: int, messages: Messages) -> str:
    """How a booklet of so many pages is printed and folded."""
    parts = parts_of(pages)
    printed = messages.gettext(
        "Print the file for copiers on both sides of Letter paper. Choose: flip on the short edge."
    )
    if len(parts) == 1:
        folded = messages.gettext("Fold all sheets in the middle, and staple the fold.")
        return f"{printed} {folded}"
    told = [
        messages.say("pages %(first)s to %(last)s (%(sheets)s sheets)", first=p[0], last=p[-1], sheets=len(p) // PAGES)
        for p in parts
    ]
    how = messages.say(
        "It is too thick for one fold, so it has %(number)s parts: %(parts)s. Fold and staple each part by itself. Lay "
        "them one on the other, the first on top, and hold them together with tape or a clip.",
        number=len(parts), parts="; ".join(told),
    )  # fmt: skip
    return f"{printed} {how}"


def saddle(part: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The pages, left and right, of each side of a part's sheets: front, back, front ..., the outer sheet first."""
    low, high = 0, len(part) - 1
    while low < high:
        yield part[high], part[low]
        yield part[low + 1], part[high - 1]
        low, high = low + 2, high - 2


def imposed(pdf: bytes) -> bytes:
    """The pages of a document, a multiple of four, two to a side of Letter across, to be printed and folded."""
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as pages, pikepdf.new() as document:
        forms = [document.copy_foreign(page.as_form_xobject()) for page in pages.pages]
        for part in parts_of(len(forms)):
            for left, right in saddle(part):
                _side(document, forms[left - 1], forms[right - 1])
        document.docinfo["/Title"] = pages.docinfo["/Title"]
        document.Root.Lang = pikepdf.String(str(pages.Root.Lang))
        document.Root.ViewerPreferences = pikepdf.Dictionary(
            DisplayDocTitle=True, Duplex=pikepdf.Name.DuplexFlipShortEdge, PrintScaling=pikepdf.Name("/None")
        )
        document.save(made, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return made.getvalue()


def _side(document: pikepdf.Pdf, left: Any, right: Any) -> None:
    width, height = STYLE.page_width, STYLE.page_height
    document.add_blank_page(page_size=(2 * width, height))
    page = document.pages[-1].obj
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(L=left, R=right))
    page.Contents = document.make_stream(f"q /L Do Q q 1 0 0 1 {width:g} 0 cm /R Do Q".encode())
