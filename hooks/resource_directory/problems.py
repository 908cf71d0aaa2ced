"""A Problem: what is wrong, where, and how to mend it. Checks yield them; they never raise, print or exit."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

#: Every code with the sentence the reference prints for it. A code is never used again for another meaning.
CODES: dict[str, str] = {
    "E101": "The file is not plain text in UTF-8.",
    "E102": "The file is larger than 64 KiB.",
    "E103": "The file is not valid YAML.",
    "E104": "The same key stands twice.",
    "E105": "The file holds a tab character.",
    "E106": "The file uses a YAML anchor, alias or merge key.",
    "E107": "The file uses a YAML tag such as !!python.",
    "E108": "The path is a link or not a plain file.",
    "E109": "The file is empty or is not a list of fields.",
    "E110": "The file is nested too deeply.",
    "E111": "The file holds a comment line, which the standard form would lose.",
    "E112": "The file is not in the standard form.",
    "E113": "The file's name does not end in .yml, or it lies at a place where no record can be.",
    "E114": "The file holds a control or direction character that cannot be seen.",
    "E201": "A required field is missing.",
    "E202": "The field is not known.",
    "E203": "The value is not one of the allowed values.",
    "E204": "The value has the wrong form.",
    "E205": "A value is empty or stands for 'unknown'. What is not known is left out.",
    "E206": "The word is not in the vocabulary.",
    "E207": "The same value stands twice in a list.",
    "E210": "The telephone number is not one that can be rung.",
    "E211": "The web address is not http or https.",
    "E212": "The date is not a real date, or lies in the future.",
    "E213": "The ZIP code is not five digits, or five and four.",
    "E214": "The opening hours are not in OpenStreetMap's opening_hours syntax.",
    "E215": "The language is not a known code.",
    "E216": "The e-mail address has the wrong form.",
    "E217": "The text is too long.",
    "E301": "The path does not agree with the record: state, type or id.",
    "E302": "The id is used by another record.",
    "E303": "The id is not lower-case ASCII words joined by hyphens.",
    "E304": "The id, which becomes a web address, holds a word that would give a reader away.",
    "E305": "Another record is named that does not exist.",
    "E306": "The county, ZIP code or state is not known.",
    "E307": "The point lies outside the state.",
    "E308": "The point lies outside the stated county.",
    "E309": "A registry number is used by another record of this type.",
    "E310": "The record does not say whom it serves.",
    "E311": "A former id is in use, or stands twice.",
    "E312": "Youngest and oldest age are the wrong way round.",
    "E313": "A paused referral names no day on which to ask again.",
    "E314": "A registry number that the type needs is missing.",
    "E315": "The shares of counties do not add up.",
    "E316": "A text that is printed on paper holds a letter that the font of paper does not have.",
    "E401": "A domestic violence program has a place but no recorded authorisation.",
    "E402": "A withheld place carries a street or a point.",
    "E403": "The e-mail address looks like a person's own.",
    "E404": "The text looks like it is about a person served.",
    "E405": "A person's name stands without the page where the organization publishes it.",
    "E406": "A decision about a place disagrees with its visibility.",
    "E408": "The place is withheld, but a text tells where it is.",
    "E409": "A place with a name like a confidential program's is public, and no decision is recorded.",
    "E407": "A domestic violence program's place was decided to be ordinary.",
    "E501": "The letter or form cannot be read.",
    "E502": "The letter or form names no entry that there is.",
    "E503": "The letter or form does not say who says so, or how it is known.",
    "E504": "A fact in a letter or form cannot be read, or does not belong to the entry.",
    "E505": "The letter or form gives a place that only the maintainers may set.",
    "E506": "The entry has changed since the letter or form was made.",
    "E601": "The entry, given as HSDS, is not valid by its schema.",
}


@dataclass(frozen=True, order=True)
class Problem:
    """One finding. `line` and `column` count from 1; `path` is relative to the repository."""

    path: str
    line: int
    column: int
    code: str
    message: str
    fix: str

    def as_text(self) -> str:
        """`path:line:column: CODE message` and the mend, one line."""
        return printable(f"{self.path}:{self.line}:{self.column}: {self.code} {self.message} {self.fix}".rstrip())

    def as_github(self) -> str:
        """A GitHub workflow command that annotates the line.

        Escapes as https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands asks.
        """
        message = printable(_escape_data(f"{self.message} {self.fix}".rstrip()))
        path = printable(_escape_property(self.path))
        return f"::error file={path},line={self.line},col={self.column},title={self.code}::{message}"


def printable(text: str) -> str:
    """The text with all that cannot be seen, line breaks too, written out as `\\u202e`: logs are read line by line."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)


def _escape_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")


def format_problems(problems: Iterable[Problem], form: str) -> str:
    """All problems as `text`, `github` or `json`, in order of path and line."""
    ordered = sorted(problems)
    if form == "json":
        told = [{key: _seen(value) for key, value in asdict(problem).items()} for problem in ordered]
        return json.dumps(told, ensure_ascii=False, indent=1)
    if form == "github":
        return "\n".join(problem.as_github() for problem in ordered)
    return "\n".join(problem.as_text() for problem in ordered)


def _seen(value: str | int) -> str | int:
    return printable(value) if isinstance(value, str) else value
