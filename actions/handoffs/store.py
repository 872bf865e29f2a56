"""The only module that queries handoffs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select, update
from sqlalchemy.orm import Session

from actions.chat.models import ChatMessage, Conversation
from actions.handoffs.models import Handoff, HandoffEvent, HandoffMessage
from actions.handoffs.states import OPEN
from actions.vocabulary import Sender

SORTS = {
    "newest": (Handoff.created_at.desc(),),
    "oldest": (Handoff.created_at.asc(),),
    "urgency": (Handoff.urgency.asc(), Handoff.created_at.asc()),
    "state": (Handoff.state.asc(), Handoff.created_at.desc()),
}


@dataclass(frozen=True)
class Filter:
    """What the staff list shows. `municipalities` None means all; `assignee` limits to one person's own and `also`."""

    states: frozenset[str] = frozenset()
    urgency: str | None = None
    role: str | None = None
    worry: str | None = None
    worries: frozenset[str] = frozenset()
    text: str | None = None
    municipalities: frozenset[str] | None = None
    assignee: int | None = None
    also: frozenset[str] = frozenset()
    sort: str = "urgency"
    without_roles: frozenset[str] = field(default_factory=frozenset)


def get(session: Session, id_: str, *, lock: bool = False) -> Handoff | None:
    return session.get(Handoff, id_, with_for_update={"of": Handoff} if lock else None)


def by_turn(session: Session, turn_key: str) -> Handoff | None:
    return session.scalar(select(Handoff).where(Handoff.turn_key == turn_key))


def languages(session: Session, conversation_id: str, words: str | None) -> tuple[list[str], str | None]:
    """All languages of a conversation, and the one in which the child wrote these words (None without words)."""
    row = session.get(Conversation, conversation_id)
    if row is None:
        return [], None
    query = select(ChatMessage.language).where(
        ChatMessage.conversation_id == conversation_id, ChatMessage.sender == str(Sender.CHILD), ChatMessage.text == words
    )
    written = session.scalar(query.order_by(ChatMessage.seq.desc()).limit(1)) if words else None
    return list(row.languages), (written or row.language) if words else None


def of_conversation(session: Session, conversation_id: str) -> Sequence[Handoff]:
    """Newest first."""
    query = select(Handoff).where(Handoff.conversation_id == conversation_id).order_by(Handoff.created_at.desc(), Handoff.id.desc())
    return session.scalars(query).all()


def add(session: Session, handoff: Handoff) -> None:
    session.add(handoff)
    session.flush()


def add_event(session: Session, event: HandoffEvent) -> None:
    session.add(event)


def _filtered(wanted: Filter) -> Select[Handoff]:
    query = select(Handoff)
    if wanted.states:
        query = query.where(Handoff.state.in_(sorted(wanted.states)))
    if wanted.urgency:
        query = query.where(Handoff.urgency == wanted.urgency)
    if wanted.role:
        query = query.where(Handoff.role == wanted.role)
    if wanted.worry:
        query = query.where(or_(Handoff.worry == wanted.worry, Handoff.topic == wanted.worry))
    if wanted.worries:
        query = query.where(Handoff.worry.in_(sorted(wanted.worries)))
    if wanted.municipalities is not None:
        query = query.where(Handoff.municipality.in_(sorted(wanted.municipalities)))
    if wanted.assignee is not None:
        query = query.where(or_(Handoff.assignee_id == wanted.assignee, Handoff.id.in_(sorted(wanted.also))))
    if wanted.text:
        query = query.where(_matches(wanted.text))
    return query


def _matches(text: str) -> ColumnElement[bool]:
    pattern = "%" + text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"
    columns = (Handoff.id, Handoff.own_words, Handoff.topic, Handoff.worry, Handoff.role, Handoff.municipality)
    return or_(*(column.ilike(pattern, escape="\\") for column in columns))


def find(session: Session, wanted: Filter, *, limit: int = 50, offset: int = 0) -> Sequence[Handoff]:
    order = SORTS.get(wanted.sort, SORTS["urgency"])
    return session.scalars(_filtered(wanted).order_by(*order, Handoff.id).limit(limit).offset(offset)).all()


def count(session: Session, wanted: Filter) -> int:
    return session.scalar(select(func.count()).select_from(_filtered(wanted).subquery())) or 0


def open_of(session: Session, conversation_id: str, urgencies: Iterable[str]) -> Handoff | None:
    """The newest open handoff of a conversation with one of these urgencies."""
    query = (
        select(Handoff)
        .where(
            Handoff.conversation_id == conversation_id,
            Handoff.urgency.in_(sorted(urgencies)),
            Handoff.state.in_(sorted(OPEN)),
        )
        .order_by(Handoff.created_at.desc())
        .limit(1)
    )
    return session.scalar(query)


# --- what a person and the child write to each other


def add_message(session: Session, message: HandoffMessage) -> None:
    session.add(message)
    session.flush()


def message_by_key(session: Session, key: str) -> HandoffMessage | None:
    return session.scalar(select(HandoffMessage).where(HandoffMessage.key == key))


def thread(session: Session, handoff_id: str) -> Sequence[HandoffMessage]:
    """Oldest first."""
    return session.scalars(select(HandoffMessage).where(HandoffMessage.handoff_id == handoff_id).order_by(HandoffMessage.id)).all()


def _unread() -> ColumnElement[bool]:
    return (HandoffMessage.sender == Sender.CHILD) & HandoffMessage.read_at.is_(None) & HandoffMessage.text.is_not(None)


def unread(session: Session, handoff_ids: Iterable[str]) -> Sequence[HandoffMessage]:
    """What children wrote and nobody has read, oldest first."""
    query = select(HandoffMessage).where(HandoffMessage.handoff_id.in_(sorted(handoff_ids)), _unread())
    return session.scalars(query.order_by(HandoffMessage.id)).all()


def mark_read(session: Session, handoff_id: str, moment: datetime) -> None:
    query = update(HandoffMessage).where(HandoffMessage.handoff_id == handoff_id, _unread())
    session.execute(query.values(read_at=moment), execution_options={"synchronize_session": False})


def forget_unread(session: Session, handoff_id: str) -> None:
    """The child takes back what nobody has read."""
    query = update(HandoffMessage).where(HandoffMessage.handoff_id == handoff_id, _unread())
    session.execute(query.values(text=None), execution_options={"synchronize_session": False})


def helped_counts(session: Session, municipalities: Iterable[str] | None) -> dict[tuple[str, str], int]:
    """(municipality, Helped) -> how many children said so."""
    query = select(Handoff.municipality, Handoff.helped, func.count()).where(Handoff.helped.is_not(None))
    if municipalities is not None:
        query = query.where(Handoff.municipality.in_(sorted(municipalities)))
    rows = session.execute(query.group_by(Handoff.municipality, Handoff.helped))
    return {(place, str(value)): number for place, value, number in rows}
