"""The only module that queries navs, stand-ins, absences and access codes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from actions.chat.models import Conversation
from actions.handoffs.models import Handoff
from actions.nav.models import Absence, AccessCode, NavAdult, NavChild, StandIn
from actions.staff.models import StaffUser

Row = NavChild | NavAdult | StandIn | Absence | AccessCode


def add(session: Session, row: Row) -> None:
    session.add(row)
    session.flush()


# --- children


def child(session: Session, id_: str, *, lock: bool = False) -> NavChild | None:
    return session.get(NavChild, id_, with_for_update=lock or None)


def children(session: Session, municipalities: Iterable[str]) -> Sequence[NavChild]:
    """The active ones first, each group by alias."""
    query = select(NavChild).where(NavChild.municipality.in_(sorted(municipalities)))
    return session.scalars(query.order_by(NavChild.active.desc(), func.lower(NavChild.alias))).all()


def same_alias(session: Session, municipality: str, alias: str, but: str) -> NavChild | None:
    query = select(NavChild).where(
        NavChild.municipality == municipality, func.lower(NavChild.alias) == alias.lower(), NavChild.active, NavChild.id != but
    )
    return session.scalar(query.limit(1))


def remove(session: Session, id_: str) -> None:
    """The child with its adults, stand-ins, absences and codes. Conversations and handoffs stay, without the tie."""
    session.execute(update(Conversation).where(Conversation.child_id == id_).values(child_id=None))
    session.execute(update(Handoff).where(Handoff.child_id == id_).values(child_id=None))
    session.execute(delete(NavChild).where(NavChild.id == id_))


def adult(session: Session, id_: int) -> NavAdult | None:
    return session.get(NavAdult, id_)


def adults(session: Session, child_ids: Iterable[str]) -> Sequence[NavAdult]:
    return session.scalars(select(NavAdult).where(NavAdult.child_id.in_(sorted(child_ids))).order_by(NavAdult.id)).all()


def staff_in_navs(session: Session, municipalities: Iterable[str]) -> set[int]:
    """Accounts that are adults of a child in these municipalities, wherever the account belongs."""
    query = select(NavAdult.staff_id).join(NavChild, NavChild.id == NavAdult.child_id)
    query = query.where(NavChild.municipality.in_(sorted(municipalities)), NavAdult.staff_id.is_not(None))
    return {int(id_) for id_ in session.scalars(query.distinct()) if id_ is not None}


def stand_in(session: Session, id_: int) -> StandIn | None:
    return session.get(StandIn, id_)


def stand_ins(session: Session, adult_ids: Iterable[int], municipalities: Iterable[str]) -> Sequence[StandIn]:
    """Those of the adults, then those of the roles in the municipalities."""
    query = select(StandIn).where(or_(StandIn.adult_id.in_(sorted(adult_ids)), StandIn.municipality.in_(sorted(municipalities))))
    return session.scalars(query.order_by(StandIn.id)).all()


def absence(session: Session, id_: int) -> Absence | None:
    return session.get(Absence, id_)


def absences(session: Session, adult_ids: Iterable[int], staff_ids: Iterable[int]) -> Sequence[Absence]:
    query = select(Absence).where(or_(Absence.adult_id.in_(sorted(adult_ids)), Absence.staff_id.in_(sorted(staff_ids))))
    return session.scalars(query.order_by(Absence.first_day, Absence.id)).all()


def drop(session: Session, row: StandIn | Absence) -> None:
    session.delete(row)


def colleagues(session: Session) -> Sequence[StaffUser]:
    """Every account that can get a handoff, closed ones too: whom they answer to still counts."""
    query = select(StaffUser).where(StaffUser.role.in_(("coordinator", "nav_adult")))
    return session.scalars(query.order_by(StaffUser.id)).all()


# --- access codes


def codes(session: Session, child_id: str) -> Sequence[AccessCode]:
    return session.scalars(select(AccessCode).where(AccessCode.child_id == child_id).order_by(AccessCode.id.desc())).all()


def code(session: Session, child_id: str, id_: int) -> AccessCode | None:
    return session.scalar(select(AccessCode).where(AccessCode.child_id == child_id, AccessCode.id == id_))


def use_code(session: Session, hashed: str, kind: str, moment: datetime) -> NavChild | None:
    """Count a use and give the child, if the code is good. The same two statements whatever is wrong with it."""
    query = (
        update(AccessCode)
        .where(
            AccessCode.hash == hashed,
            AccessCode.kind == kind,
            AccessCode.revoked_at.is_(None),
            AccessCode.expires_at > moment,
            AccessCode.child_id.in_(select(NavChild.id).where(NavChild.active)),
        )
        .values(used=AccessCode.used + 1)
        .returning(AccessCode.child_id)
    )
    child_id = session.execute(query, execution_options={"synchronize_session": False}).scalar_one_or_none()
    return session.scalar(select(NavChild).where(NavChild.id == (child_id or "")))


def revoke_codes(session: Session, child_id: str, moment: datetime, kind: str | None = None) -> None:
    query = update(AccessCode).where(AccessCode.child_id == child_id, AccessCode.revoked_at.is_(None))
    if kind is not None:
        query = query.where(AccessCode.kind == kind)
    session.execute(query.values(revoked_at=moment))
