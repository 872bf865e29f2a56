"""The real system in a real browser: one `navet run` for the session, a new phone (browser context) for each test."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Locator, Page, Playwright, StorageState, expect, sync_playwright

from tests.running import RunningNavet

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


@pytest.fixture(scope="session")
def navet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNavet]:
    """A system of its own on free ports. Ended by its own process id."""
    made = RunningNavet(tmp_path_factory.mktemp("navet"))
    try:
        yield made.start(READY_WITHIN)
    finally:
        made.stop()


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
def signed_in(navet: RunningNavet, browser: Browser) -> StorageState:
    """The cookies of staff who signed in with the one-time link that the start prints."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(navet.sign_in_link)
    page.locator("main form button").click()
    page.wait_for_url("**/staff**")
    state = context.storage_state()
    context.close()
    return state


@dataclass
class Phone:
    """A child's phone: the chat as a page, and the few things everybody does there."""

    page: Page
    navet: RunningNavet
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
def phone(navet: RunningNavet, browser: Browser) -> Iterator[Phone]:
    """A phone without any past. The page must not raise an error or break its own security policy."""
    if navet.process_ is None or navet.process_.poll() is not None:
        pytest.exit(f"navet run was ended from outside; {navet.output} says why", returncode=3)
    context = browser.new_context(viewport=PHONE, locale="sv-SE", reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(15_000)
    made = Phone(page, navet)
    page.on("pageerror", lambda error: made.troubles.append(str(error)))
    page.on("console", lambda line: made.troubles.append(line.text) if "Content Security Policy" in line.text else None)
    yield made
    context.close()
    assert made.troubles == []
