"""What an advocate does in an offline copy, in one language for Chromium and for Firefox; both without a network."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import Browser, Error

from browser.marionette import Firefox, MarionetteError

SECONDS = 15.0
ENTER = "\ue007"
#: Remembers every request that a page makes by itself but for files; errors are read from the browser's console.
LISTEN = """
Services.io.offline = false;
window.directoryAsked ??= [];
window.directoryListener ??= { observe(subject) {
  const channel = subject.QueryInterface(Ci.nsIChannel);
  if (channel.loadInfo.browsingContext) window.directoryAsked.push(channel.URI.spec);
} };
if (!window.directoryAsked.begun) Services.obs.addObserver(window.directoryListener, "http-on-opening-request");
window.directoryAsked.begun = true;
Services.console.reset();
"""
ASKED = "return window.directoryAsked.splice(0)"
ERRORS = """
return Services.console.getMessageArray().filter((one) => one instanceof Ci.nsIScriptError)
  .filter((one) => (one.sourceName || "").startsWith("file:") && !(one.flags & Ci.nsIScriptError.warningFlag))
  .map((one) => `${one.sourceName}:${one.lineNumber} ${one.errorMessage}`);
"""


class Driver(Protocol):
    """A window of a browser."""

    def cut(self) -> None: ...
    def open(self, file: Path) -> None: ...
    def run(self, body: str, *arguments: Any) -> Any: ...
    def type(self, selector: str, text: str) -> None: ...
    def enter(self, selector: str) -> None: ...
    def click(self, selector: str) -> None: ...
    def requests(self) -> list[str]: ...
    def errors(self) -> list[str]: ...
    def picture(self, file: Path) -> None: ...


@dataclass
class InChromium:
    """Playwright's Chromium, its network cut."""

    browser: Browser
    width: int = 1280
    dark: bool = False
    asked: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context = self.browser.new_context(
            viewport={"width": self.width, "height": 900},
            color_scheme="dark" if self.dark else "light",
            reduced_motion="reduce",
        )
        self.context.set_offline(True)
        self.page = self.context.new_page()
        self.context.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else None)

    def cut(self) -> None:
        """It is, from the beginning."""

    def open(self, file: Path) -> None:
        self.page.goto(file.as_uri())

    def run(self, body: str, *arguments: Any) -> Any:
        return self.page.evaluate(f"(args) => (function () {{ {body} }}).apply(null, args)", list(arguments))

    def type(self, selector: str, text: str) -> None:
        self.page.locator(selector).first.press_sequentially(text)

    def enter(self, selector: str) -> None:
        self.page.locator(selector).first.press("Enter")

    def click(self, selector: str) -> None:
        self.page.locator(selector).first.click()

    def requests(self) -> list[str]:
        # What the browser has told meanwhile is heard only while Playwright waits.
        self.page.wait_for_timeout(50)
        # The empty page that the button leads to is no request.
        return [url for url in self.asked if not url.startswith(("file:", "data:", "about:"))]

    def errors(self) -> list[str]:
        return list(self.wrong)

    def picture(self, file: Path) -> None:
        self.page.screenshot(path=file)

    def close(self) -> None:
        self.context.close()


@dataclass
class InFirefox:
    """Firefox without a way to any host: what it asks is seen, and refused. `cut` tells it that there is no network."""

    firefox: Firefox

    def __post_init__(self) -> None:
        self.firefox.run(LISTEN, inside=True)

    def cut(self) -> None:
        self.firefox.run("Services.io.offline = true", inside=True)

    def open(self, file: Path) -> None:
        self.firefox.tell("WebDriver:Navigate", url=file.as_uri())

    def run(self, body: str, *arguments: Any) -> Any:
        return self.firefox.run(body, *arguments)

    def type(self, selector: str, text: str) -> None:
        self.firefox.tell("WebDriver:ElementSendKeys", id=self.firefox.find(selector), text=text)

    def enter(self, selector: str) -> None:
        self.type(selector, ENTER)

    def click(self, selector: str) -> None:
        self.firefox.tell("WebDriver:ElementClick", id=self.firefox.find(selector))

    def requests(self) -> list[str]:
        found: list[str] = self.firefox.run(ASKED, inside=True)
        return found

    def errors(self) -> list[str]:
        found: list[str] = self.firefox.run(ERRORS, inside=True)
        return found

    def picture(self, file: Path) -> None:
        file.write_bytes(base64.b64decode(self.firefox.tell("WebDriver:TakeScreenshot", full=False)))

    def close(self) -> None:
        self.firefox.close()


@dataclass
class Advocate:
    """Somebody who uses a copy in `folder`."""

    driver: Driver
    folder: Path

    def open(self, address: str = "") -> None:
        """Opens a page of the copy (`co/denver/`), or the file with which it begins."""
        self.driver.open(self.folder / (f"directory/{address}index.html" if address else "START-HERE.html"))

    def until(self, wanted: str, *arguments: Any) -> Any:
        """Waits for an expression to be true in the page, and gives its value."""
        return waited(lambda: self.driver.run(f"return {wanted}", *arguments), wanted)

    def text(self, selector: str) -> str:
        """What the first element of a selector says, once it is there."""
        found: str = self.until("document.querySelector(arguments[0])?.innerText.trim()", selector)
        return found

    def texts(self, selector: str) -> list[str]:
        found: list[str] = self.driver.run(
            "return [...document.querySelectorAll(arguments[0])].map((one) => one.innerText.trim())", selector
        )
        return found

    def number(self, selector: str) -> int:
        found: int = self.driver.run("return document.querySelectorAll(arguments[0]).length", selector)
        return found

    def press(self, selector: str) -> None:
        """Presses the first element of a selector, once it is there."""
        self.until("Boolean(document.querySelector(arguments[0]))", selector)
        self.driver.run("document.querySelector(arguments[0]).scrollIntoView({ block: 'center' })", selector)
        self.driver.click(selector)

    def follow(self, selector: str) -> None:
        """Presses a link, and waits until its page is there."""
        before = self.address
        self.press(selector)
        self.until("location.href !== arguments[0] && document.readyState === 'complete'", before)

    def search(self, text: str) -> list[str]:
        """Types into the box of the page, and gives what it finds."""
        self.driver.run("document.querySelector('#rd-search').focus()")
        self.driver.type("#rd-search", text)
        self.until("!document.querySelector('[aria-busy]') && document.querySelector('#rd-search-list a')?.innerText")
        return self.texts("#rd-search-list a")

    def take(self) -> None:
        """Goes where the first result leads."""
        before = self.address
        self.driver.enter("#rd-search")
        self.until("location.href !== arguments[0] && document.readyState === 'complete'", before)

    @property
    def address(self) -> str:
        found: str = self.until("location.href")
        return found

    @property
    def page(self) -> str:
        """The page's path in the copy: `co/denver/index.html`."""
        begin = f"{(self.folder / 'directory').as_uri()}/"
        return self.address.removeprefix(begin).partition("#")[0]

    def show_map(self) -> str:
        """Goes to the map of the page; what stands below it, once it is drawn."""
        self.driver.run("document.querySelector('.rd-map').scrollIntoView({ block: 'center' })")
        waiting = json.dumps(["", "Loading the map.", "The map loads when you come to it."])
        self.until(f"!{waiting}.includes(document.querySelector('.rd-map__status').innerText.trim())")
        return self.text(".rd-map__status")


def waited(ask: Callable[[], Any], what: str) -> Any:
    """The first true answer. While a page goes and another comes, there is none to ask."""
    until = time.monotonic() + SECONDS
    last: object = None
    while time.monotonic() < until:
        try:
            last = ask()
        except (Error, MarionetteError) as error:
            last = error
        else:
            if last:
                return last
        time.sleep(0.05)
    raise AssertionError(f"never true: {what}; last: {last}")
