"""Proof by bytes: what a child wrote is gone from every file once it is deleted, and is never in a log, whatever breaks."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from pathlib import Path

import pytest

from actions import db
from tests.running import RunningNavet, files_with
from tests.talk import Child

CANARY = "kanariefågelåäö7391"


def gone(folder: Path, canary: str, seconds: float = 60) -> list[str]:
    """Files that still hold the text when the time is up."""
    deadline = time.monotonic() + seconds
    while (found := files_with(folder, canary)) and time.monotonic() < deadline:
        time.sleep(0.5)
    return found


def test_deleted_text_is_in_no_file(navet: RunningNavet) -> None:
    canary = CANARY + "a"
    child = Child(navet.url, "sv", "waiting")
    child.say(f"när börjar skolan {canary}")
    child.say("jag har ingen god man än")
    child.press("Säg till")
    child.press("egna ord")
    child.say(f"mina egna ord {canary}")
    assert files_with(navet.var, canary), "the text was never stored: this test would prove nothing"
    status, _ = child.request("DELETE")
    assert status == 204
    assert gone(navet.var, canary) == []
    assert child.request("GET", "/messages")[0] == 401


def test_words_sent_and_not_read_go_with_the_conversation(navet: RunningNavet) -> None:
    canary = CANARY + "b"
    child = Child(navet.url, "sv", "waiting")
    child.say("jag har ingen god man än")
    child.press("Säg till")
    child.press("egna ord")
    child.say(f"jag vill att ni vet {canary}")
    child.press("Ja, skicka")
    assert navet.rows("select count(*) from handoffs where own_words like ?", f"%{canary}%") == [(1,)]
    child.request("DELETE")
    assert gone(navet.var, canary) == []


@pytest.mark.parametrize("careless", [False, True])
def test_without_secure_delete_the_same_look_finds_the_text(tmp_path: Path, careless: bool) -> None:
    """The proof can fail: SQLite's own default leaves deleted text in the file."""
    path = tmp_path / "navet.db"
    if careless:
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA secure_delete=OFF")
        raw = connection
    else:
        engine = db.make_engine(f"sqlite:///{path}")
        raw = engine.raw_connection().driver_connection  # type: ignore[assignment]
    raw.execute("CREATE TABLE said (id INTEGER PRIMARY KEY, text TEXT)")
    raw.execute("INSERT INTO said (text) VALUES (?)", (CANARY,))
    raw.commit()
    raw.execute("DELETE FROM said")
    raw.commit()
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert bool(files_with(tmp_path, CANARY)) is careless
    raw.close()


def test_no_child_text_token_or_code_in_any_log_at_any_fault(navet: RunningNavet) -> None:
    canary = CANARY + "c"
    child = Child(navet.url, "sv", "waiting")
    child.say(f"min gode man slår mig {canary}")
    child.say(f"/ask_appeal{{{canary}}}")
    for part in ("rasa", "actions"):
        pid = navet.signal(part, signal.SIGSTOP)
        try:
            child.say(f"jag vill inte leva {canary}")
        finally:
            os.kill(pid, signal.SIGCONT)
        navet.wait_healthy()
        navet.signal(part, signal.SIGKILL)
        child.say(f"hallå {canary}")
        navet.wait_healthy(60)
    logs = navet.var / "log"
    assert any(path.stat().st_size for path in logs.iterdir())
    assert files_with(logs, canary) == []
    assert files_with(logs, child.token) == []
    assert canary not in navet.output.read_text()
