// What a reader chooses to see, on the map and in the lists of its page: kinds of organizations, a need. It is kept in
// this page's memory only.
(function () {
  "use strict";

  const { t, tn, number: figures } = window.directoryWords;
  const maps = window.directoryMaps;
  const { data, element, filters, host } = maps.own;

  // Not those of the order of calls, which has choices of its own.
  const LISTS = "ul.rd-cards";
  const cardsOf = () => [...document.querySelectorAll(LISTS + " > li")].filter(isEntry);
  // An entry's card is known by where its name leads: a page of eight hundred does not say each id twice.
  const isEntry = (card) => {
    const link = card.dataset.id ? null : card.querySelector("h3 > a[href*='resources/']");
    if (link) card.dataset.id = link.getAttribute("href").split("/").at(-2);
    return Boolean(card.dataset.id);
  };
  // Where all of a list are of one kind, the list says it.
  const typeOf = (card) => (/\brd-type--(\w+)/.exec(card.className + " " + card.parentElement.className) || [])[1];

  // Every entry of the page once, by id: {type, needs}, whether it stands on the map, in a list, or both. `needs` has a
  // letter a need, and is empty where no source says what the entry offers.
  function entriesOf(map, collection, topology) {
    const known = { ...topology.wide, ...collection.others };
    for (const pair of (data(map).near || "").split(" ").filter(Boolean)) {
      const [id, letters] = pair.split(":");
      known[id] = letters;
    }
    const found = new Map();
    for (const { i, t: type, k: needs = "" } of collection.points) found.set(i, { type, needs });
    for (const card of cardsOf()) {
      if (!found.has(card.dataset.id)) {
        found.set(card.dataset.id, { type: typeOf(card), needs: known[card.dataset.id] || "" });
      }
    }
    return found;
  }

  class Choice {
    // `draw(shows)` draws the map's points anew; `shows(id)` tells which.
    constructor(map, options, collection, topology, draw) {
      this.map = map;
      this.draw = draw;
      this.needs = options.needs;
      this.entries = entriesOf(map, collection, topology);
      const types = Object.fromEntries(options.types.map(([code, ...names]) => [code, names]));
      const numbers = new Map();
      for (const { type } of this.entries.values()) numbers.set(type, (numbers.get(type) || 0) + 1);
      const listed = options.types.map(([code]) => [code, numbers.get(code)]).filter(([, number]) => number);
      this.box = filters(map, listed, types, () => this.apply(), t("Show on the map and in the lists"));
      if (this.entries.size) this.addNeeds();
      this.addNumber();
      this.apply();
      // Who comes back to the page, or sits down at it next, finds all of it.
      addEventListener("pageshow", (event) => event.persisted && this.clear());
    }

    addNeeds() {
      const label = element("label", t("Need") + " ", { class: "rd-map__need" });
      const choice = element("select");
      choice.append(element("option", t("all needs"), { value: "" }));
      for (const [letter, name] of this.needs) {
        const number = [...this.entries.values()].filter(({ needs }) => needs.includes(letter)).length;
        choice.append(element("option", t(name) + " (" + figures(number) + ")", { value: letter }));
      }
      choice.autocomplete = "off";
      choice.addEventListener("change", () => this.apply());
      label.append(choice);
      host(this.map).querySelector(".rd-map__filters").append(label);
      this.need = choice;
    }

    addNumber() {
      this.shown = element("span", "", { role: "status" });
      this.all = element("button", t("Show all"), { type: "button", class: "rd-print" });
      this.all.hidden = true;
      this.all.addEventListener("click", () => {
        this.clear();
        // The button is gone: the keyboard goes on from the first box.
        this.box.querySelector("input")?.focus();
      });
      const line = element("p", undefined, { class: "rd-map__shown" });
      line.append(this.shown, " ", this.all);
      host(this.map).querySelector(".rd-map__filters").append(line);
    }

    clear() {
      for (const input of this.box.querySelectorAll("input")) input.checked = true;
      if (this.need) this.need.value = "";
      this.apply();
    }

    // "yes" where a source says that it meets the need, "ask" where none says what it offers or where its kind may know.
    meets(entry, letter) {
      if (!letter || entry.needs.includes(letter)) return "yes";
      const [, , ask] = this.needs.find(([code]) => code === letter);
      return !entry.needs || ask.includes(entry.type) ? "ask" : "";
    }

    apply() {
      const types = new Set([...this.box.querySelectorAll("input:checked")].map((input) => input.value));
      const letter = this.need ? this.need.value : "";
      const met = new Map();
      for (const [id, entry] of this.entries) met.set(id, types.has(entry.type) ? this.meets(entry, letter) : "");
      const shows = (id) => !met.has(id) || met.get(id) !== "";
      this.draw(shows);
      for (const card of cardsOf()) card.hidden = !shows(card.dataset.id);
      for (const list of document.querySelectorAll(LISTS)) this.note(list);
      this.tell([...met.values()], letter);
    }

    tell(met, letter) {
      const shown = met.filter(Boolean).length;
      const some = shown < met.length || Boolean(letter);
      const parts = some ? [t("{shown} of {all} shown.", { shown: figures(shown), all: figures(met.length) })] : [];
      const asked = met.filter((one) => one === "ask").length;
      if (some && asked) {
        parts.push(tn(asked, "For {number} of them no source says that they help with this: ask.", "For {number} of them no source says that they help with this: ask."));
      }
      this.shown.textContent = parts.join(" ");
      this.all.hidden = !some;
      data(this.map).shown = String(shown);
    }

    // A list with something hidden says so: nobody shall read that there is nothing.
    note(list) {
      const cards = [...list.children].filter(isEntry);
      const hidden = cards.filter((card) => card.hidden).length;
      let line = list.nextElementSibling;
      if (!line || !line.matches(".rd-list-note")) {
        if (!hidden) return;
        line = element("p", undefined, { class: "rd-quiet rd-list-note" });
        list.after(line);
      }
      line.hidden = !hidden;
      line.textContent = t("{hidden} of {all} are hidden by what is chosen at the map.", { hidden: figures(hidden), all: figures(cards.length) });
    }
  }

  Object.assign(maps.own, { Choice });
})();
