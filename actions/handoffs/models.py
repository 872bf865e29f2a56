"""Tables of the handoffs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from actions.chat.models import BigId
from actions.db import Base


class Handoff(Base):
    """A worry that reached (or must reach) an adult. Holds no name of a child; `own_words` goes when the child deletes."""

    __tablename__ = "handoffs"
    __table_args__ = (Index("ix_handoffs_open", "state", "urgency", "created_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    turn_key: Mapped[str] = mapped_column(String(80), unique=True)  # conversation and message: a repeated call makes nothing twice
    conversation_id: Mapped[str | None] = mapped_column(String(32), index=True)
    topic: Mapped[str] = mapped_column(String(60))  # the intent
    worry: Mapped[str | None] = mapped_column(String(40))
    urgency: Mapped[str] = mapped_column(String(2))
    role: Mapped[str] = mapped_column(String(40))
    stage: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(10))  # that the chat is held in
    languages: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")  # all the child has used so far
    words_language: Mapped[str | None] = mapped_column(String(10))  # that the own words are written in
    municipality: Mapped[str] = mapped_column(String(40))
    own_words: Mapped[str | None] = mapped_column(Text)
    consent: Mapped[str] = mapped_column(String(12))
    consented_to: Mapped[dict[str, Any]]  # what the child was shown: role, fields, reason
    excluded: Mapped[list[Any]]  # roles that must never see it, with the reason
    state: Mapped[str] = mapped_column(String(16), index=True)
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("staff_users.id", ondelete="SET NULL"))
    child_id: Mapped[str | None] = mapped_column(ForeignKey("nav_children.id"), index=True)
    steps: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")  # who is told, in which order (actions.nav.engine)
    excluded_people: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")  # ids of accounts that must never see it
    decision: Mapped[dict[str, Any] | None]  # why these, and why not others, as the engine said it at that moment
    created_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    helped: Mapped[str | None] = mapped_column(String(8))  # Helped: what the child said when it was closed

    history: Mapped[list[HandoffEvent]] = relationship(order_by="HandoffEvent.id", cascade="all, delete-orphan")


class HandoffEvent(Base):
    """One step in the life of a handoff: who, when, from where to where, with which note."""

    __tablename__ = "handoff_events"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    handoff_id: Mapped[str] = mapped_column(ForeignKey("handoffs.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(60))  # "child", "system" or "staff:<id>"
    step: Mapped[str] = mapped_column(String(24))
    from_state: Mapped[str | None] = mapped_column(String(16))
    to_state: Mapped[str | None] = mapped_column(String(16))
    note: Mapped[str | None] = mapped_column(Text)


class HandoffMessage(Base):
    """What a person and the child write to each other about a handoff, as staff see it.

    The child reads the same in its conversation. When it deletes that, what nobody has read goes here too.
    """

    __tablename__ = "handoff_messages"
    __table_args__ = (Index("ix_handoff_messages_thread", "handoff_id", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    handoff_id: Mapped[str] = mapped_column(ForeignKey("handoffs.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(40), unique=True)  # the child's message, or the staff form: nothing is passed on twice
    at: Mapped[datetime]
    sender: Mapped[str] = mapped_column(String(8))  # Sender: child | staff
    person_id: Mapped[int | None] = mapped_column(ForeignKey("staff_users.id", ondelete="SET NULL"))
    role: Mapped[str | None] = mapped_column(String(40))  # as whom a member of staff wrote
    language: Mapped[str] = mapped_column(String(10))
    text: Mapped[str | None] = mapped_column(Text)  # None: a ready answer, or the child took it back
    canned: Mapped[str | None] = mapped_column(String(60))  # a ready answer (data/messages.yml)
    translation: Mapped[str | None] = mapped_column(Text)  # the same by a person, in the child's language
    translated_to: Mapped[str | None] = mapped_column(String(10))
    read_at: Mapped[datetime | None]  # when the first adult opened what the child wrote
