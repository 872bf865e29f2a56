"""Tables of the navs. A child has an alias chosen by its coordinator, never a name, number or address (rule 11)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from actions.db import Base


class NavChild(Base):
    """One child, by alias. Its coordinator knows who it is; the database does not."""

    __tablename__ = "nav_children"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    alias: Mapped[str] = mapped_column(String(40))
    stage: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(10))
    municipality: Mapped[str] = mapped_column(String(40), index=True)
    turns_18_on: Mapped[date | None]  # None: not known, then no rule of age applies
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[datetime]


class NavAdult(Base):
    """An adult of one child's nav. Without an account the address is where messages go; with one it may be empty."""

    __tablename__ = "nav_adults"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    child_id: Mapped[str] = mapped_column(ForeignKey("nav_children.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_users.id", ondelete="SET NULL"))
    role: Mapped[str] = mapped_column(String(40))  # of roles.yml, a recipient
    name: Mapped[str] = mapped_column(String(120))
    channel: Mapped[str] = mapped_column(String(8))  # Channel
    address: Mapped[str | None] = mapped_column(String(254))
    reports_to_id: Mapped[int | None] = mapped_column(ForeignKey("nav_adults.id", ondelete="SET NULL"))
    active: Mapped[bool] = mapped_column(Boolean, default=True)


class StandIn(Base):
    """Somebody who gets what another adult would get, while that adult is away.

    Either for one adult (`adult_id`) or for everybody who has a role in a municipality. `last_day` None: until further notice.
    """

    __tablename__ = "stand_ins"
    __table_args__ = (Index("ix_stand_ins_role", "municipality", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    adult_id: Mapped[int | None] = mapped_column(ForeignKey("nav_adults.id", ondelete="CASCADE"), index=True)
    role: Mapped[str | None] = mapped_column(String(40))
    municipality: Mapped[str | None] = mapped_column(String(40))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(120))
    channel: Mapped[str] = mapped_column(String(8))
    address: Mapped[str | None] = mapped_column(String(254))
    first_day: Mapped[date]
    last_day: Mapped[date | None]


class Absence(Base):
    """Days on which an account (everywhere) or an adult of one nav is away. `last_day` None: until further notice."""

    __tablename__ = "absences"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_users.id", ondelete="CASCADE"), index=True)
    adult_id: Mapped[int | None] = mapped_column(ForeignKey("nav_adults.id", ondelete="CASCADE"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date | None]


class AccessCode(Base):
    """Links a chat to a nav. Only a keyed hash is kept, so a stolen database opens nothing."""

    __tablename__ = "access_codes"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    child_id: Mapped[str] = mapped_column(ForeignKey("nav_children.id", ondelete="CASCADE"), index=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(5))  # CodeKind
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used: Mapped[int] = mapped_column(Integer, default=0)
    revoked_at: Mapped[datetime | None]
