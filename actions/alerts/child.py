"""The child is told honestly when another adult than the one it was told about gets its worry.

The message is an outbox row too: it is written when the alert to that adult has really gone out, and put into the conversation
while no answer is under way there, so that messages stay in order. A deleted conversation stays deleted.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from actions import db
from actions.alerts import store
from actions.alerts.channels.base import CHAT
from actions.alerts.models import OutboxRow
from actions.chat import store as conversations
from actions.chat.post import say
from actions.clock import now
from actions.dialogue.receipts import another_adult
from actions.handoffs import store as handoffs
from actions.handoffs.models import Handoff
from actions.vocabulary import COORDINATOR, ON_CALL, AlertKind, StaffRole, Urgency

NO_ROLE = frozenset({COORDINATOR, str(StaffRole.ADMINISTRATOR)})
"""Who passes worries on. A child has no name for them."""
BUSY = timedelta(seconds=1)


def plan(session: Session, handoff: Handoff, sent: OutboxRow) -> None:
    """An alert went out: if the child does not know about this adult yet, it will be told. Part of the sender's transaction."""
    row = store.escalation(session, handoff.id, lock=True)
    if row is None or handoff.conversation_id is None or sent.kind in (AlertKind.ASSIGNED, AlertKind.ANSWER):
        return
    role = COORDINATOR if sent.role in NO_ROLE else sent.role
    if role in row.told:
        return
    row.told = [*row.told, role]
    message = _message(handoff, role, sent.step)
    if message is not None:
        store.add(session, _row(handoff, role, message, sent.step))


def _message(handoff: Handoff, role: str, step: int) -> str | None:
    """Which message (data/messages.yml) tells it. At the first alert a coordinator only passes it on to the chosen adult."""
    if role == COORDINATOR:
        return "moved_on_other" if step else None
    if step:
        return "moved_on"
    return "closed_on_call" if role == ON_CALL and handoff.urgency == Urgency.U1 else "told_too"


def _row(handoff: Handoff, role: str, message: str, step: int) -> OutboxRow:
    return OutboxRow(
        handoff_id=handoff.id,
        kind=str(AlertKind.CHILD),
        channel=CHAT,
        address=message,
        role=role,
        step=step,
        dedupe_key=f"{handoff.id}:{AlertKind.CHILD}:{role}",
        created_at=now(),
        due_at=now(),
        tries=0,
    )


def deliver(id_: int) -> None:
    """Put the message into the conversation and mark the row, in one transaction: exactly once."""
    with db.write() as session:
        handoff_id = store.handoff_of(session, id_)
        handoff = handoffs.get(session, handoff_id) if handoff_id else None
        conversation = conversations.conversation(session, handoff.conversation_id or "", lock=True) if handoff else None
        row = store.row(session, id_)
        if row is None or row.sent_at is not None:
            return
        row.leased_by, row.leased_until = None, None
        if handoff is None or conversation is None:
            row.ended_at = now()
            return
        if conversation.busy_until is not None and conversation.busy_until > now():
            row.due_at = now() + BUSY
            return
        say(session, conversation, another_adult(handoff, row.address, row.role))
        row.sent_at = now()
