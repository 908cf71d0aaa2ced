// Whom to call first. Facts and what was ticked go in, an ordered list with its reasons comes out; no page, no words.
// What a record says nothing about is "ask": never yes, never no. See docs/decisions/0016.
import { openNow } from "./call-hours.js";

// Kinds of line, the first to be called first.
export const CALL = 0;
export const NOT_NOW = 1;
export const SAYS_NO = 2;

const ACCEPTING = { open: 0, "": 1, waitlist: 2, ask: 2, paused: 3, closed: 3 };
// How likely it is that a call helps, the lower the sooner: by how surely each serves the county, for those who do what is
// needed, for those who may know, and for those who only lead to it. Of those who are somewhere in the state, by where that is.
const DOES = [0, 1, 2];
const MAY_KNOW = [4, 5, 8];
const LEADS = [6, 7, 9];
const ELSEWHERE = 3;
const SAYS_YES = 3;
const IN_STATE = { near: [10, 11], unknown: [12, 13], nearWithoutNumber: [14, 15], far: [16, 17], withoutNumber: [18, 19] };
const NEAR_MILES = 60;
// Of a region with fewer of the county's people, in a hundred, one has to ask first whether it is the right one.
const FEW_PEOPLE = 10;
// A clinic at a school may see students only.
const OLDEST_STUDENT = 21;
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

// The ages that a record takes, where it takes only some: [[youngest, oldest]]; either may be missing.
export function limitsOf({ y, q }) {
  const known = y ? [y] : q ?? [];
  return known.some(([youngest, oldest]) => !youngest && (oldest ?? 999) >= 999) ? [] : known.map(([youngest, oldest]) => [youngest, oldest]);
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

function within(record, miles) {
  const near = miles <= NEAR_MILES;
  if (!record.p) return near ? "nearWithoutNumber" : "withoutNumber";
  return miles === undefined ? "unknown" : near ? "near" : "far";
}

// `knows`: it may know, and no source says that it does. A near one that says yes to all that was ticked comes before
// those who must be asked.
function likely({ serves, share, record, miles, answers }, knows, leads) {
  if (serves < ELSEWHERE) return (leads ? LEADS : knows ? MAY_KNOW : DOES)[share < FEW_PEOPLE ? ELSEWHERE - 1 : serves];
  const where = within(record, miles);
  if (where === "near" && !knows && answers.length && answers.every(({ answer }) => answer === "y")) return SAYS_YES;
  return IN_STATE[where][knows ? 1 : 0];
}

// Clinics that move, or are at a school, come after those to which anyone can go.
const unusual = ({ e }, { age }) => (e === "mobile" || (e === "school" && !(age <= OLDEST_STUDENT)) ? 1 : 0);

function lineOf([serves, record, share], ticked, place) {
  const { does, ask } = doing(record, ticked.needs, place.typesThatDo);
  const takes = accepting(record, place.today);
  const answers = answersOf(record, ticked);
  const open = openNow(record.h, place.zone, place.words, place.clocks);
  const miles = record.m ? place.miles(record.m) : undefined;
  const no = answers.some(({ answer }) => answer === "n");
  const tier = no ? SAYS_NO : ACCEPTING[takes.state] === 3 ? NOT_NOW : CALL;
  const limits = ticked.age === undefined ? limitsOf(record) : [];
  const asks = answers.filter(({ answer }) => answer === "a").length + (limits.length ? 1 : 0);
  const key = [
    -(share ?? 100), record.p ? 0 : 1, unusual(record, ticked), ticked.needs.length - does.length, ACCEPTING[takes.state],
    OPEN[open.state], open.wait ?? 0, asks, miles ?? Infinity,
  ];
  return { record, serves, share, does, ask, takes, answers, limits, open, miles, tier, key };
}

function compared(one, other) {
  for (let at = 0; at < one.key.length; at += 1) {
    if (one.key[at] !== other.key[at]) return one.key[at] < other.key[at] ? -1 : 1;
  }
  return one.record.n < other.record.n ? -1 : one.record.n > other.record.n ? 1 : one.record.i < other.record.i ? -1 : 1;
}

// The lines that answer a need, as it is answered, the first to be called first.
function sorted(lines, of) {
  const found = lines.flatMap((line) => {
    const does = line.does.some(of);
    const asked = !does && line.ask.find(of);
    if (!does && !asked) return [];
    const leads = asked && asked.need.leads.includes(line.record.t);
    return [{ line, record: line.record, key: [line.tier, likely(line, !does, leads), ...line.key] }];
  });
  return found.sort(compared);
}

// With several needs, the best for each comes first, then the second best for each: a county's forty clinics do not
// stand before its only lawyer.
function byTurns(lines, needs) {
  const turns = new Map();
  for (const one of needs) {
    sorted(lines, ({ need }) => need === one).forEach(({ line, key }, turn) => {
      const known = turns.get(line);
      if (!known || turn < known[0]) turns.set(line, [turn, key]);
    });
  }
  const found = [...turns].map(([line, [turn, [tier, ...key]]]) => ({ line, record: line.record, key: [tier, turn, ...key] }));
  return found.sort(compared).map(({ line }) => line);
}

// Lines in the order in which to call. `ticked`: { needs, things, age, language }. `place`: { records, words, zone,
// today, clocks, miles }. With needs chosen, only who does one of them or may well know; else everyone.
export function callOrder(ticked, place) {
  const here = { ...place, typesThatDo: typesThatDo(place.records, ticked.needs) };
  const lines = place.records.map((entry) => lineOf(entry, ticked, here));
  if (ticked.needs.length) return byTurns(lines, ticked.needs.map(({ need }) => need));
  const all = lines.map((line) => ({ line, record: line.record, key: [line.tier, likely(line, false, false), ...line.key] }));
  return all.sort(compared).map(({ line }) => line);
}
