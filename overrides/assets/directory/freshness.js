// How old facts are on the day of reading. Pages say days only, so that an old copy of the site is right, too: here what
// is older than its kind of entry allows (`data-rd-days`) says how long ago it was, and what was confirmed "overdue".
import { element } from "./elements.js";
import { learn, t, tn } from "./messages.js";

const DAY = 24 * 60 * 60 * 1000;
const idle = globalThis.requestIdleCallback ?? ((step) => setTimeout(() => step({ timeRemaining: () => 5 }), 50));

// "2026-03-12" and a Date: whole days of the calendar between them, by the reader's own clock.
export function daysSince(day, now) {
  return (Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()) - Date.parse(day)) / DAY;
}

// Whole months of the calendar.
export function monthsSince(day, now) {
  const [year, month, date] = day.split("-").map(Number);
  return (now.getFullYear() - year) * 12 + now.getMonth() + 1 - month - (now.getDate() < date ? 1 : 0);
}

export function ago(day, now) {
  const months = monthsSince(day, now);
  if (months < 1) return tn(daysSince(day, now), "{number} day ago", "{number} days ago");
  if (months < 24) return tn(months, "{number} month ago", "{number} months ago");
  return tn(Math.floor(months / 12), "{number} year ago", "{number} years ago");
}

export function tell(part, now) {
  for (const time of part.querySelectorAll("time")) {
    if (!(daysSince(time.dateTime, now) > Number(part.dataset.rdDays))) continue;
    time.after(` (${ago(time.dateTime, now)})`);
    if (!part.classList.contains("rd-confirmed")) continue;
    part.classList.replace("rd-confirmed", "rd-overdue");
    part.append(" ", element("strong", {}, t("Overdue: ask whether it still holds.")));
  }
}

export async function tellAll(now = new Date()) {
  await learn();
  const parts = [...document.querySelectorAll("[data-rd-days]")];
  // A county can have hundreds of entries: a few at a time, between what the reader does.
  const step = (deadline) => {
    do tell(parts.shift(), now);
    while (parts.length && deadline.timeRemaining() > 2);
    if (parts.length) idle(step);
  };
  if (parts.length) idle(step);
}
