"""An access code from a coordinator's page to the child's chat: scanned, typed before, typed in the menu; never in an address."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page, expect

from actions.content import content

if TYPE_CHECKING:
    from conftest import Phone

    from tests.running import RunningNavet

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.browser


def said(id_: str) -> str:
    return content().messages[id_].sv


@pytest.fixture(scope="module")
def child_page(navet: RunningNavet, browser: Browser) -> Iterator[Page]:
    """A coordinator's browser at a child registered there by hand."""
    who = ("nav@example.se", "--name", "Nav", "--role", "coordinator", "--municipality", "jonkoping")
    link = navet.command("staff", "add", *who).strip()
    page = browser.new_context(locale="sv-SE").new_page()
    page.goto(link)
    page.locator("main form button").click()
    page.goto(f"{navet.url}/staff/nav/new")
    page.get_by_label("Alias").fill("Blå fågel")
    page.get_by_role("button", name="Registrera").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Blå fågel")
    yield page
    page.context.close()


def new_code(page: Page, button: str) -> str:
    """The code as the page shows it; afterwards the browser is back at the child."""
    page.get_by_role("button", name=button).click()
    shown = page.locator(".typed")
    expect(page.locator(".paper")).to_be_visible()
    text = shown.inner_text() if shown.count() else ""
    page.get_by_role("link", name="Blå fågel").click()
    return text


def test_a_typed_code_before_the_chat_and_another_language_for_it(phone: Phone, child_page: Page) -> None:
    code = new_code(child_page, "Ny kort kod")
    phone.open()
    phone.button("Jag har en kod").click()
    phone.box.fill(code.lower())
    phone.box.press("Enter")
    expect(phone.page.get_by_role("status")).to_have_text(code.lower())
    phone.button("English").click()
    expect(phone.log).to_contain_text("Now I know which adults you have")
    assert code.lower() not in phone.page.evaluate("JSON.stringify({...sessionStorage}) + location.href")


def test_a_code_in_the_menu_of_a_running_chat_and_a_wrong_one_first(phone: Phone, child_page: Page) -> None:
    code = new_code(child_page, "Ny kort kod")
    phone.start()
    for typed, answer in (("ABCD-2345", "code_wrong"), (code, "code_known")):
        phone.button("Meny").click()
        phone.button("Jag har en kod").click()
        phone.page.locator("dialog").get_by_role("textbox").fill(typed)
        phone.page.locator("dialog").get_by_role("button", name="Skicka").click()
        expect(phone.log).to_contain_text(said(answer))
        expect(phone.page.locator("dialog")).to_have_count(0)
    phone.say("Vad är en god man?")


def test_a_scanned_code_leaves_the_address_at_once_and_no_log_has_it(phone: Phone, child_page: Page, navet: RunningNavet) -> None:
    secret = new_code(child_page, "Ny kort kod")
    requests: list[str] = []
    phone.page.on("request", lambda request: requests.append(request.url))
    phone.open(f"#code={secret}")
    phone.button("Svenska").click()
    expect(phone.log).to_contain_text(said("code_known"))
    assert "#" not in phone.page.url
    assert not [url for url in requests if secret in url.partition("#")[0]]
    assert secret not in phone.page.evaluate("JSON.stringify({...sessionStorage}) + JSON.stringify(history.state)")
    assert secret not in navet.output.read_text()


def test_the_paper_has_a_drawing_and_words_for_the_child(child_page: Page) -> None:
    child_page.get_by_role("button", name="Ny kod på papper").click()
    expect(child_page.get_by_role("img").locator("svg")).to_be_visible()
    expect(child_page.locator(".paper")).to_contain_text(said("paper_scan"))
    expect(child_page.get_by_role("button", name="Skriv ut")).to_be_visible()
    child_page.emulate_media(media="print")
    expect(child_page.get_by_role("button", name="Skriv ut")).to_be_hidden()
    expect(child_page.locator(".paper")).to_be_visible()
    child_page.emulate_media(media="screen")
    child_page.get_by_role("link", name="Blå fågel").click()
