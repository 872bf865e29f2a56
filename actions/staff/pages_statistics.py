"""Statistics: how many, how quickly, was it clear. Never so few that a child could be recognised."""

from __future__ import annotations

from fastapi import Response

from actions import db
from actions.staff.pages import Visit, page, render
from actions.staff.pages_handoffs import coordinated_by
from actions.staff.permissions import Permission
from actions.statistics import service
from actions.vocabulary import StaffRole, Understood

PERIODS = (30, 90, 365)


@page("GET", "/statistics", Permission.READ_STATISTICS)
def statistics(visit: Visit) -> Response:
    """Coordinators see their municipality; who works with the whole sees all."""
    chosen = visit.request.query_params.get("days", "")
    days = int(chosen) if chosen in {str(period) for period in PERIODS} else 90
    with db.read() as session:
        local = visit.me.role == StaffRole.COORDINATOR
        municipalities = coordinated_by(session, str(visit.me.municipality)) if local else None
        found = service.gather(session, days, municipalities)
    return render(
        visit,
        "statistics.html",
        found=found,
        days=days,
        periods=PERIODS,
        municipalities=sorted(municipalities) if municipalities else [],
        fewest=service.FEWEST,
        answers=[str(answer) for answer in Understood],
    )
