"""The page where a municipality edits its profile."""

from __future__ import annotations

import httpx
import pytest

from actions import db
from actions.audit import service as audit
from actions.local import profiles
from actions.vocabulary import StaffRole
from tests.staff.test_staff import account, come_in
from tests.staff.test_staff import client as client

HOURS = {"monday": "09:00-15:00", "friday": "10:00-12:00", "verified_on": "2026-11-20"}


def profile(id_: str = "jonkoping"):
    with db.read() as session:
        return profiles.of(session, id_)


async def test_a_coordinator_edits_every_part_of_its_own_municipality(client: httpx.AsyncClient) -> None:
    csrf = come_in(client, account(StaffRole.COORDINATOR, municipality="jonkoping"))
    url = "/staff/municipality/jonkoping"
    assert (await client.get("/staff/municipality")).headers["location"] == url
    forms = [
        {"part": "hours", **HOURS},
        {"part": "on_call", "name": "Socialjouren", "phone": "036-10 58 90", "verified_on": "2026-11-20"},
        {"part": "role", "role": "skola", "name": "Mentor på Per Brahe"},
        {"part": "card", "sv": "Fotboll på söndag", "text": "Alla får vara med.", "role": "kultur_fritid", "show": "yes"},
        {
            "part": "card",
            "card": "language_cafe",
            "sv": "Språkcafé på biblioteket",
            "text": "Öva svenska.",
            "role": "kultur_fritid",
        },
        {"part": "slot", "slot": "checklist_missing", "content": "Ring chefen"},
        {"part": "plan", "isip": "yes"},
    ]
    for form in forms:
        answer = await client.post(url, data={"csrf": csrf, **form})
        assert answer.status_code == 303, (form, answer.text)
    made = profile()
    assert made.hours == {"monday": "09:00-15:00", "friday": "10:00-12:00"}
    assert (made.on_call.phone, made.roles["skola"].name, made.isip) == ("036-10 58 90", "Mentor på Per Brahe", True)
    cards = {card.id: card for card in made.cards}
    assert cards["fotboll_pa_sondag"].show
    assert not cards["language_cafe"].show and cards["language_cafe"].source is not None
    assert next(slot for slot in made.slots if slot.id == "checklist_missing").content == "Ring chefen"
    page = (await client.get(url)).text
    assert "Fotboll på söndag" in page and "coordinator@example.se" in page
    for form in (
        {"part": "card", "card": "fotboll_pa_sondag", "remove": "yes"},
        {"part": "role", "role": "skola", "remove": "yes"},
    ):
        await client.post(url, data={"csrf": csrf, **form})
    assert "skola" not in profile().roles and "fotboll_pa_sondag" not in {card.id for card in profile().cards}
    with db.read() as session:
        entries = [entry for entry in audit.latest(session) if entry.action == "municipality.edited"]
    assert len(entries) == len(forms) + 2
    assert entries[0].object_id == "jonkoping"


async def test_nobody_edits_another_municipality_but_an_administrator(client: httpx.AsyncClient) -> None:
    csrf = come_in(client, account(StaffRole.COORDINATOR, municipality="jonkoping"))
    for place in ("stockholm", "atlantis"):
        assert (await client.get(f"/staff/municipality/{place}")).status_code == 404
        assert (await client.post(f"/staff/municipality/{place}", data={"csrf": csrf, "part": "hours", **HOURS})).status_code == 404
    csrf = come_in(client, account(StaffRole.ADMINISTRATOR))
    assert (await client.post("/staff/municipality/stockholm", data={"csrf": csrf, "part": "hours", **HOURS})).status_code == 303
    assert profile("stockholm").hours["monday"] == "09:00-15:00"


@pytest.mark.parametrize(
    "form",
    [
        {"part": "hours", "monday": "nine to five"},
        {"part": "hours", "monday": "09:00-15:00", "verified_on": "yesterday"},
        {"part": "on_call", "name": "x", "phone": "036-1"},
        {"part": "role", "role": "king", "name": "x"},
        {"part": "card", "sv": "", "text": "x", "role": "skola"},
        {"part": "card", "sv": "Språkcafé", "text": "x", "role": "skola", "phone": "036-10", "show": "yes"},
        {"part": "everything"},
    ],
)
async def test_a_mistake_is_said_on_the_page_and_nothing_is_stored(client: httpx.AsyncClient, form: dict[str, str]) -> None:
    csrf = come_in(client, account(StaffRole.COORDINATOR, municipality="jonkoping"))
    answer = await client.post("/staff/municipality/jonkoping", data={"csrf": csrf, **form})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    with db.read() as session:
        assert profiles.store.edit(session, "jonkoping") is None


async def test_an_empty_slot_says_who_can_fill_it(client: httpx.AsyncClient) -> None:
    come_in(client, account(StaffRole.COORDINATOR, municipality="jonkoping"))
    page = (await client.get("/staff/municipality/jonkoping")).text
    assert "Jönköpingsmodellen" in page
    assert "Socialförvaltningen – ensamkommande i Jönköping" in page
