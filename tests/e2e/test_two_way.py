"""A worry about the guardian, from both sides: child and staff write to each other, in Swedish and in Arabic."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, Page, expect

from actions.dialogue.render import Renderer
from actions.i18n import catalogs

if TYPE_CHECKING:
    from conftest import Phone

    from tests.running import RunningNavet

pytestmark = pytest.mark.browser
WORRY = {"sv": "Min gode man svarar aldrig och kommer inte", "ar": "الوصي لا يجيب علي ولا يأتي أبدا"}
ANSWER = {"sv": "Ja, i morgon går bra 🙂", "ar": "نعم، غدا جيد 🙂"}
NAME = {"sv": "Svenska", "ar": "العربية"}
PHONE = {"width": 390, "height": 844}


def words(code: str, kind: str, id_: str, part: str = "", **params: Any) -> str:
    return Renderer(code).sentence({"kind": kind, "id": id_, "part": part, "params": params})


def plain(text: str) -> str:
    """Without the marks that keep a number's direction."""
    return re.sub("[\u2066-\u2069]", "", text)


@pytest.fixture(scope="module")
def staff(navet: RunningNavet, browser: Browser, signed_in: Any) -> Iterator[Page]:
    page = browser.new_context(viewport={"width": 1200, "height": 900}, locale="sv-SE", storage_state=signed_in).new_page()
    page.set_default_timeout(15_000)
    yield page
    page.context.close()


@pytest.fixture
def pictures(tmp_path: Path) -> Any:
    """Screenshots of both sides, kept where `--basetemp` says."""

    def take(page: Page, name: str) -> None:
        page.screenshot(path=tmp_path / f"{name}.png", full_page=True)

    return take


def tell_the_worry(phone: Phone, code: str) -> str:
    """Until "sent"; gives the id of the handoff. The guardian is offered nowhere."""
    phone.start(NAME[code])
    phone.choose(words(code, "stage", "waiting"))
    phone.say(WORRY[code])
    yes = words(code, "message", "button_yes_send")
    guardian = words(code, "role", "god_man", "sv")
    for _ in range(4):
        labels = phone.page.locator(".choices button").all_inner_texts()
        if yes in labels:
            break
        about = [label for label in labels if label == guardian]
        send = [label for label in labels if words(code, "message", "button_tell_role", role="").strip() in label]
        assert about or send, labels
        assert not any(guardian in label for label in send), "never to the adult it is about"
        phone.choose((about or send)[0])
    phone.choose(yes)
    sent = [message for message in phone.history() if message["meta"] and message["meta"]["handoff_id"]]
    assert sent, [message["text"] for message in phone.history()]
    assert "god_man" not in sent[-1]["meta"]["roles"]
    return str(sent[-1]["meta"]["handoff_id"])


@pytest.mark.parametrize("code", ["sv", "ar"])
def test_a_worry_about_the_guardian_is_answered_while_the_child_is_away_and_the_child_answers_back(
    phone: Phone, navet: RunningNavet, staff: Page, code: str, pictures: Any
) -> None:
    handoff_id = tell_the_worry(phone, code)
    address = phone.page.url
    phone.page.goto("about:blank")  # the child is away

    staff.goto(f"{navet.url}/staff/handoffs")
    staff.locator(f"a[href$='{handoff_id}']").click()
    expect(staff.locator(".facts .warn")).to_contain_text("god man", ignore_case=True)
    staff.get_by_role("button", name="Jag har läst det").click()
    staff.get_by_label("Ditt svar").fill("Hej! Jag har läst det du skrev. Ska vi ses i morgon?")
    if code == "ar":
        staff.get_by_label("Samma sak på").fill("مرحبا! قرأت ما كتبته. هل نلتقي غدا؟")
    pictures(staff, f"staff-{code}-1-before-reply")
    staff.get_by_role("button", name="Skicka till barnet").click()
    expect(staff.locator(".talk .person blockquote").first).to_contain_text("Ska vi ses i morgon?")

    phone.page.goto(address)
    written = phone.log.locator(".turn.staff")
    expect(written.last).to_contain_text("Ska vi ses i morgon?")
    marked = catalogs().interface(code, "widget", "Written by a person")
    expect(written.last.locator(".by")).to_contain_text(marked)
    expect(written.last.locator(".by")).to_contain_text("svenska" if code == "sv" else "السويدية")
    if code == "ar":
        expect(written.first.locator(".bubble")).to_have_attribute("dir", "rtl")
        expect(written.first).to_contain_text("هل نلتقي غدا؟")
        expect(written.last.locator(".bubble")).to_have_attribute("dir", "ltr")
    expect(written.last).to_be_in_viewport()
    pictures(phone.page, f"child-{code}-2-reply")
    phone.say(ANSWER[code])
    passed = phone.history()[-1]
    assert (passed["from"], passed["meta"]["kind"], passed["meta"]["handoff_id"]) == ("bot", "handoff", handoff_id)

    staff.goto(f"{navet.url}/staff/overview")
    expect(staff.locator("tr").filter(has=staff.locator(f"a[href$='{handoff_id}']"))).to_contain_text("Svar som ingen har läst: 1")
    pictures(staff, f"staff-{code}-3-overview")
    staff.goto(f"{navet.url}/staff/handoffs/{handoff_id}")
    expect(staff.locator(".talk .child blockquote")).to_have_text(ANSWER[code])
    expect(staff.locator(".talk .child")).to_contain_text("Ny")
    pictures(staff, f"staff-{code}-4-answer")
    staff.reload()
    expect(staff.locator(".talk .child .new")).to_have_count(0)

    # the child is there: a ready answer and the end come by themselves, without waiting for the next look
    with phone.page.expect_response("**/events"):
        phone.page.reload()
    staff.locator("summary", has_text="Färdiga svar").click()
    staff.locator("input[value=canned_meeting]").check()
    pictures(staff, f"staff-{code}-5-ready")
    staff.get_by_role("button", name="Skicka det färdiga svaret").click()
    expect(phone.log.locator(".turn.staff").last).to_contain_text(plain(words(code, "message", "canned_meeting")), timeout=6_000)
    staff.get_by_role("textbox", name=re.compile("Anteckning")).fill("Vi träffas.")
    staff.get_by_role("button", name="Stäng").click()
    helped = words(code, "message", "button_helped_yes")
    expect(phone.page.locator(".choices").get_by_role("button", name=helped, exact=True)).to_be_visible(timeout=6_000)
    pictures(phone.page, f"child-{code}-6-closed")
    phone.choose(helped)
    expect(phone.newest.last).to_contain_text(words(code, "message", "helped_thanks"))
    staff.reload()
    expect(staff.locator(".facts div", has_text="Hjälpte det?")).to_contain_text("Ja")
    assert handoff_id not in phone.page.url + staff.evaluate("document.referrer")


def test_what_was_sent_can_be_looked_up_and_taken_back_before_it_is_read(phone: Phone, navet: RunningNavet, staff: Page) -> None:
    handoff_id = tell_the_worry(phone, "sv")
    phone.choose(words("sv", "message", "button_menu"))
    phone.choose(words("sv", "intent", "chat_handoff_status"))
    expect(phone.newest.first).to_contain_text("Ingen har läst det än")
    phone.choose(words("sv", "message", "button_withdraw"))
    expect(phone.newest.first).to_contain_text(words("sv", "message", "withdrawn"))
    staff.goto(f"{navet.url}/staff/handoffs/{handoff_id}")
    expect(staff.locator(".facts")).to_contain_text("Återtagen av barnet")
    expect(staff.get_by_role("button", name="Jag har läst det")).to_have_count(0)


def test_the_token_is_never_in_an_address_and_a_hidden_page_holds_no_line(phone: Phone) -> None:
    asked: list[str] = []
    phone.page.on("request", lambda request: asked.append(request.url))
    tell_the_worry(phone, "sv")
    with phone.page.expect_request("**/events") as line:
        phone.page.reload()
    assert line.value.header_value("authorization") == f"Bearer {phone.chat['token']}"
    assert not any(phone.chat["token"] in url for url in asked)
