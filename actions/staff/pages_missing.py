"""Children who are missing: what is open, what must be done, whom to call, and registering what staff know."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from sqlalchemy.orm import Session

from actions import db
from actions.audit.service import record
from actions.checklists import service as checklists
from actions.content import content
from actions.errors import NavetError
from actions.handoffs import states
from actions.handoffs import store as handoffs
from actions.handoffs.service import is_excluded
from actions.handoffs.store import Filter
from actions.staff import missing
from actions.staff.access import coordinated_by, mine, visible
from actions.staff.pages import Visit, back_to, page, render
from actions.staff.permissions import Permission, allowed

MOST = 200


@page("GET", "/missing", Permission.READ_HANDOFFS)
def missing_page(visit: Visit) -> Response:
    return _show(visit)


def _show(visit: Visit, problem: str | None = None, status: int = 200) -> Response:
    with db.read() as session:
        rows = _rows(session, visit)
        done = checklists.progress(session, rows)
        places = _places(session, visit)
        children = missing.children_of(session, places)
    moments = {row.id: checklists.current(row) for row in rows}
    return render(
        visit,
        "missing.html",
        status,
        rows=rows,
        done=done,
        moments=moments,
        lists=[content().checklists[id_] for id_ in checklists.MISSING],
        contacts=contacts(),
        hints=[content().facts[id_] for id_ in content().worries["missing_risk"].facts],
        children=children,
        municipalities=[content().municipalities[id_] for id_ in sorted(places)],
        form=visit.form,
        problem=problem,
    )


def contacts() -> list[Any]:
    """The numbers for a missing child; only those that may be shown."""
    return [content().helplines[id_] for id_ in missing.CONTACTS if content().helplines[id_].show]


def _places(session: Session, visit: Visit) -> set[str]:
    """Where this person may register a child: coordinators only."""
    if not allowed(visit.me.role, Permission.MANAGE_NAV):
        return set()
    return coordinated_by(session, str(visit.me.municipality))


def _rows(session: Session, visit: Visit) -> list[Any]:
    states_ = frozenset(str(state) for state in states.OPEN)
    wanted = Filter(states=states_, worries=missing.worries(), **visible(session, visit.me))
    found = handoffs.find(session, wanted, limit=MOST)
    return [row for row in found if not is_excluded(row, visit.me.nav_role, visit.me.id)]


@page("POST", "/missing", Permission.MANAGE_NAV)
def missing_add(visit: Visit) -> Response:
    try:
        with db.read() as session:
            wanted = missing.checked(session, visit.form, _places(session, visit))
    except NavetError as error:
        return _show(visit, visit._(error.detail), error.status)
    made = missing.register(wanted, visit.me)
    with db.write() as session:
        record(
            session, user_id=visit.me.id, actor=visit.me.email, action="missing.registered", object_type="handoff", object_id=made
        )
    return back_to(f"/staff/handoffs/{made}")


@page("POST", "/handoffs/{handoff_id}/missing", Permission.WORK_HANDOFFS)
def missing_move(visit: Visit, handoff_id: str) -> Response:
    with db.write() as session:
        handoff = mine(session, visit, handoff_id)
        missing.move(session, handoff, visit.form.get("moment", ""), visit.me)
    return back_to(f"/staff/handoffs/{handoff_id}")
