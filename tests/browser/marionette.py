"""Firefox, driven by the protocol that it speaks itself (Marionette): no driver program, nothing to download.

https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html: each message is its length, a colon, and JSON.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
#: Firefox's own errands, which are no part of a page, are switched off; no page is shown at the start.
PREFERENCES = {
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.aboutwelcome.enabled": False,
    "browser.newtabpage.enabled": False,
    "browser.region.network.url": "",
    "browser.safebrowsing.downloads.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.getAddons.cache.enabled": False,
    "intl.accept_languages": "en-US, en",
    "marionette.port": 0,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    # The way to any host ends at a port where nobody is.
    "network.proxy.allow_hijacking_localhost": True,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.proxy.type": 1,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    "ui.prefersReducedMotion": 1,
}
SECONDS = 60


class MarionetteError(RuntimeError):
    """Firefox could not do what it was told."""


def firefox() -> str | None:
    """Debian's Firefox, where there is one."""
    return shutil.which("firefox-esr")


class Firefox:
    """One window of a Firefox without a screen, with a profile of its own in `folder`."""

    def __init__(self, program: str, folder: Path, width: int = 1280, height: int = 900) -> None:
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
        (folder / "user.js").write_text("\n".join(lines), encoding="utf-8")
        command = [program, "--headless", "--marionette", "--remote-allow-system-access", "--profile", str(folder)]
        size = {"MOZ_HEADLESS_WIDTH": str(width), "MOZ_HEADLESS_HEIGHT": str(height)}
        log = (folder / "firefox.log").open("wb")
        self.process = subprocess.Popen(
            command, env={**os.environ, "HOME": str(folder), **size}, stdout=log, stderr=log
        )
        self.number = 0
        self.connection = socket.create_connection(("127.0.0.1", self._port(folder)), timeout=SECONDS)
        self._read()
        self.tell("WebDriver:NewSession", capabilities={"alwaysMatch": {"acceptInsecureCerts": False}})

    def _port(self, folder: Path) -> int:
        until = time.monotonic() + SECONDS
        file = folder / "MarionetteActivePort"
        while time.monotonic() < until and self.process.poll() is None:
            if file.is_file() and (text := file.read_text(encoding="ascii")):
                return int(text)
            time.sleep(0.1)
        self.close()
        raise MarionetteError(f"Firefox did not begin: {(folder / 'firefox.log').read_text(errors='replace')[-500:]}")

    def _read(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self._some(1)
        return json.loads(self._some(int(length[:-1])))

    def _some(self, number: int) -> bytes:
        parts = []
        while number:
            part = self.connection.recv(number)
            if not part:
                raise MarionetteError("Firefox has ended.")
            parts.append(part)
            number -= len(part)
        return b"".join(parts)

    def tell(self, command: str, **parameters: Any) -> Any:
        """The answer to a command. Raises MarionetteError."""
        self.number += 1
        text = json.dumps([0, self.number, command, parameters]).encode()
        self.connection.sendall(b"%d:%s" % (len(text), text))
        _, _, error, answer = self._read()
        if error:
            raise MarionetteError(f"{command}: {error['error']}: {error['message']}")
        return answer.get("value", answer) if isinstance(answer, dict) else answer

    def run(self, script: str, *arguments: Any, inside: bool = False) -> Any:
        """What a function's body returns in the page; `inside`: in the browser itself."""
        self.tell("Marionette:SetContext", value="chrome" if inside else "content")
        try:
            return self.tell("WebDriver:ExecuteScript", script=script, args=list(arguments), sandbox=None)
        finally:
            self.tell("Marionette:SetContext", value="content")

    def find(self, selector: str) -> str:
        """The id of the first element that a selector names."""
        found = self.tell("WebDriver:FindElement", using="css selector", value=selector)
        element: str = found[ELEMENT]
        return element

    def close(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
