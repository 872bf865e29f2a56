"""The only module that queries conversations and messages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from actions.chat.models import ChatMessage, Conversation


def conversation(session: Session, id_: str, *, lock: bool = False) -> Conversation | None:
    return session.get(Conversation, id_, with_for_update=lock or None)


def add(session: Session, row: Conversation | ChatMessage) -> None:
    session.add(row)
    session.flush()


def by_client_id(session: Session, conversation_id: str, client_message_id: str) -> ChatMessage | None:
    query = select(ChatMessage).where(
        ChatMessage.conversation_id == conversation_id, ChatMessage.client_message_id == client_message_id
    )
    return session.scalar(query)


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
