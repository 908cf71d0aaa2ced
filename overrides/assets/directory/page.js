// What every page does: the exit button, and the box of the home page.
import { ExitThisPage } from "../vendor/govuk-frontend/exit-this-page.bundle.mjs";

class Exit extends ExitThisPage {
  // The title goes first: it is what a shared screen still shows while the next page loads.
  exitPage() {
    this.title = this.title || document.title;
    document.title = "\u200b";
    super.exitPage();
  }

  resetPage() {
    if (this.title) document.title = this.title;
    super.resetPage();
  }
}

document.body.classList.add("js-enabled", "govuk-frontend-supported");
const exit = document.querySelector("[data-module='govuk-exit-this-page']");
if (exit) new Exit(exit);

// One search for the whole site: the big box hands what is typed to the box in the header.
const find = document.querySelector("[data-rd-find]");
if (find) {
  const box = find.querySelector("input");
  const hand = () => {
    const search = document.querySelector(".md-search__input");
    const toggle = document.getElementById("__search");
    if (!search || !toggle) return;
    if (!toggle.checked) toggle.click();
    search.value = box.value;
    search.focus();
    search.dispatchEvent(new KeyboardEvent("keyup", { bubbles: true }));
    box.value = "";
  };
  find.addEventListener("submit", (event) => {
    event.preventDefault();
    hand();
  });
  box.addEventListener("input", hand);
}

for (const button of document.querySelectorAll("[data-rd-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
