// The map of the country: states, regions and every public place. Facts of a place are fetched when it is pressed.
(function () {
  "use strict";

  const { t, tn, place: placed, number: figures } = window.directoryWords;
  const maps = window.directoryMaps;
  const {
    Measures, around, attempt, base, buttonsOf, countyPopup, data, element, entry, filters, fitting, fontOf, host, link, load, loadShapes,
    loadTowns, mark, named, popup, quietTooltips, sayDrawn, showCounty, tools,
  } = maps.own;
  const { across, down, decode, whereIs, circles, members } = window.directoryPoints;
  const { CanvasLayer, areasOf, wholeOf, linesOf, meets } = window.directoryCanvas;

  // Pixels beside a circle that still press it: fingers are wide.
  const NEAR = 8;
  // A popup names so many places at most. So few are named from this zoom on, rather than gone nearer to: far from any
  // border nobody would know where they are.
  const NAMED = 12;
  const NAME_ALL = 10;
  const ZOOM_STEP = 3;
  // From these zooms on, counties are drawn, pressed and named.
  const COUNTIES = 7;
  const COUNTY_NAMES = 8.5;
  // Below this zoom circles leave room for the names of so many towns at most.
  const FEW_TOWNS = 6;
  const LARGEST = 60;

  const toLatLng = (x, y) => [
    (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI,
    x * 360 - 180,
  ];
  const boundsOf = ({ west, east, north, south }) => [toLatLng(west, south), toLatLng(east, north)];

  class Nation {
    constructor(map, options, topology) {
      this.map = map;
      this.names = topology;
      this.types = Object.fromEntries(options.types.map(([code, ...names]) => [code, names]));
      const object = topology.objects.areas;
      this.areas = areasOf(topology, object);
      this.states = linesOf(topology, object, (a, b) => a === b || a.properties.s !== b.properties.s);
      this.regions = linesOf(topology, object, (a, b) => a !== b && a.properties.s === b.properties.s);
      this.known = this.areas.filter((area) => this.names.states[area.facts.s].u);
      this.unknown = this.areas.filter((area) => !this.names.states[area.facts.s].u);
      this.parts = new Map();
      this.files = new Map();
      this.counties = new Map();
      // Towns of the country, and of states that are near, by state.
      this.towns = new Map();
      // States whose counties are in view, where all of these are there.
      this.near = [];
      this.circles = [];
      this.points = null;
      this.over = null;
      this.tooltip = L.tooltip({ direction: "auto", offset: [12, 0] });
      this.layer = new CanvasLayer((canvas) => this.draw(canvas));
      this.measures = new Measures(map, topology.measures, () => this.measured());
      this.look = this.readLook();
      this.layer.addTo(map);
      this.listen();
      this.addPlaces();
      maps.finder(map, { go: (place) => this.goToPlace(place) });
      quietTooltips(map);
      data(map).areas = String(this.areas.length);
      // For tests, and for whoever looks into the page with the browser's tools.
      host(map).directoryMap = map;
    }

    listen() {
      const { map } = this;
      map.on("click", (event) => this.press(event.containerPoint, false));
      map.on("mousemove", (event) => this.hover(event.containerPoint));
      map.on("mouseout movestart", () => this.hover(null));
      map.on("popupclose", () => this.back && (map.getContainer().focus({ preventScroll: true }), (this.back = false)));
      // The cross that shows what Enter would press is for the keyboard.
      const byKey = (yes) => () => map.getContainer().classList.toggle("rd-by-key", yes);
      map.getContainer().addEventListener("pointerdown", byKey(false), true);
      map.getContainer().addEventListener("keyup", byKey(true));
      map.getContainer().addEventListener("keydown", (event) => {
        if (event.key === "Escape") map.closePopup();
        if (event.key !== "Enter" || event.target !== map.getContainer()) return;
        event.preventDefault();
        this.press(map.getSize().divideBy(2), true);
      });
      const again = () => {
        this.look = this.readLook();
        this.layer.redraw();
      };
      new MutationObserver(again).observe(document.body, { attributeFilter: ["data-md-color-scheme"] });
    }

    // Colours and words' face are the style sheet's.
    readLook() {
      const style = getComputedStyle(host(this.map));
      const colour = (name) => style.getPropertyValue("--rd-map-" + name).trim();
      const names = ["land", "empty", "over", "state", "region", "county", "paper", "ink", "line"];
      const look = Object.fromEntries(names.map((name) => [name, colour(name)]));
      look.classes = [0, 1, 2, 3, 4].map((index) => colour("class-" + index));
      look.font = style.fontFamily;
      look.types = (this.points ? this.points.types : []).map((code) => {
        const label = host(this.map).querySelector(".rd-filter.rd-type--" + code);
        const own = label ? getComputedStyle(label).getPropertyValue("--rd-type").trim() : look.ink;
        return { colour: own, picture: this.pictures && this.pictures[code] };
      });
      return look;
    }

    setPoints(points) {
      this.points = points;
      this.total = points.number;
      const numbers = points.types.map((code, type) => [code, points.numbers[type]]).filter(([, number]) => number);
      this.box = filters(this.map, numbers, this.types, () => this.choose(), t("Show on the map"));
      // Who comes back to the page, or sits down at it next, finds all of it.
      addEventListener("pageshow", (event) => {
        if (!event.persisted) return;
        for (const input of this.box.querySelectorAll("input")) input.checked = true;
        this.choose();
      });
      this.look = this.readLook();
      this.choose();
      this.readPictures(numbers.map(([code]) => code));
    }

    choose() {
      const chosen = new Set([...this.box.querySelectorAll("input:checked")].map((input) => input.value));
      this.shown = this.points.types.map((code) => chosen.has(code));
      this.map.closePopup();
      this.layer.redraw();
      const drawn = this.points.numbers.filter((_, type) => this.shown[type]).reduce((a, b) => a + b, 0);
      sayDrawn(this.map, drawn, this.total);
    }

    // The pictures of the types, as paths: a canvas cannot colour an image.
    async readPictures(codes) {
      const read = async (code) => {
        const answer = await fetch(base(this.map) + "assets/directory/icons/" + this.types[code][2] + ".svg");
        const drawing = new DOMParser().parseFromString(await answer.text(), "image/svg+xml");
        return [code, new Path2D([...drawing.querySelectorAll("path")].map((path) => path.getAttribute("d")).join(" "))];
      };
      // Without them a place is a plain circle.
      this.pictures = Object.fromEntries(await Promise.all(codes.map(read)).catch(() => []));
      this.look = this.readLook();
      this.layer.redraw();
    }

    // A list that leads to any state: the way for the keyboard, and to the parts of the country oceans away.
    addPlaces() {
      const label = element("label", t("Go to") + " ", { class: "rd-map__go" });
      const choice = element("select");
      choice.append(element("option", t("the 48 states"), { value: "" }));
      for (const [code, { n, u }] of Object.entries(this.names.states).sort(([, a], [, b]) => a.n.localeCompare(b.n))) {
        if (u && this.areas.some((area) => area.facts.s === code)) choice.append(element("option", placed(n), { value: code }));
      }
      choice.autocomplete = "off";
      choice.addEventListener("change", () => this.goTo(choice.value));
      label.append(choice);
      tools(this.map).append(label);
    }

    goTo(code) {
      const own = this.areas.filter((area) => area.facts.s === code).flatMap((area) => area.polygons);
      // Alaska reaches over the line where days begin: what lies beyond would stretch the view around the world.
      const here = own.some((bounds) => bounds.west < 0.5) ? own.filter((bounds) => bounds.west < 0.5) : own;
      const all = L.latLngBounds(here.flatMap(boundsOf));
      this.map.closePopup();
      this.map.fitBounds(code ? all : maps.MAINLAND, { padding: [12, 12], animate: false });
    }

    // Regions are shaded, or each place is shown: both together could not be read.
    measured() {
      this.map.closePopup();
      this.layer.redraw();
      if (this.measures.chosen) this.sayMeasured();
      else this.choose();
    }

    sayMeasured() {
      const line = host(this.map).querySelector(".rd-map__status");
      line.textContent = t("Regions are shaded by number. The table on this page says the same.");
    }

    // Where a place that was chosen by name lies: a state, a region or a county.
    async goToPlace({ href, title }) {
      const [first, second] = href.split("/");
      if (first === "regions") return this.goToPieces(href, title, ({ r }) => r.includes(second.toUpperCase()));
      const code = first.toUpperCase();
      if (!this.names.states[code]) return { here: false, href, name: "" };
      if (!second) return this.goToPieces(href, title, ({ s }) => s === code);
      const topology = await this.loadOnce(first + "-counties.json");
      const county = topology.objects.counties.geometries.find(({ properties }) => properties.u === href);
      return county ? showCounty(this.map, topology, county, title, COUNTY_NAMES) : { here: false, href, name: "" };
    }

    goToPieces(href, title, wanted) {
      const own = this.names.objects.areas.geometries.filter(({ properties }) => wanted(properties));
      if (!own.length) return { here: false, href, name: title };
      mark(this.map, topojson.merge(this.names, own), null);
      return { here: true, href, name: title };
    }

    loadOnce(name) {
      if (!this.files.has(name)) {
        this.files.set(name, load(base(this.map) + "assets/map/" + name));
        this.files.get(name).catch(() => this.files.delete(name));
      }
      return this.files.get(name);
    }

    draw(canvas) {
      const { look } = this;
      canvas.fill(this.unknown, look.empty);
      this.near = canvas.zoom >= COUNTIES ? this.nearStates(canvas) : [];
      if (this.near.length) this.drawCounties(canvas);
      else this.drawRegions(canvas);
      canvas.inPixels();
      this.circles = this.points && !this.measures.chosen ? circles(this.points, this.shown, canvas.zoom, canvas.view) : [];
      const boxes = canvas.zoom >= COUNTY_NAMES ? this.nameCounties(canvas) : [];
      this.nameTowns(canvas, boxes);
      if (!this.points) return;
      for (const one of this.circles.slice().reverse()) canvas.circle(one, look);
      data(this.map).circles = String(this.circles.length);
    }

    // Shades of regions, hatched where the number is not known.
    shade(canvas, areas) {
      const { classes, land, line } = this.look;
      const groups = [[], [], [], [], [], []];
      for (const area of areas) groups[this.measures.classOfArea(area.facts.r) + 1].push(area);
      canvas.hatch(groups[0], land, line);
      classes.forEach((colour, index) => canvas.fill(groups[index + 1], colour));
    }

    // The towns of the states in view, once they have come; before, and from afar, the large ones of the country.
    townsInView(canvas) {
      const slugs = this.near.map((state) => state.slug);
      const found = slugs.map((slug) => this.townsOf(slug));
      if (slugs.length && found.every(Boolean)) return found.flat();
      const large = this.townsOf("nation") || [];
      return canvas.zoom < FEW_TOWNS && !this.measures.chosen ? large.slice(0, LARGEST) : large;
    }

    townsOf(name) {
      // The first picture does not wait for names.
      if (!this.points) return null;
      if (!this.towns.has(name)) {
        this.towns.set(name, null);
        const placed = (town) => ({ ...town, x: across(town.longitude), y: down(town.latitude) });
        loadTowns(this.map, name).then((towns) => {
          this.towns.set(name, towns.map(placed));
          this.layer.soon();
        }).catch(() => {});
      }
      return this.towns.get(name);
    }

    nameTowns(canvas, boxes) {
      const { look } = this;
      const seen = canvas.seen();
      const buttons = buttonsOf(this.map).map((box) => (
        { left: box.left + seen.left, right: box.right + seen.left, top: box.top + seen.top, bottom: box.bottom + seen.top }
      ));
      const taken = [...boxes, ...buttons, ...this.circles.map((one) => {
        const size = 2 * canvas.reach(one) + 3;
        return around(...canvas.place(one.x, one.y), size, size);
      })];
      const place = (town) => canvas.place(town.x, town.y);
      const named = fitting(this.townsInView(canvas), { place, room: seen, taken, face: look.font, beside: canvas.zoom >= FEW_TOWNS });
      for (const { town, x, y, middle, bare } of named) {
        if (!bare) canvas.dot(x, y, look.ink, look.land);
        canvas.text(...middle, town.name, look.ink, fontOf(town, look.font), look.land);
      }
      data(this.map).towns = String(named.length);
    }

    statesInView(canvas) {
      const seen = this.known.filter((area) => area.polygons.some((bounds) => meets(bounds, canvas.view)));
      return [...new Set(seen.map((area) => this.names.states[area.facts.s].u.replace("/", "")))];
    }

    // The states in view with their counties; none until all have come.
    nearStates(canvas) {
      const found = this.statesInView(canvas).map((slug) => this.countiesOf(slug));
      return found.every(Boolean) ? found : [];
    }

    // Fetched once for each state that comes near.
    countiesOf(slug) {
      if (!this.counties.has(slug)) {
        this.counties.set(slug, null);
        this.loadOnce(slug + "-counties.json").then((topology) => {
          const object = topology.objects.counties;
          const alike = (a, b) => a.properties.r.join() === b.properties.r.join();
          this.counties.set(slug, {
            slug,
            topology,
            areas: areasOf(topology, object),
            whole: wholeOf(topology, object),
            lines: linesOf(topology, object, (a, b) => a !== b && alike(a, b)),
            regions: linesOf(topology, object, (a, b) => a !== b && !alike(a, b)),
            border: linesOf(topology, object, (a, b) => a === b),
          });
          this.layer.soon();
        }).catch(() => {});
      }
      return this.counties.get(slug);
    }

    drawRegions(canvas) {
      const { look } = this;
      if (this.measures.chosen) this.shade(canvas, this.known);
      else canvas.fill(this.known, look.land);
      if (this.over) canvas.fill([this.over], look.over);
      canvas.stroke(this.regions, look.region, canvas.zoom < 6 ? 0.7 : 1.4);
      canvas.stroke(this.states, look.state, canvas.zoom < 6 ? 1.3 : 2);
    }

    drawCounties(canvas) {
      const { look } = this;
      if (this.measures.chosen) for (const { areas } of this.near) this.shade(canvas, areas);
      else canvas.fill(this.near.map((state) => state.whole), look.land);
      if (this.over) canvas.fill([this.over], look.over);
      for (const state of this.near) {
        canvas.stroke(state.lines, look.county, 1);
        canvas.stroke(state.regions, look.region, 1.8);
      }
      for (const state of this.near) canvas.stroke(state.border, look.state, 2);
    }

    // Where the names stand.
    nameCounties(canvas) {
      const boxes = [];
      for (const { areas } of this.near) {
        for (const { facts, polygons } of areas) {
          const bounds = polygons[0];
          if (!meets(bounds, canvas.view)) continue;
          const [x, y] = canvas.place((bounds.west + bounds.east) / 2, (bounds.north + bounds.south) / 2);
          const font = "italic 12px " + this.look.font;
          canvas.text(x, y, placed(facts.n), this.look.ink, font, this.look.land);
          boxes.push(around(x, y, canvas.widthOf(placed(facts.n), font) + 6, 16));
        }
      }
      return boxes;
    }

    worldAt(point) {
      const pixel = this.map.getPixelBounds().min.add(point);
      return [pixel.x / this.layer.pixels, pixel.y / this.layer.pixels];
    }

    // What lies under a place of the window: the nearest circle, else an area.
    at(point, near) {
      const [x, y] = this.worldAt(point);
      let best = null, least = Infinity;
      for (const one of this.circles) {
        const apart = Math.hypot(one.x - x, one.y - y) * this.layer.pixels - this.layer.reach(one);
        if (apart < least && apart <= near) [best, least] = [one, apart];
      }
      return { one: best, ...(best ? {} : this.areaAt(x, y)), x, y };
    }

    // A county with its state's topology where counties are drawn, else a piece of a state.
    areaAt(x, y) {
      for (const { areas, topology } of this.near) {
        const area = this.layer.areaAt(areas, x, y);
        if (area) return { area, topology };
      }
      return { area: this.layer.areaAt(this.near.length ? this.unknown : this.areas, x, y), topology: null };
    }

    hover(point) {
      if (this.map.getContainer().matches(".leaflet-touch-drag:active")) return;
      const found = point ? this.at(point, 2) : { one: null, area: null };
      const over = found.area || null;
      if (over !== this.over) {
        this.over = over;
        this.layer.soon();
      }
      this.map.getContainer().classList.toggle("rd-pointing", Boolean(found.one || found.area));
      const words = this.words(found);
      if (!words) return this.tooltip.remove();
      const at = found.one ? toLatLng(found.one.x, found.one.y) : toLatLng(found.x, found.y);
      this.tooltip.setLatLng(at).setContent(element("span", words));
      if (!this.map.hasLayer(this.tooltip)) this.tooltip.addTo(this.map);
    }

    words({ one, area, topology }) {
      if (one) {
        const kinds = one.types.map((number, type) => number && figures(number) + " " + t(this.types[this.points.types[type]][1]));
        return kinds.filter(Boolean).join(", ");
      }
      if (!area) return "";
      if (topology) return [placed(area.facts.n), ...area.facts.r.map((code) => this.regionWords(code, topology.regions[code].n))].join("; ");
      const regions = area.facts.r.map((code) => this.regionWords(code, this.names.regions[code])).join("; ");
      return placed(this.names.states[area.facts.s].n) + (regions ? ": " + regions : "");
    }

    regionWords(code, name) {
      return this.measures.chosen ? name + " (" + this.measures.short(code) + ")" : name;
    }

    press(point, byKey) {
      this.back = byKey;
      this.tooltip.remove();
      const found = this.at(point, byKey ? 40 : NEAR);
      if (found.one) return this.pressCircle(found.one);
      if (!found.area) return;
      const box = found.topology ? this.countyPopup(found.area.facts, found.topology) : this.areaPopup(found.area);
      this.open(toLatLng(found.x, found.y), box);
    }

    pressCircle(one) {
      const { map } = this;
      const few = one.number <= NAMED && map.getZoom() >= NAME_ALL;
      if (one.number > 1 && !few && map.getZoom() < map.getMaxZoom() && !this.oneSpot(one)) {
        const bounds = L.latLngBounds(boundsOf(one));
        const closest = map.getBoundsZoom(bounds, false, L.point(60, 60));
        const zoom = Math.min(Math.max(closest, map.getZoom() + 1), map.getZoom() + ZOOM_STEP, map.getMaxZoom());
        map.setView(bounds.getCenter(), zoom, { animate: false });
        return;
      }
      const indexes = members(this.points, this.shown, this.layer.zoom, one);
      const box = popup([element("p", t("Loading."))]);
      this.open(toLatLng(one.x, one.y), box);
      this.fill(box, indexes);
    }

    // Places in one house can never be told apart by going nearer.
    oneSpot(one) {
      const pixels = this.layer.pixels * 2 ** (this.map.getMaxZoom() - this.map.getZoom());
      return Math.hypot(one.east - one.west, one.south - one.north) * pixels < 20;
    }

    open(at, box) {
      this.popup = L.popup({ maxWidth: 280, minWidth: 160, maxHeight: 260, autoPanPadding: [8, 8] })
        .setLatLng(at).setContent(box).openOn(this.map);
      if (this.back) this.focusPopup();
    }

    focusPopup() {
      const first = this.popup.getElement().querySelector(".rd-popup a") || this.popup.getElement().querySelector("a");
      if (first) first.focus({ preventScroll: true });
    }

    async fill(box, indexes) {
      const parts = [];
      const open = this.popup;
      if (indexes.length > 1) parts.push(element("p", tn(indexes.length, "{number} place:", "{number} places:")));
      try {
        const found = await Promise.all(indexes.slice(0, NAMED).map((index) => this.factsOf(index)));
        for (const facts of found) parts.push(...entry(this.map, facts, this.types));
        if (indexes.length > NAMED) parts.push(this.rest(indexes));
      } catch {
        parts.push(element("p", t("The facts could not be loaded.")), this.rest(indexes));
      }
      box.replaceChildren(...parts);
      if (!open.isOpen()) return;
      open.update();
      if (this.back) this.focusPopup();
    }

    // Where the places that the popup does not name are found.
    rest(indexes) {
      const { part } = whereIs(this.points, indexes[0]);
      const state = Object.values(this.names.states).find(({ u }) => u === part + "/");
      const more = indexes.length - NAMED;
      const line = element("p", (more > 0 ? tn(more, "And {number} more:", "And {number} more:") : t("See:")) + " ");
      line.append(link(this.map, state ? state.u : "types/", state ? placed(state.n) : t("the lists")));
      return line;
    }

    async factsOf(index) {
      const { points } = this;
      const where = whereIs(points, index);
      const address = base(this.map) + "assets/map/" + where.part + "-points.json";
      if (!this.parts.has(where.part)) this.parts.set(where.part, load(address));
      let told;
      try {
        ({ points: told } = await this.parts.get(where.part));
      } catch (error) {
        this.parts.delete(where.part);
        throw error;
      }
      // One of the two files may be of yesterday's site: then the place itself tells which it is.
      const same = (facts) => facts && facts.t === points.types[points.type[index]] &&
        Math.abs(facts.c[0] * points.scale - points.east[index]) < 1 &&
        Math.abs(facts.c[1] * points.scale - points.north[index]) < 1;
      const found = same(told[where.index]) ? told[where.index] : told.find(same);
      if (!found) throw new Error("no such place in " + address);
      return found;
    }

    countyPopup(facts, topology) {
      const box = countyPopup(this.map, facts, topology);
      const lines = facts.r.map((code) => element("p", topology.regions[code].n + ": " + this.measures.words(code)));
      // Where regions are shaded a county stands for its region.
      if (this.measures.chosen) box.append(...lines);
      return box;
    }

    areaPopup(area) {
      const state = this.names.states[area.facts.s];
      const parts = [];
      if (state.u) {
        parts.push(named(this.map, state.u, placed(state.n)), element("p", tn(state.c, "{number} entry", "{number} entries")));
      } else {
        parts.push(element("strong", placed(state.n)), element("p", t("No entries yet.")));
      }
      if (area.facts.r.length) {
        parts.push(element("p", tn(area.facts.r.length, "Region here:", "Regions here:")));
        const list = element("ul");
        for (const code of area.facts.r) {
          const item = element("li");
          item.append(link(this.map, "regions/" + code.toLowerCase() + "/", this.names.regions[code]), ": " + this.measures.words(code));
          list.append(item);
        }
        parts.push(list);
      }
      return popup(parts);
    }
  }

  maps.nation = function (map, options) {
    attempt(map, async () => {
      const coming = load(data(map).points);
      // Said to the browser now, so that a failure before it is awaited is no error of its own.
      coming.catch(() => {});
      const topology = await loadShapes(map);
      map.fitBounds(maps.MAINLAND, { animate: false });
      const nation = new Nation(map, options, topology);
      nation.setPoints(decode(await coming));
    });
  };
})();
