"""Links, against small servers on this machine: right, moved, broken, slow, forbidding, and leading inside."""

from __future__ import annotations

import csv
import itertools
import json
import shutil
import ssl
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import links
from resource_directory import link_checks
from resource_directory.link_checks import (
    HOST_DOWN,
    NOT_WEB,
    PRIVATE,
    ROBOTS,
    ROBOTS_DOWN,
    ROBOTS_REFUSED,
    Client,
    Hosts,
    Look,
    Memory,
    is_public,
    look,
    looks,
)
from support import make_repository
from test_geocoding import record

DAY = date(2026, 11, 21)


@dataclass
class Server:
    """Answers by path: a status, or a status and where it leads, for HEAD and GET or for each."""

    port: int = 0
    pages: dict[str, Any] = field(default_factory=dict)
    robots: dict[str, tuple[int, str]] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    active: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    most_active: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    most_together: int = 0
    slow: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def url(self, path: str = "/", host: str = "site.example.org") -> str:
        return f"http://{host}:{self.port}{path}"

    def methods(self, path: str) -> list[str]:
        return [method for method, _, asked in self.asked if asked == path]


def handler(told: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            host = (self.headers["Host"] or "").partition(":")[0]
            with told.lock:
                told.asked.append((self.command, host, self.path))
                told.times[host].append(time.monotonic())
                told.active[host] += 1
                told.most_active[host] = max(told.most_active[host], told.active[host])
                told.most_together = max(told.most_together, sum(told.active.values()))
            try:
                time.sleep(told.slow if self.path != "/robots.txt" else 0)
                self.send(host)
            except (BrokenPipeError, ConnectionResetError):
                return  # the asker did not wait
            finally:
                with told.lock:
                    told.active[host] -= 1

        do_GET = do_HEAD = answer  # noqa: N815

        def send(self, host: str) -> None:
            if self.path == "/robots.txt":
                status, body = told.robots.get(host, (404, ""))
                where = ""
            else:
                given = told.pages.get(self.path, 404)
                given = given.get(self.command) if isinstance(given, dict) else given
                status, where = given if isinstance(given, tuple) else (given, "")
                body = ""
            self.send_response(status)
            if where:
                self.send_header("Location", where)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body.encode())

        def log_message(self, format: str, *args: Any) -> None:
            return

    return Handler


def listen(told: Server, context: ssl.SSLContext | None = None) -> Callable[[], None]:
    """Starts the server; what is returned ends it."""
    listening = ThreadingHTTPServer(("127.0.0.1", 0), handler(told))
    listening.daemon_threads = True
    if context:
        listening.socket = context.wrap_socket(listening.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    told.port = listening.server_port

    def end() -> None:
        listening.shutdown()
        listening.server_close()
        thread.join()

    return end


@pytest.fixture
def server() -> Iterator[Server]:
    told = Server()
    end = listen(told)
    yield told
    end()


def hosts(*, pause: float = 0.0, timeout: float = 5.0, allow_private: bool = True, **options: Any) -> Hosts:
    """Every name stands for this machine."""
    options.setdefault("resolve", lambda host, port: ["127.0.0.1"])
    return Hosts(Client("test-links/1.0 (info@example.org)", timeout, allow_private, **options), pause)


def seen(url: str, **options: Any) -> Look:
    return look(url, hosts(**options), DAY)


CASES: dict[str, tuple[Any, str, int]] = {
    "right": (200, "ok", 200),
    "no content": (204, "ok", 204),
    "HEAD not known": ({"HEAD": 405, "GET": 200}, "ok", 200),
    "HEAD not made": ({"HEAD": 501, "GET": 200}, "ok", 200),
    "HEAD turned away": ({"HEAD": 403, "GET": 200}, "ok", 200),
    "HEAD lost": ({"HEAD": 404, "GET": 200}, "ok", 200),
    "turned away": (403, "refused", 403),
    "too many": (429, "refused", 429),
    "not there": (404, "broken", 404),
    "gone": (410, "broken", 410),
    "failing": (500, "unreachable", 500),
    "moved to mail": ((301, "mailto:info@example.org"), "broken", 301),
    "moved to a script": ((302, "javascript:alert(1)"), "broken", 302),
    "moved to nowhere": ((302, "http://[bad/"), "broken", 302),
    "in a circle": ((302, "/page"), "broken", 302),
    "says moved, not where": (301, "broken", 301),
}


@pytest.mark.parametrize("name", CASES)
def test_what_an_answer_means(server: Server, name: str) -> None:
    given, status, code = CASES[name]
    server.pages["/page"] = given
    found = seen(server.url("/page"))
    assert (found.status, found.code) == (status, code), found
    wanted = ["HEAD", "GET"] if code in {403, 404} or isinstance(given, dict) else ["HEAD"]
    assert server.methods("/page")[:2] == (wanted if name != "in a circle" else ["HEAD", "HEAD"])


def test_redirects_are_followed_and_told(server: Server) -> None:
    server.pages |= {
        "/old": (301, "/middle"), "/middle": (308, server.url("/new#part", "other.example.org")), "/new": 200,
        "/for-now": (302, "/new"),
    }  # fmt: skip
    found = seen(server.url("/old"))
    assert (found.status, found.note, found.code) == ("moved", "for good", 200)
    assert found.final_url == server.url("/new", "other.example.org")
    assert seen(server.url("/for-now")).note == "for now, or always"
    server.pages["/new"] = 404
    assert seen(server.url("/old")).status == "broken"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://example.org/", "https://www.example.org/", True),
        ("https://example.org", "https://example.org/en/home", True),
        ("https://example.org/a", "https://example.org/a/", True),
        ("https://example.org/a", "https://example.org/", False),
        ("https://example.org/", "https://parked.example.com/", False),
    ],
)
def test_what_is_the_same_page(one: str, other: str, same: bool) -> None:
    assert link_checks._same_page(one, other) is same


def test_no_answer(server: Server) -> None:
    assert seen("http://127.0.0.1:9/").note == "it takes no connections"
    server.pages["/"], server.slow = 200, 1.0
    found = seen(server.url(), timeout=0.2)
    assert (found.status, found.note) == ("unreachable", "it does not answer in time")

    def unknown(host: str, port: int) -> list[str]:
        raise OSError("Name or service not known")

    assert seen("http://nobody.example.org/", resolve=unknown).note == "its name is not known"


ROBOTS_CASES = {
    "stay away": ((200, "User-agent: *\nDisallow: /"), "skipped", ROBOTS),
    "stay away, by name": ((200, "User-agent: test-links\nDisallow: /\n\nUser-agent: *\nAllow: /"), "skipped", ROBOTS),
    "another program": ((200, "User-agent: other\nDisallow: /"), "ok", ""),
    "another folder": ((200, "User-agent: *\nDisallow: /private"), "ok", ""),
    "none": ((404, ""), "ok", ""),
    "forbidden": ((403, ""), "skipped", ROBOTS_REFUSED),
    "asks who we are": ((401, ""), "skipped", ROBOTS_REFUSED),
    "broken": ((503, ""), "skipped", ROBOTS_DOWN),
    "not text": ((200, "\x00\x01 not rules at all"), "ok", ""),
}


@pytest.mark.parametrize("name", ROBOTS_CASES)
def test_robots(server: Server, name: str) -> None:
    given, status, note = ROBOTS_CASES[name]
    server.robots["site.example.org"] = given
    server.pages["/page"] = 200
    found = seen(server.url("/page"))
    assert (found.status, found.note) == (status, note)
    assert bool(server.methods("/page")) is (status == "ok")


def test_robots_of_where_a_link_leads_are_obeyed(server: Server) -> None:
    server.pages |= {"/old": (301, server.url("/new", "other.example.org")), "/new": 200}
    server.robots["other.example.org"] = (200, "User-agent: *\nDisallow: /")
    assert seen(server.url("/old")).status == "skipped"
    assert not server.methods("/new")


def test_robots_are_read_once_a_host(server: Server) -> None:
    server.pages |= {f"/{number}": 200 for number in range(4)}
    found = list(looks([server.url(f"/{number}") for number in range(4)], hosts(), DAY))
    assert [entry.status for entry in found] == ["ok"] * 4
    assert server.methods("/robots.txt") == ["GET"]


# Never inside


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True), ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False), ("10.0.0.1", False), ("172.16.5.4", False), ("192.168.1.1", False),
        ("169.254.169.254", False), ("100.64.0.1", False), ("0.0.0.0", False), ("224.0.0.1", False),
        ("255.255.255.255", False), ("::1", False), ("::", False), ("fe80::1", False), ("fe80::1%eth0", False),
        ("fc00::1", False), ("ff02::1", False), ("::ffff:127.0.0.1", False), ("::ffff:169.254.169.254", False),
        ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False), ("2001:db8::1", False),
    ],
)  # fmt: skip
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "2130706433", "0x7f.1", "0"])
def test_this_machine_is_not_asked(server: Server, host: str) -> None:
    server.pages["/"] = 200
    found = look(f"http://{host}:{server.port}/", Hosts(Client("test", 2), 0), DAY)
    assert found.status in {"refused", "unreachable"}
    assert found.note in {PRIVATE, "its name is not known"}
    assert not server.asked


def test_a_name_with_one_private_address_is_not_asked(server: Server) -> None:
    found = seen(server.url(), allow_private=False, resolve=lambda host, port: ["93.184.216.34", "127.0.0.1"])
    assert (found.status, found.note) == ("refused", PRIVATE)
    assert not server.asked


def test_a_link_that_leads_inside_is_not_followed(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_checks, "is_public", lambda address: address == "127.0.0.1")
    inside = {"inside.example.org": ["127.0.0.2"]}
    server.pages |= {"/": (302, server.url("/secret", "inside.example.org")), "/secret": 200}
    found = seen(server.url(), allow_private=False, resolve=lambda host, port: inside.get(host, ["127.0.0.1"]))
    assert (found.status, found.note, found.final_url) == ("refused", PRIVATE, "")
    assert "/secret" not in [path for _, _, path in server.asked]


def test_the_address_that_was_looked_at_is_the_one_that_is_asked(server: Server) -> None:
    """A name that changes between the look and the request gains nothing: it is looked up once a request."""
    server.pages["/"] = 200
    calls: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        calls.append(host)
        return ["127.0.0.1"]

    assert seen(server.url("/", "changing.example.org"), resolve=resolve).status == "ok"
    assert len(calls) == len(server.asked) == 2


# Secure connections


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("no openssl on this machine to make a certificate with")
    file = tmp_path / "own.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=site.example.org", "-addext", "subjectAltName=DNS:site.example.org", "-keyout", file, "-out",
         tmp_path / "certificate.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    return tmp_path


def test_certificates(certificate: Path) -> None:
    told = Server(pages={"/": 200})
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "certificate.pem", certificate / "own.pem")
    end = listen(told, context)
    try:
        own = seen(f"https://site.example.org:{told.port}/")
        assert (own.status, own.note) == ("insecure", "its certificate is its own")
        assert not told.asked
        trusting = ssl.create_default_context(cafile=str(certificate / "certificate.pem"))
        assert seen(f"https://site.example.org:{told.port}/", context=trusting).status == "ok"
        other = seen(f"https://other.example.org:{told.port}/", context=trusting)
        assert (other.status, other.note) == ("insecure", "its certificate is another site's")
        plain = seen(f"https://site.example.org:{told.port}/".replace("https", "http"), timeout=1)
        assert plain.status == "unreachable"
    finally:
        end()


# Politeness


def test_one_request_a_host_at_a_time_and_apart(server: Server) -> None:
    names = ["a.example.org", "b.example.org", "c.example.org"]
    server.pages |= {f"/{number}": 200 for number in range(3)}
    server.slow = 0.15
    urls = [server.url(f"/{number}", host) for number in range(3) for host in names]
    assert len(list(looks(urls, hosts(pause=0.2), DAY, workers=3))) == 9
    for host in names:
        assert server.most_active[host] == 1
        times = server.times[host]
        gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
        assert len(gaps) == 3 and min(gaps) >= 0.19, gaps
    assert server.most_together > 1, "hosts wait for each other"


def test_a_host_that_is_down_is_not_asked_for_each_page() -> None:
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    urls = [f"http://down.example.org:9/{number}" for number in range(5)]
    found = sorted(looks(urls, hosts(resolve=resolve), DAY), key=lambda entry: entry.url)
    assert [entry.note for entry in found][2:] == [HOST_DOWN] * 3
    assert len(asked) == 2


def test_the_user_agent_says_who_asks(server: Server) -> None:
    assert "info@example.org" in hosts().client.user_agent


def test_nothing_raises() -> None:
    for url in ("http://[bad/", "ftp://example.org/", "http:///x", "http://example.org:99999/"):
        assert seen(url).status in {"broken", "unreachable"}, url
    assert seen("http://ok.example.org/", resolve=lambda host, port: []).status == "unreachable"
    assert NOT_WEB


# What is remembered


def made(url: str, day: str, status: Any = "broken") -> Look:
    return Look(url, day, status)


def test_memory(tmp_path: Path) -> None:
    file = tmp_path / "looks.jsonl"
    memory = Memory(file)
    for entry in (
        made("https://a.example.org/", "2026-10-01"), made("https://a.example.org/", "2026-11-01", "unreachable"),
        made("https://b.example.org/", "2026-10-01"), made("https://b.example.org/", "2026-11-01", "ok"),
        made("https://c.example.org/", "2026-10-01"),
    ):  # fmt: skip
        memory.keep(entry)
    with file.open("a", encoding="utf-8") as stream:
        stream.write('{"url": "https://d.exam')
    again = Memory(file)
    assert again.failing_since("https://a.example.org/") == "2026-10-01"
    assert again.failing_since("https://b.example.org/") == ""
    last = again.last("https://b.example.org/")
    assert last is not None and (last.status, last.day) == ("ok", "2026-11-01")
    assert again.last("https://d.example.org/") is None
    again.tidy(["https://a.example.org/", "https://b.example.org/"])
    assert [json.loads(line)["url"] for line in file.read_text(encoding="utf-8").splitlines()] == [
        "https://a.example.org/",
        "https://b.example.org/",
    ]


def test_who_is_due(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "looks.jsonl")
    memory.keep(made("https://old.example.org/", "2026-09-01"))
    memory.keep(made("https://older.example.org/", "2026-08-01"))
    memory.keep(made("https://new.example.org/", "2026-11-20"))
    urls = [f"https://{name}.example.org/" for name in ("new", "never", "old", "older")]
    assert links.due(urls, memory, DAY, 30) == [f"https://{name}.example.org/" for name in ("never", "older", "old")]


# The command line


def test_the_command(
    tmp_path: Path, server: Server, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795219200")
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(link_checks, "_resolved", lambda host, port: ["127.0.0.1"])
    server.pages |= {
        "/good": 200,
        "/lost": 404,
        "/old": (301, server.url("/`x`@team", "b.example.org")),
        "/%60x%60@team": 200,
    }
    given = {"one": "/good", "two": "/lost", "three": "/lost", "four": "/old"}
    root = make_repository(
        tmp_path, {f"co/legal_aid/{name}.yml": record(name, url=server.url(path)) for name, path in given.items()}
    )
    before = {file: file.read_bytes() for file in (root / "data/resources").rglob("*.yml")}
    looks_file = tmp_path / "looks.jsonl"
    common = ["--state", "co", "--root", str(root), "--looks", str(looks_file), "--pause", "0", "--allow-private"]

    assert links.main([*common, "--limit", "1", "--out", str(tmp_path / "first.txt")]) == 0
    assert len(looks_file.read_text(encoding="utf-8").splitlines()) == 1
    assert links.main([*common, "--out", str(tmp_path / "links.md")]) == 0
    asked = len(server.asked)
    assert links.main([*common, "--out", str(tmp_path / "links.csv")]) == 0
    assert len(server.asked) == asked, "looked at again within the month"
    assert links.main([*common, "--report"]) == 0
    printed = capsys.readouterr().out
    assert f"There is no such page: {server.url('/lost')}" in printed and "and 1 more" in printed

    markdown = (tmp_path / "links.md").read_text(encoding="utf-8")
    assert "| There is no such page | 1 |" in markdown
    assert not [part for part in markdown.split("`")[::2] if "@" in part or "http" in part]
    rows = list(csv.DictReader((tmp_path / "links.csv").read_text(encoding="utf-8").splitlines()))
    assert [(entry["status"], entry["records"]) for entry in rows] == [("broken", "2"), ("moved", "1"), ("ok", "1")]
    assert rows[0]["failing since"] == "2026-11-21"
    assert {file: file.read_bytes() for file in before} == before

    assert links.main([*common, "--since", "0"]) == 0
    assert len(server.asked) > asked


def test_the_command_asks_nothing_inside_by_itself(tmp_path: Path, server: Server) -> None:
    root = make_repository(tmp_path, {"co/legal_aid/one.yml": record("one", url=f"http://127.0.0.1:{server.port}/")})
    looks_file = tmp_path / "looks.jsonl"
    assert links.main(["--state", "co", "--root", str(root), "--looks", str(looks_file), "--pause", "0"]) == 0
    assert not server.asked
    assert json.loads(looks_file.read_text(encoding="utf-8"))["note"] == PRIVATE
