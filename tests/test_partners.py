"""Who keeps which entries, and whom GitHub asks."""

from __future__ import annotations

import fnmatch
from pathlib import Path

import pytest

import generate
from resource_directory.partners import FILE, KnownNames, Partner, code_owners, load_keepers
from resource_directory.vocabulary import VocabularyError, load_vocabulary
from support import ROOT

KNOWN = KnownNames({"co", "wy", "us"}, {"legal_aid", "domestic_violence", "health_center"}, {"example-house"})
#: How partners are written: a fictional coalition's file.
EXAMPLE = """maintainers:
  - '@example-coalition/directory'
partners:
  - code: mountain-network
    name: Example Mountain Network
    code_owners: ['@example-mountain/editors']
    states: [co, wy]
  - code: law-partners
    name: Example Law Partners
    code_owners: ['@law-one', '@law-two']
    types: [legal_aid]
  - code: clinics-of-wyoming
    name: Example Clinics
    code_owners: ['@example-clinics']
    states: [wy]
    types: [health_center]
  - code: house
    name: Example House
    code_owners: ['@example-house']
    ids: [example-house]
  - code: by-mail
    name: Example Office that is not on GitHub
    states: [us]
"""


def load(folder: Path, text: str) -> tuple[str, object]:
    file = folder / "partners.yml"
    file.write_text(text, encoding="utf-8")
    keepers = load_keepers(file, KNOWN)
    return code_owners(keepers), keepers


def asked(owners: str, path: str) -> tuple[str, ...]:
    """Whom GitHub asks: the last line that matches."""
    found: tuple[str, ...] = ()
    for line in owners.splitlines():
        if line.startswith("#"):
            continue
        pattern, *names = line.split()
        stem = pattern.removeprefix("/")
        parts = zip(stem.rstrip("/").split("/"), path.split("/"), strict=False)
        inside = pattern.endswith("/") or stem.count("/") == path.count("/")
        if pattern == "*" or (inside and all(fnmatch.fnmatchcase(part, want) for want, part in parts)):
            found = tuple(names)
    return found


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("data/resources/co/health_center/a.yml", ("@example-mountain/editors",)),
        ("data/resources/co/legal_aid/a.yml", ("@example-mountain/editors", "@law-one", "@law-two")),
        ("data/resources/ak/legal_aid/a.yml", ("@law-one", "@law-two")),
        ("data/resources/wy/health_center/a.yml", ("@example-mountain/editors", "@example-clinics")),
        ("data/resources/ak/health_center/a.yml", ("@example-coalition/directory",)),
        ("data/resources/us/hotline/a.yml", ("@example-coalition/directory",)),
        ("data/resources/co/domestic_violence/a.yml", ("@example-mountain/editors", "@example-coalition/directory")),
        ("data/resources/co/domestic_violence/example-house.yml", ("@example-house", "@example-coalition/directory")),
        ("data/vocab/types.yml", ("@example-coalition/directory",)),
        (".github/workflows/site.yml", ("@example-coalition/directory",)),
        ("README.md", ("@example-coalition/directory",)),
    ],
)
def test_whom_github_asks(tmp_path: Path, path: str, names: tuple[str, ...]) -> None:
    assert asked(load(tmp_path, EXAMPLE)[0], path) == names


@pytest.mark.parametrize(
    ("states", "types", "ids", "kept"),
    [
        (("co",), (), (), ["co/legal_aid/a", "co/health_center/b"]),
        ((), ("legal_aid",), (), ["co/legal_aid/a", "wy/legal_aid/c"]),
        (("co",), ("legal_aid",), (), ["co/legal_aid/a"]),
        (("wy",), ("health_center",), ("b",), ["co/health_center/b"]),
        ((), (), ("c",), ["wy/legal_aid/c"]),
    ],
)
def test_what_a_partner_keeps(
    states: tuple[str, ...], types: tuple[str, ...], ids: tuple[str, ...], kept: list[str]
) -> None:
    partner = Partner(code="x", name="X", states=states, types=types, ids=ids)
    every = ("co/legal_aid/a", "co/health_center/b", "wy/legal_aid/c")
    assert [path for path in every if partner.keeps(f"data/resources/{path}.yml")] == kept


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("maintainers: ['example']\n", 1, "Write a user as '@name'"),
        ("maintainers: ['@a b']\n", 1, "Write a user as '@name'"),
        ("maintainers: []\npartners:\n- code: a\n  name: A\n", 3, "The partner 'a' keeps nothing."),
        ("partners:\n- code: a\n  name: A\n  states: [zz]\n", 4, "'zz' is not a state."),
        ("partners:\n- code: a\n  name: A\n  types: [legal_aid, legal_aid]\n", 4, "'legal_aid' stands twice."),
        ("partners:\n- code: a\n  name: A\n  ids: [nobody]\n", 4, "'nobody' is not a record's id."),
        (
            "partners:\n- code: a\n  name: A\n  states: [co]\n- code: a\n  name: B\n  states: [co]\n",
            5,
            "The code 'a' stands twice.",
        ),
        ("partners:\n- code: a\n  name: A\n  county: x\n", 4, "Known are code, name"),
    ],
)
def test_mistakes_are_told_with_their_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    with pytest.raises(VocabularyError) as caught:
        load(tmp_path, text)
    assert [(problem.path, problem.line) for problem in caught.value.problems] == [(FILE, line)]
    assert words in caught.value.problems[0].as_text()


def test_nobody_is_named_before_somebody_agreed(tmp_path: Path) -> None:
    assert load(tmp_path, "maintainers: []\npartners: []\n")[0].endswith("# Nobody is named there yet.\n")


def test_the_repository_s_own_file_is_sound_and_its_owners_are_up_to_date() -> None:
    path, text = generate.owners_file(ROOT, load_vocabulary(ROOT / "data/vocab"))
    assert (ROOT / path).read_text(encoding="utf-8") == text
