"""Switches the message for a crisis on and off."""

from __future__ import annotations

from fastapi import Response

from actions import db
from actions.clock import now
from actions.content import content
from actions.errors import NavetError
from actions.local import banner, store
from actions.local.models import CrisisBanner
from actions.staff.pages import Visit, back_to, page, render
from actions.staff.pages_municipality import places_of
from actions.staff.permissions import Permission


@page("GET", "/crisis", Permission.EDIT_MUNICIPALITY)
def crisis_page(visit: Visit) -> Response:
    return _show(visit)


def _show(visit: Visit, problem: str | None = None, told: int | None = None, status: int = 200) -> Response:
    with db.read() as session:
        rows = store.banners(session, places_of(visit))
    known = content()
    return render(
        visit,
        "crisis.html",
        status,
        on=[row for row in rows if _is_on(row)],
        over=[row for row in rows if not _is_on(row)],
        places=[known.municipalities[id_] for id_ in places_of(visit)],
        texts=[known.messages[id_] for id_ in banner.TEXTS if id_ != "crisis_call"],
        always=known.messages["crisis_call"],
        lines=[known.helplines[id_] for id_ in banner.CONTACTS if known.helplines[id_].show],
        form=visit.form,
        told=told,
        problem=problem,
    )


def _is_on(row: CrisisBanner) -> bool:
    return row.stopped_at is None and row.ends_at > now()


@page("POST", "/crisis", Permission.EDIT_MUNICIPALITY)
def crisis_on(visit: Visit) -> Response:
    try:
        told = banner.switch_on(banner.checked(visit.form, places_of(visit)), visit.me)
    except NavetError as error:
        return _show(visit, visit._(error.detail), status=error.status)
    return _show(Visit(visit.request, visit.user, {}, visit.code), told=told)


@page("POST", "/crisis/{banner_id}/off", Permission.EDIT_MUNICIPALITY)
def crisis_off(visit: Visit, banner_id: str) -> Response:
    number = int(banner_id) if banner_id.isascii() and banner_id.isdigit() and len(banner_id) < 10 else -1
    with db.write() as session:
        banner.switch_off(session, number, places_of(visit), visit.me)
    return back_to("/staff/crisis")
