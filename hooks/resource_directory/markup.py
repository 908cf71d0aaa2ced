"""HTML without what its standard lets a page leave out: every byte here is written tens of thousands of times."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

#: A whole attribute whose value is a fixed one that may stand without quotes (HTML standard, 13.1.2.3). None that is
#: filled in later matches: marks of templates and shells hold braces, tildes or control characters.
_QUOTED = re.compile(r'(?<=\s)([a-z][\w:-]*)="([\w./:#+,;-]+)"(?=[\s>])', re.ASCII)
#: What templates put between quotes that needs none: addresses of the site, codes, days and numbers.
_CODES = (
    r"to\([^{}]*\)|day|id|[\w.]+\.(?:code|anchor|slug|fips|counties|confirm_within_days)|gap\.value|tally\.value"
    r"|tally\.people\.number|vocabulary\.confirm_within_days\([\w.]+\)|'yes' if answer\.known else 'no'"
)
_CODED = re.compile(rf'(?<=[a-z]=)"((?:#|need-|#need-)?\{{\{{ (?:{_CODES}) \}}\}})"(?=[\s>]|\{{%)')
#: A value that may stand without quotes.
_BARE = re.compile(r"[\w./:#+,;&%?@~!-]+", re.ASCII)
#: Ends of elements that their parent, or the next of their kind, ends as well (HTML standard, 13.1.2.4). Rows of tables
#: end by hand: the facts of the many pages leave their ends out, the few large tables keep them.
_ENDS = re.compile(r"</(?:li|dt|dd|option)>")
#: The end of a paragraph before the beginning, or the end, of a block; with the space between, which is none of it.
_PARAGRAPH = re.compile(
    r"</p>\s*(?=(?:<(?:p|ul|ol|dl|div|section|table|h[1-6]|details|nav|footer|form|pre)[\s>]"
    r"|</(?:li|section|div|td|details|article|footer|nav|form|ul)>))"
)
#: Ends of lines before blocks: no reader sees them. Parts of a page keep theirs, so that its source can be read.
_BREAKS = re.compile(
    r"\n+(?=<(?:/?(?:head|header|nav|main|footer|form|div|ul|ol|dl|table|thead|tbody|tr|th|td|details|summary|h[1-6]|p|title)"
    r"|/section|meta|link|label|/body|/html|!doctype)\b)"
    r"|\n+(?=\n)"
)


def lean(html: str) -> str:
    """HTML, or a part of it, that a browser reads as the same tree but for space at the end of items and of blocks.

    For text of our own, not for text from records: that comes out of templates with its quotes escaped.
    """
    return _BREAKS.sub("", _ENDS.sub("", _PARAGRAPH.sub("", _QUOTED.sub(r"\1=\2", html))))


def lean_template(source: str) -> str:
    """A Jinja template whose addresses of the site, codes, days and numbers are written without quotes."""
    return _CODED.sub(r"\1", source)


def bare(value: str) -> Markup:
    """The value of an attribute, escaped, in quotes only where it needs them."""
    text = str(escape(value))
    return Markup(text if _BARE.fullmatch(text) else f'"{text}"')  # noqa: S704 (escaped)
