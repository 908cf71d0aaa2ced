#!/usr/bin/env python3
"""Looks whether the web sites in the records still answer. Advisory: it changes no record and returns 0.

    scripts/links.py --state co
    scripts/links.py --state all --limit 500 --since 30 --out links.md
    scripts/links.py --state all --report --out links.csv        what is known from earlier runs; nobody is asked

Polite: one request a host at a time and a second apart, HEAD first and GET where that is not taken, robots.txt obeyed.
Each look is kept with its day in .cache/links/looks.jsonl (--looks FILE), outside the records, so that a run that was
stopped or limited goes on where it was: addresses looked at within --since DAYS (default 30) are left out, those never
looked at or longest ago come first. --out writes what a person should look at: .csv, .md (an issue's text) or plain
text. Nothing inside a private network is ever asked.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

from geocode import contact_of
from import_sources import ROOT, UnreadableRecordsError, existing_records, import_rules
from resource_directory.link_checks import (
    PAUSE,
    STATUSES,
    TIMEOUT,
    Client,
    Hosts,
    Look,
    Memory,
    addresses,
    looks,
)
from resource_directory.loading import today_of
from resource_directory.shapes import ShapesMissing
from resource_directory.vocabulary import VocabularyError

LOOKS = ".cache/links/looks.jsonl"
PROGRAM = "community-resource-directory-links/1.0"
#: What a person should look at; the others are counted only.
TO_LOOK_AT = ("broken", "unreachable", "insecure", "moved")
_WORDS = {
    "broken": "There is no such page",
    "unreachable": "No answer",
    "insecure": "The secure connection does not work",
    "moved": "Leads elsewhere",
    "refused": "Turns programs away, perhaps not people",
    "skipped": "Not looked at: it asks programs to stay away",
    "ok": "Answers",
}
_COLUMNS = ("status", "url", "note", "code", "leads to", "day", "failing since", "records", "first record")


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0 whatever the sites answer; 1 for records that cannot be read, 2 for wrong arguments."""
    options = _parser().parse_args(arguments)
    root = options.root.resolve()
    today = today_of(os.environ)
    try:
        rules = import_rules(root, today)
        records = existing_records(root, rules)
    except (VocabularyError, UnreadableRecordsError, ShapesMissing) as error:
        print(error, file=sys.stderr)
        return 1
    all_states = [code.lower() for code in rules.places.states] + ["us"]
    states = all_states if options.state == ["all"] else options.state
    found = addresses(records, states)
    memory = Memory(options.looks or root / LOOKS)
    if not options.report:
        chosen = due(found, memory, today, options.since)[: options.limit]
        _look(chosen, memory, options, contact_of(root) or "no contact given", today)
        memory.tidy(addresses(records, all_states))
    rows = [(entry, found[url]) for url in found if (entry := memory.last(url)) is not None]
    print(counts_text(entry for entry, _ in rows))
    if options.out:
        forms = {".csv": rows_csv, ".md": rows_markdown}
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(forms.get(options.out.suffix, rows_text)(rows, memory), encoding="utf-8")
    else:
        print(rows_text(rows, memory), end="")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--state", action="append", required=True, help="postal code such as co, or us; or all")
    parser.add_argument("--limit", type=int, default=None, metavar="N", help="look at no more addresses than this")
    parser.add_argument("--since", type=int, default=30, metavar="DAYS", help="leave out what was looked at within")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write what to look at: .csv, .md or plain text")
    parser.add_argument("--looks", type=Path, metavar="FILE", help=f"where looks are kept (default: {LOOKS})")
    parser.add_argument("--report", action="store_true", help="ask nobody, tell what is known")
    parser.add_argument("--workers", type=int, default=8, help="hosts side by side")
    parser.add_argument("--pause", type=float, default=PAUSE, help="seconds between two requests to one host")
    parser.add_argument("--timeout", type=float, default=TIMEOUT, help="seconds to wait for an answer")
    parser.add_argument("--allow-private", action="store_true", help="for tests: this machine may be asked")
    parser.add_argument("--root", type=Path, default=ROOT, help="the repository (default: this one)")
    return parser


def due(found: Iterable[str], memory: Memory, today: date, days: int) -> list[str]:
    """Addresses not looked at within so many days: those never looked at first, then those longest ago."""
    limit = (today - timedelta(days=days)).isoformat()
    last = {url: entry.day if (entry := memory.last(url)) else "" for url in found}
    return sorted((url for url, day in last.items() if day <= limit), key=lambda url: (last[url], url))


def _look(chosen: Sequence[str], memory: Memory, options: argparse.Namespace, contact: str, today: date) -> None:
    client = Client(f"{PROGRAM} ({contact})", options.timeout, options.allow_private)
    hosts = Hosts(client, options.pause)
    for number, made in enumerate(looks(chosen, hosts, today, workers=options.workers), start=1):
        memory.keep(made)
        if number % 100 == 0:
            print(f"{number:,} of {len(chosen):,} addresses", file=sys.stderr)


def counts_text(entries: Iterable[Look]) -> str:
    """How many addresses came to what."""
    counts = Counter(entry.status for entry in entries)
    lines = [f"{counts[status]:>6} {_WORDS[status]}" for status in STATUSES if counts[status]]
    return "\n".join([f"{counts.total()} web addresses are known:", *lines])


Rows = Sequence[tuple[Look, Sequence[str]]]


def _to_look_at(rows: Rows) -> Rows:
    order = {status: number for number, status in enumerate(TO_LOOK_AT)}
    chosen = [(entry, paths) for entry, paths in rows if entry.status in order]
    return sorted(chosen, key=lambda row: (order[row[0].status], row[0].url))


def rows_text(rows: Rows, memory: Memory) -> str:
    """Two lines an address."""
    lines = []
    for entry, paths in _to_look_at(rows):
        since = memory.failing_since(entry.url)
        lines.append(f"{_WORDS[entry.status]}: {entry.url} ({entry.note}{f'; since {since}' if since else ''})")
        lead = f"leads to {entry.final_url}; " if entry.final_url else ""
        lines.append(f"    {lead}{paths[0]}{f' and {len(paths) - 1} more' if len(paths) > 1 else ''}")
    return "".join(f"{line}\n" for line in lines)


def rows_csv(rows: Rows, memory: Memory) -> str:
    """A table of everything known, the worst first."""
    order = {status: number for number, status in enumerate(STATUSES)}
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for entry, paths in sorted(rows, key=lambda row: (order[row[0].status], row[0].url)):
        writer.writerow(
            (entry.status, entry.url, entry.note, entry.code or "", entry.final_url, entry.day,
             memory.failing_since(entry.url), len(paths), paths[0])
        )  # fmt: skip
    return stream.getvalue()


def rows_markdown(rows: Rows, memory: Memory) -> str:
    """An issue's text, at most 60,000 letters. Addresses are shown as text: no site can write into it."""
    counts = Counter(entry.status for entry, _ in rows)
    lines = ["# Web addresses to look at", "", "| What | Addresses |", "|---|---:|"]
    lines += [f"| {_WORDS[status]} | {counts[status]} |" for status in STATUSES if counts[status]]
    last = ""
    for entry, paths in _to_look_at(rows):
        if entry.status != last:
            lines += ["", f"## {_WORDS[entry.status]}", ""]
            last = entry.status
        since = memory.failing_since(entry.url)
        told = f"- {_code(entry.url)}: {entry.note}" + (f", since {since}" if since else "")
        told += f", leads to {_code(entry.final_url)}" if entry.final_url else ""
        lines.append(f"{told}. {_code(paths[0])}" + (f" and {len(paths) - 1} more" if len(paths) > 1 else ""))
    return _cut(lines)


def _code(text: str) -> str:
    return f"`{text.replace('`', '%60')}`"


def _cut(lines: Sequence[str], most: int = 60_000) -> str:
    length = 0
    for number, line in enumerate(lines):
        length += len(line) + 1
        if length > most:
            return "\n".join([*lines[:number], "", f"And {len(lines) - number} more lines."]) + "\n"
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
