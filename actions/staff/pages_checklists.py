"""Ticks a point of a list off, on any handoff that somebody may work on."""

from __future__ import annotations

from fastapi import Response

from actions import db
from actions.checklists import service
from actions.handoffs import talk
from actions.staff.access import author, mine
from actions.staff.pages import Visit, back_to, page
from actions.staff.permissions import Permission


@page("POST", "/handoffs/{handoff_id}/tick", Permission.WORK_HANDOFFS)
def tick(visit: Visit, handoff_id: str) -> Response:
    form = visit.form
    with db.write() as session:
        handoff = mine(session, visit, handoff_id)
        talk.take_up(session, handoff_id, author(visit.me))
        service.toggle(session, handoff, form.get("list", ""), form.get("item", ""), visit.me, done=form.get("done") == "yes")
    anchor = form.get("list", "")
    return back_to(f"/staff/handoffs/{handoff_id}#list-{anchor}" if anchor.isalpha() else f"/staff/handoffs/{handoff_id}")
