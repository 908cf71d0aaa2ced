"""What fits on a sheet: text is measured with the widths of the font's letters, and the least useful line goes first.

The template sets what is handed to it, in the columns chosen here and in the sizes given here. All lengths are in
points (1/72 in).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

from resource_directory.messages import END, FOREIGN, Messages
from resource_directory.sheets.content import Line, Number, Section, Sheet


@dataclass(frozen=True)
class Family:
    """A family of letters: its name in Typst, and its plain and its bold file below `node_modules/`."""

    name: str
    plain: str
    bold: str


NOTO = Family(
    "Noto Sans",
    "@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf",
    "@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf",
)
#: What other scripts need beside it, below `fonts/node_modules/`. Vietnamese and Tagalog are in Noto Sans itself. Its
#: sister for Arabic has dots as glyphs of their own, and a reader's tool reads such a letter twice.
BESIDE: Mapping[str, Family] = {
    "ar": Family(
        "Almarai",
        "@expo-google-fonts/almarai/400Regular/Almarai_400Regular.ttf",
        "@expo-google-fonts/almarai/700Bold/Almarai_700Bold.ttf",
    ),
    "ko": Family(
        "NanumGothic",
        "@expo-google-fonts/nanum-gothic/400Regular/NanumGothic_400Regular.ttf",
        "@expo-google-fonts/nanum-gothic/700Bold/NanumGothic_700Bold.ttf",
    ),
    "zh-Hans": Family(
        "Noto Sans S Chinese",
        "@embedpdf/fonts-sc/fonts/NotoSansHans-Regular.otf",
        "@embedpdf/fonts-sc/fonts/NotoSansHans-Bold.otf",
    ),
}
#: Scripts whose rows may end after any letter; and what may not begin a row, or end one.
_ANYWHERE = "\u2e80-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef"
_CLOSES, _OPENS = "，。、；：？！）」』】》·,.;:?!)", "（「『【《("
_PIECE = re.compile(rf"[{_OPENS}]*[{_ANYWHERE}][{_CLOSES}]*|[^{_ANYWHERE} ]+| +")
_IS_ANYWHERE = re.compile(f"[{_ANYWHERE}]")
#: So many lines are tried one by one when no more fit together.
_MORE_TRIES = 16
#: A section's place, and its line's.
Rank = tuple[int, int]


@dataclass(frozen=True)
class Style:
    """Sizes of letters and of what stands between them. The template is given these and has none of its own."""

    page_width: float = 612
    page_height: float = 792
    margin: float = 34
    gutter: float = 18
    footer: float = 14
    #: The place's name with when it was made, beside the code. A long name is set smaller.
    head: float = 84
    titles: tuple[float, ...] = (20, 16, 13)
    code: float = 70
    beside_code: float = 150
    #: The head of the second page.
    second_head: float = 30
    map_height: float = 150
    numbers: float = 84
    #: The numbers of hot lines, with what to send to them.
    wide_numbers: float = 112
    gap: float = 6
    number: float = 12.5
    name: float = 9
    small: float = 8
    heading: float = 10.5
    #: Between lines of one text, in parts of their size.
    leading: float = 0.22
    #: Between the texts of a line, between lines, above a heading, below it.
    inner: float = 1.6
    between: float = 5.5
    above: float = 9
    below: float = 4.5
    #: What the estimate may be short of.
    slack: float = 6

    @property
    def column(self) -> float:
        return (self.page_width - 2 * self.margin - self.gutter) / 2

    @property
    def words(self) -> float:
        """The width of names and facts, beside the numbers."""
        return self.column - self.numbers - self.gap

    @property
    def room(self) -> float:
        """The height of a page between margins and above the foot."""
        return self.page_height - 2 * self.margin - self.footer


class Letters:
    """The widths of letters, in parts of the size, plain and bold, of the first family that has them. Each family is
    its plain and its bold file. Raises OSError where one is missing."""

    def __init__(self, *families: tuple[Path, Path]) -> None:
        self._widths = tuple(_first_widths(files) for files in zip(*families, strict=True))
        self.known = frozenset(self._widths[0]).intersection(self._widths[1])
        self.width = lru_cache(maxsize=200_000)(self._width)
        # The same names and kinds stand on the sheets of many places.
        self.rows = lru_cache(maxsize=200_000)(self._rows)

    def _width(self, word: str, bold: bool) -> float:
        widths = self._widths[bold]
        return sum(widths.get(letter, 1.0) for letter in word)

    def _rows(self, text: str, width: float, size: float, bold: bool = False) -> int:
        """How many rows a text takes; at least one."""
        if _IS_ANYWHERE.search(text):
            return self._rows_anywhere(text, width, size, bold)
        space, at, rows = self.width(" ", bold) * size, -1.0, 1
        for word in text.split(" "):
            wide = self.width(word, bold) * size
            if at < 0:
                at = wide
            elif at + space + wide <= width:
                at += space + wide
            else:
                rows, at = rows + 1, wide
            if at > width:
                extra = int(at / width)
                rows, at = rows + extra, at - extra * width
        return rows

    def _rows_anywhere(self, text: str, width: float, size: float, bold: bool) -> int:
        """The same of Chinese, without the spaces at the ends of rows."""
        at, rows, space = 0.0, 1, 0.0
        for piece in _PIECE.findall(text):
            wide = self.width(piece, bold) * size
            if piece.isspace():
                space += wide
            elif at and at + space + wide > width:
                rows, at, space = rows + 1, wide, 0.0
            else:
                at, space = at + space + wide, 0.0
            if at > width:
                extra = int(at / width)
                rows, at = rows + extra, at - extra * width
        return rows


def _first_widths(files: Iterable[Path]) -> Mapping[str, float]:
    found = {FOREIGN: 0.0, END: 0.0}
    for file in files:
        found = {**_widths(file), **found}
    return found


def _widths(file: Path) -> Mapping[str, float]:
    with TTFont(file, lazy=True) as font:
        per_em = font["head"].unitsPerEm
        advances = font["hmtx"].metrics
        return {chr(code): advances[name][0] / per_em for code, name in font.getBestCmap().items()}


def families_of(language: str) -> tuple[Family, ...]:
    """The families of a language, that of our own letters and digits first."""
    return (NOTO, BESIDE[language]) if language in BESIDE else (NOTO,)


def font_files(node_modules: Path, family: Family = NOTO) -> tuple[Path, Path]:
    """The plain and the bold one. Raises FileNotFoundError with the mend."""
    folder = node_modules if family is NOTO else node_modules.parent / "fonts/node_modules"
    plain, bold = folder / family.plain, folder / family.bold
    if not (plain.is_file() and bold.is_file()):
        mend = "make setup" if family is NOTO else "make fonts"
        raise FileNotFoundError(f"The fonts for paper are missing. Run '{mend}'.")
    return plain, bold


@dataclass(frozen=True)
class Fitted:
    """A sheet with as much as there is room for, and how many sections stand in the left column of each page."""

    sheet: Sheet
    left_answers: int
    left_needs: int


@dataclass(frozen=True)
class Fitting:
    """Fits sheets of one language."""

    letters: Letters
    messages: Messages
    style: Style = field(default_factory=Style)

    def fitted(self, sheet: Sheet, spare: float = 0.0) -> Fitted:
        """The sheet on two pages. `spare` is left free at the foot of each column, after a try that was too long."""
        style = self.style
        first = style.room - style.head - style.above - self.hotlines_height(sheet.hotlines) - style.slack - spare
        answers, left_answers = self._page(sheet.answers, first, style.map_height + style.above, short=False)
        second = style.room - style.second_head - style.slack - spare
        needs, left_needs = self._page(sheet.needs, second, 0.0, short=True)
        return Fitted(replace(sheet, answers=answers, needs=needs), left_answers, left_needs)

    def title(self, name: str) -> float:
        """The size in which a name stands in one row, or the smallest."""
        style = self.style
        width = style.page_width - 2 * style.margin - style.code - style.beside_code - 20
        rows = ((size, self.letters.rows(name, width, size, bold=True)) for size in style.titles)
        return next((size for size, number in rows if number == 1), style.titles[-1])

    def _page(
        self, sections: Sequence[Section], room: float, right: float, *, short: bool
    ) -> tuple[tuple[Section, ...], int]:
        """The sections of a page with as many lines as fit, and how many of them stand on the left. `right` is the
        height of what stands at the foot of the right column."""

        # The same few lines of a section are measured again and again.
        known: dict[tuple[int, tuple[bool, ...]], float] = {}

        def height(index: int, again: tuple[bool, ...]) -> float:
            if (index, again) not in known:
                known[index, again] = self.section_height(_with_lines(sections[index], again))
            return known[index, again]

        def tallest(kept: Sequence[Rank]) -> tuple[float, int]:
            heights = [height(index, again) for index, again in enumerate(_again(sections, kept, short=short))]
            return _tallest(heights, right)

        kept = most(list(by_use(sections)), lambda kept: tallest(kept)[0] <= room)
        return cut(sections, kept, short=short), tallest(kept)[1]

    def section_height(self, section: Section) -> float:
        """A heading with the room above it, its texts, its lines, and how many more there are."""
        style = self.style
        heading = self._rows(section.heading, style.column, style.heading, bold=True) + 2
        # Each with the room below it. Between two sections the greater room holds, that above a heading.
        parts = [
            (self._rows(text, style.column, style.small), style.inner)
            for text in (*section.texts, rules(section))
            if text
        ]
        group = ""
        for line in section.lines:
            if line.group != group and line.group:
                parts.append((self._rows(line.group, style.column, style.small), style.inner + 2))
            group = line.group
            parts.append((self.line_height(line), style.between))
        if section.more > 0:
            parts.append((style.small, style.inner))
        return style.above + heading + style.below + sum(map(sum, parts)) - (parts[-1][1] if parts else 0)

    def line_height(self, line: Line) -> float:
        style = self.style
        texts = [text for text in (line.facts, line.status, line.hours, line.who, line.note) if text]
        words = style.words if line.numbers else style.column
        own = self._rows(line.name, words, style.name, bold=True)
        own += sum(self._rows(text, words, style.small, bold=text is line.status) + style.inner for text in texts)
        return max(own, self.numbers_height(line))

    def numbers_height(self, line: Line) -> float:
        style = self.style
        found = 0.0
        for number in line.numbers:
            found += style.number if number is line.numbers[0] else style.name
            found += sum(
                self._rows(t, style.numbers, style.small) + style.inner for t in (number.before, number.after) if t
            )
            found += style.inner
        return found - style.inner if line.numbers else 0.0

    def hotlines_height(self, lines: Sequence[Line]) -> float:
        """The box of hot lines: a sentence, and two columns of lines."""
        style = self.style
        half = -(-len(lines) // 2)
        columns = (lines[:half], lines[half:])
        taller = max(sum(self.hotline_height(line) + style.between for line in column) for column in columns)
        return style.heading * 2 + style.above * 2 + taller

    def hotline_height(self, line: Line) -> float:
        style = self.style
        words = (style.column - 8) - style.wide_numbers - style.gap
        own = self._rows(line.name, words, style.name, bold=True)
        return max(own, sum(self._hotline_number(number, index) for index, number in enumerate(line.numbers)))

    def _hotline_number(self, number: Number, index: int) -> float:
        style = self.style
        size = style.small if index else style.number
        # As if all were as large as the digits' own letters are wide: a little too much.
        rows = self.letters.rows(number.words, style.wide_numbers, style.small * 1.1, bold=True)
        return size + (rows - 1) * style.small * (1 + style.leading) + style.inner

    def _rows(self, text: str, width: float, size: float, bold: bool = False) -> float:
        """The height of a text."""
        rows = self.letters.rows(text, width, size, bold)
        return rows * size + (rows - 1) * size * self.style.leading


def rules(section: Section) -> str:
    """Who qualifies by the rules of the programs, kind by kind, in a text."""
    return " · ".join(f"{kinds}: {'; '.join(found)}" for kinds, found in section.rules.items())


def most(ranked: Sequence[Rank], fits: Callable[[Sequence[Rank]], bool]) -> list[Rank]:
    """As many of the most useful lines as fit."""
    low, high = 0, len(ranked)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(ranked[:middle]) else (low, middle - 1)
    kept, full = list(ranked[:low]), set()
    # Where the next one does not fit, a shorter one of another section may.
    for entry in ranked[low : low + _MORE_TRIES]:
        if entry[0] not in full and fits([*kept, entry]):
            kept.append(entry)
        else:
            full.add(entry[0])
    return kept


def by_use(sections: Sequence[Section]) -> Iterator[Rank]:
    """(section, line) of all lines, the most useful first: the first line of every section, then the second of every
    section, and so on. A section's lines come in the order of calls."""
    longest = max((len(section.lines) for section in sections), default=0)
    for turn in range(longest):
        for index, section in enumerate(sections):
            if turn < len(section.lines):
                yield index, turn


def cut(sections: Sequence[Section], kept: Iterable[Rank], *, short: bool) -> tuple[Section, ...]:
    """The sections with the lines kept. Where `short`, who has stood in an earlier section is only named again."""
    return tuple(map(_with_lines, sections, _again(sections, kept, short=short)))


def _again(sections: Sequence[Section], kept: Iterable[Rank], *, short: bool) -> Iterator[tuple[bool, ...]]:
    """Of each section, for each line that it keeps, whether it is only named again."""
    numbers = [0] * len(sections)
    for index, _ in kept:
        numbers[index] += 1
    seen: set[str] = set()
    for section, number in zip(sections, numbers, strict=True):
        ids = [line.id for line in section.lines[:number]]
        yield tuple(short and key in seen for key in ids)
        seen.update(ids)


def _with_lines(section: Section, again: Sequence[bool]) -> Section:
    lines = (_named_again(line) if named else line for line, named in zip(section.lines, again, strict=False))
    return replace(section, lines=tuple(lines))


def _tallest(heights: Sequence[float], right: float) -> tuple[float, int]:
    """The height of the taller of two columns of sections, at the best place to begin the second one; and that place.
    `right` is the height of what stands at the foot of the right column."""
    total = sum(heights)
    best, left, at = total + right, 0, 0.0
    for index, height in enumerate(heights, start=1):
        at += height
        if max(at, total - at + right) < best:
            best, left = max(at, total - at + right), index
    return best, left


def _named_again(line: Line) -> Line:
    """Its name, its numbers, and what keeps a caller from calling in vain."""
    return replace(line, facts="", hours="", who="", who_language="", rules=())
