"""What each field of the model is called in plain words, for people who read about a change and not the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from resource_directory.model import InVocabulary, Record

#: By class, then by field. A test holds that every field of the model stands here, and nothing else.
LABELS: Mapping[str, Mapping[str, str]] = {
    "Record": {
        "id": "Id, which is its web address",
        "type": "Kind of entry",
        "name": "Name",
        "alternate_name": "Also called",
        "former_ids": "Earlier web addresses",
        "description": "Description",
        "registry_ids": "Number in a public register",
        "organization": "Part of",
        "phones": "Telephone",
        "contacts": "Whom to ask for",
        "email": "E-mail",
        "url": "Web site",
        "location": "Place",
        "service_area": "Area served",
        "schedules": "Hours",
        "services": "Services",
        "eligibility": "Who qualifies",
        "required_documents": "What to bring",
        "application_process": "How to apply",
        "fees_description": "Cost",
        "languages": "Languages",
        "interpretation_services": "Interpreters",
        "accessibility": "Access",
        "referral": "Takes people now",
        "partnership": "Working together",
        "meetings": "Meeting",
        "source": "Source",
        "further_sources": "Further source",
        "verified": "Confirmed by the organization",
        "translations": "In other languages",
        "editor_note": "Note for editors",
    },
    "RegistryId": {"registry": "Register", "id": "Number"},
    "Phone": {
        "number": "Number",
        "extension": "Extension",
        "type": "What reaches it",
        "keyword": "Word to send",
        "purpose": "What for",
        "opening_hours": "Answered",
        "languages": "Languages",
        "description": "For callers",
    },
    "Contact": {
        "role": "Asked about",
        "title": "Job",
        "name": "Person's name",
        "name_published_at": "Page that gives the name",
        "phone": "Telephone",
        "extension": "Extension",
        "email": "E-mail",
        "description": "What to say",
    },
    "Address": {
        "address_1": "Street",
        "address_2": "Suite or floor",
        "city": "Town",
        "state_province": "State",
        "postal_code": "ZIP code",
    },
    "Point": {
        "latitude": "Degrees north",
        "longitude": "Degrees east",
        "precision": "How exact the point is",
        "source": "Who worked it out",
    },
    "Authorisation": {"by": "Given by", "date": "Given on", "document": "Where the letter is kept"},
    "Review": {"decision": "Decision", "by": "Decided by", "date": "Decided on", "reason": "Reason"},
    "Location": {
        "visibility": "Visibility of the place",
        "address": "Address",
        "county": "County it stands in",
        "point": "Point on the map",
        "authorisation": "Written word that the place may be public",
        "review": "Decision about the place",
        "description": "How to find the door",
    },
    "ServiceArea": {
        "nationwide": "The whole country",
        "states": "Whole states",
        "regions": "Regions",
        "counties": "Counties",
        "assumed": "Inferred by us, no source says so",
        "description": "In words",
    },
    "Schedule": {"purpose": "What the hours are for", "opening_hours": "Hours", "description": "In words"},
    "Eligibility": {
        "description": "In its own words",
        "minimum_age": "Youngest age",
        "maximum_age": "Oldest age",
        "households": "Households",
        "populations": "Meant for",
        "trafficking_survivors": "Trafficking survivors",
        "hud_category_4": "Uses HUD's Category 4",
        "accepts": "Accepts",
    },
    "Referral": {
        "status": "Now",
        "until": "Ask again on",
        "alert": "Line for callers",
        "instead": "Try instead",
        "routes": "Who may call first",
    },
    "Partnership": {"level": "How close", "agreement": "Agreement", "how_to_join": "How to join"},
    "Meeting": {
        "name": "Meeting",
        "when": "When",
        "where": "Where",
        "who_may_come": "Who may come",
        "url": "Page that announces it",
    },
    "Source": {"publisher": "Publisher", "url": "Publisher's page", "retrieved": "Facts taken on", "note": "Note"},
    "Verified": {"date": "On", "by": "By"},
    "Translation": {
        "name": "Name",
        "description": "Description",
        "eligibility": "Who qualifies",
        "application_process": "How to apply",
    },
    "LeadAgency": {"name": "Body", "year": "As of year"},
    "CoordinatedEntry": {"phone": "Telephone", "url": "Page", "description": "How it works"},
    "Beds": {
        "year": "Year of the count",
        "emergency": "Emergency shelter",
        "transitional": "Transitional housing",
        "safe_haven": "Safe haven",
        "domestic_violence": "Kept for survivors of domestic violence",
        "youth": "Kept for young people",
    },
    "CountyShare": {"fips": "County", "share": "Per cent of its people"},
    "ContinuumOfCare": {
        "lead_agency": "Led by",
        "coordinated_entry": "Coordinated entry",
        "beds": "Beds counted",
        "counties": "County of the region",
    },
    "WaitingList": {
        "program": "Program",
        "status": "Now",
        "until": "Until",
        "description": "How to get on it",
        "url": "Where to apply",
    },
    "HousingAuthority": {
        "programs": "Programs",
        "waiting_lists": "Waiting list",
        "preferences": "Who is taken first",
        "public_hearings": "Public hearings",
    },
    "DomesticViolence": {"kinds": "What it runs", "accepts": "Who is accepted", "coalition": "Its coalition"},
    "RunawayHomelessYouth": {"programs": "Programs", "consent": "Consent", "host_homes": "Host homes"},
    "LegalAid": {"practice_areas": "Legal work", "lsc_funded": "Funded by the Legal Services Corporation"},
    "HealthCenter": {
        "health_services": "Care given",
        "sliding_fee": "Fees set by income",
        "enrolment_help": "Help with enrolment",
        "setting": "Kind of place",
    },
    "Hotline": {"chat": "Chat"},
    "AntiTrafficking": {
        "programs": "Programs",
        "serves_minors": "People under 18",
        "serves_labor": "Survivors of labor trafficking",
        "serves_sex": "Survivors of sex trafficking",
    },
    "ProgramAdministrator": {"administers": "Administers"},
    "HudFieldOffice": {"office_kind": "Regional or field office"},
}


@lru_cache(maxsize=1000)
def label_of(part: type[BaseModel], name: str) -> str:
    """What a field of a class is called; a class has its parents' words too. Raises KeyError for an unknown field."""
    for cls in part.__mro__:
        if name in LABELS.get(cls.__name__, {}):
            return LABELS[cls.__name__][name]
    raise KeyError(f"{part.__name__}.{name}")


@lru_cache(maxsize=1000)
def vocabulary_of(part: type[BaseModel], name: str) -> str | None:
    """The vocabulary whose codes a field holds (as value, in a list, or as names), or None."""
    field = part.model_fields[name]
    if name == "type" and issubclass(part, Record):
        return "types"
    return next(_marks(field.annotation, field.metadata), None)


def _marks(annotation: Any, metadata: Any = ()) -> Iterator[str]:
    yield from (mark.name for mark in metadata if isinstance(mark, InVocabulary))
    for inner in getattr(annotation, "__args__", ()):
        yield from _marks(inner, getattr(inner, "__metadata__", ()))
    if hasattr(annotation, "__origin__") and hasattr(annotation, "__metadata__"):
        yield from _marks(annotation.__origin__, annotation.__metadata__)
