"""Words as the search compares them. `search-words.js` does the same in the browser; a test holds the two together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

#: Letters that Unicode does not take apart into a plain letter and a mark.
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})
#: "Women's" and "womens" are one word.
_APOSTROPHES = str.maketrans(dict.fromkeys("'’‘ʼʻ`´", ""))
_INITIALS = re.compile(r"\b(?:[a-z]\.){2,}[a-z]?(?![a-z])")
_BETWEEN = re.compile(r"[\W_]+")
#: A telephone number of ten digits, however it is written. The digits are one word.
_PHONE = re.compile(r"(?<!\d)(?:\+?1[\s.-]?)?\(?(\d{3})\)?[\s.-]?(\d{3})[\s.-]?(\d{4})(?!\d)")
#: Written either way: the short form stands for both.
SHORT_FORMS = {"saint": "st", "sainte": "ste", "fort": "ft", "mount": "mt"}
#: Words that stand in so many names that nobody finds anything by them.
STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an and at by county for from help i in me my near need of on or parish the to with "
        "cerca con de del el en la las los necesito para por un una y",
    )
)

#: Words that a name's first letters leave out.
SMALL_WORDS = frozenset({"of", "the", "and", "for", "in", "at", "to", "a", "an", "de", "del", "y"})


def folded(text: str) -> str:
    """Small letters without accents and apostrophes: `Doña Ana's` -> `dona anas`."""
    text = text.translate(_APOSTROPHES)
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in text if unicodedata.category(letter)[0] != "M")
        text = text.lower().translate(_LETTERS)
    return _INITIALS.sub(lambda found: found[0].replace(".", ""), text.lower())


def words_of(text: str) -> list[str]:
    """Its words in their order: `St. Mary's S.A.F.E. Home` -> `st`, `marys`, `safe`, `home`."""
    return [SHORT_FORMS.get(word, word) for word in _BETWEEN.split(folded(text)) if word]


def names_words(text: str) -> list[str]:
    """Its words without those that stand everywhere; all of them where no other is left."""
    words = words_of(text)
    return [word for word in words if word not in STOP_WORDS] or words


def code_of(text: str) -> str:
    """A number of a register or of a telephone as one word: `CO-503` -> `co503`, `303-555-0170` -> `3035550170`."""
    return _BETWEEN.sub("", folded(text))


def phones_in(text: str) -> Iterator[str]:
    """The digits of the telephone numbers in a text."""
    return ("".join(found.groups()) for found in _PHONE.finditer(text))
