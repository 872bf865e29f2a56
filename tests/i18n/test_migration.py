"""Migration 0007: languages of conversations and handoffs, up and down with rows that must stay."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text

from actions import db, tables
from actions.migrations import run as migrations

assert tables
NOW = "2026-11-25 09:00:00+00:00"
ROWS = (
    "INSERT INTO conversations (id, token_hash, language, dialogue, created_at, last_at)"
    f" VALUES ('c1', 'h', 'sv', '{{}}', '{NOW}', '{NOW}')",
    f"INSERT INTO messages (id, conversation_id, sender, at, language, text) VALUES ('m1', 'c1', 'child', '{NOW}', 'sv', 'hej')",
    "INSERT INTO handoffs (id, turn_key, conversation_id, topic, urgency, role, stage, language, municipality, consent, consented_to,"
    " excluded, state, created_at) VALUES ('h1', 'c1:m1', 'c1', 'worry_feel_bad', 'U2', 'elevhalsa', 'waiting', 'sv',"
    f" 'generic', 'yes', '{{}}', '[]', 'new', '{NOW}')",
    f"INSERT INTO handoff_events (handoff_id, at, actor, step) VALUES ('h1', '{NOW}', 'child', 'created')",
)  # fmt: skip


def test_going_up_and_down_keeps_every_row(empty: Engine) -> None:
    counted = ("conversations", "messages", "handoffs", "handoff_events")

    def counts() -> list[int]:
        with empty.connect() as connection:
            return [connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in counted]

    migrations.upgrade(empty, "0003")
    with empty.begin() as connection:
        for row in ROWS:
            connection.execute(text(row))
    for step in (migrations.upgrade, migrations.downgrade, migrations.upgrade):
        step(empty, "0003" if step is migrations.downgrade else "0007")
        assert counts() == [1, 1, 1, 1]
    with empty.connect() as connection:
        found = connection.execute(text("SELECT languages, words_language FROM handoffs")).one()
    assert found[0] in ([], "[]")
    assert found[1] is None


def test_the_tables_are_what_the_migration_makes(empty: Engine) -> None:
    migrations.upgrade(empty)
    with empty.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), db.Base.metadata)
    assert not [entry for entry in differences if "language" in str(entry)]
