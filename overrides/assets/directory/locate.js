// "Use my location": the browser is asked where it is, the county is worked out on this page, and links to it are shown.
// Nothing is kept: no variable outlives the answer but the shapes, which are the same for everybody.
import { lead, learn, place, t } from "./messages.js";
import { countiesAt, shapesOf } from "./where.js";

const BASE = new URL("../../", import.meta.url).href;
const OPTIONS = { enableHighAccuracy: false, timeout: 15_000, maximumAge: 60_000 };
const REFUSED = 1;
const TOO_SLOW = 3;

let shapes;

function loadShapes() {
  shapes ??= fetch(BASE + "assets/map/counties.json")
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status)))))
    .then(shapesOf);
  shapes.catch(() => (shapes = undefined));
  return shapes;
}

const position = () => new Promise((done, fail) => navigator.geolocation.getCurrentPosition(done, fail, OPTIONS));

function whyNot({ code }) {
  if (code === REFUSED) return t("Your browser did not give its location. Type a ZIP code, a town or a county instead.");
  if (code === TOO_SLOW) return t("Your browser took too long to find its location. Try again, or type a ZIP code or a town.");
  return t("Your location could not be found. Type a ZIP code, a town or a county instead.");
}

function found(counties) {
  if (!counties.length) return t("That is in no county that we know. Type a ZIP code, a town or a county instead.");
  if (counties.length > 1) return t("You are near a border. Choose one.");
  if (!counties[0].u) return t("You seem to be in {county}, which is not in this directory. Hot lines answer everywhere.", { county: place(counties[0].n) });
  return t("You seem to be in {county}.", { county: place(counties[0].n) });
}

function linksTo(counties) {
  const shown = counties.filter(({ u }) => u);
  const all = shown.length ? shown : counties.length ? [{ u: "hotlines/", n: t("Hot lines") }] : [];
  return all.map(({ u, n }) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = BASE + lead(u);
    link.textContent = counties.length === 1 && shown.length ? t("Open {county}", { county: place(n) }) : place(n);
    item.append(link);
    return item;
  });
}

export async function locate(part) {
  const button = part.querySelector("button");
  const status = part.querySelector("[role=status]");
  const list = part.querySelector("ul");
  if (button.getAttribute("aria-disabled") === "true") return;
  const tell = (text, items = []) => {
    status.textContent = text;
    list.replaceChildren(...items);
    list.hidden = !items.length;
  };
  await learn();
  // Not `disabled`: that would take the focus away from who pressed it.
  button.setAttribute("aria-disabled", "true");
  tell(t("Your browser is asked where you are."));
  // Who comes back to the page, or sits down at it next, does not find where it was.
  addEventListener("pagehide", () => tell(""), { once: true });
  try {
    const [{ coords }, all] = await Promise.all([position(), loadShapes()]);
    const counties = countiesAt(all, coords.latitude, coords.longitude, coords.accuracy);
    tell(found(counties), linksTo(counties));
  } catch (error) {
    tell(whyNot(error));
  } finally {
    button.removeAttribute("aria-disabled");
  }
}
