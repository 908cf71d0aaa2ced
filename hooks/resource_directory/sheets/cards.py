"""Pocket cards: panels of 3.5 by 2 inches, which a fold keeps together or a cut makes into single cards."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from resource_directory.sheets.content import Line, Section, Sheet
from resource_directory.sheets.fitting import Letters, Rank, by_use, cut, most

#: Panels of a folded card: four a side.
PANELS = 8
Panel = tuple[Section, ...]


#: Points between the parts of a cover.
COVER_GAPS = 13.0
#: Points between the name and the words of a single card's head, and below them.
HEAD_GAPS = 6.0
#: No more hot lines than these have room on a poster where names are long; nor more by need.
FEW_ON_POSTER = 5
_PARTS_OF_ADDRESS = re.compile(r"[^./-]*[./-]|[^./-]+")


@dataclass(frozen=True)
class CardStyle:
    """Sizes in points. The template is given these and has none of its own."""

    width: float = 252
    height: float = 144
    inset_x: float = 10
    inset_y: float = 9
    numbers: float = 94
    #: Numbers with what to send to them.
    wide_numbers: float = 116
    gap: float = 5
    number: float = 13.5
    name: float = 8.5
    small: float = 7.4
    heading: float = 9
    leading: float = 0.15
    inner: float = 1.2
    between: float = 3.6
    above: float = 5
    below: float = 2.6
    slack: float = 2
    code: float = 66
    #: Sizes of the place's name on the cover.
    titles: tuple[float, ...] = (13, 10.5, 9, 8)
    #: The same on a single card.
    heads: tuple[float, ...] = (10, 8.5, 7.4)
    #: Of the address below the code.
    addresses: tuple[float, ...] = (7.4, 6.6, 5.8)

    @property
    def room(self) -> float:
        return self.height - 2 * self.inset_y - self.slack

    @property
    def column(self) -> float:
        return self.width - 2 * self.inset_x

    @property
    def below_code(self) -> float:
        """The height of what may stand below the code and the id."""
        return self.room - self.code - self.name - 2 * self.inner


@dataclass(frozen=True)
class Strip:
    """A strip of a poster, in points: it is as wide as its two lines are high, and `length` is that of its rows."""

    #: How many there are, and what printers leave white at the left, the right and the foot of a page.
    count: int = 8
    edge: float = 18
    width: float = 72
    height: float = 150
    length: float = 122
    number: float = 15
    inner: float = 1.5
    sizes: tuple[float, ...] = (7.5, 7, 6.5, 6)

    @property
    def room(self) -> float:
        """How high its lines may be, beside the lines along which it is cut."""
        return self.width - 8


STRIP = Strip()


@dataclass(frozen=True)
class Panels:
    """What stands on each panel after the cover, from the top of the front; and the sheet with only what is there."""

    sheet: Sheet
    panels: tuple[Panel, ...]


@dataclass(frozen=True)
class Head:
    """What stands at the head of a single card, the size of its first words, and its height in points."""

    words: tuple[str, ...]
    size: float
    height: float


@dataclass(frozen=True)
class CardFitting:
    """Fits cards: numbers with names, hot lines first, then by need."""

    letters: Letters
    style: CardStyle = field(default_factory=CardStyle)

    def folded(self, sheet: Sheet, hotlines: str) -> Panels:
        """All panels but the cover of a folded card. `hotlines` is the heading of the hot lines."""
        of_lines = self._over_panels(Section("hotlines", hotlines, sheet.hotlines, len(sheet.hotlines)))
        panels = self._needs(sheet, of_lines)
        needs = tuple(section for panel in panels for section in panel if section.code != "hotlines")
        return Panels(replace(sheet, answers=(), needs=needs), panels)

    def title(self, name: str, subtitle: str, danger: str, told: Iterable[str]) -> float:
        """The size in which a name stands on the cover in two rows, above all else that it says; or the smallest."""
        style, width = self.style, self.style.column - self.style.code - 6
        below = [(subtitle, 9.0, False), (danger, 10.5, True), *((text, style.small, False) for text in told if text)]
        other = sum(self._rows(text, width, size, bold) + style.inner for text, size, bold in below) + COVER_GAPS
        for size in style.titles:
            fits = self._rows(name, width, size, bold=True) + other <= style.room
            if fits and self.letters.rows(name, width, size, bold=True) <= 2:
                return size
        return style.titles[-1]

    def single(self, sheet: Sheet, hotlines: str, needs: str, heads: tuple[float, float]) -> Panels:
        """Two panels: hot lines, as many as fit, and the first to call by need, below heads of so many points. `needs`
        is the heading of the second. A panel for which there is nobody is empty."""
        one_each = tuple(replace(line, numbers=line.numbers[:1]) for line in sheet.hotlines)
        by_need = tuple(_one_a_need(sheet.needs))
        front = self._one_panel(Section("hotlines", hotlines, one_each, len(one_each)), heads[0])
        back = self._one_panel(Section("needs", needs, by_need, len(by_need)), heads[1])
        lines = front[0].lines if front else ()
        return Panels(replace(sheet, hotlines=lines, answers=(), needs=back), (front, back))

    def head(self, words: Sequence[str]) -> Head:
        """The head of a single card: a name, and what is said below it. A long name is set smaller."""
        style = self.style
        name, *told = filter(None, words)
        sizes = ((size, self.letters.rows(name, style.column, size, True)) for size in style.heads)
        size = next((size for size, rows in sizes if rows <= 2), style.heads[-1])
        height = self._rows(name, style.column, size, bold=True) + HEAD_GAPS
        height += sum(self._rows(text, style.column, style.small) + style.inner for text in told)
        return Head((name, *told), size, height)

    def address(
        self, address: str, width: float, sizes: Sequence[float], height: float
    ) -> tuple[float, tuple[str, ...]]:
        """A web address in rows of a width, broken after its points and strokes: the first size in which each of these
        parts stands in a row, and all in a height, or the smallest; and the rows."""
        parts = _PARTS_OF_ADDRESS.findall(address)
        widest = max(self.letters.width(part, False) for part in parts)
        for size in sizes:
            rows = tuple(self._rows_of(parts, width, size))
            if widest * size <= width and len(rows) * size * (1 + self.style.leading) <= height:
                break
        return size, rows

    def _rows_of(self, parts: Iterable[str], width: float, size: float) -> Iterator[str]:
        """Rows of an address. Where a part is too long for one, it is broken anywhere."""
        row = ""
        for whole in parts:
            for part in [whole] if self.letters.width(whole, False) * size <= width else whole:
                if row and self.letters.width(row + part, False) * size > width:
                    yield row
                    row = ""
                row += part
        yield row

    def posters(self, sheet: Sheet) -> Iterator[Sheet]:
        """What may stand on a poster, each with one number, the most first: all hot lines and those first to call for a
        need; then fewer of these, then fewer hot lines, then fewer of both."""
        hotlines = tuple(replace(line, numbers=line.numbers[:1]) for line in sheet.hotlines)
        needs = tuple(_one_a_need(sheet.needs))
        few = min(len(needs), FEW_ON_POSTER)
        numbers = [(len(hotlines), number) for number in range(len(needs), few, -1)]
        numbers += [(number, few) for number in range(len(hotlines), FEW_ON_POSTER, -1)]
        numbers += [(number, number) for number in range(FEW_ON_POSTER, 1, -1)]
        for of_lines, of_needs in numbers:
            section = Section("needs", "", needs[:of_needs], min(of_needs, len(needs)))
            kept = (section,) if section.lines else ()
            yield replace(sheet, hotlines=hotlines[:of_lines], answers=(), needs=kept)

    def strip(self, lines: Sequence[Line]) -> tuple[float, tuple[str, ...]]:
        """The size in which names stand on a strip that is torn off, and the names: in the smallest those that take
        more than two rows are cut at a word. What belongs to a number follows its name."""
        strip = STRIP
        beside = [" ".join(filter(None, (line.numbers[0].before, line.numbers[0].after))) for line in lines]
        names = [" · ".join(filter(None, pair)) for pair in zip((line.name for line in lines), beside, strict=True)]
        for size in strip.sizes:
            if self._strip_height(names, size) <= strip.room:
                return size, tuple(names)
        size = strip.sizes[-1]
        cuts = (self._two_rows(line.name, told, size) for line, told in zip(lines, beside, strict=True))
        return size, tuple(cuts)

    def _strip_height(self, names: Iterable[str], size: float) -> float:
        return sum(self._rows(name, STRIP.length, size) + STRIP.number + 2 * STRIP.inner for name in names)

    def _two_rows(self, name: str, told: str, size: float) -> str:
        """A name cut at a word, before what is told with it, where both take more than two rows."""
        whole = " · ".join(filter(None, (name, told)))
        while self.letters.rows(whole, STRIP.length, size) > 2 and " " in name:
            name = name.rsplit(" ", 1)[0].rstrip(" ,;:-–")
            whole = " · ".join(filter(None, (f"{name} …", told)))
        return whole

    def _one_panel(self, section: Section, head: float) -> Panel:
        """As many of a section's lines as stand on a panel below its head."""
        lines: tuple[Line, ...] = ()
        for line in section.lines:
            if self._height([replace(section, lines=(*lines, line))]) <= self.style.room - head:
                lines = (*lines, line)
            elif lines:
                break
        return (replace(section, lines=lines),) if lines else ()

    def _over_panels(self, section: Section) -> tuple[Panel, ...]:
        """A section over as many panels as it takes."""
        found: list[Panel] = []
        lines: list[Line] = []
        for line in section.lines:
            trial = replace(section, lines=(*lines, line))
            if lines and self._height([trial]) > self.style.room:
                found.append((replace(section, lines=tuple(lines)),))
                lines = []
            lines.append(line)
        return (*found, (replace(section, lines=tuple(lines)),)) if lines else tuple(found)

    def _needs(self, sheet: Sheet, before: Sequence[Panel]) -> tuple[Panel, ...]:
        """The panels before, and as many lines by need as fit on them and after them, the most useful of every need
        first."""
        sections = [section for need in sheet.needs if (section := _callable(need)) is not None]

        def fits(kept: Sequence[Rank]) -> bool:
            packed = self._packed(before, cut(sections, kept, short=False))
            return packed is not None and len(packed) < PANELS

        return self._packed(before, cut(sections, most(list(by_use(sections)), fits), short=False)) or tuple(before)

    def _packed(self, before: Sequence[Panel], sections: Iterable[Section]) -> tuple[Panel, ...] | None:
        """Sections in their order, each whole, on as few panels as that takes; None where one is too long for any."""
        found = [list(panel) for panel in before]
        for section in sections:
            if not section.lines:
                continue
            if self._height([section]) > self.style.room:
                return None
            if found and self._height([*found[-1], section]) <= self.style.room:
                found[-1].append(section)
            else:
                found.append([section])
        return tuple(map(tuple, found))

    def _height(self, sections: Sequence[Section]) -> float:
        style = self.style
        parts = [
            style.above + self._rows(section.heading, style.column, style.heading, bold=True) + 1.5 + style.below
            + sum(self.line_height(line) + style.between for line in section.lines)
            for section in sections
        ]  # fmt: skip
        return sum(parts) - style.above - style.between

    def line_height(self, line: Line) -> float:
        """A name with what a pause says, and numbers beside it."""
        style = self.style
        wide = any(number.before for number in line.numbers)
        words = style.column - style.gap - (style.wide_numbers if wide else style.numbers)
        own = self._rows(line.name, words, style.name, bold=True)
        own += sum(self._rows(text, words, style.small) + style.inner for text in (line.facts, line.status) if text)
        return max(own, self._numbers(line))

    def _numbers(self, line: Line) -> float:
        style = self.style
        found = 0.0
        for index, number in enumerate(line.numbers):
            if index == 0 and not number.before:
                after = self._rows(number.after, style.numbers, style.small) + style.inner if number.after else 0.0
                found += style.number + after + style.inner
            else:
                rows = self.letters.rows(number.words, style.wide_numbers, style.small * 1.1, bold=True)
                found += (style.name if index else style.number) + (rows - 1) * style.small * (1 + style.leading)
                found += style.inner
        return found

    def _rows(self, text: str, width: float, size: float, bold: bool = False) -> float:
        rows = self.letters.rows(text, width, size, bold)
        return rows * size + (rows - 1) * size * self.style.leading


def _callable(need: Section) -> Section | None:
    """A need with those that can be called and take people; hot lines stand on a card already."""
    lines = tuple(
        replace(line, numbers=line.numbers[:1], facts="", hours="", who="", note="", rules=(), group="")
        for line in need.lines
        if line.numbers and line.now and line.type != "hotline"
    )
    return replace(need, lines=lines, texts=(), total=len(lines)) if lines else None


def _one_a_need(needs: Iterable[Section]) -> Iterator[Line]:
    """The first to call for every need, under the need's name; nobody twice."""
    seen: set[str] = set()
    for need in needs:
        section = _callable(need)
        line = next((line for line in section.lines if line.numbers[0].number not in seen), None) if section else None
        if line is not None:
            seen.add(line.numbers[0].number)
            yield replace(line, facts=need.heading)
