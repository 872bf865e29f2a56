"""Settings refuse what is unsafe; the start says in one sentence what is wrong."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from actions import supervisor
from actions.errors import SettingsError
from actions.settings import ROOT, build_settings
from actions.supervisor import Part, Supervisor, model_key, port_free

GOOD = {
    "NAVET_ENV": "production",
    "NAVET_PUBLIC_URL": "https://navet.example",
    "NAVET_CHANNEL_SECRET": "x7Qp9Zk2Lm4Vb8Nc1Rt5Wy3U",
    "NAVET_ACTION_SECRET": "p3Xe8Jd6Hs1Gf5Ka9Mz2Cv7B",
    "NAVET_CODE_SECRET": "k6Tn2Wq8Yb4Dx9Rf3Vj7Lc5M",
}


def test_production_starts_with_real_secrets_and_secure_cookies() -> None:
    settings = build_settings(GOOD)
    assert settings.production
    assert settings.secure_cookies


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"NAVET_CHANNEL_SECRET": ""}, "NAVET_CHANNEL_SECRET"),
        ({"NAVET_ACTION_SECRET": "change-me-change-me-change-me"}, "NAVET_ACTION_SECRET"),
        ({"NAVET_CODE_SECRET": ""}, "NAVET_CODE_SECRET"),
        ({"NAVET_ACTION_SECRET": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}, "NAVET_ACTION_SECRET"),
        ({"NAVET_RATE_LIMITS": "off"}, "NAVET_RATE_LIMITS"),
        ({"NAVET_PUBLIC_URL": "http://navet.example"}, "NAVET_PUBLIC_URL"),
        ({"NAVET_PORT": "many"}, "NAVET_PORT"),
        ({"NAVET_PORT": "0"}, "NAVET_PORT"),
        ({"NAVET_ENV": "staging"}, "NAVET_ENV"),
        ({"NAVET_DATABASE_URL": "mysql://x"}, "NAVET_DATABASE_URL"),
    ],
)
def test_unsafe_or_wrong_settings_are_refused_by_name(change: dict[str, str], word: str) -> None:
    with pytest.raises(SettingsError, match=word):
        build_settings({**GOOD, **change})


def test_development_secrets_are_made_once_and_private(tmp_path: Path) -> None:
    one, two = build_settings({"NAVET_VAR": str(tmp_path)}), build_settings({"NAVET_VAR": str(tmp_path)})
    assert one.channel_secret == two.channel_secret != one.action_secret
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600


def test_settings_are_frozen(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="frozen"):
        build_settings({"NAVET_VAR": str(tmp_path)}).port = 1  # type: ignore[misc]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def navet(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "actions.cli", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        result = navet("run", NAVET_PORT=port, NAVET_VAR=str(tmp_path))
    assert result.returncode == 2
    assert result.stderr.strip() == f"navet: Port {port} is in use by another program: stop it or choose another with NAVET_PORT."


def test_a_missing_interpreter_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "BOT_PYTHON", tmp_path / "no" / "python")
    with pytest.raises(SettingsError, match="Python 3.10"):
        supervisor.ensure_bot_environment()


@pytest.mark.parametrize(
    ("name", "value"), [("NAVET_PORT", "x"), ("NAVET_DATABASE_URL", "oracle://x"), ("NAVET_MODEL", "/no/such/model")]
)
def test_a_wrong_setting_is_one_sentence(tmp_path: Path, name: str, value: str) -> None:
    ports = {f"NAVET_{part}_PORT": str(free_port()) for part in ("ACTIONS", "RASA")}
    result = navet("run", **{"NAVET_VAR": str(tmp_path), "NAVET_PORT": str(free_port()), **ports, name: value})
    assert result.returncode == 2
    assert result.stderr.startswith("navet: ")
    assert name in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_database_out_of_reach_is_one_sentence(tmp_path: Path) -> None:
    result = navet("db", "upgrade", NAVET_VAR=str(tmp_path), NAVET_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert result.returncode == 2
    assert "The database cannot be reached" in result.stderr


def test_the_model_key_changes_with_its_inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "ROOT", tmp_path)
    (tmp_path / "data" / "nlu").mkdir(parents=True)
    (tmp_path / "config.yml").write_text("a")
    first = model_key()
    (tmp_path / "data" / "nlu" / "x.yml").write_text("new")
    second = model_key()
    (tmp_path / "README.md").write_text("not an input")
    assert first != second == model_key()


# --- the supervisor with small stand-in processes

SERVER = """
import http.server, signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"ok")
    def log_message(self, *a): pass
http.server.HTTPServer(("127.0.0.1", {port}), H).serve_forever()
"""


def stand_in(tmp_path: Path, name: str) -> Part:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return Part(name, [sys.executable, "-c", SERVER.format(port=port)], dict(os.environ), f"http://127.0.0.1:{port}", port)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]


@pytest.fixture
def two_parts(tmp_path: Path) -> Supervisor:
    said: list[str] = []
    made = Supervisor(build_settings({"NAVET_VAR": str(tmp_path)}), said.append)
    made.parts = [stand_in(tmp_path, "actions"), stand_in(tmp_path, "web")]
    return made


def test_parts_start_are_restarted_and_end_together(two_parts: Supervisor) -> None:
    two_parts.start()
    try:
        first = two_parts.parts[0].process
        assert first is not None
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        deadline = time.monotonic() + 15
        while two_parts.parts[0].process is first and time.monotonic() < deadline:
            two_parts._revive(two_parts.parts[0])
            time.sleep(0.05)
        assert two_parts.parts[0].process is not first
        assert supervisor.answers(two_parts.parts[1].ready)
    finally:
        pids = [part.process.pid for part in two_parts.parts if part.process]
        two_parts.stop()
    assert not any(alive(pid) for pid in pids)


def test_a_part_that_ends_at_once_is_one_sentence(two_parts: Supervisor) -> None:
    two_parts.parts[0].command = [sys.executable, "-c", "raise SystemExit(3)"]
    with pytest.raises(SettingsError, match=r"actions process ended at once; see .*actions\.log"):
        two_parts.start()
    two_parts.stop()


def test_a_port_is_free_or_not() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert not port_free("127.0.0.1", taken.getsockname()[1])
        free = taken.getsockname()[1]
    assert port_free("127.0.0.1", free)
