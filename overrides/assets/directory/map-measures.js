// Regions shaded by what records say of them: how many entries, how many needs are met, how many beds were counted.
(function () {
  "use strict";

  const { t, tn, number: figures } = window.directoryWords;
  const maps = window.directoryMaps;
  const { element, host, tools } = maps.own;

  // The columns of a region's numbers, as the file has them.
  const [RECORDS, NEEDS, BEDS, RATE, YEAR, PEOPLE] = [0, 1, 2, 3, 4, 5];
  const COLUMN = { records: RECORDS, needs: NEEDS, beds: RATE };

  class Measures {
    // `told` is the file's part about measures; `draw` is called when another is chosen.
    constructor(map, told, draw) {
      this.map = map;
      this.told = told;
      this.draw = draw;
      this.chosen = "";
      this.add();
    }

    names() {
      return {
        "": t("each place"),
        records: t("entries listed, by region"),
        needs: t("needs met, by region"),
        beds: t("beds counted, by region"),
      };
    }

    add() {
      const label = element("label", t("Show") + " ", { class: "rd-map__show" });
      this.select = element("select");
      for (const [code, name] of Object.entries(this.names())) this.select.append(element("option", name, { value: code }));
      this.select.autocomplete = "off";
      this.select.addEventListener("change", () => this.choose());
      addEventListener("pageshow", (event) => event.persisted && ((this.select.value = ""), this.choose()));
      label.append(this.select);
      this.legend = element("div", undefined, { class: "rd-legend" });
      this.legend.hidden = true;
      tools(this.map).append(label);
      host(this.map).querySelector(".rd-map__filters").before(this.legend);
    }

    choose() {
      this.chosen = this.select.value;
      host(this.map).querySelector(".rd-map__filters").hidden = Boolean(this.chosen);
      host(this.map).dataset.measure = this.chosen;
      this.legend.hidden = !this.chosen;
      if (this.chosen) this.fillLegend();
      this.draw();
    }

    of(code) {
      return this.told.regions[code] || [null, null, null, null, null, null];
    }

    value(code) {
      return this.of(code)[COLUMN[this.chosen]];
    }

    // Which of the five classes, from 0; -1 where the number is not known.
    classOf(value) {
      if (value === null || value === undefined) return -1;
      return this.told.classes[this.chosen].breaks.filter((least) => value >= least).length;
    }

    // Where regions overlap, the one with most people is shown.
    regionOf(codes) {
      const people = (code) => this.of(code)[PEOPLE] || 0;
      return codes.reduce((best, code) => (best === null || people(code) > people(best) ? code : best), null);
    }

    classOfArea(codes) {
      const region = this.regionOf(codes);
      return region === null ? -1 : this.classOf(this.value(region));
    }

    // "under 5", "5 to 7.9", ..., "20 or more".
    ranges() {
      const { breaks, step } = this.told.classes[this.chosen];
      const inside = breaks.slice(1).map((next, index) => {
        const [from, to] = [figures(breaks[index]), figures(Math.round((next - step) * 10) / 10)];
        return from === to ? from : t("{from} to {to}", { from, to });
      });
      return [t("under {number}", { number: figures(breaks[0]) }), ...inside, t("{number} or more", { number: figures(breaks[3]) })];
    }

    fillLegend() {
      const words = [t("fewest"), t("few"), t("in the middle"), t("many"), t("most")];
      const numbers = new Array(5).fill(0);
      let unknown = 0;
      for (const code of Object.keys(this.told.regions)) {
        const found = this.classOf(this.value(code));
        if (found < 0) unknown += 1;
        else numbers[found] += 1;
      }
      const list = element("ul");
      this.ranges().forEach((range, index) => list.append(this.key(index, words[index] + ": " + range, numbers[index])));
      list.append(this.key("none", t("not known"), unknown));
      this.legend.replaceChildren(element("p", this.title(), { class: "rd-legend__title" }), list, element("p", this.caution(), { class: "rd-quiet" }));
    }

    key(index, words, number) {
      const item = element("li");
      item.append(
        element("span", undefined, { class: "rd-swatch rd-swatch--" + index, "aria-hidden": "true" }),
        words + " (" + tn(number, "{number} region", "{number} regions") + ")",
      );
      return item;
    }

    title() {
      return {
        records: t("Entries listed for a region"),
        needs: t("For how many of {number} needs an entry of the region is known to help", { number: figures(this.told.needs) }),
        beds: t("Beds for 10,000 people"),
      }[this.chosen];
    }

    caution() {
      const overlap = t("Where regions overlap, the one with most people is shown.");
      const years = [...new Set(Object.values(this.told.regions).map((numbers) => numbers[YEAR]).filter(Boolean))].sort();
      const about = {
        records: t("A large number may be many sites of one organization."),
        needs: t("Few needs may mean that no source has told us, not that there is no help."),
        beds: t("Counted in {years}, not free tonight.", { years: years.join(", ") }),
      }[this.chosen];
      return about + " " + overlap;
    }

    // A region's numbers in words, for popups.
    words(code) {
      const numbers = this.of(code);
      const parts = [
        tn(numbers[RECORDS] || 0, "{number} entry listed", "{number} entries listed"),
        t("help known for {met} of {all} needs", { met: figures(numbers[NEEDS] || 0), all: figures(this.told.needs) }),
        this.bedWords(numbers),
      ];
      return parts.join("; ") + ".";
    }

    bedWords(numbers) {
      if (numbers[BEDS] === null) return t("beds: not known");
      const values = { beds: figures(numbers[BEDS]), year: numbers[YEAR], rate: numbers[RATE] === null ? "" : figures(numbers[RATE]) };
      return numbers[RATE] === null
        ? t("{beds} beds counted in {year}, not free tonight", values)
        : t("{beds} beds counted in {year} ({rate} for 10,000 people), not free tonight", values);
    }

    // The chosen number of a region in words, beside its name.
    short(code) {
      const value = this.value(code);
      if (value === null || value === undefined) return t("not known");
      if (this.chosen === "records") return tn(value, "{number} entry", "{number} entries");
      if (this.chosen === "needs") return t("{met} of {all} needs", { met: figures(value), all: figures(this.told.needs) });
      return t("{rate} beds for 10,000 people", { rate: figures(value) });
    }
  }

  Object.assign(maps.own, { Measures });
})();
