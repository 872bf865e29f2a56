"""Puts alerts into the outbox, in the transaction of what they tell about: a new handoff, silence, given to somebody.

Locks are always taken in this order: handoff, escalation, outbox.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from actions import db
from actions.alerts import calendar, escalation, store
from actions.alerts.channels.base import WEBHOOK, configured
from actions.alerts.escalation import Group, Recipient, Turn
from actions.alerts.models import Escalation, OutboxRow
from actions.alerts.recipients import line_of
from actions.audit.service import record
from actions.clock import now
from actions.content import content
from actions.content.models import AckWithin
from actions.handoffs import store as handoffs
from actions.handoffs.models import Handoff, HandoffEvent
from actions.handoffs.states import OPEN
from actions.settings import settings
from actions.staff.models import StaffUser
from actions.vocabulary import COORDINATOR, AlertKind, Channel, HandoffState, StaffRole, Urgency

log = logging.getLogger("navet.alerts")
SYSTEM = "system"
NOBODY = timedelta(minutes=15)
"""How soon to look again when there is nobody at all to tell."""
BATCH = 50
ANSWER_PAUSE = timedelta(minutes=2)
"""Who has the page open while the child writes needs no e-mail."""
NAMES = {COORDINATOR: "Samordnare", str(StaffRole.ADMINISTRATOR): "Administratör"}
WAYS = {"email": "e-post", "sms": "SMS", "in_app": "Navet", "webhook": "webhook"}


def begin(session: Session, handoff: Handoff) -> None:
    """The first alert of a new handoff, stored with it. Whatever goes wrong here, the handoff itself is kept: the worker finds the
    escalation and tries again."""
    row = Escalation(handoff_id=handoff.id, step=0, round=0, done=[], told=[handoff.role], next_at=now())
    store.add(session, row)
    try:
        with session.begin_nested():
            tell_next(session, handoff, row)
    except Exception as error:  # noqa: BLE001 - a wrong profile or account must never cost a child its handoff
        log.error("no first alert yet for handoff %s: %s", handoff.id, type(error).__name__)


def tell_next(session: Session, handoff: Handoff, row: Escalation) -> None:
    """Alert whoever is next in line, and note when the one after them is told."""
    config, urgency, moment = settings(), Urgency(handoff.urgency), now()
    hours = content().municipality(handoff.municipality).hours
    open_now = calendar.is_open(moment, hours)
    chosen = escalation.turn(urgency, line_of(session, handoff, config), row.done, consented=handoff.role, open_now=open_now)
    if not chosen.groups:
        log.error("nobody to tell about handoff %s (%s)", handoff.id, urgency)
        row.next_at = moment + NOBODY
        return
    due = escalation.first_at(urgency, moment, hours)
    kind = AlertKind.ESCALATION if row.step else AlertKind.ALERT
    for recipient in _recipients(chosen.groups):
        _put(session, handoff, kind, row.step, recipient, due)
    if kind == AlertKind.ESCALATION:
        _note_escalated(session, handoff, row, chosen)
    row.step, row.round, row.done = row.step + 1, row.round + chosen.again, list(chosen.done)
    row.next_at = escalation.next_at(urgency, row.step, due, hours, within(urgency), timedelta(minutes=config.repeat_minutes))


def within(urgency: str) -> AckWithin:
    return content().urgencies[urgency].ack_within


def _recipients(groups: Sequence[Group]) -> list[Recipient]:
    """Everybody of the groups once, and the municipality's own system."""
    found = [recipient for group in groups for recipient in group.recipients]
    if configured(WEBHOOK, settings()):
        found.append(Recipient(groups[0].role, None, WEBHOOK, ""))
    return list({(to.person_id, to.channel, to.address): to for to in reversed(found)}.values())[::-1]


def _put(session: Session, handoff: Handoff, kind: AlertKind, step: int, to: Recipient, due: datetime) -> None:
    """One row. An older one to the same address that did not get through yet is replaced, so that nobody gets a heap later."""
    who = hashlib.sha256(f"{to.person_id}:{to.address}".encode()).hexdigest()[:16]
    row = OutboxRow(
        handoff_id=handoff.id,
        kind=str(kind),
        channel=to.channel,
        address=to.address,
        person_id=to.person_id,
        role=to.role,
        step=step,
        dedupe_key=f"{handoff.id}:{kind}:{step}:{to.channel}:{who}",
        created_at=now(),
        due_at=due,
        tries=0,
    )
    if kind == AlertKind.ESCALATION:
        store.replace_unsent(session, row)
    store.add(session, row)


def role_words(role: str) -> str:
    """A role as the history shows it, in Swedish like the rest of what staff write there."""
    known = content().roles.get(role)
    return NAMES.get(role) or (known.sv if known else role)


def note(session: Session, handoff: Handoff, step: str, text: str, **detail: Any) -> None:
    """An event in the handoff's history and in the audit. `detail` holds ids, no addresses."""
    event = HandoffEvent(
        handoff_id=handoff.id, at=now(), actor=SYSTEM, step=step, from_state=handoff.state, to_state=handoff.state, note=text
    )
    handoffs.add_event(session, event)
    record(session, user_id=None, actor=SYSTEM, action=f"handoff.{step}", object_type="handoff", object_id=handoff.id, **detail)


def _note_escalated(session: Session, handoff: Handoff, row: Escalation, chosen: Turn) -> None:
    roles = [group.role for group in chosen.groups]
    text = ", ".join(role_words(role) for role in roles)
    again = row.round + chosen.again
    note(session, handoff, "escalated", f"{text} (varv {again + 1})" if again else text, to=roles, alert=row.step)


# --- what ends it


def stop(session: Session, handoff: Handoff) -> None:
    """Somebody has acknowledged, or it was taken back or closed: nothing more goes out. Part of the transaction of that step."""
    row = store.escalation(session, handoff.id, lock=True)
    if row is not None:
        row.next_at = None
    closed = HandoffState(handoff.state) not in OPEN
    kinds = [AlertKind.ALERT, AlertKind.ESCALATION, *([AlertKind.ASSIGNED] if closed else [])]
    store.end_unsent(session, handoff.id, kinds, now())


# --- what the worker calls


def escalate_due() -> int:
    """Go one step further with every handoff whose time has come. Safe with several workers; returns how many it took."""
    with db.read() as session:
        ids = store.due_escalations(session, now(), BATCH)
    return sum(_escalate(id_) for id_ in ids)


def _escalate(handoff_id: str) -> bool:
    with db.write() as session:
        handoff = store.waiting_handoff(session, handoff_id)
        row = store.escalation(session, handoff_id, lock=True) if handoff else None
        if handoff is None or row is None or row.next_at is None or row.next_at > now():
            return False
        if handoff.state != HandoffState.NEW:
            row.next_at = None
            return False
        tell_next(session, handoff, row)
        return True


def hurry(session: Session, handoff: Handoff) -> None:
    """An adult cannot be reached at all: do not wait. Only in the first round, or a line of wrong addresses would spin."""
    row = store.escalation(session, handoff.id, lock=True)
    if row is not None and row.next_at is not None and row.round == 0:
        row.next_at = min(row.next_at, now())


def adopt() -> int:
    """Handoffs nobody was ever told about (made before alerts existed, or by a way around `begin`) get their first alert."""
    with db.write() as session:
        found = store.without_escalation(session, BATCH)
        for handoff in found:
            begin(session, handoff)
        return len(found)


# --- people


def tell_person(session: Session, handoff: Handoff, person: StaffUser) -> None:
    """A coordinator gave the handoff to this person: they are told at once, in their working day."""
    hours = content().municipality(handoff.municipality).hours
    channel = Channel.EMAIL if configured(Channel.EMAIL, settings()) else Channel.IN_APP
    recipient = Recipient(person.nav_role or person.role, person.id, str(channel), person.email if channel == Channel.EMAIL else "")
    count = len(store.of_handoff(session, handoff.id))
    due = escalation.first_at(Urgency(handoff.urgency), now(), hours)
    _put(session, handoff, AlertKind.ASSIGNED, count, recipient, due)


def tell_answer(session: Session, handoff: Handoff, message: int) -> None:
    """The child has written back: who has the handoff is told, unless they open it at once. One message until they do.

    `message`: the first of the child's messages nobody has read.
    """
    person = store.people(session, [handoff.assignee_id]).get(handoff.assignee_id) if handoff.assignee_id else None
    key = f"{handoff.id}:{AlertKind.ANSWER}:{message}"
    if person is None or not person.active or store.known_keys(session, [key]):
        return
    email = configured(Channel.EMAIL, settings())
    hours = content().municipality(handoff.municipality).hours
    row = OutboxRow(
        handoff_id=handoff.id,
        kind=str(AlertKind.ANSWER),
        channel=str(Channel.EMAIL if email else Channel.IN_APP),
        address=person.email if email else "",
        person_id=person.id,
        role=person.nav_role or person.role,
        dedupe_key=key,
        created_at=now(),
        due_at=escalation.first_at(Urgency(handoff.urgency), now() + ANSWER_PAUSE, hours),
    )
    store.add(session, row)


def seen(session: Session, handoff_id: str, person_id: int) -> None:
    """This person has opened the handoff after what they were told."""
    store.mark_seen(session, handoff_id, person_id, now())


def inbox(session: Session, person_id: int) -> Sequence[OutboxRow]:
    """What this person was told about, newest first; the newest message of each handoff stands for it."""
    return store.inbox(session, person_id, now())


def take_over(handoff: Handoff, person_id: int, role: str) -> None:
    """Who acknowledges is the owner from now on. A coordinator who reads what another adult already has leaves it there."""
    if handoff.assignee_id is None or role != StaffRole.COORDINATOR:
        handoff.assignee_id = person_id


def opened_to(session: Session, person_id: int) -> set[str]:
    """Open handoffs this person was told about, so that they can act on them."""
    return store.opened_to(session, person_id, now())


def waiting_for(person_id: int) -> Sequence[Handoff]:
    """What this person was told about and nobody has acknowledged, gravest first."""
    with db.read() as session:
        return store.waiting_for(session, person_id, now())
