"""Tables of the handoffs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

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
