"""Table of the points that are ticked off."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from actions.db import Base


class Tick(Base):
    """A point that somebody has done. The wording is kept: a list that is edited later must not change what was ticked."""

    __tablename__ = "ticks"
    __table_args__ = (UniqueConstraint("handoff_id", "checklist", "item", name="uq_ticks_item"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    handoff_id: Mapped[str] = mapped_column(ForeignKey("handoffs.id", ondelete="CASCADE"), index=True)
    checklist: Mapped[str] = mapped_column(String(20))
    item: Mapped[str] = mapped_column(String(40))
    wording: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(120))  # of the member of staff
