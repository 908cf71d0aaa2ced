"""What in a name or a text may tell of a confidential place.

`PlaceNames` reads names of clinics as the importers' gate and the rules both do; `telling` finds words of a place in
the texts of a record whose place is withheld. Nothing here returns or keeps what it found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from resource_directory.vocabulary import ConfidentialWords

#: Scripts that write words together, or put "the", "and" or an ending to a word: Arabic, Korean, Chinese.
_TOGETHER = re.compile("[\u0600-\u06ff\u1100-\u11ff\u3400-\u9fff\uac00-\ud7af]")


def neutral_pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Matches any of the words, whole, whatever its case; a space in a word matches hyphens too.

    In Arabic, Korean and Chinese a word is matched within others, too.
    """
    ordered = sorted(words, key=len, reverse=True)
    whole, within = ([word for word in ordered if bool(_TOGETHER.search(word)) is joined] for joined in (False, True))
    parts = [rf"(?<![^\W_])(?:{_any_of(whole)})(?![^\W_])"] if whole or not within else []
    return re.compile("|".join([*parts, *([_any_of(within)] if within else [])]), re.IGNORECASE)


def _any_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"[\s_-]+") for word in words)


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


#: Words that stand between a number and "street" in a sentence, and not in an address.
_NOT_IN_STREETS = r"""(?:
    in|is|on|at|by|for|from|with|or|to|per|near|each|every|who|hours?|hr|weeks?|months?|years?|miles?|minutes?|nights?|
    beds?|bedrooms?|units?|people|persons|women|men|children|families|survivors|clients|callers|counties|parishes|
    cities|towns|including|serving|percent|program|programs
)\b"""
_WORD = rf"(?!{_NOT_IN_STREETS})(?:(?:st|mt|ft|jr|sr|dr|rev|[a-z])\.|[\w'’-]+)\s+"
#: `412`, `No. 412`, `412-B`, `412 1/2`; not the end of a telephone number or of another number.
_HOUSE = r"(?<![\w.-])(?:no\.?\s*|\#\s*)?\d{1,6}(?:-?[a-h]|-\d{1,4}|\s?\d[/⁄]\d)?\b,?\s+"
_ANY_STREET = r"""(?:
    st|str|street|av|ave|avenue|blvd|boulevard|rd|road|hwy|highway|pkwy|pky|parkway|ln|ct|dr|ter|terrace|cir|expressway|expy
)\b"""
#: Words that are also other words: streets only where all begin with capitals.
_NAMED_STREET = r"""(?:
    Alley|Bend|Circle|Court|Cove|Crescent|Crossing|Cv|Drive|Hollow|Lane|Loop|Path|Pike|Pl|Place|Plaza|Point|Ridge|Row|
    Run|Sq|Square|Trail|Trl|Turnpike|Way
)\b"""
_SPANISH = r"(?:calle|avenida|rue|camino|paseo|carretera|carr\.|avenue\s+of)"
_STATES = r"""(?:
    AL|AK|AZ|AR|CA|CO|CT|DE|DC|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA|
    RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|PR|GU|VI|MP|AS
)"""
_MAPS = r"""
    google\.[a-z.]{2,6}/(?:maps|search)|maps\.google\.|maps\.app\.goo\.gl|goo\.gl/|g\.page/|maps\.apple\.com
    |bing\.com/maps|openstreetmap\.org|\bosm\.org/|waze\.com|mapquest\.com|\bhere\.com|yandex\.[a-z]+/maps
    |what3words|w3w\.co|///\w+\.\w+\.\w+|plus\.codes|\b[23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,3}\b
    |\bbit\.ly/|\btinyurl\.com/
"""
_LOOSE, _STRICT = re.VERBOSE | re.IGNORECASE, re.VERBOSE
_STREETS = (
    re.compile(rf"{_HOUSE}(?:{_WORD}){{1,5}}{_ANY_STREET}", _LOOSE),
    re.compile(rf"{_HOUSE}(?:{_SPANISH})\s+\w", _LOOSE),
    re.compile(rf"\b{_SPANISH}\s+(?:[\w.]+\s+){{0,4}}\#?\d", _LOOSE),
    re.compile(rf"{_HOUSE}(?:(?!Who\b)[A-Z0-9][\w.'’-]*\s+){{1,3}}{_NAMED_STREET}", _STRICT),
    re.compile(rf"(?<![\w.-])\d{{2,6}}[a-h]?\s+(?:{_WORD}){{1,2}}(?:drive|lane|trail|alley|turnpike)\b", _LOOSE),
    re.compile(r"\b(?:street|avenue|road|boulevard),?\s+(?:number|no\.?|\#)\s*\d", _LOOSE),
    re.compile(r"\b\d{1,6}\s+(?:broadway|the\s+alameda)\b", _LOOSE),
    re.compile(r"\b\d{2,6}\s+(?:(?:state|county|us|u\.s\.|farm|old)\s+)?(?:route|rte?\.?|road)\s+\d", _LOOSE),
    re.compile(r"\b\d{2,6}\s+(?:US|FM|SR|CR|RR|I)[\s-]?\d", _STRICT),
    re.compile(r"\b(?:HC|RR|rural\s+route|highway\s+contract)\s*\d+,?\s+box\s+\d", _LOOSE),
    re.compile(r"\bkm\.?\s*\d{1,3}\.\d", _LOOSE),
    re.compile(
        r"""\b(?:on|at|off|near)\s+(?:[NSEW]\.?\s+)?[A-Z0-9][\w.]*(?:\s+[A-Z0-9][\w.]*){0,2}
        \s+(?:Street|Avenue|Ave|Road|Rd|Boulevard|Blvd|Highway|Hwy|Parkway)\b""",
        _STRICT,
    ),
)
_CORNERS = (
    re.compile(rf"\bcorner\s+of\s+(?:\w[\w.]*\s+){{1,3}}{_ANY_STREET}", _LOOSE),
    re.compile(
        r"\bcorner\s+of\s+(?!(?:the|our|this|every|each)\b)\w[\w.]*(?:\s+\w[\w.]*){0,3}\s+(?:and|&)\s+\w", _LOOSE
    ),
    re.compile(rf"\bintersection\s+of\s+(?:[\w.]+\s+){{1,3}}(?:{_ANY_STREET}|(?:and|&)\s+\d)", _LOOSE),
    re.compile(
        r"\b[A-Z0-9][\w.]*\s+(?:and|&)\s+[A-Z0-9][\w.]*\s+(?:[Ss]treets|[Aa]venues|[Rr]oads|Sts|Aves)\b", _STRICT
    ),
    re.compile(rf"\b{_ANY_STREET}\.?\s+(?:and|&)\s+\d+(?:st|nd|rd|th)\b", _LOOSE),
    re.compile(r"\besquina\s+(?:de\s+|con\s+)?(?:la\s+)?(?:calle|avenida|[A-ZÁÉÍÓÚ]\w)", _STRICT),
)
_ZIP_CODES = (
    re.compile(rf"(?:,|\b[A-Z][\w'’-]+\.?)\s*,?\s*{_STATES}\.?,?\s+\d{{5}}(?:-\d{{4}})?\b", _STRICT),
    re.compile(r"\b[A-Z][a-z]+,?\s+[A-Z][a-z]{2,}\.?,?\s+\d{5}(?:-\d{4})?\b", _STRICT),
    re.compile(r"\b(?:zip(?:\s+code)?|postal\s+code|c[oó]digo\s+postal)(?:\s+is)?\s*:?\s+\d{5}\b", _LOOSE),
)
_POINTS = (
    re.compile(r"\b\d{1,2}\.\d{4,}\s*°?\s*[NS]?\s*[,;/ ]\s*-?\d{1,3}\.\d{4,}", _STRICT),
    re.compile(r"\b\d{1,2}\.\d{2,}\s*,\s*-\d{2,3}\.\d{2,}", _STRICT),
    re.compile(r"\blat(?:itude)?\b\W{0,3}\d{1,2}\.\d{2,}", _LOOSE),
    re.compile(r"\b\d{1,2}\s*°\s*\d{1,2}(?:\.\d+)?\s*['′’]", _STRICT),
)
#: With the town and the ZIP code after it: a place for letters, and no place to find anybody.
_POST_BOX = re.compile(
    r"""\b(?:p\.?\s*o\.?\s*(?:box|drawer)|post\s+office\s+box|apartado|pmb|box)\s*\#?\s*\d+
    (?:[^.;:]{0,60}?\b\d{5}(?:-\d{4})?\b)?""",
    _LOOSE,
)
_TELLING: tuple[tuple[str, tuple[re.Pattern[str], ...]], ...] = (
    ("a street", _STREETS),
    ("a corner", _CORNERS),
    ("a ZIP code", _ZIP_CODES),
    ("a point", _POINTS),
    ("a map", (re.compile(_MAPS, _LOOSE),)),
)
_MARKS_IN_ADDRESSES = re.compile(r"%[0-9a-f]{2}|[-_+/=?&#.,]+", re.IGNORECASE)


def telling(text: str) -> str | None:
    """What in a text would tell where a withheld place is, such as `a street`; None where nothing does.

    A post office box with its town and ZIP code tells nothing of the place. What was found is not given back.
    """
    plain = unicodedata.normalize("NFKC", text)
    for what, patterns in _TELLING:
        seen = _POST_BOX.sub(" box ", plain) if what == "a ZIP code" else plain
        if any(pattern.search(seen) for pattern in patterns):
            return what
    return None


def telling_address(address: str) -> str | None:
    """As `telling`, for an id or a web address, in which marks stand for spaces (`412-elm-street`)."""
    return telling(address) or telling(_MARKS_IN_ADDRESSES.sub(" ", address))
