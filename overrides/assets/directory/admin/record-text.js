// The standard text of a record, as `make format` writes it (hooks/resource_directory/canonical.py): a change made on
// the editing screen then shows only what changed. A test writes every record with this and compares.

const WIDTH = 100;
/** What one or another edition of YAML would read as something else than text. */
const NOT_TEXT = [
  /^(?:true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/,
  /^(?:~|null|Null|NULL|)$/,
  /^[-+]?(?:\d[\d_:]*|0b[01_]+|0x[0-9a-fA-F_]+|0o[0-7]+)$/,
  /^[-+]?(?:\.[\d_]+|\d[\d_:]*(?:\.[\d_]*)?)(?:[eE][-+]?\d+)?$/,
  /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
  /^(?:=|<<)$/,
];
/** What would be read as a mark of YAML: at the beginning, before a space or the end, behind a space. */
const MARKS = /^[#,[\]{}&*!|>'"%@`]|^[?:-](?=\s|$)|^(?:---|\.\.\.)|:(?=\s|$)|\s#|^\s|\s$/;
/** What the standard form writes with escapes. */
const UNSEEN = /[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/u;

/** The record without what holds nothing: absent means absent. */
export function filled(value) {
  if (Array.isArray(value)) {
    const items = value.map(filled).filter((item) => item !== undefined);
    return items.length ? items : undefined;
  }
  if (value !== null && typeof value === "object") {
    const pairs = Object.entries(value).map(([name, inner]) => [name, filled(inner)]);
    const kept = pairs.filter(([, inner]) => inner !== undefined);
    return kept.length ? Object.fromEntries(kept) : undefined;
  }
  const text = typeof value === "string" ? value.trim() : value;
  return text === "" || text === null ? undefined : text;
}

/** The record with its fields in the model's order, as `admin/model.js` tells it; null: a table that is sorted. */
export function ordered(value, order) {
  if (Array.isArray(value)) return value.map((item) => ordered(item, order));
  if (value === null || typeof value !== "object") return value;
  const names = Object.keys(value);
  const known = order === null ? names.toSorted() : Object.keys(order).filter((name) => name in value);
  const all = [...known, ...names.filter((name) => !known.includes(name))];
  return Object.fromEntries(all.map((name) => [name, ordered(value[name], within(order, name))]));
}

function within(order, name) {
  return order && name in order ? order[name] : {};
}

/** YAML text of a record: plain data, its fields in the model's order. */
export function recordText(record) {
  return table(record, 0);
}

function table(pairs, indent) {
  return Object.entries(pairs)
    .map(([name, value]) => " ".repeat(indent) + named(`${scalar(name, 0, 0)}:`, value, indent))
    .join("");
}

function named(start, value, indent) {
  if (Array.isArray(value)) return `${start}\n${list(value, indent)}`;
  if (value !== null && typeof value === "object") return `${start}\n${table(value, indent + 2)}`;
  return `${start} ${scalar(value, indent + 2, indent + start.length + 1)}\n`;
}

function list(items, indent) {
  const begin = `${" ".repeat(indent)}- `;
  return items
    .map((item) =>
      item !== null && typeof item === "object"
        ? begin + table(item, indent + 2).slice(indent + 2)
        : `${begin}${scalar(item, indent + 2, begin.length)}\n`,
    )
    .join("");
}

/** A text or number. `indent`: where its further lines begin. `column`: where it stands. */
function scalar(value, indent, column) {
  const text = String(value);
  if (typeof value !== "string") return text;
  if (UNSEEN.test(text) || / \n/.test(text)) return JSON.stringify(text);
  if (text.includes("\n")) return `|-\n${lines(text, indent)}`;
  if (!MARKS.test(text) && !NOT_TEXT.some((pattern) => pattern.test(text))) return folded(text, indent, column);
  return `'${folded(text.replaceAll("'", "''"), indent, column + 1)}'`;
}

function lines(text, indent) {
  return text
    .split("\n")
    .map((line) => (line ? " ".repeat(indent) + line : ""))
    .join("\n");
}

/** Long text goes on in a new line at the first single space past the width. */
function folded(text, indent, column) {
  const letters = [...text];
  let made = "";
  let at = column;
  letters.forEach((letter, index) => {
    const single = letter === " " && letters[index - 1] !== " " && letters[index + 1] !== " ";
    if (single && index > 0 && index < letters.length - 1 && at > WIDTH) {
      made += `\n${" ".repeat(indent)}`;
      at = indent;
    } else {
      made += letter;
      at += 1;
    }
  });
  return made;
}
