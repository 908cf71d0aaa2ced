// What every page does: the exit button, the search boxes.
import { ExitThisPage } from "../vendor/govuk-frontend/exit-this-page.bundle.mjs";

class Exit extends ExitThisPage {
  // The title goes first: it is what a shared screen still shows while the next page loads.
  exitPage() {
    this.title = this.title || document.title;
    document.title = "\u200b";
    super.exitPage();
  }

  resetPage() {
    if (this.title) document.title = this.title;
    super.resetPage();
  }
}

document.body.classList.add("js-enabled", "govuk-frontend-supported");
const exit = document.querySelector(".rd-exit");
if (exit) {
  const button = exit.querySelector("a");
  button.classList.add("govuk-exit-this-page__button");
  new Exit(exit);
}

// The search is fetched when a box gets the focus; pages on which nobody searches fetch nothing.
const boxes = [...document.querySelectorAll("[data-rd-search]")];
for (const box of boxes) {
  const input = box.querySelector("input");
  // On a narrow screen the header's box is behind a button.
  const button = box.querySelector(".rd-search__open");
  const open = (shown) => {
    box.classList.toggle("rd-search--open", shown);
    button.setAttribute("aria-expanded", String(shown));
    (shown ? input : button).focus();
  };
  const leave = () => (box.classList.contains("rd-search--open") ? open(false) : input.blur());
  // What is pressed before the script is there.
  const early = (event) => {
    box.dataset.enter = event.key === "Enter" ? "yes" : "";
    if (event.key === "Escape") leave();
  };
  const begin = async (search) => {
    await search.attach(box);
    input.removeEventListener("keydown", early);
  };
  input.addEventListener("keydown", early);
  input.addEventListener("focus", () => import("./search.js").then(begin), { once: true });
  box.addEventListener("rd-search-leave", leave);
  if (!button) continue;
  button.addEventListener("click", () => open(true));
  box.querySelector(".rd-search__close").addEventListener("click", leave);
}

// The contents list of a long page stands beside it as well, where a wide screen has room for it.
const side = document.querySelector(".md-sidebar--secondary:empty");
const jump = document.querySelector(".rd-jump ul");
if (side && jump) {
  const made = (name, className, ...children) => {
    const element = document.createElement(name);
    element.className = className;
    element.append(...children);
    return element;
  };
  const list = jump.cloneNode(true);
  list.className = "md-nav__list";
  const nav = made("nav", "md-nav md-nav--secondary", made("div", "md-nav__title", side.dataset.title), list);
  nav.setAttribute("aria-label", side.dataset.title);
  side.append(made("div", "md-sidebar__scrollwrap", made("div", "md-sidebar__inner", nav)));
}

// Maps watch for the reader to come near.
if (document.querySelector(".rd-map")) import("./map-loader.js");

// Only a press asks the browser where it is; what that needs is fetched then.
for (const part of document.querySelectorAll("[data-rd-locate]")) {
  if (!("geolocation" in navigator)) continue;
  part.hidden = false;
  part.querySelector("button").addEventListener("click", () => import("./locate.js").then(({ locate }) => locate(part)));
}

// "/" goes to the box, as in the theme.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest && event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey || !boxes.length) return;
  event.preventDefault();
  const box = boxes[boxes.length - 1];
  const button = box.querySelector(".rd-search__open");
  if (button && button.offsetParent) button.click();
  else box.querySelector("input").focus();
});

// What is done with a page: the header brought it along.
const tools = document.querySelector(".rd-tools");
const offered = document.getElementById("rd-tools");
if (tools && offered) tools.prepend(offered.content.cloneNode(true));

for (const button of document.querySelectorAll("[data-rd-hide]")) {
  button.addEventListener("click", () => import("./hide.js").then((hide) => hide.press(button, button.nextElementSibling)));
}

// How old facts are on the day of reading is told when there is nothing else to do.
if (document.querySelector("[data-rd-days]")) {
  (globalThis.requestIdleCallback ?? setTimeout)(() => import("./freshness.js").then(({ tellAll }) => tellAll()));
}

for (const button of document.querySelectorAll("[data-rd-print]")) button.addEventListener("click", () => window.print());

// Programs are chosen for paper where the hot lines stand, which always go with them.
const canChoose = document.querySelector(".rd-hotlines") && document.querySelector(".rd-cards h3 > a[href*='resources/']");
for (const button of document.querySelectorAll("[data-rd-choose]")) {
  button.hidden = !canChoose;
  button.addEventListener("click", () => import("./choose.js").then((choose) => choose.press(button)));
}

// Paper says whose it is, of which page, of which day and how old its facts are; addresses of links are written out.
const WRITTEN_OUT = ":is(.rd-smallprint, .rd-facts, .rd-callbox, .rd-gap, .rd-cards > li, .rd-card) a[href^='http']";
const inWords = (date) => {
  const { lang } = document.documentElement;
  return date.toLocaleDateString(lang === "en" ? "en-GB" : lang, { day: "numeric", month: "long", year: "numeric" });
};
const shortened = (address) => address.replace(/^https?:\/\/(www\.)?|\/$/g, "");

// What stands above all else; the days are those on which the facts of parts of a page were last taken.
export function paperHead(parts) {
  const head = document.getElementById("rd-printhead").content.firstElementChild.cloneNode(true);
  const [at, day, facts] = ["at", "day", "facts"].map((name) => head.querySelector(`.rd-printhead__${name}`));
  const page = document.querySelector("link[rel=canonical]")?.href ?? (location.protocol === "file:" ? "" : location.origin + location.pathname);
  at.textContent = shortened(page);
  day.textContent = inWords(new Date());
  const days = parts.flatMap((part) => [...part.querySelectorAll("time")].map(({ dateTime }) => dateTime)).sort();
  facts.hidden = !days.length;
  facts.querySelector("span").textContent = [...new Set([days[0], days.at(-1)])].map((one) => one && inWords(new Date(`${one}T12:00`))).join(" – ");
  return head;
}

addEventListener("beforeprint", () => {
  const article = document.querySelector("article");
  if (!article || !offered) return;
  for (const link of article.querySelectorAll(WRITTEN_OUT)) {
    const address = shortened(link.getAttribute("href"));
    if (!link.textContent.includes(address)) link.dataset.written = address;
  }
  article.querySelector(".rd-printhead")?.remove();
  article.prepend(paperHead([...article.querySelectorAll(".rd-sources")]));
});

// "Is this still right?": letters are filled in when somebody turns to them. The entry's text is read before any
// details can be hidden; a press that comes too early waits.
for (const part of document.querySelectorAll("[data-rd-answers]")) {
  const text = part.querySelector("pre").textContent;
  const fill = () => import("./answers.js").then((answers) => answers.attach(part, text)).catch(() => {});
  let filled;
  const begin = () => (filled ??= fill().then(() => part.setAttribute("data-ready", "")));
  for (const kind of ["pointerover", "pointerdown", "focusin", "toggle"]) part.addEventListener(kind, begin, { once: true, capture: true });
  part.addEventListener("click", async (event) => {
    const link = event.target.closest(".rd-answer a");
    if (!link || part.hasAttribute("data-ready")) return;
    event.preventDefault();
    await begin();
    link.click();
  });
}
