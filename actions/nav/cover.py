"""Who is away, who stands in, and who answers to whom. Each function is part of the caller's transaction and writes the audit."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from actions.errors import NotFound, Unprocessable
from actions.mark import N_
from actions.nav import store
from actions.nav.models import Absence, NavAdult, NavChild, StandIn
from actions.nav.service import PersonWanted, check_role, checked_person, day, note, number
from actions.staff.accounts import SignedIn
from actions.staff.models import StaffUser


@dataclass(frozen=True)
class DaysWanted:
    """YYYY-MM-DD; an empty last day means until further notice."""

    first: str
    last: str = ""

    def read(self) -> tuple[date, date | None]:
        first, last = day(self.first), day(self.last) if self.last.strip() else None
        if last is not None and last < first:
            raise Unprocessable(N_("The last day is before the first."), field="last_day")
        return first, last


# --- absences


def add_absence(session: Session, adult: NavAdult | None, user: StaffUser | None, days: DaysWanted, me: SignedIn) -> None:
    """Of an adult of one nav, or of an account everywhere. An adult with an account is away everywhere."""
    first, last = days.read()
    staff_id = user.id if user else adult.staff_id if adult else None
    row = Absence(staff_id=staff_id, adult_id=adult.id if adult and staff_id is None else None, first_day=first, last_day=last)
    store.add(session, row)
    note(session, me, "nav.absence_added", "absence", row.id, staff=row.staff_id, adult=row.adult_id)


def drop_absence(session: Session, id_: int, places: Collection[str], me: SignedIn) -> None:
    row = store.absence(session, id_)
    if row is None or not _may(session, row.adult_id, row.staff_id, None, places):
        raise NotFound(N_("There is no such entry."))
    note(session, me, "nav.absence_removed", "absence", row.id, staff=row.staff_id, adult=row.adult_id)
    store.drop(session, row)


# --- stand-ins


def add_stand_in(session: Session, child: NavChild, adult: NavAdult, person: PersonWanted, days: DaysWanted, me: SignedIn) -> None:
    """For one adult of a nav."""
    first, last = days.read()
    values = checked_person(session, person, child.municipality)
    if values["staff_id"] is not None and values["staff_id"] == adult.staff_id:
        raise Unprocessable(N_("Nobody can stand in for themselves."), field="staff")
    row = StandIn(adult_id=adult.id, role=None, municipality=None, first_day=first, last_day=last, **values)
    store.add(session, row)
    note(session, me, "nav.stand_in_added", "stand_in", row.id, adult=adult.id)


def add_role_stand_in(
    session: Session, role: str, municipality: str, person: PersonWanted, days: DaysWanted, places: Collection[str], me: SignedIn
) -> None:
    """For everybody who has a role in a municipality and is away."""
    if municipality not in places:
        raise Unprocessable(N_("Choose a municipality you coordinate."), field="municipality")
    check_role(role, municipality)
    first, last = days.read()
    values = checked_person(session, person, municipality)
    row = StandIn(adult_id=None, role=role, municipality=municipality, first_day=first, last_day=last, **values)
    store.add(session, row)
    note(session, me, "nav.stand_in_added", "stand_in", row.id, role=role, municipality=municipality)


def drop_stand_in(session: Session, id_: int, places: Collection[str], me: SignedIn) -> None:
    row = store.stand_in(session, id_)
    if row is None or not _may(session, row.adult_id, None, row.municipality, places):
        raise NotFound(N_("There is no such entry."))
    note(session, me, "nav.stand_in_removed", "stand_in", row.id, adult=row.adult_id, role=row.role)
    store.drop(session, row)


def _may(session: Session, adult_id: int | None, staff_id: int | None, place: str | None, places: Collection[str]) -> bool:
    """Whether an entry belongs to a municipality of this coordinator."""
    if adult_id is not None:
        adult = store.adult(session, adult_id)
        child = store.child(session, adult.child_id) if adult else None
        return child is not None and child.municipality in places
    if staff_id is not None:
        return any(user.id == staff_id for user in colleagues(session, places)) or staff_id in store.staff_in_navs(session, places)
    return place in places


# --- colleagues


def colleagues(session: Session, places: Collection[str]) -> list[StaffUser]:
    """Accounts of the municipalities that can get handoffs, open ones first."""
    found = [user for user in store.colleagues(session) if user.municipality in places]
    return sorted(found, key=lambda user: (not user.active, user.name.casefold()))


def find_colleague(session: Session, id_: str, places: Collection[str]) -> StaffUser:
    wanted = number(id_)
    found = next((user for user in colleagues(session, places) if user.id == wanted), None)
    if found is None:
        raise NotFound(N_("There is no such account."))
    return found


def set_boss(session: Session, user: StaffUser, boss_id: str, places: Collection[str], me: SignedIn) -> None:
    """Whom somebody answers to. A worry about the one never goes to the other."""
    boss = find_colleague(session, boss_id, places) if boss_id else None
    if boss is not None and boss.id == user.id:
        raise Unprocessable(N_("Nobody answers to themselves."), field="reports_to")
    user.reports_to_id = boss.id if boss else None
    note(session, me, "nav.boss_set", "user", user.id, to=user.reports_to_id)
