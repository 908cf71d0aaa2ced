"""The words of "Hide details": what a page says instead of the names of kinds and of words that give a reader away."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from resource_directory.vocabulary import Vocabulary

#: Its words come first, and those of a reader's own language before them.
ENGLISH = "en"


def hiding_files(
    vocabulary: Vocabulary, translated: Mapping[str, Vocabulary] | None = None
) -> Iterator[tuple[str, str]]:
    """(name, text) of a file a language. `translated` are vocabularies in other languages, by language."""
    yield f"neutral-{ENGLISH}.json", hiding_text(ENGLISH, vocabulary, vocabulary)
    for language, words in (translated or {}).items():
        yield f"neutral-{language}.json", hiding_text(language, words, vocabulary)


def hiding_text(language: str, vocabulary: Vocabulary, english: Vocabulary) -> str:
    """JSON: neutral words by code of a kind; pairs of a name of a kind and what is said instead; pairs of a telling
    phrase and what is said instead. The longest come first. Texts of records may be in English on any page.
    """
    labels = {**_labels(english), **_labels(vocabulary)}
    words = {**_words(english, ENGLISH), **_words(vocabulary, language)}
    kinds = {code: kind.neutral for code, kind in vocabulary.types.items()}
    told = {"kinds": kinds, "labels": _longest_first(labels), "words": _longest_first(words)}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n"


def _labels(vocabulary: Vocabulary) -> dict[str, str]:
    """Names of kinds that differ from their neutral ones."""
    pairs = [(kind.label, kind.neutral) for kind in vocabulary.types.values()]
    pairs += [(kind.plural, kind.neutral_plural) for kind in vocabulary.types.values()]
    return {_key(label): neutral for label, neutral in pairs if label != neutral}


def _words(vocabulary: Vocabulary, language: str) -> dict[str, str]:
    return {_key(phrase): entry.instead for entry in vocabulary.hidden.get(language, ()) for phrase in entry.say}


def _key(phrase: str) -> str:
    """A phrase as the script looks it up: lower case, one space where there are spaces or hyphens."""
    return re.sub(r"[\s_-]+", " ", phrase).lower()


def _longest_first(pairs: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(pairs.items(), key=lambda pair: (-len(pair[0]), pair[0]))
