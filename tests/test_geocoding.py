"""Geocoding against a small server on this machine that speaks Nominatim's answers, good and bad ones."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

import geocode
import import_sources
from resource_directory import geocoding
from resource_directory.geocoding import (
    FARTHEST_KM,
    HAS_POINT,
    NO_STREET,
    NOTHING_FOUND,
    ONLY_TOWN,
    OUTSIDE_STATE,
    POST_BOX,
    WITHHELD,
    Answer,
    KeptAnswers,
    NoAnswerError,
    Question,
    ServerStopsError,
    kilometres,
    nominatim,
)
from resource_directory.point_sources import NOMINATIM, ZIP_MIDDLE
from support import make_repository

DAY = date(2026, 11, 21)
#: In ZIP code 80203, Denver, whose middle is near 39.73, -104.98.
DENVER = (39.7312, -104.9826)


@dataclass
class Server:
    """Answers by street; everything that was asked, and when."""

    url: str = ""
    answers: dict[str, list[tuple[int, Any]]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    slow: float = 0.0
    asked: list[dict[str, str]] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)

    def answer(self, street: str) -> tuple[int, Any]:
        """The next answer for the street; the last one again and again."""
        left = self.answers.get(street, [(200, [])])
        return left.pop(0) if len(left) > 1 else left[0]


def found(latitude: float, longitude: float, rank: int = 30) -> list[dict[str, Any]]:
    """What Nominatim's `search` gives in `format=json`."""
    return [
        {
            "place_id": 1, "licence": "Data © OpenStreetMap contributors, ODbL 1.0.", "osm_type": "node", "osm_id": 2,
            "lat": str(latitude), "lon": str(longitude), "class": "place", "type": "house", "place_rank": rank,
            "importance": 0.1, "addresstype": "place", "display_name": "Somewhere", "boundingbox": ["1", "2", "3", "4"],
        }
    ]  # fmt: skip


@pytest.fixture
def server() -> Iterator[Server]:
    told = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.times.append(time.monotonic())
            told.raw.append(self.path)
            query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            told.asked.append(query)
            told.agents.append(self.headers["User-Agent"])
            status, body = told.answer(query.get("street", ""))
            if told.slow:
                time.sleep(told.slow)
            content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            try:
                self.send_response(status)
                for name, value in told.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            except (BrokenPipeError, ConnectionResetError):
                return  # the asker did not wait

        def log_message(self, format: str, *args: Any) -> None:
            return

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    thread = threading.Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    told.url = f"http://127.0.0.1:{listening.server_port}"
    yield told
    listening.shutdown()
    listening.server_close()
    thread.join()


def record(identifier: str, street: str = "1 Main St", kind: str = "legal_aid", **parts: Any) -> str:
    address = {"address_1": street, "city": "Denver", "state_province": "CO", "postal_code": "80203"}
    data = {
        "id": identifier, "type": kind, "name": identifier.replace("-", " ").title(),
        "location": {"visibility": "public", "address": {name: text for name, text in address.items() if text}},
        "service_area": {"counties": ["08031"]},
        "source": {"publisher": "Example", "retrieved": "2026-07-19"},
    } | parts  # fmt: skip
    return yaml.safe_dump({name: value for name, value in data.items() if value is not None}, sort_keys=False)


def repository(folder: Path, **records: str) -> Path:
    """A repository with records named by their ids with `_` for `-`."""
    paths = {}
    for name, text in records.items():
        kind = yaml.safe_load(text)["type"]
        paths[f"co/{kind}/{name.replace('_', '-')}.yml"] = text
    return make_repository(folder, paths)


def location(root: Path, identifier: str) -> dict[str, Any]:
    (file,) = (root / "data/resources").rglob(f"{identifier}.yml")
    data: dict[str, Any] = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)["location"]
    return data


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795219200")
    monkeypatch.delenv("CI", raising=False)


def run(root: Path, server: Server, *options: str, pause: str = "0.02") -> int:
    arguments = ["--state", "co", "--root", str(root), "--contact", "info@example.org", "--server", server.url]
    return geocode.main([*arguments, "--pause", pause, "--answers", str(answers(root)), *options])


def answers(root: Path) -> Path:
    return root / "answers.jsonl"


def question(street: str = "1 Main St", zip_code: str = "80203") -> Question:
    return Question("data/resources/co/legal_aid/x.yml", street, "Denver", "CO", zip_code)


def test_a_right_answer(tmp_path: Path, server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    root = repository(tmp_path, one_office=record("one-office"))
    server.answers["1 Main St"] = [(200, found(*DENVER))]
    assert run(root, server) == 0
    assert location(root, "one-office")["point"] == {
        "latitude": "39.7312", "longitude": "-104.9826", "precision": "street", "source": NOMINATIM,
    }  # fmt: skip
    (asked,) = server.asked
    assert asked == {
        "street": "1 Main St", "city": "Denver", "state": "CO", "postalcode": "80203", "country": "US",
        "countrycodes": "us", "format": "json", "limit": "1",
    }  # fmt: skip
    assert server.agents == ["community-resource-directory-geocoder/1.0 (info@example.org)"]
    assert "1 points to the street" in capsys.readouterr().out
    # Doing it again asks nobody, and changes nothing.
    before = (root / "data/resources/co/legal_aid/one-office.yml").read_bytes()
    assert run(root, server) == 0
    assert len(server.asked) == 1
    assert (root / "data/resources/co/legal_aid/one-office.yml").read_bytes() == before


def test_answers_are_kept_with_day_and_source(tmp_path: Path, server: Server) -> None:
    text = record("one-office")
    root = repository(tmp_path, one_office=text)
    server.answers["1 Main St"] = [(200, found(*DENVER))]
    run(root, server)
    (line,) = answers(root).read_text(encoding="utf-8").splitlines()
    kept = json.loads(line)
    assert (kept["source"], kept["day"], kept["rank"]) == (server.url, "2026-11-21", 30)
    # The record as it was before: the kept answer serves.
    (root / "data/resources/co/legal_aid/one-office.yml").write_text(text, encoding="utf-8")
    run(root, server)
    assert len(server.asked) == 1 and "point" in location(root, "one-office")


#: Nothing of these may reach the server: `Quillhollow` stands in each street.
SECRET = "7731 Quillhollow Way"
REVIEW = {"decision": "withheld", "by": "Reviewer", "date": "2026-09-01", "reason": "People stay there."}
AUTHORISED = {"by": "Director, Example", "date": "2026-03-12"}
NEVER_ASKED = {
    "a_program": record("a-program", kind="domestic_violence", location={"visibility": "withheld"}),
    "an_authorised_program": record(
        "an-authorised-program",
        kind="domestic_violence",
        location={
            "visibility": "public",
            "authorisation": AUTHORISED,
            "address": {"address_1": SECRET, "city": "Denver", "state_province": "CO", "postal_code": "80203"},
        },
    ),
    "a_withheld_clinic": record("a-withheld-clinic", location={"visibility": "withheld", "review": REVIEW}),
    "no_place": record("no-place", location=None),
}


def test_nothing_withheld_reaches_the_server(
    tmp_path: Path, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    root = repository(tmp_path, one_office=record("one-office"), **NEVER_ASKED)
    before = {file: file.read_bytes() for file in (root / "data/resources").rglob("*.yml")}
    server.answers["1 Main St"] = [(200, found(*DENVER))]
    assert run(root, server, "--dry-run") == 0
    assert not server.asked
    assert run(root, server) == 0
    assert [asked["street"] for asked in server.asked] == ["1 Main St"]
    printed = capsys.readouterr()
    told = " ".join(server.raw) + printed.out + printed.err + answers(root).read_text(encoding="utf-8")
    assert "Quillhollow" not in told and "7731" not in told
    assert run(root, server, "--offline") == 0
    changed = {file.stem for file, content in before.items() if file.read_bytes() != content}
    assert changed == {"one-office"}


def test_a_kept_answer_about_a_place_withheld_since_is_taken_out(tmp_path: Path) -> None:
    file = tmp_path / "answers.jsonl"
    kept = KeptAnswers(file, DAY, {"one", "two"})
    for path, day in (("one", "2026-11-20"), ("two", "2026-11-20"), ("two", "2025-01-01")):
        kept.keep(Answer(path, f"{path} {day} Hidden Hollow Rd", "server", day, 1.0, 2.0, 30))
    with file.open("a", encoding="utf-8") as stream:
        stream.write('{"path": "two", "te')
    KeptAnswers(file, DAY, {"two"})
    lines = file.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["text"] for line in lines] == ["two 2026-11-20 Hidden Hollow Rd"]


@pytest.mark.parametrize(
    ("answer", "reason", "precision"),
    [
        (found(41.1, -104.8), OUTSIDE_STATE, None),  # Cheyenne, Wyoming
        (found(38.8339, -104.8214), "km from the middle of the ZIP code", None),  # Colorado Springs
        (found(*DENVER, rank=16), ONLY_TOWN, "zip"),
        ([], NOTHING_FOUND, "zip"),
    ],
    ids=["another state", "too far", "a town", "empty"],
)
def test_answers_that_are_not_used(
    tmp_path: Path, server: Server, capsys: pytest.CaptureFixture[str], answer: Any, reason: str, precision: str | None
) -> None:
    root = repository(tmp_path, one_office=record("one-office"))
    server.answers["1 Main St"] = [(200, answer)]
    assert run(root, server) == 0
    assert f"one-office.yml: {reason}" in (out := capsys.readouterr().out) or reason in out
    point = location(root, "one-office").get("point", {})
    assert point.get("precision") == precision
    assert point.get("source") == (ZIP_MIDDLE if precision else None)


def test_fifty_kilometres_are_measured() -> None:
    assert kilometres((39.0, -105.0), (40.0, -105.0)) == pytest.approx(111.03, abs=0.05)
    assert FARTHEST_KM == 50


def test_a_point_the_rules_refuse_is_not_written(
    tmp_path: Path, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the state and near the ZIP code, but outside the county that the record states."""
    place = {"visibility": "public", "county": "08059", "address": {
        "address_1": "1 Main St", "city": "Denver", "state_province": "CO", "postal_code": "80203"}}  # fmt: skip
    root = repository(tmp_path, one_office=record("one-office", location=place))
    server.answers["1 Main St"] = [(200, found(39.75, -104.70))]
    assert run(root, server) == 0
    assert "E308" in capsys.readouterr().out and "point" not in location(root, "one-office")


def test_one_request_a_second(tmp_path: Path, server: Server) -> None:
    records = {f"office_{number}": record(f"office-{number}", street=f"{number} Main St") for number in range(3)}
    root = repository(tmp_path, **records)
    for number in range(3):
        server.answers[f"{number} Main St"] = [(200, found(*DENVER))]
    assert run(root, server, pause=str(geocoding.PAUSE)) == 0
    gaps = [later - earlier for earlier, later in itertools.pairwise(server.times)]
    assert len(gaps) == 2 and min(gaps) >= 0.95, gaps


def test_retries_keep_the_distance_too(server: Server) -> None:
    server.answers["1 Main St"] = [(500, "broken"), (200, found(*DENVER))]
    ask = nominatim(server.url, "test", pause=0.3)
    assert ask(question()) == (*DENVER, 30)
    assert server.times[1] - server.times[0] >= 0.29


def test_the_public_server_is_never_asked_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[float] = []

    class Limiter:
        def __init__(self, function: Any, *, min_delay_seconds: float, **_: Any) -> None:
            made.append(min_delay_seconds)

    monkeypatch.setattr(geocoding, "RateLimiter", Limiter)
    nominatim("https://nominatim.openstreetmap.org/", "test", pause=0.1)
    nominatim("https://nominatim.example.org", "test", pause=0.1)
    assert made == [geocoding.PAUSE, 0.1] and geocoding.PAUSE >= 1


def test_a_server_that_is_slow(tmp_path: Path, server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    root = repository(tmp_path, one_office=record("one-office"))
    server.slow = 1.0
    assert run(root, server, "--timeout", "0.2") == 0
    assert "GeocoderTimedOut" in capsys.readouterr().out
    assert "point" not in location(root, "one-office")
    assert not answers(root).exists(), "no answer is no answer to keep"


def test_a_server_that_fails_is_left_alone_after_five(tmp_path: Path, server: Server) -> None:
    records = {f"office_{number}": record(f"office-{number}", street=f"{number} Main St") for number in range(8)}
    root = repository(tmp_path, **records)
    for number in range(8):
        server.answers[f"{number} Main St"] = [(500, "broken")]
    assert run(root, server) == 1
    assert len({asked["street"] for asked in server.asked}) == geocoding.MOST_FAILURES


def test_failures_apart_do_not_stop_a_run(tmp_path: Path, server: Server) -> None:
    records = {f"office_{number}": record(f"office-{number}", street=f"{number} Main St") for number in range(9)}
    root = repository(tmp_path, **records)
    for number in range(9):
        server.answers[f"{number} Main St"] = [(500, "") if number % 2 else (200, found(*DENVER))]
    assert run(root, server) == 0
    assert len({asked["street"] for asked in server.asked}) == 9


def test_a_server_that_limits_is_obeyed(server: Server) -> None:
    server.answers["1 Main St"] = [(429, "slow down"), (200, found(*DENVER))]
    server.headers["Retry-After"] = "7"
    waits: list[float] = []
    assert nominatim(server.url, "test", pause=0.01, sleep=waits.append)(question()) == (*DENVER, 30)
    assert waits == [7.0]


@pytest.mark.parametrize("wait", ["7", "3600"])
def test_a_server_that_goes_on_limiting_is_left_alone(server: Server, wait: str) -> None:
    server.answers["1 Main St"] = [(429, "slow down")]
    server.headers["Retry-After"] = wait
    with pytest.raises(ServerStopsError, match="429"):
        nominatim(server.url, "test", pause=0.01, sleep=lambda _: None)(question())
    assert len(server.asked) == (2 if wait == "7" else 1)


@pytest.mark.parametrize("status", [401, 403])
def test_a_server_that_refuses_us_is_left_alone(server: Server, status: int) -> None:
    server.answers["1 Main St"] = [(status, "blocked")]
    with pytest.raises(ServerStopsError, match="usage policy"):
        nominatim(server.url, "test", pause=0.01)(question())
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "body",
    ["<html>busy</html>", "", "[{]", '[{"lat": "39.7"}]', '[{"lat": "x", "lon": "y"}]', '"text"', "[3]"],
)
def test_answers_that_cannot_be_read(server: Server, body: str) -> None:
    server.answers["1 Main St"] = [(200, body)]
    with pytest.raises(NoAnswerError):
        nominatim(server.url, "test", pause=0.01)(question())


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(NoAnswerError, match="Geocoder"):
        nominatim("http://127.0.0.1:9", "test", pause=0.01, timeout=1)(question())


def test_offline_takes_the_middle_of_the_zip_code(tmp_path: Path, server: Server) -> None:
    place = {"visibility": "public", "address": {"city": "Denver", "state_province": "CO", "postal_code": "80203-1234"}}
    root = repository(
        tmp_path,
        one_office=record("one-office"),
        only_zip=record("only-zip", location=place),
        a_box=record("a-box", street="PO Box 12"),
    )
    assert run(root, server, "--offline") == 0
    assert not server.asked
    for identifier in ("one-office", "only-zip"):
        point = location(root, identifier)["point"]
        assert (point["precision"], point["source"]) == ("zip", ZIP_MIDDLE)
    assert "point" not in location(root, "a-box")
    # A server's answer replaces the middle of the ZIP code.
    server.answers["1 Main St"] = [(200, found(*DENVER))]
    assert run(root, server) == 0
    assert location(root, "one-office")["point"]["precision"] == "street"
    assert [asked["street"] for asked in server.asked] == ["1 Main St"]


def test_why_a_record_is_not_asked_about(tmp_path: Path) -> None:
    root = repository(
        tmp_path,
        one_office=record("one-office"),
        a_box=record("a-box", street="P.O. Box 12"),
        has_point=record(
            "has-point",
            location={
                "visibility": "public",
                "point": {"latitude": 39.7, "longitude": -104.9, "source": "HRSA"},
                "address": {"address_1": "1 Main St"},
            },
        ),
        **NEVER_ASKED,
    )
    rules = import_sources.import_rules(root, DAY)
    reasons = {
        entry.id: geocoding.why_not_asked(entry) for entry in import_sources.existing_records(root, rules).values()
    }
    assert reasons == {
        "one-office": None,
        "a-box": POST_BOX,
        "has-point": HAS_POINT,
        "a-program": geocoding.CONFIDENTIAL_TYPE,
        "an-authorised-program": geocoding.CONFIDENTIAL_TYPE,
        "a-withheld-clinic": WITHHELD,
        "no-place": NO_STREET,
    }


@pytest.mark.parametrize(
    ("options", "told"),
    [(("--contact", ""), "wants to know who asks"), (("--server", "nominatim"), "is no address of a server")],
)
def test_wrong_arguments(
    tmp_path: Path, server: Server, capsys: pytest.CaptureFixture[str], options: tuple[str, str], told: str
) -> None:
    root = repository(tmp_path, one_office=record("one-office"))
    with pytest.raises(SystemExit) as stopped:
        run(root, server, *options)
    assert stopped.value.code == 2 and told in capsys.readouterr().err
