"""The crisis message: switched on and off by a person, in the chats of one municipality, until its end."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from actions import db
from actions.audit import service as audit
from actions.clock import FrozenClock
from actions.vocabulary import StaffRole
from tests.chat.test_gateway import Child
from tests.staff.test_staff import account, come_in
from tests.staff.test_staff import client as client

FORM = {
    "municipality": "jonkoping",
    "text_crisis": "yes",
    "contact_bris": "yes",
    "contact_112": "yes",
    "ends_at": "2026-11-26T12:00",
}
WORDS = {"sv": "Något mycket svårt har hänt", "en": "Something very hard has happened"}


async def opened(client: httpx.AsyncClient, **body: str) -> list[str]:
    return [message["text"] for message in (await Child.open(client, **body)).opened["messages"]]


async def test_it_stands_in_new_and_open_chats_of_the_municipality_only(client: httpx.AsyncClient, frozen: FrozenClock) -> None:
    here = await Child.open(client, language="en", municipality="jonkoping")
    elsewhere = await Child.open(client, municipality="stockholm")
    csrf = come_in(client, account(StaffRole.COORDINATOR, municipality="jonkoping"))
    answer = await client.post("/staff/crisis", data={"csrf": csrf, **FORM})
    assert answer.status_code == 200 and "fick det: 1" in answer.text
    last = (await here.history())[-1]
    assert last["text"].startswith(WORDS["en"])
    assert [contact["tel"] for contact in last["contacts"]] == ["116111", "112"]
    assert not any(WORDS["sv"] in message["text"] for message in await elsewhere.history())
    texts = await opened(client, municipality="jonkoping")
    assert "dator" in texts[0] and texts[1].startswith(WORDS["sv"])
    assert not any(WORDS["sv"] in text for text in await opened(client))


async def test_it_ends_by_itself_and_can_be_switched_off(client: httpx.AsyncClient, frozen: FrozenClock) -> None:
    me = account(StaffRole.COORDINATOR, municipality="jonkoping")
    await client.post("/staff/crisis", data={"csrf": come_in(client, me), **FORM})
    frozen.set(datetime(2026, 11, 26, 10, 59, tzinfo=UTC))
    assert any(WORDS["sv"] in text for text in await opened(client, municipality="jonkoping"))
    frozen.advance(minutes=2)
    assert not any(WORDS["sv"] in text for text in await opened(client, municipality="jonkoping"))
    csrf = come_in(client, me)
    await client.post("/staff/crisis", data={"csrf": csrf, **FORM, "ends_at": "2026-12-01T12:00"})
    assert (await client.post("/staff/crisis/2/off", data={"csrf": csrf})).status_code == 303
    assert not any(WORDS["sv"] in text for text in await opened(client, municipality="jonkoping"))
    with db.read() as session:
        found = [entry.action for entry in audit.latest(session) if entry.action.startswith("crisis.")]
        assert found == ["crisis.off", "crisis.on", "crisis.on"]


async def test_the_generic_message_reaches_those_whose_municipality_nobody_knows(
    client: httpx.AsyncClient, frozen: FrozenClock
) -> None:
    unknown = await Child.open(client)
    csrf = come_in(client, account(StaffRole.ADMINISTRATOR))
    await client.post("/staff/crisis", data={"csrf": csrf, **FORM, "municipality": "generic"})
    assert WORDS["sv"] in (await unknown.history())[-1]["text"]
    assert not any(WORDS["sv"] in text for text in await opened(client, municipality="jonkoping"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends_at": ""},
        {"ends_at": "2026-11-24T12:00"},
        {"ends_at": "2027-11-24T12:00"},
        {"text_crisis": ""},
        {"municipality": "stockholm"},
    ],
)
async def test_a_wrong_message_is_not_switched_on(client: httpx.AsyncClient, frozen: FrozenClock, wrong: dict[str, str]) -> None:
    csrf = come_in(client, account(StaffRole.COORDINATOR, municipality="jonkoping"))
    answer = await client.post("/staff/crisis", data={"csrf": csrf, **FORM, **wrong})
    assert answer.status_code == 422 and 'role="alert"' in answer.text
    assert not any(WORDS["sv"] in text for text in await opened(client, municipality="jonkoping"))


async def test_nobody_switches_off_the_message_of_another_municipality(client: httpx.AsyncClient, frozen: FrozenClock) -> None:
    csrf = come_in(client, account(StaffRole.COORDINATOR, municipality="jonkoping"))
    await client.post("/staff/crisis", data={"csrf": csrf, **FORM})
    csrf = come_in(client, account(StaffRole.COORDINATOR, "b@example.se", municipality="stockholm"))
    for id_ in ("1", "999", "x"):
        assert (await client.post(f"/staff/crisis/{id_}/off", data={"csrf": csrf})).status_code == 404
    assert any(WORDS["sv"] in text for text in await opened(client, municipality="jonkoping"))
