"""Children who are missing, or may be: what staff register, and from which moment on it is about what."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from actions.audit.service import record
from actions.checklists.service import MISSING
from actions.clock import now
from actions.content import content
from actions.errors import Unprocessable
from actions.handoffs import service
from actions.handoffs import store as handoffs
from actions.handoffs.models import Handoff, HandoffEvent
from actions.handoffs.service import NewHandoff
from actions.mark import N_
from actions.nav import store as navs
from actions.nav.engine import Matter
from actions.nav.plan import plan
from actions.staff.accounts import SignedIn
from actions.vocabulary import SOURCE_LANGUAGE, UNKNOWN_STAGE, Consent, Urgency

KINDS = {"prevention": "missing_risk", "missing": "missing_now", "found": "found"}
"""Moment -> the worry it is stored as. A moment is set by a person or by what the child chose itself, never computed."""
CONTACTS = ("112", "116000", "11414")


@dataclass(frozen=True)
class Registered:
    """What somebody registers: the moment, and either a child of a nav or only a municipality."""

    moment: str
    municipality: str
    child_id: str | None = None


def worries() -> frozenset[str]:
    """Every worry that belongs on the page."""
    return frozenset(worry for id_ in MISSING for worry in content().checklists[id_].worries)


def children_of(session: Session, places: set[str]) -> list[tuple[str, str]]:
    """The children of these municipalities: id and alias."""
    return [(child.id, child.alias) for child in navs.children(session, places) if child.active]


def checked(session: Session, form: dict[str, str], places: set[str]) -> Registered:
    """What the form says. Raises `Unprocessable` for a child or a municipality that is not this coordinator's."""
    if form.get("moment") not in KINDS:
        raise Unprocessable(N_("Choose what has happened."), field="moment")
    child_id = form.get("child") or None
    known = dict(children_of(session, places))
    if child_id is not None and child_id not in known:
        raise Unprocessable(N_("Choose a child of your municipality."), field="child")
    child = navs.child(session, child_id) if child_id else None
    municipality = child.municipality if child else form.get("municipality", "")
    if municipality not in places:
        raise Unprocessable(N_("Choose a municipality."), field="municipality")
    return Registered(form["moment"], municipality, child_id)


def register(wanted: Registered, me: SignedIn, language: str | None = None) -> str:
    """Make a handoff for a child that staff know about. The engine decides who is told, as with a worry from a child."""
    worry = KINDS[wanted.moment]
    urgency = Urgency(content().worries[worry].urgency)
    stage = "missing" if wanted.moment == "missing" else UNKNOWN_STAGE
    planned = plan(Matter(worry, stage=stage), urgency, None, wanted.child_id, wanted.municipality)
    made = service.make(
        NewHandoff(
            turn_key=f"staff:{uuid.uuid4().hex}",
            conversation_id=None,
            topic="worry_run_away",
            worry=worry,
            urgency=urgency,
            stage=stage,
            language=language or SOURCE_LANGUAGE,
            consent=Consent.STAFF,
            made_by=f"staff:{me.id}",
            **planned.stored(),
        )
    )
    return made.id


def move(session: Session, handoff: Handoff, moment: str, me: SignedIn) -> None:
    """It is about something else now: the child is gone, or found. The lists stay; the step stands in history and audit."""
    if moment not in KINDS or handoff.worry not in worries():
        raise Unprocessable(N_("Choose what has happened."), field="moment")
    before, handoff.worry = handoff.worry, KINDS[moment]
    if before == handoff.worry:
        return
    event = HandoffEvent(
        handoff_id=handoff.id, at=now(), actor=f"staff:{me.id}", step=moment, from_state=handoff.state, to_state=handoff.state
    )
    handoffs.add_event(session, event)
    detail = {"before": before, "now": handoff.worry}
    record(session, user_id=me.id, actor=me.email, action="missing.moved", object_type="handoff", object_id=handoff.id, **detail)
