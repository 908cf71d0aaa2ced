"""Paper set by Typst: data in, a tagged PDF out (PDF/UA-1, ISO 14289-1). The same data and day give the same bytes."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cached_property
from pathlib import Path
from typing import Any

import pikepdf
import typst

from resource_directory.sheets.fitting import FAMILY, FONTS, Letters, font_files

JSON = dict[str, Any]
#: The standard of accessible documents; with it Typst refuses pictures without words, and letters without a glyph.
STANDARD: typst.PDFStandard = "ua-1"


class CannotSet(Exception):
    """A sheet cannot be set; the message says which, and why."""


@dataclass(frozen=True)
class Setter:
    """Sets paper. Fonts are read once and kept; a setter serves one process."""

    #: The folder of the templates, and `node_modules`.
    templates: Path
    node_modules: Path
    _compilers: dict[str, typst.Compiler] = field(default_factory=dict, repr=False)

    @cached_property
    def letters(self) -> Letters:
        return Letters(*font_files(self.node_modules))

    @cached_property
    def _fonts(self) -> typst.Fonts:
        font_files(self.node_modules)
        folders = [str(self.node_modules / folder) for folder in FONTS]
        return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)

    def pdf(self, template: str, data: JSON, day: date) -> bytes:
        """A document of a template (`sheet`) with the data. Raises CannotSet."""
        self._every_letter(data)
        text = json.dumps({**data, "fonts": [FAMILY]}, ensure_ascii=False, sort_keys=True)
        made = int(datetime.combine(day, time(), UTC).timestamp())
        try:
            found = self._compiler(template).compile(
                format="pdf", sys_inputs={"data": text}, pdf_standards=STANDARD, timestamp=made
            )
        except typst.TypstError as error:
            raise CannotSet(f"{data.get('name', template)}: {error}") from error
        assert isinstance(found, bytes)
        return packed(found)

    def _compiler(self, template: str) -> typst.Compiler:
        if template not in self._compilers:
            self._compilers[template] = typst.Compiler(
                str(self.templates / f"{template}.typ"), root=str(self.templates), font_paths=self._fonts
            )
        return self._compilers[template]

    def _every_letter(self, data: JSON) -> None:
        if set().union(*texts_of(data)) <= self._known:
            return
        for text in texts_of(data):
            missing = sorted(set(text) - self._known)
            if missing:
                told = ", ".join(f"{letter!r} (U+{ord(letter):04X})" for letter in missing)
                raise CannotSet(f"{data.get('name', '')}: the font has no {told}, which stands in '{text[:60]}'.")

    @cached_property
    def _known(self) -> frozenset[str]:
        return self.letters.known | {"\n"}


def texts_of(data: Any) -> Iterator[str]:
    """All that is read; not pictures."""
    if isinstance(data, str):
        if not data.startswith("<svg"):
            yield data
    elif isinstance(data, Mapping):
        for value in data.values():
            yield from texts_of(value)
    elif isinstance(data, (list, tuple)):
        for value in data:
            yield from texts_of(value)


def packed(pdf: bytes) -> bytes:
    """The same document with its objects in compressed streams (PDF 1.5): two thirds of the bytes. Its tags are half of
    it, and Typst writes them in the open."""
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(made, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return made.getvalue()


def page_count(pdf: bytes) -> int:
    """How many pages a document of ours has."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return len(document.pages)
