"""Jinja templates of `overrides/directory/` and what they may call. Autoescaping is always on.

Templates write addresses with a mark in front (`to('co/')`); a finished page puts its own way up in the mark's place.
So nothing in a template depends on the page's address: macros are made once, and one card serves every page.
"""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any, cast

import jinja2
import jinja2.ext
import jinja2.lexer
from markupsafe import Markup, escape

from resource_directory import words
from resource_directory.directory import Directory
from resource_directory.gaps import Gaps
from resource_directory.markup import bare, lean, lean_template
from resource_directory.messages import ENGLISH, Messages
from resource_directory.model import Record
from resource_directory.pages.document import DESCRIPTION, Document, relative
from resource_directory.pages.embeds import Section, address_of
from resource_directory.pages.languages import Translated, localized
from resource_directory.places import State
from resource_directory.placing import NearestOf
from resource_directory.structured import structured_text
from resource_directory.suggestions import form_address, mail_address, suggestion_address
from resource_directory.translating import in_language
from resource_directory.updating.facts import Words, entry_text
from resource_directory.views import RecordView

#: Stand for the way up to the site's top, and for the note in a card. No record can hold them: the reader refuses
#: control characters.
_TOP = "\0"
_NOTE = "\1"


#: The first paragraph of a page: it ends by hand, or where a block begins.
_LEAD = re.compile(r"<p class=rd-lead>.*?(?:</p>|(?=\n?<(?:div|h2|nav|p|section|table|ul)\b))", re.DOTALL)


class _LeanLoader(jinja2.FileSystemLoader):
    """Reads templates without what would only cost bytes on every page: a fifth of it would be indentation."""

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        source, file, is_fresh = super().get_source(environment, template)
        return lean_template(without_indentation(source)), file, is_fresh


def without_indentation(source: str) -> str:
    """A template as it is read."""
    return re.sub(r"^[ \t]+", "", source, flags=re.MULTILINE)


class _PlainTexts(jinja2.ext.Extension):
    """`{{ _('Text') }}` becomes the text when the template is compiled: most texts are so, on every page."""

    def filter_stream(self, stream: jinja2.lexer.TokenStream) -> Iterator[jinja2.lexer.Token]:
        say = cast("Callable[[str], str]", self.environment.globals["gettext"])
        window: list[jinja2.lexer.Token] = []
        for token in stream:
            window.append(token)
            if len(window) < len(_PLAIN_TEXT):
                continue
            if tuple(part.type for part in window) == _PLAIN_TEXT and window[1].value == "_":
                yield jinja2.lexer.Token(window[0].lineno, "data", say(window[3].value))
                window.clear()
            else:
                yield window.pop(0)
        yield from window


class _Lean(jinja2.ext.Extension):
    """Writes the fixed text of templates lean when they are compiled; messages stay as translators know them."""

    def filter_stream(self, stream: jinja2.lexer.TokenStream) -> Iterator[jinja2.lexer.Token]:
        before, in_message = "", False
        for token in stream:
            if before == "block_begin" and token.value in {"trans", "endtrans"}:
                in_message = token.value == "trans"
            before = token.type
            if token.type == "data" and not in_message:
                yield jinja2.lexer.Token(token.lineno, "data", lean(token.value))
            else:
                yield token


#: What paper was made of a place in a language: (`08031`, `es`) -> ((`handout`, `paper/08031-es.pdf`), ...). The place
#: is a county, a region (`co-503`) or a state (`co`); the kind is `handout` (both), `sheet`, `card`, `booklet`.
PaperOf = Callable[[str, str], Iterable[tuple[str, str]]]


def no_paper(_place: str, _language: str) -> Iterable[tuple[str, str]]:
    """Of no place."""
    return ()


_PLAIN_TEXT = ("variable_begin", "name", "lparen", "string", "rparen", "variable_end")


@dataclass
class Renderer:
    """Renders Documents from a Directory, in one language. Views and cards are made once and kept."""

    directory: Directory
    templates: Path
    #: Where compiled templates are kept from one build to the next, if anywhere.
    compiled: Path | None = None
    messages: Messages = ENGLISH
    #: Addresses of pages written by hand that every language has.
    written: frozenset[str] = frozenset()
    #: To which files pages lead as their paper.
    paper: PaperOf = no_paper
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
            bytecode_cache=self._bytecode(),
            extensions=["jinja2.ext.i18n"],
        )
        environment.newstyle_gettext = True  # type: ignore[attr-defined]
        environment.globals.update(_=self._gettext, gettext=self._gettext, ngettext=self._ngettext)
        environment.add_extension(_PlainTexts)
        environment.add_extension(_Lean)
        in_words: dict[str, Callable[..., str]] = {
            "day": words.day_words, "month": words.month_words, "phone": words.phone_words, "miles": words.miles_words,
            "languages": words.languages_words, "and_list": words.list_words, "hours": words.hours_words,
        }  # fmt: skip
        environment.filters.update({name: partial(say, messages=self.messages) for name, say in in_words.items()})
        environment.filters.update(
            web=words.web_words, bare=bare, number=self.messages.number, unstopped=_unstopped, said=self._in_english
        )
        environment.globals.update(
            view=self.view,
            ages=partial(words.ages_words, messages=self.messages),
            dial=words.dial_address,
            directory=self.directory,
            vocabulary=self.directory.vocabulary,
            language=self.messages.language,
            in_words=self._in_words,
            to=_to,
            suggestion=partial(suggestion_address, self.directory.settings),
            mail_address=partial(mail_address, self.directory.settings),
            form_address=partial(form_address, self.directory.settings),
            entry_text=partial(entry_text, words=Words(self.directory.vocabulary, self.directory.places)),
            card=self._card,
            one_kind=_one_kind,
            hotline_strip=self._hotline_strip,
            paper=self._paper,
            structured=structured_text,
        )
        return environment

    def _bytecode(self) -> jinja2.BytecodeCache | None:
        """Compiled templates hold texts of the language: they are kept for one state of its catalogue."""
        if self.compiled is None:
            return None
        folder = self.compiled / f"{self.messages.language}-{self.messages.stamp}"
        if not folder.is_dir():
            for old in self.compiled.glob(f"{self.messages.language}-*"):
                shutil.rmtree(old, ignore_errors=True)
            folder.mkdir(parents=True, exist_ok=True)
        return jinja2.FileSystemBytecodeCache(str(folder))

    @cached_property
    def all(self) -> tuple[Renderer, ...]:
        """This one and those of the other languages."""
        others = (
            Renderer(
                in_language(self.directory, messages), self.templates, self.compiled, messages, self.written, self.paper
            )
            for messages in self.directory.languages
        )
        return (self, *others)

    @cached_property
    def translated(self) -> Translated:
        """Tells which pages are there in every language."""
        return Translated(frozenset(self.directory.states), self.written)

    def say(self, message: str) -> str:
        """A text in the language, plain."""
        return self.messages.gettext(message)

    def _in_words(self, tag: str) -> Messages:
        """The texts of another language, of which a record has its own words; its names, where there are no texts."""
        return next((found for found in self.directory.languages if found.language == tag), Messages(tag))

    def _in_english(self, text: str | None) -> str | Markup:
        """Text of a record, which is in English: said so on pages in other languages."""
        if self.messages.is_source or not text:
            return text or ""
        return Markup('<span lang="en">{}</span>').format(text)

    # Messages may hold markup; what is put into them is escaped. Not Jinja's own functions: these take half the time.

    def _gettext(self, message: str, **values: Any) -> Markup:
        return Markup(self.messages.gettext(message)) % values  # noqa: S704 (our own texts)

    def _ngettext(self, one: str, many: str, number: int, **values: Any) -> Markup:
        text = self.messages.ngettext(one, many, number)
        return Markup(text) % {"num": self.messages.number(number), **values}  # noqa: S704

    def wants(self, url: str) -> bool:
        """Whether the page at an address of the English site is to be rendered; asked before anything is worked out
        for it."""
        if not self.messages.is_source and not self.translated(url):
            return False
        return self.only is None or self.messages.prefix + url in self.only

    def view(self, record: Record) -> RecordView:
        """The one view of a record. The page that asks for it shows the record, and those that it names."""
        if record.id not in self._views:
            self._views[record.id] = RecordView(record, self.directory, self.messages)
        view = self._views[record.id]
        self._seen.update(view.related)
        return view

    def _card(self, record: Record, kind: str = "", note: str = "") -> Markup:
        """A record in a list; `kind` is the list's, where its entries are of one type."""
        key = (record.id, bool(note))
        view = self.view(record)
        if key not in self._cards:
            template = self.environment.get_template("card.html")
            self._cards[key] = template.render(v=view, note=_NOTE if note else "")
        card = ("<li>" if kind else f"<li class=rd-type--{record.type}>") + self._cards[key]
        return Markup(card.replace(_NOTE, str(escape(note))) if note else card)  # noqa: S704 (autoescaped)

    def _paper(self, place: str) -> tuple[tuple[str, str], ...]:
        """The paper of a place in the page's language."""
        return tuple(self.paper(place, self.messages.language))

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
        embed: str = "",
        **context: Any,
    ) -> Document:
        """Renders `<template>.html` for the page at `url`. `main` is an attribute of the page's main element."""
        html = self.environment.get_template(f"{template}.html").render(contents=contents, **context)
        shown = frozenset(self._seen)
        self._seen.clear()
        if not self.messages.is_source:
            html = self._localized(html)
        prefix = self.messages.prefix
        return Document(
            prefix + url, title, html.replace(_TOP, relative(prefix + url, "")), template, contents, edit_path,
            main=main, shown=shown, near=near, description=self.say(DESCRIPTION), prefix=prefix,
            embed=embed,
        )  # fmt: skip

    def embed(
        self, url: str, title: str, sections: Iterable[Section], *, state: State, asked: Iterable[Section] = ()
    ) -> str:
        """The small page beside the page at an address of the English site, with parts of its list.

        `asked` are those who may know more, where the list is empty.
        """
        settings = self.directory.settings
        address = address_of(self.messages.prefix + url, self.messages.prefix)
        html = self.environment.get_template("embed.html").render(
            url=url, title=title, sections=tuple(sections), asked=tuple(asked), state=state,
            style=self._embed_style, style_hash=self._embed_hash,
            base=f"{settings.site_url.rstrip('/')}/" if settings.site_url else relative(address, ""),
            site_name=settings.names.get(self.messages.language, settings.name),
        )  # fmt: skip
        if not self.messages.is_source:
            html, _ = localized(html, self.messages, self.translated)
        return html.replace(_TOP, "").lstrip()

    @cached_property
    def _embed_style(self) -> Markup:
        lines = self.environment.get_template("embed_style.html").render().splitlines()
        return Markup("".join(lines))  # noqa: S704 (our own style)

    @cached_property
    def _embed_hash(self) -> str:
        """What lets a page keep its one style within it, and no other."""
        return f"sha256-{base64.b64encode(hashlib.sha256(self._embed_style.encode()).digest()).decode()}"

    def _localized(self, html: str) -> str:
        """Links lead to pages of the language; where some lead to English, that is said once, after the lead."""
        text, leads_to_english = localized(html, self.messages, self.translated)
        if not leads_to_english:
            return text
        note = escape(self.say("The pages of organizations are in English."))
        before, end, after = text.partition("</h1>")
        lead = _LEAD.search(after)
        at = lead.end() if lead else 0
        return f'{before}{end}{after[:at]}\n<p class="rd-quiet rd-in-english">{note}</p>{after[at:]}'

    def begin(self, only: frozenset[str] | None = None) -> None:
        """Begins a part of the site: keeps to the addresses given, and drops views and cards of other parts."""
        self.only = only
        self._views.clear()
        self._cards.clear()

    def load_templates(self) -> None:
        """Compiles all templates, so that processes forked from this one have them."""
        for name in self.environment.list_templates():
            self.environment.get_template(name)


def _one_kind(records: Iterable[Record]) -> str:
    """The type that all of the records are of; empty where they are of several."""
    found = {record.type for record in records}
    return found.pop() if len(found) == 1 else ""


def _to(target: str) -> str:
    return _TOP + target


def _unstopped(text: str) -> str:
    """The text without its last full stop, for sentences that are joined."""
    return text.rstrip(".")
