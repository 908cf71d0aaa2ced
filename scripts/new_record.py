"""Writes a new record in the standard form, after asking, or from options.

    scripts/new_record.py
    scripts/new_record.py --type legal_aid --state co --name "Example Legal Aid" --phone 303-555-0100 \\
        --county 08031 --publisher "Example Legal Aid" --url https://www.example.org/
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from slugify import slugify

from resource_directory.canonical import canonical_text, dump_canonical
from resource_directory.loading import Sources, known_files, load_sources, repository_root, today_of, with_claims
from resource_directory.model import telephone_text
from resource_directory.problems import Problem, format_problems
from resource_directory.reading import RESOURCES, Finding, read_bytes
from resource_directory.rules import RuleContext, check_record, check_together

Ask = Callable[[str], str]


@dataclass(frozen=True)
class Question:
    """One thing to ask for: the option's name, the words, whether an answer is needed, the only type it is for."""

    name: str
    words: str
    needed: bool = False
    only: str = ""


QUESTIONS = (
    Question("type", "Type of record", needed=True),
    Question("state", "State, by postal code (us for the whole country)", needed=True),
    Question("name", "Name, as the organization writes it", needed=True),
    Question(
        "administers", "Programs it administers, codes with spaces between", needed=True, only="program_administrator"
    ),
    Question("id", "Id, for the web address (empty: made from the name)"),
    Question("phone", "Telephone number"),
    Question("url", "Web site"),
    Question("county", "Counties served, FIPS codes with spaces between (empty: the whole state)"),
    Question("service", "Services, codes with spaces between"),
    Question("publisher", "Who published these facts", needed=True),
    Question("source_url", "The publisher's page"),
    Question("retrieved", "The day they were taken (empty: today)"),
)


def record_data(answers: dict[str, str], today: date) -> dict[str, Any]:
    """A record's plain data from answers; absent where nothing was said."""
    state, counties = answers["state"].lower(), answers.get("county", "").split()
    area: dict[str, Any] = {"counties": counties} if counties else {"states": [state]}
    if state == "us":
        area = {"nationwide": "yes"}
    data: dict[str, Any] = {
        "id": answers.get("id") or slugify(answers["name"], max_length=80, word_boundary=True),
        "type": answers["type"],
        "name": answers["name"],
        "phones": [{"number": telephone_text(answers["phone"]) or answers["phone"]}] if answers.get("phone") else None,
        "url": answers.get("url"),
        "location": {"visibility": "withheld"} if answers["type"] == "domestic_violence" else None,
        "service_area": area,
        "services": answers.get("service", "").split(),
        "source": {
            "publisher": answers["publisher"],
            "url": answers.get("source_url"),
            "retrieved": answers.get("retrieved") or today.isoformat(),
        },
    }
    data["administers"] = answers.get("administers", "").split()
    if answers["type"] == "continuum_of_care":
        del data["service_area"]
        data["counties"] = [{"fips": fips} for fips in counties]
        data["registry_ids"] = [{"registry": "hud_coc", "id": data["id"].removeprefix("coc-").upper()}]
    data["source"] = {key: value for key, value in data["source"].items() if value}
    return {key: value for key, value in data.items() if value}


def problems_of(root: Path, path: str, text: str, sources: Sources, today: date) -> tuple[str, list[Problem]]:
    """The standard text of a new record, and every problem it would have at `path`."""
    read = read_bytes(text.encode(), path, sources.vocabulary, today)
    if read.record is None:
        return text, list(read.problems)
    context = RuleContext(sources.vocabulary, sources.places, sources.shapes, today)
    known = known_files(root, sources, today)
    paths = {**known.paths, read.record.id: (*known.paths.get(read.record.id, ()), path)}
    found: list[Finding] = list(check_record(read.record, path, context))
    there = with_claims(root, replace(known, paths=paths), {path: read.record}, sources, today)
    found += check_together({path: read.record}, there)
    return canonical_text(read.record), [Problem(f.path, 1, 1, f.code, f.message, f.fix) for f in found]


def ask_all(given: dict[str, str], ask: Ask) -> dict[str, str]:
    """Asks for what was not given. An answer that is needed is asked for again until it comes."""
    answers = dict(given)
    for question in QUESTIONS:
        while question.name not in answers and question.only in {"", answers.get("type")}:
            answer = ask(f"{question.words}{'' if question.needed else ' (may be empty)'}: ").strip()
            if answer or not question.needed:
                answers[question.name] = answer
    return answers


def main(argv: Sequence[str] | None = None, ask: Ask = input) -> int:
    """0 when the record was written, 1 with every problem when it was not."""
    parser = argparse.ArgumentParser(description="Write a new record.")
    for question in QUESTIONS:
        parser.add_argument(f"--{question.name.replace('_', '-')}", help=question.words)
    given = {key: value for key, value in vars(parser.parse_args(argv)).items() if value is not None}
    root = repository_root(Path.cwd())
    sources, today = load_sources(root), today_of(os.environ)
    asked = [question for question in QUESTIONS if question.only in {"", given.get("type")}]
    missing = [question.name for question in asked if question.needed and question.name not in given]
    if given and missing:
        print(f"Also needed: {', '.join('--' + name for name in missing)}.", file=sys.stderr)
        return 1
    try:
        answers = given if given else ask_all(given, ask)
    except EOFError:
        print("There are no more answers. Nothing was written.", file=sys.stderr)
        return 1
    if answers["type"] not in sources.vocabulary.types:
        print(f"'{answers['type']}' is not a type. Use one of: {', '.join(sources.vocabulary.types)}.", file=sys.stderr)
        return 1
    if answers["state"].lower() != "us" and answers["state"].upper() not in sources.places.states:
        print(f"'{answers['state']}' is not a state. Use its postal code, such as co, or us.", file=sys.stderr)
        return 1
    if answers["state"].lower() == "us" and answers.get("county"):
        print("A record in us/ serves the whole country. Leave the counties out, or name a state.", file=sys.stderr)
        return 1
    data = record_data(answers, today)
    path = f"{RESOURCES}/{answers['state'].lower()}/{answers['type']}/{data['id']}.yml"
    text, problems = problems_of(root, path, dump_canonical(data), sources, today)
    if problems or (root / path).exists():
        print(format_problems(problems, "text") or f"{path} is there already.", file=sys.stderr)
        return 1
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8", newline="\n")
    print(f"{path} written. Open it to add hours, eligibility and more; the field reference shows what there is.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
