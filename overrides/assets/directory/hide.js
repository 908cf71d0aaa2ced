// "Hide details": names of kinds and words that give a reader away become neutral words, here and in all that comes
// later, until the button is pressed again. It lives as long as the page: nothing is stored, a new page starts plain.
import { t } from "./messages.js";

const ATTRIBUTES = ["aria-label", "title", "alt", "placeholder"];
const UNTOUCHED = "script, style, textarea, [contenteditable]";
const WHAT = { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES };

const plain = new WeakMap(); // a text, or an element's attributes: what stood there, and what stands there instead
let words; // of the page's language, once they are here
let observer;

const key = (phrase) => phrase.replace(/[\s_-]+/g, " ").toLowerCase();

// Whole words, the longest first; a space in a phrase matches a hyphen too.
function matcher(pairs) {
  const parts = pairs.map(([phrase]) => phrase.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll(" ", "[\\s_-]+"));
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${parts.join("|")})(?![\\p{L}\\p{N}])`, "giu");
}

async function load() {
  const wanted = [document.documentElement.lang, "en"].filter(Boolean);
  for (const language of wanted) {
    const answer = await fetch(new URL(`neutral-${language}.json`, import.meta.url));
    if (!answer.ok) continue;
    const { kinds, labels, words: telling } = await answer.json();
    const pairs = [...labels, ...telling].sort((one, other) => other[0].length - one[0].length);
    return { kinds, instead: new Map(pairs), all: matcher(pairs), telling: matcher(telling) };
  }
  throw new Error("no neutral words");
}

function inCase(text, like) {
  return /^\p{Lu}/u.test(like) && !/^\p{Lu}{2}/u.test(like) ? text[0].toUpperCase() + text.slice(1) : text;
}

function reworded(text) {
  return text.replace(words.all, (found) => {
    const instead = words.instead.get(key(found));
    // A name that begins with capitals, such as HUD, keeps them.
    const lower = /^\p{Lu}{2}/u.test(instead) ? instead : instead[0].toLowerCase() + instead.slice(1);
    return inCase(lower, found);
  });
}

// A record's kind, as near as the page tells it.
function kindOf(element) {
  const near = element.closest("a, li, .rd-popup");
  const marked = element.closest("[class*='rd-type--']") || (near && near.querySelector("[class*='rd-icon--'], [class*='rd-type--']"));
  const code = marked && /rd-(?:type|icon)--(\w+)/.exec(marked.className);
  if (code && words.kinds[code[1]]) return words.kinds[code[1]];
  return element.closest(".rd-hotlines") ? words.kinds.hotline : t("Organization");
}

// The page's title without the site's name: it is neutral from the start.
function ownTitle() {
  const site = document.querySelector(".md-header__title");
  const end = site ? ` - ${site.textContent.trim()}` : "";
  return end && document.title.endsWith(end) ? document.title.slice(0, -end.length) : document.title;
}

// The name of an organization is not reworded, for that would be another's name: the page says what kind it is.
function instead(text, element) {
  const link = element.closest("a[href]");
  const address = link ? link.getAttribute("href") : "";
  words.telling.lastIndex = 0;
  if (element.closest("main[data-record] h1")) {
    return words.telling.test(text) ? ownTitle() : reworded(text);
  }
  if (/^mailto:/.test(address) && text.includes("@")) return t("e-mail");
  if (/^https?:/.test(address) && (/^\s*\S+\.\S+\s*$/.test(text) || words.telling.test(text))) return t("web site");
  words.telling.lastIndex = 0;
  if (/(^|\/)resources\//.test(address) && words.telling.test(text)) return kindOf(link);
  return reworded(text);
}

function hideText(node) {
  const element = node.parentElement;
  if (!element || element.closest(UNTOUCHED)) return;
  const known = plain.get(node);
  if (known && known.now === node.data) return;
  const now = instead(node.data, element);
  if (now === node.data) return;
  plain.set(node, { was: node.data, now });
  node.data = now;
}

function hideAttributes(element) {
  if (element.closest(UNTOUCHED)) return;
  for (const name of ATTRIBUTES) {
    const value = element.getAttribute(name);
    const known = plain.get(element) || {};
    if (!value || (known[name] && known[name].now === value)) continue;
    const now = reworded(value);
    if (now === value) continue;
    plain.set(element, { ...known, [name]: { was: value, now } });
    element.setAttribute(name, now);
  }
}

function showText(node) {
  const known = plain.get(node);
  if (known && known.now === node.data) node.data = known.was;
  plain.delete(node);
}

function showAttributes(element) {
  for (const [name, known] of Object.entries(plain.get(element) || {})) {
    if (element.getAttribute(name) === known.now) element.setAttribute(name, known.was);
  }
  plain.delete(element);
}

function walk(root, ofText, ofElement) {
  if (root.nodeType === Node.TEXT_NODE) return ofText(root);
  if (root.nodeType !== Node.ELEMENT_NODE) return undefined;
  ofElement(root);
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.nodeType === Node.TEXT_NODE) ofText(node);
    else ofElement(node);
  }
  return undefined;
}

function changed(records) {
  for (const { type, target, addedNodes } of records) {
    if (type === "characterData") hideText(target);
    else if (type === "attributes") hideAttributes(target);
    else for (const node of addedNodes) walk(node, hideText, hideAttributes);
  }
}

function begin() {
  document.documentElement.classList.add("rd-hidden");
  walk(document.body, hideText, hideAttributes);
  observer = new MutationObserver(changed);
  observer.observe(document.body, WHAT);
}

function end() {
  observer.disconnect();
  observer = undefined;
  walk(document.body, showText, showAttributes);
  document.documentElement.classList.remove("rd-hidden");
}

// What the button does: hides details, or shows them again. It says how it stands.
export async function press(button, status) {
  const hide = !observer;
  if (hide) {
    try {
      words = words || (await load());
    } catch {
      status.textContent = t("The neutral words could not be loaded. Nothing is hidden.");
      return;
    }
    if (!observer) begin();
  } else end();
  button.setAttribute("aria-pressed", String(hide));
  status.textContent = hide ? t("Details are hidden on this page. A new page shows them again.") : t("Details are shown.");
}
