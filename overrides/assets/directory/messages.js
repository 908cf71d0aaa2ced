// Words in the page's language. Every text that a script shows goes through `t` or `tn`: the catalogue is made from them.

// A worker has no document: it is told its language with `learn`.
export let language = globalThis.document?.documentElement.lang || "en";
let texts = {};
let form = (number) => Number(number !== 1);

// Called by the catalogue of a language, `messages/es.js`: each text with its forms, and which form a number takes.
export function speak(catalogue, plural) {
  texts = catalogue;
  form = plural;
}

// Comes true once the words are there. Pages in English fetch nothing.
export function learn(name = language) {
  language = name;
  return name === "en" ? Promise.resolve() : import(`./messages/${name}.js`).catch(() => {});
}

const filled = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));

// `t("{name} is near", { name })`: the text with its values put in.
export function t(text, values = {}) {
  return filled(texts[text]?.[0] ?? text, values);
}

// `tn(2, "{number} result", "{number} results")`: the text for one, or for any other number.
export function tn(number, one, many, values = {}) {
  const text = texts[one]?.[form(number)] ?? (number === 1 ? one : many);
  return filled(text, { number: number.toLocaleString(language), ...values });
}
