"""The forms of the editing screen, made from the model: a field of the form for each field of a record.

A form is plain data in the words of Sveltia CMS (https://sveltiacms.app/en/docs/fields).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from resource_directory import model
from resource_directory.directory import Directory
from resource_directory.model import DomesticViolence, InVocabulary, Location, Part

NEVER = "Never write about a person you serve, nor a word of where a hidden place is."
HIDDEN = "Nothing here says where it is. The area served is shown instead."
#: What people call the fields whose names would not be read as words.
LABELS: Mapping[str, str] = {
    "id": "Id", "url": "Web site", "former_ids": "Earlier ids", "registry_ids": "Numbers in registers",
    "address_1": "Street and number", "address_2": "Suite, floor, building", "state_province": "State",
    "postal_code": "ZIP code", "hud_category_4": "HUD homeless Category 4", "lsc_funded": "LSC funded",
    "fips": "County", "by": "Said by", "es": "Spanish", "tty": "TTY", "review": "Decision about the place",
}  # fmt: skip
#: One line of free text, in which somebody could say too much, as in every longer text.
FREE_LINES = frozenset({"description", "alert", "note", "reason", "where", "when", "who_may_come", "title"})
#: Always offered; further ones are where an entry names them.
COMMON_LANGUAGES = (
    "am", "ar", "ase", "en", "es", "fa", "fr", "hmn", "ht", "ko", "ne", "pt", "ru", "so", "sw", "tl", "uk", "vi", "zh",
)  # fmt: skip
_DAY = {"widget": "datetime", "type": "date", "format": "YYYY-MM-DD"}
_TELEPHONE = {
    "widget": "string",
    "pattern": [r"^(?:\d{3}-\d{3}-\d{4}|\d{3}|\d{5,6})$", "Write it as 303-555-0100, the extension in its own field."],
}
_COUNTY = {"widget": "string", "pattern": [r"^\d{5}$", "The county's five-digit FIPS code, such as 08031."]}
_RECORD_ID = {
    "widget": "string",
    "pattern": [r"^[a-z0-9]+(?:-[a-z0-9]+)*$", "Small letters, digits and hyphens."],
}


@dataclass(frozen=True)
class Forms:
    """Makes the fields of a form from the model's. `slug`: the state whose entries the form is for."""

    directory: Directory
    slug: str

    def fields(self, part: type[BaseModel], code: str = "", without: Sequence[str] = ()) -> list[dict[str, Any]]:
        """The fields of a record or of a part of one, in the model's order, which is that of the standard text."""
        hints = get_type_hints(part, include_extras=True)
        made = []
        for name, info in part.model_fields.items():
            if name in without or (name == "location" and part is DomesticViolence):
                continue
            if name == "type" and code:
                made.append({"name": "type", "widget": "hidden", "default": code})
                continue
            # The class's hints keep what stands inside Annotated; the field's own information does not.
            field = {"name": name, "label": _label(name), **self._widget(hints[name])}
            field["required"] = info.is_required()
            field["hint"] = _hint(name, info.description or f"{_label(name)}.", info.examples, field["widget"])
            made.append(field)
        return made

    def _widget(self, hint: Any) -> dict[str, Any]:
        """The widget for a type of value."""
        hint = _known(hint)
        for alias, widget in self._aliases:
            if hint == alias:
                return dict(widget)
        base, extras = (hint.__origin__, hint.__metadata__) if get_origin(hint) is Annotated else (hint, ())
        if names := [extra.name for extra in extras if isinstance(extra, InVocabulary)]:
            return self._chosen(self.directory.vocabulary.codes(names[0]))
        if get_origin(base) is Literal:
            return self._chosen({value: _label(value) for value in get_args(base)})
        if get_origin(base) is tuple:
            return self._list(get_args(base)[0])
        if get_origin(base) is dict:
            return self._named(*get_args(base))
        if isinstance(base, type) and issubclass(base, Part):
            return self._part(base)
        if base in {int, float}:
            return {"widget": "number", "value_type": base.__name__}
        pattern = next((p for extra in extras for p in [_pattern(extra)] if p), None)
        return {"widget": "string", **({"pattern": [pattern, f"It does not look right: {pattern}"]} if pattern else {})}

    def _list(self, inner: Any) -> dict[str, Any]:
        one = self._widget(inner)
        if one["widget"] == "select":
            return {**one, "multiple": True}
        if one["widget"] == "object":
            # Closed lists show one line each: the form of an entry with eleven numbers stays readable.
            return {"widget": "list", "collapsed": "auto", "allow_duplicate": False, "fields": one["fields"]}
        return {"widget": "list", "field": {"name": "item", "label": "One", **one}}

    def _named(self, key: Any, value: Any) -> dict[str, Any]:
        """A field for each name that may stand in a table of names and values."""
        inner = self._widget(value)
        names = {"es": "Spanish"} if key == model.Language else dict(sorted(self._options(key).items()))
        fields = [
            {"name": n, "label": label, **inner, "required": False, "hint": f"{label}."} for n, label in names.items()
        ]
        return {"widget": "object", "collapsed": True, "fields": fields}

    def _options(self, key: Any) -> Mapping[str, str]:
        return {option["value"]: option["label"] for option in self._widget(key)["options"]}

    def _part(self, part: type[Part]) -> dict[str, Any]:
        if part is not Location:
            return {"widget": "object", "collapsed": "auto", "fields": self.fields(part)}
        # The form of a hidden place has no field in which to write where it is.
        kinds = {"public": "Public: visitors may know it", "withheld": f"Hidden. {HIDDEN}"}
        told = {"public": ("visibility",), "withheld": tuple(name for name in part.model_fields if name != "review")}
        forms = [{"name": k, "label": label, "fields": self.fields(part, "", told[k])} for k, label in kinds.items()]
        return {"widget": "object", "collapsed": "auto", "typeKey": "visibility", "types": forms}

    @staticmethod
    def _chosen(codes: Mapping[str, str]) -> dict[str, Any]:
        return {"widget": "select", "options": [{"value": code, "label": label} for code, label in codes.items()]}

    @cached_property
    def _aliases(self) -> Sequence[tuple[Any, Mapping[str, Any]]]:
        """The model's own names of types, and their widgets."""
        states = {state.slug: state.name for state in self.directory.places.states.values()}
        return (
            (model.Fips, self._chosen(self._counties) if self._counties else _COUNTY),
            (model.StateCode, self._chosen(states)),
            (model.Language, self._chosen(self._languages)),
            (model.Day, _DAY),
            (model.PastDay, _DAY),
            (model.Paragraph, {"widget": "text", "maxlength": model.LONGEST_TEXT}),
            (model.Text, {"widget": "string", "maxlength": model.LONGEST_LINE}),
            (model.Email, {"widget": "string", "type": "email"}),
            (model.WebAddress, {"widget": "string", "type": "url"}),
            (model.Telephone, _TELEPHONE),
            (model.TelephoneOrCode, _TELEPHONE),
            (model.RecordId, _RECORD_ID),
            (model.Zip, {"widget": "string", "pattern": [r"^\d{5}(?:-\d{4})?$", "Five digits, such as 80203."]}),
        )  # fmt: skip

    @cached_property
    def _counties(self) -> Mapping[str, str]:
        """Counties by FIPS code: the state's own, then those beyond that its entries name."""
        places = self.directory.places
        code = self.slug.upper()
        own = [county.fips for county in places.counties_of_state.get(code, ())]
        named = {fips for record in self._kept for fips in _county_codes(record)}
        beyond = sorted(named - set(own))
        return {
            f: f"{places.counties[f].full_name}, {places.counties[f].state}"
            for f in (*own, *beyond)
            if f in places.counties
        }

    @cached_property
    def _languages(self) -> Mapping[str, str]:
        """Languages by code: the common ones, and all that entries name."""
        named = {code for record in self._kept for code in _language_codes(record)}
        codes = sorted({*COMMON_LANGUAGES, *named})
        return {code: model.language_name(code) or code for code in codes}

    @cached_property
    def _kept(self) -> Sequence[model.Record]:
        return [r for r in self.directory.in_order if self.directory.paths[r.id].split("/")[2] == self.slug]


def order_of(part: type[BaseModel]) -> dict[str, Any]:
    """The names of a record's fields in their order, in depth: `{"id": {}, "location": {"visibility": {}}}`.

    None stands for a table of names, which the standard text sorts.
    """
    hints = get_type_hints(part, include_extras=True)
    return {name: _order_within(hints[name]) for name in part.model_fields}


def _order_within(hint: Any) -> dict[str, Any] | None:
    base = _known(hint)
    while get_origin(base) in {Annotated, tuple}:
        base = _known(get_args(base)[0])
    if get_origin(base) is dict:
        return None
    return order_of(base) if isinstance(base, type) and issubclass(base, Part) else {}


def _known(hint: Any) -> Any:
    """The type of a value that is there: `X` for `X | None`."""
    if get_origin(hint) in {Union, UnionType}:
        return next(option for option in get_args(hint) if option is not NoneType)
    return hint


def _pattern(extra: Any) -> str | None:
    """The pattern that the model sets a text, if this part of its type does so."""
    found = [getattr(one, "pattern", None) for one in (extra.metadata if isinstance(extra, FieldInfo) else ())]
    return next((pattern for pattern in found if pattern), None)


def _label(name: str) -> str:
    """`fees_description` -> `Fees description`."""
    return LABELS.get(name) or name.replace("_", " ").capitalize()


def _hint(name: str, description: str, examples: Sequence[Any] | None, widget: str) -> str:
    """What the field says, an example, and for free text the warning."""
    example = next(iter(examples or ()), None)
    shown = f" Such as: {example}" if isinstance(example, str) and widget in {"string", "text"} else ""
    return f"{description}{shown}{f' {NEVER}' if widget == 'text' or name in FREE_LINES else ''}".strip()


def _county_codes(record: model.Record) -> Iterator[str]:
    if record.location and record.location.county:
        yield record.location.county
    if record.service_area:
        yield from record.service_area.counties or ()
    if isinstance(record, model.ContinuumOfCare):
        yield from (county.fips for county in record.counties)


def _language_codes(record: model.Record) -> Iterator[str]:
    yield from record.languages or ()
    for phone in record.phones or ():
        yield from phone.languages or ()
