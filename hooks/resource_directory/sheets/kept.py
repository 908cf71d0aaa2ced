"""Documents that were set before, under the digest of all that they are made of. Safe to delete."""

from __future__ import annotations

import hashlib
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

#: Below the repository.
FOLDER = Path(".cache/paper")
#: A document that nobody has asked for in so many days is cleared away.
KEPT_DAYS = 30
_DAY = 86400
_DIGEST = 16
#: Bytes of a seal: a line's end, a percent sign, the digest, a line's end.
_SEAL = 2 * _DIGEST + 3


def sealed(pdf: bytes) -> bytes:
    """A document with a comment behind it by which one that is cut off or harmed is known."""
    return pdf + f"\n%{hashlib.blake2b(pdf, digest_size=_DIGEST).hexdigest()}\n".encode()


@dataclass(frozen=True)
class Kept:
    """The documents in a folder."""

    folder: Path

    def key(self, *told: object) -> str:
        """The name under which a document is kept that is made of what is told."""
        return hashlib.blake2b("\0".join(map(str, told)).encode(), digest_size=20).hexdigest()

    def found(self, key: str) -> bytes | None:
        """The document, where it is kept as it was written."""
        file = self._file(key)
        try:
            content = file.read_bytes()
            # It was of use today.
            os.utime(file)
        except FileNotFoundError:
            return None
        pdf = content[:-_SEAL]
        return pdf if sealed(pdf) == content else None

    def keep(self, key: str, pdf: bytes) -> bytes:
        """Keeps a document, whole or not at all; gives it back."""
        file = self._file(key)
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_suffix(f".new-{os.getpid()}")
        new.write_bytes(sealed(pdf))
        new.replace(file)
        return pdf

    def clear(self) -> None:
        """Takes away what has not been of use for long, and what was broken off."""
        oldest = time.time() - KEPT_DAYS * _DAY
        for file in self.folder.glob("*/*"):
            # Another process may put its new file in place, or take an old one away, meanwhile.
            with suppress(FileNotFoundError):
                if file.stat().st_mtime < oldest:
                    file.unlink()

    def _file(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key[2:]}.pdf"
