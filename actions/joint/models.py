"""Tables of the one answer from the nav."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from actions.db import Base


class JointQuestion(Base):
    """A handoff that the adults of the nav answer together."""

    __tablename__ = "joint_questions"

    handoff_id: Mapped[str] = mapped_column(ForeignKey("handoffs.id", ondelete="CASCADE"), primary_key=True)
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    voices: Mapped[list[JointVoice]] = relationship(order_by="JointVoice.id", cascade="all, delete-orphan")


class JointVoice(Base):
    """One adult of the nav: its draft, and with which draft it agrees. `staff_id` None: a coordinator writes for it."""

    __tablename__ = "joint_voices"
    __table_args__ = (UniqueConstraint("handoff_id", "role", name="uq_joint_voices_role"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    handoff_id: Mapped[str] = mapped_column(ForeignKey("joint_questions.handoff_id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(40))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_users.id", ondelete="SET NULL"), index=True)
    draft: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer, default=0)  # counts up with every change of the draft
    drafted_at: Mapped[datetime | None]
    agrees_with: Mapped[int | None] = mapped_column(Integer)  # id of a voice
    agrees_version: Mapped[int | None] = mapped_column(Integer)  # and the version of its draft; an older one counts no more
    agreed_at: Mapped[datetime | None]
