"""The real system in a real browser: one `navet run` for the session, a new phone (browser context) for each test."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Locator, Page, Playwright, StorageState, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN = 400.0
PHONE = {"width": 390, "height": 844}
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first test of the session also waits for the start, and for training when no model is given."""
    for item in items:
        if item.path.parent == Path(__file__).parent and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(READY_WITHIN + 120))


# --- the system


@dataclass
class Navet:
    """A running system of our own."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def sign_in(self) -> str:
        """The one-time staff sign-in that the start prints."""
        found = re.search(r"sign in once with\s+(\S+)", self.log.read_text())
        assert found, self.log.read_text()
        return found[1]

    def call(self, method: str, path: str, body: Any = None, token: str = "") -> tuple[int, Any]:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                text = answer.read()
                return answer.status, json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")

    def healthy(self) -> bool:
        try:
            return self.call("GET", "/health")[0] == 200
        except OSError:
            return False

    def wait_healthy(self, seconds: float = 90) -> None:
        wait_until(self.healthy, seconds, "the system is healthy")

    def part(self, words: str) -> int:
        """The process id of a child of our own supervisor, by words of its command line."""
        for folder in Path("/proc").iterdir():
            if not folder.name.isdigit():
                continue
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except (OSError, ValueError):
                continue
            if parent == self.process.pid and words in command:
                return int(folder.name)
        raise AssertionError(f"our supervisor has no child with {words!r}")


def wait_until(true: Any, seconds: float, what: str) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.1)


def free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


@pytest.fixture(scope="session")
def navet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Navet]:
    """`navet run` with a database of its own on free ports. Ended by its own process id."""
    folder = tmp_path_factory.mktemp("navet")
    log = folder / "run.log"
    web, actions, rasa = free_ports(3)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("NAVET_")} | {
        "NAVET_PORT": str(web),
        "NAVET_ACTIONS_PORT": str(actions),
        "NAVET_RASA_PORT": str(rasa),
        "NAVET_VAR": str(folder / "var"),
        "NAVET_RATE_LIMITS": "off",
        "PYTHONUNBUFFERED": "1",
    }
    if os.environ.get("NAVET_MODEL"):
        environment["NAVET_MODEL"] = os.environ["NAVET_MODEL"]
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "actions.cli", "run"], cwd=ROOT, env=environment, stdout=file, stderr=subprocess.STDOUT
        )
    try:

        def ready() -> bool:
            assert process.poll() is None, f"navet run ended:\n{log.read_text()}"
            return "Ctrl-C" in log.read_text()

        wait_until(ready, READY_WITHIN, "navet run is ready")
        yield Navet(f"http://127.0.0.1:{web}", process, log)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


# --- the browser


def _launch(playwright: Playwright) -> Browser:
    found = shutil.which("chromium")
    return (
        playwright.chromium.launch(executable_path=found, args=ARGUMENTS) if found else playwright.chromium.launch(args=ARGUMENTS)
    )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium of the system, else Playwright's own."""
    with sync_playwright() as playwright:
        try:
            started = _launch(playwright)
        except Error as error:
            pytest.skip(f"no browser can be started: {str(error).splitlines()[0]}")
        yield started
        started.close()


@pytest.fixture(scope="session")
def signed_in(navet: Navet, browser: Browser) -> StorageState:
    """The cookies of staff who signed in with the one-time link that the start prints."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(navet.sign_in)
    page.locator("main form button").click()
    page.wait_for_url("**/staff**")
    state = context.storage_state()
    context.close()
    return state


@dataclass
class Phone:
    """A child's phone: the chat as a page, and the few things everybody does there."""

    page: Page
    navet: Navet
    troubles: list[str] = field(default_factory=list)

    def open(self, query: str = "") -> None:
        self.page.goto(f"{self.navet.url}/chat{query}")

    def start(self, language: str = "Svenska", query: str = "") -> None:
        """Open the chat and choose a language; the greeting is there afterwards."""
        self.open(query)
        self.button(language).click()
        expect(self.log.locator(".turn.bot").first).to_be_visible()

    def button(self, name: str, exact: bool = True) -> Locator:
        return self.page.get_by_role("button", name=name, exact=exact)

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    @property
    def box(self) -> Locator:
        return self.page.get_by_role("textbox")

    @property
    def newest(self) -> Locator:
        """The bot's messages since the child last spoke."""
        return self.log.locator(".turn.mine").last.locator("xpath=following-sibling::div")

    def say(self, text: str) -> None:
        """Type, send, and wait for an answer."""
        self.box.fill(text)
        self.box.press("Enter")
        self.answered()

    def choose(self, label: str) -> None:
        """Tap a button under the newest messages, and wait for an answer."""
        self.page.locator(".choices").get_by_role("button", name=label, exact=True).last.click()
        self.answered()

    def answered(self) -> None:
        expect(self.log.locator(".turn.mine").last).to_have_class(re.compile("sent"), timeout=20_000)
        expect(self.newest.first).to_be_visible()

    @property
    def chat(self) -> dict[str, str]:
        """Id and token, from the tab's own storage."""
        return self.page.evaluate("JSON.parse(sessionStorage.getItem('navet')).chat")

    def history(self) -> list[dict[str, Any]]:
        status, body = self.navet.call("GET", f"/api/chat/conversations/{self.chat['id']}/messages", token=self.chat["token"])
        assert status == 200, body
        return body["messages"]

    def said(self) -> list[str]:
        """What the child said, as the server has it."""
        return [message["text"] for message in self.history() if message["from"] == "child"]


@pytest.fixture
def phone(navet: Navet, browser: Browser) -> Iterator[Phone]:
    """A phone without any past. The page must not raise an error or break its own security policy."""
    if navet.process.poll() is not None:
        pytest.exit(f"navet run was ended from outside; {navet.log} says why", returncode=3)
    context = browser.new_context(viewport=PHONE, locale="sv-SE", reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(15_000)
    made = Phone(page, navet)
    page.on("pageerror", lambda error: made.troubles.append(str(error)))
    page.on("console", lambda line: made.troubles.append(line.text) if "Content Security Policy" in line.text else None)
    yield made
    context.close()
    assert made.troubles == []
