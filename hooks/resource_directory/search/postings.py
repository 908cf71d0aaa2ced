"""Lists of numbers as short text, and lines of text packed into files of about one size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

#: Digits of numbers in the files. The first half ends a number, the second half says that more follows.
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_HALF = 32
#: Characters of a shard: at most about 40 KB when a server compresses it.
SHARD_SIZE = 68_000
#: A shard holds at least this many lines, so that asking for it tells little about the word that was typed.
FEWEST_LINES = 100
#: A shard begins where the first letters change.
_LETTERS = 4


def packed(numbers: Iterable[int]) -> str:
    """Rising numbers from 0: `0, 1, 2, 40` -> `AAAlB`, each the distance from the one before, five bits a digit."""
    found = []
    before = -1
    for number in numbers:
        rest = number - before - 1
        before = number
        while rest >= _HALF:
            found.append(DIGITS[_HALF + rest % _HALF])
            rest //= _HALF
        found.append(DIGITS[rest])
    return "".join(found)


def shards(lines: Iterable[str]) -> list[list[str]]:
    """Lines in the order of their first words (up to a tab), by shard. Lines with the same first letters stay together.

    An edit then changes the shard of the words that it changes, and seldom its neighbours.
    """
    made: list[list[str]] = []
    shard: list[str] = []
    size = 0
    for _, group in groupby(lines, key=lambda line: line[:_LETTERS].partition("\t")[0]):
        for bucket in _pieces(list(group)):
            weight = _weight(bucket)
            if size + weight > SHARD_SIZE and len(shard) >= FEWEST_LINES:
                made.append(shard)
                shard, size = [], 0
            shard += bucket
            size += weight
    if made and len(shard) < FEWEST_LINES:
        made[-1] += shard
    elif shard:
        made.append(shard)
    return made


def _weight(lines: Sequence[str]) -> int:
    return sum(map(len, lines)) + len(lines)


def _pieces(lines: list[str]) -> Iterator[list[str]]:
    """Halves, again and again, of what is too much for a shard."""
    if _weight(lines) <= SHARD_SIZE or len(lines) <= FEWEST_LINES:
        yield lines
        return
    middle = len(lines) // 2
    yield from _pieces(lines[:middle])
    yield from _pieces(lines[middle:])


def first_words(made: Sequence[Sequence[str]]) -> list[str]:
    """The first word of each shard, by which a reader's browser tells which to fetch."""
    return [shard[0].partition("\t")[0] for shard in made]
