"""The public chat API, call by call, with a scripted Rasa behind it."""

from __future__ import annotations

import asyncio
import hashlib
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from actions import db
from actions.chat import pending as chat_pending
from actions.chat import store
from actions.chat import turn as chat_turn
from actions.chat.rasa import Reply
from actions.dialogue import conversation, say
from actions.errors import Unavailable
from actions.handoffs import store as handoffs
from actions.settings import Settings
from actions.web import create_web_app
from tests.conftest import ScriptedRasa

PROBLEM = "application/problem+json"


@pytest.fixture
async def client(settings: Settings, database: Path, rasa: ScriptedRasa) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_web_app(settings, rasa), raise_app_exceptions=False)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://navet") as made:
        yield made


class Child:
    """A conversation as a client holds it."""

    def __init__(self, client: httpx.AsyncClient, opened: dict[str, Any]) -> None:
        self.client, self.id, self.opened = client, opened["conversation_id"], opened
        self.headers = {"Authorization": f"Bearer {opened['token']}"}
        self.path = f"/api/chat/conversations/{self.id}"

    @classmethod
    async def open(cls, client: httpx.AsyncClient, **body: Any) -> Child:
        answer = await client.post("/api/chat/conversations", json={"language": "sv", **body})
        assert answer.status_code == 201, answer.text
        return cls(client, answer.json())

    async def send(self, text: str | None = None, choice: str | None = None, id_: str | None = None) -> httpx.Response:
        body = {"client_message_id": id_ or str(uuid.uuid4())}
        body |= {"text": text} if text is not None else {"choice": choice}
        return await self.client.post(f"{self.path}/messages", json=body, headers=self.headers)

    async def history(self, after: str | None = None) -> list[dict[str, Any]]:
        answer = await self.client.get(f"{self.path}/messages", params={"after": after} if after else {}, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()["messages"]


def is_problem(answer: httpx.Response, status: int) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    body = answer.json()
    assert {"type", "title", "status", "detail"} <= set(body)
    assert body["status"] == status
    assert "Traceback" not in answer.text


# --- open


async def test_a_new_conversation_greets_as_a_computer_and_says_what_is_saved(client: httpx.AsyncClient) -> None:
    child = await Child.open(client)
    opened = child.opened
    assert set(opened) == {"conversation_id", "token", "language", "dir", "stage", "messages"}
    texts = [message["text"] for message in opened["messages"]]
    assert "dator" in texts[0]
    assert "sparas" in texts[1]
    assert "112" in texts[1]
    assert len(opened["messages"][2]["choices"]) == 9
    for message in opened["messages"]:
        assert set(message) == {"id", "from", "at", "language", "dir", "text", "contacts", "sources", "choices", "meta"}
        assert set(message["meta"]) == {
            "kind",
            "intent",
            "confidence",
            "stage",
            "urgency",
            "alternatives",
            "fact_ids",
            "worry",
            "roles",
            "handoff_id",
        }


async def test_only_the_hash_of_the_token_is_stored(client: httpx.AsyncClient, database: Path) -> None:
    child = await Child.open(client)
    db.engine().dispose()
    stored = b"".join(path.read_bytes() for path in database.parent.glob("navet.db*"))
    assert child.opened["token"].encode() not in stored


async def test_unknown_language_stage_and_municipality_are_422(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/chat/conversations", json={"language": "xx"})
    is_problem(answer, 422)
    assert answer.json()["known"][:1] == ["sv"]
    is_problem(await client.post("/api/chat/conversations", json={"language": "sv", "stage": "nowhere"}), 422)
    is_problem(await client.post("/api/chat/conversations", json={"language": "sv", "municipality": "atlantis"}), 422)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"language": 5}', b'{"language": null}', b"\xff", b'{"language": ["sv"]}']
)
async def test_bad_bodies_are_422(client: httpx.AsyncClient, body: bytes) -> None:
    is_problem(await client.post("/api/chat/conversations", content=body, headers={"Content-Type": "application/json"}), 422)


# --- messages


async def test_a_message_is_answered_and_kept(client: httpx.AsyncClient, rasa: ScriptedRasa) -> None:
    child = await Child.open(client, stage="waiting")
    answer = await child.send("hej")
    assert answer.status_code == 200
    message = answer.json()["messages"][0]
    assert (message["from"], message["meta"]["kind"], message["meta"]["stage"]) == ("bot", "chat", "waiting")
    assert message["meta"]["confidence"] == 0.9
    senders = [entry["from"] for entry in await child.history()]
    assert senders == ["bot", "bot", "bot", "child", "bot"]
    assert rasa.calls[0]["state"]["slots"]["stage"] == "waiting"


async def test_the_same_id_replays_and_does_nothing_twice(client: httpx.AsyncClient, rasa: ScriptedRasa) -> None:
    child, id_ = await Child.open(client), str(uuid.uuid4())
    first, second = await child.send("hej", id_=id_), await child.send("hej", id_=id_)
    assert first.json() == second.json()
    assert len(rasa.calls) == 1


async def test_the_replay_survives_a_restart(client: httpx.AsyncClient, settings: Settings, rasa: ScriptedRasa) -> None:
    child, id_ = await Child.open(client), str(uuid.uuid4())
    first = await child.send("hej", id_=id_)
    transport = httpx.ASGITransport(create_web_app(settings, rasa))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://navet") as other:
        child.client = other
        assert (await child.send("hej", id_=id_)).json() == first.json()
    assert len(rasa.calls) == 1


async def test_the_same_id_with_another_body_is_422(client: httpx.AsyncClient) -> None:
    child, id_ = await Child.open(client), str(uuid.uuid4())
    await child.send("hej", id_=id_)
    is_problem(await child.send("hej igen", id_=id_), 422)


async def test_the_same_message_while_it_is_being_answered_is_409(client: httpx.AsyncClient, rasa: ScriptedRasa) -> None:
    child, id_, go = await Child.open(client), str(uuid.uuid4()), asyncio.Event()

    async def slow(call: dict[str, Any]) -> Reply:
        await go.wait()
        return Reply([conversation.chat(say.message("chat_greet")).as_json()], call["state"], "chat_greet", 1.0)

    rasa.script = slow
    first = asyncio.create_task(child.send("hej", id_=id_))
    await asyncio.sleep(0.1)
    is_problem(await child.send("hej", id_=id_), 409)
    go.set()
    assert (await first).status_code == 200


async def test_messages_of_a_conversation_are_answered_one_at_a_time(client: httpx.AsyncClient, rasa: ScriptedRasa) -> None:
    child, running, most, seen = await Child.open(client), 0, 0, []

    async def watched(call: dict[str, Any]) -> Reply:
        nonlocal running, most
        running += 1
        most = max(most, running)
        seen.append(call["text"])
        await asyncio.sleep(0.02)
        running -= 1
        return Reply([conversation.chat(say.message("chat_greet")).as_json()], call["state"], "chat_greet", 1.0)

    rasa.script = watched
    answers = await asyncio.gather(*(child.send(f"nummer {number}") for number in range(8)))
    assert [answer.status_code for answer in answers] == [200] * 8
    assert most == 1
    assert sorted(seen) == [f"nummer {number}" for number in range(8)]
    kept = [entry["text"] for entry in await child.history() if entry["from"] == "child"]
    assert kept == seen


async def test_two_processes_also_answer_one_at_a_time(client: httpx.AsyncClient, settings: Settings, rasa: ScriptedRasa) -> None:
    """A second web app has another memory; only the database keeps the two apart."""
    child, running, most = await Child.open(client), 0, 0

    async def watched(call: dict[str, Any]) -> Reply:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.05)
        running -= 1
        return Reply([conversation.chat(say.message("chat_greet")).as_json()], call["state"], "chat_greet", 1.0)

    rasa.script = watched
    transport = httpx.ASGITransport(create_web_app(settings, rasa))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://navet") as other:
        second = Child(other, child.opened)
        answers = await asyncio.gather(*(one.send("hej") for one in (child, second, child, second)))
    assert {answer.status_code for answer in answers} == {200}
    assert most == 1


async def test_a_message_left_by_a_dead_process_is_answered_when_sent_again(
    client: httpx.AsyncClient, rasa: ScriptedRasa, frozen: Any
) -> None:
    child, id_ = await Child.open(client), str(uuid.uuid4())
    started = chat_turn.begin(child.id, child.opened["token"], id_, hashlib.sha256(b'["hej",null]').hexdigest(), "hej", None)
    assert isinstance(started, chat_turn.Started)
    is_problem(await child.send("hej", id_=id_), 409)
    frozen.advance(seconds=chat_turn.LEASE.total_seconds() + 1)
    assert (await child.send("hej", id_=id_)).status_code == 200
    assert [entry["from"] for entry in await child.history()].count("child") == 1


async def test_a_choice_leads_somewhere_and_a_foreign_one_is_422(client: httpx.AsyncClient, rasa: ScriptedRasa) -> None:
    child, other = await Child.open(client), await Child.open(client)
    choice = child.opened["messages"][2]["choices"][1]
    answer = await child.send(choice=choice["choice"])
    assert answer.status_code == 200
    assert rasa.calls[0]["choice"] == {"intent": "chat_change_stage", "entities": {"stage": "waiting"}}
    assert rasa.calls[0]["text"] is None
    is_problem(await other.send(choice=choice["choice"]), 422)
    for forged in ("", "x", f"{choice['choice']}9", choice["choice"].split(".")[0] + ".-1", "/ask_appeal", "a.b.c"):
        is_problem(await child.send(choice=forged), 422)


async def test_the_history_starts_after_a_message_and_unknown_ids_are_404(client: httpx.AsyncClient) -> None:
    child = await Child.open(client)
    await child.send("hej")
    all_ = await child.history()
    assert [entry["id"] for entry in await child.history(all_[1]["id"])] == [entry["id"] for entry in all_[2:]]
    is_problem(await client.get(f"{child.path}/messages", params={"after": "nothing"}, headers=child.headers), 404)


@pytest.mark.parametrize(
    "body",
    [
        {}, {"client_message_id": "x", "text": "hej"}, {"client_message_id": str(uuid.uuid4())},
        {"client_message_id": str(uuid.uuid4()), "text": "hej", "choice": "x"}, {"client_message_id": str(uuid.uuid4()), "text": 5},
        {"client_message_id": str(uuid.uuid4()), "text": ["hej"]}, {"client_message_id": str(uuid.uuid4()), "text": ""},
        {"client_message_id": str(uuid.uuid4()), "text": "  \n "}, {"client_message_id": str(uuid.uuid4()), "text": "\x00\x07\u202e"},
        [], "hej", None,
    ],
)  # fmt: skip
async def test_messages_that_are_none_are_422(client: httpx.AsyncClient, body: Any) -> None:
    child = await Child.open(client)
    is_problem(await client.post(f"{child.path}/messages", json=body, headers=child.headers), 422)


async def test_a_text_that_is_too_long_is_413(client: httpx.AsyncClient) -> None:
    child = await Child.open(client)
    is_problem(await child.send("a" * 1001), 413)
    is_problem(await child.send("ሰ" * 10_000), 413)
    is_problem(await child.send("a" * 300_000), 413)
    assert (await child.send("a" * 1000)).status_code == 200


@pytest.mark.parametrize(
    "text",
    [
        "😀😀",
        "<script>alert(1)</script>",
        "'; DROP TABLE messages; --",
        "a\x00b",
        "\u202eabc",
        "سلام hej ሰላም",
        "🏳️‍🌈",
        "{role} {0} %s",
        "\ud83d",
    ],
)
async def test_strange_texts_are_answered(client: httpx.AsyncClient, text: str) -> None:
    child = await Child.open(client)
    body = b'{"client_message_id": "%s", "text": %s}' % (str(uuid.uuid4()).encode(), __import__("json").dumps(text).encode())
    answer = await client.post(
        f"{child.path}/messages", content=body, headers={**child.headers, "Content-Type": "application/json"}
    )
    assert answer.status_code in (200, 422)
    assert "Traceback" not in answer.text
    if answer.status_code == 200:
        kept = next(entry["text"] for entry in await child.history() if entry["from"] == "child")
        assert "\x00" not in kept
        assert "\u202e" not in kept


# --- who is asking


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc", "Bearer wrong", "Bearer sv.wrong"])
async def test_without_the_right_token_nothing_is_told(client: httpx.AsyncClient, header: str | None) -> None:
    child = await Child.open(client)
    headers = {"Authorization": header} if header is not None else {}
    body = {"client_message_id": str(uuid.uuid4()), "text": "hej"}
    is_problem(await client.post(f"{child.path}/messages", json=body, headers=headers), 401)
    is_problem(await client.get(f"{child.path}/messages", headers=headers), 401)
    is_problem(await client.patch(child.path, json={"language": "en"}, headers=headers), 401)
    is_problem(await client.delete(child.path, headers=headers), 401)


async def test_an_unknown_conversation_looks_like_a_wrong_token(client: httpx.AsyncClient) -> None:
    child = await Child.open(client)
    wrong = await client.get("/api/chat/conversations/doesnotexist/messages", headers=child.headers)
    assert wrong.json() == (await client.get(f"{child.path}/messages", headers={"Authorization": "Bearer x"})).json()


# --- change, delete


async def test_the_last_bot_message_is_repeated_in_the_new_language(client: httpx.AsyncClient) -> None:
    child = await Child.open(client, stage="waiting")
    await child.send("hej")
    answer = await client.patch(child.path, json={"language": "en"}, headers=child.headers)
    assert answer.status_code == 200
    body = answer.json()
    assert (body["language"], body["dir"]) == ("en", "ltr")
    assert body["messages"][0]["text"] == "Hi! What do you wonder about?"
    assert (await child.send(choice=body["messages"][0]["choices"][0]["choice"])).status_code == 200


async def test_the_stage_can_be_changed_and_nonsense_is_422(client: httpx.AsyncClient) -> None:
    child = await Child.open(client)
    assert (await client.patch(child.path, json={"stage": "appeal"}, headers=child.headers)).json()["stage"] == "appeal"
    for body in ({}, {"stage": "x"}, {"language": "xx"}, {"language": None}, [], {"stage": 5}):
        is_problem(await client.patch(child.path, json=body, headers=child.headers), 422)


async def test_deleting_takes_everything(client: httpx.AsyncClient, database: Path) -> None:
    child = await Child.open(client)
    await child.send("kanariefågel-4711")
    assert (await client.delete(child.path, headers=child.headers)).status_code == 204
    is_problem(await client.get(f"{child.path}/messages", headers=child.headers), 401)
    is_problem(await client.delete(child.path, headers=child.headers), 401)
    for path in database.parent.glob("navet.db*"):
        assert "kanariefågel-4711".encode() not in path.read_bytes(), path


async def test_the_bot_can_delete_when_the_child_asks_for_it(client: httpx.AsyncClient, rasa: ScriptedRasa) -> None:
    child = await Child.open(client)

    async def erase(call: dict[str, Any]) -> Reply:
        state = {"slots": {**call["state"]["slots"], "erase": True}}
        return Reply([conversation.chat(say.message("deleted")).as_json()], state, "chat_delete", 1.0)

    rasa.script = erase
    answer = await child.send("ta bort allt")
    assert "borta" in answer.json()["messages"][0]["text"]
    is_problem(await client.get(f"{child.path}/messages", headers=child.headers), 401)


# --- when parts are down


async def test_without_rasa_the_fixed_safe_answer_comes_and_the_next_message_tries_again(
    client: httpx.AsyncClient, rasa: ScriptedRasa
) -> None:
    child = await Child.open(client, stage="waiting")
    rasa.down = True
    message = (await child.send("hej")).json()["messages"][0]
    assert message["meta"]["kind"] == "degraded"
    assert [contact["tel"] for contact in message["contacts"]] == ["112", "116111"]
    rasa.down = False
    assert (await child.send("hej")).json()["messages"][0]["meta"]["kind"] == "chat"


async def test_danger_without_rasa_still_reaches_a_human(client: httpx.AsyncClient, rasa: ScriptedRasa) -> None:
    child = await Child.open(client)
    rasa.down = True
    message = (await child.send("jag vill inte leva")).json()["messages"][0]
    assert message["meta"]["kind"] == "danger"
    assert message["contacts"][0]["tel"] == "112"
    assert message["meta"]["urgency"] == "U0"
    with db.read() as session:
        handoff = handoffs.get(session, message["meta"]["handoff_id"])
        assert handoff is not None
        assert (handoff.urgency, handoff.own_words) == ("U0", None)


async def test_without_a_database_the_child_is_answered_in_its_language(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = await Child.open(client, language="en")

    def broken(*_: Any, **__: Any) -> Any:
        raise Unavailable("The database does not answer.")

    monkeypatch.setattr(chat_turn, "begin", broken)
    plain = (await child.send("hello")).json()["messages"][0]
    assert (plain["meta"]["kind"], plain["language"]) == ("degraded", "en")
    assert "112" in plain["text"]
    grave = (await child.send("i want to die")).json()["messages"][0]
    assert grave["meta"]["kind"] == "danger"
    assert "I am telling this adult" not in grave["text"]


async def test_danger_told_while_the_database_was_down_is_alerted_once_it_is_back(
    settings: Settings, database: Path, rasa: ScriptedRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_web_app(settings, rasa)  # type: ignore[arg-type]
    pending = app.state.chat.pending
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://navet") as client:
        child = await Child.open(client)
        stranger = await Child.open(client)
        stranger.headers = {"Authorization": "Bearer sv.forged"}

        def broken(*_: Any, **__: Any) -> Any:
            raise Unavailable("The database does not answer.")

        with monkeypatch.context() as down:
            down.setattr(chat_turn, "begin", broken)
            for _ in range(2):
                await child.send("jag vill inte leva")
            await stranger.send("jag vill inte leva")
            await child.send("hej")
            kept = list(pending.folder.glob("*.json"))
            assert len(kept) == 3
            assert not any(b"leva" in path.read_bytes() for path in kept)
            down.setattr(chat_pending, "_alert", broken)
            with pytest.raises(Unavailable):
                pending.alert_all()
            assert len(list(pending.folder.glob("*.json"))) == 3
        assert pending.alert_all() == 3
        assert pending.alert_all() == 0
        with db.read() as session:
            assert [handoff.urgency for handoff in handoffs.of_conversation(session, child.id)] == ["U0"]
            assert handoffs.of_conversation(session, stranger.id) == []
        last = (await child.history())[-1]
        assert (last["meta"]["kind"], last["meta"]["urgency"]) == ("danger", "U0")


# --- too fast


async def test_too_fast_is_429_with_the_time_to_wait(settings: Settings, database: Path, rasa: ScriptedRasa) -> None:
    limited = settings.model_copy(update={"rate_limits": "on"})
    transport = httpx.ASGITransport(create_web_app(limited, rasa))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://navet") as client:
        child = await Child.open(client)
        answers = [await child.send(f"hej {number}") for number in range(12)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    is_problem(refused[0], 429)
    assert int(refused[0].headers["Retry-After"]) >= 1


# --- without a conversation


async def test_languages_help_and_map(client: httpx.AsyncClient) -> None:
    languages = (await client.get("/api/chat/languages")).json()
    assert {"code": "sv", "name": "Svenska", "dir": "ltr", "status": "approved"} in languages
    help_ = (await client.get("/api/chat/help", params={"language": "en", "municipality": "jonkoping"})).json()
    assert help_["contacts"][0]["tel"] == "112"
    found = (await client.get("/api/chat/map", params={"language": "sv", "stage": "appeal"})).json()
    assert [entry["id"] for entry in found["stages"] if entry["here"]] == ["appeal"]
    assert all(entry["happens"] and entry["people"] and entry["ask"] for entry in found["stages"] if entry["id"] != "granted")
    is_problem(await client.get("/api/chat/map", params={"stage": "x"}), 422)
    is_problem(await client.get("/api/chat/help", params={"language": "x"}), 422)


async def test_health_tells_each_part(client: httpx.AsyncClient, rasa: ScriptedRasa) -> None:
    rasa.down = True
    answer = await client.get("/health")
    assert answer.status_code == 503
    assert answer.json()["parts"] | {"actions": "down"} == {"web": "ok", "database": "ok", "rasa": "down", "actions": "down"}


async def test_wrong_paths_and_methods_are_problems(client: httpx.AsyncClient) -> None:
    is_problem(await client.get("/api/chat/nothing"), 404)
    is_problem(await client.put("/api/chat/languages"), 405)


async def test_old_conversations_are_found_for_deletion(client: httpx.AsyncClient, frozen: Any) -> None:
    child = await Child.open(client)
    frozen.advance(days=91)
    with db.read() as session:
        assert list(store.untouched_since(session, frozen.now() - timedelta(days=90))) == [child.id]
