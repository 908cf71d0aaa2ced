"""What became of each row: written, merged, held back or refused, each with its reason. Counts must add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Fate = Literal["written", "merged", "held back", "refused"]
FATES: tuple[Fate, ...] = ("written", "merged", "held back", "refused")
PUBLISHED = "as published"


@dataclass(frozen=True)
class RowOutcome:
    """The fate of one row. `key` is that of the draft it went into, empty where there is none; `state` is `CO`."""

    state: str
    fate: Fate
    reason: str
    key: str = ""
    left_out: tuple[str, ...] = ()
    retrieved: str = ""


@dataclass
class Ledger:
    """The outcomes of one table's rows, one for each row."""

    table: str
    publisher: str
    outcomes: list[RowOutcome] = field(default_factory=list)

    def add(
        self, state: str, fate: Fate, reason: str, key: str = "", left_out: Iterable[str] = (), retrieved: str = ""
    ) -> None:
        self.outcomes.append(RowOutcome(state, fate, reason, key, tuple(left_out), retrieved))

    def amended(self, fates: Mapping[str, tuple[Fate, str]]) -> Ledger:
        """The same rows where drafts have met another fate than their importer's, by key."""
        changed = [
            replace(row, fate=fates[row.key][0], reason=fates[row.key][1]) if row.key in fates else row
            for row in self.outcomes
        ]
        return Ledger(self.table, self.publisher, changed)


class AccountError(AssertionError):
    """The counts of a table do not add up: a row has been lost."""


@dataclass(frozen=True)
class Account:
    """The counts of one table for one state. `left_out` counts single facts, not rows."""

    table: str
    publisher: str
    retrieved: str
    in_file: int
    read: int
    counts: Mapping[Fate, int]
    reasons: Mapping[Fate, Mapping[str, int]]
    left_out: Mapping[str, int]

    @property
    def other_states(self) -> int:
        return self.in_file - self.read

    def check(self) -> None:
        """Raises AccountError unless read = written + merged + held back + refused."""
        total = sum(self.counts.values())
        reasons = sum(sum(found.values()) for found in self.reasons.values())
        if not self.read == total == reasons:
            raise AccountError(
                f"{self.table}: {self.read} rows read, but {total} accounted for, {reasons} with reasons."
            )

    def as_data(self) -> dict[str, Any]:
        """Plain data for `data/imports/<state>.yml`: counts and reasons, no names and no values."""
        data: dict[str, Any] = {"table": self.table, "publisher": self.publisher}
        if self.retrieved:
            data["retrieved"] = self.retrieved
        data["read"] = self.read
        data |= {fate.replace(" ", "_"): self.counts[fate] for fate in FATES}
        data["reasons"] = {fate.replace(" ", "_"): dict(found) for fate, found in self.reasons.items() if found}
        if self.left_out:
            data["notes"] = dict(self.left_out)
        return data


def account(ledger: Ledger, in_file: int, wanted: Container[str] | None) -> Account:
    """The account of the rows of some states (`CO`), or of all rows, checked. `in_file` is the number of rows of the
    whole table."""
    if in_file != len(ledger.outcomes):
        raise AccountError(f"{ledger.table}: {in_file} rows in the file, but {len(ledger.outcomes)} accounted for.")
    rows = [row for row in ledger.outcomes if wanted is None or row.state in wanted]
    reasons = {fate: _ordered(Counter(row.reason for row in rows if row.fate == fate)) for fate in FATES}
    made = Account(
        table=ledger.table,
        publisher=ledger.publisher,
        retrieved=max((row.retrieved for row in rows), default=""),
        in_file=in_file,
        read=len(rows),
        counts={fate: sum(row.fate == fate for row in rows) for fate in FATES},
        reasons=reasons,
        left_out=_ordered(Counter(what for row in rows for what in row.left_out)),
    )
    made.check()
    return made


def _ordered(counts: Counter[str]) -> Mapping[str, int]:
    return dict(sorted(counts.items()))


def format_accounts(accounts: Iterable[Account]) -> str:
    """The accounts as a table of text that adds up, the reasons below each row."""
    titles = ("table", "in file", "other states", "read", *FATES)
    lines = [_line(titles)]
    total: Counter[str] = Counter()
    for entry in accounts:
        cells: dict[str, int] = {"in file": entry.in_file, "other states": entry.other_states, "read": entry.read}
        cells |= {fate: entry.counts[fate] for fate in FATES}
        total.update(cells)
        lines.append(_line((entry.table, *(cells[title] for title in titles[1:]))))
        for fate, found in entry.reasons.items():
            lines.extend(f"    {fate}: {reason}: {count}" for reason, count in found.items() if reason != PUBLISHED)
        lines.extend(f"    noted: {what}: {count}" for what, count in entry.left_out.items())
    lines.append(_line(("total", *(total[title] for title in titles[1:]))))
    return "\n".join(lines)


def format_totals(names: Mapping[str, Iterable[Account]]) -> str:
    """One line of counts for each name, over all tables."""
    lines = [_line(("", "read", *FATES))]
    for name, accounts in names.items():
        total: Counter[str] = Counter()
        for entry in accounts:
            total.update({"read": entry.read} | {fate: entry.counts[fate] for fate in FATES})
        lines.append(_line((name, total["read"], *(total[fate] for fate in FATES))))
    return "\n".join(lines)


def _line(cells: Iterable[object]) -> str:
    first, *rest = cells
    return f"{first!s:<32}" + "".join(f"{cell!s:>13}" for cell in rest)
