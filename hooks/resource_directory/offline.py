"""The offline edition: a built site made over so that a browser opens it from a folder (file://), without a server.

From a folder a browser loads no modules, fetches no files and shows no folder's page. So the modules come as plain
scripts (`scripts/offline-bundle.mjs`), files that scripts fetch become scripts that hand over their text, and links
name the page's file. Bytes of a site in, bytes of the edition out: decision 0027.
"""

from __future__ import annotations

import json
import posixpath
import re
import zipfile
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote

import jinja2

from resource_directory.messages import ENGLISH, Messages
from resource_directory.translating import STATE
from resource_directory.words import day_words

#: After so many days a copy is thrown away.
DAYS = 90
#: In the edition's folder the pages stand here; beside it stands only what people are to open.
PAGES = "directory/"
#: The page that says that a page is not in the copy, behind the prefix of its language.
AWAY = "not-here/"
#: Of a site, what no copy holds: for maintainers, programs, other sites, printers; for asking the browser where it is.
LEFT_OUT = (
    "404.html",
    "admin/",
    "assets/directory/admin/",
    "assets/directory/paper.js",
    "assets/directory/search-worker.js",
    "assets/map/counties.json",
    "data/",
    "embed/",
    "maintain/",
    "paper/",
    "reference/",
    "robots.txt",
    "sitemap",
    "upkeep/",
)
#: What scripts fetch as text.
FETCHED = (".json", ".geojson", ".txt")
FETCHED_FROM = ("assets/directory/icons/",)
#: A background of maps, of which scripts would fetch parts.
TILES = ".pmtiles"
#: Files of one county, named by its code.
COUNTY_FILES = ("assets/call/", "assets/map/counties/")
STYLE = "assets/directory/directory.css"
#: No address of another host, and none of this one but scripts, styles and pictures.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'"
)
#: Letters of a path in the edition at most: Windows allows 260, and the folder on the stick takes its part.
LONGEST_PATH = 200
#: States that the copy's name names; of more it says the number.
MOST_NAMED = 10
#: Entries that a folder of FAT32 can hold; a long name takes one for each 13 letters, and one more.
FAT_ENTRIES = 65_534
FAT_LETTERS = 13

#: Tags that lead somewhere, load something or tell others of a page; an attribute with its value, in quotes or not.
_TAG = re.compile(r"""<(?:a|area|link|script|img|form|source|meta)\b(?:[^>"']|"[^"]*"|'[^']*')*>\n?""")
_ATTRIBUTE = re.compile(r"""\s([\w:-]+)=(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_LEADS = frozenset({"href", "src", "action"})
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
#: Of the links of a page's head, those that it is shown with; not the site's addresses, feeds, what comes ahead.
_WANTED_LINKS = frozenset({"stylesheet", "icon"})
_MODULE = re.compile(r"""<script type=["']?module\b[^>]*></script>\n?""")
#: What is for search engines.
_LINKED_DATA = re.compile(r"""<script type=["']?application/ld\+json["']?>.*?</script>\n?""", re.DOTALL)
_PAPER = re.compile(r"""<a class=["']?rd-pdf\b[^>]*>[^<]*</a> ?""")
_BODY = re.compile(r"<article\b[^>]*>")
_ARTICLE = re.compile(r"(<article\b[^>]*>).*(</article>)", re.DOTALL)
_CONTENTS = re.compile(r"""\s*<div class="md-sidebar[^>]*>(?:</div>|.*?</nav>\s*</div>\s*</div>\s*</div>)""", re.DOTALL)
_TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)
_OTHER_LANGUAGE = re.compile(r"""(<a class="?rd-language"? href=")[^"]*("[^>]* hreflang="?([\w-]+))""")
_TILES = re.compile(r"^\s*directoryMaps\.tiles\(.*\);$", re.MULTILINE)
_ENTRY = re.compile(r"""href="?[^"\s>]*?resources/([^/"#\s>]+)/""")
_PAGE = re.compile(r"(?:[\w-]+/)??([\w-]+/)([^/]+)/index\.html")
_BAD_NAME = re.compile(r'[<>:"|?*\\\x00-\x1f]|[. ]$')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)

Member = tuple[str, bytes]


class EditionRefused(ValueError):
    """No copy can be made of the site; the message says why."""


@dataclass(frozen=True)
class BuiltSite:
    """A built site: the paths of its files (`co/denver/index.html`), and what reads one."""

    paths: frozenset[str]
    read: Callable[[str], bytes]

    @classmethod
    def of(cls, folder: Path) -> BuiltSite:
        """The site in a folder. Raises EditionRefused."""
        if not (folder / "index.html").is_file() or not (folder / "search/start.json").is_file():
            raise EditionRefused(f"{folder} holds no built site.")
        paths = (file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())
        return cls(frozenset(paths), lambda path: (folder / path).read_bytes())

    @cached_property
    def states(self) -> Mapping[str, str]:
        """Names of the states that the site shows, by slug."""
        return {state["s"]: state["n"] for state in json.loads(self.read("search/start.json"))["states"]}

    @cached_property
    def regions(self) -> Mapping[str, str]:
        """Names of its regions, by slug (`co-503`)."""
        return {code.lower(): name for code, name, *_ in json.loads(self.read("search/start.json"))["regions"]}


@dataclass(frozen=True)
class Choice:
    """What of a site a copy holds.

    `left` are pages that a region's copy leaves out, `kept` names what it keeps: for each folder, the names in it.
    """

    name: str
    #: The states' names, or the region's; none where it is everything.
    places: tuple[str, ...]
    #: The address of the page where readers begin.
    start: str
    left: frozenset[str] = frozenset()
    kept: Mapping[str, tuple[str, ...]] | None = None


def choice_of(site: BuiltSite, known: Collection[str], states: Collection[str] = (), region: str = "") -> Choice:
    """All of a site, which shows the states that were asked for; or of a region (`co-503`) its part.

    `known` are all states that a site can show (`co`): one that shows fewer is named by what it shows, whoever chose
    them. Raises EditionRefused.
    """
    unknown = sorted(set(states) - set(site.states))
    if unknown:
        raise EditionRefused(f"The site has no pages of {', '.join(unknown)}. States have two letters, such as co.")
    if region:
        return _of_region(site, region)
    shown = sorted(site.states)
    if set(known) <= set(shown):
        return Choice("us", (), "")
    places = tuple(site.states[slug] for slug in shown)
    name = "-".join(shown) if len(shown) <= MOST_NAMED else f"{len(shown)}-states"
    return Choice(name, places, f"{shown[0]}/" if len(shown) == 1 else "")


def _of_region(site: BuiltSite, region: str) -> Choice:
    """The region's page, its counties, and the entries that these pages name, or that those entries do."""
    if region not in site.regions:
        raise EditionRefused(f"There is no region {region}. There are: {', '.join(sorted(site.regions))}.")
    counties = [county["properties"] for slug in site.states for county in _counties(site, slug)]
    own = frozenset(county["u"] for county in counties if region.upper() in county["r"])
    begin = [*(f"{address}index.html" for address in own), f"regions/{region}/index.html", "hotlines/index.html"]
    kept = {*own, f"regions/{region}/", *_named_by(site, begin)}
    among = {*(county["u"] for county in counties), *(address for address in map(_address, site.paths) if address)}
    names: dict[str, list[str]] = {"resources/": [], "regions/": [], **{f"{slug}/": [] for slug in site.states}}
    for address in sorted(kept & among):
        folder, name, _ = address.split("/")
        names[f"{folder}/"].append(name)
    left = frozenset(path for path in site.paths if (page_of := _address(path, among)) and page_of not in kept)
    own_files = {f"{county['f']}." for county in counties if county["u"] not in own}
    left |= {path for path in site.paths if path.startswith(COUNTY_FILES) and _fips(path) in own_files}
    told = {folder: tuple(found) for folder, found in names.items()}
    return Choice(region, (site.regions[region],), f"regions/{region}/", left, told)


def _counties(site: BuiltSite, slug: str) -> list[dict[str, Any]]:
    topology = json.loads(site.read(f"assets/map/{slug}-counties.json"))
    return list(topology["objects"]["counties"]["geometries"])


def _fips(path: str) -> str:
    """`08031.` of a county's own file."""
    return path.rpartition("/")[2][:6]


def _address(path: str, among: Collection[str] = ()) -> str:
    """The address (`resources/x/`) of the entry, region or county whose page a path is, in any language; or nothing."""
    found = _PAGE.fullmatch(path)
    if found is None:
        return ""
    address = f"{found[1]}{found[2]}/"
    return address if found[1] in {"resources/", "regions/"} or address in among else ""


def _named_by(site: BuiltSite, paths: Iterable[str]) -> set[str]:
    """Addresses of the entries that pages name, and so on from entry to entry."""
    found: set[str] = set()
    waiting = list(paths)
    while waiting:
        names = set(_ENTRY.findall(site.read(waiting.pop()).decode("utf-8")))
        new = {f"resources/{name}/" for name in names} - found
        found |= new
        waiting += (path for address in sorted(new) if (path := f"{address}index.html") in site.paths)
    return found


@dataclass(frozen=True)
class Edition:
    """One copy: what it holds, when it was made, in which languages it speaks (English first)."""

    site: BuiltSite
    choice: Choice
    made: date
    languages: tuple[Messages, ...]
    #: What the site is called, by language.
    names: Mapping[str, str]
    templates: Path
    #: Where the site stands, if anywhere.
    online: str = ""

    @property
    def folder(self) -> str:
        """`resource-directory-co-2026-11-21`: neutral, for a stick may be found."""
        return f"resource-directory-{self.choice.name}-{self.made.isoformat()}"

    @property
    def until(self) -> date:
        return self.made + timedelta(days=DAYS)

    @cached_property
    def paths(self) -> frozenset[str]:
        """Paths of the site's files that the copy holds, as the site names them, and of its own pages."""
        own = self.site.paths - self.choice.left
        prefixes = [messages.prefix for messages in self.languages if messages.prefix]
        names = {path: next((path.removeprefix(p) for p in prefixes if path.startswith(p)), path) for path in own}
        held = {path for path, name in names.items() if not name.startswith(LEFT_OUT) and not path.endswith(TILES)}
        return frozenset(held | {f"{messages.prefix}{AWAY}index.html" for messages in self.languages})

    def of_page(self, path: str) -> Messages:
        """The language of a page."""
        own = (messages for messages in self.languages if messages.prefix and path.startswith(messages.prefix))
        return next(own, ENGLISH)

    def text(self, template: str, messages: Messages, **values: object) -> str:
        """A template in a language. Raises MissingMessage."""
        places = ", ".join(messages.optional(STATE, name) for name in self.choice.places)
        place = places or messages.say("All states")
        dates = {"made": day_words(self.made, messages), "until": day_words(self.until, messages)}
        said = {"_": messages.say, "edition": self, "messages": messages, "place": place, "day": self.until.isoformat()}
        return self._env.get_template(template).render(**said, **dates, **values)

    @cached_property
    def _env(self) -> jinja2.Environment:
        loader = jinja2.FileSystemLoader(self.templates)
        return jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, undefined=jinja2.StrictUndefined)

    @cached_property
    def lines(self) -> Mapping[str, str]:
        """The line on every page that says how old the copy is, by language."""
        return {one.language: self.text("offline_line.html", one) for one in self.languages}


def members(edition: Edition, scripts: Mapping[str, bytes], inside: Collection[str], style: str) -> Iterator[Member]:
    """(path, bytes) of the files of the edition's folder that are made of the site's, in order.

    `scripts` stand in `assets/directory/`; `inside` are the site's modules that they hold; `style` is the edition's.
    """
    for name, content in sorted(scripts.items()):
        yield f"{PAGES}assets/directory/{name}", content
    for path in sorted(edition.paths - set(inside)):
        yield from _member(edition, path, style)


def _member(edition: Edition, path: str, style: str) -> Iterator[Member]:
    if path.endswith(f"{AWAY}index.html") and path not in edition.site.paths:
        yield PAGES + path, away_page(edition, edition.of_page(path)).encode()
        return
    content = edition.site.read(path)
    if path.endswith(".html"):
        yield PAGES + path, page(edition, path, content.decode("utf-8")).encode()
    elif path.startswith(("assets/", "search/")) and (path.endswith(FETCHED) or path.startswith(FETCHED_FROM)):
        yield f"{PAGES}{path}.js", handed_over(path, content.decode("utf-8")).encode()
    elif path.startswith("assets/map/") and path.endswith(".js"):
        # A background of tiles is another host's, or a file of which parts are fetched.
        yield PAGES + path, _TILES.sub("", content.decode("utf-8")).encode()
    else:
        yield PAGES + path, content + style.encode() if path == STYLE else content


def page(edition: Edition, path: str, text: str) -> str:
    """A page of the site as it stands in the copy: `path` is `co/denver/index.html`."""
    here = posixpath.dirname(path)
    up = "../" * (here.count("/") + 1) if here else ""
    messages = edition.of_page(path)
    tags = Tags(Addresses(edition.paths, here, f"{up}{messages.prefix}{AWAY}index.html"))
    text, modules = _MODULE.subn("", text)
    text = _TAG.sub(tags.made_over if modules else tags.led_on, _LINKED_DATA.sub("", _PAPER.sub("", text)))
    if not modules:
        return text
    script = f'<script defer src="{up}assets/directory/site-{messages.language}.js"></script>\n</head>'
    text = text.replace("</head>", script, 1)
    return _BODY.sub(lambda body: f"{body[0]}\n{edition.lines[messages.language]}", text, count=1)


@dataclass(frozen=True)
class Tags:
    """Tags as they stand in the copy."""

    addresses: Addresses

    def made_over(self, match: re.Match[str]) -> str:
        """A tag of a page; nothing for one that is for others."""
        tag = match[0]
        values = {found[1]: found[2] or found[3] or found[4] or "" for found in _ATTRIBUTE.finditer(tag)}
        if tag.startswith("<link") and values.get("rel") not in _WANTED_LINKS:
            return ""
        if tag.startswith("<meta"):
            return self._meta(tag, values)
        if tag.startswith("<script"):
            # Before the other scripts are there, nobody knows whether the plain page can be reached.
            tag = with_value(tag, "data-to", "about:blank") if "data-to" in values else tag
        return self.led_on_tag(tag, values)

    def _meta(self, tag: str, values: Mapping[str, str]) -> str:
        if values.get("http-equiv") == "Content-Security-Policy":
            return with_value(tag, "content", POLICY)
        is_preview = values.get("property", "").startswith("og:") or values.get("name", "").startswith("twitter:")
        return "" if is_preview and values.get("name") != "description" else tag

    def led_on(self, match: re.Match[str]) -> str:
        """A tag of a page that only leads to another."""
        values = {found[1]: found[2] or found[3] or found[4] or "" for found in _ATTRIBUTE.finditer(match[0])}
        if values.get("http-equiv") == "refresh":
            wait, url, address = values["content"].partition("url=")
            return with_value(match[0], "content", f"{wait}{url}{self.addresses.of(address)}")
        return self.led_on_tag(match[0], values)

    def led_on_tag(self, tag: str, values: Mapping[str, str]) -> str:
        for name in _LEADS & values.keys():
            if (address := self.addresses.of(values[name])) != values[name]:
                tag = with_value(tag, name, address)
        return tag


def with_value(tag: str, name: str, value: str) -> str:
    """A tag with another value of an attribute that it has."""
    return _ATTRIBUTE.sub(lambda found: f' {name}="{value}"' if found[1] == name else found[0], tag)


@dataclass
class Addresses:
    """Addresses on the pages of one folder, which are to name files: `held` are those of the copy."""

    held: Collection[str]
    here: str
    away: str

    def of(self, address: str) -> str:
        """`../boulder/#place` as `../boulder/index.html#place`; for a page that is not here, the one that says so."""
        path, mark, part = address.partition("#")
        if not path or _SCHEME.match(path):
            return address
        found = posixpath.normpath(posixpath.join(self.here, unquote(path)))
        if found in self.held:
            return address
        if ("index.html" if found == "." else f"{found}/index.html") in self.held:
            return f"{path.rstrip('/')}/index.html{mark}{part}"
        return self.away


def handed_over(path: str, text: str) -> str:
    """A script that hands the text of a file over, and does nothing else."""
    return f"directoryFile({quoted(path)},{quoted(text)});\n"


def quoted(text: str) -> str:
    """Text as a string of JavaScript, in the quotes of which it holds fewer: JSON is full of the double ones."""
    mark = "'" if text.count('"') > text.count("'") else '"'
    return mark + text.translate(_escapes(mark)) + mark


def _escapes(mark: str) -> Mapping[int, str]:
    named = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\u2028": "\\u2028", "\u2029": "\\u2029", mark: "\\" + mark}
    # A zero is no end of a text, and a mark of byte order at its beginning no part of the coding.
    return {ord(sign): said for sign, said in {**named, "\0": "\\x00", "\ufeff": "\\ufeff"}.items()}


def away_page(edition: Edition, messages: Messages) -> str:
    """The page that says that a page is not in the copy, in the site's own frame: that of its hot lines."""
    path = f"{messages.prefix}hotlines/index.html"
    text = page(edition, path, edition.site.read(path).decode("utf-8"))
    heading = messages.say("Not in this offline copy")
    body = edition.text("offline_away.html", messages, heading=heading)
    text = _CONTENTS.sub("", text).replace(" md-tabs__item--active", "")
    body = f"{edition.lines[messages.language]}\n{body}"
    text = _ARTICLE.sub(lambda found: f"{found[1]}\n{body}\n{found[2]}", text)
    text = _OTHER_LANGUAGE.sub(lambda found: f"{found[1]}{_to_away(edition, messages, found[3])}{found[2]}", text)
    return _TITLE.sub(lambda _: edition.text("offline_title.html", messages, heading=heading).strip(), text, count=1)


def _to_away(edition: Edition, own: Messages, language: str) -> str:
    other = next(messages for messages in edition.languages if messages.language == language)
    return posixpath.relpath(f"{other.prefix}{AWAY}index.html", f"{own.prefix}{AWAY}")


def front(edition: Edition, notices: Mapping[str, bytes]) -> Iterator[Member]:
    """(path, bytes) of what stands beside the pages: where to begin, what this is, licences."""
    held = edition.paths
    starts = [
        (messages, edition.choice.start if f"{prefix}{edition.choice.start}index.html" in held else "", prefix)
        for messages in edition.languages
        for prefix in [messages.prefix]
    ]
    parts = [
        edition.text("offline_start.html", messages, address=f"{PAGES}{prefix}{start}index.html")
        for messages, start, prefix in starts
    ]
    frame = edition.text("offline_frame.html", ENGLISH, parts=parts, pages=PAGES, style=STYLE, policy=POLICY)
    yield "START-HERE.html", frame.encode()
    readme = "\n".join(edition.text("offline_readme.html", messages).strip() + "\n" for messages in edition.languages)
    # Notepad on old Windows wants its own line ends, and a mark to know the letters.
    yield "README.txt", b"\xef\xbb\xbf" + readme.replace("\n", "\r\n").encode()
    yield from sorted(notices.items())


def checked(folder: str, paths: Iterable[str]) -> None:
    """Raises EditionRefused where a path could not be written to a stick, or be read by Windows."""
    seen: dict[str, str] = {}
    for path in paths:
        whole = f"{folder}/{path}"
        if len(whole) > LONGEST_PATH:
            raise EditionRefused(f"{whole}: {len(whole)} letters are too long for a path; {LONGEST_PATH} are allowed.")
        bad = next((part for part in whole.split("/") if _BAD_NAME.search(part) or _RESERVED.fullmatch(part)), None)
        if bad is not None:
            raise EditionRefused(f"{path}: Windows cannot have a file or folder named '{bad}'.")
        other = seen.setdefault(path.lower(), path)
        if other != path:
            raise EditionRefused(f"{path} and {other} would be one file on a USB stick.")


def crowded(paths: Iterable[str]) -> list[str]:
    """Folders that hold more than a stick with FAT32 can."""
    inside: dict[str, set[str]] = defaultdict(set)
    for path in paths:
        folder, _, name = path.rpartition("/")
        while name not in inside[folder]:
            inside[folder].add(name)
            folder, _, name = folder.rpartition("/")
            if not name:
                break
    entries = {folder: sum(1 + -(-len(name) // FAT_LETTERS) for name in names) for folder, names in inside.items()}
    return sorted(folder for folder, number in entries.items() if number > FAT_ENTRIES)


def write_zip(target: IO[bytes], edition: Edition, files: Iterable[Member]) -> int:
    """Writes the edition into a zip, the same bytes for the same files and day; gives the bytes of its files."""
    day = edition.made
    size = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made:
        for path, content in files:
            entry = zipfile.ZipInfo(f"{edition.folder}/{path}", (day.year, day.month, day.day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            made.writestr(entry, content)
            size += len(content)
    return size
