"""The only module that queries the tables of the review."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from actions.review.models import ContentDecision, FactDraft, UnansweredQuestion, UnderstandingCount

Row = ContentDecision | FactDraft | UnansweredQuestion | UnderstandingCount


def add(session: Session, row: Row) -> None:
    session.add(row)
    session.flush()


# --- decisions


def newest_in_force(session: Session) -> int:
    """The id of the newest decision in force; 0 when there is none."""
    return session.scalar(select(func.max(ContentDecision.id)).where(ContentDecision.in_force)) or 0


def in_force(session: Session, kind: str) -> Sequence[ContentDecision]:
    """Oldest first."""
    query = select(ContentDecision).where(ContentDecision.kind == kind, ContentDecision.in_force)
    return session.scalars(query.order_by(ContentDecision.id)).all()


def history(session: Session, kind: str, object_id: str) -> Sequence[ContentDecision]:
    """Every step about one text, oldest first."""
    query = select(ContentDecision).where(ContentDecision.kind == kind, ContentDecision.object_id == object_id)
    return session.scalars(query.order_by(ContentDecision.id)).all()


def proposals(session: Session, steps: Iterable[str]) -> Sequence[ContentDecision]:
    """First halves of decisions that need two, oldest first."""
    query = select(ContentDecision).where(ContentDecision.in_force.is_(False), ContentDecision.step.in_(list(steps)))
    return session.scalars(query.order_by(ContentDecision.id)).all()


# --- drafts


def drafts(session: Session) -> Sequence[FactDraft]:
    return session.scalars(select(FactDraft).order_by(FactDraft.id)).all()


def draft(session: Session, fact_id: str) -> FactDraft | None:
    return session.scalar(select(FactDraft).where(FactDraft.fact_id == fact_id))


def drop_draft(session: Session, row: FactDraft) -> None:
    session.delete(row)


# --- what could not be answered


def waiting(session: Session, fate: str, language: str | None = None, limit: int = 2000) -> Sequence[UnansweredQuestion]:
    """Newest days first."""
    query = select(UnansweredQuestion).where(UnansweredQuestion.fate == fate)
    if language:
        query = query.where(UnansweredQuestion.language == language)
    return session.scalars(query.order_by(UnansweredQuestion.day.desc(), UnansweredQuestion.id).limit(limit)).all()


def questions(session: Session, ids: Iterable[str]) -> Sequence[UnansweredQuestion]:
    return session.scalars(select(UnansweredQuestion).where(UnansweredQuestion.id.in_(list(ids))).with_for_update()).all()


def drop_questions_before(session: Session, day: date) -> None:
    session.execute(delete(UnansweredQuestion).where(UnansweredQuestion.day < day))


# --- was it clear


def understanding(session: Session, since: date) -> list[tuple[str, str, int]]:
    """(intent, answer, count) from a day on."""
    counts = UnderstandingCount
    query = select(counts.intent, counts.answer, func.count()).where(counts.day >= since).group_by(counts.intent, counts.answer)
    return [(intent, answer, count) for intent, answer, count in session.execute(query.order_by(counts.intent, counts.answer))]
