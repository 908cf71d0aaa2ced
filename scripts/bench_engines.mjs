// The ways to search that were weighed against each other, each as `begin(base)`, which gives `ask(text)`. They run in a
// worker, or in the page, where a browser's tools can slow them.
const words = (text) =>
  text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);
const json = async (address) => (await fetch(address)).json();

export const engines = {
  // One entry a record, indexed by lunr when the box is used: words are ANDed, each by its beginning.
  async lunr(base) {
    const [{ default: lunr }, records] = await Promise.all([
      import(base + "assets/vendor/lunr/lunr.mjs"),
      json(base + "bench/records.json"),
    ]);
    const builder = new lunr.Builder();
    builder.ref("0");
    builder.field("1", { boost: 10 });
    builder.field("2");
    builder.tokenizer = (value) => words(String(value)).map((word) => new lunr.Token(word, {}));
    records.forEach(([title, text], number) => builder.add({ 0: number, 1: title, 2: text }));
    const index = builder.build();
    const { presence, wildcard } = lunr.Query;
    return (text) => {
      const found = index.query((query) =>
        words(text).forEach((word) => query.term(word, { presence: presence.REQUIRED, wildcard: wildcard.TRAILING })),
      );
      return found.slice(0, 10).map(({ ref }) => records[ref][0]);
    };
  },

  async minisearch(base) {
    const [{ default: MiniSearch }, records] = await Promise.all([
      import(base + "bench/minisearch.mjs"),
      json(base + "bench/records.json"),
    ]);
    const index = new MiniSearch({ fields: ["title", "text"], tokenize: words, processTerm: (word) => word });
    index.addAll(records.map(([title, text], id) => ({ id, title, text })));
    const options = { combineWith: "AND", prefix: true, boost: { title: 10 } };
    return (text) => index.search(text, options).slice(0, 10).map(({ id }) => records[id][0]);
  },

  // One line a record, looked through for every word.
  async plain(base) {
    const records = await json(base + "bench/records.json");
    const lines = records.map(([title, text]) => " " + words(title + " " + text).join(" "));
    return (text) => {
      const wanted = words(text).map((word) => " " + word);
      const found = [];
      for (let at = 0; at < lines.length && found.length < 10; at += 1) {
        if (wanted.every((word) => lines[at].includes(word))) found.push(records[at][0]);
      }
      return found;
    };
  },

  // What the site does.
  async shards(base) {
    const { Engine, fetched } = await import(base + "assets/directory/search-engine.js");
    const engine = new Engine(base, fetched);
    return async (text) => {
      const { groups } = await engine.find(text);
      return groups.flatMap(({ items }) => items.map(({ title }) => title));
    };
  },
};

// Asks for one text after the other, as if typed; gives milliseconds and the number of results for each.
export async function measured(name, base, texts) {
  const found = [];
  let ask;
  for (const text of texts) {
    const start = performance.now();
    ask ??= await engines[name](base);
    const results = await ask(text);
    found.push([performance.now() - start, results.length]);
  }
  return found;
}

if (typeof WorkerGlobalScope !== "undefined" && self instanceof WorkerGlobalScope) {
  self.onmessage = async ({ data }) => self.postMessage(await measured(...data));
}
