"""What a change of the records says in plain words: as text, as Markdown for a comment, as JSON and back.

The words come from files that strangers wrote, and the JSON may have been made by a stranger's program. So every text
is kept short and on one line, and in Markdown it stands in a code span, in which nothing becomes a link, an image, a
mention or HTML. Only the standard library is used: what posts a comment installs nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, get_args, get_type_hints

#: Letters of one text, and of a comment: GitHub takes 65,536.
LONGEST_VALUE = 300
LONGEST_COMMENT = 60_000
#: Bytes of JSON that are read at all.
LARGEST_JSON = 4_000_000
#: Entries, and lines of one entry, that are spoken of one by one.
MOST_ENTRIES = 200
MOST_LINES = 40
#: By this the comment is found again. It begins the comment.
MARKER = "<!-- what-changes -->"


@dataclass(frozen=True)
class Line:
    """One fact that changes. Texts are empty where there is no value, or where the value must not be repeated."""

    what: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Entry:
    """One entry that changes, is new, goes, gets another address, or cannot be read."""

    kind: str
    path: str
    name: str
    of_type: str
    state: str
    lines: tuple[Line, ...] = ()
    counties: tuple[str, ...] = ()
    page: tuple[Line, ...] = ()
    warnings: tuple[str, ...] = ()
    #: How many facts are left out of `lines`.
    left_out: int = 0


@dataclass(frozen=True)
class Description:
    """All that changes between two commits."""

    base: str
    head: str
    entries: tuple[Entry, ...] = ()
    counts: tuple[Line, ...] = ()
    warnings: tuple[str, ...] = ()
    other_files: tuple[str, ...] = ()
    #: How many entries, and other files, are not spoken of one by one.
    entries_left_out: int = 0
    files_left_out: int = 0


KINDS: Mapping[str, str] = {
    "added": "New entry",
    "changed": "Entry changes",
    "renamed": "Entry gets another address",
    "removed": "Entry goes",
    "unreadable": "Entry cannot be read",
}
NOTHING = "No entry changes."
HIDDEN = "changes. It is not repeated here."


def plain(text: str, longest: int = LONGEST_VALUE) -> str:
    """On one line, with all that cannot be seen written out, and not too long."""
    line = " ".join(text.split())
    line = "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in line)
    return line if len(line) <= longest else line[: longest - 1] + "…"


def code(text: str) -> str:
    """The text in a Markdown code span, fenced by more backticks than it has in a row."""
    line = plain(text)
    if not line:
        return ""
    ticks = "`" * (1 + max((len(run) for run in re.findall("`+", line)), default=0))
    edge = " " if line[0] == "`" or line[-1] == "`" else ""
    return f"{ticks}{edge}{line}{edge}{ticks}"


def _fact(line: Line, quote: Callable[[str], str]) -> str:
    """`970-555-0100 → 970-555-0101`, in the manner of `quote`."""
    if not line.before and not line.after:
        return HIDDEN
    if not line.before:
        return f"new: {quote(line.after)}"
    if not line.after:
        return f"no longer: {quote(line.before)}"
    return f"{quote(line.before)} → {quote(line.after)}"


def as_text(description: Description) -> str:
    """For a terminal: `Telephone of Example Clinic: 970-555-0100 -> 970-555-0101`, a fact a line."""
    lines = [_summary(description, plain, plain)]
    lines += [f"Look closely: {plain(words)}" for words in description.warnings]
    for entry in description.entries:
        name = plain(entry.name)
        lines += ["", f"{KINDS[entry.kind]}: {name} ({plain(entry.of_type)}, {plain(entry.state)}) {plain(entry.path)}"]
        lines += [f"  Look closely: {plain(words)}" for words in entry.warnings]
        lines += [f"  {_about(line, name, plain)}: {_fact(line, plain).replace('→', '->')}" for line in entry.lines]
        lines += [f"  {entry.left_out:,} more facts change."] if entry.left_out else []
        lines += [f"  Counties: {plain(', '.join(entry.counties), 2000)}"] if entry.counties else []
        lines += ["  The page:"] if entry.page else []
        lines += [f"    {plain(row.what)}: {_row(row, plain)}" for row in entry.page]
    lines += [f"{description.entries_left_out:,} more entries change."] if description.entries_left_out else []
    if description.other_files:
        lines += ["", "Other files:", *(f"  {plain(path)}" for path in description.other_files)]
    lines += [f"  {description.files_left_out:,} more files"] if description.files_left_out else []
    return "\n".join(lines) + "\n"


def _about(line: Line, name: str, quote: Callable[[str], str]) -> str:
    """`Telephone of Example Clinic`; `Example Clinic, referral, until`, where the label is a way into a part."""
    return f"{name}, {quote(line.what)}" if ", " in line.what else f"{quote(line.what)} of {name}"


def _strong(label: str) -> str:
    return f"**{_label(label)}**"


def _row(row: Line, quote: Callable[[str], str]) -> str:
    """A fact as the page shows it: once where it stays."""
    if row.before == row.after or not row.before:
        return str(quote(row.after))
    return f"{quote(row.before)} → {quote(row.after) or 'nothing'}"


def _summary(description: Description, label: Callable[[str], str], number: Callable[[str], str]) -> str:
    if not description.counts:
        return NOTHING
    return "; ".join(f"{label(row.what)}: {number(row.after)}" for row in description.counts) + "."


def as_markdown(description: Description) -> str:
    """A comment of at most `LONGEST_COMMENT` letters. Entries that do not fit are counted."""
    head = [MARKER, "### What this change does", "", _summary(description, _label, _number), ""]
    head += [f"- ⚠️ **Look closely:** {_words(words)}" for words in description.warnings]
    foot = ["", "<sub>Made by a program from the files of this change. Read the files too.</sub>"]
    files = list(_files(description))
    room = LONGEST_COMMENT - len("\n".join([*head, *files, *foot])) - 200
    shown, body = 0, list[str]()
    for entry in description.entries:
        block = "\n".join(_entry(entry))
        if len(block) > room:
            break
        room -= len(block) + 1
        body.append(block)
        shown += 1
    rest = len(description.entries) - shown + description.entries_left_out
    more = [f"\n{rest:,} more entries change and are not shown here: `scripts/describe_change.py` lists them."]
    return "\n".join([*head, *body, *(more if rest else []), *files, *foot]) + "\n"


def _number(text: str) -> str:
    """A number of ours; anything else, which only a stranger's JSON can hold, as a code span."""
    return text if re.fullmatch(r"[\d,]{1,12}", text) else code(text)


#: What is set apart in a warning: the parts of a sentence that come from files.
_QUOTED = re.compile(r"«([^«»]*)»")


def _words(words: str) -> str:
    """A warning: our own words, and as code what stands between « and », or has letters that we do not use."""
    parts, at = [], 0
    for found in _QUOTED.finditer(words):
        parts += [_own(words[at : found.start()]), code(found[1])]
        at = found.end()
    return "".join([*parts, _own(words[at:])])


def _own(words: str) -> str:
    return words if re.fullmatch(r"[A-Za-z0-9 ,.:;?'()/-]{0,400}", words) and "://" not in words else code(words)


def quoted(text: str) -> str:
    """A text from a file, set apart within a warning."""
    return f"«{plain(text).replace('«', '<').replace('»', '>')}»"


def _entry(entry: Entry) -> Iterator[str]:
    yield f"\n#### {KINDS[entry.kind]}: {code(entry.name)}"
    yield ""
    yield f"{_label(entry.of_type)}, {_label(entry.state)}, {code(entry.path)}"
    yield ""
    yield from (f"- ⚠️ **Look closely:** {_words(words)}" for words in entry.warnings)
    for line in entry.lines:
        yield f"- {_about(line, code(entry.name), _strong)}: {_fact(line, code)}"
    if entry.left_out:
        yield f"- {entry.left_out:,} more facts change."
    if entry.counties:
        yield f"- **Counties:** {', '.join(_label(name) for name in entry.counties)}"
    if entry.page:
        yield from ("", "<details><summary>What the page will say</summary>", "")
        yield from (f"- **{_label(row.what)}:** {_row(row, code)}" for row in entry.page)
        yield from ("", "</details>")


def _label(label: str) -> str:
    """A label or a place's name, in letters that can begin nothing; anything else is set as code."""
    return label if re.fullmatch(r"[A-Za-z0-9 ,'()-]{1,100}", label) else code(label)


def _files(description: Description) -> Iterator[str]:
    if not description.other_files:
        return
    yield from ("", "**Other files:**", "")
    yield from (f"- {code(path)}" for path in description.other_files)
    if description.files_left_out:
        yield f"- and {description.files_left_out:,} more"


def as_json(description: Description) -> str:
    """As `from_json` reads it."""
    return json.dumps(asdict(description), ensure_ascii=False, indent=1) + "\n"


def from_json(content: bytes) -> Description:
    """Reads a description that a program made which is not trusted. Raises ValueError where its form is another."""
    if len(content) > LARGEST_JSON:
        raise ValueError(f"The description is larger than {LARGEST_JSON:,} bytes.")
    try:
        data = json.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, RecursionError) as error:
        raise ValueError("The description is not JSON in UTF-8.") from error
    made = _made(Description, data)
    if not isinstance(made, Description) or any(entry.kind not in KINDS for entry in made.entries):
        raise ValueError("The description has a kind of entry that is not known.")
    return made


def _made(wanted: Any, data: Any) -> Any:
    """`data` as the type `wanted`: a text, a number, a tuple, or one of the classes above."""
    if wanted is str and isinstance(data, str):
        return plain(data)
    if wanted is int and isinstance(data, int) and not isinstance(data, bool) and 0 <= data < 10**9:
        return data
    if get_args(wanted) and isinstance(data, list) and len(data) <= 10 * MOST_ENTRIES:
        return tuple(_made(get_args(wanted)[0], one) for one in data)
    if hasattr(wanted, "__dataclass_fields__") and isinstance(data, dict):
        hints = get_type_hints(wanted)
        if set(data) == {one.name for one in fields(wanted)}:
            return wanted(**{name: _made(hints[name], value) for name, value in data.items()})
    raise ValueError("The description does not have the form that describe_change.py writes.")
