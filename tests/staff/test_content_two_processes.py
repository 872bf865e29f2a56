"""A reviewer decides in one process; the real action server, another process, says it to the next child."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from actions.clock import today
from actions.review import overlay, service
from actions.review.service import Reviewer, Step
from actions.staff import accounts
from actions.vocabulary import ContentKind, ReviewStep, StaffRole
from tests.running import ROOT, free_ports

SECRET = "s" * 32
FACT = "S000-29"


@pytest.fixture
def ask(any_database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], dict[str, Any]]]:
    """Ask the action server of another process, on the same database, "can we appeal?"; gives its first draft."""
    (port,) = free_ports(1)
    url = f"sqlite:///{tmp_path / 'navet.db'}" if any_database == "sqlite" else request.getfixturevalue("postgres")
    environment = {
        **os.environ,
        "NAVET_VAR": str(tmp_path),
        "NAVET_DATABASE_URL": url,
        "NAVET_ACTIONS_PORT": str(port),
        "NAVET_ACTION_SECRET": SECRET,
        "NAVET_WORKER": "off",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "actions.cli", "serve-actions"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    overlay.forget()
    yield lambda: _draft(port)
    process.send_signal(signal.SIGTERM)
    process.wait(20)
    overlay.forget()


def _draft(port: int) -> dict[str, Any]:
    message = {"text": "", "intent": {"name": "ask_appeal", "confidence": 1.0}, "entities": [], "metadata": {"turn": "t"}}
    slots = {"language": "sv", "stage": "after_rejection"}
    tracker = {"sender_id": "c", "slots": slots, "latest_message": message, "events": [], "active_loop": {}}
    body = json.dumps({"next_action": "action_answer", "sender_id": "c", "tracker": tracker}).encode()
    for _ in range(150):
        request = urllib.request.Request(f"http://127.0.0.1:{port}/webhook", body, {"X-Navet-Secret": SECRET})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                draft: dict[str, Any] = json.loads(answer.read())["responses"][0]["custom"]
                return draft
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the action server did not start")


def test_hiding_and_publishing_reach_the_action_server_while_it_runs(ask: Callable[[], dict[str, Any]]) -> None:
    assert ask()["facts"] == [FACT]
    id_ = accounts.add_user("lena@example.se", "Lena", StaffRole.CONTENT_EDITOR)
    lena = Reviewer(id_, "lena@example.se", "Lena")
    service.decide(lena, Step(ContentKind.FACT, FACT, ReviewStep.HIDE, note="fel"))
    hidden = _until(lambda: ask()["facts"] == [], 5)
    assert hidden
    assert "unsure" in [part["id"] for part in ask()["parts"]]
    service.decide(lena, Step(ContentKind.FACT, FACT, ReviewStep.PUBLISH, today() + timedelta(days=30)))
    assert _until(lambda: ask()["facts"] == [FACT], 5)


def _until(true: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.1)
    return False
