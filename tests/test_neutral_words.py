"""The words of "Hide details": every telling word has another, and none of the others tells."""

from __future__ import annotations

import json
import re

import pytest

from resource_directory.hiding import hiding_files, hiding_text
from resource_directory.loading import Sources
from resource_directory.secrecy import neutral_pattern
from resource_directory.vocabulary import Vocabulary


@pytest.fixture(scope="module")
def words(sources: Sources) -> Vocabulary:
    """The vocabularies of the repository."""
    return sources.vocabulary


def told(words: Vocabulary, language: str) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = json.loads(hiding_text(language, words, words))
    return found


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_neutral_word_of_a_language_has_another(words: Vocabulary, language: str) -> None:
    said = {phrase for entry in words.hidden[language] for phrase in entry.say}
    assert set(getattr(words.neutral_words, language)) - said == set()


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_phrase_stands_twice_and_no_replacement_tells(words: Vocabulary, language: str) -> None:
    said = [phrase for entry in words.hidden[language] for phrase in entry.say]
    assert sorted(said) == sorted(set(said))
    pattern = neutral_pattern(words.neutral_words.all)
    assert [entry.instead for entry in words.hidden[language] if pattern.search(entry.instead)] == []


def test_names_of_kinds_become_neutral_ones(words: Vocabulary) -> None:
    labels = dict(told(words, "en")["labels"])
    assert labels["domestic violence programs"] == "Family programs"
    assert labels["anti trafficking program"] == "Specialist program"
    assert "youth program" not in labels, "it is neutral as it stands"
    pattern = neutral_pattern(words.neutral_words.all)
    assert [entry.neutral_plural for entry in words.types.values() if pattern.search(entry.neutral_plural)] == []


def test_the_longest_phrase_comes_first(words: Vocabulary) -> None:
    for group in ("labels", "words"):
        lengths = [len(phrase) for phrase, _ in told(words, "en")[group]]
        assert lengths == sorted(lengths, reverse=True) and lengths


def test_another_language_keeps_the_english_words(words: Vocabulary) -> None:
    phrases = {phrase for phrase, _ in told(words, "es")["words"]}
    assert {"sobreviviente", "survivor"} <= phrases


def test_phrases_are_written_as_the_script_looks_them_up(words: Vocabulary) -> None:
    phrases = [phrase for group in ("labels", "words") for phrase, _ in told(words, "es")[group]]
    assert [phrase for phrase in phrases if phrase != phrase.lower() or re.search(r"[_-]|\s\s", phrase)] == []


def test_a_file_a_language(words: Vocabulary) -> None:
    assert [name for name, _ in hiding_files(words, {"es": words})] == ["neutral-en.json", "neutral-es.json"]
