"""Writes and reads the audit table. An entry is part of the transaction it tells about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from actions.audit import store
from actions.audit.models import AuditEntry
from actions.clock import now


def record(
    session: Session, *, user_id: int | None, actor: str, action: str, object_type: str, object_id: str, **detail: Any
) -> None:
    """Note that somebody opened or changed something. `detail` holds ids and settings, never a child's words."""
    entry = AuditEntry(
        at=now(), user_id=user_id, actor=actor, action=action, object_type=object_type, object_id=str(object_id), detail=detail
    )
    store.add(session, entry)


def history(session: Session, object_type: str, object_id: str) -> Sequence[AuditEntry]:
    """What happened to one thing, newest first."""
    return store.of_object(session, object_type, object_id)


def latest(
    session: Session, *, limit: int = 100, offset: int = 0, action: str | None = None, actor: str | None = None
) -> Sequence[AuditEntry]:
    return store.latest(session, limit=limit, offset=offset, action=action, actor=actor)
