"""Every fact that a change of a record changes, in plain words: whatever the model has, and nothing twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel

from resource_directory.change_text import Line
from resource_directory.describing.change import Change, Context, county_words
from resource_directory.labels import label_of, vocabulary_of
from resource_directory.model import Location, Phone, language_name
from resource_directory.words import day_words, hours_words, languages_words, list_words, phone_words

STREET = "The street address"
_ANSWERS = {"yes": "yes", "ask": "ask first", "no": "no"}
_VISIBILITY = {"public": "the place is public", "withheld": "the place is withheld"}
STATUS_WORDS = {
    "open": "takes people",
    "waitlist": "has a waiting list",
    "paused": "paused",
    "closed": "takes nobody new",
}
_PHONES = {"voice": "Telephone", "text": "Text line", "tty": "TTY", "fax": "Fax"}
#: By what an item of a list is known again when a part of it changes.
_IDENTITY: Mapping[str, tuple[str, ...]] = {
    "Phone": ("type", "purpose"),
    "Contact": ("role", "title"),
    "RegistryId": ("registry",),
    "Schedule": ("purpose",),
    "Meeting": ("name",),
    "WaitingList": ("program",),
    "CountyShare": ("fips",),
    "Source": ("publisher",),
}
#: Never repeated, though the file has them: they are for editors.
_FOR_EDITORS = frozenset({"editor_note", "document"})


def facts(change: Change, context: Context) -> Iterator[Line]:
    """Every fact that differs, in the model's order. What may not be repeated is only named."""
    for line in _all_facts(change, context):
        yield line if change.is_safe(line.before) and change.is_safe(line.after) else Line(line.what)


def _all_facts(change: Change, context: Context) -> Iterator[Line]:
    before, after = change.before, change.after
    classes = [type(record) for record in (after, before) if record is not None]
    names = dict.fromkeys(name for cls in classes for name in cls.model_fields)
    for name in names:
        cls = next(cls for cls in classes if name in cls.model_fields)
        old, new = getattr(before, name, None), getattr(after, name, None)
        if old == new or (name in {"id", "type"} and before is None):
            continue
        if name == "location":
            yield from _place(change, old, new, context)
        elif name in _FOR_EDITORS:
            yield Line(label_of(cls, name))
        else:
            yield from _values(cls, name, label_of(cls, name), old, new, context)


def _place(change: Change, old: Location | None, new: Location | None, context: Context) -> Iterator[Line]:
    if not change.is_protected:
        yield from _parts(Location, "", old, new, context)
        return
    for name in ("visibility", "authorisation", "review"):
        was, now = getattr(old, name, None), getattr(new, name, None)
        if was == now:
            continue
        texts = [_VISIBILITY.get(one, "there is one") if one else "" for one in (was, now)]
        if name == "review":
            texts = [one.decision if one else "" for one in (was, now)]
        same = texts[0] == texts[1]
        yield Line(label_of(Location, name), *(("", "") if same else texts))
    closer = ("address", "county", "point", "description")
    if any(getattr(old, name, None) != getattr(new, name, None) for name in closer):
        yield Line(STREET)


def _parts(cls: type[BaseModel], around: str, old: Any, new: Any, context: Context) -> Iterator[Line]:
    for name in cls.model_fields:
        was, now = getattr(old, name, None), getattr(new, name, None)
        if was == now:
            continue
        label = f"{around}, {_small(label_of(cls, name))}" if around else label_of(cls, name)
        yield from [Line(label)] if name in _FOR_EDITORS else _values(cls, name, label, was, now, context)


def _small(label: str) -> str:
    return label if label[:2].isupper() else label[0].lower() + label[1:]


def _values(cls: type[BaseModel], name: str, label: str, old: Any, new: Any, context: Context) -> Iterator[Line]:
    """The lines of one field, whatever its shape."""
    sample = new if new is not None else old
    if isinstance(sample, BaseModel):
        yield from _parts(type(sample), label, old, new, context)
    elif isinstance(sample, Mapping):
        for key in dict.fromkeys((*(old or {}), *(new or {}))):
            was, now = (old or {}).get(key), (new or {}).get(key)
            if was == now:
                continue
            about = f"{label}, {_key_words(cls, name, key, context)}"
            one = now if now is not None else was
            if isinstance(one, BaseModel):
                yield from _parts(type(one), about, was, now, context)
            else:
                yield Line(about, *(_text(cls, name, value, context) for value in (was, now)))
    elif isinstance(sample, tuple):
        yield from _lists(cls, name, label, old or (), new or (), context)
    else:
        yield Line(label, _text(cls, name, old, context), _text(cls, name, new, context))


def _key_words(cls: type[BaseModel], name: str, key: str, context: Context) -> str:
    vocabulary = vocabulary_of(cls, name)
    if vocabulary:
        return _small(context.vocabulary.codes(vocabulary).get(key, key))
    return language_name(key) or key


def _lists(
    cls: type[BaseModel], name: str, label: str, old: Sequence[Any], new: Sequence[Any], context: Context
) -> Iterator[Line]:
    gone = [one for one in old if one not in new]
    come = [one for one in new if one not in old]
    if not gone and not come:
        texts = (list_words([_item(cls, name, one, context).partition("; ")[0] for one in side]) for side in (old, new))
        yield Line(f"{label}, in another order", *texts)
        return
    if not isinstance((come or gone)[0], BaseModel):
        for side, is_new in ((gone, False), (come, True)):
            if side:
                text = list_words([_text(cls, name, one, context) for one in side])
                yield Line(label, "" if is_new else text, text if is_new else "")
        return
    for was, now in _pairs(gone, come):
        own = _PHONES[(now or was).type] if isinstance(now or was, Phone) else label
        yield _pair(own, cls, name, was, now, context)


def _pairs(gone: list[Any], come: list[Any]) -> Iterator[tuple[Any, Any]]:
    """Items that are one item before and after, by what they are known by; then those that only go or come."""
    keys = _IDENTITY.get(type((come or gone)[0]).__name__, ())
    rest = list(come)
    for was in gone:
        same = (now for now in rest if all(getattr(was, key) == getattr(now, key) for key in keys))
        found = next(same, None)
        if found is None and len(gone) == len(come) == 1:
            found = come[0]
        if found is not None:
            rest.remove(found)
        yield was, found
    yield from ((None, now) for now in rest)


def _pair(label: str, cls: type[BaseModel], name: str, was: Any, now: Any, context: Context) -> Line:
    if was is None or now is None:
        return Line(label, *(_item(cls, name, one, context) if one is not None else "" for one in (was, now)))
    (was_head, *was_rest), (now_head, *now_rest) = _told(was, context), _told(now, context)
    if was_rest == now_rest:
        return Line(label, was_head, now_head)
    return Line(label, "; ".join((was_head, *was_rest)), "; ".join((now_head, *now_rest)))


def _item(cls: type[BaseModel], name: str, value: Any, context: Context) -> str:
    return "; ".join(_told(value, context)) if isinstance(value, BaseModel) else _text(cls, name, value, context)


def _told(item: BaseModel, context: Context) -> list[str]:
    """An item of a list: what it is first, then the rest of what it says."""
    cls = type(item)
    own = {name: value for name in cls.model_fields if (value := getattr(item, name)) is not None}
    if isinstance(item, Phone):
        shown = {name: own[name] for name in own if name not in {"number", "extension", "type", "keyword"}}
        head = item.number if item.type in {"tty", "fax"} else phone_words(item)
        return [head, *(_said(cls, name, value, context) for name, value in shown.items())]
    first = next(name for name in ("title", "name", *own) if name in own)
    rest = [_said(cls, name, value, context) for name, value in own.items() if name != first]
    return [_text(cls, first, own[first], context), *rest]


def _said(cls: type[BaseModel], name: str, value: Any, context: Context) -> str:
    return f"{_small(label_of(cls, name))}: {_text(cls, name, value, context)}"


def _text(cls: type[BaseModel], name: str, value: Any, context: Context) -> str:
    """A value as people say it; empty for None."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return list_words([_item(cls, name, one, context) for one in value])
    if isinstance(value, date):
        return day_words(value)
    if isinstance(value, float):
        return f"{value:g}" if abs(value) < 1000 and name == "share" else str(value)
    text = str(value)
    if (words := _WORDS.get((cls.__name__, name)) or _WORDS.get(("", name))) and text in words:
        return words[text]
    if vocabulary := vocabulary_of(cls, name):
        return context.vocabulary.codes(vocabulary).get(text) or _ANSWERS.get(text, text)
    if name in {"counties", "fips", "county"} and text in context.places.counties:
        return county_words(text, context.places)
    if name == "states" and text.upper() in context.places.states:
        return context.places.states[text.upper()].name
    if name in {"organization", "coalition", "instead"}:
        return f"{context.names[text]} ({text})" if text in context.names else text
    if name == "opening_hours":
        return hours_words(text)
    if name == "languages":
        return languages_words([text])
    return _ANSWERS.get(text, text)


_WORDS: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("Location", "visibility"): _VISIBILITY,
    ("Referral", "status"): STATUS_WORDS,
    ("Phone", "type"): {code: label.lower() for code, label in _PHONES.items()},
    ("Schedule", "purpose"): {"opening": "opening hours", "intake": "intake hours"},
}
