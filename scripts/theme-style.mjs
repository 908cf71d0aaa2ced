// The theme's style sheets without the rules for what no page of ours has: `theme-style.mjs THEME TARGET`.
// THEME is the folder of the theme's templates. tests/browser/test_style.py holds that no rule is missed.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { PurgeCSS } from "purgecss";

const [theme, target] = process.argv.slice(2);
// Elements that Markdown makes, and classes that its extensions add.
const MARKDOWN = [
  "a", "abbr", "blockquote", "body", "cite", "code", "dd", "del", "details", "dl", "dt", "em", "hr", "html", "img", "ins", "kbd",
  "li", "mark", "ol", "p", "pre", "s", "slate", "small", "strong", "sub", "summary", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
  "h1", "h2", "h3", "h4", "h5", "h6",
];
const EXTENSIONS = [/^headerlink$/, /^highlight/, /^linenos/];

const folder = `${theme}/assets/stylesheets`;
const sheet = (name) => {
  const found = readdirSync(folder).filter((file) => file.startsWith(`${name}.`) && file.endsWith(".min.css"));
  if (found.length !== 1) throw new Error(`${folder} holds ${found.length} files ${name}.*.min.css, not one`);
  return `${folder}/${found[0]}`;
};
const [{ css }] = await new PurgeCSS().purge({
  css: [sheet("main")],
  content: [
    `${theme}/partials/content.html`,
    "overrides/**/*.{html,js}",
    "docs/**/*.md",
  ],
  safelist: { standard: MARKDOWN, greedy: EXTENSIONS },
});
// Light, dark and the coalition's colours stay as they are.
const texts = [css, readFileSync(sheet("palette"), "utf8")].map((text) => text.replace(/\/\*# sourceMappingURL=.*?\*\//g, ""));
writeFileSync(target, `/* Material for MkDocs, MIT licence, (c) Martin Donath and contributors: what our pages need of it. */\n${texts.join("\n")}\n`);
