"""The only module that queries the outbox and the escalations, and what alerts need to know about accounts and navs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from actions.alerts.models import Escalation, OutboxRow
from actions.handoffs.models import Handoff
from actions.handoffs.states import OPEN
from actions.nav.models import NavAdult, NavChild
from actions.staff.models import StaffUser
from actions.vocabulary import AlertKind, Channel, HandoffState, StaffRole

TO_STAFF = (AlertKind.ALERT, AlertKind.ESCALATION, AlertKind.ASSIGNED, AlertKind.ANSWER)


def add(session: Session, row: OutboxRow | Escalation) -> None:
    session.add(row)
    session.flush()


# --- the outbox


def _unsent() -> ColumnElement[bool]:
    return and_(OutboxRow.sent_at.is_(None), OutboxRow.ended_at.is_(None))


def _free(moment: datetime) -> ColumnElement[bool]:
    return and_(_unsent(), OutboxRow.due_at <= moment, or_(OutboxRow.leased_until.is_(None), OutboxRow.leased_until <= moment))


def anything_due(session: Session, moment: datetime) -> bool:
    """Cheap, without any lock: whether a worker has something to do."""
    message = select(exists().where(_free(moment)))
    step = select(exists().where(Escalation.next_at <= moment))
    return bool(session.scalar(message)) or bool(session.scalar(step))


def due(session: Session, moment: datetime, limit: int) -> Sequence[OutboxRow]:
    """What must be sent now and nobody is sending. Rows another worker has just locked are passed over (PostgreSQL)."""
    last = case((OutboxRow.kind == AlertKind.DIGEST, 1), else_=0)  # a digest never holds up an alert
    query = select(OutboxRow).where(_free(moment)).order_by(last, OutboxRow.due_at, OutboxRow.id).limit(limit)
    return session.scalars(query.with_for_update(skip_locked=True)).all()


def row(session: Session, id_: int) -> OutboxRow | None:
    return session.get(OutboxRow, id_, with_for_update=True)


def handoff_of(session: Session, id_: int) -> str | None:
    return session.scalar(select(OutboxRow.handoff_id).where(OutboxRow.id == id_))


def known_keys(session: Session, keys: Iterable[str]) -> set[str]:
    return set(session.scalars(select(OutboxRow.dedupe_key).where(OutboxRow.dedupe_key.in_(sorted(keys)))))


def end_unsent(session: Session, handoff_id: str, kinds: Iterable[str], moment: datetime) -> None:
    """Messages about a handoff that are not needed any more."""
    query = update(OutboxRow).where(OutboxRow.handoff_id == handoff_id, OutboxRow.kind.in_(sorted(kinds)), _unsent())
    session.execute(query.values(ended_at=moment), execution_options={"synchronize_session": False})


def replace_unsent(session: Session, newer: OutboxRow) -> None:
    """Earlier alerts about the same handoff to the same adult that did not get through: the newer one says it all."""
    query = update(OutboxRow).where(
        OutboxRow.handoff_id == newer.handoff_id,
        OutboxRow.kind.in_((AlertKind.ALERT, AlertKind.ESCALATION)),
        OutboxRow.channel == newer.channel,
        OutboxRow.address == newer.address,
        OutboxRow.person_id.is_not_distinct_from(newer.person_id),
        _unsent(),
    )
    session.execute(query.values(ended_at=newer.created_at), execution_options={"synchronize_session": False})


def drop_old(session: Session, before: datetime) -> int:
    """Sent or ended messages of that age go, except those of handoffs that are still open."""
    open_ = select(Handoff.id).where(Handoff.state.in_(sorted(OPEN)))
    query = delete(OutboxRow).where(
        OutboxRow.created_at < before,
        or_(OutboxRow.handoff_id.is_(None), OutboxRow.handoff_id.not_in(open_)),
        or_(OutboxRow.sent_at.is_not(None), OutboxRow.ended_at.is_not(None)),
    )
    return int(getattr(session.execute(query), "rowcount", 0))


def told_person(person_id: int, moment: datetime) -> ColumnElement[bool]:
    """Rows that have brought (or should have brought) a handoff to somebody by now."""
    in_time = or_(OutboxRow.ended_at.is_(None), OutboxRow.ended_at >= OutboxRow.due_at)
    return and_(OutboxRow.person_id == person_id, OutboxRow.kind.in_(TO_STAFF), OutboxRow.due_at <= moment, in_time)


def opened_to(session: Session, person_id: int, moment: datetime) -> set[str]:
    """Open handoffs somebody has been told about: they may open them, or they could not act."""
    query = select(OutboxRow.handoff_id).join(Handoff, Handoff.id == OutboxRow.handoff_id)
    query = query.where(told_person(person_id, moment), Handoff.state.in_(sorted(OPEN)))
    return {str(id_) for id_ in session.scalars(query.distinct())}


def waiting_for(session: Session, person_id: int, moment: datetime) -> Sequence[Handoff]:
    """Handoffs nobody has acknowledged and somebody has been told about, gravest and oldest first."""
    told = select(OutboxRow.handoff_id).where(told_person(person_id, moment))
    query = select(Handoff).where(Handoff.id.in_(told), Handoff.state == HandoffState.NEW)
    return session.scalars(query.order_by(Handoff.urgency, Handoff.created_at)).all()


def inbox(session: Session, person_id: int, moment: datetime, limit: int = 100) -> Sequence[OutboxRow]:
    """The newest message to somebody about each handoff, what they have not opened first."""
    latest = select(func.max(OutboxRow.id)).where(told_person(person_id, moment)).group_by(OutboxRow.handoff_id)
    query = select(OutboxRow).where(OutboxRow.id.in_(latest))
    return session.scalars(query.order_by(OutboxRow.seen_at.is_not(None), OutboxRow.due_at.desc(), OutboxRow.id).limit(limit)).all()


def mark_seen(session: Session, handoff_id: str, person_id: int, moment: datetime) -> None:
    query = update(OutboxRow).where(
        OutboxRow.handoff_id == handoff_id, OutboxRow.person_id == person_id, OutboxRow.due_at <= moment
    )
    session.execute(
        query.where(OutboxRow.seen_at.is_(None)).values(seen_at=moment), execution_options={"synchronize_session": False}
    )


def of_handoff(session: Session, handoff_id: str) -> Sequence[OutboxRow]:
    """Everything that was or will be sent about a handoff, oldest first."""
    return session.scalars(select(OutboxRow).where(OutboxRow.handoff_id == handoff_id).order_by(OutboxRow.id)).all()


def troubled(session: Session, since: datetime, late: datetime) -> Sequence[OutboxRow]:
    """Messages that could not be delivered: given up since then, or still unsent although due before `late`."""
    gave_up = and_(OutboxRow.ended_at.is_not(None), OutboxRow.last_error.is_not(None), OutboxRow.ended_at >= since)
    query = select(OutboxRow).where(OutboxRow.sent_at.is_(None), or_(gave_up, and_(_unsent(), OutboxRow.due_at < late)))
    return session.scalars(query.order_by(OutboxRow.due_at.desc()).limit(200)).all()


# --- escalations


def escalation(session: Session, handoff_id: str, *, lock: bool = False) -> Escalation | None:
    return session.get(Escalation, handoff_id, with_for_update=lock or None)


def due_escalations(session: Session, moment: datetime, limit: int) -> Sequence[str]:
    query = select(Escalation.handoff_id).where(Escalation.next_at <= moment).order_by(Escalation.next_at).limit(limit)
    return session.scalars(query).all()


def waiting_handoff(session: Session, handoff_id: str) -> Handoff | None:
    """The handoff, locked; None when it is gone or another worker has it in hand."""
    return session.scalar(select(Handoff).where(Handoff.id == handoff_id).with_for_update(skip_locked=True, of=Handoff))


def without_escalation(session: Session, limit: int) -> Sequence[Handoff]:
    """New handoffs that nobody was ever told about, whatever the reason."""
    has = exists().where(Escalation.handoff_id == Handoff.id)
    query = select(Handoff).where(Handoff.state == HandoffState.NEW, ~has).order_by(Handoff.created_at).limit(limit)
    return session.scalars(query.with_for_update(skip_locked=True, of=Handoff)).all()


# --- people


def active_staff(session: Session, role: StaffRole, municipality: str | None = None) -> Sequence[StaffUser]:
    query = select(StaffUser).where(StaffUser.active, StaffUser.role == role)
    if municipality is not None:
        query = query.where(StaffUser.municipality == municipality)
    return session.scalars(query.order_by(StaffUser.id)).all()


def active_with_nav_role(session: Session, role: str, municipality: str) -> Sequence[StaffUser]:
    query = select(StaffUser).where(StaffUser.active, StaffUser.nav_role == role, StaffUser.municipality == municipality)
    return session.scalars(query.order_by(StaffUser.id)).all()


def people(session: Session, ids: Iterable[int]) -> dict[int, StaffUser]:
    """Accounts by id, closed ones too."""
    return {user.id: user for user in session.scalars(select(StaffUser).where(StaffUser.id.in_(sorted(ids))))}


def nav_adults_with(session: Session, child_id: str, roles: Iterable[str]) -> Sequence[NavAdult]:
    return session.scalars(select(NavAdult).where(NavAdult.child_id == child_id, NavAdult.role.in_(sorted(roles)))).all()


def unreachable_adults(session: Session, municipality: str, sms: bool) -> Sequence[NavAdult]:
    """Adults of the navs of a municipality whom no message reaches: no open account, and no address or no such channel here."""
    open_account = exists().where(StaffUser.id == NavAdult.staff_id, StaffUser.active)
    lost = func.coalesce(NavAdult.address, "") == ""
    if not sms:
        lost = or_(lost, NavAdult.channel == Channel.SMS)
    query = select(NavAdult).join(NavChild, NavChild.id == NavAdult.child_id)
    query = query.where(NavChild.municipality == municipality, NavChild.active, NavAdult.active, ~open_account, lost)
    return session.scalars(query.order_by(NavAdult.name)).all()


# --- the overview


def open_handoffs(session: Session, municipalities: Iterable[str] | None) -> Sequence[Handoff]:
    query = select(Handoff).where(Handoff.state.in_(sorted(OPEN))).order_by(Handoff.created_at, Handoff.id)
    if municipalities is not None:
        query = query.where(Handoff.municipality.in_(sorted(municipalities)))
    return session.scalars(query).all()


def municipality_of(session: Session, handoff_ids: Iterable[str]) -> dict[str, str]:
    found = session.scalars(select(Handoff).where(Handoff.id.in_(sorted(handoff_ids))))
    return {row.id: row.municipality for row in found}
