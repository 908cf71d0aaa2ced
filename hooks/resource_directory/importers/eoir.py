"""EOIR's list of pro bono immigration legal providers: one record a row, serving the state, as assumed."""

from __future__ import annotations

from typing import Any

from resource_directory.importers.cleaning import Spelling
from resource_directory.importers.confidential import named_key
from resource_directory.importers.drafts import Contacts, Draft, ForReview, ImportContext, Imported, present, source
from resource_directory.importers.outcome import Ledger
from resource_directory.importers.placing import ASK_COUNTY, ASK_STATE, Settled, Stated, assumed_area, place, settle
from resource_directory.importers.tables import Row, Rows, Table, check_rows

PROVIDERS = Table(
    file="eoir_pro_bono.csv",
    publisher="DOJ, Executive Office for Immigration Review",
    url="https://www.justice.gov/eoir",
    columns=("name", "street", "city", "state", "zip", "phone", "website", "email", "retrieved"),
)


def import_rows(rows: Rows, context: ImportContext) -> Imported:
    """Drafts of legal aid records. EOIR's list has no points; the county comes from the ZIP code or the town."""
    check_rows(rows, PROVIDERS)
    spelling = context.spelling(row["name"] for row in rows)
    ledger = Ledger(PROVIDERS.file, PROVIDERS.publisher)
    drafts: list[Draft] = []
    review: list[ForReview] = []
    for row in rows:
        key = f"eoir:{row['state']}:{row['name'].casefold()}:{row['city'].casefold()}"
        stated = Stated(row["state"], row["street"], row["city"], row["zip"])
        placed = place(stated, context, spelling, "EOIR")
        same = named_key("legal_aid", row["state"], row["name"])
        why_secret = context.gate.reason(row, by_name=False, blank_is_secret=True, key=same)
        settled = settle(key, row["name"], stated, placed, why_secret, context.kept(same))
        contacts = (
            Contacts().phone(row["phone"]).email(row["email"]).web(row["website"], front_page=why_secret is not None)
        )
        ledger.add(
            row["state"], settled.fate, settled.reason, key, (*placed.notes, *contacts.left_out), row["retrieved"]
        )
        review.extend([settled.review] if settled.review else [])
        if settled.fate == "written":
            drafts.append(Draft(key, row["state"], "legal_aid", _data(row, settled, contacts, spelling), settled.city))
    return Imported(ledger, drafts, review)


def _data(row: Row, settled: Settled, contacts: Contacts, spelling: Spelling) -> dict[str, Any]:
    location = settled.location
    asks = ASK_COUNTY if row["city"] and location.get("visibility") == "public" else ASK_STATE
    return {
        "name": settled.name or spelling.name(row["name"]),
        **contacts.fields,
        **present(location=location),
        "service_area": assumed_area(None, row["state"], asks),
        "services": ["immigration_legal_help"],
        "source": source(PROVIDERS, row),
    }
