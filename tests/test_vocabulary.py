"""The words of the directory: their cross references, their colours, and what a mistake in one says."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import material
import pytest

from resource_directory import answering
from resource_directory.loading import Sources
from resource_directory.model import RECORD_CLASSES, record_class
from resource_directory.secrecy import neutral_pattern
from resource_directory.vocabulary import Vocabulary, VocabularyError, load_vocabulary
from support import ROOT

PACKAGE = ROOT / "hooks/resource_directory"
ICONS = Path(next(iter(material.__path__))) / "templates/.icons"
#: Fields of a record, as importers write them, and the vocabularies their codes may be of.
FIELDS: dict[str, tuple[str, ...]] = {
    "type": ("types",),
    "services": ("services",),
    "programs": ("pha_programs", "rhy_programs", "at_programs"),
    "kinds": ("dv_kinds",),
    "administers": ("administers",),
    "practice_areas": ("practice_areas",),
    "health_services": ("health_services",),
    "setting": ("health_settings",),
    "registry": ("registries",),
    "purpose": ("phone_purposes",),
    "precision": ("precisions",),
    "role": ("contact_roles",),
}
#: What a rule may speak of.
SAID = {"trafficking_survivors", "hud_category_4", "ability_to_pay", "ages", "immigration_status"}


@pytest.fixture(scope="module")
def words(sources: Sources) -> Vocabulary:
    """The vocabularies of the repository."""
    return sources.vocabulary


def test_types_are_those_of_the_model(words: Vocabulary) -> None:
    assert list(words.types) == list(RECORD_CLASSES)


def test_no_code_stands_twice() -> None:
    """The loader keeps the last of two; so the files are read here by themselves."""
    for file in sorted((ROOT / "data/vocab").glob("*.yml")):
        name, groups = "", dict[tuple[str, str], list[str]]()
        for line in file.read_text(encoding="utf-8").splitlines():
            if found := re.match(r"(\w+):", line):
                name = found[1]
            if found := re.match(r"(\s*)- code: (\S+)$", line):
                groups.setdefault((name, found[1]), []).append(found[2])
        for where, codes in groups.items():
            assert sorted(codes) == sorted(set(codes)), f"{file.name}: {where}"


def test_codes_are_plain_words(words: Vocabulary) -> None:
    vocabularies = chain((words.types, words.needs, words.services), words.terms.values())
    codes = [code for vocabulary in vocabularies for code in vocabulary]
    assert [code for code in codes if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", code)] == []


def test_addresses_are_neutral_and_one_each(words: Vocabulary) -> None:
    pattern = neutral_pattern(words.neutral_words.all)
    partners = [partner.slug for partner in words.partnerships.partners]
    types, needs = [kind.slug for kind in words.types.values()], [need.slug for need in words.needs.values()]
    for group in (types, needs, partners):
        assert sorted(group) == sorted(set(group))
        assert [
            slug for slug in group if pattern.search(slug) or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
        ] == []


def test_words_of_titles_are_neutral(words: Vocabulary) -> None:
    pattern = neutral_pattern(words.neutral_words.all)
    titles = [entry.neutral for entry in words.types.values()] + [need.label for need in words.needs.values()]
    assert [title for title in titles if pattern.search(title)] == []


def test_icons_are_the_theme_s(words: Vocabulary) -> None:
    icons = [entry.icon for entry in words.types.values()] + [need.icon for need in words.needs.values()]
    assert [icon for icon in icons if not (ICONS / f"{icon}.svg").is_file()] == []


def contrast(one: str, other: str) -> float:
    """The contrast of two colours (WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio)."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_contrast_of_black_and_white_is_21() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


@pytest.mark.parametrize("code", RECORD_CLASSES)
def test_colours_can_be_seen(words: Vocabulary, code: str) -> None:
    assert contrast(words.types[code].colour, "#ffffff") >= 4.5
    assert contrast(words.types[code].colour_dark, "#1e2129") >= 4.5


def test_each_type_has_colours_of_its_own(words: Vocabulary) -> None:
    for name in ("colour", "colour_dark", "icon", "label", "plural", "neutral"):
        values = [getattr(entry, name) for entry in words.types.values()]
        assert len(set(values)) == len(values), name


def test_questions_ask_about_types_that_exist(words: Vocabulary) -> None:
    assert len(words.questions) == 8
    asked = [*words.questions, *words.beside]
    assert [q.code for q in asked if not q.types or not set(q.types) <= set(words.types)] == []
    codes = [question.code for question in asked]
    assert sorted(codes) == sorted(set(codes))
    assert set(answering._ANSWERS) <= set(codes)


def test_every_type_answers_a_question_or_has_reason_not_to(words: Vocabulary) -> None:
    """A record of a type that no question asks for stands on a county's page under "Others who serve this county"."""
    asked = {code for question in (*words.questions, *words.beside) for code in question.types}
    assert set(words.types) - asked == set()


def test_rules_name_types_and_programs_that_exist(words: Vocabulary) -> None:
    fields = ("rhy_programs", "pha_programs", "at_programs", "administers", "registries")
    programs = {"lsc"}.union(*(words.terms[name] for name in fields))
    codes = [rule.code for rule in words.rules]
    assert sorted(codes) == sorted(set(codes))
    for rule in words.rules:
        assert rule.types and set(rule.types) <= set(words.types), rule.code
        assert set(rule.programs) <= programs, rule.code
        assert set(rule.says_about) <= SAID, rule.code
        assert set(rule.says_about.values()) <= {"yes", "ask", "no"}, rule.code
        assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", rule.written), rule.code


def test_each_service_meets_one_need(words: Vocabulary) -> None:
    services = [service.code for need in words.needs.values() for service in need.services]
    assert sorted(services) == sorted(set(services)) and all(need.services for need in words.needs.values())


def vocabularies_in(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from (value for key, value in schema.items() if key == "x-vocabulary")
        yield from chain.from_iterable(map(vocabularies_in, schema.values()))
    elif isinstance(schema, list):
        yield from chain.from_iterable(map(vocabularies_in, schema))


def test_the_model_names_vocabularies_that_exist(words: Vocabulary) -> None:
    named = {name for code in words.types for name in vocabularies_in(record_class(code).model_json_schema())}
    assert len(named) > 10
    for name in named:
        assert words.codes(name)


def test_templates_name_vocabularies_that_exist(words: Vocabulary) -> None:
    text = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "overrides/directory").glob("*.html"))
    named = set(re.findall(r"(?:labels?|codes)\('(\w+)'", text))
    assert len(named) >= 8 and named <= {"types", "services", *words.terms}
    fields = re.findall(r"\(_\('[A-Z][^']*'\), '(\w+)', '(\w+)'\)", text)
    assert len(fields) >= 5
    for field, name in fields:
        assert name in words.terms and any(field in cls.model_fields for cls in RECORD_CLASSES.values())


def test_code_names_words_that_exist(words: Vocabulary) -> None:
    assert set(answering.HOUSING_SERVICES) <= set(words.services)
    assert set(answering._ASKED_ELSEWHERE) <= set(words.types)
    assert set(answering._VOCA) <= set(words.terms["administers"])
    assert {"mobile", "school"} <= set(words.terms["health_settings"])


def constants(node: ast.expr) -> Iterator[str]:
    """Texts written out in a value; what is worked out is not looked at."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.List | ast.Tuple | ast.Set):
        yield from chain.from_iterable(map(constants, node.elts))
    elif isinstance(node, ast.IfExp):
        yield from (*constants(node.body), *constants(node.orelse))


def codes_written(file: Path) -> Iterator[tuple[str, str]]:
    """(field, code) of every record field to which a module gives a code: in a dict's item or as a named argument."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value in FIELDS:
                    yield from ((str(key.value), code) for code in constants(value))
        elif isinstance(node, ast.keyword) and node.arg in FIELDS:
            yield from ((node.arg, code) for code in constants(node.value))


def test_importers_write_codes_that_exist(words: Vocabulary) -> None:
    found = {
        (field, code) for file in sorted((PACKAGE / "importers").glob("*.py")) for field, code in codes_written(file)
    }
    assert {field for field, _ in found} >= {"services", "kinds", "administers", "registry", "purpose"}
    unknown = [
        (field, code) for field, code in sorted(found) if not any(code in words.codes(name) for name in FIELDS[field])
    ]
    assert unknown == []


# A mistake in a vocabulary.

BREAKS: dict[str, tuple[str, str, str, list[str]]] = {
    "a field that is not known": (
        "types.yml", "slug: hud-offices", "sluug: hud-offices",
        ["data/vocab/types.yml:{line}:5: E204 types.9.sluug: Extra inputs are not permitted.", "E204 types.9.slug: Field required."],
    ),
    "a colour that is none": ("types.yml", "'#7F685B'", "brown", ["data/vocab/types.yml:{line}:5: E204 types.9.colour:"]),
    "a limit of no days": (
        "types.yml", "confirm_within_days: 90", "confirm_within_days: 0",
        ["data/vocab/types.yml:{line}:5: E204 types.0.confirm_within_days: Input should be greater than or equal to 1."],
    ),
    "a limit in words": (
        "types.yml", "confirm_within_days: 60", "confirm_within_days: two months",
        ["data/vocab/types.yml:{line}:5: E204 types.2.confirm_within_days: Input should be a valid integer"],
    ),
    "no limit": ("types.yml", "    confirm_within_days: 90\n", "", ["E204 types.0.confirm_within_days: Field required."]),
    "a word twice": ("types.yml", "slug: hud-offices", "code: hud-offices", ["data/vocab/types.yml:{line}:5: E104 'code' stands twice;"]),
    "no list": ("terms.yml", "precisions:\n", "precisions: x\nrest:\n", ["data/vocab/terms.yml:{line}:1: E204 'precisions'"]),
    "not YAML": ("questions.yml", "types: [hotline]", "types: [hotline", ["data/vocab/questions.yml:", "E103 This is not valid YAML"]),
    "a finder that is no address": (
        "questions.yml", "url: https://www.thehotline.org/", "url: thehotline.org",
        ["data/vocab/questions.yml:{line}:7: E204 questions.2.finder.url:"],
    ),
    "a guide that nobody wrote": (
        "partnerships.yml", "guides: [FN, LCHT, FWV, AE]\n  law:", "guides: [FN, XX]\n  law:",
        ["data/vocab/partnerships.yml:{line}:3: E204 'XX' is not one of the guides."],
    ),
    "a kind of partner for no type": (
        "partnerships.yml", "types: [legal_aid]", "types: [legal_aide]",
        ["data/vocab/partnerships.yml:{line}:5: E204 'legal_aide' is not a type."],
    ),
    "a type of two kinds of partner": (
        "partnerships.yml", "types: [legal_aid]", "types: [housing_authority]",
        ["data/vocab/partnerships.yml:{line}:5: E204 'housing_authority' is named twice."],
    ),
    "a kind of partner without cautions": (
        "partnerships.yml", "    cautions:\n      - text: Never tell a landlord why a tenant needs help.\n        guides: [FN]\n      - text: With", "    caution:\n      - text: With",
        ["partners.4.cautions: Field required."],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BREAKS)
def test_a_mistake_is_told_with_its_line(name: str, tmp_path: Path) -> None:
    file_name, old, new, expected = BREAKS[name]
    shutil.copytree(ROOT / "data/vocab", tmp_path / "vocab")
    file = tmp_path / "vocab" / file_name
    text = file.read_text(encoding="utf-8")
    assert old in text
    at = text.index(old)
    file.write_text(text[:at] + new + text[at + len(old) :], encoding="utf-8")
    with pytest.raises(VocabularyError) as caught:
        load_vocabulary(tmp_path / "vocab")
    said = "\n".join(problem.as_text() for problem in caught.value.problems)
    line = text.count("\n", 0, at) + 1
    for wanted in expected:
        assert wanted.format(line=line) in said


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data/vocab", tmp_path / "vocab")
    (tmp_path / "vocab/types.yml").unlink()
    with pytest.raises(VocabularyError, match=r"data/vocab/types\.yml:1:1: E108"):
        load_vocabulary(tmp_path / "vocab")
