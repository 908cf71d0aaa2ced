// What needs scripts shows itself: the choice of light or dark, the search box, and templates of what page.js puts elsewhere,
// are put into the header, of which this script is a part. `parts` holds their HTML, made from the templates partials/header-*.html in the page's language.
document.documentElement.classList.replace("no-js", "js");
document.currentScript.insertAdjacentHTML("beforebegin", parts.palette);
document.currentScript.insertAdjacentHTML("beforebegin", parts.tools);
if (document.currentScript.dataset.without !== "search") document.currentScript.insertAdjacentHTML("afterend", parts.search);
// Light or dark: before the first picture of the page as the reader's system is, then as the button says. Nothing is
// stored: the next page follows the system again.
(function () {
  const options = [...document.querySelectorAll(".md-option")];
  const show = (chosen) => {
    for (const name of ["scheme", "primary", "accent"]) {
      document.body.setAttribute("data-md-color-" + name, chosen.getAttribute("data-md-color-" + name));
    }
    // The label after a choice leads to the next one.
    for (const option of options) option.nextElementSibling.hidden = option !== chosen;
  };
  if (!options.length) return;
  show(options.find((option) => window.matchMedia(option.dataset.mdColorMedia).matches) || options[0]);
  for (const option of options) option.addEventListener("change", () => show(option));
})();
