"""The audit: who opened and changed what."""

from __future__ import annotations

from fastapi import Response

from actions import db
from actions.audit import service, store
from actions.staff.pages import Visit, page, render
from actions.staff.permissions import Permission

PER_PAGE = 100


@page("GET", "/audit", Permission.READ_AUDIT)
def audit_list(visit: Visit) -> Response:
    query = visit.request.query_params
    number = query.get("page", "1")
    current = max(1, int(number)) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    action, actor = query.get("action") or None, query.get("actor") or None
    with db.read() as session:
        rows = service.latest(session, limit=PER_PAGE, offset=(current - 1) * PER_PAGE, action=action, actor=actor)
        kinds = store.actions(session)
    return render(
        visit,
        "audit.html",
        rows=rows,
        kinds=kinds,
        current=current,
        action=action or "",
        actor=actor or "",
        more=len(rows) == PER_PAGE,
    )
