"""Measures what checking and building cost, with ratios in one run: `make bench`.

Records are made from a fixed seed in a folder of their own; the real data is not touched. Each figure is the median
of `--runs` whole processes, run in turn, so that a slow minute of the machine hits all of them.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from resource_directory.canonical import dump_canonical
from resource_directory.loading import load_sources, repository_root
from resource_directory.places import Places

LINKED = ("docs", "hooks", "overrides", "node_modules", ".cache", "data/vocab", "data/places")
PLAIN_CONFIG = """site_name: Plain
theme:
  name: material
  font: false
nav:
  - Home: index.md
validation:
  nav:
    omitted_files: ignore
"""


@dataclass(frozen=True)
class Measured:
    """Median wall seconds and the largest peak memory, in MB, of some runs."""

    seconds: float
    megabytes: float


def make_records(folder: Path, number: int, places: Places, seed: int = 8031) -> None:
    """Writes that many fictional health center records, spread over the counties of every state."""
    chance = random.Random(seed)  # noqa: S311 (the same records every time is what is wanted)
    counties = sorted(places.counties.values(), key=lambda county: county.fips)
    for index in range(number):
        county = chance.choice(counties)
        record = {
            "id": f"bench-clinic-{index}",
            "type": "health_center",
            "name": f"Bench Clinic {index} of {county.name}",
            "phones": [{"number": f"303-555-{100 + index % 100:04}", "purpose": "referral"}],
            "url": "https://www.example.org/",
            "location": {
                "visibility": "public",
                "address": {"address_1": f"{index} Main Street", "city": county.name, "state_province": county.state},
                "county": county.fips,
                "point": {"latitude": county.latitude, "longitude": county.longitude, "precision": "town"},
            },
            "service_area": {"counties": [county.fips], "assumed": "yes"},
            "services": ["primary_care", "dental_care"],
            "eligibility": {"description": "Everybody is seen. " * 8 + "Ring first."},
            "source": {"publisher": "Bench", "retrieved": "2026-07-19"},
            "sliding_fee": "yes",
        }
        file = folder / f"data/resources/{county.state.lower()}/health_center/bench-clinic-{index}.yml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dump_canonical(record), encoding="utf-8")


def make_repository(root: Path, folder: Path, number: int, places: Places) -> Path:
    """A repository of made records, the rest linked from the real one."""
    for name in LINKED:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(root / name)
    (folder / "mkdocs.yml").write_text((root / "mkdocs.yml").read_text(encoding="utf-8"), encoding="utf-8")
    make_records(folder, number, places)
    return folder


def make_plain(folder: Path, number: int) -> Path:
    """As many pages of plain Markdown, for the theme alone."""
    (folder / "docs/resources").mkdir(parents=True)
    (folder / "mkdocs.yml").write_text(PLAIN_CONFIG, encoding="utf-8")
    (folder / "docs/index.md").write_text("# Home\n", encoding="utf-8")
    body = "".join(f"## Part {part}\n\n" + "Everybody is seen. " * 12 + "\n\n" for part in range(5))
    for index in range(number):
        (folder / f"docs/resources/{index}.md").write_text(f"# Bench Clinic {index}\n\n{body}", encoding="utf-8")
    return folder


def run_once(command: Sequence[str], folder: Path) -> Measured:
    """One whole process. Raises CalledProcessError where it fails."""
    before = time.perf_counter()
    variables = {**os.environ, "NO_MKDOCS_2_WARNING": "true", "DISABLE_MKDOCS_2_WARNING": "true"}
    process = subprocess.Popen(command, cwd=folder, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(command), stderr=errors[-2000:])
    scale = 1024 if sys.platform.startswith("linux") else 1024 * 1024
    return Measured(time.perf_counter() - before, usage.ru_maxrss / scale)


def main(argv: Sequence[str] | None = None) -> int:
    """Prints a table of seconds, memory and ratios."""
    parser = argparse.ArgumentParser(description="Measure checking and building.")
    parser.add_argument("--records", type=int, default=24_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--skip-plain", action="store_true", help="leave out plain Material, which takes minutes")
    options = parser.parse_args(argv)
    root = repository_root(Path.cwd())
    places = load_sources(root).places
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory() as temporary:
        ours = make_repository(root, Path(temporary, "ours"), options.records, places)
        plain = make_plain(Path(temporary, "plain"), options.records)
        one = next(path for path in sorted((ours / "data/resources").rglob("*.yml")))
        check, mkdocs = (
            [sys.executable, str(root / "scripts/check.py")],
            [sys.executable, "-m", "mkdocs", "build", "-q"],
        )
        tasks: dict[str, tuple[list[str], Path]] = {
            "check one file": ([*check, str(one.relative_to(ours))], ours),
            f"check {options.records:,} files": (check, ours),
            f"build the site, {options.records:,} records": ([*mkdocs, "--strict"], ours),
        }
        if not options.skip_plain:
            tasks[f"plain Material, {options.records:,} Markdown pages"] = (mkdocs, plain)
        results: dict[str, list[Measured]] = {name: [] for name in tasks}
        for _ in range(options.runs):
            for name, (command, folder) in tasks.items():
                results[name].append(run_once(command, folder))
        pages = sum(1 for _ in (ours / "site").rglob("*.html"))
    medians = {name: statistics.median(run.seconds for run in runs) for name, runs in results.items()}
    built = medians[f"build the site, {options.records:,} records"]
    print(f"{'what':<50}{'median s':>10}{'peak MB':>10}{'/ build':>10}")
    for name, runs in results.items():
        print(f"{name:<50}{medians[name]:>10.2f}{max(r.megabytes for r in runs):>10.0f}{medians[name] / built:>10.2f}")
    print(f"pages built: {pages:,} (counties, regions, types and needs by state beside the records)")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
