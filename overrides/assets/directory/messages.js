// Words in the page's language. Every text that a script shows goes through `t` or `tn`: the catalogue is made from them.

// A worker has no document: it is told its language with `learn`.
export let language = globalThis.document?.documentElement.lang || "en";
// Numbers and hours as people in this country write them: 10,000 in Spanish too.
export const figures = (value) => value.toLocaleString(localeOf(language));
export const localeOf = (code) => new Intl.Locale(code, { region: "US" }).baseName;
let texts = {};
let form = (number) => Number(number !== 1);
// What the addresses of the language's pages begin with, and which pages it has; how it says names of counties.
let site = { prefix: "", there: /^/, counties: {} };

// Called by the catalogue of a language, `messages/es.js`: each text with its forms, and which form a number takes.
export function speak(catalogue, plural, own) {
  texts = catalogue;
  form = plural;
  site = { ...own, there: new RegExp(own.there) };
}

const inOwn = (address) => (site.prefix && site.there.test(address) ? site.prefix + address : address);

// The address of a page (`co/denver/`) in the page's language, where it is there; else the English one. Where no server
// finds a folder's page (`scripts/offline/`), that of its file.
export function lead(address) {
  return globalThis.directoryPage?.(inOwn(address)) ?? inOwn(address);
}

// What a link needs to say of a page that is not in the page's language.
export function linkLanguage(address) {
  return site.prefix && !site.there.test(address) && !address.startsWith(site.prefix) ? "en" : "";
}

// The address of the English page that says the same.
export function inEnglish(address) {
  return site.prefix && address.startsWith(site.prefix) ? address.slice(site.prefix.length) : address;
}

// Whether a page is one for readers of the page's language: in it, or in English where there is none in it.
export function isOurs(address, prefixes) {
  const own = prefixes.find((prefix) => address.startsWith(prefix)) ?? "";
  return own ? own === site.prefix : inOwn(address) === address;
}

// The name of a place: "Denver County, Colorado".
export function place(name) {
  if (!site.prefix) return name;
  return name.split(", ").map((part) => {
    const [, own, kind] = /^(.+?) (City and Borough|Census Area|\w+)$/.exec(part) ?? [];
    return kind in site.counties ? site.counties[kind].replace("{name}", own) : t(part);
  }).join(", ");
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
  return filled(text, { number: figures(number), ...values });
}
