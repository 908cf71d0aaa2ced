"""The kinds of paper: what each hands to its template."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property

from resource_directory.directory import Directory
from resource_directory.messages import Messages, bare, marked
from resource_directory.sheets.cards import PANELS, STRIP, CardFitting, CardStyle, Head, Panels
from resource_directory.sheets.content import Content, Line, Section, Sheet, dated, title_of
from resource_directory.sheets.discreet import Discreet
from resource_directory.sheets.drawing import Drawing, mark_svg
from resource_directory.sheets.fitting import Fitted, Fitting, Style, by_use, cut, rules
from resource_directory.sheets.setting import JSON, CannotSet, Pdf, Setter, TooLong, texts_of
from resource_directory.vocabulary import RecordType
from resource_directory.words import list_words

#: Where a reader of paper looks up what has changed.
PAGE = "paper/"
#: The kinds in neutral words. Their names tell nothing, either.
DISCREET = ("list", "numbers")
#: Sheet and card in one file.
HANDOUT = "handout"
#: Rows that the address of the page of paper may take on one of eight cards.
EIGHT_ADDRESS_ROWS = 2
#: So many lines a need in large print.
LARGE_LINES = 3
LARGE = Style(margin=48, number=26, name=18, small=18, heading=20, inner=4, between=14, above=22, below=8)
POSTER = Style(number=22, name=13, small=10, heading=15, inner=2, between=7, above=14, below=6)
POSTER_TITLES = (34.0, 26.0, 20.0)
#: The sizes of the address below a poster's code, whose width is the code's.
POSTER_CODE = 110.0
POSTER_ADDRESS = (10.0, 8.5, 7.0)
POSTER_ADDRESS_HEIGHT = 36.0
POSTER_TITLE_WIDTH = 612 - 2 * 44 - POSTER_CODE - 16.0
#: What somebody who tears a number off needs most.
TORN_OFF = ("safe_place", "advocacy", "talk_now")
#: Points more to leave free, after a sheet came out too long.
_TRIES = (0.0, 12.0, 30.0, 60.0)


@dataclass(frozen=True)
class Paper:
    """A document and the id that stands on it."""

    id: str
    pdf: bytes
    #: What it says, line by line.
    sheet: Sheet = field(repr=False)
    #: Under which it is kept; none where it is not.
    kept: str = ""

    @classmethod
    def of(cls, key: str, found: Pdf, sheet: Sheet) -> Paper:
        return cls(key, found.pdf, sheet, found.key)


@dataclass(frozen=True)
class _Words:
    """What paper says of itself, in plain or in neutral words."""

    title: Callable[[Sheet], str]
    subtitle: str
    hotlines: str
    danger: str
    danger_long: str
    plural: Callable[[RecordType], str]
    #: Whether a name may stand on the map.
    may_say: Callable[[str], bool]


@dataclass(frozen=True)
class Press:
    """Makes paper in one language. `site` is the address of the site's top, with a slash at its end."""

    directory: Directory
    messages: Messages
    setter: Setter
    drawing: Drawing
    site: str

    @property
    def page(self) -> str:
        """The address of the page that tells what has changed, in the paper's language where it is there."""
        return f"{self.site}{self.messages.prefix}{PAGE}"

    @property
    def _host_and_path(self) -> str:
        """The same as one types it."""
        return self.page.split("://", 1)[-1]

    @cached_property
    def content(self) -> Content:
        return Content(self.directory, self.messages)

    @cached_property
    def fitting(self) -> Fitting:
        return Fitting(self.setter.letters, self.messages, Style())

    def paper(self, kind: str, sheet: Sheet) -> Paper:
        """Paper of a kind (`sheet`). Raises CannotSet."""
        return _KINDS[kind](self, sheet)

    def _words(self, kind: str) -> _Words:
        return self._neutral if kind in DISCREET else self._plain

    @cached_property
    def _plain(self) -> _Words:
        say = self.messages.gettext
        return _Words(
            title=lambda sheet: title_of(sheet, self.messages),
            subtitle=say("Whom to call for help"),
            hotlines=say("Hot lines"),
            danger=say("In danger now? Call 911."),
            danger_long=say("If someone is in danger now, call 911."),
            plural=lambda kind: kind.plural,
            may_say=bool,
        )

    @cached_property
    def _neutral(self) -> _Words:
        say = self.messages.gettext
        return _Words(
            title=lambda sheet: self.messages.say("Phone numbers: %(place)s", place=sheet.place),
            subtitle=say("Phone numbers"),
            hotlines=say("Phone lines"),
            danger=say("Emergency: 911"),
            danger_long=say("Emergency: 911"),
            plural=lambda kind: kind.neutral_plural,
            may_say=lambda name: self.discreet.telling([name]) is None,
        )

    @cached_property
    def discreet(self) -> Discreet:
        return Discreet(self.directory, self.messages)

    def head(self, sheet: Sheet, key: str) -> JSON:
        """What stands on every kind of paper that is not discreet."""
        return self._head(sheet, key, self._plain)

    def sheet(self, sheet: Sheet) -> Paper:
        """Two pages of Letter."""
        return self._two_pages_of(sheet, "sheet")

    def quiet_sheet(self, sheet: Sheet) -> Paper:
        """The same in neutral words, without the eight questions."""
        quiet = self.discreet.sheet(sheet)
        half = -(-len(quiet.needs) * 2 // 5)
        return self._two_pages_of(replace(quiet, answers=quiet.needs[:half], needs=quiet.needs[half:]), "list")

    def _two_pages_of(self, sheet: Sheet, kind: str) -> Paper:
        words = self._words(kind)
        for spare in _TRIES:
            fitted = self.fitting.fitted(sheet, spare)
            key = fitted.sheet.id_of(kind)
            data = self._sheet_data(fitted, key, words)
            self._refuse_telling(data, words)
            with suppress(TooLong):
                return Paper.of(key, self.setter.pdf({"sheet": data}, sheet.day, pages=2), fitted.sheet)
        raise CannotSet(f"{sheet.place}: it does not fit on two pages.")

    def handout(self, sheet: Sheet) -> Paper:
        """Sheet and card in one file of four pages, with one id: two files would hold the fonts twice."""
        words = self._plain
        card = self.cards.folded(sheet, words.hotlines)
        for spare in _TRIES:
            fitted = self.fitting.fitted(sheet, spare)
            both = replace(fitted.sheet, needs=(*fitted.sheet.needs, *card.sheet.needs))
            key = both.id_of(HANDOUT)
            parts = {"sheet": self._sheet_data(fitted, key, words), "card": self._folded_data(card, key, words)}
            with suppress(TooLong):
                return Paper.of(key, self.setter.pdf(parts, sheet.day, pages=4), both)
        raise CannotSet(f"{sheet.place}: sheet and card do not fit on four pages.")

    def _refuse_telling(self, data: JSON, words: _Words) -> None:
        """Raises CannotSet where discreet paper would hold a word that tells: in a text, its title, or its code."""
        if words is not self._neutral:
            return
        telling = self.discreet.telling(texts_of(data))
        if telling is not None:
            raise CannotSet(f"{data['name']}: discreet paper may not say '{telling}'.")

    def _sheet_data(self, fitted: Fitted, key: str, words: _Words) -> JSON:
        sheet, say = fitted.sheet, self.messages.gettext
        style = self.fitting.style
        return {
            **self._head(sheet, key, words),
            "style": asdict(style),
            "title_size": self.fitting.title(sheet.place),
            "subtitle": words.subtitle,
            "hotlines_heading": words.hotlines,
            "hotlines": list(map(line_data, sheet.hotlines)),
            "danger": words.danger_long,
            "answers": [self._section(section) for section in sheet.answers],
            "needs": [self._section(section) for section in sheet.needs],
            "left_answers": fitted.left_answers,
            "left_needs": fitted.left_needs,
            "map": self._map(sheet, style, words),
            "second_heading": say("By need"),
            "hints": say("Where no hours stand, we do not know them. Ask whether they take new people now."),
            "miles": say("Miles are from the middle of the county.") if "-" not in sheet.code else "",
        }

    def card(self, sheet: Sheet) -> Paper:
        """A strip of 3.5 by 8 inches that folds to 3.5 by 2, two on a page, front and back."""
        return self._folded(sheet, "card")

    def quiet_card(self, sheet: Sheet) -> Paper:
        """The same in neutral words."""
        return self._folded(self.discreet.sheet(sheet), "numbers")

    def _folded(self, sheet: Sheet, kind: str) -> Paper:
        words = self._words(kind)
        made = self.cards.folded(sheet, words.hotlines)
        key = made.sheet.id_of(kind)
        data = self._folded_data(made, key, words)
        self._refuse_telling(data, words)
        return Paper.of(key, self.setter.pdf({"card": data}, sheet.day, pages=2), made.sheet)

    def _folded_data(self, made: Panels, key: str, words: _Words) -> JSON:
        say = self.messages.gettext
        cover: list[JSON | str] = ["cover"]
        panels = cover + [self._panel(sections) for sections in made.panels]
        return {
            **self._card_data(made, key, words),
            "folded": True,
            "front": panels[: PANELS // 2],
            "back": panels[PANELS // 2 :],
            "how": say("Print on both sides, flip on the long edge. Cut at the whole lines, fold at the broken ones."),
        }

    def eight(self, sheet: Sheet) -> Paper:
        """Eight cards of 3.5 by 2 inches on a page, front and back."""
        say, foreign = self.messages.gettext, self.messages.foreign
        front = self.cards.head((say("In danger now? Call 911."), say("Ask first whether they serve you.")))
        # An id without an address leads nowhere.
        style = self.cards.style
        _, address = self.cards.address(self._host_and_path, style.column, (style.small,), style.room)
        known = len(address) <= EIGHT_ADDRESS_ROWS

        def back(key: str) -> Head:
            check = dated(sheet, self.messages)[1]
            looked_up = (f"{foreign(key)} · {check}", *map(foreign, address)) if known else (check,)
            return self.cards.head((sheet.place, *looked_up, self._draft))

        # The widest id that there may be: the true one depends on what there is room for.
        heads = front.height, back(f"{sheet.code}-WWWWWW").height
        made = self.cards.single(sheet, say("Hot lines"), say("By need"), heads)
        key = made.sheet.id_of("eight")
        sides = zip((front, replace(back(key), height=heads[1])), made.panels, strict=True)
        panels = [{**self._panel(sections), "head": asdict(head)} for head, sections in sides]
        data = {
            **self._card_data(made, key, self._plain),
            "folded": False,
            "front": panels[:1],
            "back": panels[1:],
            "how": say("Print on both sides, flip on the long edge. Cut at the lines."),
        }
        return Paper.of(key, self.setter.pdf({"card": data}, sheet.day, pages=2), made.sheet)

    def large(self, sheet: Sheet) -> Paper:
        """Large print, on as many pages as it takes: all hot lines, and the first to call by need."""
        say = self.messages.gettext
        kept = [entry for entry in by_use(sheet.needs) if entry[1] < LARGE_LINES]
        shown = replace(sheet, answers=(), needs=cut(sheet.needs, kept, short=True))
        key = shown.id_of("large")
        foot = [f"{self.messages.foreign(key)} · {dated(shown, self.messages)[1]}", self._draft]
        data = {
            **self._head(shown, key, self._plain),
            "style": asdict(LARGE),
            "foot": foot,
            "foot_height": self._foot_height(foot),
            "subtitle": self._plain.subtitle,
            "danger": self._plain.danger_long,
            "hotlines_heading": self._plain.hotlines,
            "hotlines": list(map(line_data, shown.hotlines)),
            "needs": [self._section(section) for section in shown.needs],
            "hints": say("Where no hours stand, we do not know them. Ask whether they take new people now."),
        }
        return Paper.of(key, self.setter.pdf({"large": data}, shown.day), shown)

    def _foot_height(self, texts: Sequence[str]) -> float:
        """The points that the foot of a page in large print takes."""
        letters = self.setter.letters
        rows = sum(letters.rows(text, LARGE.page_width - 2 * LARGE.margin, LARGE.small) for text in texts if text)
        return rows * LARGE.small * (1 + LARGE.leading)

    def poster(self, sheet: Sheet) -> Paper:
        """A page to hang up, with numbers to tear off: the hot lines, and the first to call by need, as many as fit."""
        for made in self.cards.posters(sheet):
            key = made.id_of("poster")
            with suppress(TooLong):
                return Paper.of(key, self.setter.pdf({"poster": self._poster_data(made, key)}, made.day, pages=1), made)
        raise CannotSet(f"{sheet.place}: it does not fit on a page.")

    def _poster_data(self, made: Sheet, key: str) -> JSON:
        say = self.messages.gettext
        strip = self._strip(made)
        name_size, names = self.cards.strip(strip)
        size, address = self.cards.address(self._host_and_path, POSTER_CODE, POSTER_ADDRESS, POSTER_ADDRESS_HEIGHT)
        sizes = ((size, self.setter.letters.rows(made.place, POSTER_TITLE_WIDTH, size, True)) for size in POSTER_TITLES)
        return {
            **self._head(made, key, self._plain),
            "style": asdict(POSTER),
            "title_size": next((size for size, rows in sizes if rows <= 2), POSTER_TITLES[-1]),
            "subtitle": self._plain.subtitle,
            "danger": self._plain.danger_long,
            "hotlines_heading": self._plain.hotlines,
            "hotlines": list(map(line_data, made.hotlines)),
            "needs_heading": say("By need"),
            "needs": [line_data(line) for section in made.needs for line in section.lines],
            "ask": say("Ask first whether they serve you."),
            "address_size": size,
            "address": list(map(self.messages.foreign, address)),
            "strip": {
                **asdict(STRIP),
                "size": name_size,
                "lines": [
                    {"name": name, "number": line.numbers[0].number} for name, line in zip(names, strip, strict=True)
                ],
            },
        }

    def _strip(self, sheet: Sheet) -> tuple[Line, ...]:
        """What is torn off: the first hot line, and one of the place: whoever has a bed or stands at one's side, then
        who surely serves it, then the first. It goes into a pocket, so that its words are neutral."""
        needs = self.directory.vocabulary.needs
        wanted = [needs[code].label for code in TORN_OFF]

        def turn(line: Line) -> tuple[int, bool]:
            order = wanted.index(line.facts) if line.facts in wanted else len(wanted)
            return order, line.standing != "serves"

        local = sorted((line for section in sheet.needs for line in section.lines), key=turn)[:1]
        return tuple(self.discreet.line(line) for line in (*sheet.hotlines[:1], *local))

    @cached_property
    def cards(self) -> CardFitting:
        return CardFitting(self.setter.letters, CardStyle())

    def _card_data(self, made: Panels, key: str, words: _Words) -> JSON:
        head = self._head(made.sheet, key, words)
        # How old its facts are has no room on a card.
        head = {**head, "dated": head["dated"][:2]}
        ask = self.messages.gettext("Ask first whether they serve you.")
        told = (ask, *head["dated"], head["draft"])
        style = self.cards.style
        size, address = self.cards.address(self._host_and_path, style.code, style.addresses, style.below_code)
        return {
            **head,
            "style": asdict(style),
            "title_size": self.cards.title(made.sheet.place, words.subtitle, words.danger, told),
            "subtitle": words.subtitle,
            "danger": words.danger,
            "ask": ask,
            "address_size": size,
            "address": list(map(self.messages.foreign, address)),
        }

    def _panel(self, sections: Sequence[Section]) -> JSON:
        return {"head": None, "sections": [section_data(section) for section in sections]}

    def _head(self, sheet: Sheet, key: str, words: _Words) -> JSON:
        """What stands on every kind of paper."""
        say = self.messages.say
        address = f"{self.page}#{key}"
        shown = self.messages.foreign(self._host_and_path)
        return {
            "title": bare(words.title(sheet)),
            "language": sheet.language,
            "direction": self.messages.direction,
            "name": sheet.place,
            "dated": list(dated(sheet, self.messages)),
            "code": address,
            "code_alt": say("Code for a telephone's camera. It leads to %(address)s.", address=address),
            "id": key,
            "key": self.messages.foreign(key),
            "web": say(
                "What has changed since? Scan this, or look up this sheet's number at %(address)s", address=shown
            ),
            "footer": f"{sheet.place} · {self.messages.foreign(key)} · {dated(sheet, self.messages)[1]}",
            "draft": self._draft,
            "marked": self.messages.of_paper,
        }

    @cached_property
    def _draft(self) -> str:
        """What stands at the foot of paper that nobody has reviewed, in English and in its language; else nothing."""
        english = marked("Machine-drafted, not yet reviewed")
        if not self.messages.draft:
            return ""
        return f"{self.messages.foreign(english)} · {self.messages.gettext(english)}"

    def _section(self, section: Section) -> JSON:
        more = section.more
        told = self.messages.ngettext("%(num)s more on the web", "%(num)s more on the web", more)
        texts = [text for text in (*section.texts, rules(section)) if text]
        return {
            **section_data(section),
            "texts": texts,
            "more": told % {"num": self.messages.number(more)} if more > 0 else "",
        }

    def _map(self, sheet: Sheet, style: Style, words: _Words) -> JSON | None:
        height = style.map_height - 26
        drawn = self.drawing.map(sheet.counties, sheet.mapped, style.column / height)
        if drawn is None:
            return None
        types = self.directory.vocabulary.types
        counted = [
            f"{words.plural(types[code])}: {self.messages.number(number)}" for code, number in drawn.marked.items()
        ]
        alt = self.messages.say("Map of %(place)s", place=sheet.place)
        return {
            "svg": drawn.svg,
            "labels": [asdict(label) for label in drawn.labels if words.may_say(label.text)],
            "alt": bare(f"{alt}. {list_words(counted, messages=self.messages)}".rstrip(". ") + "."),
            "key": [{"label": words.plural(types[code]), "svg": mark_svg(code)} for code in drawn.marked],
        }


def section_data(section: Section) -> JSON:
    """A section with its lines, as templates take it."""
    return {"heading": section.heading, "lines": list(map(line_data, section.lines))}


def line_data(line: Line) -> JSON:
    """A line as templates take it."""
    return {
        "name": line.name,
        "numbers": [{"before": n.before, "number": n.number, "after": n.after} for n in line.numbers],
        "note": line.note,
        "facts": line.facts,
        "hours": line.hours,
        "who": line.who,
        "who_language": line.who_language,
        "status": line.status,
        "group": line.group,
    }


_KINDS: Mapping[str, Callable[[Press, Sheet], Paper]] = {
    "sheet": Press.sheet,
    "card": Press.card,
    HANDOUT: Press.handout,
    "eight": Press.eight,
    "large": Press.large,
    "poster": Press.poster,
    # Those of DISCREET.
    "list": Press.quiet_sheet,
    "numbers": Press.quiet_card,
}
KINDS = tuple(_KINDS)
