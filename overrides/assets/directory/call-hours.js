// What is open now, from a week of minutes in the organization's own time zone. Knows no page and no words.

const DAY = 24 * 60;
const WEEK = 7 * DAY;
const WEEKDAYS = { Mon: 0, Tue: 1, Wed: 2, Thu: 3, Fri: 4, Sat: 5, Sun: 6 };

// The minute since Monday 00:00 and the date, as a clock in the zone shows them.
export function clockIn(zone, now) {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone, hourCycle: "h23", weekday: "short", year: "numeric", month: "2-digit", day: "2-digit",
    hour: "2-digit", minute: "2-digit",
  }).formatToParts(now);
  const of = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  return {
    minute: WEEKDAYS[of.weekday] * DAY + Number(of.hour) * 60 + Number(of.minute),
    date: `${of.year}-${of.month}-${of.day}`,
  };
}

export function dateAfter(date, days) {
  const [year, month, day] = date.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1, day + days)).toISOString().slice(0, 10);
}

const isWhole = (spans) => spans.length === 1 && spans[0][0] === 0 && spans[0][1] === WEEK && !spans[0][2];

// Where a span ends; one that runs over Sunday's end goes on at the week's beginning.
function endOf(spans, span) {
  if (span[1] < WEEK) return span[1];
  const next = spans.find(([start, , mark]) => start === 0 && mark === span[2]);
  return next && next !== span ? WEEK + next[1] : WEEK;
}

// The state of a week at a moment: `open` (with `until` and perhaps `lastDay`, or always), `appointment`, `ask`, `holiday`, `closed` (with
// `opens`: days from today and minute of that day), `never`, or `unknown`. A federal holiday is never "open".
export function stateOf(spans, clock, holidays, last) {
  if (clock.date > last) return { state: "unknown" };
  if (holidays.includes(clock.date)) return { state: "holiday" };
  if (!spans.length) return { state: "never" };
  const current = spans.find(([start, end]) => start <= clock.minute && clock.minute < end);
  if (current) {
    const state = { a: "appointment", q: "ask" }[current[2]] ?? "open";
    if (isWhole(spans)) return { state, always: true };
    const end = endOf(spans, current);
    // More than a day away, the day is named: that of the last minute.
    const lastDay = end - clock.minute > DAY ? Math.floor((end - 1) / DAY) % 7 : undefined;
    return { state, until: end % DAY, lastDay };
  }
  return { state: "closed", ...nextOpening(spans, clock, holidays) };
}

function nextOpening(spans, clock, holidays) {
  const waits = spans.map(([start]) => (start - clock.minute + WEEK) % WEEK);
  const wait = Math.min(...waits);
  const opens = clock.minute + wait;
  const days = Math.floor(opens / DAY) - Math.floor(clock.minute / DAY);
  const mark = spans[waits.indexOf(wait)][2];
  return {
    wait, days, at: opens % DAY, weekday: Math.floor(opens / DAY) % 7,
    holiday: holidays.includes(dateAfter(clock.date, days)), byAppointment: mark === "a",
  };
}

// A record's state: intake comes first, then the telephone, then the house. `clocks` gives the clock of a zone.
export function openNow(hours, home, words, clocks) {
  const which = ["i", "p", "o"].find((key) => hours?.[key]);
  if (!which) return { state: "unknown", words: hours?.w };
  const spans = hours[which];
  if (hours.z === undefined && !isWhole(spans)) return { state: "unknown", words: hours.w };
  const clock = clocks(words.zones[hours.z ?? home]);
  return { ...stateOf(spans, clock, words.holidays, words.last), which, words: hours.w };
}
