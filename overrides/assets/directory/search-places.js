// Places and needs: few enough to be looked through one by one, but for towns and ZIP codes, which stand in shards.
import { t } from "./messages.js";
import { wordsOf } from "./search-words.js";

const size = (letter) => letter.charCodeAt(0) - 65;
// Quality of a match: the whole of what was typed is its name, or begins it; all words are in it; some are.
export const EXACT = 3;
export const BEGINS = 2.5;
export const HOLDS = 2;
export const PARTLY = 1;

const holdsAll = (words, of) => words.every((word) => of.some((other) => other.startsWith(word)));

export class Places {
  constructor(start, towns) {
    this.states = new Map(start.states.map((state) => [state.s, state]));
    this.towns = towns;
    this.entries = [];
    for (const state of start.states) {
      state.words = wordsOf(state.n);
      this.add(state.s + "/", state.n, t("State"), [state.n], [state.s], state.s, 40, [state.s]);
      for (const county of state.c) {
        const [slug, name, people] = county;
        const full = wordsOf(name);
        const names = [full.join(" "), full.slice(0, -1).join(" ")].filter(Boolean);
        this.entries.push({
          href: `${state.s}/${slug}/`, title: name, note: state.n, names, begins: names, words: full, own: full.slice(0, -1), state: state.s, size: size(people),
          ends: [state.words.join(" "), state.s],
        });
      }
    }
    for (const [number, name, lead] of start.regions) {
      const state = number.slice(0, 2).toLowerCase();
      const code = number.toLowerCase().replace("-", "");
      const note = t("Housing help region {number}", { number });
      // By its whole name the organization comes first, by its number the region.
      this.add(`regions/${number.toLowerCase()}/`, name, note, [code], wordsOf(lead), state, 12);
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

  async find(words, own) {
    const found = [...this.listed(words), ...(await this.inShards(words))];
    return ordered(found, own);
  }

  listed(words) {
    const typed = words.join(" ");
    const found = [];
    for (const entry of this.entries) {
      const quality = entry.names.includes(typed) ? EXACT : this.quality(entry, words, typed);
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
    const isZip = /^\d{5}$/.test(key);
    const counties = refs.split(" ");
    for (const [index, ref] of counties.entries()) {
      const slug = ref.slice(0, 2);
      const of = this.states.get(slug);
      if (!of || (state && state !== slug)) continue;
      const [county, full] = of.c[parseInt(ref.slice(2, -1), 36)];
      const quality = key === typed ? EXACT : BEGINS;
      const title = isZip ? t("ZIP code {code}", { code: key }) : name || key;
      const part = index ? t("a part of this ZIP code") : t("most of this ZIP code");
      const share = isZip && counties.length > 1 ? ` · ${part}` : "";
      yield {
        href: `${slug}/${county}/`, title, note: `${full}, ${of.n}${share}`, state: slug, quality,
        size: isZip ? -index : size(ref.slice(-1)), town: true,
      };
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

export class Needs {
  constructor(start) {
    this.phrases = [];
    this.kindWords = new Map();
    for (const need of start.needs) {
      const services = need.s.map(([number]) => "s" + number);
      const item = { href: `needs/${need.u}/`, title: need.n, icon: "need-" + need.i };
      this.phrase(item, need.n, "", services);
      for (const text of need.w) this.phrase(item, text, "", services);
      for (const [number, label, ...texts] of need.s) {
        for (const text of [label, ...texts]) this.phrase(item, text, label, ["s" + number]);
      }
    }
    start.types.forEach(([slug, plural, code, label], number) => {
      const item = { href: `types/${slug}/`, title: plural, icon: code };
      for (const text of [plural, label, code]) this.phrase(item, text, "", ["t" + number]);
    });
  }

  phrase(item, text, note, kinds) {
    const words = wordsOf(text);
    const squeezed = words.join("");
    this.phrases.push({ item, note, words, joined: words.join(" "), squeezed });
    // "childcare" is "child care", "hotline" is "hot line".
    for (const word of words.length === 2 ? [...words, squeezed] : words) {
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
