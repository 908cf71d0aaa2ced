"""Catalogues of messages: `messages.py check` says what is wrong, `messages.py update` brings them up to date.

`update` writes every text of templates, code, scripts and vocabularies into the catalogues of every language under
`data/locale/`; translations stay, and what is new stands there empty. `update --new de` begins a language of the site,
`update --new-paper de` one of paper alone: the words of sheets and cards. Where such a catalogue gets a new text, its
reviewer's signature goes: what stands there then is not what was reviewed.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import write_po

from resource_directory.catalogues import (
    DOMAINS,
    CatalogueError,
    catalogue_file,
    forms_of,
    key_of,
    languages_of,
    read_catalogue,
)
from resource_directory.loading import configuration, today_of
from resource_directory.messages import CONTEXT
from resource_directory.pages.renderer import without_indentation
from resource_directory.paper_catalogues import BY, DOMAIN, ON, Signature, paper_languages_of, signature_of
from resource_directory.places import load_places
from resource_directory.problems import Problem
from resource_directory.translating import STATE, texts_of_vocabulary, texts_on_paper, texts_that_may_differ
from resource_directory.vocabulary import load_vocabulary

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ("overrides/**/*.html",)
CODE = ("hooks/resource_directory/**/*.py",)
SCRIPTS = ("overrides/assets/directory/*.js",)
#: What says something on sheets and cards. Other kinds of paper are in the languages of the site.
PAPER = (
    "hooks/resource_directory/sheets/content.py",
    "hooks/resource_directory/sheets/discreet.py",
    "hooks/resource_directory/sheets/kinds.py",
    "hooks/resource_directory/translating.py",
    "hooks/resource_directory/views.py",
    "hooks/resource_directory/words.py",
)
PYTHON_KEYWORDS: Mapping[str, Any] = {"gettext": None, "say": None, "marked": None, "ngettext": (1, 2)}
TEMPLATE_KEYWORDS: Mapping[str, Any] = {"_": None, "gettext": None, "ngettext": (1, 2)}
SCRIPT_KEYWORDS: Mapping[str, Any] = {"t": None, "tn": (2, 3)}
#: What stands for a value: `%(name)s` on pages, `{name}` in scripts.
_VALUE = re.compile(r"%\(\w+\)s|\{\w+\}")
_TAG = re.compile(r"</?[a-z][^>]*>")
WIDTH = 100
_SIGN = (
    "Words of sheets and cards. Machine-drafted, not yet reviewed, as long as X-Reviewed-By and",
    "X-Reviewed-On below are empty. Until then it is left out of what is published. A reviewer signs there:",
    "name or role, and the day, such as 2026-11-21. See CONTRIBUTING.md.",
)
#: Stands for the times that catalogues carry: history has the true ones.
BEGAN = datetime(2026, 11, 21, 12, tzinfo=UTC)

#: A message, or one for one and one for many; the file in which it stands.
Found = tuple[str | tuple[str, str], str]


def messages_of(root: Path) -> Iterator[Found]:
    """Every message of templates, code, scripts and the navigation, in the order of the files."""
    yield from _extracted(root, TEMPLATES, "jinja2.ext:babel_extract", TEMPLATE_KEYWORDS)
    yield from _extracted(root, CODE, "python", PYTHON_KEYWORDS)
    yield from _extracted(root, SCRIPTS, "javascript", SCRIPT_KEYWORDS)
    for text in _of_configuration(root):
        yield text, "mkdocs.yml"


def _extracted(root: Path, patterns: Iterable[str], method: str, keywords: Mapping[str, Any]) -> Iterator[Found]:
    for file in sorted(file for pattern in patterns for file in root.glob(pattern)):
        name = file.relative_to(root).as_posix()
        text = file.read_text(encoding="utf-8")
        if name.startswith("overrides/directory/"):
            text = without_indentation(text)
        options = {"silent": "false", "newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true"}
        opened = io.BytesIO(text.encode())
        for _, message, _, _ in extract(_method(method), opened, keywords, (), options):
            yield (message if isinstance(message, str) else (message[0], message[1])), name


def _method(name: str) -> Any:
    if ":" not in name:
        return name
    from jinja2.ext import babel_extract

    return babel_extract


def _of_configuration(root: Path) -> Iterator[str]:
    """Titles of the navigation, names of the colour switch."""
    config = configuration(root)
    for entry in config["nav"]:
        yield from entry
    for option in config["theme"]["palette"]:
        yield option["toggle"]["name"]


def template_of(root: Path, domain: str) -> Catalog:
    """All messages of a domain, without translations."""
    catalogue = Catalog(project="Resource directory", version="1", charset="utf-8")
    if domain in {"messages", DOMAIN}:
        found = messages_of(root) if domain == "messages" else _extracted(root, PAPER, "python", PYTHON_KEYWORDS)
        for message, name in found:
            catalogue.add(message, locations=[(name, 0)])
        for entry in catalogue:
            entry.flags.discard("python-format")
            entry.locations = sorted(set(entry.locations))
    if domain == DOMAIN:
        for text in texts_on_paper(load_vocabulary(root / "data/vocab")):
            catalogue.add(text)
    elif domain == "vocabulary":
        for text in texts_of_vocabulary(load_vocabulary(root / "data/vocab")):
            catalogue.add(text)
    return catalogue


def optional_keys(root: Path, domain: str) -> frozenset[str]:
    """What a catalogue may say, and need not: names of states, citations of laws."""
    if domain == "messages":
        return frozenset()
    states = {f"{STATE}{CONTEXT}{state.name}" for state in load_places(root / "data/places").states.values()}
    if domain == DOMAIN:
        return frozenset(states)
    return frozenset(states | set(texts_that_may_differ(load_vocabulary(root / "data/vocab"))))


def problems_of(root: Path, today: date | None = None) -> Iterator[Problem]:
    """What is wrong with any catalogue. No signature may be of a day after `today`."""
    for domain, languages in _catalogues(root):
        wanted = {key_of(message): message for message in template_of(root, domain) if message.id}
        optional = optional_keys(root, domain)
        for language in languages:
            yield from _of_catalogue(root, language, domain, wanted, optional)
    for language in paper_languages_of(root):
        file = catalogue_file(root, language, DOMAIN)
        signed = signature_of(file.read_text(encoding="utf-8"))
        yield from signed.problems(file.relative_to(root).as_posix(), today or today_of(os.environ))


def _catalogues(root: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each domain with the languages that have it."""
    for domain in DOMAINS:
        yield domain, languages_of(root)
    if papers := paper_languages_of(root):
        yield DOMAIN, papers


def _of_catalogue(
    root: Path, language: str, domain: str, wanted: Mapping[str, Message], optional: frozenset[str]
) -> Iterator[Problem]:
    file = catalogue_file(root, language, domain)
    path = file.relative_to(root).as_posix()
    update = "Run 'python scripts/messages.py update'."
    try:
        catalogue = read_catalogue(file)
    except CatalogueError as error:
        yield Problem(path, 1, 1, "E701", f"The catalogue cannot be read: {error}.", update)
        return
    there = {key_of(message): message for message in catalogue if message.id}
    for key in sorted(wanted.keys() - there.keys()):
        yield Problem(path, 1, 1, "E702", f"Nothing is said for '{key}'.", f"{update} Then translate it.")
    for key, message in there.items():
        line = message.lineno or 1
        if key not in wanted and key not in optional:
            yield Problem(path, line, 1, "E703", f"Nothing asks for '{key}'.", update)
        for text, mend in _wrong(message, wanted.get(key), catalogue.num_plurals):
            yield Problem(path, line, 1, "E704", f"'{key}': {text}.", mend)


def _wrong(message: Message, wanted: Message | None, plurals: int) -> Iterator[tuple[str, str]]:
    """(what is wrong, how to mend it) of a translation."""
    forms = forms_of(message)
    if message.fuzzy:
        yield "it is marked as in doubt", "Look at it, and take the word 'fuzzy' away."
    if not all(form.strip() for form in forms):
        yield "it is not translated", "Write the translation between the quotation marks after msgstr."
        return
    counts = wanted is not None and not isinstance(wanted.id, str)
    if counts and len(forms) != plurals:
        yield f"it needs {plurals} forms", "Write msgstr[0], msgstr[1] and so on, as Plural-Forms says."
    for pattern, what in ((_VALUE, "values"), (_TAG, "marks")):
        there = [
            sorted(pattern.findall(text)) for text in ([message.id] if isinstance(message.id, str) else message.id)
        ]
        for form in forms:
            if sorted(pattern.findall(form)) not in there:
                # A form for one may leave the number out.
                if counts and pattern is _VALUE and _but_number(form) in map(_but_number_of, there):
                    continue
                yield f"its {what} are not those of the English", f"Write these as they stand there: {there[-1]}."


def _but_number(text: str) -> list[str]:
    return _but_number_of(sorted(_VALUE.findall(text)))


def _but_number_of(values: list[str]) -> list[str]:
    return [value for value in values if value not in {"%(num)s", "{number}"}]


def update(root: Path, languages: Iterable[str], papers: Iterable[str] = ()) -> Iterator[Path]:
    """Brings the catalogues of languages up to date, and those of languages of paper alone; gives the files."""
    for domain, wanted in (*((domain, tuple(languages)) for domain in DOMAINS), (DOMAIN, tuple(papers))):
        template, optional = template_of(root, domain), optional_keys(root, domain)
        for language in wanted:
            file = catalogue_file(root, language, domain)
            old = read_catalogue(file) if file.is_file() else Catalog()
            file.parent.mkdir(parents=True, exist_ok=True)
            made = updated(language, old, template, optional)
            if domain == DOMAIN:
                before = file.read_text(encoding="utf-8") if file.is_file() else ""
                made = signed(made, _still_signed(before, old, template))
            file.write_bytes(made)
            yield file


def _still_signed(before: str, old: Catalog, template: Catalog) -> Signature:
    """The signature as it stands; none where the catalogue gets a text that its reviewer has not seen."""
    known = {key_of(message) for message in old if message.id}
    new = [message for message in template if message.id and key_of(message) not in known]
    return Signature() if new else signature_of(before)


def signed(made: bytes, signature: Signature) -> bytes:
    """A catalogue of paper with the comment and the two fields that its reviewer fills in."""
    text = made.decode()
    head, _, rest = text.partition("\n\n")
    fields = f'"{BY}: {signature.by}\\n"\n"{ON}: {signature.on}\\n"'
    comment = "".join(f"# {line}\n" for line in _SIGN)
    head = "\n".join(line for line in head.split("\n") if not line.startswith("#"))
    return f"{comment}{head}\n{fields}\n\n{rest}".encode()


def updated(language: str, old: Catalog, template: Catalog, optional: frozenset[str]) -> bytes:
    """The catalogue with every message of the template, in its order; what nothing asks for is gone."""
    known = {key_of(message): message for message in old if message.id}
    made = Catalog(
        locale=language.replace("-", "_"), project="Resource directory", version="1", charset="utf-8", fuzzy=False,
        header_comment=old.header_comment if known else "# Texts of the site.", msgid_bugs_address="docs/contribute.md",
        creation_date=BEGAN, revision_date=BEGAN, last_translator="the maintainers",
        language_team=_english_name(language),
    )  # fmt: skip
    for message in template:
        if message.id:
            before = known.get(key_of(message))
            string = (
                before.string
                if before is not None and isinstance(before.id, str) == isinstance(message.id, str)
                else ""
            )
            made.add(message.id, string, message.locations, user_comments=before.user_comments if before else ())
    for key, message in known.items():
        if key in optional:
            made.add(message.id, message.string, context=message.context, user_comments=message.user_comments)
    for message in made:
        message.flags.discard("python-format")
    out = io.BytesIO()
    write_po(out, made, width=WIDTH, include_lineno=False, omit_header=False, sort_output=True)
    return out.getvalue()


def _english_name(language: str) -> str | None:
    """`Spanish`, `Simplified Chinese`; as the tag says it, not as CLDR sorts it (`tl` is Tagalog, not Filipino)."""
    name: str | None = Locale("en").languages.get(language.replace("-", "_"))
    return name or Locale.parse(language, sep="-").get_language_name("en")


def main(arguments: list[str], root: Path = ROOT, say: Callable[[str], None] = print) -> int:
    """`check` or `update`; the exit code is 1 where a catalogue is not whole."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("check", "update"))
    parser.add_argument("--new", default="", metavar="LANGUAGE", help="with update: begins a catalogue, such as ar")
    parser.add_argument("--new-paper", default="", metavar="LANGUAGE", help="with update: begins one of paper alone")
    given = parser.parse_args(arguments)
    if given.command == "update":
        site = sorted({*languages_of(root), *filter(None, [given.new])})
        papers = sorted({*paper_languages_of(root), *filter(None, [given.new_paper])})
        for file in update(root, site, papers):
            say(f"{file.relative_to(root)} is up to date.")
    problems = list(problems_of(root))
    for problem in problems:
        say(problem.as_text())
    languages = ", ".join((*languages_of(root), *paper_languages_of(root)))
    say(f"{len(problems)} problems in catalogues of {languages or 'no language'}.")
    return int(bool(problems) and given.command == "check")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
