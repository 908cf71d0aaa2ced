"""All that knows MkDocs. The few leading pages go through its page pipeline; all others fill the theme's shell.

The theme's `main.html` is rendered once for each depth of address and kind of contents list, with marks where a page's
own parts belong; processes of their own fill the marks, page after page, while MkDocs does its work. A test holds that
the bytes are those of the pipeline.
"""

from __future__ import annotations

import atexit
import copy
import gc
import json
import logging
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast
from urllib.parse import quote

import jinja2
from markupsafe import escape
from mkdocs.commands.build import _build_page, get_context
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, TableOfContents
from mkdocs.theme import Theme
from mkdocs.utils.templates import TemplateContext, url_filter
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from resource_directory.building import LICENCE, Build, Memory, Site, Store, part_of, publish, stamp_of_site
from resource_directory.directory import Directory, Settings
from resource_directory.editing import OF_SCREEN, Editing, EditingRefused, editing_files, packaged_files
from resource_directory.hiding import hiding_files
from resource_directory.loading import BadRecords, load_directory, states_wanted, today_of
from resource_directory.maps import TilesRefused, tiles_host
from resource_directory.messages import ENGLISH, SOURCE, Messages
from resource_directory.pages import Document, Renderer, all_documents, leading_documents
from resource_directory.pages.all import redirects
from resource_directory.pages.document import DESCRIPTION, relative
from resource_directory.pages.languages import Translated, script_of, split_address
from resource_directory.pages.renderer import no_paper
from resource_directory.problems import format_problems
from resource_directory.publishing import Staging, Written, clear_broken_off, staging_folder
from resource_directory.record_cache import folder_of, stamp_of
from resource_directory.search import search_entries
from resource_directory.shapes import ShapesMissing
from resource_directory.sheets.files import PaperFiles, PaperRefused, only_here
from resource_directory.sheets.ledger import FOLDER as PAPER
from resource_directory.sheets.ledger import LedgerError
from resource_directory.shells import FEW_HEADINGS, SHAPES, Key, Shell, Shells, is_translated, mark, squeezed
from resource_directory.sitemaps import REST, robots_text, sitemap_files
from resource_directory.updating.forms import block_data
from resource_directory.vocabulary import VocabularyError

if TYPE_CHECKING:
    from mkdocs.livereload import LiveReloadServer

log = logging.getLogger("mkdocs.plugins.resource_directory")

TEMPLATES = Path("overrides/directory")
IMPORTS = Path("data/imports")
FOR_MAINTAINERS = ("reference/", "maintain.md", "data/v1/profile.md")
OURS = "assets/directory/"
VENDOR = ".cache/vendor"
#: Style sheets that every page has, joined in this order into one: those that `make setup` makes, and ours.
MADE_STYLES = ("theme.css", "exit-this-page.css")
STYLES = ("directory.css", "call-order.css", "answers.css", "choose.css", "print.css")
#: The script that puts into a page's header what needs scripts, one for each language, and the templates of that.
HEADER = "header.js"
HEADER_PARTS = ("palette", "search", "tools")
#: Of the theme: none of its scripts is needed, and of its style only what `scripts/theme-style.mjs` keeps.
LEFT_OUT = ("assets/javascripts/", "assets/stylesheets/")
#: npm files that the site serves: (folder or file in node_modules, where they stand in the site).
VENDOR_FILES: tuple[tuple[str, str], ...] = (
    ("leaflet/dist/leaflet.js", "leaflet/leaflet.js"),
    ("leaflet/dist/leaflet.css", "leaflet/leaflet.css"),
    ("topojson-client/dist/topojson-client.min.js", "topojson-client/topojson-client.js"),
    ("leaflet.markercluster/dist/leaflet.markercluster.js", "leaflet.markercluster/leaflet.markercluster.js"),
    ("leaflet.markercluster/dist/MarkerCluster.css", "leaflet.markercluster/MarkerCluster.css"),
    (
        "govuk-frontend/dist/govuk/components/exit-this-page/exit-this-page.bundle.mjs",
        "govuk-frontend/exit-this-page.bundle.mjs",
    ),
)
#: Scripts written for all kinds of loaders but modules, which workers and our scripts read.
MODULE_FILES: tuple[tuple[str, str], ...] = (
    ("lunr/lunr.min.js", "lunr/lunr.mjs"),
    ("geographiclib-geodesic/geographiclib-geodesic.min.js", "geographiclib/geodesic.mjs"),
)
PROTOMAPS = ("protomaps-leaflet/dist/protomaps-leaflet.js", "protomaps-leaflet/protomaps-leaflet.js")
_MAIN = '<main class="md-main"'


class DirectoryBlock(BaseModel):
    """The block `extra: directory:` of mkdocs.yml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    site_url: str = ""
    repo_url: str = Field("", pattern=r"^(https://[^\s\"'<>]+)?$")
    edit_branch: str = Field("main", pattern=r"^[\w./-]+$")
    contact: str = Field("", pattern=r"^([^\s@<>\"']+@[^\s@<>\"']+)?$")
    contact_url: str = Field("", pattern=r"^(https?://[^\s\"'<>]+)?$")
    states: tuple[str, ...] = ()
    primary: str = Field("#1f4e5f", pattern=r"^#[0-9a-fA-F]{6}$")
    accent: str = Field("#0b6e99", pattern=r"^#[0-9a-fA-F]{6}$")
    exit_url: str = Field("https://www.weather.gov/", pattern=r"^https://[^\s\"'<>]+$")
    tiles: str = Field("", pattern=r"^[^\s\"'<>]*$")
    tiles_attribution: str = ""
    allow_third_party_tiles: bool = False
    names: dict[str, str] = {}
    editing: Annotated[Editing | None, BeforeValidator(lambda value: value or None)] = None

    def settings(self) -> Settings:
        """What the rest of the package may know."""
        return Settings(**self.model_dump(exclude={"states", "editing"}))


class GeneratedPage(Page):
    """A page whose content is a Document. It takes part in the pipeline like any other page."""

    def __init__(self, document: Document, file: File, config: MkDocsConfig) -> None:
        self.document = document
        super().__init__(None, file, config)
        self.title = str(escape(document.title))
        self.edit_url = _edit_url(config, document)

    @property
    def is_homepage(self) -> bool:
        return self.document.address == ""

    def read_source(self, config: MkDocsConfig) -> None:
        self.markdown = ""
        hidden = ["navigation"] if len(self.document.contents) > FEW_HEADINGS else ["navigation", "toc"]
        self.meta = {"hide": hidden, "description": self.document.description, "search": {"exclude": True}}

    def render(self, config: MkDocsConfig, files: Files) -> None:
        self.content = self.document.html
        # The contents list stands in the document.
        self.toc = TableOfContents([AnchorLink(self.title or "", "top", 1)])


@dataclass(frozen=True)
class OtherLanguage:
    """Where a page leads to in another language, from where it stands and from everywhere."""

    language: str
    name: str
    direction: str
    href: str
    absolute: str


@dataclass(frozen=True)
class Speech:
    """How the theme's pages speak: what its templates call, for each language of the site."""

    config: MkDocsConfig
    languages: tuple[Messages, ...]
    translated: Translated

    @cached_property
    def configs(self) -> Mapping[str, MkDocsConfig]:
        """The configuration, with the theme's own words and the site's name in each language."""
        return {messages.language: self._config(messages) for messages in self.languages}

    def _config(self, messages: Messages) -> MkDocsConfig:
        if messages.is_source:
            return self.config
        made = copy.copy(self.config)
        theme = {**made.theme, "language": _theme_language(made.theme, messages)}
        names = self.config.extra["directory"].get("names") or {}
        made.update(theme=theme, site_name=names.get(messages.language, made.site_name))
        return made

    def of(self, url: str) -> tuple[Messages, str]:
        """The language of the page at an address, and the English page's address."""
        prefix, address = split_address(url, [messages.prefix for messages in self.languages if messages.prefix])
        return next(messages for messages in self.languages if messages.prefix == prefix), address

    def context(self, url: str, messages: Messages, address: str, *, everywhere: bool) -> dict[str, Any]:
        """What templates may call on the page at `url`. `everywhere`: whether other languages have the page, too."""
        others = [self._other(url, other, address if everywhere else "") for other in self.languages]
        return {
            "config": self.configs[messages.language],
            "messages": messages,
            "direction": messages.direction,
            "address": None if messages.is_source else address,
            "languages": [other for other in others if other.language != messages.language],
            "alternates": others if everywhere and len(others) > 1 else [],
            "_": messages.say,
            "gettext": messages.say,
            "link": self._link(messages),
        }

    def _other(self, url: str, messages: Messages, address: str) -> OtherLanguage:
        href, site = relative(url, messages.prefix + address), (self.config.site_url or "").rstrip("/")
        absolute = f"{site}/{messages.prefix}{address}" if site else href
        return OtherLanguage(messages.language, messages.name, messages.direction, href, absolute)

    def _link(self, messages: Messages) -> Callable[..., str]:
        """Makes the attributes of a link to a page, in the page's language where it is there."""

        @jinja2.pass_context
        def link(context: jinja2.runtime.Context, address: str) -> str:
            own = messages.is_source or self.translated("" if address == "." else address)
            href = url_filter(cast("TemplateContext", context), messages.prefix + address if own else address)
            return f'href="{href}"' if own else f'href="{href}" hreflang="{SOURCE}"'

        return link


def _theme_language(theme: Theme, messages: Messages) -> str:
    """The theme's own words for a language. Raises PluginError where it has none."""
    for name in (messages.language, messages.language.partition("-")[0]):
        if any(Path(folder, "partials/languages", f"{name}.html").is_file() for folder in theme.dirs):
            return name
    raise PluginError(f"data/locale/{messages.language}: the theme has no words in this language.")


def speak(env: jinja2.Environment, speech: Speech) -> None:
    """The theme's templates ask for their texts. What belongs to no page speaks English."""
    env.add_extension("jinja2.ext.i18n")
    env.newstyle_gettext = True  # type: ignore[attr-defined]
    # It may be shown at any address: nothing leads from there by a way up.
    plain = {"languages": [], "other_languages": speech.languages[1:]}
    env.globals.update({**speech.context("", ENGLISH, "", everywhere=False), **plain})


def _edit_url(config: MkDocsConfig, document: Document) -> str | None:
    base = _edit_base(config)
    return f"{base}{document.edit_path}" if base and document.edit_path else None


def _edit_base(config: MkDocsConfig) -> str:
    """What stands before a path in the address where the file is edited; empty where the source is not public."""
    directory = config.extra["directory"]
    if not directory.get("repo_url"):
        return ""
    return f"{directory['repo_url'].rstrip('/')}/edit/{directory.get('edit_branch', 'main')}/"


def make_shells(speech: Speech, env: jinja2.Environment, nav: Navigation, files: Sequence[File]) -> Shells:
    """The theme's `main.html` with marks, for every shape that a page may have in every language."""
    config = speech.config
    edit = _edit_base(config)
    links = (False, True) if edit else (False,)
    shapes = [
        messages.prefix + shape
        for messages in speech.languages
        for shape in SHAPES
        if messages.is_source or is_translated(shape)
    ]
    keys = [(shape, toc, link) for shape in shapes for toc in (False, True) for link in links]
    made = {key: Shell.of(_marked_page(speech, env, nav, files, key)) for key in keys}
    return Shells(_site_url(config), edit, made)


def _site_url(config: MkDocsConfig) -> str:
    """The site's own address, ending with a slash; empty where it is not known."""
    return f"{config.site_url.rstrip('/')}/" if config.site_url else ""


def header_files(speech: Speech, env: jinja2.Environment, nav: Navigation, files: Sequence[File]) -> Iterator[File]:
    """A script for each language, with what it puts into the header: written once instead of on every page."""
    root = Path(speech.config.config_file_path).parent
    script = (root / "overrides" / OURS / HEADER).read_text(encoding="utf-8")
    for messages in speech.languages:
        config = speech.configs[messages.language]
        context = {**get_context(nav, files, config), **speech.context("", messages, "", everywhere=False)}
        templates = {name: env.get_template(f"partials/header-{name}.html") for name in HEADER_PARTS}
        parts = {name: squeezed(template.render(context)) for name, template in templates.items()}
        text = f"{{\nconst parts = {json.dumps(parts, ensure_ascii=False)};\n{script}}}\n"
        yield File.generated(speech.config, f"{OURS}header/{messages.language}.js", content=text)


def _marked_page(speech: Speech, env: jinja2.Environment, nav: Navigation, files: Sequence[File], key: Key) -> str:
    shape, toc, link = key
    config, (messages, address) = speech.config, speech.of(shape)
    # The theme puts a heading of its own before content that has none.
    document = Document(
        shape, mark("title"), mark("content") + "<h1", "sample", main=("", ""),
        description=messages.gettext(DESCRIPTION), prefix=messages.prefix,
    )  # fmt: skip
    page = GeneratedPage(document, File.generated(config, document.source_uri, content=""), config)
    page.read_source(config)
    page.meta["hide"] = ["navigation"] if toc else ["navigation", "toc"]
    page.title, page.content = mark("title"), document.html
    page.canonical_url = mark("url") if page.canonical_url else None
    page.edit_url = mark("edit") if link else None
    page.toc = TableOfContents([AnchorLink(mark("title"), "top", 1)])
    spoken = speech.context(shape, messages, mark("address"), everywhere=is_translated(address))
    text = env.get_template("main.html").render({**get_context(nav, files, config, page), **spoken})
    return text.replace(mark("content") + "<h1", mark("content")).replace(_MAIN, _MAIN + mark("main"), 1)


class _WarningCount(logging.Handler):
    """Counts warnings, so that a strict build with any does not replace the last good site."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.number = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.number += 1


@dataclass
class Bridge:
    """The events of one MkDocs run, in their order."""

    serving: bool = False
    #: Sends every page through the pipeline: slow, and what the shells are tested against.
    plain: bool = False
    directory: Directory | None = None
    #: How pages speak; known once the directory is.
    speech: Speech | None = None
    nav: Navigation | None = None
    #: Addresses of the pages that MkDocs makes itself.
    own_pages: tuple[str, ...] = ()
    renderer: Renderer | None = None
    #: The pages that go through the pipeline, by address, and what a preview needs to send them through it again.
    leading: dict[str, GeneratedPage] = field(default_factory=dict)
    env: jinja2.Environment | None = None
    documents: Sequence[File] = ()
    memory: Memory = field(default_factory=Memory)
    build: Build | None = None
    store: Store | None = None
    seen: tuple[int, int] = (0, 0)
    stamp: int = 0
    final: Path | None = None
    paper: PaperFiles | None = None
    warnings: _WarningCount = field(default_factory=_WarningCount)

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        self.serving = command == "serve"

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        root = Path(config.config_file_path).parent
        block = _block(config)
        if not self.serving:
            clear_broken_off(Path(config.site_dir))
        self.directory = _load(root, block, strict=config.strict)
        config.extra["directory"] = block.model_dump()
        config.extra["content_security_policy"] = content_security_policy(block.settings(), serving=self.serving)
        if not self.serving:
            # Records live as long as the build: the collector need not look at them again and again.
            gc.freeze()
            self._build_beside(config)
            self.paper = _paper(self.directory, root)
        self.stamp = _stamp(root)
        return config

    def _build_beside(self, config: MkDocsConfig) -> None:
        """The site is built in a folder of its own, and takes the old one's place only when it is whole."""
        self.final = Path(config.site_dir)
        config.site_dir = str(staging_folder(self.final))
        # Ctrl-C is no error to MkDocs: nothing else would clear the folder away.
        atexit.register(shutil.rmtree, config.site_dir, ignore_errors=True)
        self.warnings = _WarningCount()
        if config.strict:
            logging.getLogger("mkdocs").addHandler(self.warnings)

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        assert self.directory is not None
        root = Path(config.config_file_path).parent
        in_nav = _nav_paths(config.nav)
        self.renderer = Renderer(
            self.directory, root / TEMPLATES, _compiled(config), written=self._written(files),
            paper=self.paper.links if self.paper is not None else no_paper,
        )  # fmt: skip
        self.leading = {}
        documents = all_documents if self.plain else leading_documents
        for document in (page for renderer in self.renderer.all for page in documents(renderer, root / IMPORTS)):
            file = File.generated(config, document.source_uri, content="", inclusion=InclusionLevel.INCLUDED)
            if file.src_uri not in in_nav:
                file.inclusion = InclusionLevel.NOT_IN_NAV
            self.leading[document.url] = GeneratedPage(document, file, config)
            files.append(file)
        joined = {f"{OURS}{name}" for name in (*STYLES, HEADER)}
        editing = _block(config).editing
        unwanted = LEFT_OUT if editing else (*LEFT_OUT, OF_SCREEN)
        left_out = [file for file in files if file.src_uri in joined or file.src_uri.startswith(unwanted)]
        for file in left_out:
            files.remove(file)
        for file in _static_files(self.renderer, config, root):
            files.append(file)
        for file in _editing_files(editing, self.directory, config, root):
            files.append(file)
        return files

    def _written(self, files: Files) -> frozenset[str]:
        """Addresses of the pages written by hand that stand in the folder of every language (`docs/es/`), too."""
        assert self.directory is not None
        there = {file.url for file in files.documentation_pages()}
        prefixes = [messages.prefix for messages in self.directory.languages]
        return frozenset(url for url in there if prefixes and all(prefix + url in there for prefix in prefixes))

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        self.nav = nav
        return nav

    def on_env(self, env: jinja2.Environment, *, config: MkDocsConfig, files: Files) -> jinja2.Environment:
        assert self.directory is not None and self.nav is not None
        plugin = config.plugins.get("material/search")
        if plugin is not None:
            plugin.search_index.entries.extend(
                {"location": entry.location, "title": entry.title, "text": entry.text}
                for entry in search_entries(self.directory)
            )
            # Generated pages that lead to others are found by their titles; the rest by what they are about.
            pages = [
                file.page for file in files.documentation_pages() if file.inclusion is not InclusionLevel.NOT_IN_NAV
            ]
            plugin.search_index.entries.extend(
                {"location": page.url, "title": page.title, "text": ""}
                for page in pages
                if isinstance(page, GeneratedPage)
            )
        assert self.renderer is not None
        self.speech = Speech(config, (ENGLISH, *self.directory.languages), self.renderer.translated)
        speak(env, self.speech)
        env.bytecode_cache = jinja2.FileSystemBytecodeCache(str(_compiled(config)))
        documents = files.documentation_pages()
        self.own_pages = tuple(file.page.url for file in documents if file.page is not None)
        self.env, self.documents = env, documents
        shells = make_shells(self.speech, env, self.nav, documents)
        for file in header_files(self.speech, env, self.nav, documents):
            files.append(file)
        self._begin(config, shells)
        return env

    def _begin(self, config: MkDocsConfig, shells: Shells) -> None:
        """Works out what must be made, and lets it begin."""
        assert self.directory is not None and self.renderer is not None
        root = Path(config.config_file_path).parent
        memory = Memory()
        if self.final is not None:
            self.store = Store.of(root, self.final)
            self.seen, memory = self.store.state(), self.store.load()
        staging = Staging(Path(config.site_dir), self.final, memory.files)
        base = stamp_of(root, self.directory.today)
        licence = (root / LICENCE).read_text(encoding="utf-8")
        cache = (folder_of(root), base)
        site = Site(
            self.renderer, shells, staging, not self.plain, cache=cache, licence=licence, root=root, paper=self.paper
        )
        stamp = stamp_of_site(self.directory, root / TEMPLATES, shells, base)
        if self.paper is not None:
            stamp += self.paper.stamp
        self.build = Build(site, stamp, memory)
        self.build.start()

    def on_page_context(
        self, context: TemplateContext, *, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> TemplateContext:
        assert self.speech is not None
        messages, address = self.speech.of(page.url)
        everywhere = self.speech.translated(address)
        context.update(self.speech.context(page.url, messages, address, everywhere=everywhere))  # type: ignore[typeddict-item]
        return context

    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Hand-written pages may name the coalition's contact: `{{ directory_contact }}`."""
        assert self.directory is not None
        if page.file.src_uri.startswith(FOR_MAINTAINERS):
            # For maintainers: a reader who looks for a bed does not want the field of that name.
            page.meta["search"] = {"exclude": True}
        return markdown.replace("{{ directory_contact }}", contact_words(self.directory.settings))

    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        if not isinstance(page, GeneratedPage):
            return output
        main = page.document.main
        told = f'{_MAIN} {main[0]}="{escape(main[1])}"' if main is not None else _MAIN
        return squeezed(output.replace(_MAIN, told, 1))

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        assert self.build is not None
        try:
            self._finish(self.build, config)
        except BadRecords as error:
            raise _refused(error) from error
        except PaperRefused as error:
            raise PluginError(f"{error}\nThe last site is untouched.") from error
        if found := self.build.valid_services():
            log.info("Open data: %d of %d services are valid HSDS 3.1", *found)
        self._end()

    def _finish(self, build: Build, config: MkDocsConfig) -> None:
        if self.serving:
            self.memory = build.remembered(*build.finish(), {})
        elif self.warnings.number == 0 and self.final is not None and self.store is not None:
            memory = publish(build, self.store, self.seen, self.final, self._sitemaps)
            for told in sizes_told(memory.files):
                log.info(told)
            if self.paper is not None and self.paper.states and (told := only_here(self.paper.works.site)):
                log.info(told)
            config.site_dir = str(self.final)

    def _sitemaps(self, addresses: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        assert self.build is not None
        directory, listed = self.build.site.directory, (*self.own_pages, *addresses)

        def part(address: str) -> str:
            found = part_of(directory, address)
            return found if found in directory.states else REST

        return sitemap_files(self.build.site.shells.site_url, listed, part)

    def on_build_error(self, *, error: Exception) -> None:
        if self.build is not None:
            self.build.stop()
        if self.final is not None:
            shutil.rmtree(staging_folder(self.final), ignore_errors=True)
        self._end()

    def _end(self) -> None:
        logging.getLogger("mkdocs").removeHandler(self.warnings)

    def on_serve(
        self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Callable[[], None]
    ) -> LiveReloadServer:
        root = Path(config.config_file_path).parent
        for folder in ("data/resources", "data/vocab", "overrides"):
            server.watch(str(root / folder))
        server.builder = lambda: None if self.preview(config) else builder()
        return server

    def preview(self, config: MkDocsConfig) -> bool:
        """Makes only the pages that an edited record changes; False where the whole site must be built again."""
        root = Path(config.config_file_path).parent
        if self.directory is None or self.build is None or _stamp(root) != self.stamp:
            return False
        new = _load(root, _block(config), strict=config.strict)
        if new.states != self.directory.states:
            return False
        old = self.build.site.renderer
        renderer = Renderer(new, root / TEMPLATES, old.compiled, written=old.written)
        paper = self.paper.of_edited(new) if self.paper is not None else None
        site = replace(self.build.site, renderer=renderer, paper=paper)
        again = Build(site, self.build.stamp, self.memory)
        if again.changes is None:
            return False
        made = again.finish()
        self.memory = again.remembered(*made, {})
        for address in again.changes.pages - self.memory.known.shown.keys():
            Path(config.site_dir, address, "index.html").unlink(missing_ok=True)
        if again.changes.placed:
            self._lead_again(renderer, config)
        self.directory, self.build, self.paper = new, again, paper
        log.info("%d pages show the edited records", len(again.changes.pages))
        return True

    def _lead_again(self, renderer: Renderer, config: MkDocsConfig) -> None:
        """Sends the leading pages, which count all entries, through the pipeline's last step once more."""
        assert self.nav is not None and self.env is not None
        imports = Path(config.config_file_path).parent / IMPORTS
        for own in renderer.all:
            own.begin()
        for document in (page for own in renderer.all for page in leading_documents(own, imports)):
            page = self.leading[document.url]
            page.document = document
            page.render(config, Files([]))
            _build_page(page, config, self.documents, self.nav, self.env)


def _stamp(root: Path) -> int:
    """When anything but records was last changed."""
    files = [root / "mkdocs.yml"]
    for folder in ("overrides", "docs", "data/vocab", "data/places", "data/imports"):
        files += [file for file in (root / folder).rglob("*") if file.is_file()]
    return hash(tuple((str(file), file.stat().st_mtime_ns) for file in sorted(files)))


def _block(config: MkDocsConfig) -> DirectoryBlock:
    try:
        return DirectoryBlock.model_validate(config.extra.get("directory") or {})
    except ValidationError as error:
        lines = [f"mkdocs.yml: directory.{'.'.join(map(str, e['loc']))}: {e['msg']}." for e in error.errors()]
        raise PluginError("\n".join(["The block 'directory:' has problems.", *lines])) from error


def _load(root: Path, block: DirectoryBlock, *, strict: bool) -> Directory:
    try:
        tiles_host(block.settings())
        wanted = states_wanted(block.states, os.environ)
        return load_directory(root, block.settings(), today_of(os.environ), wanted, cached=True, strict=strict)
    except BadRecords as error:
        raise _refused(error) from error
    except (VocabularyError, ShapesMissing, TilesRefused, OSError, ValueError) as error:
        raise PluginError(str(error)) from error


def sizes_told(files: Mapping[str, Written]) -> Iterator[str]:
    """How large the site is, and how much of it is paper: what a host takes is limited."""
    paper = [written.size for path, written in files.items() if path.startswith(f"{PAPER}/")]
    if paper:
        yield f"Paper: {len(paper):,} files, {sum(paper) / 1e6:.1f} MB"
    yield f"The site: {len(files):,} files, {sum(written.size for written in files.values()) / 1e6:.1f} MB"


def _paper(directory: Directory, root: Path) -> PaperFiles:
    try:
        return PaperFiles.of(directory, root, os.environ)
    except (PaperRefused, LedgerError) as error:
        raise PluginError(str(error)) from error


def _refused(error: BadRecords) -> PluginError:
    text = format_problems(error.problems, "text")
    return PluginError(f"{text}\n{len(error.problems)} problems; the last site is untouched.")


def content_security_policy(settings: Settings, *, serving: bool = False) -> str:
    """The policy of every page: no other host, no inline script. Only a preview's reloading needs inline script."""
    host = tiles_host(settings)
    also = f" {host}" if host else ""
    # Scripts, styles and what scripts fetch are from here, as all else: only what differs is said.
    script = ("script-src 'self' 'unsafe-inline'",) if serving else ()
    connect = (f"connect-src 'self'{also}",) if also else ()
    return "; ".join(
        (
            "default-src 'self'",
            *script,
            f"img-src 'self' data:{also}",
            *connect,
            "object-src 'none'",
            "frame-src 'none'",
            "base-uri 'self'",
            "form-action 'none'",
        )
    )


def contact_words(settings: Settings) -> str:
    """How partners reach the coalition, in Markdown."""
    ways = []
    if settings.contact:
        ways.append(f"write to [{settings.contact}](mailto:{settings.contact})")
    if settings.contact_url:
        ways.append(f'use [our contact page]({settings.contact_url}){{: rel="noreferrer noopener" }}')
    if settings.repo_url:
        ways.append(f'open an [issue]({settings.repo_url.rstrip("/")}/issues){{: rel="noreferrer noopener" }}')
    if not ways:
        return "The coalition that publishes this site has not yet said here how to reach it."
    return f"To reach us, {' or '.join(ways)}."


def _compiled(config: MkDocsConfig) -> Path:
    """The folder in which compiled templates are kept from one build to the next."""
    folder = folder_of(Path(config.config_file_path).parent) / "templates"
    folder.mkdir(exist_ok=True)
    return folder


def _nav_paths(nav: Any) -> frozenset[str]:
    if isinstance(nav, str):
        return frozenset({nav})
    if isinstance(nav, Mapping):
        return frozenset().union(*(_nav_paths(value) for value in nav.values()))
    return frozenset().union(*(_nav_paths(value) for value in nav or ()))


def _static_files(renderer: Renderer, config: MkDocsConfig, root: Path) -> Iterator[File]:
    directory = renderer.directory
    vendor = [*VENDOR_FILES, PROTOMAPS] if directory.settings.tiles.endswith(".pmtiles") else VENDOR_FILES
    for source, target in vendor:
        path = root / "node_modules" / source
        if not path.is_file():
            raise PluginError(f"{path.relative_to(root)} is missing. Run 'make setup'.")
        yield File.generated(config, f"assets/vendor/{target}", abs_src_path=str(path))
    for source, target in MODULE_FILES:
        script = (root / "node_modules" / source).read_text(encoding="utf-8")
        module = f"const module={{exports:{{}}}},exports=module.exports;\n{script}\nexport default module.exports;\n"
        yield File.generated(config, f"assets/vendor/{target}", content=module)
    pictures = {name: _icon_text(config, icon) for name, icon in (*_icons(directory), *_theme_icons(config))}
    yield File.generated(config, f"{OURS}directory.css", content=_style(root, colours(directory, pictures)))
    for code, entry in directory.vocabulary.types.items():
        # The map of the country draws with these.
        yield File.generated(config, f"{OURS}icons/{entry.slug}.svg", content=pictures[code])
    others = {other.messages.language: other for other in renderer.all[1:]}
    vocabularies = {language: other.directory.vocabulary for language, other in others.items()}
    for name, text in hiding_files(directory.vocabulary, vocabularies):
        yield File.generated(config, f"assets/directory/{name}", content=text)
    yield File.generated(config, f"{OURS}entry.json", content=block_data(directory.vocabulary))
    for language, other in others.items():
        script = script_of(other.messages, directory, renderer.translated)
        yield File.generated(config, f"assets/directory/messages/{language}.js", content=script)
    yield File.generated(config, "robots.txt", content=robots_text(_site_url(config)))
    for old, new in redirects(directory):
        yield File.generated(config, f"{old}index.html", content=_redirect(relative(old, new)))


def _editing_files(editing: Editing | None, directory: Directory, config: MkDocsConfig, root: Path) -> Iterator[File]:
    """The editing screen, where the coalition has configured it."""
    if editing is None:
        return
    try:
        for source, target in packaged_files(root / "node_modules"):
            yield File.generated(config, target, abs_src_path=str(source))
        for target, text in editing_files(editing, directory):
            yield File.generated(config, target, content=text)
    except EditingRefused as error:
        raise PluginError(str(error)) from error


def _style(root: Path, made: str) -> str:
    """All that every page needs in one file: on a slow line each further file costs the first picture half a second."""
    sources = [root / VENDOR / name for name in MADE_STYLES]
    for source in sources:
        if not source.is_file():
            raise PluginError(f"{source.relative_to(root)} is missing. Run 'make setup'.")
    sources += (root / "overrides" / OURS / name for name in STYLES)
    return "\n".join([*(source.read_text(encoding="utf-8") for source in sources), made])


def _icons(directory: Directory) -> Iterator[tuple[str, str]]:
    """(name in the style sheet, the theme's icon) of types and needs."""
    for code, entry in directory.vocabulary.types.items():
        yield code, entry.icon
    for code, need in directory.vocabulary.needs.items():
        yield f"need-{code}", need.icon


def _theme_icons(config: MkDocsConfig) -> Iterator[tuple[str, str]]:
    """The icons of the header, as `_icons`."""
    yield "logo", config.theme["icon"]["logo"]
    yield "search", config.theme["icon"].get("search") or "material/magnify"
    for option in config.theme["palette"]:
        yield f"theme-{option['scheme']}", option["toggle"]["icon"]


def _icon_text(config: MkDocsConfig, icon: str) -> str:
    for folder in config.theme.dirs:
        file = Path(folder) / ".icons" / f"{icon}.svg"
        if file.is_file():
            return file.read_text(encoding="utf-8")
    raise PluginError(f"The vocabulary names the icon '{icon}', which the theme does not have.")


def colours(directory: Directory, pictures: Mapping[str, str]) -> str:
    """Style of the coalition's colours, and of each type's colour and icon.

    `pictures` are SVG texts by name. They stand in the style sheet itself: as files a county's page would ask for a
    dozen of them, half a second each on a slow line.
    """
    settings = directory.settings
    lines = [
        ":root{"
        f"--md-primary-fg-color:{settings.primary};--md-primary-fg-color--light:{settings.primary};"
        f"--md-primary-fg-color--dark:{settings.primary};--md-accent-fg-color:{settings.accent};--rd-link:{settings.accent}"
        "}"
    ]
    for code, entry in directory.vocabulary.types.items():
        lines.append(f".rd-type--{code}{{--rd-type:{entry.colour}}}")
        lines.append(f"[data-md-color-scheme=slate] .rd-type--{code}{{--rd-type:{entry.colour_dark}}}")
    for name, picture in pictures.items():
        typed = f",.rd-type--{name}" if name in directory.vocabulary.types else ""
        typed += ",.md-logo" if name == "logo" else ""
        inline = quote(picture.strip().replace('"', "'"), safe=" '=/:,.;()-+*")
        lines.append(f'.rd-icon--{name}{typed}{{--rd-icon:url("data:image/svg+xml,{inline}")}}')
    return "\n".join(lines) + "\n"


def _redirect(target: str) -> str:
    address = escape(target)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'
        '<meta name="referrer" content="no-referrer"><title>Moved</title>'
        f'<meta name="robots" content="noindex"><meta http-equiv="refresh" content="0; url={address}"></head>'
        f'<body><p>This page has moved. <a href="{address}">Go to its new address</a>.</p></body></html>\n'
    )
