"""The words of the directory, read from `data/vocab/`: types, needs and services, program rules, questions, terms.

Vocabularies are kept by maintainers. A mistake in one stops everything at once with the file and line, because
nothing can be checked without them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from resource_directory.problems import Problem
from resource_directory.yaml_nodes import compose_file


class VocabularyError(Exception):
    """The vocabularies cannot be used; `problems` says why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(problem.as_text() for problem in problems))
        self.problems = problems


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Finder(_Frozen):
    """An official place to look where the directory has no record."""

    name: str
    url: str = Field(pattern=r"^https?://")


class RecordType(_Frozen):
    """One kind of record: its words, its look, whom to ask where none is known."""

    code: str
    label: str
    plural: str
    neutral: str
    neutral_plural: str
    slug: str
    icon: str
    colour: str = Field(pattern=r"^#[0-9a-fA-F]{6}$")
    colour_dark: str = Field(pattern=r"^#[0-9a-fA-F]{6}$")
    #: For how many days an entry that its organization has confirmed is taken to hold.
    confirm_within_days: int = Field(ge=1, le=3660)
    #: What schema.org calls it; empty for a kind of which search engines are told nothing.
    schema_org: Literal["GovernmentOrganization", "LegalService", "MedicalClinic", "NGO", "Organization", ""] = ""
    what_it_is: str
    call_for: str
    #: What to say first on the telephone, and what to ask then.
    say_first: tuple[str, ...] = ()
    ask_first: tuple[str, ...] = ()
    finder: Finder
    who_would_know: str


class Synonyms(_Frozen):
    """Words a reader may type, by language."""

    en: tuple[str, ...] = ()
    es: tuple[str, ...] = ()


class Service(_Frozen):
    """One service of the services vocabulary."""

    code: str
    label: str
    description: str
    synonyms: Synonyms = Synonyms()


class Need(_Frozen):
    """What somebody needs, in an advocate's words, and the services that meet it."""

    code: str
    label: str
    #: What discreet paper says; empty where the label tells nothing.
    neutral: str = ""
    slug: str
    icon: str
    description: str
    synonyms: Synonyms = Synonyms()
    services: tuple[Service, ...]
    #: Codes of services of other needs that meet this one too.
    also: tuple[str, ...] = ()
    #: Types whose entries may know of help, though no source says that they give it.
    ask: tuple[str, ...] = ()
    #: Types whose entries lead to it and do not give it: whom to call, but no answer to whether there is any.
    leads: tuple[str, ...] = ()

    @property
    def may_know(self) -> tuple[str, ...]:
        """Types to ask, whether they may give it or lead to it."""
        return (*self.ask, *self.leads)


class LegalSource(_Frozen):
    """Where a rule is written."""

    citation: str
    url: str = Field(pattern=r"^https?://")


class AgeRule(_Frozen):
    """Ages in years that a program's rule names, and what it says to people of other ages."""

    minimum: int | None = None
    maximum: int | None = None
    beyond: Literal["ask", "no"]


class ProgramRule(_Frozen):
    """The rule of a program, true of every record of its types (and programs, where named).

    `written` is the day the words were written. It does not say that anybody has read the law again since.
    """

    code: str
    types: tuple[str, ...]
    programs: tuple[str, ...] = ()
    title: str
    rule: str
    ages: AgeRule | None = None
    says_about: dict[str, str] = {}
    source: LegalSource
    written: str


class Thing(_Frozen):
    """Something that may be true of a household, and the facts of a record that answer it."""

    code: str = Field(pattern=r"^[a-z_]+$")
    label: str
    #: Codes of `barriers`, which records answer with yes, ask or no.
    accepts: tuple[str, ...] = ()
    #: A field of eligibility, or of a type, with yes, ask or no.
    field: str = ""
    #: Codes by vocabulary: a record that lists one of them says yes.
    listed: dict[str, tuple[str, ...]] = {}
    #: The vocabularies among them of which a record gives the whole list: one that lists only others is to be asked.
    whole: tuple[str, ...] = ()
    #: What program rules say it under.
    rules: tuple[str, ...] = ()


class ThingGroup(_Frozen):
    """Things under one heading."""

    code: str
    label: str
    things: tuple[Thing, ...]


class Question(_Frozen):
    """One question that every place answers, and what to say where no record does."""

    code: str
    question: str
    types: tuple[str, ...]
    unknown: str
    ask: str
    finder: Finder


class Term(_Frozen):
    """A word of a small vocabulary."""

    code: str
    label: str
    description: str = ""


class OrdinaryPhrase(_Frozen):
    """A phrase that explains a suspicious word away, with the reason."""

    phrase: str
    why: str


class Hidden(_Frozen):
    """Phrases that give a reader away, and what a page says instead where details are hidden."""

    say: tuple[str, ...] = Field(min_length=1)
    instead: str


class WordsByLanguage(_Frozen):
    en: tuple[str, ...] = ()
    es: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        return self.en + self.es


class ConfidentialWords(_Frozen):
    """Words in names of places. `bare` words count only where no word of `care` stands in the name."""

    suspicious: WordsByLanguage
    bare: WordsByLanguage = WordsByLanguage()
    care: WordsByLanguage = WordsByLanguage()
    shared_hosts: tuple[str, ...] = ()
    ordinary: tuple[OrdinaryPhrase, ...]


class _DiscreetFile(_Frozen):
    words: dict[str, tuple[str, ...]]


class _HidingFile(_Frozen):
    hide: dict[str, tuple[Hidden, ...]]


class Acronyms(_Frozen):
    keep: tuple[str, ...] = ()
    fixed: dict[str, str] = {}


class PlaceName(_Frozen):
    """What people call a place beside its own name, and its counties by FIPS code, the one with most people first."""

    name: str
    typed: tuple[str, ...]
    counties: tuple[str, ...]


@dataclass(frozen=True)
class Vocabulary:
    """All vocabularies, in the order of their files."""

    types: Mapping[str, RecordType]
    needs: Mapping[str, Need]
    rules: tuple[ProgramRule, ...]
    questions: tuple[Question, ...]
    beside: tuple[Question, ...]
    household: tuple[ThingGroup, ...]
    terms: Mapping[str, Mapping[str, Term]]
    neutral_words: WordsByLanguage
    confidential_words: ConfidentialWords
    acronyms: Acronyms
    partnerships: Partnerships
    #: By language (`en`).
    hidden: Mapping[str, tuple[Hidden, ...]]
    #: Words that discreet paper must not hold beside the neutral ones, by language.
    discreet_words: Mapping[str, tuple[str, ...]]
    place_names: tuple[PlaceName, ...] = ()

    @cached_property
    def services(self) -> Mapping[str, Service]:
        return {service.code: service for need in self.needs.values() for service in need.services}

    @cached_property
    def needs_of_service(self) -> Mapping[str, tuple[Need, ...]]:
        """The needs that a service meets: the one under which it stands, then others."""
        found = {service.code: [need] for need in self.needs.values() for service in need.services}
        for need in self.needs.values():
            for code in need.also:
                found[code].append(need)
        return {code: tuple(needs) for code, needs in found.items()}

    @cached_property
    def things(self) -> Mapping[str, Thing]:
        """All that may be true of a household, by code."""
        return {thing.code: thing for group in self.household for thing in group.things}

    def confirm_within_days(self, types: Iterable[str]) -> int:
        """The strictest limit of some types, in days."""
        return min(self.types[code].confirm_within_days for code in types)

    def codes(self, name: str) -> Mapping[str, str]:
        """Codes and labels of a vocabulary: `types`, `services`, or one of `terms.yml`.

        Raises KeyError for a vocabulary that does not exist.
        """
        return self._codes[name]

    @cached_property
    def _codes(self) -> Mapping[str, Mapping[str, str]]:
        own = {name: {code: term.label for code, term in terms.items()} for name, terms in self.terms.items()}
        types = {code: entry.label for code, entry in self.types.items()}
        return {"types": types, "services": {code: entry.label for code, entry in self.services.items()}, **own}


class Guide(_Frozen):
    """A published field guide that advice rests on."""

    code: str
    title: str
    publisher: str
    note: str = ""


class Advice(_Frozen):
    """A sentence or two of advice, and the codes of the guides it rests on: none where it is our own suggestion."""

    text: str
    guides: tuple[str, ...] = ()


class AdviceGroup(_Frozen):
    """Advice under a heading."""

    code: str
    title: str
    items: tuple[Advice, ...] = Field(min_length=1)


class Duty(Advice):
    """What a kind of partner must keep secret, and where a law says so."""

    law: tuple[LegalSource, ...] = ()


class OwnDuty(Duty):
    """The duty of the program that uses the directory, and what such a program is called."""

    label: str


_Lines = Annotated[tuple[Advice, ...], Field(min_length=1)]


class PartnerKind(_Frozen):
    """One kind of partner: who they are, what they can bring, how to begin, what to agree on, what to beware of.

    `title` heads its page; `neutral` is the page's title in a browser.
    """

    code: str
    label: str
    title: str
    neutral: str
    slug: str
    types: tuple[str, ...] = ()
    who: _Lines
    can_bring: _Lines
    steps: _Lines
    agree_first: _Lines
    how_to_join: _Lines
    cautions: _Lines
    duty: Duty
    finders: tuple[Finder, ...] = ()

    @property
    def lines(self) -> tuple[Advice, ...]:
        """All its advice, in the order of its page."""
        parts = (self.who, self.can_bring, self.steps, self.agree_first, self.how_to_join, self.cautions)
        return (*chain.from_iterable(parts), self.duty)


class Partnerships(_Frozen):
    """What the directory says about working with others."""

    guides: tuple[Guide, ...]
    together: tuple[AdviceGroup, ...]
    own_duty: OwnDuty
    partners: tuple[PartnerKind, ...]

    def for_type(self, code: str) -> PartnerKind | None:
        """The kind of partner to which a kind of record belongs."""
        return next((partner for partner in self.partners if code in partner.types), None)

    def named_by(self, lines: Iterable[Advice]) -> tuple[Guide, ...]:
        """The guides on which some lines rest, in the file's order."""
        codes = {code for line in lines for code in line.guides}
        return tuple(guide for guide in self.guides if guide.code in codes)


class _TypesFile(_Frozen):
    types: tuple[RecordType, ...]


class _NeedsFile(_Frozen):
    needs: tuple[Need, ...]


class _RulesFile(_Frozen):
    rules: tuple[ProgramRule, ...]


class _QuestionsFile(_Frozen):
    questions: tuple[Question, ...]
    beside: tuple[Question, ...]


class _HouseholdFile(_Frozen):
    groups: tuple[ThingGroup, ...]


class _PlaceNamesFile(_Frozen):
    place_names: tuple[PlaceName, ...]


class _NeutralFile(_Frozen):
    words: WordsByLanguage


_File = TypeVar("_File", bound=BaseModel)


def load_vocabulary(folder: Path) -> Vocabulary:
    """Reads `data/vocab/`. Raises VocabularyError with every problem of a file that cannot be used."""
    types = _load(folder / "types.yml", _TypesFile).types
    needs = _load(folder / "services.yml", _NeedsFile).needs
    questions = _load(folder / "questions.yml", _QuestionsFile)
    return Vocabulary(
        types={entry.code: entry for entry in types},
        needs={entry.code: entry for entry in needs},
        rules=_load(folder / "program_rules.yml", _RulesFile).rules,
        questions=questions.questions,
        beside=questions.beside,
        household=_load(folder / "household.yml", _HouseholdFile).groups,
        terms=_load_terms(folder / "terms.yml"),
        neutral_words=_load(folder / "neutral_words.yml", _NeutralFile).words,
        confidential_words=_load(folder / "confidential_words.yml", ConfidentialWords),
        acronyms=_load(folder / "acronyms.yml", Acronyms),
        partnerships=_load_partnerships(folder / "partnerships.yml", frozenset(entry.code for entry in types)),
        hidden=_load(folder / "hiding.yml", _HidingFile).hide,
        place_names=_load(folder / "place_names.yml", _PlaceNamesFile).place_names,
        discreet_words=_load(folder / "discreet_words.yml", _DiscreetFile).words,
    )


def _data(file: Path) -> tuple[Any, Any]:
    composed = compose_file(file, f"data/vocab/{file.name}")
    if composed.problems:
        raise VocabularyError(list(composed.problems))
    return composed.data, composed


def _load(file: Path, model: type[_File]) -> _File:
    return _load_with_lines(file, model)[0]


def _load_with_lines(file: Path, model: type[_File]) -> tuple[_File, Any]:
    """The file's content, and where each part of it stands."""
    data, composed = _data(file)
    try:
        return model.model_validate(data), composed
    except ValidationError as error:
        raise VocabularyError(
            [
                composed.problem(tuple(e["loc"]), "E204", f"{'.'.join(map(str, e['loc']))}: {e['msg']}.", "")
                for e in error.errors()
            ]
        ) from error


def _load_partnerships(file: Path, types: frozenset[str]) -> Partnerships:
    found, composed = _load_with_lines(file, Partnerships)
    problems = [composed.problem(at, "E204", message, "") for at, message in _misnamed(found, types)]
    if problems:
        raise VocabularyError(problems)
    return found


def _misnamed(found: Partnerships, types: frozenset[str]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """(location, message) of every code that names nothing, or that stands twice."""
    known = {guide.code for guide in found.guides}
    for index, group in enumerate(found.together):
        for line, advice in enumerate(group.items):
            yield from _unknown(advice, known, ("together", index, "items", line))
    yield from _unknown(found.own_duty, known, ("own_duty",))
    taken = set[str]()
    for index, partner in enumerate(found.partners):
        at = ("partners", index)
        for name in ("who", "can_bring", "steps", "agree_first", "how_to_join", "cautions"):
            for line, advice in enumerate(getattr(partner, name)):
                yield from _unknown(advice, known, (*at, name, line))
        yield from _unknown(partner.duty, known, (*at, "duty"))
        for code in partner.types:
            if code not in types or code in taken:
                yield (*at, "types"), f"'{code}' is {'named twice' if code in types else 'not a type'}."
            taken.add(code)


def _unknown(advice: Advice, known: set[str], at: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for code in advice.guides:
        if code not in known:
            yield (*at, "guides"), f"'{code}' is not one of the guides."


def _load_terms(file: Path) -> Mapping[str, Mapping[str, Term]]:
    data, composed = _data(file)
    problems: list[Problem] = []
    terms: dict[str, Mapping[str, Term]] = {}
    for name, entries in (data or {}).items():
        try:
            read = [Term.model_validate(entry) for entry in entries]
        except (ValidationError, TypeError):
            problems.append(composed.problem((name,), "E204", f"'{name}' is not a list of code and label.", ""))
            continue
        terms[name] = {term.code: term for term in read}
    if problems:
        raise VocabularyError(problems)
    return terms
