"""What in a name or a text may tell of a confidential place.

`PlaceNames` reads names of clinics as the importers' gate and the rules both do; `telling` finds words of a place in
the texts of a record whose place is withheld. Nothing here returns or keeps what it found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from resource_directory.vocabulary import ConfidentialWords


def neutral_pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Matches any of the words, whole, whatever its case; a space in a word matches hyphens too."""
    parts = (re.escape(word).replace(r"\ ", r"[\s_-]+") for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(parts)})(?![^\W_])", re.IGNORECASE)


_ABBREVIATED = (
    (re.compile(r"\b(?:street|str)\b"), "st"), (re.compile(r"\bavenue\b"), "ave"),
    (re.compile(r"\bboulevard\b"), "blvd"),
    (re.compile(r"\broad\b"), "rd"), (re.compile(r"\bdrive\b"), "dr"), (re.compile(r"\blane\b"), "ln"),
    (re.compile(r"\bnorth\b"), "n"), (re.compile(r"\bsouth\b"), "s"), (re.compile(r"\beast\b"), "e"),
    (re.compile(r"\bwest\b"), "w"), (re.compile(r"\bsuite\b"), "ste"),
    (re.compile(r"\bplace\b"), "pl"), (re.compile(r"\bcourt\b"), "ct"), (re.compile(r"\bterrace\b"), "ter"),
    (re.compile(r"\bhighway\b"), "hwy"), (re.compile(r"\bparkway\b"), "pkwy"), (re.compile(r"\bcircle\b"), "cir"),
)  # fmt: skip


def street_key(street: str) -> str:
    """A form of the street in which `1002 N. School Street` and `1002 North School St` are the same."""
    key = re.sub(r"[^a-z0-9]+", " ", street.casefold()).strip()
    for pattern, short in _ABBREVIATED:
        key = pattern.sub(short, key)
    return re.sub(r" (?:ste|apt|unit|rm|bldg|fl)\b.*$", "", key).strip()


@dataclass(frozen=True)
class PlaceNames:
    """Reads names of places with the lists of `data/vocab/confidential_words.yml`."""

    words: ConfidentialWords

    @cached_property
    def _ordinary(self) -> re.Pattern[str] | None:
        # A phrase that is no more than a suspicious word would explain that word away wherever it stands.
        words = {_plain(word) for word in self.words.suspicious.all}
        phrases = [phrase for entry in self.words.ordinary if (phrase := _plain(entry.phrase)) not in words]
        return neutral_pattern(phrases) if phrases else None

    @cached_property
    def _suspicious(self) -> re.Pattern[str] | None:
        return _word_pattern(self.words.suspicious.all)

    @cached_property
    def _bare(self) -> re.Pattern[str] | None:
        return _word_pattern(self.words.bare.all)

    @cached_property
    def _care(self) -> re.Pattern[str] | None:
        return _word_pattern(self.words.care.all)

    def suspects(self, name: str) -> bool:
        """True where the name holds a suspicious word outside every ordinary phrase."""
        return self._suspicious is not None and self._suspicious.search(self._unexplained(name)) is not None

    def is_bare(self, name: str, street: str = "") -> bool:
        """True where nothing in the name speaks of care, and a word in it may be that of a place where people stay.

        A word that is the site's own street's says nothing.
        """
        if self._bare is None or self.speaks_of_care(name):
            return False
        own = set(street_key(street).split())
        found = (match.group() for match in self._bare.finditer(self._unexplained(name)))
        return any(not set(street_key(words).split()) <= own for words in found)

    def speaks_of_care(self, name: str) -> bool:
        """True where a word of the name is one of a clinic, a school, a home for older people or an office."""
        return self._care is not None and self._care.search(_plain(name)) is not None

    def _unexplained(self, name: str) -> str:
        plain = _plain(name)
        return self._ordinary.sub(" | ", plain) if self._ordinary else plain


def _word_pattern(words: Iterable[str]) -> re.Pattern[str] | None:
    """Any of the words, whole. `*house` also ends a longer word, `'s place` follows a name."""
    endings = [word.lstrip("*") for word in words if word.startswith(("*", "'"))]
    whole = neutral_pattern([word for word in words if not word.startswith(("*", "'"))]) if words else None
    if whole is None or not endings:
        return whole
    ended = "|".join(re.escape(word) for word in sorted(endings, key=len, reverse=True))
    return re.compile(rf"{whole.pattern}|(?:{ended})(?![^\W_])", re.IGNORECASE)


def _plain(text: str) -> str:
    """Small letters, one kind of apostrophe, commas and brackets away: how names and phrases are compared."""
    return re.sub(r"[\s,;:()\"|]+", " ", text.replace("’", "'")).strip().casefold()


_SMALL_WORDS = (
    r"(?:a|all|an|and|any|are|at|by|days?|each|every|for|from|hours?|in|is|nights?|of|on|or|the|to|weeks?|with)"
)
_BETWEEN = rf"(?:(?!{_SMALL_WORDS}\b)[\w.'’-]+\s+){{1,5}}"
_ANY_STREET = (
    r"st|str|street|ave|avenue|blvd|boulevard|rd|road|hwy|highway|pkwy|parkway|ln|ct|dr|ter|terrace|cir|expressway"
)
#: Words that are also other words: streets only where they begin with a capital letter.
_NAMED_STREET = (
    "Alley|Circle|Court|Crossing|Drive|Lane|Loop|Path|Pike|Place|Plaza|Point|Row|Run|Square|Trail|Turnpike|Way"
)
_MAP_HOSTS = (
    r"google\.[a-z.]{2,6}/maps|maps\.google\.|maps\.app\.goo\.gl|goo\.gl/maps|g\.page/|maps\.apple\.com"
    r"|bing\.com/maps|openstreetmap\.org|osm\.org/|waze\.com|mapquest\.com|what3words\.com|w3w\.co|plus\.codes"
)
_TELLING: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("a street", re.compile(rf"\b\d{{1,6}}[a-z]?\s+{_BETWEEN}(?:{_ANY_STREET})\b", re.IGNORECASE)),
    ("a street", re.compile(rf"\b\d{{1,6}}[A-Za-z]?\s+{_BETWEEN}(?:{_NAMED_STREET})\b")),
    ("a street", re.compile(r"\b(?:calle|avenida|ave\.|carretera|carr\.)\s+(?:[\w.]+\s+){0,4}#?\d", re.IGNORECASE)),
    ("a street", re.compile(r"\bkm\.?\s*\d", re.IGNORECASE)),
    ("a corner", re.compile(r"\b(?:corner of|esquina)\b|\b[Ii]ntersection of [A-Z0-9][\w.]+ (?:and|&) [A-Z0-9]")),
    ("a ZIP code", re.compile(r"\b[A-Z]{2}\.?,?\s+\d{5}(?:-\d{4})?\b|\b(?i:zip(?: codes?)?):?\s+\d{5}\b")),
    (
        "a point",
        re.compile(r"-?\b\d{1,2}\.\d{3,}\s*°?\s*[NS]?\s*[,;/ ]\s*-?\d{1,3}\.\d{3,}|\d{1,2}\s*°\s*\d{1,2}\s*['′]"),
    ),
    ("a map", re.compile(_MAP_HOSTS, re.IGNORECASE)),
)
_POST_BOX = re.compile(r"\bp\.?\s*o\.?\s*box\b|\bpost office box\b|\bapartado\b", re.IGNORECASE)


def telling(text: str) -> str | None:
    """What in a text would tell where a withheld place is, such as `a street`; None where nothing does.

    A post office box with its town and ZIP code tells nothing of the place. What was found is not given back.
    """
    boxed = _POST_BOX.search(text) is not None
    for what, pattern in _TELLING:
        if not (boxed and what == "a ZIP code") and pattern.search(text):
            return what
    return None
