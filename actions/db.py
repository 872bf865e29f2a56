"""The database: one engine a process, short transactions, SQLite set up so that nothing acknowledged is lost.

Only modules named `store` use `select`; services open a transaction with `write()` or `read()` and hand the session down.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Engine, MetaData, create_engine, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import NullPool
from sqlalchemy.types import TypeDecorator

from actions.errors import Unavailable
from actions.settings import settings

Json = JSON().with_variant(JSONB(), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes in UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: Json, list[Any]: Json}


SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # a "sent" the child has read survives a power cut
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=5000",
    "PRAGMA secure_delete=ON",  # deleted text is overwritten, not only unlinked
)


def make_engine(url: str) -> Engine:
    """An engine for SQLite or PostgreSQL with the product's settings."""
    if url.startswith("sqlite"):
        options: dict[str, Any] = {"connect_args": {"check_same_thread": False, "timeout": 5}}
        if ":memory:" in url:
            options["poolclass"] = NullPool
        engine = create_engine(url, **options)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(url, pool_size=10, max_overflow=10, pool_pre_ping=True, connect_args={"connect_timeout": 3})


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in SQLITE_PRAGMAS:
        connection.execute(pragma)


def _begin_sqlite(connection: Any) -> None:
    """A writer takes its lock at once: a read that later turns into a write cannot fail half-way."""
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


_engine: Engine | None = None


def engine() -> Engine:
    global _engine
    if _engine is None:
        _engine = make_engine(settings().database)
    return _engine


def use_engine(new: Engine | None) -> None:
    """Replace the process's engine; for tests."""
    global _engine
    _engine = new


@contextmanager
def write() -> Iterator[Session]:
    """One transaction that is committed when the block ends. A broken database raises `Unavailable`."""
    with _session(reading=False) as session:
        yield session


@contextmanager
def read() -> Iterator[Session]:
    """One transaction that never writes."""
    with _session(reading=True) as session:
        yield session


@contextmanager
def _session(*, reading: bool) -> Iterator[Session]:
    session = Session(engine(), expire_on_commit=False)
    try:
        session.connection(execution_options={"reading": reading})
        yield session
        session.commit()
    except DBAPIError as error:
        session.rollback()
        if _is_outage(error):
            raise Unavailable("The database does not answer.") from None
        raise
    except BaseException:
        session.rollback()
        raise
    finally:
        _close(session)


def _close(session: Session) -> None:
    try:
        session.close()
    except SQLAlchemyError:
        session.invalidate()


def _is_outage(error: DBAPIError) -> bool:
    """Down, locked, full or restarting, as opposed to a statement that is wrong."""
    return type(error.orig).__name__ in {"OperationalError", "InterfaceError", "AdminShutdown", "CannotConnectNow", "DiskFull"} or (
        error.connection_invalidated
    )


def reachable() -> bool:
    """Whether the database answers now."""
    try:
        with read() as session:
            session.connection().exec_driver_sql("SELECT 1")
    except (Unavailable, SQLAlchemyError, OSError):
        return False
    return True
