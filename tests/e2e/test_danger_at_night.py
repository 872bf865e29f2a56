"""Acute danger that nobody acknowledges, played from both sides: it goes on to the next adult until the coordinator has read it.

Danger knows no office hours, so it is night whenever this runs; three minutes between two adults are three seconds here.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from actions.dialogue.render import Renderer
from tests.running import RunningNavet

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
WORDS = {"sv": ("Svenska", "jag vill inte leva längre"), "ar": ("العربية", "أريد أن أموت")}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def hurried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNavet]:
    made = RunningNavet(tmp_path_factory.mktemp("night"), {"NAVET_REPEAT_MINUTES": "0.05"})
    try:
        yield made.start(400)
    finally:
        made.stop()


@pytest.fixture(scope="module")
def code(hurried: RunningNavet) -> str:
    """An access code of a child with several adults, from the demo."""
    found = re.search(r"access code (\S+)\s+Tall 7", hurried.command("demo", "--force"))
    assert found
    return found[1]


def escalations(navet: RunningNavet, handoff_id: str) -> list[str]:
    notes = navet.rows("select note from handoff_events where handoff_id = ? and step = 'escalated' order by id", handoff_id)
    return [str(note) for (note,) in notes]


@pytest.mark.parametrize("language", ["sv", "ar"])
def test_it_goes_to_the_next_adult_until_the_coordinator_has_read_it(
    hurried: RunningNavet, browser: Browser, code: str, language: str
) -> None:
    name, words = WORDS[language]
    child = browser.new_context(viewport=PHONE, locale="sv-SE", reduced_motion="reduce").new_page()
    child.set_default_timeout(15_000)
    child.goto(f"{hurried.url}/chat#code={code}")
    child.get_by_role("button", name=name, exact=True).click()
    child.get_by_role("textbox").fill(words)
    child.get_by_role("textbox").press("Enter")
    danger = child.locator(".turn.bot.danger").last
    expect(danger).to_contain_text(Renderer(language).sentence({"kind": "message", "id": "danger_question"}))
    assert danger.locator("a[href^='tel:']").first.get_attribute("href") == "tel:112"
    chat = child.evaluate("JSON.parse(sessionStorage.getItem('navet')).chat.id")
    ((handoff_id, urgency),) = hurried.rows("select id, urgency from handoffs where conversation_id = ?", chat)
    assert urgency == "U0"

    deadline = time.monotonic() + 60
    while not any("Samordnare" in note for note in escalations(hurried, str(handoff_id))):
        assert time.monotonic() < deadline, escalations(hurried, str(handoff_id))
        time.sleep(0.5)
    told = escalations(hurried, str(handoff_id))
    assert len(told) >= 3
    assert "Samordnare" in told[-1]
    assert not any("Samordnare" in note for note in told[:-1])

    staff = browser.new_context(viewport={"width": 1200, "height": 900}, locale="sv-SE").new_page()
    staff.set_default_timeout(15_000)
    staff.goto(hurried.command("staff", "link", "coordinator@demo.invalid").strip().splitlines()[-1])
    staff.locator("main form button").click()
    staff.goto(f"{hurried.url}/staff/handoffs/{handoff_id}")
    expect(staff.locator("main")).to_contain_text(told[0])
    staff.get_by_role("button", name="Jag har läst det").click()
    expect(staff.locator(".facts")).to_contain_text(re.compile(r"Läge\s*Läst"))
    ended = len(escalations(hurried, str(handoff_id)))
    time.sleep(7)
    assert len(escalations(hurried, str(handoff_id))) == ended
    child.context.close()
    staff.context.close()
