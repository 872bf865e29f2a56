"""Who is away, who stands in and who answers to whom: for one adult of a nav, and for the accounts of a municipality."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from sqlalchemy.orm import Session

from actions import db
from actions.clock import today
from actions.content import content
from actions.errors import NavetError
from actions.nav import cover, service, store
from actions.nav.cover import DaysWanted
from actions.nav.models import NavAdult, NavChild
from actions.staff.models import StaffUser
from actions.staff.pages import Visit, back_to, page, render
from actions.staff.pages_nav import choices, person_wanted, places_of, show_adult
from actions.staff.permissions import Permission


def _days(visit: Visit) -> DaysWanted:
    return DaysWanted(visit.form.get("first_day", ""), visit.form.get("last_day", ""))


# --- of one adult


def _adult(session: Session, visit: Visit, child_id: str, adult_id: str) -> tuple[NavChild, NavAdult]:
    child = service.find_child(session, child_id, places_of(session, visit))
    return child, service.find_adult(session, child, service.number(adult_id))


@page("POST", "/nav/children/{child_id}/adults/{adult_id}/absences", Permission.MANAGE_NAV)
def adult_away(visit: Visit, child_id: str, adult_id: str) -> Response:
    try:
        with db.write() as session:
            _, adult = _adult(session, visit, child_id, adult_id)
            cover.add_absence(session, adult, None, _days(visit), visit.me)
    except NavetError as error:
        return show_adult(visit, child_id, adult_id, problem=visit._(error.detail), status=error.status)
    return back_to(f"/staff/nav/children/{child_id}/adults/{adult_id}")


@page("POST", "/nav/children/{child_id}/adults/{adult_id}/stand-ins", Permission.MANAGE_NAV)
def adult_stand_in(visit: Visit, child_id: str, adult_id: str) -> Response:
    """Who gets what this adult would get. What was typed stays when something is missing."""
    try:
        with db.write() as session:
            child, adult = _adult(session, visit, child_id, adult_id)
            cover.add_stand_in(session, child, adult, person_wanted(visit.form), _days(visit), visit.me)
    except NavetError as error:
        typed = {**visit.form}
        return show_adult(visit, child_id, adult_id, stand_in=typed, problem=visit._(error.detail), status=error.status)
    return back_to(f"/staff/nav/children/{child_id}/adults/{adult_id}")


# --- removing, from either page


@page("POST", "/nav/absences/{entry_id}/remove", Permission.MANAGE_NAV)
def absence_remove(visit: Visit, entry_id: str) -> Response:
    with db.write() as session:
        cover.drop_absence(session, service.number(entry_id), places_of(session, visit), visit.me)
    return _back(visit)


@page("POST", "/nav/stand-ins/{entry_id}/remove", Permission.MANAGE_NAV)
def stand_in_remove(visit: Visit, entry_id: str) -> Response:
    with db.write() as session:
        cover.drop_stand_in(session, service.number(entry_id), places_of(session, visit), visit.me)
    return _back(visit)


def _back(visit: Visit) -> Response:
    """To the page the button stood on; only ever a page of this part."""
    wanted = visit.form.get("back", "")
    return back_to(wanted if wanted.startswith("/staff/nav/") and "\\" not in wanted else "/staff/nav/cover")


# --- of the municipality


def _cover(visit: Visit, form: Any = None, problem: str | None = None, status: int = 200, opened: str = "") -> Response:
    with db.read() as session:
        places = places_of(session, visit)
        people: list[StaffUser] = cover.colleagues(session, places)
        absences = store.absences(session, (), [user.id for user in people])
        stand_ins = [entry for entry in store.stand_ins(session, (), places) if entry.role is not None]
        accounts = {user.id: user for place in sorted(places) for user in service.accounts_for(session, place)}
    day = today()
    away = {entry.staff_id for entry in absences if entry.first_day <= day and (entry.last_day is None or day <= entry.last_day)}
    return render(
        visit,
        "nav_cover.html",
        status,
        people=[(user, [entry for entry in absences if entry.staff_id == user.id]) for user in people],
        away=away,
        stand_ins=stand_ins,
        accounts=sorted(accounts.values(), key=lambda user: user.name.casefold()),
        roles=[role for role in content().roles.values() if role.recipient and role.local in {None, *places}],
        form=form,
        problem=problem,
        opened=opened,
        today=day.isoformat(),
        **choices(places),
    )


@page("GET", "/nav/cover", Permission.MANAGE_NAV)
def cover_page(visit: Visit) -> Response:
    return _cover(visit)


@page("POST", "/nav/cover", Permission.MANAGE_NAV)
def role_stand_in(visit: Visit) -> Response:
    form = visit.form
    try:
        with db.write() as session:
            places = places_of(session, visit)
            role, municipality = form.get("role", ""), form.get("municipality", "")
            cover.add_role_stand_in(session, role, municipality, person_wanted(form), _days(visit), places, visit.me)
    except NavetError as error:
        return _cover(visit, {**form}, visit._(error.detail), error.status)
    return back_to("/staff/nav/cover")


@page("POST", "/nav/cover/{user_id}/absences", Permission.MANAGE_NAV)
def colleague_away(visit: Visit, user_id: str) -> Response:
    try:
        with db.write() as session:
            user = cover.find_colleague(session, user_id, places_of(session, visit))
            cover.add_absence(session, None, user, _days(visit), visit.me)
    except NavetError as error:
        return _cover(visit, None, visit._(error.detail), error.status, user_id)
    return back_to("/staff/nav/cover")


@page("POST", "/nav/cover/{user_id}/boss", Permission.MANAGE_NAV)
def colleague_boss(visit: Visit, user_id: str) -> Response:
    """Whom an account answers to; a worry about the one never goes to the other."""
    try:
        with db.write() as session:
            places = places_of(session, visit)
            user = cover.find_colleague(session, user_id, places)
            cover.set_boss(session, user, visit.form.get("reports_to", ""), places, visit.me)
    except NavetError as error:
        return _cover(visit, None, visit._(error.detail), error.status, user_id)
    return back_to("/staff/nav/cover")
