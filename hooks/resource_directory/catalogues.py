"""Catalogues of messages, `data/locale/<language>/LC_MESSAGES/*.po`: every folder there is a language of the site."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po

from resource_directory.messages import CONTEXT, Messages
from resource_directory.record_cache import digest

LOCALES = Path("data/locale")
#: `messages` holds what templates, code and scripts say; `vocabulary` the texts of `data/vocab/` and names of places.
DOMAINS = ("messages", "vocabulary")


class CatalogueError(ValueError):
    """A catalogue cannot be used; the message names the file."""


def catalogue_file(root: Path, language: str, domain: str) -> Path:
    """`data/locale/es/LC_MESSAGES/messages.po`."""
    return root / LOCALES / language.replace("-", "_") / "LC_MESSAGES" / f"{domain}.po"


def languages_of(root: Path) -> tuple[str, ...]:
    """Tags of the languages that have catalogues, in order: `es`, `zh-Hans`."""
    return tuple(
        sorted(file.parent.parent.name.replace("_", "-") for file in root.glob(f"{LOCALES}/*/LC_MESSAGES/messages.po"))
    )


def prefix_of(language: str, states: frozenset[str]) -> str:
    """What the addresses of a language's pages begin with: `es/`. `ar` is Arkansas, so Arabic is `lang-ar/`."""
    slug = language.lower()
    return f"lang-{slug}/" if slug in states else f"{slug}/"


def load_languages(root: Path, states: frozenset[str], *, strict: bool = False) -> tuple[Messages, ...]:
    """The languages of a repository beside English. `states` are the slugs of all states (`co`).

    Raises CatalogueError.
    """
    return tuple(_load(root, language, states, strict) for language in languages_of(root))


def _load(root: Path, language: str, states: frozenset[str], strict: bool) -> Messages:
    files = [file for domain in DOMAINS if (file := catalogue_file(root, language, domain)).is_file()]
    try:
        Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError) as error:
        raise CatalogueError(
            f"{LOCALES}/{language}: this is no language. Use a tag such as es, ar, zh_Hans."
        ) from error
    catalogues = [read_catalogue(file) for file in files]
    texts = {key: forms for catalogue in catalogues for key, forms in texts_of(catalogue)}
    scripts = frozenset(key_of(m) for c in catalogues for m in c if m.id and any(_is_script(f) for f, _ in m.locations))
    stamp = digest(b"".join(file.read_bytes() for file in files)).hex()
    return Messages(language, prefix_of(language, states), texts, catalogues[0].plural_expr, strict, scripts, stamp)


def _is_script(file: str) -> bool:
    return file.endswith(".js")


def read_catalogue(file: Path) -> Catalog:
    """A catalogue as it stands in its file. Raises CatalogueError."""
    try:
        with file.open("rb") as opened:
            return read_po(opened, abort_invalid=True)
    except (PoFileError, ValueError, OSError) as error:
        raise CatalogueError(f"{file.name}: {error}") from error


def texts_of(catalogue: Catalog) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(message with its context, its forms) of all that is translated and not in doubt."""
    for message in catalogue:
        forms = forms_of(message)
        if message.id and not message.fuzzy and all(forms):
            yield key_of(message), forms


def key_of(message: Message) -> str:
    """The message, behind its context where it has one. Of a message that counts, the form for one."""
    text = message.id if isinstance(message.id, str) else message.id[0]
    return f"{message.context}{CONTEXT}{text}" if message.context else text


def forms_of(message: Message) -> tuple[str, ...]:
    """What a message says: one form, or one for each kind of number."""
    said = message.string or ""
    return (said,) if isinstance(said, str) else tuple(said)
