"""Migration 0005: up, down and up again with rows, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from actions import db, tables
from actions.migrations import run as migrations

assert tables
OURS = {"content_decisions", "fact_drafts", "unanswered", "understanding"}


@pytest.mark.usefixtures("any_database")
class TestMigration:
    def test_the_tables_of_the_review_are_what_the_migrations_make(self) -> None:
        with db.engine().connect() as connection:
            differences = compare_metadata(MigrationContext.configure(connection), db.Base.metadata)
        assert not [difference for difference in differences if any(table in str(difference) for table in OURS)]

    def test_down_takes_only_its_own_tables_and_up_makes_them_again(self) -> None:
        engine = db.engine()
        with engine.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO unanswered (id, day, language, kind, text, fate) VALUES ('a', '2026-11-22', 'sv', 'low', 'x', 'waiting')"
                )
            )
        before = set(inspect(engine).get_table_names())
        migrations.downgrade(engine, "0003")
        assert not OURS & set(inspect(engine).get_table_names())
        migrations.upgrade(engine)
        assert set(inspect(engine).get_table_names()) == before
        with engine.connect() as connection:
            assert connection.execute(text("SELECT count(*) FROM unanswered")).scalar_one() == 0


def test_the_number_of_the_migration_is_used_once() -> None:
    folder = Path(migrations.__file__).parent / "versions"
    assert [path.name for path in folder.glob("0005*.py")] == ["0005_review.py"]
