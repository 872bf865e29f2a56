"""The only module that queries ticks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from actions.checklists.models import Tick


def of_handoff(session: Session, handoff_id: str) -> Sequence[Tick]:
    return session.scalars(select(Tick).where(Tick.handoff_id == handoff_id).order_by(Tick.at, Tick.id)).all()


def of_handoffs(session: Session, ids: Iterable[str]) -> Sequence[Tick]:
    return session.scalars(select(Tick).where(Tick.handoff_id.in_(sorted(ids)))).all()


def find(session: Session, handoff_id: str, checklist: str, item: str) -> Tick | None:
    return session.scalar(select(Tick).where(Tick.handoff_id == handoff_id, Tick.checklist == checklist, Tick.item == item))


def add(session: Session, tick: Tick) -> None:
    session.add(tick)
    session.flush()


def remove(session: Session, tick: Tick) -> None:
    session.delete(tick)
