"""The theme's page around a Document: rendered once for each depth of address, then filled.

Only the bridge knows how a shell is rendered; here it is text with marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import escape

from resource_directory.markup import lean
from resource_directory.pages import Document

#: Pages with more second-level headings than this have a contents list.
FEW_HEADINGS = 2

#: Addresses below a page that every page leads to, which are nearer to it than to the site's top.
BRANCHES = ("types", "needs", "gaps", "resources", "upkeep")
#: Branches whose pages are in English only.
ENGLISH_BRANCHES = ("types", "resources", "upkeep")
#: Sample of the address's shape, whether there is room for a contents list, whether there is a way to edit.
Key = tuple[str, bool, bool]


def address_shape(url: str) -> str:
    """A sample address as deep as `url`, on the same branch: `co/denver/` -> `x/x/`."""
    top, *below = url.rstrip("/").split("/")
    return "/".join((top if top in BRANCHES else "x", *("x" for _ in below), ""))


#: Every shape that a page's address can have, behind its language's prefix.
SHAPES = (
    *("x/", "x/x/", "resources/x/", "gaps/", "gaps/x/", "upkeep/"),
    *(f"{branch}/x/" for branch in BRANCHES[:2]),
    *(f"{branch}/x/x/" for branch in BRANCHES[:2]),
)


def is_translated(shape: str) -> bool:
    """Whether pages of a shape are there in every language."""
    return shape.partition("/")[0] not in ENGLISH_BRANCHES


def mark(name: str) -> str:
    """What stands for a part of the page while the shell is rendered."""
    return f"~~directory-{name}~~"


def squeezed(text: str) -> str:
    """A page without indentation, empty lines and other markup that it can do without. For pages without <pre>."""
    return lean(re.sub(r"\s*\n\s*", "\n", text.lstrip()))


@dataclass(frozen=True)
class Shell:
    """The pieces of the theme around a page: each is text, or NUL and the name of the part that belongs there."""

    pieces: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Shell:
        """Takes a rendered page with marks apart."""
        return cls(tuple(_pieces(squeezed(text))))


@dataclass(frozen=True)
class Shells:
    """Every shell of the site, and the addresses that only the site's configuration knows."""

    #: The site's own address, ending with a slash; empty where it is not known.
    site_url: str
    #: Where a file of the repository is edited: the path follows; empty where the source is not public.
    edit_url: str
    made: Mapping[Key, Shell]

    def key(self, document: Document) -> Key:
        """Which shell a page has."""
        has_edit = bool(self.edit_url and document.edit_path)
        return document.prefix + address_shape(document.address), len(document.contents) > FEW_HEADINGS, has_edit

    def fill(self, document: Document) -> str:
        """The page's whole text."""
        shell = self.made[self.key(document)]
        values = {
            "title": str(escape(document.title)),
            "url": self.site_url + document.url,
            "address": document.address,
            "edit": self.edit_url + document.edit_path,
            "content": document.html,
            "main": f' {document.main[0]}="{escape(document.main[1])}"' if document.main else "",
        }
        return "".join(values[piece[1:]] if piece[:1] == "\0" else piece for piece in shell.pieces)


def _pieces(text: str) -> Iterator[str]:
    rest = text
    while True:
        start = rest.find("~~directory-")
        if start < 0:
            yield rest
            return
        end = rest.index("~~", start + 2)
        yield rest[:start]
        yield "\0" + rest[start + len("~~directory-") : end]
        rest = rest[end + 2 :]
