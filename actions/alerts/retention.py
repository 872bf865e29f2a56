"""What is old goes by itself: conversations nobody has touched for NAVET_RETENTION_DAYS, messages to staff of that age,
and unanswered questions after NAVET_QUESTION_DAYS."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from actions import db
from actions.alerts import store
from actions.chat import erase
from actions.chat import store as conversations
from actions.clock import now
from actions.review import unanswered
from actions.settings import Settings

log = logging.getLogger("navet.alerts")


def clear(config: Settings) -> int:
    """Delete what is too old, each in its own transaction, then scrub the bytes; returns the number of conversations."""
    before = now() - timedelta(days=config.retention_days)
    count = 0
    while True:
        with db.read() as session:
            ids = conversations.untouched_since(session, before)
        gone = sum(_erase(id_, before) for id_ in ids)
        count += gone
        if not gone:
            break
    if count:
        erase.scrub()
        log.info("%s conversations deleted after %s days", count, config.retention_days)
    with db.write() as session:
        store.drop_old(session, before)
    unanswered.drop_old(config.question_days)
    return count


def _erase(conversation_id: str, before: datetime) -> bool:
    """Only if the child has not come back meanwhile."""
    with db.write() as session:
        row = conversations.conversation(session, conversation_id, lock=True)
        if row is None or row.last_at >= before:
            return False
        erase.erase_conversation(session, conversation_id, expired=True)
        return True
