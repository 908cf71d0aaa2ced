"""What tests share: where things are, builds, small repositories of fictional records."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DAY = date(2026, 11, 21)
EPOCH = "1795219200"  # the same day, in seconds
LINKED = (
    "docs",
    "hooks",
    "overrides",
    "node_modules",
    ".cache",
    "data/vocab",
    "data/places",
    "data/locale",
    "DATA_LICENSE",
)


@dataclass(frozen=True)
class Build:
    """What came of a build."""

    root: Path
    site: Path
    status: int
    output: str


def run_build(root: Path, *options: str, environment: Mapping[str, str] | None = None) -> Build:
    """`mkdocs build --strict` in a repository."""
    variables = {
        **os.environ,
        "SOURCE_DATE_EPOCH": EPOCH,
        "NO_MKDOCS_2_WARNING": "true",
        "DISABLE_MKDOCS_2_WARNING": "true",
    }
    variables.pop("STATE", None)
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", *options]
    done = subprocess.run(
        command,
        cwd=root,
        env={**variables, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    site = Path(options[options.index("-d") + 1]) if "-d" in options else root / "site"
    return Build(root, site, done.returncode, done.stdout + done.stderr)


def make_repository(folder: Path, records: Mapping[str, str], config: Callable[[str], str] = str) -> Path:
    """A repository with only the given records (path under data/resources/: text), the rest linked from this one."""
    for name in LINKED:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(ROOT / name)
    (folder / "mkdocs.yml").write_text(config((ROOT / "mkdocs.yml").read_text(encoding="utf-8")), encoding="utf-8")
    for path, text in records.items():
        file = folder / "data/resources" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def good_records() -> dict[str, str]:
    """The fictional records of `tests/records/good/`, by path under data/resources/."""
    top = ROOT / "tests/records/good"
    return {file.relative_to(top).as_posix(): file.read_text(encoding="utf-8") for file in sorted(top.rglob("*.yml"))}


def order_records() -> dict[str, str]:
    """The fictional records of `tests/records/order/`, which show every rule of the order of calls, and a hot line."""
    top = ROOT / "tests/records/order"
    found = {file.relative_to(top).as_posix(): file.read_text(encoding="utf-8") for file in sorted(top.rglob("*.yml"))}
    line = "us/hotline/hotline-example.yml"
    return {**found, line: good_records()[line]}


def unpacked_copy(site: Path, folder: Path, *options: str) -> Path:
    """The folder of a built site's offline edition, as somebody has it who unpacked the zip."""
    command = [sys.executable, "scripts/offline.py", "--site", str(site), "--day", DAY.isoformat(), *options]
    done = subprocess.run(
        [*command, "--output", str(folder)], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    (file,) = folder.glob("*.zip")
    shutil.unpack_archive(file, folder)
    return folder / file.stem


def chromium() -> str | None:
    """Debian's Chromium where there is one; otherwise Playwright finds its own."""
    return shutil.which("chromium")


def holds_points(address: str) -> bool:
    """Whether a file of the site holds points of a map with their facts."""
    return re.search(r"assets/map/(?:counties/\d{5}|(?!nation)[\w/-]+-points)\.json$", address) is not None


def point_features(text: str) -> list[dict[str, Any]]:
    """Points of a map's file as GeoJSON features."""
    made = []
    for facts in json.loads(text)["points"]:
        told = {"u": f"resources/{facts.pop('i')}/", "p": "", "k": "", **facts}
        point = {"type": "Point", "coordinates": told.pop("c")}
        made.append({"type": "Feature", "properties": told, "geometry": point})
    return made
