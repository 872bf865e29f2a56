"""The children of a coordinator's municipalities and the adults around each of them."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from sqlalchemy.orm import Session

from actions import db
from actions.clock import now, today
from actions.content import content
from actions.errors import NavetError
from actions.handoffs.routing import HUB
from actions.i18n import languages
from actions.nav import codes, service, store
from actions.nav.load import nav_of_child
from actions.nav.models import NavAdult, NavChild
from actions.nav.service import AdultWanted, ChildWanted, LooksLikeName, PersonWanted
from actions.staff.pages import Visit, back_to, page, render
from actions.staff.pages_handoffs import coordinated_by
from actions.staff.permissions import Permission
from actions.vocabulary import Channel

Form = dict[str, Any]


def places_of(session: Session, visit: Visit) -> set[str]:
    """The municipalities whose children this coordinator sees, as with handoffs."""
    return coordinated_by(session, str(visit.me.municipality))


def choices(places: set[str]) -> Form:
    """What the selects of these pages offer."""
    known = content()
    return {
        "stages": list(known.stages.values()),
        "languages": list(languages().values()),
        "municipalities": [known.municipalities[id_] for id_ in known.municipalities if id_ in places],
        "channels": [str(channel) for channel in Channel],
    }


def recipients(municipality: str) -> list[Any]:
    """Roles an adult can have here. Authorities are not among them."""
    return [role for role in content().roles.values() if role.recipient and role.local in (None, municipality)]


def person_wanted(form: dict[str, str]) -> PersonWanted:
    return PersonWanted(form.get("name", ""), form.get("channel", ""), form.get("address", ""), form.get("staff", ""))


# --- the list, and a new child


@page("GET", "/nav", Permission.MANAGE_NAV)
def child_list(visit: Visit) -> Response:
    with db.read() as session:
        children = store.children(session, places_of(session, visit))
        adults = store.adults(session, [child.id for child in children])
    rows = [(child, _summary(child, adults)) for child in children]
    return render(visit, "nav_list.html", rows=rows)


def _summary(child: NavChild, adults: Any) -> Form:
    """How many adults a child has, and which of the three of the hub are missing (the guardian not after 18)."""
    present = [adult for adult in adults if adult.child_id == child.id and adult.active]
    mine = {adult.role for adult in present}
    grown = child.turns_18_on is not None and child.turns_18_on <= today()
    home = {"kontaktperson_hvb", "familjehem", "boendepersonal"} & mine
    missing = [role for role in HUB if role not in mine and not (grown and content().roles[role].until_18)]
    return {"adults": len(present), "missing": [role for role in missing if role != "kontaktperson_hvb" or not home]}


def _child_form(visit: Visit, values: Form, places: set[str], *, status: int = 200, **more: Any) -> Response:
    return render(visit, "nav_new.html", status, form=values, **choices(places), **more)


@page("GET", "/nav/new", Permission.MANAGE_NAV)
def child_new(visit: Visit) -> Response:
    with db.read() as session:
        places = places_of(session, visit)
    return _child_form(visit, {"language": "sv", "stage": "arrival", "municipality": visit.me.municipality}, places)


@page("POST", "/nav/new", Permission.MANAGE_NAV)
def child_add(visit: Visit) -> Response:
    """A name-like alias is asked about once; everything else stays in the form."""
    with db.read() as session:
        places = places_of(session, visit)
    try:
        with db.write() as session:
            child = service.register(session, _child_wanted(visit.form), places, visit.me)
    except LooksLikeName as hint:
        return _child_form(visit, dict(visit.form), places, warning=visit._(hint.detail))
    except NavetError as error:
        return _child_form(visit, dict(visit.form), places, status=error.status, problem=visit._(error.detail))
    return back_to(f"/staff/nav/children/{child.id}")


def _child_wanted(form: dict[str, str]) -> ChildWanted:
    return ChildWanted(
        alias=form.get("alias", ""),
        stage=form.get("stage", ""),
        language=form.get("language", ""),
        municipality=form.get("municipality", ""),
        turns_18_on=form.get("turns_18_on", ""),
        no_name=form.get("no_name") == "yes",
    )


# --- one child


def _of_row(child: NavChild) -> Form:
    return {
        "alias": child.alias,
        "stage": child.stage,
        "language": child.language,
        "municipality": child.municipality,
        "turns_18_on": child.turns_18_on.isoformat() if child.turns_18_on else "",
    }


def show_child(
    visit: Visit, child_id: str, form: Form | None = None, problem: str | None = None, warning: str | None = None, status: int = 200
) -> Response:
    with db.write() as session:
        places = places_of(session, visit)
        child = service.find_child(session, child_id, places)
        adults = store.adults(session, [child.id])
        nav = nav_of_child(session, child.id)
        made = store.codes(session, child.id)
        service.note(session, visit.me, "nav.child_opened_page", "nav_child", child.id)
    away = {adult.id: nav.away(adult.person, today()) for adult in nav.adults}
    return render(
        visit,
        "nav_child.html",
        status,
        child=child,
        adults=sorted(adults, key=lambda adult: not adult.active),
        names={adult.id: adult.name for adult in adults},
        away=away,
        unreachable={adult.id for adult in nav.adults if adult.active and not adult.person.reachable},
        missing=_summary(child, adults)["missing"],
        codes=[(code, codes.state(code, now())) for code in made],
        form=form or _of_row(child),
        problem=problem,
        warning=warning,
        **choices(places),
    )


@page("GET", "/nav/children/{child_id}", Permission.MANAGE_NAV)
def child_page(visit: Visit, child_id: str) -> Response:
    return show_child(visit, child_id)


@page("POST", "/nav/children/{child_id}", Permission.MANAGE_NAV)
def child_change(visit: Visit, child_id: str) -> Response:
    try:
        with db.write() as session:
            places = places_of(session, visit)
            child = service.find_child(session, child_id, places)
            service.change(session, child, _child_wanted(visit.form), places, visit.me)
    except LooksLikeName as hint:
        return show_child(visit, child_id, dict(visit.form), warning=visit._(hint.detail))
    except NavetError as error:
        return show_child(visit, child_id, dict(visit.form), problem=visit._(error.detail), status=error.status)
    return back_to(f"/staff/nav/children/{child_id}")


@page("POST", "/nav/children/{child_id}/active", Permission.MANAGE_NAV)
def child_active(visit: Visit, child_id: str) -> Response:
    with db.write() as session:
        child = service.find_child(session, child_id, places_of(session, visit))
        service.set_active(session, child, visit.form.get("active") == "yes", visit.me)
    return back_to(f"/staff/nav/children/{child_id}")


@page("POST", "/nav/children/{child_id}/remove", Permission.MANAGE_NAV)
def child_remove(visit: Visit, child_id: str) -> Response:
    with db.write() as session:
        child = service.find_child(session, child_id, places_of(session, visit))
        service.remove(session, child, visit.me)
    return back_to("/staff/nav")


# --- one adult


def _adult_of_row(adult: NavAdult | None) -> Form:
    if adult is None:
        return {"channel": str(Channel.EMAIL)}
    return {
        "role": adult.role,
        "name": adult.name,
        "channel": adult.channel,
        "address": adult.address or "",
        "staff": str(adult.staff_id or ""),
        "reports_to": str(adult.reports_to_id or ""),
    }


def show_adult(
    visit: Visit,
    child_id: str,
    adult_id: str | None,
    form: Form | None = None,
    problem: str | None = None,
    status: int = 200,
    *,
    stand_in: Form | None = None,
) -> Response:
    """The form of a new adult, or of one that is there, with absences and stand-ins."""
    with db.read() as session:
        child = service.find_child(session, child_id, places_of(session, visit))
        adult = service.find_adult(session, child, service.number(adult_id)) if adult_id else None
        others = [other for other in store.adults(session, [child.id]) if adult is None or other.id != adult.id]
        accounts = service.accounts_for(session, child.municipality)
        absences = store.absences(session, [adult.id], [adult.staff_id] if adult.staff_id else []) if adult else []
        stand_ins = store.stand_ins(session, [adult.id], []) if adult else []
    return render(
        visit,
        "nav_adult.html",
        status,
        child=child,
        adult=adult,
        others=others,
        accounts=accounts,
        roles=recipients(child.municipality),
        absences=absences,
        stand_ins=stand_ins,
        stand_in=stand_in,
        form=form or _adult_of_row(adult),
        problem=problem,
        today=today().isoformat(),
        **choices(set()),
    )


@page("GET", "/nav/children/{child_id}/adults", Permission.MANAGE_NAV)
def adult_new(visit: Visit, child_id: str) -> Response:
    return show_adult(visit, child_id, None)


@page("POST", "/nav/children/{child_id}/adults", Permission.MANAGE_NAV)
def adult_add(visit: Visit, child_id: str) -> Response:
    try:
        with db.write() as session:
            child = service.find_child(session, child_id, places_of(session, visit))
            service.add_adult(session, child, _adult_wanted(visit.form), visit.me)
    except NavetError as error:
        return show_adult(visit, child_id, None, dict(visit.form), visit._(error.detail), error.status)
    return back_to(f"/staff/nav/children/{child_id}")


def _adult_wanted(form: dict[str, str]) -> AdultWanted:
    return AdultWanted(form.get("role", ""), person_wanted(form), form.get("reports_to", ""))


@page("GET", "/nav/children/{child_id}/adults/{adult_id}", Permission.MANAGE_NAV)
def adult_page(visit: Visit, child_id: str, adult_id: str) -> Response:
    return show_adult(visit, child_id, adult_id)


@page("POST", "/nav/children/{child_id}/adults/{adult_id}", Permission.MANAGE_NAV)
def adult_change(visit: Visit, child_id: str, adult_id: str) -> Response:
    try:
        with db.write() as session:
            child = service.find_child(session, child_id, places_of(session, visit))
            adult = service.find_adult(session, child, service.number(adult_id))
            service.change_adult(session, child, adult, _adult_wanted(visit.form), visit.me)
    except NavetError as error:
        return show_adult(visit, child_id, adult_id, dict(visit.form), visit._(error.detail), error.status)
    return back_to(f"/staff/nav/children/{child_id}")


@page("POST", "/nav/children/{child_id}/adults/{adult_id}/active", Permission.MANAGE_NAV)
def adult_active(visit: Visit, child_id: str, adult_id: str) -> Response:
    with db.write() as session:
        child = service.find_child(session, child_id, places_of(session, visit))
        adult = service.find_adult(session, child, service.number(adult_id))
        service.set_adult_active(session, adult, visit.form.get("active") == "yes", visit.me)
    return back_to(f"/staff/nav/children/{child_id}")
