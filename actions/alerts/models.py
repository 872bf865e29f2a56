"""Tables of the alerts: what must still be sent to whom, and where each handoff stands on its way to somebody who acts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from actions.chat.models import BigId
from actions.db import Base


class OutboxRow(Base):
    """One message to one adult (or to the child), stored together with what it tells about and sent afterwards.

    Holds no text: what is sent is put together when it is sent, so no word of a child can stand here.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_waiting", "sent_at", "ended_at", "due_at"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    handoff_id: Mapped[str | None] = mapped_column(ForeignKey("handoffs.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(12))  # AlertKind
    channel: Mapped[str] = mapped_column(String(8))  # email | sms | webhook | in_app | chat
    address: Mapped[str] = mapped_column(String(254), default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("staff_users.id", ondelete="SET NULL"), index=True)
    role: Mapped[str] = mapped_column(String(40), default="")  # of roles.yml, or "coordinator" | "administrator"
    step: Mapped[int] = mapped_column(Integer, default=0)  # which alert of its handoff: 0 is the first
    dedupe_key: Mapped[str] = mapped_column(String(160), unique=True)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]  # not needed any more, or given up (then `last_error` says why)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    last_error: Mapped[str | None] = mapped_column(String(120))  # a kind of error, never a text from outside
    leased_by: Mapped[str | None] = mapped_column(String(32))  # the worker that is sending it
    leased_until: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]  # when this adult opened the handoff afterwards


class Escalation(Base):
    """Where a handoff stands: whom it reached in this round, and when the next one in line is told. One row a handoff."""

    __tablename__ = "escalations"

    handoff_id: Mapped[str] = mapped_column(ForeignKey("handoffs.id", ondelete="CASCADE"), primary_key=True)
    step: Mapped[int] = mapped_column(Integer, default=0)  # alerts made so far
    round: Mapped[int] = mapped_column(Integer, default=0)  # how often everybody in line has been told
    done: Mapped[list[Any]]  # keys of the adults told in this round
    told: Mapped[list[Any]]  # roles the child knows about
    next_at: Mapped[datetime | None] = mapped_column(index=True)  # None: somebody acknowledged, or it was taken back
