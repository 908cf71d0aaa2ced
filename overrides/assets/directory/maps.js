// Draws what Folium's scripts ask for. Text from records only ever goes through textContent.
(function () {
  "use strict";

  const { t, tn, lead, linkLanguage, place: placed, number: figures } = window.directoryWords;

  const host = (map) => map.getContainer().closest(".rd-map");
  const data = (map) => host(map).dataset;
  const base = (map) => data(map).base;
  // What a map of the country shows first; its other parts lie oceans away.
  const MAINLAND = [[24.4, -125], [49.5, -66.9]];

  function element(tag, text, attributes) {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    for (const [name, value] of Object.entries(attributes || {})) made.setAttribute(name, value);
    return made;
  }

  function say(map, text) {
    host(map).querySelector(".rd-map__status").textContent = text;
  }

  async function load(address) {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(address + ": " + answer.status);
    return answer.json();
  }

  function attempt(map, work) {
    work().catch(() => say(map, t("The map could not be loaded. The list on this page says the same.")));
  }

  function fit(map, layer) {
    const bounds = layer.getBounds();
    if (bounds.isValid()) map.fitBounds(bounds, { padding: [8, 8], animate: false });
  }

  function popup(children) {
    const box = element("div", undefined, { class: "rd-popup" });
    box.append(...children);
    return box;
  }

  function link(map, address, text) {
    const other = linkLanguage(address);
    return element("a", text, { href: base(map) + lead(address), ...(other && { hreflang: other }) });
  }

  function named(map, address, text) {
    const name = element("strong");
    name.append(link(map, address, text));
    return name;
  }

  // What a popup says of a record: its name, its kind and a number that can be called.
  function entry(map, facts, types) {
    const parts = [named(map, facts.u, facts.n), element("p", t((types[facts.t] || [""])[0]))];
    if (facts.p) {
      const call = element("p");
      // A plain number is dialled as it is; `d` is there for all others: extensions, short codes, text lines.
      call.append(element("a", facts.p, { href: facts.d || "tel:+1-" + facts.p }));
      parts.push(call);
    }
    return parts;
  }

  // Each file of shapes is fetched once, though several drawings use it.
  const shapes = new WeakMap();
  function loadShapes(map) {
    if (!shapes.has(map)) shapes.set(map, load(data(map).shapes));
    return shapes.get(map);
  }

  function countyPopup(map, facts, topology) {
    const number = tn(facts.c, "{number} entry is listed for this county.", "{number} entries are listed for this county.");
    const parts = [named(map, facts.u, placed(facts.n)), element("p", number)];
    const regions = facts.r.map((code) => topology.regions[code].n + " (" + code + ")");
    if (regions.length) parts.push(element("p", t("Region: {regions}", { regions: regions.join("; ") })));
    if (facts.w.length) {
      parts.push(element("p", t("Serving this county, address not published:")));
      const list = element("ul");
      for (const entry of facts.w.map((index) => topology.withheld[index])) {
        const item = element("li");
        item.append(link(map, entry.u, entry.n));
        list.append(item);
      }
      parts.push(list);
    }
    return popup(parts);
  }

  // Counties as outlines with their names. On the map of one record or county, what is served is filled.
  function counties(map) {
    attempt(map, async () => {
      const served = data(map).served || "";
      const wanted = new Set(served.split(" ").filter(Boolean));
      const shown = (fips) => served === "all" || wanted.has(fips);
      const topology = await loadShapes(map);
      const layer = L.geoJSON(topojson.feature(topology, topology.objects.counties), {
        style: ({ properties }) => ({
          className: "rd-county" + (shown(properties.f) ? " rd-county--served" : "") +
            (properties.w.length && !served ? " rd-county--withheld" : ""),
          weight: 1,
        }),
        onEachFeature: ({ properties }, shape) => {
          shape.bindTooltip(element("span", placed(properties.n)), { sticky: true });
          shape.bindPopup(() => countyPopup(map, properties, topology));
        },
      }).addTo(map);
      const parts = layer.getLayers().filter((shape) => shown(shape.feature.properties.f));
      fit(map, parts.length ? L.featureGroup(parts) : layer);
      data(map).counties = String(layer.getLayers().length);
      if (data(map).map === "record") {
        const asked = () => tn(
          parts.length, "{number} county is marked. Ask first whether it is served.", "{number} counties are marked. Ask first whether they are served.",
        );
        const sure = () => tn(parts.length, "{number} county is served; the list says which.", "{number} counties are served; the list says which.");
        const whole = () => t("The whole state is served.");
        say(map, (data(map).assumed ? asked : served === "all" ? whole : sure)());
      }
    });
  }

  // Regions as filled shapes below the counties, with a key. The map holds the part that lies in its state.
  function regions(map) {
    attempt(map, async () => {
      const topology = await loadShapes(map);
      const counties = topology.objects.counties.geometries;
      map.createPane("regions").style.zIndex = 350;
      const list = element("ul", undefined, { class: "rd-map__regions", "aria-label": t("Regions on the map") });
      for (const [code, region] of Object.entries(topology.regions)) {
        const own = counties.filter((county) => county.properties.r.includes(code));
        const style = { className: "rd-region rd-region--" + region.i, weight: 2 };
        L.geoJSON(topojson.merge(topology, own), { pane: "regions", interactive: false, style }).addTo(map);
        const item = element("li", undefined, { class: "rd-region-key rd-region-key--" + region.i });
        item.append(link(map, region.u, region.n));
        list.append(item);
      }
      host(map).append(list);
      data(map).regionsDrawn = String(list.children.length);
    });
  }

  function marker(map, feature, types) {
    const [longitude, latitude] = feature.geometry.coordinates;
    const facts = feature.properties;
    const made = L.marker([latitude, longitude], {
      title: facts.n,
      icon: L.divIcon({ className: "rd-marker rd-type--" + facts.t, iconSize: [26, 26] }),
    });
    made.bindPopup(() => popup(entry(map, facts, types)));
    return made;
  }

  // Boxes to choose the types that are shown, with their numbers: the legend of the map.
  function filters(map, numbers, types, draw) {
    const box = element("fieldset");
    if (!numbers.length) return box;
    box.append(element("legend", t("Show on the map")));
    for (const [code, number] of numbers) {
      const label = element("label", undefined, { class: "rd-filter rd-type--" + code });
      const input = element("input", undefined, { type: "checkbox", value: code });
      input.checked = true;
      input.autocomplete = "off";
      input.addEventListener("change", draw);
      const icon = element("span", undefined, { class: "rd-icon rd-icon--" + code, "aria-hidden": "true" });
      label.append(input, icon, element("span", t(types[code][1]) + " (" + figures(number) + ")"));
      box.append(label);
    }
    const holder = host(map).querySelector(".rd-map__filters");
    holder.append(box);
    holder.hidden = false;
    return box;
  }

  function sayDrawn(map, drawn, total) {
    data(map).drawn = String(drawn);
    const listed = data(map).map === "county"
      ? t("The lists on this page name every entry, also those without a published address.")
      : t("Programs whose address is not published, such as family shelters, are not on it. A county's page names them.");
    const shown = t("{drawn} of {total} places are on the map.", { drawn: figures(drawn), total: figures(total) });
    say(map, total ? shown + " " + listed : t("No place here has a published address. See the lists."));
  }

  function clusterIcon(group) {
    const number = group.getChildCount();
    const face = element("span");
    face.append(element("span", String(number), { "aria-hidden": "true" }));
    face.append(element("span", tn(number, "{number} place, zoom in", "{number} places, zoom in"), { class: "govuk-visually-hidden" }));
    return L.divIcon({ className: "rd-cluster", html: face, iconSize: [38, 38] });
  }

  // Records as clustered points by type, with a legend that is also the filter. Types come as code, name, plural.
  function points(map, options) {
    attempt(map, async () => {
      const collection = await load(data(map).points);
      const types = Object.fromEntries(options.types.map(([code, ...names]) => [code, names]));
      const groups = new Map();
      for (const [code] of options.types) {
        const found = collection.features.filter((feature) => feature.properties.t === code);
        if (found.length) groups.set(code, found.map((feature) => marker(map, feature, types)));
      }
      const cluster = L.markerClusterGroup({
        maxClusterRadius: 44,
        showCoverageOnHover: false,
        animate: false,
        iconCreateFunction: clusterIcon,
      }).addTo(map);
      const draw = () => {
        cluster.clearLayers();
        for (const input of box.querySelectorAll("input:checked")) cluster.addLayers(groups.get(input.value));
        sayDrawn(map, cluster.getLayers().length, collection.features.length);
      };
      const box = filters(map, [...groups].map(([code, list]) => [code, list.length]), types, draw);
      draw();
    });
  }

  // The public point of one record.
  function place(map) {
    if (!data(map).point) return;
    const [latitude, longitude] = data(map).point.split(",").map(Number);
    L.marker([latitude, longitude], {
      keyboard: false,
      interactive: false,
      icon: L.divIcon({ className: "rd-marker rd-type--" + data(map).type, iconSize: [26, 26] }),
    }).addTo(map);
  }

  // The states; those with entries are links.
  function states(map) {
    attempt(map, async () => {
      const topology = await loadShapes(map);
      const facts = ({ properties }) => topology.states[properties.s];
      const layer = L.geoJSON(topojson.feature(topology, topology.objects.areas), {
        style: (feature) => ({ className: "rd-state" + (facts(feature).u ? " rd-state--known" : ""), weight: 1 }),
        onEachFeature: (feature, shape) => {
          const { n, u, c } = facts(feature);
          const number = u ? tn(c, "{state}: {number} entry", "{state}: {number} entries", { state: placed(n) }) : t("{state}: no entries yet", { state: placed(n) });
          shape.bindTooltip(element("span", number), { sticky: true });
          if (u) shape.on("click", () => window.location.assign(base(map) + lead(u)));
        },
      }).addTo(map);
      map.fitBounds(MAINLAND, { animate: false });
      data(map).statesDrawn = String(layer.getLayers().length);
      say(map, t("Choose a state on the map or in the list."));
    });
  }

  // A background of tiles, only where the maintainer configured one.
  function tiles(map, options) {
    const address = /^https?:/.test(options.url) ? options.url : base(map) + options.url;
    if (options.url.endsWith(".pmtiles")) {
      protomapsL.leafletLayer({ url: address, flavor: "light" }).addTo(map);
    } else {
      L.tileLayer(address, { maxZoom: 19, referrerPolicy: "no-referrer" }).addTo(map);
    }
    map.attributionControl.addAttribution(element("span", options.attribution).innerHTML);
  }

  const own = {
    attempt, base, countyPopup, data, element, entry, filters, host, link, load, loadShapes, named, popup, sayDrawn,
  };
  window.directoryMaps = { counties, regions, points, place, states, tiles, own, MAINLAND };
})();
