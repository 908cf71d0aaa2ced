"""How far a long step is: a bar in a terminal, a plain line now and then where nobody watches (CI, a file)."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import contextmanager
from typing import TypeVar

from tqdm import tqdm

Item = TypeVar("Item")
#: Steps shorter than this say nothing.
QUIET_SECONDS = 1.0
#: In CI a line is printed at most this often.
LINE_SECONDS = 5.0


def progress(items: Iterable[Item], what: str, total: int | None = None) -> Iterator[Item]:
    """Passes the items on and tells on standard error how many are done. `total` where `items` has no length."""
    number = total if total is not None else len(items) if isinstance(items, Sized) else None
    with advancing(what, number) as advance:
        for item in items:
            yield item
            advance(1)


@contextmanager
def advancing(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A function that is told how many more are done."""
    if sys.stderr.isatty():
        with tqdm(total=total, desc=what, delay=QUIET_SECONDS, leave=False, file=sys.stderr) as bar:

            def advance(number: int) -> None:
                bar.update(number)

            yield advance
        return
    lines = _Lines(what, total)
    yield lines.advance
    lines.end()


class _Lines:
    """Plain lines: `Reading records: 12,000 of 24,066`."""

    def __init__(self, what: str, total: int | None) -> None:
        self.what, self.total, self.done = what, total, 0
        self.begun = self.last = time.monotonic()
        self.said = False

    def advance(self, number: int) -> None:
        self.done += number
        now = time.monotonic()
        if now - self.last >= LINE_SECONDS:
            self.last, self.said = now, True
            of = f" of {self.total:,}" if self.total else ""
            _say(f"{self.what}: {self.done:,}{of}")

    def end(self) -> None:
        if self.said:
            seconds = time.monotonic() - self.begun
            _say(f"{self.what}: {self.done:,} in {seconds:.0f} s")


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
