"""Work shared out among processes.

Children are forked, so that they have all that the parent has read without copying it, and are given their share at
the start: a child that ends its share, or whose parent is gone, ends too. None waits for more and is left behind.
"""

from __future__ import annotations

import gc
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
Advance = Callable[[int], None]


@contextmanager
def collector_off() -> Iterator[None]:
    """Without the collector of cycles: records have none, and looking for them costs a third of reading."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class WorkFailed(RuntimeError):
    """A child could not do its share; the message is the child's own."""


def cores() -> int:
    """How many processes can run at once; 1 where forking is not safe (https://bugs.python.org/issue33725)."""
    if sys.platform != "linux":
        return 1
    return len(os.sched_getaffinity(0))


def shares(weights: Sequence[float], number: int) -> list[list[int]]:
    """Indexes of the items in as many groups, of about equal weight: the heaviest first, to the lightest group."""
    groups: list[list[int]] = [[] for _ in range(number)]
    loads = [0.0] * number
    for index in sorted(range(len(weights)), key=lambda i: (-weights[i], i)):
        lightest = loads.index(min(loads))
        groups[lightest].append(index)
        loads[lightest] += weights[index]
    return groups


class Children:
    """Children at work. `results` waits for them; `stop` ends them."""

    def __init__(self, work: Callable[[Item], Result], items: Sequence[Item], groups: Sequence[Sequence[int]]) -> None:
        context = get_context("fork")
        self.pipes: list[Connection] = []
        self.processes = []
        # What is there already is never looked at again by the children's collectors, nor copied by them.
        frozen = gc.get_freeze_count()
        gc.freeze()
        for group in groups:
            receiving, sending = context.Pipe(duplex=False)
            process = context.Process(target=_share, args=(work, items, group, sending), daemon=True)
            try:
                process.start()
            except OSError:
                self.stop()
                raise
            sending.close()
            self.pipes.append(receiving)
            self.processes.append(process)
        if not frozen:
            gc.unfreeze()

    def results(self, advance: Advance | None = None) -> dict[int, Any]:
        """What came of each item, by its index. Raises WorkFailed with the first child's message."""
        found: dict[int, Any] = {}
        open_pipes = list(self.pipes)
        try:
            while open_pipes:
                for pipe in wait(open_pipes):
                    assert isinstance(pipe, Connection)
                    try:
                        message = pipe.recv()
                    except EOFError:
                        open_pipes.remove(pipe)
                        continue
                    if isinstance(message, str):
                        raise WorkFailed(message)
                    found.update(message)
                    if advance is not None and not message:
                        advance(1)
        except BaseException:
            self.stop()
            raise
        self._end()
        return found

    def _end(self) -> None:
        for process in self.processes:
            process.join()
            if process.exitcode:
                raise WorkFailed(f"A process of the build ended with {process.exitcode}; is there enough memory?")

    def stop(self) -> None:
        """Ends all children at once."""
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.join()


def _share(work: Callable[[Item], Result], items: Sequence[Item], group: Sequence[int], pipe: Connection) -> None:
    """A child's life. An empty message for each item done, then all results: a full pipe would hold the child up."""
    gc.disable()
    parent = os.getppid()
    found: dict[int, Result] = {}
    try:
        for index in group:
            if os.getppid() != parent:
                os._exit(1)
            found[index] = work(items[index])
            pipe.send({})
        pipe.send(found)
    except (KeyboardInterrupt, BrokenPipeError):
        os._exit(1)
    except BaseException as error:  # noqa: BLE001 (the parent raises it)
        pipe.send("".join(traceback.format_exception_only(error)).strip())
    pipe.close()


def shared_out(
    work: Callable[[Item], Result],
    items: Sequence[Item],
    weights: Sequence[float] | None = None,
    advance: Advance | None = None,
) -> list[Result]:
    """`work` on every item, in order, in as many processes as there are cores; this one takes a share itself."""
    number = min(cores(), len(items))
    if number < 2:
        return _in_this_process(work, items, range(len(items)), advance)
    groups = shares(weights or [1.0] * len(items), number)
    children = Children(work, items, groups[1:])
    try:
        own = _in_this_process(work, items, groups[0], advance)
    except BaseException:
        children.stop()
        raise
    found = dict(zip(groups[0], own, strict=True)) | children.results(advance)
    return [found[index] for index in range(len(items))]


def _in_this_process(
    work: Callable[[Item], Result], items: Sequence[Item], group: Sequence[int], advance: Advance | None
) -> list[Result]:
    results = []
    for index in group:
        results.append(work(items[index]))
        if advance is not None:
            advance(1)
    return results
