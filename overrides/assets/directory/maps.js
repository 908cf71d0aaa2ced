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
    const parts = [named(map, "resources/" + facts.i + "/", facts.n), element("p", t((types[facts.t] || [""])[0]))];
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
    const number = tn(facts.c, "{number} entry is listed for this place.", "{number} entries are listed for this place.");
    const parts = [named(map, facts.u, placed(facts.n)), element("p", number)];
    const regions = facts.r.map((code) => topology.regions[code].n + " (" + code + ")");
    if (regions.length) parts.push(element("p", t("Region: {regions}", { regions: regions.join("; ") })));
    if (facts.w.length) {
      parts.push(element("p", t("Serving this place, address not published:")));
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
      quietTooltips(map);
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
          parts.length, "{number} place is marked. Ask first whether it is served.", "{number} places are marked. Ask first whether they are served.",
        );
        const sure = () => tn(parts.length, "{number} place is served; the list says which.", "{number} places are served; the list says which.");
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

  function marker(map, facts, types) {
    const [longitude, latitude] = facts.c;
    const made = L.marker([latitude, longitude], {
      title: facts.n,
      icon: L.divIcon({ className: "rd-marker rd-type--" + facts.t, iconSize: [26, 26] }),
    });
    made.bindPopup(() => popup(entry(map, facts, types)));
    return made;
  }

  // The row of controls above a map.
  function tools(map) {
    const found = host(map).querySelector(".rd-map__tools");
    if (found) return found;
    const made = element("div", undefined, { class: "rd-map__tools" });
    host(map).prepend(made);
    return made;
  }

  // Boxes to choose the types that are shown, with their numbers: the legend of the map.
  function filters(map, numbers, types, draw, title) {
    const box = element("fieldset");
    if (!numbers.length) return box;
    box.append(element("legend", title));
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
      : t("Programs whose address is not published, such as family shelters, are not on it. The page of each place names them.");
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

  // Records as clustered points. Which of them are shown is chosen for the map and the page's lists at once. Types come as
  // code, name, plural; needs as letter, name, the types that may know of help.
  function points(map, options) {
    attempt(map, async () => {
      const [collection, topology] = await Promise.all([load(data(map).points), loadShapes(map)]);
      const types = Object.fromEntries(options.types.map(([code, ...names]) => [code, names]));
      const markers = new Map(collection.points.map((facts) => [facts.i, marker(map, facts, types)]));
      const cluster = L.markerClusterGroup({
        maxClusterRadius: 44,
        showCoverageOnHover: false,
        animate: false,
        iconCreateFunction: clusterIcon,
      }).addTo(map);
      const draw = (shows) => {
        map.closePopup();
        cluster.clearLayers();
        cluster.addLayers([...markers].filter(([id]) => shows(id)).map(([, made]) => made));
        sayDrawn(map, cluster.getLayers().length, markers.size);
        map.fire("rd-drawn");
      };
      new own.Choice(map, options, collection, topology, draw);
      byKeyboard(map);
    });
  }

  // Enter on a marker opens what it says and goes there; Escape closes that and gives the marker back.
  function byKeyboard(map) {
    const box = map.getContainer();
    let from = null;
    box.addEventListener("keydown", (event) => {
      const icon = event.target.closest(".leaflet-marker-icon");
      if (event.key === "Enter" && icon) from = icon;
      if (event.key === "Escape") map.closePopup();
    }, true);
    box.addEventListener("pointerdown", () => (from = null), true);
    map.on("popupopen", ({ popup: opened }) => {
      if (from) opened.getElement().querySelector(".rd-popup a")?.focus({ preventScroll: true });
    });
    map.on("popupclose", () => {
      if (from) (from.isConnected ? from : box).focus({ preventScroll: true });
      from = null;
    });
  }

  // A tooltip would lie on what a popup says.
  function quietTooltips(map) {
    map.on("popupopen", () => map.getContainer().classList.add("rd-telling"));
    map.on("popupclose", () => map.getContainer().classList.remove("rd-telling"));
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
      const look = (shape) => map.fitBounds(shape ? hereOf(shape) : MAINLAND, { padding: [8, 8], animate: false });
      look(null);
      goTo(map, layer.getLayers().filter(({ feature }) => facts(feature).u), facts, look);
      data(map).statesDrawn = String(layer.getLayers().length);
      say(map, t("Choose a state on the map or in the list."));
    });
  }

  // A list that leads to the parts of the country that lie oceans away.
  function goTo(map, shapes, facts, look) {
    const mainland = L.latLngBounds(MAINLAND).pad(0.02);
    const away = shapes.filter((shape) => !mainland.contains(hereOf(shape).getCenter()));
    if (!away.length) return;
    const label = element("label", t("Go to") + " ", { class: "rd-map__go" });
    const choice = element("select");
    choice.append(element("option", t("the 48 states"), { value: "" }));
    away.sort((a, b) => facts(a.feature).n.localeCompare(facts(b.feature).n));
    away.forEach((shape, index) => choice.append(element("option", facts(shape.feature).n, { value: index })));
    choice.autocomplete = "off";
    choice.addEventListener("change", () => look(choice.value ? away[Number(choice.value)] : null));
    label.append(choice);
    tools(map).append(label);
  }

  // Where a shape lies. Alaska reaches over the line where days begin: what lies beyond would stretch it around the world.
  function hereOf(shape) {
    const corners = shape.getLatLngs().flat(2);
    const west = corners.filter(({ lng }) => lng < 0);
    return L.latLngBounds(west.length ? west : corners);
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
    attempt, base, countyPopup, data, element, entry, filters, fit, hereOf, host, link, load, loadShapes, named, popup,
    quietTooltips, say, sayDrawn, tools,
  };
  window.directoryMaps = { counties, regions, points, place, states, tiles, own, MAINLAND };
})();
