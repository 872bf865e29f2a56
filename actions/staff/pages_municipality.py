"""The profile of a municipality: hours, on-call, adults, cards, texts of its own. Each part is a form of its own."""

from __future__ import annotations

import re
from typing import Any

from fastapi import Response
from sqlalchemy.orm import Session

from actions import db
from actions.content import content
from actions.errors import NavetError, NotFound, Unprocessable
from actions.local import profiles, store
from actions.local.validate import WEEKDAYS
from actions.mark import N_
from actions.staff.pages import Visit, back_to, page, render
from actions.staff.permissions import Permission
from actions.vocabulary import StaffRole

Values = dict[str, Any]


def places_of(visit: Visit) -> list[str]:
    """An administrator edits every profile, a coordinator the one of its own municipality."""
    known = list(content().municipalities)
    return known if visit.me.role == StaffRole.ADMINISTRATOR else [id_ for id_ in known if id_ == visit.me.municipality]


def _place(visit: Visit, id_: str) -> str:
    if id_ not in places_of(visit):
        raise NotFound(N_("There is no such municipality."))
    return id_


@page("GET", "/municipality", Permission.EDIT_MUNICIPALITY)
def municipality_start(visit: Visit) -> Response:
    return back_to(f"/staff/municipality/{places_of(visit)[0]}")


@page("GET", "/municipality/{municipality}", Permission.EDIT_MUNICIPALITY)
def municipality_page(visit: Visit, municipality: str) -> Response:
    return _show(visit, _place(visit, municipality))


def _show(visit: Visit, place: str, problem: str | None = None, status: int = 200) -> Response:
    with db.read() as session:
        profile, edit = profiles.of(session, place), store.edit(session, place)
    return render(
        visit,
        "municipality.html",
        status,
        profile=profile,
        edit=edit,
        weekdays=WEEKDAYS,
        roles=[role for role in content().roles.values() if role.local in (None, place)],
        places=[content().municipalities[id_] for id_ in places_of(visit)],
        problem=problem,
    )


@page("POST", "/municipality/{municipality}", Permission.EDIT_MUNICIPALITY)
def municipality_edit(visit: Visit, municipality: str) -> Response:
    """One part of the profile. What is wrong is said, and nothing of it is stored."""
    place, part = _place(visit, municipality), visit.form.get("part", "")
    try:
        with db.write() as session:
            _edit(session, visit, place, part)
    except NavetError as error:
        return _show(visit, place, visit._(error.detail), error.status)
    return back_to(f"/staff/municipality/{place}#{part}")


def _edit(session: Session, visit: Visit, place: str, part: str) -> None:
    edit = PARTS.get(part)
    if edit is None:
        raise Unprocessable(N_("There is no such part."), field="part")
    profiles.change(session, place, part, visit.me, lambda values: edit(values, visit.form))


# --- one function a part: the form into the values of the profile


def _text(form: dict[str, str], name: str) -> str | None:
    return form.get(name, "").strip() or None


def _hours(values: Values, form: dict[str, str]) -> None:
    values["hours"] = {day: form[day].strip().replace(" ", "") for day in WEEKDAYS if form.get(day, "").strip()}
    values["hours_verified_on"] = _text(form, "verified_on")


def _on_call(values: Values, form: dict[str, str]) -> None:
    wanted = {name: _text(form, name) for name in ("name", "phone", "verified_on")}
    values["on_call"] = {**values["on_call"], **wanted}


def _role(values: Values, form: dict[str, str]) -> None:
    role = form.get("role", "")
    if form.get("remove") == "yes":
        values["roles"].pop(role, None)
    else:
        values["roles"][role] = {name: _text(form, name) for name in ("name", "phone", "email", "verified_on")}


def _card(values: Values, form: dict[str, str]) -> None:
    """A new card gets its id from its title; the source of a card that came from the documents stays."""
    id_ = form.get("card") or re.sub(r"[^a-z0-9]+", "_", form.get("sv", "").lower().translate(PLAIN)).strip("_")[:40]
    old = next((card for card in values["cards"] if card["id"] == id_), None)
    if old is not None and form.get("remove") == "yes":
        values["cards"].remove(old)
        return
    wanted = {name: _text(form, name) for name in ("role", "phone", "href", "verified_on")}
    texts = {"sv": form.get("sv", "").strip(), "text": form.get("text", "").strip()}
    card = {"id": id_ or "card", "source": old["source"] if old else None, **texts, **wanted, "show": form.get("show") == "yes"}
    if form.get("card") and old is not None:
        values["cards"][values["cards"].index(old)] = card
    else:
        values["cards"].append(card)


PLAIN = str.maketrans("åäöéü", "aaoeu")


def _slot(values: Values, form: dict[str, str]) -> None:
    for slot in values["slots"]:
        if slot["id"] == form.get("slot"):
            slot["content"] = _text(form, "content")


def _plan(values: Values, form: dict[str, str]) -> None:
    values["isip"] = form.get("isip") == "yes"


PARTS = {"hours": _hours, "on_call": _on_call, "role": _role, "card": _card, "slot": _slot, "plan": _plan}
