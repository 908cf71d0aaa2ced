// Names of towns on the shapes, so that readers find themselves without a background from elsewhere. The lists and the
// search say the same in words: these names are for the eye only.
(function () {
  "use strict";

  const maps = window.directoryMaps;
  const { base, data, load, loadShapes } = maps.own;

  // Pixels around a name that stay free, square pixels of map for each name, and from a town's dot to its name.
  const FREE = 4;
  const AREA = 9000;
  const GAP = 6;
  const DOT = 3;
  // From the middle of a marker that lies on a large town to the town's name.
  const BESIDE = 24;
  const SIZES = { large: 13, small: 12 };

  const meets = (one, other) =>
    one.left < other.right && one.right > other.left && one.top < other.bottom && one.bottom > other.top;
  const around = (x, y, wide, high) => ({ left: x - wide / 2, right: x + wide / 2, top: y - high / 2, bottom: y + high / 2 });

  const files = new Map();
  // Towns of a state ("co") or of the country ("nation"), largest first: name, latitude, longitude, whether it is large.
  function loadTowns(map, name) {
    if (!files.has(name)) {
      const read = ({ n, x, y, scale, large }) => (n ? n.split("\n") : []).map((town, index) => (
        { name: town, latitude: y[index] / scale, longitude: x[index] / scale, large: index < large }
      ));
      files.set(name, load(base(map) + "assets/map/" + name + "-towns.json").then(read));
      files.get(name).catch(() => files.delete(name));
    }
    return files.get(name);
  }

  const pen = document.createElement("canvas").getContext("2d");
  const widths = new Map();
  function widthOf(town, face) {
    const font = fontOf(town, face);
    const key = font + town.name;
    if (!widths.has(key)) {
      pen.font = font;
      widths.set(key, pen.measureText(town.name).width);
    }
    return widths.get(key);
  }

  const fontOf = (town, face) => (town.large ? "600 " + SIZES.large : SIZES.small) + "px " + face;

  // The names that fit, the largest towns first: none on another, none on what is `taken`, all within the box `room`.
  // With `beside`, a large town whose dot is taken has its name beside it. `place` gives a town's pixels. Each is {town, x, y: of its dot, middle: [x, y] of its name, bare: without the dot}.
  function fitting(towns, { place, room, taken, face, beside = true }) {
    const most = Math.max(4, Math.round(((room.right - room.left) * (room.bottom - room.top)) / AREA));
    const used = taken.slice();
    const found = [];
    for (const town of towns) {
      if (found.length >= most) break;
      const [x, y] = place(town);
      if (x < room.left || y < room.top || x > room.right || y > room.bottom) continue;
      const dot = around(x, y, 2 * DOT + 2, 2 * DOT + 2);
      // Markers gather on large towns: their names stand beside them, without a dot.
      const bare = used.some((box) => meets(box, dot));
      if (bare && (!beside || !town.large || !taken.some((box) => meets(box, dot)))) continue;
      const gap = bare ? BESIDE : GAP;
      const wide = widthOf(town, face) + 2 * FREE;
      const high = (town.large ? SIZES.large : SIZES.small) + 2 * FREE;
      const aside = gap + wide / 2 - FREE;
      const above = gap + high / 2 - FREE;
      const middles = [[x + aside, y], [x - aside, y], [x, y - above], [x, y + above]];
      const inside = (box) => box.left >= room.left && box.right <= room.right && box.top >= room.top && box.bottom <= room.bottom;
      const fits = (box) => inside(box) && !used.some((other) => meets(box, other));
      const middle = middles.find(([a, b]) => fits(around(a, b, wide, high)));
      if (!middle) continue;
      used.push(around(...middle, wide, high), dot);
      found.push({ town, x, y, middle, bare });
    }
    return found;
  }

  // What would hide a name: the map's buttons, in pixels of its window.
  function buttonsOf(map) {
    return [...map.getContainer().querySelectorAll(".leaflet-control")].map((control) => {
      const [own, all] = [control, map.getContainer()].map((part) => part.getBoundingClientRect());
      return { left: own.left - all.left, right: own.right - all.left, top: own.top - all.top, bottom: own.bottom - all.top };
    });
  }

  // What a name would hide: markers and groups of them.
  function markersOf(map) {
    return [...map.getPane("markerPane").children].map((icon) => {
      const at = map.layerPointToContainerPoint(L.DomUtil.getPosition(icon) || L.point(-99, -99));
      return around(at.x, at.y, icon.offsetWidth + 2, icon.offsetHeight + 2);
    });
  }

  function show(map, pane, towns) {
    const face = getComputedStyle(map.getContainer()).fontFamily;
    const place = (town) => {
      const at = map.latLngToContainerPoint([town.latitude, town.longitude]);
      return [at.x, at.y];
    };
    const { x: right, y: bottom } = map.getSize();
    const room = { left: 0, top: 0, right, bottom };
    const named = fitting(towns, { place, room, taken: [...buttonsOf(map), ...markersOf(map)], face });
    pane.replaceChildren(...named.flatMap(({ town, x, y, middle, bare }) => {
      const dot = L.DomUtil.create("span", "rd-town-dot");
      const name = L.DomUtil.create("span", "rd-town" + (town.large ? " rd-town--large" : ""));
      name.textContent = town.name;
      L.DomUtil.setPosition(dot, map.containerPointToLayerPoint([x, y]));
      L.DomUtil.setPosition(name, map.containerPointToLayerPoint(middle));
      return bare ? [name] : [dot, name];
    }));
    data(map).towns = String(named.length);
  }

  // On maps of a state, a region, a county or an entry: below markers, above shapes.
  function towns(map) {
    loadShapes(map).then(async ({ states }) => {
      const lists = await Promise.all(states.map((slug) => loadTowns(map, slug)));
      // Each state's towns are in order of size: those of several are put in order by turns.
      const all = lists.length === 1 ? lists[0] : lists.flatMap((list) => list.map((town, rank) => [rank, town]))
        .sort(([a], [b]) => a - b).map(([, town]) => town);
      const pane = map.createPane("towns");
      Object.assign(pane.style, { zIndex: 450, pointerEvents: "none" });
      pane.setAttribute("aria-hidden", "true");
      let waiting = 0;
      const soon = () => {
        cancelAnimationFrame(waiting);
        waiting = requestAnimationFrame(() => show(map, pane, all));
      };
      map.on("zoomstart", () => pane.replaceChildren());
      map.on("moveend zoomend resize rd-drawn", soon);
      show(map, pane, all);
    // Names are a help, not the map: without them it stays as it is.
    }).catch(() => {});
  }

  Object.assign(maps, { towns });
  Object.assign(maps.own, { loadTowns, fitting, fontOf, around, buttonsOf });
})();
