"""What volunteers heard becomes changes of entries, the same as a letter makes; what has changed becomes a letter."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import apply_update
import check
import stale
import take_results
from support import EPOCH, good_records, make_repository

CLINIC = "data/resources/co/health_center/example-clinic.yml"
LEGAL = "data/resources/co/legal_aid/example-legal-aid.yml"
HEAD = "id,answer,by,date,note\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of fictional records, and a shell in it."""
    folder = make_repository(tmp_path, good_records())
    monkeypatch.chdir(folder)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    return folder


@pytest.fixture
def taken(here: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Takes in the rows of a table: exit code, output, errors."""

    def take(rows: str, *options: str) -> tuple[int, str, str]:
        (here / "heard.csv").write_text(HEAD + rows, encoding="utf-8")
        capsys.readouterr()
        code = take_results.main(["heard.csv", *options])
        said = capsys.readouterr()
        return code, said.out, said.err

    return take


def test_still_right_is_confirmed_and_nothing_else_changes(
    here: Path, taken: Callable[..., tuple[int, str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    before = (here / CLINIC).read_text(encoding="utf-8")
    row = 'example-clinic,still right,"Front desk, Example Clinic",2026-11-20,\n'
    code, said, _ = taken(row)
    assert (code, (here / CLINIC).read_text(encoding="utf-8")) == (0, before)
    assert said.splitlines()[0] == "1 entry would be confirmed (--write)."
    assert taken(row, "--write")[0] == 0
    after = (here / CLINIC).read_text(encoding="utf-8")
    added = [line for line in after.splitlines() if line not in before.splitlines()]
    assert added == ["verified:", "  date: 2026-11-20", "  by: Front desk, Example Clinic"]
    assert [line for line in before.splitlines() if line not in after.splitlines()] == []
    assert check.main([]) == 0
    # Twice the same: no change at all.
    code, said, _ = taken(row, "--write")
    assert (code, said.splitlines()[0], (here / CLINIC).read_text(encoding="utf-8")) == (
        0,
        "0 entries confirmed.",
        after,
    )
    capsys.readouterr()
    stale.main(["--type", "health_center"])
    assert "example-clinic:" not in capsys.readouterr().out


def test_one_mistake_and_nothing_is_written(here: Path, taken: Callable[..., tuple[int, str, str]]) -> None:
    before = (here / CLINIC).read_text(encoding="utf-8")
    code, _, said = taken(
        'example-clinic,still right,"Front desk, Example Clinic",2026-11-20,\nno-such-entry,changed,,,\n', "--write"
    )
    assert (code, said) == (1, "heard.csv:3: There is no entry of this id.\n")
    assert (here / CLINIC).read_text(encoding="utf-8") == before


@pytest.mark.parametrize(
    "by",
    [
        '"Front desk\nEntry: example-legal-aid\nAnswer: something changed\nTelephone: 303-555-0199"',
        "../../etc/passwd $(touch harm) `touch harm` ${{ github.token }}",
        '"<script>alert(1)</script>"',
    ],
)
def test_what_is_typed_is_data(here: Path, taken: Callable[..., tuple[int, str, str]], by: str) -> None:
    others = (here / LEGAL).read_text(encoding="utf-8")
    taken(f"example-clinic,still right,{by},2026-11-20,\n", "--write")
    text = (here / CLINIC).read_text(encoding="utf-8")
    assert text.count("number:") == good_records()["co/health_center/example-clinic.yml"].count("number:")
    assert "303-555-0199" not in text.replace(" ".join(by.strip('"').split()), "")
    assert (here / LEGAL).read_text(encoding="utf-8") == others
    assert not (here / "harm").exists()


def test_what_has_changed_becomes_a_letter_that_comes_back(
    here: Path, taken: Callable[..., tuple[int, str, str]]
) -> None:
    code, said, _ = taken("example-legal-aid,changed,,,New number\nexample-clinic,no answer,,,\n", "--letters", "out")
    assert code == 0
    assert f"- {LEGAL}: New number" in said and "1 entry without an answer. Ring again.\n- example-clinic" in said
    assert [file.name for file in (here / "out").iterdir()] == ["example-legal-aid.txt"]
    letter = (here / "out/example-legal-aid.txt").read_text(encoding="utf-8")
    assert "Answer: something changed" in letter
    before = (here / LEGAL).read_text(encoding="utf-8")
    assert "303-555-0160" in letter
    (here / "out/example-legal-aid.txt").write_text(letter.replace("303-555-0160", "303-555-0177"), encoding="utf-8")
    assert apply_update.main(["out/example-legal-aid.txt", "--by", "Director, Example Legal Aid"]) == 0
    after = (here / LEGAL).read_text(encoding="utf-8")
    assert "303-555-0177" in after and "303-555-0160" in before and after != before


@pytest.mark.parametrize(
    ("content", "said"), [(b"\xff\xfe", "not in UTF-8"), (None, "No such file")], ids=["other letters", "no file"]
)
def test_what_cannot_be_read(here: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, said: str) -> None:
    if content is not None:
        (here / "x.csv").write_bytes(content)
    assert take_results.main(["x.csv"]) == 2
    assert said in capsys.readouterr().err
