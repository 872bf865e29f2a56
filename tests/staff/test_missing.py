"""Children who are missing: registering, lists, moments, numbers."""

from __future__ import annotations

import httpx
import pytest

from actions import db
from actions.audit import service as audit
from actions.dialogue.worries import Told
from actions.handoffs import store as handoffs
from actions.nav import service as navs
from actions.nav.models import NavChild
from actions.nav.service import ChildWanted
from actions.staff import missing
from actions.vocabulary import StaffRole
from tests.staff.test_staff import account, come_in, handoff
from tests.staff.test_staff import client as client


def newest() -> str:
    with db.read() as session:
        rows = handoffs.find(session, handoffs.Filter(sort="newest"))
        return rows[0].id


def child_of(municipality: str, alias: str = "Tall 7") -> NavChild:
    me = StaffRole.COORDINATOR
    with db.write() as session:
        from actions.staff import accounts

        user = accounts.store.by_email(session, f"{me}@example.se")
        assert user is not None
        return navs.register(session, ChildWanted(alias, "waiting", "sv", municipality, "", True), {municipality}, user)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("topic", "stage", "kind"),
    [
        ("worry_run_away", "waiting", "missing_risk"),
        ("worry_run_away", "missing", "missing_now"),
        ("worry_missing_friend", "waiting", "missing_now"),
    ],
)
def test_what_a_child_tells_becomes_the_right_kind(topic: str, stage: str, kind: str) -> None:
    told = Told(topic, stage)
    assert told.kind == kind
    assert told.worry is not None and told.worry.id == topic.removeprefix("worry_"), "the child reads its own matter"


async def test_a_coordinator_registers_a_child_that_is_gone(client: httpx.AsyncClient) -> None:
    csrf = come_in(client, account(StaffRole.COORDINATOR))
    answer = await client.post("/staff/missing", data={"csrf": csrf, "moment": "missing", "municipality": "generic"})
    assert answer.status_code == 303
    id_ = newest()
    assert answer.headers["location"] == f"/staff/handoffs/{id_}"
    page = (await client.get(answer.headers["location"])).text
    for words in ('href="tel:112"', 'href="tel:116000"', 'href="tel:11414"', "Registrerat av personal", 'id="list-found"'):
        assert words in page, words
    listed = (await client.get("/staff/missing")).text
    assert f"/staff/handoffs/{id_}#list-missing" in listed
    with db.read() as session:
        row = handoffs.get(session, id_)
        assert row is not None
        assert (row.worry, row.urgency, row.consent, row.conversation_id, row.own_words) == (
            "missing_now",
            "U1",
            "staff",
            None,
            None,
        )
        assert row.history[0].actor.startswith("staff:")
        assert "missing.registered" in [entry.action for entry in audit.latest(session)]


async def test_a_child_of_the_nav_is_registered_by_alias(client: httpx.AsyncClient) -> None:
    csrf = come_in(client, account(StaffRole.COORDINATOR))
    child = child_of("generic")
    assert "Tall 7" in (await client.get("/staff/missing")).text
    await client.post("/staff/missing", data={"csrf": csrf, "moment": "prevention", "child": child.id})
    with db.read() as session:
        row = handoffs.get(session, newest())
        assert row is not None and row.child_id == child.id and row.worry == "missing_risk"


@pytest.mark.parametrize("wrong", [{"moment": "lost"}, {"child": "nobody"}, {"municipality": "stockholm"}, {"municipality": ""}])
async def test_a_wrong_registration_says_what_is_wrong(client: httpx.AsyncClient, wrong: dict[str, str]) -> None:
    csrf = come_in(client, account(StaffRole.COORDINATOR, municipality="jonkoping"))
    form = {"csrf": csrf, "moment": "missing", "municipality": "jonkoping", **wrong}
    answer = await client.post("/staff/missing", data=form)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    with db.read() as session:
        assert handoffs.count(session, handoffs.Filter()) == 0


async def test_the_moment_moves_and_the_ticks_stay(client: httpx.AsyncClient) -> None:
    csrf = come_in(client, account(StaffRole.COORDINATOR))
    id_ = handoff(topic="worry_run_away", worry="missing_risk")
    tick = {"csrf": csrf, "list": "prevention", "item": "support", "done": "yes"}
    await client.post(f"/staff/handoffs/{id_}/tick", data=tick)
    for moment in ("missing", "found"):
        assert (await client.post(f"/staff/handoffs/{id_}/missing", data={"csrf": csrf, "moment": moment})).status_code == 303
    page = (await client.get(f"/staff/handoffs/{id_}")).text
    assert "1 / 5" in page
    assert "Ändrat: barnet är hittat" in page
    assert (await client.post(f"/staff/handoffs/{id_}/missing", data={"csrf": csrf, "moment": "gone"})).status_code == 422
    with db.read() as session:
        row = handoffs.get(session, id_)
        assert row is not None and row.worry == "found"
        assert row.state == "acknowledged", "who ticks off has read it"
        assert [entry.action for entry in audit.latest(session)].count("missing.moved") == 2


async def test_an_ordinary_handoff_cannot_be_turned_into_a_missing_child(client: httpx.AsyncClient) -> None:
    csrf = come_in(client, account(StaffRole.COORDINATOR))
    id_ = handoff()
    assert (await client.post(f"/staff/handoffs/{id_}/missing", data={"csrf": csrf, "moment": "missing"})).status_code == 422
    assert id_ not in (await client.get("/staff/missing")).text


async def test_the_page_shows_only_what_the_reader_may_open(client: httpx.AsyncClient) -> None:
    elsewhere = handoff(worry="missing_now", municipality="stockholm")
    guardian = account(StaffRole.NAV_ADULT, nav_role="god_man")
    about_me = handoff("c1:m2", worry="missing_risk", assignee_id=guardian, excluded=["god_man"])
    mine = handoff("c1:m3", worry="missing_risk", assignee_id=guardian)
    come_in(client, guardian)
    page = (await client.get("/staff/missing")).text
    assert mine in page
    assert elsewhere not in page and about_me not in page
    assert 'action="/staff/missing"' not in page, "only coordinators register"


def test_only_numbers_that_may_be_shown_are_offered() -> None:
    from actions.staff.pages_missing import contacts

    assert [line.id for line in contacts()] == list(missing.CONTACTS)
    assert all(line.show for line in contacts())


async def test_what_staff_registered_is_not_called_a_deleted_chat_and_is_named_in_the_readers_language(
    client: httpx.AsyncClient,
) -> None:
    user = account(StaffRole.COORDINATOR)
    csrf = come_in(client, user)
    form = {"csrf": csrf, "moment": "missing", "municipality": "generic"}
    page = await client.get((await client.post("/staff/missing", data=form)).headers["location"])
    assert "det finns ingen chatt att skriva i" in page.text and "Barnet har tagit bort" not in page.text
    assert "Ett barn är borta" in page.text
    await client.post("/staff/language", data={"csrf": csrf, "language": "en", "back": "/staff"})
    english = (await client.get("/staff/missing")).text
    assert "Ett barn är borta" not in english and "generic</td>" not in english
