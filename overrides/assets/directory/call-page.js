// The order of calls on a county's page. What is ticked or typed lives in this page's memory only: it is in no address,
// no storage and no request. All that is fetched is fetched before anything can be ticked, whatever will be.
import { CALL, NOT_NOW, SAYS_NO, callOrder } from "./call-order.js";
import { card, readyPanel } from "./call-ready.js";
import { clockIn } from "./call-hours.js";
import { Words } from "./call-words.js";
import { element } from "./elements.js";
import { lead, linkLanguage, t, tn } from "./messages.js";

const FIRST = 10;
const MORE = 20;

class CallOrder {
  constructor(root, facts, words) {
    this.root = root;
    this.base = topOf(root);
    this.facts = facts;
    this.words = words;
    this.say = new Words(words, facts);
    this.shown = FIRST;
    this.measured = new Map();
    this.build();
    // Who comes back to the page, or sits down at it next, does not find what was ticked.
    addEventListener("pagehide", () => this.clear());
  }

  build() {
    const form = element("form", { class: "rd-order__form", autocomplete: "off" });
    form.append(this.needs(), this.household());
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("change", (event) => this.changed(event.target));
    form.addEventListener("input", ({ target }) => target.matches("input[type=text]") && this.changed(target));
    this.form = form;
    this.status = element("p", { class: "rd-order__status", role: "status" });
    this.list = element("ol", { class: "rd-order__list" });
    this.notes = element("div", { class: "rd-order__notes" });
    this.under = element("div", { class: "rd-order__under" });
    const clear = element("button", { type: "button", class: "rd-button" }, t("Clear all"));
    clear.addEventListener("click", () => {
      this.clear();
      form.querySelector("input").focus();
    });
    this.clearButton = clear;
    form.append(clear);
    const quiet = element("p", { class: "rd-quiet" }, t("Tick what is needed, and whom to call comes in order. What you tick stays on this page. It is not sent or kept."));
    this.root.append(quiet, form, this.status, this.notes, this.list, this.under);
    this.root.hidden = false;
    this.draw();
    (globalThis.requestIdleCallback ?? setTimeout)(() => this.warm());
  }

  needs() {
    const set = element("fieldset", { class: "rd-order__needs" });
    set.append(element("legend", {}, t("What is needed?")));
    const holder = element("div", { class: "rd-ticks" });
    holder.append(...this.words.needs.map((need) => this.tick("need", need.c, need.l)));
    // The services of a need stand below, so that nothing moves under the finger.
    this.exact = new Map(this.words.needs.filter(({ s }) => s.length > 1).map((need) => [need.c, this.services(need)]));
    set.append(holder, ...this.exact.values(), this.typed("zip", t("ZIP code, to measure miles from"), 5));
    return set;
  }

  services(need) {
    const group = element("div", { class: "rd-order__exact", hidden: "", role: "group", "aria-labelledby": `call-${need.c}` });
    const holder = element("div", { class: "rd-ticks" });
    holder.append(...need.s.map(([number, name]) => this.tick("service", `${need.c} ${number}`, name)));
    group.append(element("p", { id: `call-${need.c}` }, t("{need}, more exactly:", { need: need.l })), holder);
    return group;
  }

  household() {
    const box = element("details", { class: "rd-more rd-order__more" });
    box.append(element("summary", {}, t("About the person or family (nothing here must be answered)")));
    for (const group of this.words.things) {
      const set = element("fieldset");
      const holder = element("div", { class: "rd-ticks" });
      holder.append(...group.t.map(([code, label]) => this.tick("thing", code, label)));
      set.append(element("legend", {}, group.l), holder);
      box.append(set);
    }
    const set = element("fieldset", { class: "rd-order__typed" });
    set.append(
      element("legend", {}, t("Age and language")),
      this.typed("age", t("Age in years"), 3),
      this.language(),
    );
    box.append(set);
    return box;
  }

  tick(kind, value, text) {
    const label = element("label", { class: "rd-tick" });
    const input = element("input", { type: "checkbox", value, "data-kind": kind, autocomplete: "off" });
    label.append(input, element("span", {}, text));
    return label;
  }

  typed(kind, text, length) {
    const label = element("label", { class: "rd-field" });
    const note = element("span", { class: "rd-field__note", id: `call-${kind}-note` });
    const input = element("input", {
      type: "text", inputmode: "numeric", maxlength: length, size: length + 1, "data-kind": kind, autocomplete: "off",
      "aria-describedby": note.id,
    });
    label.append(element("span", {}, text), input, note);
    return label;
  }

  language() {
    const label = element("label", { class: "rd-field" });
    const select = element("select", { "data-kind": "language", autocomplete: "off" });
    select.append(element("option", { value: "" }, t("Any language")));
    const sorted = [...this.words.languages].sort((one, other) => one[1].localeCompare(other[1], document.documentElement.lang));
    select.append(...sorted.map(([code, name]) => element("option", { value: code }, name)));
    label.append(element("span", {}, t("Language spoken")), select);
    return label;
  }

  changed(input) {
    const exact = input.dataset.kind === "need" && this.exact.get(input.value);
    if (exact) {
      exact.hidden = !input.checked;
      if (!input.checked) for (const box of exact.querySelectorAll("input")) box.checked = false;
    }
    this.shown = FIRST;
    this.draw();
  }

  clear() {
    this.form.reset();
    for (const exact of this.exact.values()) exact.hidden = true;
    this.shown = FIRST;
    this.draw();
  }

  checked(kind) {
    return [...this.form.querySelectorAll(`input[data-kind=${kind}]:checked`)].map(({ value }) => value);
  }

  value(kind) {
    return this.form.querySelector(`[data-kind=${kind}]`).value.trim();
  }

  note(kind, text) {
    const note = this.form.querySelector(`#call-${kind}-note`);
    if (note.textContent !== text) note.textContent = text;
  }

  ticked() {
    const exact = this.checked("service").map((value) => value.split(" "));
    const needs = this.checked("need").map((code) => this.need(code, exact));
    return { needs, things: this.checked("thing"), age: this.age(), language: this.value("language") };
  }

  need(code, exact) {
    const need = this.words.needs.find(({ c }) => c === code);
    const named = exact.filter(([of]) => of === code).map(([, number]) => Number(number));
    return { need, named, services: new Set(named.length ? named : [...need.s.map(([number]) => number), ...need.also]) };
  }

  age() {
    const typed = this.value("age");
    const good = /^\d{1,3}$/.test(typed) && Number(typed) <= 120;
    this.note("age", typed && !good ? t("Write a number, such as 17.") : "");
    return good ? Number(typed) : undefined;
  }

  // Where miles are measured from: the ZIP code's middle, where one of this county is typed; else the county's.
  from() {
    const typed = this.value("zip");
    const middle = this.facts.z[typed];
    const wrong = typed.length === 5 && !middle;
    this.note("zip", wrong ? t("This ZIP code is not in this county, or its place is not known. Miles are from the middle of the county.") : "");
    return middle ? { name: typed, middle } : { name: "", middle: this.facts.c };
  }

  miles(from) {
    const known = this.measured.get(from.name) ?? new Map();
    this.measured.set(from.name, known);
    return (point) => {
      const key = point.join();
      if (!known.has(key)) known.set(key, this.say.miles(from.middle, point));
      return known.get(key);
    };
  }

  ordered(ticked, from) {
    const now = new Date();
    const kept = new Map();
    const clocks = (zone) => kept.get(zone) ?? kept.set(zone, clockIn(zone, now)).get(zone);
    const today = clocks(this.words.zones[this.facts.t]).date;
    const place = { records: this.facts.r, words: this.words, zone: this.facts.t, today, clocks, miles: this.miles(from) };
    return callOrder(ticked, place);
  }

  // The first order takes longest: the miles to everyone, the clock. It is made once while the page rests.
  warm() {
    this.ordered({ needs: [this.need(this.words.needs[0].c, [])], things: [], age: undefined, language: "" }, this.from());
  }

  draw() {
    const ticked = this.ticked();
    const from = this.from();
    const any = ticked.needs.length || ticked.things.length || ticked.age !== undefined || ticked.language;
    this.clearButton.hidden = !any && !from.name && !this.value("age");
    if (!any) {
      for (const part of [this.list, this.notes, this.under]) part.replaceChildren();
      this.status.textContent = "";
      return;
    }
    this.lines = this.ordered(ticked, from);
    this.from_ = from;
    this.asked = ticked;
    this.show();
  }

  show() {
    const shown = this.lines.slice(0, this.shown);
    this.list.replaceChildren(...shown.flatMap((line, index) => this.item(line, index, shown[index - 1])));
    this.notes.replaceChildren(...this.general(shown));
    this.status.textContent = this.summary();
    this.under.replaceChildren(...this.below());
  }

  summary() {
    const first = this.lines.filter(({ tier }) => tier === CALL);
    const number = first.filter(({ record }) => record.p).length;
    const silent = first.length - number;
    if (!this.lines.length) return t("No one listed for this county says so. Call a hot line above. The lists below name the nearest in other counties, where we know them.");
    const parts = [];
    if (number) parts.push(tn(number, "{number} to call, in this order.", "{number} to call, in this order."));
    if (silent && number) parts.push(tn(silent, "Of {number} more we know no number.", "Of {number} more we know no number."));
    else if (silent) parts.push(t("We know no telephone number of any of these. Call a hot line above."));
    const rest = this.lines.length - first.length;
    if (rest) parts.push(tn(rest, "{number} more says no, or takes nobody now.", "{number} more say no, or take nobody now."));
    return parts.join(" ");
  }

  item(line, index, before) {
    const parts = [];
    if (line.tier !== CALL && line.tier !== before?.tier) {
      const text = { [NOT_NOW]: t("Taking nobody now"), [SAYS_NO]: t("Say no to something you ticked") }[line.tier];
      parts.push(element("li", { class: "rd-order__tier" }, text));
    }
    const { record } = line;
    const item = element("li", { class: `rd-card rd-type--${record.t}`, "data-id": record.i, "data-tier": String(line.tier) });
    const heading = element("h3");
    const address = `resources/${record.i}/`;
    heading.append(element("a", { href: this.base + lead(address), hreflang: linkLanguage(address) || undefined }, this.say.name(record)));
    const reasons = element("ul", { class: "rd-reasons" });
    reasons.append(...this.say.reasons(line, this.asked, this.from_).map(({ mark, text }) => {
      const reason = element("li", { class: `rd-reason rd-reason--${mark}` });
      reason.append(text);
      return reason;
    }));
    item.append(heading, this.kind(record), this.say.calls(record), reasons, this.ready(line));
    parts.push(item);
    return parts;
  }

  kind(record) {
    const kind = element("p", { class: `rd-kind rd-type--${record.t}` });
    kind.append(this.words.types[record.t].l);
    return kind;
  }

  ready(line) {
    const holder = element("div", { class: "rd-ready" });
    const button = element("button", { type: "button", class: "rd-button", "aria-expanded": "false" }, t("Have ready"));
    button.append(element("span", { class: "govuk-visually-hidden" }, `: ${this.say.name(line.record)}`));
    button.addEventListener("click", () => {
      const open = button.getAttribute("aria-expanded") !== "true";
      button.setAttribute("aria-expanded", String(open));
      holder.querySelector(".rd-ready__panel")?.remove();
      if (open) holder.append(readyPanel(card(line, this.say, this.words), this.say.asksFor(line, this.asked)));
    });
    holder.append(button);
    return holder;
  }

  // What holds for everyone of a type is said once, above the list.
  general(shown) {
    const types = [...new Set(shown.filter(({ tier }) => tier === CALL).map(({ record }) => record.t))];
    const found = types.filter((type) => this.words.types[type].rules.length);
    if (!found.length) return [];
    const box = element("details", { class: "rd-more" });
    box.append(element("summary", {}, t("What holds for all of a kind")));
    for (const type of found) {
      const list = element("ul");
      for (const [title, rule, citation, url] of this.words.types[type].rules) {
        const item = element("li");
        item.append(element("strong", {}, `${title}. `), `${rule} `, element("a", { href: url, rel: "noreferrer noopener", class: "rd-quiet" }, citation));
        list.append(item);
      }
      box.append(element("p", {}, this.words.types[type].p), list);
    }
    return [box];
  }

  // Where to look on: who does what was ticked in the whole state.
  farther() {
    const { here, hereName } = this.root.dataset;
    if (!this.asked.needs.length) return [];
    const list = element("ul", { class: "rd-plain" });
    for (const { need } of this.asked.needs) {
      const address = `needs/${need.u}/${here}/`;
      const item = element("li");
      item.append(element("a", { href: this.base + lead(address) }, t("{need}: all of {state}", { need: need.l, state: hereName })));
      list.append(item);
    }
    return [list];
  }

  below() {
    const parts = [];
    const left = this.lines.length - this.shown;
    if (left > 0) {
      const number = Math.min(left, MORE);
      const more = element("button", { type: "button", class: "rd-button" }, tn(number, "Show {number} more", "Show {number} more"));
      more.addEventListener("click", () => {
        const at = this.shown;
        this.shown += MORE;
        this.show();
        this.list.querySelectorAll(".rd-card")[at]?.querySelector("a").focus();
      });
      parts.push(more);
    }
    parts.push(...this.farther());
    const how = element("details", { class: "rd-more" });
    how.append(
      element("summary", {}, t("How the order comes about")),
      element("p", {}, t("First those who serve this county and do what is needed, then those who serve it and may know, then those who are elsewhere in the state: within 60 miles, and then farther. With several needs, the best for each comes first. Among equals: whether we know a number, how much of it they do, whether they take people now, whether they are open now or when they open, how much has to be asked, and the miles. Clinics at schools and clinics that move come after the others. Those who take nobody now come after them, and those who say no to something you ticked come last. What no source tells us is “ask”: it counts neither as yes nor as no.")),
    );
    parts.push(how);
    return parts;
  }
}

// The way up to the site's top, relative.
const topOf = (root) => root.dataset.facts.split("assets/")[0];

// Names and streets stand in the cards of the lists below: the file of facts does not say them again.
function named(records) {
  const links = [...document.querySelectorAll(".rd-cards > li > h3 > a[href*='resources/']")];
  const cards = new Map(links.map((link) => [link.getAttribute("href").split("/").at(-2), link.closest("li")]));
  for (const [, record] of records) {
    const card = cards.get(record.i);
    record.n ??= card?.querySelector("h3").textContent ?? record.i;
    if (!record.x) record.w ??= card?.querySelector(".rd-at")?.textContent.trim();
  }
}

async function start(root) {
  const words = `${topOf(root)}assets/call/words-${document.documentElement.lang}.json`;
  const got = [root.dataset.facts, words].map((address) => fetch(address).then((answer) => {
    if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
    return answer.json();
  }));
  const [facts, said] = await Promise.all(got);
  named(facts.r);
  return new CallOrder(root, facts, said);
}

// Where it cannot be loaded the lists below say the same.
export const orders = [...document.querySelectorAll("[data-facts]")].map((root) => start(root).catch(() => root.remove()));
