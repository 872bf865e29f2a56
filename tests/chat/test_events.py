"""Server-Sent Events against a real web process: resumed, one a conversation, nothing held while idle, ended with the server."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from actions import db
from actions.chat import events, store
from actions.chat.opening import open_conversation
from actions.chat.post import say
from actions.chat.public import NewConversation
from actions.dialogue import conversation
from tests.running import ROOT, free_ports

PATIENCE = 15.0


class Server:
    """`navet serve-web` on a port of its own. There is no Rasa: the fixed answer will do."""

    def __init__(self, folder: Path, database: str) -> None:
        self.database = database
        self.port, actions, rasa = free_ports(3)
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("NAVET_")},
            "NAVET_PORT": str(self.port),
            "NAVET_ACTIONS_PORT": str(actions),
            "NAVET_RASA_PORT": str(rasa),
            "NAVET_VAR": str(folder),
            "NAVET_DATABASE_URL": database,
            "NAVET_RATE_LIMITS": "off",
            "NAVET_WORKER": "off",
        }
        self.log = folder / "web.log"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "actions.cli", "serve-web"],
            cwd=ROOT,
            env=environment,
            stdout=self.log.open("w"),
            stderr=subprocess.STDOUT,
        )
        self.url = f"http://127.0.0.1:{self.port}"
        end = time.monotonic() + 60
        while True:
            try:
                httpx.get(f"{self.url}/api/chat/languages")
                return
            except httpx.TransportError:
                assert self.process.poll() is None and time.monotonic() < end, self.log.read_text()
                time.sleep(0.1)

    def stop(self) -> float:
        """SIGTERM; gives the seconds until it was gone."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        return time.monotonic() - began


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, template_database: Path) -> Iterator[Server]:
    """One server for the tests that leave it as it is."""
    folder = tmp_path_factory.mktemp("events")
    shutil.copy(template_database, folder / "navet.db")
    made = Server(folder, f"sqlite:///{folder / 'navet.db'}")
    yield made
    made.stop()


@pytest.fixture
async def client(shared: Server) -> AsyncIterator[httpx.AsyncClient]:
    engine = db.make_engine(shared.database)
    db.use_engine(engine)
    async with httpx.AsyncClient(base_url=shared.url, timeout=PATIENCE) as made:
        yield made
    db.use_engine(None)
    engine.dispose()


async def open_chat(client: httpx.AsyncClient) -> tuple[str, dict[str, str], list[dict[str, Any]]]:
    opened = (await client.post("/api/chat/conversations", json={"language": "sv"})).json()
    path = f"/api/chat/conversations/{opened['conversation_id']}"
    return path, {"Authorization": f"Bearer {opened['token']}"}, opened["messages"]


class Stream:
    """Reads events of an open connection."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self.lines = answer.aiter_lines()

    async def event(self) -> dict[str, str]:
        """The next event; comments are passed over. Empty when the stream has ended."""
        fields: dict[str, str] = {}
        async with asyncio.timeout(PATIENCE):
            async for line in self.lines:
                if not line and fields:
                    return fields
                name, _, value = line.partition(": ")
                if name in ("id", "event", "data"):
                    fields[name] = value
        return {}

    async def ready(self) -> Stream:
        """The server listens for us from its first comment on."""
        async with asyncio.timeout(PATIENCE):
            async for line in self.lines:
                if line.startswith(":"):
                    return self
        raise AssertionError("the stream ended at once")


def add_message(path: str) -> str:
    """As another process would: straight into the database."""
    with db.write() as session:
        row = store.conversation(session, path.rsplit("/", 1)[1], lock=True)
        assert row is not None
        return say(session, row, conversation.menu(None)).id


async def test_each_new_message_comes_at_once_and_looks_like_history(client: httpx.AsyncClient) -> None:
    path, headers, _ = await open_chat(client)
    async with client.stream("GET", f"{path}/events", headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        stream = await Stream(answer).ready()
        id_ = await asyncio.to_thread(add_message, path)
        event = await stream.event()
        assert (event["event"], event["id"]) == ("message", id_)
        history = (await client.get(f"{path}/messages", headers=headers)).json()["messages"]
        assert json.loads(event["data"]) == history[-1]
        body = {"client_message_id": str(uuid.uuid4()), "text": "hej\nhej"}
        sent = (await client.post(f"{path}/messages", json=body, headers=headers)).json()["messages"]
        first, second = await stream.event(), await stream.event()
        assert json.loads(first["data"])["from"] == "child"
        assert json.loads(first["data"])["text"] == "hej\nhej"
        assert json.loads(second["data"]) == sent[0]


async def test_last_event_id_resumes_without_loss(client: httpx.AsyncClient) -> None:
    path, headers, opening = await open_chat(client)
    wanted = [message["id"] for message in opening[1:]] + [await asyncio.to_thread(add_message, path)]
    async with client.stream("GET", f"{path}/events", headers={**headers, "Last-Event-ID": opening[0]["id"]}) as answer:
        stream = Stream(answer)
        assert [(await stream.event())["id"] for _ in wanted] == wanted


async def test_who_has_no_right_gets_a_problem_and_not_a_stream(client: httpx.AsyncClient) -> None:
    path, headers, _ = await open_chat(client)
    for wrong, status in (({"Authorization": "Bearer sv.x"}, 401), ({}, 401), ({**headers, "Last-Event-ID": "nothing"}, 404)):
        answer = await client.get(f"{path}/events", headers=wrong)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
    assert (await client.get(f"{path}/events?token=x")).status_code == 401


async def test_a_second_connection_ends_the_first(client: httpx.AsyncClient) -> None:
    path, headers, _ = await open_chat(client)
    async with client.stream("GET", f"{path}/events", headers=headers) as one:
        first = await Stream(one).ready()
        async with client.stream("GET", f"{path}/events", headers=headers) as two:
            second = await Stream(two).ready()
            assert await first.event() == {}
            id_ = await asyncio.to_thread(add_message, path)
            assert (await second.event())["id"] == id_


async def test_a_deleted_conversation_ends_its_stream(client: httpx.AsyncClient) -> None:
    path, headers, _ = await open_chat(client)
    async with client.stream("GET", f"{path}/events", headers=headers) as answer:
        stream = await Stream(answer).ready()
        assert (await client.delete(path, headers=headers)).status_code == 204
        assert await stream.event() == {}


async def test_sixty_listeners_hold_no_database_connection_and_the_server_stops_within_its_grace(
    any_database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The pool of PostgreSQL has twenty connections: sixty listeners would exhaust it if each kept one."""
    url = f"sqlite:///{tmp_path / 'navet.db'}" if any_database == "sqlite" else request.getfixturevalue("postgres")
    server = Server(tmp_path, url)
    limits = httpx.Limits(max_connections=100)
    try:
        async with httpx.AsyncClient(base_url=server.url, timeout=PATIENCE, limits=limits) as client:
            chats = [await open_chat(client) for _ in range(60)]
            requests = [client.build_request("GET", f"{path}/events", headers=headers) for path, headers, _ in chats]
            streams = [await Stream(await client.send(request, stream=True)).ready() for request in requests]
            id_ = await asyncio.to_thread(add_message, chats[-1][0])
            assert (await streams[-1].event())["id"] == id_
            seconds = await asyncio.to_thread(server.stop)
            assert seconds < 5, "the supervisor kills what does not stop"
            ended = await asyncio.gather(*(stream.event() for stream in streams), return_exceptions=True)
            assert all(end == {} or isinstance(end, httpx.TransportError) for end in ended)
    finally:
        server.process.kill()
    assert "Traceback" not in server.log.read_text()


async def test_a_heartbeat_keeps_a_silent_line_open(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "HEARTBEAT", 0.05)
    opened = open_conversation(NewConversation(language="sv", stage=None, municipality=None, access_code=None))
    answer = await events.Events().stream(opened.row.id, opened.token, None)
    sent: list[bytes] = []

    async def send(message: Any) -> None:
        sent.append(message.get("body", b""))

    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.5):
            await answer({"type": "http", "method": "GET"}, asyncio.Event().wait, send)  # type: ignore[arg-type]
    beats = b"".join(sent)
    assert beats.count(b":") >= 4
    assert b"data" not in beats
