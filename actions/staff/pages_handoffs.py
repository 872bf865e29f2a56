"""The list of handoffs, one handoff with its history, the steps staff take, CSV export."""

from __future__ import annotations

import csv
import io
from typing import Any
from urllib.parse import urlencode

from fastapi import Response
from sqlalchemy.orm import Session

from actions import db
from actions.audit.service import record
from actions.checklists import service as checklists_service
from actions.content import content
from actions.errors import Forbidden, NotFound, Unprocessable
from actions.handoffs import service, states
from actions.handoffs import store as handoffs
from actions.handoffs.models import Handoff
from actions.handoffs.store import SORTS, Filter
from actions.i18n import catalogs
from actions.joint import service as joint
from actions.joint import store as joint_store
from actions.mark import N_
from actions.nav import store as navs
from actions.nav.words import explain
from actions.staff import store as staff
from actions.staff.accounts import SignedIn
from actions.staff.missing import CONTACTS
from actions.staff.pages import Visit, back_to, page, render, when
from actions.staff.permissions import Permission
from actions.vocabulary import HandoffState, StaffRole, Urgency

PER_PAGE = 50
MOST_EXPORTED = 5000
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def visible(session: Session, me: SignedIn) -> dict[str, Any]:
    """What somebody may see: coordinators their municipality (the generic one also those nobody coordinates), others their own."""
    if me.role == StaffRole.COORDINATOR:
        return {"municipalities": frozenset(coordinated_by(session, str(me.municipality)))}
    return {"assignee": me.id}


def coordinated_by(session: Session, municipality: str) -> set[str]:
    if municipality != "generic":
        return {municipality}
    taken = {user.municipality for user in staff.all_users(session) if user.active and user.role == StaffRole.COORDINATOR}
    return {"generic"} | {id_ for id_ in content().municipalities if id_ not in taken}


def _filter(session: Session, visit: Visit) -> tuple[Filter, dict[str, str]]:
    """The filter of the address line. Unknown values are dropped, not errors."""
    query = visit.request.query_params
    wanted = {
        "state": query.get("state", "open"),
        "urgency": query.get("urgency", ""),
        "role": query.get("role", ""),
        "worry": query.get("worry", ""),
        "q": query.get("q", "")[:100].replace("\x00", ""),
        "sort": query.get("sort", "urgency"),
    }
    state = wanted["state"]
    chosen = states.OPEN if state == "open" else {HandoffState(state)} if state in set(HandoffState) else frozenset()
    made = Filter(
        states=frozenset(str(entry) for entry in chosen),
        urgency=wanted["urgency"] if wanted["urgency"] in set(Urgency) else None,
        role=wanted["role"] or None,
        worry=wanted["worry"] or None,
        text=wanted["q"].strip() or None,
        sort=wanted["sort"] if wanted["sort"] in SORTS else "urgency",
        **visible(session, visit.me),
    )
    return made, wanted


@page("GET", "/handoffs", Permission.READ_HANDOFFS)
def handoff_list(visit: Visit) -> Response:
    with db.read() as session:
        made, wanted = _filter(session, visit)
        number = visit.request.query_params.get("page", "1")
        current = max(1, int(number)) if number.isascii() and number.isdigit() and len(number) < 6 else 1
        total = handoffs.count(session, made)
        rows = handoffs.find(session, made, limit=PER_PAGE, offset=(current - 1) * PER_PAGE)
        mine = [row for row in rows if not service.is_excluded(row, visit.me.nav_role, visit.me.id)]
    return render(
        visit,
        "handoffs.html",
        rows=mine,
        total=total,
        current=current,
        pages=max(1, -(-total // PER_PAGE)),
        wanted=wanted,
        states=[str(state) for state in HandoffState],
        urgencies=[str(urgency) for urgency in Urgency],
        roles=[role for role in content().roles.values() if role.recipient],
        worries=list(content().worries.values()),
        sorts=list(SORTS),
        query=urlencode({key: value for key, value in wanted.items() if value}),
    )


def _given_to(session: Session, handoff: Handoff, me: SignedIn) -> bool:
    """Theirs, or one they answer together with others of the nav."""
    return handoff.assignee_id == me.id or joint.has_voice(session, handoff.id, me.id)


def _mine(session: Session, visit: Visit, handoff_id: str) -> Handoff:
    """A handoff this person may open. What they may not see does not exist for them."""
    handoff = handoffs.get(session, handoff_id)
    rights = visible(session, visit.me)
    if handoff is None or ("assignee" in rights and not _given_to(session, handoff, visit.me)):
        raise NotFound(N_("There is no such handoff."))
    if "municipalities" in rights and handoff.municipality not in rights["municipalities"]:
        raise NotFound(N_("There is no such handoff."))
    service.ensure_not_excluded(handoff, visit.me.nav_role, visit.me.id)
    return handoff


open_handoff = _mine
"""The same for pages in other modules."""


@page("GET", "/handoffs/export.csv", Permission.EXPORT_HANDOFFS)
def export(visit: Visit) -> Response:
    """The filtered list as CSV, for a spreadsheet. Cells that a spreadsheet would run as formulas are defused."""
    out = io.StringIO()
    writer = csv.writer(out)
    columns = [
        "id",
        "created",
        "urgency",
        "worry",
        "role",
        "state",
        "stage",
        "language",
        "municipality",
        "consent",
        "own_words",
        "acknowledged",
        "closed",
    ]
    writer.writerow(columns)
    with db.write() as session:
        made, _wanted = _filter(session, visit)
        found = handoffs.find(session, made, limit=MOST_EXPORTED)
        rows = [row for row in found if not service.is_excluded(row, visit.me.nav_role, visit.me.id)]
        for row in rows:
            values = [
                row.id,
                when(row.created_at),
                row.urgency,
                row.worry or row.topic,
                row.role,
                row.state,
                row.stage,
                row.language,
                row.municipality,
                row.consent,
                row.own_words or "",
                when(row.acknowledged_at),
                when(row.closed_at),
            ]
            writer.writerow([defuse(value) for value in values])
        _audit(session, visit.me, "handoff.exported", "list", rows=len(rows))
    headers = {"Content-Disposition": 'attachment; filename="navet-handoffs.csv"'}
    return Response("\ufeff" + out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def defuse(cell: str) -> str:
    """A leading apostrophe stops spreadsheets from reading a cell as a formula."""
    stripped = cell.lstrip(" \u00a0\u200b\n")
    return "'" + cell if stripped.startswith(FORMULA) else cell


def _audit(session: Session, me: SignedIn, action: str, object_id: str, **detail: Any) -> None:
    record(session, user_id=me.id, actor=me.email, action=action, object_type="handoff", object_id=object_id, **detail)


@page("GET", "/handoffs/{handoff_id}", Permission.READ_HANDOFFS)
def handoff_detail(visit: Visit, handoff_id: str) -> Response:
    with db.write() as session:
        handoff = _mine(session, visit, handoff_id)
        history = list(handoff.history)
        _audit(session, visit.me, "handoff.opened", handoff.id)
        people = staff.assignable(session, handoff.municipality)
    return _detail(visit, handoff, history, people)


def _detail(
    visit: Visit, handoff: Handoff, history: list[Any], people: Any, problem: str | None = None, status: int = 200
) -> Response:
    worry = content().worries.get(handoff.worry or "")
    with db.read() as session:
        checklists = checklists_service.shown(session, handoff)
        together = joint_store.get(session, handoff.id) is not None
    facts = [content().facts[id_] for id_ in (worry.facts if worry else []) if id_ in content().facts]
    return render(
        visit,
        "handoff.html",
        status,
        handoff=handoff,
        history=history,
        steps=states.possible(handoff.state),
        notes={name: step.note_required for name, step in states.STEPS.items()},
        people=[person for person in people if not service.is_excluded(handoff, person.nav_role, person.id)],
        worry=worry,
        facts=facts,
        helplines=[line for line in content().helplines.values() if line.staff],
        why=_why(visit, handoff),
        alias=_alias(handoff),
        checklists=checklists,
        answered_together=together,
        moment=checklists_service.current(handoff),
        contacts=[content().helplines[id_] for id_ in CONTACTS],
        problem=problem,
    )


def _alias(handoff: Handoff) -> str | None:
    """Which child it is, when an access code said so and the child is still registered."""
    if handoff.child_id is None:
        return None
    with db.read() as session:
        child = navs.child(session, handoff.child_id)
        return child.alias if child else None


def _why(visit: Visit, handoff: Handoff) -> dict[str, Any] | None:
    """The engine's decision in words, each adult with what the child read as the reason ("because …"), where there is one."""
    if handoff.decision is None:
        return None
    told = explain(handoff.decision, visit._)
    worry = content().worries.get(handoff.worry or "")
    reasons = worry.reasons if worry else {}
    words = {
        role: catalogs().content(visit.code, f"worry.{worry.id}.reason.{role}", text).text if worry else ""
        for role, text in reasons.items()
    }
    told["line"] = [{**entry, "reason": words.get(entry["role"], "")} for entry in told["line"]]
    return told


@page("POST", "/handoffs/{handoff_id}/step", Permission.WORK_HANDOFFS)
def take_step(visit: Visit, handoff_id: str) -> Response:
    """Acknowledge, start, close, reopen."""
    name = visit.form.get("step", "")
    if name == "withdraw" or name not in states.STEPS:
        raise Unprocessable(N_("There is no such step."))
    try:
        with db.write() as session:
            _mine(session, visit, handoff_id)
            service.advance(session, handoff_id, name, f"staff:{visit.me.id}", visit.form.get("note", "")[:4000])
            _audit(session, visit.me, f"handoff.{name}", handoff_id)
    except Unprocessable as error:
        with db.read() as session:
            handoff = _mine(session, visit, handoff_id)
            history, people = list(handoff.history), staff.assignable(session, handoff.municipality)
        return _detail(visit, handoff, history, people, visit._(error.detail), error.status)
    return back_to(f"/staff/handoffs/{handoff_id}")


@page("POST", "/handoffs/{handoff_id}/assign", Permission.ASSIGN_HANDOFFS)
def assign(visit: Visit, handoff_id: str) -> Response:
    """Give a handoff to a person. Never to one it must not reach."""
    chosen = visit.form.get("person", "")
    with db.write() as session:
        handoff = _mine(session, visit, handoff_id)
        person = staff.user(session, int(chosen)) if chosen.isascii() and chosen.isdigit() and len(chosen) < 10 else None
        if person is None or not person.active or person.role not in (StaffRole.COORDINATOR, StaffRole.NAV_ADULT):
            raise Unprocessable(N_("Choose a person."), field="person")
        if service.is_excluded(handoff, person.nav_role, person.id):
            raise Forbidden(N_("The worry may be about this adult, so it cannot go there."))
        handoff.assignee_id = person.id
        _audit(session, visit.me, "handoff.assigned", handoff_id, to=person.id)
    return back_to(f"/staff/handoffs/{handoff_id}")
