"""Sign in, sign in once, sign out, password, language."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Response
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from actions.errors import NavetError, TooFast, Unauthorized
from actions.mark import N_
from actions.settings import Settings
from actions.staff import accounts
from actions.staff.pages import COOKIE, Visit, back_to, page, render
from actions.staff.permissions import Permission

ATTEMPTS = parse("20/minute")


@dataclass
class _State:
    secure: bool = False
    limited: bool = True
    limiter: MovingWindowRateLimiter | None = None


_state = _State()


def configure(config: Settings) -> None:
    _state.secure = config.secure_cookies
    _state.limited = config.rate_limits == "on"
    _state.limiter = MovingWindowRateLimiter(MemoryStorage())


def _with_session(token: str, address: str) -> Response:
    response = back_to(address)
    response.set_cookie(
        COOKIE, token, max_age=accounts.SESSION_HOURS * 3600, path="/staff", httponly=True, secure=_state.secure, samesite="lax"
    )
    return response


def _slow_down(visit: Visit) -> None:
    """Guessing many accounts from one place; the address stays in memory for a minute."""
    address = visit.request.client.host if visit.request.client else ""
    if _state.limited and _state.limiter is not None and not _state.limiter.hit(ATTEMPTS, address):
        raise TooFast(N_("Too many attempts. Wait a minute."), retry_after=60)


@page("GET", "", Permission.SIGNED_IN)
def start(visit: Visit) -> Response:
    from actions.staff.permissions import allowed

    if not visit.me.has_password:
        return back_to("/staff/password")
    if allowed(visit.me.role, Permission.READ_HANDOFFS):
        return back_to("/staff/handoffs")
    if allowed(visit.me.role, Permission.READ_CONTENT):
        return back_to("/staff/content")
    return render(visit, "start.html")


@page("GET", "/sign-in", Permission.PUBLIC)
def sign_in_form(visit: Visit) -> Response:
    return back_to("/staff") if visit.user else render(visit, "sign_in.html", problem=None, email="")


@page("POST", "/sign-in", Permission.PUBLIC)
def sign_in(visit: Visit) -> Response:
    _slow_down(visit)
    email = visit.form.get("email", "")[:254]
    try:
        token = accounts.sign_in(email, visit.form.get("password", "")[:400])
    except Unauthorized as error:
        return render(visit, "sign_in.html", 401, problem=visit._(error.detail), email=email)
    return _with_session(token, "/staff")


@page("GET", "/once/{token}", Permission.PUBLIC)
def once_form(visit: Visit, token: str) -> Response:
    """A button, not a sign-in: mail programs open links on their own and must not use it up."""
    return render(visit, "once.html", token=token)


@page("POST", "/once/{token}", Permission.PUBLIC)
def once(visit: Visit, token: str) -> Response:
    _slow_down(visit)
    return _with_session(accounts.sign_in_once(token), "/staff")


@page("POST", "/sign-out", Permission.SIGNED_IN)
def sign_out(visit: Visit) -> Response:
    accounts.sign_out(visit.me)
    response = back_to("/staff/sign-in")
    response.delete_cookie(COOKIE, path="/staff")
    return response


@page("GET", "/password", Permission.SIGNED_IN)
def password_form(visit: Visit) -> Response:
    return render(visit, "password.html", problem=None)


@page("POST", "/password", Permission.SIGNED_IN)
def password(visit: Visit) -> Response:
    try:
        accounts.set_password(visit.me, visit.form.get("password", ""), visit.form.get("repeated", ""))
    except NavetError as error:
        return render(visit, "password.html", error.status, problem=visit._(error.detail))
    return back_to("/staff")


@page("POST", "/language", Permission.SIGNED_IN)
def language(visit: Visit) -> Response:
    accounts.set_language(visit.me, visit.form.get("language", ""))
    target = visit.form.get("back", "/staff")
    return back_to(target if target.startswith("/staff") and not target.startswith("/staff//") else "/staff")
