"""The map: where the child is, what happens at each step, who does what, what to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Locator, expect

if TYPE_CHECKING:
    from conftest import Phone

pytestmark = pytest.mark.browser


def opened(phone: Phone) -> Locator:
    phone.start(query="?stage=waiting")
    phone.button("Karta").click()
    road = phone.page.locator(".road")
    expect(road).to_be_visible()
    return road


def told(phone: Phone) -> list[dict[str, Any]]:
    return phone.navet.call("GET", "/api/chat/map?language=sv&stage=waiting")[1]["stages"]


def test_the_map_shows_every_step_in_order_and_marks_the_childs_own(phone: Phone) -> None:
    stops = opened(phone).locator(".stop")
    stages = told(phone)
    expect(stops).to_have_count(len(stages))
    for index, stage in enumerate(stages):
        expect(stops.nth(index)).to_contain_text(stage["name"])
    here = phone.page.locator(".road [aria-current=step]")
    expect(here).to_have_count(1)
    expect(here).to_contain_text("Jag väntar på svar")
    expect(here).to_contain_text("Du är här")


def test_a_step_opens_what_happens_who_does_what_and_the_sources(phone: Phone) -> None:
    road = opened(phone)
    stage = told(phone)[1]
    box = road.locator(".box").nth(1)
    expect(box).to_be_hidden()
    road.locator(".stop").nth(1).click()
    expect(road.locator(".stop").nth(1)).to_have_attribute("aria-expanded", "true")
    for fact in stage["happens"]:
        expect(box.get_by_text(fact["text"])).to_be_visible()
    for person in stage["people"]:
        expect(box.locator("dt", has_text=person["name"]).first).to_be_visible()
    box.locator("summary").first.click()
    expect(box.locator("cite").first).to_have_text(stage["happens"][0]["sources"][0]["title"])
    road.locator(".stop").nth(1).click()
    expect(box).to_be_hidden()


def test_a_question_of_the_map_is_asked_in_the_chat(phone: Phone) -> None:
    road = opened(phone)
    question = told(phone)[1]["ask"][0]["text"]
    road.locator(".stop").nth(1).click()
    road.locator(".box").nth(1).get_by_role("button", name=question).click()
    phone.answered()
    expect(phone.page.get_by_role("dialog")).to_have_count(0)
    assert phone.said() == [question]


def test_the_map_works_with_arrows_tab_and_enter_and_changes_the_stage(phone: Phone) -> None:
    road = opened(phone)
    stops, keyboard = road.locator(".stop"), phone.page.keyboard
    stops.first.focus()
    keyboard.press("ArrowDown")
    expect(stops.nth(1)).to_be_focused()
    keyboard.press("End")
    expect(stops.last).to_be_focused()
    keyboard.press("ArrowUp")
    keyboard.press("Home")
    expect(stops.first).to_be_focused()
    keyboard.press("Enter")
    expect(road.locator(".box").first).to_be_visible()
    for _ in range(20):
        keyboard.press("Tab")
        if phone.page.evaluate("document.querySelector('navet-chat').shadowRoot.activeElement.textContent") == "Jag är här":
            break
    keyboard.press("Enter")
    expect(phone.log.locator(".turn.bot").last).to_contain_text("Nu vet jag: Jag har nyss kommit")
    phone.button("Karta").click()
    expect(phone.page.locator(".road [aria-current=step]")).to_contain_text("Jag har nyss kommit")
    assert phone.history()[-1]["meta"]["stage"] == "arrival"


def test_the_menu_changes_the_stage_too_also_to_not_saying(phone: Phone) -> None:
    phone.start(query="?stage=waiting")
    phone.button("Meny").click()
    phone.button("Byt var jag är").last.click()
    expect(phone.button("Jag väntar på svar")).to_have_attribute("aria-current", "true")
    phone.page.get_by_role("dialog").get_by_role("button", name="Jag vet inte, eller vill inte säga").click()
    expect(phone.page.get_by_role("dialog")).to_have_count(0)
    assert phone.history()[-1]["meta"]["stage"] == "unknown"


def test_on_paper_every_box_is_open_and_no_button_is_left(phone: Phone) -> None:
    road = opened(phone)
    phone.page.emulate_media(media="print")
    for index, stage in enumerate(told(phone)):
        expect(road.locator(".box").nth(index)).to_be_visible()
        if stage["happens"]:
            expect(road.locator(".box").nth(index).get_by_text(stage["happens"][0]["text"])).to_be_visible()
    expect(phone.button("Hjälp nu")).to_be_hidden()
    expect(phone.box).to_be_hidden()
    assert phone.page.locator(".log").is_hidden()
    pages = phone.page.pdf(format="A4").count(b"/Type /Page\n") or phone.page.pdf(format="A4").count(b"/Type /Page")
    assert pages >= 2, "a map longer than a sheet goes on over more than one"


def test_without_network_the_map_says_so(phone: Phone) -> None:
    phone.start()
    phone.page.route("**/api/chat/map?**", lambda route: route.fulfill(status=404, json={}))
    phone.button("Karta").click()
    expect(phone.page.get_by_role("alert")).to_have_text("Det gick inte. Försök igen om en stund.")
