"""Accounts: an administrator makes, closes and reopens them and hands out one-time sign-ins."""

from __future__ import annotations

from fastapi import Response

from actions import db
from actions.content import content
from actions.errors import NavetError, NotFound
from actions.mark import N_
from actions.settings import settings
from actions.staff import accounts, store
from actions.staff.pages import Visit, back_to, page, render
from actions.staff.permissions import Permission
from actions.vocabulary import StaffRole


def _list(visit: Visit, status: int = 200, problem: str | None = None, link: str | None = None) -> Response:
    with db.read() as session:
        users = store.all_users(session)
    return render(
        visit,
        "accounts.html",
        status,
        users=users,
        roles=[str(role) for role in StaffRole],
        nav_roles=[role for role in content().roles.values() if role.recipient],
        municipalities=list(content().municipalities.values()),
        problem=problem,
        link=link,
        form=visit.form,
    )


@page("GET", "/accounts", Permission.MANAGE_USERS)
def account_list(visit: Visit) -> Response:
    return _list(visit)


@page("POST", "/accounts", Permission.MANAGE_USERS)
def account_add(visit: Visit) -> Response:
    form = visit.form
    try:
        made = accounts.add_user(
            form.get("email", ""),
            form.get("name", ""),
            form.get("role", ""),
            municipality=form.get("municipality") or None,
            nav_role=form.get("nav_role") or None,
            by=visit.me.email,
        )
    except NavetError as error:
        return _list(visit, error.status, problem=visit._(error.detail))
    return _list(visit, link=_address(accounts.make_link(made, by=visit.me.email)))


def _address(token: str) -> str:
    return f"{settings().web_address}/staff/once/{token}"


@page("POST", "/accounts/{user_id}/link", Permission.MANAGE_USERS)
def account_link(visit: Visit, user_id: str) -> Response:
    return _list(visit, link=_address(accounts.make_link(_number(user_id), by=visit.me.email)))


@page("POST", "/accounts/{user_id}/active", Permission.MANAGE_USERS)
def account_active(visit: Visit, user_id: str) -> Response:
    accounts.set_active(_number(user_id), visit.form.get("active") == "yes", visit.me)
    return back_to("/staff/accounts")


def _number(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise NotFound(N_("There is no such account."))
    return int(value)
