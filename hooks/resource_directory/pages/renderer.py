"""Jinja templates of `overrides/directory/` and what they may call. Autoescaping is always on."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from resource_directory import words
from resource_directory.directory import Directory
from resource_directory.model import Record
from resource_directory.pages.document import Document, relative
from resource_directory.views import RecordView


@dataclass(frozen=True)
class Renderer:
    """Renders Documents from a Directory. Views and cards are made once and kept."""

    directory: Directory
    templates: Path
    _views: dict[str, RecordView] = field(default_factory=dict, repr=False)
    _cards: dict[tuple[str, int, str], Markup] = field(default_factory=dict, repr=False)
    #: In a preview: the only addresses that are rendered; the others come out empty.
    only: frozenset[str] | None = None
    #: Which records each page shows, by address; a preview renders again only what an edit touches.
    shown: dict[str, frozenset[str]] = field(default_factory=dict, repr=False)
    _seen: set[str] = field(default_factory=set, repr=False)

    @cached_property
    def environment(self) -> jinja2.Environment:
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(self.templates),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters.update(
            day=words.day_words,
            month=words.month_words,
            phone=words.phone_words,
            web=words.web_words,
            languages=words.languages_words,
            and_list=words.list_words,
            miles=words.miles_words,
            hours=words.hours_words,
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
            card=self._card,
        )
        return environment

    def wants(self, url: str) -> bool:
        """Whether the page is to be rendered; asked before anything is worked out for it."""
        return self.only is None or url in self.only

    def view(self, record: Record) -> RecordView:
        """The one view of a record."""
        self._seen.add(record.id)
        if record.id not in self._views:
            self._views[record.id] = RecordView(record, self.directory)
        return self._views[record.id]

    @jinja2.pass_context
    def _card(self, context: jinja2.runtime.Context, record: Record, note: str = "") -> Markup:
        """A record in a list. Addresses depend only on the page's depth, so that one card serves many pages."""
        here = str(context["here"])
        self._seen.add(record.id)
        key = (record.id, here.count("/"), note)
        if key not in self._cards:
            template = self.environment.get_template("card.html")
            self._cards[key] = Markup(template.render(here=here, v=self.view(record), note=note))  # noqa: S704 (autoescaped)
        return self._cards[key]

    def document(
        self,
        template: str,
        url: str,
        title: str,
        *,
        main: tuple[str, str] | None = None,
        contents: tuple[tuple[str, str], ...] = (),
        edit_path: str = "",
        **context: Any,
    ) -> Document:
        """Renders `<template>.html` for the page at `url`. `main` is an attribute of the page's main element."""
        if not self.wants(url):
            self._seen.clear()
            return Document(url, title, "", template)
        html = self.environment.get_template(f"{template}.html").render(here=url, contents=contents, **context)
        self.shown[url] = frozenset(self._seen)
        self._seen.clear()
        return Document(url, title, html, template, contents, edit_path, main=main)


@jinja2.pass_context
def _to(context: jinja2.runtime.Context, target: str) -> str:
    return relative(str(context["here"]), target)


def _unstopped(text: str) -> str:
    """The text without its last full stop, for sentences that are joined."""
    return text.rstrip(".")
