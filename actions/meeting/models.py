"""Table of the questions for a meeting."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from actions.db import Base


class MeetingList(Base):
    """The questions of one conversation. An item is {"ready": "<meeting>.<question>"} or {"text", "language"}."""

    __tablename__ = "meeting_lists"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    writing: Mapped[bool] = mapped_column(Boolean, default=False)  # what the child types now goes into the list
    items: Mapped[list[Any]]
    changed_at: Mapped[datetime]
