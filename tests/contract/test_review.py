"""Review by people, through everything real: a decision reaches the child, a press is counted, a question in vain is kept scrubbed."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from http.cookiejar import CookieJar

import pytest

from actions.clock import today
from tests.running import ROOT, RunningNavet
from tests.talk import Child

pytestmark = pytest.mark.rasa


def rows(running: RunningNavet, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(f"file:{running.var / 'navet.db'}?mode=ro", uri=True) as connection:
        return connection.execute(query).fetchall()


class Browser:
    """A signed-in reviewer without JavaScript."""

    def __init__(self, running: RunningNavet, link: str) -> None:
        self.url = running.url
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.post(link.removeprefix(running.url), {})

    def get(self, path: str) -> str:
        return str(self.opener.open(self.url + path, timeout=20).read().decode())

    def post(self, path: str, form: dict[str, str]) -> None:
        self.opener.open(self.url + path, urllib.parse.urlencode(form).encode(), timeout=20)

    def csrf(self) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', self.get("/staff/content"))
        assert found
        return found[1]


def reviewer(running: RunningNavet) -> Browser:
    command = [
        sys.executable,
        "-m",
        "actions.cli",
        "staff",
        "add",
        f"r{time.monotonic_ns()}@example.se",
        "--name",
        "R",
        "--role",
        "content_editor",
    ]
    environment = {**os.environ, "NAVET_VAR": str(running.var), "NAVET_PORT": str(running.port)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return Browser(running, done.stdout.strip().splitlines()[-1])


def test_what_a_reviewer_hides_is_gone_from_the_next_answer_and_comes_back(running: RunningNavet) -> None:
    page = reviewer(running)
    csrf = page.csrf()
    child = Child(running.url, "sv", "after_rejection")
    assert child.say("kan vi överklaga?")["meta"]["fact_ids"] == ["S000-29"]
    page.post("/staff/content/fact/S000-29", {"csrf": csrf, "step": "hide", "note": "kontrolleras"})
    assert _soon(lambda: child.say("kan vi överklaga?")["meta"]["fact_ids"] == [])
    assert "inte säker" in child.text
    page.post("/staff/content/fact/S000-29", {"csrf": csrf, "step": "publish", "review_by": _in_days(60), "note": ""})
    assert _soon(lambda: child.say("kan vi överklaga?")["meta"]["fact_ids"] == ["S000-29"])


def test_how_do_you_know_explain_again_and_was_it_clear(running: RunningNavet) -> None:
    before = len(rows(running, "select * from understanding"))
    child = Child(running.url, "sv", "after_rejection")
    first = child.say("kan vi överklaga?")["text"]
    child.press("Hur vet du det")
    assert "Samverkan vid avvisningsbeslut" in child.text
    again = child.press("Förklara igen")
    assert again["text"] != first
    child.press("det var tydligt")
    counted = rows(running, "select intent, answer from understanding")[before:]
    assert counted == [("ask_appeal", "clear")]


def test_a_question_in_vain_is_kept_without_name_and_number(running: RunningNavet) -> None:
    child = Child(running.url, "sv", "waiting")
    child.say("jag heter Reza 0701234567, vem vinner fotboll i helgen")
    kept = [str(row[0]) for row in rows(running, "select text from unanswered")]
    assert kept, child.last
    assert not [text for text in kept if "Reza" in text or "070" in text]


def _in_days(days: int) -> str:
    return str(today() + timedelta(days=days))


def _soon(true: Callable[[], bool], seconds: float = 4) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.2)
    return False
