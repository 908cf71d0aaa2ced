// Loads before the theme's own script. The theme keeps choices (colours, dismissed notes) in the browser's storage
// through these four functions; here they keep them in the page's memory, so that nothing stays after a visit.
var __md_scope = new URL(document.currentScript.dataset.base, location);
var __md_kept = new Map();
var __md_hash = (text) => [...text].reduce((sum, letter) => (sum << 5) - sum + letter.charCodeAt(0), 0);
var __md_get = (key) => (__md_kept.has(key) ? JSON.parse(__md_kept.get(key)) : null);
var __md_set = (key, value) => void __md_kept.set(key, JSON.stringify(value));

// The theme fetches and indexes all search data on every page. Here that waits until the search box is used.
(function () {
  var waiting = [];
  var wanted = false;
  var send = XMLHttpRequest.prototype.send;
  var open = XMLHttpRequest.prototype.open;
  XMLHttpRequest.prototype.open = function (method, address) {
    this.__address = String(address);
    return open.apply(this, arguments);
  };
  XMLHttpRequest.prototype.send = function () {
    if (wanted || !this.__address.endsWith("search/search_index.json")) return send.apply(this, arguments);
    waiting.push([this, arguments]);
  };
  window.wantSearch = function () {
    wanted = true;
    waiting.splice(0).forEach(function (entry) {
      send.apply(entry[0], entry[1]);
    });
  };
  document.addEventListener("focusin", function (event) {
    if (event.target.matches(".md-search__input, [data-rd-find] input")) window.wantSearch();
  });
})();

// The theme's search finds entries with any of the words. Here every word must be there, by its beginning:
// "food denver" finds food in Denver. A plural finds the singular; accents may be left out.
(function () {
  var post = Worker.prototype.postMessage;
  var QUERY = 2;
  function required(text) {
    var plain = text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
    var words = plain.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
    return words.map(function (word) {
      return "+" + (word.length > 4 ? word.replace(/(?<!s)s$/, "") : word) + "*";
    }).join(" ");
  }
  Worker.prototype.postMessage = function (message) {
    if (message && message.type === QUERY && typeof message.data === "string") {
      arguments[0] = { type: QUERY, data: required(message.data) };
    }
    return post.apply(this, arguments);
  };
})();
