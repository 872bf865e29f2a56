"""Migration 0002: up and down on both databases, with rows that must stay."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from actions import db, tables
from actions.migrations import run as migrations
from actions.nav import store

assert tables
NOW = "2026-11-25 09:00:00+00:00"
ROWS = (
    "INSERT INTO staff_users (id, email, name, role, language, active, failures, created_at)"
    f" VALUES (1, 'a@b.se', 'A', 'coordinator', 'sv', true, 0, '{NOW}')",
    "INSERT INTO staff_sessions (token_hash, user_id, csrf, created_at, expires_at)"
    f" VALUES ('t', 1, 'c', '{NOW}', '{NOW}')",
    "INSERT INTO conversations (id, token_hash, language, dialogue, created_at, last_at)"
    f" VALUES ('c1', 'h', 'sv', '{{}}', '{NOW}', '{NOW}')",
    "INSERT INTO messages (id, conversation_id, sender, at, language, text)"
    f" VALUES ('m1', 'c1', 'child', '{NOW}', 'sv', 'hej')",
    "INSERT INTO handoffs (id, turn_key, conversation_id, topic, urgency, role, stage, language, municipality, consent, consented_to,"
    " excluded, state, assignee_id, created_at) VALUES ('h1', 'c1:m1', 'c1', 'worry_feel_bad', 'U2', 'elevhalsa', 'waiting', 'sv',"
    f" 'generic', 'yes', '{{}}', '[]', 'new', 1, '{NOW}')",
    f"INSERT INTO handoff_events (handoff_id, at, actor, step) VALUES ('h1', '{NOW}', 'child', 'created')",
)  # fmt: skip
COUNTED = ("staff_users", "staff_sessions", "conversations", "messages", "handoffs", "handoff_events")


def counts(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in COUNTED}


def test_going_up_and_down_loses_no_row_of_the_tables_that_were_there(empty: Engine) -> None:
    migrations.upgrade(empty, "0001")
    with empty.begin() as connection:
        for row in ROWS:
            connection.execute(text(row))
    before = counts(empty)
    assert set(before.values()) == {1}
    migrations.upgrade(empty, "0002")
    assert counts(empty) == before
    with empty.connect() as connection:
        assert connection.execute(text("SELECT child_id FROM conversations")).scalar_one() is None
        steps = connection.execute(text("SELECT steps FROM handoffs")).scalar_one()
        assert steps in ([], "[]")
    migrations.downgrade(empty, "0001")
    assert counts(empty) == before
    migrations.upgrade(empty, "0002")
    assert counts(empty) == before


def test_a_child_that_is_removed_leaves_its_conversations_and_handoffs(empty: Engine) -> None:
    migrations.upgrade(empty)
    with empty.begin() as connection:
        for row in ROWS:
            connection.execute(text(row))
        connection.execute(
            text(
                "INSERT INTO nav_children (id, alias, stage, language, municipality, active, created_at)"
                f" VALUES ('n1', 'Blå 7', 'waiting', 'sv', 'generic', true, '{NOW}')"
            )
        )
        connection.execute(text("UPDATE conversations SET child_id = 'n1'"))
        connection.execute(text("UPDATE handoffs SET child_id = 'n1'"))
    child = Session(empty)
    store.remove(child, "n1")
    child.commit()
    child.close()
    assert set(counts(empty).values()) == {1}
    with empty.connect() as connection:
        assert connection.execute(text("SELECT child_id FROM handoffs")).scalar_one() is None


def test_the_tables_of_the_nav_are_what_the_migrations_make(empty: Engine) -> None:
    migrations.upgrade(empty)
    ours = {"nav_children", "nav_adults", "stand_ins", "absences", "access_codes"}
    with empty.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), db.Base.metadata)
    assert not [difference for difference in differences if any(table in str(difference) for table in ours)]
