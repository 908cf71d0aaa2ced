"""Ids of everything in the exports, and our vocabularies as taxonomies with terms."""

from __future__ import annotations

import hashlib
import uuid
from functools import lru_cache
from typing import Any

from resource_directory.vocabulary import Vocabulary

#: All ids are UUIDs of version 5 (RFC 9562) of a name in this namespace, such as `example-house/phones/303-555-0100`.
#: It is itself the id of `urn:resource-directory:hsds` in the namespace of addresses, and belongs to no web site: ids
#: stay when a site moves.
NAMESPACE = uuid.UUID("c1ec9cfa-4ef9-5f15-aca3-ef8516f43f8d")
_BYTES = NAMESPACE.bytes
NAMESPACE_NAME = "urn:resource-directory:hsds"


def identifier(name: str) -> str:
    """The id of a name: what `uuid.uuid5` gives, in a quarter of its time."""
    digest = hashlib.sha1(_BYTES + name.encode(), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(digest[16], 16) & 3]
    return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"


def service_id(record_id: str) -> str:
    """The id of the service that a record is."""
    return identifier(record_id)


def organization_id(record_id: str) -> str:
    """The id of the organization that a record is."""
    return identifier(f"{record_id}/organization")


class Taxonomies:
    """Terms of our vocabularies as HSDS has them, each made once. `profile` is the address of our profile, or empty."""

    def __init__(self, vocabulary: Vocabulary, profile: str = "") -> None:
        self._vocabulary = vocabulary
        self._profile = profile
        self.term = lru_cache(maxsize=None)(self._term)
        self._taxonomy = lru_cache(maxsize=None)(self._made_taxonomy)

    def _term(self, name: str, code: str) -> dict[str, Any]:
        """The term of a code of a vocabulary. Its code is unique among all of ours: `services/legal_advice`."""
        taxonomy = self._taxonomy(name)
        label = self._label(name, code)
        return {
            "id": identifier(f"taxonomies/{name}/{code}"),
            "code": f"{name}/{code}",
            "name": label,
            "description": self._description(name, code) or label,
            "taxonomy": taxonomy["name"],
            "taxonomy_detail": taxonomy,
            "language": "en",
        }

    def _made_taxonomy(self, name: str) -> dict[str, Any]:
        found = {
            "id": identifier(f"taxonomies/{name}"),
            "name": name,
            "description": f"The vocabulary '{name}' of this directory.",
        }
        return {**found, "uri": f"{self._profile}#{name.replace('_', '-')}"} if self._profile else found

    def _label(self, name: str, code: str) -> str:
        if name == "needs":
            return self._vocabulary.needs[code].label
        return self._vocabulary.codes(name)[code]

    def _description(self, name: str, code: str) -> str:
        if name == "needs":
            return self._vocabulary.needs[code].description
        if name == "services":
            return self._vocabulary.services[code].description
        if name == "types":
            return self._vocabulary.types[code].what_it_is
        return self._vocabulary.terms[name][code].description
