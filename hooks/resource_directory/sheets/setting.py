"""Paper set by Typst: data in, a tagged PDF out (PDF/UA-1, ISO 14289-1). The same data and day give the same bytes."""

from __future__ import annotations

import io
import os
import re
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal, NamedTuple

import deflate
import numpy as np
import orjson
import pikepdf
import typst

from resource_directory.messages import bare
from resource_directory.record_cache import digest
from resource_directory.sheets import drawing
from resource_directory.sheets.drawing import code_png
from resource_directory.sheets.fitting import NOTO, Family, Letters, font_files
from resource_directory.sheets.kept import Kept

JSON = dict[str, Any]
#: The template that puts the kinds together.
TEMPLATE = "paper.typ"
#: The standard of accessible documents; with it Typst refuses pictures without words, and letters without a glyph.
STANDARD: typst.PDFStandard = "ua-1"
#: That of documents without tags.
_UNTAGGED: typst.PDFStandard = "1.7"
#: Documents after which Typst forgets: https://docs.rs/comemo (evict).
_FORGOTTEN_AFTER = 12


#: How a TrueType font begins, and its tables that say what it is called.
_TRUETYPE = b"\0\1\0\0"
_NOT_IN_PDF = frozenset({b"name", b"post"})
#: A backslash in a string, and what stands for it meanwhile: not an escape that there is (ISO 32000-1, 7.3.4.2).
_BACKSLASH, _MEANWHILE = b"\\\\", b"\\S"
#: The digits of a byte written in octal, from its backslash; and bytes that may stand as they are, as few others occur.
_OCTAL = np.array([1, 2, 3])
_AS_THEY_ARE = np.array([code < 32 and code not in b"\n\r" for code in range(512)])
#: What JSON writes for letters that cannot be seen; not for the end of a row.
_CONTROL = re.compile(r"\\[bfrtu]")
#: A tag that only groups others, and what holds none of those.
_DIV = "/Div"
_LEAVES = frozenset({None, "/P", "/Span", "/H1", "/H2", "/Figure"})
_NOTHING = pikepdf.Array()
#: What the metadata keep.
_METADATA = (b"dc:title", b"dc:language", b"pdfuaid:part")
#: How hard libdeflate packs: 9 gives nearly a twentieth less than zlib; 10 gives a hundredth less, and takes twice as
#: long. And zlib, which packs the rest: 9 gives a three-hundredth less, and takes more than twice as long.
_LEVEL = 9
_ZLIB_LEVEL: Literal[6] = 6


class CannotSet(Exception):
    """A sheet cannot be set; the message says which, and why."""


class TooLong(CannotSet):
    """A document takes more pages than it may."""


class Pdf(NamedTuple):
    """A document, and the key under which it is kept; none where none is."""

    pdf: bytes
    key: str


@dataclass(frozen=True)
class Setter:
    """Sets paper. Fonts are read once and kept; a setter serves one process."""

    #: The folder of the templates, and `node_modules`.
    templates: Path
    node_modules: Path
    #: What has been set before, where it is kept.
    kept: Kept | None = None
    #: A letter is of the first of these that has it.
    families: tuple[Family, ...] = (NOTO,)

    @cached_property
    def letters(self) -> Letters:
        return Letters(*(font_files(self.node_modules, family) for family in self.families))

    @cached_property
    def _files(self) -> tuple[Path, ...]:
        return tuple(file for family in self.families for file in font_files(self.node_modules, family))

    @cached_property
    def _names(self) -> list[str]:
        return [family.name for family in self.families]

    @cached_property
    def _fonts(self) -> typst.Fonts:
        folders = [str(file.parent) for file in self._files]
        return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)

    def pdf(self, parts: Mapping[str, JSON], day: date, pages: int | None = None) -> Pdf:
        """A document of the parts: for each template (`sheet`) its data, one after another. Its title and language are
        those of the first. What has been set before is taken from the cache. Raises CannotSet, TooLong where it takes
        more than so many pages."""
        first = next(iter(parts.values()))
        told = [{"template": template, "fonts": self._names, **data} for template, data in parts.items()]
        data = {"title": first["title"], "language": first["language"], "parts": told}
        made = int(datetime.combine(day, time(), UTC).timestamp())
        key, found = "", None
        if self.kept is not None:
            key = self.kept.key(self.stamp, _text(data), made, pages)
            found = self.kept.found(key)
        if found is None:
            found = self._set(data, made, pages)
            if self.kept is not None:
                # Nothing is kept, too, of one that is too long.
                self.kept.keep(key, found)
        if not found:
            raise TooLong(f"{bare(first['name'])}: it takes more than {pages} pages.")
        return Pdf(found, key)

    def again(self, key: str) -> bytes | None:
        """The document that was kept under a key; None where it is no longer there."""
        return (self.kept.found(key) if self.kept is not None else None) or None

    def untagged(self, template: str, data: JSON, day: date) -> bytes:
        """A document without tags, for what is made of it. Raises CannotSet."""
        made = int(datetime.combine(day, time(), UTC).timestamp())
        part = {"template": template, "fonts": self._names, **data}
        told = {"title": data["title"], "language": data["language"], "parts": [part]}
        return self._set(told, made, tagged=False)

    def forget(self) -> None:
        """Lets go of what Typst remembers of documents, hundreds of MB after a long one: it forgets what it has not
        used in ten documents."""
        for _ in range(_FORGOTTEN_AFTER):
            typst.compile(b" ", font_paths=self._fonts, format="pdf")

    def _set(self, data: JSON, made: int, pages: int | None = None, *, tagged: bool = True) -> bytes:
        """The document; nothing where it takes more than so many pages."""
        self._every_letter(data["parts"])
        _begin()
        for part in data["parts"]:
            part["code"] = list(code_png(part["code"]))
        try:
            found = self._compiler.compile(
                format="pdf", sys_inputs={"data": _text(data)}, pdf_standards=STANDARD if tagged else _UNTAGGED,
                pdf_tags=tagged, timestamp=made,
            )  # fmt: skip
        except typst.TypstError as error:
            raise CannotSet(f"{bare(data['parts'][0]['name'])}: {error}") from error
        assert isinstance(found, bytes)
        return packed(found, pages)

    @cached_property
    def stamp(self) -> str:
        """Stands for all that a document's bytes depend on beside its data."""
        own = (Path(__file__), Path(drawing.__file__))
        files = (*sorted(self.templates.glob("*.typ")), *self._files, *own)
        versions = (f"{name} {version(name)}" for name in ("typst", "pikepdf", "deflate", "segno", "numpy"))
        return " ".join((*(digest(file.read_bytes()).hex() for file in files), *versions))

    @cached_property
    def _compiler(self) -> typst.Compiler:
        return typst.Compiler(str(self.templates / TEMPLATE), root=str(self.templates), font_paths=self._fonts)

    def _every_letter(self, data: Sequence[JSON]) -> None:
        text = _text(data)
        if set(text) <= self._known and not _CONTROL.search(text):
            return
        for text in texts_of(data):
            missing = sorted(set(text) - self._known)
            if missing:
                told = ", ".join(f"{letter!r} (U+{ord(letter):04X})" for letter in missing)
                raise CannotSet(f"{bare(data[0]['name'])}: the font has no {told}, which stands in '{text[:60]}'.")

    @cached_property
    def _known(self) -> frozenset[str]:
        return self.letters.known | {"\n"}


def _text(data: JSON | Sequence[JSON]) -> str:
    return orjson.dumps(data, option=orjson.OPT_SORT_KEYS).decode()


#: The processes that have set paper: this one, and those that it was forked from.
_begun: set[int] = set()


def has_begun() -> bool:
    """Whether this process has set paper. Then it has Typst's threads, and a child of it would wait for them for ever:
    threads do not live on in a child."""
    return os.getpid() in _begun


def _begin() -> None:
    if _begun and not has_begun():
        raise RuntimeError("This process was forked from one that had set paper: it would wait for ever.")
    _begun.add(os.getpid())


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


def packed(pdf: bytes, pages: int | None = None) -> bytes:
    """The same document in half of the bytes; nothing where it has more than so many pages. Typst writes its tags, half
    of a PDF, in the open: here they go into compressed streams (PDF 1.5), without those that only group others. What
    fonts tell to programs that install them goes, and what the metadata say beside the title, the language and the
    standard."""
    made = io.BytesIO()
    pikepdf.settings.set_flate_compression_level(_ZLIB_LEVEL)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        if pages is not None and len(document.pages) > pages:
            return b""
        document.Root.Metadata.write(_lean_metadata(document.Root.Metadata.read_bytes()))
        if "/StructTreeRoot" in document.Root:
            _ungroup(document.Root.StructTreeRoot)
        del document.docinfo["/Creator"]
        for stream, lean in _large_streams(document):
            small = deflate.zlib_compress(lean(stream.read_bytes()), _LEVEL)
            stream.write(bytes(small), filter=pikepdf.Name.FlateDecode)
        document.save(made, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return made.getvalue()


def _ungroup(parent: pikepdf.Object) -> None:
    """Puts what is in a grouping tag (Div) in its place, in the same order: it has no meaning of its own (ISO 32000-1,
    14.8.4.2)."""
    _settle(parent, *_inside(parent)[:2])


def _inside(parent: pikepdf.Object) -> tuple[list[pikepdf.Object], list[pikepdf.Object], bool]:
    """What a tag holds without grouping tags, the tags that were in these, and whether all that it holds is tags."""
    own = parent.get("/K", _NOTHING)
    held: list[pikepdf.Object] = []
    moved: list[pikepdf.Object] = []
    only_tags = True
    for part in own if isinstance(own, pikepdf.Array) else [own]:
        kind = _kind(part)
        if kind in _LEAVES:
            held.append(part)
            only_tags = only_tags and kind is not None
            continue
        inner, inner_moved, only_inner_tags = _inside(part)
        # One with attributes, or with content of its own, stays.
        if only_inner_tags and kind == _DIV and "/A" not in part:
            held += inner
            moved += inner
        else:
            _settle(part, inner, inner_moved)
            held.append(part)
    return held, moved, only_tags


def _settle(parent: pikepdf.Object, held: Sequence[pikepdf.Object], moved: Sequence[pikepdf.Object]) -> None:
    if moved:
        parent.K = pikepdf.Array(held)
        for part in moved:
            part.P = parent


def _kind(part: pikepdf.Object | int) -> str | None:
    """The kind of a tag; None of what is not: the number of what a page draws, or a dictionary that holds one."""
    return None if isinstance(part, int) or "/S" not in part else str(part.S)


def _large_streams(document: pikepdf.Pdf) -> Iterator[tuple[pikepdf.Object, Callable[[bytes], bytes]]]:
    """What pages draw, and the fonts, each with what makes it lean: nearly all bytes of a document. Asking for each of
    its objects takes longer."""
    fonts: dict[tuple[int, int], pikepdf.Object] = {}
    for page in document.pages:
        yield page.Contents, _plain
        for font in page.Resources.get("/Font", {}).values():
            fonts[font.objgen] = font
    for font in fonts.values():
        yield font.ToUnicode, bytes
        descriptor = font.DescendantFonts[0].FontDescriptor
        yield (descriptor.FontFile2, _lean) if "/FontFile2" in descriptor else (descriptor.FontFile3, bytes)


def _lean_metadata(packet: bytes) -> bytes:
    """An XMP packet (ISO 16684-1) of the title, the language and the standard alone."""
    found = [part for name in _METADATA for part in re.findall(b"<%s>.*?</%s>" % (name, name), packet, re.DOTALL)]
    names = (b' xmlns:dc="http://purl.org/dc/elements/1.1/"', b' xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"')
    return (
        b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""'
        + b"".join((*names, b">", *found))
        + b'</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    )


def _plain(drawing: bytes) -> bytes:
    """The same with the bytes of strings as they are, where they stand in octal (ISO 32000-1, 7.3.4.2)."""
    found = np.frombuffer(drawing.replace(_BACKSLASH, _MEANWHILE), dtype=np.uint8).copy()
    at = np.flatnonzero(found == _BACKSLASH[0])
    at = at[at + 3 < len(found)]
    digits = found[at[:, None] + _OCTAL].astype(np.int16) - ord("0")
    octal = ((digits >= 0) & (digits < 8)).all(axis=1)
    value = digits @ (64, 8, 1) * octal
    plain = octal & _AS_THEY_ARE[value]
    found[at[plain]] = value[plain]
    kept = np.ones(len(found), dtype=bool)
    kept[(at[plain, None] + _OCTAL).ravel()] = False
    return found[kept].tobytes().replace(_MEANWHILE, _BACKSLASH)


def _lean(stream: bytes) -> bytes:
    """A TrueType font without the tables that a PDF's reader does not need (ISO 32000-1, 9.9)."""
    if not stream.startswith(_TRUETYPE):
        return stream
    number = int.from_bytes(stream[4:6], "big")
    entries = [struct.unpack(">4sIII", stream[start : start + 16]) for start in range(12, 12 + 16 * number, 16)]
    kept = [entry for entry in entries if entry[0] not in _NOT_IN_PDF]
    head, body = stream[:4] + struct.pack(">H6x", len(kept)), b""
    for tag, checksum, start, length in kept:
        head += struct.pack(">4sIII", tag, checksum, 12 + 16 * len(kept) + len(body), length)
        body += stream[start : start + length] + bytes(-length % 4)
    return head + body
