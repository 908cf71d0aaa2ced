"""Discreet paper: neutral words only, so that whoever finds it takes it for any list of numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from resource_directory.directory import Directory
from resource_directory.messages import Messages
from resource_directory.secrecy import neutral_pattern
from resource_directory.sheets.content import Line, Section, Sheet
from resource_directory.views import RecordView


@dataclass(frozen=True)
class Discreet:
    """Says what paper says in neutral words, or not at all."""

    directory: Directory
    messages: Messages

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches the words of every language that discreet paper must not hold: names are in any."""
        vocabulary = self.directory.vocabulary
        more = (word for words in vocabulary.discreet_words.values() for word in words)
        return neutral_pattern([*vocabulary.neutral_words.all, *more])

    def telling(self, texts: Iterable[str]) -> str | None:
        """The first word found that gives a reader away, or None."""
        return next((match.group() for text in texts if (match := self.pattern.search(text))), None)

    def sheet(self, sheet: Sheet) -> Sheet:
        """The same place without the eight questions. Lines keep their numbers; whatever tells goes."""
        name = sheet.name if not self.pattern.search(sheet.name) else sheet.code.upper()
        needs = tuple(self._section(section) for section in sheet.needs if not self.pattern.search(section.heading))
        return replace(sheet, name=name, hotlines=tuple(map(self._line, sheet.hotlines)), answers=(), needs=needs)

    def _section(self, section: Section) -> Section:
        texts = tuple(filter(None, map(self._quiet, section.texts)))
        return replace(section, lines=tuple(map(self._line, section.lines)), texts=texts)

    def _line(self, line: Line) -> Line:
        kind = self.directory.vocabulary.types[line.type]
        return replace(
            line,
            name=self._quiet(line.name) or kind.neutral,
            note=self._quiet(line.note),
            facts=self._quiet(line.facts.replace(kind.label, kind.neutral)),
            hours=self._quiet(line.hours),
            who=self._quiet(line.who),
            status=self._quiet(line.status) or self._state(line),
            group=self._quiet(line.group),
            rules=tuple(filter(None, map(self._quiet, line.rules))),
            kinds=kind.neutral_plural,
        )

    def _state(self, line: Line) -> str:
        """What a pause is said to be, in our own words: it may not be lost with the record's."""
        if not line.status:
            return ""
        return RecordView(self.directory.records[line.id], self.directory, self.messages).referral[1]

    def _quiet(self, text: str) -> str:
        """The text, or nothing where it tells."""
        return "" if self.pattern.search(text) else text
