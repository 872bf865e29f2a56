"""Staff pages of the navs: children, adults, absences, stand-ins, codes; and who sees a handoff because of them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from actions import clock, db
from actions.audit import service as audit
from actions.content import content
from actions.dialogue.worries import Told
from actions.i18n import languages
from actions.nav import codes, service, store
from actions.nav.load import nav_of, read_nav
from actions.nav.models import AccessCode, NavChild
from actions.settings import Settings
from actions.staff.pages_codes import papers
from actions.vocabulary import CodeKind, StaffRole, Urgency
from actions.web import create_web_app
from tests.conftest import ScriptedRasa
from tests.staff.test_staff import account, come_in, handoff

CHILD = {"alias": "Blå fågel", "stage": "waiting", "language": "ar", "municipality": "generic"}
ADULT = {"role": "god_man", "name": "Karin", "channel": "sms", "address": "070-123 45 67"}


@pytest.fixture(autouse=True)
def known_secret(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes, "settings", lambda: settings)


class Coordinator:
    """A signed-in coordinator with a browser."""

    def __init__(self, client: httpx.AsyncClient, municipality: str = "generic", email: str | None = None) -> None:
        self.client = client
        self.id = account(StaffRole.COORDINATOR, email or f"{municipality}@example.se", municipality=municipality)
        self.csrf = come_in(client, self.id)

    async def get(self, path: str) -> httpx.Response:
        return await self.client.get(f"/staff{path}")

    async def post(self, path: str, **form: str) -> httpx.Response:
        return await self.client.post(f"/staff{path}", data={"csrf": self.csrf, **form})

    async def register(self, **update: str) -> str:
        answer = await self.post("/nav/new", **{**CHILD, **update})
        assert answer.status_code == 303, answer.text
        return answer.headers["location"].rpartition("/")[2]

    async def add_adult(self, child: str, **update: str) -> int:
        answer = await self.post(f"/nav/children/{child}/adults", **{**ADULT, **update})
        assert answer.status_code == 303, answer.text
        return max(adult.id for adult in read_nav(child).adults)


@pytest.fixture
async def client(settings: Settings, any_database: str, rasa: ScriptedRasa) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_web_app(settings, rasa), raise_app_exceptions=False)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://navet") as made:
        yield made


@pytest.fixture
def me(client: httpx.AsyncClient) -> Coordinator:
    return Coordinator(client)


# --- children


async def test_a_child_is_registered_listed_changed_closed_and_removed(me: Coordinator) -> None:
    child = await me.register()
    listed = (await me.get("/nav")).text
    assert "Blå fågel" in listed
    assert languages()["ar"].name in listed
    assert "God man" in listed, "what is missing"
    assert (await me.post(f"/nav/children/{child}", **{**CHILD, "stage": "appeal"})).status_code == 303
    with db.read() as session:
        assert store.child(session, child).stage == "appeal"  # type: ignore[union-attr]
    assert (await me.post(f"/nav/children/{child}/remove")).status_code == 422, "an open child is closed first"
    assert (await me.post(f"/nav/children/{child}/active", active="no")).status_code == 303
    assert (await me.post(f"/nav/children/{child}/remove")).headers["location"] == "/staff/nav"
    assert (await me.get(f"/nav/children/{child}")).status_code == 404
    with db.read() as session:
        kinds = [entry.action for entry in audit.latest(session)]
    assert {"nav.child_added", "nav.child_changed", "nav.child_closed", "nav.child_removed"} <= set(kinds)


@pytest.mark.parametrize(
    ("field", "value"),
    [("alias", " "), ("alias", "a" * 41), ("alias", "a@b.se"), ("alias", "20100101-1234"), ("stage", "x"), ("language", "xx"),
     ("municipality", "atlantis"), ("turns_18_on", "tomorrow")],
)  # fmt: skip
async def test_what_is_wrong_is_said_and_the_rest_stays_in_the_form(me: Coordinator, field: str, value: str) -> None:
    answer = await me.post("/nav/new", **{**CHILD, field: value})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    if field != "alias":
        assert 'value="Blå fågel"' in answer.text


async def test_an_alias_that_looks_like_a_name_is_asked_about_once(me: Coordinator) -> None:
    asked = await me.post("/nav/new", **{**CHILD, "alias": "Amina Hassan"})
    assert asked.status_code == 200
    assert 'name="no_name"' in asked.text
    assert 'name="no_name"' not in (await me.get("/nav/new")).text
    await me.register(alias="Amina Hassan", no_name="yes")


async def test_a_child_of_another_municipality_does_not_exist(client: httpx.AsyncClient) -> None:
    child = await Coordinator(client, "jonkoping").register(municipality="jonkoping")
    other = Coordinator(client, "stockholm")
    assert "Blå fågel" not in (await other.get("/nav")).text
    assert (await other.get(f"/nav/children/{child}")).status_code == 404
    for path in ("", "/active", "/remove", "/codes", "/adults"):
        assert (await other.post(f"/nav/children/{child}{path}", **CHILD)).status_code == 404, path
    assert (await other.post("/nav/new", **{**CHILD, "municipality": "jonkoping"})).status_code == 422
    with db.read() as session:
        assert store.codes(session, child) == []


async def test_markup_in_an_alias_is_shown_as_text(me: Coordinator) -> None:
    child = await me.register(alias="<b>hej</b>")
    for path in ("/nav", f"/nav/children/{child}", f"/nav/children/{child}/adults"):
        page = (await me.get(path)).text
        assert "<b>hej" not in page
        assert "&lt;b&gt;hej" in page


# --- adults


async def test_an_adult_is_added_changed_and_closed(me: Coordinator) -> None:
    child = await me.register()
    boss = await me.add_adult(child, role="socialsekreterare", name="Olle", channel="email", address="olle@example.se")
    adult = await me.add_adult(child, reports_to=str(boss))
    page = (await me.get(f"/nav/children/{child}")).text
    assert "Karin" in page
    assert page.count("Olle") == 2, "as an adult, and as whom Karin answers to"
    changed = {**ADULT, "name": "Karin Ny", "reports_to": ""}
    assert (await me.post(f"/nav/children/{child}/adults/{adult}", **changed)).status_code == 303
    nav = read_nav(child)
    assert not nav.answers_to
    assert {one.person.name for one in nav.adults} == {"Karin Ny", "Olle"}
    await me.post(f"/nav/children/{child}/adults/{adult}/active", active="no")
    assert [one.active for one in read_nav(child).adults if one.id == adult] == [False]


@pytest.mark.parametrize(
    "update",
    [{"role": "migrationsverket"}, {"role": "polis"}, {"role": "x"}, {"channel": "pigeon"}, {"channel": "in_app"}, {"address": ""},
     {"name": ""}, {"channel": "email", "address": "nomail"}, {"channel": "email", "address": "a@migrationsverket.se"},
     {"channel": "email", "address": "a@mail.polisen.se"}, {"staff": "999"}, {"reports_to": "999"}],
)  # fmt: skip
async def test_an_adult_that_cannot_be_told_or_must_not_is_refused(me: Coordinator, update: dict[str, str]) -> None:
    child = await me.register()
    answer = await me.post(f"/nav/children/{child}/adults", **{**ADULT, **update})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert read_nav(child).adults == ()


async def test_an_adult_with_an_account_takes_its_name(me: Coordinator) -> None:
    child, user = await me.register(), account(StaffRole.NAV_ADULT, "gm@example.se")
    await me.add_adult(child, name="", channel="in_app", address="", staff=str(user))
    assert read_nav(child).adults[0].person.staff_id == user


async def test_an_adult_of_a_closed_account_is_shown_as_out_of_reach(me: Coordinator) -> None:
    child, user = await me.register(), account(StaffRole.NAV_ADULT, "gm@example.se")
    await me.add_adult(child, name="", channel="in_app", address="", staff=str(user))
    assert "Går inte att nå" not in (await me.get(f"/nav/children/{child}")).text
    with db.write() as session:
        service.accounts_for(session, "generic")[-1].active = False
    assert "Går inte att nå" in (await me.get(f"/nav/children/{child}")).text


# --- absences and stand-ins


async def test_an_absence_and_a_stand_in_of_one_adult_come_and_go(me: Coordinator) -> None:
    child = await me.register()
    adult = await me.add_adult(child)
    here, today = f"/nav/children/{child}/adults/{adult}", clock.today().isoformat()
    assert (await me.post(f"{here}/absences", first_day=today)).status_code == 303
    deputy = {"name": "Vikarien", "channel": "email", "address": "vik@example.se"}
    assert (await me.post(f"{here}/stand-ins", **deputy, first_day=today)).status_code == 303
    nav = read_nav(child)
    assert nav.away(nav.adults[0].person, clock.today()) is not None
    assert nav.stand_ins[0].person.name == "Vikarien"
    assert "Borta tills vidare" in (await me.get(f"/nav/children/{child}")).text
    page = (await me.get(here)).text
    assert "Vikarien" in page
    for address in re.findall(r"/staff(/nav/(?:absences|stand-ins)/\d+/remove)", page):
        gone = await me.post(address, back=f"/staff{here}")
        assert gone.headers["location"] == f"/staff{here}"
    nav = read_nav(child)
    assert (nav.absences, nav.stand_ins) == ((), ())


async def test_days_that_make_no_sense_keep_what_was_typed(me: Coordinator) -> None:
    child = await me.register()
    here = f"/nav/children/{child}/adults/{await me.add_adult(child)}"
    deputy = {"name": "Vikarien", "channel": "email", "address": "vik@example.se"}
    answer = await me.post(f"{here}/stand-ins", **deputy, first_day="2026-12-02", last_day="2026-12-01")
    assert answer.status_code == 422
    assert 'value="Vikarien"' in answer.text
    assert (await me.post(f"{here}/absences", first_day="")).status_code == 422
    assert read_nav(child).stand_ins == ()


async def test_colleagues_are_away_answer_to_others_and_roles_have_stand_ins(me: Coordinator) -> None:
    user, boss = (account(StaffRole.NAV_ADULT, f"{name}@example.se") for name in ("gm", "chef"))
    today = clock.today().isoformat()
    assert (await me.post(f"/nav/cover/{user}/absences", first_day=today)).status_code == 303
    assert (await me.post(f"/nav/cover/{user}/boss", reports_to=str(boss))).status_code == 303
    form = {"role": "god_man", "municipality": "generic", "name": "Vik", "channel": "sms", "address": "0701234567"}
    assert (await me.post("/nav/cover", **form, first_day=today)).status_code == 303
    child = await me.register()
    nav = read_nav(child)
    assert (f"staff:{user}", f"staff:{boss}") in nav.answers_to
    assert [(entry.role, entry.person.name) for entry in nav.stand_ins] == [("god_man", "Vik")]
    assert [entry.key for entry in nav.absences] == [f"staff:{user}"]
    page = (await me.get("/nav/cover")).text
    assert "borta i dag" in page
    assert "Vik" in page
    assert (await me.post(f"/nav/cover/{user}/boss", reports_to=str(user))).status_code == 422
    assert (await me.post("/nav/cover", **{**form, "municipality": "atlantis"}, first_day=today)).status_code == 422


async def test_entries_of_another_municipality_cannot_be_removed(client: httpx.AsyncClient) -> None:
    first = Coordinator(client, "jonkoping")
    child = await first.register(municipality="jonkoping")
    adult, today = await first.add_adult(child), clock.today().isoformat()
    await first.post(f"/nav/children/{child}/adults/{adult}/absences", first_day=today)
    with db.read() as session:
        id_ = store.absences(session, [adult], [])[0].id
    other = Coordinator(client, "stockholm")
    assert (await other.post(f"/nav/absences/{id_}/remove")).status_code == 404
    assert len(read_nav(child).absences) == 1


async def test_removing_never_leads_to_another_site(me: Coordinator) -> None:
    user = account(StaffRole.NAV_ADULT, "gm@example.se")
    for back in ("https://evil.example", "//evil.example", "/staff/nav/\\evil", ""):
        await me.post(f"/nav/cover/{user}/absences", first_day=clock.today().isoformat())
        with db.read() as session:
            id_ = store.absences(session, (), [user])[0].id
        assert (await me.post(f"/nav/absences/{id_}/remove", back=back)).headers["location"] == "/staff/nav/cover"


# --- codes


def shown_code(page: str) -> str:
    found = re.search(r'class="typed"><bdi dir="ltr">([^<]+)<', page)
    assert found
    return found[1]


async def test_a_typed_code_is_shown_once_kept_as_a_hash_and_can_be_revoked(me: Coordinator) -> None:
    child = await me.register()
    made = await me.post(f"/nav/children/{child}/codes", kind="typed")
    text = shown_code(made.text)
    assert re.fullmatch(r"[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}", text)
    assert 'lang="sv"' in made.text
    page = (await me.get(f"/nav/children/{child}")).text
    assert text not in page
    with db.read() as session:
        row = store.codes(session, child)[0]
        assert text.replace("-", "") not in row.hash
        details = " ".join(str(entry.detail) for entry in audit.latest(session))
    assert text not in details
    with db.write() as session:
        assert codes.use(session, text.lower().replace("-", " ")).id == child  # type: ignore[union-attr]
    revoked = await me.post(f"/nav/children/{child}/codes/{row.id}/revoke")
    assert revoked.status_code == 303
    with db.write() as session:
        assert codes.use(session, text) is None


async def test_the_qr_code_holds_at_least_112_random_bits_behind_the_hash(me: Coordinator, settings: Settings) -> None:
    child = await me.register()
    assert "<svg" in (await me.post(f"/nav/children/{child}/codes", kind="qr")).text
    with db.write() as session:
        row = session.get(NavChild, child)
        assert row is not None
        made = [codes.make(session, row, CodeKind.QR) for _ in range(50)]
        address, _, secret = made[-1].address.partition("#code=")
        assert address == f"{settings.web_address}/chat"
        assert codes.use(session, made[-1].address).id == child  # type: ignore[union-attr]
        assert codes.use(session, secret).id == child  # type: ignore[union-attr]
        assert codes.use(session, made[-2].text) is None, "a new paper makes the old one useless"
    assert codes.QR_BYTES * 8 >= 112
    assert len({one.text for one in made}) == 50
    assert min(len(one.text) for one in made) * 6 >= 112


async def test_codes_end_by_time_by_closing_the_child_and_only_fit_their_form(frozen: Any, me: Coordinator) -> None:
    child = await me.register()
    with db.write() as session:
        row = session.get(NavChild, child)
        assert row is not None
        typed = codes.make(session, row, CodeKind.TYPED)
        assert codes.use(session, typed.text) is not None
    frozen.advance(hours=24 * 8)
    with db.write() as session:
        assert codes.use(session, typed.text) is None
        row = session.get(NavChild, child)
        assert row is not None
        paper = codes.make(session, row, CodeKind.QR)
        assert codes.use(session, paper.text) is not None
    me.csrf = come_in(me.client, me.id)
    await me.post(f"/nav/children/{child}/active", active="no")
    with db.write() as session:
        assert codes.use(session, paper.text) is None
    assert (await me.post(f"/nav/children/{child}/codes", kind="qr")).status_code == 422
    with db.read() as session:
        hashes = [entry.hash for entry in session.query(AccessCode)]
    assert len(hashes) == len(set(hashes)) == 2


@pytest.mark.parametrize("code", ["sv", "en"])
@pytest.mark.parametrize("kind", list(CodeKind))
def test_the_paper_speaks_the_childs_language_and_swedish(code: str, kind: CodeKind, settings: Settings) -> None:
    made = codes.Made("ABCD-EFGH", kind, clock.now())
    found = papers(made, code)
    assert [paper["tag"] for paper in found] == list(dict.fromkeys((code, "sv")))
    for paper in found:
        assert paper["title"]
        assert all(paper["lines"])
        assert any(made.expires_at.date().isoformat()[:7] in line for line in paper["lines"])


# --- handoffs


async def test_an_account_the_worry_must_not_reach_sees_nothing_of_it(client: httpx.AsyncClient, me: Coordinator) -> None:
    other = Coordinator(client, email="two@example.se")
    id_ = handoff(excluded_people=[me.id])
    assert (await other.get(f"/handoffs/{id_}")).status_code == 200
    assigned = await other.post(f"/handoffs/{id_}/assign", person=str(me.id))
    assert assigned.status_code == 403
    me.csrf = come_in(client, me.id)
    assert id_ not in (await me.get("/handoffs?state=all")).text
    assert id_ not in (await me.get("/handoffs/export.csv")).text
    assert (await me.get(f"/handoffs/{id_}")).status_code == 403
    assert (await me.post(f"/handoffs/{id_}/step", step="acknowledge")).status_code == 403


async def test_the_handoff_says_which_child_who_gets_it_and_why(frozen: Any, me: Coordinator) -> None:
    child = await me.register(stage="after_rejection")
    await me.add_adult(child, role="socialsekreterare", name="Olle", channel="email", address="olle@example.se")
    await me.add_adult(child, role="god_man", name="Karin")
    told = Told("worry_got_a_no", "after_rejection", "generic", nav=nav_of(child))
    plan = told.plan("socialsekreterare", Urgency.U1)
    id_ = handoff(worry=told.worry.id if told.worry else None, topic=told.topic, urgency=Urgency.U1, **plan.stored())
    page = (await me.get(f"/handoffs/{id_}")).text
    assert "Blå fågel" in page
    assert "Olle" in page
    assert content().worries["got_a_no"].reasons["socialsekreterare"] in page
    assert "samordnare" in page.lower()
