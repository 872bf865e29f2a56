"""Leaving fast: afterwards Back, reload, storage, the page cache and the page itself show nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page, Route, expect

if TYPE_CHECKING:
    from conftest import Phone

pytestmark = pytest.mark.browser

SECRET = "min hemlighet 4711"
NEUTRAL = "**/widget/neutral"


def shows_nothing(page: Page) -> None:
    """Neither the page nor the tab's storage tells of the chat."""
    text = page.title() + page.locator("html").inner_html()
    for word in ("Navet", "navet", "asyl", "4711", "chat"):
        assert word not in text, word
    assert page.evaluate("[sessionStorage.length, localStorage.length]") == [0, 0]
    assert page.context.cookies() == []


def before(phone: Phone) -> None:
    """Somebody was on another page first, then talked to Navet."""
    phone.page.goto(f"{phone.navet.url}/widget/embed")
    phone.start()
    phone.say(SECRET)


@pytest.mark.parametrize("language", ["Svenska", "English"])
def test_after_leaving_fast_back_and_reload_show_nothing(phone: Phone, language: str) -> None:
    phone.page.goto("about:blank")
    phone.start(language)
    phone.say(SECRET)
    phone.page.locator("button.leave").click()
    phone.page.wait_for_url(NEUTRAL)
    shows_nothing(phone.page)
    phone.page.reload()
    shows_nothing(phone.page)
    phone.page.go_back()
    assert phone.page.url == "about:blank"
    phone.page.go_forward()
    assert phone.page.url.endswith("/widget/neutral")
    shows_nothing(phone.page)


def test_an_older_visit_behind_back_shows_nothing_either(phone: Phone) -> None:
    phone.page.goto("about:blank")
    phone.start()
    phone.say(SECRET)
    phone.page.goto(f"{phone.navet.url}/widget/strings/sv.json")
    phone.open()
    expect(phone.log).to_contain_text(SECRET)
    phone.button("Lämna snabbt").click()
    phone.page.wait_for_url(NEUTRAL)
    phone.page.go_back()
    phone.page.go_back()
    phone.page.wait_for_url(NEUTRAL)
    shows_nothing(phone.page)


def test_a_page_kept_in_the_page_cache_is_emptied_when_it_comes_back(phone: Phone) -> None:
    before(phone)
    phone.page.evaluate("sessionStorage.clear()")  # another page of the same tab has left fast
    phone.page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    expect(phone.log).to_be_hidden()
    phone.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    phone.page.wait_for_url(NEUTRAL)
    shows_nothing(phone.page)


def test_a_page_from_the_page_cache_stays_when_nobody_left(phone: Phone) -> None:
    before(phone)
    phone.page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    phone.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(phone.log).to_contain_text(SECRET)


def test_escape_twice_leaves_and_once_only_closes_a_dialog(phone: Phone) -> None:
    before(phone)
    phone.button("Meny").click()
    phone.page.keyboard.press("Escape")
    expect(phone.page.get_by_role("dialog")).to_have_count(0)
    expect(phone.log).to_be_visible()
    phone.page.wait_for_timeout(1100)
    phone.page.keyboard.press("Escape")
    expect(phone.log).to_be_visible()
    phone.page.keyboard.press("Escape")
    phone.page.wait_for_url(NEUTRAL)
    shows_nothing(phone.page)


@pytest.mark.parametrize("opener", ["Hjälp nu", "Karta", "Meny"])
def test_the_way_out_is_there_in_every_dialog(phone: Phone, opener: str) -> None:
    phone.start()
    phone.button(opener).click()
    expect(phone.page.get_by_role("dialog")).to_be_visible()
    expect(phone.button("Hjälp nu")).to_be_visible()
    phone.button("Lämna snabbt").click()
    phone.page.wait_for_url(NEUTRAL)
    shows_nothing(phone.page)


def test_an_answer_that_arrives_while_leaving_brings_nothing_back(phone: Phone) -> None:
    held: list[Route] = []
    phone.page.route("**/api/chat/help?**", lambda route: held.append(route))
    phone.start()
    phone.page.route("**/messages", lambda route: held.append(route))
    phone.page.route(NEUTRAL, lambda route: held.append(route))
    phone.box.fill(SECRET)
    phone.box.press("Enter")
    expect(phone.log).to_contain_text(SECRET)
    phone.button("Lämna snabbt").evaluate("button => setTimeout(() => button.click())")
    phone.page.wait_for_timeout(300)
    *answers, neutral = held
    assert len(answers) >= 2
    for route in answers:
        route.continue_()
    phone.page.wait_for_timeout(1000)
    neutral.continue_()
    expect(phone.page.get_by_role("heading", name="Moln och väder")).to_be_visible()
    shows_nothing(phone.page)


def test_leaving_does_not_delete_what_an_adult_may_need(phone: Phone) -> None:
    before(phone)
    chat = phone.chat
    phone.button("Lämna snabbt").click()
    phone.page.wait_for_url(NEUTRAL)
    status, body = phone.navet.call("GET", f"/api/chat/conversations/{chat['id']}/messages", token=chat["token"])
    assert status == 200
    assert SECRET in json.dumps(body, ensure_ascii=False)


def test_the_pages_are_never_stored_and_allow_nothing_from_elsewhere(phone: Phone, browser: Browser) -> None:
    page = phone.page
    for path in ("/chat", "/widget/neutral"):
        answer = page.goto(phone.navet.url + path)
        assert answer is not None
        assert answer.headers["cache-control"] == "no-store"
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert "*" not in policy
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    phone.start()
    phone.say("hej")
    assert [address for address in addresses if not address.startswith((phone.navet.url, "data:"))] == []


def test_without_javascript_there_are_the_numbers(phone: Phone, browser: Browser) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{phone.navet.url}/chat")
    _, told = phone.navet.call("GET", "/api/chat/help?language=sv")
    numbers = [contact["tel"] for contact in told["contacts"][:2]]
    assert numbers == ["112", "116111"]
    for number in numbers:
        expect(page.locator(f'a[href="tel:{number}"]')).to_be_visible()
    expect(page.locator("p[lang=sv]")).to_contain_text("Ring 112")
    page.context.close()
