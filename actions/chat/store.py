"""The only module that queries conversations and messages.

What every message of a child runs through is built once, here, and messages go in without the session's unit of work: together half
of what the database costs the web app (docs/adr/0008-plain-database-calls.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import CursorResult, Table, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from actions.chat.models import ChatMessage, Conversation

MESSAGES = cast(Table, ChatMessage.__table__)
INSERT = insert(MESSAGES)
ANSWERED = update(MESSAGES).where(MESSAGES.c.seq == bindparam("of")).values(answered=True)
LOCKED = select(Conversation).where(Conversation.id == bindparam("id")).with_for_update().execution_options(populate_existing=True)
BY_CLIENT_ID = select(ChatMessage).where(
    ChatMessage.conversation_id == bindparam("conversation_id"), ChatMessage.client_message_id == bindparam("client_id")
)


def conversation(session: Session, id_: str, *, lock: bool = False) -> Conversation | None:
    return session.scalar(LOCKED, {"id": id_}) if lock else session.get(Conversation, id_)


def add(session: Session, row: Conversation) -> None:
    session.add(row)
    session.flush()


def add_message(session: Session, message: ChatMessage) -> None:
    """Write a message and give it its `seq`. It does not belong to the session: later changes of the object are not stored."""
    values = {name: value for name, value in message.__dict__.items() if name in MESSAGES.c}
    done = cast("CursorResult[tuple[()]]", session.connection().execute(INSERT, values))
    assert done.inserted_primary_key is not None, "one row was inserted"
    message.seq = done.inserted_primary_key[0]


def mark_answered(session: Session, seq: int) -> bool:
    """False: there is no such message any more."""
    return cast("CursorResult[tuple[()]]", session.connection().execute(ANSWERED, {"of": seq})).rowcount == 1


def by_client_id(session: Session, conversation_id: str, client_message_id: str) -> ChatMessage | None:
    return session.scalar(BY_CLIENT_ID, {"conversation_id": conversation_id, "client_id": client_message_id})


def by_public_id(session: Session, conversation_id: str, id_: str) -> ChatMessage | None:
    return session.scalar(select(ChatMessage).where(ChatMessage.id == id_, ChatMessage.conversation_id == conversation_id))


def replies(session: Session, to: int) -> Sequence[ChatMessage]:
    return session.scalars(select(ChatMessage).where(ChatMessage.reply_to == to).order_by(ChatMessage.seq)).all()


def after(session: Session, conversation_id: str, seq: int = 0, limit: int = 500) -> Sequence[ChatMessage]:
    query = select(ChatMessage).where(ChatMessage.conversation_id == conversation_id, ChatMessage.seq > seq)
    return session.scalars(query.order_by(ChatMessage.seq).limit(limit)).all()


def last_answer(session: Session, conversation_id: str, besides: str, among: int = 12) -> ChatMessage | None:
    """The newest bot message that is not about the intent `besides`, among the last few."""
    query = select(ChatMessage).where(ChatMessage.conversation_id == conversation_id, ChatMessage.sender == "bot")
    rows = session.scalars(query.order_by(ChatMessage.seq.desc()).limit(among)).all()
    return next((row for row in rows if ((row.draft or {}).get("meta") or {}).get("intent") != besides), None)


def erase(session: Session, conversation_id: str) -> None:
    """Messages first: SQLite overwrites each row's text when it goes."""
    session.execute(delete(ChatMessage).where(ChatMessage.conversation_id == conversation_id))
    session.execute(delete(Conversation).where(Conversation.id == conversation_id))


def untouched_since(session: Session, moment: datetime, limit: int = 200) -> Sequence[str]:
    return session.scalars(select(Conversation.id).where(Conversation.last_at < moment).limit(limit)).all()


def left_since(session: Session, moment: datetime, limit: int = 100) -> Sequence[str]:
    """Conversations in which a person wrote, but not lately."""
    return session.scalars(select(Conversation.id).where(Conversation.person_until <= moment).limit(limit)).all()


def newest(session: Session, ids: Iterable[str]) -> dict[str, int]:
    """`seq` of the newest message of each conversation. A deleted one is not in it."""
    query = select(ChatMessage.conversation_id, func.max(ChatMessage.seq)).where(ChatMessage.conversation_id.in_(sorted(ids)))
    return dict(session.execute(query.group_by(ChatMessage.conversation_id)).tuples().all())
