"""Making handoffs and moving them along. Everything here is one transaction and safe to repeat."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from actions import db
from actions.alerts import service as alerts
from actions.clock import now
from actions.errors import Forbidden, NotFound, Unprocessable
from actions.handoffs import store
from actions.handoffs.models import Handoff, HandoffEvent
from actions.handoffs.states import UNREAD, step
from actions.mark import N_
from actions.vocabulary import Consent, HandoffState, Urgency

CHILD = "child"
SYSTEM = "system"
MOST_WORDS = 1000


@dataclass(frozen=True)
class NewHandoff:
    """What is needed to make one. `turn_key` names the child's message, so that a retry finds the same handoff."""

    turn_key: str
    conversation_id: str | None
    topic: str
    worry: str | None
    urgency: Urgency
    role: str
    stage: str
    language: str
    municipality: str
    consent: Consent
    consented_to: dict[str, Any] = field(default_factory=dict)
    excluded: list[str] = field(default_factory=list)
    own_words: str | None = None
    child_id: str | None = None
    assignee_id: int | None = None
    excluded_people: list[int] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    decision: dict[str, Any] | None = None
    made_by: str | None = None  # "staff:<id>" when it comes from no conversation


@dataclass(frozen=True)
class Made:
    id: str
    role: str
    urgency: str
    state: str
    new: bool


def make(wanted: NewHandoff) -> Made:
    """Store a handoff. It is committed when this returns; the same `turn_key` gives the same handoff again."""
    try:
        with db.write() as session:
            existing = store.by_turn(session, wanted.turn_key)
            if existing is None:
                handoff = _build(wanted)
                if wanted.conversation_id is not None:  # None: staff registered it
                    handoff.languages, handoff.words_language = store.languages(session, wanted.conversation_id, handoff.own_words)
                store.add(session, handoff)
                _note(session, handoff, _maker(wanted), "created", None, None)
                alerts.begin(session, handoff)
                return _made(handoff, new=True)
            return _made(existing, new=False)
    except IntegrityError:  # another process was quicker with the same turn
        with db.read() as session:
            existing = store.by_turn(session, wanted.turn_key)
            if existing is None:
                raise
            return _made(existing, new=False)


def _maker(wanted: NewHandoff) -> str:
    return wanted.made_by or (SYSTEM if wanted.consent == Consent.NOT_ASKED else CHILD)


def _build(wanted: NewHandoff) -> Handoff:
    words = (wanted.own_words or "").strip()[:MOST_WORDS] or None
    return Handoff(
        id=uuid.uuid4().hex,
        turn_key=wanted.turn_key,
        conversation_id=wanted.conversation_id,
        topic=wanted.topic,
        worry=wanted.worry,
        urgency=str(wanted.urgency),
        role=wanted.role,
        stage=wanted.stage,
        language=wanted.language,
        municipality=wanted.municipality,
        own_words=words,
        consent=str(wanted.consent),
        consented_to=wanted.consented_to,
        excluded=list(wanted.excluded),
        child_id=wanted.child_id,
        assignee_id=wanted.assignee_id,
        excluded_people=list(wanted.excluded_people),
        steps=list(wanted.steps),
        decision=wanted.decision,
        state=str(HandoffState.NEW),
        created_at=now(),
    )


def _made(handoff: Handoff, *, new: bool) -> Made:
    return Made(handoff.id, handoff.role, handoff.urgency, handoff.state, new)


def note(session: Session, handoff: Handoff, actor: str, name: str) -> None:
    """Something that happened without changing the state."""
    _note(session, handoff, actor, name, handoff.state, None)


def _note(session: Session, handoff: Handoff, actor: str, name: str, source: str | None, note: str | None) -> None:
    store.add_event(
        session,
        HandoffEvent(handoff_id=handoff.id, at=now(), actor=actor, step=name, from_state=source, to_state=handoff.state, note=note),
    )


def advance(session: Session, handoff_id: str, name: str, actor: str, note: str | None = None) -> Handoff:
    """Take a step. Raises `NotFound`, `IllegalTransition`, or `Unprocessable` when a note is missing."""
    handoff = store.get(session, handoff_id, lock=True)
    if handoff is None:
        raise NotFound(N_("There is no such handoff."))
    found = step(name, handoff.state)
    note = (note or "").strip() or None
    if found.note_required and note is None:
        raise Unprocessable(N_("Write a note: what was done?"), field="note")
    source, handoff.state = handoff.state, str(found.target)
    moment = now()
    setattr(handoff, found.stamps, moment)
    if found.target == HandoffState.IN_PROGRESS and handoff.acknowledged_at is None:
        handoff.acknowledged_at = moment
    _note(session, handoff, actor, name, source, note)
    alerts.stop(session, handoff)
    return handoff


def withdraw(conversation_id: str, handoff_id: str | None = None) -> tuple[str, Made | None]:
    """Take back what the child sent, while nobody has read it.

    Returns ("withdrawn" | "none" | "too_late" | "danger", the handoff). U0 and what was sent after a no stay: a child may be in
    danger.
    """
    with db.write() as session:
        all_ = store.of_conversation(session, conversation_id)
        wanted = [handoff for handoff in all_ if handoff_id in (None, handoff.id)]
        unread = [handoff for handoff in wanted if HandoffState(handoff.state) in UNREAD]
        mine = [handoff for handoff in unread if handoff.consent == Consent.YES]
        if mine:
            handoff = advance(session, mine[0].id, "withdraw", CHILD)
            handoff.own_words = None
            return "withdrawn", _made(handoff, new=False)
        if unread:
            return "danger", _made(unread[0], new=False)
        open_ = [handoff for handoff in wanted if handoff.state in (HandoffState.ACKNOWLEDGED, HandoffState.IN_PROGRESS)]
        return ("too_late", _made(open_[0], new=False)) if open_ else ("none", None)


def of_conversation(conversation_id: str) -> list[Made]:
    """What the child has sent, newest first."""
    with db.read() as session:
        return [_made(handoff, new=False) for handoff in store.of_conversation(session, conversation_id)]


def open_danger(conversation_id: str) -> Made | None:
    """An acute handoff of this conversation that is still open; a second alarm for the same danger would only confuse."""
    with db.read() as session:
        found = store.open_of(session, conversation_id, [str(Urgency.U0)])
        return _made(found, new=False) if found else None


def forget(session: Session, conversation_id: str, *, expired: bool = False) -> None:
    """The conversation is being deleted: unread handoffs lose the child's words, and all lose their tie to it (chat-api.md).

    `expired`: not by the child, but because nobody has touched it for so long.
    """
    for handoff in store.of_conversation(session, conversation_id):
        if HandoffState(handoff.state) in UNREAD or handoff.state == HandoffState.WITHDRAWN:
            handoff.own_words = None
        store.forget_unread(session, handoff.id)
        if _may_be_forgotten(handoff):
            handoff.child_id = None
        handoff.conversation_id = None
        by, step_name = (SYSTEM, "conversation_expired") if expired else (CHILD, "conversation_deleted")
        _note(session, handoff, by, step_name, handoff.state, None)


def _may_be_forgotten(handoff: Handoff) -> bool:
    """Nobody has read it and no child is in danger: then nobody needs to know which child it was."""
    unread = HandoffState(handoff.state) in UNREAD or handoff.state == HandoffState.WITHDRAWN
    return unread and handoff.urgency in (Urgency.U2, Urgency.U3)


def is_excluded(handoff: Handoff, role: str | None, person_id: int | None) -> bool:
    """Whether this adult is one the worry may be about, works at the same place, or answers to them."""
    return (role is not None and role in handoff.excluded) or (person_id is not None and person_id in handoff.excluded_people)


def ensure_not_excluded(handoff: Handoff, role: str | None, person_id: int | None = None) -> None:
    """The adult a worry is about never opens it, whatever else they may do."""
    if is_excluded(handoff, role, person_id):
        raise Forbidden(N_("This handoff is not for you."))
