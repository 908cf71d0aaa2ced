// What the order of calls says: reasons, numbers, hours, miles. Text only.
import geodesic from "../vendor/geographiclib/geodesic.mjs";
import { dateAfter } from "./call-hours.js";
import { element } from "./elements.js";
import { localeOf, t, tn } from "./messages.js";

const METRES_IN_A_MILE = 1609.344;
const language = () => document.documentElement.lang || "en";
const YES = "yes";
const ASK = "ask";
const NO = "no";
const PLAIN = "plain";

// As the pages write addresses to dial: short codes as they are, all others in the international form.
export function dial([number, extension, kind]) {
  const scheme = kind === "text" ? "sms" : "tel";
  if (number.split("-").length !== 3) return `${scheme}:${number}`;
  return `${scheme}:+1-${number}${extension ? `;ext=${extension}` : ""}`;
}

export function phoneText([number, extension, kind, keyword]) {
  if (kind === "text") return keyword ? t("Text {keyword} to {number}", { keyword, number }) : t("Text {number}", { number });
  const shown = extension ? t("{number}, extension {extension}", { number, extension }) : number;
  return kind === "tty" ? t("TTY {number}", { number: shown }) : shown;
}

// 2026-03-12 as "12 March 2026".
export function dayText(date) {
  const [year, month, day] = date.split("-").map(Number);
  const style = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
  const locale = language() === "en" ? "en-GB" : language();
  return new Intl.DateTimeFormat(locale, style).format(Date.UTC(year, month - 1, day));
}

// A minute of the day as "9 am", "noon"; in other languages as people write it there.
export function clockText(minute) {
  if (language() !== "en") {
    const style = { hour: "numeric", minute: "2-digit", timeZone: "UTC" };
    return new Intl.DateTimeFormat(localeOf(language()), style).format(Date.UTC(2000, 0, 1, 0, minute));
  }
  if (minute % 1440 === 0) return "midnight";
  if (minute === 720) return "noon";
  const hour = Math.floor(minute / 60) % 24;
  const rest = minute % 60 ? `:${String(minute % 60).padStart(2, "0")}` : "";
  return `${((hour + 11) % 12) + 1}${rest} ${hour < 12 ? "am" : "pm"}`;
}

function weekdayText(weekday) {
  // 1 January 2029 is a Monday.
  const day = Number(dateAfter("2029-01-01", weekday).slice(8));
  return new Intl.DateTimeFormat(language(), { weekday: "long", timeZone: "UTC" }).format(Date.UTC(2029, 0, day));
}

export class Words {
  constructor(words, facts) {
    this.words = words;
    this.facts = facts;
    this.services = new Map(words.needs.flatMap(({ s }) => s));
    this.things = new Map(words.things.flatMap(({ t: things }) => things));
    this.languages = new Map(words.languages);
  }

  // In miles, by the same algorithm and on the same ellipsoid as the pages: Karney's, on WGS 84.
  miles(start, end) {
    const { Geodesic } = geodesic;
    return Geodesic.WGS84.Inverse(...start, ...end, Geodesic.DISTANCE).s12 / METRES_IN_A_MILE;
  }

  name(record) {
    return record.z?.[language()]?.n ?? record.n;
  }

  calls(record) {
    const box = element("p", { class: "rd-card__calls" });
    const toldApart = (record.p ?? []).filter((phone) => !phone[2]).length > 1;
    for (const phone of (record.p ?? []).slice(0, 2)) {
      box.append(element("a", { class: "rd-call", href: dial(phone) }, phoneText(phone)));
      // Of several numbers, what each is for: one may be the next county's.
      if (toldApart && phone[5]) box.append(" ", element("span", { class: "rd-quiet", lang: "en" }, phone[5]), " ");
    }
    if (record.o) box.append(element("span", { class: "rd-quiet" }, t("Number of {name}.", { name: record.o.replace(/\.$/, "") })));
    if (!record.p) {
      box.append(t("We know no telephone number."), " ");
      box.append(element("a", { href: "#hotlines" }, t("Call a hot line")), ". ");
      if (record.u) box.append(element("a", { href: record.u, rel: "noreferrer noopener" }, record.u.replace(/^https?:\/\/(www\.)?|\/$/g, "")));
    }
    return box;
  }

  reasons(line, ticked, from) {
    return [
      this.serves(line), ...this.does(line), ...this.takes(line), this.open(line), ...this.answers(line), ...this.ages(line),
      ...this.setting(line), this.distance(line, from),
    ].filter(Boolean);
  }

  serves({ serves, share }) {
    if (share < 1) return { mark: ASK, text: t("serves a small part of this county: fewer than 1 in 100 of its people") };
    if (share < 99.5) return { mark: ASK, text: t("serves a part of this county: about {number} in 100 of its people", { number: Math.round(share) }) };
    return [
      { mark: YES, text: t("serves this county") },
      { mark: YES, text: t("serves the whole state") },
      { mark: ASK, text: t("listed here; ask whether it serves this place") },
      { mark: ASK, text: t("in this state; ask whether it serves this place") },
    ][serves];
  }

  does({ does, ask }) {
    const parts = does.map(({ services }) => ({ mark: YES, text: services.slice(0, 3).map((number) => this.services.get(number)).join(", ") }));
    const labels = ({ need, named }) => named.map((number) => this.services.get(number)).join(", ") || need.l;
    return [...parts, ...ask.map((asked) => ({ mark: ASK, text: t("ask about: {need}", { need: labels(asked) }) }))];
  }

  takes({ takes: { state, said, until, alert, instead } }) {
    const day = until && dayText(until);
    const text = {
      open: () => (day ? t("taking new referrals until {day}", { day }) : t("taking new referrals")),
      waitlist: () => (day ? t("there is a waiting list until {day}", { day }) : t("there is a waiting list")),
      paused: () => (day ? t("not taking new referrals until {day}; after that day, ask first", { day }) : t("not taking new referrals")),
      closed: () => (day ? t("closed to new referrals until {day}", { day }) : t("closed to new referrals")),
      ask: () => t("ask first: a notice ran out on {day}", { day }),
      "": () => t("ask whether it takes new people now"),
    }[state]();
    const marks = { open: YES, paused: NO, closed: NO };
    const parts = [{ mark: marks[state] ?? ASK, text: alert ? `${text}. ${alert}` : text }];
    if (instead && state !== "open") {
      const [, name, phone] = instead;
      parts.push({ mark: PLAIN, text: phone ? t("try instead: {name}, {number}", { name, number: phoneText(phone) }) : t("try instead: {name}", { name }) });
    }
    return parts;
  }

  // When it is open now, or opens: in the organization's own time.
  open({ open }) {
    const of = { i: t("intake"), p: t("telephone"), o: t("office") }[open.which];
    const until = open.until !== undefined ? clockText(open.until) : "";
    const said = {
      open: () => ({ mark: YES, text: this.until(open, of, until) }),
      appointment: () => ({ mark: ASK, text: t("{what} by appointment", { what: of }) }),
      ask: () => ({ mark: ASK, text: t("{what}: perhaps open now; ask", { what: of }) }),
      holiday: () => ({ mark: ASK, text: t("holiday today: call first") }),
      never: () => ({ mark: ASK, text: t("{what} closed; ask", { what: of }) }),
      closed: () => ({ mark: PLAIN, text: this.opens(open, of) }),
      unknown: () => ({ mark: ASK, text: open.words ? t("hours: {words}", { words: open.words.join("; ") }) : t("hours not known") }),
    }[open.state]();
    return said;
  }

  until(open, what, time) {
    if (open.always) return t("{what} open day and night", { what });
    if (open.lastDay === undefined) return t("{what} open now, until {time}", { what, time });
    return t("{what} open now, until {day}, {time}", { what, day: weekdayText(open.lastDay), time });
  }

  opens(open, what) {
    const time = clockText(open.at);
    const named = weekdayText(open.weekday);
    const day = [t("today"), t("tomorrow")][open.days] ?? (open.days < 7 ? named : t("next {day}", { day: named }));
    const text = t("{what} closed now, opens {day} at {time}", { what, day, time });
    return open.holiday ? t("{text} (a holiday: call first)", { text }) : text;
  }

  // What was ticked, by what is said to it: those of one kind in one line.
  answers({ answers }) {
    const lines = [
      [NO, ({ answer, rule }) => answer === "n" && !rule, (what) => t("says no: {what}", { what })],
      [NO, ({ answer, rule }) => answer === "n" && rule, (what) => t("no, by the rule of its program: {what}", { what })],
      [YES, ({ answer, rule, interpreter }) => answer === "y" && !rule && !interpreter, (what) => t("yes: {what}", { what })],
      [YES, ({ interpreter }) => interpreter, (what) => t("has interpreters; ask for {what}", { what })],
      [YES, ({ answer, rule }) => answer === "y" && rule, (what) => t("yes, by the rule of its program: {what}", { what })],
      [ASK, ({ answer }) => answer === "a", (what) => t("ask: {what}", { what })],
    ];
    return lines.flatMap(([mark, belongs, words]) => {
      const what = answers.filter(belongs).map((found) => this.asked(found)).join("; ");
      return what ? [{ mark, text: words(what) }] : [];
    });
  }

  // Nobody's age was given, and it takes only some.
  ages({ limits }) {
    if (!limits.length) return [];
    const what = limits.map(([youngest, oldest]) => {
      if (!youngest) return t("up to {oldest}", { oldest });
      return oldest === undefined || oldest === null ? t("{youngest} and older", { youngest }) : t("{youngest} to {oldest}", { youngest, oldest });
    });
    return [{ mark: ASK, text: t("takes only some ages; ask: {ages}", { ages: [...new Set(what)].join("; ") }) }];
  }

  asked({ thing, age, language: code }) {
    if (thing) return this.things.get(thing);
    return code ? this.languages.get(code) : t("age {age}", { age });
  }

  setting({ record }) {
    const text = { mobile: t("moves from place to place: ask where it is today"), school: t("at a school: may see only students") }[record.e];
    return text ? [{ mark: ASK, text }] : [];
  }

  distance({ record, miles }, from) {
    if (miles === undefined) return { mark: PLAIN, text: record.x ? t("address not published") : t("distance not known") };
    const far = miles < 1 ? t("less than a mile") : tn(Math.round(miles), "{number} mile", "{number} miles");
    const start = from.name ? t("the middle of {zip}", { zip: from.name }) : t("the middle of the county");
    const text = t("about {far} from {start}", { far, start });
    return { mark: PLAIN, text: record.k ? t("{text} (measured to its town)", { text }) : text };
  }

  // What of the things ticked has to be asked on the telephone.
  asksFor({ answers }) {
    return answers.filter(({ answer }) => answer === "a").map((found) => this.asked(found));
  }

  languageNames(codes) {
    return (codes ?? []).map((code) => this.languages.get(code) ?? code).join(", ");
  }
}
