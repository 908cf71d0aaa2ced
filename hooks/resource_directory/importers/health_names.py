"""What the name of a health center site plainly says: its setting, and what is done there. Nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: A dash between spaces sets the organisation off from the site: `Clinica Family Health - Dental`.
_PART = re.compile(r"\s+-+\s*|\s*-+\s+|--+")
_PIECE = re.compile(r"\s*(?:,|;|/|&|\+|\band\b|\bor\b|\bplus\b)\s*", re.IGNORECASE)
_NOT_PIECES = re.compile(
    r"\b(health|wellness|women|counseling|mental health|behavioral health)\s*(?:&|and)\s+", re.IGNORECASE
)


def _words(*parts: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(parts)})\b", re.IGNORECASE)


_Care = tuple[re.Pattern[str], str | None, str | None]
#: Plain words of care apart from primary care; the service of `services.yml`, the code of `health_services`.
_SPECIAL: tuple[_Care, ...] = (
    (
        _words("dental", "dentistry", "dentist", r"orthodont\w*", "oral health", "oral surgery", "omfs", "smiles?"),
        "dental_care",
        "dental",
    ),
    (_words("pharmacy"), "pharmacy", "pharmacy"),
    (
        _words("behavioral", r"psychiatr\w+", "mental health", "counseling", "psychotherapy"),
        "behavioral_health",
        "behavioral_health",
    ),
    (
        _words("substance (?:use|abuse)", "addiction", "recovery", r"detox\w*", "opioid", "methadone", "suboxone"),
        "substance_use_treatment",
        "substance_use",
    ),
    (_words("optometry", "vision", "eye (?:care|clinic|center)"), "vision_care", "vision"),
    (_words("enrollment", "enrolment", "eligibility"), "enrolment_help", "enrolment"),
    (
        _words(
            r"administrat\w+",
            "admin",
            "corporate",
            "billing",
            "warehouse",
            "headquarters",
            "business office",
            "finance",
        ),
        None,
        None,
    ),
    (_words("wic", "physical therapy", "radiology", "laboratory", "lab"), None, None),
    (_words(r"\w*(?:dermat|endocrin|cardi|neur|onc|nephr|ur|rheumat)ology", "podiatry", "audiology"), None, None),
)
#: Plain words of care that goes with primary care.
_ALSO: tuple[_Care, ...] = (
    (_words("pediatrics?", "children'?s (?:clinic|health|medical|center)"), "pediatric_care", "pediatric"),
    (_words("ob", "obgyn", "obstetrics?", "prenatal", "perinatal", r"midwi\w+"), "prenatal_care", "prenatal"),
    (_words("gyn", "obgyn", r"gynecolog\w+", "wom[ae]n'?s (?:health|clinic|care)"), "womens_health", "womens_health"),
)
_CARE = _words(
    "clinics?",
    "medical",
    "medicine",
    "family",
    "primary care",
    "health (?:center|centre|care|clinic|services|station)",
    "healthcare",
    "pediatrics?",
    "urgent care",
    "community health",
    "chc",
    "sbhc",
    "wellness center",
    "adult",
)


def special_care(name: str) -> tuple[list[str], list[str]]:
    """Services and kinds of care that the name names outright, as codes of `services` and of `health_services`."""
    kinds = _SPECIAL if only_special(name) else (*_SPECIAL, *_ALSO)
    found = [(service, care) for pattern, service, care in kinds if pattern.search(name)]
    return [service for service, _ in found if service], [care for _, care in found if care]


def only_special(name: str) -> bool:
    """True where the name speaks of teeth, medicines, minds, paperwork or offices and of no other care."""
    parts = [part for part in _PART.split(name) if _is_special(part)]
    pieces = [piece for part in parts for piece in _PIECE.split(_NOT_PIECES.sub(r"\1 ", part)) if piece.strip()]
    return bool(parts) and not any(_CARE.search(piece) for piece in pieces if not _is_special(piece))


def _is_special(text: str) -> bool:
    return any(pattern.search(text) for pattern, _, _ in _SPECIAL)


_MOBILE = _words(
    r"mobile?\d*",
    "on wheels",
    "(?:medical|dental|health|outreach|care|tooth|wow) (?:van|bus|coach|rv)",
    r"van ?(?:#? ?\d+)?$",
    "vans$",
)
#: In Alabama the word is a town's and a county's name too.
_SURELY_MOBILE = _words(
    r"mobile\W+(?:\w+\W+){0,4}(?:unit|van|bus|coach|rv)", "mobile clinic", r"mobile ?unit ?\d*", "van", "bus"
)
_SCHOOL = _words(
    "sbhc",
    "sbwc",
    "sbhcc",
    "sbmh",
    "schools?",
    "elementary",
    "academy",
    "isd",
    r"[pi]\.?s\.? ?#? ?\d+",
    r"[mjh]\.?s\.? ?\d+",
)
_NO_SCHOOL = _words(
    "school of (?:medicine|nursing|dentistry|dental|public|health|pharmacy|osteopathic)",
    "(?:medical|dental|nursing) school",
    "(?:old )?school (?:st|street|rd|road|house|ave|avenue|lane|ln|dr|drive)",
    "old school",
)


def is_mobile(name: str, state: str) -> bool:
    """True for a clinic that drives; the place in the list is where it is parked. `state` is `CO`."""
    return (_SURELY_MOBILE if state == "AL" else _MOBILE).search(name) is not None


def is_school(name: str, street: str) -> bool:
    """True for a clinic at a school. A word that is the street's, as in `Health Center at Academy`, says nothing."""
    words = _found(_SCHOOL, _NO_SCHOOL.sub(" ", name))
    return bool(words - ({"academy"} & _found(_SCHOOL, street)))


def _found(pattern: re.Pattern[str], text: str) -> set[str]:
    matches: Iterable[re.Match[str]] = pattern.finditer(text)
    return {match.group().casefold() for match in matches}
