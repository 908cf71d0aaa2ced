"""A Document: what a page says, before the theme's shell goes around it."""

from __future__ import annotations

from dataclasses import dataclass

from resource_directory.messages import marked
from resource_directory.placing import NearestOf

#: What search engines and link previews say of every page.
DESCRIPTION = marked("Community resource directory: whom to call, by place and by need.")


@dataclass(frozen=True)
class Document:
    """One page. `url` is relative to the site (`co/denver/`, empty for the home page).

    `title` is plain text and neutral: it is what stays in a browser's history. `html` has its own <h1>. `contents`
    are the (id, text) of its second-level headings, plain text. `edit_path` is a path in the repository, or empty.
    `main` is an attribute of the page's <main> for tools that read pages, such as ("data-county", "08031"). `shown`
    are the ids of the records whose facts the page shows: where one changes, the page does. `near` says among which
    types the page named the nearest places, and how far it looked.
    """

    url: str
    title: str
    html: str
    kind: str
    contents: tuple[tuple[str, str], ...] = ()
    edit_path: str = ""
    description: str = DESCRIPTION
    main: tuple[str, str] | None = None
    shown: frozenset[str] = frozenset()
    near: tuple[NearestOf, ...] = ()
    #: What the addresses of its language begin with: `es/`; nothing in English.
    prefix: str = ""
    #: Its list as a small page for a partner's frame; empty where it has none.
    embed: str = ""

    @property
    def address(self) -> str:
        """The address of the English page that says the same."""
        return self.url.removeprefix(self.prefix)

    @property
    def source_uri(self) -> str:
        """`co/denver/index.md`: what MkDocs takes the page's address from."""
        return f"{self.url}index.md"


def relative(source: str, target: str) -> str:
    """The relative address from one page to another page or file: `co/denver/`, `map/` -> `../../map/`.

    Relative links let the site stand at any address, also below one and on a USB stick.
    """
    return "../" * source.count("/") + target or "./"
