"""Which pages are there in every language, and how a page leads from one language to another."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from resource_directory.messages import Messages

#: First names of addresses whose pages are there in every language, beside the home page and the states'. Pages of
#: organizations and of kinds are in English only.
TRANSLATED = ("gaps", "hotlines", "map", "needs", "partnerships", "regions")
#: A link to a page or a file of the site, as templates write it: the mark, the address, a part of the page.
_LINK = re.compile(r'href="\0([^"#]*)')


@dataclass(frozen=True)
class Translated:
    """Tells which addresses have pages in every language.

    `states` are those that are shown; `written` the addresses of pages written by hand that all languages have.
    """

    states: frozenset[str]
    written: frozenset[str] = frozenset()

    def __call__(self, address: str) -> bool:
        """Whether the page at an address of the English site (`co/denver/`) is there in other languages, too."""
        first = address.partition("/")[0]
        return not address or first in TRANSLATED or first in self.states or address in self.written


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
        if translated(link[1]):
            return f'href="\0{messages.prefix}{link[1]}'
        if link[1] and not link[1].endswith("/"):
            return link[0]
        found = True
        return f'hreflang="en" {link[0]}'

    return _LINK.sub(lead, html), found
