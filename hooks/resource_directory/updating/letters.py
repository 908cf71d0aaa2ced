"""Letters and filled forms about an entry: made with every fact, and read again.

A letter may have been quoted, wrapped and signed by mail programs on its way; a form is the body of an issue as GitHub
renders it. Both are only data: what is read here names no path and runs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from resource_directory.model import RECORD_CLASSES, Record
from resource_directory.updating.facts import Words, facts_of, facts_text, version_of

#: More than this is no letter: a form's body holds at most 65,536 letters.
LONGEST = 100_000
RIGHT, CHANGED = "still right", "something changed"
END = "(end)"
INTRO: Mapping[str, str] = {
    RIGHT: (
        "This is right. I have filled in who says so, and changed no other line.\n"
        "Do not write about a person you serve, and never where a hidden place is."
    ),
    CHANGED: (
        "I have put right what was wrong below. A line that is empty, or not here, stays as it is.\n"
        'Write "remove" to take a fact away. Where a line stands several times, keep all that are right.\n'
        "Do not write about a person you serve, and never where a hidden place is."
    ),
}
LEFT_OUT = "A letter cannot be longer, or these words may be seen by others. Not here, and so as they are: {labels}."
MORE_LEFT_OUT, MOST_NAMED = " and {number} more", 6
#: What a letter says beside the facts: its label, and a hint that stands behind it.
ENTRY, VERSION, ANSWER = "Entry", "Version", "Answer"
SPEAKS, BY, HOW, WHY = "I speak for this organization", "My job and organization", "How I know", "What changed"
PAUSE = "Pause referrals until"
HINTS: Mapping[str, str] = {
    SPEAKS: "yes or no",
    BY: "not your name",
    HOW: "the address of a page that says so",
    PAUSE: "a day",
}
ASKED: Mapping[str, tuple[str, ...]] = {RIGHT: (SPEAKS, BY), CHANGED: (SPEAKS, BY, HOW, PAUSE)}
#: Headings of a form that say nothing about the entry.
BEFORE_SENDING = "Before you send"
HEAD = (ENTRY, VERSION, ANSWER, SPEAKS, BY, HOW, WHY)
NO_RESPONSE = "_No response_"

_QUOTED = re.compile(r"^(?:[ \t]*>)+[ \t]?")
_SIGNATURE = re.compile(r"^--\s*$")


@dataclass(frozen=True)
class Letter:
    """What a letter or a form says: lines by label, in the order in which they stand there."""

    said: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: The number of the first line of each label, from 1.
    lines: Mapping[str, int] = field(default_factory=dict)
    #: Labels that stand again with other words, where only one line may be.
    twice: tuple[str, ...] = ()
    #: Headings of a form that no form has.
    unknown: tuple[str, ...] = ()
    is_form: bool = False

    def one(self, label: str) -> str:
        """What stands behind a label, on one line; empty where nothing does."""
        return " ".join(self.said.get(label, ())).strip()


def letter_text(record: Record, words: Words, answer: str) -> str:
    """The letter as it is offered on the entry's page: what it is about, whom to name, every fact."""
    facts = facts_text(record, words)
    known = {line.partition(":")[0] for line in facts.split("\n")}
    head = [f"{ENTRY}: {record.id}", f"{VERSION}: {version_of(facts)}", f"{ANSWER}: {answer}"]
    head += [f"{label} ({HINTS[label]}):" for label in ASKED[answer] if label not in known]
    return "\n".join([INTRO[answer], "", *head, "", facts, END])


def read_letter(text: str) -> Letter:
    """Reads a letter, or a form where there are its headings."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ").replace("\t", " ").split("\n")
    if any(line.rstrip() == f"### {ENTRY}" for line in lines):
        return _read_form(lines)
    return _read_mail([_QUOTED.sub("", line).strip() for line in lines])


@lru_cache(maxsize=1)
def _labels() -> Mapping[str, bool]:
    """Every label of letters and forms; true where each line of it is a thing of its own."""
    of_facts = {fact.label: fact.kind.lines for code in RECORD_CLASSES for fact in facts_of(code)}
    return {**of_facts, **dict.fromkeys(HEAD, False)}


@lru_cache(maxsize=1)
def _labelled() -> re.Pattern[str]:
    ordered = sorted(_labels(), key=len, reverse=True)
    return re.compile(rf"(?:[-*\u2022] +)?({'|'.join(map(re.escape, ordered))})\s*(?:\([^()]*\)\s*)?:(?:\s+|$)(.*)")


def _read_mail(lines: Iterable[str]) -> Letter:
    said: dict[str, list[str]] = {}
    first: dict[str, int] = {}
    twice: list[str] = []
    for number, label, value in _values(lines):
        if label not in said or _labels()[label]:
            said.setdefault(label, []).append(value)
            first.setdefault(label, number)
        elif value and value != said[label][0]:
            twice.append(label)
    return Letter({label: tuple(values) for label, values in said.items()}, first, tuple(dict.fromkeys(twice)))


def _values(lines: Iterable[str]) -> Iterator[tuple[int, str, str]]:
    """(number of the line, label, value) of a mail, wrapped lines joined. What stands before and after is left out."""
    begun, number, label, value = False, 0, "", ""
    for at, line in enumerate(lines, start=1):
        if begun and (line == END or _SIGNATURE.match(line)):
            break
        # A wrapped line goes on behind its mark, whatever it begins with.
        found = None if value.endswith("|") else _labelled().match(line)
        if found and (begun or found.group(1) == ENTRY):
            if label:
                yield number, label, value
            begun, number, label, value = True, at, found.group(1), found.group(2).strip()
        elif label and line:
            value = f"{value} {line}".strip()
        elif label:
            yield number, label, value
            label, value = "", ""
    if label:
        yield number, label, value


def _read_form(lines: Iterable[str]) -> Letter:
    said: dict[str, list[str]] = {}
    first: dict[str, int] = {}
    twice: list[str] = []
    unknown: list[str] = []
    label = ""
    for at, line in enumerate(lines, start=1):
        if line.startswith("### "):
            label = line[4:].strip()
            if label in said:
                twice.append(label)
            elif label not in _labels() and label != BEFORE_SENDING:
                unknown.append(label)
            said.setdefault(label, [])
            first.setdefault(label, at)
        elif label:
            said[label].append(line.rstrip())
    known = {name: _answer(name, lines) for name, lines in said.items() if name in _labels()}
    return Letter(known, first, tuple(dict.fromkeys(twice)), tuple(unknown), is_form=True)


def _answer(label: str, lines: list[str]) -> tuple[str, ...]:
    """What was filled in under a heading. Line breaks of a text get the mark that a letter has for them."""
    text = "\n".join(lines).strip("\n ")
    if text in {"", NO_RESPONSE}:
        return ()
    if _labels()[label]:
        return tuple(line.strip() for line in text.split("\n") if line.strip())
    return (" \u00b6 ".join(line.strip() for line in text.split("\n")) if label in _long() else " ".join(text.split()),)


@lru_cache(maxsize=1)
def _long() -> frozenset[str]:
    """Labels of texts that may have several lines."""
    return frozenset(fact.label for code in RECORD_CLASSES for fact in facts_of(code) if fact.kind.long)
