"""Reading aloud: a recording counts only while it says what is shown; the Swedish beside a draft is the same message."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from actions.dialogue import conversation, render, say
from actions.dialogue.render import Renderer
from actions.i18n import audio
from actions.settings import Settings
from actions.web import create_web_app
from tests.conftest import ScriptedRasa

DRAFT = conversation.chat(say.message("danger_question"), say.message("crisis_call")).as_json()


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Both sentences of the draft, spoken in Swedish."""
    folder = tmp_path / "audio"
    (folder / "sv").mkdir(parents=True)
    for id_ in ("danger_question", "crisis_call"):
        text = Renderer("sv").sentence(say.message(id_))
        (folder / "sv" / f"message.{id_}.txt").write_text(text + "\n", encoding="utf-8")
        (folder / "sv" / f"message.{id_}.mp3").write_bytes(b"ID3")
    monkeypatch.setattr(render, "recording", lambda code, name, text: audio.recording(code, name, text, folder))
    return folder / "sv"


def played(code: str = "sv") -> list[str]:
    return Renderer(code).message(DRAFT).audio


def test_a_message_is_read_aloud_when_all_of_it_is_recorded(recorded: Path) -> None:
    assert played() == ["/widget/audio/sv/message.danger_question.mp3", "/widget/audio/sv/message.crisis_call.mp3"]
    assert played("en") == []
    (recorded / "message.crisis_call.mp3").unlink()
    assert played() == []


def test_a_recording_of_an_older_text_is_silent(recorded: Path) -> None:
    words = recorded / "message.crisis_call.txt"
    text = words.read_text(encoding="utf-8")
    words.unlink()
    words.write_text(text.replace("dygnet runt", "på dagen"), encoding="utf-8")
    assert played() == []


@pytest.fixture
async def client(settings: Settings, database: Path, rasa: ScriptedRasa) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_web_app(settings, rasa), raise_app_exceptions=False)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://navet") as made:
        yield made


async def test_the_swedish_of_a_message_with_the_same_buttons(client: httpx.AsyncClient) -> None:
    opened = (await client.post("/api/chat/conversations", json={"language": "en", "stage": "waiting"})).json()
    path, headers = f"/api/chat/conversations/{opened['conversation_id']}", {"Authorization": f"Bearer {opened['token']}"}
    shown = opened["messages"][-1]
    swedish = (await client.get(f"{path}/messages/{shown['id']}/swedish", headers=headers)).json()
    assert (swedish["id"], swedish["language"], swedish["dir"]) == (shown["id"], "sv", "ltr")
    assert swedish["text"] == "Vad undrar du? Välj eller skriv själv."
    assert [choice["choice"] for choice in swedish["choices"]] == [choice["choice"] for choice in shown["choices"]]
    history = (await client.get(f"{path}/messages", headers=headers)).json()["messages"]
    assert {message["language"] for message in history} == {"en"}


async def test_the_words_of_a_child_and_of_strangers_have_no_swedish(client: httpx.AsyncClient) -> None:
    opened = (await client.post("/api/chat/conversations", json={"language": "en"})).json()
    path, headers = f"/api/chat/conversations/{opened['conversation_id']}", {"Authorization": f"Bearer {opened['token']}"}
    body = {"client_message_id": str(uuid.uuid4()), "text": "hello"}
    await client.post(f"{path}/messages", json=body, headers=headers)
    mine = next(m for m in (await client.get(f"{path}/messages", headers=headers)).json()["messages"] if m["from"] == "child")
    assert (await client.get(f"{path}/messages/{mine['id']}/swedish", headers=headers)).status_code == 404
    assert (await client.get(f"{path}/messages/none/swedish", headers=headers)).status_code == 404
    other = opened["messages"][0]["id"]
    wrong = {"Authorization": "Bearer sv.wrong"}
    assert (await client.get(f"{path}/messages/{other}/swedish", headers=wrong)).status_code == 401
