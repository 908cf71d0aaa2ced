"""What the search knows: an index of pages and places for MkDocs, and files in which a browser finds records.

The reader fetches a little whatever the number of records: words are found in shards by their first letters, names and
numbers in chunks by state. `docs/decisions/0007-search-by-shards.md` says why.
"""

from resource_directory.search.entries import SearchEntry, search_entries
from resource_directory.search.files import SearchFiles

__all__ = ["SearchEntry", "SearchFiles", "search_entries"]
