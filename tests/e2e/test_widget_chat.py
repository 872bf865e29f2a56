"""What a child does most: choose a language, ask, read where an answer comes from, call, come back after a reload."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Route, expect

if TYPE_CHECKING:
    from conftest import Phone

pytestmark = pytest.mark.browser

GUARDIAN = "Vad gör en god man?"


def test_languages_are_offered_by_their_own_names_and_nothing_is_chosen_for_the_child(phone: Phone) -> None:
    phone.open()
    for name in ("Svenska", "English"):
        expect(phone.button(name)).to_be_visible()
    assert phone.page.evaluate("JSON.parse(sessionStorage.getItem('navet') || '{}').chat") is None
    phone.button("English").click()
    expect(phone.box).to_have_attribute("placeholder", "Write here")
    assert phone.chat["language"] == "en"


def test_the_languages_of_the_browser_come_first(phone: Phone, browser: Browser) -> None:
    for locale, first in (("sv-SE", "Svenska"), ("en-GB", "English")):
        page = browser.new_context(locale=locale).new_page()
        page.goto(f"{phone.navet.url}/chat")
        expect(page.locator(".languages button").first).to_have_text(first)
        page.context.close()


def test_a_swedish_question_is_answered_with_a_source_that_unfolds(phone: Phone) -> None:
    phone.start()
    phone.say(GUARDIAN)
    answer = phone.newest.first
    expect(answer).to_have_class(re.compile("fact"))
    source = answer.locator("details")
    expect(source.locator("cite").first).to_be_hidden()
    source.get_by_text("Hur vet jag det?").click()
    expect(source.locator("cite").first).to_be_visible()
    told = phone.history()[-2]["sources"] or phone.history()[-1]["sources"]
    expect(source).to_contain_text(told[0]["title"])
    expect(source).to_contain_text(told[0]["organisation"])
    expect(source.locator("li").first).to_contain_text(told[0]["year"] or "inget datum")
    expect(source.locator("li").first).to_contain_text("Kollat")


def test_every_message_says_its_language_and_direction_and_keeps_its_lines(phone: Phone) -> None:
    phone.start()
    phone.say(GUARDIAN)
    bubble = phone.newest.first.locator(".bubble")
    expect(bubble).to_have_attribute("lang", "sv")
    expect(bubble).to_have_attribute("dir", "ltr")
    text = next(message["text"] for message in phone.history() if message["sources"])
    assert bubble.locator("> p").count() == text.count("\n\n") + 1
    phone.box.fill("rad ett\nrad två")
    phone.box.press("Enter")
    phone.answered()
    mine = phone.log.locator(".turn.mine").last
    assert "rad ett\nrad två" in mine.inner_text()


def test_a_number_is_one_tap_away(phone: Phone) -> None:
    phone.start()
    expect(phone.log.get_by_role("link", name="Ring 112", exact=True)).to_have_attribute("href", "tel:112")
    expect(phone.log.get_by_role("link", name="Ring Bris 116 111", exact=True)).to_have_attribute("href", "tel:116111")


def test_only_the_newest_choices_can_be_taken(phone: Phone) -> None:
    phone.start()
    first = phone.page.locator(".choices button")
    expect(first).to_have_count(9)
    phone.choose("Jag väntar på svar")
    expect(phone.log.locator(".turn.mine")).to_have_text(re.compile("Jag väntar på svar"))
    expect(phone.button("Jag har nyss kommit")).to_have_count(0)
    assert phone.page.locator(".choices").count() >= 1
    assert phone.said() == ["Jag väntar på svar"]


def test_enter_sends_shift_enter_does_not_and_a_word_being_composed_is_left_alone(phone: Phone) -> None:
    phone.start()
    phone.box.press_sequentially("hej")
    phone.box.press("Shift+Enter")
    phone.box.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "keyCode": 229})
    assert phone.log.locator(".turn.mine").count() == 0
    assert phone.box.input_value() == "hej\n"
    phone.box.press("Enter")
    phone.answered()
    assert phone.box.input_value() == ""
    assert phone.said() == ["hej"]


def test_a_long_text_shows_what_is_left_and_stops_at_a_thousand(phone: Phone) -> None:
    phone.start()
    phone.box.fill("a" * 800)
    expect(phone.page.locator(".count")).to_be_hidden()
    phone.box.fill("a" * 900)
    expect(phone.page.locator(".count")).to_have_text("100 tecken kvar")
    phone.box.press_sequentially("b" * 3)
    expect(phone.page.locator(".count")).to_have_text("97 tecken kvar")
    phone.box.fill("a" * 999)
    phone.box.press_sequentially("bcd")
    assert len(phone.box.input_value()) == 1000


def test_a_reload_keeps_the_conversation(phone: Phone) -> None:
    phone.start()
    phone.choose("Jag väntar på svar")
    phone.say(GUARDIAN)
    before = phone.log.locator(".bubble").all_inner_texts()
    chat = phone.chat
    phone.page.reload()
    expect(phone.log.locator(".bubble")).to_have_count(len(before))
    assert phone.log.locator(".bubble").all_inner_texts() == before
    assert phone.chat == chat
    assert phone.page.locator(".choices button").count() > 0
    phone.say("tack")
    assert phone.said() == ["Jag väntar på svar", GUARDIAN, "tack"]
    assert phone.page.evaluate("localStorage.length") == 0
    assert phone.page.context.cookies() == []


def test_another_tab_knows_nothing(phone: Phone) -> None:
    phone.start()
    other = phone.page.context.new_page()
    other.goto(f"{phone.navet.url}/chat")
    expect(other.get_by_role("button", name="Svenska")).to_be_visible()
    expect(other.get_by_role("log")).to_have_count(0)


def test_markup_that_a_child_types_is_text(phone: Phone) -> None:
    phone.start()
    evil = '<img src=x onerror="document.title=1"><b>hej</b><script>document.title=2</script>'
    phone.say(evil)
    expect(phone.log.locator(".turn.mine .bubble")).to_have_text(evil)
    phone.page.reload()
    expect(phone.log.locator(".turn.mine .bubble")).to_have_text(evil)
    assert phone.log.locator("img, script, b").count() == 0
    assert phone.page.title() == "Navet"


def test_markup_and_addresses_of_the_server_are_text_unless_they_are_web_addresses(phone: Phone) -> None:
    def tampered(route: Route) -> None:
        body = route.fetch().json()
        first = body["messages"][0]
        first["text"] = "<i>kursiv</i>"
        first["sources"] = [
            {"title": title, "organisation": "<u>x</u>", "year": None, "url": url, "checked_on": "2026-11-22"}
            for title, url in (
                ("script", "javascript:alert(1)"),
                ("data", "data:text/html,x"),
                ("path", "/staff"),
                ("web", "https://a.example/x"),
            )
        ]
        first["contacts"] = [{"label": "Ond", "tel": "112;alert(1)", "href": "javascript:alert(1)", "note": "<s>y</s>"}]
        route.fulfill(json=body)

    phone.start()
    phone.page.route("**/messages", tampered)
    phone.say("hej")
    message = phone.newest.first
    message.locator("summary").click()
    assert message.locator("i, u, s").count() == 0
    expect(message).to_contain_text("<i>kursiv</i>")
    links = message.locator("a")
    expect(links).to_have_count(1)
    for name, value in {
        "href": "https://a.example/x",
        "rel": "noopener noreferrer nofollow",
        "referrerpolicy": "no-referrer",
        "target": "_blank",
    }.items():
        expect(links).to_have_attribute(name, value)


def test_help_is_always_there_and_shows_without_network(phone: Phone) -> None:
    phone.start()
    with phone.page.expect_response("**/api/chat/help?**"):
        phone.page.reload()
    expect(phone.log).to_be_visible()
    phone.page.context.set_offline(True)
    phone.button("Hjälp nu").click()
    dialog = phone.page.get_by_role("dialog", name="Hjälp nu")
    shown = dialog.get_by_role("link").filter(has_text="Ring")
    _, told = phone.navet.call("GET", "/api/chat/help?language=sv")
    assert shown.all_inner_texts() == [f"Ring {contact['label']}" for contact in told["contacts"] if contact["tel"]]
    phone.button("Stäng").click()
    expect(dialog).to_have_count(0)
    expect(phone.button("Hjälp nu")).to_be_focused()


def test_without_any_answer_help_still_says_112(phone: Phone) -> None:
    phone.page.route("**/api/**", lambda route: route.abort())
    phone.page.route("**/widget/strings/**", lambda route: route.abort())
    phone.open()
    phone.button("Help now").click()
    expect(phone.page.get_by_role("link", name="Call 112")).to_have_attribute("href", "tel:112")
    phone.button("Close").click()
    expect(phone.page.get_by_role("alert").or_(phone.page.get_by_text("Navet does not answer"))).to_be_visible(timeout=20_000)
    phone.page.unroute_all()
    phone.button("Try again").click()
    expect(phone.button("Svenska")).to_be_visible()


def test_another_language_in_the_middle_repeats_the_last_words_in_it(phone: Phone) -> None:
    phone.start()
    phone.choose("Jag väntar på svar")
    phone.box.fill("halvfärdigt")
    phone.button("Meny").click()
    phone.button("Byt språk").click()
    phone.page.get_by_role("dialog").get_by_role("button", name="English").click()
    expect(phone.button("Send")).to_be_visible()
    expect(phone.log.locator(".bubble").last).to_have_attribute("lang", "en")
    expect(phone.page.locator(".choices")).to_have_count(1)
    assert phone.box.input_value() == "halvfärdigt"
    assert phone.page.locator(".shell").get_attribute("lang") == "en"
    expect(phone.page.locator(".draft")).to_be_visible()
    phone.page.reload()
    expect(phone.button("Send")).to_be_visible()


def test_delete_everything_asks_first_and_then_everything_is_gone(phone: Phone) -> None:
    phone.start()
    phone.say("hej")
    chat = phone.chat
    address = f"/api/chat/conversations/{chat['id']}/messages"
    phone.button("Meny").click()
    phone.button("Ta bort allt").click()
    phone.button("Nej, behåll").click()
    assert phone.navet.call("GET", address, token=chat["token"])[0] == 200
    phone.button("Meny").click()
    phone.button("Ta bort allt").click()
    phone.button("Ja, ta bort allt").click()
    expect(phone.page.get_by_text("Allt är borta.")).to_be_visible()
    expect(phone.button("Svenska")).to_be_visible()
    assert phone.navet.call("GET", address, token=chat["token"])[0] == 401
    assert "hej" not in phone.page.content()
    assert chat["token"] not in json.dumps(phone.page.evaluate("({...sessionStorage})"))


def test_deleting_by_words_in_the_chat_ends_it_too(phone: Phone) -> None:
    phone.start()
    phone.say("ta bort allt jag har skrivit")
    phone.button("Ja, ta bort allt").click()
    expect(phone.page.get_by_text("Allt i den här chatten är borttaget.")).to_be_visible()
    expect(phone.log).to_have_count(0)
    phone.button("Börja om").click()
    expect(phone.log.locator(".turn.bot").first).to_be_visible()


def test_what_a_person_writes_arrives_by_itself_and_is_marked(phone: Phone) -> None:
    phone.start()
    written = {
        "id": "f" * 32,
        "from": "staff",
        "at": "2026-11-22T10:00:00Z",
        "language": "sv",
        "dir": "ltr",
        "text": "Hej, jag heter Anna.",
        "contacts": [],
        "sources": [],
        "choices": [],
        "meta": None,
    }
    phone.page.route("**/messages?*", lambda route: route.fulfill(json={"messages": [written]}))
    phone.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    message = phone.log.locator(".turn.staff")
    expect(message).to_contain_text("Hej, jag heter Anna.")
    expect(message).to_contain_text("Skrivet av en människa")
    expect(phone.page.locator(".choices").first).to_be_visible()


def test_the_address_can_say_where_the_child_lives_and_a_wrong_one_keeps_nobody_out(phone: Phone) -> None:
    with phone.page.expect_request(lambda request: request.url.endswith("/conversations")) as sent:
        phone.start(query="?municipality=jonkoping&stage=waiting")
    assert sent.value.post_data_json == {"language": "sv", "stage": "waiting", "municipality": "jonkoping"}
    phone.page.evaluate("sessionStorage.clear()")
    phone.start(query="?municipality=atlantis")


def test_the_privacy_notice_comes_first_with_a_picture(phone: Phone) -> None:
    phone.start()
    notice = phone.log.locator(".turn.bot").nth(1)
    expect(notice).to_contain_text("sparas")
    expect(notice.locator(".picture svg")).to_have_count(3)
    expect(phone.log.locator(".picture")).to_have_count(1)


def test_my_questions_for_the_meeting_stand_beside_their_swedish_and_can_be_printed(phone: Phone) -> None:
    phone.start("English")
    phone.button("Menu").click()
    phone.button("My questions for the meeting").click()
    expect(phone.page.get_by_text("No questions here yet.")).to_be_visible()
    phone.button("Close").click()
    phone.page.route(
        "**/meeting",
        lambda route: route.fulfill(
            json={
                "questions": [{"text": "Who decides?", "sv": "Vem bestämmer?", "language": "en", "dir": "ltr", "own_words": False}]
            }
        ),
    )
    phone.button("Menu").click()
    phone.button("My questions for the meeting").click()
    row = phone.page.locator(".asked tr")
    expect(row.locator("td")).to_have_text(["Who decides?", "Vem bestämmer?"])
    expect(row.locator("td").nth(1)).to_have_attribute("lang", "sv")
    expect(phone.button("Print")).to_be_visible()
