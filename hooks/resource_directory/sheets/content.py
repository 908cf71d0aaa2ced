"""What paper says about a county or a region: frozen data, made from the Directory and the day.

The same functions answer here that answer on the page of the place: the eight questions, who may be called, what a
pause means. A withheld place is named with its number, as on its card, and never with a street, a town or a point.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import groupby
from typing import Any, Literal

from resource_directory.answering import Answer, answers, beside, county_answers, looked_for, region_records
from resource_directory.call_order import CallOrder
from resource_directory.directory import Directory
from resource_directory.measures import NOT_OF_PEOPLE
from resource_directory.messages import END, FOREIGN, Messages
from resource_directory.model import ContinuumOfCare, Eligibility, Phone, Record, Schedule
from resource_directory.places import County
from resource_directory.placing import NearestOf
from resource_directory.serving import is_sure
from resource_directory.sheets.order import Call, Calls, Standing, county_calls, region_calls, state_calls
from resource_directory.translating import RULES_ON_PAPER
from resource_directory.views import RecordView
from resource_directory.vocabulary import Need, Question
from resource_directory.words import (
    HUD_CONTACT,
    ages_words,
    day_words,
    hours_words,
    list_words,
    miles_words,
    phone_words,
    web_words,
)

#: More of one question or need than this is more than anybody calls.
MOST_LINES = 10
#: A line of who qualifies is cut at so many letters; the rest is on the web.
LONGEST_WHO = 160
#: Two numbers of a program, as on its card; hot lines give all.
NUMBERS = 2
#: So many are named where no number of any is known.
WITHOUT_NUMBER = 2
#: Questions of which the answer is said of the regions themselves.
SAID_OF_REGIONS = frozenset({"coc_lead", "coc_meetings"})
#: The questions beside the eight that answer a need where nobody may be called for it: the nearest elsewhere, or where
#: to look.
BESIDE_OF_NEED = {"legal": "legal_aid", "health": "health_center"}
#: The rule that says in a line who qualifies, by the codes of data/vocab/program_rules.yml.
WHO_BY_RULE = RULES_ON_PAPER
#: The points of other scripts, for those between our own words.
_POINTS: Mapping[str, Sequence[tuple[str, str]]] = {
    "ar": ((", ", "، "), ("; ", "؛ ")),
    "zh-Hans": ((", ", "，"), ("; ", "；"), (": ", "："), (". ", "。"), ("。 ", "。")),
}
_FOREIGN = re.compile(f"({FOREIGN}[^{END}]*{END})")
NO_BREAK = "\u00a0"
#: Letters of ids: none that looks like another, and no vowels, so that no word comes out.
_ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ"
_ID_LENGTH = 6


@dataclass(frozen=True)
class Number:
    """A number as it is read out: `before` it (`Text HOME to`, `TTY`), the number, and `after` it an extension."""

    number: str
    before: str = ""
    after: str = ""

    @property
    def words(self) -> str:
        return " ".join(part for part in (self.before, self.number, self.after) if part)


@dataclass(frozen=True)
class Line:
    """One to call. `facts` are its kind, town and miles; `who` is in `who_language` where that is not the sheet's.

    `group` stands above the first of several lines that share it.
    """

    id: str
    type: str
    name: str
    numbers: tuple[Number, ...]
    note: str = ""
    facts: str = ""
    hours: str = ""
    who: str = ""
    who_language: str = ""
    status: str = ""
    #: False for who takes nobody at present.
    now: bool = True
    group: str = ""
    #: How it stands to the place, which `group` says in words.
    standing: Standing | None = field(default=None, repr=False)
    #: Who qualifies by the rules of its programs, where the entry does not say it itself, and whose programs these are.
    #: Said once a section.
    rules: tuple[str, ...] = ()
    kinds: str = ""


@dataclass(frozen=True)
class Section:
    """A question or a need with its lines, the most useful first, as many as there is room for; `total` says how many
    there are. `texts` are said where nothing is known."""

    code: str
    heading: str
    lines: tuple[Line, ...] = ()
    total: int = 0
    texts: tuple[str, ...] = ()

    @property
    def rules(self) -> Mapping[str, tuple[str, ...]]:
        """Who qualifies, by the rules of the programs of its lines, by kind of program (`Housing authorities`)."""
        found: dict[str, dict[str, None]] = {}
        for line in self.lines:
            if line.rules:
                found.setdefault(line.kinds, {}).update(dict.fromkeys(line.rules))
        return {kinds: tuple(rules) for kinds, rules in found.items()}

    @property
    def more(self) -> int:
        """How many more the web has."""
        return self.total - len(self.lines)


@dataclass(frozen=True)
class Sheet:
    """What a sheet, a card or a poster of a place says. `code` is `08031` or `co-503`; `page` the address of the
    place's page below the site's top."""

    code: str
    name: str
    state: str
    page: str
    language: str
    #: The first day of the week in which it is made.
    day: date
    hotlines: tuple[Line, ...]
    answers: tuple[Section, ...]
    needs: tuple[Section, ...]
    #: FIPS codes of the counties that the map shows, and the records whose points it may show.
    counties: tuple[str, ...]
    mapped: tuple[Record, ...] = field(repr=False, default=())
    check_after: date = date.min
    #: The days between which the facts of its lines were taken from their sources; and how many of their organizations
    #: have confirmed them: `none`, `some`, or `all`.
    taken: tuple[date, date] | None = None
    confirmed: Literal["none", "some", "all"] = "none"
    #: Where the nearest were looked for.
    near: tuple[NearestOf, ...] = field(repr=False, default=())
    #: How a place and its state are said together.
    within: str = "%(place)s, %(state)s"

    @property
    def place(self) -> str:
        """`Denver County, Colorado`; `Guam`; `Metropolitan Denver CoC (CO-503)`."""
        if self.state in {"", self.name} or "-" in self.code:
            return self.name
        return self.within % {"place": self.name, "state": self.state}

    @property
    def lines(self) -> Iterator[Line]:
        """Every line, from the top."""
        yield from self.hotlines
        for section in (*self.answers, *self.needs):
            yield from section.lines

    def id_of(self, kind: str) -> str:
        """`08031-7KQ3FX`: the place, and what tells one state of what is said from another, whatever the day."""
        said = repr((kind, self.language, self.code, self.name, self.hotlines, self.answers, self.needs))
        number = int.from_bytes(hashlib.blake2b(said.encode(), digest_size=8).digest(), "big")
        letters = []
        for _ in range(_ID_LENGTH):
            number, rest = divmod(number, len(_ALPHABET))
            letters.append(_ALPHABET[rest])
        return f"{self.code}-{''.join(letters)}"


@dataclass(frozen=True)
class Content:
    """Makes sheets of a Directory in the language of its messages."""

    directory: Directory
    messages: Messages
    _views: dict[str, RecordView] = field(default_factory=dict, repr=False)
    _rule_titles: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    def county(self, county: County) -> Sheet:
        """All that may be said of a county; what does not fit is left out later."""
        known = county_answers(self.directory, county)
        calls = county_calls(self._order, county)
        state = self.directory.places.states[county.state].name
        regions = [region for region, _ in self.directory.regions_of_county.get(county.fips, ())]
        return self._sheet(
            calls, known.eight, known.extra, regions, code=county.fips, name=county.full_name, state=state,
            page=county.url, counties=(county.fips,), mapped=known.place.local,
            near=looked_for(county, (*known.eight, *known.extra)),
        )  # fmt: skip

    def region(self, region: ContinuumOfCare) -> Sheet:
        """The same of a region."""
        known = region_records(self.directory, region)
        own = (r for r in known.local if r.id == region.id or not isinstance(r, ContinuumOfCare))
        place = replace(known, local=tuple(own))
        calls = region_calls(self._order, region)
        eight = answers(self.directory, place, self.directory.vocabulary.questions)
        extra = answers(self.directory, place, beside(self.directory))
        number = region.coc_number.lower()
        state = self.directory.places.states[region.coc_number[:2]].name
        view = self._view(region)
        title = view.neutral_title
        name = f"{title} ({region.coc_number})"
        # As it calls itself, or in neutral words of ours with its number.
        foreign = name if title == region.name else view.phones[0].number if view.phones else ""
        name = name.replace(foreign, self._foreign(foreign)) if foreign else name
        return self._sheet(
            calls, eight, extra, [region], code=number, name=name, state=state,
            page=f"regions/{number}/", counties=tuple(share.fips for share in region.counties), mapped=place.local,
        )  # fmt: skip

    def state_needs(self, slug: str) -> tuple[Section, ...]:
        """By need, those who may be called for a whole state (`co`)."""
        name = self.directory.places.states[slug.upper()].name
        return tuple(self._needs(state_calls(self._order, slug), name))

    def _sheet(
        self, calls: Calls, eight: Sequence[Answer], extra: Sequence[Answer], regions: Sequence[ContinuumOfCare], *,
        state: str, **place: Any,
    ) -> Sheet:  # fmt: skip
        sheet = Sheet(
            state=state, language=self.messages.language, day=week_of(self.directory.today), hotlines=self.hotlines,
            answers=tuple(self._answer(answer, calls, regions, state) for answer in eight),
            needs=tuple(self._needs(calls, state, extra)),
            **place,
        )  # fmt: skip
        return self.checked(sheet)

    def checked(self, sheet: Sheet) -> Sheet:
        """The sheet with the day after which to check it, and how old its facts are."""
        within = self.messages.gettext("%(place)s, %(state)s")
        ids = dict.fromkeys(line.id for line in sheet.lines)
        records = [self.directory.records[key] for key in ids if key in self.directory.records]
        days = [source.retrieved for r in records for source in (r.source, *(r.further_sources or ()))]
        said = [record.verified is not None for record in records]
        return replace(
            sheet, check_after=self._check_after(sheet), within=within,
            taken=(min(days), max(days)) if days else None,
            confirmed="all" if all(said) else "some" if any(said) else "none",
        )  # fmt: skip

    def _check_after(self, sheet: Sheet) -> date:
        """The day on which the first kind of entry on it has stood longest, or the first notice runs out."""
        types = {line.type for line in sheet.lines if line.type}
        limit = min((self.directory.vocabulary.types[code].confirm_within_days for code in types), default=60)
        ends = [sheet.day + timedelta(days=limit)]
        for line in sheet.lines:
            told = self.directory.records[line.id].referral if line.id in self.directory.records else None
            if told is not None and told.until is not None and told.until >= self.directory.today:
                ends.append(told.until)
        return min(ends)

    def _view(self, record: Record) -> RecordView:
        if record.id not in self._views:
            self._views[record.id] = RecordView(record, self.directory, self.messages)
        return self._views[record.id]

    @cached_property
    def _order(self) -> CallOrder:
        return CallOrder(self.directory)

    @cached_property
    def hotlines(self) -> tuple[Line, ...]:
        """The lines for the whole country, each with all its numbers."""
        views = [self._view(line) for line in self.directory.hotlines]
        return tuple(
            Line(view.record.id, view.record.type, self._name(view), tuple(map(self.number, view.phones)))
            for view in views
        )

    def number(self, phone: Phone) -> Number:
        """A number in the words of `phone_words`, taken apart around its digits."""
        before, _, after = phone_words(phone, self.messages).partition(phone.number)
        return Number(phone.number, before.strip(), after.strip(" ,،，"))

    def _words_of(self, number: Number) -> str:
        """A number within a sentence."""
        return replace(number, number=self._foreign(number.number)).words

    def _foreign(self, text: str) -> str:
        return self.messages.foreign(text)

    def _name(self, view: RecordView) -> str:
        return view.translation.name or self._foreign(view.record.name)

    def _pointed(self, words: str) -> str:
        """A text with the points of its script, but for what stands in it of records."""
        points = _POINTS.get(self.messages.language)
        if points is None:
            return words
        parts = _FOREIGN.split(words)
        for index in range(0, len(parts), 2):
            for ours, theirs in points:
                parts[index] = parts[index].replace(ours, theirs)
        return "".join(parts)

    def _needs(self, calls: Calls, state: str, extra: Sequence[Answer] = ()) -> Iterator[Section]:
        """By need whom to call. Where there is nobody, what the place's page answers beside the eight questions."""
        beside_it = {answer.question.code: answer for answer in extra}
        for need, found in calls.by_need():
            answer = beside_it.get(BESIDE_OF_NEED.get(need.code, ""))
            if need.code in NOT_OF_PEOPLE:
                continue
            if found or (answer is not None and (found := self._called(answer, calls, need))):
                yield self._reached(need, found, lambda call: self.line(call, state, calls.county))
            elif answer is not None:
                question = answer.question
                yield Section(need.code, need.label, self._line_of(question), texts=self._gap(question))

    def _reached(self, asked: Need | Question, calls: Sequence[Call], line_of: Callable[[Call], Line]) -> Section:
        """Those with a number, the first of several with the same one: a call reaches them all. Where none has one,
        some are named, with the hot lines that may know how to reach them, and those that may know of help."""
        code = asked.code
        heading, ask = (asked.label, asked.ask) if isinstance(asked, Need) else (asked.question, ())
        by_number: dict[Phone, Call] = {}
        for call in calls:
            phones = self._view(call.record).phones
            if phones and len(by_number) < MOST_LINES:
                by_number.setdefault(phones[0], call)
        if by_number:
            return Section(code, heading, tuple(map(line_of, by_number.values())), len(calls))
        named = tuple(map(line_of, calls[:WITHOUT_NUMBER]))
        knowing = tuple(self._knowing([line.type for line in named], ask))
        if not knowing:
            return Section(code, heading, named, len(calls))
        total = len(calls) - len(named) + len(knowing)
        return Section(code, heading, knowing, total, self._without_number(named))

    def _knowing(self, named: Sequence[str], asked: Sequence[str]) -> Iterator[Line]:
        """The lines for the whole country of the types to be asked, and of those of which somebody is named."""
        seen: set[str] = set()
        say = self.messages.gettext
        for type_code in dict.fromkeys((*asked, *named)):
            hotline = self.directory.line_for_type(type_code)
            if hotline is not None and hotline.id not in seen:
                seen.add(hotline.id)
                reach, know = say("This line may know how to reach it:"), say("May know of help: ask")
                view, group = self._view(hotline), reach if type_code in named else know
                numbers = tuple(map(self.number, view.phones[:1]))
                yield Line(hotline.id, hotline.type, self._name(view), numbers, group=group)

    def _without_number(self, lines: Sequence[Line]) -> tuple[str, ...]:
        """`In Ohio: ask whether they serve this place: one (one.org); two.` and that no number is known."""
        said = []
        for group, members in groupby(lines, key=lambda line: line.group):
            sites = ((line.name, self.directory.records[line.id].url) for line in members)
            names = "; ".join(f"{name} ({self._foreign(_host(url))})" if url else name for name, url in sites)
            said.append(f"{group}: {names}." if group else f"{names}.")
        return (self._pointed(" ".join((*said, self.messages.gettext("We know no telephone number.")))),)

    def _rules(self, record: Record) -> tuple[str, ...]:
        if record.eligibility:
            return ()
        if record.id not in self._rule_titles:
            found = {rule.code: rule.title for rule in self.directory.rules_for(record)}
            self._rule_titles[record.id] = tuple(found[code] for code in WHO_BY_RULE if code in found)
        return self._rule_titles[record.id]

    def entry(self, record: Record, state: str, *, wide: bool) -> Line:
        """What is said of a record at its home, a place or (`wide`) the state; its group is empty where a source says
        that it serves all of that."""
        standing: Standing = "serves" if is_sure(record) else "in_state" if wide else "listed"
        return self.line(Call(record, standing, None, not self._order.takes_nobody(record)), state)

    def line(self, call: Call, state: str, county: str = "") -> Line:
        """What a line says of a record at a place (`county`: the name of one): the card of its page, with hours
        and who qualifies."""
        view = self._view(call.record)
        who, language = self._who(view)
        return Line(
            view.record.id, view.record.type, self._name(view), self._numbers(view, county),
            note=self._note(view), facts=self._facts(view, call.miles), hours=self._hours(view), who=who,
            who_language=language, status=self._status(view), now=call.now, group=self._group(call, state),
            standing=call.standing,
            rules=self._rules(view.record),
            kinds=view.type.plural,
        )  # fmt: skip

    def _numbers(self, view: RecordView, county: str = "") -> tuple[Number, ...]:
        """Two of its numbers: of several, first those that are for this county, and spoken ones. What the entry says of
        each stands with it, so that nobody rings the next county's."""

        def order(phone: Phone) -> tuple[bool, bool]:
            return not (county and county in (phone.description or "")), phone.type != "voice"

        if not view.tells_numbers_apart:
            spoken_first = sorted(view.phones, key=lambda phone: phone.type != "voice")
            return tuple(map(self.number, spoken_first[:NUMBERS]))
        found = []
        for phone in sorted(view.phones, key=order)[:NUMBERS]:
            number, told = self.number(phone), self._foreign((phone.description or "").rstrip("."))
            found.append(replace(number, after=", ".join(filter(None, (number.after, told)))))
        return tuple(found)

    def _group(self, call: Call, state: str) -> str:
        say = self.messages.gettext
        return {
            "serves": "",
            "listed": say("Listed here: ask first whether they serve this place"),
            "may_know": say("May know of help: ask"),
            "leads": say("Lead to help: ask"),
            "in_state": say("In %(place)s: ask whether they serve this place") % {"place": state},
            "nearest": say("Nearest in other counties"),
        }[call.standing]

    def _note(self, view: RecordView) -> str:
        """Whose number it is; or that none is known, with the web site where there is one."""
        if view.phone_of:
            return self.messages.say("Number of %(name)s.", name=self._foreign(view.phone_of.rstrip(".")))
        if len(view.phones) == 1:
            told = view.phones[0].description or ""
            # What the number of a region's contact is stands where its lead agency is named.
            return "" if told == HUD_CONTACT else self._foreign(told)
        if view.phones:
            return ""
        where = f" {self._foreign(_host(view.record.url))}" if view.record.url else ""
        return self.messages.gettext("We know no telephone number.") + where

    def _facts(self, view: RecordView, distance: float | None) -> str:
        parts = [view.type.label, self._foreign(view.town)]
        if view.withheld:
            parts.append(self.messages.gettext("The address is not published.").rstrip(".。"))
        elif distance is not None:
            said = miles_words(distance, self.messages)
            about = said if round(distance) < 2 else self.messages.say("about %(distance)s", distance=said)
            parts.append(about.replace(" ", NO_BREAK))
        return " · ".join(filter(None, (*parts, view.setting_note)))

    def _hours(self, view: RecordView) -> str:
        """Hours of the first number, else of intake, else of the house; empty where none are known."""
        first = view.phones[0] if view.phones else None
        if first is not None and first.opening_hours:
            return self.messages.say("Answered %(hours)s", hours=self._when(first.opening_hours))
        for purpose in ("intake", "opening"):
            said = "; ".join(
                filter(None, (self._scheduled(s) for s in view.record.schedules or () if s.purpose == purpose))
            )
            if said:
                say = self.messages.say
                return (
                    say("Intake: %(hours)s", hours=said) if purpose == "intake" else say("Open: %(hours)s", hours=said)
                )
        return ""

    def _scheduled(self, schedule: Schedule) -> str:
        when = self._when(schedule.opening_hours) if schedule.opening_hours else ""
        return self._pointed(". ".join(filter(None, (when, self._foreign(schedule.description or "")))))

    def _when(self, hours: str) -> str:
        said = hours_words(hours, self.messages)
        return self._foreign(said) if said == hours else self._pointed(said)

    def _who(self, view: RecordView) -> tuple[str, str]:
        """Who qualifies, as the organization says, in a line; and its language where it is not the sheet's."""
        own = view.record.eligibility
        if own is None:
            return "", ""
        coded = self._who_coded(view, own)
        translated = view.translation.eligibility
        text = " ".join((translated or own.description or "").split())
        foreign = "en" if text and not translated and not self.messages.is_source else ""
        if foreign and coded:
            # Facts in codes have words in every language.
            return _cut(coded), ""
        return _cut(". ".join(filter(None, (coded, text)))), foreign

    def _who_coded(self, view: RecordView, own: Eligibility) -> str:
        parts = [
            ages_words(own.minimum_age, own.maximum_age, self.messages),
            list_words(view.labels("populations", own.populations), messages=self.messages),
            list_words(view.labels("households", own.households), messages=self.messages),
        ]
        return self._pointed("; ".join(filter(None, parts)))

    def _status(self, view: RecordView) -> str:
        """What a pause, a waiting list or a closed door is said to be; nothing where it takes people or nobody said."""
        state, sentence = view.referral
        if state in {"", "open"}:
            return ""
        parts = [sentence, self._foreign((view.record.referral and view.record.referral.alert) or "")]
        if view.instead is not None:
            other = self._view(view.instead)
            number = f", {self._words_of(self.number(other.phones[0]))}" if other.phones else ""
            parts.append(self.messages.say("Try instead: %(name)s%(number)s.", name=self._name(other), number=number))
        return self._pointed(" ".join(filter(None, parts)))

    def _answer(self, answer: Answer, calls: Calls, regions: Sequence[ContinuumOfCare], state: str) -> Section:
        question = answer.question
        code, heading = question.code, question.question
        if code in SAID_OF_REGIONS:
            lines = tuple(map(self._lead, regions)) if code == "coc_lead" else tuple(self._meetings(regions))
            if lines:
                return Section(code, heading, lines[:MOST_LINES], len(lines))
        found = () if code in SAID_OF_REGIONS else self._called(answer, calls)
        if not found:
            return Section(code, heading, self._line_of(question), texts=self._gap(question))
        return self._reached(question, found, lambda call: self._short(self.line(call, state, calls.county)))

    def _short(self, line: Line) -> Line:
        return replace(line, hours="", who="", who_language="", rules=())

    def _called(self, answer: Answer, calls: Calls, need: Need | None = None) -> tuple[Call, ...]:
        """Who answers a question, in the order of calls; then the nearest elsewhere, nearest first."""
        nearest = (
            Call(near.record, "nearest", near.distance, not self._order.takes_nobody(near.record))
            for near in answer.nearest
        )
        return (*calls.among((*answer.local, *answer.wider), need), *nearest)

    def _lead(self, region: ContinuumOfCare) -> Line:
        view = self._view(region)
        said = {"place": self._foreign(region.name), "code": region.coc_number}
        if region.lead_agency is None:
            facts = self.messages.say("Leader not known for %(place)s (%(code)s).", **said)
            return Line(region.id, region.type, self._name(view), self._numbers(view), facts=facts)
        facts = self.messages.say("Led %(place)s (%(code)s) in %(year)s.", **said, year=region.lead_agency.year)
        name = self._foreign(region.lead_agency.name)
        of_hud = [phone.description for phone in view.phones] == [HUD_CONTACT]
        note = self.messages.gettext(HUD_CONTACT) if of_hud else self._note(view)
        return Line(region.id, region.type, name, self._numbers(view), note, facts)

    def _meetings(self, regions: Sequence[ContinuumOfCare]) -> Iterator[Line]:
        for region in regions:
            for meeting in region.meetings or ():
                facts = " · ".join(filter(None, (meeting.when, meeting.where, meeting.who_may_come)))
                yield Line(region.id, region.type, self._foreign(meeting.name), (), facts=self._foreign(facts))

    def _line_of(self, question: Question) -> tuple[Line, ...]:
        """The line for the whole country that a question without an answer leads to."""
        line = self.directory.line_of(question.finder.url)
        if line is None:
            return ()
        view = self._view(line)
        return (Line(line.id, line.type, self._name(view), tuple(map(self.number, view.phones[:1]))),)

    def _gap(self, question: Question) -> tuple[str, ...]:
        name, site = self._foreign(question.finder.name), self._foreign(web_words(question.finder.url))
        look = self.messages.say("Look here: %(link)s.", link=f"{name}, {site}")
        return (question.unknown, self._pointed(f"{question.ask} {look}"))


def _host(url: str) -> str:
    """A site's first page: nobody types more."""
    return web_words(url).split("/")[0]


def _cut(text: str) -> str:
    """A text cut between words where it is longer than a line may be."""
    if len(text) <= LONGEST_WHO:
        return text
    return text[:LONGEST_WHO].rsplit(" ", 1)[0].rstrip(" ,;:.") + " …"


def title_of(sheet: Sheet, messages: Messages) -> str:
    """The title of a sheet: neutral, as it stands in a window's name and in lists of files."""
    return messages.say("Whom to call: %(place)s", place=sheet.place)


def week_of(day: date) -> date:
    """The Monday of its week: paper that says the same is the same, bytes and all, for a week."""
    return day - timedelta(days=day.weekday())


def dated(sheet: Sheet, messages: Messages) -> tuple[str, ...]:
    """When it was made, after which day to check it, and how old its facts are."""
    made = messages.say("Made in the week of %(day)s.", day=day_words(sheet.day, messages))
    check = messages.say("Check it after %(day)s.", day=day_words(sheet.check_after, messages))
    if sheet.taken is None:
        return made, check
    days = " – ".join(day_words(day, messages) for day in dict.fromkeys(sheet.taken))
    taken = {
        "all": messages.gettext("Facts taken: %(days)s."),
        "some": messages.gettext("Facts taken: %(days)s. Not all confirmed."),
        "none": messages.gettext("Facts taken: %(days)s. Not yet confirmed."),
    }
    return made, check, taken[sheet.confirmed] % {"days": days}
