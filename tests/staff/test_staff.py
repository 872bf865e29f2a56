"""Staff pages: sign-in, one role x route table, handoffs, CSV, audit."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from actions import db
from actions.audit import service as audit
from actions.errors import Unprocessable
from actions.handoffs import service, store
from actions.handoffs.service import NewHandoff
from actions.settings import Settings
from actions.staff import accounts
from actions.staff.pages import COOKIE, ROUTES
from actions.staff.pages_handoffs import defuse
from actions.staff.permissions import GRANTS, Permission, allowed
from actions.vocabulary import Consent, StaffRole, Urgency
from actions.web import create_web_app
from tests.conftest import ScriptedRasa

PASSWORD = "en lång hemlig fras 42"
PUBLIC = {("GET", "/staff/sign-in"), ("POST", "/staff/sign-in"), ("GET", "/staff/once/{token}"), ("POST", "/staff/once/{token}")}


@pytest.fixture
async def client(settings: Settings, database: Path, rasa: ScriptedRasa) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_web_app(settings, rasa), raise_app_exceptions=False)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://navet") as made:
        yield made


def account(role: StaffRole, email: str | None = None, municipality: str | None = "generic", nav_role: str = "god_man") -> int:
    local = role in (StaffRole.COORDINATOR, StaffRole.NAV_ADULT)
    return accounts.add_user(
        email or f"{role}@example.se",
        str(role).title(),
        str(role),
        municipality=municipality if local else None,
        nav_role=nav_role if role == StaffRole.NAV_ADULT else None,
    )


def come_in(client: httpx.AsyncClient, user: int) -> str:
    """Sign somebody in with a one-time link; gives the CSRF token."""
    session = accounts.sign_in_once(accounts.make_link(user))
    client.cookies.set(COOKIE, session, path="/staff")
    signed_in = accounts.who(session)
    assert signed_in is not None
    return signed_in.csrf


def handoff(key: str = "c1:m1", **update: Any) -> str:
    values: dict[str, Any] = {
        "turn_key": key, "conversation_id": "c1", "topic": "worry_feel_bad", "worry": "feel_bad", "urgency": Urgency.U2, "role": "elevhalsa",
        "stage": "waiting", "language": "sv", "municipality": "generic", "consent": Consent.YES, "own_words": "jag sover inte",
    }  # fmt: skip
    return service.make(NewHandoff(**{**values, **update})).id


# --- one table role x route


def test_every_route_is_registered_with_a_permission(settings: Settings, database: Path) -> None:
    app = create_web_app(settings)
    paths = set()
    for route in app.routes:
        inner = getattr(route, "original_router", None) or getattr(route, "router", None)
        for entry in getattr(inner, "routes", []) or [route]:
            path = getattr(entry, "path", "")
            if path.startswith("/staff") and getattr(entry, "methods", None):
                paths |= {(method, path) for method in entry.methods if method != "HEAD"}
    assert paths == set(ROUTES), paths ^ set(ROUTES)
    assert {route for route, permission in ROUTES.items() if permission is Permission.PUBLIC} == PUBLIC


def test_a_route_without_a_grant_is_denied_to_everybody() -> None:
    for permission in Permission:
        if permission is Permission.PUBLIC:
            continue
        assert not allowed(None, permission)
        assert GRANTS[permission], f"{permission} is granted to nobody"
    assert not allowed("janitor", Permission.SIGNED_IN)


@pytest.mark.parametrize("role", [None, *StaffRole])
async def test_each_role_reaches_exactly_its_routes(client: httpx.AsyncClient, role: StaffRole | None) -> None:
    id_ = handoff()
    csrf = come_in(client, account(role)) if role else ""
    for (method, path), permission in sorted(ROUTES.items()):
        if permission is Permission.PUBLIC or path == "/staff/sign-out":
            continue
        url = re.sub(r"\{handoff_id\}", id_, path)
        url = re.sub(r"\{\w+\}", "999999", url)
        answer = await client.request(method, url, data={"csrf": csrf} if method == "POST" else None)
        if allowed(role, permission):
            assert answer.status_code != 403, (role, method, url)
        elif role is None and method == "GET":
            assert (answer.status_code, answer.headers["location"]) == (303, "/staff/sign-in")
        else:
            assert answer.status_code == 403, (role, method, url, answer.status_code)


# --- sign-in


async def test_a_one_time_link_works_once_and_only_by_a_button(client: httpx.AsyncClient) -> None:
    token = accounts.make_link(account(StaffRole.COORDINATOR))
    assert (await client.get(f"/staff/once/{token}")).status_code == 200
    assert COOKIE not in client.cookies
    answer = await client.post(f"/staff/once/{token}")
    assert answer.status_code == 303
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=lax" in answer.headers["set-cookie"]
    client.cookies.clear()
    assert (await client.post(f"/staff/once/{token}")).status_code == 401


async def test_password_sign_in_and_lock_out(client: httpx.AsyncClient, frozen: Any) -> None:
    csrf = come_in(client, account(StaffRole.COORDINATOR, "anna@example.se"))
    answer = await client.post("/staff/password", data={"csrf": csrf, "password": PASSWORD, "repeated": PASSWORD})
    assert answer.status_code == 303
    client.cookies.clear()
    for _ in range(accounts.MOST_FAILURES):
        answer = await client.post("/staff/sign-in", data={"email": "anna@example.se", "password": "fel"})
        assert answer.status_code == 401
    locked = await client.post("/staff/sign-in", data={"email": "anna@example.se", "password": PASSWORD})
    assert locked.status_code == 401
    frozen.advance(minutes=accounts.LOCK_MINUTES + 1)
    assert (await client.post("/staff/sign-in", data={"email": "ANNA@example.se", "password": PASSWORD})).status_code == 303


async def test_an_unknown_account_gets_the_same_answer(client: httpx.AsyncClient) -> None:
    account(StaffRole.COORDINATOR, "anna@example.se")
    one = await client.post("/staff/sign-in", data={"email": "anna@example.se", "password": "x"})
    two = await client.post("/staff/sign-in", data={"email": "nobody@example.se", "password": "x"})
    assert one.status_code == two.status_code == 401
    assert one.text.replace("anna@example.se", "") == two.text.replace("nobody@example.se", "")


@pytest.mark.parametrize("password", ["kort", "aaaaaaaaaaaaaaaa", "anna anna anna anna"])
def test_weak_passwords_are_refused(database: Path, password: str) -> None:
    token = accounts.sign_in_once(accounts.make_link(account(StaffRole.AUDITOR, "anna@example.se")))
    signed_in = accounts.who(token)
    assert signed_in is not None
    with pytest.raises(Unprocessable):
        accounts.set_password(signed_in, password, password)


def test_passwords_are_argon2id_and_sessions_end(database: Path, frozen: Any) -> None:
    token = accounts.sign_in_once(accounts.make_link(account(StaffRole.AUDITOR)))
    signed_in = accounts.who(token)
    assert signed_in is not None
    accounts.set_password(signed_in, PASSWORD, PASSWORD)
    with db.read() as session:
        user = accounts.store.user(session, signed_in.id)
        assert user is not None
        assert str(user.password_hash).startswith("$argon2id$")
    frozen.advance(hours=accounts.SESSION_HOURS + 1)
    assert accounts.who(token) is None


async def test_a_form_without_the_csrf_token_changes_nothing(client: httpx.AsyncClient) -> None:
    come_in(client, account(StaffRole.COORDINATOR))
    id_ = handoff()
    for csrf in ("", "wrong"):
        assert (await client.post(f"/staff/handoffs/{id_}/step", data={"csrf": csrf, "step": "acknowledge"})).status_code == 403
    with db.read() as session:
        assert store.get(session, id_).state == "new"  # type: ignore[union-attr]


async def test_sign_in_from_another_site_is_refused(client: httpx.AsyncClient) -> None:
    headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert (await client.post("/staff/sign-in", data={"email": "a@b", "password": "x"}, headers=headers)).status_code == 403


async def test_pages_forbid_scripts_and_frames_from_elsewhere(client: httpx.AsyncClient) -> None:
    answer = await client.get("/staff/sign-in")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


# --- handoffs


async def test_staff_see_acknowledge_work_and_close(client: httpx.AsyncClient) -> None:
    csrf = come_in(client, account(StaffRole.COORDINATOR))
    id_ = handoff()
    assert "Jag mår dåligt" in (await client.get("/staff/handoffs")).text
    assert "jag sover inte" in (await client.get(f"/staff/handoffs/{id_}")).text
    for name, note in (("acknowledge", ""), ("start", ""), ("close", "Vi har talats vid.")):
        answer = await client.post(f"/staff/handoffs/{id_}/step", data={"csrf": csrf, "step": name, "note": note})
        assert answer.status_code == 303
    page = (await client.get(f"/staff/handoffs/{id_}")).text
    assert "Vi har talats vid." in page
    with db.read() as session:
        assert store.get(session, id_).state == "closed"  # type: ignore[union-attr]
        kinds = [entry.action for entry in audit.latest(session)]
    assert {"handoff.opened", "handoff.acknowledge", "handoff.start", "handoff.close"} <= set(kinds)


async def test_closing_without_a_note_says_so_and_keeps_the_state(client: httpx.AsyncClient) -> None:
    csrf = come_in(client, account(StaffRole.COORDINATOR))
    id_ = handoff()
    await client.post(f"/staff/handoffs/{id_}/step", data={"csrf": csrf, "step": "acknowledge"})
    answer = await client.post(f"/staff/handoffs/{id_}/step", data={"csrf": csrf, "step": "close", "note": " "})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


async def test_staff_cannot_take_the_childs_step_or_an_illegal_one(client: httpx.AsyncClient) -> None:
    csrf = come_in(client, account(StaffRole.COORDINATOR))
    id_ = handoff()
    assert (await client.post(f"/staff/handoffs/{id_}/step", data={"csrf": csrf, "step": "withdraw"})).status_code == 422
    assert (await client.post(f"/staff/handoffs/{id_}/step", data={"csrf": csrf, "step": "reopen", "note": "x"})).status_code == 409


async def test_a_coordinator_sees_only_the_own_municipality(client: httpx.AsyncClient) -> None:
    csrf = come_in(client, account(StaffRole.COORDINATOR, municipality="stockholm"))
    id_ = handoff(municipality="jonkoping")
    assert id_ not in (await client.get("/staff/handoffs?state=all")).text
    assert (await client.get(f"/staff/handoffs/{id_}")).status_code == 404
    assert (await client.post(f"/staff/handoffs/{id_}/step", data={"csrf": csrf, "step": "acknowledge"})).status_code == 404


async def test_the_generic_coordinator_sees_what_nobody_else_coordinates(client: httpx.AsyncClient) -> None:
    come_in(client, account(StaffRole.COORDINATOR))
    id_ = handoff(municipality="jonkoping")
    assert (await client.get(f"/staff/handoffs/{id_}")).status_code == 200
    account(StaffRole.COORDINATOR, "jkpg@example.se", municipality="jonkoping")
    assert (await client.get(f"/staff/handoffs/{id_}")).status_code == 404


async def test_an_adult_sees_only_what_was_given_to_them_and_never_what_is_about_them(client: httpx.AsyncClient) -> None:
    coordinator, guardian = account(StaffRole.COORDINATOR), account(StaffRole.NAV_ADULT)
    id_, about = handoff(), handoff(key="c1:m2", worry="abuse", topic="worry_abuse", excluded=["god_man"])
    csrf = come_in(client, coordinator)
    assert (await client.post(f"/staff/handoffs/{id_}/assign", data={"csrf": csrf, "person": str(guardian)})).status_code == 303
    refused = await client.post(f"/staff/handoffs/{about}/assign", data={"csrf": csrf, "person": str(guardian)})
    assert refused.status_code == 403
    come_in(client, guardian)
    assert (await client.get(f"/staff/handoffs/{id_}")).status_code == 200
    assert (await client.get(f"/staff/handoffs/{about}")).status_code == 404
    with db.write() as session:
        store.get(session, about).assignee_id = guardian  # type: ignore[union-attr]  # even if something else went wrong
    assert (await client.get(f"/staff/handoffs/{about}")).status_code == 403
    assert about not in (await client.get("/staff/handoffs?state=all")).text


async def test_markup_in_a_childs_words_is_shown_as_text(client: httpx.AsyncClient) -> None:
    come_in(client, account(StaffRole.COORDINATOR))
    id_ = handoff(own_words="<script>alert(1)</script>")
    page = (await client.get(f"/staff/handoffs/{id_}")).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize(
    "query", ["state=x&urgency=x&sort=x&page=x", "page=-1", "page=999999999999", "q=%00", "q=" + "a" * 500, "state=open&page=0"]
)
async def test_a_strange_address_line_still_gives_a_list(client: httpx.AsyncClient, query: str) -> None:
    come_in(client, account(StaffRole.COORDINATOR))
    handoff()
    assert (await client.get(f"/staff/handoffs?{query}")).status_code == 200


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "＝1", "\n=cmd"])
async def test_the_export_defuses_formulas(client: httpx.AsyncClient, cell: str) -> None:
    assert defuse(cell).startswith("'")
    come_in(client, account(StaffRole.COORDINATOR))
    handoff(own_words=f"{cell} text")
    answer = await client.get("/staff/handoffs/export.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert not rows[0]["own_words"].lstrip().startswith(("=", "+", "-", "@", "＝"))


def test_ordinary_cells_are_left_alone() -> None:
    assert defuse("jag mår dåligt - hjälp") == "jag mår dåligt - hjälp"


async def test_pages_are_in_swedish_and_english(client: httpx.AsyncClient) -> None:
    csrf = come_in(client, account(StaffRole.COORDINATOR))
    assert 'lang="sv"' in (await client.get("/staff/handoffs")).text
    await client.post("/staff/language", data={"csrf": csrf, "language": "en", "back": "/staff/handoffs"})
    assert "Handoffs" in (await client.get("/staff/handoffs")).text
    elsewhere = await client.post("/staff/language", data={"csrf": csrf, "language": "sv", "back": "https://evil.example"})
    assert elsewhere.headers["location"] == "/staff"


# --- accounts


async def test_an_administrator_makes_closes_and_reopens_accounts(client: httpx.AsyncClient) -> None:
    csrf = come_in(client, account(StaffRole.ADMINISTRATOR))
    form = {
        "csrf": csrf,
        "name": "Ny",
        "email": "ny@example.se",
        "role": "nav_adult",
        "municipality": "generic",
        "nav_role": "god_man",
    }
    page = await client.post("/staff/accounts", data=form)
    assert "/staff/once/" in page.text
    assert (await client.post("/staff/accounts", data=form)).status_code == 422
    with db.read() as session:
        made = accounts.store.by_email(session, "ny@example.se")
    assert made is not None
    token = accounts.sign_in_once(accounts.make_link(made.id))
    assert (await client.post(f"/staff/accounts/{made.id}/active", data={"csrf": csrf, "active": "no"})).status_code == 303
    assert accounts.who(token) is None


async def test_nobody_closes_their_own_account(client: httpx.AsyncClient) -> None:
    me = account(StaffRole.ADMINISTRATOR)
    csrf = come_in(client, me)
    assert (await client.post(f"/staff/accounts/{me}/active", data={"csrf": csrf, "active": "no"})).status_code == 422


@pytest.mark.parametrize(
    "values",
    [
        ("nomail", "A", "auditor", None, None), ("a@b.se", "", "auditor", None, None), ("a@b.se", "A", "boss", None, None),
        ("a@b.se", "A", "coordinator", None, None), ("a@b.se", "A", "coordinator", "atlantis", None),
        ("a@b.se", "A", "nav_adult", "generic", None), ("a@b.se", "A", "nav_adult", "generic", "migrationsverket"),
        ("a@b.se", "A", "auditor", None, "god_man"),
    ],
)  # fmt: skip
def test_wrong_accounts_are_refused(database: Path, values: tuple[Any, ...]) -> None:
    email, name, role, municipality, nav_role = values
    with pytest.raises(Unprocessable):
        accounts.add_user(email, name, role, municipality=municipality, nav_role=nav_role)


async def test_staff_see_the_language_of_the_childs_words_by_name(client: httpx.AsyncClient) -> None:
    come_in(client, account(StaffRole.COORDINATOR))
    id_ = handoff()
    with db.write() as session:
        stored = store.get(session, id_)
        assert stored is not None
        stored.languages, stored.words_language = ["sv", "so"], "so"
    page = (await client.get(f"/staff/handoffs/{id_}")).text
    assert "Svenska, Somaliska (Soomaali)" in page
    assert "Skrivet på Somaliska (Soomaali)" in page
    assert '<blockquote dir="auto" lang="so">' in page
