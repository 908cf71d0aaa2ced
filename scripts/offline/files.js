// What lets the site's scripts work from a folder (file://), where a browser reads no file for a script but scripts.
// The scripts are the site's own: they ask `fetch`, and get the text that a script file hands over.
const ROOT = new URL("../../", import.meta.url).href;
const handed = new Map();
const coming = new Map();

// Called by every such file, with its name and its text. Text is data: it is never run.
globalThis.directoryFile = (name, text) => handed.set(name, text);

function brought(name) {
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    script.onload = () => {
      script.remove();
      const text = handed.get(name);
      // Who asked keeps it: it need not lie here too.
      handed.delete(name);
      done(text);
    };
    script.onerror = () => failed(new TypeError(`${name} is not in this copy`));
    script.src = `${ROOT}${name}.js`;
    document.head.append(script);
  });
}

globalThis.fetch = async (address) => {
  const { href } = new URL(address, location.href);
  if (!href.startsWith(ROOT)) throw new TypeError("no other address is asked");
  const name = href.slice(ROOT.length).replace(/[?#].*$/, "");
  if (!coming.has(name)) coming.set(name, brought(name).finally(() => coming.delete(name)));
  return new Response(await coming.get(name));
};

// No worker starts from a folder: the search then runs in the page, as in browsers without such workers.
globalThis.Worker = undefined;

// A folder's address shows its list of files: a link names the page itself. `LEFT_OUT` tells what this copy does not
// hold of the places that scripts lead to: { "co/": [names of pages that it does hold] }.
const kept = new Map(Object.entries(KEPT).map(([folder, names]) => [folder, new Set(names)]));

function isHere(address) {
  const [, folder, name] = /^(?:[\w-]+\/)??([\w-]+\/)([^/]+)\/$/.exec(address) ?? [];
  return !kept.has(folder) || kept.get(folder).has(name);
}

globalThis.directoryPage = (address) => {
  const [page, part] = address.split("#");
  if (page !== "" && !page.endsWith("/")) return address;
  if (!isHere(page)) return AWAY;
  return `${page}index.html${part === undefined ? "" : `#${part}`}`;
};

// From a folder a browser would ask a service elsewhere where it is: nobody is asked.
for (const part of document.querySelectorAll("[data-rd-locate]")) part.removeAttribute("data-rd-locate");

// Without a network the plain page that the button leads to would not come: an empty one does.
const exit = document.querySelector(".rd-exit a");
const plain = exit?.getAttribute("href");
const aim = () => exit?.setAttribute("href", navigator.onLine ? plain : "about:blank");
aim();
addEventListener("online", aim);
addEventListener("offline", aim);

// The line that says when to throw this copy away becomes louder after that day.
const now = new Date();
const today = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
for (const line of document.querySelectorAll("[data-until]")) {
  const old = today > line.dataset.until;
  line.classList.toggle("rd-offline--old", old);
  line.querySelector(".rd-offline__now").hidden = old;
  line.querySelector(".rd-offline__old").hidden = !old;
}
