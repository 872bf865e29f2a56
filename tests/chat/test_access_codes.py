"""Access codes on the child's side of the API: known, wrong, too old, too many tries; the chat works anyway."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from actions import clock, db
from actions.chat import store
from actions.chat.limits import CODES
from actions.content import content
from actions.nav import codes
from actions.nav import store as navs
from actions.nav.models import NavChild
from actions.settings import Settings
from actions.vocabulary import CodeKind
from actions.web import create_web_app
from tests.conftest import ScriptedRasa

OPEN = "/api/chat/conversations"


@pytest.fixture
async def client(
    settings: Settings, any_database: str, rasa: ScriptedRasa, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[httpx.AsyncClient]:
    settings = settings.model_copy(update={"rate_limits": "on"})
    monkeypatch.setattr(codes, "settings", lambda: settings)
    transport = httpx.ASGITransport(create_web_app(settings, rasa), raise_app_exceptions=False)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://navet") as made:
        yield made


def a_child(kind: CodeKind = CodeKind.TYPED, **update: Any) -> codes.Made:
    """A registered child; gives its code."""
    values = {"stage": "appeal", "language": "en", "municipality": "jonkoping", **update}
    with db.write() as session:
        child = NavChild(id=uuid.uuid4().hex, alias=uuid.uuid4().hex[:8], active=True, created_at=clock.now(), **values)
        navs.add(session, child)
        return codes.make(session, child, kind)


def said(id_: str) -> str:
    return content().messages[id_].sv


def texts(opened: dict[str, Any]) -> str:
    return "\n".join(message["text"] for message in opened["messages"])


def tie(conversation: str) -> tuple[str | None, str | None, str | None]:
    """Child, municipality and stage the conversation is tied to."""
    with db.read() as session:
        row = store.conversation(session, conversation)
        assert row is not None
        return row.child_id, row.municipality, row.stage


async def opened(client: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    answer = await client.post(OPEN, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.mark.parametrize("kind", list(CodeKind))
async def test_a_good_code_ties_the_chat_and_fills_in_what_was_left_out(client: httpx.AsyncClient, kind: CodeKind) -> None:
    made = a_child(kind)
    answer = await opened(client, language="sv", access_code=made.text)
    assert said("code_known") in texts(answer)
    assert said("code_means") in texts(answer)
    child, municipality, stage = tie(answer["conversation_id"])
    assert child is not None
    assert (municipality, stage, answer["stage"]) == ("jonkoping", "appeal", "appeal")
    assert made.text not in str(answer), "never said back"


async def test_without_a_language_the_childs_own_is_spoken(client: httpx.AsyncClient) -> None:
    assert (await opened(client, access_code=a_child().text))["language"] == "en"


async def test_the_code_is_read_however_it_is_typed(client: httpx.AsyncClient) -> None:
    text = a_child().text
    for typed in (
        text.lower(),
        text.replace("-", ""),
        f" {text.replace('-', ' – ')} ",
        "".join(chr(ord(c) + 0xFEE0) for c in text),
    ):
        assert said("code_known") in texts(await opened(client, language="sv", access_code=typed)), typed


@pytest.mark.parametrize("code", ["AAAA-AAAA", "x" * 200, "å", "#code=", "' OR 1=1", "\u0000"])
async def test_a_wrong_code_gets_a_friendly_sentence_and_the_chat_works(client: httpx.AsyncClient, code: str) -> None:
    answer = await opened(client, language="sv", access_code=code)
    assert said("code_wrong") in texts(answer)
    assert tie(answer["conversation_id"])[0] is None
    sent = await client.post(
        f"{OPEN}/{answer['conversation_id']}/messages",
        json={"client_message_id": str(uuid.uuid4()), "text": "hej"},
        headers={"Authorization": f"Bearer {answer['token']}"},
    )
    assert sent.json()["messages"]


async def test_an_old_code_is_as_wrong_as_any(client: httpx.AsyncClient, frozen: Any) -> None:
    made = a_child()
    frozen.advance(hours=24 * 8)
    assert said("code_wrong") in texts(await opened(client, language="sv", access_code=made.text))


async def test_guessing_is_stopped_and_even_the_right_code_then_has_to_wait(client: httpx.AsyncClient) -> None:
    made = a_child()
    for _ in range(CODES.amount):
        assert said("code_wrong") in texts(await opened(client, language="sv", access_code="AAAA-AAAA"))
    answer = await opened(client, language="sv", access_code=made.text)
    assert said("code_later") in texts(answer)
    assert tie(answer["conversation_id"])[0] is None


async def change(client: httpx.AsyncClient, chat: dict[str, Any], **body: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {chat['token']}"}
    return await client.patch(f"{OPEN}/{chat['conversation_id']}", json=body, headers=headers)


async def test_a_code_in_the_middle_of_a_chat_ties_it_from_then_on(client: httpx.AsyncClient, rasa: ScriptedRasa) -> None:
    chat = await opened(client, language="sv", stage="waiting", municipality="stockholm")
    answer = (await change(client, chat, access_code=a_child().text)).json()
    assert said("code_known") in texts(answer)
    child, municipality, stage = tie(chat["conversation_id"])
    assert child is not None
    assert (municipality, stage) == ("jonkoping", "waiting"), "the stage the child chose itself stays"
    headers = {"Authorization": f"Bearer {chat['token']}"}
    body = {"client_message_id": str(uuid.uuid4()), "text": "hej"}
    await client.post(f"{OPEN}/{chat['conversation_id']}/messages", json=body, headers=headers)
    assert rasa.calls[-1]["context"]["child"] == child


async def test_a_wrong_code_in_the_middle_changes_nothing_and_tries_count_there_too(client: httpx.AsyncClient) -> None:
    made = a_child()
    chat = await opened(client, language="sv", access_code=made.text)
    before = tie(chat["conversation_id"])
    for _ in range(CODES.amount - 1):
        assert said("code_wrong") in texts((await change(client, chat, access_code="AAAA-AAAA")).json())
    assert said("code_later") in texts((await change(client, chat, access_code=made.text)).json())
    assert tie(chat["conversation_id"]) == before


async def test_another_token_cannot_use_a_code_for_this_chat(client: httpx.AsyncClient) -> None:
    chat, other = await opened(client, language="sv"), await opened(client, language="sv")
    answer = await change(client, {**chat, "token": other["token"]}, access_code=a_child().text)
    assert answer.status_code == 401
    assert tie(chat["conversation_id"])[0] is None
