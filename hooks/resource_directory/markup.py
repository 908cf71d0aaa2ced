"""HTML without what its standard lets a page leave out: every byte here is written tens of thousands of times."""

from __future__ import annotations

import re

#: A whole attribute whose value is a fixed one that may stand without quotes (HTML standard, 13.1.2.3). None that is
#: filled in later matches: marks of templates and shells hold braces, tildes or control characters.
_QUOTED = re.compile(r'(?<=\s)([a-z][\w:-]*)="([\w./:#+,;-]+)"(?=[\s>])', re.ASCII)
#: A link to a page of the site, as templates write it: its address holds nothing that needs quotes.
_LINKED = re.compile(r'href="(\{\{ to\([^{}]*\) \}\})"(?=[\s>])')
#: Ends of elements that their parent, or the next of their kind, ends as well (HTML standard, 13.1.2.4). Rows of tables
#: end by hand: the facts of the many pages leave their ends out, the few large tables keep them.
_ENDS = re.compile(r"</(?:li|dt|dd|option)>")
#: The end of a paragraph before the beginning, or the end, of a block; with the space between, which is none of it.
_PARAGRAPH = re.compile(
    r"</p>\s*(?=(?:<(?:p|ul|ol|dl|div|section|table|h[1-6]|details|nav|footer|form|pre)[\s>]"
    r"|</(?:li|section|div|td|details|article|footer|nav)>))"
)


def lean(html: str) -> str:
    """HTML, or a part of it, that a browser reads as the same tree but for space at the end of items.

    For text of our own, not for text from records: that comes out of templates with its quotes escaped.
    """
    return _ENDS.sub("", _PARAGRAPH.sub("", _QUOTED.sub(r"\1=\2", html)))


def lean_template(source: str) -> str:
    """A Jinja template whose links to pages of the site are written without quotes."""
    return _LINKED.sub(r"href=\1", source)
