// In which county a place on the Earth lies: worked out here, from one file of all counties, so that no server learns it.
const METERS = 111_320;
// So far from a county at most (meters) is somebody still beside it: the shapes leave out piers and small islands.
const OFFSHORE = 5_000;
// Shapes and borders differ by some hundred meters, and so does where the browser thinks it is.
const BORDER = 400;
const MOST_DOUBT = 20_000;
const MOST = 4;

// Rings of (x, y) in degrees of every county. `topology` is TopoJSON with one object, `counties`.
export function shapesOf(topology) {
  const [scale] = topology.transform.scale;
  const arcs = topology.arcs.map((arc) => {
    let x = 0;
    let y = 0;
    return arc.map(([right, up]) => [(x += right) * scale, (y += up) * scale]);
  });
  const line = (index) => (index < 0 ? arcs[~index].slice().reverse() : arcs[index]);
  const ring = (indices) => indices.flatMap((index, at) => (at ? line(index).slice(1) : line(index)));
  return topology.objects.counties.geometries.map(({ type, arcs: parts, properties }) => {
    const polygons = type === "Polygon" ? [parts] : parts;
    const rings = polygons.flatMap((polygon) => polygon.map(ring));
    return { ...properties, rings, bounds: boundsOf(rings) };
  });
}

function boundsOf(rings) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of rings.flat()) {
    if (x < box[0]) box[0] = x;
    if (y < box[1]) box[1] = y;
    if (x > box[2]) box[2] = x;
    if (y > box[3]) box[3] = y;
  }
  return box;
}

// Whether a point lies inside: a line from it to the east crosses the rings an odd number of times. Holes are rings too.
export function isInside(rings, x, y) {
  let inside = false;
  for (const ring of rings) {
    for (let at = 0, before = ring.length - 1; at < ring.length; before = at, at += 1) {
      const [ax, ay] = ring[at];
      const [bx, by] = ring[before];
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
    }
  }
  return inside;
}

// Meters from a point to the nearest of the rings, on a plane that touches the Earth there.
export function metersTo(rings, x, y) {
  const wide = METERS * Math.cos((y * Math.PI) / 180);
  let least = Infinity;
  for (const ring of rings) {
    for (let at = 1; at < ring.length; at += 1) {
      const ax = (ring[at - 1][0] - x) * wide;
      const ay = (ring[at - 1][1] - y) * METERS;
      const bx = (ring[at][0] - x) * wide - ax;
      const by = (ring[at][1] - y) * METERS - ay;
      const length = bx * bx + by * by;
      const part = length ? Math.min(1, Math.max(0, -(ax * bx + ay * by) / length)) : 0;
      const away = (ax + part * bx) ** 2 + (ay + part * by) ** 2;
      if (away < least) least = away;
    }
  }
  return Math.sqrt(least);
}

// The counties where a place may lie, the likeliest first: the one that holds it, and those whose border is so near that
// it may as well lie there. `accuracy` is in meters, as the browser tells it.
export function countiesAt(shapes, latitude, longitude, accuracy = 0) {
  const reach = BORDER + Math.min(accuracy, MOST_DOUBT);
  const found = [];
  for (const shape of shapes) {
    const [west, south, east, north] = shape.bounds;
    // Alaska goes on beyond the line where days begin.
    const x = longitude > 0 && west < -180 ? longitude - 360 : longitude;
    const far = Math.max(reach, OFFSHORE) / METERS;
    const wide = far / Math.max(0.1, Math.cos((latitude * Math.PI) / 180));
    if (x < west - wide || x > east + wide || latitude < south - far || latitude > north + far) continue;
    const away = isInside(shape.rings, x, latitude) ? 0 : metersTo(shape.rings, x, latitude);
    found.push({ away, shape });
  }
  found.sort((a, b) => a.away - b.away);
  const limit = found[0]?.away ? Math.max(reach, found[0].away + BORDER) : reach;
  return found.filter(({ away }) => away <= limit && away <= Math.max(reach, OFFSHORE)).slice(0, MOST).map(({ shape }) => shape);
}
