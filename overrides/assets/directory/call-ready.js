// "Have ready" for one organization: on the page, as plain text to copy, and as a card to print. The card says nothing of
// what was ticked: it may be handed on.
import { dial, phoneText } from "./call-words.js";
import { element } from "./elements.js";
import { t } from "./messages.js";

const ROLES = ["referrals", "intake", "coordinated_entry", "enrollment", "waiting_list", "compensation_claims", "general"];
const LINES_FOR_NOTES = 8;

// What a record says, which is in English.
const english = (text) => text && { english: text };

function whom(record, words) {
  const contacts = [...(record.c ?? [])].filter(({ r }) => ROLES.includes(r));
  contacts.sort((one, other) => ROLES.indexOf(one.r) - ROLES.indexOf(other.r));
  if (!contacts.length) return [t("Not known. Say what is needed, and ask who takes referrals.")];
  return contacts.slice(0, 2).map(({ r, t: title, n, p, d }) => {
    const name = [words.roles[r], title, n].filter(Boolean).join(", ");
    return [name, p && phoneText(p), d].filter(Boolean).join(". ");
  });
}

function language(record, say) {
  const ready = record.d ?? {};
  const said = [record.l && t("Staff speak {languages}.", { languages: say.languageNames(record.l) }), english(ready.i)].filter(Boolean);
  return said.length ? said : [t("Not known. Ask for an interpreter.")];
}

// The card: a title, numbers, and rows of heading and lines.
export function card({ record }, say, words) {
  const ready = record.d ?? {};
  const own = record.z?.[document.documentElement.lang] ?? {};
  const type = words.types[record.t];
  const routes = (record.r?.r ?? []).map((code) => words.routes[code]);
  const rows = [
    [t("Whom to ask for"), whom(record, words)],
    [t("Who may call"), routes.length ? routes : [t("Not known. Ask whether the person or an agency should call.")]],
    [t("How to apply"), own.a || ready.a ? [own.a ?? english(ready.a)] : []],
    [t("What to bring"), ready.d?.map(english) ?? [t("Not known. Ask what to bring, and what can be left out.")]],
    [t("Language"), language(record, say)],
    [t("Cost"), ready.f ? [english(ready.f)] : []],
    [t("Where"), record.w ? [record.w] : record.x ? [t("The address is not published.")] : []],
    [t("What to say first"), type.say],
    [t("What to ask"), type.ask],
  ];
  return { name: say.name(record), phones: record.p ?? [], of: record.o, purposes: words.purposes, rows: rows.filter(([, lines]) => lines.length) };
}

export function plainText({ name, phones, rows }) {
  const numbers = phones.map(phoneText);
  const told = rows.map(([heading, lines]) => [`${heading}:`, ...lines.map((line) => `- ${line.english ?? line}`)].join("\n"));
  return [name, ...numbers, "", ...told].join("\n") + "\n";
}

function body(made) {
  const parts = [];
  const numbers = element("p", { class: "rd-ready__numbers" });
  for (const phone of made.phones) {
    numbers.append(element("a", { class: "rd-call", href: dial(phone) }, phoneText(phone)));
    const [purpose, said] = [made.purposes[phone[4]], phone[5]];
    if (purpose) numbers.append(" ", element("span", { class: "rd-quiet" }, said ? `${purpose}.` : purpose));
    if (said) numbers.append(" ", element("span", { class: "rd-quiet", lang: "en" }, said));
    numbers.append(" ");
  }
  parts.push(numbers);
  const rows = element("dl", { class: "rd-ready__rows" });
  for (const [heading, lines] of made.rows) {
    rows.append(element("dt", {}, heading), ...lines.map((line) => element("dd", { lang: line.english && "en" }, line.english ?? line)));
  }
  parts.push(rows);
  return parts;
}

export function readyPanel(made, asks) {
  const panel = element("div", { class: "rd-ready__panel" });
  panel.append(...body(made));
  if (asks.length) {
    const list = element("p");
    list.append(element("strong", {}, t("Ask also, of what you ticked:")), ` ${asks.join("; ")}. `);
    list.append(element("span", { class: "rd-quiet" }, t("This is not on the card.")));
    panel.append(list);
  }
  const status = element("span", { role: "status", class: "rd-quiet" });
  const copy = element("button", { type: "button", class: "rd-button" }, t("Copy as text"));
  copy.addEventListener("click", () => copied(made, status));
  const print = element("button", { type: "button", class: "rd-button" }, t("Print a card"));
  print.addEventListener("click", () => printed(made));
  const tools = element("p", { class: "rd-ready__tools" });
  tools.append(copy, print, status);
  panel.append(tools);
  return panel;
}

async function copied(made, status) {
  try {
    await navigator.clipboard.writeText(plainText(made));
    status.textContent = t("Copied. It is now in this device's clipboard.");
  } catch {
    status.textContent = t("The browser did not allow copying. Print the card, or mark the text.");
  }
}

// The page prints only the card, with room for notes by hand; afterwards it is as before.
function printed(made) {
  const sheet = element("section", { class: "rd-sheet" });
  const notes = element("div", { class: "rd-sheet__notes", "aria-hidden": "true" });
  notes.append(...Array.from({ length: LINES_FOR_NOTES }, () => element("div")));
  const site = document.querySelector(".md-header__title")?.textContent.trim();
  sheet.append(
    element("h1", {}, made.name), ...body(made), element("h2", {}, t("Notes")), notes,
    element("p", { class: "rd-quiet" }, [site, t("Call before you go: facts change.")].filter(Boolean).join(". ")),
  );
  document.body.append(sheet);
  document.body.classList.add("rd-prints-card");
  const done = () => {
    sheet.remove();
    document.body.classList.remove("rd-prints-card");
  };
  addEventListener("afterprint", done, { once: true });
  print();
}
