"""What GitHub makes of a filled issue form, and of a letter that mail programs had in their hands."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from functools import cache
from typing import Any

import yaml

from resource_directory.model import Record
from resource_directory.updating.facts import Words, facts_text, known_facts, version_of
from support import ROOT

FORMS = ROOT / ".github/ISSUE_TEMPLATE"


@cache
def form_of(slug: str) -> dict[str, Any]:
    """The form of a kind of entry."""
    found: dict[str, Any] = yaml.safe_load((FORMS / f"{slug}.yml").read_text(encoding="utf-8"))
    return found


def rendered(slug: str, filled: Mapping[str, str]) -> str:
    """The body of the issue, from values by the ids of the form's fields."""
    parts = []
    for element in form_of(slug)["body"]:
        if element["type"] == "markdown":
            continue
        label = element["attributes"]["label"]
        if element["type"] == "checkboxes":
            value = "\n".join(f"- [X] {option['label']}" for option in element["attributes"]["options"])
        else:
            value = filled.get(element["id"], "").strip() or "_No response_"
        parts.append(f"### {label}\n\n{value}")
    return "\n\n".join(parts) + "\n"


def prefilled(record: Record, words: Words, **more: str) -> dict[str, str]:
    """The fields as the block on the entry's page fills them in, and what somebody wrote into others."""
    facts = {fact.field_id: "\n".join(lines).replace(" \u00b6 ", "\n") for fact, lines in known_facts(record, words)}
    return {"entry": record.id, "version": version_of(facts_text(record, words)), **facts, **more}


def posted(text: str) -> str:
    """A letter that was quoted and wrapped on its way."""
    lines = (
        textwrap.wrap(line, 72, break_long_words=False, break_on_hyphens=False) or [""] for line in text.split("\n")
    )
    quoted = "\r\n".join(f"> {part}" for group in lines for part in group)
    return f"Here it is.\r\n\r\nOn Monday the site wrote:\r\n{quoted}\r\n\r\nThank you\r\n-- \r\nName: A. Writer\r\n"
