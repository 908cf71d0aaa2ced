// Words in the page's language. Every text that a script shows goes through `t` or `tn`: the catalogue is made from them.

// `t("{name} is near", { name })`: the text with its values put in.
export function t(text, values = {}) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

// `tn(2, "{number} result", "{number} results")`: the text for one, or for any other number.
export function tn(number, one, many, values = {}) {
  const shown = number.toLocaleString(document.documentElement.lang || "en");
  return t(number === 1 ? one : many, { number: shown, ...values });
}
