#!/usr/bin/env python3
"""The offline edition: a zip that opens by double click, from a USB stick, without a network.

scripts/offline.py --state co                    builds Colorado's pages and packs them
scripts/offline.py --region co-503               of one region: its counties, and the entries that serve them
scripts/offline.py                               everything
scripts/offline.py --site site --day 2026-11-21  packs a site that is built already
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

from resource_directory.catalogues import CatalogueError, load_languages
from resource_directory.loading import configuration, repository_root, today_of
from resource_directory.messages import ENGLISH, SOURCE, MissingMessage
from resource_directory.offline import (
    AWAY,
    BuiltSite,
    Choice,
    Edition,
    EditionRefused,
    Member,
    checked,
    choice_of,
    crowded,
    front,
    members,
    write_zip,
)
from resource_directory.places import load_places
from resource_directory.progress import progress

TEMPLATES = Path("overrides/directory")
OWN = Path("scripts/offline")
BUNDLE = Path("scripts/offline-bundle.mjs")
#: npm packages whose code the edition holds.
PACKAGES = ("geographiclib-geodesic", "govuk-frontend", "leaflet", "leaflet.markercluster", "lunr", "topojson-client")
LICENCES = ("LICENSE", "LICENSE.md", "LICENSE.txt", "MIT-LICENCE.txt")
MEGABYTE = 1_000_000


def main(argv: Sequence[str] | None = None) -> int:
    """0 when the zip is there; 1 where the site could not be built or packed; 2 for wrong arguments."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--state", default="", help="states, such as co or 'co nm'; all where there are none")
    parser.add_argument("--region", type=str.lower, default="", help="one region, such as co-503")
    parser.add_argument("--site", type=Path, metavar="FOLDER", help="a site that is built already (with --day)")
    parser.add_argument("--day", type=date.fromisoformat, help="the day on which the site of --site was built")
    parser.add_argument("--output", type=Path, metavar="FOLDER", default=Path("offline"), help="where the zip goes")
    options = parser.parse_args(argv)
    if (options.site is None) != (options.day is None):
        parser.error("--site needs --day, the day on which it was built, and --day needs --site.")
    begun = time.monotonic()
    try:
        root = repository_root(Path.cwd())
        target, size, number = make(root, options)
    except (EditionRefused, CatalogueError, MissingMessage, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    packed = target.stat().st_size
    print(f"{target}: {packed / MEGABYTE:.1f} MB; unpacked {size / MEGABYTE:.1f} MB in {number:,} files.")
    print(f"Made in {time.monotonic() - begun:.0f} s. Unpack it onto a stick and open START-HERE.html.")
    return 0


def make(root: Path, options: argparse.Namespace) -> tuple[Path, int, int]:
    """The zip, the bytes of its files, their number. Raises EditionRefused."""
    states = tuple(options.state.lower().replace(",", " ").split()) or tuple(options.region[:2].split())
    folder, day = options.site, options.day
    if folder is None:
        folder, day = built(root, states), today_of(os.environ)
    site = BuiltSite.of(folder)
    edition = edition_of(root, site, choice_of(site, known_states(root), states, options.region), day)
    with tempfile.TemporaryDirectory() as made:
        inside = bundled(root, folder, Path(made), edition)
        scripts = {file.name: file.read_bytes() for file in Path(made).iterdir()}
    style = (root / OWN / "offline.css").read_text(encoding="utf-8")
    return packed(root, options.output, edition, (scripts, inside, style))


def built(root: Path, states: Sequence[str]) -> Path:
    """The folder of the site of the states, built now; what the last build left there makes it quick."""
    folder = root / ".cache/offline" / ("-".join(states) or "all")
    folder.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", str(folder)]
    quiet = {"NO_MKDOCS_2_WARNING": "true", "DISABLE_MKDOCS_2_WARNING": "true"}
    print(f"Building the pages of {', '.join(states).upper() or 'all states'}.", file=sys.stderr)
    if subprocess.run(
        command, cwd=root, env={**os.environ, **quiet, "STATE": " ".join(states)}, check=False
    ).returncode:
        raise EditionRefused("The site could not be built: see above. There is no copy.")
    return folder


def known_states(root: Path) -> frozenset[str]:
    """Slugs of all states that a site can show."""
    return frozenset(state.slug for state in load_places(root / "data/places").states.values())


def edition_of(root: Path, site: BuiltSite, choice: Choice, day: date) -> Edition:
    """The edition, with the site's names and address as mkdocs.yml has them."""
    config = configuration(root)
    block: Mapping[str, Any] = config["extra"]["directory"]
    languages = (ENGLISH, *load_languages(root, known_states(root), strict=True))
    names = {one.language: (block.get("names") or {}).get(one.language, block["name"]) for one in languages}
    address = str(block.get("site_url") or "")
    online = "" if "//localhost" in address or not address else f"{address.rstrip('/')}/"
    return Edition(site, choice, day, languages, {**names, SOURCE: block["name"]}, root / TEMPLATES, online)


def bundled(root: Path, site: Path, target: Path, edition: Edition) -> list[str]:
    """Makes the site's modules into plain scripts; gives the modules that are in them. Raises EditionRefused."""
    away = [f"{messages.language}={messages.prefix}{AWAY}index.html" for messages in edition.languages]
    command = ["node", str(BUNDLE), str(site.resolve()), str(target), *away]
    try:
        done = subprocess.run(
            command, cwd=root, input=json.dumps(edition.choice.kept or {}), capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise EditionRefused("Node is not there. Run 'make setup'.") from None
    if done.returncode:
        raise EditionRefused(f"The scripts could not be put together. Run 'make setup'.\n{done.stderr.strip()}")
    inside: list[str] = json.loads(done.stdout)
    return inside


def packed(
    root: Path, output: Path, edition: Edition, parts: tuple[Mapping[str, bytes], Sequence[str], str]
) -> tuple[Path, int, int]:
    """Writes the zip; gives it, the bytes of its files, and their number. The last one stays until this is whole."""
    output.mkdir(parents=True, exist_ok=True)
    target = output / f"{edition.folder}.zip"
    new = target.with_suffix(".zip.new")
    paths: list[str] = []

    def noted() -> Iterator[Member]:
        files = chain(front(edition, notices(root)), members(edition, *parts))
        for path, content in progress(files, "Packing files", len(edition.paths)):
            paths.append(path)
            yield path, content

    try:
        with new.open("wb") as opened:
            size = write_zip(opened, edition, noted())
        checked(edition.folder, paths)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    new.replace(target)
    for folder in crowded(f"{edition.folder}/{path}" for path in paths):
        print(f"{folder} has more files than a stick with FAT32 holds in a folder: use exFAT or NTFS.", file=sys.stderr)
    return target, size, len(paths)


def notices(root: Path) -> dict[str, bytes]:
    """The licences of the project, of its facts, and of the code of others in it."""
    texts = []
    for name in PACKAGES:
        folder = root / "node_modules" / name
        found = [folder / licence for licence in LICENCES if (folder / licence).is_file()]
        told = json.loads((folder / "package.json").read_text(encoding="utf-8"))
        # The GOV.UK package comes without the text of its licence.
        text = found[0].read_text(encoding="utf-8").strip() if found else told.get("author", "")
        texts.append(f"{name} {told['version']} ({told['license']})\n\n{text}\n")
    return {
        "LICENSE.txt": (root / "LICENSE").read_bytes(),
        "DATA_LICENSE.txt": (root / "DATA_LICENSE").read_bytes(),
        "NOTICES.txt": "\n\n".join(texts).encode(),
    }


if __name__ == "__main__":
    raise SystemExit(main())
