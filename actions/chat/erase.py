"""Deleting a conversation, down to the bytes."""

from __future__ import annotations

from sqlalchemy.orm import Session

from actions import db
from actions.chat import store
from actions.handoffs import service as handoffs


def erase_conversation(session: Session, conversation_id: str, *, expired: bool = False) -> None:
    handoffs.forget(session, conversation_id, expired=expired)
    store.erase(session, conversation_id)


def erase_now(conversation_id: str) -> None:
    with db.write() as session:
        erase_conversation(session, conversation_id)
    scrub()


def scrub() -> None:
    """SQLite: move the log into the file and empty it, so that deleted text is in neither."""
    if db.engine().dialect.name != "sqlite":
        return
    connection = db.engine().raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
