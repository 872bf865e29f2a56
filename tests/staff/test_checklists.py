"""Points that are ticked off on a handoff."""

from __future__ import annotations

import re

import httpx
import pytest

from actions import db
from actions.audit import service as audit
from actions.checklists import service, store
from actions.content import content
from actions.content.models import Point, Slot
from actions.handoffs import store as handoffs
from actions.vocabulary import StaffRole
from tests.staff.test_staff import account, come_in, handoff
from tests.staff.test_staff import client as client


async def test_a_request_for_a_plan_shows_the_four_points(client: httpx.AsyncClient) -> None:
    come_in(client, account(StaffRole.COORDINATOR))
    page = (await client.get(f"/staff/handoffs/{handoff(topic='ask_plan', worry='sip_request')}")).text
    assert len(re.findall(r'class="tick"', page)) == 4
    assert "övergripande ansvaret" in page
    other = (await client.get(f"/staff/handoffs/{handoff('c1:m2')}")).text
    assert 'class="tick"' not in other


async def test_a_tick_has_name_and_time_and_stands_in_the_audit(client: httpx.AsyncClient) -> None:
    csrf = come_in(client, account(StaffRole.COORDINATOR))
    id_ = handoff(topic="ask_plan", worry="rejection_plan")
    form = {"csrf": csrf, "list": "plan", "item": "needs", "done": "yes"}
    for _ in range(2):
        assert (await client.post(f"/staff/handoffs/{id_}/tick", data=form)).status_code == 303
    page = (await client.get(f"/staff/handoffs/{id_}")).text
    assert page.count("Coordinator, <time") == 1
    assert "1 / 4" in page
    await client.post(f"/staff/handoffs/{id_}/tick", data={**form, "done": "no"})
    assert "0 / 4" in (await client.get(f"/staff/handoffs/{id_}")).text
    with db.read() as session:
        actions = [entry.action for entry in audit.latest(session, limit=20)]
    assert actions.count("checklist.ticked") == 1
    assert actions.count("checklist.unticked") == 1


async def test_nobody_ticks_on_a_handoff_that_is_not_theirs_or_a_point_that_is_not_there(client: httpx.AsyncClient) -> None:
    id_ = handoff(topic="ask_plan", worry="sip_request", excluded=["god_man"])
    csrf = come_in(client, account(StaffRole.NAV_ADULT))
    form = {"csrf": csrf, "list": "plan", "item": "needs", "done": "yes"}
    assert (await client.post(f"/staff/handoffs/{id_}/tick", data=form)).status_code == 404
    csrf = come_in(client, account(StaffRole.COORDINATOR))
    for wrong in ({"item": "nothing"}, {"list": "missing"}, {"list": "../x", "item": "\x00"}):
        assert (await client.post(f"/staff/handoffs/{id_}/tick", data={**form, "csrf": csrf, **wrong})).status_code == 422
    with db.read() as session:
        assert store.of_handoff(session, id_) == []


def test_the_municipalitys_own_list_replaces_the_generic_one() -> None:
    checklist = content().checklists["missing"]
    profile = content().municipalities["jonkoping"]
    generic, fill_in = service.points(checklist, profile)
    assert generic == checklist.items
    assert fill_in
    slot = Slot(id="checklist_missing", sv="x", content="- Ring boendets chef\n\n• Ring socialjouren", fill_in="y")
    own, nobody = service.points(checklist, profile.model_copy(update={"slots": [slot]}))
    assert [point.sv for point in own] == ["Ring boendets chef", "Ring socialjouren"]
    assert nobody is None
    assert own != checklist.items and all(isinstance(point, Point) for point in own)


@pytest.mark.parametrize(
    ("worry", "now"), [("missing_risk", "prevention"), ("run_away", "prevention"), ("missing_now", "missing"), ("found", "found")]
)
def test_a_missing_child_has_all_three_lists(any_database: str, worry: str, now: str) -> None:
    id_ = handoff(worry=worry)
    with db.read() as session:
        row = handoffs.get(session, id_)
        assert row is not None
        assert [shown.checklist.id for shown in service.shown(session, row)] == list(service.MISSING)
        assert service.current(row) == now
