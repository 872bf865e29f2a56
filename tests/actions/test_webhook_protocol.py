"""The action server answers Rasa 3.6 as rasa-sdk 3.6.2 does, and bad input with a clear error."""

from __future__ import annotations

import gzip
import json
import logging
import threading
import time
import zlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from rasa_sdk.interfaces import Action, ActionExecutionRejection

from actions.settings import Settings
from actions.webhook.app import create_actions_app
from actions.webhook.registry import actions

SECRET = {"X-Navet-Secret": "a" * 32}
CANARY = "hemligt-barnord-4711"


class Crash(Action):
    def name(self) -> str:
        return "action_crash"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Any]:
        raise ValueError(f"a value with {CANARY}")


class Reject(Action):
    def name(self) -> str:
        return "action_reject"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Any]:
        raise ActionExecutionRejection("action_reject", "not now")


class Slow(Action):
    """Synchronous and slow, as a careless action may be."""

    running = threading.Event()

    def name(self) -> str:
        return "action_slow"

    def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Any]:  # type: ignore[override]
        self.running.set()
        time.sleep(1.0)
        return []


@pytest.fixture
async def client(settings: Settings, database: Any) -> AsyncIterator[httpx.AsyncClient]:
    registry = {**actions(), **{action.name(): action for action in (Crash(), Reject(), Slow())}}
    transport = httpx.ASGITransport(create_actions_app(settings, registry), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://actions", headers=SECRET) as made:
        yield made


def call(name: str | None, **slots: Any) -> dict[str, Any]:
    return {
        "next_action": name,
        "sender_id": "c1",
        "version": "3.6.21",
        "tracker": {
            "sender_id": "c1",
            "slots": {"language": "sv", "stage": "after_rejection", **slots},
            "latest_message": {
                "text": CANARY,
                "intent": {"name": "ask_appeal", "confidence": 0.9},
                "entities": [],
                "metadata": {"turn": "t1"},
            },
            "events": [],
            "active_loop": {},
        },
        "domain": {},
    }


async def test_health_needs_no_secret(client: httpx.AsyncClient) -> None:
    answer = await client.get("/health", headers={"X-Navet-Secret": ""})
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_the_list_of_actions_names_those_of_the_domain(client: httpx.AsyncClient) -> None:
    answer = await client.get("/actions")
    assert {"name": "action_answer"} in answer.json()
    assert answer.status_code == 200


async def test_an_action_answers_with_events_and_responses(client: httpx.AsyncClient) -> None:
    body = (await client.post("/webhook", json=call("action_answer"))).json()
    assert set(body) == {"events", "responses"}
    assert "överklaga" in body["responses"][0]["text"]
    assert body["responses"][0]["custom"]["meta"]["kind"] == "fact"
    assert body["events"][0]["name"] == "last_answer"


async def test_rasa_may_leave_the_domain_out(client: httpx.AsyncClient) -> None:
    without = call("action_answer")
    del without["domain"]
    assert (await client.post("/webhook", json=without)).status_code == 200


async def test_no_next_action_is_null(client: httpx.AsyncClient) -> None:
    for body in (call(None), {}):
        answer = await client.post("/webhook", json=body)
        assert (answer.status_code, answer.json()) == (200, None)


async def test_an_unknown_action_is_404_with_its_name(client: httpx.AsyncClient) -> None:
    answer = await client.post("/webhook", json=call("action_unknown"))
    assert answer.status_code == 404
    assert answer.json()["action_name"] == "action_unknown"
    assert answer.json()["error"]


async def test_a_rejected_execution_is_400_with_its_name(client: httpx.AsyncClient) -> None:
    answer = await client.post("/webhook", json=call("action_reject"))
    assert (answer.status_code, answer.json()) == (400, {"error": "not now", "action_name": "action_reject"})


@pytest.mark.parametrize(("encoding", "pack"), [("deflate", zlib.compress), ("gzip", gzip.compress)])
async def test_packed_bodies_are_read(client: httpx.AsyncClient, encoding: str, pack: Any) -> None:
    body = pack(json.dumps(call("action_answer")).encode())
    answer = await client.post("/webhook", content=body, headers={"Content-Encoding": encoding, "Content-Type": "application/json"})
    assert answer.status_code == 200
    assert answer.json()["responses"]


async def test_a_small_body_that_unpacks_to_a_huge_one_is_refused(client: httpx.AsyncClient) -> None:
    bomb = zlib.compress(b" " * 50_000_000)
    answer = await client.post("/webhook", content=bomb, headers={"Content-Encoding": "deflate"})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"12",
        b"\xff\xfe",
        b'{"next_action": 5}',
        b'{"next_action": "action_answer"}',
        b'{"next_action": "action_answer", "tracker": []}',
        b'{"next_action": "action_answer", "tracker": {"sender_id": "x", "slots": []}}',
    ],
)
async def test_a_body_that_is_no_call_is_400(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post("/webhook", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert set(answer.json()) == {"error", "action_name"}


async def test_a_broken_packing_is_400(client: httpx.AsyncClient) -> None:
    for encoding in ("deflate", "gzip", "br"):
        answer = await client.post("/webhook", content=b"not packed", headers={"Content-Encoding": encoding})
        assert answer.status_code == 400


async def test_wrong_path_and_method(client: httpx.AsyncClient) -> None:
    assert (await client.get("/nowhere")).status_code == 404
    assert (await client.get("/webhook")).status_code == 405
    assert (await client.post("/health")).status_code == 405
    assert "error" in (await client.get("/nowhere")).json()


@pytest.mark.parametrize("secret", ["", "wrong", "a" * 31, "ä" * 32])
async def test_without_the_secret_nothing_runs(client: httpx.AsyncClient, secret: str) -> None:
    headers = {"X-Navet-Secret": secret.encode("utf-8")}
    assert (await client.post("/webhook", json=call("action_answer"), headers=headers)).status_code == 401
    assert (await client.get("/actions", headers=headers)).status_code == 401


async def test_a_crash_is_500_and_tells_nothing_of_the_request(client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = await client.post("/webhook", json=call("action_crash"))
    assert answer.status_code == 500
    assert answer.json() == {"error": "internal error", "action_name": None}
    assert CANARY not in answer.text
    assert CANARY not in caplog.text


async def test_slow_synchronous_work_does_not_hold_up_health(client: httpx.AsyncClient) -> None:
    import asyncio

    slow = asyncio.create_task(client.post("/webhook", json=call("action_slow")))
    while not Slow.running.is_set():
        await asyncio.sleep(0.01)
    answer = await client.get("/health")
    assert answer.status_code == 200
    assert not slow.done()
    assert (await slow).status_code == 200


def test_the_domain_and_the_action_server_know_the_same_actions() -> None:
    from actions.content.loader import read_yaml
    from actions.settings import ROOT
    from actions.webhook.worries import FORM_SLOTS

    domain = read_yaml(ROOT / "domain.yml")
    assert set(domain["actions"]) == set(actions())
    assert tuple(domain["forms"]["handoff_form"]["required_slots"]) == FORM_SLOTS
