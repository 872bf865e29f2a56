"""The danger model of the web app: the same numbers as where it was trained; a mere hint adds help and decides nothing."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import httpx
import pytest

from actions import db
from actions.danger import watch
from actions.danger.finder import Finding
from actions.danger.model import DangerModel
from actions.dialogue import conversation, danger, say
from actions.handoffs import store as handoffs
from actions.settings import ROOT, Settings
from actions.web import create_web_app
from tests.chat.test_gateway import Child
from tests.conftest import ScriptedRasa

TRAIN = """
import json, sys
sys.path.insert(0, ".")
import numpy as np
from bot.danger_model import counts, features, fit
texts, labels, asked, path = json.load(sys.stdin)
made = fit(texts, labels)
np.savez_compressed(path, **made)
print(json.dumps([{bucket: float(value) for bucket, value in features(counts(text), made["idf"]).items()} for text in asked]))
"""
TEXTS = ["jag vill inte leva", "jag vill dö nu", "kan inte leva mer", "han slår mig", "hon slår mig jämt", "de slår mig hårt"]
CALM = ["när börjar skolan", "var får jag mat", "vem är min gode man", "hur överklagar jag", "vad är klockan", "får jag jobba"]
ASKED = ["jag vill inte leva längre", "han slåååår mig!!", "när får jag mat", "ጽባሕ", "", "jg vll nt lv"]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[DangerModel, list[dict[str, float]]]:
    """A small model trained by the bot's own code, with the features the bot computes for `ASKED`."""
    path = tmp_path_factory.mktemp("danger") / "m.danger.npz"
    labels = ["worry_self_harm"] * 3 + ["worry_abuse"] * 3 + ["none"] * len(CALM)
    done = subprocess.run(
        [str(ROOT / "bot/.venv/bin/python"), "-c", TRAIN],
        cwd=ROOT,
        input=json.dumps([TEXTS + CALM, labels, ASKED, str(path)]),
        capture_output=True,
        text=True,
        check=True,
    )
    return DangerModel(path), json.loads(done.stdout)


def test_both_environments_compute_the_same(trained: tuple[DangerModel, list[dict[str, float]]]) -> None:
    model, expected = trained
    for text, row in zip(ASKED, expected, strict=True):
        assert {str(bucket): value for bucket, value in model.features(text).items()} == pytest.approx(row, abs=1e-5), text
    assert any(expected)


def test_a_small_model_tells_danger_from_questions(trained: tuple[DangerModel, list[dict[str, float]]]) -> None:
    model = trained[0]
    harm, calm = model.odds("jag vill inte leva mer"), model.odds("när börjar skolan")
    assert max(harm, key=lambda name: harm[name]) == "worry_self_harm"
    assert max(calm, key=lambda name: calm[name]) == "none"
    assert model.odds("") == {"none": 1.0}


class Fixed:
    """A model that always says the same."""

    def __init__(self, odds: dict[str, float]) -> None:
        self._odds = odds

    def odds(self, text: str) -> dict[str, float]:
        return dict(self._odds)


@pytest.fixture
def hint(monkeypatch: pytest.MonkeyPatch) -> None:
    odds = {"none": 0.7, "worry_self_harm": 0.3}
    monkeypatch.setattr(watch, "danger_model", lambda: Fixed(odds))


@pytest.mark.usefixtures("hint")
def test_between_hint_and_sure_nothing_is_decided() -> None:
    found = watch.find_danger("jag är så trött på allt")
    assert found == Finding("worry_self_harm", "self_harm", "U0", sure=False)


def test_a_model_that_is_sure_is_held_back_by_a_look_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "danger_model", lambda: Fixed({"none": 0.1, "worry_self_harm": 0.9}))
    assert watch.find_danger("orden betyder något").sure  # type: ignore[union-attr]
    assert not watch.find_danger("jag dör av skratt").sure  # type: ignore[union-attr]
    assert watch.find_danger("/worry_self_harm{}") is None


def test_the_help_card_is_added_once_and_never_to_danger() -> None:
    draft = conversation.chat(say.message("menu"), intent="chat_greet", choices=[], contacts=["bris"]).as_json()
    with_card = danger.beside(draft)
    assert with_card["contacts"] == ["bris", "112"]
    assert with_card["parts"][-1]["id"] == "danger_hint"
    assert with_card["choices"][-1]["do"]["intent"] == "worry_danger_now"
    assert draft["contacts"] == ["bris"]
    acute = danger.after("no").as_json()
    assert danger.beside(acute) is acute


@pytest.mark.usefixtures("hint")
async def test_a_hint_puts_help_under_the_answer_and_tells_nobody(settings: Settings, database: Path, rasa: ScriptedRasa) -> None:
    async with _client(settings, rasa) as client:
        child = await Child.open(client)
        answer = (await child.send("jag är så trött på allt")).json()["messages"][-1]
    assert rasa.calls[0]["context"]["danger"]["sure"] is False
    assert [contact["tel"] for contact in answer["contacts"]] == ["112", "116111"]
    assert "112" in answer["text"]
    assert answer["meta"]["kind"] == "chat"
    assert _sent(child) == 0


@pytest.mark.usefixtures("hint")
async def test_when_rasa_is_down_only_what_is_sure_alerts(settings: Settings, database: Path, rasa: ScriptedRasa) -> None:
    rasa.down = True
    async with _client(settings, rasa) as client:
        child = await Child.open(client)
        unsure = (await child.send("jag är så trött på allt")).json()["messages"][-1]
        assert unsure["meta"]["kind"] == "degraded"
        assert _sent(child) == 0
        sure = (await child.send("jag vill inte leva")).json()["messages"][-1]
        assert sure["meta"]["kind"] == "danger"
        assert _sent(child) == 1


def _client(settings: Settings, rasa: ScriptedRasa) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(create_web_app(settings, rasa))  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=transport, base_url="http://navet")


def _sent(child: Child) -> int:
    with db.read() as session:
        return len(handoffs.of_conversation(session, child.id))
