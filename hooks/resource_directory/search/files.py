"""The files from which a reader's browser finds records, places and needs. What makes text; others write it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resource_directory.directory import Directory
from resource_directory.record_cache import read_pickle, write_pickle
from resource_directory.search import gazetteer
from resource_directory.search.folding import STOP_WORDS, words_of
from resource_directory.search.postings import first_words, shards
from resource_directory.search.records import (
    KIND,
    StatePart,
    merged,
    records_of,
    rows,
    state_part,
    text_lines,
)
from resource_directory.vocabulary import Synonyms

FOLDER = "search"
#: Records whose names and numbers stand in one file.
CHUNK = 64
#: The folder of records that belong to no state.
COUNTRY = "us"
#: Shorter words are too like each other to mend a letter in them.
_SHORTEST = 3


@dataclass(frozen=True)
class SearchFiles:
    """All files of the search. `cache` is a folder where the part of an unchanged state is kept, with its stamp."""

    directory: Directory
    cache: tuple[Path, str] | None = None

    def files(self) -> Iterator[tuple[str, str]]:
        """(address, text) of every file."""
        yield from self.shared()
        for slug in self.folders:
            yield from self.of_state(slug)

    @property
    def folders(self) -> tuple[str, ...]:
        """The states that are shown (`co`), and the country (`us`)."""
        return (*self.directory.states, COUNTRY)

    def of_state(self, slug: str) -> Iterator[tuple[str, str]]:
        """What results show of a state's records, and its full text: they change only with its records.

        The first file of the text begins with a line that says where the others begin.
        """
        lines = list(rows(self.directory, slug))
        for number, start in enumerate(range(0, len(lines), CHUNK)):
            yield f"{FOLDER}/{slug}/{number}.txt", "\n".join(lines[start : start + CHUNK])
        made = shards(text_lines(self.directory, slug))
        for number, shard in enumerate(made or [[]]):
            head = [" ".join(first_words(made)[1:])] if number == 0 else []
            yield f"{FOLDER}/{slug}/text-{number}.txt", "\n".join([*head, *shard])

    def shared(self) -> Iterator[tuple[str, str]]:
        """What is fetched first, the words of the whole country, towns and ZIP codes, words to mend typing with."""
        parts = [self._part(slug) for slug in self.folders]
        postings = merged(parts)
        words = shards(f"{word}\t{postings[word]}" for word in sorted(postings) if word[0] != KIND)
        places = shards(gazetteer.gazetteer_lines(self.directory))
        yield f"{FOLDER}/start.json", _text(self._start(parts, words, places))
        for name, made in (("words", words), ("places", places)):
            for number, shard in enumerate(made):
                yield f"{FOLDER}/{name}-{number}.txt", "\n".join(shard)
        # In one file: which of them was fetched would tell what kind of help somebody looks for.
        kinds = (f"{word[1:]}\t{postings[word]}" for word in sorted(postings) if word[0] == KIND)
        yield f"{FOLDER}/kinds.txt", "\n".join(kinds)
        yield f"{FOLDER}/spelling.txt", "\n".join(self._spelling(postings, places))

    def _start(
        self, parts: Sequence[StatePart], words: Sequence[Sequence[str]], places: Sequence[Sequence[str]]
    ) -> dict[str, Any]:
        vocabulary = self.directory.vocabulary
        services = {code: index for index, code in enumerate(vocabulary.services)}
        shown = frozenset(self.directory.states)
        return {
            "stamp": self._stamp(),
            "chunk": CHUNK,
            "prefixes": [messages.prefix for messages in self.directory.languages],
            "folders": [part.slug for part in parts],
            "lengths": [part.lengths for part in parts],
            "words": first_words(words),
            "places": first_words(places),
            "states": gazetteer.states(self.directory),
            "regions": gazetteer.regions(self.directory),
            "zips": {start: slug for start, slug in gazetteer.PREFIXES.items() if not slug or slug in shown},
            "needs": [
                {
                    "u": need.slug,
                    "n": need.label,
                    "i": need.code,
                    "w": _synonyms(need.synonyms),
                    "s": [[services[s.code], s.label, *_synonyms(s.synonyms)] for s in need.services],
                }
                for need in vocabulary.needs.values()
            ],
            "types": [[t.slug, t.plural, t.code, t.label] for t in vocabulary.types.values()],
        }

    def _stamp(self) -> str:
        """Changes when records are numbered anew: then no file of an earlier site, kept by a browser, is of use."""
        told = hashlib.blake2b(digest_size=4)
        for slug in self.folders:
            told.update("\n".join((slug, *(record.id for record in records_of(self.directory, slug)))).encode())
        return told.hexdigest()

    def _spelling(self, postings: Mapping[str, str], places: Iterable[Iterable[str]]) -> Iterator[str]:
        """Words in their order, with how common they are: the letters shared with the one before, the rest, a letter.

        `clinic`, `clinics` -> `0clinicH`, `6sC`.
        """
        found = {word: len(text) for word, text in postings.items()}
        of_places = (line.partition("\t")[0].split() for shard in places for line in shard)
        for word in (word for words in of_places for word in words):
            found[word] = found.get(word, 0) + 3
        for phrase in self._phrases():
            for word in words_of(phrase):
                found[word] = found.get(word, 0) + 200
        before = ""
        for word in sorted(found):
            if len(word) >= _SHORTEST and word.isalpha() and word not in STOP_WORDS:
                shared = _shared(before, word)
                yield f"{_BASE_36[shared]}{word[shared:]}{gazetteer.size_letter(found[word])}"
                before = word

    def _phrases(self) -> Iterator[str]:
        vocabulary = self.directory.vocabulary
        for need in vocabulary.needs.values():
            yield from (need.label, *_synonyms(need.synonyms))
            for service in need.services:
                yield from (service.label, *_synonyms(service.synonyms))
        for entry in vocabulary.types.values():
            yield from (entry.label, entry.plural)
        yield from (self.directory.places.states[slug.upper()].name for slug in self.directory.states)

    def _part(self, slug: str) -> StatePart:
        if self.cache is None:
            return state_part(self.directory, slug)
        folder, stamp = self.cache
        file, told = folder / f"search-{slug}.pickle", f"{stamp} {self._told(slug)}"
        kept = read_pickle(file, told)
        if isinstance(kept, StatePart):
            return kept
        made = state_part(self.directory, slug)
        write_pickle(file, told, made)
        return made

    def _told(self, slug: str) -> str:
        """Stands for a state's records and for what they take from others: parents' numbers, regions' counties."""
        told = hashlib.blake2b(digest_size=16)
        for record in records_of(self.directory, slug):
            for name in (record.id, record.organization):
                told.update(b"\0" + self.directory.digests.get(name or "", b""))
            for number in (record.service_area and record.service_area.regions) or ():
                region = self.directory.regions.get(number)
                told.update(self.directory.digests.get(region.id, b"") if region else b"\0")
        return told.hexdigest()


_BASE_36 = "0123456789abcdefghijklmnopqrstuvwxyz"


def _shared(before: str, word: str) -> int:
    """How many first letters two words share, at most 35."""
    count = 0
    for one, other in zip(before, word, strict=False):
        if one != other or count == len(_BASE_36) - 1:
            break
        count += 1
    return count


def _synonyms(synonyms: Synonyms) -> tuple[str, ...]:
    return (*synonyms.en, *synonyms.es)


def _text(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
