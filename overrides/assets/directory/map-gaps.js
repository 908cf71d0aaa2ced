// Gaps on a map. Every number and name is taken from the tables of the page, so that map and table cannot differ.
(function () {
  "use strict";

  const { t, tn, number: figures } = window.directoryWords;
  const { attempt, data, element, fit, host, loadShapes, popup, say } = window.directoryMaps.own;
  const VALUES = ["served", "none_known", "not_asked"];
  // Shares of a state's counties: none, up to a quarter, half, three quarters, more, all.
  const STEPS = 6;

  function stepOf(part, whole) {
    if (part === 0) return 0;
    return part === whole ? STEPS - 1 : Math.ceil((part / whole) * 4);
  }

  function shape(name, attributes) {
    const made = L.SVG.create(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }

  // What areas are filled with: a ground, and marks that tell one from another without colours.
  function pattern(name, size, marks) {
    const made = shape("pattern", { id: "rd-gap-" + name, patternUnits: "userSpaceOnUse", width: size, height: size });
    made.append(shape("rect", { class: "rd-gapground rd-gapground--" + name, width: size, height: size }), ...marks);
    return made;
  }

  function slant(width) {
    const path = "M-2 2 L2 -2 M0 8 L8 0 M6 10 L10 6";
    return [shape("path", { class: "rd-gapline", d: path, "stroke-width": width })];
  }

  function patternsOfValues() {
    const dot = shape("circle", { class: "rd-gapdot", cx: 5, cy: 5, r: 1.5 });
    return [pattern("served", 8, []), pattern("none_known", 8, slant(2.2)), pattern("not_asked", 10, [dot])];
  }

  function patternsOfSteps() {
    return Array.from({ length: STEPS }, (_, step) => pattern(String(step), 8, step ? slant(step * 0.8) : []));
  }

  // The shapes, and how to fill them: `paint` gives a pattern's name, or nothing for a shape that no table names.
  function areas(map, topology, name, patterns, about) {
    const layer = L.geoJSON(topojson.feature(topology, topology.objects[name]), {
      style: { className: "rd-gaparea", weight: 1, fillOpacity: 1 },
      onEachFeature: ({ properties }, part) => {
        part.bindTooltip(() => element("span", about(properties).text), { sticky: true });
        part.bindPopup(() => {
          const { name: title, address, facts } = about(properties);
          const strong = element("strong");
          strong.append(address ? element("a", title, { href: address }) : title);
          return popup([strong, ...facts.map((fact) => element("p", fact))]);
        });
      },
    }).addTo(map);
    const defs = shape("defs", {});
    defs.append(...patterns);
    map.getPane("overlayPane").querySelector("svg").prepend(defs);
    for (const part of host(map).querySelectorAll(".rd-map__go, .rd-gaplegend, .rd-gaplegend__title")) part.hidden = false;
    return (paint) => {
      for (const part of layer.getLayers()) {
        const found = paint(part.feature.properties);
        part.setStyle({ fillColor: found === undefined ? "none" : `url(#rd-gap-${found})` });
        part.getElement()?.setAttribute("data-shown", found ?? "");
      }
      return layer;
    };
  }

  const chosen = (map, name) => host(map).querySelector("#gap-" + name);
  const textOf = (select) => select.selectedOptions[0].textContent;
  

  // The counties of a state, by the value of the need that is chosen.
  function gaps(map) {
    attempt(map, async () => {
      const topology = await loadShapes(map);
      const heads = [...document.querySelectorAll("#gap-counties thead th")].map((head) => head.dataset.need);
      const rows = new Map();
      for (const row of document.querySelectorAll("#gap-counties tbody tr")) rows.set(row.dataset.fips, row);
      const select = chosen(map, "need");
      const cellOf = ({ f }) => rows.get(f)?.cells[heads.indexOf(select.value)];
      const about = (properties) => {
        const cell = cellOf(properties);
        const [value, small] = cell.innerText.split("\n").map((line) => line.trim());
        // Below the word stand the number of entries, where there are any, and the miles, where they are known.
        const facts = small ? small.split(" · ") : [];
        const entries = cell.dataset.value === "served" ? [t("Entries: {number}", { number: facts.shift() })] : [];
        const nearest = facts.map((distance) => t("Nearest public place: {distance}", { distance }));
        const name = properties.n;
        const head = rows.get(properties.f).cells[0];
        const people = t("People: {people}", { people: head.querySelector(".rd-quiet").textContent });
        const said = t("{need}: {value}", { need: textOf(select), value: value.replace(/^\S /, "") });
        const address = head.querySelector("a").href;
        return { name, address, text: `${name}. ${said}`, facts: [said, ...entries, ...nearest, people] };
      };
      const paint = areas(map, topology, "counties", patternsOfValues(), about);
      const draw = () => {
        const layer = paint((properties) => cellOf(properties)?.dataset.value);
        const counted = Object.fromEntries(VALUES.map((value) => [value, 0]));
        for (const row of rows.values()) counted[row.cells[heads.indexOf(select.value)].dataset.value] += 1;
        for (const value of VALUES) data(map)[value] = String(counted[value]);
        data(map).shown = select.value;
        say(map, t("{need}: served in {served}, none known in {missing}, not asked in {unasked}.", {
          need: textOf(select),
          served: tn(counted.served, "{number} county", "{number} counties"),
          missing: tn(counted.none_known, "{number} county", "{number} counties"),
          unasked: tn(counted.not_asked, "{number} county", "{number} counties"),
        }));
        return layer;
      };
      select.addEventListener("change", draw);
      fit(map, draw());
    });
  }

  // The states, by the share of their counties in which the need that is chosen has the value that is chosen.
  function gapsOfNation(map) {
    attempt(map, async () => {
      const topology = await loadShapes(map);
      const [need, value] = [chosen(map, "need"), chosen(map, "value")];
      const cellsOf = (state) => {
        const row = document.querySelector(`table[data-need="${need.value}"] tr[data-state="${state}"]`);
        return row && { row, cells: [...row.cells].slice(1) };
      };
      const countedIn = (cells) => cells.map((cell) => Number(cell.dataset.counties));
      const about = ({ s }) => {
        const found = cellsOf(s);
        const name = topology.states[s].n;
        if (!found) return { name, text: name, facts: [] };
        const heads = found.row.closest("table").tHead.rows[0].cells;
        const counted = countedIn(found.cells);
        const facts = found.cells.map((cell, index) => {
          const words = { value: heads[index + 1].textContent, number: figures(counted[index]) };
          if (!cell.dataset.people) return t("{value}: {number} counties", words);
          return t("{value}: {number} counties, {people} people", { ...words, people: figures(Number(cell.dataset.people)) });
        });
        const at = VALUES.indexOf(value.value);
        return { name, address: found.row.querySelector("a").href, text: `${name}. ${facts[at]}`, facts };
      };
      const paint = areas(map, topology, "areas", patternsOfSteps(), about);
      const draw = () => {
        const at = VALUES.indexOf(value.value);
        let total = 0;
        paint(({ s }) => {
          const found = cellsOf(s);
          if (!found) return undefined;
          const counted = countedIn(found.cells);
          total += counted[at];
          return stepOf(counted[at], counted.reduce((sum, number) => sum + number, 0));
        });
        Object.assign(data(map), { shown: need.value, value: value.value, total: String(total) });
        say(map, t("{need}, {value}: {counties} of all states.", {
          need: textOf(need),
          value: textOf(value),
          counties: tn(total, "{number} county", "{number} counties"),
        }));
      };
      need.addEventListener("change", draw);
      value.addEventListener("change", draw);
      draw();
      map.fitBounds(window.directoryMaps.MAINLAND, { animate: false });
    });
  }

  Object.assign(window.directoryMaps, { gaps, gapsOfNation });
})();
