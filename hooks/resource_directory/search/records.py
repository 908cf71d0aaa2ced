"""What may be found of a record. Nothing that is withheld or meant for editors is read here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pydantic import BaseModel

from resource_directory.directory import Directory
from resource_directory.model import Record, language_name
from resource_directory.search.folding import SMALL_WORDS, STOP_WORDS, code_of, names_words, phones_in, words_of
from resource_directory.search.postings import DIGITS, packed
from resource_directory.views import RecordView
from resource_directory.words import phone_words

#: Parts of a record that are not searched: addresses of pages, codes that nobody types, notes to editors.
NOT_SEARCHED = frozenset(
    {
        "authorisation",
        "review",
        "verified",
        "url",
        "editor_note",
        "source",
        "further_sources",
        "type",
        "id",
        "former_ids",
        "precision",
        "registry",
        "visibility",
        "role",
        "purpose",
        "name_published_at",
        "services",
        "organization",
        "coalition",
        "instead",
        "fips",
        "county",
        "counties",
        "regions",
        "states",
    }
)
#: Answers to a question: by themselves they say nothing.
_ANSWERS = frozenset({"yes", "ask", "no"})
#: More counties than this are no way to find a record from elsewhere; within its state they still are.
FEW_COUNTIES = 12
#: The fields of a word's postings, in their order there.
FIELDS = NAME, PLACE, CODE, OTHER_NAME = range(4)


#: What the words begin with that stand for types and services, and first letters of a name's words.
KIND = "~"
INITIALS = "="
#: So many words have a name that people shorten to their first letters, and the kind that nobody shortens.
SHORTENED = range(3, 7)
NOT_SHORTENED = "health_center"


@dataclass(frozen=True)
class Kinds:
    """Words that stand for types and services: `~t0`, `~s3`, numbered in the order of the vocabulary."""

    types: Mapping[str, str]
    services: Mapping[str, str]

    @classmethod
    def of(cls, directory: Directory) -> Kinds:
        vocabulary = directory.vocabulary
        return cls(
            {code: f"{KIND}t{index}" for index, code in enumerate(vocabulary.types)},
            {code: f"{KIND}s{index}" for index, code in enumerate(vocabulary.services)},
        )


@dataclass(frozen=True)
class StatePart:
    """What the index of the whole country takes from one state (`co`, `us`): it changes only with its records.

    `words` are postings by word, behind the state's letters: of names, places, codes and other names, with dots
    between. `lengths` has a digit a record: how many words its name has.
    """

    slug: str
    lengths: str
    words: Mapping[str, str] = field(repr=False)


def records_of(directory: Directory, slug: str) -> tuple[Record, ...]:
    """A state's records in the order of their numbers in the search: by id, which never changes."""
    return tuple(sorted(directory.by_folder.get(slug, ()), key=lambda record: record.id))


def state_part(directory: Directory, slug: str) -> StatePart:
    """The words of a state's records by which they are found from anywhere."""
    kinds = Kinds.of(directory)
    found: dict[str, tuple[list[int], ...]] = {}
    lengths = []
    for number, record in enumerate(records_of(directory, slug)):
        view = RecordView(record, directory)
        names = names_words(record.name)
        lengths.append(DIGITS[min(len(set(names)), len(DIGITS) - 1)])
        other = names_words(record.alternate_name or "")
        for kind, said in zip(FIELDS, (names, _places(view), _codes(view, kinds), other), strict=True):
            for word in set(said):
                lists = found.get(word)
                if lists is None:
                    lists = found[word] = ([], [], [], [])
                lists[kind].append(number)
        if letters := initials(record):
            found.setdefault(INITIALS + letters, ([], [], [], []))[OTHER_NAME].append(number)
    words = {word: slug + ".".join(map(packed, lists)).rstrip(".") for word, lists in found.items()}
    return StatePart(slug, "".join(lengths), words)


def initials(record: Record) -> str:
    """`nycha` for the New York City Housing Authority; nothing for names that nobody shortens so."""
    if record.type == NOT_SHORTENED:
        return ""
    words = [word for word in words_of(record.name) if word not in SMALL_WORDS]
    return "".join(word[0] for word in words) if len(words) in SHORTENED else ""


def _places(view: RecordView) -> list[str]:
    counties = view.counties_served if len(view.counties_served) <= FEW_COUNTIES else ()
    names = [view.town, view.county.name if view.county else "", *(county.name for county in counties)]
    return [word for name in dict.fromkeys(names) for word in _kept_words(name)]


@cache
def _kept_words(text: str) -> tuple[str, ...]:
    return tuple(names_words(text))


def _codes(view: RecordView, kinds: Kinds) -> Iterator[str]:
    """Telephone numbers, numbers in registers, the ZIP code of a public place; its kind and services."""
    record = view.record
    yield from (code_of(phone.number) for phone in view.phones)
    for contact in record.contacts or ():
        if contact.phone:
            yield code_of(contact.phone)
    yield from (code_of(entry.id) for entry in record.registry_ids or ())
    place = record.location
    if place is not None and not view.withheld and place.address is not None and place.address.postal_code:
        yield place.address.postal_code[:5]
    yield kinds.types[record.type]
    yield from (kinds.services[code] for code in record.services or ())


def text_lines(directory: Directory, slug: str) -> list[str]:
    """Lines of the words that only the records' full text holds, with postings: `wheelchair`, a tab, `AC`."""
    kinds = Kinds.of(directory)
    found: dict[str, list[int]] = {}
    for number, record in enumerate(records_of(directory, slug)):
        view = RecordView(record, directory)
        known = {*names_words(record.name), *_places(view), *_codes(view, kinds), *STOP_WORDS}
        for word in _text_words(view) - known:
            found.setdefault(word, []).append(number)
    return [f"{word}\t{packed(found[word])}" for word in sorted(found)]


def _text_words(view: RecordView) -> set[str]:
    # The model refuses a withheld record with a place; nothing is said here even if one came through.
    hidden = NOT_SEARCHED | {"location"} if view.withheld else NOT_SEARCHED
    said: set[str] = set()
    for text in _texts(view.record, hidden):
        said.update(_all_words(text))
    counties = (county.full_name for county in view.counties_served)
    languages = (language_name(code) or "" for code in view.record.languages or ())
    for text in (view.area_short, view.county.full_name if view.county else "", *counties, *languages):
        said.update(_all_words(text))
    return said


def _texts(value: Any, hidden: frozenset[str]) -> Iterator[str]:
    """What `rules.texts` yields, but for hidden parts: most of a record is, and a walk through it all takes seconds."""
    if isinstance(value, str):
        if value not in _ANSWERS:
            yield value
    elif isinstance(value, BaseModel):
        for name in value.model_fields_set - hidden:
            yield from _texts(getattr(value, name), hidden)
    elif isinstance(value, Mapping):
        for key in value.keys() - hidden:
            yield from _texts(value[key], hidden)
    elif isinstance(value, tuple | list):
        for inner in value:
            yield from _texts(inner, hidden)


@cache
def _all_words(text: str) -> tuple[str, ...]:
    return (*words_of(text), *phones_in(text))


def rows(directory: Directory, slug: str) -> Iterator[str]:
    """What a result shows of each record, tabs between: id, type's number, name, where, phone, other name."""
    numbers = {code: str(index) for index, code in enumerate(directory.vocabulary.types)}
    for record in records_of(directory, slug):
        view = RecordView(record, directory)
        # Of several that are each for something, none is the right one for everybody.
        phone = phone_words(view.phones[0]) if view.phones and not view.tells_numbers_apart else ""
        cells = (record.id, numbers[record.type], record.name, _where(view), phone, record.alternate_name or "")
        yield "\t".join(map(_cell, cells)).rstrip("\t")


def _where(view: RecordView) -> str:
    """`Denver, CO`, or the area that it serves."""
    if not view.town:
        return view.area_short
    address = view.record.location and view.record.location.address
    state = (address and address.state_province) or ""
    return ", ".join(part for part in (view.town, state) if part)


def _cell(text: str) -> str:
    return " ".join(text.split())


def merged(parts: Iterable[StatePart]) -> dict[str, str]:
    """Postings of the whole country by word, a comma between states."""
    groups: dict[str, list[str]] = {}
    for part in parts:
        for word, postings in part.words.items():
            groups.setdefault(word, []).append(postings)
    return {word: ",".join(group) for word, group in groups.items()}
