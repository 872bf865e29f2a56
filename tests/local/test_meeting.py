"""Asking for a plan, and "my questions for the meeting"."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from actions import db
from actions.chat.rasa import Reply
from actions.content import content
from actions.dialogue import answers, conversation, plans, receipts, say, worries
from actions.dialogue.answers import Question
from actions.dialogue.render import Renderer, render
from actions.dialogue.worries import Told
from actions.handoffs.service import Made
from actions.meeting import service, store
from actions.settings import Settings
from actions.vocabulary import Urgency
from actions.web import create_web_app
from tests.chat.test_gateway import Child
from tests.conftest import ScriptedRasa


def understood(intent: str, confidence: float = 0.9, active_loop: str | None = None) -> Any:
    async def script(call: dict[str, Any]) -> Reply:
        draft = conversation.chat(say.message("menu"), intent=intent).as_json()
        return Reply([draft], {**call["state"], "active_loop": active_loop}, intent, confidence)

    return script


@pytest.fixture
async def client(settings: Settings, any_database: str, rasa: ScriptedRasa) -> Any:
    transport = httpx.ASGITransport(create_web_app(settings, rasa), raise_app_exceptions=False)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://navet") as made:
        yield made


async def asked(child: Child) -> list[dict[str, Any]]:
    answer = await child.client.get(f"{child.path}/meeting", headers=child.headers)
    assert answer.status_code == 200
    return answer.json()["questions"]


# --- asking for a plan


@pytest.mark.parametrize(
    ("stage", "kind"), [("waiting", "sip_request"), ("after_rejection", "rejection_plan"), (None, "sip_request")]
)
def test_asking_for_a_plan_becomes_a_request_with_consent(stage: str | None, kind: str) -> None:
    told = Told("ask_plan", stage)
    assert told.kind == kind
    assert told.urgency == (Urgency.U2 if kind == "rejection_plan" else Urgency.U3)
    preview = worries.ask_consent(told, "socialsekreterare", "sv", "")
    assert {"consent": "yes"} in [choice.entities for choice in preview.choices]
    assert content().worries[kind].sv in render(preview.as_json(), "sv").text


def test_the_plan_is_explained_and_offered() -> None:
    question = Question("ask_plan", "waiting", "generic")
    draft = plans.beside(answers.answer(question), question)
    text = render(draft.as_json(), "sv").text
    assert "SIP" in text and "Jag skickar det bara om du säger ja" in text
    assert draft.parts[-1]["id"] == "check_understanding"
    assert draft.choices[0].entities == {"role": "socialsekreterare", "topic": "ask_plan"}
    assert "I-SIP" not in text


def test_i_sip_is_explained_where_the_municipality_has_it() -> None:
    question = Question("ask_plan", "after_rejection", "stromsund")
    assert "I-SIP" in render(plans.beside(answers.answer(question), question).as_json(), "sv").text
    assert "I-SIP" in render(plans.card("plan", "stromsund").as_json(), "sv").text


def test_after_a_no_was_sent_a_plan_is_offered() -> None:
    sent = receipts.sent(Told("worry_got_a_no", "after_rejection"), Made("h1", "socialsekreterare", "U1", "new", True))
    assert sent.choices[0].entities["topic"] == "ask_plan"
    other = receipts.sent(Told("worry_housing", "waiting"), Made("h1", "socialsekreterare", "U2", "new", True))
    assert "ask_plan" not in [choice.entities.get("topic") for choice in other.choices]


@pytest.mark.parametrize("meeting", list(content().meetings))
def test_every_card_has_facts_and_questions(meeting: str) -> None:
    draft = plans.card(meeting, None)
    assert draft.facts
    assert len(content().meetings[meeting].questions) >= 3
    for code in ("sv", "en"):
        shown = render(draft.as_json(), code)
        assert not shown.fallen_back, code


# --- the list


async def test_typed_questions_go_into_the_list_and_the_childs_words_stay_its_own(
    client: httpx.AsyncClient, rasa: ScriptedRasa
) -> None:
    child = await Child.open(client, language="en", stage="appeal")
    service.set_writing(child.id, True)
    rasa.script = understood("ask_school")
    answer = (await child.send("vem bestämmer på mötet?")).json()["messages"]
    assert "list" in answer[0]["text"]
    service.add_ready(child.id, "follow_up")
    rows = await asked(child)
    assert rows[0] == {
        "text": "vem bestämmer på mötet?",
        "sv": "vem bestämmer på mötet?",
        "language": "en",
        "dir": "ltr",
        "own_words": True,
    }
    assert (rows[1]["text"], rows[1]["sv"]) == ("Where in the process am I now?", "Var är jag i processen nu?")


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("min gode man slår mig", understood("worry_abuse")),
        ("hej", understood("chat_greet")),
        ("jag vill dö", understood("ask_school")),
        ("och skolan?", understood("ask_school", active_loop="handoff_form")),
    ],
)
async def test_a_worry_is_answered_instead_of_collected(
    client: httpx.AsyncClient, rasa: ScriptedRasa, text: str, script: Any
) -> None:
    child = await Child.open(client, stage="appeal")
    service.set_writing(child.id, True)
    rasa.script = script
    await child.send(text)
    assert await asked(child) == []
    rasa.script = understood("ask_school")
    await child.send("får jag gå i skolan?")
    assert await asked(child) == [], "the child no longer writes its list"


async def test_another_button_ends_the_writing(client: httpx.AsyncClient, rasa: ScriptedRasa) -> None:
    child = await Child.open(client, stage="appeal")
    service.set_writing(child.id, True)
    menu = child.opened["messages"][-1]["choices"][0]["choice"]
    await child.send(choice=menu)
    await child.send("får jag gå i skolan?")
    assert await asked(child) == []


async def test_the_same_question_stands_there_once_and_the_list_can_be_emptied(client: httpx.AsyncClient) -> None:
    child = await Child.open(client)
    for _ in range(2):
        service.add_ready(child.id, "plan")
        service.add_own(child.id, "Hur?", "sv")
    assert len(await asked(child)) == 5
    service.clear(child.id)
    assert await asked(child) == []


async def test_the_list_needs_the_token_and_goes_with_the_conversation(client: httpx.AsyncClient) -> None:
    child = await Child.open(client)
    service.add_own(child.id, "hemlig fråga", "sv")
    stranger = await Child.open(client)
    wrong = await client.get(f"{child.path}/meeting", headers=stranger.headers)
    assert wrong.status_code == 401 and "hemlig" not in wrong.text
    await client.delete(child.path, headers=child.headers)
    with db.read() as session:
        assert store.get(session, child.id) is None
    assert service.add_own(child.id, "för sent", "sv") == []


def test_the_list_in_the_chat_shows_both_languages() -> None:
    draft = plans.listing([{"ready": "plan.who_does"}, {"text": "Min egen?", "language": "sv"}])
    text = Renderer("en").message(draft.as_json()).text
    assert "Who does what for me?" in text and "Vem gör vad för mig?" in text
    assert text.count("Min egen?") == 1
    assert Renderer("sv").message(draft.as_json()).text.count("Vem gör vad för mig?") == 1


def test_a_ready_question_that_is_gone_is_left_out(database: Any) -> None:
    assert not service.is_ready("plan.nothing")
    assert not service.is_ready("nothing.who_does")
    assert service.is_ready("plan.who_does")
