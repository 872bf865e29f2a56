"""The only module that counts handoffs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from actions.handoffs.models import Handoff

Row = tuple[str, str, str, datetime, datetime | None, str | None]


def handoffs(session: Session, since: datetime, municipalities: Iterable[str] | None) -> list[Row]:
    """(worry or topic, stage, urgency, sent, read, whether it helped) of every handoff since then. No words, no ids."""
    times = (Handoff.created_at, Handoff.acknowledged_at)
    query = select(Handoff.worry, Handoff.topic, Handoff.stage, Handoff.urgency, *times, Handoff.helped)
    query = query.where(Handoff.created_at >= since)
    if municipalities is not None:
        query = query.where(Handoff.municipality.in_(sorted(municipalities)))
    return [(row[0] or row[1], row[2], row[3], row[4], row[5], row[6]) for row in session.execute(query)]
