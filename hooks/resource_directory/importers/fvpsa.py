"""State administrators and tribal grantees of the Family Violence Prevention and Services Act: names, no place."""

from __future__ import annotations

from resource_directory.importers.drafts import Contacts, Draft, ImportContext, Imported, source
from resource_directory.importers.dv_coalitions import coalition_key
from resource_directory.importers.outcome import PUBLISHED, Ledger
from resource_directory.importers.placing import ASK_STATE
from resource_directory.importers.tables import Rows, Table, check_rows

ADMINISTRATORS = Table(
    file="fvpsa_state_administrators.csv",
    publisher="HHS ACF",
    url="https://www.acf.hhs.gov/fysb",
    columns=("name", "state", "website", "retrieved"),
)
TRIBES = Table(
    file="fvpsa_tribal_grantees.csv",
    publisher="HHS ACF",
    url="https://www.acf.hhs.gov/fysb",
    columns=("name", "state", "retrieved"),
)
TRIBE_NOTE = "The list of grants of fiscal year 2025 gives the name and the state only."


def import_administrators(rows: Rows, context: ImportContext) -> Imported:
    """Drafts of the state bodies that administer FVPSA funds, each serving its state."""
    check_rows(rows, ADMINISTRATORS)
    spelling = context.spelling(row["name"] for row in rows)
    ledger = Ledger(ADMINISTRATORS.file, ADMINISTRATORS.publisher)
    drafts: dict[str, Draft] = {}
    for row in rows:
        key = f"fvpsa_administrator:{row['state']}:{row['name'].casefold()}"
        if key in drafts:
            ledger.add(row["state"], "merged", "stands twice", key, (), row["retrieved"])
            continue
        contacts = Contacts().web(row["website"])
        data = {
            "name": spelling.name(row["name"]),
            **contacts.fields,
            "service_area": {"states": [row["state"].lower()]},
            "services": ["grant_administration"],
            "source": source(ADMINISTRATORS, row),
            "administers": ["fvpsa"],
        }
        drafts[key] = Draft(key, row["state"], "program_administrator", data)
        ledger.add(row["state"], "written", PUBLISHED, key, contacts.left_out, row["retrieved"])
    return Imported(ledger, tuple(drafts.values()))


def import_tribes(rows: Rows, context: ImportContext) -> Imported:
    """Drafts of tribal grantees: no place, no number; the state assumed."""
    check_rows(rows, TRIBES)
    spelling = context.spelling(row["name"] for row in rows)
    ledger = Ledger(TRIBES.file, TRIBES.publisher)
    drafts: dict[str, Draft] = {}
    for row in rows:
        state, key = row["state"], f"fvpsa_tribe:{row['state']}:{row['name'].casefold()}"
        if key in drafts:
            ledger.add(state, "merged", "stands twice", key, (), row["retrieved"])
            continue
        data = {
            "name": _the_first(spelling.name(row["name"])),
            "service_area": {"states": [state.lower()], "assumed": "yes", "description": ASK_STATE},
            "source": source(TRIBES, row, TRIBE_NOTE),
            "kinds": ["tribal_program"],
        }
        links = {"coalition": coalition_key(state)} if state in context.coalitions else {}
        drafts[key] = Draft(key, state, "domestic_violence", data, links=links)
        ledger.add(state, "written", PUBLISHED, key, (), row["retrieved"])
    return Imported(ledger, tuple(drafts.values()))


def _the_first(name: str) -> str:
    """`Artic Village Council (the)` -> `Artic Village Council`: the article is the list's sorting."""
    return name.removesuffix("(the)").removesuffix("(The)").strip()
