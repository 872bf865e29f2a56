"""The only module that queries edited profiles and crisis messages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from actions.chat.models import Conversation
from actions.local.models import CrisisBanner, ProfileEdit


def edits(session: Session) -> Sequence[ProfileEdit]:
    return session.scalars(select(ProfileEdit)).all()


def edit(session: Session, id_: str, *, lock: bool = False) -> ProfileEdit | None:
    return session.get(ProfileEdit, id_, with_for_update=lock or None)


def add(session: Session, row: ProfileEdit | CrisisBanner) -> None:
    session.add(row)
    session.flush()


def banner(session: Session, id_: int, *, lock: bool = False) -> CrisisBanner | None:
    return session.get(CrisisBanner, id_, with_for_update=lock or None)


def banner_on(session: Session, municipality: str, moment: datetime) -> CrisisBanner | None:
    """The newest message that is on at this moment."""
    query = select(CrisisBanner).where(
        CrisisBanner.municipality == municipality,
        CrisisBanner.starts_at <= moment,
        CrisisBanner.ends_at > moment,
        CrisisBanner.stopped_at.is_(None),
    )
    return session.scalar(query.order_by(CrisisBanner.id.desc()).limit(1))


def banners(session: Session, municipalities: Iterable[str], limit: int = 50) -> Sequence[CrisisBanner]:
    """The newest first."""
    query = select(CrisisBanner).where(CrisisBanner.municipality.in_(sorted(municipalities)))
    return session.scalars(query.order_by(CrisisBanner.id.desc()).limit(limit)).all()


def conversations_since(session: Session, municipalities: Iterable[str | None], moment: datetime) -> Sequence[str]:
    """Conversations of these municipalities (None: of none) in which something was said since a moment."""
    places = set(municipalities)
    query = select(Conversation.id).where(Conversation.last_at >= moment)
    here = Conversation.municipality.in_(sorted(place for place in places if place is not None))
    return session.scalars(query.where(here | Conversation.municipality.is_(None) if None in places else here)).all()
