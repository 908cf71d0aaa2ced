// Gaps on a map. Every number and word is taken from the tables of the page, so that map and table cannot differ.
(function () {
  "use strict";

  const { attempt, base, data, element, host, link, loadShapes, popup } = window.directoryMaps.own;
  const SVG = "http://www.w3.org/2000/svg";
  const VALUES = ["served", "none_known", "not_asked"];
  // Shares of a state's counties: none, up to a quarter, half, three quarters, more, all.
  const STEPS = 6;

  function step(share) {
    if (share === 0) return 0;
    return share === 1 ? STEPS - 1 : Math.min(1 + Math.floor(share * 4 - 1e-9), STEPS - 2);
  }

  function shape(name, attributes) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }

  // A pattern to fill areas with: a ground, and marks that tell it from others without colours.
  function pattern(name, size, marks) {
    const made = shape("pattern", { id: "rd-gap-" + name, patternUnits: "userSpaceOnUse", width: size, height: size });
    made.append(shape("rect", { class: "rd-gapground rd-gapground--" + name, width: size, height: size }));
    for (const [kind, attributes] of marks) made.append(shape(kind, { class: "rd-gapline", ...attributes }));
    return made;
  }

  const slant = (size, width) => [
    ["path", { d: `M-1 1 L1 -1 M0 ${size} L${size} 0 M${size - 1} ${size + 1} L${size + 1} ${size - 1}`, "stroke-width": width }],
  ];

  function values() {
    const dot = [["circle", { cx: 5, cy: 5, r: 1.4, class: "rd-gapdot" }]];
    return [pattern("served", 8, []), pattern("none_known", 8, slant(8, 2)), pattern("not_asked", 10, dot)];
  }

  function steps() {
    return Array.from({ length: STEPS }, (_, index) => pattern(String(index), 8, index ? slant(8, index * 0.9) : []));
  }

  function define(map, patterns) {
    const defs = shape("defs", {});
    defs.append(...patterns);
    map.getPane("overlayPane").querySelector("svg").prepend(defs);
  }

  function show(layer, name) {
    layer.setStyle({ fillColor: `url(#rd-gap-${name})`, fillOpacity: 1 });
    layer.feature.properties.shown = name;
  }

  function words(cell) {
    return cell.innerText.replace(/\s+/g, " ").trim();
  }

  // A control of the page that chooses what is shown; it stays as it was when the page is opened again.
  function choice(map, id, draw) {
    const select = host(map).querySelector("#" + id);
    select.addEventListener("change", draw);
    select.closest("p").hidden = false;
    return select;
  }

  function reveal(map) {
    for (const part of host(map).querySelectorAll(".rd-gaplegend, .rd-gaplegend__title")) part.hidden = false;
  }

  function drawn(map, topology, name, tell) {
    const layer = L.geoJSON(topojson.feature(topology, topology.objects[name]), {
      style: { className: "rd-gaparea", weight: 1 },
      onEachFeature: (feature, part) => {
        part.bindTooltip(() => element("span", tell(feature.properties, ": ")), { sticky: true });
        part.bindPopup(() => popup([element("p", tell(feature.properties, ": ")), leads(map, feature.properties)]));
      },
    }).addTo(map);
    return layer;
  }

  function leads(map, { u, s }) {
    const address = u || "gaps/" + s.toLowerCase() + "/";
    const paragraph = element("p");
    paragraph.append(link(map, address, base(map) + address === location.pathname ? "" : named(map, u, s)));
    return paragraph;
  }

  function named(map, u, s) {
    const address = base(map) + (u || "gaps/" + s.toLowerCase() + "/");
    const wanted = new URL(address, location.href).href;
    const found = [...document.querySelectorAll(".md-content a")].find((anchor) => anchor.href === wanted);
    return found ? found.textContent : wanted;
  }

  window.directoryMaps.gaps = { attempt, choice, data, define, drawn, element, host, loadShapes, reveal, show, step, steps, values, words, VALUES };
})();
