"""State and territory domestic violence coalitions, from the members' list of NNEDV. No place."""

from __future__ import annotations

from resource_directory.importers.cleaning import one_line
from resource_directory.importers.drafts import Coalition, Contacts, Draft, ImportContext, Imported, source
from resource_directory.importers.outcome import PUBLISHED, Ledger
from resource_directory.importers.tables import Rows, Table, check_rows

COALITIONS = Table(
    file="dv_coalitions.csv",
    publisher="NNEDV member list",
    url="https://nnedv.org/",
    columns=("name", "state", "website", "retrieved"),
)


def coalition_key(state: str) -> str:
    """The key by which other drafts of the state (`CO`) name its coalition."""
    return f"dv_coalition:{state}"


def coalitions(rows: Rows) -> dict[str, Coalition]:
    """Coalitions by postal code of their state."""
    check_rows(rows, COALITIONS)
    return {row["state"]: Coalition(one_line(row["name"]), row["website"]) for row in rows}


def import_rows(rows: Rows, context: ImportContext) -> Imported:
    """Drafts of coalitions, each serving its state."""
    check_rows(rows, COALITIONS)
    spelling = context.spelling(row["name"] for row in rows)
    ledger = Ledger(COALITIONS.file, COALITIONS.publisher)
    drafts: dict[str, Draft] = {}
    for row in rows:
        key = coalition_key(row["state"])
        if key in drafts:
            ledger.add(row["state"], "refused", "the state has a coalition in this list already")
            continue
        contacts = Contacts().web(row["website"])
        data = {
            "name": spelling.name(row["name"]),
            **contacts.fields,
            "service_area": {"states": [row["state"].lower()]},
            "services": ["training_and_referral"],
            "source": source(COALITIONS, row),
            "kinds": ["coalition"],
        }
        drafts[key] = Draft(key, row["state"], "domestic_violence", data, neutral="State coalition")
        ledger.add(row["state"], "written", PUBLISHED, key, contacts.left_out, row["retrieved"])
    return Imported(ledger, tuple(drafts.values()))
