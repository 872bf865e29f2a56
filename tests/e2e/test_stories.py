"""Four stories from beginning to end, over every process: child, chat, Rasa, action server, database, staff."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, Page, expect

from actions.content import content
from actions.dialogue.render import Renderer

if TYPE_CHECKING:
    from conftest import Phone

    from tests.running import RunningNavet

pytestmark = pytest.mark.browser


def words(code: str, kind: str, id_: str, part: str = "", **params: str) -> str:
    """A sentence as the chat says it in a language: today's translation, or Swedish where there is none."""
    return Renderer(code).sentence({"kind": kind, "id": id_, "part": part, "params": params})


@pytest.fixture(scope="module")
def staff(navet: RunningNavet, browser: Browser, signed_in: Any) -> Iterator[Page]:
    """A staff browser, signed in."""
    page = browser.new_context(viewport={"width": 1200, "height": 900}, storage_state=signed_in).new_page()
    page.goto(f"{navet.url}/staff/handoffs")
    expect(page.locator("h1")).to_be_visible()
    yield page
    page.context.close()


def handoffs(staff: Page, urgency: str, worry: str) -> int:
    """How many rows of the staff list have this urgency and this worry."""
    staff.reload()
    expect(staff.locator("h1")).to_be_visible()
    return staff.locator(f"tr.{urgency}").filter(has_text=content().worries[worry].sv).count()


def test_a_swedish_question_is_answered_with_its_source(phone: Phone) -> None:
    phone.start()
    phone.choose(words("sv", "stage", "waiting"))
    phone.say("Vem är min gode man och vad gör hen?")
    answer = phone.newest.filter(has=phone.page.locator("details")).first
    expect(answer).to_have_class(re.compile("fact"))
    message = next(message for message in phone.history() if message["sources"])
    fact = content().facts[message["meta"]["fact_ids"][0]]
    assert fact.text is not None
    expect(answer).to_contain_text(fact.text.means)
    answer.locator("summary").click()
    expect(answer.locator("cite").first).to_have_text(content().sources[fact.sources[0].source].title)
    expect(answer.locator("cite").first).to_be_visible()


def test_an_english_worry_reaches_an_adult_only_after_a_yes(phone: Phone, staff: Page) -> None:
    before = handoffs(staff, "U2", "feel_bad")
    phone.start("English")
    phone.choose(words("en", "stage", "waiting"))
    phone.say("I feel sad and cannot sleep")
    expect(phone.newest.first).to_have_class(re.compile("worry"))
    phone.page.locator(".choices button").first.click()
    phone.answered()
    expect(phone.newest.last).to_contain_text(words("en", "message", "ask_consent"))
    assert handoffs(staff, "U2", "feel_bad") == before, "nothing is sent before the yes"
    phone.choose(words("en", "message", "button_yes_send"))
    expect(phone.newest.last).to_have_class(re.compile("handoff"))
    assert handoffs(staff, "U2", "feel_bad") == before + 1


def test_a_child_who_does_not_want_to_live_sees_112_and_bris_first_and_staff_are_alerted(phone: Phone, staff: Page) -> None:
    before = handoffs(staff, "U0", "self_harm")
    phone.start()
    phone.say("jag vill inte leva")
    message = phone.newest.first
    expect(message).to_have_class(re.compile("danger"))
    calls = message.get_by_role("link").filter(has_text="Ring")
    assert calls.all_inner_texts()[:2] == ["Ring 112", "Ring Bris 116 111"]
    number, text = calls.first.bounding_box(), message.locator(".bubble > p").first.bounding_box()
    assert number is not None
    assert text is not None
    assert number["y"] < text["y"], "the numbers stand above the words"
    expect(calls.first).to_be_in_viewport()
    expect(calls.nth(1)).to_be_in_viewport()
    assert handoffs(staff, "U0", "self_harm") == before + 1


def test_when_rasa_is_gone_the_child_still_gets_112_and_later_an_answer(phone: Phone, navet: RunningNavet, staff: Page) -> None:
    before = handoffs(staff, "U0", "self_harm")
    phone.start()
    os.kill(navet.children()["rasa"], signal.SIGKILL)
    phone.say("Vad gör en god man?")
    message = phone.newest.first
    expect(message).to_have_class(re.compile("degraded"))
    expect(message.get_by_role("link", name="Ring 112", exact=True)).to_have_attribute("href", "tel:112")
    again = phone.page.locator(".choices").get_by_role("button", name="Försök igen")
    expect(again).to_be_visible()
    phone.say("jag vill inte leva")
    expect(phone.newest.first).to_have_class(re.compile("danger"))
    assert handoffs(staff, "U0", "self_harm") == before + 1, "danger reaches staff without Rasa"
    navet.wait_healthy()
    phone.say("Vad gör en god man?")
    expect(phone.newest.first).to_have_class(re.compile("fact"))


def test_try_again_after_the_safe_answer_asks_the_same_once_more(phone: Phone, navet: RunningNavet) -> None:
    phone.start()
    rasa = navet.children()["rasa"]
    os.kill(rasa, signal.SIGSTOP)
    try:
        phone.say("Vad gör en god man?")
        expect(phone.newest.first).to_have_class(re.compile("degraded"))
    finally:
        os.kill(rasa, signal.SIGCONT)
    navet.wait_healthy()
    phone.page.locator(".choices").get_by_role("button", name="Försök igen").click()
    phone.answered()
    expect(phone.newest.first).to_have_class(re.compile("fact"))
    assert phone.said() == ["Vad gör en god man?"] * 2
