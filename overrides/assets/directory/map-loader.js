// Fetches a map's parts only when the map comes near the window, so that pages cost nothing for maps nobody sees.
const started = new WeakSet();

function added(element) {
  return new Promise((done, failed) => {
    element.onload = done;
    element.onerror = failed;
    document.head.append(element);
  });
}

function style(address) {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = address;
  return added(link);
}

function script(address) {
  const made = document.createElement("script");
  made.src = address;
  return added(made);
}

async function start(box) {
  if (started.has(box)) return;
  started.add(box);
  const status = box.querySelector(".rd-map__status");
  status.textContent = "Loading the map.";
  try {
    const base = box.dataset.base;
    const kinds = await (await fetch(base + "assets/map/kinds.json")).json();
    const { scripts, styles } = kinds[box.dataset.map];
    await Promise.all(styles.map((address) => style(base + address)));
    box.querySelector(".folium-map").hidden = false;
    for (const address of [...scripts, "assets/directory/maps.js", "assets/map/" + box.dataset.map + ".js"]) {
      await script(base + address);
    }
  } catch {
    box.querySelector(".folium-map").hidden = true;
    status.textContent = "The map could not be loaded. The list on this page says the same.";
  }
}

const boxes = document.querySelectorAll(".rd-map");
for (const box of boxes) box.querySelector(".rd-map__status").textContent = "The map loads when you come to it.";
if ("IntersectionObserver" in window) {
  const seen = (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => start(entry.target));
  const watcher = new IntersectionObserver(seen, { rootMargin: "300px" });
  boxes.forEach((box) => watcher.observe(box));
} else {
  boxes.forEach(start);
}
