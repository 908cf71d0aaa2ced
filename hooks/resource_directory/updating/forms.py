"""Issue forms, one a kind of entry, and what the block on an entry's page needs to fill them in.

GitHub fills in a field of a form from the address by the field's id, but only plain ones: an address that names a
drop-down opens an empty issue (https://github.com/Subway-Builder-Modded/registry/pull/5863). So facts are text fields,
with the words that may stand there in the description.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from resource_directory.updating import letters
from resource_directory.updating.facts import LABELS, PLACE, Fact, facts_of
from resource_directory.updating.letters import ANSWER, BY, CHANGED, ENTRY, HOW, RIGHT, SPEAKS, VERSION, WHY
from resource_directory.vocabulary import Vocabulary

FOLDER = Path(".github/ISSUE_TEMPLATE")
#: A mail program takes at least so many letters of an address; GitHub's server somewhat more.
LONGEST_LETTER, LONGEST_FORM = 2000, 6000
#: Most words of a vocabulary that a description lists; the field reference has the others.
_MOST_WORDS = 900
REASONS = (
    "A telephone number",
    "Hours",
    "We take nobody for a while",
    "We take people again",
    "We moved",
    "We have another name",
    "What we offer",
    "Who qualifies, or what to bring",
    "The area we serve",
    "We closed for good",
    "Something else",
)
WARNING = (
    "**Everybody can read this, and old versions stay readable.** Never write about a person you serve: no name, no "
    "initials, no age, no story. Never write where a hidden place is."
)
HOW_TO = (
    "A field that is empty stays as it is. Write `remove` to take a fact away. In fields with several lines, one line "
    "is one thing: keep all that are right. Some fields may be empty although the entry says something there."
)


def form_files(vocabulary: Vocabulary) -> Iterator[tuple[Path, str]]:
    """(path in the repository, text) of every form, and of what stands around them."""
    for code, kind in vocabulary.types.items():
        yield FOLDER / f"{kind.slug}.yml", _yaml(issue_form(code, vocabulary))
    yield FOLDER / "config.yml", _yaml({"blank_issues_enabled": True})


def _yaml(data: Any) -> str:
    note = "# Generated from hooks/resource_directory/model.py by `make generate`. Do not edit.\n"
    return note + yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=110)


def issue_form(type_code: str, vocabulary: Vocabulary) -> dict[str, Any]:
    """The form of a kind of entry, in GitHub's schema for issue forms. Its name and title give nothing away."""
    kind = vocabulary.types[type_code]
    return {
        "name": kind.neutral,
        "description": "Say that an entry of this kind is still right, or what changed.",
        "title": "Entry: ",
        "body": [
            {"type": "markdown", "attributes": {"value": f"{WARNING}\n\n{HOW_TO}"}},
            *_head(),
            *(_field(fact, vocabulary) for fact in facts_of(type_code) if not _is_closed(type_code, fact)),
            _promise(),
        ],
    }


def _is_closed(type_code: str, fact: Fact) -> bool:
    """True for the place of a kind whose places no form may set."""
    return type_code == "domestic_violence" and fact.path[0] == PLACE


def _head() -> Iterator[dict[str, Any]]:
    yield _input("entry", ENTRY, "The id in the address of its page: resources/<id>/.", required=True)
    yield _input("version", VERSION, "Leave this as it is. It tells whether the entry has changed meanwhile.")
    yield _input("answer", ANSWER, f"Write `{RIGHT}` or `{CHANGED}`.", required=True)
    yield _choice("speaks", SPEAKS, ("yes", "no"), required=True)
    yield _input("by", BY, "Such as: Program director, Example House. Not your name.")
    yield _input("how", HOW, "If you speak for somebody else: the address of a page that says so.")
    yield _choice("why", WHY, REASONS, multiple=True)


def _input(
    field_id: str, label: str, description: str, *, required: bool = False, lines: bool = False
) -> dict[str, Any]:
    kind = "textarea" if lines else "input"
    field: dict[str, Any] = {"type": kind, "id": field_id, "attributes": {"label": label, "description": description}}
    return {**field, "validations": {"required": True}} if required else field


def _choice(
    field_id: str, label: str, options: tuple[str, ...], *, required: bool = False, multiple: bool = False
) -> dict[str, Any]:
    attributes: dict[str, Any] = {"label": label, "options": list(options)}
    if multiple:
        attributes["multiple"] = True
    field: dict[str, Any] = {"type": "dropdown", "id": field_id, "attributes": attributes}
    return {**field, "validations": {"required": True}} if required else field


def _field(fact: Fact, vocabulary: Vocabulary) -> dict[str, Any]:
    return _input(fact.field_id, fact.label, _description(fact, vocabulary), lines=fact.kind.lines or fact.kind.long)


def _description(fact: Fact, vocabulary: Vocabulary) -> str:
    told = [fact.description] if fact.description.rstrip(".") != fact.label else []
    may_be = fact.kind.may_be(vocabulary)
    if may_be and len(may_be) <= _MOST_WORDS:
        told.append(may_be)
    if fact.kind.lines:
        told.append("One a line.")
    if fact.kind.keys:
        told.append(f"After the first, with | between: {', '.join(f'{key}:' for key in fact.kind.keys)}")
    return " ".join(part for part in told if part)


def _promise() -> dict[str, Any]:
    promise = "I have written nothing about a person served, and not where a hidden place is."
    attributes = {"label": letters.BEFORE_SENDING, "options": [{"label": promise, "required": True}]}
    return {"type": "checkboxes", "id": "promise", "attributes": attributes}


def block_data(vocabulary: Vocabulary) -> str:
    """JSON for the script of the block: letters' words, ids of a form's fields by label, words that are not to stand
    in an address."""
    told = {
        "intro": {answer: letters.INTRO[answer] for answer in (RIGHT, CHANGED)},
        "asked": {
            answer: [[label, letters.HINTS[label]] for label in letters.ASKED[answer]] for answer in (RIGHT, CHANGED)
        },
        "answers": [RIGHT, CHANGED],
        "head": {"answer": ANSWER, "entry": ENTRY, "version": VERSION},
        "left": letters.LEFT_OUT,
        "more": letters.MORE_LEFT_OUT,
        "most": letters.MOST_NAMED,
        "end": letters.END,
        "last": LABELS[("phones",)],
        "longest": [LONGEST_LETTER, LONGEST_FORM],
        "fields": {
            kind.slug: {fact.label: fact.field_id for fact in facts_of(code)} for code, kind in vocabulary.types.items()
        },
        "telling": sorted(vocabulary.neutral_words.all, key=lambda word: (-len(word), word)),
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n"
