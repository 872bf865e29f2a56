"""Languages in mid-chat: by button, by asking, by simply writing; the last answer again; adults see which language it was."""

from __future__ import annotations

import sys
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from actions import db
from actions.chat import store
from actions.chat.rasa import Reply
from actions.dialogue import answers, conversation, say
from actions.dialogue.answers import Question
from actions.handoffs import service as handoffs
from actions.handoffs import store as handoff_store
from actions.handoffs.service import NewHandoff
from actions.i18n import languages
from actions.i18n.detect import written_in
from actions.settings import Settings
from actions.vocabulary import Consent, Urgency
from actions.web import create_web_app
from tests.conftest import ScriptedRasa

FRENCH = "Je ne comprends pas ce qui se passe avec mon dossier"
SOMALI = "Waan baqayaa, ma garanayo waxa dhacaya"
ANSWER = "chat_explain_again"
ENGLISH = "What happens when we have appealed?"


@pytest.fixture
async def client(settings: Settings, database: Path, rasa: ScriptedRasa) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_web_app(settings, rasa), raise_app_exceptions=False)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://navet") as made:
        yield made


@pytest.fixture
def all_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it will be when every catalog is filled."""
    every = {code: entry.model_copy(update={"offered": True}) for code, entry in languages().items()}
    monkeypatch.setattr(sys.modules["actions.i18n.languages"], "languages", lambda: every)


class Child:
    def __init__(self, client: httpx.AsyncClient, opened: dict[str, Any]) -> None:
        self.client, self.id, self.first = client, opened["conversation_id"], opened["messages"]
        self.path, self.headers = f"/api/chat/conversations/{self.id}", {"Authorization": f"Bearer {opened['token']}"}

    @classmethod
    async def open(cls, client: httpx.AsyncClient, language: str = "sv") -> Child:
        return cls(client, (await client.post("/api/chat/conversations", json={"language": language})).json())

    async def say(self, text: str | None = None, choice: str | None = None) -> list[dict[str, Any]]:
        body = {"client_message_id": str(uuid.uuid4())} | ({"text": text} if text else {"choice": choice})
        answer = await self.client.post(f"{self.path}/messages", json=body, headers=self.headers)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["messages"]
        return found

    async def all(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.client.get(f"{self.path}/messages", headers=self.headers)).json()["messages"]
        return found


def answering(rasa: ScriptedRasa, **state: Any) -> None:
    """Rasa gives an answer to everything, except to a wish for a language, which it grants."""

    async def script(call: dict[str, Any]) -> Reply:
        choice = call["choice"] or {}
        if choice.get("intent") == "chat_change_language":
            code = choice["entities"]["language"]
            draft = conversation.language_changed(code, None)
            slots = {**call["state"]["slots"], "language": code}
            return Reply([draft.as_json()], {**call["state"], "slots": slots}, "chat_change_language", 1.0)
        draft = answers.explain_again("ask_appeal", ["S000-29"], Question("ask_appeal", "waiting", None, True))
        return Reply([draft.as_json()], {**call["state"], **state}, "ask_appeal", 0.9)

    rasa.script = script


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Kan jag stanna här?", "sv"), (ENGLISH, "en"), (SOMALI, "so"), ("እንታይ ክገብር እየ", "ti"), ("زه ډېر وېرېږم", "ps"),
        ("سلام، من می‌ترسم که جواب منفی بیاید", "fa_AF"), ("ماذا يحدث معي الآن", "ar"), ("що зі мною буде далі", "uk"),
        ("Je ne veux pas retourner", "fr"),
        # too little, or a neighbour that is not ours, or somebody's language in other letters: nothing is guessed
        ("hej", None), ("سلام", None), ("112", None), ("😀😀😀😀😀", None), ("Что со мной будет дальше, я боюсь", None),
        ("salam chetor asti man khub nistam", None), ("مجھے نہیں معلوم میں کیا کروں", None),
    ],
)  # fmt: skip
def test_the_language_of_a_message(text: str, code: str | None) -> None:
    assert written_in(text) == code


async def test_writing_another_language_brings_the_question_in_that_language(
    client: httpx.AsyncClient, rasa: ScriptedRasa, all_offered: None
) -> None:
    answering(rasa)
    child = await Child.open(client)
    replies = await child.say(ENGLISH)
    assert [(message["language"], message["meta"]["intent"]) for message in replies] == [
        ("sv", ANSWER), ("en", "chat_change_language"),
    ]  # fmt: skip
    offer = replies[-1]
    assert offer["text"] == "Shall we continue in English?"
    assert [choice["label"] for choice in offer["choices"]] == ["English", "Svenska"]
    yes = await child.say(choice=offer["choices"][0]["choice"])
    assert {message["language"] for message in yes} == {"en"}
    assert yes[0]["text"].startswith("Now we speak English")
    assert yes[-1]["meta"]["fact_ids"] == replies[0]["meta"]["fact_ids"]  # the last answer, again
    assert yes[-1]["text"] != replies[0]["text"]
    later = await child.say("Kan jag stanna här i Sverige?")
    assert later[-1]["text"] == "Ska vi fortsätta på Svenska?"


async def test_a_child_that_stays_is_not_asked_again(client: httpx.AsyncClient, rasa: ScriptedRasa) -> None:
    answering(rasa)
    child = await Child.open(client)
    offer = (await child.say(ENGLISH))[-1]
    no = await child.say(choice=offer["choices"][1]["choice"])
    assert {message["language"] for message in no} == {"sv"}
    assert no[-1]["meta"]["intent"] == ANSWER
    assert [message["meta"]["intent"] for message in await child.say(ENGLISH)] == [ANSWER]


async def test_a_replayed_message_brings_the_same_question(client: httpx.AsyncClient, rasa: ScriptedRasa) -> None:
    answering(rasa)
    child = await Child.open(client)
    body = {"client_message_id": str(uuid.uuid4()), "text": ENGLISH}
    first, second = [
        (await client.post(f"{child.path}/messages", json=body, headers=child.headers)).json()["messages"] for _ in range(2)
    ]
    assert first == second
    assert len(first) == 2


@pytest.mark.parametrize("state", [{"active_loop": "handoff_form"}])
async def test_nothing_is_asked_inside_a_form(client: httpx.AsyncClient, rasa: ScriptedRasa, state: dict[str, Any]) -> None:
    answering(rasa, **state)
    child = await Child.open(client)
    assert [message["meta"]["intent"] for message in await child.say(ENGLISH)] == [ANSWER]


async def test_nothing_is_asked_beside_danger(client: httpx.AsyncClient, rasa: ScriptedRasa) -> None:
    rasa.down = True
    child = await Child.open(client)
    replies = await child.say("I want to kill myself now")
    assert [message["meta"]["kind"] for message in replies] == ["danger"]


async def test_a_language_nobody_can_choose_yet_is_noted_but_not_offered(client: httpx.AsyncClient, rasa: ScriptedRasa) -> None:
    answering(rasa)
    child = await Child.open(client)
    assert [message["meta"]["intent"] for message in await child.say(FRENCH)] == [ANSWER]
    mine = [message for message in await child.all() if message["from"] == "child"]
    assert [message["language"] for message in mine] == ["fr"]
    with db.read() as session:
        row = store.conversation(session, child.id)
        assert row is not None
        assert row.languages == ["sv", "fr"]


async def test_by_button_the_last_answer_is_repeated_and_not_the_question(client: httpx.AsyncClient, rasa: ScriptedRasa) -> None:
    answering(rasa)
    child = await Child.open(client)
    await child.say(ENGLISH)
    changed = (await client.patch(child.path, json={"language": "en"}, headers=child.headers)).json()
    assert [message["meta"]["intent"] for message in changed["messages"]] == [ANSWER]
    assert changed["messages"][0]["language"] == "en"


@pytest.mark.usefixtures("any_database")
async def test_a_handoff_records_every_language_and_the_one_of_the_words(settings: Settings, rasa: ScriptedRasa) -> None:
    answering(rasa)
    transport = httpx.ASGITransport(create_web_app(settings, rasa))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://navet") as client:
        child = await Child.open(client)
        await child.say(SOMALI)
        await client.patch(child.path, json={"language": "en"}, headers=child.headers)
    wanted = NewHandoff(
        turn_key=f"{child.id}:k", conversation_id=child.id, topic="worry_feel_bad", worry="feel_bad", urgency=Urgency.U2, role="elevhalsa",
        stage="waiting", language="en", municipality="generic", consent=Consent.YES, own_words=SOMALI,
    )  # fmt: skip
    made = handoffs.make(wanted)
    with db.read() as session:
        stored = handoff_store.get(session, made.id)
        assert stored is not None
        assert (stored.language, stored.languages, stored.words_language) == ("en", ["sv", "so", "en"], "so")


# --- languages nobody has reviewed


@pytest.mark.parametrize(("code", "told"), [("en", 1), ("sv", 0)])
async def test_a_draft_language_says_so_once_in_itself(client: httpx.AsyncClient, rasa: ScriptedRasa, code: str, told: int) -> None:
    child = await Child.open(client, code)
    texts = " ".join(message["text"] for message in child.first)
    assert texts.count("No person has checked my English yet.") == told
    assert "granskat" not in texts


def test_changing_to_a_draft_language_says_so() -> None:
    parts = conversation.language_changed("ar", None).parts
    assert say.message("draft_language", language=say.language_name("ar")) in parts
    assert len(conversation.language_changed("sv", None).parts) == 1
