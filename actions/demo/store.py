"""What the demo asks the database."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from actions.audit.models import AuditEntry
from actions.chat.models import ChatMessage
from actions.handoffs.models import Handoff
from actions.local.models import CrisisBanner
from actions.nav.models import NavChild
from actions.review.models import UnansweredQuestion
from actions.staff.models import StaffUser

ACTION = "demo.made"


def made(session: Session) -> set[str]:
    """The pieces that were made before."""
    return set(session.scalars(select(AuditEntry.object_id).where(AuditEntry.action == ACTION)))


def emails(session: Session) -> Sequence[str]:
    return session.scalars(select(StaffUser.email)).all()


def children_and_handoffs(session: Session) -> int:
    counts = (session.scalar(select(func.count()).select_from(table)) for table in (NavChild, Handoff))
    return sum(count or 0 for count in counts)


def child_id(session: Session, municipality: str, alias: str) -> str | None:
    return session.scalar(select(NavChild.id).where(NavChild.municipality == municipality, NavChild.alias == alias))


def messages(session: Session, conversation_id: str) -> Sequence[ChatMessage]:
    """Newest first."""
    query = select(ChatMessage).where(ChatMessage.conversation_id == conversation_id)
    return session.scalars(query.order_by(ChatMessage.seq.desc())).all()


def questions_like(session: Session, words: str) -> list[str]:
    query = select(UnansweredQuestion.id).where(UnansweredQuestion.text.contains(words, autoescape=True))
    return list(session.scalars(query.order_by(UnansweredQuestion.day, UnansweredQuestion.id)))


def newest_banner(session: Session, municipality: str) -> int:
    query = select(CrisisBanner.id).where(CrisisBanner.municipality == municipality).order_by(CrisisBanner.id.desc())
    return session.scalars(query).first() or 0
