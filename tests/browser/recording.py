"""Uses every control of a page, and records all by which a page could tell or keep what its reader typed and ticked.

A control that somebody adds is found and used without a change here: whatever takes text, a tick or a press.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Geolocation, Request, Response

from browser.driving import Visit

#: Typed into everything that takes text. Nothing on the site holds it.
MARKER = "80205qzx"
#: Where the browser says it is: digits that stand in no address of the site.
WHERE: Geolocation = {"latitude": 39.7392, "longitude": -104.9903}
#: Short values, such as a state's letters, stand in many addresses anyway.
_TELLING = 4
#: A page has fewer controls than this, or one of them makes others without end.
MOST_CONTROLS = 600
CONTROLS = (
    "input, select, textarea, button, summary, [contenteditable=''], [contenteditable=true], [role=button], "
    "[role=checkbox], [role=switch], [role=radio], [role=tab], .leaflet-marker-icon"
)
#: Leaves the page, which is what it is for: `test_site.py` has its own tests of it.
EXIT = ".rd-exit a"

#: Notes every call by which a script could keep or tell something. It runs before any script of the page.
SPY = """(() => {
  const calls = [];
  const note = (what, ...all) => calls.push([what, ...all.map((one) => { try { return typeof one === 'string' ? one : JSON.stringify(one) ?? String(one); } catch { return String(one); } })]);
  const wrap = (owner, name, what) => {
    const own = owner?.[name];
    if (typeof own !== 'function') return;
    owner[name] = function (...all) { note(what, ...all); return own.apply(this, all); };
  };
  const watch = (owner, name, what) => {
    const own = owner && Object.getOwnPropertyDescriptor(owner, name);
    if (!own?.set) return;
    Object.defineProperty(owner, name, { ...own, set(value) { note(what, value); own.set.call(this, value); } });
  };
  wrap(History.prototype, 'pushState', 'history');
  wrap(History.prototype, 'replaceState', 'history');
  for (const name of ['setItem', 'removeItem', 'clear']) wrap(Storage.prototype, name, 'storage');
  wrap(IDBFactory.prototype, 'open', 'indexedDB');
  wrap(globalThis.CacheStorage?.prototype, 'open', 'caches');
  wrap(Navigator.prototype, 'sendBeacon', 'beacon');
  wrap(globalThis.ServiceWorkerContainer?.prototype, 'register', 'service worker');
  wrap(globalThis.CookieStore?.prototype, 'set', 'cookie');
  wrap(globalThis.BroadcastChannel?.prototype, 'postMessage', 'channel');
  wrap(globalThis, 'open', 'window');
  watch(Document.prototype, 'cookie', 'cookie');
  watch(Document.prototype, 'title', 'title');
  watch(globalThis, 'name', 'name');
  globalThis.print = () => {};
  Object.defineProperty(globalThis, 'rdCalls', { value: calls });
})()"""
#: What must be the same after each control as before.
STATE = """() => [location.href, document.title, history.length, JSON.stringify(history.state), document.cookie,
  localStorage.length, sessionStorage.length, window.name, ...rdCalls.map((call) => call.join(' '))]"""
#: The next control that was not used yet, as an element, or null.
NEXT = """([controls, exit]) => {
  globalThis.rdUsed ??= new WeakSet();
  const shown = (one) => one.checkVisibility?.() && !one.closest('[hidden]');
  const found = [...document.querySelectorAll(controls)].find((one) => {
    if (rdUsed.has(one) || one.matches(exit) || one.disabled || one.type === 'hidden') return false;
    return shown(one) || [...(one.labels ?? [])].some(shown);
  });
  if (found) rdUsed.add(found);
  return found ?? null;
}"""
WHAT = """(one) => ({ tag: one.localName, type: one.type ?? '', value: one.value ?? '', name: one.name ?? '',
  id: one.id, role: one.getAttribute('role') ?? '', said: (one.innerText || one.labels?.[0]?.innerText || '').trim(),
  link: one.closest('a[href]')?.getAttribute('href') ?? '' })"""
_TEXT = frozenset({"text", "search", "tel", "email", "number", "url", "password", "date", "time", "month", "week"})


@dataclass
class Recorder:
    """A page and everything that it told: requests, calls that keep something, console, its own state."""

    visit: Visit
    requests: list[dict[str, Any]] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    #: What was typed or ticked, each as it stands in the control.
    given: set[str] = field(default_factory=set)
    used: list[dict[str, str]] = field(default_factory=list)
    #: What was asked for before anything was used.
    early: int = 0
    before: list[Any] = field(default_factory=list)
    #: (control, what changed) of each that changed something.
    changed: list[tuple[dict[str, str], Any]] = field(default_factory=list)

    def asked(self, request: Request) -> None:
        """Keeps a request."""
        entry = {"url": request.url, "method": request.method, "body": request.post_data, "headers": request.headers}
        self.requests.append(entry)

    def use_all(self, controls: str = CONTROLS) -> None:
        """Uses every control, those too that appear on the way."""
        page = self.visit.page
        self.early, self.before = len(self.requests), page.evaluate(STATE)
        for _ in range(MOST_CONTROLS):
            handle = page.evaluate_handle(NEXT, [controls, EXIT]).as_element()
            if handle is None:
                break
            what = handle.evaluate(WHAT)
            self.used.append(what)
            if what["link"] and not what["link"].startswith("#"):
                # A link leads to its address: that is what it says.
                continue
            self.use(handle, what)
            self.look(what)
        else:
            raise AssertionError(f"more than {MOST_CONTROLS} controls on {page.url}")

    def look(self, what: dict[str, str]) -> None:
        """Notes what the control changed in the page's state."""
        after = self.visit.page.evaluate(STATE)
        if after != self.before:
            self.changed.append((what, after))

    def use(self, handle: Any, what: dict[str, str]) -> None:
        """Types, ticks, chooses or presses."""
        page = self.visit.page
        handle.evaluate("(one) => one.scrollIntoView({ block: 'center' })")
        if what["tag"] in {"input", "textarea"} and (what["tag"] == "textarea" or what["type"] in _TEXT):
            self.type_in(handle)
        elif what["tag"] == "select":
            last = handle.evaluate("(one) => one.options[one.options.length - 1].value")
            handle.select_option(last)
            self.given.add(str(last))
        elif what["type"] in {"checkbox", "radio"}:
            # Pressed as a finger would: on the label where the box itself is drawn over.
            handle.evaluate("(one) => one.click()")
            self.given.add(what["value"])
        elif what["tag"] == "input" and what["type"] in {"range", "color"}:
            handle.evaluate("(one) => { one.value = one.max || one.value; one.dispatchEvent(new Event('change')); }")
        else:
            handle.evaluate("(one) => { one.focus?.(); one.click?.(); }")
        page.wait_for_timeout(15)

    def type_in(self, handle: Any) -> None:
        """The marker, by single keys; then what somebody does with a list; what was typed stays."""
        page = self.visit.page
        handle.focus()
        page.keyboard.type(MARKER, delay=5)
        page.wait_for_timeout(150)
        self.given.add(str(handle.evaluate("(one) => one.value ?? one.textContent")))
        # Enter, too: it may open a result of the search, but not for this text.
        for key in ("ArrowDown", "ArrowUp", "End", "Home", "Enter", "Escape", "Tab"):
            page.keyboard.press(key)
        handle.focus()
        page.wait_for_timeout(100)
        page.wait_for_function("() => !document.querySelector('[aria-busy=true]')")
        # As a finger does: the keyboard's own events, then all at once.
        handle.evaluate(
            "(one) => { for (const name of ['input', 'change']) one.dispatchEvent(new Event(name, { bubbles: true })); }"
        )

    @property
    def telling(self) -> set[str]:
        """Texts that must stand nowhere: what was typed, whole and in part, and where the browser is."""
        typed = {value for value in self.given if value and MARKER.startswith(value)}
        return {MARKER, "qzx", "80205", "39.73", "104.99", *typed} - {""}

    @property
    def ticked(self) -> set[str]:
        """Values of what was ticked or chosen, those long enough to be told from other words."""
        return {value for value in self.given if len(value) >= _TELLING and not MARKER.startswith(value)} - {"true"}

    def leaks(self) -> list[str]:
        """What was told or kept that should not have been."""
        return [*self._of_requests(), *self._of_console(), *self._of_state(), *self._of_stores()]

    def _of_requests(self) -> list[str]:
        found = []
        for number, entry in enumerate(self.requests):
            said = " ".join(map(str, (entry["url"], entry["body"], entry["headers"])))
            found += [f"{text} in a request: {said}" for text in self.telling if text in said]
            if number >= self.early:
                address = entry["url"].removeprefix(self.visit.base)
                found += [f"{value} in a request: {address}" for value in self.ticked if value in address]
            if entry["method"] != "GET" or entry["body"]:
                found.append(f"{entry['method']} {entry['url']}")
            # A style sheet names itself where it asks for a picture, a worker where it asks for a file: no page does.
            if not (entry["headers"].get("referer") or ".css").endswith((".css", ".js")):
                found.append(f"a referrer: {entry['headers']['referer']}")
            if not entry["url"].startswith((self.visit.base, "data:", "blob:")):
                found.append(f"another host: {entry['url']}")
        return found

    def _of_console(self) -> list[str]:
        return [f"{text} in the console: {said}" for said in self.console for text in self.telling if text in said]

    def _of_state(self) -> list[str]:
        return [
            f"{what['tag']} {what['id'] or what['said']!r} changed the page: {state}" for what, state in self.changed
        ]

    def _of_stores(self) -> list[str]:
        page = self.visit.page
        kept = page.evaluate(
            "async () => [document.cookie, localStorage.length, sessionStorage.length,"
            " (await indexedDB.databases()).length, (await caches.keys()).length,"
            " (await navigator.serviceWorker.getRegistrations()).length]"
        )
        found = [] if kept == ["", 0, 0, 0, 0, 0] else [f"kept: {kept}"]
        return found + [f"a cookie: {cookie}" for cookie in self.visit.context.cookies()]


def recording(browser: Browser, base: str, **options: Any) -> Recorder:
    """A page in a context of its own, recorded from its first request on. The caller closes the context."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900},
        reduced_motion="reduce",
        geolocation=WHERE,
        permissions=["geolocation", "clipboard-write"],
        **options,
    )
    context.add_init_script(SPY)
    made = Recorder(Visit(context.new_page(), context, base))
    context.on("request", made.asked)
    context.on("response", _refused(made))
    made.visit.page.on("console", lambda message: made.console.append(message.text))
    made.visit.page.on("pageerror", lambda error: made.console.append(str(error)))
    made.visit.page.on("websocket", lambda socket: made.console.append(f"{MARKER} websocket {socket.url}"))
    return made


def _refused(made: Recorder) -> Callable[[Response], None]:
    """Notes answers that set a cookie."""
    return lambda answer: made.console.append(f"{MARKER} set-cookie") if "set-cookie" in answer.headers else None
