"""A whole Navet for tests that need one: `navet run` on free ports with a database of its own, ended by its own pid."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.talk import call

ROOT = Path(__file__).resolve().parent.parent


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for entry in sockets:
            entry.bind(("127.0.0.1", 0))
        return [entry.getsockname()[1] for entry in sockets]
    finally:
        for entry in sockets:
            entry.close()


def trained_model() -> str:
    """The model for today's inputs; trained in var/ when there is none."""
    given = os.environ.get("NAVET_MODEL")
    if given:
        return given
    done = subprocess.run([sys.executable, "-m", "actions.cli", "train"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines()[-1]


@dataclass
class RunningNavet:
    """Start with `start()`, stop with `stop()`. `process("web")` gives the pid of one of the three processes."""

    var: Path
    environment: dict[str, str] = field(default_factory=dict)
    process_: subprocess.Popen[str] | None = None
    seconds_to_ready: float = 0.0

    def __post_init__(self) -> None:
        self.port, self.actions_port, self.rasa_port = free_ports(3)
        self.output = self.var / "output.txt"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, wait: float = 300) -> RunningNavet:
        self.var.mkdir(parents=True, exist_ok=True)
        environment = {
            **os.environ,
            "NAVET_PORT": str(self.port),
            "NAVET_ACTIONS_PORT": str(self.actions_port),
            "NAVET_RASA_PORT": str(self.rasa_port),
            "NAVET_VAR": str(self.var),
            "NAVET_RATE_LIMITS": "off",
            **self.environment,
        }
        began = time.monotonic()
        with self.output.open("w") as file:
            self.process_ = subprocess.Popen(
                [sys.executable, "-m", "actions.cli", "run"],
                cwd=ROOT,
                env=environment,
                stdout=file,
                stderr=subprocess.STDOUT,
                text=True,
            )
        while "Ctrl-C" not in self.output.read_text():
            if self.process_.poll() is not None or time.monotonic() - began > wait:
                raise RuntimeError(f"navet run did not get ready: {self.output.read_text()[-2000:]}")
            time.sleep(0.05)
        self.seconds_to_ready = time.monotonic() - began
        return self

    @property
    def sign_in_link(self) -> str:
        found = re.search(r"sign in once with\s+(\S+)", self.output.read_text())
        assert found, "no one-time sign-in was printed"
        return found[1]

    def children(self) -> dict[str, int]:
        """Name of the part -> pid."""
        assert self.process_ is not None
        found = {}
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except (OSError, IndexError, ValueError):
                continue
            if parent == self.process_.pid:
                for name, word in (("web", "serve-web"), ("actions", "serve-actions"), ("rasa", "bot.serve")):
                    if word in command:
                        found[name] = int(entry.name)
        return found

    def signal(self, part: str, number: int) -> int:
        pid = self.children()[part]
        os.kill(pid, number)
        return pid

    def healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=3) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def call(self, method: str, path: str, body: Any = None, token: str | None = None) -> tuple[int, Any]:
        """Status and JSON of one HTTP call."""
        return call(self.url, method, path, body, token)

    def command(self, *words: str) -> str:
        """`navet <words>` on this system's data; gives what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "actions.cli", *words],
            cwd=ROOT,
            env={**os.environ, "NAVET_VAR": str(self.var), "NAVET_PORT": str(self.port)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Read the SQLite database behind it."""
        with sqlite3.connect(f"file:{self.var / 'navet.db'}?mode=ro", uri=True, timeout=20) as connection:
            return connection.execute(query, values).fetchall()

    def wait_healthy(self, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not self.healthy():
            assert time.monotonic() < deadline, "Navet did not recover"
            time.sleep(0.2)

    def stop(self) -> int | None:
        if self.process_ is None:
            return None
        if self.process_.poll() is None:
            self.process_.send_signal(signal.SIGINT)
            try:
                self.process_.wait(30)
            except subprocess.TimeoutExpired:
                self.process_.kill()
                self.process_.wait()
        return self.process_.returncode


def files_with(folder: Path, canary: str) -> list[str]:
    """Names of the files below the folder that hold the text in some usual encoding."""
    needles = {canary.encode("utf-8"), canary.encode("utf-16-le"), canary.encode("unicode_escape")}
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and any(needle in path.read_bytes() for needle in needles):
            found.append(str(path.relative_to(folder)))
    return found
