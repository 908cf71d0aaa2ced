"""The list of all pages for search engines (https://www.sitemaps.org/protocol.html)."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

#: The protocol's limit of addresses in one file.
LIMIT = 50_000
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def sitemap_files(site_url: str, addresses: Iterable[str], limit: int = LIMIT) -> Iterator[tuple[str, bytes]]:
    """(path, bytes): `sitemap.xml` and its compressed copy. Where there are too many addresses for one file, it leads
    to `sitemap-1.xml` and so on. Nothing is said of when a page changed: a build is no change.
    """
    places = [site_url + address for address in sorted(set(addresses))]
    groups = [places[start : start + limit] for start in range(0, len(places), limit)]
    if len(groups) <= 1:
        text = _list("urlset", "url", places)
    else:
        for number, group in enumerate(groups, 1):
            yield f"sitemap-{number}.xml", _list("urlset", "url", group)
        names = [f"{site_url}sitemap-{number}.xml" for number in range(1, len(groups) + 1)]
        text = _list("sitemapindex", "sitemap", names)
    yield "sitemap.xml", text
    yield "sitemap.xml.gz", gzip.compress(text, mtime=0)


def _list(name: str, entry: str, places: Iterable[str]) -> bytes:
    lines = "".join(f"<{entry}><loc>{escape(place)}</loc></{entry}>\n" for place in places)
    return f"{_HEAD}<{name} {_NAMESPACE}>\n{lines}</{name}>\n".encode()
