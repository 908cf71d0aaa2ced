// Places and needs: few enough to be looked through one by one, but for towns and ZIP codes, which stand in shards.
import { t } from "./messages.js";
import { SMALL, STOP_WORDS, alsoTyped, wordsOf } from "./search-words.js";

export const ZIP = /^\d{5}$/;

const size = (letter) => letter.charCodeAt(0) - 65;
// Quality of a match: the whole of what was typed is its name, or begins it; all words are in it; some are.
export const EXACT = 3;
export const BEGINS = 2.5;
export const HOLDS = 2;
export const PARTLY = 1;
// A word that stands in three needs tells something; one that stands in more tells too little.
const TOLD = 0.33;
const LONGEST = 3;

// Words for what a place is, which people mix up: "Anchorage borough".
const KINDS = new Set(["county", "parish", "borough", "municipio", "municipality", "city", "island", "district", "condado"]);
// Words that say nothing of what is needed.
export const FILLER = new Set(
  ("need needs needed my mine he she they him his her them we you it is am are was be been do does did not no can cant want wants get got " +
    "have has had how where who what when if or from out this that new now some any help someone who mi su se le lo que " +
    "como donde quien cuando si no es soy esta estoy tengo quiero hay yo mis sus al").split(" "),
);

const holdsAll = (words, of) => words.every((word) => of.some((other) => other.startsWith(word)));

export class Places {
  constructor(start, towns) {
    this.states = new Map(start.states.map((state) => [state.s, state]));
    this.zips = start.zips;
    this.towns = towns;
    this.entries = [];
    for (const state of start.states) {
      state.words = wordsOf(state.n);
      this.add(state.s + "/", state.n, { say: "state" }, [state.n], [state.s], state.s, 40, [state.s]);
      for (const county of state.c) {
        const [slug, name, people] = county;
        const full = wordsOf(name);
        const names = [full.join(" "), full.slice(0, -1).join(" ")].filter(Boolean);
        this.entries.push({
          href: `${state.s}/${slug}/`, title: name, note: state.n, names, begins: names, words: full, own: full.slice(0, -1), state: state.s, size: size(people),
          squeezed: names.map((one) => one.replaceAll(" ", "")),
          ends: [state.words.join(" "), state.s],
        });
      }
    }
    for (const [number, name, lead] of start.regions) {
      const state = number.slice(0, 2).toLowerCase();
      const code = number.toLowerCase().replace("-", "");
      // By its whole name the organization comes first, by its number or its lead's first letters the region.
      const letters = wordsOf(lead).filter((word) => !SMALL.has(word)).map((word) => word[0]).join("");
      const names = [code, "coc " + code.slice(2), ...(letters.length > 2 ? [letters] : [])];
      this.add(`regions/${number.toLowerCase()}/`, name, { say: "region", number }, names, wordsOf(lead), state, 12);
    }
  }

  add(href, title, note, names, words, state, people, begins = []) {
    const all = names.map((name) => wordsOf(name).join(" "));
    const own = [...wordsOf(title), ...words, ...all];
    begins = [...all, wordsOf(title).join(" "), ...begins];
    this.entries.push({ href, title, note, names: all, begins, words: own, own, state, size: people, ends: [] });
  }

  // (words of the place, its state) for what may end in a state's name or letters: "denver co".
  readings(words) {
    const found = [[words, ""]];
    for (const [slug, state] of this.states) {
      for (const end of [state.words, [slug]]) {
        const at = words.length - end.length;
        if (at > 0 && end.every((word, index) => words[at + index] === word)) found.push([words.slice(0, at), slug]);
      }
    }
    return found;
  }

  // Of those that need no further file: states, counties, regions.
  known(words, own) {
    return ordered(this.listed(words), own);
  }

  async find(words, own) {
    let found = [...this.listed(words), ...(await this.inShards(words))];
    const bare = words.filter((word) => !KINDS.has(word) && !SMALL.has(word));
    if (!found.length && bare.length && bare.length < words.length) {
      found = [...this.listed(bare).filter(({ ends }) => ends.length), ...(await this.inShards(bare))];
    }
    // "LA" is a city and a state.
    const state = found.some(({ quality }) => quality === EXACT) && found.find(({ href }) => href === words[0] + "/");
    if (state && words.length === 1) Object.assign(state, { quality: EXACT, either: true });
    return ordered(found, own);
  }

  listed(words) {
    const typed = words.join(" ");
    const squeezed = words.join("");
    const found = [];
    for (const entry of this.entries) {
      const same = entry.names.includes(typed) || entry.squeezed?.includes(squeezed);
      const quality = same ? EXACT : this.quality(entry, words, typed);
      if (quality) found.push({ ...entry, quality });
    }
    return found;
  }

  quality(entry, words, typed) {
    for (const end of entry.ends) {
      if (!typed.endsWith(" " + end)) continue;
      if (entry.names.includes(typed.slice(0, -end.length - 1))) return EXACT;
    }
    if (entry.begins.some((name) => name.startsWith(typed))) return BEGINS;
    const all = entry.ends.length ? [...entry.words, ...this.states.get(entry.state).words, entry.state] : entry.words;
    // Something of its own must be typed, not only its state, or "county".
    return holdsAll(words, all) && words.some((word) => entry.own.some((own) => own.startsWith(word))) ? HOLDS : 0;
  }

  async isZip(word) {
    return (await this.towns.find(word, true)).length > 0;
  }

  // Counties of the ZIP codes that begin as one that we do not know, those with most of them first; or its state.
  async nearZip(code) {
    const start = [5, 4, 3].map((length) => code.slice(0, length)).find((begin) => begin in this.zips);
    if (start !== undefined) {
      const state = this.entries.find(({ href }) => href === this.zips[start] + "/");
      return state ? [{ ...state, quality: HOLDS }] : [];
    }
    // In the Pacific three digits are shared by several countries.
    const begin = code.slice(0, code.startsWith("969") ? 4 : 3);
    const found = new Map();
    for (const line of await this.towns.find(begin)) {
      for (const { href, state, percent = 100 } of this.ofLine(line, line.slice(0, 5), "")) {
        const known = found.get(href) ?? { href, state, part: 0 };
        known.part += percent;
        found.set(href, known);
      }
    }
    const sorted = [...found.values()].sort((a, b) => b.part - a.part);
    return sorted.map(({ href }) => {
      const { title, state } = this.entries.find((entry) => entry.href === href);
      const note = { say: "near", begin };
      return { href, title: `${title}, ${this.states.get(state).n}`, note, state, size: 0, quality: HOLDS };
    });
  }

  async inShards(words) {
    const found = [];
    for (const [of, state] of this.readings(words)) {
      const typed = of.join(" ");
      if (typed.length < 2 || (/^\d+$/.test(typed) && typed.length < 3)) continue;
      for (const line of await this.towns.find(typed)) found.push(...this.ofLine(line, typed, state));
    }
    return found;
  }

  *ofLine(line, typed, state) {
    const [key, name, refs] = line.split("\t");
    const isZip = ZIP.test(key);
    const counties = refs.split(" ");
    const shares = isZip && name ? name.split(";").map((told) => /^(\d+) (.*)$/.exec(told)) : [];
    for (const [index, ref] of counties.entries()) {
      const slug = ref.slice(0, 2);
      const of = this.states.get(slug);
      if (!of || (state && state !== slug)) continue;
      const [county, full] = of.c[parseInt(ref.slice(2, -1), 36)];
      const quality = key === typed ? EXACT : BEGINS;
      const item = { href: `${slug}/${county}/`, state: slug, quality, town: true };
      if (shares.length) {
        const percent = Number(shares[index][1]);
        const note = { say: "share", zip: key, percent, towns: shares[index][2] };
        yield { ...item, title: `${full}, ${of.n}`, note, size: -index, zip: key, percent };
      } else if (isZip) {
        yield { ...item, title: { say: "zip", zip: key }, note: `${full}, ${of.n}`, size: 0, zip: key };
      } else {
        yield { ...item, title: name || key, note: `${full}, ${of.n}`, size: size(ref.slice(-1)) };
      }
    }
  }
}

// Best first, each address once. A county stands before the town of its name.
function ordered(found, own) {
  const rank = (item) => item.quality * 1000 + (item.state === own ? 100 : 0) + item.size + (item.town ? 0 : 0.5);
  const sorted = found.map((item, index) => [rank(item), index, item]).sort((a, b) => b[0] - a[0] || a[1] - b[1]);
  const seen = new Map();
  for (const [, , item] of sorted) if (!seen.has(item.href)) seen.set(item.href, item);
  return [...seen.values()];
}

// A label in English and in the page's language.
const inBoth = (label) => [...new Set([label, t(label)])];

export class Needs {
  constructor(start) {
    this.phrases = [];
    this.kindWords = new Map();
    for (const need of start.needs) {
      const services = need.s.map(([number]) => "s" + number);
      const item = { href: `needs/${need.u}/`, title: need.n, icon: "need-" + need.i };
      for (const text of inBoth(need.n)) this.phrase(item, text, "", services);
      for (const text of need.w) this.phrase(item, text, "", services);
      for (const [number, label, ...texts] of need.s) {
        for (const text of [...inBoth(label), ...texts]) this.phrase(item, text, label, ["s" + number]);
      }
    }
    start.types.forEach(([slug, plural, code, label], number) => {
      const item = { href: `types/${slug}/`, title: plural, icon: code };
      for (const text of [...inBoth(plural), ...inBoth(label), code]) this.phrase(item, text, "", ["t" + number]);
    });
  }

  phrase(item, text, note, kinds) {
    const words = wordsOf(text);
    const squeezed = words.join("");
    this.phrases.push({ item, note, words, joined: words.join(" "), squeezed });
    // Of a sentence no single word stands for the help.
    const telling = words.length > LONGEST ? [] : words.filter((word) => !FILLER.has(word));
    // "childcare" is "child care", "hotline" is "hot line".
    for (const word of words.length === 2 ? [...telling, squeezed] : telling) {
      const known = this.kindWords.get(word) ?? new Set();
      for (const kind of kinds) known.add(kind);
      this.kindWords.set(word, known);
    }
  }

  find(words) {
    const typed = words.join(" ");
    if (typed.length < 2) return [];
    const close = words.join("");
    const best = new Map();
    this.phrases.forEach(({ item, note, words: of, joined, squeezed }, index) => {
      let quality = 0;
      if (squeezed === close) quality = EXACT;
      else if (joined.startsWith(typed) || (close.length > 4 && squeezed.startsWith(close))) quality = BEGINS;
      else if (holdsAll(words, of)) quality = HOLDS;
      if (quality && (best.get(item)?.quality ?? 0) < quality) best.set(item, { ...item, note, quality, index });
    });
    if (!best.size && words.length > 1) return this.amongAll(words);
    return [...best.values()].sort((a, b) => b.quality - a.quality || a.index - b.index);
  }

  // Needs in whose phrases some of the words stand, those with the rarest words first: for what is told as a story.
  someOf(words) {
    const asked = words.filter((word) => word.length > 2 && !FILLER.has(word) && !STOP_WORDS.has(word));
    const worth = new Map();
    for (const word of new Set(asked)) {
      const forms = [word, ...alsoTyped(word)];
      const items = new Set(this.phrases.filter(({ words: of }) => forms.some((form) => of.includes(form))).map(({ item }) => item));
      for (const item of items) worth.set(item, (worth.get(item) ?? 0) + 1 / items.size);
    }
    const found = [...worth].filter(([, sum]) => sum >= TOLD).sort((a, b) => b[1] - a[1]);
    return found.map(([item]) => ({ ...item, note: "", quality: PARTLY }));
  }

  // Needs in whose phrases, taken together, all words stand: "dental care".
  amongAll(words) {
    const said = new Map();
    for (const { item, words: of } of this.phrases) said.set(item, [...(said.get(item) ?? []), ...of]);
    return [...said].filter(([, of]) => holdsAll(words, of)).map(([item]) => ({ ...item, note: "", quality: HOLDS }));
  }

  // Types and services ("t0", "s3") that a word stands for, with whether it is the whole word.
  kindsOf(word) {
    const found = new Map();
    for (const [known, kinds] of this.kindWords) {
      if (known !== word && !(word.length > 2 && known.startsWith(word))) continue;
      for (const kind of kinds) found.set(kind, found.get(kind) || known === word);
    }
    return found;
  }
}
