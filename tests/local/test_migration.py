"""Migration 0006: up and down on both databases; deleting a conversation or a handoff takes its rows along."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, inspect, text

from actions.migrations import run as migrations
from tests.nav.test_migration import NOW, ROWS, counts

TABLES = {"ticks", "meeting_lists", "municipality_profiles", "crisis_banners", "joint_questions", "joint_voices"}
MINE = (
    f"INSERT INTO meeting_lists (conversation_id, writing, items, changed_at) VALUES ('c1', false, '[]', '{NOW}')",
    "INSERT INTO ticks (handoff_id, checklist, item, wording, at, name)"
    f" VALUES ('h1', 'plan', 'needs', 'x', '{NOW}', 'Kim')",
    f"INSERT INTO joint_questions (handoff_id, created_at) VALUES ('h1', '{NOW}')",
    "INSERT INTO joint_voices (handoff_id, role, staff_id, version) VALUES ('h1', 'god_man', 1, 0)",
)  # fmt: skip


@pytest.fixture
def filled(empty: Engine) -> Engine:
    migrations.upgrade(empty, "0003")
    with empty.begin() as connection:
        for row in ROWS:
            connection.execute(text(row))
    migrations.upgrade(empty, "0006")
    with empty.begin() as connection:
        for row in MINE:
            connection.execute(text(row))
    return empty


def test_down_takes_only_its_own_tables(filled: Engine) -> None:
    before = counts(filled)
    assert set(inspect(filled).get_table_names()) >= TABLES
    migrations.downgrade(filled, "0003")
    assert not TABLES & set(inspect(filled).get_table_names())
    assert counts(filled) == before
    migrations.upgrade(filled, "0006")
    assert set(inspect(filled).get_table_names()) >= TABLES


def test_what_belongs_to_a_conversation_or_a_handoff_goes_with_it(filled: Engine) -> None:
    with filled.begin() as connection:
        for table in ("messages", "conversations", "handoff_events", "handoffs"):
            connection.execute(text(f"DELETE FROM {table}"))
        for table in ("meeting_lists", "ticks", "joint_questions", "joint_voices"):
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0, table
