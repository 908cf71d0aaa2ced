"""Discreet paper: neutral words only, so that whoever finds it takes it for any list of numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from string import ascii_uppercase

from resource_directory.directory import Directory
from resource_directory.messages import END, FOREIGN, Messages, marked
from resource_directory.secrecy import neutral_pattern
from resource_directory.sheets.content import Line, Number, Section, Sheet
from resource_directory.views import RecordView
from resource_directory.vocabulary import RecordType
from resource_directory.words import ages_words, list_words

#: How a line is reached beside by speaking, by the types of its numbers.
_WAYS = {"text": marked("text"), "tty": marked("TTY")}
_BETWEEN = " · "


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
        needs = tuple(filter(None, map(self._section, sheet.needs)))
        return replace(sheet, name=name, hotlines=tuple(map(self.line, sheet.hotlines)), answers=(), needs=needs)

    def line(self, line: Line) -> Line:
        """A line, be it a hot line or not."""
        return self._hotline(line) if line.type == "hotline" else self._line(line)

    def _section(self, section: Section) -> Section | None:
        """A need under a heading that tells nothing; None where it has none."""
        heading = self._quiet(section.heading) or self._quiet(self.directory.vocabulary.needs[section.code].neutral)
        if not heading:
            return None
        texts = tuple(filter(None, map(self._quiet, section.texts)))
        return replace(section, heading=heading, lines=tuple(map(self.line, section.lines)), texts=texts)

    def _hotline(self, line: Line) -> Line:
        """Lines of which no name may be said are told apart by how they are reached, whom they serve, and a letter."""
        quiet = self._line(line)
        return replace(quiet, name=self._reached(line)) if quiet.name == self._hotlines.neutral else quiet

    def _reached(self, line: Line) -> str:
        """`Phone line D (text and TTY)`, `Text line`; with ages and people, where its record names any."""
        # Numbers stand in the order of its phones, all of them or the first.
        types = self._types(line.id)[: len(line.numbers)]
        told = [self.messages.gettext(way) for code, way in _WAYS.items() if code in types and len(set(types)) > 1]
        name = self._called(types)
        if self._letters.get(line.id):
            letter = self.messages.foreign(self._letters[line.id])
            name = self.messages.say("%(line)s %(letter)s", line=name, letter=letter)
        said = list_words([*told, *self._for_whom(line.id)], messages=self.messages)
        return self.messages.say("%(line)s (%(ways)s)", line=name, ways=said) if said else name

    def _called(self, types: Sequence[str]) -> str:
        """`Phone line`; `Text line` where nobody speaks."""
        return self.messages.gettext("Text line") if set(types) == {"text"} else self._hotlines.neutral

    def _types(self, key: str) -> list[str]:
        return [phone.type for phone in self._view(key).phones]

    def _for_whom(self, key: str) -> tuple[str, ...]:
        """Ages and people that a record names, where they tell nothing."""
        own = self.directory.records[key].eligibility
        if own is None:
            return ()
        ages = ages_words(own.minimum_age, own.maximum_age, self.messages)
        return tuple(filter(self._quiet, (ages, *self._view(key).labels("populations", own.populations))))

    @cached_property
    def _letters(self) -> Mapping[str, str]:
        """Of hot lines for the whole country that are for the same people and called the same, a letter: that of the
        first word that is in no other's name, or of another, or any. Whoever knows the names knows which is which, and
        nobody else does."""
        names = {line.id: line.name for line in self.directory.hotlines}
        known = Counter(word for name in names.values() for word in set(name.split()))
        hidden = {
            key: (self._called(self._types(key)), self._for_whom(key))
            for key, name in names.items()
            if not self._quiet(name)
        }
        alike = Counter(hidden.values())
        found: dict[str, str] = {}
        for key in (key for key, same in hidden.items() if alike[same] > 1):
            own = (word[0].upper() for word in names[key].split() if known[word] == 1)
            # One may go without: 988 is its own name.
            wanted = (*(sign if sign.isalpha() else "" for sign in own), *ascii_uppercase)
            found[key] = next((letter for letter in wanted if letter not in found.values()), "")
        return found

    @cached_property
    def _hotlines(self) -> RecordType:
        return self.directory.vocabulary.types["hotline"]

    def _view(self, key: str) -> RecordView:
        return RecordView(self.directory.records[key], self.directory, self.messages)

    def _line(self, line: Line) -> Line:
        kind = self.directory.vocabulary.types[line.type]
        name = self._quiet(line.name) or kind.neutral
        facts = self._facts(line.facts.replace(kind.label, kind.neutral))
        return replace(
            line,
            name=name,
            numbers=tuple(map(self._number, line.numbers)),
            note=self._quiet(line.note),
            facts=_BETWEEN.join(fact for fact in facts.split(_BETWEEN) if fact != name),
            hours=self._quiet(line.hours),
            who=self._quiet(line.who),
            status=self._quiet(line.status) or self._state(line),
            group=self._quiet(line.group),
            rules=tuple(filter(None, map(self._quiet, line.rules))),
            kinds=kind.neutral_plural,
        )

    def _number(self, number: Number) -> Number:
        """A number without what is said of it where that tells. Its extension, which comes first, stays."""
        if self._quiet(number.after) == number.after:
            return number
        extension = self._quiet(number.after.partition(", ")[0])
        whole = extension.count(FOREIGN) == extension.count(END)
        return replace(number, after=extension if whole else "")

    def _facts(self, facts: str) -> str:
        """Those that tell nothing. That an address is not published tells what is there."""
        return _BETWEEN.join(part for part in facts.split(_BETWEEN) if part != self._unpublished and self._quiet(part))

    @cached_property
    def _unpublished(self) -> str:
        return self.messages.gettext("The address is not published.").rstrip(".。")

    def _state(self, line: Line) -> str:
        """What a pause is said to be, in our own words: it may not be lost with the record's."""
        if not line.status:
            return ""
        return RecordView(self.directory.records[line.id], self.directory, self.messages).referral[1]

    def _quiet(self, text: str) -> str:
        """The text, or nothing where it tells."""
        return "" if self.pattern.search(text) else text
