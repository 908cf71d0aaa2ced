"""Who keeps which entries true, read from `data/vocab/partners.yml`, and GitHub's file of code owners made from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from resource_directory.vocabulary import VocabularyError
from resource_directory.yaml_nodes import compose_file

FILE = "data/vocab/partners.yml"
CODE_OWNERS = ".github/CODEOWNERS"
#: What only maintainers look after: the words and rules that decide what is published, and what runs by itself.
_MACHINERY = ("/.github/", "/data/vocab/", "/hooks/", "/scripts/", "/overrides/", "/Makefile", "/mkdocs.yml")
#: Entries of which a maintainer sees every change, whoever keeps them.
_PROTECTED = "domestic_violence"

#: A user (`@name`) or a team (`@organization/team`), as GitHub allows them.
Handle = Annotated[str, Field(pattern=r"^@[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})(?:/[A-Za-z0-9][A-Za-z0-9._-]{0,99})?$")]
_Code = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$")]


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Partner(_Frozen):
    """One partner. With `states` and `types` it keeps those types in those states; `ids` come on top."""

    code: _Code
    name: str = Field(min_length=1, max_length=200)
    #: None where the partner is not on GitHub: then the maintainers are asked.
    code_owners: tuple[Handle, ...] = ()
    states: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    ids: tuple[_Code, ...] = ()

    def keeps(self, path: str) -> bool:
        """Whether it keeps the entry at `data/resources/<state>/<type>/<id>.yml`."""
        state, type_code, name = PurePosixPath(path).parts[-3:]
        if name.removesuffix(".yml") in self.ids:
            return True
        by_place = state in self.states or not self.states
        return bool(self.states or self.types) and by_place and (type_code in self.types or not self.types)


class Keepers(_Frozen):
    """All who keep entries."""

    maintainers: tuple[Handle, ...] = ()
    partners: tuple[Partner, ...] = ()

    def of(self, path: str) -> tuple[Partner, ...]:
        """The partners that keep an entry, in the file's order."""
        return tuple(partner for partner in self.partners if partner.keeps(path))


@dataclass(frozen=True)
class KnownNames:
    """What partners may name. `ids` is None where it is not looked at."""

    states: Collection[str]
    types: Collection[str]
    ids: Collection[str] | None = None


def load_keepers(file: Path, known: KnownNames) -> Keepers:
    """Reads the file of partners. Raises VocabularyError with every problem, each with its line."""
    composed = compose_file(file, FILE)
    if composed.problems:
        raise VocabularyError(list(composed.problems))
    try:
        found = Keepers.model_validate(composed.data)
    except ValidationError as error:
        faults = [(tuple(e["loc"]), f"{'.'.join(map(str, e['loc']))}: {e['msg']}.") for e in error.errors()]
        raise VocabularyError([composed.problem(at, "E204", words, _mend(at)) for at, words in faults]) from error
    if problems := [composed.problem(at, "E204", words, fix) for at, words, fix in _mistakes(found, known)]:
        raise VocabularyError(problems)
    return found


def _mend(at: tuple[str | int, ...]) -> str:
    if {"maintainers", "code_owners"} & set(at):
        return "Write a user as '@name' and a team as '@organization/team', in quotes."
    return "Known are code, name, code_owners, states, types and ids."


_Mistake = tuple[tuple[str | int, ...], str, str]


def _mistakes(found: Keepers, known: KnownNames) -> Iterator[_Mistake]:
    """(location, message, fix) of every name that names nothing, or stands twice."""
    codes = set[str]()
    for index, partner in enumerate(found.partners):
        at = ("partners", index)
        if partner.code in codes:
            yield (*at, "code"), f"The code '{partner.code}' stands twice.", "Choose another."
        codes.add(partner.code)
        if not (partner.states or partner.types or partner.ids):
            yield at, f"The partner '{partner.code}' keeps nothing.", "Name states, types or ids, or delete it."
        yield from _unknown(
            (*at, "states"), partner.states, known.states, "state", "Use its letters, such as co, or us."
        )
        yield from _unknown((*at, "types"), partner.types, known.types, "type", "Use a code of data/vocab/types.yml.")
        if known.ids is not None:
            yield from _unknown(
                (*at, "ids"), partner.ids, known.ids, "record's id", "Use the file's name without .yml."
            )


def _unknown(
    at: tuple[str | int, ...], names: tuple[str, ...], known: Collection[str], what: str, fix: str
) -> Iterator[_Mistake]:
    for index, name in enumerate(names):
        if name not in known:
            yield (*at, index), f"'{name}' is not a {what}.", fix
        elif name in names[:index]:
            yield (*at, index), f"'{name}' stands twice.", "Keep one of the two."


def code_owners(keepers: Keepers) -> str:
    """GitHub's file of code owners. The last line that matches a file decides, so the narrower lines come later.

    Form: https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
    """
    lines = [f"# Generated from {FILE} by `make generate`. Do not edit. The last line that matches decides."]
    if not keepers.maintainers and not any(partner.code_owners for partner in keepers.partners):
        return "\n".join([*lines, "# Nobody is named there yet."]) + "\n"
    if keepers.maintainers:
        lines.append(_line("*", keepers.maintainers))
    for pattern, owners in _patterns(keepers).items():
        lines.append(_line(pattern, owners))
    if keepers.maintainers:
        lines += [_line(pattern, keepers.maintainers) for pattern in _MACHINERY]
    return "\n".join(lines) + "\n"


def _line(pattern: str, owners: Collection[str]) -> str:
    return f"{pattern} {' '.join(dict.fromkeys(owners))}"


def _patterns(keepers: Keepers) -> Mapping[str, tuple[str, ...]]:
    """Owners by pattern: whole states, types everywhere, types in a state, single entries.

    Where one partner keeps a state and another a type, both are named for that type in that state.
    """
    own = [partner for partner in keepers.partners if partner.code_owners]
    states = [state for partner in own if not partner.types for state in partner.states]
    types = [code for partner in own if not partner.states for code in partner.types]
    pairs = [(state, code) for partner in own if partner.types for state in partner.states for code in partner.types]
    pairs += [(state, code) for state in states for code in types]
    # Protected programs have lines of their own wherever a state's line would take them from the maintainers.
    pairs += [(state, _PROTECTED) for state in states]
    found: dict[str, tuple[str, ...]] = {}
    for state in sorted(set(states)):
        found[f"/data/resources/{state}/"] = _owners(own, state=state)
    for code in sorted(set(types)):
        found[f"/data/resources/*/{code}/"] = _with_maintainers(keepers, code, _owners(own, type_code=code))
    for state, code in sorted(set(pairs)):
        owners = _owners(own, state=state, type_code=code)
        found[f"/data/resources/{state}/{code}/"] = _with_maintainers(keepers, code, owners)
    single: dict[str, list[str]] = defaultdict(list)
    for partner in own:
        for key in partner.ids:
            single[key] += partner.code_owners
    # Who keeps a single entry speaks for itself: a maintainer looks at what it says of itself.
    for key in sorted(single):
        found[f"/data/resources/*/*/{key}.yml"] = (*single[key], *keepers.maintainers)
    return found


def _owners(partners: Collection[Partner], state: str = "", type_code: str = "") -> tuple[str, ...]:
    """Owners of a state's entries, of a type's everywhere, or of a type's in a state."""
    named = [
        partner
        for partner in partners
        if (partner.states or partner.types)
        and (not partner.states or state in partner.states)
        and (not partner.types or type_code in partner.types)
    ]
    return tuple(owner for partner in named for owner in partner.code_owners)


def _with_maintainers(keepers: Keepers, type_code: str, owners: tuple[str, ...]) -> tuple[str, ...]:
    return (*owners, *keepers.maintainers) if type_code == _PROTECTED else owners
