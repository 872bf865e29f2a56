"""Nothing is sent twice and nothing is lost, whatever the network does."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Route, expect

if TYPE_CHECKING:
    from conftest import Phone

pytestmark = pytest.mark.browser

POST = "**/api/chat/conversations/*/messages"


class Network:
    """Does something to each POST of a message in turn, then lets the rest through. Remembers the ids that were sent."""

    def __init__(self, phone: Phone, *acts: str) -> None:
        self.acts = list(acts)
        self.ids: list[str] = []
        self.times: list[float] = []
        self.held: list[Route] = []
        phone.page.route(POST, self.handle)

    def handle(self, route: Route) -> None:
        self.ids.append(route.request.post_data_json["client_message_id"])
        self.times.append(time.monotonic())
        act = self.acts.pop(0) if self.acts else "pass"
        if act == "lost":
            route.abort()
        elif act == "answer lost":
            route.fetch()
            route.abort()
        elif act == "held":
            self.held.append(route)
        elif act == "pass":
            route.continue_()
        else:
            status, _, wait = act.partition(" ")
            route.fulfill(status=int(status), headers={"Retry-After": wait} if wait else {}, json={"title": "x"})


def bubbles(phone: Phone) -> list[str]:
    return phone.log.locator(".bubble").all_inner_texts()


@pytest.mark.parametrize("act", ["lost", "answer lost", "500", "503", "409"])
def test_a_message_that_failed_once_is_sent_again_by_itself_and_only_once(phone: Phone, act: str) -> None:
    phone.start()
    network = Network(phone, act)
    phone.say("hej")
    assert len(network.ids) == 2
    assert len(set(network.ids)) == 1
    assert phone.said() == ["hej"]
    answers = [message["text"] for message in phone.history() if message["from"] == "bot"]
    assert [text.split("\n")[0] for text in answers] == [
        text.split("\n")[0] for text in phone.log.locator(".turn.bot .bubble").all_inner_texts()
    ]


def test_a_slow_server_is_asked_to_wait_no_longer_than_it_says(phone: Phone) -> None:
    phone.start()
    network = Network(phone, "429 3")
    phone.say("hej")
    assert len(set(network.ids)) == 1
    assert network.times[1] - network.times[0] >= 3
    assert phone.said() == ["hej"]


def test_after_a_few_tries_the_child_decides_and_the_same_message_goes_out(phone: Phone) -> None:
    phone.start()
    network = Network(phone, *["lost"] * 4)
    phone.box.fill("hej")
    phone.box.press("Enter")
    expect(phone.page.get_by_text("Försöker igen")).to_be_visible()
    trouble = phone.log.get_by_role("alert")
    expect(trouble).to_contain_text("Inte skickat.", timeout=30_000)
    expect(trouble).to_contain_text("112")
    assert phone.said() == []
    trouble.get_by_role("button", name="Försök igen").click()
    phone.answered()
    assert len(network.ids) == 5
    assert len(set(network.ids)) == 1
    assert phone.said() == ["hej"]
    expect(trouble).to_have_count(0)


def test_a_message_not_sent_survives_a_reload_and_goes_out_then(phone: Phone) -> None:
    phone.start()
    network = Network(phone, "answer lost", *["lost"] * 20)
    phone.box.fill("hej")
    phone.box.press("Enter")
    expect(phone.log.locator(".turn.mine")).to_have_count(1)
    phone.page.wait_for_timeout(300)
    network.acts.clear()
    phone.page.reload()
    phone.answered()
    assert len(set(network.ids)) == 1
    assert phone.said() == ["hej"]
    expect(phone.log.locator(".turn.mine")).to_have_count(1)
    shown = bubbles(phone)
    phone.page.reload()
    expect(phone.log.locator(".bubble")).to_have_count(len(shown))
    assert bubbles(phone) == shown


def test_a_second_message_waits_for_the_first_and_both_keep_their_order(phone: Phone) -> None:
    phone.start()
    network = Network(phone, "held")
    for text in ("ett hej", "två hej", "tre hej"):
        phone.box.fill(text)
        phone.box.press("Enter")
    expect(phone.log.locator(".turn.mine")).to_have_count(3)
    phone.page.wait_for_timeout(500)
    assert len(network.ids) == 1
    network.held[0].continue_()
    expect(phone.log.locator(".turn.mine.sent")).to_have_count(3)
    assert phone.said() == ["ett hej", "två hej", "tre hej"]
    assert len(set(network.ids)) == 3


def test_news_fetched_after_an_answer_is_not_shown_twice(phone: Phone) -> None:
    phone.start()
    phone.say("hej")
    phone.say("tack")
    shown = bubbles(phone)
    with phone.page.expect_response("**/messages?after=*"):
        phone.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    phone.page.wait_for_timeout(300)
    assert bubbles(phone) == shown


def test_news_is_asked_for_since_the_last_history_so_that_a_person_who_wrote_just_before_a_reply_is_heard(phone: Phone) -> None:
    def asked() -> str:
        with phone.page.expect_response("**/messages?*") as answer:
            phone.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        answer.value.finished()
        phone.page.wait_for_timeout(100)
        return answer.value.url.rpartition("after=")[2]

    phone.start()
    opening = phone.history()[-1]["id"]
    phone.say("hej")
    assert asked() == opening
    assert asked() == phone.history()[-1]["id"]


def test_a_conversation_that_is_gone_offers_to_start_again_with_the_text_kept(phone: Phone) -> None:
    phone.start()
    chat = phone.chat
    assert phone.navet.call("DELETE", f"/api/chat/conversations/{chat['id']}", token=chat["token"])[0] == 204
    phone.box.fill("är du kvar?")
    phone.box.press("Enter")
    phone.button("Börja om").click()
    expect(phone.log.locator(".turn.bot").first).to_be_visible()
    assert phone.box.input_value() == "är du kvar?"
    assert phone.chat["id"] != chat["id"]


@pytest.mark.parametrize(("act", "told"), [("413", "För långt"), ("422", "skriv på ett annat sätt")])
def test_a_message_that_can_never_be_sent_says_so_and_holds_nothing_back(phone: Phone, act: str, told: str) -> None:
    phone.start()
    network = Network(phone, act)
    phone.box.fill("hej")
    phone.box.press("Enter")
    expect(phone.log.get_by_role("alert")).to_contain_text(told)
    expect(phone.page.locator(".choices").first).to_be_visible()
    phone.say("tack")
    assert len(set(network.ids)) == 2
    assert phone.said() == ["tack"]


def test_a_double_tap_sends_one_message(phone: Phone) -> None:
    phone.start()
    network = Network(phone)
    phone.button("Jag väntar på svar").dblclick()
    phone.answered()
    assert len(network.ids) == 1
    assert phone.said() == ["Jag väntar på svar"]


def test_an_answer_on_its_way_is_told_to_screen_readers_too(phone: Phone) -> None:
    phone.start()
    network = Network(phone, "held")
    phone.box.fill("hej")
    phone.box.press("Enter")
    status = phone.page.locator(".status")
    expect(status).to_have_attribute("role", "status")
    expect(status).to_have_text(re.compile("Navet skriver"))
    assert status.locator(".dots").evaluate("dot => getComputedStyle(dot).animationName") == "none"
    network.held[0].continue_()
    expect(status).to_be_empty()
