// One canvas over a Leaflet map: areas, borders and circles, drawn only where they are in view.
(function () {
  "use strict";

  const { across, down, worldPixels, radiusOf, PICTURES } = window.directoryPoints;
  // How much more than the view is drawn on each side, so that it can be pushed about.
  const PADDING = 0.25;
  const RING = 4.5;
  // Pixels between the lines of a hatched area.
  const HATCH = 7;

  function trace(path, ring) {
    ring.forEach(([longitude, latitude], index) => {
      const x = across(longitude), y = down(latitude);
      if (index) path.lineTo(x, y);
      else path.moveTo(x, y);
    });
  }

  function boundsOf(rings) {
    const bounds = { west: Infinity, north: Infinity, east: -Infinity, south: -Infinity };
    for (const [longitude, latitude] of rings.flat()) {
      const x = across(longitude), y = down(latitude);
      bounds.west = Math.min(bounds.west, x);
      bounds.east = Math.max(bounds.east, x);
      bounds.north = Math.min(bounds.north, y);
      bounds.south = Math.max(bounds.south, y);
    }
    return bounds;
  }

  function areaOf(geometry, facts) {
    const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    const path = new Path2D();
    for (const ring of polygons.flat()) trace(path, ring);
    return { path, facts, polygons: polygons.map((rings) => boundsOf(rings.slice(0, 1))) };
  }

  // Areas of a topology, each with its path; all of them as one; the lines between those that `apart` tells from each
  // other.
  function areasOf(topology, object) {
    return topojson.feature(topology, object).features.map(({ geometry, properties }) => areaOf(geometry, properties));
  }

  function wholeOf(topology, object) {
    return areaOf(topojson.merge(topology, object.geometries), {});
  }

  function linesOf(topology, object, apart) {
    const path = new Path2D();
    for (const line of topojson.mesh(topology, object, apart).coordinates) trace(path, line);
    return path;
  }

  const meets = (one, other) =>
    one.west <= other.east && one.east >= other.west && one.north <= other.south && one.south >= other.north;

  // The canvas calls `draw(canvas)` whenever the map has moved.
  const CanvasLayer = L.Layer.extend({
    initialize(draw) {
      this._draw = draw;
    },

    onAdd(map) {
      this.canvas = L.DomUtil.create("canvas", "rd-canvas", map.getPane("overlayPane"));
      this.canvas.setAttribute("aria-hidden", "true");
      this.context = this.canvas.getContext("2d");
      this.redraw();
    },

    onRemove() {
      this.canvas.remove();
    },

    getEvents() {
      return { moveend: this.redraw, zoom: this.soon, resize: this.redraw, viewreset: this.redraw };
    },

    soon() {
      if (this._waiting) return;
      this._waiting = requestAnimationFrame(() => this.redraw());
    },

    redraw() {
      cancelAnimationFrame(this._waiting);
      this._waiting = 0;
      const size = this._map.getSize();
      const from = size.multiplyBy(-PADDING).round();
      const room = size.multiplyBy(1 + 2 * PADDING).round();
      const ratio = window.devicePixelRatio || 1;
      if (this.canvas.width !== room.x * ratio || this.canvas.height !== room.y * ratio) {
        this.canvas.width = room.x * ratio;
        this.canvas.height = room.y * ratio;
        L.Util.extend(this.canvas.style, { width: room.x + "px", height: room.y + "px" });
      }
      L.DomUtil.setPosition(this.canvas, this._map.containerPointToLayerPoint(from));
      this.zoom = this._map.getZoom();
      this.pixels = worldPixels(this.zoom);
      this.ratio = ratio;
      this.corner = this._map.getPixelBounds().min.add(from);
      this.room = room;
      this.view = {
        west: this.corner.x / this.pixels,
        east: (this.corner.x + room.x) / this.pixels,
        north: this.corner.y / this.pixels,
        south: (this.corner.y + room.y) / this.pixels,
      };
      this.context.setTransform(1, 0, 0, 1, 0, 0);
      this.context.clearRect(0, 0, this.canvas.width, this.canvas.height);
      this._draw(this);
    },

    // Drawing in units of the world, for areas.
    inWorld() {
      const scale = this.pixels * this.ratio;
      this.context.setTransform(scale, 0, 0, scale, -this.corner.x * this.ratio, -this.corner.y * this.ratio);
    },

    // Drawing in pixels of the canvas, for circles and words.
    inPixels() {
      this.context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    },

    // The part that is in the window, in pixels of the canvas.
    seen() {
      const { x, y } = this._map.getSize();
      const [left, top] = [Math.round(x * PADDING), Math.round(y * PADDING)];
      return { left, top, right: left + x, bottom: top + y };
    },

    place(x, y) {
      return [x * this.pixels - this.corner.x, y * this.pixels - this.corner.y];
    },

    fill(areas, colour) {
      this.inWorld();
      this.context.fillStyle = colour;
      for (const area of areas) {
        if (area.polygons.some((bounds) => meets(bounds, this.view))) this.context.fill(area.path, "evenodd");
      }
    },

    // Areas hatched with lines of a colour on another.
    hatch(areas, ground, colour) {
      this.fill(areas, ground);
      const shown = areas.filter((area) => area.polygons.some((bounds) => meets(bounds, this.view)));
      if (!shown.length) return;
      const { context } = this;
      context.save();
      this.inWorld();
      const all = new Path2D();
      for (const area of shown) all.addPath(area.path);
      context.clip(all, "evenodd");
      this.inPixels();
      context.beginPath();
      for (let x = -this.room.y; x < this.room.x; x += HATCH) {
        context.moveTo(x, this.room.y);
        context.lineTo(x + this.room.y, 0);
      }
      Object.assign(context, { strokeStyle: colour, lineWidth: 1 });
      context.stroke();
      context.restore();
    },

    stroke(path, colour, width) {
      this.inWorld();
      Object.assign(this.context, { strokeStyle: colour, lineWidth: width / this.pixels, lineJoin: "round" });
      this.context.stroke(path);
    },

    // The area under a place of the world, from the last.
    areaAt(areas, x, y) {
      const spot = { west: x, east: x, north: y, south: y };
      this.context.setTransform(1, 0, 0, 1, 0, 0);
      const holds = (area) => area.polygons.some((bounds) => meets(bounds, spot)) &&
        this.context.isPointInPath(area.path, x, y, "evenodd");
      return areas.find(holds);
    },

    // One circle: a ring in the colours of its types with their number in it, or a place of its own.
    circle(one, look) {
      const [x, y] = this.place(one.x, one.y);
      if (one.number === 1) this._single(x, y, one.types.indexOf(1), look);
      else this._several(x, y, one, look);
    },

    reach(one) {
      return radiusOf(one.number, this.zoom);
    },

    _disc(x, y, radius, colour) {
      const { context } = this;
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.fillStyle = colour;
      context.fill();
    },

    _single(x, y, type, look) {
      const { context } = this;
      const radius = radiusOf(1, this.zoom);
      this._disc(x, y, radius + 1.5, look.paper);
      this._disc(x, y, radius, look.types[type].colour);
      if (this.zoom >= PICTURES && look.types[type].picture) {
        context.save();
        context.translate(x - 7, y - 7);
        context.scale(14 / 24, 14 / 24);
        context.fillStyle = look.paper;
        context.fill(look.types[type].picture);
        context.restore();
      }
    },

    _several(x, y, one, look) {
      const { context } = this;
      const radius = radiusOf(one.number, this.zoom);
      this._disc(x, y, radius + 1, look.line);
      this._disc(x, y, radius, look.paper);
      let from = -Math.PI / 2;
      one.types.forEach((number, type) => {
        if (!number) return;
        const to = from + (2 * Math.PI * number) / one.number;
        context.beginPath();
        context.arc(x, y, radius - RING / 2, from, to);
        Object.assign(context, { strokeStyle: look.types[type].colour, lineWidth: RING });
        context.stroke();
        from = to;
      });
      this.text(x, y, short(one.number), look.ink, "600 " + (radius > 14 ? 12 : 11) + "px " + look.font);
    },

    // Where a town lies.
    dot(x, y, colour, halo) {
      this._disc(x, y, 3, halo);
      this._disc(x, y, 2, colour);
    },

    widthOf(words, font) {
      this.context.font = font;
      return this.context.measureText(words).width;
    },

    text(x, y, words, colour, font, halo) {
      const { context } = this;
      Object.assign(context, { font, textAlign: "center", textBaseline: "middle" });
      if (halo) {
        Object.assign(context, { strokeStyle: halo, lineWidth: 3, lineJoin: "round" });
        context.strokeText(words, x, y);
      }
      context.fillStyle = colour;
      context.fillText(words, x, y + 0.5);
    },
  });

  const short = (number) => (number < 1000 ? String(number) : (number / 1000).toFixed(number < 10000 ? 1 : 0) + "k");

  window.directoryCanvas = { CanvasLayer, areasOf, wholeOf, linesOf, meets };
})();
