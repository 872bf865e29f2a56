"""The only module that queries the audit table."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from actions.audit.models import AuditEntry


def add(session: Session, entry: AuditEntry) -> None:
    session.add(entry)


def latest(session: Session, *, limit: int, offset: int, action: str | None, actor: str | None) -> Sequence[AuditEntry]:
    query = select(AuditEntry)
    if action:
        query = query.where(AuditEntry.action == action)
    if actor:
        query = query.where(AuditEntry.actor == actor)
    return session.scalars(query.order_by(AuditEntry.id.desc()).limit(limit).offset(offset)).all()


def of_object(session: Session, object_type: str, object_id: str, limit: int = 50) -> Sequence[AuditEntry]:
    """Newest first."""
    query = select(AuditEntry).where(AuditEntry.object_type == object_type, AuditEntry.object_id == object_id)
    return session.scalars(query.order_by(AuditEntry.id.desc()).limit(limit)).all()


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def actions(session: Session) -> Sequence[str]:
    return session.scalars(select(AuditEntry.action).distinct().order_by(AuditEntry.action)).all()
