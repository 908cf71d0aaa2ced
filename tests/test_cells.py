"""Cells that a spreadsheet would run are made harmless, and come back as they were written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resource_directory.exports.cells import BEGINS_FORMULA, as_written, harmless


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        pytest.param("", "", id="empty"),
        pytest.param("Example House", "Example House", id="plain words"),
        pytest.param("=HYPERLINK(1)", "'=HYPERLINK(1)", id="equals"),
        pytest.param("+1-303-555-0100", "'+1-303-555-0100", id="plus"),
        pytest.param("- by phone", "'- by phone", id="minus"),
        pytest.param("@SUM(A1)", "'@SUM(A1)", id="at"),
        pytest.param("\t=1", "'\t=1", id="tab"),
        pytest.param("\r=1", "'\r=1", id="return"),
        pytest.param("'=1", "''=1", id="an apostrophe that was there"),
        pytest.param("''+1", "'''+1", id="two that were there"),
        pytest.param("'tis open", "'tis open", id="an apostrophe before a word"),
        pytest.param("a=b", "a=b", id="in the middle"),
    ],
)
def test_cells(text: str, cell: str) -> None:
    assert harmless(text) == cell
    assert as_written(cell) == text


@given(st.text(alphabet=st.one_of(st.sampled_from("'" + BEGINS_FORMULA), st.characters()), max_size=12))
def test_every_text_comes_back(text: str) -> None:
    cell = harmless(text)
    assert as_written(cell) == text
    assert not cell or cell[0] not in BEGINS_FORMULA
