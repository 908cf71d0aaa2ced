// The way out while the rest still loads. Read before the page's body; as soon as the GOV.UK component (see page.js) has
// begun, that one answers. The title goes first: it is what a shared screen still shows while the next page loads.
(function () {
  const PRESSES = 3;
  const WITHIN = 5000; // milliseconds, as in the component
  const { to, leaving } = document.currentScript.dataset;
  let pressed = []; // when each Shift of a row went up
  let early = false; // whether the component had not yet begun at the first of them
  let modified = false;
  let left;

  const begun = () => Boolean(document.querySelector("[data-govuk-exit-this-page-init]"));

  function leave(event) {
    event.preventDefault();
    event.stopImmediatePropagation();
    left = left || { title: document.title };
    document.title = "\u200b";
    if (document.body && !left.cover) {
      document.body.classList.add("govuk-exit-this-page-hide-content");
      left.cover = document.createElement("div");
      left.cover.className = "govuk-exit-this-page-overlay";
      left.cover.setAttribute("role", "alert");
      document.body.append(left.cover);
      left.cover.textContent = leaving;
    }
    location.href = to;
  }

  function comeBack() {
    if (!left) return;
    document.title = left.title;
    document.body.classList.remove("govuk-exit-this-page-hide-content");
    if (left.cover) left.cover.remove();
    left = undefined;
  }

  window.addEventListener("click", (event) => {
    if (!begun() && event.target.closest(".rd-exit a")) leave(event);
  }, true);

  window.addEventListener("keyup", (event) => {
    if (event.key !== "Shift" || modified) pressed = [];
    else {
      pressed = pressed.filter((time) => event.timeStamp - time < WITHIN);
      if (!pressed.length) early = !begun();
      pressed.push(event.timeStamp);
      if (pressed.length === PRESSES) {
        pressed = [];
        if (early) leave(event);
      }
    }
    modified = event.shiftKey;
  }, true);

  window.addEventListener("pageshow", (event) => {
    if (event.persisted) comeBack();
  });
})();
