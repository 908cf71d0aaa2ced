"""The sums of the page of sources: every row of every list in one of four fates."""

from __future__ import annotations

from pathlib import Path

import yaml

from resource_directory.loading import Sources
from resource_directory.pages.rows_read import FATES, NO_STATE, rows_read
from support import ROOT


def test_lists_states_and_reasons_add_up(sources: Sources) -> None:
    """Over all real accounts: by list, by state and by reason the same rows are counted."""
    found = rows_read(ROOT / "data/imports", sources.places)
    assert found.total.read > 0
    for group in (found.lists, found.states):
        assert all(entry.adds_up for entry in group)
        assert sum(entry.read for entry in group) == found.total.read
        assert tuple(map(sum, zip(*(entry.fates for entry in group), strict=True))) == found.total.fates
    for fate, rows in zip(FATES.values(), found.total.fates, strict=True):
        explained = sum(reason.rows for reason in found.reasons if reason.fate == fate)
        assert explained == rows if fate != "Written" else explained <= rows


def test_rows_of_no_state_and_lists_of_one_publisher(tmp_path: Path, sources: Sources) -> None:
    def table(name: str, **reasons: dict[str, int]) -> dict[str, object]:
        counts = {fate: sum(reasons.get(fate, {}).values()) for fate in FATES}
        return {"table": name, "publisher": "HHS", "read": sum(counts.values()), **counts, "reasons": reasons}

    accounts = {
        "co": [
            table("a.csv", written={"as published": 2, "place withheld: why": 1}),
            table("b.csv", refused={"no": 4}),
        ],
        "elsewhere": [table("a.csv", held_back={"no state": 5})],
        "ks": [],
    }
    for name, tables in accounts.items():
        (tmp_path / f"{name}.yml").write_text(yaml.safe_dump({"tables": tables}), encoding="utf-8")
    found = rows_read(tmp_path, sources.places)
    assert [(entry.name, entry.read) for entry in found.lists] == [("HHS (a)", 8), ("HHS (b)", 4)]
    assert [(entry.name, entry.slug) for entry in found.states] == [("Colorado", "co"), (NO_STATE, "")]
    assert [(reason.fate, reason.reason, reason.rows) for reason in found.reasons] == [
        ("Written", "place withheld: why", 1),
        ("Held back", "no state", 5),
        ("Refused", "no", 4),
    ]
