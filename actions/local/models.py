"""Tables of what a municipality decides itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from actions.db import Base


class ProfileEdit(Base):
    """The profile of a municipality as staff have edited it. It replaces the one of data/municipalities."""

    __tablename__ = "municipality_profiles"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    profile: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(Integer, default=1)
    edited_at: Mapped[datetime]
    edited_by: Mapped[str] = mapped_column(String(254))


class CrisisBanner(Base):
    """A message to every child of a municipality, from approved texts. `generic`: to those whose municipality is not known."""

    __tablename__ = "crisis_banners"
    __table_args__ = (Index("ix_crisis_banners_place", "municipality", "ends_at"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    municipality: Mapped[str] = mapped_column(String(40))
    texts: Mapped[list[Any]]  # ids of messages.yml
    contacts: Mapped[list[Any]]  # ids of helplines.yml
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(254))
    stopped_at: Mapped[datetime | None]
    stopped_by: Mapped[str | None] = mapped_column(String(254))
