"""Starts the three processes in order, waits until each can answer, restarts one that dies, ends all of them together.

Nothing is left behind: children end on Ctrl-C, on SIGTERM, and (on Linux) when this process is killed outright.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from actions.errors import SettingsError
from actions.settings import ROOT, Settings

BOT = ROOT / "bot"
BOT_PYTHON = BOT / ".venv" / "bin" / "python"
MODEL_INPUTS = (
    "config.yml",
    "domain.yml",
    "data/nlu",
    "data/rules",
    "data/stories",
    "data/normalise.yml",
    "data/names",
    "data/intents.yml",
    "locales/languages.yml",
    "bot/components",
    "bot/danger_model.py",
    "bot/uv.lock",
)
READY_WITHIN = 120.0
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""A message is a few small products of numbers: threads for them only wait in circles and take the core of the other processes."""
GRACE = 8.0
LONGEST_PAUSE = 20
"""A part that ends again and again is started ever later, up to so many times NAVET_RESTART_PAUSE."""
Say = Callable[[str], None]


@dataclass
class Part:
    """One process: how to start it, where it says that it is ready."""

    name: str
    command: list[str]
    environment: dict[str, str]
    ready: str
    port: int
    process: subprocess.Popen[bytes] | None = None
    restarts: int = 0
    started_at: float = 0.0
    next_start: float = 0.0


@dataclass
class Supervisor:
    config: Settings
    say: Say
    parts: list[Part] = field(default_factory=list)
    stopping: bool = False

    # --- before anything starts

    def check(self) -> None:
        """One sentence for each thing a person can mend. Raises `SettingsError`."""
        ensure_bot_environment()
        for name, port in (
            ("NAVET_PORT", self.config.port),
            ("NAVET_ACTIONS_PORT", self.config.actions_port),
            ("NAVET_RASA_PORT", self.config.rasa_port),
        ):
            if not port_free(self.config.host if name == "NAVET_PORT" else "127.0.0.1", port):
                raise SettingsError(f"Port {port} is in use by another program: stop it or choose another with {name}.")

    def plan(self, model: Path) -> None:
        """The three parts, with only the environment each needs."""
        common = {key: os.environ[key] for key in ("PATH", "HOME", "LANG", "TMPDIR") if key in os.environ} | ONE_THREAD
        ours = {
            **common,
            **{key: value for key, value in os.environ.items() if key.startswith("NAVET_")},
            "NAVET_CHANNEL_SECRET": self.config.channel_secret,
            "NAVET_ACTION_SECRET": self.config.action_secret,
            "PYTHONUNBUFFERED": "1",
        }
        rasa = {
            **common,
            "NAVET_CHANNEL_SECRET": self.config.channel_secret,
            "NAVET_ACTION_SECRET": self.config.action_secret,
            "NAVET_ACTIONS_URL": self.config.actions_address,
            "NAVET_ACTION_TIMEOUT": str(max(1.0, self.config.rasa_timeout - 1.5)),
            "RASA_TELEMETRY_ENABLED": "false",
            "PYTHONPATH": str(ROOT),
            "MPLCONFIGDIR": str(self.config.var / "cache"),
        }
        ours["NAVET_DANGER_MODEL"] = str(danger_model_path(model))
        navet = [sys.executable, "-m", "actions.cli"]
        self.parts = [
            Part("actions", [*navet, "serve-actions"], ours, f"{self.config.actions_address}/health", self.config.actions_port),
            Part(
                "rasa",
                [str(BOT_PYTHON), "-m", "bot.serve", "--model", str(model), "--port", str(self.config.rasa_port)],
                rasa,
                f"{self.config.rasa_address}/webhooks/navet/health",
                self.config.rasa_port,
            ),
            Part("web", [*navet, "serve-web"], ours, f"http://127.0.0.1:{self.config.port}/api/chat/languages", self.config.port),
        ]

    # --- life

    def start(self) -> None:
        """Start all parts side by side and wait until each answers; the web app last, for it needs the others."""
        began = time.monotonic()
        for part in self.parts:
            self._spawn(part)
        for part in self.parts:
            self._await(part, began)

    def _spawn(self, part: Part) -> None:
        log = self.config.var / "log"
        log.mkdir(parents=True, exist_ok=True)
        with (log / f"{part.name}.log").open("ab") as file:
            part.process = subprocess.Popen(  # noqa: S603 - our own commands
                part.command,
                cwd=ROOT,
                env=part.environment,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=end_with_parent,
            )
        part.started_at = time.monotonic()

    def _await(self, part: Part, began: float) -> None:
        while not self.stopping:
            if part.process is not None and part.process.poll() is not None:
                raise SettingsError(f"The {part.name} process ended at once; see {self.config.var / 'log' / (part.name + '.log')}.")
            if answers(part.ready):
                self.say(f"{part.name} ready after {time.monotonic() - began:.1f} s")
                return
            if time.monotonic() - began > READY_WITHIN:
                raise SettingsError(f"The {part.name} process did not get ready in {READY_WITHIN:.0f} s; see its log.")
            time.sleep(0.1)

    def watch(self) -> None:
        """Until asked to stop: start again what died, waiting longer each time."""
        while not self.stopping:
            for part in self.parts:
                self._revive(part)
            time.sleep(0.25)

    def _revive(self, part: Part) -> None:
        assert part.process is not None
        moment = time.monotonic()
        if part.process.poll() is None:
            if part.restarts and moment - part.started_at > 60:
                part.restarts = 0
            return
        if part.next_start == 0.0:
            pause = self.config.restart_pause * min(2**part.restarts, LONGEST_PAUSE)
            part.restarts += 1
            part.next_start = moment + pause
            self.say(f"{part.name} ended (status {part.process.returncode}); starting it again")
        elif moment >= part.next_start:
            part.next_start = 0.0
            self._spawn(part)

    def request_stop(self, *_: object) -> None:
        self.stopping = True

    def stop(self) -> None:
        """End all parts, the public one first; what does not listen is killed."""
        self.stopping = True
        for part in reversed(self.parts):
            if part.process is not None and part.process.poll() is None:
                part.process.terminate()
        deadline = time.monotonic() + GRACE
        for part in self.parts:
            if part.process is None:
                continue
            try:
                part.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                part.process.kill()
                part.process.wait()

    def run(self, on_ready: Callable[[], None]) -> None:
        """Start, report, watch, stop."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.request_stop)
        try:
            self.start()
            if not self.stopping:
                on_ready()
            self.watch()
        finally:
            self.say("stopping")
            self.stop()


def end_with_parent() -> None:
    """Linux: the kernel ends the child when this process is killed and cannot do it itself."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def port_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own loopback address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def ensure_bot_environment() -> None:
    if not BOT_PYTHON.exists():
        raise SettingsError("The Rasa environment is missing: run make run, or uv sync --project bot (it needs Python 3.10).")


# --- the model


def model_key() -> str:
    """Changes when anything the model is made of changes."""
    digest = hashlib.sha256()
    for name in MODEL_INPUTS:
        path = ROOT / name
        files = sorted(file for file in path.rglob("*") if file.is_file() and file.suffix != ".pyc") if path.is_dir() else [path]
        for file in files:
            if file.exists():
                digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def model_path(config: Settings) -> Path:
    return config.var / "models" / f"navet-{model_key()}.tar.gz"


def danger_model_path(model: Path) -> Path:
    """The danger model is trained in the same run and lies beside Rasa's."""
    return model.with_name(model.name.removesuffix(".tar.gz") + ".danger.npz")


def ensure_model(config: Settings, say: Say, *, force: bool = False) -> Path:
    """The model for today's inputs, trained when there is none. Older ones are removed."""
    if config.model:
        if not Path(config.model).is_file():
            raise SettingsError(f"NAVET_MODEL names no file: {config.model}.")
        if not danger_model_path(Path(config.model)).is_file():
            raise SettingsError(f"Beside {config.model} lies no danger model: {danger_model_path(Path(config.model)).name}.")
        return Path(config.model)
    path = model_path(config)
    if path.exists() and danger_model_path(path).exists() and not force:
        return path
    ensure_bot_environment()
    path.parent.mkdir(parents=True, exist_ok=True)
    (config.var / "log").mkdir(parents=True, exist_ok=True)
    log = config.var / "log" / "train.log"
    unfinished = path.with_name(f"unfinished-{os.getpid()}.tar.gz")
    began = time.monotonic()
    environment = {
        **os.environ,
        "RASA_TELEMETRY_ENABLED": "false",
        "PYTHONPATH": str(ROOT),
        "MPLCONFIGDIR": str(config.var / "cache"),
    }
    with log.open("wb") as file:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [str(BOT_PYTHON), "-m", "bot.train", "--out", str(unfinished)],
            cwd=ROOT,
            env=environment,
            stdout=file,
            stderr=subprocess.STDOUT,
            preexec_fn=end_with_parent,
        )
        while process.poll() is None:
            say(f"\rtraining the language model … {time.monotonic() - began:4.0f} s")
            time.sleep(1)
    if process.returncode != 0 or not unfinished.exists():
        raise SettingsError(f"Training the model failed; see {log}.")
    danger_model_path(unfinished).replace(danger_model_path(path))
    unfinished.replace(path)
    say(f"\rtraining the language model … done after {time.monotonic() - began:.0f} s\n")
    for old in path.parent.glob("navet-*"):
        if old not in (path, danger_model_path(path)):
            old.unlink(missing_ok=True)
    return path
