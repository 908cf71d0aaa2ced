"""The record: one organization or program. The one declaration of the schema.

Field names are those of the Human Services Data Specification (HSDS 3.1, https://docs.openreferral.org) wherever it
has one. Every scalar arrives as text and is typed here. What is not known is absent: no field has a value that means
"unknown". The JSON Schema for editors and the field reference are generated from this module.

Values are checked with a validation context `{"vocabulary": Vocabulary, "today": date}`; a value that fails raises a
`PydanticCustomError` whose type is a Problem code and whose context carries the mend.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Literal, Self

import opening_hours
import phonenumbers
from babel import Locale, UnknownLocaleError
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

LONGEST_TEXT = 4000
LONGEST_LINE = 200
#: Stands for "unknown" in many files; here what is not known is left out.
PLACEHOLDERS = frozenset({"", "n/a", "na", "none", "null", "~", "unknown", "tbd", "todo", "?", "-", "--", "tba", "xxx"})

WITHHELD_MESSAGE = "The place is withheld, but '{}' is given."
WITHHELD_FIX = "Delete the place. The area served is shown instead."
DISAGREES_MESSAGE = "The decision is '{}', but the visibility is '{}'."
DISAGREES_FIX = "A place decided 'ordinary' is public; one decided 'withheld' is withheld."
NO_REVIEW_MESSAGE = "A domestic violence program cannot be found ordinary."
NO_REVIEW_FIX = "Its place needs 'authorisation': who gave the operator's written word, and when."
UNAUTHORISED_MESSAGE = "A domestic violence program has a place, but no authorisation is recorded."
UNAUTHORISED_FIX = "Set 'visibility: withheld' and delete the place, or record 'authorisation': who gave it and when."

YesAskNo = Literal["yes", "ask", "no"]


def wrong(code: str, message: str, fix: str, at: tuple[str, ...] = ()) -> PydanticCustomError:
    """The error a field raises: a Problem code, what is wrong, and the mend. `at` leads to the field within a part."""
    context = {"message": message, "fix": fix, "at": at}
    return PydanticCustomError(code, "{message} {fix}", context)


class InVocabulary:
    """Marks a text that must be a code of the named vocabulary (`types`, `services` or one of `terms.yml`)."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), "x-vocabulary": self.name}

    def _check(self, value: str, info: ValidationInfo) -> str:
        known = (info.context or {})["vocabulary"].codes(self.name)
        if value in known:
            return value
        raise wrong("E206", f"'{value}' is not in the vocabulary '{self.name}'.", f"Use one of: {', '.join(known)}.")


def _known_text(value: str) -> str:
    if value.strip().casefold() in PLACEHOLDERS:
        raise wrong("E205", "There is no value.", "Leave the field out until it is known.")
    if value != value.strip():
        raise wrong("E204", "The text begins or ends with a space.", "Delete the space.")
    return value


def _one_line(value: str) -> str:
    if "\n" in value:
        raise wrong("E204", "The text has more than one line.", "Write it on one line.")
    if len(value) > LONGEST_LINE:
        raise wrong("E217", f"The text has {len(value)} letters.", f"Keep it under {LONGEST_LINE}.")
    return value


def _paragraph(value: str) -> str:
    if len(value) > LONGEST_TEXT:
        raise wrong("E217", f"The text has {len(value)} letters.", f"Keep it under {LONGEST_TEXT}.")
    return value


_US_NUMBER = re.compile(r"([2-9]\d\d)-([2-9]\d\d)-(\d{4})")
#: The N11 codes and the suicide and crisis line, which every telephone reaches.
_THREE_DIGIT_LINES = frozenset({"211", "311", "511", "711", "811", "911", "988"})
#: Three-digit lines that take text messages.
_TEXT_LINES = frozenset({"911", "988"})
#: Common short codes, five or six digits, take text messages only (https://usshortcodes.com).
_SHORT_CODE = re.compile(r"[1-9]\d{4,5}")
#: The United States and the territories the directory covers; others share the country code 1.
_REGIONS = frozenset({"US", "PR", "GU", "VI", "MP", "AS"})
_CALLABLE = frozenset(
    {
        phonenumbers.PhoneNumberType.FIXED_LINE,
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
        phonenumbers.PhoneNumberType.TOLL_FREE,
        phonenumbers.PhoneNumberType.VOIP,
        phonenumbers.PhoneNumberType.UAN,
        phonenumbers.PhoneNumberType.PERSONAL_NUMBER,
    }
)


def _is_ours(parsed: phonenumbers.PhoneNumber) -> bool:
    """True for a valid number of the United States or a territory, or toll-free; no other country, no premium rate."""
    kind = phonenumbers.number_type(parsed)
    if kind not in _CALLABLE:
        return False
    return kind == phonenumbers.PhoneNumberType.TOLL_FREE or phonenumbers.region_code_for_number(parsed) in _REGIONS


@lru_cache(maxsize=200_000)
def _is_us_number(number: str) -> bool:
    """As `_is_ours`, for a number as it is written in records."""
    try:
        return _is_ours(phonenumbers.parse(number, "US"))
    except phonenumbers.NumberParseException:
        return False


@lru_cache(maxsize=50_000)
def telephone_text(written: str) -> str | None:
    """`(303) 555-0100` -> `303-555-0100`; None for what is not a number of the United States.

    Numbers kept for fiction (555-0100 to 555-0199) pass, so that examples and tests harm nobody.
    """
    try:
        parsed = phonenumbers.parse(written, "US")
    except phonenumbers.NumberParseException:
        return None
    digits = str(parsed.national_number)
    if parsed.country_code != 1 or len(digits) != 10:
        return None
    text = f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"
    return text if _is_ours(parsed) or is_fictional(text) else None


def is_fictional(number: str) -> bool:
    """True for 555-0100 to 555-0199, which the North American Numbering Plan keeps for fiction."""
    return _US_NUMBER.fullmatch(number) is not None and "555-0100" <= number[4:] <= "555-0199"


def _telephone(value: str) -> str:
    if value in _THREE_DIGIT_LINES:
        return value
    if _US_NUMBER.fullmatch(value) and (is_fictional(value) or _is_us_number(value)):
        return value
    proper = telephone_text(value)
    fix = f"Write it as {proper}." if proper else "Write it as 303-555-0100, the extension in its own field."
    raise wrong("E210", f"'{value}' is not a telephone number of the United States.", fix)


def _telephone_or_code(value: str) -> str:
    return value if _SHORT_CODE.fullmatch(value) else _telephone(value)


_URL = re.compile(r"https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?(?:[/?#][^\s<>\"'`{}|\\^]*)?")


def _web_address(value: str) -> str:
    host = value.split("/")[2] if value.count("/") >= 2 else ""
    dotted = "." in host.removeprefix("www.") and ".." not in host
    if _URL.fullmatch(value) and dotted and "@" not in host and len(value) <= 500:
        return value
    raise wrong(
        "E211", f"'{value}' is not a web address.", "Write it as https://www.example.org/, the host in small letters."
    )


_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _day(value: Any) -> Any:
    if isinstance(value, date):
        return value
    if isinstance(value, str) and _ISO_DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise wrong("E212", f"'{value}' is not a date.", "Write it as 2026-03-12.")


def _not_in_future(value: date, info: ValidationInfo) -> date:
    today = (info.context or {})["today"]
    if value > today:
        raise wrong("E212", f"{value.isoformat()} lies in the future.", f"Today is {today.isoformat()}.")
    return value


def _zip(value: str) -> str:
    if re.fullmatch(r"\d{5}(?:-\d{4})?", value):
        return value
    raise wrong("E213", f"'{value}' is not a ZIP code.", "Write five digits, such as '80203'.")


def _hours(value: str) -> str:
    if opening_hours.validate(value):
        return value
    fix = "Write it like 'Mo-Fr 09:00-17:00; PH off', or put plain words in 'description'."
    raise wrong("E214", f"'{value}' is not in the opening_hours syntax.", fix)


@lru_cache(maxsize=500)
def language_name(code: str, locale: str = "en") -> str | None:
    """`es` -> `Spanish`, by Babel's CLDR names; `ase` (American Sign Language) and the like by three letters."""
    try:
        return Locale.parse(locale).languages.get(code.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return None


def _language(value: str) -> str:
    if language_name(value):
        return value
    raise wrong("E215", f"'{value}' is not a language code.", "Use a code such as en, es, vi, zh-Hans, ase.")


def _email(value: str) -> str:
    if re.fullmatch(r"[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+", value):
        return value
    raise wrong("E216", f"'{value}' is not an e-mail address.", "Write it in small letters, such as info@example.org.")


def _fips(value: str) -> str:
    if re.fullmatch(r"\d{5}", value):
        return value
    raise wrong("E306", f"'{value}' is not a county code.", "Write the five-digit FIPS code, such as '08031'.")


def _number(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch(r"-?\d{1,9}(?:\.\d{1,12})?", value):
        raise wrong("E204", f"'{value}' is not a number.", "Write digits only, such as 42 or 39.7332.")
    return value


def _unique(values: tuple[Any, ...]) -> tuple[Any, ...]:
    for index, value in enumerate(values):
        if value in values[:index]:
            raise wrong("E207", "The same value stands twice in the list.", "Keep one of the two.")
    return values


def _some(values: tuple[Any, ...]) -> tuple[Any, ...]:
    if not values:
        raise wrong("E205", "The list is empty.", "Leave the field out until something is known.")
    return _unique(values)


Text = Annotated[str, AfterValidator(_known_text), AfterValidator(_one_line)]
Paragraph = Annotated[str, AfterValidator(_known_text), AfterValidator(_paragraph)]
Telephone = Annotated[Text, AfterValidator(_telephone)]
TelephoneOrCode = Annotated[Text, AfterValidator(_telephone_or_code)]
WebAddress = Annotated[Text, AfterValidator(_web_address)]
Email = Annotated[Text, AfterValidator(_email)]
Zip = Annotated[Text, AfterValidator(_zip)]
Fips = Annotated[Text, AfterValidator(_fips)]
OpeningHours = Annotated[Text, AfterValidator(_hours)]
Language = Annotated[Text, AfterValidator(_language)]
_DATE_SCHEMA = WithJsonSchema({"type": "string", "format": "date"})
Day = Annotated[date, BeforeValidator(_day), _DATE_SCHEMA]
PastDay = Annotated[date, BeforeValidator(_day), AfterValidator(_not_in_future), _DATE_SCHEMA]
Whole = Annotated[int, BeforeValidator(_number), Field(ge=0)]
Age = Annotated[int, BeforeValidator(_number), Field(ge=0, le=120)]
Degrees = Annotated[float, BeforeValidator(_number), Field(ge=-180, le=180)]
StateCode = Annotated[Text, Field(pattern=r"^[a-z]{2}$")]
_ID_PATTERN = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"


def _record_id(value: str) -> str:
    if re.fullmatch(_ID_PATTERN, value) and len(value) <= 100:
        return value
    raise wrong("E303", f"'{value}' is not an id.", "Use small letters, digits and hyphens, such as example-house.")


RecordId = Annotated[Text, AfterValidator(_record_id), WithJsonSchema({"type": "string", "pattern": _ID_PATTERN})]


class Part(BaseModel):
    """A frozen part of a record; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RegistryId(Part):
    """A number that a public register gives the organization."""

    registry: Annotated[str, InVocabulary("registries")] = Field(description="Whose register.", examples=["hud_coc"])
    id: Text = Field(description="The number in that register.", examples=["CO-503"])


class Phone(Part):
    """A telephone number and what it is for."""

    number: TelephoneOrCode = Field(
        description="As 303-555-0100, or a line such as 988; for text messages also a short code such as 741741.",
        examples=["303-555-0100"],
    )
    extension: Annotated[str, Field(pattern=r"^\d{1,8}$")] | None = Field(
        None, description="Digits only.", examples=["217"]
    )
    type: Literal["voice", "text", "tty", "fax"] = Field("voice", description="What reaches it.")
    keyword: Text | None = Field(None, description="The word to send to a text line.", examples=["HOME"])
    purpose: Annotated[str, InVocabulary("phone_purposes")] | None = Field(
        None, description="What to ring it for.", examples=["referral"]
    )
    opening_hours: OpeningHours | None = Field(
        None, description="When it is answered, in OpenStreetMap's opening_hours syntax.", examples=["24/7"]
    )
    languages: Annotated[tuple[Language, ...], AfterValidator(_some)] | None = Field(
        None, description="Languages spoken on this line.", examples=[["en", "es"]]
    )
    description: Text | None = Field(None, description="What a caller should know.", examples=["Ask for intake."])

    @model_validator(mode="after")
    def _number_fits_type(self) -> Self:
        if self.type != "text" and _SHORT_CODE.fullmatch(self.number):
            message = f"'{self.number}' takes text messages only, but the type is '{self.type}'."
            raise wrong("E210", message, "Set 'type: text', or give the whole number.", at=("number",))
        if self.type == "text" and self.number in _THREE_DIGIT_LINES - _TEXT_LINES:
            raise wrong("E210", f"'{self.number}' takes no text messages.", "Set 'type: voice'.", at=("number",))
        return self


class Contact(Part):
    """Whom to ask for, by role. A person's name only where the organization itself publishes it for this use."""

    role: Annotated[str, InVocabulary("contact_roles")] = Field(
        description="What they are asked about.", examples=["referrals"]
    )
    title: Text | None = Field(None, description="The job, not the person.", examples=["Intake coordinator"])
    name: Text | None = Field(None, description="A person's name, with `name_published_at`.")
    name_published_at: WebAddress | None = Field(
        None, description="The organization's own page that gives the name for this use."
    )
    phone: Telephone | None = Field(None, description="If not the main number.", examples=["303-555-0101"])
    extension: Annotated[str, Field(pattern=r"^\d{1,8}$")] | None = Field(None, description="Digits only.")
    email: Email | None = Field(None, description="A role address, never a person's.", examples=["intake@example.org"])
    description: Text | None = Field(None, description="What to say or bring.")


class Address(Part):
    """A postal address, with HSDS's names."""

    address_1: Text | None = Field(None, description="Street and number.", examples=["1 Main Street"])
    address_2: Text | None = Field(None, description="Suite, floor, building.", examples=["Suite 200"])
    city: Text | None = Field(None, description="Town.", examples=["Denver"])
    state_province: Annotated[Text, Field(pattern=r"^[A-Z]{2}$")] | None = Field(
        None, description="Postal code of the state.", examples=["CO"]
    )
    postal_code: Zip | None = Field(None, description="ZIP code.", examples=["80203"])


class Point(Part):
    """A point in degrees (WGS 84), how exact it is and where it comes from."""

    latitude: Annotated[Degrees, Field(ge=-90, le=90)] = Field(description="Degrees north.", examples=["39.73318"])
    longitude: Degrees = Field(description="Degrees east (negative in the Americas).", examples=["-105.00548"])
    precision: Annotated[str, InVocabulary("precisions")] | None = Field(
        None, description="How exact the point is.", examples=["street"]
    )
    source: Text | None = Field(None, description="Who worked it out.", examples=["HRSA"])

    @property
    def is_a_place(self) -> bool:
        """False for the middle of a ZIP code or a town: good for miles, but nobody can go there."""
        return self.precision not in {"zip", "town"}


class Authorisation(Part):
    """The operator's written word that its place may be public."""

    by: Text = Field(description="Who gave it: organization and role.", examples=["Executive director, Example House"])
    date: PastDay = Field(description="The day it was given.", examples=["2026-03-12"])
    document: Text | None = Field(None, description="Where the maintainers keep it. Not a public address.")


class Review(Part):
    """What a person has decided about a place that may be confidential. Every later import keeps it."""

    decision: Literal["ordinary", "withheld"] = Field(
        description="`ordinary`: the place may be public. `withheld`: it may not.", examples=["ordinary"]
    )
    by: Text = Field(
        description="Role and organization, not a person's name.", examples=["Reviewer, Example Coalition"]
    )
    date: PastDay = Field(description="The day it was decided.", examples=["2026-03-12"])
    reason: Text = Field(
        description="Why, without a word of where the place is.", examples=["A day clinic with its own sign."]
    )


#: Parts of an address that say more than the town.
_CLOSER_THAN_TOWN = frozenset({"address_1", "address_2", "postal_code"})


def place_named(parts: Collection[str], address: Collection[str]) -> str | None:
    """The first part of a location that says more than its town, from the names of its parts and its address's."""
    if not _CLOSER_THAN_TOWN.isdisjoint(address):
        return "address"
    return next((name for name in ("point", "description") if name in parts), None)


class Location(Part):
    """Where it is. `withheld` publishes no street and no point: the area served is shown instead."""

    visibility: Literal["public", "withheld"] = Field(description="May the place be published?", examples=["public"])
    address: Address | None = Field(None, description="The address visitors use.")
    county: Fips | None = Field(None, description="FIPS code of the county it stands in.", examples=["08031"])
    point: Point | None = Field(None, description="Where the map draws it.")
    authorisation: Authorisation | None = Field(
        None, description="Needed before a domestic violence program's place is public."
    )
    review: Review | None = Field(
        None, description="What a person decided where the place might have been confidential."
    )
    description: Text | None = Field(
        None, description="How to find the door.", examples=["Entrance from the car park."]
    )

    @model_validator(mode="after")
    def _withheld_means_withheld(self) -> Self:
        if self.visibility == "withheld" and (named := self._named("address", "county", "point", "description")):
            raise wrong("E402", WITHHELD_MESSAGE.format(named), WITHHELD_FIX, at=(named,))
        if self.review and (self.review.decision == "withheld") != (self.visibility == "withheld"):
            message = DISAGREES_MESSAGE.format(self.review.decision, self.visibility)
            raise wrong("E406", message, DISAGREES_FIX, at=("review", "decision"))
        return self

    def _named(self, *names: str) -> str | None:
        return next((name for name in names if getattr(self, name) is not None), None)

    @property
    def place_given(self) -> str | None:
        """The first part that says where it stands more closely than its town, or None."""
        address = self.address.model_fields_set if self.address else frozenset()
        return place_named([name for name in ("point", "description") if self._named(name)], address)


class ServiceArea(Part):
    """Whom it serves, by place."""

    nationwide: Literal["yes"] | None = Field(None, description="`yes` for the whole country.")
    states: Annotated[tuple[StateCode, ...], AfterValidator(_some)] | None = Field(
        None, description="Whole states.", examples=[["co"]]
    )
    regions: Annotated[tuple[Text, ...], AfterValidator(_some)] | None = Field(
        None, description="Continuum of Care numbers.", examples=[["CO-503"]]
    )
    counties: Annotated[tuple[Fips, ...], AfterValidator(_some)] | None = Field(
        None, description="County FIPS codes.", examples=[["08031"]]
    )
    assumed: Literal["yes"] | None = Field(
        None, description="`yes` where no source says so and we inferred it; the page says to ask."
    )
    description: Text | None = Field(None, description="Limits in words.", examples=["City of Denver only."])


class Schedule(Part):
    """Hours, with intake apart from opening."""

    purpose: Literal["opening", "intake"] = Field("opening", description="What the hours are for.")
    opening_hours: OpeningHours | None = Field(
        None, description="OpenStreetMap's opening_hours syntax.", examples=["Mo-Fr 09:00-17:00; PH off"]
    )
    description: Text | None = Field(None, description="In words.", examples=["By appointment."])


class Eligibility(Part):
    """What this organization says about who qualifies. The rule of its program is kept in the vocabulary."""

    description: Paragraph | None = Field(None, description="In the organization's own words.")
    minimum_age: Age | None = Field(None, description="Youngest age served, in years.", examples=["16"])
    maximum_age: Age | None = Field(None, description="Oldest age served, in years.", examples=["21"])
    households: Annotated[tuple[Annotated[str, InVocabulary("households")], ...], AfterValidator(_some)] | None = Field(
        None, description="Households served."
    )
    populations: Annotated[tuple[Annotated[str, InVocabulary("populations")], ...], AfterValidator(_some)] | None = (
        Field(None, description="Groups it is meant for.")
    )
    trafficking_survivors: YesAskNo | None = Field(None, description="Are trafficking survivors served?")
    hud_category_4: YesAskNo | None = Field(
        None, description="Does it use HUD's homeless definition, Category 4 (24 CFR 578.3)?"
    )
    accepts: dict[Annotated[str, InVocabulary("barriers")], YesAskNo] | None = Field(
        None, description="What is often a barrier, each yes, ask or no."
    )


class Referral(Part):
    """Does it take people now?"""

    status: Literal["open", "waitlist", "paused", "closed"] | None = Field(
        None, description="Now; left out where nobody has said.", examples=["paused"]
    )
    until: Day | None = Field(
        None, description="The day to ask again. Past that day the page says 'ask first'.", examples=["2026-12-31"]
    )
    alert: Text | None = Field(
        None, description="One line for callers.", examples=["No intake while the building is mended."]
    )
    instead: RecordId | None = Field(None, description="The id of a record to try instead.")
    routes: Annotated[tuple[Annotated[str, InVocabulary("referral_routes")], ...], AfterValidator(_some)] | None = (
        Field(None, description="Who may make the first call.", examples=[["self", "agency"]])
    )


class Partnership(Part):
    """How this organization works with others."""

    level: Annotated[str, InVocabulary("partnership_levels")] | None = Field(None, description="How close.")
    agreement: Text | None = Field(None, description="Kind and date of the written agreement.")
    how_to_join: Paragraph | None = Field(None, description="How a partner joins.")


class Meeting(Part):
    """A meeting that partners may come to."""

    name: Text = Field(description="Which meeting.", examples=["General membership meeting"])
    when: Text | None = Field(None, description="In words.", examples=["Second Tuesday of each month, 10 am"])
    where: Text | None = Field(None, description="A public place, or online.")
    who_may_come: Text | None = Field(None, description="Who may come.")
    url: WebAddress | None = Field(None, description="The page that announces it.")


class Source(Part):
    """Who published the facts and when they were taken."""

    publisher: Text = Field(
        description="The publisher.", examples=["HRSA, Health Center Service Delivery and Look-Alike Sites"]
    )
    url: WebAddress | None = Field(None, description="The publisher's page.")
    retrieved: PastDay = Field(description="The day the facts were taken.", examples=["2026-07-19"])
    note: Text | None = Field(None, description="What a reader should know about these facts.")


class Verified(Part):
    """The organization itself has said that the entry is right."""

    date: PastDay = Field(description="The day.", examples=["2026-09-01"])
    by: Text = Field(
        description="Role and organization, not a person's name.", examples=["Program director, Example House"]
    )


class Translation(Part):
    """The record's own words in another language."""

    name: Text | None = None
    description: Paragraph | None = None
    eligibility: Paragraph | None = None
    application_process: Paragraph | None = None


class Record(Part):
    """What every record has. One organization or program, in one file."""

    record_type: ClassVar[str]

    id: RecordId = Field(description="The file's name without .yml. Never changed.", examples=["example-house"])
    type: str = Field(description="The kind of record; also the name of its folder.")
    name: Text = Field(description="As the organization writes it.", examples=["Example House"])
    alternate_name: Text | None = Field(None, description="Another name or short name people use.")
    former_ids: Annotated[tuple[RecordId, ...], AfterValidator(_some)] | None = Field(
        None, description="Earlier ids; their addresses lead here."
    )
    description: Paragraph | None = Field(None, description="What it is and does.")
    registry_ids: Annotated[tuple[RegistryId, ...], AfterValidator(_some)] | None = Field(
        None, description="Numbers in public registers."
    )
    organization: RecordId | None = Field(None, description="The id of the parent record.")
    phones: Annotated[tuple[Phone, ...], AfterValidator(_some)] | None = Field(
        None, description="Numbers, the first to ring first."
    )
    contacts: Annotated[tuple[Contact, ...], AfterValidator(_some)] | None = Field(None, description="Whom to ask for.")
    email: Email | None = Field(None, description="A role address.", examples=["info@example.org"])
    url: WebAddress | None = Field(None, description="Its web site.", examples=["https://www.example.org/"])
    location: Location | None = Field(None, description="Where it is, or that this is withheld.")
    service_area: ServiceArea | None = Field(None, description="Whom it serves, by place.")
    schedules: Annotated[tuple[Schedule, ...], AfterValidator(_some)] | None = Field(
        None, description="Opening and intake hours."
    )
    services: Annotated[tuple[Annotated[str, InVocabulary("services")], ...], AfterValidator(_some)] | None = Field(
        None, description="What it does."
    )
    eligibility: Eligibility | None = Field(None, description="Who qualifies, as the organization says.")
    required_documents: Annotated[tuple[Text, ...], AfterValidator(_some)] | None = Field(
        None, description="What to bring.", examples=[["Photo ID, if you have one"]]
    )
    application_process: Paragraph | None = Field(None, description="How to apply or be referred.")
    fees_description: Text | None = Field(None, description="What it costs.")
    languages: Annotated[tuple[Language, ...], AfterValidator(_some)] | None = Field(
        None, description="Languages staff speak.", examples=[["en", "es"]]
    )
    interpretation_services: Text | None = Field(None, description="Interpreters, by telephone or in person.")
    accessibility: (
        Annotated[tuple[Annotated[str, InVocabulary("accessibility")], ...], AfterValidator(_some)] | None
    ) = Field(None, description="For people with disabilities.")
    referral: Referral | None = Field(None, description="Does it take people now?")
    partnership: Partnership | None = Field(None, description="How it works with others.")
    meetings: Annotated[tuple[Meeting, ...], AfterValidator(_some)] | None = Field(
        None, description="Meetings partners may come to."
    )
    source: Source = Field(description="Who published these facts, and when they were taken.")
    further_sources: Annotated[tuple[Source, ...], AfterValidator(_some)] | None = Field(
        None, description="Other publishers of some of the facts."
    )
    verified: Verified | None = Field(None, description="Absent until the organization itself has confirmed the entry.")
    translations: dict[Language, Translation] | None = Field(
        None, description="The record's own words in other languages."
    )
    editor_note: Paragraph | None = Field(None, description="For editors; never published on a page.")

    def registry(self, name: str) -> tuple[str, ...]:
        """The numbers it has in the named register, such as `hud_pha`."""
        return tuple(entry.id for entry in self.registry_ids or () if entry.registry == name)


class LeadAgency(Part):
    """The body that leads the Continuum of Care, as of a year."""

    name: Text = Field(description="The body.", examples=["Metro Denver Homeless Initiative"])
    year: Annotated[Whole, Field(ge=2000, le=2100)] = Field(
        description="Fiscal year of the award that names it.", examples=["2021"]
    )


class CoordinatedEntry(Part):
    """The shared front door to housing programs."""

    phone: Telephone | None = Field(None, description="The number to ring.")
    url: WebAddress | None = Field(None, description="Its page.")
    description: Paragraph | None = Field(None, description="How it works here.")


class Beds(Part):
    """Beds counted in a year: a capacity, never a vacancy."""

    year: Annotated[Whole, Field(ge=2000, le=2100)] = Field(description="The year of the count.", examples=["2024"])
    emergency: Whole | None = Field(None, description="Emergency shelter beds.")
    transitional: Whole | None = Field(None, description="Transitional housing beds.")
    safe_haven: Whole | None = Field(None, description="Safe haven beds.")
    domestic_violence: Whole | None = Field(None, description="Of these, beds kept for survivors of domestic violence.")
    youth: Whole | None = Field(None, description="Of these, beds kept for young people.")


class CountyShare(Part):
    """A county and the share of its people who live in the region."""

    fips: Fips = Field(description="County FIPS code.", examples=["08031"])
    share: Annotated[float, BeforeValidator(_number), Field(gt=0, le=100)] | None = Field(
        None, description="Per cent of the county's people; absent where no source gives it.", examples=["100"]
    )


class ContinuumOfCare(Record):
    """A region's planning body for ending homelessness. Its counties are the region."""

    record_type: ClassVar[str] = "continuum_of_care"
    type: Literal["continuum_of_care"]
    lead_agency: LeadAgency | None = Field(None, description="Who leads it.")
    coordinated_entry: CoordinatedEntry | None = Field(None, description="The shared front door.")
    beds: Beds | None = Field(None, description="Beds counted, never vacancies.")
    counties: Annotated[tuple[CountyShare, ...], AfterValidator(_some)] = Field(
        description="The counties of the region."
    )

    @property
    def coc_number(self) -> str:
        """`CO-503`."""
        return self.registry("hud_coc")[0]


class WaitingList(Part):
    """One waiting list."""

    program: Annotated[str, InVocabulary("pha_programs")] = Field(description="For which program.")
    status: Literal["open", "closed", "lottery"] = Field(description="Now.")
    until: Day | None = Field(None, description="Until when.")
    description: Text | None = Field(None, description="How to get on it; preferences.")
    url: WebAddress | None = Field(None, description="Where to apply.")


class HousingAuthority(Record):
    """A public housing agency."""

    record_type: ClassVar[str] = "housing_authority"
    type: Literal["housing_authority"]
    programs: Annotated[tuple[Annotated[str, InVocabulary("pha_programs")], ...], AfterValidator(_some)] | None = Field(
        None, description="Programs it runs."
    )
    waiting_lists: Annotated[tuple[WaitingList, ...], AfterValidator(_some)] | None = Field(
        None, description="Its waiting lists."
    )
    preferences: Paragraph | None = Field(None, description="Who is taken first, such as survivors.")
    public_hearings: Text | None = Field(None, description="When the yearly plan is heard, and where.")


class DomesticViolence(Record):
    """A domestic violence program. Its place is never published without recorded authorisation."""

    record_type: ClassVar[str] = "domestic_violence"
    type: Literal["domestic_violence"]
    kinds: Annotated[tuple[Annotated[str, InVocabulary("dv_kinds")], ...], AfterValidator(_some)] | None = Field(
        None, description="What it runs."
    )
    accepts: Annotated[tuple[Annotated[str, InVocabulary("dv_accepts")], ...], AfterValidator(_some)] | None = Field(
        None, description="Who is accepted."
    )
    coalition: RecordId | None = Field(None, description="The id of its coalition's record.")

    @model_validator(mode="after")
    def _place_needs_authorisation(self) -> Self:
        if self.location and not self.location.authorisation and (named := self.location.place_given):
            raise wrong("E401", UNAUTHORISED_MESSAGE, UNAUTHORISED_FIX, at=("location", named))
        if self.location and self.location.review and self.location.review.decision == "ordinary":
            raise wrong("E407", NO_REVIEW_MESSAGE, NO_REVIEW_FIX, at=("location", "review", "decision"))
        return self


class RunawayHomelessYouth(Record):
    """A runaway and homeless youth program, or one for young people."""

    record_type: ClassVar[str] = "runaway_homeless_youth"
    type: Literal["runaway_homeless_youth"]
    programs: Annotated[tuple[Annotated[str, InVocabulary("rhy_programs")], ...], AfterValidator(_some)] | None = Field(
        None, description="Programs it runs."
    )
    consent: Text | None = Field(None, description="Whose consent is asked, and when.")
    host_homes: YesAskNo | None = Field(None, description="Does it place young people with host families?")


class LegalAid(Record):
    """A legal aid program or office."""

    record_type: ClassVar[str] = "legal_aid"
    type: Literal["legal_aid"]
    practice_areas: (
        Annotated[tuple[Annotated[str, InVocabulary("practice_areas")], ...], AfterValidator(_some)] | None
    ) = Field(None, description="What it takes on.")
    lsc_funded: YesAskNo | None = Field(None, description="Funded by the Legal Services Corporation?")


class HealthCenter(Record):
    """A health center site."""

    record_type: ClassVar[str] = "health_center"
    type: Literal["health_center"]
    health_services: (
        Annotated[tuple[Annotated[str, InVocabulary("health_services")], ...], AfterValidator(_some)] | None
    ) = Field(None, description="Care given here.")
    sliding_fee: YesAskNo | None = Field(None, description="Are fees set by income?")
    enrolment_help: YesAskNo | None = Field(None, description="Does it help people sign up for Medicaid and the like?")
    setting: Annotated[str, InVocabulary("health_settings")] | None = Field(None, description="What kind of place.")


class Hotline(Record):
    """A line to ring or text."""

    record_type: ClassVar[str] = "hotline"
    type: Literal["hotline"]
    chat: WebAddress | None = Field(None, description="Its chat page.")


class AntiTrafficking(Record):
    """A program for survivors of human trafficking."""

    record_type: ClassVar[str] = "anti_trafficking"
    type: Literal["anti_trafficking"]
    programs: Annotated[tuple[Annotated[str, InVocabulary("at_programs")], ...], AfterValidator(_some)] | None = Field(
        None, description="Grant programs it works under."
    )
    serves_minors: YesAskNo | None = Field(None, description="Are people under 18 served?")
    serves_labor: YesAskNo | None = Field(None, description="Are survivors of labor trafficking served?")
    serves_sex: YesAskNo | None = Field(None, description="Are survivors of sex trafficking served?")


class ProgramAdministrator(Record):
    """The state body that administers a federal program."""

    record_type: ClassVar[str] = "program_administrator"
    type: Literal["program_administrator"]
    administers: Annotated[tuple[Annotated[str, InVocabulary("administers")], ...], AfterValidator(_some)] = Field(
        description="Which programs."
    )


class HudFieldOffice(Record):
    """An office of the Department of Housing and Urban Development."""

    record_type: ClassVar[str] = "hud_field_office"
    type: Literal["hud_field_office"]
    office_kind: Literal["regional", "field"] | None = Field(None, description="Regional or field office.")


RECORD_CLASSES: Mapping[str, type[Record]] = MappingProxyType(
    {
        cls.record_type: cls
        for cls in (
            ContinuumOfCare,
            HousingAuthority,
            DomesticViolence,
            RunawayHomelessYouth,
            LegalAid,
            HealthCenter,
            Hotline,
            AntiTrafficking,
            ProgramAdministrator,
            HudFieldOffice,
        )
    }
)


def record_class(type_code: str) -> type[Record]:
    """The class of a type; a type of the vocabulary without fields of its own is a plain Record."""
    return RECORD_CLASSES.get(type_code, Record)
