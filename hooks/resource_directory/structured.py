"""What search engines read on the page of an organization, as https://schema.org names it (JSON-LD 1.1).

Only of kinds that have a name there (`schema_org` in types.yml), only where the place is public or none is known, and
only where the name gives no reader away: a search engine shows it beside the page's title.
"""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup

from resource_directory.model import Record
from resource_directory.views import RecordView

JSON = dict[str, Any]
#: Kinds of which nothing is told, whatever the vocabulary says.
NEVER = frozenset({"domestic_violence", "anti_trafficking", "runaway_homeless_youth"})
#: What would end the script or begin a comment in it, written as JSON may write it.
_ESCAPED = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})


def structured(view: RecordView) -> JSON | None:
    """The record's own name, telephone, web site and public address; None where nothing is told."""
    record = view.record
    if not view.type.schema_org or record.type in NEVER or view.withheld or view.neutral_title != record.name:
        return None
    found: JSON = {
        "@context": "https://schema.org",
        "@type": view.type.schema_org,
        "name": record.name,
        "telephone": _telephone(record),
        "url": record.url,
        "address": _address(view),
    }
    return {key: value for key, value in found.items() if value}


def _telephone(record: Record) -> str | None:
    """The first number of its own that is for talking: `+1-303-555-0100`; short ones, such as 988, as they are."""
    numbers = (phone.number for phone in record.phones or () if phone.type == "voice")
    first = next(numbers, None)
    return f"+1-{first}" if first and first.count("-") == 2 else first


def _address(view: RecordView) -> JSON | None:
    """Of a public place with a street; nobody is led to where a mobile clinic is kept."""
    place = view.record.location
    if place is None or not view.has_street or place.address is None or view.setting == "mobile":
        return None
    told = place.address
    found = {
        "@type": "PostalAddress",
        "streetAddress": ", ".join(line for line in (told.address_1, told.address_2) if line),
        "addressLocality": told.city,
        "addressRegion": told.state_province,
        "postalCode": told.postal_code,
    }
    return {key: value for key, value in found.items() if value}


def structured_text(view: RecordView) -> Markup:
    """The same for a page, between the tags of a script that is none; empty where nothing is told."""
    found = structured(view)
    if found is None:
        return Markup("")
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPED)
    return Markup('<script type="application/ld+json">{}</script>').format(Markup(text))  # noqa: S704 (escaped above)
