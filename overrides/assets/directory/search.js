// The search box: a combobox with one list of places, needs, organizations and pages. It is fetched when a box gets the
// focus. What is typed stays in this page's memory; the worker is told, no server is.
import { figures, inEnglish, language, lead, learn, linkLanguage, place, t, tn } from "./messages.js";

const BASE = new URL("../../", import.meta.url).href;
const FIRST = 8;
// Milliseconds after the last letter before a screen reader is told.
const PAUSE = 400;
const IN_TEXT = new Set(["Home", "End", "ArrowLeft", "ArrowRight"]);
const MORE = 20;
const HEADINGS = {
  places: () => t("Places"),
  needs: () => t("Needs and kinds of help"),
  records: () => t("Organizations"),
  pages: () => t("Pages"),
  instead: () => t("Where to go on"),
};
// Nobody is left with an empty list.
const instead = () => [
  { href: "hotlines/", title: t("Hot lines"), note: t("Numbers that answer now, for the whole country") },
  { href: "needs/", title: t("All needs"), note: t("From a place to sleep to a lawyer") },
  { href: "map/", title: t("All states"), note: t("On the map and as a list") },
];
// What the engine, which knows no language, says in codes.
const SAID = {
  state: () => t("State"),
  region: (note) => t("Housing help region {number}", note),
  zip: (note) => t("ZIP code {zip}", note),
  share: ({ zip, percent, towns }) => [t("ZIP code {zip}", { zip }), towns, shareOf(percent)].filter(Boolean).join(" · "),
  near: (note) => t("Has ZIP codes that begin with {begin}", note),
  in: ({ what, state }) => (what ? t("{what} in {state}", { what: t(what), state: place(state) }) : t("in {state}", { state: place(state) })),
};
const CHOOSE = {
  zip: (choose) => t("The ZIP code {zip} lies in {number} counties. Choose one.", choose),
  name: () => t("Several places have this name. Choose one."),
  unknown: (choose) =>
    t("We do not know the ZIP code {zip}. It may be for post boxes only. Choose a place near it, or type a town.", choose),
};
const MOST_PEOPLE = 90;
const HALF = 50;

function shareOf(percent) {
  if (percent > MOST_PEOPLE) return t("nearly all of its people");
  if (percent > HALF) return t("most of its people, {percent}%", { percent });
  return t("{percent}% of its people", { percent });
}

// Names of places and needs are known by their English words; names of organizations stay as they are.
const told = (text, kind) => {
  if (text && text.say) return SAID[text.say](text);
  return !text || kind === "records" ? text : kind === "places" ? place(text) : t(text);
};

// The state that the page is about: it says so itself, or its address or the way to it does.
function stateOfPage() {
  const told = document.querySelector("[data-state]");
  if (told) return told.dataset.state.toLowerCase();
  const ways = [location.href, ...[...document.querySelectorAll(".rd-path a")].map((link) => link.href)];
  for (const way of ways) {
    const found = /^(?:(?:types|needs)\/[^/]+\/)?([a-z]{2})\//.exec(way.startsWith(BASE) ? inEnglish(way.slice(BASE.length)) : "");
    if (found) return found[1];
  }
  return "";
}

// One engine for all boxes, in a worker; where the browser has no such worker, in the page itself.
class Finder {
  constructor() {
    this.own = stateOfPage();
    this.waiting = new Map();
    this.number = 0;
    this.send = this.inWorker();
    this.send({ base: BASE, own: this.own, language });
  }

  inWorker() {
    let heard = false;
    const sent = [];
    const hear = (message) => this.waiting.get(message.number)?.(message);
    const direct = async () => {
      const { answering, fetched } = await import("./search-engine.js");
      const take = answering(fetched, hear);
      sent.splice(0).forEach(take);
      this.send = take;
    };
    try {
      const worker = new Worker(new URL("search-worker.js", import.meta.url), { type: "module" });
      worker.onmessage = ({ data }) => {
        heard = true;
        sent.length = 0;
        hear(data);
      };
      worker.onerror = () => heard || direct();
      return (message) => {
        if (!heard) sent.push(message);
        worker.postMessage(message);
      };
    } catch {
      direct();
      return (message) => sent.push(message);
    }
  }

  ask(box, text, most, hear) {
    this.number += 1;
    this.waiting.clear();
    // One question at a time: the box that asked before waits no more.
    if (this.box !== box) this.box?.idle();
    this.box = box;
    this.waiting.set(this.number, hear);
    this.send({ number: this.number, text, own: this.own, most });
  }
}

let finder;

function made(tag, name, text) {
  const element = document.createElement(tag);
  element.className = name;
  if (text) element.textContent = text;
  return element;
}

class Box {
  constructor(root) {
    finder ??= new Finder();
    this.root = root;
    this.input = root.querySelector("input");
    this.list = root.querySelector("[role=listbox]");
    this.panel = root.querySelector(".rd-search__results");
    this.hint = root.querySelector(".rd-search__hint");
    this.status = root.querySelector(".rd-search__status");
    this.options = [];
    this.active = -1;
    this.choose = null;
    this.most = FIRST;
    // A box that tells of what is chosen (`rd-place-chosen`) instead of leaving the page: the only kind that it offers.
    this.only = root.dataset.choose;
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.input.addEventListener("focus", () => this.show(true));
    // The focus stays in the box while a result is pressed.
    this.panel.addEventListener("mousedown", (event) => event.preventDefault());
    this.panel.addEventListener("click", (event) => this.clicked(event));
    // From the button in the panel back to the box.
    this.panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      this.input.focus();
      this.show(false);
    });
    root.addEventListener("focusout", (event) => root.contains(event.relatedTarget) || this.show(false));
    // Who comes back to the page, or sits down at it next, does not find what was typed.
    addEventListener("pagehide", () => this.clear());
    if (this.input.value) this.typed();
    else if (document.activeElement === this.input) this.show(true);
    // Enter was pressed before this script was here.
    this.open = root.dataset.enter === "yes";
  }

  typed() {
    this.most = FIRST;
    this.open = false;
    // What was marked belonged to other words.
    this.mark(-1);
    this.ask();
  }

  ask() {
    const text = this.input.value.trim();
    this.done = false;
    if (!text) return this.clear(this.input.value);
    this.root.setAttribute("aria-busy", "true");
    finder.ask(this, text, this.most, (message) => this.input.value.trim() === text && this.heard(message));
  }

  idle() {
    this.root.removeAttribute("aria-busy");
  }

  clear(kept = "") {
    this.input.value = kept;
    // An answer that is still on its way is to words that are gone.
    this.idle();
    this.open = false;
    this.options = [];
    this.choose = null;
    this.list.replaceChildren();
    this.say("");
    this.show(document.activeElement === this.input);
  }

  heard({ groups, mended, failed, done, whole, choose = null }) {
    if (this.only) groups = groups.filter(({ kind }) => kind === this.only);
    // Nothing new: the list stays as it is.
    if (whole && this.done && groups.length === this.shown) return;
    this.shown = groups.length;
    const href = this.options[this.active]?.dataset.key;
    this.done = done;
    this.options = [];
    this.choose = choose;
    this.instead = done && !failed && groups.length === 0 && !this.only;
    const shown = this.instead ? [{ kind: "instead", items: instead(), total: instead().length }] : groups;
    this.list.replaceChildren(...shown.map((group) => this.group(group)));
    this.options.forEach((option, index) => (option.id = `${this.list.id}-${index}`));
    this.mark(this.options.findIndex((option) => option.dataset.key === href));
    if (done) this.idle();
    this.tell(groups, mended, failed);
    // Who has gone on meanwhile is not called back.
    this.show(this.root.contains(document.activeElement));
    if (this.open && done) this.follow();
  }

  tell(groups, mended, failed) {
    const number = groups.reduce((sum, { items }) => sum + items.length, 0);
    if (failed) return this.say(t("The search could not be loaded. Type again to retry."));
    const none = t("Nothing found. Try fewer words, a ZIP code, or a county.");
    if (!number) return this.done ? this.say(none, none) : this.say(t("Searching."));
    const choose = this.choose ? CHOOSE[this.choose.say](this.choose) : "";
    const near = mended ? t("Nothing exact. Near it: {words}", { words: mended }) : "";
    return this.say(tn(number, "{number} result", "{number} results"), [near, choose].filter(Boolean).join(". "));
  }

  // `seen` is shown; with it, `said` is told to screen readers.
  say(said, seen = this.options.length ? "" : said) {
    this.hint.textContent = seen;
    this.hint.hidden = !seen;
    clearTimeout(this.saying);
    // Only when the typing pauses: a screen reader would begin anew with every letter.
    this.saying = setTimeout(() => (this.status.textContent = seen && seen !== said ? `${seen.replace(/\.?$/, ".")} ${said}` : said), PAUSE);
  }

  group({ kind, items, total }) {
    const group = made("div", "rd-search__group");
    const heading = made("p", "rd-search__heading", HEADINGS[kind]());
    heading.id = `${this.list.id}-${kind}`;
    if (total > items.length && kind === "records") {
      const of = { shown: items.length, total: figures(total) };
      heading.append(made("span", "rd-search__total", " " + t("{shown} of {total}", of)));
    }
    group.dataset.kind = kind;
    group.setAttribute("role", "group");
    group.setAttribute("aria-labelledby", heading.id);
    group.append(heading, ...items.map((item) => this.option(item, kind)));
    if (kind === "records" && total > items.length) group.append(this.more(total - items.length));
    return group;
  }

  option({ href, title, other, icon, kind, note, phone }, group) {
    const option = this.kept(made("a", "rd-search__option"), href);
    option.href = BASE + lead(href);
    option.hreflang = linkLanguage(href);
    if (this.only) option.chosen = { href, title: told(title, group), note: told(note, group) };
    const main = made("span", "rd-search__main");
    main.append(made("span", "rd-search__name", told(title, group)));
    if (other) main.append(made("span", "rd-search__note", other));
    if (kind) {
      const line = made("span", `rd-search__note rd-type--${icon}`);
      line.append(this.icon(icon), [t(kind), note].filter(Boolean).join(" · "));
      main.append(line);
    } else if (note) {
      main.append(made("span", "rd-search__note", told(note, group)));
    }
    if (icon && !kind) option.append(this.icon(icon));
    option.append(main);
    if (!phone) return option;
    option.classList.add("rd-search__option--phone");
    option.append(made("span", "rd-search__phone", phone));
    return option;
  }

  icon(name) {
    const icon = made("span", `rd-icon rd-icon--${name}${name.startsWith("need-") ? "" : ` rd-type--${name}`}`);
    icon.setAttribute("aria-hidden", "true");
    return icon;
  }

  more(left) {
    return this.kept(made("div", "rd-search__option rd-search__more", t("Show {number} more", { number: Math.min(MORE, left) })), "more");
  }

  kept(option, key) {
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.tabIndex = -1;
    option.dataset.key = key;
    this.options.push(option);
    return option;
  }

  show(open) {
    // On a phone the box has the whole screen: the button below it is there from the beginning.
    const whole = this.root.classList.contains("rd-search--open");
    const shown = open && (this.options.length > 0 || !this.hint.hidden || whole);
    this.panel.hidden = !shown;
    this.input.setAttribute("aria-expanded", String(shown && this.options.length > 0));
    if (!shown) this.mark(-1);
  }

  mark(index) {
    this.options[this.active]?.setAttribute("aria-selected", "false");
    for (const option of this.options) option.setAttribute("aria-selected", "false");
    this.active = index;
    const option = this.options[index];
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    this.input.setAttribute("aria-activedescendant", option.id);
    return option.scrollIntoView({ block: "nearest" });
  }

  pressed(event) {
    if (event.isComposing) return;
    // The keys of an editable combobox, as the ARIA Authoring Practices have them.
    const act = { ArrowDown: () => this.move(1), ArrowUp: () => this.move(-1), Enter: () => this.enter(), Escape: () => this.escape() };
    const withAlt = { ArrowDown: () => this.show(true), ArrowUp: () => this.show(false) };
    const own = (event.altKey ? withAlt : act)[event.key];
    if (event.ctrlKey || event.metaKey) return;
    // These move in what was typed, and so leave the list.
    if (IN_TEXT.has(event.key)) this.mark(-1);
    if (!own) return;
    event.preventDefault();
    own();
  }

  move(by) {
    const number = this.options.length;
    if (!number) return;
    const from = this.active;
    this.show(true);
    this.mark(from < 0 ? (by > 0 ? 0 : number - 1) : (from + by + number) % number);
  }

  // Opens what is marked, or the best result; if it is not there yet, as soon as it is.
  enter() {
    if (!this.input.value.trim()) return;
    if (this.done || this.active >= 0) this.follow();
    else this.open = true;
  }

  follow() {
    this.open = false;
    // Enter takes the first result; what is offered instead of results, or may be another than was meant, has to be
    // chosen.
    const option = this.options[this.active] ?? (this.instead || this.choose ? undefined : this.options[0]);
    if (!option) return this.again();
    if (option.dataset.key === "more") this.showMore();
    else option.click();
  }

  // What must be chosen is said once more, for those who do not see the list.
  again() {
    this.status.textContent = "";
    if (this.choose) this.saying = setTimeout(() => (this.status.textContent = CHOOSE[this.choose.say](this.choose)), PAUSE);
  }

  clicked(event) {
    const option = event.target.closest("[role=option]");
    if (option?.dataset.key === "more") this.showMore();
    if (!option?.chosen) return;
    event.preventDefault();
    this.clear();
    this.root.dispatchEvent(new CustomEvent("rd-place-chosen", { detail: option.chosen }));
  }

  showMore() {
    const at = this.options.findIndex((option) => option.dataset.key === "more");
    // The first of the new ones takes the place of the one that was pressed.
    this.active = -1;
    this.most += MORE;
    const text = this.input.value.trim();
    finder.ask(this, text, this.most, (message) => {
      this.heard(message);
      if (this.active < 0) this.mark(at);
    });
  }

  escape() {
    const listed = this.options.length > 0 || !this.hint.hidden;
    if (!this.panel.hidden && listed) this.show(false);
    else if (this.input.value) {
      this.clear();
      this.show(false);
    } else this.root.dispatchEvent(new Event("rd-search-leave"));
  }
}

const boxes = new WeakMap();

export function attach(root) {
  if (!boxes.has(root)) boxes.set(root, learn().then(() => new Box(root)));
  return boxes.get(root);
}
