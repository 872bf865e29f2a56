"""The only module that queries staff accounts and sessions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from actions.staff.models import SignInLink, StaffSession, StaffUser


def user(session: Session, id_: int, *, lock: bool = False) -> StaffUser | None:
    return session.get(StaffUser, id_, with_for_update=lock or None)


def by_email(session: Session, email: str, *, lock: bool = False) -> StaffUser | None:
    query = select(StaffUser).where(func.lower(StaffUser.email) == email.strip().lower())
    return session.scalar(query.with_for_update() if lock else query)


def all_users(session: Session) -> Sequence[StaffUser]:
    return session.scalars(select(StaffUser).order_by(StaffUser.active.desc(), StaffUser.name)).all()


def assignable(session: Session, municipality: str) -> Sequence[StaffUser]:
    """Active adults and coordinators of a municipality."""
    query = select(StaffUser).where(
        StaffUser.active, StaffUser.role.in_(("coordinator", "nav_adult")), StaffUser.municipality.in_((municipality, "generic"))
    )
    return session.scalars(query.order_by(StaffUser.name)).all()


def add(session: Session, row: StaffUser | StaffSession | SignInLink) -> None:
    session.add(row)
    session.flush()


def session_of(session: Session, token_hash: str) -> StaffSession | None:
    return session.get(StaffSession, token_hash)


def end_sessions(session: Session, user_id: int, *, but: str | None = None) -> None:
    session.execute(delete(StaffSession).where(StaffSession.user_id == user_id, StaffSession.token_hash != (but or "")))


def end_session(session: Session, token_hash: str) -> None:
    session.execute(delete(StaffSession).where(StaffSession.token_hash == token_hash))


def link(session: Session, token_hash: str) -> SignInLink | None:
    return session.get(SignInLink, token_hash, with_for_update=True)


def drop_links(session: Session, user_id: int) -> None:
    session.execute(delete(SignInLink).where(SignInLink.user_id == user_id, SignInLink.used_at.is_(None)))


def drop_expired(session: Session, moment: datetime) -> None:
    session.execute(delete(StaffSession).where(StaffSession.expires_at < moment))
    session.execute(delete(SignInLink).where(SignInLink.expires_at < moment))
