"""The same Directory in another language: its words and the names of its places, over the same indexes of records."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cached_property, partial
from typing import Any, TypeVar

from pydantic import BaseModel

from resource_directory.directory import Directory
from resource_directory.messages import Messages, bare, marked
from resource_directory.places import County, Places, State
from resource_directory.vocabulary import (
    Advice,
    AdviceGroup,
    Duty,
    Finder,
    Guide,
    LegalSource,
    Need,
    OwnDuty,
    PartnerKind,
    ProgramRule,
    Question,
    RecordType,
    Service,
    Term,
    Thing,
    ThingGroup,
    Vocabulary,
)

#: What readers read of each part of the vocabularies. All else is codes and addresses.
READ: Mapping[type[BaseModel], tuple[str, ...]] = {
    Advice: ("text",),
    AdviceGroup: ("title",),
    Duty: ("text",),
    OwnDuty: ("text", "label"),
    PartnerKind: ("label", "title", "neutral"),
    Finder: ("name",),
    Need: ("label", "neutral", "description"),
    ProgramRule: ("title", "rule"),
    Question: ("question", "unknown", "ask"),
    RecordType: (
        "label",
        "plural",
        "neutral",
        "neutral_plural",
        "what_it_is",
        "call_for",
        "say_first",
        "ask_first",
        "who_would_know",
    ),
    Service: ("label", "description"),
    Term: ("label", "description"),
    Thing: ("label",),
    ThingGroup: ("label",),
}
#: What is the same in most languages, and said as it stands where a catalogue says nothing else.
MAY_DIFFER: Mapping[type[BaseModel], tuple[str, ...]] = {Guide: ("note",), LegalSource: ("citation",)}
#: What stands on paper of it, and of which rules and terms.
READ_ON_PAPER: Mapping[type[BaseModel], tuple[str, ...]] = {
    Need: ("label", "neutral"),
    ProgramRule: ("title",),
    Question: ("question", "unknown", "ask"),
    RecordType: ("label", "plural", "neutral", "neutral_plural"),
    Term: ("label",),
}
#: The rules that say in a line who qualifies, by the codes of data/vocab/program_rules.yml.
RULES_ON_PAPER = (
    "coc_category_4", "pha_income", "fvpsa_free", "rhy_basic_center", "rhy_transitional_living",
    "rhy_maternity_group_home", "rhy_street_outreach", "lsc_survivors", "health_center_ability_to_pay",
)  # fmt: skip
TERMS_ON_PAPER = frozenset({"populations", "households"})
#: The context of names of states in catalogues. Most are the same in every language.
STATE = "state"
#: How names of counties and the like end, and the messages for them.
_KINDS_OF_COUNTY = {
    "County": marked("%(name)s County"),
    "Parish": marked("%(name)s Parish"),
    "Borough": marked("%(name)s Borough"),
    "Census Area": marked("%(name)s Census Area"),
    "Municipality": marked("%(name)s Municipality"),
    "Municipio": marked("%(name)s Municipio"),
    "city": marked("%(name)s city"),
    "District": marked("%(name)s District"),
    "Island": marked("%(name)s Island"),
    "City and Borough": marked("%(name)s City and Borough"),
}
_T = TypeVar("_T")
_Say = Callable[[str], str]
_Read = Mapping[type[BaseModel], tuple[str, ...]]


def texts_of_vocabulary(vocabulary: Vocabulary) -> Iterator[str]:
    """Every text of the vocabularies that readers read, in order, some more than once."""
    said: list[str] = []

    def take(text: str) -> str:
        said.append(text)
        return text

    _translated(_parts(vocabulary), take, str)
    yield from said


def texts_that_may_differ(vocabulary: Vocabulary) -> Iterator[str]:
    """Texts that a catalogue may say otherwise, and need not."""
    said: list[str] = []

    def take(text: str) -> str:
        said.append(text)
        return text

    _translated(_parts(vocabulary), str, take)
    yield from said


def texts_on_paper(vocabulary: Vocabulary) -> Iterator[str]:
    """The texts of the vocabularies that paper says, some more than once."""
    said: list[str] = []

    def take(text: str) -> str:
        said.append(text)
        return text

    vocabulary_on_paper(vocabulary, take)
    yield from said


def vocabulary_on_paper(vocabulary: Vocabulary, say: _Say) -> Vocabulary:
    """The vocabulary with what stands on paper put through `say`, and all else in English. Raises MissingMessage."""

    def told(value: _T) -> _T:
        return _translated(value, say, str, READ_ON_PAPER)

    return replace(
        vocabulary,
        types=told(vocabulary.types),
        needs=told(vocabulary.needs),
        questions=told(vocabulary.questions),
        # Whom to ask where a need has nobody. Hot lines stand on all paper.
        beside=tuple(question if "hotline" in question.types else told(question) for question in vocabulary.beside),
        rules=tuple(told(rule) if rule.code in RULES_ON_PAPER else rule for rule in vocabulary.rules),
        terms={name: told(terms) if name in TERMS_ON_PAPER else terms for name, terms in vocabulary.terms.items()},
    )


def kinds_of_county() -> Mapping[str, str]:
    """How names of counties and the like end, and the messages for them."""
    return _KINDS_OF_COUNTY


def labels_of_vocabulary(vocabulary: Vocabulary) -> Iterator[str]:
    """The short ones that scripts show: names of needs, services and kinds."""
    for need in vocabulary.needs.values():
        yield from (need.label, *(service.label for service in need.services))
    for kind in vocabulary.types.values():
        yield from (kind.label, kind.plural)


def _parts(vocabulary: Vocabulary) -> dict[str, Any]:
    return {part.name: getattr(vocabulary, part.name) for part in fields(vocabulary)}


def translated_vocabulary(vocabulary: Vocabulary, messages: Messages) -> Vocabulary:
    """The vocabulary with every text that readers read in the language; codes and addresses as they are.

    Raises MissingMessage.
    """
    return Vocabulary(**_translated(_parts(vocabulary), messages.gettext, partial(messages.optional, "")))


def _translated(value: _T, say: _Say, may: _Say, reads: _Read = READ) -> _T:
    """A part of a vocabulary with its readers' texts put through `say`, and what may differ through `may`."""
    if isinstance(value, BaseModel):
        return _translated_model(value, say, may, reads)  # type: ignore[return-value]
    if isinstance(value, dict):
        return {key: _translated(entry, say, may, reads) for key, entry in value.items()}  # type: ignore[return-value]
    if isinstance(value, tuple):
        return tuple(_translated(entry, say, may, reads) for entry in value)  # type: ignore[return-value]
    return value


def _translated_model(model: BaseModel, say: _Say, may: _Say, reads: _Read) -> BaseModel:
    read, other = reads.get(type(model), ()), MAY_DIFFER.get(type(model), ())
    update: dict[str, Any] = {}
    for name in type(model).model_fields:
        value = getattr(model, name)
        if name in read:
            update[name] = tuple(map(say, value)) if isinstance(value, tuple) else say(value) if value else value
        elif isinstance(value, (tuple, dict, BaseModel)):
            update[name] = _translated(value, say, may, reads)
        elif name in other and value:
            update[name] = may(value)
    return model.model_copy(update=update)


@dataclass(frozen=True)
class _SamePlaces(Places):
    """Places under other names. What depends on no name is the original's, once it is needed."""

    original: Places | None = None


@dataclass(frozen=True)
class _SameDirectory(Directory):
    """A Directory in another language. Its indexes are the original's: records are the same."""

    original: Directory | None = None


def _of_original(name: str, twin: Any) -> Any:
    return getattr(twin.original, name)


def _shares(cls: type, *names: str) -> None:
    for name in names:
        setattr(cls, name, property(partial(_of_original, name)))


_shares(_SamePlaces, "zips_of_county", "towns_of_county")
#: In these the names of states stand.
_OWN = frozenset({"states_by_name"})
_shares(
    _SameDirectory,
    *(name for name, member in vars(Directory).items() if isinstance(member, cached_property) and name not in _OWN),
)


def in_language(directory: Directory, messages: Messages) -> Directory:
    """The Directory in a language. Raises MissingMessage."""
    assert is_dataclass(directory)
    values = {part.name: getattr(directory, part.name) for part in fields(Directory)}
    own = vocabulary_on_paper(directory.vocabulary, messages.gettext) if messages.of_paper else None
    values["vocabulary"] = own or translated_vocabulary(directory.vocabulary, messages)
    values["places"] = _translated_places(directory.places, messages)
    name = directory.settings.names.get(messages.language, directory.settings.name)
    values["settings"] = replace(directory.settings, name=name)
    return _SameDirectory(**values, original=directory)


def _translated_places(places: Places, messages: Messages) -> Places:
    states = {code: _state(state, messages) for code, state in places.states.items()}
    counties = {fips: _county(county, messages) for fips, county in places.counties.items()}
    if messages.of_paper:
        # Guam is a state and a county.
        whole = {code: state.name for code, state in places.states.items()}
        alike = {fips: county for fips, county in counties.items() if bare(county.full_name) == whole[county.state]}
        counties |= {fips: replace(county, full_name=states[county.state].name) for fips, county in alike.items()}
    values = {part.name: getattr(places, part.name) for part in fields(Places)}
    return _SamePlaces(**{**values, "states": states, "counties": counties}, original=places)


def _state(state: State, messages: Messages) -> State:
    name = messages.optional(STATE, state.name)
    return replace(state, name=messages.foreign(name) if name == state.name else name)


def _county(county: County, messages: Messages) -> County:
    """`Denver County` -> `Condado de Denver`; a name of no known kind as it stands."""
    message = _KINDS_OF_COUNTY.get(county.full_name.removeprefix(county.name).strip())
    if message is None:
        return replace(county, full_name=messages.foreign(county.full_name)) if messages.of_paper else county
    return replace(county, full_name=messages.gettext(message) % {"name": messages.foreign(county.name)})
