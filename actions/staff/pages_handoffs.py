"""The list of handoffs, one handoff with its history, the steps staff take, CSV export."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import Response
from sqlalchemy.orm import Session

from actions import db
from actions.alerts import service as alerts
from actions.checklists import service as checklists_service
from actions.content import content
from actions.errors import Forbidden, NavetError, Unprocessable
from actions.handoffs import service, states, talk
from actions.handoffs import store as handoffs
from actions.handoffs.models import Handoff, HandoffEvent
from actions.handoffs.store import SORTS, Filter
from actions.i18n import catalogs
from actions.joint import store as joint_store
from actions.mark import N_
from actions.nav import store as navs
from actions.nav.words import explain
from actions.staff import store as staff
from actions.staff.access import audit, author, mine, visible
from actions.staff.access import coordinated_by as coordinated_by  # also where others look for it
from actions.staff.correspondence import Correspondence, read
from actions.staff.labels import label
from actions.staff.missing import CONTACTS
from actions.staff.models import StaffUser
from actions.staff.pages import Visit, back_to, page, render, when
from actions.staff.permissions import Permission
from actions.vocabulary import HandoffState, StaffRole, Urgency

PER_PAGE = 50
MOST_EXPORTED = 5000
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


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
        shown = [row for row in rows if not service.is_excluded(row, visit.me.nav_role, visit.me.id)]
    return render(
        visit,
        "handoffs.html",
        rows=shown,
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
        audit(session, visit.me, "handoff.exported", "list", rows=len(rows))
    headers = {"Content-Disposition": 'attachment; filename="navet-handoffs.csv"'}
    return Response("\ufeff" + out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def defuse(cell: str) -> str:
    """A leading apostrophe stops spreadsheets from reading a cell as a formula."""
    stripped = cell.lstrip(" \u00a0\u200b\n")
    return "'" + cell if stripped.startswith(FORMULA) else cell


@page("GET", "/handoffs/{handoff_id}", Permission.READ_HANDOFFS)
def handoff_detail(visit: Visit, handoff_id: str) -> Response:
    with db.write() as session:
        handoff = mine(session, visit, handoff_id)
        audit(session, visit.me, "handoff.opened", handoff.id)
        shown = _Shown(
            handoff, list(handoff.history), staff.assignable(session, handoff.municipality), read(session, visit, handoff)
        )
    return _detail(visit, shown)


@dataclass(frozen=True)
class _Shown:
    """What the page of a handoff shows."""

    handoff: Handoff
    history: list[HandoffEvent]
    people: Sequence[StaffUser]
    conversation: Correspondence


def _shown(session: Session, visit: Visit, handoff: Handoff) -> _Shown:
    people = staff.assignable(session, handoff.municipality)
    return _Shown(handoff, list(handoff.history), people, read(session, visit, handoff))


def show_again(visit: Visit, handoff_id: str, error: NavetError) -> Response:
    """The page with what was wrong; what was typed is still there."""
    with db.write() as session:
        handoff = mine(session, visit, handoff_id)
        shown = _Shown(
            handoff, list(handoff.history), staff.assignable(session, handoff.municipality), read(session, visit, handoff)
        )
    return _detail(visit, shown, visit._(error.detail or error.title), error.status)


def _detail(visit: Visit, shown: _Shown, problem: str | None = None, status: int = 200) -> Response:
    handoff = shown.handoff
    worry = content().worries.get(handoff.worry or "")
    with db.read() as session:
        checklists = checklists_service.shown(session, handoff)
        together = joint_store.get(session, handoff.id) is not None
        actors = _actors(session, visit, shown.history)
    facts = [content().facts[id_] for id_ in (worry.facts if worry else []) if id_ in content().facts]
    return render(
        visit,
        "handoff.html",
        status,
        handoff=handoff,
        history=shown.history,
        actors=actors,
        talk=shown.conversation,
        typed=visit.form,
        steps=states.possible(handoff.state),
        notes={name: step.note_required for name, step in states.STEPS.items()},
        people=[person for person in shown.people if not service.is_excluded(handoff, person.nav_role, person.id)],
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


def _actors(session: Session, visit: Visit, history: Sequence[HandoffEvent]) -> dict[str, str]:
    """Who took the steps, in words: colleagues by name."""
    found = {}
    for actor in {event.actor for event in history}:
        kind, _, id_ = actor.partition(":")
        user = staff.user(session, int(id_)) if id_ else None
        found[actor] = user.name if user else visit._(label("actor", kind))
    return found


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
            mine(session, visit, handoff_id)
            talk.take_step(session, handoff_id, name, author(visit.me), visit.form.get("note", "")[:4000])
            audit(session, visit.me, f"handoff.{name}", handoff_id)
    except Unprocessable as error:
        return show_again(visit, handoff_id, error)
    return back_to(f"/staff/handoffs/{handoff_id}")


@page("POST", "/handoffs/{handoff_id}/assign", Permission.ASSIGN_HANDOFFS)
def assign(visit: Visit, handoff_id: str) -> Response:
    """Give a handoff to a person. Never to one it must not reach."""
    chosen = visit.form.get("person", "")
    with db.write() as session:
        handoff = mine(session, visit, handoff_id)
        person = staff.user(session, int(chosen)) if chosen.isascii() and chosen.isdigit() and len(chosen) < 10 else None
        if person is None or not person.active or person.role not in (StaffRole.COORDINATOR, StaffRole.NAV_ADULT):
            raise Unprocessable(N_("Choose a person."), field="person")
        if service.is_excluded(handoff, person.nav_role, person.id):
            raise Forbidden(N_("The worry may be about this adult, so it cannot go there."))
        if handoff.assignee_id != person.id:
            handoff.assignee_id = person.id
            if HandoffState(handoff.state) in states.OPEN and person.id != visit.me.id:
                alerts.tell_person(session, handoff, person)
        audit(session, visit.me, "handoff.assigned", handoff_id, to=person.id)
    return back_to(f"/staff/handoffs/{handoff_id}")
