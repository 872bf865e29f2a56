"""`kill -9` of any part at any moment while children write: nothing acknowledged is lost, nothing is stored twice.

NAVET_KILL_CYCLES sets how many kills (25 by default). The order of the kills
comes from NAVET_KILL_SEED.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
import urllib.error
import uuid
from dataclasses import dataclass, field
from http.client import HTTPException

import pytest

from tests.running import RunningNavet
from tests.talk import Child, Message

CYCLES = int(os.environ.get("NAVET_KILL_CYCLES", "25"))
SEED = int(os.environ.get("NAVET_KILL_SEED", "20261122"))
CHILDREN = 4
PATIENCE = 90.0
PARTS = ("web", "web", "actions", "actions", "rasa")
"""Rasa takes longest to come back, so it is killed more seldom."""


@dataclass
class Diary:
    """What the children saw. `sent`: conversation -> handoffs the bot said were sent."""

    messages: int = 0
    retries: int = 0
    degraded: int = 0
    sent: dict[str, list[str]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


class Stubborn(Child):
    """Sends a message again, with the same id, until there is an answer, as the widget does."""

    diary: Diary

    def _send(self, body: dict[str, str]) -> Message:
        id_ = str(uuid.uuid4())
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                status, answer = self.request("POST", "/messages", {"client_message_id": id_, **body})
            except (urllib.error.URLError, HTTPException, OSError, ValueError):
                status, answer = 0, None
            if status == 200:
                if not answer["messages"]:
                    self.diary.wrong.append("an empty answer")
                self.last = answer["messages"]
                self.diary.messages += 1
                if self.last[0]["meta"]["kind"] == "degraded":
                    self.diary.degraded += 1
                    time.sleep(0.3)  # a child reads the numbers before it tries again
                self._check_repeat(id_, body)
                return self.last[0]
            if status not in (0, 409, 429, 500, 502, 503):
                self.diary.wrong.append(f"status {status}: {answer}")
            self.diary.retries += 1
            time.sleep(0.1)
        self.diary.wrong.append("a message was never answered")
        raise TimeoutError

    def _check_repeat(self, id_: str, body: dict[str, str]) -> None:
        """Now and then: the same message again gives the same answer."""
        if self.diary.messages % 7:
            return
        try:
            status, again = self.request("POST", "/messages", {"client_message_id": id_, **body})
        except (urllib.error.URLError, HTTPException, OSError, ValueError):
            return
        stored = [message["id"] for message in self.last]
        if status == 200 and self.last[0]["meta"]["kind"] != "degraded" and [one["id"] for one in again["messages"]] != stored:
            self.diary.wrong.append("the same message got another answer")


def opened(url: str, diary: Diary) -> Stubborn:
    while True:
        try:
            child = Stubborn(url, "sv", "waiting")
        except (urllib.error.URLError, HTTPException, OSError, ValueError, AssertionError):
            time.sleep(0.1)
            continue
        child.diary = diary
        return child


def tell_a_worry(child: Stubborn) -> None:
    """As far as "sent". While a part is down the bot says so; then this child starts over with a new worry."""
    for label in (None, "Säg till", "Ja, skicka"):
        if label is None:
            answer = child.say("jag har ingen god man än")
        elif any(label in shown for shown in child.labels):
            answer = child.press(label)
        else:
            return
        if answer["meta"]["kind"] == "degraded":
            return
    if answer["meta"]["kind"] == "handoff" and answer["meta"]["handoff_id"]:
        child.diary.sent.setdefault(child.id, []).append(answer["meta"]["handoff_id"])


def write(url: str, diary: Diary, over: threading.Event) -> None:
    try:
        while not over.is_set():
            child = opened(url, diary)
            tell_a_worry(child)
            child.say("när börjar skolan?")
    except Exception as error:  # noqa: BLE001 - a thread must not die in silence
        diary.wrong.append(f"{type(error).__name__}: {error}")


@pytest.mark.timeout(300 + 10 * CYCLES)
def test_kill_nine_loses_nothing_and_doubles_nothing(navet: RunningNavet) -> None:
    dice = random.Random(SEED)
    diary, over = Diary(), threading.Event()
    threads = [threading.Thread(target=write, args=(navet.url, diary, over), daemon=True) for _ in range(CHILDREN)]
    for thread in threads:
        thread.start()
    killed = 0
    while killed < CYCLES:
        time.sleep(dice.uniform(0.2, 2.5))
        part = dice.choice(PARTS)
        if part in navet.children():
            navet.signal(part, signal.SIGKILL)
            killed += 1
    navet.wait_healthy(60)
    over.set()
    for thread in threads:
        thread.join(PATIENCE + 30)
        assert not thread.is_alive()
    said = [(conversation, id_) for conversation, ids in diary.sent.items() for id_ in ids]
    stored = {(row[0], row[1]) for row in navet.rows("select conversation_id, id from handoffs")}
    twice = navet.rows("select turn_key from handoffs group by turn_key having count(*) > 1")
    replies = navet.rows(
        "select conversation_id, client_message_id from messages where client_message_id is not null"
        " group by conversation_id, client_message_id having count(*) > 1"
    )
    print(
        f"\n{killed} kills (seed {SEED}), {diary.messages} messages answered after {diary.retries} retries, {diary.degraded} with the fixed"
        f" answer, {len(said)} handoffs said to be sent, {len(set(said) - stored)} of them lost, {len(twice)} stored twice"
    )
    assert diary.wrong == []
    assert said, "no child got as far as sending"
    assert set(said) <= stored
    assert len(set(said)) == len(said)
    assert twice == []
    assert replies == []
