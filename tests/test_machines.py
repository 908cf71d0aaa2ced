"""How machines find and read the site: robots.txt, sitemaps, previews of links, JSON-LD, the page of the open data."""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
import urllib.robotparser
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from resource_directory.directory import Directory, Settings
from resource_directory.loading import load_directory
from resource_directory.model import Record
from resource_directory.sitemaps import LIMIT, REST, robots_text, sitemap_files
from resource_directory.structured import structured, structured_text
from resource_directory.views import RecordView
from site_reading import ABSOLUTE
from support import DAY, ROOT, Build, good_records, make_repository

#: What the page of an entry may call it.
KINDS = {"GovernmentOrganization", "LegalService", "MedicalClinic", "NGO", "Organization"}


@pytest.fixture(scope="module")
def real() -> Directory:
    return load_directory(ROOT, Settings("x"), DAY, cached=True)


@pytest.fixture(scope="module")
def fictional(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    return load_directory(make_repository(tmp_path_factory.mktemp("machines"), good_records()), Settings("x"), DAY)


# robots.txt and sitemaps


def test_everybody_may_read_everything() -> None:
    text = robots_text("https://directory.example.org/")
    robots = urllib.robotparser.RobotFileParser()
    robots.parse(text.splitlines())
    for path in ("", "data/v1/manifest.json", "resources/x/", "admin/"):
        assert robots.can_fetch("Anybot", f"https://directory.example.org/{path}")
    assert robots.site_maps() == ["https://directory.example.org/sitemap.xml"]
    # Nothing is named in it: what must not be found is not there at all.
    assert "Disallow" not in text
    assert "Sitemap" not in robots_text("")


def listed(content: bytes) -> list[str]:
    return [str(entry.text) for entry in ElementTree.fromstring(content).findall(".//{*}loc")]


def test_each_state_has_a_sitemap() -> None:
    parts = {"co/": "co", "co/denver/": "co", "ut/": "ut", "": "", "map/": "map"}
    found = dict(sitemap_files("https://x.org/", parts, lambda address: parts[address] if "/" in address[:3] else REST))
    assert listed(found["sitemap.xml"]) == [f"https://x.org/sitemap-{part}.xml" for part in ("co", "us", "ut")]
    assert listed(found["sitemap-co.xml"]) == ["https://x.org/co/", "https://x.org/co/denver/"]
    assert listed(found["sitemap-us.xml"]) == ["https://x.org/", "https://x.org/map/"]


def test_the_site_lists_its_states_apart(fictional_site: Build) -> None:
    site = fictional_site.site
    names = [name.removeprefix(ABSOLUTE) for name in listed((site / "sitemap.xml").read_bytes())]
    assert names == ["sitemap-co.xml", "sitemap-us.xml"]
    co, rest = (listed((site / name).read_bytes()) for name in names)
    assert (
        f"{ABSOLUTE}co/denver/" in co
        and f"{ABSOLUTE}es/co/denver/" in co
        and f"{ABSOLUTE}resources/example-clinic/" in co
    )
    assert {f"{ABSOLUTE}{path}" for path in ("", "data/", "sources/", "resources/hotline-example/")} <= set(rest)
    data = [address for address in (*co, *rest) if "/data/v1/" in address]
    assert data == [f"{ABSOLUTE}data/v1/profile/"] and not any("/admin/" in address for address in (*co, *rest))
    assert max(len(co), len(rest)) < LIMIT
    assert (site / "robots.txt").read_text(encoding="ascii") == robots_text(ABSOLUTE)


# Previews of links


def previews(text: str) -> dict[str, str]:
    head = text.partition("</head>")[0]
    tags = re.findall(r"<meta [^>]*?property=\"?(og:\w+)\"? content=(\"[^\"]*\"|[^ >]*)", head)
    return {name: html.unescape(value.strip('"')) for name, value in tags}


def test_previews_are_neutral_and_have_no_picture(fictional_site: Build, fictional: Directory) -> None:
    pages = sorted(fictional_site.site.rglob("*.html"))
    looked = 0
    for page in pages:
        text = page.read_text(encoding="utf-8")
        if 'http-equiv="refresh"' in text or "http-equiv=refresh" in text:
            continue
        if page.relative_to(fictional_site.site).as_posix().startswith(("embed/", "es/embed/")):
            continue  # For frames: nobody sends a link to one.
        found = previews(text)
        title = html.unescape(re.findall(r"<title>(.*?)</title>", text)[0])
        # Pages written by hand have no description; then a preview has none.
        described = {"og:description"} if re.search(r"<meta name=\"?description", text) else set()
        assert set(found) == {"og:title", "og:site_name"} | described, page
        assert title in {f"{found['og:title']} - {found['og:site_name']}", found["og:title"]}
        assert not [value for value in found.values() if fictional.neutral_pattern.search(value)], page
        assert "og:image" not in text and "twitter:" not in text
        looked += 1
    assert looked > 100


# JSON-LD


def test_nothing_is_told_of_confidential_kinds_and_places(real: Directory, fictional: Directory) -> None:
    told = 0
    for directory in (real, fictional):
        for record in directory.in_order:
            found = structured(RecordView(record, directory))
            withheld = record.location is not None and record.location.visibility == "withheld"
            if withheld or record.type in {"domestic_violence", "anti_trafficking", "runaway_homeless_youth"}:
                assert found is None, record.id
                assert structured_text(RecordView(record, directory)) == ""
            told += found is not None
    assert told > 20_000


def test_what_is_told_is_what_the_record_says(real: Directory) -> None:
    size = number = 0
    for record in real.in_order:
        text = structured_text(RecordView(record, real))
        if not text:
            continue
        inner = text.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
        assert not re.search("[<>&\u2028\u2029]", inner), record.id
        found = json.loads(inner)
        assert found.pop("@context") == "https://schema.org" and found.pop("@type") in KINDS
        assert found == expected(record), record.id
        assert not real.neutral_pattern.search(record.name)
        size, number = size + len(text.encode()), number + 1
    assert size / number < 500


def expected(record: Record) -> dict[str, object]:
    """From the record alone."""
    found: dict[str, object] = {"name": record.name}
    voices = [phone.number for phone in record.phones or () if phone.type == "voice"]
    if voices:
        found["telephone"] = f"+1-{voices[0]}" if len(voices[0]) == 12 else voices[0]
    if record.url:
        found["url"] = record.url
    place = record.location
    if place and place.address and place.address.address_1 and getattr(record, "setting", None) != "mobile":
        assert place.visibility == "public"
        a = place.address
        street = f"{a.address_1}, {a.address_2}" if a.address_2 else a.address_1
        parts = {
            "streetAddress": street,
            "addressLocality": a.city,
            "addressRegion": a.state_province,
            "postalCode": a.postal_code,
        }
        found["address"] = {"@type": "PostalAddress", **{name: value for name, value in parts.items() if value}}
    return found


def test_a_hostile_name_stays_a_name(fictional: Directory) -> None:
    record = fictional.records["example-clinic"].model_copy(update={"name": '</script><script>alert(1)</script>"'})
    text = structured_text(RecordView(record, fictional))
    assert text.count("<") == 2 and "</script><script>" not in text
    assert json.loads(text.partition(">")[2].rpartition("<")[0])["name"] == record.name


def test_a_name_that_gives_a_reader_away_is_not_told(fictional: Directory) -> None:
    record = fictional.records["example-clinic"].model_copy(update={"name": "Domestic Violence Clinic"})
    assert structured(RecordView(record, fictional)) is None


def test_nobody_is_led_to_where_a_mobile_clinic_is_kept(fictional: Directory) -> None:
    record = fictional.records["example-clinic"]
    assert "address" in (structured(RecordView(record, fictional)) or {})
    moving = record.model_copy(update={"setting": "mobile"})
    assert "address" not in (structured(RecordView(moving, fictional)) or {})


def test_pages_of_entries_have_it_and_no_others(fictional_site: Build, fictional: Directory) -> None:
    having = {
        page.parent.name
        for page in fictional_site.site.rglob("*.html")
        if "application/ld+json" in page.read_text(encoding="utf-8")
    }
    wanted = {record.id for record in fictional.in_order if structured(RecordView(record, fictional))}
    assert having == wanted and wanted


# The page of the open data


@pytest.fixture(scope="module")
def page(fictional_site: Build) -> str:
    return (fictional_site.site / "data/index.html").read_text(encoding="utf-8")


def test_every_file_it_names_is_there(page: str, fictional_site: Build) -> None:
    links = set(re.findall(r'href="?\.\./(data/v1/[^" >]*)', page))
    assert len(links) > 15
    for link in links:
        assert (fictional_site.site / (f"{link}index.html" if link.endswith("/") else link)).is_file(), link


def test_it_says_what_goes_and_what_the_manifest_names(page: str, fictional_site: Build) -> None:
    text = " ".join(html.unescape(re.sub(r"<[^>]+>", "", page)).split())
    assert "do not change or vanish" not in text and "goes from the data, too" in text
    assert "Every download" not in text and "Feeds and pages are in no manifest." in text
    assert '{"id": "old id", "moved_to": "new id"}' in text
    moved = json.loads((fictional_site.site / "data/v1/resources/example-house-old.json").read_text(encoding="utf-8"))
    assert moved == {"id": "example-house-old", "moved_to": "example-house-mesa"}


def example(page: str, name: str, address: str) -> str:
    found = re.search(rf'<code data-rd-example="?{name}"?>(.*?)</code>', page, re.DOTALL)
    assert found is not None
    return html.unescape(found[1]).replace(ABSOLUTE, address)


def test_the_example_in_python_works(page: str, fictional_site: Build, serve: Callable[[Path], str]) -> None:
    code = example(page, "python", serve(fictional_site.site))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    first, *lines = done.stdout.splitlines()
    assert re.fullmatch(r"\w+ County 2026-11-21", first) and lines
    # Whoever copies it passes on how surely each serves the county, and whether it takes people.
    for line in lines:
        assert re.fullmatch(r".+ \| .+ \| serves: (county|state|listed|ask) \| status: [a-z ]+", line), line


def test_the_example_for_the_command_line_works(
    page: str, fictional_site: Build, serve: Callable[[Path], str], tmp_path: Path
) -> None:
    code = example(page, "shell", serve(fictional_site.site))
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "records.csv: OK\n"), done.stderr
    (tmp_path / "records.csv").write_text("broken", encoding="utf-8")
    again = subprocess.run(["bash", "-c", code.splitlines()[1]], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)  # fmt: skip
    assert again.returncode != 0


def test_the_page_is_found_from_others(fictional_site: Build) -> None:
    for name in ("sources", "contribute"):
        assert re.search(
            r'href="?\.\./data/"?', (fictional_site.site / name / "index.html").read_text(encoding="utf-8")
        )
