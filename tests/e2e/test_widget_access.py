"""By keyboard, by screen reader, from right to left, enlarged, in the dark: the same chat for everybody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

if TYPE_CHECKING:
    from conftest import Phone

pytestmark = pytest.mark.browser

SMALL_TARGETS = """() => {
  const root = document.querySelector("navet-chat").shadowRoot;
  return [...root.querySelectorAll("button, a, summary, textarea")].filter((element) => {
    const box = element.getBoundingClientRect();
    return element.checkVisibility({ visibilityProperty: true }) && box.width > 0 && (box.height < 43.9 || box.width < 43.9);
  }).map((element) => element.outerHTML.slice(0, 90));
}"""
OVERFLOW = "() => document.scrollingElement.scrollWidth - innerWidth"
WORDS = {
    "sv": {"name": "Svenska", "menu": "Meny", "map": "Karta", "help": "Hjälp nu", "about": "Om Navet", "erase": "Ta bort allt"},
    "en": {
        "name": "English",
        "menu": "Menu",
        "map": "Map",
        "help": "Help now",
        "about": "About Navet",
        "erase": "Delete everything",
    },
}


def axe(phone: Phone) -> list[dict[str, Any]]:
    """The rules that the page breaks. Axe measures with styles of its own, which the page's security policy reports: not ours."""
    before = list(phone.troubles)
    found = Axe().run(phone.page)
    phone.page.wait_for_timeout(50)
    phone.troubles[:] = before
    return found.response["violations"]


def sound(phone: Phone) -> None:
    """No violation of axe's rules, nothing too small to hit, nothing to scroll sideways."""
    page = phone.page
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in axe(phone)] == []
    assert page.evaluate(SMALL_TARGETS) == []
    assert page.evaluate(OVERFLOW) <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["sv", "en"])
def test_axe_finds_nothing_and_every_target_is_large(phone: Phone, language: str, scheme: Any) -> None:
    page, words = phone.page, WORDS[language]
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    phone.open()
    expect(phone.button(words["name"])).to_be_visible()
    sound(phone)
    phone.start(words["name"])
    sound(phone)
    phone.say("Vad gör en god man?" if language == "sv" else "What does a guardian do?")
    phone.log.locator("summary").last.click()
    sound(phone)
    phone.say("jag vill inte leva" if language == "sv" else "I do not want to live")
    expect(phone.log.locator(".turn.danger").first).to_be_visible()
    sound(phone)
    phone.button(words["help"]).click()
    sound(phone)
    phone.button(words["map"]).click()
    page.locator(".stop").first.click()
    sound(phone)
    for item in ("about", "erase"):
        phone.button(words["menu"]).click()
        sound(phone)
        phone.button(words[item]).click()
        sound(phone)


def test_axe_would_notice(phone: Phone) -> None:
    """The check above looks inside the element: a button that loses its name is found."""
    phone.start()
    phone.page.evaluate("document.querySelector('navet-chat').shadowRoot.querySelector('.urgent').replaceChildren()")
    assert "button-name" in [rule["id"] for rule in axe(phone)]


def test_the_other_pages_are_sound_too(phone: Phone) -> None:
    for path in ("/widget/neutral", "/widget/embed"):
        phone.page.goto(phone.navet.url + path)
        assert [rule["id"] for rule in axe(phone)] == []


# --- keyboard


def focused(page: Page) -> str:
    """Text or label of what has the focus, inside the element."""
    return page.evaluate(
        "() => { const e = document.querySelector('navet-chat').shadowRoot.activeElement;"
        " return e ? (e.getAttribute('aria-label') || e.placeholder || e.textContent).trim() : '' }"
    )


def tab_to(page: Page, name: str, key: str = "Tab", most: int = 60) -> None:
    for _ in range(most):
        if focused(page) == name:
            return
        page.keyboard.press(key)
    raise AssertionError(f"{name} cannot be reached with {key}; the focus is on {focused(page)!r}")


def test_everything_can_be_done_with_the_keyboard_alone(phone: Phone) -> None:
    phone.open()
    page = phone.page
    expect(phone.button("Svenska")).to_be_visible()
    tab_to(page, "Svenska")
    page.keyboard.press("Enter")
    expect(phone.log).to_be_focused()
    tab_to(page, "Jag väntar på svar")
    page.keyboard.press("Space")
    phone.answered()
    expect(phone.log.locator(".turn.mine").last).to_be_focused()
    page.keyboard.press("Tab")
    assert focused(page) == phone.page.locator(".choices button").first.inner_text()
    tab_to(page, "Skriv här")
    page.keyboard.type("Vad gör en god man?")
    page.keyboard.press("Enter")
    phone.answered()
    expect(phone.box).to_be_focused()
    tab_to(page, "Hur vet jag det?", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(phone.log.locator("cite").first).to_be_visible()
    tab_to(page, "Meny", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Meny")).to_be_focused()
    tab_to(page, "Om Navet")
    page.keyboard.press("Enter")
    tab_to(page, "Stäng")
    page.keyboard.press("Enter")
    expect(phone.button("Meny")).to_be_focused()
    tab_to(page, "Lämna snabbt")
    page.keyboard.press("Enter")
    page.wait_for_url("**/widget/neutral")


def test_the_focus_is_seen(phone: Phone) -> None:
    phone.open()
    expect(phone.button("Svenska")).to_be_visible()
    tab_to(phone.page, "Svenska")
    style = phone.button("Svenska").evaluate(
        "e => [getComputedStyle(e).outlineStyle, parseFloat(getComputedStyle(e).outlineWidth)]"
    )
    assert style[0] == "solid"
    assert style[1] >= 2


def test_no_dialog_traps_the_focus_and_what_lies_under_it_cannot_be_reached(phone: Phone) -> None:
    phone.start()
    phone.button("Hjälp nu").click()
    seen = set()
    for _ in range(45):
        phone.page.keyboard.press("Tab")
        seen.add(focused(phone.page))
    assert {"Stäng", "Ring 112", "Lämna snabbt"} <= seen
    assert seen.isdisjoint({"Skriv här", "Meddelanden", "Skicka"})
    phone.page.keyboard.press("Escape")
    expect(phone.button("Hjälp nu")).to_be_focused()


def test_screen_readers_hear_who_speaks_and_only_what_is_new(phone: Phone) -> None:
    phone.start()
    phone.say("hej")
    expect(phone.log).to_have_attribute("aria-live", "polite")
    expect(phone.log).to_have_attribute("aria-label", "Meddelanden")
    assert phone.log.locator(".turn.mine").first.inner_text().startswith("Du säger:")
    assert phone.log.locator(".turn.bot").first.inner_text().startswith("Navet säger:")
    phone.page.reload()
    expect(phone.log).to_have_attribute("aria-live", "off")
    expect(phone.page.get_by_role("main")).to_have_count(1)
    expect(phone.page.get_by_role("banner")).to_have_count(1)


# --- size and direction


@pytest.mark.parametrize(("width", "height"), [(195, 422), (320, 568), (844, 390), (1280, 800)])
def test_the_chat_fits_every_screen_and_200_percent(phone: Phone, width: int, height: int) -> None:
    phone.page.set_viewport_size({"width": width, "height": height})
    phone.start()
    sound(phone)
    for element in (phone.box, phone.button("Skicka")):
        element.scroll_into_view_if_needed()
        expect(element).to_be_in_viewport(ratio=0.95)
    for element in (phone.button("Hjälp nu"), phone.button("Lämna snabbt")):  # without scrolling back
        expect(element).to_be_in_viewport(ratio=0.95)
    phone.button("Hjälp nu").click()
    number = phone.page.get_by_role("dialog").get_by_role("link", name="Ring 112")
    number.scroll_into_view_if_needed()
    expect(number).to_be_in_viewport(ratio=0.9)


ARABIC = {
    "Choose your language": "اختر لغتك",
    "Help now": "مساعدة الآن",
    "Leave fast": "غادر بسرعة",
    "Map": "الخريطة",
    "Call {name}": "اتصل بـ {name}",
    "Send": "أرسل",
    "Write here": "اكتب هنا",
}


def from_right_to_left(phone: Phone) -> None:
    """Arabic before it is offered: the list and the words are stubs, the conversation is Swedish turned into Arabic's direction."""

    def turned(route: Route) -> None:
        body = route.fetch().json()
        route.fulfill(json={**body, "dir": "rtl", "language": "ar", "messages": [_arabic(message) for message in body["messages"]]})

    def opened(route: Route) -> None:
        body = route.fetch(post_data='{"language": "sv"}').json()
        route.fulfill(
            status=201,
            json={**body, "dir": "rtl", "language": "ar", "messages": [_arabic(message) for message in body["messages"]]},
        )

    def swedish(route: Route) -> None:
        body = route.fetch(url=route.request.url.replace("language=ar", "language=sv")).json()
        route.fulfill(json={**body, "dir": "rtl", "language": "ar"})

    languages = [{"code": "ar", "name": "العربية", "dir": "rtl", "status": "draft"}]
    strings = {"language": "ar", "dir": "rtl", "strings": ARABIC}
    phone.page.route("**/api/chat/languages", lambda route: route.fulfill(json=languages))
    phone.page.route("**/widget/strings/ar.json", lambda route: route.fulfill(json=strings))
    phone.page.route("**/api/chat/conversations", opened)
    phone.page.route("**/messages", turned)
    phone.page.route(re.compile(r"/api/chat/(map|help)\?"), swedish)


def _arabic(message: dict[str, Any]) -> dict[str, Any]:
    return {**message, "language": "ar", "dir": "rtl", "text": "مرحبًا! اتصل بـ \u2066116 111\u2069 الآن."}


def test_from_right_to_left_everything_is_mirrored_but_numbers(phone: Phone) -> None:
    from_right_to_left(phone)
    phone.start("العربية")
    page = phone.page
    shell = page.locator(".shell")
    expect(shell).to_have_attribute("dir", "rtl")
    expect(shell).to_have_attribute("lang", "ar")
    expect(page.locator(".draft")).to_be_visible()
    phone.say("من هو الوصي؟")
    width = page.viewport_size["width"] if page.viewport_size else 0
    mine, bot = (phone.log.locator(f".turn.{who} .bubble").first.bounding_box() for who in ("mine", "bot"))
    assert mine is not None
    assert bot is not None
    assert mine["x"] < 30
    assert bot["x"] + bot["width"] > width - 30
    send, box = phone.button("أرسل").bounding_box(), phone.box.bounding_box()
    assert send is not None
    assert box is not None
    assert send["x"] < box["x"]
    expect(phone.log.get_by_role("link", name="اتصل بـ \u2066Bris 116 111\u2069")).to_be_visible()
    sound(phone)
    phone.button("الخريطة").click()
    road = page.locator(".road")
    expect(road).to_have_attribute("dir", "rtl")
    number = page.locator(".stop .number").first.bounding_box()
    assert number is not None
    assert number["x"] > width / 2
    sound(phone)
    phone.button("مساعدة الآن").click()
    sound(phone)
