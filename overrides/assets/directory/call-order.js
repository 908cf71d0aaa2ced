// Whom to call first. Facts and what was ticked go in, an ordered list with its reasons comes out; no page, no words.
// What a record says nothing about is "ask": never yes, never no. See docs/decisions/0016.
import { openNow } from "./call-hours.js";

// Kinds of line, the first to be called first.
export const CALL = 0;
export const NOT_NOW = 1;
export const SAYS_NO = 2;

const ACCEPTING = { open: 0, "": 1, waitlist: 2, ask: 2, paused: 3, closed: 3 };
const OPEN = { open: 0, appointment: 1, ask: 1, unknown: 1, holiday: 1, closed: 2, never: 3 };

// `chosen`: [{ need, services: Set of numbers, named: those chosen one by one }]; what is not stated is asked only of those who may well know.
export function doing(record, chosen, typesThatDo) {
  const own = new Set(record.s ?? []);
  const does = [];
  const ask = [];
  for (const { need, named, services } of chosen) {
    const met = [...services].filter((number) => own.has(number));
    // Who does something else of the same need may well do this, too.
    const near = named.length && need.s.some(([number]) => own.has(number));
    if (met.length) does.push({ need, services: met });
    else if (near || need.ask.includes(record.t) || (!record.s && typesThatDo.get(need.c)?.has(record.t))) ask.push({ need, named });
  }
  return { does, ask };
}

// By need, the types of which a record is known to do it.
export function typesThatDo(records, chosen) {
  const found = new Map(chosen.map(({ need }) => [need.c, new Set()]));
  for (const [, record] of records) {
    for (const { need, services } of chosen) {
      if (record.s?.some((number) => services.has(number))) found.get(need.c).add(record.t);
    }
  }
  return found;
}

// Does it take people now? A notice that has run out is "ask", whatever it said.
export function accepting(record, today) {
  const told = record.r;
  if (!told?.s) return { state: "", alert: told?.a, instead: told?.i };
  const over = told.u && told.u < today;
  return { state: over ? "ask" : told.s, said: told.s, until: told.u, alert: over ? "" : told.a, instead: told.i };
}

const inside = (age, youngest, oldest) => (youngest ?? 0) <= age && age <= (oldest ?? 999);

export function answerToAge(record, age) {
  if (record.y) return { answer: inside(age, ...record.y) ? "y" : "n", ages: record.y };
  if (!record.q?.length) return { answer: "a", unknown: true };
  if (record.q.some(([youngest, oldest]) => inside(age, youngest, oldest))) return { answer: "y", rule: true };
  const answer = record.q.some(([, , beyond]) => beyond === "a") ? "a" : "n";
  return { answer, rule: true, ages: record.q.length === 1 ? record.q[0].slice(0, 2) : undefined };
}

export function answerToLanguage(record, language) {
  if (record.l?.includes(language)) return { answer: "y" };
  if (record.b) return { answer: "y", interpreter: true };
  return { answer: "a", unknown: !record.l };
}

// What the record itself says comes before what the rule of its program says.
export function answerTo(record, thing) {
  const own = record.a?.[thing];
  if (own) return { answer: own };
  const rule = record.g?.[thing];
  return rule ? { answer: rule, rule: true } : { answer: "a", unknown: true };
}

function answersOf(record, ticked) {
  const found = ticked.things.map((thing) => ({ thing, ...answerTo(record, thing) }));
  if (ticked.age !== undefined) found.push({ age: ticked.age, ...answerToAge(record, ticked.age) });
  if (ticked.language) found.push({ language: ticked.language, ...answerToLanguage(record, ticked.language) });
  return found;
}

function lineOf([serves, record], ticked, place) {
  const { does, ask } = doing(record, ticked.needs, place.typesThatDo);
  const takes = accepting(record, place.today);
  const answers = answersOf(record, ticked);
  const open = openNow(record.h, place.zone, place.words, place.clocks);
  const miles = record.m ? place.miles(record.m) : undefined;
  const no = answers.some(({ answer }) => answer === "n");
  const tier = no ? SAYS_NO : ACCEPTING[takes.state] === 3 ? NOT_NOW : CALL;
  const asks = answers.filter(({ answer }) => answer === "a").length;
  const key = [
    tier, does.length ? 0 : 1, serves, record.p ? 0 : 1, ticked.needs.length - does.length, ACCEPTING[takes.state], OPEN[open.state],
    open.wait ?? 0, asks, miles ?? Infinity,
  ];
  return { record, serves, does, ask, takes, answers, open, miles, tier, key };
}

function compared(one, other) {
  for (let at = 0; at < one.key.length; at += 1) {
    if (one.key[at] !== other.key[at]) return one.key[at] < other.key[at] ? -1 : 1;
  }
  return one.record.n < other.record.n ? -1 : one.record.n > other.record.n ? 1 : one.record.i < other.record.i ? -1 : 1;
}

// Lines in the order in which to call. `ticked`: { needs, things, age, language }. `place`: { records, words, zone,
// today, clocks, miles }. With needs chosen, only who does one of them or may well know; else everyone.
export function callOrder(ticked, place) {
  const here = { ...place, typesThatDo: typesThatDo(place.records, ticked.needs) };
  const lines = place.records.map((entry) => lineOf(entry, ticked, here));
  const kept = ticked.needs.length ? lines.filter(({ does, ask }) => does.length || ask.length) : lines;
  return kept.sort(compared);
}
