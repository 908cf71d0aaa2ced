"""The reader of YAML: any bytes give data or problems, never a crash or a hang."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resource_directory.yaml_nodes import LARGEST_FILE, Composed, compose_bytes, compose_text

PIECES = st.sampled_from(
    ["a", "b: ", "- ", "? ", ": ", "[", "]", "{", "}", ",", "&x ", "*x", "<<: ", "!!str ", "!!python/name:os ", "|", ">", "|2-"]
    + ["'", '"', "#", "%YAML 9", "---", "...", "\n", "\n  ", "\n    ", "\t", "\r", "\0", "\x85", "\u2028", "\ufeff", "\u202e", "é", "no", "0x1", "~"]
)  # fmt: skip


def is_plain(value: object) -> bool:
    """Only dict, list, text and (for what was refused) None."""
    if isinstance(value, dict):
        return all(isinstance(key, str) and is_plain(inner) for key, inner in value.items())
    if isinstance(value, list):
        return all(map(is_plain, value))
    return value is None or isinstance(value, str)


def assert_sound(composed: Composed, size: int) -> None:
    assert is_plain(composed.data)
    for problem in composed.problems:
        assert 1 <= problem.line <= size + 2 and problem.column >= 1
        assert problem.code.startswith("E1") and problem.message and problem.fix


@settings(max_examples=400, deadline=2000)
@given(st.binary(max_size=400))
def test_any_bytes(content: bytes) -> None:
    assert_sound(compose_bytes(content, "x.yml"), len(content))


@settings(max_examples=600, deadline=2000, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PIECES, max_size=60).map("".join))
def test_any_yaml_like_text(text: str) -> None:
    assert_sound(compose_text(text, "x.yml"), len(text))


@pytest.mark.parametrize(
    "text",
    ["[" * 32000, "{" * 32000, "- " * 32000, "? " * 32000, "a: " * 20000, "[{" * 16000, "- [" * 20000, "!" * 60000]
    + [
        "\n".join(" " * n + "a:" for n in range(350)),
        "&a " * 20000,
        "'" * 59999,
        "- - ? - " * 8000,
        "\n".join(["- [[[["] * 9000),
    ],
    ids=lambda text: repr(text[:8]),
)
def test_large_nests_are_refused_without_a_crash(text: str) -> None:
    assert compose_text(text[:LARGEST_FILE], "x.yml").problems


def test_scalars_stay_the_text_they_are() -> None:
    data = compose_text("a: 02134\nb: no\nc: 10:00\nd: 1e3\ne: ~\nf: 2026-01-01\ng: '08031'\n", "x.yml").data
    assert data == {"a": "02134", "b": "no", "c": "10:00", "d": "1e3", "e": "~", "f": "2026-01-01", "g": "08031"}


def test_every_value_knows_its_line_and_column() -> None:
    composed = compose_text("name: A\nphones:\n- number: x\n  type: voice\n", "x.yml")
    assert composed.position(("phones", 0, "type")) == (4, 3)
    assert composed.position(("phones", 0)) == (3, 3)
    assert composed.position(("phones", 7, "number")) == (2, 1), "the nearest place around it"


def test_a_file_of_just_the_largest_size_is_read() -> None:
    text = "a: " + "x" * (LARGEST_FILE - 4) + "\n"
    assert not compose_bytes(text.encode(), "x.yml").problems
    assert [p.code for p in compose_bytes((text + " ").encode(), "x.yml").problems] == ["E102"]


@pytest.mark.parametrize("text", ["a: Q & A\n", "a: 'x *y'\n", "a: R&D *now\n", "a: 5 * 3 & 4\n"])
def test_marks_in_plain_text_are_not_anchors(text: str) -> None:
    assert not compose_text(text, "x.yml").problems
