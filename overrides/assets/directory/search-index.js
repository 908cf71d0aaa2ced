// Reads the files that `search/files.py` makes: words in shards, postings, rows. Each is fetched once, when it is needed.
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUES = new Uint8Array(128);
[...DIGITS].forEach((digit, value) => (VALUES[digit.charCodeAt(0)] = value));
export const digitValue = (digit) => VALUES[digit.charCodeAt(0)];

// Calls `each` with every number of packed postings between two places of a text.
export function unpack(text, start, end, each) {
  let number = -1;
  let rest = 0;
  let shift = 0;
  for (let at = start; at < end; at += 1) {
    const value = VALUES[text.charCodeAt(at)];
    rest += (value & 31) * 2 ** shift;
    shift += 5;
    if (value < 32) {
      number += rest + 1;
      each(number);
      rest = 0;
      shift = 0;
    }
  }
}

// The first place in sorted lines whose line is not before `key`.
function firstAt(lines, key) {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lines[middle] < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

// Lines in several files, sorted by their first words. `firsts` are the first words of the files.
export class Shards {
  constructor(firsts, load) {
    this.firsts = firsts;
    this.load = load;
  }

  // Every line whose first words begin with `key`; with `whole`, only the line of `key` itself.
  async find(key, whole = false) {
    const last = key + (whole ? "\t" : "\uffff");
    let number = Math.max(0, firstAt(this.firsts, key + "\u0000") - 1);
    const loads = [];
    for (; number < this.firsts.length && this.firsts[number] <= last; number += 1) loads.push(this.load(number));
    const found = [];
    for (const lines of await Promise.all(loads)) {
      for (let at = firstAt(lines, whole ? key + "\t" : key); at < lines.length && lines[at].startsWith(key); at += 1) {
        if (whole && lines[at][key.length] !== "\t") break;
        found.push(lines[at]);
      }
    }
    return found;
  }
}

// Files of the site by their address, each asked for once. One that could not be had is asked for again.
export class Files {
  constructor(base, get) {
    this.base = base;
    this.get = get;
    this.kept = new Map();
    this.stamp = "";
  }

  text(address) {
    if (!this.kept.has(address)) {
      const got = this.get(this.base + address + this.stamp);
      got.catch(() => this.kept.delete(address));
      this.kept.set(address, got);
    }
    return this.kept.get(address);
  }

  lines(address) {
    const key = "lines of " + address;
    if (!this.kept.has(key)) {
      const made = this.text(address).then((text) => {
        this.kept.delete(address);
        return text ? text.split("\n") : [];
      });
      made.catch(() => this.kept.delete(key));
      this.kept.set(key, made);
    }
    return this.kept.get(key);
  }
}
