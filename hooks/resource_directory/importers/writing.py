"""Texts to files. The only module of the importers that writes."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from resource_directory.importers.outcome import Account


def accounts_text(accounts: Sequence[Account]) -> str:
    """The text of `data/imports/<state>.yml`: counts only. Tables without a row for the state are left out."""
    data = {"tables": [entry.as_data() for entry in accounts if entry.read]}
    head = "# Made by scripts/import_sources.py. Do not edit: the next import writes it again.\n"
    return head + yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=120)


def write_changed(root: Path, texts: Mapping[str, str]) -> list[str]:
    """Writes the texts by path under `root`, only where the bytes differ, each file whole or not at all.

    Returns the paths written.
    """
    written: list[str] = []
    for path, text in sorted(texts.items()):
        file, content = root / path, text.encode("utf-8")
        if file.is_file() and file.read_bytes() == content:
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_name(f".{file.name}.new")
        beside.write_bytes(content)
        beside.replace(file)
        written.append(path)
    return written


def write_private(path: Path, text: str) -> None:
    """Writes a file that its owner alone may read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        os.fchmod(stream.fileno(), 0o600)
        stream.write(text)
