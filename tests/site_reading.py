"""A built site as tests read it: its pages parsed, its addresses resolved."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

from resource_directory.processes import shared_out
from resource_directory.publishing import files_below
from resource_directory.secrecy import neutral_pattern

#: Attributes that hold an address.
ADDRESSES = frozenset({"href", "src", "action", "poster", "data-shapes", "data-points", "data-facts"})
ABSOLUTE = "http://localhost:8000/"
#: The way out of every page, which is a plain link without scripts.
EXIT = {
    "href": "https://www.weather.gov/", "role": "button", "draggable": "false", "rel": "nofollow noreferrer noopener",
}  # fmt: skip
#: Links of a page's head that name whole addresses: its own, and those of the same page in other languages.
NAMED_IN_FULL = frozenset({"canonical", "alternate"})
#: Languages of the site beside English, by the folder in which their pages stand.
LANGUAGES = {"es": "es"}

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
    def is_embed(self) -> bool:
        """A list for partners' frames."""
        return "embed/" in self.path and "base" in {tag for tag, _ in self.tags}

    @property
    def addresses(self) -> Iterator[str]:
        """Every address that the page names."""
        for tag, attributes in self.tags:
            for name in ADDRESSES & attributes.keys():
                if not (tag == "link" and attributes.get("rel") in NAMED_IN_FULL):
                    yield attributes[name] or ""
        if refresh := self.meta("refresh"):
            yield refresh.partition("url=")[2]


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


@dataclass
class Seen:
    """What the pages of a site told: problems by check, and what is compared with the records."""

    pages: int = 0
    problems: dict[str, list[str]] = field(default_factory=dict)
    schemes: set[str] = field(default_factory=set)
    outbound: int = 0
    #: Paths of the pages that are neither redirects nor the page for lost readers.
    listed: set[str] = field(default_factory=set)
    redirects: dict[str, str] = field(default_factory=dict)
    about: dict[str, tuple[str, str]] = field(default_factory=dict)

    def add(self, other: Seen) -> None:
        """Takes in what other pages told."""
        self.pages += other.pages
        for check, found in other.problems.items():
            self.problems.setdefault(check, []).extend(found)
        self.schemes |= other.schemes
        self.outbound += other.outbound
        self.listed |= other.listed
        self.redirects |= other.redirects
        self.about |= other.about


@dataclass(frozen=True)
class Context:
    """What a check may look at beside the page."""

    site: Path
    files: frozenset[str]
    neutral: re.Pattern[str]
    _ids: dict[str, set[str]] = field(default_factory=dict)

    def ids(self, path: str) -> set[str]:
        """Every id of a page."""
        if path not in self._ids:
            text = (self.site / path).read_text(encoding="utf-8")
            self._ids[path] = set(re.findall(r"(?:id|name)=\"?([^\"\s>]+)", text))
        return self._ids[path]


def _addresses_lead_somewhere(page: Html, context: Context) -> Iterator[str]:
    for address in set(page.addresses):
        target, anchor = target_of(page.path, address) or ("", "")
        if target and target not in context.files:
            yield address
        elif target and anchor and anchor not in (page.ids if target == page.path else context.ids(target)):
            yield f"no anchor {address}"


def _ids_are_unique(page: Html, context: Context) -> Iterator[str]:
    ids = [value for _, attributes in page.tags if (value := attributes.get("id"))]
    yield from sorted({value for value in ids if ids.count(value) > 1})


def _names_its_own_address(page: Html, context: Context) -> Iterator[str]:
    canonical = [a["href"] for a in page.of("link") if a.get("rel") == "canonical"]
    if page.path != "404.html" and canonical != [ABSOLUTE + page.path.removesuffix("index.html")]:
        yield str(canonical)


def _carries_the_policy(page: Html, context: Context) -> Iterator[str]:
    policy = dict(part.split(" ", 1) for part in str(page.meta("Content-Security-Policy")).split("; ") if " " in part)
    # Where nothing is said of scripts, styles or what they fetch, the default holds.
    policy = dict.fromkeys(("script-src", "style-src", "connect-src"), policy.get("default-src", "")) | policy
    wanted = dict.fromkeys(("default-src", "script-src", "style-src", "connect-src", "base-uri"), "'self'")
    wanted |= dict.fromkeys(("object-src", "frame-src", "form-action"), "'none'") | {"img-src": "'self' data:"}
    names = [a.get("http-equiv") or a.get("charset") for tag, a in page.tags if tag == "meta"]
    if any(policy.get(name) != value for name, value in wanted.items()):
        yield str(policy)
    if names[0] != "Content-Security-Policy" or page.meta("referrer") != "no-referrer":
        yield "the policy does not come first, or a referrer is sent"


def _has_nothing_inline(page: Html, context: Context) -> Iterator[str]:
    for attributes, text in zip(page.of("script"), page.scripts, strict=True):
        if attributes.get("type") not in {"application/json", "application/ld+json"} and (
            "src" not in attributes or text.strip()
        ):
            yield "a script inside the page"
    for tag, attributes in page.tags:
        risky = [name for name in attributes if name == "style" or name.startswith("on")]
        if tag == "style" or risky:
            yield f"<{tag} {risky}>"


def _fetches_from_no_other_host(page: Html, context: Context) -> Iterator[str]:
    for tag, attributes in page.tags:
        if tag == "a" or (tag == "link" and attributes.get("rel") in NAMED_IN_FULL):
            continue
        values = [attributes.get(name) or "" for name in ("src", "href", "srcset", "action", "data", "poster")]
        if any(re.match(r"(?:\w+:)?//", value) for value in values):
            yield f"<{tag}> {values}"
        if attributes.get("rel") in {"preconnect", "dns-prefetch", "prerender"}:
            yield f"<{tag} rel>"


def _tells_nothing_to_others(page: Html, context: Context) -> Iterator[str]:
    for attributes in page.of("a", "area"):
        if not re.match(r"(?:https?:)?//", attributes.get("href") or ""):
            continue
        if not {"noreferrer", "noopener"} <= set((attributes.get("rel") or "").split()) or "ping" in attributes:
            yield str(attributes)


def _is_neutral(page: Html, context: Context) -> Iterator[str]:
    if not page.title.strip():
        yield "no title"
    for text in (page.title, page.meta("description") or ""):
        if context.neutral.search(text):
            yield text


def _has_one_heading_and_an_exit(page: Html, context: Context) -> Iterator[str]:
    for tag in ("h1", "main"):
        if len(list(page.of(tag))) != 1:
            yield f"{len(list(page.of(tag)))} {tag}"
    exits = [(tag, told) for (_, around), (tag, told) in pairwise(page.tags) if around.get("class") == "rd-exit"]
    if len(exits) != 1:
        yield f"{len(exits)} exits"
    for tag, told in exits:
        if tag != "a" or {key: told.get(key) for key in EXIT} != EXIT:
            yield f"no exit: {tag} {told}"


def language_of(path: str) -> str:
    """The language of the page at a path of the site."""
    return LANGUAGES.get(path.split("/")[0], "en")


def _says_its_language(page: Html, context: Context) -> Iterator[str]:
    for attributes in page.of("html"):
        if attributes.get("lang") != language_of(page.path):
            yield f"lang={attributes.get('lang')}"
    if not page.path.startswith(tuple(LANGUAGES)):
        return
    for attributes in page.of("a"):
        target = target_of(page.path, attributes.get("href") or "")
        if target and target[0].endswith(".html") and language_of(target[0]) != attributes.get("hreflang", "es"):
            yield f"{attributes} leads to another language and does not say so"


def _says_its_language_only(page: Html, context: Context) -> Iterator[str]:
    yield from (str(a) for a in page.of("html") if a.get("lang") != language_of(page.path))


def _leads_to_other_languages(page: Html, context: Context) -> Iterator[str]:
    """Where a page names the same page in other languages, it is there and names this one; else a home page is named."""
    if page.path == "404.html":
        return
    switches = [a for a in page.of("a") if "rd-language" in (a.get("class") or "")]
    for attributes in switches:
        target = target_of(page.path, attributes["href"] or "")
        if (
            target is None
            or language_of(target[0]) != attributes["lang"]
            or attributes["hreflang"] != attributes["lang"]
        ):
            yield f"{attributes}"
    named = {a["hreflang"]: a["href"] or "" for a in page.of("link") if a.get("rel") == "alternate"}
    if named and named.get(language_of(page.path)) != ABSOLUTE + page.path.removesuffix("index.html"):
        yield f"does not name itself: {named}"
    paths = [address.removeprefix(ABSOLUTE) + "index.html" for address in named.values()]
    yield from (path for path in paths if path not in context.files)
    if len(switches) != len(LANGUAGES) or (named and len(named) != len(LANGUAGES) + 1):
        yield f"{len(switches)} switches, {len(named)} named"
    english = page.path.removeprefix(f"{language_of(page.path)}/")
    if not named and any(f"{folder}/{english}" in context.files for folder in LANGUAGES):
        yield "is there in another language and does not say so"


def _redirects_plainly(page: Html, context: Context) -> Iterator[str]:
    if page.meta("robots") != "noindex":
        yield "a search engine may list it"
    if page.meta("Content-Security-Policy") != "default-src 'none'" or page.meta("referrer") != "no-referrer":
        yield "it may load or tell something"
    yield from (tag for tag, _ in page.tags if tag in {"script", "link", "img", "style"})


def _stands_alone(page: Html, context: Context) -> Iterator[str]:
    """A list for a frame: nothing is loaded, nobody is told, all links lead the whole window, and they lead somewhere."""
    policy = page.meta("Content-Security-Policy") or ""
    if not policy.startswith("default-src 'none'; style-src 'sha256-") or page.meta("referrer") != "no-referrer":
        yield policy
    if page.meta("robots") != "noindex" or [a.get("target") for a in page.of("base")] != ["_top"]:
        yield "a search engine may list it, or links stay in the frame"
    yield from (tag for tag, a in page.tags if tag in {"script", "img", "iframe", "form"} or "style" in a)
    yield from (f"{a}" for a in page.of("link") if a.get("rel") != "canonical")
    for attributes in page.of("a", "link"):
        # Addresses begin at the site's top, to which <base> leads.
        target, anchor = target_of("index.html", attributes.get("href") or "") or ("", "")
        if target and (target not in context.files or (anchor and anchor not in context.ids(target))):
            yield f"{attributes}"


_Check = Callable[[Html, Context], Iterator[str]]
_OF_PAGES: Mapping[str, _Check] = {
    "addresses lead somewhere": _addresses_lead_somewhere,
    "ids are unique": _ids_are_unique,
    "names its own address": _names_its_own_address,
    "carries the policy": _carries_the_policy,
    "has nothing inline": _has_nothing_inline,
    "fetches from no other host": _fetches_from_no_other_host,
    "tells nothing to others": _tells_nothing_to_others,
    "is neutral": _is_neutral,
    "has one heading and an exit": _has_one_heading_and_an_exit,
    "says its language": _says_its_language,
    "leads to other languages": _leads_to_other_languages,
}
_OF_REDIRECTS: Mapping[str, _Check] = {
    "addresses lead somewhere": _addresses_lead_somewhere,
    "is neutral": _is_neutral,
    "redirects plainly": _redirects_plainly,
}
_OF_EMBEDS: Mapping[str, _Check] = {
    "ids are unique": _ids_are_unique,
    "is neutral": _is_neutral,
    "says its language": _says_its_language_only,
    "stands alone": _stands_alone,
    "tells nothing to others": _tells_nothing_to_others,
}
CHECKS = sorted({*_OF_PAGES, *_OF_REDIRECTS, *_OF_EMBEDS})
#: Pages that are looked at between two words to the parent.
GROUP = 300


def look(site: Path, neutral: Iterable[str]) -> Seen:
    """Looks at every page of a site, in several processes."""
    files = files_below(site)
    pages = sorted(path for path in files if path.endswith(".html"))
    context = Context(site, frozenset(files), neutral_pattern(neutral))
    groups = [pages[start : start + GROUP] for start in range(0, len(pages), GROUP)]
    seen = Seen()
    for part in shared_out(lambda group: _look_at(group, context), groups):
        seen.add(part)
    return seen


def _look_at(paths: Iterable[str], context: Context) -> Seen:
    seen = Seen()
    for path in paths:
        page = Html(path)
        page.feed((context.site / path).read_text(encoding="utf-8"))
        page.close()
        seen.pages += 1
        checks = _OF_EMBEDS if page.is_embed else _OF_REDIRECTS if page.is_redirect else _OF_PAGES
        for check, function in checks.items():
            found = [f"{path}: {problem}" for problem in function(page, context)]
            if found:
                seen.problems.setdefault(check, []).extend(found)
        _told(page, seen)
    return seen


def _told(page: Html, seen: Seen) -> None:
    addresses = list(page.addresses)
    seen.schemes |= {match.group() for a in addresses if (match := re.match(r"[\w+.-]+:", a))}
    seen.outbound += page.is_embed or any(re.match(r"https?://", a.get("href") or "") for a in page.of("a"))
    if page.is_redirect:
        targets = {target_of(page.path, address) for address in addresses}
        seen.redirects[page.path] = "|".join(sorted(target[0] for target in targets if target))
        return
    if page.path != "404.html" and not page.is_embed:
        seen.listed.add(page.path)
    for attributes in page.of("main"):
        for name in attributes.keys() & {"data-record", "data-coc", "data-state", "data-county"}:
            seen.about[page.path.removesuffix("index.html")] = (name, str(attributes[name]))


def contents(site: Path) -> dict[str, bytes]:
    """Every file of a site by its path in it."""
    return {file.relative_to(site).as_posix(): file.read_bytes() for file in sorted(site.rglob("*")) if file.is_file()}


_TAG = re.compile(r"<[a-z](?:[^<>\"]|\"[^\"]*\")*>")
#: A value with quotes, which is passed over, or one without.
_VALUE = re.compile(r'"[^"]*"|=([^\s">]+)')


def with_quotes(html: str) -> str:
    """A page whose attributes all have their quotes: for what reads tags by their text."""
    return _TAG.sub(lambda tag: _VALUE.sub(_given_quotes, tag[0]), html)


def _given_quotes(value: re.Match[str]) -> str:
    return f'="{value[1]}"' if value[1] else value[0]
