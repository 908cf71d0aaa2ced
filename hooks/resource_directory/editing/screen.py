"""The settings of the editing screen, its one page, and what it is told about the records.

The screen is Sveltia CMS (docs/decisions/0024-editing-screen.md). It is a program of its own: it signs in to GitHub
from the editor's browser, reads the entries and opens a pull request for each change.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from markupsafe import escape
from pydantic import BaseModel, ConfigDict, Field

from resource_directory.directory import Directory
from resource_directory.editing.forms import NEVER, Forms, order_of
from resource_directory.model import record_class

#: Where the screen stands in the site.
FOLDER = "admin/"
#: Our own scripts of the screen, which no other page needs.
OF_SCREEN = "assets/directory/admin/"
#: The npm package, and the parts of it that the screen loads. The others draw pictures, maps, code.
PACKAGE = "@sveltia/cms/npm"
PARTS = ("index.js", "chunks/react-?*.js", "assets/*.woff2", "assets/*.LICENSE.txt")
PACKAGE_TARGET = "assets/vendor/sveltia/"
OFFERS = "One form for each entry. What is not known stays empty. Your change is looked at before it is published."


class Editing(BaseModel):
    """The block `editing:` under `directory:`: where the records are kept, and which of them the screen shows."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    backend: Literal["github"]
    repo: str = Field(pattern=r"^[A-Za-z0-9][\w.-]*/[\w.-]+$")
    branch: str = Field("main", pattern=r"^\w[\w./-]*$")
    #: The service that signs editors in. Empty: they paste an access token of their own.
    base_url: str = Field("", pattern=r"^(https://[A-Za-z0-9.-]+(:\d+)?)?$")
    #: `co`, or `us` for what serves the whole country. They must be named: the screen reads all their entries.
    states: tuple[str, ...] = Field(min_length=1)


class EditingRefused(ValueError):
    """The block `editing:` names what is not there."""


def content_security_policy() -> str:
    """The policy of the screen's page alone. It needs style written by script, and GitHub; no `eval`, no other host."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "connect-src 'self' data: https://api.github.com",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def editing_page(name: str) -> str:
    """The page at `/admin/`. Without script it says what it is."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(content_security_policy())}">'
        '<meta name="robots" content="noindex, nofollow"><meta name="referrer" content="no-referrer">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Edit: {escape(name)}</title>"
        '<link rel="icon" href="../assets/directory/favicon.svg">'
        '<link rel="cms-config-url" type="application/json" href="config.json">'
        f'<script type="module" src="../{OF_SCREEN}screen.js"></script></head>'
        "<body><noscript><p>This page is for editors, and needs JavaScript. "
        '<a href="..">Go to the directory</a>.</p></noscript></body></html>\n'
    )


def packaged_files(node_modules: Path) -> Iterator[tuple[Path, str]]:
    """(file, path in the site) of what the npm package brings. Raises EditingRefused where it is not installed."""
    folder = node_modules / PACKAGE
    for pattern in PARTS:
        files = sorted(folder.glob(pattern))
        if not files:
            raise EditingRefused(f"node_modules/{PACKAGE}/{pattern} is missing. Run 'make setup'.")
        yield from ((file, f"{PACKAGE_TARGET}{file.relative_to(folder).as_posix()}") for file in files)


def editing_files(editing: Editing, directory: Directory) -> Iterator[tuple[str, str]]:
    """(path in the site, text) of the files made for the screen. Raises EditingRefused for what is no state."""
    known = ["us", *(state.slug for state in directory.places.states.values())]
    for slug in editing.states:
        if slug not in known:
            raise EditingRefused(f"mkdocs.yml: directory.editing.states: '{slug}' is no state. Write it as co, or us.")
    yield f"{FOLDER}index.html", editing_page(directory.settings.name)
    order = {code: order_of(record_class(code)) for code in directory.vocabulary.types}
    told = f"export const STATES = {json.dumps(editing.states)};\nexport const ORDER = {json.dumps(order)};\n"
    yield f"{FOLDER}model.js", told
    yield f"{FOLDER}config.json", json.dumps(configuration(editing, directory), ensure_ascii=False) + "\n"


def configuration(editing: Editing, directory: Directory) -> dict[str, Any]:
    """What Sveltia CMS reads (https://sveltiacms.app/en/docs/config-basics): one collection for a type in a state."""
    backend: dict[str, Any] = {"name": editing.backend, "repo": editing.repo, "branch": editing.branch}
    backend |= {"base_url": editing.base_url} if editing.base_url else {"auth_methods": ["token"]}
    backend["commit_messages"] = {"create": "Add {{slug}}", "update": "Change {{slug}}"}
    return {
        "backend": {**backend, "squash_merges": True},
        "publish_mode": "editorial_workflow",
        "app_title": directory.settings.name,
        "show_preview_links": False,
        "editor": {"preview": False},
        "slug": {"encoding": "ascii", "clean_accents": True, "maxlength": 100},
        "output": {"omit_empty_optional_fields": True, "yaml": {"indent_sequences": False}},
        # A record has no pictures. The program asks for a folder all the same.
        "media_folder": "docs/images",
        "media_libraries": {"stock_assets": {"providers": []}},
        "collections": [
            collection
            for slug in editing.states
            for code in directory.vocabulary.types
            for collection in [_collection(slug, code, directory)]
        ],
    }


def _collection(slug: str, code: str, directory: Directory) -> dict[str, Any]:
    entry = directory.vocabulary.types[code]
    state = next((state.name for state in directory.places.states.values() if state.slug == slug), "Whole country")
    return {
        # Both stand in titles and addresses, which the browser's history keeps.
        "name": f"{slug}-{entry.slug}",
        "label": f"{state}: {entry.neutral_plural}",
        "label_singular": f"{state}: {entry.neutral}",
        "description": f"{entry.plural}. {OFFERS} {NEVER}",
        "folder": f"data/resources/{slug}/{code}",
        "extension": "yml",
        "format": "yml",
        "identifier_field": "name",
        "slug": "{{fields.id}}",
        "summary": "{{name}}",
        "sortable_fields": ["name", "source.retrieved", "verified.date"],
        "create": True,
        "delete": False,
        "duplicate": False,
        "publish": False,
        "thumbnail": False,
        "fields": Forms(directory, slug).fields(record_class(code), code),
    }
