"""The pages on which staff talk with a child, see what lies unread, and what they were told about."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import httpx
import pytest

from actions import db
from actions.audit import service as audit
from actions.chat import store as conversations
from actions.chat.opening import open_conversation
from actions.chat.public import NewConversation
from actions.handoffs import store, talk
from actions.settings import Settings
from actions.vocabulary import StaffRole, Urgency
from actions.web import create_web_app
from tests.conftest import ScriptedRasa
from tests.staff.test_staff import account, come_in, handoff

pytestmark = pytest.mark.usefixtures("any_database")
WORDS = "mitt hemliga svar 4711"


@pytest.fixture
async def client(settings: Settings, any_database: str, rasa: ScriptedRasa) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_web_app(settings, rasa), raise_app_exceptions=False)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://navet") as made:
        yield made


def chat(language: str = "sv") -> str:
    return open_conversation(NewConversation(language=language, stage=None, municipality=None, access_code=None)).row.id


def child_writes(conversation_id: str, handoff_id: str, text: str = WORDS) -> None:
    with db.write() as session:
        row = conversations.conversation(session, conversation_id, lock=True)
        assert row is not None
        talk.pass_on(session, row, handoff_id, text, "k" * 32, None)


def shown(conversation_id: str) -> list[tuple[str, str]]:
    with db.read() as session:
        return [(row.sender, row.text) for row in conversations.after(session, conversation_id)]


async def key_on(client: httpx.AsyncClient, handoff_id: str) -> str:
    found = re.search(r'name="key" value="(\w+)"', (await client.get(f"/staff/handoffs/{handoff_id}")).text)
    assert found
    return found[1]


async def test_a_reply_goes_to_the_child_once_however_often_the_button_is_pressed(client: httpx.AsyncClient) -> None:
    conversation = chat()
    csrf, id_ = come_in(client, account(StaffRole.COORDINATOR)), handoff(conversation_id=conversation)
    form = {"csrf": csrf, "key": await key_on(client, id_), "text": "Hej <b>du</b>", "language": "sv", "send": "own"}
    for _ in range(2):
        answer = await client.post(f"/staff/handoffs/{id_}/reply", data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/staff/handoffs/{id_}#talk")
    assert [entry for entry in shown(conversation) if entry[0] == "staff"] == [("staff", "Hej <b>du</b>")]
    page = (await client.get(f"/staff/handoffs/{id_}")).text
    assert "Hej &lt;b&gt;du&lt;/b&gt;" in page
    assert f'action="/staff/handoffs/{id_}/back"' in page
    with db.read() as session:
        entries = [entry for entry in audit.latest(session) if entry.action == "handoff.replied"]
    assert entries
    assert "Hej" not in str([entry.detail for entry in entries])
    answer = await client.post(f"/staff/handoffs/{id_}/back", data={"csrf": csrf})
    assert answer.status_code == 303
    assert "är här igen" in shown(conversation)[-1][1]
    assert f'action="/staff/handoffs/{id_}/back"' not in (await client.get(f"/staff/handoffs/{id_}")).text


@pytest.mark.parametrize(
    ("form", "status"),
    [({"text": " "}, 422), ({"text": "x" * 1001}, 422), ({"text": "hej", "key": "no"}, 422), ({"text": "hej", "csrf": ""}, 403)],
)
async def test_a_wrong_reply_sends_nothing_and_keeps_what_was_typed(
    client: httpx.AsyncClient, form: dict[str, str], status: int
) -> None:
    conversation = chat()
    csrf, id_ = come_in(client, account(StaffRole.COORDINATOR)), handoff(conversation_id=conversation)
    base = {"csrf": csrf, "key": await key_on(client, id_), "language": "sv", "send": "own"}
    answer = await client.post(f"/staff/handoffs/{id_}/reply", data={**base, **form})
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert status == 403 or form["text"] in answer.text
    assert not [entry for entry in shown(conversation) if entry[0] == "staff"]


async def test_ready_answers_are_previewed_in_the_childs_language(client: httpx.AsyncClient) -> None:
    conversation = chat("en")
    csrf, id_ = come_in(client, account(StaffRole.COORDINATOR)), handoff(conversation_id=conversation, language="en")
    page = (await client.get(f"/staff/handoffs/{id_}")).text
    assert "Jag ordnar en tolk till vårt samtal." in page
    preview = re.search(r'value="canned_interpreter">.*?<span class="quiet" lang="en" dir="ltr">([^<]+)<', page, re.DOTALL)
    assert preview
    form = {"csrf": csrf, "key": await key_on(client, id_), "canned": "canned_interpreter", "send": "ready", "language": "sv"}
    await client.post(f"/staff/handoffs/{id_}/reply", data=form)
    assert shown(conversation)[-1] == ("staff", preview[1])


async def test_the_childs_answer_is_seen_by_those_who_may_and_nobody_else(client: httpx.AsyncClient) -> None:
    conversation = chat()
    nurse = account(StaffRole.NAV_ADULT, "nurse@example.se", nav_role="elevhalsa")
    other = account(StaffRole.NAV_ADULT, "other@example.se", nav_role="skolkurator")
    guardian = account(StaffRole.NAV_ADULT, "guardian@example.se", nav_role="god_man")
    elsewhere = account(StaffRole.COORDINATOR, "sthlm@example.se", municipality="stockholm")
    named = account(StaffRole.COORDINATOR, "named@example.se")
    id_ = handoff(conversation_id=conversation, excluded=["god_man"], excluded_people=[named], assignee_id=nurse)
    with db.write() as session:
        talk.take_step(session, id_, "acknowledge", talk.Author(nurse, str(StaffRole.NAV_ADULT), "elevhalsa"))
    child_writes(conversation, id_)
    for user, status in ((other, 404), (elsewhere, 404), (guardian, 404), (named, 403)):
        csrf = come_in(client, user)
        answer = await client.get(f"/staff/handoffs/{id_}")
        assert (answer.status_code, WORDS in answer.text) == (status, False)
        for path in ("reply", "back"):
            refused = await client.post(
                f"/staff/handoffs/{id_}/{path}", data={"csrf": csrf, "key": "a" * 32, "text": "x", "language": "sv"}
            )
            assert refused.status_code == status
        for page in ("/staff/alerts", "/staff/handoffs?state=all"):
            assert id_ not in (await client.get(page)).text
    come_in(client, nurse)
    first, second = [(await client.get(f"/staff/handoffs/{id_}")).text for _ in range(2)]
    assert WORDS in first
    assert 'class="tag new"' in first
    assert 'class="tag new"' not in second, "it has been read now"


async def test_who_is_alerted_may_open_and_acknowledges_for_good(client: httpx.AsyncClient) -> None:
    nurse = account(StaffRole.NAV_ADULT, "nurse@example.se", nav_role="elevhalsa")
    steps = [{"role": "elevhalsa", "person_id": nurse, "channel": "in_app", "address": None, "reason": "r"}]
    id_ = handoff(urgency=Urgency.U0, steps=steps, conversation_id=chat())
    csrf = come_in(client, nurse)
    inbox = (await client.get("/staff/alerts")).text
    assert f"/staff/handoffs/{id_}" in inbox
    assert "unread" in inbox
    assert id_ in (await client.get("/staff/handoffs")).text
    await client.post(f"/staff/handoffs/{id_}/step", data={"csrf": csrf, "step": "acknowledge"})
    with db.read() as session:
        assert store.get(session, id_).assignee_id == nurse  # type: ignore[union-attr]
    assert (await client.get(f"/staff/handoffs/{id_}")).status_code == 200


async def test_giving_a_handoff_to_an_excluded_person_is_refused(client: httpx.AsyncClient) -> None:
    named = account(StaffRole.NAV_ADULT, "named@example.se", nav_role="elevhalsa")
    id_ = handoff(excluded_people=[named])
    csrf = come_in(client, account(StaffRole.COORDINATOR))
    assert f'value="{named}"' not in (await client.get(f"/staff/handoffs/{id_}")).text
    assert (await client.post(f"/staff/handoffs/{id_}/assign", data={"csrf": csrf, "person": str(named)})).status_code == 403


async def test_the_overview_shows_single_handoffs_to_coordinators_and_only_numbers_to_others(client: httpx.AsyncClient) -> None:
    mine, hidden = handoff(), None
    boss = account(StaffRole.COORDINATOR)
    hidden = handoff("c2:m1", excluded_people=[boss])
    come_in(client, boss)
    page = (await client.get("/staff/overview")).text
    assert f"/staff/handoffs/{mine}" in page
    assert hidden not in page
    assert "Ingen än" in page
    assert "Jouren går inte att nå" in page
    for role in (StaffRole.ADMINISTRATOR, StaffRole.AUDITOR):
        come_in(client, account(role))
        page = (await client.get("/staff/overview")).text
        assert "/staff/handoffs/" not in page
        assert re.search(r'data-label="Öppna">2<', page)


async def test_the_pages_are_in_english_too(client: httpx.AsyncClient) -> None:
    csrf, id_ = come_in(client, account(StaffRole.COORDINATOR)), handoff(conversation_id=chat())
    await client.post("/staff/language", data={"csrf": csrf, "language": "en", "back": "/staff"})
    for path, word in (
        (f"/staff/handoffs/{id_}", "Talk with the child"),
        ("/staff/overview", "Where nobody is"),
        ("/staff/alerts", "Messages to me"),
    ):
        assert word in (await client.get(path)).text
