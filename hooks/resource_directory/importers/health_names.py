"""What the name of a health center site plainly says: its setting, and what is done there. Nothing is guessed."""

from __future__ import annotations

import re

#: A dash between spaces sets the organisation off from the site: `Clinica Family Health - Dental`.
_PART = re.compile(r"\s+-+\s*|\s*-+\s+|--+")
_PIECE = re.compile(r"\s*(?:,|;|/|&|\+|\band\b|\bor\b|\bplus\b)\s*", re.IGNORECASE)
_NOT_PIECES = re.compile(r"\b(health|wellness|women|counseling|mental health|behavioral health)\s*(?:&|and)\s+", re.IGNORECASE)
#: Plain words, the service of `services.yml`, the code of `health_services`.
_SPECIAL: tuple[tuple[re.Pattern[str], str | None, str | None], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), service, care)
    for pattern, service, care in (
        (r"\b(?:dental|dentistry|dentist|orthodont\w*|oral health|oral surgery|smiles?)\b", "dental_care", "dental"),
        (r"\bpharmacy\b", "pharmacy", "pharmacy"),
        (
            r"\b(?:behavioral|behavioural|psychiatr\w+|mental health|counseling|psychotherapy)\b",
            "behavioral_health",
            "behavioral_health",
        ),
        (r"\b(?:substance (?:use|abuse)|addiction|recovery|detox\w*|opioid|methadone|suboxone)\b", "substance_use_treatment", "substance_use"),
        (r"\b(?:optometry|vision|eye (?:care|clinic|center))\b", "vision_care", "vision"),
        (r"\b(?:enrollment|enrolment|eligibility|outreach and enrollment)\b", "health_coverage_help", "enrolment"),
        (r"\b(?:administrat\w+|admin|corporate|billing|warehouse|headquarters|business office|finance|call center)\b", None, None),
        (r"\b(?:wic|physical therapy|radiology|laboratory|lab)\b", None, None),
    )
)
_ALSO: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), service, care)
    for pattern, service, care in (
        (r"\b(?:pediatrics?|children'?s (?:clinic|health|medical|center))\b", "pediatric_care", "pediatric"),
        (
            r"\b(?:ob ?/? ?-?gyn|obgyn|ob clinic|obstetrics?|gynecolog\w+|prenatal|perinatal|midwi\w+|women'?s (?:health|clinic|care))\b",
            "womens_health",
            "womens_health",
        ),
    )
)
_CARE = re.compile(
    r"\b(?:clinics?|medical|medicine|family|primary care|health (?:center|centre|care|clinic|services|station)|healthcare|pediatrics?|"
    r"urgent care|community health|chc|sbhc|wellness center|adult)\b",
    re.IGNORECASE,
)


def special_care(name: str) -> tuple[list[str], list[str]]:
    """Services and kinds of care that the name names outright, as codes of `services` and of `health_services`."""
    found = [(service, care) for pattern, service, care in (*_SPECIAL, *_ALSO) if pattern.search(name)]
    return [service for service, _ in found if service], [care for _, care in found if care]


def only_special(name: str) -> bool:
    """True where the name speaks of teeth, medicines, minds, paperwork or offices and of no other care."""
    parts = [part for part in _PART.split(name) if part.strip()]
    telling = [part for part in parts if _is_special(part)]
    if not telling:
        return False
    pieces = [piece for part in telling for piece in _PIECE.split(_NOT_PIECES.sub(r"\1 ", part)) if piece.strip()]
    return not any(_CARE.search(piece) for piece in pieces if not _is_special(piece))


def _is_special(text: str) -> bool:
    return any(pattern.search(text) for pattern, _, _ in _SPECIAL)


_MOBILE = re.compile(
    r"\b(?:mobile|on wheels|(?:medical|dental|health|outreach|care|mobile) (?:van|bus|coach|rv)|van ?(?:#? ?\d+|[a-z])?$|vans$)", re.IGNORECASE
)
#: In Alabama the word is a town's name too.
_SURELY_MOBILE = re.compile(r"\bmobile\W+(?:\w+\W+){0,2}(?:unit|van|bus|coach|clinic|rv)\b|\b(?:van|bus)\b", re.IGNORECASE)
_SCHOOL = re.compile(
    r"\b(?:sbhc|sbwc|sbhcc|sbmh|school|schools|elementary|academy|isd|p\.?s\.? ?#? ?\d+|i\.?s\.? ?\d+|[mj]\.?h?\.?s\.? ?\d+|school-based)\b",
    re.IGNORECASE,
)
_NO_SCHOOL = re.compile(
    r"\b(?:school of (?:medicine|nursing|dentistry|dental|public|health|pharmacy|osteopathic)|(?:medical|dental|nursing) school|"
    r"(?:old )?school (?:st|street|rd|road|house|ave|avenue|lane|ln|dr|drive)|old school)\b",
    re.IGNORECASE,
)


def is_mobile(name: str, state: str) -> bool:
    """True for a clinic that drives; the place in the list is where it is parked."""
    return (_SURELY_MOBILE if state == "AL" else _MOBILE).search(name) is not None


def is_school(name: str, street: str) -> bool:
    """True for a clinic at a school. A word that is the street's, as in `Health Center at Academy`, says nothing."""
    words = {found.group().casefold() for found in _SCHOOL.finditer(_NO_SCHOOL.sub(" ", name))}
    of_street = {word for word in words if re.search(rf"\b{re.escape(word)}\b", street, re.IGNORECASE)}
    return bool(words - (of_street & {"academy", "school"}))
