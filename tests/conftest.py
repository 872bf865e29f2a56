"""Fixtures all tests share: a database of their own, a clock that stands still, a Rasa that is not there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from actions import clock, db, tables
from actions.errors import Unavailable
from actions.migrations import run as migrations
from actions.settings import Settings
from tests.running import RunningNavet, trained_model

assert tables


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fail-on-skip", action="store_true", help="a skipped test is a failure (CI)")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if report.skipped and item.config.getoption("--fail-on-skip"):
        report.outcome = "failed"
        report.longrepr = f"skipped, but CI needs it: {report.longrepr}"


@pytest.fixture(scope="session")
def template_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite database; each test gets a copy."""
    path = tmp_path_factory.mktemp("template") / "navet.db"
    engine = db.make_engine(f"sqlite:///{path}")
    migrations.upgrade(engine)
    engine.dispose()  # the last connection to close moves the log into the file
    return path


@pytest.fixture
def database(template_database: Path, tmp_path: Path) -> Iterator[Path]:
    """SQLite, fresh for the test."""
    path = tmp_path / "navet.db"
    shutil.copy(template_database, path)
    engine = db.make_engine(f"sqlite:///{path}")
    db.use_engine(engine)
    yield path
    db.use_engine(None)
    engine.dispose()


@pytest.fixture
def postgres() -> Iterator[str]:
    """A schema of its own on the PostgreSQL server of NAVET_TEST_POSTGRES_URL."""
    url = os.environ.get("NAVET_TEST_POSTGRES_URL")
    if not url:
        pytest.skip("NAVET_TEST_POSTGRES_URL is not set")
    url = url.replace("postgresql://", "postgresql+psycopg://").replace("postgres://", "postgresql+psycopg://")
    schema = f"navet_test_{os.getpid()}_{os.urandom(3).hex()}"
    admin = db.make_engine(url)
    with admin.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    scoped = f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3D{schema}"
    engine = db.make_engine(scoped)
    migrations.upgrade(engine)
    db.use_engine(engine)
    yield scoped
    db.use_engine(None)
    engine.dispose()
    with admin.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    admin.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_database(request: pytest.FixtureRequest) -> str:
    """The test runs on SQLite and, where there is a server, on PostgreSQL."""
    request.getfixturevalue("database" if request.param == "sqlite" else "postgres")
    return str(request.param)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without any table."""
    if request.param == "sqlite":
        engine = db.make_engine(f"sqlite:///{tmp_path / 'm.db'}")
        yield engine
        engine.dispose()
        return
    url = os.environ.get("NAVET_TEST_POSTGRES_URL", "").replace("postgresql://", "postgresql+psycopg://")
    if not url:
        pytest.skip("NAVET_TEST_POSTGRES_URL is not set")
    schema = f"navet_empty_{os.getpid()}_{os.urandom(3).hex()}"
    admin = db.make_engine(url)
    with admin.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    engine = db.make_engine(f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3D{schema}")
    yield engine
    engine.dispose()
    with admin.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    admin.dispose()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(var=tmp_path, rate_limits="off", channel_secret="c" * 32, action_secret="a" * 32, code_secret="k" * 32)


@pytest.fixture
def frozen() -> Iterator[clock.FrozenClock]:
    """A Wednesday morning in November 2026."""
    standing = clock.FrozenClock(datetime(2026, 11, 25, 9, 0, tzinfo=UTC))
    old = clock.use_clock(standing)
    yield standing
    clock.use_clock(old)


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNavet]:
    """A whole Navet: real Rasa, real action server, real database. One for the session."""
    navet = RunningNavet(tmp_path_factory.mktemp("running"), {"NAVET_MODEL": trained_model()})
    try:
        yield navet.start()
    finally:
        navet.stop()


class ScriptedRasa:
    """Stands where Rasa stands. `script` answers a call; the default says hello. `down` makes it fail."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.down = False
        self.script: Any = None

    async def turn(self, call: dict[str, Any]) -> Any:
        from actions.chat.rasa import Reply
        from actions.dialogue import conversation, say

        self.calls.append(call)
        if self.down:
            raise Unavailable("down")
        if self.script is not None:
            return await self.script(call)
        draft = conversation.chat(say.message("chat_greet"), intent="chat_greet", choices=conversation.menu_choices(None)).as_json()
        return Reply([draft], call["state"], "chat_greet", 0.9)

    async def healthy(self) -> bool:
        return not self.down

    async def close(self) -> None:
        return None


@pytest.fixture
def rasa() -> ScriptedRasa:
    return ScriptedRasa()
