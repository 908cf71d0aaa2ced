"""Looks whether web sites answer, politely: one request a host at a time, robots obeyed, never into a private network.

What is found is kept outside the records (see `Memory`). A failing link says that somebody should look, no more: a site
may be down for an hour, or refuse programs and not people.
"""

from __future__ import annotations

import ipaddress
import json
import socket
import ssl
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import urllib3
from urllib3.util import Timeout

from resource_directory.model import Record

#: What a page's look came to. `skipped` and `refused` say nothing about the page.
Status = Literal["ok", "moved", "broken", "unreachable", "insecure", "refused", "skipped"]
STATUSES: tuple[Status, ...] = ("broken", "unreachable", "insecure", "moved", "refused", "skipped", "ok")

NO_HEAD = frozenset({403, 404, 405, 501})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
#: Answers with which a site turns programs away, not people.
TURNED_AWAY = frozenset({401, 403, 406, 429, 451, 999})
MOST_REDIRECTS = 5
#: Bytes of robots.txt that are read (RFC 9309, 2.5, asks for 500 KiB at least).
ROBOTS_SIZE = 512 * 1024
#: Seconds between two requests to one host.
PAUSE = 1.0
TIMEOUT = 15.0

PRIVATE = "it leads into a private network"
ROBOTS = "its robots.txt asks programs to stay away"
ROBOTS_REFUSED = "it refuses to give its robots.txt (401 or 403)"
ROBOTS_DOWN = "its robots.txt could not be read"
HOST_DOWN = "another page of this host could not be reached"
NOT_WEB = "it leads to an address that is no web page"


@dataclass(frozen=True)
class Look:
    """One look at one address: what came of it, in words, and where it led."""

    url: str
    day: str
    status: Status
    note: str = ""
    code: int = 0
    final_url: str = ""


class CannotReachError(Exception):
    """No answer from a host; the message says why."""


class PrivateAddressError(CannotReachError):
    """The name stands for an address that is nobody's business outside."""


@dataclass(frozen=True)
class Answer:
    """The beginning of an answer."""

    code: int
    location: str = ""
    body: bytes = b""


@dataclass(frozen=True)
class Client:
    """Sends single requests. Each goes to an address that was looked at first, so that a name cannot change between.

    `allow_private` is for tests. `timeout` is in seconds, for connecting and for each part of the answer.
    """

    user_agent: str
    timeout: float = TIMEOUT
    allow_private: bool = False
    resolve: Callable[[str, int], list[str]] = field(default=lambda host, port: _resolved(host, port), repr=False)
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)

    def request(self, method: str, url: str, *, most: int = 0) -> Answer:
        """One request, redirects not followed, at most `most` bytes of the answer read. Raises CannotReachError, or
        ssl.SSLError for a certificate that is not right."""
        parts = urlsplit(url)
        host, port = _ascii(parts.hostname or ""), parts.port or (443 if parts.scheme == "https" else 80)
        address = self._address(host, port)
        path = urllib3.util.parse_url(url).request_uri
        default = parts.port is None or parts.port in (80, 443)
        named = f"[{host}]" if ":" in host else host
        headers = {"Host": named if default else f"{named}:{port}", "User-Agent": self.user_agent, "Accept": "*/*"}
        limits = Timeout(connect=self.timeout, read=self.timeout, total=self.timeout * 2)
        with self._pool(parts.scheme, host, address, port) as pool:
            try:
                answer = pool.urlopen(
                    method, path, headers=headers, redirect=False, retries=False, timeout=limits, preload_content=False
                )
                body = answer.read(most, decode_content=True) if most else b""
                code, location = answer.status, answer.headers.get("Location", "")
                answer.close()
            except urllib3.exceptions.SSLError as error:
                raise ssl.SSLError(_ssl_words(error)) from error
            except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
                raise CannotReachError(_words(error)) from error
        return Answer(code, location, body)

    def _pool(self, scheme: str, host: str, address: str, port: int) -> urllib3.HTTPConnectionPool:
        if scheme == "https":
            return urllib3.HTTPSConnectionPool(
                address, port, ssl_context=self.context, server_hostname=host, assert_hostname=host, maxsize=1
            )
        return urllib3.HTTPConnectionPool(address, port, maxsize=1)

    def _address(self, host: str, port: int) -> str:
        """The address to connect to. Raises PrivateAddressError where any of the name's is not public."""
        try:
            found = self.resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise CannotReachError("its name is not known") from error
        if not found:
            raise CannotReachError("its name is not known")
        if not self.allow_private and not all(is_public(address) for address in found):
            raise PrivateAddressError(PRIVATE)
        return found[0]


def _resolved(host: str, port: int) -> list[str]:
    infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    # IPv4 first: many networks, and many sites, have half an IPv6.
    return [str(info[4][0]) for info in sorted(infos, key=lambda info: info[0] != socket.AF_INET)]


def is_public(address: str) -> bool:
    """True for an address of the open internet: no loopback, no private or link-local range, no multicast, and no IPv6
    form of such an address."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is None and found in _NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None and not is_public(str(inner)):
            return False
    return found.is_global and not found.is_multicast


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def _ascii(host: str) -> str:
    """The host as it is asked for: `münchen.example` -> `xn--mnchen-3ya.example`."""
    try:
        return host.encode("idna").decode() if not host.isascii() else host
    except UnicodeError:
        return host


def _words(error: Exception) -> str:
    """Why there was no answer, in words without addresses of machines."""
    known = (
        # Before ConnectTimeoutError, of which it is a kind.
        (urllib3.exceptions.NewConnectionError, "it takes no connections"),
        (urllib3.exceptions.ConnectTimeoutError, "it does not answer in time"),
        (urllib3.exceptions.ReadTimeoutError, "it does not answer in time"),
        (urllib3.exceptions.ProtocolError, "it ended the connection"),
        (urllib3.exceptions.LocationParseError, NOT_WEB),
    )
    return next((words for kind, words in known if isinstance(error, kind)), f"no answer ({type(error).__name__})")


def _ssl_words(error: Exception) -> str:
    text = str(error)
    for part, words in (
        ("certificate has expired", "its certificate has expired"),
        ("self-signed", "its certificate is its own"),
        ("self signed", "its certificate is its own"),
        ("match", "its certificate is another site's"),
        ("unable to get local issuer", "nobody we trust has signed its certificate"),
    ):
        if part in text:
            return words
    return "its secure connection does not work"


@dataclass
class Host:
    """One host of a run: what its robots.txt says, and when it was last asked. Used by one thread at a time."""

    client: Client
    pause: float
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    lock: threading.Lock = field(default_factory=threading.Lock)
    _last: float | None = None
    _robots: dict[str, RobotFileParser | str] = field(default_factory=dict)

    def request(self, method: str, url: str, *, most: int = 0) -> Answer:
        """One request, at a distance from the last. Raises as the client does."""
        with self.lock:
            if self._last is not None and (wait := self._last + self.pause - self.clock()) > 0:
                self.sleep(wait)
            try:
                return self.client.request(method, url, most=most)
            finally:
                self._last = self.clock()

    def why_not(self, url: str) -> str | None:
        """Why robots.txt forbids the address; None where it does not. Raises as the client does."""
        origin = _origin(url)
        if origin not in self._robots:
            self._robots[origin] = self._read_robots(origin)
        rules = self._robots[origin]
        if isinstance(rules, str):
            return rules or None
        return None if rules.can_fetch(self.client.user_agent, url) else ROBOTS

    def _read_robots(self, origin: str) -> RobotFileParser | str:
        """The rules, or why there are none: empty where everything is allowed (RFC 9309, 2.3.1)."""
        url, home = f"{origin}/robots.txt", urlsplit(origin).hostname
        for _ in range(MOST_REDIRECTS):
            answer = self.request("GET", url, most=ROBOTS_SIZE)
            if answer.code not in REDIRECTS or not answer.location:
                break
            url = urljoin(url, answer.location)
            if urlsplit(url).scheme not in {"http", "https"} or _site(urlsplit(url).hostname) != _site(home):
                return ""
        if answer.code in {401, 403}:
            return ROBOTS_REFUSED
        if answer.code >= 500 or answer.code == 429:
            return ROBOTS_DOWN
        if answer.code != 200:
            return ""
        rules = RobotFileParser()
        rules.parse(answer.body.decode("utf-8", errors="replace").splitlines())
        return rules


def _site(host: str | None) -> str:
    return (host or "").removeprefix("www.")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


class Hosts:
    """All hosts of a run, each made once."""

    def __init__(self, client: Client, pause: float = PAUSE, sleep: Callable[[float], None] = time.sleep) -> None:
        self.client, self.pause, self.sleep = client, pause, sleep
        self._hosts: dict[str, Host] = {}
        self._lock = threading.Lock()

    def of(self, url: str) -> Host:
        name = urlsplit(url).hostname or ""
        with self._lock:
            return self._hosts.setdefault(name, Host(self.client, self.pause, self.sleep))


def look(url: str, hosts: Hosts, day: date) -> Look:
    """What an address answers, redirects followed, HEAD first and GET where HEAD is not taken. Never raises."""
    here, permanent, hops, last = url, True, 0, Answer(0)
    try:
        while True:
            host = hosts.of(here)
            if reason := host.why_not(here):
                return Look(url, day.isoformat(), "skipped", reason, last.code, here if here != url else "")
            last = host.request("HEAD", here)
            if last.code in NO_HEAD:
                last = host.request("GET", here)
            if last.code not in REDIRECTS or not last.location:
                return _judged(url, day, here, last.code, permanent=permanent)
            permanent = permanent and last.code in PERMANENT
            here, hops = urljoin(here, last.location).partition("#")[0], hops + 1
            if urlsplit(here).scheme not in {"http", "https"} or not urlsplit(here).hostname:
                return Look(url, day.isoformat(), "broken", NOT_WEB, last.code)
            if hops > MOST_REDIRECTS:
                return Look(url, day.isoformat(), "broken", "it sends its visitors in circles", last.code)
    except PrivateAddressError as error:
        # Where it leads is not told: that is a name inside somebody's network.
        return Look(url, day.isoformat(), "refused", str(error), last.code)
    except CannotReachError as error:
        return Look(url, day.isoformat(), "unreachable", str(error), last.code, here if here != url else "")
    except ssl.SSLError as error:
        return Look(url, day.isoformat(), "insecure", str(error.args[0]), last.code, here if here != url else "")
    except ValueError:
        return Look(url, day.isoformat(), "broken", NOT_WEB, last.code)


def _judged(url: str, day: date, here: str, code: int, *, permanent: bool) -> Look:
    final = "" if here == url else here
    if code in TURNED_AWAY:
        return Look(url, day.isoformat(), "refused", f"it turns programs away ({code})", code, final)
    if code >= 500:
        return Look(url, day.isoformat(), "unreachable", f"its server fails ({code})", code, final)
    if code in REDIRECTS:
        return Look(url, day.isoformat(), "broken", "it says that it has moved, not where", code, final)
    if code >= 400 or code < 200:
        return Look(url, day.isoformat(), "broken", f"there is no such page ({code})", code, final)
    if final and _same_page(url, final):
        return Look(url, day.isoformat(), "ok", "", code, final)
    if final:
        return Look(url, day.isoformat(), "moved", "for good" if permanent else "for now, or always", code, final)
    return Look(url, day.isoformat(), "ok", "", code)


def _same_page(one: str, other: str) -> bool:
    """True where two addresses differ in `http`, `www.`, a last slash or the front page's own path only."""
    first, second = urlsplit(one), urlsplit(other)
    same_site = _site(first.hostname) == _site(second.hostname)
    front = first.path.strip("/") == ""
    return same_site and (front or first.path.rstrip("/") == second.path.rstrip("/"))


def looks(
    urls: Iterable[str],
    hosts: Hosts,
    day: date,
    *,
    workers: int = 8,
    stop_host_after: int = 2,
) -> Iterator[Look]:
    """A look at each address, as they come: hosts side by side, one host's addresses one after the other. A host that
    could not be reached so many times is not asked about its other pages."""
    groups: dict[str, list[str]] = defaultdict(list)
    for url in urls:
        groups[urlsplit(url).hostname or ""].append(url)
    found: list[Look] = []
    lock = threading.Lock()

    def of_host(group: list[str]) -> None:
        failures = 0
        for url in group:
            if failures >= stop_host_after:
                made = Look(url, day.isoformat(), "unreachable", HOST_DOWN)
            else:
                made = look(url, hosts, day)
                failures = failures + 1 if made.status == "unreachable" and not made.code else 0
            with lock:
                found.append(made)

    with ThreadPoolExecutor(max_workers=workers) as pool:
        for done in as_completed([pool.submit(of_host, group) for group in groups.values()]):
            done.result()
            with lock:
                ready, found[:] = list(found), []
            yield from ready


class Memory:
    """Looks of earlier runs, a line of JSON each, in a file outside the records: the last look at each address, and
    since when it has failed."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._entries: dict[str, dict[str, Any]] = {}
        lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
        for line in lines:
            try:
                entry = json.loads(line)
                self._entries[entry["url"]] = entry
            except (ValueError, TypeError, KeyError):
                continue  # a line that was cut when a run was stopped: that address is looked at again

    def last(self, url: str) -> Look | None:
        """The last look at the address."""
        entry = self._entries.get(url)
        return Look(**{name: value for name, value in entry.items() if name != "failing_since"}) if entry else None

    def failing_since(self, url: str) -> str:
        """The day of the first of the looks in a row that failed; empty where the last did not."""
        return str(self._entries.get(url, {}).get("failing_since", ""))

    def keep(self, made: Look) -> None:
        """Writes the look behind the others at once, so that a run that is stopped goes on where it was."""
        failing = made.status in {"broken", "unreachable", "insecure"}
        since = self.failing_since(made.url) or made.day if failing else ""
        self._entries[made.url] = asdict(made) | ({"failing_since": since} if since else {})
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(self._entries[made.url], ensure_ascii=False) + "\n")

    def tidy(self, known: Iterable[str]) -> None:
        """Leaves one line for each address that a record still has."""
        wanted = set(known)
        self._entries = {url: entry for url, entry in sorted(self._entries.items()) if url in wanted}
        if self.file.is_file():
            beside = self.file.with_name(f".{self.file.name}.new")
            text = "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in self._entries.values())
            beside.write_text(text, encoding="utf-8")
            beside.replace(self.file)


def addresses(records: Mapping[str, Record], states: Iterable[str]) -> dict[str, list[str]]:
    """Paths of records by the web address that they publish, for the states (`co`, `us`), in order."""
    wanted, found = set(states), defaultdict(list)
    for path, record in sorted(records.items()):
        if path.split("/")[2] in wanted:
            for url in _addresses_of(record):
                found[url].append(path)
    return dict(found)


def _addresses_of(record: Record) -> Iterator[str]:
    """Every address a page gives readers; the publishers' pages that a record names as its source are not its own."""
    given = [record.url, getattr(record, "chat", None)]
    given += [meeting.url for meeting in record.meetings or ()]
    given += [entry.url for entry in getattr(record, "waiting_lists", None) or ()]
    entry_point = getattr(record, "coordinated_entry", None)
    given.append(entry_point.url if entry_point else None)
    yield from dict.fromkeys(url for url in given if url)
