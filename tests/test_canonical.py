"""The standard form: reads back as the same record, stays as it is, keeps comments safe."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from resource_directory.canonical import LINE_WIDTH, canonical_text, comment_lines, dump_canonical, record_data
from resource_directory.loading import Sources
from resource_directory.reading import find_files, map_files, read_bytes
from resource_directory.vocabulary import Vocabulary
from resource_directory.yaml_nodes import compose_text
from support import DAY, ROOT

GOOD = sorted((ROOT / "tests/records/good").rglob("*.yml"))

#: Letters and marks that nobody sees (Unicode's Default_Ignorable_Code_Point), which the reader refuses.
UNSEEN = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0" + "".join(
    map(chr, range(0xE0100, 0xE01F0))
)
#: What a record can hold: no control or direction character, no tab, one kind of line end.
ODD = st.text(
    st.one_of(
        st.sampled_from(list("#:-?[]{},&*!|>'\"%@`~=<. \n0123456789abeEfnoxXyYtT_+/\\") + ["é", "ü", "🏠", "\u00a0"]),
        st.characters(exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp", "Cn", "Co"), exclude_characters=UNSEEN),
    ),
    max_size=300,
)
#: Words that one or another edition of YAML takes for something else than text.
TRAPS = [
    "", " ", "yes", "no", "on", "off", "true", "False", "null", "Null", "~", "NULL", "y", "n", "2026-03-12", "2026-03-12 10:00:00",
    "10:00", "190:20:30", "1:30", "0", "007", "02134", "08031", "1_000", "1,000", "+1", "-5", "1e3", "1.5", ".5", "5.", "1.5e3",
    "1.5e+3", ".inf", "-.inf", ".Inf", ".nan", ".NaN", "0x1F", "0b101", "0o17", "1_000.5", "190:20:30.15", "=", "<<", "- a", "a: b",
    "a:", ": a", "#a", "a #b", "a#b", "'", '"', "it's", "[a]", "{a}", "*a", "&a", "!a", "!!str a", "|", ">", "%a", "@a", "`a", "?",
    "? a", "-", "---", "...", "--- a", "a\nb", "a\n\nb", "\na", "a\n", "a\n\n", " a\nb", "a\n  b\nc", "a \nb", "a\n#b", "a\n- b",
    "24/7", "Mo-Fr 09:00-17:00; PH off", "http://a.b/#c", "x" * 300, "word " * 60 + "end", "é" * 120, "a\u00a0b", "\u3000", "🏠",
]  # fmt: skip
#: These stay plain on purpose: YAML 1.2 editors take them as the text they are.
STAY_PLAIN = {"yes", "no", "Yes", "No", "YES", "NO", "2026-03-12", "2026-03-12 10:00:00"}


@pytest.mark.parametrize("file", GOOD, ids=lambda file: file.stem)
def test_round_trip(file: Path, sources: Sources) -> None:
    assert broken(f"data/resources/{'/'.join(file.parts[-3:])}", file=file, vocabulary=sources.vocabulary) == []


def test_every_real_record_makes_the_round_trip(sources: Sources) -> None:
    found = map_files(partial(broken, vocabulary=sources.vocabulary), list(find_files(ROOT)))
    assert [what for whats in found for what in whats] == []


def broken(path: str, *, vocabulary: Vocabulary, file: Path | None = None) -> list[str]:
    """What is not as it was when a record is written in the standard form and read again."""
    content = (file or ROOT / path).read_bytes()
    read = read_bytes(content, path, vocabulary, DAY).record
    if read is None:
        return [f"{path} cannot be read"]
    text = canonical_text(read).encode()
    again = read_bytes(text, path, vocabulary, DAY).record
    names = list(record_data(read))
    kept = {
        "text": text == content,
        "record": again == read and again is not None and again.model_fields_set == read.model_fields_set,
        "order": names == [name for name in type(read).model_fields if name in names],
    }
    return [f"{path}: {what}" for what, same in kept.items() if not same]


def assert_kept(text: str) -> None:
    """The text reads back as it was, alone, in a list and in depth; writing it again changes nothing."""
    data = {"a": text, "b": [text, "x"], "c": {"d": {"e": [{"f": text}]}}}
    written = dump_canonical(data)
    composed = compose_text(written, "x.yml")
    assert composed.problems == ()
    assert composed.data == data
    assert dump_canonical(composed.data) == written
    assert comment_lines(written) == []


@settings(max_examples=600, deadline=None)
@given(ODD)
@example("a\n# not a comment\nb")
@example("#\n")
@example("\n#\n\n #")
def test_any_text_reads_back(text: str) -> None:
    assert_kept(text)


@pytest.mark.parametrize("text", TRAPS, ids=repr)
def test_trap_reads_back(text: str) -> None:
    assert_kept(text)


@pytest.mark.parametrize("text", [trap for trap in TRAPS if trap not in STAY_PLAIN], ids=repr)
def test_no_other_reader_takes_a_text_for_something_else(text: str) -> None:
    """PyYAML's own reader keeps to YAML 1.1, the edition with the most surprises."""
    assert yaml.safe_load(dump_canonical({"a": text})) == {"a": text}


@pytest.mark.parametrize("word", sorted(STAY_PLAIN))
def test_yes_no_and_days_are_written_plain(word: str) -> None:
    assert dump_canonical({"a": word}) == f"a: {word}\n"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({"a": "08031"}, "a: '08031'\n"),
        ({"a": 12, "b": 97.5}, "a: 12\nb: 97.5\n"),
        ({"a": "one\ntwo"}, "a: |-\n  one\n  two\n"),
        ({"a": ["x", "y"]}, "a:\n- x\n- y\n"),
        ({"b": "x", "a": "y"}, "b: x\na: y\n"),
        ({"a": "Mayagüez"}, "a: Mayagüez\n"),
    ],
)
def test_the_form(data: dict[str, object], text: str) -> None:
    assert dump_canonical(data) == text


def test_long_texts_are_folded_at_words() -> None:
    lines = dump_canonical({"a": "word " * 100 + "end"}).splitlines()
    assert len(lines) > 4 and max(map(len, lines)) <= LINE_WIDTH + len("word")


def test_whole_numbers_and_days_of_a_record_are_plain(sources: Sources) -> None:
    text = (
        "id: x\ntype: continuum_of_care\nname: X\nsource:\n  publisher: P\n  retrieved: 2026-07-19\n"
        "beds:\n  year: 2024\n  emergency: 0\ncounties:\n- fips: '08031'\n  share: 100\n- fips: '08111'\n  share: 99.95\n"
    )
    read = read_bytes(text.encode(), "data/resources/co/continuum_of_care/x.yml", sources.vocabulary, date(2026, 7, 19))
    assert read.record is not None and canonical_text(read.record) == text


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a: 1\n", []),
        ("# top\na: 1\n", [1]),
        ("a: 1\n  # indented\nb: 2\n# end", [2, 4]),
        ("a: 1 # behind\n", [1]),
        ("a:   # behind a name\n- x  # behind an item\n- y\n", [1, 2]),
        ("a: 'x # y'\nb: \"# z\"\n", []),
        ("a: x#y\nb: http://a.b/#c\n", []),
        ("a: |\n  # text\n  more\nb: x\n", []),
        ("a: |  # behind the bar\n  # text\n", [1]),
        ("a: >-\n  one\n  # two\n", []),
        ("a: |\n  text\n# comment\nb: x\n", [3]),
        ("a: one\n  two # behind the second line\n", [2]),
        ("a: 'one\n  # two\n  three'\n", []),
        ("a: 'é🏠' # behind odd letters\n", [1]),
        ("a: [x, y] # behind a list\n", [1]),
        ("a: [x, # inside a list\n  y]\n", [1]),
    ],
)
def test_comments_are_found(text: str, lines: list[int]) -> None:
    assert comment_lines(text) == lines
