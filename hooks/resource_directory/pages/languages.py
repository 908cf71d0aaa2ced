"""Which pages are there in every language, and how a page leads from one language to another."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass

from resource_directory.directory import Directory
from resource_directory.messages import Messages
from resource_directory.translating import STATE, kinds_of_county, labels_of_vocabulary

#: First names of addresses whose pages are there in every language, beside the home page and the states'. Pages of
#: organizations and of kinds are in English only.
TRANSLATED = ("gaps", "hotlines", "map", "needs", "paper", "partnerships", "regions")
#: A link to a page or a file of the site, as templates write it: the mark, the address, a part of the page.
_LINK = re.compile(r'href=("?)\0([^"#\s>]*)')


@dataclass(frozen=True)
class Translated:
    """Tells which addresses have pages in every language.

    `states` are those that are shown; `written` the addresses of pages written by hand that all languages have.
    """

    states: frozenset[str]
    written: frozenset[str] = frozenset()

    def __call__(self, address: str) -> bool:
        """Whether the page at an address of the English site (`co/denver/`) is there in other languages, too."""
        if address and not address.endswith("/"):
            return False  # A file, such as a table: there is one of it.
        first = address.partition("/")[0]
        return not address or first in TRANSLATED or first in self.states or address in self.written

    @property
    def pattern(self) -> str:
        """The same for scripts: a regular expression that the addresses match, and those of no other page."""
        first = "|".join((*TRANSLATED, *sorted(self.states)))
        written = "".join(f"|{re.escape(address)}(?:#|$)" for address in sorted(self.written))
        return f"^(?:$|(?:{first})/{written})"


def script_of(messages: Messages, english: Directory, translated: Translated) -> str:
    """The catalogue that scripts use, as a module: their own messages, names of needs, kinds and states."""
    texts = {message: messages.texts[message] for message in sorted(messages.in_scripts) if message in messages.texts}
    for label in labels_of_vocabulary(english.vocabulary):
        texts[label] = (messages.gettext(label),)
    for state in english.places.states.values():
        if (name := messages.optional(STATE, state.name)) != state.name:
            texts[state.name] = (name,)
    counties = {kind: messages.gettext(message) % {"name": "{name}"} for kind, message in kinds_of_county().items()}
    own = {"prefix": messages.prefix, "there": translated.pattern, "counties": counties}
    said, site = (json.dumps(value, ensure_ascii=False, separators=(",", ":")) for value in (texts, own))
    # An expression of C is one of JavaScript.
    return f'import {{ speak }} from "../messages.js";\nspeak({said}, (n) => Number({messages.plural}), {site});\n'


def split_address(url: str, prefixes: Collection[str]) -> tuple[str, str]:
    """The language's prefix and the English page's address: `es/co/denver/` -> `es/`, `co/denver/`."""
    prefix = next((prefix for prefix in prefixes if url.startswith(prefix)), "")
    return prefix, url.removeprefix(prefix)


def localized(html: str, messages: Messages, translated: Translated) -> tuple[str, bool]:
    """Leads every link of a page to its language's pages where they exist, and says so where they are in English.

    Gives the text, and whether any link leads to English.
    """
    found = False

    def lead(link: re.Match[str]) -> str:
        nonlocal found
        # A file is there once.
        if link[2] and not link[2].endswith("/"):
            return link[0]
        if translated(link[2]):
            return f"href={link[1]}\0{messages.prefix}{link[2]}"
        found = True
        return f"hreflang=en {link[0]}"

    return _LINK.sub(lead, html), found
