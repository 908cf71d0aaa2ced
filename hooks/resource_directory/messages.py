"""The texts of the site in the languages it speaks. English is the message; a catalogue holds what others say."""

from __future__ import annotations

import gettext
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from babel import Locale, UnknownLocaleError
from babel.localedata import exists
from babel.numbers import format_decimal

log = logging.getLogger(__name__)

#: The language of the messages.
SOURCE = "en"
#: Between a message's context and the message, as in compiled catalogues.
CONTEXT = "\4"
#: Around a text of a record within one of ours (left-to-right isolate, pop isolate: Unicode UAX 9): a name keeps its
#: order and its points in a line of Arabic, a telephone number is not turned round, and paper knows its language.
FOREIGN, END = "\u2066", "\u2069"
#: CLDR calls it Filipino; the census and those who speak it here call it this.
_NAMES = {"tl": "Tagalog"}


class MissingMessage(Exception):
    """A catalogue says nothing for a message."""


@dataclass(frozen=True)
class Messages:
    """The texts of one language: the message to its forms, one, or one for each kind of number.

    `language` is a tag such as `es`; `prefix` is what its pages' addresses begin with (`es/`; nothing in English).
    Where `strict`, a message that the catalogue does not have stops the build; else it is said in English, and told.
    """

    language: str = SOURCE
    prefix: str = ""
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    #: Which form a number takes: an expression of C, as catalogues give it.
    plural: str = "(n != 1)"
    strict: bool = False
    #: The messages that scripts say.
    in_scripts: frozenset[str] = field(default=frozenset(), repr=False)
    #: Changes with what the catalogue says.
    stamp: str = ""
    #: Of paper alone: the site does not speak it. Texts of records are marked within ours.
    of_paper: bool = False
    #: Nobody who speaks it has reviewed it yet.
    draft: bool = False
    _told: set[str] = field(default_factory=set, repr=False, compare=False)

    @property
    def is_source(self) -> bool:
        return self.language == SOURCE

    def gettext(self, message: str) -> str:
        """The text of a message. Raises MissingMessage."""
        forms = self.texts.get(message)
        if forms:
            return forms[0]
        return message if self.is_source else self._missing(message)

    def say(self, message: str, **values: object) -> str:
        """The text of a message with values in it. Raises MissingMessage."""
        return self.gettext(message) % values

    def ngettext(self, one: str, many: str, number: int) -> str:
        """The text of a message that counts, for so many. Raises MissingMessage."""
        forms = self.texts.get(one)
        # Many languages have one form for every number.
        if forms and (form := self._form(number)) < len(forms):
            return forms[form]
        return one if self.is_source and number == 1 else many if self.is_source else self._missing(one)

    def optional(self, context: str, text: str) -> str:
        """The text of a message, of a context where one is named; itself where a language says nothing else for it."""
        forms = self.texts.get(f"{context}{CONTEXT}{text}" if context else text)
        return forms[0] if forms else text

    def foreign(self, text: str) -> str:
        """A text of a record, or a number or an address, as it stands within ours: marked on paper of its own."""
        return f"{FOREIGN}{text}{END}" if text and self.of_paper else text

    def _missing(self, message: str) -> str:
        mend = (
            f"data/locale/{self.language.replace('-', '_')}/LC_MESSAGES: nothing is said for '{message}'. "
            "Run 'python scripts/messages.py update' and translate it."
        )
        if self.strict:
            raise MissingMessage(mend)
        if message not in self._told:
            self._told.add(message)
            log.warning(mend)
        return message

    @cached_property
    def _form(self) -> Callable[[int], int]:
        return gettext.c2py(self.plural)

    @cached_property
    def locale(self) -> Locale:
        """CLDR's locale: as people write in the United States, where it knows that."""
        parsed = Locale.parse(self.language, sep="-")
        american = f"{parsed}_US"
        return Locale.parse(american) if parsed.territory is None and exists(american) else parsed

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`."""
        own = _locale(self.language)
        return str(own.text_direction) if own else "ltr"

    @property
    def name(self) -> str:
        """The language's name in itself: `Español`."""
        if self.language in _NAMES:
            return _NAMES[self.language]
        own = _locale(self.language)
        name = str((own and own.get_display_name()) or Locale("en").languages.get(self.language, self.language))
        return name[0].upper() + name[1:]

    def number(self, number: int) -> str:
        """`1,204`."""
        return f"{number:,}" if self.is_source else _number(str(self.locale), number)


ENGLISH = Messages()


def marked(message: str) -> str:
    """Marks a message that is said elsewhere, so that it comes into the catalogues."""
    return message


def bare(text: str) -> str:
    """A text without the marks of `Messages.foreign`."""
    return text.replace(FOREIGN, "").replace(END, "")


def _locale(language: str) -> Locale | None:
    """CLDR's locale of a language; None where it has none, as of languages of signs."""
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


@lru_cache(maxsize=50_000)
def _number(locale: str, number: int) -> str:
    return format_decimal(number, locale=locale)
