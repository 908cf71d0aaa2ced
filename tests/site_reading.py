"""A built site as tests read it: its pages parsed, its addresses resolved."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

#: Attributes that hold an address.
ADDRESSES = frozenset({"href", "src", "action", "poster", "data-shapes", "data-points", "data-regions", "data-base"})
ABSOLUTE = "http://localhost:8000/"

Attributes = Mapping[str, str | None]


@dataclass
class Html(HTMLParser):
    """What one HTML file holds: every start tag in order, ids, its title, the text of its scripts."""

    path: str
    tags: list[tuple[str, Attributes]] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    title: str = ""
    scripts: list[str] = field(default_factory=list)
    _inside: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        self.ids.update(value for name in ("id", "name") if (value := attributes.get(name)))
        self._inside = tag
        if tag == "script":
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "title" and not any(tag in {"svg", "body"} for tag, _ in self.tags):
            self.title += data
        elif self._inside == "script":
            self.scripts[-1] += data

    def of(self, *names: str) -> Iterator[Attributes]:
        """Attributes of every tag of these names."""
        return (attributes for tag, attributes in self.tags if tag in names)

    def meta(self, name: str) -> str | None:
        """The content of the first `<meta>` of that name or http-equiv."""
        found = (a.get("content") for a in self.of("meta") if name in {a.get("name"), a.get("http-equiv")})
        return next(found, None)

    @property
    def is_redirect(self) -> bool:
        return self.meta("refresh") is not None

    @property
    def addresses(self) -> Iterator[str]:
        """Every address that the page names."""
        for tag, attributes in self.tags:
            for name in ADDRESSES & attributes.keys():
                if not (tag == "link" and attributes.get("rel") == "canonical"):
                    yield attributes[name] or ""
        if refresh := self.meta("refresh"):
            yield refresh.partition("url=")[2]


def read_pages(site: Path) -> dict[str, Html]:
    """Every HTML file of a site, by its path in it: `co/denver/index.html`."""
    pages = {}
    for file in sorted(site.rglob("*.html")):
        page = Html(file.relative_to(site).as_posix())
        page.feed(file.read_text(encoding="utf-8"))
        page.close()
        pages[page.path] = page
    return pages


def target_of(page: str, address: str) -> tuple[str, str] | None:
    """(path in the site, fragment) to which an address in a page leads; None for one of another kind or host."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return None
    path = unquote(parts.path)
    if path:
        base = path.lstrip("/") if path.startswith("/") else posixpath.join(posixpath.dirname(page), path)
        target = posixpath.normpath(base or ".")
        if path.endswith(("/", ".")) or not posixpath.splitext(target)[1]:
            target = posixpath.normpath(posixpath.join(target, "index.html"))
    else:
        target = page
    return target, unquote(parts.fragment)


def contents(site: Path) -> dict[str, bytes]:
    """Every file of a site by its path in it."""
    return {file.relative_to(site).as_posix(): file.read_bytes() for file in sorted(site.rglob("*")) if file.is_file()}
