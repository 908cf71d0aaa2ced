"""Facts of a record as lines of text, `Label: value`, and such a value back as plain data.

The lines are made from the model: a field is a fact unless `NOT_ASKED` gives the reason why it is none. One fact is one
line, so that a mail program may wrap it; of a list of phones and the like each is a line. What is read is data: it
becomes text in a mapping, nothing else, and the model checks it.
"""

from __future__ import annotations

import difflib
import re
import types
import typing
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from hashlib import blake2s
from typing import Any, Literal

from babel import Locale
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from resource_directory.model import (
    RECORD_CLASSES,
    Fips,
    InVocabulary,
    Language,
    Paragraph,
    Record,
    Telephone,
    TelephoneOrCode,
    YesAskNo,
    language_name,
    record_class,
    telephone_text,
)
from resource_directory.places import Places
from resource_directory.vocabulary import Vocabulary

Path = tuple[str, ...]
#: Fields that no letter and no form can change, each with the reason.
NOT_ASKED: Mapping[Path, str] = {
    ("id",): "never changes",
    ("type",): "never changes",
    ("former_ids",): "addresses of the site",
    ("registry_ids",): "given by public registers",
    ("organization",): "names another entry",
    ("location", "visibility"): "only the maintainers decide what is published",
    ("location", "county"): "follows from the address",
    ("location", "point"): "follows from the address",
    ("location", "authorisation"): "the operator's written word",
    ("location", "review"): "a person's decision",
    ("source",): "set by those who took the facts",
    ("further_sources",): "set where a change names its page",
    ("verified",): "set where the organization confirms",
    ("editor_note",): "never published",
    ("counties",): "HUD draws the regions",
    ("beds",): "HUD counts them",
    ("coalition",): "names another entry",
}
#: Labels where the field's name alone would not do.
LABELS: Mapping[Path, str] = {
    ("alternate_name",): "Also called",
    ("description",): "What it is and does",
    ("phones",): "Telephone",
    ("contacts",): "Whom to ask for",
    ("email",): "E-mail",
    ("url",): "Web site",
    ("location", "address", "address_1"): "Street",
    ("location", "address", "address_2"): "Suite or floor",
    ("location", "address", "city"): "Town",
    ("location", "address", "state_province"): "State",
    ("location", "address", "postal_code"): "ZIP code",
    ("location", "description"): "How to find the door",
    ("service_area", "nationwide"): "Serves the whole country",
    ("service_area", "states"): "States served",
    ("service_area", "regions"): "Regions served",
    ("service_area", "counties"): "Counties served",
    ("service_area", "assumed"): "Area served is our guess",
    ("service_area", "description"): "Limits of the area",
    ("schedules",): "Hours",
    ("eligibility", "description"): "Who qualifies",
    ("eligibility", "minimum_age"): "Youngest age",
    ("eligibility", "maximum_age"): "Oldest age",
    ("eligibility", "households"): "Households served",
    ("eligibility", "populations"): "Meant for",
    ("eligibility", "trafficking_survivors"): "Trafficking survivors",
    ("eligibility", "hud_category_4"): "Uses HUD's Category 4",
    ("eligibility", "accepts"): "Can take people with",
    ("required_documents",): "What to bring",
    ("application_process",): "How to apply",
    ("fees_description",): "Cost",
    ("interpretation_services",): "Interpreters",
    ("accessibility",): "Access",
    ("referral", "status"): "Takes people now",
    ("referral", "until"): "Pause referrals until",
    ("referral", "alert"): "One line for callers",
    ("referral", "instead"): "Entry to try instead",
    ("referral", "routes"): "Who may call first",
    ("partnership", "level"): "How close it works with others",
    ("partnership", "agreement"): "Written agreement",
    ("partnership", "how_to_join"): "How a partner joins",
    ("meetings",): "Meeting",
    ("translations",): "In another language",
    ("lead_agency", "name"): "Led by",
    ("lead_agency", "year"): "Led by, as of year",
    ("coordinated_entry", "phone"): "Coordinated entry, number",
    ("coordinated_entry", "url"): "Coordinated entry, page",
    ("coordinated_entry", "description"): "Coordinated entry, how it works",
    ("waiting_lists",): "Waiting list",
    ("preferences",): "Who is taken first",
    ("kinds",): "What it runs",
    ("accepts",): "Who is accepted",
    ("consent",): "Consent asked",
    ("lsc_funded",): "Funded by the Legal Services Corporation",
    ("health_services",): "Care given",
    ("sliding_fee",): "Fees set by income",
    ("enrolment_help",): "Help with enrolment",
    ("setting",): "Kind of place",
    ("chat",): "Chat page",
    ("serves_minors",): "People under 18",
    ("serves_labor",): "Survivors of labor trafficking",
    ("serves_sex",): "Survivors of sex trafficking",
    ("office_kind",): "Kind of office",
}
#: What stands before a value inside a line, where the field's name alone would not do.
KEYS: Mapping[str, str] = {"opening_hours": "hours", "description": "note", "type": "kind", "purpose": "for"}
#: The fields that follow it in a line: what everybody writes first needs no key.
LEADS: Mapping[str, str] = {
    "Phone": "number",
    "Contact": "role",
    "Schedule": "opening_hours",
    "Meeting": "name",
    "WaitingList": "program",
}
#: The words that take a fact away; nothing after a label leaves it as it is.
REMOVE = frozenset({"remove", "delete"})
#: Parts of places; nothing says more than the town where a place must stay hidden.
PLACE = "location"

_DATES = ("%Y-%m-%d", "%d %B %Y", "%B %d, %Y", "%B %d %Y", "%d %b %Y", "%b %d, %Y", "%b %d %Y", "%m/%d/%Y")


class Unreadable(ValueError):
    """A value that cannot be read: what is wrong, and the mend."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message)
        self.message, self.fix = message, fix


@dataclass(frozen=True)
class Words:
    """What names of codes and counties are looked up in."""

    vocabulary: Vocabulary
    places: Places

    def label(self, name: str, code: str) -> str:
        return self.vocabulary.codes(name).get(code, code)

    def county(self, fips: str) -> str:
        """`08031` -> `Denver County, CO`; the code itself where it is none."""
        county = self.places.counties.get(fips)
        return f"{county.full_name}, {county.state}" if county else fips

    @cached_property
    def _fips(self) -> Mapping[str, str]:
        counties = self.places.counties.values()
        named = [(_folded(f"{county.name}, {county.state}"), county.fips) for county in counties]
        # "Baltimore, MD" may be the county or the city: only the whole name tells.
        times = Counter(name for name, _ in named)
        short = {name: fips for name, fips in named if times[name] == 1}
        return short | {_folded(self.county(county.fips)): county.fips for county in counties}

    def fips(self, said: str) -> str:
        """The code of a county by its name, or as it is. Raises Unreadable with names near it."""
        if re.fullmatch(r"\d{5}", said):
            return said
        if found := self._fips.get(_folded(said)):
            return found
        near = difflib.get_close_matches(_folded(said), self._fips, n=3)
        shown = "; ".join(dict.fromkeys(self.county(self._fips[name]) for name in near))
        raise Unreadable(f"'{_short(said)}' is not a county.", f"Write it as: {shown or 'Denver County, CO'}.")

    def code(self, name: str, said: str) -> str:
        """The code of a word of a vocabulary, by its label or itself. Raises Unreadable with words near it."""
        codes = self.vocabulary.codes(name)
        if said in codes:
            return said
        by_label = {_folded(label): code for code, label in codes.items()}
        if found := by_label.get(_folded(said)):
            return found
        near = difflib.get_close_matches(_folded(said), by_label, n=3, cutoff=0.5) or list(by_label)
        shown = "; ".join(codes[by_label[label]] for label in near)
        raise Unreadable(f"'{_short(said)}' is not a word we use here.", f"Use one of: {shown}.")


@dataclass(frozen=True)
class Kind:
    """How a value is written on one line, and read from one. Both take the words; reading raises Unreadable."""

    write: Callable[[Any, Words], str]
    read: Callable[[str, Words], Any]
    #: What may be written, in words for a form; empty where anything may.
    may_be: Callable[[Vocabulary], str] = lambda vocabulary: ""
    #: Whether a value is a list of which each stands on a line of its own.
    lines: bool = False
    long: bool = False
    #: Names of its parts' keys, for a form.
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fact:
    """A fact that may be asked for: where it stands in a record, what it is called, how it is written."""

    path: Path
    label: str
    kind: Kind
    description: str

    @property
    def field_id(self) -> str:
        """`referral_until`: its name in a form."""
        return "_".join(self.path)

    def lines_of(self, value: Any, words: Words) -> list[str]:
        """What stands behind the label, a line each."""
        entries = value.items() if isinstance(value, Mapping) and self.kind.lines else value
        return [self.kind.write(one, words) for one in entries] if self.kind.lines else [self.kind.write(value, words)]

    def read(self, lines: Iterable[str], words: Words) -> Any:
        """Plain data from what stands behind the label. Raises Unreadable."""
        said = [line for line in lines if line]
        if not self.kind.lines:
            return self.kind.read(" ".join(said), words)
        entries = [self.kind.read(line, words) for line in said]
        return dict(entries) if entries and isinstance(entries[0], tuple) else entries


# Text


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."


def flat(text: str) -> str:
    """A text on one line: a pilcrow stands for each of its line breaks, a backslash before what has a meaning here."""
    if "\\" in text or "|" in text or "\u00b6" in text:
        text = re.sub(r"[\\|\u00b6]", r"\\\g<0>", text)
    if ": " in text:
        text = _label_in_text().sub(r"\1\:", text)
    return " \u00b6 ".join(text.split("\n")) if "\n" in text else text


def plain(line: str) -> str:
    """The text that `flat` made a line of. Blanks around a line break go."""
    pieces = re.split(r"(?<!\\)\u00b6", line.strip())
    return "\n".join(re.sub(r"\\(.)", r"\1", piece.strip()) for piece in pieces)


def _one(write: Callable[[Any], str], read: Callable[[str], Any], may_be: str = "", long: bool = False) -> Kind:
    return Kind(lambda value, words: write(value), lambda line, words: read(line), lambda vocabulary: may_be, long=long)


def _day(line: str) -> str:
    said = " ".join(line.replace("Sept ", "Sep ").split())
    for form in _DATES:
        try:
            return datetime.strptime(said, form).date().isoformat()
        except ValueError:
            continue
    raise Unreadable(f"'{_short(line)}' is not a date.", "Write it as 2026-03-12 or 12 March 2026.")


def _telephone(line: str) -> str:
    return telephone_text(plain(line)) or plain(line)


def _said(choices: tuple[str, ...]) -> Callable[[str], str]:
    def read(line: str) -> str:
        said = _folded(plain(line)).strip(".")
        if said not in choices:
            raise Unreadable(f"'{_short(line)}' is not an answer here.", f"Write {' or '.join(choices)}.")
        return said

    return read


TEXT = _one(flat, plain)
PARAGRAPH = _one(flat, plain, long=True)
NUMBER = _one(str, plain, "A number.")
DAY = _one(date.isoformat, _day, "A day, such as 2026-03-12 or 12 March 2026.")
TELEPHONE = _one(flat, _telephone)
COUNTY = Kind(lambda value, words: words.county(value), lambda line, words: words.fips(plain(line)))


def _language(line: str) -> str:
    said = plain(line)
    if language_name(said):
        return said
    if found := _languages().get(_folded(said)):
        return found
    raise Unreadable(f"'{_short(said)}' is not a language.", "Write its English name, such as Spanish, or its code.")


@lru_cache(maxsize=1)
def _languages() -> Mapping[str, str]:
    names = Locale.parse("en").languages
    return {_folded(name): code.replace("_", "-") for code, name in sorted(names.items(), reverse=True)}


@lru_cache(maxsize=200)
def _language_words(code: str) -> str:
    """The language's name where it leads back to the code."""
    name = language_name(code) or code
    return name if _languages().get(_folded(name)) == code and ";" not in name else code


LANGUAGE = _one(_language_words, _language)


def _choice(options: tuple[str, ...]) -> Kind:
    return _one(str, _said(options), f"One of: {', '.join(options)}.")


def _word(name: str) -> Kind:
    def may_be(vocabulary: Vocabulary) -> str:
        return f"One of: {'; '.join(vocabulary.codes(name).values())}."

    return Kind(lambda v, words: words.label(name, v), lambda line, words: words.code(name, plain(line)), may_be)


def _several(one: Kind) -> Kind:
    """A list on one line."""

    def read(line: str, words: Words) -> list[Any]:
        return [one.read(part.strip(), words) for part in line.split(";") if part.strip()]

    def may_be(vocabulary: Vocabulary) -> str:
        return one.may_be(vocabulary).replace("One of: ", "With ; between. Any of: ")

    return Kind(lambda values, words: "; ".join(one.write(value, words) for value in values), read, may_be)


def _answers(name: str) -> Kind:
    """Yes, ask or no for words of a vocabulary, on one line."""
    word, answer = _word(name), _said(typing.get_args(YesAskNo))

    def write(value: Mapping[str, str], words: Words) -> str:
        return "; ".join(f"{word.write(code, words)}: {said}" for code, said in sorted(value.items()))

    def read(line: str, words: Words) -> dict[str, str]:
        parts = [part.rpartition(":") for part in line.split(";") if part.strip()]
        return {word.read(name.strip(), words): answer(said.strip()) for name, _, said in parts}

    def may_be(vocabulary: Vocabulary) -> str:
        return word.may_be(vocabulary).replace(
            "One of: ", "Each yes, ask or no, as in 'Pets: ask', with ; between. Any of: "
        )

    return Kind(write, read, may_be)


# Parts, such as a telephone number with what it is for


def _part(model: type[BaseModel], lead: str = "", lead_kind: Kind | None = None) -> Kind:
    """A part on one line: `303-555-0100 | for: Referrals | hours: 24/7`. `lead_kind` is for a lead that is no field."""
    kinds = {name: kind for name, field in model.model_fields.items() if (kind := _kind_of(field)) is not None}
    keys = {name: KEYS.get(name, name.replace("_", " ")) for name in kinds}
    names = {key: name for name, key in keys.items()}
    starts = re.compile(rf"^\s*({'|'.join(map(re.escape, names))})\s*:", re.IGNORECASE)

    def write(value: Any, words: Words) -> str:
        lead_value, part = value if lead_kind else (getattr(value, lead), value)
        first = (lead_kind or kinds[lead]).write(lead_value, words) if lead_value is not None else ""
        pieces = [starts.sub(lambda found: found.group().replace(":", "\\:"), first)]
        for name in (name for name in keys if name != lead and name in part.model_fields_set):
            if (inner := getattr(part, name)) is not None:
                pieces.append(f"{keys[name]}: {kinds[name].write(inner, words)}")
        return " | ".join(pieces).strip()

    def read(line: str, words: Words) -> Any:
        found: dict[str, Any] = {}
        first = ""
        for index, piece in enumerate(re.split(r"(?<!\\)\|", line)):
            match = starts.match(piece)
            if match and (said := piece[match.end() :].strip()):
                name = names[match.group(1).casefold()]
                if name in found:
                    raise Unreadable(f"'{match.group(1)}' stands twice in one line.", "Keep one of the two.")
                found[name] = kinds[name].read(said, words)
            elif not match and index == 0:
                first = piece.strip()
            elif not match and piece.strip():
                raise Unreadable(f"'{_short(piece.strip())}' has no name.", f"Put one before it: {', '.join(names)}.")
        if lead_kind:
            return lead_kind.read(first, words), found
        return ({lead: kinds[lead].read(first, words)} if first else {}) | found

    shown = tuple(key for name, key in keys.items() if name != lead)
    return Kind(write, read, lines=True, keys=shown)


# From the model


def _kind_of(field: FieldInfo) -> Kind | None:
    """How a field is written; None for a part that has fields of its own."""
    return _kind(field.annotation, tuple(field.metadata))


#: What marks a type of the model, in the order in which it is looked for.
_MARKED: tuple[tuple[Any, Kind], ...] = (
    (typing.get_args(Language)[-1], LANGUAGE),
    (typing.get_args(Fips)[-1], COUNTY),
    (typing.get_args(Paragraph)[-1], PARAGRAPH),
    (typing.get_args(Telephone)[-1], TELEPHONE),
    (typing.get_args(TelephoneOrCode)[-1], TELEPHONE),
)


def _kind(annotation: Any, metadata: tuple[Any, ...] = ()) -> Kind | None:
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _kind(inner[0], (*inner[1:], *metadata))
    if origin in {typing.Union, types.UnionType}:
        return _kind(next(one for one in inner if one is not type(None)), metadata)
    if origin is Literal:
        return _choice(tuple(map(str, inner)))
    if origin is tuple:
        return _list_kind(inner[0])
    if origin is dict:
        return _mapping_kind(*inner)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return None
    return _scalar(annotation, metadata)


def _scalar(annotation: Any, metadata: tuple[Any, ...]) -> Kind:
    if word := next((mark for mark in metadata if isinstance(mark, InVocabulary)), None):
        return _word(word.name)
    if marked := next((kind for mark, kind in _MARKED if mark in metadata), None):
        return marked
    if annotation is date:
        return DAY
    return NUMBER if annotation in {int, float} else TEXT


def _list_kind(entry: Any) -> Kind:
    """Parts and free texts stand on a line each, words of a vocabulary together on one."""
    if isinstance(entry, type) and issubclass(entry, BaseModel):
        return _part(entry, LEADS[entry.__name__])
    one = _kind(entry)
    assert one is not None
    if one is TEXT and not _is_code(entry):
        return Kind(one.write, one.read, lines=True)
    return _several(one)


def _is_code(entry: Any) -> bool:
    """True for texts of a pattern, such as codes of states: no blank and no semicolon is in them."""
    marks = (mark for one in typing.get_args(entry)[1:] for mark in getattr(one, "metadata", ()))
    return any(getattr(mark, "pattern", None) for mark in marks)


def _mapping_kind(key: Any, value: Any) -> Kind:
    if isinstance(value, type) and issubclass(value, BaseModel):
        return _part(value, lead_kind=_kind(key))
    return _answers(next(mark.name for mark in typing.get_args(key) if isinstance(mark, InVocabulary)))


def _facts(model: type[BaseModel], before: Path = ()) -> Iterator[Fact]:
    for name, field in model.model_fields.items():
        path = (*before, name)
        if path in NOT_ASKED:
            continue
        kind = _kind_of(field)
        if kind is None:
            yield from _facts(_model_in(field.annotation), path)
        else:
            label = LABELS.get(path) or name.replace("_", " ").capitalize()
            yield Fact(path, label, kind, field.description or "")


def _model_in(annotation: Any) -> type[BaseModel]:
    found = (one for one in (annotation, *typing.get_args(annotation)) if isinstance(one, type))
    return next(one for one in found if issubclass(one, BaseModel))


@lru_cache(maxsize=64)
def facts_of(type_code: str) -> tuple[Fact, ...]:
    """The facts that may be asked for of a type, in the order of the model."""
    return tuple(_facts(record_class(type_code)))


@lru_cache(maxsize=1)
def _label_in_text() -> re.Pattern[str]:
    """A label with its colon, which at the beginning of a wrapped line would look like a fact of its own."""
    labels = {fact.label for code in RECORD_CLASSES for fact in facts_of(code)}
    ordered = sorted(labels, key=len, reverse=True)
    return re.compile(rf"(?<!\w)({'|'.join(map(re.escape, ordered))}):(?=\s)", re.IGNORECASE)


@lru_cache(maxsize=64)
def _by_field(type_code: str) -> Mapping[str, tuple[Fact, ...]]:
    """Facts by the record's field that holds them."""
    fields: dict[str, list[Fact]] = {}
    for fact in facts_of(type_code):
        fields.setdefault(fact.path[0], []).append(fact)
    return {name: tuple(facts) for name, facts in fields.items()}


def may_tell_place(record: Record) -> bool:
    """Whether the address may stand in a letter. Never for a domestic violence program, never for a withheld place."""
    return record.type != "domestic_violence" and record.location is not None and record.location.visibility == "public"


def value_of(record: Record, path: Path) -> Any:
    """What a record says at a path; None where nothing."""
    value: Any = record
    for name in path:
        value = getattr(value, name, None)
        if value is None:
            return None
    return value


def known_facts(record: Record, words: Words) -> Iterator[tuple[Fact, list[str]]]:
    """Every fact that a record says, with its lines. Only what its page shows."""
    given = record.model_fields_set
    for name, facts in _by_field(record.type).items():
        if name not in given or (name == PLACE and not may_tell_place(record)):
            continue
        for fact in facts:
            value = value_of(record, fact.path)
            if value is not None:
                yield fact, fact.lines_of(value, words)


def facts_text(record: Record, words: Words) -> str:
    """`Name: Example House`, a line a fact."""
    return "\n".join(f"{fact.label}: {line}" for fact, lines in known_facts(record, words) for line in lines)


def version_of(text: str) -> str:
    """A short mark of what the facts were, such as `3f2a91c4`: it tells whether an entry has changed since."""
    return blake2s(text.encode(), digest_size=4).hexdigest()


def entry_text(record: Record, words: Words) -> str:
    """The entry as text: which it is, the mark of its facts, every fact. It stands on the entry's page."""
    facts = facts_text(record, words)
    return f"Entry: {record.id}\nVersion: {version_of(facts)}\n{facts}"
