"""Rasa, the action server or the database stopped, slow or wrong: every message is answered, danger still reaches a human."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.running import RunningNavet, free_ports, trained_model
from tests.talk import Child


@contextmanager
def frozen_part(navet: RunningNavet, part: str) -> Iterator[None]:
    """The process stands still, as on a machine that has run out of memory."""
    pid = navet.signal(part, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)
        navet.wait_healthy()


@contextmanager
def locked_database(navet: RunningNavet) -> Iterator[None]:
    """Nobody else can write."""
    connection = sqlite3.connect(navet.var / "navet.db", isolation_level=None, timeout=20)
    connection.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


def tels(message: dict) -> list[str | None]:  # type: ignore[type-arg]
    return [contact["tel"] for contact in message["contacts"]]


@pytest.mark.parametrize("part", ["rasa", "actions"])
def test_a_part_that_stands_still_gives_the_fixed_answer_and_danger_still_alerts(navet: RunningNavet, part: str) -> None:
    child = Child(navet.url, "en", "waiting")
    with frozen_part(navet, part):
        began = time.monotonic()
        answer = child.say("what happens if I get a no?")
        assert time.monotonic() - began < 8
        assert (answer["meta"]["kind"], answer["language"], tels(answer)[:2]) == ("degraded", "en", ["112", "116111"])
        acute = child.say("i want to kill myself")
        assert (acute["meta"]["kind"], tels(acute)[:2]) == ("danger", ["112", "116111"])
    assert navet.rows("select urgency from handoffs where conversation_id = ?", child.id) == [("U0",)]
    child.press("better")
    assert child.say("can we appeal?")["meta"]["intent"] == "ask_appeal"


@pytest.mark.parametrize("part", ["rasa", "actions"])
def test_a_part_that_dies_is_started_again_and_the_next_message_tries_again(navet: RunningNavet, part: str) -> None:
    child = Child(navet.url, "sv", "waiting")
    navet.signal(part, signal.SIGKILL)
    assert child.say("kan vi överklaga?")["meta"]["kind"] in ("degraded", "fact")
    navet.wait_healthy(60)
    assert child.say("kan vi överklaga?")["meta"]["kind"] == "fact"


def test_without_a_database_the_child_gets_the_numbers_and_danger_is_alerted_afterwards(navet: RunningNavet) -> None:
    child = Child(navet.url, "sv", "waiting")
    child.say("hej")
    with locked_database(navet):
        answer = child.say("när börjar skolan?")
        assert (answer["meta"]["kind"], answer["language"], tels(answer)[:2]) == ("degraded", "sv", ["112", "116111"])
        acute = child.say("jag vill inte leva längre")
        assert acute["meta"]["kind"] == "danger"
        assert acute["meta"]["handoff_id"] is None
    deadline = time.monotonic() + 30
    while not (stored := navet.rows("select urgency from handoffs where conversation_id = ?", child.id)):
        assert time.monotonic() < deadline, "the danger never reached the database"
        time.sleep(0.3)
    assert stored == [("U0",)]
    while child.history()[-1]["meta"]["kind"] != "danger":
        assert time.monotonic() < deadline, "the child was never told that somebody knows now"
        time.sleep(0.3)
    assert child.say("när börjar skolan?")["meta"]["kind"] == "fact"


class Nonsense(BaseHTTPRequestHandler):
    """A Rasa that says `answer` to everything, after `pause` seconds."""

    answer = (200, b"[]")
    pause = 0.0

    def do_POST(self) -> None:
        time.sleep(self.pause)
        status, body = self.answer
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(BrokenPipeError):  # whoever asked has stopped waiting
            self.wfile.write(body)

    do_GET = do_POST

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture(scope="module")
def wrong_rasa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningNavet, type[Nonsense]]]:
    """Navet whose web app talks to a Rasa that answers nonsense."""
    (port,) = free_ports(1)
    server = ThreadingHTTPServer(("127.0.0.1", port), Nonsense)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    environment = {"NAVET_MODEL": trained_model(), "NAVET_RASA_URL": f"http://127.0.0.1:{port}", "NAVET_RASA_TIMEOUT": "2"}
    made = RunningNavet(tmp_path_factory.mktemp("wrong"), environment)
    try:
        yield made.start(), Nonsense
    finally:
        made.stop()
        server.shutdown()


@pytest.mark.parametrize(
    ("status", "body", "pause"),
    [
        (200, b"[]", 0), (200, b"", 0), (200, b"<html>hello</html>", 0), (200, b'{"messages": []}', 0), (200, b'{"messages": 5, "state": {}}', 0),
        (200, b'{"messages": [{"parts": "x"}], "state": {}, "parse": {}}', 0), (500, b"Traceback (most recent call last)", 0), (404, b"", 0),
        (200, b"\xff\xfe", 0), (200, b"[]", 5),
    ],
)  # fmt: skip
def test_nonsense_from_rasa_is_an_outage_not_an_answer(
    wrong_rasa: tuple[RunningNavet, type[Nonsense]], status: int, body: bytes, pause: float
) -> None:
    navet, server = wrong_rasa
    server.answer, server.pause = (status, body), pause
    child = Child(navet.url, "en")
    answer = child.say("who is my guardian?")
    assert (answer["meta"]["kind"], answer["language"], tels(answer)[:2]) == ("degraded", "en", ["112", "116111"])
    assert "Traceback" not in answer["text"]
    assert [message["from"] for message in child.history()][-2:] == ["child", "bot"]


def test_ctrl_c_leaves_no_process_behind(tmp_path: Path) -> None:
    made = RunningNavet(tmp_path, {"NAVET_MODEL": trained_model()}).start()
    pids = made.children()
    assert set(pids) == {"web", "actions", "rasa"}
    assert made.stop() == 0
    assert not [pid for pid in pids.values() if Path(f"/proc/{pid}").exists()]
