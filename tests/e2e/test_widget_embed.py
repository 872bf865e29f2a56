"""The chat on somebody else's page: a button in the corner, opened and folded away, gone fast when needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from conftest import Phone

pytestmark = pytest.mark.browser


def test_the_chat_opens_from_a_button_folds_away_and_keeps_the_conversation(phone: Phone) -> None:
    page = phone.page
    page.goto(f"{phone.navet.url}/widget/embed")
    expect(page.get_by_role("log")).to_have_count(0)
    phone.button("Ask Navet").click()
    phone.button("Svenska").click()
    phone.say("hej")
    chat = phone.chat
    phone.button("Stäng chatten").click()
    expect(phone.log).to_have_count(0)
    expect(page.get_by_role("heading", name="Navet on another page")).to_be_visible()
    phone.button("Fråga Navet").click()
    expect(phone.log).to_contain_text("hej")
    page.reload()
    phone.button("Ask Navet").click()
    expect(phone.log).to_contain_text("hej")
    assert phone.chat == chat
    assert page.locator("main").count() == 1, "the page has its own main part"


def test_an_attribute_chooses_the_language_for_a_page_that_has_one(phone: Phone) -> None:
    page = phone.page
    page.goto(f"{phone.navet.url}/widget/embed")
    page.evaluate("document.querySelector('navet-chat').setAttribute('language', 'en')")
    phone.button("Ask Navet").click()
    expect(phone.log.locator(".turn.bot").first).to_be_visible()
    assert phone.chat["language"] == "en"


def test_nothing_is_fetched_from_the_chat_before_it_is_opened(phone: Phone) -> None:
    asked: list[str] = []
    phone.page.on("request", lambda request: asked.append(request.url))
    phone.page.goto(f"{phone.navet.url}/widget/embed")
    expect(phone.button("Ask Navet")).to_be_visible()
    phone.page.wait_for_timeout(500)
    assert [address for address in asked if "/api/" in address] == []


def test_leaving_fast_empties_the_other_page_too(phone: Phone) -> None:
    page = phone.page
    page.goto("about:blank")
    page.goto(f"{phone.navet.url}/widget/embed")
    phone.button("Ask Navet").click()
    phone.button("Svenska").click()
    phone.say("hej")
    phone.button("Lämna snabbt").click()
    page.wait_for_url("**/widget/neutral")
    assert page.evaluate("sessionStorage.length") == 0
    page.go_back()
    assert page.url == "about:blank"


def test_taking_the_element_out_stops_it(phone: Phone) -> None:
    phone.start()
    asked: list[str] = []
    phone.page.evaluate("document.querySelector('navet-chat').remove()")
    phone.page.on("request", lambda request: asked.append(request.url))
    phone.page.evaluate("document.dispatchEvent(new Event('visibilitychange')); dispatchEvent(new Event('online'))")
    phone.page.wait_for_timeout(300)
    assert asked == []
