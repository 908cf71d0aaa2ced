// Loads before the theme's own script. The theme keeps choices (colours, dismissed notes) in the browser's storage
// through these four functions; here they keep them in the page's memory, so that nothing stays after a visit.
var __md_scope = new URL(document.currentScript.dataset.base, location);
var __md_kept = new Map();
var __md_hash = (text) => [...text].reduce((sum, letter) => (sum << 5) - sum + letter.charCodeAt(0), 0);
var __md_get = (key) => (__md_kept.has(key) ? JSON.parse(__md_kept.get(key)) : null);
var __md_set = (key, value) => void __md_kept.set(key, JSON.stringify(value));
