// Is what stands on a sheet still right? The number is read from the code's address or typed in; what it stands for is
// one small file of the site for each place. The number leaves neither the address bar nor the page: it is sent nowhere.
import { element } from "./elements.js";
import { language, lead, learn, linkLanguage, place, t, tn } from "./messages.js";

// A county's five digits, a region's `co503`, or a state's `co`; then six letters without vowels. Of a region's or a
// county's digits some may be misread.
const LETTERS = "([2-9b-df-hjkmnp-tv-xz]{6})$";
const REGION = new RegExp(`^([a-z]{2})(\\d{3}[a-z]?)${LETTERS}`);
const COUNTY = new RegExp(`^([\\doil]{5})${LETTERS}`);
const MISREAD = new RegExp(`^([a-z]{2})([\\doil]{3})${LETTERS}`);
const STATE = new RegExp(`^([a-z]{2})${LETTERS}`);
const form = document.querySelector("[data-paper]");
const found = document.querySelector(".rd-paper__found");
const input = form.querySelector("input");
// Each state's first two digits with its letters: `08co`.
const states = new Map(form.dataset.states.split(" ").map((state) => [state.slice(0, 2), state.slice(2)]));

const digits = (text) => text.replaceAll("o", "0").replace(/[il]/g, "1");

// As people copy a number: with spaces, a long dash or none, small letters, an O for a nought among the digits; or the
// whole address that the code holds.
export function read(typed) {
  const text = typed.slice(typed.lastIndexOf("#") + 1).normalize("NFKC").toLowerCase().replace(/[^a-z\d]+/g, "");
  const region = REGION.exec(text);
  const [, county, of] = (!region && COUNTY.exec(text)) || [];
  const [, state, number, last] = region || (!county && MISREAD.exec(text)) || [];
  const [, slug, after] = STATE.exec(text) ?? [];
  const code = (county && digits(county)) || (state && `${state}-${region ? number : digits(number)}`) || slug;
  return code && { code, letters: (of ?? last ?? after).toUpperCase() };
}

// As paper says it.
const day = (iso) => new Date(`${iso}T00:00:00Z`).toLocaleDateString(language === "en" ? "en-GB" : language, { timeZone: "UTC", day: "numeric", month: "long", year: "numeric" });

function link(address, text) {
  const own = linkLanguage(address);
  return element("a", { href: form.dataset.top + lead(address), hreflang: own || undefined }, text);
}

function call(number) {
  const long = number.replace(/\D/g, "").length > 3;
  return element("a", { class: "rd-call", href: `tel:${long ? "+1-" : ""}${number}` }, number);
}

function entry({ id, name, numbers, what = [] }) {
  const line = element("li");
  line.append(link(`resources/${id}/`, name));
  const told = {
    number: t("Its name or its number has changed."),
    taking: t("Whether it takes new people has changed."),
    facts: t("Its hours, what it does or who qualifies has changed."),
    place: t("Whether it serves this place, or how far it is, has changed. Ask first."),
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

function unknown(known) {
  const why = known
    ? t("A letter may be misread, or somebody made this paper by hand, or it is old. Compare it line by line with the page of the place, and use what stands there.")
    : t("A letter may be misread. Or the paper is older than we can tell: then take it as out of date, and use the numbers that our pages give today.");
  const parts = [element("h2", {}, t("We do not know this number")), element("p", {}, why)];
  return known ? [...parts, toPlace(known)] : parts;
}

const named = (name) => element("li", {}, name);

// Who was taken off is not named again. What is left when all others are struck out is it.
function goneFrom({ gone, still }) {
  const counted = tn(gone, "{number} line on it is no longer listed. We do not say which: it is the line that you find neither here nor on the page of the place.", "{number} lines on it are no longer listed. We do not say which: they are the lines that you find neither here nor on the page of the place.");
  const parts = [element("h3", { class: "rd-sub" }, t("No longer listed: do not rely on it")), element("p", {}, counted)];
  return still.length ? [...parts, ...list(t("Still as we know it today"), still.map(named))] : parts;
}

function changes({ changed = [], left = [], gone, still, new: added = [] }) {
  const parts = [];
  if (changed.length) parts.push(...list(t("Changed: use what stands here"), changed.map(entry)));
  if (left.length) parts.push(...list(t("No longer on today's paper of this place: ask first"), left.map(entry)));
  if (gone) parts.push(...goneFrom({ gone, still }));
  if (added.length) parts.push(...list(t("New on today's paper"), added.map(entry)));
  return parts;
}

function heading({ differs }, out, left) {
  if (out) return tn(out, "{number} line has changed", "{number} lines have changed");
  if (left) return tn(left, "{number} line is no longer on today's paper", "{number} lines are no longer on today's paper");
  return differs ? t("Today's paper reads differently") : t("Nothing on it has changed");
}

function summary({ differs, lines }, changed) {
  if (changed) return tn(lines - changed, "{number} other line is as we know it today.", "{number} other lines are as we know them today.");
  if (differs) return t("Whoever is named on it is as we know them today, but other words have changed. Compare it with the page of the place.");
  return t("Every line on it is as we know it today. Ring before you send anyone.");
}

function told(number, known) {
  const paper = known.papers[number.letters];
  const out = (paper.changed ?? []).length + (paper.gone ?? 0);
  const left = (paper.left ?? []).length;
  const parts = [element("h2", {}, heading(paper, out, left)), element("p", {}, place(known.name)), element("p", {}, summary(paper, out + left))];
  if (!out && paper.today) parts.push(element("p", {}, t("Look again after {day}.", { day: day(paper.check) })));
  parts.push(...changes(paper), toPlace(known));
  if ((out || !paper.today) && paper.today !== null) parts.push(pdf(number.code, paper));
  return parts;
}

// What a file says; nothing where there is none.
async function file(name) {
  const answer = await fetch(`${form.dataset.paper}${name}.json`);
  if (answer.ok) return answer.json();
  if (answer.status !== 404) throw new Error(String(answer.status));
}

// The name and the page of a place whose paper nobody has written down; nothing where the site has no such page.
async function placeOf(code) {
  const slug = states.get(code.slice(0, 2)) ?? code.slice(0, 2);
  if (![...states.values()].includes(slug)) return;
  const state = await file(`places/${slug}`);
  const [page, name] = state?.counties[code] ?? [];
  if (page) return { name: name === state.name ? name : `${name}, ${state.name}`, page: `${slug}/${page}/` };
  if (state?.regions.includes(code)) return { name: code.toUpperCase(), page: `regions/${code}/` };
  if (code === slug) return { name: state.name, page: `${slug}/` };
}

async function answerTo(number) {
  const known = await file(number.code);
  return known?.papers[number.letters] ? told(number, known) : unknown(known ?? (await placeOf(number.code)));
}

async function look(typed) {
  const number = read(typed);
  let parts;
  if (!number) {
    parts = [element("p", {}, t("This is no number of ours. It looks like 08031-7KQ3FX and stands beside the code."))];
  } else {
    // Without a line nothing is said of the paper.
    parts = await answerTo(number).catch(() => [element("p", {}, t("The file could not be fetched. Try again."))]);
  }
  found.replaceChildren(...parts);
}

function hashOf() {
  try {
    return decodeURIComponent(location.hash);
  } catch {
    return "";
  }
}

// The code's address holds the number behind a `#`. It is taken out of the address at once.
function fromAddress() {
  const number = hashOf().slice(1);
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
