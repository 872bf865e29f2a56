"""Runs migrations on the product's engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from actions.errors import SettingsError

FOLDER = Path(__file__).parent
LOCK = 7_236_201
"""Advisory lock of PostgreSQL, so that two web apps starting together migrate once."""


def config() -> Config:
    made = Config()
    made.set_main_option("script_location", str(FOLDER))
    made.set_main_option("version_locations", str(FOLDER / "versions"))
    made.set_main_option("path_separator", "os")
    made.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    made.set_main_option("truncate_slug_length", "30")
    return made


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database to a revision. Raises `SettingsError` when the database cannot be reached."""
    _run(engine, lambda settings: command.upgrade(settings, revision))


def downgrade(engine: Engine, revision: str) -> None:
    _run(engine, lambda settings: command.downgrade(settings, revision))


def make_revision(engine: Engine, message: str, number: str) -> None:
    """Write a new migration from the difference between tables and database."""
    _run(engine, lambda settings: command.revision(settings, message, autogenerate=True, rev_id=number))


def _run(engine: Engine, work: Callable[[Config], object]) -> None:
    settings = config()
    try:
        with engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
                connection.commit()
            settings.attributes["connection"] = connection
            try:
                work(settings)
                connection.commit()
            finally:
                if connection.dialect.name == "postgresql":
                    connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
                    connection.commit()
    except OperationalError as error:
        raise SettingsError(f"The database cannot be reached: {str(error.orig).strip().splitlines()[0]}.") from None
