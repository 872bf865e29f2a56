"""The seam between web app, Rasa and action server: the real Rasa process, spoken to as the web app does."""

from __future__ import annotations

import json
from typing import Any

import pytest

from actions.content import load_content
from tests.running import RunningNavet
from tests.talk import call

pytestmark = pytest.mark.rasa


@pytest.fixture(scope="module")
def secret(running: RunningNavet) -> str:
    return json.loads((running.var / "secrets.json").read_text())["channel_secret"]


def turn(running: RunningNavet, secret: str, body: Any) -> tuple[int, Any]:
    return call(
        f"http://127.0.0.1:{running.rasa_port}", "POST", "/webhooks/navet/webhook", body, headers={"X-Navet-Secret": secret}
    )


def message(**update: Any) -> dict[str, Any]:
    state = {"slots": {"language": "sv", "stage": "waiting", "municipality": None}}
    return {"sender": "contract", "text": None, "choice": None, "state": state, "context": {"turn": "t1", "danger": None}, **update}


def test_without_the_secret_rasa_is_silent(running: RunningNavet) -> None:
    assert turn(running, "wrong", message(text="hej"))[0] == 401
    assert (
        call(f"http://127.0.0.1:{running.rasa_port}", "POST", "/webhooks/rest/webhook", {"sender": "x", "message": "hej"})[0] == 404
    )
    assert call(f"http://127.0.0.1:{running.rasa_port}", "POST", "/model/parse", {"text": "hej"})[0] == 404


@pytest.mark.parametrize("body", [[], "x", {}, {"sender": "x"}, message(state=[]), message(choice={"intent": 5})])
def test_a_bad_call_is_400(running: RunningNavet, secret: str, body: Any) -> None:
    assert turn(running, secret, body)[0] == 400


def test_every_intent_as_a_button_gets_an_answer_at_every_stage(running: RunningNavet, secret: str) -> None:
    known = load_content()
    for intent in known.intents:
        for stage in ("waiting", "granted", None):
            state = {"slots": {"language": "sv", "stage": stage}}
            status, answer = turn(
                running,
                secret,
                message(choice={"intent": intent, "entities": {}}, state=state, context={"turn": f"{intent}{stage}"}),
            )
            assert status == 200, (intent, stage, answer)
            assert answer["messages"], (intent, stage)
            assert answer["parse"]["intent"] == intent


def test_the_state_that_comes_back_goes_on_where_it_was(running: RunningNavet, secret: str) -> None:
    _, first = turn(running, secret, message(text="jag mår så dåligt och gråter"))
    assert first["state"]["active_loop"] == "handoff_form"
    assert first["state"]["requested_slot"] == "recipient"
    choice = {"intent": "chat_talk_to_human", "entities": {"role": "elevhalsa"}}
    _, second = turn(running, secret, message(choice=choice, state=first["state"]))
    assert second["state"]["requested_slot"] == "consent"
    assert second["state"]["slots"]["recipient"] == "elevhalsa"


def test_the_childs_text_is_not_part_of_the_state(running: RunningNavet, secret: str) -> None:
    _, answer = turn(running, secret, message(text="kan vi överklaga kanariefågel4711"))
    assert "kanariefågel4711" not in json.dumps(answer["state"], ensure_ascii=False)


def test_strange_state_is_survived(running: RunningNavet, secret: str) -> None:
    for state in (
        {"slots": {"nonsense": 1, "language": "xx"}},
        {"active_loop": "no_form"},
        {"active_loop": "handoff_form", "requested_slot": "x"},
    ):
        status, answer = turn(running, secret, message(text="hej", state=state))
        assert status == 200, answer


def test_what_the_danger_layer_found_counts(running: RunningNavet, secret: str) -> None:
    found = {"intent": "worry_self_harm", "worry": "self_harm", "urgency": "U0"}
    _, answer = turn(running, secret, message(text="när börjar skolan", context={"turn": "t9", "danger": found}))
    assert answer["parse"]["intent"] == "worry_self_harm"
    assert answer["messages"][0]["meta"]["kind"] == "danger"


def test_nothing_a_child_wrote_is_in_the_logs(running: RunningNavet, secret: str) -> None:
    turn(running, secret, message(text="kanariefågel-i-loggen"))
    turn(running, secret, {"sender": "x", "text": "kanariefågel-i-loggen", "state": 5, "context": {}})
    for path in (running.var / "log").glob("*.log"):
        assert "kanariefågel-i-loggen" not in path.read_text(errors="replace"), path
