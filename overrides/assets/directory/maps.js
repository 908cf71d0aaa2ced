// Draws what Folium's scripts ask for. Text from records only ever goes through textContent.
(function () {
  "use strict";

  const host = (map) => map.getContainer().closest(".rd-map");
  const data = (map) => host(map).dataset;
  const base = (map) => data(map).base;

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
    work().catch(() => say(map, "The map could not be loaded. The list on this page says the same."));
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
    return element("a", text, { href: base(map) + address });
  }

  function named(map, address, text) {
    const name = element("strong");
    name.append(link(map, address, text));
    return name;
  }

  function countyPopup(map, facts) {
    const number = facts.c + (facts.c === 1 ? " entry serves" : " entries serve") + " this county by name.";
    const parts = [named(map, facts.u, facts.n), element("p", number)];
    if (facts.r.length) parts.push(element("p", "Region: " + facts.r.join("; ")));
    if (facts.w.length) {
      parts.push(element("p", "Serving this county, address not published:"));
      const list = element("ul");
      for (const entry of facts.w) {
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
      const layer = L.geoJSON(await load(data(map).shapes), {
        style: ({ properties }) => ({
          className: "rd-county" + (shown(properties.f) ? " rd-county--served" : "") +
            (properties.w.length && !served ? " rd-county--withheld" : ""),
          weight: 1,
        }),
        onEachFeature: ({ properties }, shape) => {
          shape.bindTooltip(element("span", properties.n), { sticky: true });
          shape.bindPopup(() => countyPopup(map, properties));
        },
      }).addTo(map);
      const parts = layer.getLayers().filter((shape) => shown(shape.feature.properties.f));
      fit(map, parts.length ? L.featureGroup(parts) : layer);
      data(map).counties = String(layer.getLayers().length);
      if (data(map).map === "record") {
        const number = parts.length + (parts.length === 1 ? " county is" : " counties are") + " served; the list says which.";
        say(map, served === "all" ? "The whole state is served." : number);
      }
    });
  }

  // Regions as filled shapes below the counties, with a key.
  function regions(map) {
    attempt(map, async () => {
      map.createPane("regions").style.zIndex = 350;
      const layer = L.geoJSON(await load(data(map).regions), {
        pane: "regions",
        interactive: false,
        style: ({ properties }) => ({ className: "rd-region rd-region--" + properties.i, weight: 2 }),
      }).addTo(map);
      const list = element("ul", undefined, { class: "rd-map__regions", "aria-label": "Regions on the map" });
      for (const { feature } of layer.getLayers()) {
        const item = element("li", undefined, { class: "rd-region-key rd-region-key--" + feature.properties.i });
        item.append(link(map, feature.properties.u, feature.properties.n));
        list.append(item);
      }
      host(map).append(list);
      data(map).regionsDrawn = String(layer.getLayers().length);
    });
  }

  function marker(map, feature, types) {
    const [longitude, latitude] = feature.geometry.coordinates;
    const facts = feature.properties;
    const made = L.marker([latitude, longitude], {
      title: facts.n,
      icon: L.divIcon({ className: "rd-marker rd-type--" + facts.t, iconSize: [26, 26] }),
    });
    made.bindPopup(() => {
      const parts = [named(map, facts.u, facts.n), element("p", types[facts.t] || "")];
      if (facts.p) {
        const call = element("p");
        call.append(element("a", facts.p, { href: "tel:" + (facts.p.length > 6 ? "+1-" : "") + facts.p }));
        parts.push(call);
      }
      return popup(parts);
    });
    return made;
  }

  function filters(map, groups, types, draw) {
    const box = element("fieldset");
    box.append(element("legend", "Show on the map"));
    for (const [code, list] of groups) {
      const label = element("label", undefined, { class: "rd-filter rd-type--" + code });
      const input = element("input", undefined, { type: "checkbox", value: code });
      input.checked = true;
      input.autocomplete = "off";
      input.addEventListener("change", draw);
      const icon = element("span", undefined, { class: "rd-icon rd-icon--" + code, "aria-hidden": "true" });
      label.append(input, icon, element("span", (types[code] || code) + " (" + list.length + ")"));
      box.append(label);
    }
    const holder = host(map).querySelector(".rd-map__filters");
    holder.append(box);
    holder.hidden = false;
    return box;
  }

  function clusterIcon(group) {
    const face = element("span", String(group.getChildCount()));
    face.append(element("span", " places, zoom in", { class: "govuk-visually-hidden" }));
    return L.divIcon({ className: "rd-cluster", html: face, iconSize: [38, 38] });
  }

  // Records as clustered points by type, with a legend that is also the filter.
  function points(map, options) {
    attempt(map, async () => {
      const collection = await load(data(map).points);
      const types = Object.fromEntries(options.types);
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
        const drawn = cluster.getLayers().length;
        data(map).drawn = String(drawn);
        say(map, drawn + " of " + collection.features.length + " places are on the map. " +
          "The lists on this page name every entry, also those without a published address.");
      };
      const box = filters(map, groups, types, draw);
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
      const layer = L.geoJSON(await load(data(map).shapes), {
        style: ({ properties }) => ({ className: "rd-state" + (properties.u ? " rd-state--known" : ""), weight: 1 }),
        onEachFeature: ({ properties }, shape) => {
          const number = properties.u ? ": " + properties.c + " entries" : ": no entries yet";
          shape.bindTooltip(element("span", properties.n + number), { sticky: true });
          if (properties.u) shape.on("click", () => window.location.assign(base(map) + properties.u));
        },
      }).addTo(map);
      map.fitBounds([[24.4, -125], [49.5, -66.9]], { animate: false });
      data(map).statesDrawn = String(layer.getLayers().length);
      say(map, "Choose a state on the map or in the list.");
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

  window.directoryMaps = { counties, regions, points, place, states, tiles };
})();
