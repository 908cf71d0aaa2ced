"""A text cell of a table, made harmless for spreadsheets, and back.

A spreadsheet takes a cell that begins with one of six characters for a formula, and runs it. Such a text gets an
apostrophe before it, which a spreadsheet shows as plain text. So that nothing is lost, a text that already begins with
apostrophes and then such a character gets one more; every other text stays as it is. `as_written` takes the one
apostrophe away again, and is the exact inverse: `as_written(harmless(text)) == text` for every text.

Only text cells are treated. Cells of numbers (a longitude of -104.9) are numbers, and stay.
"""

from __future__ import annotations

import re

#: What begins a formula: `= + - @`, a tab, a return (either half of one).
BEGINS_FORMULA = "=+-@\t\r\n"
_BEFORE = re.compile(rf"'*[{re.escape(BEGINS_FORMULA)}]")
_MARKED = re.compile(rf"'+[{re.escape(BEGINS_FORMULA)}]")


def harmless(text: str) -> str:
    """`=1+1` -> `'=1+1`, `'=x` -> `''=x`; every other text as it is."""
    if not text or text[0] not in "'" + BEGINS_FORMULA:
        return text
    return f"'{text}" if _BEFORE.match(text) else text


def as_written(cell: str) -> str:
    """The text that `harmless` was given."""
    return cell[1:] if _MARKED.match(cell) else cell
