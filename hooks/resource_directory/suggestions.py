"""Addresses that open a suggestion already begun: who sees a gap tells what is known with few words.

An address stays in a browser's history and is seen over a shoulder, so its words are neutral: `data/vocab/types.yml`
has a neutral name for each kind. Nothing that a reader typed is in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, urlencode, urlsplit

from resource_directory.directory import Settings

#: A line of a suggestion: some words, or a label and what stands behind it, which may be left to fill in.
Line = str | tuple[str, str]


def suggestion_address(settings: Settings, subject: Sequence[str], lines: Sequence[Line]) -> str:
    """A new issue where the source is public, else a letter to the coalition; empty where neither is known.

    `subject` is joined by commas. GitHub, Gitea and Forgejo fill a new issue from `title` and `body`, GitLab from names
    of its own. A letter's form: RFC 6068.
    """
    title = ", ".join(_line(text) for text in subject if text)
    body = "\n".join(_filled(line) for line in lines)
    if settings.repo_url:
        names = ("issue[title]", "issue[description]") if _is_gitlab(settings.repo_url) else ("title", "body")
        start = settings.repo_url.rstrip("/") + ("/-/issues/new?" if _is_gitlab(settings.repo_url) else "/issues/new?")
        return start + urlencode(dict(zip(names, (title, body), strict=True)), quote_via=quote, safe="")
    if settings.contact:
        letter = urlencode({"subject": title, "body": body.replace("\n", "\r\n")}, quote_via=quote, safe="")
        return f"mailto:{quote(settings.contact, safe='@+')}?{letter}"
    return ""


def mail_address(settings: Settings, record_id: str, answer: str) -> str:
    """A letter that answers "Is this still right?" (RFC 6068), without the facts. Empty where nobody would get it."""
    if not settings.contact:
        return ""
    return f"mailto:{quote(settings.contact, safe='@+')}?subject={quote(f'Entry {record_id}, {answer}', safe=',')}"


def form_address(settings: Settings, record_id: str, slug: str, answer: str) -> str:
    """The form of its kind, begun; a plain issue where the source is not on GitHub. Empty where it is not public."""
    if not settings.repo_url:
        return ""
    if is_github(settings.repo_url):
        filled = {"template": f"{slug}.yml", "entry": record_id, "answer": answer}
        return f"{settings.repo_url.rstrip('/')}/issues/new?{urlencode(filled, quote_via=quote)}"
    return suggestion_address(settings, ("Entry " + record_id, answer), [("Entry", record_id), ("Answer", answer)])


def is_github(repo_url: str) -> bool:
    """True for github.com and for servers of one's own, which are named so by custom."""
    host = urlsplit(repo_url).hostname or ""
    return host == "github.com" or host.startswith("github.")


def _is_gitlab(repo_url: str) -> bool:
    return "gitlab" in (urlsplit(repo_url).hostname or "")


def _filled(line: Line) -> str:
    if isinstance(line, str):
        return _line(line)
    label, value = line
    return f"{_line(label)}: {_line(value)}".rstrip()


def _line(text: str) -> str:
    """On one line: a name cannot begin a line of its own."""
    return " ".join(str(text).split())
