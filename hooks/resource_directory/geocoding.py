"""Points for addresses that have none, asked of a Nominatim server (https://nominatim.org) or taken from the ZIP code.

A record whose place is withheld, and a domestic violence program, authorised or not, is never asked about. An answer is
used only where it lies in the record's state and within 50 kilometres of the middle of its ZIP code. The usage policy
of the public server (https://operations.osmfoundation.org/policies/nominatim/) is kept by geopy's RateLimiter: one
request a second, one at a time, with a User-Agent that says who asks, and answers kept.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from geopy.adapters import URLLibAdapter
from geopy.exc import (
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderRateLimited,
    GeocoderServiceError,
)
from geopy.extra.rate_limiter import RateLimiter
from geopy.geocoders import Nominatim

from resource_directory.model import Record
from resource_directory.places import Places
from resource_directory.point_sources import NOMINATIM, ZIP_MIDDLE
from resource_directory.shapes import Shapes
from resource_directory.words import METRES_IN_A_MILE, miles

PUBLIC_SERVER = "https://nominatim.openstreetmap.org"
#: Seconds between two requests; the public server's rule is one, and a request may be faster on its way than the last.
PAUSE = 1.1
TIMEOUT = 15.0
FARTHEST_KM = 50.0
#: Nominatim's ranks: 26 and more are streets and houses, less are towns and ZIP codes.
STREET_RANK = 26
#: Answers older than this are asked again.
KEPT = timedelta(days=365)
#: A server that says to come back later than this has had enough for today (seconds).
LONGEST_WAIT = 120.0
#: So many questions in a row without an answer, and the server is left alone.
MOST_FAILURES = 5

WITHHELD = "the place is withheld"
CONFIDENTIAL_TYPE = "a domestic violence program is never asked about"
NO_STREET = "there is no street"
POST_BOX = "a post office box is no place to go"
HAS_POINT = "it has a point"
OUTSIDE_STATE = "the answer lies outside the state"
ONLY_TOWN = "the answer is a town or a ZIP code, not a street"
NO_MIDDLE = "the ZIP code has no middle to compare the answer with"
NOTHING_FOUND = "the server knows no such address"

_POST_BOX = re.compile(r"\b(?:p\.?\s*o\.?\s*(?:box|drawer)|post\s+office\s+box|apartado)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Question:
    """The address of a record that may be asked about. `state` is `CO`."""

    path: str
    street: str
    city: str
    state: str
    zip_code: str

    @property
    def text(self) -> str:
        """One line; the answers are kept by it."""
        return ", ".join(part for part in (self.street, self.city, f"{self.state} {self.zip_code}".strip()) if part)


@dataclass(frozen=True)
class Answer:
    """What a server said on a day; without a point where it knew nothing."""

    path: str
    text: str
    source: str
    day: str
    latitude: float | None = None
    longitude: float | None = None
    rank: int = 0


@dataclass(frozen=True)
class Outcome:
    """What became of one question: `point` as a record has it, or why there is none."""

    path: str
    point: Mapping[str, Any] | None
    reason: str = ""


class NoAnswerError(Exception):
    """The server did not answer this question; it may another time."""


class ServerStopsError(Exception):
    """The server must not be asked any more now."""


Ask = Callable[[Question], "tuple[float, float, int] | None"]


def why_not_asked(record: Record, *, offline: bool = False) -> str | None:
    """Why a record is not asked about; None where it may be. A ZIP code's middle is asked about again, unless offline
    anyway."""
    place = record.location
    if record.type == "domestic_violence":
        return CONFIDENTIAL_TYPE
    if place is not None and place.visibility != "public":
        return WITHHELD
    if place is None or place.address is None or not (place.address.address_1 or offline):
        return NO_STREET
    if place.point is not None and (offline or place.point.source != ZIP_MIDDLE):
        return HAS_POINT
    return POST_BOX if _POST_BOX.search(place.address.address_1 or "") else None


def questions(records: Mapping[str, Record], states: Collection[str], *, offline: bool = False) -> Iterator[Question]:
    """Every address of the states (`co`) that may be asked about, in order of paths."""
    for path, record in sorted(records.items()):
        state = path.split("/")[2]
        if state not in states or why_not_asked(record, offline=offline) is not None:
            continue
        assert record.location is not None and record.location.address is not None
        address = record.location.address
        yield Question(
            path, address.address_1 or "", address.city or "", state.upper(), (address.postal_code or "")[:5]
        )


def kilometres(start: tuple[float, float], end: tuple[float, float]) -> float:
    """Between two points of latitude and longitude."""
    return miles(start, end) * METRES_IN_A_MILE / 1000


def why_refused(question: Question, answer: Answer, places: Places, shapes: Shapes) -> str | None:
    """Why an answer with a point is not used; None where it is."""
    assert answer.latitude is not None and answer.longitude is not None
    point = (answer.latitude, answer.longitude)
    if answer.rank < STREET_RANK:
        return ONLY_TOWN
    state = places.states.get(question.state)
    if state is None or shapes.near_state(state.fips, *point) is False:
        return OUTSIDE_STATE
    middle = places.zip_points.get(question.zip_code)
    if middle is None:
        return NO_MIDDLE
    away = kilometres(middle, point)
    return f"the answer lies {away:.0f} km from the middle of the ZIP code" if away > FARTHEST_KM else None


def zip_middle(question: Question, places: Places) -> dict[str, Any] | None:
    """The middle of the question's ZIP code, marked as such; None where it is not known."""
    middle = places.zip_points.get(question.zip_code)
    if middle is None:
        return None
    return {"latitude": middle[0], "longitude": middle[1], "precision": "zip", "source": ZIP_MIDDLE}


class KeptAnswers:
    """Answers of servers, a line of JSON each, in a file outside the records. Each is written as it comes, so that a
    run that was stopped goes on where it was.

    Answers about records that may not be asked about any more, and old ones, are taken out when the file is opened.
    """

    def __init__(self, file: Path, today: date, allowed: Collection[str]) -> None:
        self.file = file
        self._answers: dict[tuple[str, str], Answer] = {}
        lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
        for line in lines:
            answer = _read(line)
            if answer is not None and answer.path in allowed and date.fromisoformat(answer.day) > today - KEPT:
                self._answers[answer.source, answer.text] = answer
        if len(self._answers) != len(lines):
            self._write()

    def _write(self) -> None:
        beside = self.file.with_name(f".{self.file.name}.new")
        beside.write_text("".join(_line(answer) for answer in self._answers.values()), encoding="utf-8")
        beside.replace(self.file)

    def get(self, source: str, text: str) -> Answer | None:
        """What the server said of the address, if that is kept."""
        return self._answers.get((source, text))

    def keep(self, answer: Answer) -> None:
        self._answers[answer.source, answer.text] = answer
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.open("a", encoding="utf-8") as stream:
            stream.write(_line(answer))


def _line(answer: Answer) -> str:
    return json.dumps(asdict(answer), ensure_ascii=False) + "\n"


def _read(line: str) -> Answer | None:
    """The answer in a line; None for one that was cut when a run was stopped."""
    try:
        return Answer(**json.loads(line))
    except (ValueError, TypeError):
        return None


def nominatim(
    server: str,
    user_agent: str,
    *,
    pause: float = PAUSE,
    timeout: float = TIMEOUT,
    sleep: Callable[[float], None] = time.sleep,
) -> Ask:
    """Asks one server. The function returned raises NoAnswerError and ServerStopsError. `pause` and `timeout` are
    seconds; on the public server the pause is never less than a second."""
    parts = urlsplit(server)
    geocoder = Nominatim(
        user_agent=user_agent,
        domain=f"{parts.netloc}{parts.path.rstrip('/')}",
        scheme=parts.scheme,
        timeout=timeout,
        # The one over `requests` asks again by itself, past the RateLimiter, and sleeps for as long as a server says.
        adapter_factory=URLLibAdapter,
    )
    if parts.hostname == urlsplit(PUBLIC_SERVER).hostname:
        pause = max(pause, PAUSE)
    limited = RateLimiter(
        geocoder.geocode, min_delay_seconds=pause, max_retries=0, error_wait_seconds=pause, swallow_exceptions=False
    )

    def ask(question: Question) -> tuple[float, float, int] | None:
        query = {"street": question.street, "city": question.city, "state": question.state}
        query |= {"postalcode": question.zip_code, "country": "US"}
        asked = {name: text for name, text in query.items() if text}
        return _found(lambda: limited(asked, country_codes="us"), sleep)

    return ask


def _found(request: Callable[[], Any], sleep: Callable[[float], None]) -> tuple[float, float, int] | None:
    """Latitude, longitude and rank of the first thing found. A question is asked twice, no more."""
    told = ""
    for last in (False, True):
        try:
            found = request()
            return None if found is None else (found.latitude, found.longitude, int(found.raw.get("place_rank", 0)))
        except GeocoderRateLimited as error:
            wait = float(error.retry_after or 60)
            if last or wait > LONGEST_WAIT:
                raise ServerStopsError("The server asks to be left alone (429). Go on later.") from error
            sleep(wait)
        except (GeocoderAuthenticationFailure, GeocoderInsufficientPrivileges) as error:
            raise ServerStopsError("The server refuses this program. Read its usage policy.") from error
        except GeocoderServiceError as error:
            told = type(error).__name__
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            told = f"an answer that cannot be read ({type(error).__name__})"
    raise NoAnswerError(f"the server gave no answer: {told}")


@dataclass(frozen=True)
class Asking:
    """One run: whom to ask, what is kept, and what answers are compared with."""

    ask: Ask
    server: str
    kept: KeptAnswers
    places: Places
    shapes: Shapes
    today: date

    def outcomes(self, asked: Iterable[Question]) -> Iterator[Outcome]:
        """An outcome for each question. Raises ServerStopsError once the server must be left alone; what came before
        is kept."""
        failures = 0
        for question in asked:
            try:
                answer = self._answer(question)
            except NoAnswerError as error:
                failures += 1
                yield Outcome(question.path, None, str(error))
                if failures >= MOST_FAILURES:
                    raise ServerStopsError(f"{failures} questions in a row had no answer. Go on later.") from error
                continue
            failures = 0
            yield self._judged(question, answer)

    def _answer(self, question: Question) -> Answer:
        if (known := self.kept.get(self.server, question.text)) is not None:
            return known
        found = self.ask(question)
        day = self.today.isoformat()
        answer = Answer(question.path, question.text, self.server, day, *(found or ()))
        self.kept.keep(answer)
        return answer

    def _judged(self, question: Question, answer: Answer) -> Outcome:
        if answer.latitude is None or answer.longitude is None:
            return Outcome(question.path, zip_middle(question, self.places), NOTHING_FOUND)
        if reason := why_refused(question, answer, self.places, self.shapes):
            # What contradicts the ZIP code may mean that the ZIP code is wrong: its middle is no way out.
            fallback = zip_middle(question, self.places) if reason == ONLY_TOWN else None
            return Outcome(question.path, fallback, reason)
        point = {"latitude": round(answer.latitude, 6), "longitude": round(answer.longitude, 6)}
        return Outcome(question.path, {**point, "precision": "street", "source": NOMINATIM})


def offline_outcomes(asked: Iterable[Question], places: Places) -> Iterator[Outcome]:
    """The middle of each question's ZIP code, without asking anybody."""
    for question in asked:
        point = zip_middle(question, places)
        yield Outcome(question.path, point, "" if point else "the middle of the ZIP code is not known")
