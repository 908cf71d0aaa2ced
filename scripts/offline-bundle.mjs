// The site's modules as one plain script a language, which a browser runs from a folder (file://):
// `offline-bundle.mjs SITE TARGET [LANGUAGE=AWAY...] < KEPT`. SITE is a built site, TARGET a folder for the scripts.
// KEPT is what scripts/offline/files.js calls so, as JSON; AWAY the file of the page that says, in the language, that a
// page is not in the copy.
// Prints the names of the modules that are now in the scripts, below `assets/`, as JSON.
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const [site, target, ...languages] = process.argv.slice(2);
const kept = readFileSync(0, "utf8");
const here = path.dirname(fileURLToPath(import.meta.url));
const own = path.resolve(site, "assets/directory");
const LEARNS = "import(`./messages/${name}.js`)";

// A page's own language is in its script; no other is asked for.
const oneLanguage = {
  name: "one language",
  setup(build) {
    build.onLoad({ filter: /[\\/]assets[\\/]directory[\\/]messages\.js$/ }, ({ path: file }) => {
      const text = readFileSync(file, "utf8");
      if (text.split(LEARNS).length !== 2) throw new Error(`${file} does not load its words as expected`);
      return { contents: text.replace(LEARNS, "Promise.resolve()"), loader: "js" };
    });
  },
};

const inside = new Set();
for (const [language, away] of languages.map((one) => one.split("="))) {
  const words = language === "en" ? [] : [`./messages/${language}.js`];
  const parts = [path.join(here, "offline/files.js"), "./page.js", ...words, "./map-loader.js", "./call-page.js"];
  const { metafile, warnings } = await esbuild.build({
    stdin: { contents: parts.map((part) => `import ${JSON.stringify(part)};`).join("\n"), resolveDir: own },
    outfile: path.join(target, `site-${language}.js`),
    bundle: true,
    format: "iife",
    minify: true,
    charset: "utf8",
    target: ["es2020"],
    legalComments: "inline",
    logLevel: "warning",
    metafile: true,
    plugins: [oneLanguage],
    banner: { js: "const directoryScript=document.currentScript.src;" },
    define: { "import.meta.url": "directoryScript", KEPT: kept, AWAY: JSON.stringify(away) },
  });
  if (warnings.length) process.exit(1);
  for (const input of Object.keys(metafile.inputs)) {
    const name = path.relative(path.resolve(site), path.resolve(input)).split(path.sep).join("/");
    if (name.startsWith("assets/")) inside.add(name);
  }
}
process.stdout.write(`${JSON.stringify([...inside].sort())}\n`);
