"""The only module that queries the one answer from the nav."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from actions.handoffs.models import Handoff
from actions.joint.models import JointQuestion, JointVoice


def get(session: Session, handoff_id: str, *, lock: bool = False) -> JointQuestion | None:
    return session.get(JointQuestion, handoff_id, with_for_update={"of": JointQuestion} if lock else None)


def add(session: Session, question: JointQuestion) -> None:
    session.add(question)
    session.flush()


def of_person(session: Session, staff_id: int) -> Sequence[Handoff]:
    """Handoffs this adult answers together with others, the open ones first."""
    query = select(Handoff).join(JointVoice, JointVoice.handoff_id == Handoff.id).where(JointVoice.staff_id == staff_id)
    query = query.join(JointQuestion, JointQuestion.handoff_id == Handoff.id)
    return session.scalars(query.order_by(JointQuestion.answered_at.is_not(None), Handoff.created_at.desc()).limit(100)).all()


def of_places(session: Session, municipalities: Iterable[str]) -> Sequence[Handoff]:
    query = select(Handoff).join(JointQuestion, JointQuestion.handoff_id == Handoff.id)
    query = query.where(Handoff.municipality.in_(sorted(municipalities)))
    return session.scalars(query.order_by(JointQuestion.answered_at.is_not(None), Handoff.created_at.desc()).limit(100)).all()
