"""Migration 0004: up and down on both databases, with rows that must stay, and as the tables say."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text

from actions import db
from actions.migrations import run as migrations
from tests.nav.test_migration import ROWS, counts


def test_going_up_and_down_loses_no_row(empty: Engine) -> None:
    migrations.upgrade(empty, "0003")
    with empty.begin() as connection:
        for row in ROWS:
            connection.execute(text(row))
    before = counts(empty)
    migrations.upgrade(empty, "0004")
    assert counts(empty) == before
    with empty.connect() as connection:
        assert not connection.execute(text("SELECT person_seen FROM conversations")).scalar_one()
        assert connection.execute(text("SELECT helped FROM handoffs")).scalar_one() is None
    migrations.downgrade(empty, "0003")
    assert counts(empty) == before
    migrations.upgrade(empty, "0004")
    assert counts(empty) == before


def test_the_migrations_make_what_the_tables_say(empty: Engine) -> None:
    migrations.upgrade(empty)
    ours = {"handoff_messages", "person_", "helped", "seen_at"}
    with empty.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), db.Base.metadata)
    assert not [difference for difference in differences if any(name in str(difference) for name in ours)]
