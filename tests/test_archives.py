"""Compressed files joined from pieces are what other programs take for ordinary ones."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resource_directory.exports.archives import EMPTY, gzip_file, piece, zip_file

TEXTS = st.lists(st.binary(max_size=3000), max_size=6)


@given(TEXTS)
def test_pieces_are_one_gzip_file_of_one_member(texts: list[bytes]) -> None:
    opened = zlib.decompressobj(zlib.MAX_WBITS | 16)
    assert opened.decompress(gzip_file(map(piece, texts))) == b"".join(texts)
    assert opened.eof and opened.unused_data == b""


@given(st.dictionaries(st.text("abcäß.-_/0", min_size=1, max_size=20), TEXTS, max_size=5))
def test_pieces_are_one_entry(contents: dict[str, list[bytes]]) -> None:
    made = zip_file({name: [piece(text) for text in texts] for name, texts in contents.items()})
    with zipfile.ZipFile(io.BytesIO(made)) as opened:
        assert opened.testzip() is None
        assert {name: opened.read(name) for name in opened.namelist()} == {
            name: b"".join(texts) for name, texts in contents.items()
        }


def test_nothing_tells_when_or_where() -> None:
    made = zip_file({"a.csv": [piece(b"id\n"), EMPTY, piece(b"1\n")]})
    assert made == zip_file({"a.csv": [piece(b"id\n"), piece(b"1\n")]})
    with zipfile.ZipFile(io.BytesIO(made)) as opened:
        assert opened.infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)
        assert opened.infolist()[0].external_attr >> 16 == 0o100644


@pytest.mark.skipif(shutil.which("unzip") is None, reason="unzip is not installed")
def test_unzip_finds_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "x.zip"
    file.write_bytes(zip_file({"datapackage.json": [piece(b"{}")], "a.csv": [piece(b"id\n" * 9999), piece(b"1\n")]}))
    subprocess.run(["unzip", "-tq", str(file)], check=True, capture_output=True)
