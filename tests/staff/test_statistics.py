"""Was it clear, how many, how quickly: counted once, without a child, and never so few that one could be recognised."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from actions import db
from actions.chat.rasa import Reply
from actions.dialogue import answers, conversation, say
from actions.dialogue.answers import Question
from actions.handoffs import service as handoffs
from actions.handoffs.models import Handoff
from actions.review import store
from actions.review.models import UnansweredQuestion, UnderstandingCount
from actions.settings import Settings
from actions.statistics import service
from actions.vocabulary import StaffRole, Urgency
from actions.web import create_web_app
from tests.chat.test_gateway import Child
from tests.conftest import ScriptedRasa
from tests.staff.test_staff import account, come_in, handoff


@pytest.fixture
async def client(settings: Settings, any_database: str, rasa: ScriptedRasa) -> AsyncIterator[httpx.AsyncClient]:
    rasa.script = important_answers
    transport = httpx.ASGITransport(create_web_app(settings, rasa), raise_app_exceptions=False)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://navet") as made:
        yield made


async def important_answers(call: dict[str, Any]) -> Reply:
    """As the dialogue does: an important fact to every question, a plain message to what is pressed or said after it."""
    said = (call["choice"] or {}).get("intent") or {"ja": "chat_yes", "tack": "chat_thanks"}.get(call["text"], "ask_appeal")
    if said == "ask_appeal":
        draft = answers.answer(Question("ask_appeal", "after_rejection")).as_json()
        last = {"kind": "fact", "intent": "ask_appeal", "facts": ["S000-29"], "important": True}
        return Reply([draft], {"slots": {"last_answer": last}}, said, 0.99)
    draft = conversation.chat(say.message("chat_yes"), intent=said).as_json()
    return Reply([draft], call["state"], said, 0.99)


async def ask(child: Child) -> dict[str, Any]:
    answer = (await child.send("kan vi överklaga")).json()["messages"][0]
    return {choice["label"]: choice["choice"] for choice in answer["choices"]}


def counted() -> Counter[tuple[str, str]]:
    with db.read() as session:
        return Counter({(row[0], row[1]): row[2] for row in store.understanding(session, date(2000, 1, 1))})


async def test_each_press_after_was_it_clear_counts_once(client: httpx.AsyncClient) -> None:
    child = await Child.open(client)
    buttons = await ask(child)
    id_ = str(uuid.uuid4())
    for _ in range(2):  # a retry of the same message
        assert (await child.send(choice=buttons["Ja, det var tydligt"], id_=id_)).status_code == 200
    await child.send(choice=buttons["Förklara igen"])
    tell = next(choice for label, choice in buttons.items() if label.startswith("Säg till"))
    await child.send(choice=tell)
    assert counted() == {("ask_appeal", "clear"): 1, ("ask_appeal", "again"): 1, ("ask_appeal", "adult"): 1}


async def test_a_typed_yes_counts_and_thanks_or_other_buttons_do_not(client: httpx.AsyncClient) -> None:
    child = await Child.open(client)
    buttons = await ask(child)
    await child.send("tack")
    await child.send(choice=buttons["Andra frågor"])
    assert counted() == {}
    await child.send("ja")
    assert counted() == {("ask_appeal", "clear"): 1}


async def test_after_an_answer_that_was_not_important_nothing_is_counted(client: httpx.AsyncClient, rasa: ScriptedRasa) -> None:
    async def plain(call: dict[str, Any]) -> Reply:
        return Reply(
            [conversation.menu(None).as_json()],
            {"slots": {"last_answer": {"kind": "fact", "intent": "ask_school"}}},
            "chat_help",
            1.0,
        )

    rasa.script = plain
    child = await Child.open(client)
    await child.send("hej")
    rasa.script = important_answers
    await child.send("ja")
    assert counted() == {}


@pytest.mark.parametrize("table", [UnderstandingCount, UnansweredQuestion])
def test_the_tables_cannot_hold_a_child(table: type) -> None:
    """No conversation, no child, no time of day."""
    columns = {column.name: str(column.type) for column in table.__table__.columns}  # type: ignore[attr-defined]
    assert not [name for name in columns if re.search("conversation|child|user|_at$|^at$", name)]
    assert columns["day"] == "DATE"


# --- numbers


def test_what_is_rare_is_hidden_and_cannot_be_worked_out() -> None:
    assert service.hidden({"a": 20, "b": 7, "c": 2}) == {"a": 20, "b": None, "c": None}
    assert service.hidden({"a": 20, "b": 3, "c": 2}) == {"a": 20, "b": None, "c": None}
    assert service.hidden({"a": 20, "b": 7}) == {"a": 20, "b": 7}
    assert service.hidden({"a": 4}) == {"a": None}
    assert service.hidden({"a": 5, "b": 0}) == {"a": 5}


def read_after(id_: str, frozen: Any, minutes: int) -> None:
    with db.write() as session:
        frozen.advance(minutes=minutes)
        handoffs.advance(session, id_, "acknowledge", "staff:1")
        frozen.advance(minutes=-minutes)


@pytest.mark.usefixtures("any_database")
def test_what_children_say_of_the_help_is_counted_and_hidden_when_rare() -> None:
    for number, said in enumerate(["yes"] * 6 + ["no"] * 5 + [None] * 3):
        id_ = handoff(f"h:{number}")
        with db.write() as session:
            row = session.get(Handoff, id_)
            assert row is not None
            row.helped = said
    with db.read() as session:
        assert [(cell.id, cell.count) for cell in service.gather(session, 30).helped] == [("yes", 6), ("no", 5)]
    with db.write() as session:
        row = session.get(Handoff, id_)
        assert row is not None
        row.helped = "some"
    with db.read() as session:
        assert [cell.count for cell in service.gather(session, 30).helped] == [6, None, None]


@pytest.mark.usefixtures("any_database")
def test_counts_by_worry_stage_month_and_time_to_read(frozen: Any) -> None:
    for number, minutes in enumerate((2, 4, 6, 8, 100)):
        read_after(handoff(f"c1:{number}"), frozen, minutes)
    for number in range(6):
        handoff(f"c2:{number}", worry="abuse", urgency=Urgency.U1, stage="appeal")
    handoff("c3:1", worry="housing", municipality="stockholm")
    frozen.advance(days=10)
    with db.read() as session:
        found = service.gather(session, 30)
        here = service.gather(session, 30, {"generic"})
        assert service.gather(session, 5).total == 0
    assert found.total == 12
    assert {cell.id: cell.count for cell in found.worries} == {"abuse": 6, "feel_bad": None, "housing": None}
    assert {cell.id: cell.count for cell in here.worries} == {"abuse": 6, "feel_bad": 5}
    assert {cell.id: cell.count for cell in here.stages} == {"waiting": 5, "appeal": 6}
    assert [(cell.id, cell.count) for cell in here.months] == [("2026-11", 11)]
    waited = {entry.urgency: (entry.median, entry.ninth) for entry in here.waited}
    assert waited == {"U1": (None, None), "U2": (6, 100)}


async def test_the_page_shows_numbers_to_those_who_may_and_a_coordinator_only_its_own(client: httpx.AsyncClient) -> None:
    for number in range(7):
        handoff(f"s:{number}", worry="housing", municipality="stockholm")
    for number in range(30):
        with db.write() as session:
            answer = "clear" if number < 28 else "again"
            store.add(
                session,
                UnderstandingCount(
                    id=uuid.uuid4().hex, day=date.today() - timedelta(days=1), intent="ask_appeal", language="sv", answer=answer
                ),
            )
    come_in(client, account(StaffRole.AUDITOR))
    page = (await client.get("/staff/statistics?days=30")).text
    assert re.search(r"<strong>7</strong>", page)
    assert ">28</td>" in page
    assert ">2</td>" not in page
    come_in(client, account(StaffRole.COORDINATOR, "jkpg@example.se", municipality="jonkoping"))
    assert "<strong>0</strong>" in (await client.get("/staff/statistics?days=x")).text
    come_in(client, account(StaffRole.NAV_ADULT))
    assert (await client.get("/staff/statistics")).status_code == 403
