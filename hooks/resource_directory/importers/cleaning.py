"""Publishers' spelling to ours: names, streets, towns, telephone numbers, web and e-mail addresses.

Each function takes a text and gives the text to publish, or None for what cannot be used. Nothing is guessed: where a
spelling is not certain, it stays as published.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from pydantic import TypeAdapter, ValidationError
from titlecase import titlecase

from resource_directory.model import Email, WebAddress, telephone_text
from resource_directory.places import Places, Town
from resource_directory.rules import is_personal_email
from resource_directory.vocabulary import Acronyms

_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*")
_ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-fA-F]{1,5}|[a-zA-Z]{2,8});")
_LOOSE_DASH = re.compile(r"(?<=\S)(?:\s+-+\s*|\s*-+\s+)(?=\S)")
_ORDINAL = re.compile(r"\b(\d+)(ST|ND|RD|TH)\b", re.IGNORECASE)
_INITIALS = re.compile(r"\b(?:[A-Za-z]\.){2,}")
#: Letters that a publisher lost on the way, as in `Ram¿meterio`.
_BROKEN = re.compile("[¿\ufffd\x80-\x9f]")
_EXTENSION = re.compile(r"^(?P<number>.*?\d)[\s,;]*(?:x|ext\.?|extension)[\s.:]*(?P<extension>\d{1,8})$", re.IGNORECASE)
_SLIP_IN_WWW = re.compile(r"^(?:w{2}|w{4,})\.(?=.*\.)")
_POST_BOX = re.compile(r"^(?:p\.? ?o\.?|post office) ?(?:box|drawer)\b", re.IGNORECASE)
_DIRECTIONS = frozenset({"N", "S", "E", "W", "NE", "NW", "SE", "SW", "PO", "US", "FM", "RR", "CR", "HC", "SH", "RE"})
_ROMAN = re.compile(r"(?:II|III|IV|VI|VII|VIII|IX)")
_WEB = TypeAdapter(WebAddress)
_MAIL = TypeAdapter(Email)


def one_line(text: str) -> str:
    """Runs of spaces to one, hidden characters and the space before a comma away; `&#8211;` as `–`."""
    text = html.unescape(text) if _ENTITY.search(text) else text
    visible = "".join(" " if char.isspace() else char for char in text if char.isspace() or char.isprintable())
    return re.sub(r" +,", ",", re.sub(r" {2,}", " ", visible)).strip()


def is_broken(text: str) -> bool:
    """True where letters were lost on the way to the publisher's file."""
    return _BROKEN.search(text) is not None


@dataclass(frozen=True)
class Spelling:
    """Names in ordinary capitals. `ordinary_words` are words, in small letters, that the table also writes so."""

    acronyms: Acronyms
    ordinary_words: frozenset[str] = frozenset()

    @cached_property
    def _kept(self) -> Mapping[str, str]:
        fixed = {word.casefold(): form for word, form in self.acronyms.fixed.items()}
        return {word.casefold(): word for word in self.acronyms.keep} | fixed

    def name(self, text: str) -> str:
        """`ADAK CLINIC` -> `Adak Clinic`; `MOUNTAIN FAMILY CLINIC Avon` -> `Mountain Family Clinic Avon`.

        A name wholly in capitals is written in ordinary ones. In a mixed name, a word of four or more capitals is
        changed only where it is known as a word: `STRIDE CHC - Peoria` stays.
        """
        line = _LOOSE_DASH.sub(" - ", one_line(text))
        words = _WORD.findall(line)
        if not any(len(word) > 1 for word in words):
            return line
        if line == line.upper() and not self._all_acronyms(words):
            return self._whole(line)
        return _WORD.sub(lambda found: self._mixed(found.group()), line)

    def _all_acronyms(self, words: list[str]) -> bool:
        return all(self._is_acronym(word) for word in words)

    def _is_acronym(self, word: str) -> bool:
        if word.casefold() in self._kept:
            return self._kept[word.casefold()] == word
        return 1 < len(word) <= 6 and not re.search(r"[AEIOUY]", word) and word.casefold() not in self.ordinary_words

    def _whole(self, line: str) -> str:
        titled = titlecase(line.lower())
        capitals = iter(_WORD.findall(line))
        titled = _WORD.sub(lambda found: self._word_of_title(next(capitals), found.group()), titled)
        titled = _INITIALS.sub(lambda found: found.group().upper(), titled)
        return _ORDINAL.sub(lambda found: found.group(1) + found.group(2).lower(), titled)

    def _word_of_title(self, capitals: str, titled: str) -> str:
        if (kept := self._kept.get(capitals.casefold())) is not None:
            return kept
        if self._is_acronym(capitals) or _ROMAN.fullmatch(capitals):
            return capitals
        return titled

    def _mixed(self, word: str) -> str:
        if (kept := self._kept.get(word.casefold())) is not None and word.isupper():
            return kept
        if len(word) >= 4 and word.isupper() and word.casefold() in self.ordinary_words:
            return str(titlecase(word.lower()))
        return word

    def street(self, text: str) -> str:
        """`213 MURPHY Drive` -> `213 Murphy Drive`; directions and road letters stay."""
        line = one_line(text).strip(" ,;")
        line = _WORD.sub(lambda found: self._street_word(found.group()), line)
        return _ORDINAL.sub(lambda found: found.group(1) + found.group(2).lower(), line)

    def _street_word(self, word: str) -> str:
        if not word.isupper() or len(word) == 1 or word in _DIRECTIONS or _ROMAN.fullmatch(word):
            return word
        if len(word) == 2:
            return (
                word.capitalize()
                if word in {"ST", "DR", "RD", "LN", "CT", "PL", "MT", "OF", "RM", "LA", "EL", "DE"}
                else word
            )
        return word.capitalize()


def street_of(text: str, spelling: Spelling) -> str:
    """The street, or nothing where the cell holds no letter or number (`,`)."""
    return spelling.street(text) if re.search(r"[^\W_]", text) else ""


def words_in_ordinary_capitals(names: Iterable[str]) -> frozenset[str]:
    """Words that stand with a small letter in some name: proof that they are words and no acronyms."""
    return frozenset(
        word.casefold() for name in names for word in _WORD.findall(name) if len(word) >= 4 and word[1:].islower()
    )


def town_name(text: str, state: str, towns: Mapping[str, Iterable[Town]], spelling: Spelling) -> str:
    """The town as published, in ordinary capitals; one missing letter is put back where one town alone fits."""
    line = one_line(text).strip(" ,;")
    if line.isupper():
        line = spelling.name(line)
    names = {town.name.casefold(): town.name for town in towns.get(state, ())}
    if line.casefold() in names:
        return line
    fitting = {name for key, name in names.items() if _lacks_one_letter(line.casefold(), key)}
    return fitting.pop() if len(fitting) == 1 and len(line) >= 6 else line


def _lacks_one_letter(short: str, full: str) -> bool:
    return len(full) == len(short) + 1 and any(full[:i] + full[i + 1 :] == short for i in range(len(full)))


def towns_by_state(places: Places) -> Mapping[str, tuple[Town, ...]]:
    """Towns by postal code of their state."""
    groups: dict[str, list[Town]] = {}
    for town in places.towns:
        groups.setdefault(town.state, []).append(town)
    return {state: tuple(found) for state, found in groups.items()}


def telephone(text: str) -> tuple[str, str | None] | None:
    """`(970)245-0388 x217` -> `("970-245-0388", "217")`; None for what cannot be rung. Extension 0000 is none."""
    written, extension = one_line(text), None
    if found := _EXTENSION.match(written):
        written, extension = found["number"], found["extension"]
    number = telephone_text(written)
    if number is None:
        return None
    return number, extension if extension and extension.strip("0") else None


def web_address(text: str) -> str | None:
    """A web address with its scheme and a host in small letters; None where it cannot be one.

    A slip in the first letters, `ww.` or `wwww.`, is mended: it cannot be meant.
    """
    written = one_line(text)
    if "://" not in written:
        written = f"https://{written.lstrip('/')}"
    scheme, _, rest = written.partition("://")
    host, slash, path = rest.partition("/")
    host = _SLIP_IN_WWW.sub("www.", host.lower())
    return _valid(_WEB, f"{scheme.lower()}://{host}{slash}{path}")


def front_page(url: str) -> str:
    """`https://www.example.org/places/one` -> `https://www.example.org`: a place's own page may tell where it is."""
    return "/".join(url.split("/")[:3])


def has_slip(text: str) -> bool:
    """True for `ww.example.org` and `wwww.example.org`."""
    host = one_line(text).lower().partition("://")[2] or one_line(text).lower()
    return _SLIP_IN_WWW.match(host.partition("/")[0]) is not None


def role_email(text: str) -> str | None:
    """The address in small letters where it is an office's; None for a person's or a broken one."""
    address = _valid(_MAIL, one_line(text).lower())
    return None if address is None or is_personal_email(address) else address


def _valid(adapter: TypeAdapter[str], value: str) -> str | None:
    try:
        return adapter.validate_python(value)
    except ValidationError:
        return None


def is_post_box(street: str) -> bool:
    """A post office box is an address, but no place to go."""
    return _POST_BOX.match(street.strip()) is not None


def place_key(name: str) -> str:
    """A form of a town's or county's name in which capitals and accents make no difference."""
    decomposed = unicodedata.normalize("NFD", name.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char)).strip()


def name_key(name: str) -> str:
    """A form of the name in which capitals, points and `&` make no difference."""
    return re.sub(r"[^a-z0-9]+", " ", name.casefold().replace("&", " and ").replace("'", "")).strip()
