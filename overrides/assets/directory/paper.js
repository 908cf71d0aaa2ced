// Is what stands on a sheet still right? The number is read from the code's address or typed in; what it stands for is
// one small file of the site for each place. The number leaves neither the address bar nor the page: it is sent nowhere.
import { element } from "./elements.js";
import { language, lead, learn, linkLanguage, localeOf, place, t, tn } from "./messages.js";

// A county's five digits, a region's `co-503`, or a state's `co`; then six letters without vowels.
const NUMBER = /^(\d{5}|[a-z]{2}(?:-\d{3}[a-z]?)?)-?([2-9b-df-hj-km-np-tv-xz]{6})$/;
const form = document.querySelector("[data-paper]");
const found = document.querySelector(".rd-paper__found");
const input = form.querySelector("input");

// As people copy a number: with spaces, a long dash, small letters, an O for a nought among the digits.
export function read(typed) {
  const text = typed.trim().toLowerCase().replace(/[\s.]+/g, "").replace(/[\u2010-\u2015_]/g, "-");
  const digits = /^[\doil]{5}(?=-|[^-]{6}$)/.exec(text)?.[0];
  const mended = digits ? digits.replaceAll("o", "0").replace(/[il]/g, "1") + text.slice(5) : text;
  const [, code, letters] = NUMBER.exec(mended) ?? [];
  return code && { code, letters: letters.toUpperCase() };
}

const day = (iso) => new Date(`${iso}T00:00:00Z`).toLocaleDateString(localeOf(language), { timeZone: "UTC", day: "numeric", month: "long", year: "numeric" });

function link(address, text) {
  const own = linkLanguage(address);
  return element("a", { href: form.dataset.top + lead(address), hreflang: own || undefined }, text);
}

function call(number) {
  const digits = number.replace(/\D/g, "");
  return element("a", { class: "rd-call", href: `tel:${digits.length > 3 ? "+1-" : ""}${number}` }, number);
}

function entry({ id, name, numbers, what = [] }) {
  const line = element("li");
  line.append(link(`resources/${id}/`, name));
  const told = {
    number: t("Its name or its number has changed."),
    taking: t("Whether it takes new people has changed."),
    facts: t("Its hours, what it does or who qualifies has changed."),
  };
  for (const kind of what) line.append(" ", told[kind]);
  for (const number of numbers) line.append(" ", call(number));
  return line;
}

function list(heading, lines) {
  const items = element("ul");
  items.append(...lines);
  return [element("h3", { class: "rd-sub" }, heading), items];
}

function toPlace({ name, page }) {
  const line = element("p");
  line.append(link(page, t("What we know today: {place}", { place: place(name) })));
  return line;
}

function pdf(code, paper) {
  const line = element("p");
  line.append(element("a", { href: `${form.dataset.paper}${code}-${paper.language}.pdf` }, t("Today's paper to print (PDF)")));
  return line;
}

function unknown(number, known) {
  const parts = [
    element("h2", {}, t("We do not know this number")),
    element("p", {}, t("A letter may be misread. Or the paper is older than we can tell: then take it as out of date, and use the numbers that our pages give today.")),
  ];
  return known ? [...parts, toPlace(known)] : parts;
}

function changes({ changed = [], gone = [], new: added = [] }) {
  const parts = [];
  if (changed.length) parts.push(...list(t("Changed: use what stands here"), changed.map(entry)));
  if (gone.length) parts.push(...list(t("No longer listed: do not rely on it"), gone.map((name) => element("li", {}, name))));
  if (added.length) parts.push(...list(t("New on today's paper"), added.map(entry)));
  return parts;
}

function told(number, known) {
  const paper = known?.papers[number.letters];
  if (!paper) return unknown(number, known);
  const out = (paper.changed ?? []).length + (paper.gone ?? []).length;
  const heading = out ? tn(out, "{number} line has changed", "{number} lines have changed") : t("Nothing on it has changed");
  const parts = [element("h2", {}, heading), element("p", {}, place(known.name))];
  if (out) parts.push(element("p", {}, tn(paper.lines - out, "{number} other line is as we know it today.", "{number} other lines are as we know them today.")));
  else parts.push(element("p", {}, t("Every line on it is as we know it today. Ring before you send anyone.")));
  if (!out && paper.today) parts.push(element("p", {}, t("Look again after {day}.", { day: day(paper.check) })));
  parts.push(...changes(paper), toPlace(known));
  if ((out || !paper.today) && paper.today !== null) parts.push(pdf(number.code, paper));
  return parts;
}

async function look(typed) {
  const number = read(typed);
  let parts;
  if (!number) {
    parts = [element("p", {}, t("This is no number of ours. It looks like 08031-7KQ3FX and stands beside the code."))];
  } else {
    const answer = await fetch(`${form.dataset.paper}${number.code}.json`).catch(() => {});
    // Without a line nothing is said of the paper.
    if (!answer || (!answer.ok && answer.status !== 404)) parts = [element("p", {}, t("The file could not be fetched. Try again."))];
    else parts = told(number, answer.ok ? await answer.json() : undefined);
  }
  found.replaceChildren(...parts);
}

// The code's address holds the number behind a `#`. It is taken out of the address at once.
function fromAddress() {
  const number = decodeURIComponent(location.hash.slice(1));
  if (!number || !read(number)) return;
  history.replaceState(null, "", location.pathname);
  input.value = number;
  look(number);
}

await learn();
form.hidden = false;
form.addEventListener("submit", (event) => {
  event.preventDefault();
  look(input.value);
});
addEventListener("hashchange", fromAddress);
// Whoever comes back finds nothing of it.
addEventListener("pagehide", () => {
  input.value = "";
  found.replaceChildren();
});
fromAddress();
