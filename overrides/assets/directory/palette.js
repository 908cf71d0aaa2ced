// Before the first picture of the page: dark where the reader's system is dark. Nothing is stored.
(function () {
  if (!window.matchMedia("(prefers-color-scheme: dark)").matches) return;
  var input = document.querySelector("[data-md-color-media='(prefers-color-scheme: dark)']");
  if (!input) return;
  for (var name of ["scheme", "primary", "accent"]) {
    document.body.setAttribute("data-md-color-" + name, input.getAttribute("data-md-color-" + name));
  }
})();
