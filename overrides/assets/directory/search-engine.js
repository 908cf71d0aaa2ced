// Finds places, needs, records and pages. It knows nothing of the page that asks: it runs in a worker, or without one.
import { isOurs, learn } from "./messages.js";
import { Files, Shards, digitValue, unpack } from "./search-index.js";
import { EXACT, FILLER, HOLDS, Needs, PARTLY, Places, ZIP } from "./search-places.js";
import { STOP_WORDS, alsoTyped, nearly, termsOf, wordsOf } from "./search-words.js";

// What a word's hit in a record is worth. A beginning of a word, a mended letter, are worth less.
const WORTH = { name: 16, place: 9, code: 20, other: 14, kind: 6, text: 4, state: 10 };
const BEGINNING = 4;
const MENDED = 1;
const ALL_NAME = WORTH.name - BEGINNING - MENDED;
const WHOLE_NAME = WORTH.name - MENDED;
// Words whose hits are kept between key presses.
const KEPT_WORDS = 12;
const MOST_PLACES = 6;
const MOST_NEEDS = 3;
const MOST_PAGES = 3;
// Fewer results than this, and a letter may have been wrong.
const FEW = 3;
const MOST_MENDED = 6;
// A place's name with its state has so many words at most.
const MOST_WORDS = 4;
// Milliseconds before a part of the results is shown.
const PATIENCE = 100;
// Records that keep to no state.
const COUNTRY = "us";
// The kind of help that comes first from those.
const LINE = "hotline";
// From this share of its people on (per cent), a second county of a ZIP code may be the one that is meant; up to so many
// doublings of the people who live there, so may a second place of a name.
const SHARE = 10;
const DOUBLINGS = 2;
// Only a name's first letters are looked for in full.
const INITIALS = /^[a-z]{3,6}$/;
const FEWEST_DIGITS = 6;

const shownFirst = (places, needs) => [
  { kind: "places", items: places.slice(0, MOST_PLACES), total: places.length },
  { kind: "needs", items: needs.slice(0, MOST_NEEDS), total: needs.length },
];

export class Engine {
  // `language` is that of the page; none in English.
  constructor(base, get, language) {
    this.language = language;
    this.files = new Files(base, get);
    this.words = new Map();
  }

  // Fetches what every search needs, and the full text of the state that the page is about.
  open(state) {
    this.ready ??= Promise.all([this.files.text("search/start.json"), learn(this.language)]).then(([text]) => this.begin(JSON.parse(text)));
    this.ready.catch(() => (this.ready = undefined));
    return this.ready.then(() => state && this.textsOf([state]).map((shards) => shards.load(0)));
  }

  begin(start) {
    this.files.stamp = "?" + start.stamp;
    this.start = start;
    let base = 0;
    this.bases = new Map();
    start.folders.forEach((slug, index) => {
      this.bases.set(slug, base);
      base += start.lengths[index].length;
    });
    this.count = base;
    this.lengths = start.lengths.join("");
    this.texts = new Map();
    this.national = new Shards(start.words, (number) => this.files.lines(`search/words-${number}.txt`));
    const towns = new Shards(start.places, (number) => this.files.lines(`search/places-${number}.txt`));
    this.places = new Places(start, towns);
    this.needs = new Needs(start);
    this.onlyState = start.states.length === 1 ? start.states[0].s : "";
  }

  // The groups of results, best group first. `own` is the state that the page is about; `part` is called with what is
  // there before the records are; `most` is how many records to show; `stale` tells that nobody waits any more.
  async find(text, { own = "", most = 10, part = () => {}, stale = () => false } = {}) {
    await this.open("");
    const terms = termsOf(text);
    if (!terms.length) return { groups: [], mended: "" };
    const plain = await this.once(terms, own, most, part, stale);
    if (plain.number >= FEW || plain.exact || plain.unknown || stale()) return plain;
    for (const mended of await this.mended(terms, own, plain.number === 0)) {
      const again = await this.once(mended, own, most, () => {}, stale);
      if (again.number) return { ...(plain.number ? merged(plain, again) : again), mended: again.said };
    }
    return plain.number || stale() ? plain : this.told(terms, own);
  }

  // What is told as a story ("my boss took my passport in Denver"): needs by some of its words, and the place at its end.
  async told(terms, own) {
    const words = terms.flatMap((term) => term.parts ?? term.word);
    let places = [];
    for (let count = Math.min(MOST_WORDS, words.length - 1); count > 0 && !places.length; count -= 1) {
      places = (await this.places.find(words.slice(-count), own)).filter(({ quality }) => quality === EXACT);
    }
    const needs = this.needs.someOf(words);
    const led = this.inState(needs, places[0]?.state || own).slice(0, MOST_NEEDS);
    const shown = needs.length ? places.slice(0, 2).map((item) => ({ ...item, quality: PARTLY })) : [];
    const groups = [{ kind: "needs", items: led, total: needs.length }, { kind: "places", items: shown, total: shown.length }];
    return { groups: groups.filter(({ items }) => items.length), number: led.length, exact: false, mended: "" };
  }

  async once(terms, own, most, part, stale) {
    const words = terms.flatMap((term) => term.parts ?? term.word);
    const listed = this.listed(terms, words, own);
    const records = this.recordsOf(terms, own, most, stale, listed);
    records.catch(() => {});
    // On a slow line towns and records take long; states, counties and needs are there at once.
    const quick = [this.places.known(words, own), this.inState(this.needs.find(words), own)];
    if (quick.some(({ length }) => length)) part(ranked(shownFirst(...quick)));
    const { places, needs, unknown = "" } = await listed;
    const early = shownFirst(places, needs);
    part(ranked(early));
    const found = await records;
    // Who types a ZIP code looks for what serves it, not for what has it in its address.
    const quality = unknown ? PARTLY : found.exact ? EXACT : HOLDS;
    if (found.exact && !unknown) for (const group of early) group.items = group.items.filter((item) => item.quality > PARTLY);
    const group = { kind: "records", items: found.items.map((item) => ({ ...item, quality })), total: found.total };
    const groups = ranked([...early, group]);
    const number = groups.reduce((sum, { total }) => sum + total, 0);
    const exact = groups[0]?.items[0].quality === EXACT;
    return { groups, number, exact, mended: "", said: said(terms), choose: unknown ? { say: "unknown", zip: unknown } : toChoose(groups, own) };
  }

  // Places and needs for all that was typed, by each way to mend it; or for a part that is one and a part that is the other.
  async listed(terms, words, own) {
    const zip = words.find((word) => ZIP.test(word));
    if (zip && !(await this.places.isZip(zip))) {
      const places = await this.places.nearZip(zip);
      const rest = words.filter((word) => word !== zip);
      const needs = rest.length ? this.needs.find(rest) : [];
      if (places.length) return { places, needs: this.inState(needs, places[0].state), unknown: zip };
    }
    const state = this.placeState(words) || own || this.onlyState;
    for (const reading of readings(terms)) {
      const places = await this.places.find(reading, state);
      const needs = this.needs.find(reading);
      if (places.length || needs.length) return { places, needs: this.inState(needs, own) };
    }
    // "necesito un abogado", "we need food".
    for (const reading of readings(terms)) {
      const kept = reading.filter((word) => !STOP_WORDS.has(word) && !FILLER.has(word));
      const needs = kept.length && kept.length < reading.length ? this.needs.find(kept) : [];
      if (needs.length) return { places: [], needs: this.inState(needs, own) };
    }
    for (const reading of readings(terms)) {
      const kept = reading.filter((word) => !STOP_WORDS.has(word));
      const found = (await this.inParts(reading, own)) ?? (kept.length < reading.length ? await this.inParts(kept, own) : null);
      if (found) return found;
    }
    return { places: [], needs: [] };
  }

  // A need with a place before or behind it: "dentist 80205".
  async inParts(words, own) {
    for (let count = Math.min(MOST_WORDS, words.length - 1); count > 0; count -= 1) {
      const ways = [[words.slice(-count), words.slice(0, -count)], [words.slice(0, count), words.slice(count)]];
      for (const [of, rest] of ways) {
        const plain = rest.filter((word) => !STOP_WORDS.has(word));
        const needs = [rest, plain].map((typed) => (typed.length ? this.needs.find(typed) : [])).find((found) => found.length);
        if (!needs) continue;
        const places = (await this.places.find(of, own)).filter(({ quality }) => quality === EXACT);
        if (!places.length) continue;
        const partly = (item) => ({ ...item, quality: PARTLY });
        const led = this.inState(needs, places[0].state || own);
        const shown = places[0].percent ? places : places.slice(0, 2);
        return { places: shown.map(partly), needs: led.map(partly), state: places[0].state };
      }
    }
    return null;
  }

  placeState(words) {
    for (const [slug, state] of this.places.states) {
      if (state.words.every((word, index) => words[words.length - state.words.length + index] === word)) return slug;
    }
    return "";
  }

  // Needs and kinds lead to their page of a state where one is known.
  inState(needs, state) {
    const of = this.places.states.get(state);
    if (!of) return needs;
    return needs.map((item) => ({ ...item, href: `${item.href}${state}/`, note: { say: "in", what: item.note, state: of.n } }));
  }

  async recordsOf(terms, own, most, stale, listed) {
    const tokens = this.tokensOf(terms);
    const none = { items: [], total: 0, exact: false };
    if (!tokens.length) return none;
    const named = tokens.flatMap(({ states }) => states ?? []).slice(-2);
    const texts = [...new Set([own, this.onlyState, ...named].filter(Boolean))];
    if (tokens.length === 1) tokens[0].alone = true;
    const hits = await Promise.all(tokens.map((token) => this.hitsOf(token, texts)));
    const { state } = await listed;
    if (stale()) return none;
    const best = this.best(tokens, hits, state || own, most);
    const items = await Promise.all(best.top.map((number) => this.row(number)));
    const typed = said(terms);
    const isWhole = (item) => wordsOf(item.title).join(" ") === typed || wordsOf(item.other).join(" ") === typed;
    const whole = items.filter(isWhole);
    return {
      items: whole.length ? [...whole, ...items.filter((item) => !isWhole(item))] : items,
      total: best.total,
      exact: best.exact || whole.length > 0,
    };
  }

  // The terms that records are asked for: without words that stand everywhere, with names of states taken together.
  tokensOf(terms) {
    const kept = terms.length > 1 ? terms.filter(({ word }) => word.length > 1 || /\d/.test(word)) : terms;
    const tokens = [];
    for (let at = 0; at < kept.length; at += 1) {
      const state = this.stateAt(kept, at);
      if (state) {
        tokens.push(state);
        at += state.words.length - 1;
      } else {
        const { word } = kept[at];
        tokens.push({ ...kept[at], words: [word], last: at === kept.length - 1, soft: STOP_WORDS.has(word) });
      }
    }
    return tokens.some(({ soft }) => !soft) ? tokens.filter(({ soft, states }) => !soft || states) : tokens;
  }

  stateAt(terms, at) {
    const word = terms[at].word;
    const last = at === terms.length - 1;
    for (const [slug, state] of this.places.states) {
      if (state.words.every((own, index) => terms[at + index]?.word === own)) {
        const end = at + state.words.length === terms.length;
        return { word: state.words.join(" "), words: state.words, states: [slug], last: end };
      }
      // "in", "me", "la" are words before they are states.
      const soft = STOP_WORDS.has(word);
      if (word === slug && at > 0 && (last || !soft)) return { word, words: [word], states: [slug], last, soft };
    }
    return null;
  }

  textsOf(states) {
    const folders = states.length ? [...new Set([...states, COUNTRY])] : [];
    return folders.filter((slug) => this.bases.has(slug)).map((slug) => {
      if (!this.texts.has(slug)) this.texts.set(slug, new StateText(slug, this.files));
      return this.texts.get(slug);
    });
  }

  // What a token is worth in each record; 0 where it does not stand.
  hitsOf(token, states) {
    const key = JSON.stringify([token.word, token.last, token.alone, token.alike, states]);
    let found = this.words.get(key);
    this.words.delete(key);
    if (!found) {
      found = this.worked(token, states);
      found.catch(() => this.words.delete(key));
    }
    this.words.set(key, found);
    if (this.words.size > KEPT_WORDS) this.words.delete(this.words.keys().next().value);
    return found;
  }

  async worked(token, states) {
    const out = new Uint8Array(this.count);
    const each = token.words.map((word, index) => this.wordHits(token, word, index, states));
    const all = await Promise.all(each);
    for (let at = 0; at < out.length; at += 1) out[at] = all.reduce((least, hits) => Math.min(least, hits[at]), 255);
    for (const slug of token.states ?? []) {
      const start = this.bases.get(slug);
      const end = start + this.start.lengths[this.start.folders.indexOf(slug)].length;
      for (let at = start; at < end; at += 1) out[at] = Math.max(out[at], WORTH.state);
    }
    if (!token.parts || out.some(Boolean)) return out;
    return this.worked({ words: token.parts, last: token.last }, states);
  }

  async wordHits(token, word, index, states) {
    const open = token.last && index === token.words.length - 1;
    const out = new Uint8Array(this.count);
    // A ZIP code is no beginning of a telephone number.
    const whole = word.length < 2 || (word.length < 3 && !open) || (/^\d+$/.test(word) && word.length < FEWEST_DIGITS);
    const jobs = [this.mark(out, word, whole, 0, states)];
    for (const other of alsoTyped(word)) jobs.push(this.mark(out, other, true, 1, states));
    if (token.alone && INITIALS.test(word)) jobs.push(this.markInitials(out, word));
    for (const other of token.alike ?? []) jobs.push(this.mark(out, other, true, MENDED, states));
    await Promise.all(jobs);
    return out;
  }

  async markInitials(out, word) {
    for (const line of await this.national.find("=" + word, true)) {
      this.postings(out, line, line.indexOf("\t") + 1, 0, { ...WORTH, other: WORTH.code });
    }
  }

  async mark(out, word, whole, less, states) {
    const texts = this.textsOf(states);
    const kinds = word.length > 2 ? this.needs.kindsOf(word) : new Map();
    const [lines, kindLines, ...textLines] = await Promise.all([
      this.national.find(word, whole),
      kinds.size ? this.files.lines("search/kinds.txt") : [],
      ...texts.map((text) => text.find(word, whole)),
    ]);
    for (const line of lines) {
      const tab = line.indexOf("\t");
      this.postings(out, line, tab + 1, -less - (tab === word.length ? 0 : BEGINNING), WORTH);
    }
    for (const line of kindLines) {
      const tab = line.indexOf("\t");
      const kind = line.slice(0, tab);
      if (!kinds.has(kind) || (whole && !kinds.get(kind))) continue;
      const worth = WORTH.kind - less - (kinds.get(kind) ? 0 : 1);
      this.postings(out, line, tab + 1, 0, { name: worth, place: worth, code: worth, other: worth });
    }
    texts.forEach((text, index) => {
      const base = this.bases.get(text.slug);
      for (const line of textLines[index]) {
        const tab = line.indexOf("\t");
        const worth = WORTH.text - less - (tab === word.length ? 0 : 1);
        unpack(line, tab + 1, line.length, (number) => (out[base + number] = Math.max(out[base + number], worth)));
      }
    });
  }

  // Reads "coAB.C,nyD": a state's postings of names, places, codes and other names, then the next state's.
  postings(out, line, start, less, worths) {
    // The beginning of a number is no sign that it is meant.
    const code = less > -BEGINNING ? worths.code + less : worths.text;
    const fields = [worths.name + less, worths.place + less, code, worths.other + less];
    while (start < line.length) {
      let end = line.indexOf(",", start);
      if (end < 0) end = line.length;
      const base = this.bases.get(line.slice(start, start + 2));
      let from = start + 2;
      for (const worth of fields) {
        let to = line.indexOf(".", from);
        if (to < 0 || to > end) to = end;
        unpack(line, from, to, (number) => {
          if (out[base + number] < worth) out[base + number] = worth;
        });
        from = to + 1;
        if (to === end) break;
      }
      start = end + 1;
    }
  }

  // Records in which every token stands, best first. A soft token is left out where nothing would be left.
  best(tokens, hits, own, most) {
    const hard = hits.filter((_, index) => !tokens[index].soft);
    const soft = hits.filter((_, index) => tokens[index].soft);
    for (const one of soft) {
      if (one.some((worth, at) => worth && hard.every((other) => other[at]))) hard.push(one);
    }
    const words = new Set(tokens.flatMap((token) => token.words).filter((word) => !STOP_WORDS.has(word))).size;
    const ranks = [];
    let total = 0;
    let found = false;
    const nation = this.asksForLine(tokens) ? this.bases.get(COUNTRY) : this.count;
    const ownStart = this.bases.get(own) ?? -1;
    const ownEnd = own ? ownStart + this.start.lengths[this.start.folders.indexOf(own)]?.length : -1;
    for (let at = 0; at < this.count; at += 1) {
      let sum = 0;
      let least = 255;
      for (const one of hard) {
        const worth = one[at];
        if (!worth) {
          least = 0;
          break;
        }
        sum += worth;
        if (worth < least) least = worth;
      }
      if (!least) continue;
      total += 1;
      const length = digitValue(this.lengths[at]);
      const exact = (least >= WHOLE_NAME && length === words) || (hard.length === 1 && least >= WORTH.code);
      const near = at >= ownStart && at < ownEnd;
      found ||= exact;
      const rank = ((at >= nation ? 8 : 0) + (exact ? 4 : 0) + (near ? 2 : 0) + (least >= ALL_NAME ? 1 : 0)) * 65536 +
        Math.floor((sum * 16) / hard.length) * 64 + 63 - length;
      if (ranks.length === most && rank <= ranks[most - 1][0]) continue;
      let place = ranks.length;
      while (place > 0 && ranks[place - 1][0] < rank) place -= 1;
      ranks.splice(place, 0, [rank, at]);
      if (ranks.length > most) ranks.pop();
    }
    return { top: ranks.map(([, at]) => at), total, exact: found };
  }

  // Whether a hot line is asked for: those of the whole country answer now, wherever the caller is.
  asksForLine(tokens) {
    const kinds = this.needs.kindWords.get(LINE) ?? new Set();
    const asked = tokens.flatMap(({ words }) => words).flatMap((word) => [...this.needs.kindsOf(word)]);
    return asked.some(([kind, whole]) => whole && kinds.has(kind));
  }

  async row(at) {
    const slug = [...this.bases].filter(([, base]) => base <= at).pop()[0];
    const number = at - this.bases.get(slug);
    const lines = await this.files.lines(`search/${slug}/${Math.floor(number / this.start.chunk)}.txt`);
    const [id, type, name, where = "", phone = "", other = ""] = lines[number % this.start.chunk].split("\t");
    const [, , icon, kind] = this.start.types[Number(type)];
    return { href: `resources/${id}/`, title: name, other, icon, kind, note: where, phone };
  }

  // Ways to read the terms with words that differ from what was typed by one letter. Where `nothing` was found that is
  // the words that stand nowhere; or else, one by one, the rarest first, any. Where something was found, it is the words
  // that only begin others.
  async mended(terms, own, nothing) {
    const tokens = this.tokensOf(terms).filter(({ word }) => word.length > 3 && /^\p{L}+$/u.test(word));
    const texts = [own, this.onlyState].filter(Boolean);
    const known = [];
    const unknown = [];
    for (const token of tokens) {
      const hits = await this.hitsOf(token, texts);
      const number = hits.reduce((sum, worth) => sum + (worth ? 1 : 0), 0);
      if (nothing ? number : await this.isWord(token.word)) known.push([number, token.word]);
      else unknown.push(token.word);
    }
    known.sort((a, b) => a[0] - b[0]);
    const ways = unknown.length ? [unknown] : nothing ? known.map(([, word]) => [word]) : [];
    if (!ways.length) return [];
    const lines = await this.files.lines("search/spelling.txt");
    const open = terms[terms.length - 1].word;
    return ways.flatMap((wrong) => {
      const alike = new Map(wrong.map((word) => [word, alikeIn(lines, word, word === open && word.length > 4)]));
      const any = [...alike.values()].some((found) => found.length);
      return any ? [terms.map((term) => ({ ...term, alike: alike.get(term.word) }))] : [];
    });
  }

  async isWord(word) {
    return this.needs.kindWords.has(word) || (await this.national.find(word, true)).length > 0;
  }

  // Pages written by hand: the index of MkDocs, by lunr. Last, because both must be fetched and made first. Beside other
  // results (`some`) only those with all words in a title: every page has something about "housing".
  async pages(text, some = false) {
    this.written ??= this.indexed();
    this.written.catch(() => (this.written = undefined));
    const { index, entries } = await this.written;
    const words = wordsOf(text).filter((word) => !STOP_WORDS.has(word));
    if (!words.length || words.join("").length < 3) return { kind: "pages", items: [], total: 0 };
    const { presence, wildcard } = this.lunr.Query;
    const fields = some ? ["title"] : ["title", "text"];
    const ask = (options) => index.query((query) => words.forEach((word) => query.term(word, { presence: presence.REQUIRED, fields, ...options })));
    let found = ask({ wildcard: wildcard.TRAILING });
    if (!found.length && !some && words.every((word) => word.length > 3)) found = ask({ editDistance: 1 });
    const items = found.slice(0, MOST_PAGES).map(({ ref }) => entries.get(ref));
    return { kind: "pages", items, total: found.length };
  }

  async indexed() {
    const [{ default: lunr }, text] = await Promise.all([
      import("../vendor/lunr/lunr.mjs"),
      this.files.text("search/search_index.json"),
    ]);
    this.lunr = lunr;
    const known = new Set([...this.places.entries, ...this.needs.phrases.map(({ item }) => item)].map(({ href }) => href));
    const ours = ({ location }) => !known.has(location) && isOurs(location, this.start.prefixes ?? []);
    const docs = JSON.parse(text).docs.filter(ours);
    const titles = new Map(docs.map(({ location, title }) => [location, plain(title)]));
    const entries = new Map();
    const builder = new lunr.Builder();
    builder.ref("location");
    builder.field("title", { boost: 10 });
    builder.field("text");
    builder.tokenizer = (value) => wordsOf(plain(String(value))).map((word) => new lunr.Token(word, {}));
    for (const { location, title, text: said } of docs) {
      const page = titles.get(location.split("#")[0]) ?? "";
      const note = page === plain(title) ? "" : page;
      entries.set(location, { href: location, title: plain(title), note, quality: PARTLY });
      builder.add({ location, title, text: said });
    }
    return { index: builder.build(), entries };
  }
}

// The full text of one state's records: the first file says where the others begin.
class StateText {
  constructor(slug, files) {
    this.slug = slug;
    this.files = files;
  }

  load(number) {
    const lines = this.files.lines(`search/${this.slug}/text-${number}.txt`);
    return number ? lines : lines.then((all) => all.slice(1));
  }

  async find(word, whole) {
    const head = (await this.files.lines(`search/${this.slug}/text-0.txt`))[0] ?? "";
    this.shards ??= new Shards(["", ...head.split(" ").filter(Boolean)], (number) => this.load(number));
    return this.shards.find(word, whole);
  }
}

// MkDocs's index holds HTML. Its text is taken out without an element, which a worker does not have.
function plain(html) {
  const signs = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", nbsp: " " };
  return html.replace(/<[^>]*>/g, " ").replace(/&(#39|\w+);/g, (whole, name) => signs[name] ?? whole).replace(/\s+/g, " ").trim();
}

const said = (terms) => terms.map(({ word, alike }) => alike?.[0] ?? word).join(" ");

// Every way to read the terms with their mended words, the likeliest first.
function* readings(terms) {
  let found = [[]];
  for (const term of terms) {
    const options = term.alike?.length ? term.alike.map((word) => [word]) : [term.parts ?? [term.word]];
    const joined = term.parts ? [...options, [term.word]] : options;
    found = joined.flatMap((option) => found.map((words) => [...words, ...option])).slice(0, MOST_MENDED);
  }
  yield* found;
}

// What must be chosen by hand, because the first result is not surely what was meant: a county of a ZIP code, or one of
// several places of a name.
function toChoose(groups, own) {
  const [first, second] = groups[0]?.kind === "places" ? groups[0].items : [];
  if (!second) return null;
  if (first.zip && first.percent) {
    const counties = groups[0].items.filter(({ zip }) => zip === first.zip);
    return (second.percent ?? 0) >= SHARE ? { say: "zip", zip: first.zip, number: counties.length } : null;
  }
  const same = first.quality === EXACT && second.quality === EXACT && (second.state === own || first.state !== own);
  return same && (first.either || first.size - second.size <= DOUBLINGS) ? { say: "name" } : null;
}

// Groups with anything in them. One with an exact match stands first; what matches only in part stands last.
function ranked(groups) {
  const quality = (group) => Math.max(...group.items.map((item) => item.quality));
  const level = (group) => (quality(group) >= EXACT ? 2 : quality(group) > PARTLY ? 1 : 0);
  // A word that is a need and a place alike ("refugio", a shelter, and a county of Texas) is first of all a need.
  const isNeed = ({ kind }) => (kind === "needs" ? 0 : 1);
  const both = (a, b) => level(a) === 2 && level(b) === 2 && [a, b].every(({ kind }) => kind === "needs" || kind === "places");
  return groups.filter(({ items }) => items.length).sort((a, b) => level(b) - level(a) || (both(a, b) ? isNeed(a) - isNeed(b) : 0));
}

function merged(first, second) {
  const groups = first.groups.map((group) => ({ ...group, items: [...group.items] }));
  for (const group of second.groups) {
    const known = groups.find(({ kind }) => kind === group.kind);
    if (!known) {
      groups.push(group);
      continue;
    }
    const there = new Set(known.items.map(({ href }) => href));
    const more = group.items.filter(({ href }) => !there.has(href));
    known.items.push(...more);
    known.total = Math.max(known.total + more.length, group.total);
  }
  return { ...second, groups, number: second.number };
}

// Words that differ from one by one letter, the most common first. Lines: letters shared with the word before, the rest
// of the word, a letter for how common it is.
function alikeIn(lines, typed, open) {
  const found = [];
  let word = "";
  for (const line of lines) {
    word = word.slice(0, parseInt(line[0], 36)) + line.slice(1, -1);
    if (word.length < typed.length - 1 || (!open && word.length > typed.length + 1)) continue;
    if (word === typed) continue;
    const whole = nearly(typed, word);
    if (!whole && !(open && nearly(typed, word, true))) continue;
    const common = line.charCodeAt(line.length - 1) - 65;
    found.push([common + (whole ? 6 : 0) + (word[0] === typed[0] ? 4 : 0), word]);
  }
  return found.sort((a, b) => b[0] - a[0]).slice(0, MOST_MENDED).map(([, word_]) => word_);
}

// Answers questions, but of several only the last. `tell` gets the groups, perhaps several times, until `done`.
export function answering(get, tell) {
  let engine;
  let asked = 0;

  async function answer({ number, text, own, most }) {
    asked = number;
    const stale = () => asked !== number;
    const say = (message) => stale() || tell({ number, mended: "", ...message });
    let found;
    // What is there first is shown only where the rest takes long: a list that changes twice is hard to read.
    const part = (groups) => setTimeout(() => found || say({ groups, done: false }), PATIENCE);
    try {
      found = await engine.find(text, { own, most, part, stale });
      const { choose = null } = found;
      if (found.groups.length) say({ groups: found.groups, mended: found.mended, choose, done: true });
      if (stale()) return;
      const pages = await engine.pages(text, found.groups.length > 0);
      const groups = pages.items.length ? [...found.groups, pages] : found.groups;
      say({ groups, mended: found.mended, choose, done: true, whole: true });
    } catch {
      found ??= {};
      say({ groups: [], failed: true, done: true });
    }
  }

  return (message) => {
    if (message.base === undefined) return answer(message);
    engine = new Engine(message.base, get, message.language);
    return engine.open(message.own).catch(() => {});
  };
}

export async function fetched(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.text();
}
