// Programs chosen for paper: a box to tick in each card, and a bar that prints what is ticked, with the hot lines. What is
// ticked lives in this page's memory only: it is in no address, no storage and no request, and gone when the page is left.
import { element } from "./elements.js";
import { learn, t, tn } from "./messages.js";
import { paperHead } from "./page.js";

const LINK = "h3 > a[href*='resources/']";
const idOf = (card) => card.querySelector(`:scope > ${LINK}`)?.getAttribute("href").split("/").at(-2);
const allCards = () => [...document.querySelectorAll("ul.rd-cards > li, .rd-order__list > .rd-card")].filter(idOf);

let choosing;

// What the button does: begins to choose, or ends it.
export async function press(button) {
  if (choosing) return choosing.end();
  const begun = new Choosing(button);
  choosing = begun;
  await learn();
  // A county's page has the facts that its cards leave out.
  const facts = document.querySelector("[data-facts]") ? await import("./choose-facts.js").then(({ rowsOf }) => rowsOf()).catch(() => undefined) : undefined;
  // A second press may have ended it by now.
  if (choosing === begun) begun.begin(facts);
}

class Choosing {
  constructor(button) {
    this.button = button;
    this.status = button.parentElement.querySelector("[role=status]");
    this.chosen = new Set();
    // Who comes back to the page, or sits down at it next, does not find what was ticked.
    this.left = () => this.end();
    addEventListener("pagehide", this.left);
    button.setAttribute("aria-pressed", "true");
  }

  begin(rows) {
    this.rows = rows;
    this.article = document.querySelector("article");
    for (const card of allCards()) this.addBox(card);
    // The order of calls makes new cards whenever something is ticked there.
    this.watch = new MutationObserver(() => allCards().forEach((card) => this.addBox(card)));
    for (const order of document.querySelectorAll(".rd-order__list")) this.watch.observe(order, { childList: true });
    this.ticked = ({ target }) => target.matches(".rd-choose input") && this.change(target);
    this.pressed = (event) => this.key(event);
    this.article.addEventListener("change", this.ticked);
    this.article.addEventListener("keydown", this.pressed);
    this.article.append(this.makeBar());
    this.count();
    this.status.textContent = t("Each program has a box to tick now. In a box, Enter leads to the button that prints.");
  }

  addBox(card) {
    if (card.querySelector(":scope > .rd-choose")) return;
    const id = idOf(card);
    const label = element("label", { class: "rd-choose" });
    const box = element("input", { type: "checkbox", autocomplete: "off", value: id });
    box.checked = this.chosen.has(id);
    label.append(box, element("span", {}, t("Print")), element("span", { class: "govuk-visually-hidden" }, ` ${card.querySelector("h3").textContent}`));
    card.prepend(label);
  }

  makeBar() {
    this.bar = element("section", { class: "rd-choosing", "aria-label": t("Chosen to print") });
    this.said = element("p", { role: "status" });
    const [prints, clears, ends] = [
      [t("Print these"), () => this.print()],
      [t("Clear"), () => this.clear()],
      [t("Close"), () => this.end()],
    ].map(([text, does]) => {
      const button = element("button", { type: "button", class: "rd-button" }, text);
      button.addEventListener("click", does);
      return button;
    });
    prints.classList.add("rd-choosing__print");
    this.prints = prints;
    this.bar.append(this.said, prints, clears, ends);
    return this.bar;
  }

  // Who stands under several needs is one: all its boxes say the same.
  change({ value, checked }) {
    if (checked) this.chosen.add(value);
    else this.chosen.delete(value);
    for (const box of this.article.querySelectorAll(`.rd-choose input[value="${CSS.escape(value)}"]`)) box.checked = checked;
    this.count();
  }

  key(event) {
    if (event.key !== "Enter" || !event.target.matches(".rd-choose input")) return;
    event.preventDefault();
    this.prints.focus();
  }

  count() {
    this.said.textContent = this.chosen.size ? tn(this.chosen.size, "{number} chosen", "{number} chosen") : t("Tick what to print.");
  }

  clear() {
    this.chosen.clear();
    for (const box of this.article.querySelectorAll(".rd-choose input")) box.checked = false;
    this.count();
  }

  end() {
    removeEventListener("pagehide", this.left);
    this.watch?.disconnect();
    this.article?.removeEventListener("change", this.ticked);
    this.article?.removeEventListener("keydown", this.pressed);
    const hadFocus = this.bar?.contains(document.activeElement);
    for (const part of document.querySelectorAll(".rd-choose, .rd-choosing, .rd-chosen")) part.remove();
    document.body.classList.remove("rd-prints-chosen");
    this.button.setAttribute("aria-pressed", "false");
    this.status.textContent = "";
    if (hadFocus) this.button.focus();
    choosing = undefined;
  }

  // The page prints only what was chosen; afterwards it is as before, ticks and all.
  async print() {
    if (!this.chosen.size) {
      this.said.textContent = t("Nothing is ticked yet.");
      return;
    }
    const sheet = this.sheet();
    document.body.append(sheet);
    document.body.classList.add("rd-prints-chosen");
    const done = () => {
      sheet.remove();
      document.body.classList.remove("rd-prints-chosen");
    };
    addEventListener("afterprint", done, { once: true });
    // Where details are hidden, their words change before the paper is set.
    await null;
    print();
  }

  // Cards of the lists say all that cards say: those of the order say what was ticked there, too.
  cards() {
    const found = new Map();
    for (const card of allCards().filter((one) => this.chosen.has(idOf(one)))) {
      const known = found.get(idOf(card));
      if (!known || known.closest(".rd-order")) found.set(idOf(card), card);
    }
    return [...found];
  }

  sheet() {
    const cards = this.cards();
    const sources = [...new Set(cards.flatMap(([, card]) => [...(card.closest("section")?.querySelectorAll(".rd-sources") ?? [])]))];
    const sheet = element("section", { class: "rd-chosen md-typeset" });
    const list = element("ul", { class: "rd-cards rd-chosen__list" });
    list.append(...cards.map(([id, card]) => this.item(id, card)));
    sheet.append(paperHead(sources), element("h1", {}, document.querySelector("main h1").textContent));
    sheet.append(element("p", { class: "rd-lead" }, tn(cards.length, "{number} program, chosen from the list of this place.", "{number} programs, chosen from the list of this place.")));
    sheet.append(...[...document.querySelectorAll("article .rd-hotlines")].map(copy), list);
    if (!this.rows) sheet.append(element("p", {}, t("Hours and who qualifies: ask when you call.")));
    const said = new Set(sources.map((source) => source.textContent));
    sheet.append(...sources.filter((source) => said.delete(source.textContent)).map(copy));
    return sheet;
  }

  item(id, card) {
    // Where all of a list are of one kind, the list says it.
    const [kind] = /\brd-type--\w+/.exec(`${card.className} ${card.parentElement.className}`) ?? [];
    const item = element("li", { class: ["rd-card", kind].filter(Boolean).join(" ") });
    item.append(...[...card.children].filter((part) => part.matches("h3, p")).map(copy));
    const rows = this.rows?.(id) ?? [];
    const list = element("dl");
    for (const [heading, lines] of rows) {
      list.append(element("dt", {}, heading));
      const said = element("dd");
      lines.forEach((line, index) => said.append(...(index ? [element("br")] : []), element("span", { lang: line.english && "en" }, line.english ?? line)));
      list.append(said);
    }
    if (rows.length) item.append(list);
    return item;
  }
}

// As it stands, without what may be on a page only once.
function copy(part) {
  const made = part.cloneNode(true);
  made.removeAttribute("aria-labelledby");
  for (const named of made.querySelectorAll("[id]")) named.removeAttribute("id");
  return made;
}
