"""Questions the adults of a nav answer together: the list, the drafts of all, agreeing on one."""

from __future__ import annotations

from fastapi import Response
from sqlalchemy.orm import Session

from actions import db
from actions.errors import NavetError, NotFound
from actions.handoffs import store as handoffs
from actions.handoffs.models import Handoff
from actions.handoffs.service import is_excluded
from actions.joint import service, store
from actions.mark import N_
from actions.staff.pages import Visit, back_to, page, render
from actions.staff.pages_handoffs import coordinated_by
from actions.staff.permissions import Permission
from actions.vocabulary import StaffRole


def _places(session: Session, visit: Visit) -> set[str]:
    coordinates = visit.me.role == StaffRole.COORDINATOR
    return coordinated_by(session, str(visit.me.municipality)) if coordinates else set()


@page("GET", "/joint", Permission.READ_HANDOFFS)
def joint_list(visit: Visit) -> Response:
    with db.read() as session:
        places = _places(session, visit)
        found = store.of_places(session, places) if places else store.of_person(session, visit.me.id)
        rows = [row for row in found if not is_excluded(row, visit.me.nav_role, visit.me.id)]
        done = {row.id: question.answered_at for row in rows if (question := store.get(session, row.id))}
    return render(visit, "joint_list.html", rows=rows, done=done)


def _open(session: Session, visit: Visit, handoff_id: str) -> Handoff:
    handoff = handoffs.get(session, handoff_id, lock=True)
    if handoff is None or not service.may_open(session, handoff, visit.me, _places(session, visit)):
        raise NotFound(N_("There is no such handoff."))
    return handoff


@page("GET", "/joint/{handoff_id}", Permission.READ_HANDOFFS)
def joint_page(visit: Visit, handoff_id: str) -> Response:
    return _show(visit, handoff_id)


def _show(visit: Visit, handoff_id: str, problem: str | None = None, status: int = 200) -> Response:
    with db.write() as session:
        handoff = _open(session, visit, handoff_id)
        question = store.get(session, handoff_id)
        assert question is not None
        voices = list(question.voices)
        service.note_opened(session, handoff, visit.me)
    agreed = {draft.id: [voice.role for voice in voices if service.agrees(voice, draft)] for draft in voices}
    mine = service.mine(question, visit.me)
    return render(
        visit,
        "joint.html",
        status,
        handoff=handoff,
        question=question,
        voices=voices,
        mine=mine,
        agreed=agreed,
        written=visit.form,
        most=service.MOST_LETTERS,
        problem=problem,
    )


def _number(visit: Visit, name: str) -> int:
    value = visit.form.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else -1


@page("POST", "/joint/{handoff_id}/draft", Permission.WORK_HANDOFFS)
def joint_draft(visit: Visit, handoff_id: str) -> Response:
    try:
        with db.write() as session:
            handoff = _open(session, visit, handoff_id)
            service.write(session, handoff, _number(visit, "voice"), visit.form.get("text", ""), visit.me)
    except NavetError as error:
        return _again(visit, handoff_id, error)
    return back_to(f"/staff/joint/{handoff_id}")


@page("POST", "/joint/{handoff_id}/agree", Permission.WORK_HANDOFFS)
def joint_agree(visit: Visit, handoff_id: str) -> Response:
    try:
        with db.write() as session:
            handoff = _open(session, visit, handoff_id)
            numbers = [_number(visit, name) for name in ("voice", "draft", "version")]
            service.agree(session, handoff, numbers[0], numbers[1], numbers[2], visit.me)
    except NavetError as error:
        return _again(visit, handoff_id, error)
    return back_to(f"/staff/joint/{handoff_id}")


def _again(visit: Visit, handoff_id: str, error: NavetError) -> Response:
    """The page once more with what was wrong; what was written stays in the form."""
    if error.status not in (404, 422):
        raise error
    return _show(visit, handoff_id, visit._(error.detail), error.status)
