// Words as the search compares them. `search/folding.py` does the same where the files are made.
// No expression here looks behind itself: Safari could not read one before 2023.
const LETTERS = { ß: "ss", ø: "o", ł: "l", đ: "d", æ: "ae", œ: "oe", ı: "i" };
const SHORT_FORMS = new Map([["saint", "st"], ["sainte", "ste"], ["fort", "ft"], ["mount", "mt"]]);
export const STOP_WORDS = new Set(
  ("a an and at by county for from help i in me my near need of on or parish the to with cerca con de del el en la las " +
    "los necesito para por un una y").split(" "),
);

// Words that a name's first letters leave out.
export const SMALL = new Set("of the and for in at to a an de del y".split(" "));

export function folded(text) {
  return text
    .replace(/['’‘ʼʻ`´]/g, "")
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[ßøłđæœı]/g, (letter) => LETTERS[letter])
    .replace(/(^|[^\p{L}\p{N}_])((?:[a-z]\.){2,}[a-z]?)(?![a-z])/gu, (_, before, letters) => before + letters.replace(/\./g, ""));
}

export function wordsOf(text) {
  const words = folded(text).split(/[^\p{L}\p{N}]+/u);
  return words.filter(Boolean).map((word) => SHORT_FORMS.get(word) ?? word);
}

// Other words for what is typed so far: the singular, and the short form of a word that is being typed ("sain": "st").
export function alsoTyped(word) {
  const found = [];
  if (word.length > 4 && word.endsWith("ies")) found.push(word.slice(0, -3) + "y");
  if (word.length > 4 && word.endsWith("s") && !word.endsWith("ss")) found.push(word.slice(0, -1));
  if (word.length > 1) {
    for (const [long, short] of SHORT_FORMS) if (long.startsWith(word)) found.push(short);
  }
  return found;
}

const PHONE = /(^|\D)(?:\+?1[\s.-]?)?\(?(\d{3})\)?[\s.-]?(\d{3})[\s.-]?(\d{4})(?!\d)/g;

// What people write before a number.
const LABEL = /\b(?:(?:zip(?: code)?|pha|phone|tel)\b[\s:#.]*(?=\S*\d)|coc\b[\s:#.]*(?=[a-z]{2}[ -]?\d{3}\b))/gi;
// The letters on a telephone's keys: "800-799-SAFE".
const SPELLED = /^1?[\s.(-]*(\d{3})[\s.)-]*(\d{3})[\s.-]*([a-z]{4})$/i;
const KEYS = "22233344455566677778889999";
const keyed = (letters) => [...letters.toLowerCase()].map((letter) => KEYS[letter.charCodeAt(0) - 97]).join("");

// What was typed, as terms: a word, or a number written with marks ("CO-503", "(303) 555-0170"), which is one word and
// has its parts besides.
export function termsOf(text) {
  const plain = text.replace(/[‐‑–—]/g, "-").replace(LABEL, "").trim();
  const digits = plain.replace(/\D/g, "");
  if (digits.length >= 3 && /^[\d\s().+-]+$/.test(plain)) {
    const zip = /^(\d{5})-\d{0,4}$/.exec(plain);
    if (zip) return [{ word: zip[1] }];
    return [{ word: /^\+?1[\s.(-]/.test(plain) || digits.length === 11 ? digits.replace(/^1/, "") : digits }];
  }
  const spelled = SPELLED.exec(plain);
  if (spelled) return [{ word: spelled[1] + spelled[2] + keyed(spelled[3]) }];
  const whole = /^([a-z]{2}) ?(\d{3})$/i.exec(plain);
  if (whole) return [{ word: folded(whole[1] + whole[2]), parts: wordsOf(whole[1] + " " + whole[2]) }];
  const terms = [];
  const numbers = plain
    .replace(PHONE, (_, before, a, b, c) => `${before} ${a}${b}${c} `)
    .replace(/\b(\d{5})-\d{4}\b/g, "$1");
  for (const piece of numbers.split(/\s+/)) {
    if (/^[a-z]+(-[a-z\d]*\d[a-z\d]*)+[,.;]?$/i.test(piece)) {
      terms.push({ word: folded(piece).replace(/[^\p{L}\p{N}]/gu, ""), parts: wordsOf(piece) });
    } else {
      terms.push(...wordsOf(piece).map((word) => ({ word })));
    }
  }
  return terms;
}

// True where one letter too many, too few, wrong, or swapped with its neighbour tells two words apart. `open`: where the
// second may go on.
export function nearly(typed, word, open = false) {
  if (open && word.length > typed.length) {
    return [-1, 0, 1].some((more) => nearly(typed, word.slice(0, typed.length + more)));
  }
  const [long, short] = typed.length >= word.length ? [typed, word] : [word, typed];
  if (long.length - short.length > 1) return false;
  let start = 0;
  while (start < short.length && long[start] === short[start]) start += 1;
  if (long.length > short.length) return long.slice(start + 1) === short.slice(start);
  if (long.slice(start + 1) === short.slice(start + 1)) return true;
  return long[start] === short[start + 1] && long[start + 1] === short[start] && long.slice(start + 2) === short.slice(start + 2);
}
