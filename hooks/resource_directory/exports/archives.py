"""Compressed files put together from pieces that were compressed before.

A state's part of a file is compressed once. The file of the whole country joins those pieces as they are: a gzip file
may have several members (RFC 1952, 2.2), and a deflated stream several blocks (RFC 1951, 3.2.3). Nothing in them tells
when or where they were made, so that the same text gives the same bytes.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

#: Six of nine: a fifth smaller than one, in twice its time; nine takes twice as long again for a hundredth.
LEVEL = 6
#: An empty last block: what ends a deflated stream.
_END = b"\x03\x00"
#: The first day that a zip file can name, in its own units: 1 January 1980, midnight.
_DAY, _TIME = 0x21, 0
#: Needs version 2.0 to be read; names are UTF-8; deflated; the file may be read by all, on Unix.
_VERSION, _UTF8, _DEFLATED, _MADE_ON_UNIX, _MODE = 20, 0x800, 8, 3 << 8, 0o100644 << 16
_LARGEST = 0xFFFFFFFF


class Piece(NamedTuple):
    """A part of a file: its deflated blocks, none of them the last, and the length of the text in bytes."""

    deflated: bytes
    length: int


EMPTY = Piece(b"", 0)


def piece(text: bytes) -> Piece:
    """A text as blocks that stand anywhere in a deflated stream: they refer to nothing before them."""
    if not text:
        return EMPTY
    deflating = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    # A full flush ends at a whole byte, with a block that is not the last.
    return Piece(deflating.compress(text) + deflating.flush(zlib.Z_FULL_FLUSH), len(text))


def gzip_file(pieces: Iterable[Piece]) -> bytes:
    """A gzip file of one member, its pieces one after the other (RFC 1952)."""
    blocks, length, crc = _joined(pieces)
    # Deflated; no name, no time, no system.
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + blocks + struct.pack("<II", crc, length & _LARGEST)


def _joined(pieces: Iterable[Piece]) -> tuple[bytes, int, int]:
    """A whole deflated stream of pieces, the length of its text and the text's checksum (CRC-32)."""
    there = tuple(pieces)
    crc = 0
    for part in there:
        # Looking at a text again costs less than a tenth of what compressing it did. One at a time: all would be 90 MB.
        crc = zlib.crc32(zlib.decompressobj(-zlib.MAX_WBITS).decompress(part.deflated), crc)
    return b"".join((*(part.deflated for part in there), _END)), sum(part.length for part in there), crc


@dataclass(frozen=True)
class _Entry:
    name: bytes
    deflated: bytes
    length: int
    crc: int

    def described(self) -> bytes:
        """What the file says of an entry both before it and in its list of contents."""
        head = (_VERSION, _UTF8, _DEFLATED, _TIME, _DAY, self.crc, len(self.deflated), self.length, len(self.name))
        return struct.pack("<HHHHHIIIH", *head)


def zip_file(contents: Mapping[str, Iterable[Piece]]) -> bytes:
    """A zip file of the entries named, each its pieces one after the other (APPNOTE.TXT 6.3.10, 4.3).

    Raises ValueError for what would need the format's 64-bit form.
    """
    parts: list[bytes] = []
    listed: list[bytes] = []
    offset = 0
    for name, pieces in contents.items():
        entry = _entry(name, pieces)
        described = entry.described()
        local = b"PK\x03\x04" + described + struct.pack("<H", 0) + entry.name
        listed.append(
            b"PK\x01\x02" + struct.pack("<H", _MADE_ON_UNIX | _VERSION) + described
            + struct.pack("<HHHHII", 0, 0, 0, 0, _MODE, offset) + entry.name
        )  # fmt: skip
        parts += (local, entry.deflated)
        offset += len(local) + len(entry.deflated)
    directory = b"".join(listed)
    if offset + len(directory) > _LARGEST or len(listed) > 0xFFFF:
        raise ValueError(f"A zip file of {offset} bytes and {len(listed)} entries needs the 64-bit form.")
    end = struct.pack("<HHHHIIH", 0, 0, len(listed), len(listed), len(directory), offset, 0)
    return b"".join((*parts, directory, b"PK\x05\x06", end))


def _entry(name: str, pieces: Iterable[Piece]) -> _Entry:
    return _Entry(name.encode(), *_joined(pieces))
