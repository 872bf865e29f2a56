"""The outbox: what is due is claimed, sent, and marked as sent, each in a short transaction of its own.

A worker that dies after claiming leaves a lease; when it has run out another worker sends the message, perhaps a second time, with
the same id. So nothing is lost, and twice happens only when a process ends between sending and marking.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from actions import db
from actions.alerts import child, digest, service, store
from actions.alerts.channels.base import CHAT, WEBHOOK, Letter, NotDelivered
from actions.alerts.letters import Facts, about_handoff
from actions.alerts.models import OutboxRow
from actions.clock import now
from actions.handoffs import store as handoffs
from actions.handoffs.models import Handoff
from actions.handoffs.states import OPEN
from actions.settings import Settings
from actions.vocabulary import AlertKind, HandoffState

log = logging.getLogger("navet.alerts")
LEASE = timedelta(seconds=60)
"""How long a message belongs to the worker that claimed it. Longer than any channel may take (`channels.base.PATIENCE`)."""
BATCH = 20
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 15, 60, 180, 600, 1800))
"""After the first, second … failed try; the last one again and again."""
STALE = timedelta(hours=12)
"""A digest that could not be sent for so long is dropped; tomorrow there is another. Alerts are never dropped."""
WORTH_NOTING = 3
"""Failed tries after which the history of the handoff says so."""


@dataclass(frozen=True)
class Task:
    """A claimed row. `letter` is None for what goes into the child's own conversation."""

    id: int
    channel: str
    leased_until: datetime
    letter: Letter | None


def anything_due() -> bool:
    with db.read() as session:
        return store.anything_due(session, now())


def claim(worker: str, config: Settings) -> list[Task]:
    """Take what is due for this worker. What is not needed any more is ended here."""
    moment = now()
    tasks = []
    with db.write() as session:
        for row in store.due(session, moment, BATCH):
            handoff = handoffs.get(session, row.handoff_id) if row.handoff_id else None
            if not _wanted(session, row, handoff, moment):
                row.ended_at = moment
                continue
            row.leased_by, row.leased_until = worker, moment + LEASE
            task = _task(session, row, handoff, config)
            if task is not None:
                tasks.append(task)
    return tasks


def _wanted(session: Session, row: OutboxRow, handoff: Handoff | None, moment: datetime) -> bool:
    if row.kind == AlertKind.DIGEST:
        return moment - row.created_at < STALE
    if handoff is None:
        return False
    match row.kind:
        case AlertKind.CHILD:
            return handoff.conversation_id is not None
        case AlertKind.ANSWER:
            return bool(handoffs.unread(session, [handoff.id])) and handoff.assignee_id == row.person_id
        case AlertKind.ASSIGNED:
            return HandoffState(handoff.state) in OPEN and handoff.assignee_id == row.person_id
    return handoff.state == HandoffState.NEW


def _task(session: Session, row: OutboxRow, handoff: Handoff | None, config: Settings) -> Task | None:
    assert row.leased_until is not None
    try:
        letter = None if row.channel == CHAT else _letter(session, row, handoff, config)
    except Exception as error:  # noqa: BLE001 - one message that cannot be written must not hold up the others
        log.error("outbox %s cannot be written: %s", row.id, type(error).__name__)
        _postpone(row, "not_written")
        return None
    return Task(row.id, row.channel, row.leased_until, letter)


def _letter(session: Session, row: OutboxRow, handoff: Handoff | None, config: Settings) -> Letter:
    person = store.people(session, [row.person_id]).get(row.person_id) if row.person_id else None
    language = person.language if person else "sv"
    if handoff is None:
        assert person is not None
        return digest.letter(session, row, person, config)
    facts = Facts(
        dedupe_key=row.dedupe_key,
        kind=AlertKind(row.kind),
        channel=row.channel,
        address=row.address,
        handoff_id=handoff.id,
        urgency=handoff.urgency,
        step=row.step,
        role=row.role,
        has_account=person is not None,
        language=language,
    )
    return about_handoff(facts, config)


# --- what became of it


def sent(id_: int) -> None:
    """It went out: say so in the row, the history and the audit, and let the child know who else knows now."""
    with db.write() as session:
        row, handoff = _locked(session, id_)
        if row is None or row.sent_at is not None:
            return
        row.sent_at, row.leased_by, row.leased_until = now(), None, None
        if handoff is None:
            return
        text = f"{service.role_words(row.role)}, {service.WAYS.get(row.channel, row.channel)}"
        service.note(session, handoff, "alerted", text, **_detail(row))
        if row.channel != WEBHOOK:
            child.plan(session, handoff, row)


def failed(id_: int, error: NotDelivered) -> None:
    """Try again later, or never when the other side refused it for good; then the next in line is told at once."""
    with db.write() as session:
        row, handoff = _locked(session, id_)
        if row is None or row.sent_at is not None:
            return
        _postpone(row, error.reason)
        if error.for_good:
            row.ended_at = now()
        if handoff is None:
            return
        if error.for_good or row.tries == WORTH_NOTING:
            text = f"{service.role_words(row.role)}, {service.WAYS.get(row.channel, row.channel)}: {error.reason}"
            service.note(session, handoff, "alert_failed", text, **_detail(row))
        if error.for_good and row.channel != WEBHOOK:
            service.hurry(session, handoff)


def _locked(session: Session, id_: int) -> tuple[OutboxRow | None, Handoff | None]:
    """The row and its handoff, locked in the order everybody keeps: handoff first."""
    handoff_id = store.handoff_of(session, id_)
    handoff = handoffs.get(session, handoff_id, lock=True) if handoff_id else None
    return store.row(session, id_), handoff


def _postpone(row: OutboxRow, reason: str) -> None:
    pause = PAUSES[min(row.tries, len(PAUSES) - 1)]
    row.tries, row.last_error = row.tries + 1, reason[:120]
    row.due_at, row.leased_by, row.leased_until = now() + pause, None, None


def _detail(row: OutboxRow) -> dict[str, object]:
    return {"message": row.id, "kind": row.kind, "channel": row.channel, "to": row.person_id, "role": row.role, "alert": row.step}
