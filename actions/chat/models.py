"""Tables of the conversations. No name, account, address or IP of a child is kept (rule 11)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from actions.db import Base

BigId = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only INTEGER PRIMARY KEY


class Conversation(Base):
    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(10))
    languages: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")  # all it was held or written in
    stage: Mapped[str | None] = mapped_column(String(20))  # None: never said; "unknown": chose not to say
    municipality: Mapped[str | None] = mapped_column(String(40))
    child_id: Mapped[str | None] = mapped_column(ForeignKey("nav_children.id"), index=True)  # set by an access code
    dialogue: Mapped[dict[str, Any]]  # slots and active form, as Rasa left them
    created_at: Mapped[datetime]
    last_at: Mapped[datetime] = mapped_column(index=True)
    busy_by: Mapped[str | None] = mapped_column(String(32))  # the request that is answering now
    busy_until: Mapped[datetime | None]
    person_handoff_id: Mapped[str | None] = mapped_column(String(32))  # a person writes here, about this handoff
    person_role: Mapped[str | None] = mapped_column(String(40))  # of roles.yml; None: somebody a child has no name for
    person_until: Mapped[datetime | None] = mapped_column(index=True)  # then the bot speaks again
    person_seen: Mapped[bool] = mapped_column(default=False, server_default=false())  # the child has fetched what the person wrote


class ChatMessage(Base):
    """One message. `seq` orders, `id` is public. A child's message carries its client id, a bot's the message it answers."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "client_message_id", name="uq_messages_client"),
        Index("ix_messages_conversation", "conversation_id", "seq"),
        {"sqlite_autoincrement": True},
    )

    seq: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(String(32), unique=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    sender: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]
    language: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    draft: Mapped[dict[str, Any] | None]  # references the text was rendered from; also what each button does
    meta: Mapped[dict[str, Any] | None]
    client_message_id: Mapped[str | None] = mapped_column(String(36))
    body_hash: Mapped[str | None] = mapped_column(String(64))
    answered: Mapped[bool | None]
    reply_to: Mapped[int | None] = mapped_column(BigId, index=True)
