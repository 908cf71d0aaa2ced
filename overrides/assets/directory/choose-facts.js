// What the facts of a county's page say of who was chosen for paper, beside what its card says: when it is open, who
// qualifies, what to bring. Nothing is fetched for it: the order of calls has read the facts when the page came.
import { accepting, limitsOf } from "./call-order.js";
import { orders } from "./call-page.js";
import { clockText, phoneText } from "./call-words.js";
import { language, t } from "./messages.js";

const DAY = 1440;
const WEEK = 7 * DAY;

// What a record says, which is in English.
const english = (text) => (text ? [{ english: text }] : []);

const sentence = (text) => text[0].toLocaleUpperCase(language) + text.slice(1);

// Day 0 is a Monday, as 1 January 2029 is.
const weekday = (day) => new Intl.DateTimeFormat(language, { weekday: "long", timeZone: "UTC" }).format(Date.UTC(2029, 0, 1 + day));

function spanText([start, end, mark]) {
  const time = end - start === DAY && start % DAY === 0 ? t("all day") : `${clockText(start % DAY)}–${clockText(end % DAY)}`;
  const only = { a: t("by appointment"), q: t("perhaps; ask") }[mark];
  return only ? `${time} (${only})` : time;
}

// Spans of a week in minutes since Monday: "Monday–Friday 9 am–5 pm; Saturday 9 am–noon".
export function weekText(spans) {
  if (spans.some(([start, end]) => end - start >= WEEK)) return t("day and night");
  const days = Array.from({ length: 7 }, (_, day) => spans.filter(([start]) => Math.floor(start / DAY) === day).map((span) => spanText([span[0], span[1], span[2]])).join(", "));
  const runs = [];
  days.forEach((text, day) => {
    const last = runs.at(-1);
    if (last?.text === text) last.end = day;
    else runs.push({ text, start: day, end: day });
  });
  const named = ({ start, end }) => (start === end ? weekday(start) : `${weekday(start)}–${weekday(end)}`);
  return runs.filter(({ text }) => text).map((run) => `${named(run)} ${run.text}`).join("; ");
}

function hours({ h = {} }) {
  const kinds = [["i", t("intake")], ["p", t("telephone")], ["o", t("office")]];
  const weeks = kinds.filter(([key]) => h[key]?.length).map(([key, what]) => `${what}: ${weekText(h[key])}`);
  const said = [...weeks.map(sentence), ...(h.w ?? []).flatMap(english)];
  return said.length ? said : [t("Not known. Ask first.")];
}

// What it says itself, then what the rules of its programs say; what is only to be asked is not printed.
function who(record, say) {
  const own = record.z?.[language]?.e;
  const ruled = Object.entries(record.g ?? {}).filter(([code]) => !(code in (record.a ?? {})));
  const lines = [
    [Object.entries(record.a ?? {}), "y", (what) => t("yes: {what}", { what })],
    [Object.entries(record.a ?? {}), "n", (what) => t("says no: {what}", { what })],
    [ruled, "y", (what) => t("yes, by the rule of its program: {what}", { what })],
    [ruled, "n", (what) => t("no, by the rule of its program: {what}", { what })],
  ].flatMap(([answers, wanted, words]) => {
    const what = answers.filter(([, answer]) => answer === wanted).map(([code]) => say.things.get(code)).filter(Boolean).join("; ");
    return what ? [words(what)] : [];
  });
  const ages = say.ages({ limits: limitsOf(record) }).map(({ text }) => text);
  const said = [...(own ? [own] : english(record.d?.e)), ...[...ages, ...lines].map(sentence)];
  return said.length ? said : [t("Not known. Ask first.")];
}

// What a notice says beside its state, which the card gives.
function notice(record, today) {
  const { alert, instead } = accepting(record, today);
  const [, name, phone] = instead ?? [];
  const other = instead && (phone ? t("try instead: {name}, {number}", { name, number: phoneText(phone) }) : t("try instead: {name}", { name }));
  return [...english(alert), ...(other ? [sentence(other)] : [])];
}

function rows(record, say, today) {
  const ready = record.d ?? {};
  const apply = record.z?.[language]?.a;
  return [
    [t("Notice"), notice(record, today)],
    [t("Hours"), hours(record)],
    [t("Who qualifies"), who(record, say)],
    [t("What to bring"), (ready.d ?? []).flatMap(english)],
    [t("How to apply"), apply ? [apply] : english(ready.a)],
    [t("Language"), [...(record.l ? [t("Staff speak {languages}.", { languages: say.languageNames(record.l) })] : []), ...english(ready.i)]],
    [t("Cost"), english(ready.f)],
  ].filter(([, lines]) => lines.length);
}

// Gives what makes the rows of a program by its id: [[heading, lines]], nothing for one whose facts are not here.
export async function rowsOf() {
  const [order] = await Promise.all(orders);
  if (!order) return undefined;
  const records = new Map(order.facts.r.map(([, record]) => [record.i, record]));
  const today = new Date();
  const day = [today.getFullYear(), today.getMonth() + 1, today.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
  return (id) => (records.has(id) ? rows(records.get(id), order.say, day) : []);
}
