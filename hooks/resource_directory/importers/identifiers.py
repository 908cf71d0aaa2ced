"""Ids of drafts: from their names, plus the town where the name alone does not tell them apart.

An id depends on the drafts together, never on their order: whenever two would have the same id, both take the next,
longer form. Ids that exist already are kept by `matched`.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from slugify import slugify

from resource_directory.importers.cleaning import name_key
from resource_directory.importers.drafts import Draft
from resource_directory.model import Record
from resource_directory.vocabulary import Vocabulary

LONGEST_ID = 80
#: Words that are in the names of many organisations. A name made of them alone tells nobody which one is meant.
_COMMON = """
    a adult and at authority behavioral campus care center centers central centre clinic clinics coalition community
    comprehensive convenient county dental department district downtown east elementary enrollment family for health
    healthcare high hospital house housing inc integrated legal llc main medical medicine mental middle mobile network
    north northeast northwest nutrition of office on outreach pediatric pediatrics pharmacy place primary program
    project public recuperative regional resource safe sanctuary school schools service services site south southeast
    southwest street student support the unit urgent van wellness west wic women womens youth s 1 2 3 4 5 i ii iii
"""
COMMON_WORDS = frozenset(_COMMON.split())


def slug(text: str, longest: int = LONGEST_ID) -> str:
    """Lower-case ASCII words joined by hyphens, cut at a word: `People's Clinic` -> `peoples-clinic`."""
    plain = text.replace("'", "").replace("’", "").replace("&", " and ")
    return str(slugify(plain, max_length=longest, word_boundary=True, save_order=True))


def _joined(*parts: str) -> str:
    """The parts with hyphens, the first cut so that all fit; a part that ends the first already is not repeated."""
    first, *rest = parts
    rest = [part for part in rest if part and not f"-{first}-".endswith(f"-{part}-")]
    tail = "".join(f"-{part}" for part in rest)
    return slug(first, LONGEST_ID - len(tail)) + tail if first else tail.lstrip("-")


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:6]


@dataclass(frozen=True)
class _Naming:
    vocabulary: Vocabulary
    unfit: re.Pattern[str]

    def forms(self, draft: Draft) -> Sequence[str]:
        """Ids from the shortest to the surest. The last holds the register's code or a digest, so that it is unique."""
        if draft.fixed_id:
            return (draft.fixed_id,)
        name, city, state = slug(str(draft.data["name"])), slug(draft.city), draft.state.lower()
        code = slug(draft.code) or _digest(draft.key)
        usable = bool(name) and self.unfit.search(name) is None
        if not usable:
            neutral = slug(draft.neutral or self.vocabulary.types[draft.type].neutral)
            forms = [] if draft.code else [_joined(neutral, state)]
            forms += [_joined(neutral, state, code), _joined(neutral, state, code, _digest(draft.key))]
        else:
            forms = [name] if set(name.split("-")) - COMMON_WORDS else []
            if city:
                forms += [_joined(name, city), _joined(name, city, state)]
            forms += [_joined(name, state), _joined(name, code), _joined(name, code, _digest(draft.key))]
        return tuple(form for form in dict.fromkeys(forms) if self.unfit.search(form) is None) or (_digest(draft.key),)


def assign(
    drafts: Iterable[Draft], vocabulary: Vocabulary, unfit: re.Pattern[str], taken: Set[str] = frozenset()
) -> dict[str, str]:
    """Ids by the drafts' keys, all different, none of `taken`, none matching `unfit`. The same in any order."""
    naming = _Naming(vocabulary, unfit)
    forms = {draft.key: naming.forms(draft) for draft in drafts}
    level = dict.fromkeys(forms, 0)
    while clashing := _clashing(forms, level, taken):
        for key in clashing:
            level[key] += 1
            if level[key] >= len(forms[key]):
                forms[key] = (*forms[key], _joined(forms[key][-1], _digest(f"{key}#{level[key]}")))
    return {key: forms[key][level[key]] for key in forms}


def _clashing(forms: Mapping[str, Sequence[str]], level: Mapping[str, int], taken: Set[str]) -> list[str]:
    users: dict[str, list[str]] = defaultdict(list)
    for key, choices in forms.items():
        users[choices[level[key]]].append(key)
    return [key for form, keys in users.items() if len(keys) > 1 or form in taken for key in keys]


@dataclass(frozen=True)
class Named:
    """Ids by the drafts' keys, and the paths of records that exist already, by the same keys."""

    ids: Mapping[str, str]
    existing: Mapping[str, str]


def name_drafts(
    drafts: Sequence[Draft], existing: Mapping[str, Record], vocabulary: Vocabulary, unfit: re.Pattern[str]
) -> Named:
    """Every draft's id: that of the record that exists already, or a new one.

    A record is found by a registry number within its type, else by the id that the draft would get, else by its name
    where one record alone of that type and state has it. `existing` are all records of the repository, by path.
    """
    first = assign(drafts, vocabulary, unfit)
    matched = _match(drafts, first, existing)
    taken = {record.id for record in existing.values()} | {
        old for record in existing.values() for old in record.former_ids or ()
    }
    ids = {key: existing[path].id for key, path in matched.items()}
    fresh = [draft for draft in drafts if draft.key not in matched]
    # Names that only clash with records matched to the same drafts keep the form they had in `assign`.
    clashing = {draft.key for draft in fresh if first[draft.key] in taken}
    ids |= {draft.key: first[draft.key] for draft in fresh if draft.key not in clashing}
    again = [draft for draft in fresh if draft.key in clashing]
    return Named(ids | assign(again, vocabulary, unfit, taken | set(first.values())), matched)


def _match(drafts: Sequence[Draft], first: Mapping[str, str], existing: Mapping[str, Record]) -> dict[str, str]:
    by_number, by_id, by_name = _indexed(existing)
    matched: dict[str, str] = {}
    used: set[str] = set()
    for draft in sorted(drafts, key=lambda draft: draft.key):
        numbers = [(draft.type, entry["registry"], entry["id"]) for entry in draft.data.get("registry_ids", ())]
        ways = [by_number.get(number) for number in numbers]
        own = by_id.get((draft.type, first[draft.key]))
        # A record with numbers of its own in the same register is another organisation, whatever its name.
        if own and not _other_number(existing[own], numbers):
            ways.append(own)
        if not numbers:
            same = by_name.get((draft.type, draft.state.lower(), name_key(str(draft.data["name"]))), [])
            ways.append(same[0] if len(same) == 1 else None)
        if path := next((path for path in ways if path and path not in used), None):
            matched[draft.key] = path
            used.add(path)
    return matched


def _other_number(record: Record, numbers: Sequence[tuple[str, str, str]]) -> bool:
    registries = {registry for _, registry, _ in numbers}
    return any(entry.registry in registries for entry in record.registry_ids or ())


def _indexed(
    existing: Mapping[str, Record],
) -> tuple[dict[tuple[str, str, str], str], dict[tuple[str, str], str], dict[tuple[str, str, str], list[str]]]:
    by_number: dict[tuple[str, str, str], str] = {}
    by_id: dict[tuple[str, str], str] = {}
    by_name: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for path, record in sorted(existing.items()):
        by_id[record.type, record.id] = path
        by_name[record.type, path.split("/")[2], name_key(record.name)].append(path)
        for entry in record.registry_ids or ():
            by_number.setdefault((record.type, entry.registry, entry.id), path)
    return by_number, by_id, by_name
