"""Jinja templates of `overrides/directory/` and what they may call. Autoescaping is always on.

Templates write addresses with a mark in front (`to('co/')`); a finished page puts its own way up in the mark's place.
So nothing in a template depends on the page's address: macros are made once, and one card serves every page.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from resource_directory import words
from resource_directory.directory import Directory
from resource_directory.gaps import Gaps
from resource_directory.messages import Messages
from resource_directory.model import Record
from resource_directory.pages.document import Document, NearestOf, relative
from resource_directory.suggestions import suggestion_address
from resource_directory.views import RecordView

#: Stand for the way up to the site's top, and for the note in a card. No record can hold them: the reader refuses
#: control characters.
_TOP = "\0"
_NOTE = "\1"


class _LeanLoader(jinja2.FileSystemLoader):
    """Reads templates without their indentation: it would be a fifth of every page."""

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        source, file, is_fresh = super().get_source(environment, template)
        return re.sub(r"^[ \t]+", "", source, flags=re.MULTILINE), file, is_fresh


@dataclass
class Renderer:
    """Renders Documents from a Directory. Views and cards are made once and kept."""

    directory: Directory
    templates: Path
    #: Where compiled templates are kept from one build to the next, if anywhere.
    compiled: Path | None = None
    messages: Messages = field(default_factory=Messages)
    _views: dict[str, RecordView] = field(default_factory=dict, repr=False)
    _cards: dict[tuple[str, bool], str] = field(default_factory=dict, repr=False)
    #: The only addresses that are rendered, where not all are; the others do not come out.
    only: frozenset[str] | None = None
    _seen: set[str] = field(default_factory=set, repr=False)
    #: What is missing where; a build hands over what it knows of it.
    gaps: Gaps = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.gaps = Gaps(self.directory)

    @cached_property
    def environment(self) -> jinja2.Environment:
        environment = jinja2.Environment(
            loader=_LeanLoader(self.templates),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            # A renderer lives for one build: no template is looked at again for each page.
            auto_reload=False,
            bytecode_cache=jinja2.FileSystemBytecodeCache(str(self.compiled)) if self.compiled else None,
            extensions=["jinja2.ext.i18n"],
        )
        environment.newstyle_gettext = True  # type: ignore[attr-defined]
        environment.filters.update(
            day=words.day_words,
            month=words.month_words,
            phone=words.phone_words,
            web=words.web_words,
            languages=words.languages_words,
            and_list=words.list_words,
            miles=words.miles_words,
            hours=words.hours_words,
            number=self.messages.number,
            unstopped=_unstopped,
        )
        environment.globals.update(
            view=self.view,
            ages=words.ages_words,
            count=words.count_words,
            dial=words.dial_address,
            directory=self.directory,
            vocabulary=self.directory.vocabulary,
            to=_to,
            suggestion=partial(suggestion_address, self.directory.settings),
            card=self._card,
            hotline_strip=self._hotline_strip,
            _=self._gettext,
            gettext=self._gettext,
            ngettext=self._ngettext,
        )
        return environment

    # Messages may hold markup; what is put into them is escaped. Not Jinja's own functions: these take half the time.

    def _gettext(self, message: str, **values: Any) -> Markup:
        return Markup(self.messages.gettext(message)) % values  # noqa: S704 (our own texts)

    def _ngettext(self, one: str, many: str, number: int, **values: Any) -> Markup:
        text = self.messages.ngettext(one, many, number)
        return Markup(text) % {"num": self.messages.number(number), **values}  # noqa: S704

    def wants(self, url: str) -> bool:
        """Whether the page is to be rendered; asked before anything is worked out for it."""
        return self.only is None or url in self.only

    def view(self, record: Record) -> RecordView:
        """The one view of a record. The page that asks for it shows the record, and those that it names."""
        if record.id not in self._views:
            self._views[record.id] = RecordView(record, self.directory)
        view = self._views[record.id]
        self._seen.update(view.related)
        return view

    def _card(self, record: Record, note: str = "") -> Markup:
        """A record in a list."""
        key = (record.id, bool(note))
        view = self.view(record)
        if key not in self._cards:
            template = self.environment.get_template("card.html")
            self._cards[key] = template.render(v=view, note=_NOTE if note else "")
        card = self._cards[key]
        return Markup(card.replace(_NOTE, str(escape(note))) if note else card)  # noqa: S704 (autoescaped)

    def _hotline_strip(self) -> Markup:
        """The lines for the whole country: the same on every page."""
        for line in self.directory.hotlines:
            self.view(line)
        return self._strip

    @cached_property
    def _strip(self) -> Markup:
        template = self.environment.get_template("hotline_strip.html")
        return Markup(template.render(lines=self.directory.hotlines))  # noqa: S704 (autoescaped)

    def document(
        self,
        template: str,
        url: str,
        title: str,
        *,
        main: tuple[str, str] | None = None,
        contents: tuple[tuple[str, str], ...] = (),
        edit_path: str = "",
        near: tuple[NearestOf, ...] = (),
        **context: Any,
    ) -> Document:
        """Renders `<template>.html` for the page at `url`. `main` is an attribute of the page's main element."""
        html = self.environment.get_template(f"{template}.html").render(contents=contents, **context)
        shown = frozenset(self._seen)
        self._seen.clear()
        return Document(
            url, title, html.replace(_TOP, relative(url, "")), template, contents, edit_path, main=main, shown=shown,
            near=near,
        )  # fmt: skip

    def begin(self, only: frozenset[str] | None = None) -> None:
        """Begins a part of the site: keeps to the addresses given, and drops views and cards of other parts."""
        self.only = only
        self._views.clear()
        self._cards.clear()

    def load_templates(self) -> None:
        """Compiles all templates, so that processes forked from this one have them."""
        for name in self.environment.list_templates():
            self.environment.get_template(name)


def _to(target: str) -> str:
    return _TOP + target


def _unstopped(text: str) -> str:
    """The text without its last full stop, for sentences that are joined."""
    return text.rstrip(".")
