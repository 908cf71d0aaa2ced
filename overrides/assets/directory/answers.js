// "Is this still right?": letters and forms that hold the entry's facts, which stand once on the page, as text.
// What goes into an address holds no telling word: it may stay in a history, where a mail program is a web site.
import { t } from "./messages.js";

// Whole words, the longest first; a space in a word matches a hyphen or an underline too.
function matcher(words) {
  const parts = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll(" ", "[\\s_-]+"));
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${parts.join("|")})(?![\\p{L}\\p{N}])`, "iu");
}

// Lines by their label, in order.
function grouped(text) {
  const groups = new Map();
  for (const line of text.split("\n")) {
    const [label] = line.split(":", 1);
    groups.set(label, [...(groups.get(label) ?? []), line.slice(label.length + 2)]);
  }
  return groups;
}

// Makes an address that is short enough from the facts that may stand in one: the longest are left out first, the
// numbers to call last.
function fitted(facts, longest, last, made) {
  const kept = new Map(facts);
  const left = [];
  for (;;) {
    const address = made(kept, left);
    if (address.length <= longest || !kept.size) return address;
    const size = ([label, lines]) => (label === last ? 0 : encodeURIComponent(lines.join(label)).length);
    const [label] = [...kept].reduce((one, other) => (size(other) > size(one) ? other : one));
    kept.delete(label);
    left.push(label);
  }
}

// Only the first few by name: the names must not fill the letter.
function named(labels, { most, more }) {
  const others = labels.length - most;
  return labels.slice(0, most).join(", ") + (others > 0 ? more.replace("{number}", others) : "");
}

function letter(start, answer, entry, facts, told, data) {
  const { head, intro, asked, end, left: leftOut } = data;
  const [longest] = data.longest;
  return fitted(facts, longest, data.last, (kept, left) => {
    const out = [...told, ...left];
    const body = [
      intro[answer],
      ...(out.length ? ["", leftOut.replace("{labels}", named(out, data))] : []),
      "",
      ...Object.entries({ [head.entry]: entry.id, [head.version]: entry.version, [head.answer]: answer }).map((pair) => pair.join(": ")),
      ...asked[answer].filter(([label]) => !facts.has(label)).map(([label, hint]) => `${label} (${hint}):`),
      "",
      ...[...kept].flatMap(([label, lines]) => lines.map((line) => `${label}: ${line}`)),
      end,
    ];
    return `${start}${encodeURIComponent(body.join("\n").replaceAll("\n", "\r\n"))}`;
  });
}

function form(start, entry, facts, ids, data) {
  return fitted(facts, data.longest[1], data.last, (kept) => {
    const filled = [...kept].filter(([label]) => label in ids).map(([label, lines]) => [ids[label], lines.join("\n").replaceAll(" \u00b6 ", "\n")]);
    return [start, `title=${encodeURIComponent(`${data.head.entry} ${entry.id}`)}`, `version=${entry.version}`, ...filled.map((pair) => pair.map(encodeURIComponent).join("="))].join("&");
  });
}

function copying(text) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = t("Copy");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    button.textContent = t("Copied");
  });
  return button;
}

// Fills the addresses of the block's links; `text` is the entry as text.
export async function attach(part, text) {
  if (navigator.clipboard) part.querySelector("pre").after(copying(text));
  const answer = await fetch(new URL("entry.json", import.meta.url));
  const data = await answer.json();
  const groups = grouped(text);
  const entry = { id: groups.get(data.head.entry)[0], version: groups.get(data.head.version)[0] };
  groups.delete(data.head.entry);
  groups.delete(data.head.version);
  const telling = matcher(data.telling);
  const ids = data.fields[part.dataset.rdAnswers] ?? {};
  const isTelling = ([label, lines]) => telling.test([label, ids[label], ...lines].join("\n"));
  const facts = new Map([...groups].filter((group) => !isTelling(group)));
  const told = [...groups.keys()].filter((label) => !facts.has(label) && !telling.test(label));
  part.querySelectorAll(".rd-answer").forEach((line, index) => {
    for (const link of line.querySelectorAll("a")) {
      const address = link.getAttribute("href");
      if (address.startsWith("mailto:")) link.href = letter(`${address}&body=`, data.answers[index], entry, facts, told, data);
      else if (address.includes("/new?template=")) link.href = form(address, entry, facts, ids, data);
    }
  });
}
