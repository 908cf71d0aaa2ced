"""Twenty places over the country, worked through by hand: what publishers' tables say of each, and what the site tells.

The figures were taken from the publishers' tables themselves, not from our records: HUD's Continuums of Care and housing
agencies, T. Byrne's crosswalk of counties, LSC's programs and areas, HHS's youth grantees, the coalitions' directories,
HRSA's sites, EOIR's list, the Census Bureau's ZIP codes. Each line names its table. Names are written as
the publisher writes them; capitals and blanks are ours.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from resource_directory.loading import Sources
from resource_directory.words import miles
from support import Build

#: How surely an entry serves the county: by name or region, its whole state, listed there, somewhere in the state.
NAMED, STATE, LISTED, ELSEWHERE = range(4)
#: The table a line is from, by the type of entry that it makes.
HUD = "housing_authority"
LSC = EOIR = "legal_aid"
HRSA = "health_center"
RHY = "runaway_homeless_youth"
DV = NNEDV = "domestic_violence"
FVPSA = "program_administrator"
#: An entry: how surely it serves, type, name, number (None where the publisher gives none).
Entry = tuple[int, str, str, str | None]


@dataclass(frozen=True)
class Place:
    """What the tables say. `coc`: number, lead agency, telephone, part of the county's people in a hundred."""

    zip: str
    #: All counties of the ZIP code, that of the largest share first (Census).
    counties: tuple[str, ...]
    fips: str
    address: str
    coc: tuple[tuple[str, str, str | None, float | None], ...]
    entries: tuple[Entry, ...]
    #: A site, and the geodesic miles to it from the ZIP code's middle, as geopy 2.4 gives them.
    far: tuple[str, float] | None = None
    #: Names that tables put elsewhere.
    absent: tuple[str, ...] = ()


PLACES = (
    Place(
        "90013", ("06037",), "06037", "ca/los-angeles",
        (
            ("CA-600", "Los Angeles Homeless Services Authority", "213-683-3333", 91.94),
            ("CA-606", "City of Long Beach CA 606", "562-570-4581", 4.73),
            ("CA-612", "City of Glendale/Glendale Housing Authority", "818-550-4474", 1.97),
            ("CA-607", "City of Pasadena", "626-744-8305", 1.37),
        ),
        (
            (NAMED, LSC, "Legal Aid Foundation of Los Angeles", "800-399-4529"),
            (NAMED, LSC, "Neighborhood Legal Services of Los Angeles County", "800-433-6251"),
            (LISTED, HUD, "Housing Authority of the City of Los Angeles", "833-422-5248"),
            (LISTED, HRSA, "Herman Ostrow School of Dentistry of USC", "213-347-6357"),
            (ELSEWHERE, RHY, "1736 Family Crisis Center", None),
            (ELSEWHERE, NNEDV, "California Partnership to End Domestic Violence", None),
        ),
        ("Herman Ostrow School of Dentistry of USC", 0.2999),
    ),
    Place(
        "60624", ("17031",), "17031", "il/cook",
        (
            ("IL-510", "All Chicago Making Homelessness History", "312-379-0301", 51.91),
            ("IL-511", "Alliance to End Homelessness in Suburban Cook County", "708-236-3261", 47.64),
            ("IL-517", "Kane County, Illinois", "630-208-5351", 0.3),
            ("IL-502", "Lake County", "847-377-2134", 0.16),
        ),
        (
            (NAMED, LSC, "Legal Aid Chicago", "312-347-8335"),
            (LISTED, HUD, "Chicago Housing Authority", "312-742-8500"),
            (LISTED, HUD, "Housing Authority of the Town of Cicero", "708-652-0386"),
            (LISTED, HRSA, "ACCESS Madison Family Health Center", "773-826-6600"),
            (ELSEWHERE, EOIR, "Children's Legal Center", "312-722-6642"),
        ),
    ),
    Place(
        "77036", ("48201",), "48201", "tx/harris",
        (
            ("TX-700", "Coalition for the Homeless of Houston/Harris County", "281-623-9127", 99.82),
            ("TX-607", "Homeless Network of Texas (dba Texas Homeless Network)", "512-687-5101", 0.18),
        ),
        (
            (NAMED, LSC, "Lone Star Legal Aid", "713-652-0077"),
            (LISTED, HUD, "Houston Housing Authority", "713-260-0500"),
            (LISTED, HRSA, "Asian American Health Coalition of the Greater Houston Area", "713-773-0803"),
            (ELSEWHERE, EOIR, "American Gateways", "512-478-0546"),
            (STATE, FVPSA, "Texas Health and Human Services Commission Family Violence Program", None),
        ),
    ),
    Place(
        "10451", ("36005",), "36005", "ny/bronx",
        (("NY-600", "The City of New York Department of Homeless Services", "929-221-5223", 100),),
        (
            (NAMED, LSC, "Legal Services NYC", "646-442-3600"),
            # Offices in Manhattan, a city of five counties.
            (LISTED, HUD, "New York City Housing Authority", "212-306-3000"),
            (LISTED, HUD, "NYC Dept of Housing Preservation and Dev", "917-286-4300"),
            (LISTED, HRSA, "Boricua Community Health Center", "718-589-2440"),
            (ELSEWHERE, DV, "Allen Women’s Resource Center", "718-739-6200"),
        ),
        ("Boricua Community Health Center", 0.6910),
    ),
    Place(
        "33125", ("12086",), "12086", "fl/miami-dade",
        (("FL-600", "Miami-Dade County", "305-375-5071", 100),),
        (
            (NAMED, LSC, "Legal Services of Greater Miami, Inc.", "305-438-3817"),
            (LISTED, HUD, "Hialeah Housing Authority", "305-888-9744"),
            (LISTED, HRSA, "CRF/CSU", "305-774-3600"),
            (ELSEWHERE, EOIR, "Americans for Immigrant Justice", "786-454-8554"),
            (STATE, FVPSA, "Florida Department of Children and Families", None),
        ),
    ),
    Place(
        "20001", ("11001",), "11001", "dc/district-of-columbia",
        (("DC-500", "The Community Partnership for the Prevention of Homelessness", "202-543-5298", 100),),
        (
            (NAMED, LSC, "Neighborhood Legal Services Program of the District of Columbia", "202-832-6577"),
            (LISTED, HUD, "D.C Housing Authority", "202-535-1500"),
            (LISTED, HRSA, "Bread for the City's Northwest Center", "202-386-7020"),
            # A state that is one county: what is somewhere in it is there.
            (LISTED, RHY, "Latin American Youth Center, Inc.", "202-319-2225"),
            (LISTED, RHY, "Sasha Bruce Youthwork, Inc.", None),
        ),
    ),
    Place(
        "02467", ("25021", "25017", "25025"), "25021", "ma/norfolk",
        (
            ("MA-516", "Commonwealth of Massachusetts", "857-278-0941", 78.45),
            ("MA-511", "City of Quincy, MA", "617-376-1167", 21.55),
        ),
        (
            (NAMED, LSC, "Volunteer Lawyers Project of the Boston Bar Association", "617-423-0648"),
            (NAMED, LSC, "South Coastal Counties Legal Services", "774-488-5950"),
            (LISTED, HUD, "Brookline Housing Authority", "617-921-2810"),
            (LISTED, HRSA, "Hancock Street Clinic", "617-318-3300"),
            (ELSEWHERE, RHY, "Bridge Over Troubled Waters, Inc.", "617-423-9575"),
        ),
    ),
    Place(
        "08540", ("34021", "34035", "34023"), "34021", "nj/mercer",
        (("NJ-514", "City of Trenton", "609-989-3635", 100),),
        (
            (NAMED, LSC, "Central Jersey Legal Services, Inc.", "732-249-7600"),
            (NAMED, DV, "Younity (formerly Womanspace)", "609-394-0136"),
            (ELSEWHERE, DV, "New Jersey Statewide Hotline", "800-572-7233"),
            (LISTED, HUD, "Princeton Housing Authority", "609-924-3448"),
            (ELSEWHERE, RHY, "Anchor House", "609-396-8329"),
        ),
    ),
    Place(
        "00926", ("72127", "72139", "72061"), "72127", "pr/san-juan",
        (("PR-502", "PR Department of the Family", "787-294-4900", None),),
        (
            (STATE, LSC, "Puerto Rico Legal Services, Inc.", "787-728-8686"),
            (ELSEWHERE, LSC, "Community Law Office, Inc.", "787-751-1600"),
            (LISTED, HUD, "Municipality of San Juan", "787-480-5500"),
            (LISTED, HRSA, "CSI DR Gualberto Rabell", "787-480-3788"),
            (ELSEWHERE, DV, "Casa de la Bondad", "787-852-7265"),
            (ELSEWHERE, NNEDV, "Coordinadora Paz para las Mujeres", None),
        ),
    ),
    Place(
        "96910", ("66010",), "66010", "gu/guam",
        (("GU-500", "Government of Guam/Guam Housing & Urban Renewal Authority", None, None),),
        (
            (LISTED, HUD, "Guam Housing & Urban Renewal Authority", "671-477-9851"),
            (LISTED, RHY, "Westcare Pacific Islands", None),
            (LISTED, NNEDV, "Guam Coalition Against Sexual Assault & Family Violence", None),
        ),
        absent=("Adak Clinic", "Hawaii Public Housing Authority"),
    ),
    Place(
        "99559", ("02050",), "02050", "ak/bethel",
        (("AK-501", "Alaska Housing Finance Corporation", "907-523-0660", 100),),
        (
            (STATE, LSC, "Alaska Legal Services Corporation", "907-272-9431"),
            (LISTED, HRSA, "Bethel Family Clinic - Dental Clinic / Administration", "907-543-3773"),
            (LISTED, HRSA, "Aniak Sub-Regional Clinic", "907-675-4556"),
            (ELSEWHERE, RHY, "Covenant House Alaska", "907-339-4203"),
        ),
        ("Bethel Family Clinic - Dental Clinic / Administration", 4.0033),
    ),
    Place(
        # Today's 02063 and 02066 are drawn as the old census area.
        "99686", ("02261",), "02261", "ak/valdez-cordova",
        (("AK-501", "Alaska Housing Finance Corporation", "907-523-0660", 100),),
        (
            (LISTED, HRSA, "Ilanka Community Health Center", "907-424-3622"),
            (LISTED, HRSA, "Robert Marshall Building", "907-822-5241"),
            (STATE, LSC, "Alaska Legal Services Corporation", "907-272-9431"),
        ),
        ("Ilanka Community Health Center", 37.0928),
    ),
    Place(
        "30303", ("13121",), "13121", "ga/fulton",
        (
            ("GA-502", "Fulton County Board of Commissioners", "404-612-7378", 57.55),
            ("GA-500", "Partners for HOME, Inc.", "404-546-3071", 42.45),
        ),
        (
            (NAMED, LSC, "Georgia Legal Services Program", "404-563-7710"),
            (LISTED, HUD, "Housing Authority of the City of Atlanta Georgia", "404-892-4700"),
            (LISTED, HUD, "Housing Authority of the City of East Point", "404-768-0078"),
            (LISTED, HRSA, "Mercy Care at Gateway Center", "404-880-3719"),
        ),
    ),
    Place(
        # No Continuum of Care covers it.
        "73632", ("40149",), "40149", "ok/washita",
        (),
        (
            # The table gives it all 77 counties.
            (STATE, LSC, "Legal Aid Services of Oklahoma, Inc.", "405-557-0020"),
            (LISTED, HRSA, "LCHC Burns Flat", "580-562-1716"),
            (ELSEWHERE, RHY, "Pivot, Inc.", None),
            (STATE, FVPSA, "Oklahoma Attorney General Victim Services", None),
        ),
        ("LCHC Burns Flat", 15.6700),
    ),
    Place(
        # The table of ZIP codes has none of American Samoa.
        "96799", (), "60010", "as/eastern",
        (),
        (
            (ELSEWHERE, LSC, "American Samoa Legal Aid", "684-633-3300"),
            (ELSEWHERE, NNEDV, "American Samoa Alliance Against Domestic and Sexual Violence", None),
        ),
    ),
    Place(
        "24801", ("54047", "54109"), "54047", "wv/mcdowell",
        (("WV-508", "WV Coalition to End Homelessness, Inc.", "304-842-9522", 100),),
        (
            (STATE, LSC, "Legal Aid of West Virginia, Inc.", "304-343-3013"),
            (LISTED, HRSA, "New River Health Association - Welch", "304-469-2905"),
            (ELSEWHERE, DV, "Branches", "304-529-2382"),
        ),
        ("New River Health Association - Welch", 2.7895),
    ),
    Place(
        "86503", ("04001",), "04001", "az/apache",
        (("AZ-500", "Arizona Department of Housing", "602-771-1085", 100),),
        (
            (NAMED, LSC, "DNA-Peoples Legal Services, Inc.", "928-871-4151"),
            (NAMED, LSC, "Southern Arizona Legal Aid, Inc.", "520-623-9465"),
            (LISTED, HRSA, "Elk Ridge - Springerville Clinic", "928-333-0127"),
            (ELSEWHERE, EOIR, "Florence Immigrant and Refugee Rights Project", "520-868-0191"),
        ),
        ("Elk Ridge - Springerville Clinic", 145.8606),
    ),
    Place(
        # An old county of Connecticut.
        "06604", ("09001",), "09001", "ct/fairfield",
        (
            ("CT-503", "United Way of Coastal Fairfield County", "860-671-1715", 91.09),
            ("CT-505", "CT Department of Mental Health and Addiction Services", "860-418-6942", 8.91),
        ),
        (
            (STATE, LSC, "Statewide Legal Services of Connecticut, Inc.", "860-344-8096"),
            (LISTED, HUD, "Housing Authority of the City of Bridgeport", "203-337-8900"),
            (LISTED, HRSA, "Bassick High School, School Based Health Clinic", "203-275-3083"),
            (ELSEWHERE, RHY, "GBAPP, Inc.", None),
        ),
    ),
    Place(
        "38751", ("28133",), "28133", "ms/sunflower",
        (("MS-501", "Mississippi United to End Homelessness", "601-960-0557", 100),),
        (
            (NAMED, LSC, "North Mississippi Rural Legal Services, Inc.", "662-234-8731"),
            (LISTED, HRSA, "DHC-Indianola", "662-445-0900"),
            (ELSEWHERE, RHY, "Sally Kate Winters Family Services", "662-494-4867"),
        ),
        ("DHC-Indianola", 1.3610),
    ),
    Place(
        "79754", ("48301",), "48301", "tx/loving",
        (("TX-607", "Homeless Network of Texas (dba Texas Homeless Network)", "512-687-5101", 100),),
        (
            (NAMED, LSC, "Legal Aid of NorthWest Texas", "817-649-4740"),
            (ELSEWHERE, RHY, "ACH Child and Family Services", None),
        ),
    ),
)  # fmt: skip
BY_PLACE = pytest.mark.parametrize("place", PLACES, ids=[place.address for place in PLACES])


def plain(name: str) -> str:
    """Letters and digits alone: capitals, dashes and blanks are ours."""
    return re.sub(r"\W", "", name).casefold()


def call_file(site: Build, place: Place) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((site.site / f"assets/call/{place.fips}.json").read_text(encoding="utf-8"))
    return found


def page(site: Build, place: Place) -> str:
    return (site.site / place.address / "index.html").read_text(encoding="utf-8")


def words_of(markup: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", markup)))


def section(site: Build, place: Place, question: str) -> str:
    found = re.search(rf"<section[^>]*data-question={question} .*?</section>", page(site, place), re.DOTALL)
    assert found, question
    return words_of(found[0])


def names_on(shown: str) -> dict[str, str]:
    """Names by id, as the cards of a page say them: the file of facts does not say them again."""
    cards = re.findall(r'<h3><a href="?[^">]*?resources/([\w-]+)/[^>]*>(.*?)</h', shown, re.DOTALL)
    return {key: plain(words_of(name)) for key, name in cards}


def entries_of(site: Build, place: Place) -> Iterator[Entry]:
    names = names_on(page(site, place))
    for level, facts, *_ in call_file(site, place)["r"]:
        for phone in facts.get("p") or [[None]]:
            yield level, facts["t"], names.get(facts["i"]) or plain(facts["n"]), phone[0]


def test_there_are_twenty() -> None:
    assert len({place.fips for place in PLACES}) == 20


@BY_PLACE
def test_the_zip_code_leads_to_its_counties(sources: Sources, place: Place) -> None:
    shares = sources.places.zip_counties.get(place.zip, ())
    assert tuple(fips for fips, _ in sorted(shares, key=lambda pair: -pair[1])) == place.counties


@BY_PLACE
def test_whom_the_tables_name_may_be_called(real_site: Build, place: Place) -> None:
    known = set(entries_of(real_site, place))
    wanted = {(level, kind, plain(name), number) for level, kind, name, number in place.entries}
    assert wanted - known == set()


@BY_PLACE
def test_whom_the_tables_name_stands_on_the_page_with_its_number(real_site: Build, place: Place) -> None:
    shown = page(real_site, place)
    text = plain(words_of(shown))
    missing = [name for _, _, name, _ in place.entries if plain(name) not in text]
    missing += [number for *_, number in place.entries if number and f">{number}" not in shown]
    assert missing == []
    assert [name for name in place.absent if name in shown] == []


@BY_PLACE
def test_regions_lead_agencies_and_shares(real_site: Build, place: Place) -> None:
    answer = section(real_site, place, "coc_lead")
    assert re.findall(r"\(([A-Z]{2}-\d{3})\)", answer) == [number for number, *_ in place.coc]
    assert [lead for _, lead, *_ in place.coc if lead not in answer] == []
    assert [phone for *_, phone, _ in place.coc if phone and phone not in answer] == []
    said = re.findall(r"(?:About (\d+) per cent|(Fewer than 1 in 100)) of", answer)
    parts = [share for *_, share in place.coc if share and share < 99.5]
    assert [int(number or 0) for number, _ in said] == [round(part) if part >= 1 else 0 for part in parts]


@BY_PLACE
def test_parts_of_a_county_are_known_to_the_order_of_calls(real_site: Build, place: Place) -> None:
    found = {facts["i"]: share for _, facts, *share in call_file(real_site, place)["r"] if share}
    wanted = {f"coc-{number.lower()}": [share] for number, _, _, share in place.coc if len(place.coc) > 1}
    assert found == wanted


@BY_PLACE
def test_miles_from_the_middle_of_the_zip_code(real_site: Build, place: Place) -> None:
    file = call_file(real_site, place)
    assert (place.zip in file["z"]) == bool(place.counties)
    if place.far is None:
        return
    name, wanted = place.far
    names = names_on(page(real_site, place))
    point = next(facts["m"] for _, facts, *_ in file["r"] if names.get(facts["i"]) == plain(name))
    assert miles(tuple(file["z"][place.zip]), tuple(point)) == pytest.approx(wanted, abs=0.01)


@BY_PLACE
def test_a_safe_place_tonight_always_has_somebody_to_ask(real_site: Build, place: Place) -> None:
    """A program, or the region's way in; where there is none of either, the hot lines stand above."""
    shown = page(real_site, place)
    need = next(n for n in words(real_site)["needs"] if n["c"] == "safe_place")
    kinds = {facts["t"] for _, facts, *_ in call_file(real_site, place)["r"]}
    assert kinds & set(need["ask"])
    assert ("continuum_of_care" in kinds) == bool(place.coc)
    assert shown.index("800-799-7233") < shown.index("data-question=coc_lead")


def words(site: Build) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((site.site / "assets/call/words-en.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("county", ["nc/avery", "embed/nc/avery"])
def test_numbers_for_two_counties_say_for_which(real_site: Build, county: str) -> None:
    """NCCADV's directory gives one organization a number for each of two counties."""
    whole = (real_site.site / county / "index.html").read_text(encoding="utf-8")
    shown = whole.split(">Oasis, Inc</a>")[1][:1500]
    assert "828-262-5035 For Watauga County. 828-504-0911 For Avery County." in words_of(shown)
