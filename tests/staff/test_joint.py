"""One answer from the nav: everybody sees all drafts, all agree on one, the child gets that one."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from actions import db
from actions.alerts import store as alerts
from actions.audit import service as audit
from actions.dialogue import joint as dialogue
from actions.dialogue import worries
from actions.dialogue.render import render
from actions.dialogue.worries import Told
from actions.errors import Forbidden, Unprocessable
from actions.handoffs import store as handoffs
from actions.joint import service, store
from actions.nav import service as navs
from actions.nav.service import AdultWanted, ChildWanted, PersonWanted
from actions.staff import accounts
from actions.staff.accounts import SignedIn
from actions.vocabulary import StaffRole
from tests.chat.test_gateway import Child
from tests.staff.test_staff import account, come_in, handoff
from tests.staff.test_staff import client as client

HUB = ("socialsekreterare", "god_man", "kontaktperson_hvb")


def signed_in(id_: int) -> SignedIn:
    found = accounts.who(accounts.sign_in_once(accounts.make_link(id_)))
    assert found is not None
    return found


def people() -> dict[str, int]:
    return {role: account(StaffRole.NAV_ADULT, f"{role}@example.se", nav_role=role) for role in HUB}


def asked(conversation: str = "c1", **update: Any) -> tuple[str, dict[str, int]]:
    """A joint question of a child whose nav has an account for each of the three."""
    team = people()
    boss = signed_in(account(StaffRole.COORDINATOR))
    with db.write() as session:
        child = navs.register(session, ChildWanted("Tall 7", "waiting", "sv", "generic", "", True), {"generic"}, boss)
        for role, id_ in team.items():
            navs.add_adult(session, child, AdultWanted(role, PersonWanted(role, "in_app", "", str(id_))), boss)
        child_id = child.id
    values = {"topic": dialogue.TOPIC, "worry": "adults_disagree", "conversation_id": conversation, "child_id": child_id, **update}
    id_ = handoff(f"{conversation}:m1", **values)
    service.ask_together(id_)
    return id_, team


def voices(id_: str) -> dict[str, Any]:
    with db.read() as session:
        question = store.get(session, id_)
        return {voice.role: voice for voice in question.voices} if question else {}


def do(id_: str, work: Any) -> Any:
    with db.write() as session:
        row = handoffs.get(session, id_, lock=True)
        assert row is not None
        return work(session, row)


async def test_who_writes_a_draft_has_read_it_and_nobody_else_is_called(client: httpx.AsyncClient) -> None:
    child = await Child.open(client)
    id_, team = asked(child.id)
    csrf = come_in(client, team["god_man"])
    form = {"csrf": csrf, "voice": str(voices(id_)["god_man"].id), "text": "Vi träffas på tisdag."}
    assert (await client.post(f"/staff/joint/{id_}/draft", data=form)).status_code == 303
    with db.read() as session:
        row = handoffs.get(session, id_)
        assert row is not None
        assert (row.state, row.acknowledged_at is not None) == ("acknowledged", True)
        escalation = alerts.escalation(session, id_)
        assert escalation is not None and escalation.next_at is None
    assert "läst" in (await child.history())[-1]["text"]


async def test_the_answer_is_named_in_the_language_of_its_author_not_of_the_last_yes(client: httpx.AsyncClient) -> None:
    child = await Child.open(client)
    id_, team = asked(child.id)
    accounts.set_language(signed_in(team["kontaktperson_hvb"]), "en")
    csrf = come_in(client, team["god_man"])
    form = {"csrf": csrf, "voice": str(voices(id_)["god_man"].id), "text": "Vi träffas på tisdag."}
    await client.post(f"/staff/joint/{id_}/draft", data=form)
    for role in ("socialsekreterare", "kontaktperson_hvb"):
        csrf = come_in(client, team[role])
        form = {"csrf": csrf, "voice": str(voices(id_)[role].id), "draft": str(voices(id_)["god_man"].id), "version": "1"}
        await client.post(f"/staff/joint/{id_}/agree", data=form)
    last = (await child.history())[-1]
    assert (last["text"], last["language"]) == ("Vi träffas på tisdag.", "sv")


async def test_three_adults_agree_and_the_child_gets_that_one_answer(client: httpx.AsyncClient) -> None:
    child = await Child.open(client)
    id_, team = asked(child.id)
    for role, text in (("god_man", "Vi träffas på tisdag."), ("socialsekreterare", "Skolan går före.")):
        csrf = come_in(client, team[role])
        form = {"csrf": csrf, "voice": str(voices(id_)[role].id), "text": text}
        assert (await client.post(f"/staff/joint/{id_}/draft", data=form)).status_code == 303
    wanted = voices(id_)["god_man"]
    for role in ("kontaktperson_hvb", "socialsekreterare"):
        csrf = come_in(client, team[role])
        page = (await client.get(f"/staff/joint/{id_}")).text
        assert "Vi träffas på tisdag." in page and "Skolan går före." in page
        assert not any("tisdag" in message["text"] for message in await child.history())
        form = {"csrf": csrf, "voice": str(voices(id_)[role].id), "draft": str(wanted.id), "version": "1"}
        assert (await client.post(f"/staff/joint/{id_}/agree", data=form)).status_code == 303
    said = await child.history()
    assert [message["text"] for message in said[-2:]] == ["Svar från hela ditt nav:", "Vi träffas på tisdag."]
    assert (said[-1]["from"], said[-1]["meta"]["roles"]) == ("staff", list(HUB))
    assert not any("Skolan går före." in message["text"] for message in said)
    late = {"csrf": csrf, "voice": str(voices(id_)["kontaktperson_hvb"].id), "text": "Mer"}
    assert (await client.post(f"/staff/joint/{id_}/draft", data=late)).status_code == 422
    with db.read() as session:
        found = [entry.action for entry in audit.latest(session)]
    assert found.count("joint.answered") == 1 and found.count("joint.drafted") == 2


def test_a_changed_draft_needs_every_yes_again(any_database: str) -> None:
    id_, team = asked()
    god_man, home, social = (signed_in(team[role]) for role in ("god_man", "kontaktperson_hvb", "socialsekreterare"))
    mine = voices(id_)
    do(id_, lambda s, row: service.write(s, row, mine["god_man"].id, "Ett", god_man))
    assert not do(id_, lambda s, row: service.agree(s, row, mine["kontaktperson_hvb"].id, mine["god_man"].id, 1, home))
    do(id_, lambda s, row: service.write(s, row, mine["god_man"].id, "Två", god_man))
    with pytest.raises(Unprocessable):
        do(id_, lambda s, row: service.agree(s, row, mine["socialsekreterare"].id, mine["god_man"].id, 1, social))
    assert not do(id_, lambda s, row: service.agree(s, row, mine["socialsekreterare"].id, mine["god_man"].id, 2, social))
    assert do(id_, lambda s, row: service.agree(s, row, mine["kontaktperson_hvb"].id, mine["god_man"].id, 2, home))


def test_nobody_speaks_for_another(any_database: str) -> None:
    id_, team = asked()
    mine, other = voices(id_), signed_in(team["socialsekreterare"])
    with pytest.raises(Forbidden):
        do(id_, lambda s, row: service.write(s, row, mine["god_man"].id, "x", other))
    assert voices(id_)["god_man"].draft is None


def test_whoever_it_may_be_about_has_no_voice_and_cannot_look(any_database: str) -> None:
    id_, team = asked(excluded=["god_man"])
    assert set(voices(id_)) == {"socialsekreterare", "kontaktperson_hvb"}
    guardian = signed_in(team["god_man"])
    with db.read() as session:
        row = handoffs.get(session, id_)
        assert row is not None and not service.may_open(session, row, guardian, set())
    other = signed_in(team["socialsekreterare"])
    with db.read() as session:
        assert service.may_open(session, row, other, set())


def test_a_coordinator_writes_for_an_adult_without_an_account(any_database: str) -> None:
    boss = signed_in(account(StaffRole.COORDINATOR))
    id_ = handoff(topic=dialogue.TOPIC, worry="adults_disagree")
    assert service.ask_together(id_) and service.ask_together(id_), "asking twice changes nothing"
    mine = voices(id_)
    assert [voice.staff_id for voice in mine.values()] == [None, None, None]
    do(id_, lambda s, row: service.write(s, row, mine["god_man"].id, "Så här", boss))
    do(id_, lambda s, row: service.agree(s, row, mine["socialsekreterare"].id, mine["god_man"].id, 1, boss))
    assert do(id_, lambda s, row: service.agree(s, row, mine["kontaktperson_hvb"].id, mine["god_man"].id, 1, boss))


async def test_the_page_belongs_to_its_voices(client: httpx.AsyncClient) -> None:
    id_, team = asked()
    stranger = account(StaffRole.NAV_ADULT, "x@example.se", nav_role="skola")
    come_in(client, stranger)
    assert (await client.get(f"/staff/joint/{id_}")).status_code == 404
    assert (await client.get(f"/staff/handoffs/{id_}")).status_code == 404
    come_in(client, team["kontaktperson_hvb"])
    assert id_ in (await client.get("/staff/joint")).text
    page = await client.get(f"/staff/handoffs/{id_}")
    assert page.status_code == 200 and re.search(rf'href="/staff/joint/{id_}"', page.text)


# --- what the child is asked


def test_the_child_is_offered_all_three_and_sees_to_whom_it_goes(any_database: str) -> None:
    told = Told(dialogue.TOPIC, "waiting", about=[])
    assert worries.ask_recipient(told).choices[0].entities == {"role": "nav"}
    text = render(worries.ask_consent(told, "nav", "sv", "Vem ska jag tro på?").as_json(), "sv").text
    assert "din socialsekreterare, din gode man och din kontaktperson på boendet" in text
    assert "överens" in text and "Vem ska jag tro på?" in text
    other = worries.ask_recipient(Told("worry_housing", "waiting"))
    assert "nav" not in [choice.entities.get("role") for choice in other.choices]


def test_not_all_three_when_it_is_about_two_of_them(any_database: str) -> None:
    told = Told(dialogue.TOPIC, "waiting", about=["god_man", "socialsekreterare"])
    assert told.together() == []
    assert "nav" not in [choice.entities.get("role") for choice in worries.ask_recipient(told).choices]
    two = Told(dialogue.TOPIC, "waiting", about=["god_man"])
    assert two.together() == ["socialsekreterare", "kontaktperson_hvb"]
