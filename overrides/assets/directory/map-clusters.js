// The points of the whole country in typed arrays, and the circles that stand for them at a zoom.
// Coordinates are Mercator's with the whole world one wide and one high, south down: Leaflet's pixels at zoom z are these
// times 256 * 2^z.
(function () {
  "use strict";

  // Pixels: how wide a cell of the grid is. Points of one cell are one circle.
  const CELL = 46;
  const PASSES = 3;

  const across = (longitude) => (longitude + 180) / 360;

  function down(latitude) {
    const sine = Math.sin((latitude * Math.PI) / 180);
    return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
  }

  const worldPixels = (zoom) => 256 * 2 ** zoom;

  // The file's columns (its form is told in points.py) as arrays. `east` and `north` are whole steps, as in the file.
  function decode(columns) {
    const number = columns.t.length;
    const points = {
      number,
      types: columns.types,
      parts: columns.parts,
      scale: columns.scale,
      type: new Uint8Array(number),
      east: new Int32Array(number),
      north: new Int32Array(number),
      x: new Float64Array(number),
      y: new Float64Array(number),
      numbers: new Array(columns.types.length).fill(0),
    };
    for (let i = 0, east = 0, north = 0; i < number; i++) {
      points.type[i] = columns.t.charCodeAt(i) - 97;
      points.east[i] = east += columns.x[i];
      points.north[i] = north += columns.y[i];
      points.x[i] = across(east / columns.scale);
      points.y[i] = down(north / columns.scale);
      points.numbers[points.type[i]]++;
    }
    return points;
  }

  // Which part's file holds a point's facts, and where in it.
  function whereIs(points, index) {
    let first = 0;
    for (const [part, number] of points.parts) {
      if (index < first + number) return { part, index: index - first };
      first += number;
    }
    throw new RangeError("no point " + index);
  }

  // From this zoom on, a single place shows its kind's picture.
  const PICTURES = 8;

  // Half the width of a circle, in pixels.
  function radiusOf(number, zoom) {
    if (number === 1) return zoom < PICTURES ? 6 : 11;
    return 10.5 + 3.6 * Math.log10(number);
  }

  function circle(key, types) {
    return { keys: [key], number: 0, x: 0, y: 0, west: Infinity, north: Infinity, east: -Infinity, south: -Infinity,
      types: new Array(types).fill(0), any: -1, merged: false };
  }

  function add(made, other) {
    const all = made.number + other.number;
    made.x = (made.x * made.number + other.x * other.number) / all;
    made.y = (made.y * made.number + other.y * other.number) / all;
    made.number = all;
    made.keys.push(...other.keys);
    made.west = Math.min(made.west, other.west);
    made.east = Math.max(made.east, other.east);
    made.north = Math.min(made.north, other.north);
    made.south = Math.max(made.south, other.south);
    other.types.forEach((number, type) => (made.types[type] += number));
    other.merged = true;
  }

  const gridOf = (zoom) => worldPixels(zoom) / CELL;
  const columnsOf = (grid) => Math.ceil(grid) + 2;

  // Circles for the points of the types shown that lie in or near `view` ({west, east, north, south}), largest first.
  function circles(points, shown, zoom, view) {
    const grid = gridOf(zoom);
    const width = columnsOf(grid);
    const margin = 2 / grid;
    const [west, east, north, south] = [view.west - margin, view.east + margin, view.north - margin, view.south + margin];
    const cells = new Map();
    let last = null;
    for (let i = 0; i < points.number; i++) {
      const x = points.x[i], y = points.y[i];
      if (x < west || x > east || y < north || y > south || !shown[points.type[i]]) continue;
      const key = Math.floor(y * grid) * width + Math.floor(x * grid);
      if (last === null || last.keys[0] !== key) {
        last = cells.get(key);
        if (last === undefined) {
          last = circle(key, points.types.length);
          cells.set(key, last);
        }
      }
      last.number++;
      last.x += x;
      last.y += y;
      last.types[points.type[i]]++;
      last.any = i;
      if (x < last.west) last.west = x;
      if (x > last.east) last.east = x;
      if (y < last.north) last.north = y;
      if (y > last.south) last.south = y;
    }
    const found = [...cells.values()];
    for (const one of found) {
      one.x /= one.number;
      one.y /= one.number;
    }
    return joined(found, cells, width, zoom);
  }

  // Circles that would lie on each other become one.
  function joined(found, cells, width, zoom) {
    const pixels = worldPixels(zoom);
    const around = [-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1];
    let kept = found;
    for (let pass = 0; pass < PASSES; pass++) {
      kept.sort((a, b) => b.number - a.number || a.keys[0] - b.keys[0]);
      let again = false;
      for (const one of kept) {
        if (one.merged) continue;
        for (const key of one.keys.slice()) {
          for (const step of around) {
            const other = holder(cells, key + step);
            if (!other || other === one) continue;
            const apart = Math.hypot(one.x - other.x, one.y - other.y) * pixels;
            if (apart >= radiusOf(one.number, zoom) + radiusOf(other.number, zoom) + 1) continue;
            add(one, other);
            other.into = one;
            again = true;
          }
        }
      }
      if (!again) break;
      kept = kept.filter((one) => !one.merged);
    }
    return kept.filter((one) => !one.merged);
  }

  function holder(cells, key) {
    let found = cells.get(key);
    while (found && found.into) found = found.into;
    return found;
  }

  // Indexes of the points that a circle stands for.
  function members(points, shown, zoom, one) {
    const grid = gridOf(zoom);
    const width = columnsOf(grid);
    const keys = new Set(one.keys);
    const found = [];
    for (let i = 0; i < points.number; i++) {
      const x = points.x[i], y = points.y[i];
      if (x < one.west || x > one.east || y < one.north || y > one.south || !shown[points.type[i]]) continue;
      if (keys.has(Math.floor(y * grid) * width + Math.floor(x * grid))) found.push(i);
    }
    return found;
  }

  window.directoryPoints = { across, down, worldPixels, PICTURES, decode, whereIs, radiusOf, circles, members };
})();
