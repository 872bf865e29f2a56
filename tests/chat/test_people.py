"""A person and a child write to each other through the chat API and the service behind the staff pages."""

from __future__ import annotations

import re
import uuid
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from actions import db
from actions.chat import store as conversations
from actions.clock import FrozenClock
from actions.dialogue import receipts
from actions.dialogue.conversation import menu_choices
from actions.dialogue.named import names
from actions.dialogue.render import render
from actions.errors import Unprocessable
from actions.handoffs import service, store, talk
from actions.handoffs.models import Handoff, HandoffMessage
from actions.handoffs.service import NewHandoff
from actions.handoffs.talk import Author, Words
from actions.settings import Settings, settings
from actions.staff import accounts
from actions.vocabulary import Consent, StaffRole, Urgency
from actions.web import create_web_app
from tests.alerts.conftest import rows as alert_rows
from tests.chat.test_gateway import Child
from tests.conftest import ScriptedRasa

pytestmark = pytest.mark.usefixtures("any_database")


@pytest.fixture
async def client(settings: Settings, any_database: str, rasa: ScriptedRasa) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_web_app(settings, rasa), raise_app_exceptions=False)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://navet") as made:
        yield made


def adult(nav_role: str = "elevhalsa", email: str = "anna@example.se") -> Author:
    id_ = accounts.add_user(email, "Anna", str(StaffRole.NAV_ADULT), municipality="generic", nav_role=nav_role)
    return Author(id_, str(StaffRole.NAV_ADULT), nav_role)


def handoff_of(child: Child, **update: Any) -> str:
    values: dict[str, Any] = {
        "turn_key": f"{child.id}:{uuid.uuid4().hex}", "conversation_id": child.id, "topic": "worry_feel_bad", "worry": "feel_bad",
        "urgency": Urgency.U2, "role": "elevhalsa", "stage": "waiting", "language": "sv", "municipality": "generic", "consent": Consent.YES,
    }  # fmt: skip
    return service.make(NewHandoff(**{**values, **update})).id


def reply(handoff_id: str, author: Author, text: str = "Hej, jag har läst.", **more: Any) -> None:
    with db.write() as session:
        talk.reply(session, handoff_id, author, Words(text=text, **more), uuid.uuid4().hex)


def step(handoff_id: str, name: str, author: Author) -> None:
    with db.write() as session:
        talk.take_step(session, handoff_id, name, author, "Klart." if name in ("close", "reopen") else None)


def thread(handoff_id: str) -> list[HandoffMessage]:
    with db.read() as session:
        return list(store.thread(session, handoff_id))


def handoff(handoff_id: str) -> Handoff:
    with db.read() as session:
        found = store.get(session, handoff_id)
    assert found is not None
    return found


def button(message: dict[str, Any], label: str) -> str:
    found = [choice["choice"] for choice in message["choices"] if label in choice["label"]]
    assert found, [choice["label"] for choice in message["choices"]]
    return found[0]


async def said(answer: httpx.Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    return answer.json()["messages"]


@pytest.fixture
async def child(client: httpx.AsyncClient) -> Child:
    return await Child.open(client)


# --- what a person writes


async def test_a_reply_says_who_it_is_then_shows_the_words_with_their_language(child: Child) -> None:
    anna, id_ = adult(), handoff_of(child)
    reply(id_, anna, "Hello, I have read it.", language="en")
    here, words = (await child.history())[-2:]
    assert here["from"] == "bot"
    assert "elevhälsan" in here["text"]
    assert (words["from"], words["text"], words["language"]) == ("staff", "Hello, I have read it.", "en")
    assert words["meta"]["roles"] == ["elevhalsa"]
    assert words["meta"]["kind"] == "chat"
    assert (handoff(id_).state, handoff(id_).assignee_id) == ("acknowledged", anna.id)
    reply(id_, anna, "En sak till.")
    assert [message["from"] for message in (await child.history())[-3:]] == ["bot", "staff", "staff"], "who it is, is said once"


async def test_a_translation_by_a_person_comes_first_in_the_childs_language(client: httpx.AsyncClient) -> None:
    child = await Child.open(client, language="en")
    id_ = handoff_of(child, language="en")
    reply(id_, adult(), "Hej!", language="sv", translation="Hello!")
    assert [(m["text"], m["language"]) for m in (await child.history())[-2:]] == [("Hello!", "en"), ("Hej!", "sv")]


async def test_a_ready_answer_reads_in_the_childs_language_and_its_number_can_be_called(client: httpx.AsyncClient) -> None:
    child = await Child.open(client, language="en")
    reply(handoff_of(child), adult(), "", canned="canned_safe")
    last = (await child.history())[-1]
    assert (last["from"], last["language"]) == ("staff", "en")
    assert "safe" in last["text"]
    assert [contact["tel"] for contact in last["contacts"]] == ["112"]


async def test_the_same_form_pressed_twice_sends_once(child: Child) -> None:
    anna, id_, key = adult(), handoff_of(child), uuid.uuid4().hex
    for _ in range(2):
        with db.write() as session:
            talk.reply(session, id_, anna, Words(text="Hej"), key)
    assert [message["text"] for message in await child.history()].count("Hej") == 1


@pytest.mark.parametrize(
    "words", [Words(), Words(text="  "), Words(text="x", language="xx"), Words(canned="greeting"), Words(canned="canned_nothing")]
)
async def test_nothing_empty_or_unknown_is_sent(child: Child, words: Words) -> None:
    anna, id_ = adult(), handoff_of(child)
    before = len(await child.history())
    with pytest.raises(Unprocessable), db.write() as session:
        talk.reply(session, id_, anna, words, uuid.uuid4().hex)
    assert len(await child.history()) == before
    assert handoff(id_).state == "new"


async def test_nobody_writes_into_a_deleted_chat_or_a_closed_handoff(child: Child, client: httpx.AsyncClient) -> None:
    anna, id_, gone = adult(), handoff_of(child), await Child.open(client)
    other = handoff_of(gone)
    await client.delete(gone.path, headers=gone.headers)
    with pytest.raises(Unprocessable):
        reply(other, anna)
    step(id_, "start", anna)
    step(id_, "close", anna)
    with pytest.raises(Unprocessable):
        reply(id_, anna)


# --- the child answers


async def test_what_the_child_writes_goes_to_the_person_and_the_bot_is_quiet(child: Child, rasa: ScriptedRasa) -> None:
    anna, id_ = adult(), handoff_of(child)
    reply(id_, anna)
    await child.history()
    calls = len(rasa.calls)
    key = str(uuid.uuid4())
    [answer] = await said(await child.send("Ja, gärna i morgon", id_=key))
    assert "skickat det vidare" in answer["text"]
    assert answer["meta"]["handoff_id"] == id_
    assert await said(await child.send("Ja, gärna i morgon", id_=key)) == [answer], "a retry sends nothing twice"
    assert [(m.sender, m.text) for m in thread(id_)] == [("staff", "Hej, jag har läst."), ("child", "Ja, gärna i morgon")]
    assert len(rasa.calls) == calls


async def test_it_works_while_rasa_is_down(child: Child, rasa: ScriptedRasa) -> None:
    id_ = handoff_of(child)
    reply(id_, adult())
    await child.history()
    rasa.down = True
    await child.send("Är du där?")
    assert thread(id_)[-1].text == "Är du där?"


async def test_words_typed_before_the_child_could_know_go_to_nobody_until_it_says_so(child: Child) -> None:
    id_ = handoff_of(child)
    reply(id_, adult())
    [answer] = await said(await child.send("det här är bara till datorn"))
    assert "inte skickat" in answer["text"]
    assert len(thread(id_)) == 1
    await child.send(choice=button(answer, "Skicka det till elevhälsan"))
    assert thread(id_)[-1].text == "det här är bara till datorn"


async def test_a_text_that_names_the_person_it_would_go_to_is_not_passed_on(child: Child, rasa: ScriptedRasa) -> None:
    guardian = adult("god_man")
    id_ = handoff_of(child, role="god_man")
    reply(id_, guardian)
    await child.history()
    [answer] = await said(await child.send("jag vill klaga på min gode man"))
    assert "skickar jag inget dit" in answer["text"]
    assert len(thread(id_)) == 1
    assert not any("god" in choice["label"] for choice in answer["choices"])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("min gode man är dum", True),
        ("my guardian is bad", True),
        ("الوصي لا يرد علي", True),
        ("سرپرست جواب نمی‌دهد", True),
        ("jag vet inte", False),
        ("en god dag för en man", False),
    ],
)
def test_names_of_adults_are_found_in_the_languages_children_write(text: str, found: bool) -> None:
    assert ("god_man" in names().roles(text)) is found


async def test_a_danger_is_the_bots_and_the_child_decides_whether_the_person_reads_it_too(child: Child, rasa: ScriptedRasa) -> None:
    id_ = handoff_of(child)
    reply(id_, adult())
    await child.history()
    calls = len(rasa.calls)
    answers = await said(await child.send("jag vill dö"))
    assert len(rasa.calls) == calls + 1, "the danger answer comes from the bot"
    assert len(thread(id_)) == 1
    await child.send(choice=button(answers[-1], "Skicka det till"))
    assert thread(id_)[-1].text == "jag vill dö"


async def test_an_open_question_of_the_bot_keeps_the_childs_words(child: Child, rasa: ScriptedRasa) -> None:
    id_ = handoff_of(child)
    with db.write() as session:
        row = conversations.conversation(session, child.id, lock=True)
        assert row is not None
        row.dialogue = {"active_loop": "handoff_form", "slots": {}}
    reply(id_, adult("god_man"))
    await child.history()
    await child.send("det här är till kuratorn")
    assert len(rasa.calls) == 1
    assert len(thread(id_)) == 1


async def test_buttons_are_always_the_bots(child: Child, rasa: ScriptedRasa) -> None:
    id_ = handoff_of(child)
    reply(id_, adult())
    menu = (await child.history())[-2]
    await child.send(choice=menu["choices"][0]["choice"])
    assert len(rasa.calls) == 1


async def test_a_button_of_another_childs_talk_is_refused(child: Child, client: httpx.AsyncClient) -> None:
    other = await Child.open(client)
    theirs = handoff_of(other)
    with db.write() as session:
        row = conversations.conversation(session, child.id, lock=True)
        assert row is not None
        with pytest.raises(Unprocessable):
            talk.pass_on(session, row, theirs, "text", "key", None)
        with pytest.raises(Unprocessable):
            talk.start_writing(session, row, theirs)
        with pytest.raises(Unprocessable):
            talk.helped(session, row, theirs, "yes")


# --- the person leaves


async def test_after_a_while_the_bot_is_back_and_says_so(child: Child, rasa: ScriptedRasa, frozen: FrozenClock) -> None:
    id_ = handoff_of(child)
    reply(id_, adult())
    await child.history()
    frozen.advance(minutes=settings().person_minutes - 1)
    assert talk.leave_due() == 0
    await child.send("hej")
    frozen.advance(minutes=2)
    assert talk.leave_due() == 1, "only the person's own words keep the bot quiet"
    assert talk.leave_due() == 0
    left = (await child.history())[-1]
    assert "är här igen" in left["text"]
    calls = len(rasa.calls)
    await child.send("vad är god man?")
    assert len(rasa.calls) == calls + 1
    await child.send(choice=button(left, "Skriv till elevhälsan"))
    await child.send("en sak till")
    assert thread(id_)[-1].text == "en sak till"


async def test_a_message_that_comes_just_too_late_is_kept_back_and_can_be_sent(child: Child, frozen: FrozenClock) -> None:
    id_ = handoff_of(child)
    reply(id_, adult())
    await child.history()
    frozen.advance(minutes=settings().person_minutes + 0.5)
    [answer] = await said(await child.send("är du kvar?"))
    assert "är här igen" in answer["text"]
    assert "inte skickat" in answer["text"]
    assert talk.leave_due() == 0, "it was said already"
    await child.send(choice=button(answer, "Skicka det till"))
    assert thread(id_)[-1].text == "är du kvar?"


async def test_handing_back_says_so_once(child: Child) -> None:
    id_ = handoff_of(child)
    reply(id_, adult())
    for _ in range(2):
        with db.write() as session:
            talk.hand_back(session, id_)
    texts = [message["text"] for message in await child.history()]
    assert sum("är här igen" in text for text in texts) == 1


# --- what became of it


async def test_the_child_hears_that_it_is_read_worked_on_and_done_and_is_asked_whether_it_helped(child: Child) -> None:
    anna, id_ = adult(), handoff_of(child)
    for name in ("acknowledge", "start", "close"):
        step(id_, name, anna)
    read, working, done = (await child.history())[-3:]
    assert "har läst" in read["text"]
    assert "arbetar med det" in working["text"]
    assert "Det är klart" in done["text"]
    assert "Hjälpte det?" in done["text"]
    assert [choice["label"] for choice in done["choices"]] == ["Ja", "Lite", "Nej"]
    [thanks] = await said(await child.send(choice=button(done, "Lite")))
    assert "Tack" in thanks["text"]
    assert handoff(id_).helped == "some"
    [sorry] = await said(await child.send(choice=button(done, "Nej")))
    assert "annan vuxen" in sorry["text"]
    assert handoff(id_).helped == "no"
    with db.read() as session:
        assert store.helped_counts(session, None) == {("generic", "no"): 1}
        assert store.helped_counts(session, ["stockholm"]) == {}


async def test_closing_ends_the_talk_and_says_that_the_bot_is_back(child: Child, rasa: ScriptedRasa) -> None:
    anna, id_ = adult(), handoff_of(child)
    reply(id_, anna)
    step(id_, "close", anna)
    assert "är här igen" in (await child.history())[-1]["text"]
    await child.send("hej")
    assert len(rasa.calls) == 1


# --- nothing stays behind, nothing lies unread


async def test_deleting_the_chat_takes_back_what_nobody_has_read_and_leaves_what_was_read(
    child: Child, client: httpx.AsyncClient
) -> None:
    anna, id_ = adult(), handoff_of(child)
    reply(id_, anna)
    await child.history()
    await child.send("läst av Anna")
    with db.write() as session:
        talk.open_thread(session, id_, anna.id)
    await child.send("aldrig läst")
    await client.delete(child.path, headers=child.headers)
    assert [m.text for m in thread(id_) if m.sender == "child"] == ["läst av Anna", None]


async def test_the_owner_is_told_about_an_answer_once_until_it_is_read(child: Child, frozen: FrozenClock) -> None:
    anna, id_ = adult(), handoff_of(child)
    reply(id_, anna)
    await child.history()
    for text in ("ett", "två"):
        await child.send(text)
    frozen.advance(minutes=3)
    rows = [row for row in alert_rows(id_) if row.kind == "answer"]
    assert [(row.person_id, row.address) for row in rows] == [(anna.id, "")]
    with db.write() as session:
        talk.open_thread(session, id_, anna.id)
    await child.send("tre")
    assert len([row for row in alert_rows(id_) if row.kind == "answer"]) == 2
    assert not any(re.search("ett|två|tre", str(vars(row))) for row in rows)


async def test_what_was_sent_is_listed_with_its_state_and_a_button_for_each_that_can_be_taken_back(child: Child) -> None:
    first, second, read = (handoff_of(child, role=role) for role in ("elevhalsa", "skolkurator", "bup"))
    step(read, "acknowledge", adult())
    draft = receipts.status(service.of_conversation(child.id)).as_json()
    shown = render(draft, "sv")
    assert shown.text.count("Ingen har läst det än") == 2
    assert shown.text.count("En vuxen har läst det") == 1
    back = [choice["do"] for choice in draft["choices"] if choice["do"]["intent"] == "chat_withdraw_handoff"]
    assert {do["entities"]["handoff"] for do in back} == {first, second}
    assert len(set(shown.labels)) == len(shown.labels), "each button says what it takes back"
    assert any(choice.intent == "chat_handoff_status" for choice in menu_choices("waiting"))
