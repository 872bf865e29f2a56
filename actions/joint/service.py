"""The adults of a nav answer a child together: each writes a draft, all see all drafts, the child gets the one that all agree on.

Whoever the question may be about has no voice. An agreement counts for the wording it was given to: a changed draft needs it again.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from actions import db
from actions.alerts import service as alerts
from actions.audit.service import record
from actions.chat import post
from actions.chat import store as conversations
from actions.clock import now
from actions.dialogue import joint
from actions.errors import Forbidden, NotFound, Unprocessable
from actions.handoffs import store as handoffs
from actions.handoffs import talk
from actions.handoffs.models import Handoff, HandoffEvent
from actions.handoffs.service import is_excluded
from actions.handoffs.talk import Author
from actions.joint import store
from actions.joint.models import JointQuestion, JointVoice
from actions.joint.voices import FEWEST, voices
from actions.mark import N_
from actions.nav.load import nav_of_child
from actions.nav.persons import Nav
from actions.staff import store as staff
from actions.staff.accounts import SignedIn
from actions.vocabulary import SOURCE_LANGUAGE, StaffRole

MOST_LETTERS = 2000


def begin(session: Session, handoff: Handoff, nav: Nav) -> JointQuestion | None:
    """Ask all of the nav. None when fewer than two may answer: then it is an ordinary handoff."""
    known = store.get(session, handoff.id)
    if known is not None:
        return known
    barred = set(handoff.excluded_people)
    found = [(role, id_) for role, id_ in voices(nav, set(handoff.excluded)) if id_ is None or id_ not in barred]
    if len(found) < FEWEST:
        return None
    rows = [JointVoice(role=role, staff_id=id_, version=0) for role, id_ in found]
    question = JointQuestion(handoff_id=handoff.id, created_at=now(), voices=rows)
    store.add(session, question)
    return question


def ask_together(handoff_id: str) -> bool:
    """Begin for a handoff that is stored, and tell those with an account. Safe to repeat."""
    with db.write() as session:
        handoff = handoffs.get(session, handoff_id, lock=True)
        if handoff is None:
            return False
        known = store.get(session, handoff_id) is not None
        question = begin(session, handoff, nav_of_child(session, handoff.child_id, handoff.municipality))
        for voice in question.voices if question and not known else []:
            person = staff.user(session, voice.staff_id) if voice.staff_id else None
            if person is not None and person.id != handoff.assignee_id:
                alerts.tell_person(session, handoff, person)
        return question is not None


def has_voice(session: Session, handoff_id: str, staff_id: int) -> bool:
    question = store.get(session, handoff_id)
    return question is not None and any(voice.staff_id == staff_id for voice in question.voices)


def _open(session: Session, handoff: Handoff) -> JointQuestion:
    question = store.get(session, handoff.id, lock=True)
    if question is None:
        raise NotFound(N_("There is no such handoff."))
    if question.answered_at is not None:
        raise Unprocessable(N_("The child has the answer already."))
    return question


def may_open(session: Session, handoff: Handoff, me: SignedIn, places: set[str]) -> bool:
    """One of its voices, or a coordinator of the municipality; never somebody it may be about."""
    question = store.get(session, handoff.id)
    if question is None or is_excluded(handoff, me.nav_role, me.id):
        return False
    if me.role == StaffRole.COORDINATOR:
        return handoff.municipality in places
    return any(voice.staff_id == me.id for voice in question.voices)


def mine(question: JointQuestion, me: SignedIn) -> list[JointVoice]:
    """The voices this person speaks for: its own; a coordinator those of adults without an account."""
    coordinates = me.role == StaffRole.COORDINATOR
    return [voice for voice in question.voices if voice.staff_id == me.id or (coordinates and voice.staff_id is None)]


def _take_up(session: Session, handoff: Handoff, me: SignedIn) -> None:
    """The first who answers has read it: the alarm stops, and the child hears that it is read."""
    talk.take_up(session, handoff.id, Author(me.id, me.role, me.nav_role))


def _voice(question: JointQuestion, voice_id: int, me: SignedIn) -> JointVoice:
    found = next((voice for voice in mine(question, me) if voice.id == voice_id), None)
    if found is None:
        raise Forbidden(N_("You cannot speak for this adult."))
    return found


def write(session: Session, handoff: Handoff, voice_id: int, text: str, me: SignedIn) -> None:
    """Store or change a draft. Whoever had agreed with its old wording has to agree again, its author agrees with it."""
    _take_up(session, handoff, me)
    question = _open(session, handoff)
    voice = _voice(question, voice_id, me)
    text = text.strip()
    if not text or len(text) > MOST_LETTERS:
        raise Unprocessable(N_("Write a draft, at most 2,000 characters."), field="text")
    if text != voice.draft:
        voice.draft, voice.version, voice.drafted_at = text, voice.version + 1, now()
        _audit(session, handoff, me, "joint.drafted", role=voice.role, version=voice.version)
    _agree(session, handoff, question, voice, voice, me)


def agree(session: Session, handoff: Handoff, voice_id: int, with_id: int, version: int, me: SignedIn) -> bool:
    """Agree with a draft as it was read. True when that was the last yes and the child has the answer."""
    _take_up(session, handoff, me)
    question = _open(session, handoff)
    voice = _voice(question, voice_id, me)
    draft = next((other for other in question.voices if other.id == with_id and other.draft), None)
    if draft is None:
        raise NotFound(N_("There is no such draft."))
    if draft.version != version:
        raise Unprocessable(N_("The draft has changed. Read it again."))
    return _agree(session, handoff, question, voice, draft, me)


def _agree(session: Session, handoff: Handoff, question: JointQuestion, voice: JointVoice, draft: JointVoice, me: SignedIn) -> bool:
    voice.agrees_with, voice.agrees_version, voice.agreed_at = draft.id, draft.version, now()
    _audit(session, handoff, me, "joint.agreed", role=voice.role, draft=draft.role, version=draft.version)
    if not all(agrees(other, draft) for other in question.voices):
        return False
    question.answered_at = now()
    _send(session, handoff, draft, [other.role for other in question.voices], me)
    return True


def agrees(voice: JointVoice, draft: JointVoice) -> bool:
    return voice.agrees_with == draft.id and voice.agrees_version == draft.version and bool(draft.draft)


def _send(session: Session, handoff: Handoff, draft: JointVoice, roles: list[str], me: SignedIn) -> None:
    """Into the child's chat, as written by people, after a sentence that says from whom it is."""
    row = conversations.conversation(session, handoff.conversation_id, lock=True) if handoff.conversation_id else None
    if row is not None:
        post.say(session, row, joint.answer(handoff.id))
        post.add_written(session, row, str(draft.draft), _language_of(session, draft), post.person_meta(row, handoff.id, roles))
    actor, state = f"staff:{me.id}", handoff.state
    event = HandoffEvent(handoff_id=handoff.id, at=now(), actor=actor, step="joint_answer", from_state=state, to_state=state)
    handoffs.add_event(session, event)
    _audit(session, handoff, me, "joint.answered", reached=row is not None)


def _language_of(session: Session, draft: JointVoice) -> str:
    """That its author works in; whoever agreed last may work in another."""
    author = staff.user(session, draft.staff_id) if draft.staff_id is not None else None
    return author.language if author else SOURCE_LANGUAGE


def note_opened(session: Session, handoff: Handoff, me: SignedIn) -> None:
    _audit(session, handoff, me, "joint.opened")


def _audit(session: Session, handoff: Handoff, me: SignedIn, action: str, **detail: Any) -> None:
    record(session, user_id=me.id, actor=me.email, action=action, object_type="handoff", object_id=handoff.id, **detail)
