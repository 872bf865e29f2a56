"""Tables of the review. None of them knows a child or a conversation."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from actions.db import Base


class ContentDecision(Base):
    """One step of a reviewer. Rows are only added; the newest ones in force stand over the files."""

    __tablename__ = "content_decisions"
    __table_args__ = (Index("ix_content_decisions_object", "kind", "object_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(8))  # ContentKind
    object_id: Mapped[str] = mapped_column(String(60))
    step: Mapped[str] = mapped_column(String(8))  # ReviewStep
    review_by: Mapped[date | None]
    checked_on: Mapped[date | None]
    note: Mapped[str | None] = mapped_column(Text)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("staff_users.id", ondelete="SET NULL"))
    name: Mapped[str] = mapped_column(String(120))
    base: Mapped[str] = mapped_column(String(64))  # fingerprint of the entry that was read: another text needs another decision
    in_force: Mapped[bool] = mapped_column(Boolean)  # False: a comment, or the first of two reviewers


class FactDraft(Base):
    """A fact that an editor began from a question. It reaches the chat only through the files (`navet content export`)."""

    __tablename__ = "fact_drafts"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    fact_id: Mapped[str] = mapped_column(String(20), unique=True)
    file: Mapped[str] = mapped_column(String(60))
    intent: Mapped[str] = mapped_column(String(60))
    entry: Mapped[dict[str, Any]]  # the shape of `content.models.Fact`
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("staff_users.id", ondelete="SET NULL"))


class UnansweredQuestion(Base):
    """A question the bot could not answer, scrubbed. The id is random and the day has no time: nothing leads back to a chat."""

    __tablename__ = "unanswered"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    day: Mapped[date] = mapped_column(index=True)
    language: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(10))  # Lost
    intent: Mapped[str | None] = mapped_column(String(60))  # what was refused or guessed
    text: Mapped[str] = mapped_column(String(300))
    fate: Mapped[str] = mapped_column(String(8), index=True)  # Fate
    target: Mapped[str | None] = mapped_column(String(60))  # the intent or the draft it became
    example: Mapped[str | None] = mapped_column(String(300))  # the wording an editor gave


class UnderstandingCount(Base):
    """One press after "was it clear?". Counted, never tied to a child."""

    __tablename__ = "understanding"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    day: Mapped[date] = mapped_column(index=True)
    intent: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(10))
    answer: Mapped[str] = mapped_column(String(8))  # Understood
