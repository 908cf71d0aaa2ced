// Fetches a map's parts only when the map comes near the window, so that pages cost nothing for maps nobody sees.
import { figures, language, lead, learn, linkLanguage, place, t, tn } from "./messages.js";

// The maps' own scripts are no modules.
window.directoryWords = { t, tn, lead, linkLanguage, place, number: figures, search: () => import("./search.js") };

const started = new WeakSet();

function part(name, attributes) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

// What stands in a map's box, where the page does not hold it itself: room for choices, the map, and the words under it.
function furnish(box) {
  box.dataset.base = box.dataset.shapes.split("assets/")[0];
  if (box.querySelector(".folium-map")) return;
  const { map, label } = box.dataset;
  box.lastElementChild.className = "rd-map__status rd-quiet";
  box.prepend(
    part("div", { class: "rd-map__filters", hidden: "" }),
    part("div", { class: "folium-map", id: `map_${map}`, role: "region", "aria-label": label ?? t("Map of the area served"), hidden: "" }),
  );
}

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

// Scripts are fetched together and run in order.
function script(address) {
  const made = document.createElement("script");
  made.src = address;
  made.async = false;
  return added(made);
}

// What the map will read is fetched while its scripts are; from a folder, nothing can be ahead of its script.
function ahead(address) {
  if (location.protocol === "file:") return;
  const link = document.createElement("link");
  Object.assign(link, { rel: "preload", as: "fetch", crossOrigin: "anonymous", href: address });
  document.head.append(link);
}

async function start(box) {
  if (started.has(box)) return;
  started.add(box);
  const status = box.querySelector(".rd-map__status");
  await learn();
  status.textContent = t("Loading the map.");
  try {
    const { base, shapes, points } = box.dataset;
    [shapes, points].filter(Boolean).forEach(ahead);
    const kinds = await (await fetch(base + "assets/map/kinds.json")).json();
    const { scripts, styles } = kinds[box.dataset.map];
    const loaded = Promise.all(scripts.map((address) => script(base + address)));
    await Promise.all(styles.map((address) => style(base + address)));
    await loaded;
    box.querySelector(".folium-map").hidden = false;
    await script(base + "assets/map/" + box.dataset.map + ".js");
  } catch {
    box.querySelector(".folium-map").hidden = true;
    status.textContent = t("The map could not be loaded. The list on this page says the same.");
  }
}

const boxes = document.querySelectorAll(".rd-map");
for (const box of boxes) {
  furnish(box);
  box.querySelector(".rd-map__status").textContent = t("The map loads when you come to it.");
}
if ("IntersectionObserver" in window) {
  const seen = (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => start(entry.target));
  const watcher = new IntersectionObserver(seen, { rootMargin: "300px" });
  boxes.forEach((box) => watcher.observe(box));
} else {
  boxes.forEach(start);
}
