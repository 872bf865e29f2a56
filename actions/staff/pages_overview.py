"""Nothing lies unread: what is open by age and owner, where nobody stands behind a route, and what I was told about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fastapi import Response

from actions import db
from actions.alerts import overview
from actions.alerts import service as alerts
from actions.handoffs import service
from actions.handoffs import store as handoffs
from actions.settings import settings
from actions.staff.pages import Visit, page, render
from actions.staff.permissions import Permission
from actions.vocabulary import StaffRole


@page("GET", "/overview", Permission.SEE_OVERVIEW)
def show_overview(visit: Visit) -> Response:
    """Coordinators: the handoffs of their municipalities and what is missing there. Administrators and auditors: numbers only."""
    coordinator = visit.me.role == StaffRole.COORDINATOR
    with db.read() as session:
        places = overview.municipalities_of(session, visit.me.municipality) if coordinator else None
        items = overview.open_items(session, places, visit.me.id)
        gaps = [
            overview.gaps(session, place, settings()) for place in places or [entry.municipality for entry in overview.numbers([])]
        ]
        troubled = len(overview.troubled(session, places))
        helped = overview.helped(session, places)
    numbers = [entry for entry in overview.numbers(items) if places is None or entry.municipality in places]
    return render(
        visit,
        "overview.html",
        items=items if coordinator else [],
        single=coordinator,
        numbers=numbers,
        gaps=[gap for gap in gaps if gap.any],
        troubled=troubled,
        helped=helped,
    )


@dataclass(frozen=True)
class _Told:
    """A message to me about a handoff."""

    handoff_id: str
    kind: str
    at: datetime
    urgency: str
    state: str
    new: bool


@page("GET", "/alerts", Permission.READ_HANDOFFS)
def inbox(visit: Visit) -> Response:
    """What I was told about, what I have not opened first."""
    told = []
    with db.read() as session:
        for row in alerts.inbox(session, visit.me.id):
            handoff = handoffs.get(session, row.handoff_id or "")
            if handoff is not None and not service.is_excluded(handoff, visit.me.nav_role, visit.me.id):
                told.append(_Told(handoff.id, row.kind, row.due_at, handoff.urgency, handoff.state, row.seen_at is None))
    return render(visit, "alerts.html", told=told)
