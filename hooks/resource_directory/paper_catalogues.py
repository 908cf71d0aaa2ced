"""Languages of paper alone, `data/locale/<language>/LC_MESSAGES/paper.po`: the words of sheets and cards, in languages
that the site does not speak. Machines drafted them; who has reviewed one signs in its header."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from babel import Locale, UnknownLocaleError

from resource_directory.catalogues import (
    LOCALES,
    CatalogueError,
    catalogue_file,
    languages_of,
    read_catalogue,
    texts_of,
)
from resource_directory.messages import Messages
from resource_directory.problems import Problem
from resource_directory.record_cache import digest

DOMAIN = "paper"
#: The fields of the header in which a reviewer signs.
BY, ON = "X-Reviewed-By", "X-Reviewed-On"
_FIELD = re.compile(r'"(?P<name>X-Reviewed-By|X-Reviewed-On):(?P<value>[^"\\]*)(?:\\n)?"')


@dataclass(frozen=True)
class Review:
    """Who has reviewed a catalogue, and when."""

    by: str
    on: date


@dataclass(frozen=True)
class Signature:
    """The two fields as they stand in a file, with the lines on which they stand; 1 where one is not there."""

    by: str = ""
    on: str = ""
    by_line: int = 1
    on_line: int = 1

    def review(self, today: date) -> Review | None:
        """The review, where both fields are right."""
        day = _day(self.on)
        return Review(self.by, day) if self.by and day is not None and day <= today else None

    def problems(self, path: str, today: date) -> Iterator[Problem]:
        """What is wrong with a signature that is begun. An empty one is right: nobody has reviewed it yet."""
        if self.by and not self.on:
            yield Problem(
                path, self.on_line, 1, "E705", f"{self.by} has signed, and {ON} is empty.",
                "Write the day of the review, such as 2026-11-21. Without it the language is not published.",
            )  # fmt: skip
        if self.on and not self.by:
            yield Problem(
                path, self.by_line, 1, "E705", f"There is a day of a review, and {BY} is empty.",
                "Write the name or the role of the reviewer. Without it the language is not published.",
            )  # fmt: skip
        day = _day(self.on)
        if self.on and day is None:
            yield Problem(
                path, self.on_line, 1, "E705", f"{ON}: '{self.on}' is not a day.",
                "Write the day of the review as year, month and day, such as 2026-11-21.",
            )  # fmt: skip
        if day is not None and day > today:
            yield Problem(
                path, self.on_line, 1, "E705", f"{ON}: {self.on} has not come yet.",
                "Write the day on which it was reviewed.",
            )  # fmt: skip


def _day(text: str) -> date | None:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def signature_of(text: str) -> Signature:
    """The signature in the text of a catalogue, from its header."""
    found = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if number > 1 and not line.strip():
            break
        if field := _FIELD.fullmatch(line.strip()):
            found[field["name"]] = (field["value"].strip(), number)
    (by, by_line), (on, on_line) = found.get(BY, ("", 1)), found.get(ON, ("", 1))
    return Signature(by, on, by_line, on_line)


def paper_languages_of(root: Path) -> tuple[str, ...]:
    """Tags of the languages of paper alone, in order: `ar`, `zh-Hans`."""
    found = (file.parent.parent.name.replace("_", "-") for file in root.glob(f"{LOCALES}/*/LC_MESSAGES/{DOMAIN}.po"))
    return tuple(sorted(set(found) - set(languages_of(root))))


def load_papers(root: Path, today: date, *, drafts: bool = False) -> tuple[Messages, ...]:
    """The languages of paper alone that somebody has reviewed; with `drafts` the others, too, marked as such.

    What such a catalogue does not say is an error once it is asked for. Raises CatalogueError.
    """
    found = (_load(root, language, today) for language in paper_languages_of(root))
    return tuple(messages for messages in found if drafts or not messages.draft)


def _load(root: Path, language: str, today: date) -> Messages:
    try:
        Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError) as error:
        raise CatalogueError(
            f"{LOCALES}/{language}: this is no language. Use a tag such as es, ar, zh_Hans."
        ) from error
    file = catalogue_file(root, language, DOMAIN)
    catalogue, data = read_catalogue(file), file.read_bytes()
    draft = signature_of(data.decode()).review(today) is None
    return Messages(
        language, texts=dict(texts_of(catalogue)), plural=catalogue.plural_expr, strict=True,
        stamp=digest(data).hex(), of_paper=True, draft=draft,
    )  # fmt: skip
