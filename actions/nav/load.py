"""Reads a nav from the database into the plain values the engine works with, and decides for a conversation or a child."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from actions import db
from actions.content import content
from actions.nav import store
from actions.nav.models import NavAdult, NavChild
from actions.nav.models import StandIn as StandInRow
from actions.nav.persons import GENERIC, Absence, Adult, Colleague, Nav, Period, Person, StandIn
from actions.staff.models import StaffUser
from actions.vocabulary import Channel, StaffRole


def nav_of_child(session: Session, child_id: str | None, municipality: str | None = None) -> Nav:
    """The nav of an active child; without one the accounts of the municipality, which decide who reads the queue."""
    child = store.child(session, child_id) if child_id else None
    if child is not None and child.active:
        return _whole(session, child)
    return _without_child(session, municipality)


def read_nav(child_id: str | None, municipality: str | None = None) -> Nav:
    """The same in a transaction of its own."""
    with db.read() as session:
        return nav_of_child(session, child_id, municipality)


def nav_of(child_id: str | None) -> Nav | None:
    """The nav behind an access code; None without a code, and when the child is not registered any more."""
    found = read_nav(child_id) if child_id else None
    return found if found and found.child_id else None


def known_municipality(id_: str | None) -> str:
    return id_ if id_ in content().municipalities else GENERIC


def _without_child(session: Session, municipality: str | None) -> Nav:
    users = store.colleagues(session)
    return Nav(
        municipality=known_municipality(municipality),
        absences=_absences(session, (), users),
        answers_to=_account_answers(users),
        colleagues=_colleagues(users),
    )


def _whole(session: Session, child: NavChild) -> Nav:
    users = store.colleagues(session)
    by_id = {user.id: user for user in users}
    rows = store.adults(session, [child.id])
    stand_ins = store.stand_ins(session, [row.id for row in rows], [child.municipality])
    answers = [(f"adult:{row.id}", f"adult:{row.reports_to_id}") for row in rows if row.reports_to_id is not None]
    return Nav(
        municipality=known_municipality(child.municipality),
        child_id=child.id,
        turns_18_on=child.turns_18_on,
        adults=tuple(Adult(row.id, row.role, person(row, by_id), row.active) for row in rows),
        stand_ins=tuple(_stand_in(row, by_id) for row in stand_ins),
        absences=_absences(session, [row.id for row in rows], users),
        answers_to=(*answers, *_account_answers(users)),
        colleagues=_colleagues(users),
    )


def person(row: NavAdult | StandInRow, by_id: dict[int, StaffUser]) -> Person:
    """An adult or a stand-in; with an account also what the account says."""
    user = by_id.get(row.staff_id) if row.staff_id is not None else None
    return Person(
        name=row.name,
        channel=Channel(row.channel),
        address=row.address,
        staff_id=row.staff_id,
        adult_id=row.id if isinstance(row, NavAdult) else None,
        email=user.email if user else None,
        nav_role=user.nav_role if user else None,
        works=user.active if user else row.staff_id is None,
    )


def _stand_in(row: StandInRow, by_id: dict[int, StaffUser]) -> StandIn:
    return StandIn(person(row, by_id), Period(row.first_day, row.last_day), row.adult_id, row.role)


def _colleagues(users: Sequence[StaffUser]) -> tuple[Colleague, ...]:
    return tuple(
        Colleague(
            Person(user.name, Channel.IN_APP, None, user.id, None, user.email, user.nav_role, user.active),
            StaffRole(user.role),
            user.municipality or GENERIC,
        )
        for user in users
    )


def _account_answers(users: Sequence[StaffUser]) -> tuple[tuple[str, str], ...]:
    return tuple((f"staff:{user.id}", f"staff:{user.reports_to_id}") for user in users if user.reports_to_id is not None)


def _absences(session: Session, adult_ids: Iterable[int], users: Sequence[StaffUser]) -> tuple[Absence, ...]:
    rows = store.absences(session, adult_ids, [user.id for user in users])
    return tuple(
        Absence(
            f"staff:{row.staff_id}" if row.staff_id is not None else f"adult:{row.adult_id}", Period(row.first_day, row.last_day)
        )
        for row in rows
    )
