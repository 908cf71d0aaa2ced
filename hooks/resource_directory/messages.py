"""The texts of the site in the languages it speaks. English is the message; a catalogue holds what others say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

#: The language of the templates, and of a page that says nothing else.
ENGLISH = "en"


def _one_or_many(number: int) -> int:
    return int(number != 1)


@dataclass(frozen=True)
class Messages:
    """The texts of one language: the message to its forms, one, or one for each kind of number."""

    language: str = ENGLISH
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    plural: Callable[[int], int] = _one_or_many

    def gettext(self, message: str) -> str:
        """The text of a message."""
        forms = self.texts.get(message)
        return forms[0] if forms else message

    def ngettext(self, one: str, many: str, number: int) -> str:
        """The text of a message that counts, for so many."""
        forms = self.texts.get(one)
        return forms[self.plural(number)] if forms else (one, many)[_one_or_many(number)]

    def number(self, number: int) -> str:
        """`1,204`."""
        return f"{number:,}"
