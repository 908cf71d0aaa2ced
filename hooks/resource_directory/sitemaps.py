"""What search engines are told: that they may come, and all pages (https://www.sitemaps.org/protocol.html)."""

from __future__ import annotations

import gzip
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from xml.sax.saxutils import escape

#: The protocol's limit of addresses in one file.
LIMIT = 50_000
#: The part whose file lists what belongs to no other.
REST = "us"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def sitemap_files(
    site_url: str, addresses: Iterable[str], part_of: Callable[[str], str] = lambda _: REST, limit: int = LIMIT
) -> Iterator[tuple[str, bytes]]:
    """(path, bytes): `sitemap.xml` and its compressed copy, which lead to a file for each part (`sitemap-co.xml`), or
    to several where a part has more addresses than one may hold. `part_of` tells the part of an address, `us` or empty
    for what belongs to no state. Nothing is said of when a page changed: a build is no change.
    """
    groups: dict[str, list[str]] = defaultdict(list)
    for address in sorted(set(addresses)):
        groups[part_of(address) or REST].append(site_url + address)
    names = []
    for part, places in sorted(groups.items()):
        for number, start in enumerate(range(0, len(places), limit), 1):
            name = f"sitemap-{part}.xml" if number == 1 else f"sitemap-{part}-{number}.xml"
            names.append(f"{site_url}{name}")
            yield name, _list("urlset", "url", places[start : start + limit])
    text = _list("sitemapindex", "sitemap", names)
    yield "sitemap.xml", text
    yield "sitemap.xml.gz", gzip.compress(text, mtime=0)


def robots_text(site_url: str) -> str:
    """Everybody may read everything; where the list is, if the site's address is known (RFC 9309)."""
    where = f"\nSitemap: {site_url}sitemap.xml\n" if site_url else ""
    return f"User-agent: *\nAllow: /\n{where}"


def _list(name: str, entry: str, places: Iterable[str]) -> bytes:
    lines = "".join(f"<{entry}><loc>{escape(place)}</loc></{entry}>\n" for place in places)
    return f"{_HEAD}<{name} {_NAMESPACE}>\n{lines}</{name}>\n".encode()
