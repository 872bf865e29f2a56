"""Languages in a real browser: the question, the change, the Swedish beside, reading aloud, the translator's preview."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.e2e.conftest import Phone
from tests.running import RunningNavet

pytestmark = pytest.mark.browser
VOICES = """
window.spoken = [];
const voice = (lang, localService) => ({ lang, localService, name: lang });
const fake = { getVoices: () => VOICES, speak: (words) => window.spoken.push(words.text), cancel: () => window.spoken.push(null), addEventListener() {} };
Object.defineProperty(window, "speechSynthesis", { value: fake });
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""


def test_a_child_that_writes_another_language_is_asked_and_everything_follows(phone: Phone) -> None:
    phone.start()
    phone.say("What happens when we have appealed?")
    offer = phone.newest.filter(has_text="Shall we continue in English?")
    expect(offer.locator(".bubble")).to_have_attribute("lang", "en")
    expect(offer.get_by_role("button", name="Svenska")).to_be_visible()
    assert phone.newest.locator(".choices").count() > 1, "the buttons of the answer stay"
    phone.choose("English")
    expect(phone.page.locator(".shell")).to_have_attribute("lang", "en")
    expect(phone.button("Send")).to_be_visible()
    assert {message["language"] for message in phone.history()[-2:]} == {"en"}
    assert phone.chat["language"] == "en"  # type: ignore[comparison-overlap]
    phone.page.reload()
    expect(phone.button("Send")).to_be_visible()


def test_a_draft_shows_its_swedish_on_tap(phone: Phone) -> None:
    phone.start("English", "?stage=waiting")
    message = phone.log.locator(".turn.bot").last
    expect(message.get_by_text("Vad undrar du?")).to_have_count(0)
    message.locator("details", has_text="Svenska").locator("summary").click()
    expect(message.locator("[lang=sv] p")).to_have_text("Vad undrar du? Välj eller skriv själv.")


def test_swedish_has_nothing_beside_it(phone: Phone) -> None:
    phone.start()
    expect(phone.log.locator("details", has_text="Svenska")).to_have_count(0)


@pytest.mark.parametrize(
    ("voices", "shown"), [("[]", 0), ("[voice('sv-SE', false)]", 0), ("[voice('ar', true)]", 0), ("[voice('sv-SE', true)]", 1)]
)
def test_reading_aloud_only_with_a_voice_on_the_device(phone: Phone, voices: str, shown: int) -> None:
    phone.page.add_init_script(VOICES.replace("VOICES", voices))
    phone.start("Svenska", "?stage=waiting")
    button = phone.log.locator(".turn.bot").last.get_by_role("button", name="Lyssna")
    expect(button).to_have_count(shown)
    if shown:
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        assert phone.page.evaluate("window.spoken") == ["Vad undrar du? Välj eller skriv själv."]
        button.click()
        expect(button).to_have_attribute("aria-pressed", "false")
        assert phone.page.evaluate("window.spoken.pop()") is None


def test_a_recording_comes_before_any_voice(phone: Phone) -> None:
    def recorded(route: Route) -> None:
        body = route.fetch().json()
        body["messages"][-1]["audio"] = ["/widget/audio/sv/message.menu.mp3"]
        route.fulfill(status=201, json=body)

    phone.page.add_init_script(VOICES.replace("VOICES", "[]"))
    phone.page.route("**/api/chat/conversations", recorded)
    phone.start("Svenska", "?stage=waiting")
    button = phone.log.locator(".turn.bot").last.get_by_role("button", name="Lyssna")
    expect(button).to_be_visible()
    with phone.page.expect_request("**/widget/audio/sv/message.menu.mp3"):
        button.click()
    expect(button).to_have_count(0)  # there is no such file: the button goes
    assert phone.page.evaluate("window.spoken") == []


@pytest.mark.parametrize(("context", "where"), [("danger_call", ".danger .bubble .marked"), ("Write here", "textarea.marked")])
def test_the_translator_sees_each_letter_in_the_real_widget(
    navet: RunningNavet, browser: Browser, context: str, where: str
) -> None:
    email = f"{context.replace(' ', '')}@example.se"
    link = navet.command("staff", "add", email, "--name", "Tra", "--role", "translator").strip()
    page = browser.new_context(viewport={"width": 1200, "height": 1000}, locale="sv-SE").new_page()
    troubles: list[str] = []
    page.on("console", lambda line: troubles.append(line.text) if line.type == "error" else None)
    page.goto(link)
    page.get_by_role("button").first.click()
    page.goto(f"{navet.url}/staff/translate/ar?q={context}")
    page.locator(".texts a").first.click()
    frame = page.frame_locator("#preview")
    expect(frame.locator(".shell")).to_have_attribute("dir", "rtl")
    expect(page.frame_locator("iframe").first.locator(".shell")).to_have_attribute("lang", "sv")
    page.get_by_role("textbox").first.fill("اكتب شيئا")
    marked = frame.locator(where)
    expect(marked).to_be_visible()
    assert "اكتب شيئا" in (marked.text_content() or "") + (marked.get_attribute("placeholder") or "")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert troubles == []
    page.context.close()
