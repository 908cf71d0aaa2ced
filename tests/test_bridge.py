"""The built site: the shell's bytes, links, policy, neutral words, failed builds, what must not be published."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest

from resource_directory.directory import Directory, Settings
from resource_directory.loading import Sources, load_directory
from resource_directory.maps import TilesRefused, tiles_host
from resource_directory.mkdocs_bridge import PROTOMAPS, VENDOR_FILES, content_security_policy
from resource_directory.pages.all import redirects
from resource_directory.publishing import clear_broken_off, files_below
from resource_directory.secrecy import neutral_pattern
from resource_directory.shells import squeezed
from site_reading import ABSOLUTE, CHECKS, Html, Seen, contents, look
from support import DAY, ROOT, Build, good_records, holds_points, make_repository, point_features, run_build

#: A hook of the test's own: the same bridge, which sends every page through MkDocs' pipeline.
HOOK = """
from resource_directory.mkdocs_bridge import Bridge

bridge = Bridge(plain=True)
for name in dir(bridge):
    if name.startswith("on_"):
        globals()[name] = getattr(bridge, name)
"""


@dataclass(frozen=True)
class Site:
    """A built site, and what its pages told."""

    build: Build
    directory: Directory
    seen: Seen


def looked_at(build: Build, words: Iterable[str]) -> Site:
    """Looks at every page of a site."""
    return Site(build, load_directory(build.root, Settings("x"), DAY, cached=True), look(build.site, words))


@pytest.fixture(scope="session")
def parsed_real(real_site: Build, sources: Sources) -> Site:
    """The repository's own site."""
    return looked_at(real_site, sources.vocabulary.neutral_words.all)


@pytest.fixture(scope="session")
def parsed_fictional(fictional_site: Build, sources: Sources) -> Site:
    """The site of fictional records."""
    return looked_at(fictional_site, sources.vocabulary.neutral_words.all)


#: All tests of a looked-at site run in one worker, so that it is looked at once.
SITES = [
    pytest.param("parsed_fictional", id="fictional", marks=pytest.mark.xdist_group("fictional site")),
    pytest.param("parsed_real", id="real", marks=pytest.mark.xdist_group("real site")),
]


@pytest.fixture(params=SITES)
def site(request: pytest.FixtureRequest) -> Site:
    """Each of the two sites."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Site)
    return found


def colorado_records() -> dict[str, str]:
    """The repository's own records of one state and of the country, by path under data/resources/."""
    top = ROOT / "data/resources"
    files = sorted((*(top / "co").rglob("*.yml"), *(top / "us").rglob("*.yml")))
    return {file.relative_to(top).as_posix(): file.read_text(encoding="utf-8") for file in files}


def with_edit_links(text: str) -> str:
    """mkdocs.yml of a coalition whose source is public, with the theme's own edit button, below a path."""
    text = text.replace('repo_url: ""', "repo_url: https://github.com/example/directory")
    text = text.replace("http://localhost:8000/", "https://example.org/help/")
    return text.replace("    - toc.follow", "    - toc.follow\n    - content.action.edit")


@pytest.mark.parametrize(
    ("records", "config"),
    [(good_records, str), (good_records, with_edit_links), (colorado_records, str)],
    ids=["fictional", "fictional with edit links", "real"],
)
def test_the_shell_gives_the_bytes_of_the_pipeline(
    records: Callable[[], dict[str, str]], config: Callable[[str], str], tmp_path: Path
) -> None:
    shelled = run_build(make_repository(tmp_path / "shelled", records(), config))
    assert shelled.status == 0, shelled.output
    folder = make_repository(
        tmp_path / "plain", records(), lambda text: config(text).replace("hooks/directory_hooks.py", "plain.py")
    )
    (folder / "plain.py").write_text(HOOK, encoding="utf-8")
    plain = run_build(folder)
    assert plain.status == 0, plain.output
    one, other = contents(shelled.site), contents(plain.site)
    assert one.keys() == other.keys()
    assert len([path for path in one if path.endswith("index.html")]) > 100
    # Only space between lines differs: a shell is squeezed once, a page of the pipeline whole.
    assert [path for path in one if lean(path, one[path]) != lean(path, other[path])] == []


def lean(path: str, content: bytes) -> bytes:
    """A page without indentation and empty lines; any other file as it is."""
    return squeezed(content.decode()).encode() if path.endswith(".html") else content


def test_same_inputs_give_the_same_bytes(tmp_path: Path, fictional_site: Build) -> None:
    again = run_build(make_repository(tmp_path / "elsewhere", good_records()))
    one, other = contents(fictional_site.site), contents(again.site)
    assert one.keys() == other.keys()
    assert [path for path in one if one[path] != other[path]] == []


@pytest.mark.parametrize("check", CHECKS)
def test_every_page(site: Site, check: str) -> None:
    assert site.seen.pages > 100
    assert site.seen.problems.get(check, []) == []


def test_no_address_of_an_unknown_kind(site: Site) -> None:
    assert site.seen.schemes <= {"http:", "https:", "tel:", "sms:", "mailto:"}


def test_every_page_has_a_link_outside(site: Site) -> None:
    assert site.seen.outbound >= site.seen.pages - 1, "each page has at least the exit button"


def test_addresses_in_data_lead_somewhere(site: Site) -> None:
    top = site.build.site
    index = json.loads((top / "search/search_index.json").read_text(encoding="utf-8"))
    found = {entry["location"].partition("#")[0] for entry in index["docs"]}
    for file in top.glob("data/v1/*/*.geojson.gz"):
        facts = [feature["properties"] for feature in json.loads(gzip.decompress(file.read_bytes()))["features"]]
        found.update(known["page"].removeprefix(ABSOLUTE) for known in facts if "page" in known)
    for file in (
        *top.glob("assets/map/*-counties.json"),
        *top.rglob("assets/map/*/*.json"),
        *top.glob("assets/map/??-p*"),
    ):
        if holds_points(file.as_posix()):
            found.update(point["properties"]["u"] for point in point_features(file.read_text(encoding="utf-8")))
            continue
        shapes = json.loads(file.read_text(encoding="utf-8"))
        counties = [county["properties"] for county in shapes["objects"]["counties"]["geometries"]]
        found.update(facts["u"] for facts in (*counties, *shapes["regions"].values(), *shapes["withheld"]))
    nation = json.loads((top / "assets/map/nation.json").read_text(encoding="utf-8"))
    found.update(state["u"] for state in nation["states"].values() if state["u"])
    found.update(f"regions/{number.lower()}/" for number in nation["regions"])
    assert len(found) > 64
    assert sorted(address for address in found if not (top / address / "index.html").is_file()) == []
    for kind in json.loads((top / "assets/map/kinds.json").read_text(encoding="utf-8")).values():
        assert all((top / asset).is_file() for asset in (*kind["scripts"], *kind["styles"]))


def test_addresses_in_styles_lead_somewhere(site: Site) -> None:
    for file in (site.build.site / "assets/directory").glob("*.css"):
        for address in re.findall(r"url\(\s*[\"']?([^\"')]+)", file.read_text(encoding="utf-8")):
            assert address.startswith("data:") or (file.parent / address).is_file(), f"{file.name}: {address}"


def test_the_sitemaps_list_every_page_once(site: Site) -> None:
    def places(name: str) -> list[str]:
        found = ElementTree.fromstring((site.build.site / name).read_bytes()).findall(".//{*}loc")
        return [str(entry.text) for entry in found]

    files = [name.removeprefix(ABSOLUTE) for name in places("sitemap.xml")]
    assert files == sorted(f"sitemap-{slug}.xml" for slug in (*site.directory.states, "us"))
    listed = [place for name in files for place in places(name)]
    assert sorted(listed) == sorted(ABSOLUTE + path.removesuffix("index.html") for path in site.seen.listed)
    index = (site.build.site / "sitemap.xml").read_bytes()
    assert gzip.decompress((site.build.site / "sitemap.xml.gz").read_bytes()) == index


def test_every_record_and_county_has_a_page(site: Site) -> None:
    directory = site.directory
    wanted = {f"resources/{record}/index.html" for record in directory.records}
    wanted |= {f"{c.url}index.html" for s in directory.states for c in directory.places.counties_of_state[s.upper()]}
    wanted |= {f"regions/{number.lower()}/index.html" for number in directory.regions}
    wanted |= {f"es/{path}" for path in wanted if not path.startswith("resources/")}
    assert wanted - site.seen.listed == set()
    shown = {path for path in site.seen.listed if path.startswith("resources/")}
    assert shown == {path for path in wanted if path.startswith("resources/")}


def test_former_ids_redirect(site: Site) -> None:
    wanted = {f"{old}index.html": f"{new}index.html" for old, new in redirects(site.directory)}
    assert site.seen.redirects == wanted


def test_the_fictional_site_has_a_redirect(parsed_fictional: Site) -> None:
    assert "resources/example-house-old/index.html" in parsed_fictional.seen.redirects


def test_pages_say_to_tools_what_they_are_about(site: Site) -> None:
    directory = site.directory
    wanted = {f"resources/{record}/": ("data-record", record) for record in directory.records}
    wanted |= {f"regions/{number.lower()}/": ("data-coc", number) for number in directory.regions}
    for state in directory.states:
        wanted[f"{state}/"] = ("data-state", state.upper())
        wanted |= {c.url: ("data-county", c.fips) for c in directory.places.counties_of_state[state.upper()]}
    translated = {url: told for url, told in wanted.items() if not url.startswith("resources/")}
    wanted |= {f"{messages.prefix}{url}": told for messages in directory.languages for url, told in translated.items()}
    assert site.seen.about == wanted


def test_addresses_of_files_are_neutral(site: Site, sources: Sources) -> None:
    pattern = neutral_pattern(sources.vocabulary.neutral_words.all)
    assert [path for path in files_below(site.build.site) if pattern.search(path)] == []


@pytest.mark.parametrize("secret", ["secretnote", "authsecret", "Letter kept by", "Kept for editors"])
def test_what_is_not_for_publication_is_in_no_file(fictional_site: Build, secret: str) -> None:
    assert any(secret in text for text in good_records().values()), "the record holds it"
    for path, content in contents(fictional_site.site).items():
        plain = gzip.decompress(content) if path.endswith(".gz") else content
        assert secret.encode() not in plain, path


# Failed builds: the last site stays as it was.


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a built site and files of its own instead of links."""
    folder = make_repository(tmp_path_factory.mktemp("standing"), good_records())
    for name in ("docs", "overrides", "data/vocab"):
        (folder / name).unlink()
        shutil.copytree(ROOT / name, folder / name)
    assert run_build(folder).status == 0
    return folder


BAD_RECORDS = {
    "data/resources/co/health_center/example-clinic.yml": "id: example-clinic\ntype: health_center\n",
    "data/resources/co/legal_aid/broken.yml": "id: [\n",
}
#: What is broken (path: text, or a change of the text that is there), and every word that the message must hold.
FAILURES: dict[str, tuple[dict[str, str | tuple[str, str]], list[str]]] = {
    "bad records": (
        dict(BAD_RECORDS),
        [
            "data/resources/co/health_center/example-clinic.yml:1:1: E201 name:",
            "data/resources/co/health_center/example-clinic.yml:1:1: E201 source:",
            "data/resources/co/legal_aid/broken.yml:2:1: E103",
            "3 problems; the last site is untouched.",
        ],
    ),
    "a strict warning": (
        {"docs/safety.md": "# Safety\n\n[nowhere](nowhere.md)\n"},
        ["safety.md' contains a link 'nowhere.md'", "Aborted with 1 warning"],
    ),
    "an error in a page's template": (
        {"overrides/directory/county.html": "{{ nothing_of_that_name }}"},
        ["'nothing_of_that_name' is undefined"],
    ),
    "an error in the theme's template": (
        {"overrides/main.html": "{% extends 'base.html' %}{% block footer %}{{ 1 // 0 }}{% endblock %}"},
        ["ZeroDivisionError"],
    ),
    "a word missing from a vocabulary": (
        {"data/vocab/types.yml": ("slug: hud-offices", "slugg: hud-offices")},
        ["data/vocab/types.yml:", "slug: Field required"],
    ),
    "a colour that is none": (
        {"mkdocs.yml": ("#1f4e5f", "green")},
        ["The block 'directory:' has problems.", "directory.primary:"],
    ),
    "an unknown setting": ({"mkdocs.yml": ("edit_branch:", "edit_brunch:")}, ["directory.edit_brunch:"]),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failed_build_leaves_the_last_site_as_it_was(name: str, standing: Path) -> None:
    changes, words = FAILURES[name]
    before = contents(standing / "site")
    kept = {path: file.read_text(encoding="utf-8") for path in changes if (file := standing / path).exists()}
    for path, change in changes.items():
        if isinstance(change, tuple):
            assert change[0] in kept[path]
            (standing / path).write_text(kept[path].replace(*change), encoding="utf-8")
        else:
            (standing / path).write_text(change, encoding="utf-8")
    try:
        built = run_build(standing)
    finally:
        for path in changes:
            (standing / path).unlink()
            if path in kept:
                (standing / path).write_text(kept[path], encoding="utf-8")
    assert built.status != 0
    said = built.output.replace("\n", " ")
    assert [word for word in words if word not in said] == [], built.output
    assert contents(standing / "site") == before
    assert [entry.name for entry in standing.iterdir() if entry.name.startswith(".site")] == []


def test_a_build_that_was_killed_is_cleared_away_and_one_that_runs_is_not(tmp_path: Path) -> None:
    folder = make_repository(tmp_path, good_records())
    ended = subprocess.Popen(["true"])
    ended.wait()
    running = subprocess.Popen(["sleep", "60"])
    try:
        for number in (ended.pid, running.pid):
            (folder / f".site.new-{number}").mkdir()
        assert run_build(folder).status == 0
        left = sorted(entry.name for entry in folder.iterdir() if entry.name.startswith(".site"))
        assert left == [f".site.new-{running.pid}"]
    finally:
        running.kill()
        running.wait()


# Tiles, states, settings.


@pytest.mark.parametrize(
    ("tiles", "host"),
    [
        ("", ""),
        ("assets/region.pmtiles", ""),
        ("tiles/{z}/{x}/{y}.png", ""),
        ("https://tiles.example.org/{z}/{x}/{y}.png", "https://tiles.example.org"),
        ("https://tiles.example.org:81/x.pmtiles", "https://tiles.example.org:81"),
        ("https://{s}.tiles.example.org/{z}/{x}/{y}.png", "https://*.tiles.example.org"),
        ("//tiles.example.org/{z}/{x}/{y}.png", "https://tiles.example.org"),
    ],
)
def test_tiles_of_another_host_are_refused_until_accepted(tiles: str, host: str) -> None:
    assert tiles_host(Settings("x", tiles=tiles, allow_third_party_tiles=True)) == host
    accepted = content_security_policy(Settings("x", tiles=tiles, allow_third_party_tiles=True))
    assert accepted.count(host) == 2 if host else accepted == content_security_policy(Settings("x"))
    if host:
        with pytest.raises(TilesRefused, match=r"tiles\.example\.org.*allow_third_party_tiles: true"):
            tiles_host(Settings("x", tiles=tiles))
    else:
        assert tiles_host(Settings("x", tiles=tiles)) == ""


def test_a_build_with_tiles_of_another_host_stops(tmp_path: Path) -> None:
    def ask(text: str) -> str:
        return text.replace('tiles: ""', 'tiles: "https://tiles.example.org/{z}/{x}/{y}.png"')

    built = run_build(make_repository(tmp_path, good_records(), ask))
    assert built.status != 0 and not built.site.exists()
    assert "another host, tiles.example.org" in built.output and "allow_third_party_tiles: true" in built.output


def test_a_pmtiles_file_of_the_site_itself_is_accepted(tmp_path: Path) -> None:
    folder = make_repository(
        tmp_path, good_records(), lambda text: text.replace('tiles: ""', "tiles: assets/region.pmtiles")
    )
    (folder / "docs").unlink()
    shutil.copytree(ROOT / "docs", folder / "docs")
    (folder / "docs/assets").mkdir(exist_ok=True)
    (folder / "docs/assets/region.pmtiles").write_bytes(b"PMTiles")
    built = run_build(folder)
    assert built.status == 0, built.output
    library = built.site / "assets/vendor" / PROTOMAPS[1]
    assert library.read_bytes() == (ROOT / "node_modules" / PROTOMAPS[0]).read_bytes()
    assert (built.site / "assets/region.pmtiles").read_bytes() == b"PMTiles"
    kinds = json.loads((built.site / "assets/map/kinds.json").read_text(encoding="utf-8"))
    assert all(f"assets/vendor/{PROTOMAPS[1]}" in kind["scripts"] for kind in kinds.values())
    page = Html("co/index.html")
    page.feed((built.site / page.path).read_text(encoding="utf-8"))
    assert page.meta("Content-Security-Policy") == content_security_policy(Settings("x"))


def test_the_site_serves_its_own_copies(fictional_site: Build) -> None:
    for source, target in VENDOR_FILES:
        copy = fictional_site.site / "assets/vendor" / target
        assert copy.read_bytes() == (ROOT / "node_modules" / source).read_bytes()
    assert not (fictional_site.site / "assets/vendor" / PROTOMAPS[1]).exists()


def elsewhere() -> dict[str, str]:
    """The fictional records, one more in New Mexico."""
    text = good_records()["co/health_center/hostile-two.yml"].replace("hostile-two", "clinic-nm")
    text = text.replace("08031", "35001").replace("'80205'", "'87102'").replace("CO", "NM")
    text = text.replace("39.72", "35.08").replace("-104.93", "-106.65")
    border = text.replace("clinic-nm", "border-nm").replace("- '35001'", "- '35001'\n  - '08021'")
    assert border.count("08021") == 1
    region = (
        good_records()["co/continuum_of_care/coc-co-990.yml"].replace("co-990", "nm-990").replace("CO-990", "NM-990")
    )
    return {
        **good_records(),
        "nm/health_center/clinic-nm.yml": text,
        "nm/health_center/border-nm.yml": border,
        "nm/continuum_of_care/coc-nm-990.yml": region.replace(
            "- fips: '08031'\n  share: 97.5\n- fips: '08111'", "- fips: '35001'\n- fips: '08021'"
        ),
    }


@pytest.mark.parametrize(
    ("asked", "configured", "states"),
    [
        ("co", "[]", {"co"}),
        ("NM", "[]", {"nm"}),
        ("", "[co]", {"co"}),
        ("nm", "[co]", {"nm"}),
        ("", "[]", {"co", "nm"}),
    ],
)
def test_a_build_of_some_states(asked: str, configured: str, states: set[str], tmp_path: Path) -> None:
    folder = make_repository(tmp_path, elsewhere(), lambda text: text.replace("states: []", f"states: {configured}"))
    built = run_build(folder, environment={"STATE": asked})
    assert built.status == 0, built.output
    assert {entry.name for entry in built.site.iterdir() if len(entry.name) == 2} == states | {"es"}
    shown = {entry.name for entry in (built.site / "resources").iterdir()}
    assert ("clinic-nm" in shown) == ("nm" in states)
    assert ("example-clinic" in shown) == ("co" in states)
    assert {"hotline-example", "border-nm"} <= shown, "a neighbor's clinic that serves the state is there"
    assert look(built.site, ["violence"]).problems == {}
    searched = "".join(file.read_text(encoding="utf-8") for file in (built.site / "search").rglob("*.*"))
    assert ("clinic-nm" in searched) == ("nm" in states)
    found = sorted(file.name[:2] for file in (built.site / "assets/map").glob("??-points.json"))
    assert found == sorted(states)


def test_a_preview_alone_may_run_inline_script() -> None:
    """The theme's reloading needs it; no published page does."""
    assert "script-src 'self' 'unsafe-inline'" in content_security_policy(Settings("x"), serving=True)
    assert "unsafe-inline" not in content_security_policy(Settings("x"))


def test_a_site_lost_in_a_broken_swap_comes_back(tmp_path: Path) -> None:
    (tmp_path / ".site.old-99999999").mkdir()
    (tmp_path / ".site.old-99999999/index.html").write_text("the last good site", encoding="utf-8")
    (tmp_path / ".site.new-99999999").mkdir()
    clear_broken_off(tmp_path / "site")
    assert (tmp_path / "site/index.html").read_text(encoding="utf-8") == "the last good site"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
