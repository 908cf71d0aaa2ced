"""A county's or a need's list as a small page for a partner's frame, made whenever the page is whose list it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from resource_directory.answering import Answer
from resource_directory.model import Record

#: The folder of these pages, behind the language's: `embed/co/denver/`, `es/embed/co/denver/`.
FOLDER = "embed/"
#: How many entries answer one question of a county, and how many a need in a state: a few hundred characters each.
FOR_A_QUESTION = 2
FOR_A_NEED = 12


Entry = tuple[Record, float | None]


@dataclass(frozen=True)
class Section:
    """A heading of the small page, its anchor on the full page, who stands under it, and how many more there are.

    `wider` are those who may only serve the whole state, with the miles to each where they are known. `answer` is what
    the section answers; none where it is a part of a list.
    """

    anchor: str
    title: str
    entries: tuple[Record, ...]
    more: int
    wider: tuple[Entry, ...] = ()
    answer: Answer | None = None


def address_of(url: str, prefix: str) -> str:
    """The small page beside a page: `es/co/denver/` -> `es/embed/co/denver/`."""
    return f"{prefix}{FOLDER}{url.removeprefix(prefix)}"


def full_page_of(url: str, prefixes: Iterable[str]) -> str:
    """The page beside which a small page is made; any other page's address as it is."""
    for prefix in (*prefixes, ""):
        if url.startswith(prefix + FOLDER):
            return prefix + url.removeprefix(prefix + FOLDER)
    return url


def by_question(
    found: Iterable[tuple[Answer, Sequence[Entry]]], reached: Callable[[Record], bool]
) -> Iterator[Section]:
    """A section of each question that anybody may answer, in their order on the page; an entry stands where it comes
    first. With each answer come those who may only serve the whole state, in the order of the page.

    The few places of a question go first to those of whom `reached` says that somebody answers and takes people.
    """
    seen: set[str] = set()
    for answer, far in found:
        here = [record for record in answer.local if record.id not in seen]
        wider = [entry for entry in far if entry[0].id not in seen]
        seen.update(record.id for record in (*here, *(record for record, _ in wider)))
        if here or wider:
            entries = sorted(here, key=lambda record: not reached(record))[:FOR_A_QUESTION]
            others = sorted(wider, key=lambda entry: not reached(entry[0]))[: FOR_A_QUESTION - len(entries)]
            more = len(here) + len(wider) - len(entries) - len(others)
            question = answer.question
            yield Section(question.code, question.question, tuple(entries), more, tuple(others), answer)


def by_group(found: Iterable[tuple[str, str, Sequence[Record]]]) -> Iterator[Section]:
    """The same of the groups of a list, up to so many entries in all."""
    left = FOR_A_NEED
    beyond = 0
    first = ""
    for anchor, title, records in found:
        shown = tuple(records[:left])
        left -= len(shown)
        if shown:
            yield Section(anchor, title, shown, 0)
        if len(records) > len(shown):
            beyond += len(records) - len(shown)
            first = first or anchor
    if beyond:
        yield Section(first, "", (), beyond)
