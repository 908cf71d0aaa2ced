"""What whoever reads a change should look at twice. Texts from files stand between « and »."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from resource_directory.change_text import quoted
from resource_directory.describing.change import PROTECTED_TYPE, Change, Context, counties_served, protects
from resource_directory.model import ContinuumOfCare, Record
from resource_directory.secrecy import telling, telling_address
from resource_directory.words import day_words, miles, miles_words


def warnings(change: Change, context: Context) -> Iterator[str]:
    """What a reviewer should look at twice. Texts from files stand between « and »."""
    for rule in _WARNINGS:
        yield from rule(change, context)


def _protected_program(change: Change, context: Context) -> Iterator[str]:
    if any(record.type == PROTECTED_TYPE for record in (change.before, change.after) if record):
        yield (
            "This is a domestic violence program. Read every text of the file: does a word tell where it is? "
            "Places are not repeated here."
        )


def _visibility(change: Change, context: Context) -> Iterator[str]:
    was, now = (record.location if record else None for record in (change.before, change.after))
    if was and now and was.visibility != now.visibility:
        if now.visibility == "public":
            yield "A place that was withheld becomes public. Who has allowed it, and in writing?"
        else:
            yield (
                "A place that was public becomes withheld. It still stands in older commits: read the runbook, "
                "docs/maintain.md."
            )
    elif change.before and now and (was is None) and now.place_given and change.record.type == PROTECTED_TYPE:
        yield "A place is given that was not given before. Who has allowed it, and in writing?"
    if bool(was and was.authorisation) != bool(now and now.authorisation):
        done = "is added" if now and now.authorisation else "is taken away"
        yield f"The written word that the place may be public {done}. Have you seen the letter?"


def _moved(change: Change, context: Context) -> Iterator[str]:
    was, now = (
        record.location.point if record and record.location else None for record in (change.before, change.after)
    )
    if was is None or now is None or (was.latitude, was.longitude) == (now.latitude, now.longitude):
        return
    far = miles((was.latitude, was.longitude), (now.latitude, now.longitude))
    if change.is_protected:
        yield "The point on the map moves."
    elif far >= 0.01:
        yield f"The point on the map moves by {miles_words(far)}."


def numbers_of(record: Record | None) -> frozenset[str]:
    """Its ten-digit numbers, fax aside."""
    if record is None:
        return frozenset()
    own = {phone.number for phone in record.phones or () if phone.type != "fax"}
    own |= {contact.phone for contact in record.contacts or () if contact.phone}
    entry = getattr(record, "coordinated_entry", None)
    own |= {entry.phone} if entry and entry.phone else set()
    return frozenset(number for number in own if number.count("-") == 2)


def _shared_number(change: Change, context: Context) -> Iterator[str]:
    if change.after is None:
        return
    own = _family(change.after)
    for number in sorted(numbers_of(change.after) - numbers_of(change.before)):
        others = [
            other
            for other in context.sharing.get(number, ())
            if other.id != change.after.id and own.isdisjoint(_family(other)) and other.name != change.after.name
        ]
        if others:
            more = f" and {len(others) - 1} more" if len(others) > 1 else ""
            yield f"The number {number} is also that of {quoted(_safe_name(others[0]))}{more}. Is that right?"


def _family(record: Record) -> frozenset[str]:
    """Ids of the record and of the organization it is part of."""
    return frozenset(filter(None, (record.id, record.organization)))


def _safe_name(record: Record) -> str:
    return (
        record.name if not (protects(record) and (telling(record.name) or telling_address(record.name))) else "an entry"
    )


def _reachable(change: Change, context: Context) -> Iterator[str]:
    if change.before and change.after and numbers_of(change.before) and not numbers_of(change.after):
        yield "The entry has no telephone number any more."
    old, new = (urlsplit(r.url).hostname if r and r.url else None for r in (change.before, change.after))
    if old and new and old.removeprefix("www.") != new.removeprefix("www."):
        yield f"The web site is another one: {quoted(old)} before, {quoted(new)} now. Open it."


def _referral(change: Change, context: Context) -> Iterator[str]:
    was, now = (r.referral.status if r and r.referral else None for r in (change.before, change.after))
    if was == now:
        return
    if now == "paused" and change.after and change.after.referral:
        until = change.after.referral.until
        yield f"Referrals are paused{f' until {day_words(until)}' if until else ''}: nobody will be sent there."
    elif now == "closed":
        yield "It takes nobody new: nobody will be sent there."


def _verified(change: Change, context: Context) -> Iterator[str]:
    was, now = (r.verified if r else None for r in (change.before, change.after))
    if now is not None and now != was:
        yield "The entry is marked as confirmed. Does the author speak for the organization?"
    if was is not None and now is None and change.after is not None:
        yield "The mark that the organization has confirmed the entry is taken away."
    if was is not None and now is not None and now.date < was.date:
        yield "The day of the confirmation goes backward."


def _source(change: Change, context: Context) -> Iterator[str]:
    if change.before and change.after and change.after.source.retrieved < change.before.source.retrieved:
        days = [day_words(record.source.retrieved) for record in (change.before, change.after)]
        yield f"The day of the source goes backward, from {days[0]} to {days[1]}."


def _address_of_page(change: Change, context: Context) -> Iterator[str]:
    if change.before is None or change.before.id in (change.after.former_ids or () if change.after else ()):
        return
    if change.after is None:
        yield "The entry goes. Its web address will lead nowhere. Has it closed, or is it named in another entry?"
    elif change.after.id != change.before.id:
        yield "The id changes and former ids do not name the old one: old links will lead nowhere."


def _fewer_counties(change: Change, context: Context) -> Iterator[str]:
    if change.before is None or change.after is None:
        return
    lost = set(counties_served(change.before, context)) - set(counties_served(change.after, context))
    states = [set((r.service_area.states if r.service_area else None) or ()) for r in (change.before, change.after)]
    if lost:
        yield f"It no longer serves {len(lost)} {'county' if len(lost) == 1 else 'counties'}."
    if states[0] - states[1]:
        yield "It no longer serves a whole state."
    if isinstance(change.after, ContinuumOfCare) and set(change.after.counties) != set(
        getattr(change.before, "counties", ())
    ):
        yield "The region itself changes: so does the area of every entry that serves it."


def _person_named(change: Change, context: Context) -> Iterator[str]:
    named = [{c.name for c in (r.contacts if r else None) or () if c.name} for r in (change.before, change.after)]
    if named[1] - named[0]:
        yield "A person is named. Does the organization itself publish the name for this use?"


_WARNINGS = (
    _protected_program,
    _visibility,
    _moved,
    _shared_number,
    _reachable,
    _referral,
    _verified,
    _source,
    _address_of_page,
    _fewer_counties,
    _person_named,
)

#: What a change of other files may do, by how their paths begin.
_MACHINERY: tuple[tuple[str, str], ...] = (
    ("data/vocab/types.yml", "The kinds of entries change: names, colours and rules of every page of a kind."),
    ("data/vocab/confidential_words.yml", "The words by which hidden places are known change."),
    ("data/vocab/neutral_words.yml", "The words that no address and no title may hold change."),
    ("data/vocab/partners.yml", "Who is asked about changes is changed."),
    ("data/vocab/", "The vocabularies change: words on many pages."),
    ("data/places/", "The tables of counties, towns and ZIP codes change."),
    (".github/", "What runs by itself changes: workflows, or who is asked."),
    ("hooks/", "The program that makes the site changes."),
    ("scripts/", "The tools change, the checks among them."),
    ("overrides/", "The pages' templates and scripts change."),
    ("mkdocs.yml", "The site's settings change."),
    ("Makefile", "The commands that set up and check change."),
    ("requirements", "What is installed changes."),
    ("package", "What is installed changes."),
)


def machinery(paths: Iterable[str]) -> tuple[str, ...]:
    """A warning for each part of the project, beside records, that changes."""
    first = (next((words for start, words in _MACHINERY if path.startswith(start)), None) for path in paths)
    return tuple(dict.fromkeys(filter(None, first)))
