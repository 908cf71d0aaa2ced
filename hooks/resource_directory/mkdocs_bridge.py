"""All that knows MkDocs: generated pages go through its page pipeline over a theme shell that is rendered once.

The theme's `main.html` is rendered once for each folder of addresses and kind of contents list, with marks where a
page's own parts belong; a page then only fills the marks. A test holds that the bytes are those of the plain route.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import jinja2
from markupsafe import Markup, escape
from mkdocs.commands.build import get_context
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, TableOfContents
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from resource_directory.directory import Directory, Settings
from resource_directory.loading import BadRecords, load_directory, states_wanted, today_of
from resource_directory.maps import MapFiles, TilesRefused, tiles_host
from resource_directory.pages import Document, Renderer, all_documents
from resource_directory.pages.all import redirects
from resource_directory.pages.document import relative
from resource_directory.problems import format_problems
from resource_directory.search import search_entries
from resource_directory.shapes import ShapesMissing
from resource_directory.vocabulary import VocabularyError

if TYPE_CHECKING:
    from mkdocs.livereload import LiveReloadServer

log = logging.getLogger("mkdocs.plugins.resource_directory")

TEMPLATES = Path("overrides/directory")
IMPORTS = Path("data/imports")
SHELL_TEMPLATE = "directory-shell.html"
#: npm files that the site serves: (folder or file in node_modules, where they stand in the site).
VENDOR_FILES: tuple[tuple[str, str], ...] = (
    ("leaflet/dist/leaflet.js", "leaflet/leaflet.js"),
    ("leaflet/dist/leaflet.css", "leaflet/leaflet.css"),
    ("leaflet.markercluster/dist/leaflet.markercluster.js", "leaflet.markercluster/leaflet.markercluster.js"),
    ("leaflet.markercluster/dist/MarkerCluster.css", "leaflet.markercluster/MarkerCluster.css"),
    (
        "govuk-frontend/dist/govuk/components/exit-this-page/exit-this-page.bundle.mjs",
        "govuk-frontend/exit-this-page.bundle.mjs",
    ),
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

    def settings(self) -> Settings:
        """What the rest of the package may know."""
        return Settings(**self.model_dump(exclude={"site_url", "states"}))


class GeneratedPage(Page):
    """A page whose content is a Document. It takes part in the pipeline like any other page."""

    def __init__(self, document: Document, file: File, config: MkDocsConfig, shells: Shells | None) -> None:
        self.document = document
        self.shells = shells
        super().__init__(None, file, config)
        self.title = str(escape(document.title))
        self.edit_url = _edit_url(config, document)

    def read_source(self, config: MkDocsConfig) -> None:
        self.markdown = ""
        hidden = ["navigation"] if len(self.document.contents) > 2 else ["navigation", "toc"]
        self.meta = {
            "hide": hidden,
            "description": self.document.description,
            "search": {"exclude": True},
        }
        if self.shells is not None:
            self.meta["template"] = SHELL_TEMPLATE

    def render(self, config: MkDocsConfig, files: Files) -> None:
        self.content = self.document.html
        top = AnchorLink(self.title or "", "top", 1)
        shown = self.document.contents if len(self.document.contents) > 2 else ()
        top.children = [AnchorLink(str(escape(text)), anchor, 2) for anchor, text in shown]
        self.toc = TableOfContents([top])

    @property
    def filled(self) -> Markup:
        """The whole page: the shell with this page's parts in it."""
        assert self.shells is not None
        return Markup(self.shells.fill(self))  # noqa: S704 (made of escaped parts)


def _edit_url(config: MkDocsConfig, document: Document) -> str | None:
    directory = config.extra["directory"]
    if not directory.get("repo_url") or not document.edit_path:
        return None
    return f"{directory['repo_url'].rstrip('/')}/edit/{directory.get('edit_branch', 'main')}/{document.edit_path}"


@dataclass(frozen=True)
class Shell:
    """The theme around a page: one item of its contents list, what stands between two, and the pieces.

    A piece is text, or NUL and the name of the part that belongs there.
    """

    item: str
    between: str
    pieces: tuple[str, ...]


@dataclass
class Shells:
    """The theme's `main.html`, rendered once a shape of page and then filled."""

    config: MkDocsConfig
    env: jinja2.Environment | None = None
    nav: Navigation | None = None
    files: Sequence[File] | None = None
    made: dict[tuple[str, bool, bool], Shell] = field(default_factory=dict)

    def fill(self, page: GeneratedPage) -> str:
        """The page's bytes, as text."""
        folder = page.url.rstrip("/").rpartition("/")[0]
        contents = page.document.contents
        key = (folder, len(contents) > 2, page.edit_url is not None)
        if key not in self.made:
            self.made[key] = self._make(folder, key)
        shell = self.made[key]
        values = {
            "title": page.title or "",
            "url": page.canonical_url or "",
            "edit": page.edit_url or "",
            "content": page.content or "",
            "toc": shell.between.join(
                shell.item.replace(_mark("anchor"), f"#{anchor}").replace(_mark("heading"), str(escape(text)))
                for anchor, text in contents
            ),
        }
        return "".join(values.get(part[1:], "") if part[:1] == "\0" else part for part in shell.pieces)

    def _make(self, folder: str, key: tuple[str, bool, bool]) -> Shell:
        """Renders the shell of a folder with marks."""
        assert self.env is not None and self.nav is not None and self.files is not None
        url = f"{folder}/sample/" if folder else "sample/"
        document = Document(url, _mark("title"), _mark("content") + "<h1", "sample")
        file = File.generated(self.config, document.source_uri, content="")
        page = GeneratedPage(document, file, self.config, None)
        page.read_source(self.config)
        page.meta["hide"] = ["navigation"] if key[1] else ["navigation", "toc"]
        page.title, page.content = _mark("title"), document.html
        page.canonical_url = _mark("url") if page.canonical_url else None
        page.edit_url = _mark("edit") if key[2] else None
        page.toc = _marked_toc(key[1])
        context = get_context(self.nav, self.files, self.config, page)
        text = self.env.get_template("main.html").render(context).replace(_mark("content") + "<h1", _mark("content"))
        item, between = "", ""
        if key[1]:
            item, between, text = _cut_item(text)
        return Shell(item, between, tuple(_pieces(text)))


def _mark(name: str) -> str:
    return f"~~directory-{name}~~"


def _marked_toc(filled: bool) -> TableOfContents:
    """A contents list of two marked items: enough to cut out one item with the space after it."""
    top = AnchorLink(_mark("title"), "top", 1)
    if filled:
        top.children = [AnchorLink(_mark("heading"), "_", 2), AnchorLink(_mark("heading"), "_", 2)]
        for child in top.children:
            child.id = _mark("anchor")
    return TableOfContents([top])


def _cut_item(text: str) -> tuple[str, str, str]:
    """Cuts the two list items out of the shell: one item, what stands between two, and the shell with a mark."""
    anchor = "#" + _mark("anchor")
    first = text.rindex("<li", 0, text.index(anchor))
    second = text.rindex("<li", 0, text.index(anchor, text.index(anchor) + 1))
    end = text.index("</li>", second) + len("</li>")
    item = text[second:end]
    between = text[first + len(item) : second]
    return item.replace(anchor, _mark("anchor")), between, text[:first] + _mark("toc") + text[end:]


def _pieces(text: str) -> Iterator[str]:
    rest = text
    while True:
        start = rest.find("~~directory-")
        if start < 0:
            yield rest
            return
        end = rest.index("~~", start + 2)
        yield rest[:start]
        yield "\0" + rest[start + len("~~directory-") : end]
        rest = rest[end + 2 :]


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
    directory: Directory | None = None
    renderer: Renderer | None = None
    shells: Shells | None = None
    stamp: int = 0
    final: Path | None = None
    warnings: _WarningCount = field(default_factory=_WarningCount)

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        self.serving = command == "serve"

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        root = Path(config.config_file_path).parent
        block = _block(config)
        if not self.serving:
            clear_broken_off(Path(config.site_dir))
        self.directory = _load(root, block)
        config.extra["directory"] = block.model_dump()
        config.extra["content_security_policy"] = content_security_policy(block.settings(), serving=self.serving)
        if not self.serving:
            self._build_beside(config)
        self.shells = Shells(config)
        self.stamp = _stamp(root)
        return config

    def _build_beside(self, config: MkDocsConfig) -> None:
        """The site is built in a folder of its own, and takes the old one's place only when it is whole."""
        self.final = Path(config.site_dir)
        config.site_dir = str(self.final.parent / f".{self.final.name}.new-{os.getpid()}")
        self.warnings = _WarningCount()
        if config.strict:
            logging.getLogger("mkdocs").addHandler(self.warnings)

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        assert self.directory is not None
        root = Path(config.config_file_path).parent
        in_nav = _nav_paths(config.nav)
        self.renderer = Renderer(self.directory, root / TEMPLATES)
        for document in all_documents(self.renderer, root / IMPORTS):
            file = File.generated(config, document.source_uri, content="", inclusion=InclusionLevel.INCLUDED)
            if file.src_uri not in in_nav:
                file.inclusion = InclusionLevel.NOT_IN_NAV
            # A page of the nav is marked as active there, so it goes the plain route.
            GeneratedPage(document, file, config, None if file.src_uri in in_nav else self.shells)
            files.append(file)
        for file in _static_files(self.directory, config, root):
            files.append(file)
        return files

    def on_env(self, env: jinja2.Environment, *, config: MkDocsConfig, files: Files) -> jinja2.Environment:
        assert self.directory is not None and self.shells is not None
        self.shells.env, self.shells.files = env, files.documentation_pages()
        plugin = config.plugins.get("material/search")
        if plugin is not None:
            plugin.search_index.entries.extend(
                {"location": entry.location, "title": entry.title, "text": entry.text, "boost": entry.boost}
                for entry in search_entries(self.directory)
            )
        return env

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        assert self.shells is not None
        self.shells.nav = nav
        return nav

    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Hand-written pages may name the coalition's contact: `{{ directory_contact }}`."""
        assert self.directory is not None
        return markdown.replace("{{ directory_contact }}", contact_words(self.directory.settings))

    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        main = page.document.main if isinstance(page, GeneratedPage) else None
        if main is None:
            return output
        return output.replace(_MAIN, f'{_MAIN} {main[0]}="{escape(main[1])}"', 1)

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        if self.final is None:
            return
        if self.warnings.number == 0:
            swap(Path(config.site_dir), self.final)
            config.site_dir = str(self.final)
        self._end()

    def on_build_error(self, *, error: Exception) -> None:
        if self.final is not None:
            shutil.rmtree(self.final.parent / f".{self.final.name}.new-{os.getpid()}", ignore_errors=True)
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
        """Renders only the pages that show an edited record; False where the whole site must be built again."""
        root = Path(config.config_file_path).parent
        if self.directory is None or self.renderer is None or self.shells is None or _stamp(root) != self.stamp:
            return False
        new = _load(root, _block(config))
        changed = changed_records(self.directory, new)
        if changed is None:
            return False
        addresses = frozenset(url for url, shown in self.renderer.shown.items() if shown & changed)
        if addresses & {path.removesuffix("index.md") for path in _nav_paths(config.nav)}:
            return False
        renderer = Renderer(new, root / TEMPLATES, only=addresses)
        for document in all_documents(renderer, root / IMPORTS):
            if document.url in addresses:
                self._write(document, config)
        self.renderer.shown.update(renderer.shown)
        self.directory = new
        _write_search(new, changed, Path(config.site_dir))
        log.info("%d pages show the edited records", len(addresses))
        return True

    def _write(self, document: Document, config: MkDocsConfig) -> None:
        file = File.generated(config, document.source_uri, content="")
        page = GeneratedPage(document, file, config, self.shells)
        page.read_source(config)
        page.render(config, Files([]))
        output = self.on_post_page(str(page.filled), page=page, config=config)
        Path(config.site_dir, file.dest_uri).write_text(output, encoding="utf-8")


#: What places a record in lists and on maps. When it changes, every page may change.
_PLACING = (
    "type", "service_area", "services", "location", "organization", "registry_ids", "former_ids", "counties",
    "verified", "source",
)  # fmt: skip


def changed_records(old: Directory, new: Directory) -> frozenset[str] | None:
    """Ids of the records that differ; None where one came, went or moved, so that lists and maps change."""
    if old.records.keys() != new.records.keys():
        return None
    changed = frozenset(key for key, record in new.records.items() if record != old.records[key])
    for key in changed:
        before, after = old.records[key], new.records[key]
        if any(getattr(before, name, None) != getattr(after, name, None) for name in _PLACING):
            return None
    return changed


def _write_search(directory: Directory, changed: frozenset[str], site: Path) -> None:
    """Puts the new entries of edited records into the search data."""
    file = site / "search/search_index.json"
    data = json.loads(file.read_text(encoding="utf-8"))
    places = {f"resources/{key}/" for key in changed}
    new = [asdict(entry) for entry in search_entries(directory) if entry.location in places]
    data["docs"] = [entry for entry in data["docs"] if entry["location"] not in places] + new
    file.write_text(json.dumps(data, separators=(",", ":")), encoding="utf-8")


def _stamp(root: Path) -> int:
    """When anything but records was last changed."""
    files = [root / "mkdocs.yml"]
    for folder in ("overrides", "docs", "data/vocab", "data/places", "data/imports"):
        files += [file for file in (root / folder).rglob("*") if file.is_file()]
    return hash(tuple((str(file), file.stat().st_mtime_ns) for file in sorted(files)))


def clear_broken_off(final: Path) -> None:
    """Clears what builds that were killed have left; one killed in the middle of a swap gives its old site back."""
    for left in sorted(final.parent.glob(f".{final.name}.*-*")):
        if _is_running(left.name.rpartition("-")[2]):
            continue
        if left.name.startswith(f".{final.name}.old-") and not final.exists():
            left.rename(final)
        else:
            shutil.rmtree(left, ignore_errors=True)


def swap(new: Path, final: Path) -> None:
    """Puts a finished folder in the place of the last one. Readers see the old site or the new one, nothing between."""
    old = final.parent / f".{final.name}.old-{os.getpid()}"
    if final.exists():
        final.rename(old)
    try:
        new.rename(final)
    except OSError:
        if old.exists():
            old.rename(final)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _is_running(number: str) -> bool:
    if not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _block(config: MkDocsConfig) -> DirectoryBlock:
    try:
        return DirectoryBlock.model_validate(config.extra.get("directory") or {})
    except ValidationError as error:
        lines = [f"mkdocs.yml: directory.{'.'.join(map(str, e['loc']))}: {e['msg']}." for e in error.errors()]
        raise PluginError("\n".join(["The block 'directory:' has problems.", *lines])) from error


def _load(root: Path, block: DirectoryBlock) -> Directory:
    try:
        tiles_host(block.settings())
        wanted = states_wanted(block.states, os.environ)
        return load_directory(root, block.settings(), today_of(os.environ), wanted)
    except BadRecords as error:
        text = format_problems(error.problems, "text")
        raise PluginError(f"{text}\n{len(error.problems)} problems; the last site is untouched.") from error
    except (VocabularyError, ShapesMissing, TilesRefused, OSError, ValueError) as error:
        raise PluginError(str(error)) from error


def content_security_policy(settings: Settings, *, serving: bool = False) -> str:
    """The policy of every page: no other host, no inline script. Only a preview's reloading needs inline script."""
    host = tiles_host(settings)
    also = f" {host}" if host else ""
    script = "script-src 'self' 'unsafe-inline'" if serving else "script-src 'self'"
    return "; ".join(
        (
            "default-src 'self'",
            script,
            "style-src 'self'",
            f"img-src 'self' data:{also}",
            f"connect-src 'self'{also}",
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


def _nav_paths(nav: Any) -> frozenset[str]:
    if isinstance(nav, str):
        return frozenset({nav})
    if isinstance(nav, Mapping):
        return frozenset().union(*(_nav_paths(value) for value in nav.values()))
    return frozenset().union(*(_nav_paths(value) for value in nav or ()))


def _static_files(directory: Directory, config: MkDocsConfig, root: Path) -> Iterator[File]:
    vendor = [*VENDOR_FILES, PROTOMAPS] if directory.settings.tiles.endswith(".pmtiles") else VENDOR_FILES
    for source, target in vendor:
        path = root / "node_modules" / source
        if not path.is_file():
            raise PluginError(f"{path.relative_to(root)} is missing. Run 'make setup'.")
        yield File.generated(config, f"assets/vendor/{target}", abs_src_path=str(path))
    exit_style = str(root / ".cache/vendor/exit-this-page.css")
    yield File.generated(config, "assets/vendor/govuk-frontend/exit-this-page.css", abs_src_path=exit_style)
    yield File.generated(config, "assets/directory/colours.css", content=colours(directory))
    for _, slug, icon in _icons(directory):
        yield File.generated(config, f"assets/directory/icons/{slug}.svg", content=_icon_text(config, icon))
    for address, text in MapFiles(directory).files():
        yield File.generated(config, address, content=text)
    for old, new in redirects(directory):
        yield File.generated(config, f"{old}index.html", content=_redirect(relative(old, new)))


def _icons(directory: Directory) -> Iterator[tuple[str, str, str]]:
    """(name in the style sheet, name of the file, the theme's icon). Names of files are neutral, as addresses are."""
    for code, entry in directory.vocabulary.types.items():
        yield code, entry.slug, entry.icon
    for code, need in directory.vocabulary.needs.items():
        yield f"need-{code}", f"need-{need.slug}", need.icon


def _icon_text(config: MkDocsConfig, icon: str) -> str:
    for folder in config.theme.dirs:
        file = Path(folder) / ".icons" / f"{icon}.svg"
        if file.is_file():
            return file.read_text(encoding="utf-8")
    raise PluginError(f"The vocabulary names the icon '{icon}', which the theme does not have.")


def colours(directory: Directory) -> str:
    """Style of the coalition's colours, and of each type's colour and icon."""
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
    for name, slug, _ in _icons(directory):
        lines.append(f'.rd-icon--{name}{{--rd-icon:url("icons/{slug}.svg")}}')
        if not name.startswith("need-"):
            lines.append(f'.rd-marker.rd-type--{name}{{--rd-icon:url("icons/{slug}.svg")}}')
    return "\n".join(lines) + "\n"


def _redirect(target: str) -> str:
    address = escape(target)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Moved</title>'
        f'<meta name="robots" content="noindex"><meta http-equiv="refresh" content="0; url={address}"></head>'
        f'<body><p>This page has moved. <a href="{address}">Go to its new address</a>.</p></body></html>\n'
    )
