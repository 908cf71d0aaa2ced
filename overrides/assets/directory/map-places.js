// A box by the map that leads to a place on it: the search box's engine, which tells what was chosen instead of leaving.
(function () {
  "use strict";

  const { t, search } = window.directoryWords;
  const maps = window.directoryMaps;
  const { element, hereOf, host, link, loadShapes, loadTowns, tools } = maps.own;

  // No nearer than this: what lies around a place helps to know it.
  const NEAREST = 11;
  const marked = new WeakMap();

  function boxOf() {
    const root = element("div", undefined, { class: "rd-search rd-search--map", role: "search", "aria-label": t("Go to a place on the map") });
    root.dataset.choose = "places";
    const label = element("label", t("Go to a ZIP code, county or town"), { for: "rd-map-find" });
    const input = element("input", undefined, {
      type: "text", id: "rd-map-find", class: "rd-search__input", role: "combobox", "aria-autocomplete": "list",
      "aria-expanded": "false", "aria-controls": "rd-map-find-list", autocomplete: "off",
      autocapitalize: "off", autocorrect: "off", spellcheck: "false", enterkeyhint: "search", maxlength: "120",
    });
    const results = element("div", undefined, { class: "rd-search__results" });
    results.hidden = true;
    const hint = element("p", "", { class: "rd-search__hint", "aria-hidden": "true" });
    hint.hidden = true;
    results.append(hint, element("div", undefined, { id: "rd-map-find-list", role: "listbox", "aria-label": t("Places") }));
    const box = element("div", undefined, { class: "rd-search__box" });
    box.append(input, results, element("p", "", { class: "rd-search__status", role: "status" }));
    root.append(label, box);
    return root;
  }

  // `go(place)` shows {href, title, note} on the map and gives {here, href, name}: whether it is on it, and its page.
  function finder(map, options) {
    const go = options.go || ((place) => inState(map, place));
    const root = boxOf();
    const said = element("p", "", { class: "rd-map__place", role: "status" });
    const input = root.querySelector("input");
    input.addEventListener("focus", () => {
      search().then(({ attach }) => attach(root)).catch(() => {});
    }, { once: true });
    root.addEventListener("rd-search-leave", () => input.blur());
    root.addEventListener("rd-place-chosen", async ({ detail }) => {
      map.closePopup();
      const found = await go(detail).catch(() => ({ here: false, href: detail.href, name: "" }));
      const name = [detail.title, detail.note].filter(Boolean).join(", ");
      const words = found.here ? t("{place} is marked on the map.", { place: name }) : t("{place} is not on this map.", { place: name });
      said.replaceChildren(words + " ", link(map, found.href, t("Open the page of {place}", { place: found.name || detail.title })));
      host(map).dataset.place = found.here ? found.href : "";
    });
    tools(map).append(root);
    tools(map).after(said);
  }

  // Marks an area, and a place in it where one is known, and goes there.
  function mark(map, shape, spot, least) {
    if (marked.has(map)) marked.get(map).remove();
    const group = L.featureGroup();
    const area = L.geoJSON(shape, { interactive: false, style: { className: "rd-place-area", fill: false, weight: 4 } }).addTo(group);
    if (spot) L.circleMarker(spot, { interactive: false, className: "rd-place-spot", radius: 9, weight: 4, fill: false }).addTo(group);
    marked.set(map, group.addTo(map));
    const bounds = hereOf(area.getLayers()[0]);
    const zoom = Math.min(Math.max(map.getBoundsZoom(bounds, false, L.point(24, 24)), least || 0), NEAREST);
    map.setView(spot || bounds.getCenter(), zoom, { animate: false });
  }

  // Where the town of the name lies, if it is one of the county's.
  async function townIn(map, slug, name, shape) {
    const bounds = L.geoJSON(shape).getBounds().pad(0.02);
    const towns = await loadTowns(map, slug).catch(() => []);
    const town = towns.find((one) => one.name === name && bounds.contains([one.latitude, one.longitude]));
    return town ? [town.latitude, town.longitude] : null;
  }

  // On the map of a state: its counties by their shapes, its regions by theirs.
  async function inState(map, { href, title }) {
    const topology = await loadShapes(map);
    const { geometries } = topology.objects.counties;
    const region = /^regions\/([^/]+)\/$/.exec(href);
    if (region) {
      const code = region[1].toUpperCase();
      const own = geometries.filter(({ properties }) => properties.r.includes(code));
      if (!own.length) return { here: false, href, name: title };
      mark(map, topojson.merge(topology, own), null);
      return { here: true, href, name: title };
    }
    const county = geometries.find(({ properties }) => properties.u === href);
    if (county) return showCounty(map, topology, county, title);
    if (href.split("/").length === 2 && topology.states.includes(href.split("/")[0])) {
      mark(map, topojson.merge(topology, geometries), null);
      return { here: true, href, name: title };
    }
    return { here: false, href, name: "" };
  }

  async function showCounty(map, topology, county, title, least) {
    const shape = topojson.feature(topology, county);
    const { n, u } = county.properties;
    mark(map, shape, title === n ? null : await townIn(map, u.split("/")[0], title, shape), least);
    return { here: true, href: u, name: n };
  }

  Object.assign(maps, { finder });
  Object.assign(maps.own, { mark, showCounty });
})();
