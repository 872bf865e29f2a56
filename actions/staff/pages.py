"""What every staff page shares: who is signed in, may they, the page's language, the CSRF check, templates."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape

from actions.clock import SWEDEN
from actions.content import content
from actions.errors import Forbidden, NavetError, TooLarge
from actions.i18n import catalogs, language, languages
from actions.mark import N_
from actions.nav.persons import GENERIC
from actions.staff import accounts
from actions.staff.accounts import SignedIn
from actions.staff.labels import label
from actions.staff.permissions import Permission, allowed
from actions.vocabulary import SOURCE_LANGUAGE

COOKIE = "navet_staff"
MOST_BYTES = 256 * 1024
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ROUTES: dict[tuple[str, str], Permission] = {}
"""Every staff route and what it needs. Filled by `page`; a route that is not here is refused."""
router = APIRouter(prefix="/staff", include_in_schema=False)


@dataclass(frozen=True)
class Visit:
    """One request of somebody: the page's language, the form they sent, who they are (None before sign-in)."""

    request: Request
    user: SignedIn | None
    form: dict[str, str]
    code: str

    @property
    def me(self) -> SignedIn:
        if self.user is None:
            raise Forbidden(N_("Sign in first."))
        return self.user

    def _(self, msgid: str) -> str:
        return catalogs().interface(self.code, "staff", msgid)


Handler = Callable[..., Response]


def page(method: str, path: str, permission: Permission) -> Callable[[Handler], Handler]:
    """Register a page. Its function gets a `Visit` and the path's parameters, and runs in a thread."""

    def register(handler: Handler) -> Handler:
        ROUTES[(method, f"/staff{path}")] = permission

        async def endpoint(request: Request) -> Response:
            return await _handle(request, permission, handler)

        router.add_api_route(path, endpoint, methods=[method], response_model=None, name=handler.__name__)
        return handler

    return register


async def _handle(request: Request, permission: Permission, handler: Handler) -> Response:
    user = await to_thread.run_sync(accounts.who, request.cookies.get(COOKIE))
    form = await _form(request) if request.method == "POST" else {}
    visit = Visit(request, user, form, _language(request, user))
    try:
        if not allowed(user.role if user else None, permission):
            return _refuse(visit)
        if request.method == "POST":
            _check_csrf(visit, permission)
        response = await to_thread.run_sync(lambda: handler(visit, **request.path_params))
    except NavetError as error:
        response = error_page(visit, error)
    response.headers.setdefault("Content-Security-Policy", CSP)
    response.headers["Cache-Control"] = "no-store"
    return response


async def _form(request: Request) -> dict[str, str]:
    length = request.headers.get("content-length", "0")
    if length.isdigit() and int(length) > MOST_BYTES:
        raise TooLarge(N_("The form is too large."))
    fields = await request.form(max_files=0, max_fields=200)
    return {name: value.replace("\x00", "") for name, value in fields.items() if isinstance(value, str)}


def _language(request: Request, user: SignedIn | None) -> str:
    if user is not None:
        return user.language
    return "en" if request.headers.get("accept-language", "").lower().startswith("en") else "sv"


def _refuse(visit: Visit) -> Response:
    if visit.user is None:
        if visit.request.method == "GET":
            return RedirectResponse("/staff/sign-in", 303)
        return error_page(visit, Forbidden(N_("Sign in first.")))
    return error_page(visit, Forbidden(N_("Your role may not do this.")))


def _check_csrf(visit: Visit, permission: Permission) -> None:
    """Signed in: the session's own token. Before sign-in: the request must come from this site."""
    if visit.user is not None:
        if not hmac.compare_digest(visit.form.get("csrf", ""), visit.user.csrf):
            raise Forbidden(N_("The page was too old. Go back and try again."))
        return
    origin = visit.request.headers.get("origin")
    fetched = visit.request.headers.get("sec-fetch-site", "same-origin")
    if fetched not in ("same-origin", "none") or (
        origin not in (None, "null") and origin.split("://")[-1] != visit.request.headers.get("host")
    ):
        raise Forbidden(N_("The form came from another site."))
    assert permission is Permission.PUBLIC


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(default=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["when"] = when
    return environment


def when(value: datetime | None) -> str:
    """A time as staff in Sweden read it."""
    return value.astimezone(SWEDEN).strftime("%Y-%m-%d %H:%M") if value else "–"


def render(visit: Visit, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page from a template. `_` translates; `can` asks the permission table."""
    role = visit.user.role if visit.user else None
    html = (
        _environment()
        .get_template(template)
        .render(
            _=visit._,
            me=visit.user,
            code=visit.code,
            dir=language(visit.code).dir,
            can=lambda name: allowed(role, Permission(name)),
            label=lambda kind, id_: visit._(label(kind, str(id_))),
            role_name=lambda id_: _role_name(visit, id_),
            stage_name=lambda id_: _stage_name(visit, id_),
            language_name=lambda id_: language_name(visit.code, id_),
            place_name=lambda id_: _place_name(visit, id_),
            worry_name=lambda id_: _worry_name(visit, id_),
            path=visit.request.url.path,
            **values,
        )
    )
    return HTMLResponse(html, status)


def _place_name(visit: Visit, id_: str) -> str:
    """A municipality. The generic profile is called after the child in the chat; staff read what it is."""
    if id_ == GENERIC:
        return visit._(N_("Other municipality"))
    return content().municipalities[id_].sv if id_ in content().municipalities else id_


def _role_name(visit: Visit, id_: str) -> str:
    """A role of roles.yml; the coordinator stands in the line too, and is no role a child knows."""
    role = content().roles.get(id_)
    return catalogs().content(visit.code, f"role.{id_}.sv", role.sv).text if role else visit._(label("role", id_))


def _stage_name(visit: Visit, id_: str) -> str:
    stage = content().stages.get(id_)
    return catalogs().content(visit.code, f"stage.{id_}", stage.sv).text if stage else id_


def _worry_name(visit: Visit, id_: str | None) -> str:
    """A worry, or the question a handoff came from."""
    known, key = content(), str(id_)
    if key in known.worries:
        return catalogs().content(visit.code, f"worry.{key}.sv", known.worries[key].sv).text
    if key in known.intents:
        return catalogs().content(visit.code, f"intent.{key}", known.intents[key].sv).text
    return str(id_ or "–")


def language_name(code: str, id_: str) -> str:
    """What a language is called on a page in Swedish or English, beside the name it gives itself."""
    if id_ not in languages():
        return id_
    entry = languages()[id_]
    name = entry.aliases[0].capitalize() if code == SOURCE_LANGUAGE and entry.aliases else entry.english
    return name if entry.name == name else f"{name} ({entry.name})"


def error_page(visit: Visit, error: NavetError) -> Response:
    return render(visit, "error.html", error.status, title=visit._(error.title), detail=visit._(error.detail or error.title))


def back_to(address: str) -> RedirectResponse:
    return RedirectResponse(address, 303)
