"""The offline edition: every address leads to a file of it, every text comes over unchanged, nothing is loaded."""

from __future__ import annotations

import io
import json
import os
import posixpath
import re
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import offline as command
from resource_directory.messages import ENGLISH
from resource_directory.offline import (
    FETCHED,
    LEFT_OUT,
    LONGEST_PATH,
    PAGES,
    POLICY,
    Addresses,
    BuiltSite,
    Choice,
    Edition,
    EditionRefused,
    checked,
    choice_of,
    crowded,
    handed_over,
    members,
    page,
    quoted,
    write_zip,
)
from site_reading import Html
from support import DAY, ROOT, unpacked_copy

#: Attributes of pages that hold the address of a file that scripts fetch.
FETCHES = ("data-shapes", "data-points", "data-facts")
LINKS = ("href", "src", "action")
#: Collects what the files hand over, and prints it.
COLLECT = """
const vm = require("vm");
const fs = require("fs");
const told = [];
const context = vm.createContext({ directoryFile: (name, text) => told.push([name, text]) });
for (const file of fs.readFileSync(0, "utf8").split("\\n")) vm.runInContext(fs.readFileSync(file, "utf8"), context);
process.stdout.write(JSON.stringify(told));
"""


def files_of(folder: Path) -> list[str]:
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())


@cache
def parsed(folder: Path) -> dict[str, Html]:
    """Every page of a copy, by its path."""
    pages = {}
    for path in files_of(folder):
        if path.endswith(".html"):
            pages[path] = Html(path)
            pages[path].feed((folder / path).read_text(encoding="utf-8"))
    return pages


@pytest.fixture(params=["state", "region"])
def copy(request: pytest.FixtureRequest) -> Path:
    """The copy of a state, and that of a region."""
    folder: Path = request.getfixturevalue({"state": "offline_copy", "region": "offline_region"}[request.param])
    return folder


def edition(paths: frozenset[str] = frozenset(), texts: dict[str, str] | None = None) -> Edition:
    """An edition of a site that is not there."""
    site = BuiltSite(paths | set(texts or {}), lambda path: (texts or {})[path].encode())
    return Edition(
        site, Choice("co", ("Colorado",), "co/"), DAY, (ENGLISH,), {"en": "Directory"}, ROOT / "overrides/directory"
    )


# Addresses


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("../boulder/", "../boulder/index.html"),
        ("../boulder", "../boulder/index.html"),
        ("../boulder/#place", "../boulder/index.html#place"),
        ("../..", "../../index.html"),
        ("../../", "../../index.html"),
        ("./", "./index.html"),
        (".", "./index.html"),
        ("#top", "#top"),
        ("../../gaps/co.csv", "../../gaps/co.csv"),
        ("../../not/there/", "AWAY"),
        ("../../data/", "AWAY"),
        ("https://example.org/", "https://example.org/"),
        ("//example.org/", "//example.org/"),
        ("tel:+1-303-555-0100", "tel:+1-303-555-0100"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("", ""),
    ],
)
def test_addresses_name_files(address: str, leads_to: str) -> None:
    held = {"index.html", "co/denver/index.html", "co/boulder/index.html", "gaps/co.csv"}
    assert Addresses(held, "co/denver", "AWAY").of(address) == leads_to


def test_every_address_leads_to_a_file_of_the_copy(copy: Path) -> None:
    there = set(files_of(copy))
    assert len(parsed(copy)) > 300
    wrong: list[str] = []
    for path, html in parsed(copy).items():
        for _, attributes in html.tags:
            for name in LINKS:
                wrong += _leading_nowhere(path, attributes.get(name), there, "")
            for name in FETCHES:
                wrong += _leading_nowhere(path, attributes.get(name), there, ".js")
            for near in filter(None, map(attributes.get, ("data-shapes", "data-facts"))):
                base = near.partition("assets/")[0]
                wrong += _leading_nowhere(path, f"{base}assets/map/kinds.json", there, ".js")
                words = "words-es.json" if path.startswith(f"{PAGES}es/") else "words-en.json"
                wrong += _leading_nowhere(path, f"{base}assets/call/{words}", there, ".js")
        if refresh := html.meta("refresh"):
            wrong += _leading_nowhere(path, refresh.partition("url=")[2], there, "")
    assert wrong == []


def _leading_nowhere(path: str, address: str | None, there: set[str], end: str) -> Iterator[str]:
    if not address:
        return
    parts = urlsplit(address)
    if parts.scheme or not parts.path:
        return
    target = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(parts.path)))
    if parts.netloc or parts.path.startswith("/") or target + end not in there:
        yield f"{path}: {address}"


def test_every_place_in_a_page_is_there(offline_copy: Path) -> None:
    pages = parsed(offline_copy)
    wrong: list[str] = []
    for path, html in pages.items():
        for attributes in html.of("a"):
            parts = urlsplit(attributes.get("href") or "")
            if parts.scheme or not parts.fragment:
                continue
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), parts.path)) if parts.path else path
            if unquote(parts.fragment) not in pages[target].ids:
                wrong.append(f"{path}: {attributes['href']}")
    assert wrong == []


# What is loaded


def test_no_page_loads_anything_of_another_host(copy: Path) -> None:
    for path, html in parsed(copy).items():
        moved = html.is_redirect
        assert html.meta("Content-Security-Policy") == ("default-src 'none'" if moved else POLICY), path
        assert not [text for text in html.scripts if text.strip()], path
        assert not list(html.of("style", "iframe", "object", "embed", "base")), path
        for tag, attributes in html.tags:
            assert "style" not in attributes, path
            assert not [name for name in attributes if name.startswith("on")], path
            if tag == "script":
                assert attributes.get("type") != "module", path
                assert not urlsplit(attributes["src"] or "").scheme, path
            if tag == "link":
                assert attributes["rel"] in {"stylesheet", "icon"}, path
                assert not urlsplit(attributes["href"] or "").scheme, path


def test_no_style_loads_anything_of_another_host(copy: Path) -> None:
    sheets = [path for path in files_of(copy) if path.endswith(".css")]
    assert sheets
    for path in sheets:
        text = (copy / path).read_text(encoding="utf-8")
        assert not re.findall(r"@import|url\(\s*[\"']?(?!data:)[a-z]*:?//", text), path


def test_there_are_plain_scripts_only(copy: Path) -> None:
    scripts = [path for path in files_of(copy) if path.endswith((".js", ".mjs"))]
    assert f"{PAGES}assets/directory/site-es.js" in scripts
    for path in scripts:
        text = (copy / path).read_text(encoding="utf-8")
        assert not re.search(
            r"^\s*(import|export)\b|\bimport\(|import\.meta|\beval\(|new Function\(", text, re.MULTILINE
        ), path


# What comes over


def test_every_file_that_scripts_fetch_hands_its_text_over(colorado_site: Path, offline_copy: Path) -> None:
    folder = offline_copy / "directory"
    own = [path for path in files_of(folder) if path.endswith((".json.js", ".geojson.js", ".txt.js", ".svg.js"))]
    assert len(own) > 150
    done = subprocess.run(
        ["node", "-e", COLLECT],
        input="\n".join(str(folder / path) for path in own), capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = dict(json.loads(done.stdout))
    assert sorted(f"{name}.js" for name in told) == own
    for name, text in told.items():
        assert text == (colorado_site / name).read_text(encoding="utf-8"), name
    assert not [path for path in files_of(folder) if path.startswith(("assets/", "search/")) and path.endswith(FETCHED)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        '{"a": "b\\"c"}',
        "it's",
        "a\\b\n\r\t",
        "\u2028\u2029\ufeff\0",
        "</script><!--",
        "${x}`",
        "ñ 漢 \U0001f600",
        "');alert(1);('",
    ],
)
def test_texts_stay_what_they_are(text: str) -> None:
    print_it = "const directoryFile = (name, text) => process.stdout.write(JSON.stringify([name, text]));"
    done = subprocess.run(
        ["node", "-"], input=f"{print_it}\n{handed_over('a.json', text)}", capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == ["a.json", text]


def test_fewer_quotes_are_escaped() -> None:
    assert quoted('{"a":"b"}') == '\'{"a":"b"}\''
    assert quoted("it's") == '"it\'s"'


def test_a_state_is_whole(colorado_site: Path, offline_copy: Path) -> None:
    site = [
        path
        for path in files_of(colorado_site)
        if path.endswith(".html") and not path.removeprefix("es/").startswith(LEFT_OUT)
    ]
    pages = [path.removeprefix("directory/") for path in parsed(offline_copy) if path.startswith("directory/")]
    assert sorted(pages) == sorted([*site, "not-here/index.html", "es/not-here/index.html"])


@pytest.mark.parametrize(
    "name", ["admin", "data", "embed", "maintain", "reference", "upkeep", "404.html", "sitemap.xml", "robots.txt"]
)
def test_what_is_for_others_is_left_out(copy: Path, name: str) -> None:
    assert not (copy / "directory" / name).exists()


# How old it is


def test_every_page_says_how_old_it_is(copy: Path) -> None:
    lines = {
        "": "Offline copy, made on 21 November 2026. After 19 February 2027 it is too old: throw it away.",
        "es/": "Copia sin conexión, hecha el 21 de noviembre de 2026. Después del 19 de febrero de 2027 es demasiado vieja: tírela.",
    }
    for path, html in parsed(copy).items():
        if html.is_redirect:
            continue
        text = (copy / path).read_text(encoding="utf-8")
        own = "es/" if path.startswith("directory/es/") else ""
        wanted = list(lines.values()) if path == "START-HERE.html" else [lines[own]]
        assert [line for line in lines.values() if f">{line}<" in text] == wanted, path
        assert [a["data-until"] for a in html.of("div") if "data-until" in a] == ["2027-02-19"] * len(wanted), path


def test_what_stands_beside_the_pages(offline_copy: Path) -> None:
    own = {"START-HERE.html", "README.txt", "LICENSE.txt", "DATA_LICENSE.txt", "NOTICES.txt", "directory"}
    assert {entry.name for entry in offline_copy.iterdir()} == own
    readme = (offline_copy / "README.txt").read_bytes()
    assert readme.startswith(b"\xef\xbb\xbf")
    assert readme.count(b"\n") == readme.count(b"\r\n") > 10
    for words in ("START-HERE.html by a double click", "19 February 2027", "doble clic", "19 de febrero de 2027"):
        assert words in readme.decode()
    links = [a["href"] for a in parsed(offline_copy)["START-HERE.html"].of("a")]
    assert links == ["directory/co/index.html", "directory/es/co/index.html"]
    for package in command.PACKAGES:
        assert package in (offline_copy / "NOTICES.txt").read_text(encoding="utf-8")


def test_nothing_of_the_machine_is_in_it(copy: Path) -> None:
    for path in files_of(copy):
        content = (copy / path).read_bytes()
        for word in (str(ROOT).encode(), b"/node_modules/", b"localhost", os.fsencode(Path.home()) + b"/"):
            assert word not in content, path


# What is named


def start_of(*slugs: str) -> BuiltSite:
    """A site that shows some states."""
    start = {"states": [{"s": slug, "n": slug.upper()} for slug in slugs], "regions": []}
    return BuiltSite(frozenset(), {"search/start.json": json.dumps(start).encode()}.__getitem__)


@pytest.mark.parametrize("asked", [(), ("co",)])
def test_a_site_of_one_state_is_named_by_it_whoever_chose_it(asked: tuple[str, ...]) -> None:
    """mkdocs.yml may choose the states, and nobody on the command line."""
    assert choice_of(start_of("co"), {"co", "nm", "dc"}, asked) == Choice("co", ("CO",), "co/")


def test_a_site_of_some_states_names_them() -> None:
    assert choice_of(start_of("nm", "co"), {"co", "nm", "dc"}) == Choice("co-nm", ("CO", "NM"), "")
    many = [f"{letter}{other}" for letter in "ab" for other in "cdefgh"]
    assert choice_of(start_of(*many), {*many, "dc"}).name == "12-states"


def test_only_a_site_of_all_states_is_one_of_all() -> None:
    assert choice_of(start_of("nm", "dc", "co"), {"co", "nm", "dc"}) == Choice("us", (), "")
    assert len(command.known_states(ROOT)) == 56


def test_a_built_site_of_colorado_says_so_though_nobody_named_it(colorado_site: Path, tmp_path: Path) -> None:
    folder = unpacked_copy(colorado_site, tmp_path)
    assert folder.name == f"resource-directory-co-{DAY.isoformat()}"
    begin = (folder / "START-HERE.html").read_text(encoding="utf-8")
    assert "Open: Colorado" in begin and "All states" not in begin


# Regions


def test_a_region_holds_its_counties_and_who_serves_them(colorado_site: Path, offline_region: Path) -> None:
    topology = json.loads((colorado_site / "assets/map/co-counties.json").read_text(encoding="utf-8"))
    counties = [one["properties"] for one in topology["objects"]["counties"]["geometries"]]
    own = {one["u"] for one in counties if "CO-503" in one["r"]}
    assert 0 < len(own) < len(counties)
    for begin in ("directory/", "directory/es/"):
        pages = {
            f"{path.parent.relative_to(offline_region / begin)}/"
            for path in (offline_region / begin).glob("co/*/index.html")
        }
        assert pages == own
    for address in own:
        text = (colorado_site / address / "index.html").read_text(encoding="utf-8")
        for name in re.findall(r"href=[^\s>]*resources/([^/\"]+)/", text):
            assert (offline_region / "directory/resources" / name / "index.html").is_file(), name
    calls = {path.name for path in (offline_region / "directory/assets/call").glob("[0-9]*")}
    assert calls == {f"{one['f']}.json.js" for one in counties if one["u"] in own}


def test_scripts_know_what_a_region_holds(colorado_site: Path, offline_region: Path) -> None:
    choice = choice_of(BuiltSite.of(colorado_site), command.known_states(ROOT), ("co",), "co-503")
    assert choice.kept is not None
    for folder in ("resources/", "co/", "regions/"):
        there = {path.parent.name for path in (offline_region / "directory" / folder).glob("*/index.html")}
        assert there == set(choice.kept[folder]), folder


# The zip


def test_the_same_bytes(colorado_site: Path, tmp_path: Path) -> None:
    made = []
    for name in ("first", "second"):
        folder = unpacked_copy(colorado_site, tmp_path / name, "--state", "co")
        made.append(folder.with_suffix(".zip").read_bytes())
    assert made[0] == made[1]


def test_colorado_is_small(offline_copy: Path) -> None:
    assert offline_copy.with_suffix(".zip").stat().st_size < 10_000_000


def test_names_fit_a_stick(copy: Path) -> None:
    with zipfile.ZipFile(copy.with_suffix(".zip")) as made:
        names = made.namelist()
        assert made.testzip() is None
        assert {entry.date_time for entry in made.infolist()} == {(2026, 11, 21, 0, 0, 0)}
    assert all(name.startswith(f"{copy.name}/") and ".." not in name for name in names)
    assert max(map(len, names)) <= LONGEST_PATH
    checked("", names)
    assert crowded(names) == []


@pytest.mark.parametrize(
    ("paths", "says"),
    [
        (["a/con/index.html"], "named 'con'"),
        (["a/aux.json"], "named 'aux.json'"),
        (["a/b:c"], "named 'b:c'"),
        (["a./b"], "named 'a.'"),
        (["a/Denver.html", "a/denver.html"], "would be one file"),
        (["a" * LONGEST_PATH], "too long"),
    ],
)
def test_a_name_that_windows_refuses_is_refused(paths: list[str], says: str) -> None:
    with pytest.raises(EditionRefused, match=says):
        checked("copy", paths)


def test_a_folder_too_full_for_fat_is_told() -> None:
    # Twenty letters take two entries and one more.
    many = [f"all/resources/{number:020}/index.html" for number in range(22_000)]
    assert crowded(many) == ["all/resources"]
    assert crowded(many[:21_000]) == []


# Pages and the command


def test_a_background_of_tiles_is_left_out() -> None:
    text = 'directoryMaps.counties(map_state, {});\n            directoryMaps.tiles(map_state, {"url": "https://a.example/{z}.png", "attribution": "a;b"});\nend'
    made = edition(
        texts={
            "assets/map/state.js": text,
            "hotlines/index.html": "",
            "assets/directory/directory.css": "a",
            "assets/region.pmtiles": "x",
        }
    )
    files = dict(members(made, {}, (), "b"))
    assert files["directory/assets/map/state.js"] == b"directoryMaps.counties(map_state, {});\n\nend"
    assert files["directory/assets/directory/directory.css"] == b"ab"
    assert "directory/assets/region.pmtiles" not in files


def test_a_page_is_made_over() -> None:
    made = edition(texts={"hotlines/index.html": "", "index.html": ""})
    text = (
        "<head><meta http-equiv=Content-Security-Policy content='x'><script type=module src=../assets/directory/page.js></script>\n"
        '<script src=exit.js data-to=https://a.example/></script></head><article><a title="a > b" href=../hotlines/ class=x>x</a></article>'
    )
    assert page(made, "safety/index.html", text) == (
        f'<head><meta http-equiv=Content-Security-Policy content="{POLICY}">'
        '<script src="../not-here/index.html" data-to="about:blank"></script><script defer src="../assets/directory/site-en.js"></script>\n</head>'
        f'<article>\n{made.lines["en"]}<a title="a > b" href="../hotlines/index.html" class=x>x</a></article>'
    )


def test_what_is_for_search_engines_is_left_out() -> None:
    text = (
        '<head><script type="application/ld+json">{"@context":"https://schema.org",\n"name":"x"}</script>\n'
        '<meta property="og:url" content="https://example.org/co/"><meta name="twitter:card" content="summary">'
        '<meta name="referrer" content="no-referrer"><link rel="alternate" href="/feed.atom"><link rel=icon href=a.svg>'
        "<script type=module src=a.js></script></head>"
    )
    made = page(edition(texts={"hotlines/index.html": "", "a.svg": ""}), "index.html", text)
    script = '<script defer src="assets/directory/site-en.js"></script>'
    assert made == f'<head><meta name="referrer" content="no-referrer"><link rel=icon href=a.svg>{script}\n</head>'


def test_a_page_that_has_moved_leads_on() -> None:
    made = edition(texts={"resources/new/index.html": ""})
    text = '<meta http-equiv="refresh" content="0; url=../new/"><a href="../new/">Go</a>'
    assert page(made, "resources/old/index.html", text) == (
        '<meta http-equiv="refresh" content="0; url=../new/index.html"><a href="../new/index.html">Go</a>'
    )


def test_the_day_to_throw_it_away() -> None:
    assert edition().until == date(2027, 2, 19)
    assert replace(edition(), made=date(2027, 12, 1)).until == date(2028, 2, 29)


def test_a_zip_counts_its_bytes() -> None:
    target = io.BytesIO()
    assert write_zip(target, edition(), [("a.txt", b"abc"), ("b/c.txt", b"")]) == 3
    assert zipfile.ZipFile(target).namelist() == [
        "resource-directory-co-2026-11-21/a.txt",
        "resource-directory-co-2026-11-21/b/c.txt",
    ]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--state", "zz"], "no pages of zz"),
        (["--region", "co-999"], "There is no region co-999. There are: co-500, co-503"),
        (["--region", "nowhere"], "no pages of no"),
    ],
)
def test_what_is_not_there_is_said(
    colorado_site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], says: str
) -> None:
    given = ["--site", str(colorado_site), "--day", "2026-11-21", "--output", str(tmp_path / "out")]
    assert command.main([*given, *options]) == 1
    assert says in capsys.readouterr().err
    assert not list(tmp_path.rglob("*.zip*"))


def test_no_site_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--site", str(tmp_path), "--day", "2026-11-21", "--output", str(tmp_path)]) == 1
    assert "holds no built site" in capsys.readouterr().err


def test_a_site_comes_with_its_day() -> None:
    with pytest.raises(SystemExit):
        command.main(["--site", "site"])
