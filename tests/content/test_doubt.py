"""Source and doubt: how do you know, explain again, and what a child hears when a fact may no longer be shown."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Tracker

from actions.clock import FrozenClock, use_clock
from actions.content import Content, load_content
from actions.dialogue import answers
from actions.dialogue.answers import Question
from actions.vocabulary import FactStatus, Kind
from actions.webhook.answers import ActionAnswer, ActionExplainAgain, ActionSource

LATER = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def known() -> Content:
    return load_content()


@pytest.fixture
def years_later() -> Iterator[None]:
    """Every fact is past its review day."""
    old = use_clock(FrozenClock(LATER))
    yield
    use_clock(old)


async def turn(
    action: Any, intent: str, language: str = "sv", last: dict[str, Any] | None = None, **entities: str
) -> tuple[Any, Any]:
    """The first draft of an action, and what it remembers as the last answer."""
    found = [{"entity": name, "value": value} for name, value in entities.items()]
    message = {"text": "", "intent": {"name": intent, "confidence": 1.0}, "entities": found, "metadata": {"turn": "t"}}
    slots = {"language": language, "stage": "after_rejection", "last_answer": last}
    dispatcher = CollectingDispatcher()
    events = await action.run(dispatcher, Tracker("c", slots, message, [], False, None, {}, "listen"), {})
    kept = next((event["value"] for event in events if event.get("name") == "last_answer"), None)
    return dispatcher.messages[0]["custom"], kept


def messages(draft: dict[str, Any]) -> list[str]:
    return [part["id"] for part in draft["parts"] if part["kind"] == "message"]


def buttons(draft: dict[str, Any]) -> list[str]:
    return [choice["label"]["id"] for choice in draft["choices"]]


def test_every_fact_answer_offers_how_do_you_know_and_explain_again(known: Content) -> None:
    for intent in known.intents.values():
        if intent.kind != "ask":
            continue
        draft = answers.answer(Question(intent.id, "waiting"), known).as_json()
        if draft["meta"]["kind"] == Kind.FACT:
            assert {"button_source", "button_explain"} <= set(buttons(draft)), intent.id


async def test_how_do_you_know_names_source_and_day_of_the_last_answer() -> None:
    _, last = await turn(ActionAnswer(), "ask_appeal")
    draft, _ = await turn(ActionSource(), "chat_source", last=last)
    assert messages(draft)[0] == "source"
    assert draft["facts"] == ["S000-29"]


async def test_a_button_under_an_older_answer_asks_about_that_answer() -> None:
    _, last = await turn(ActionAnswer(), "ask_school")
    draft, _ = await turn(ActionSource(), "chat_source", last=last, topic="ask_appeal")
    assert draft["facts"] == ["S000-29"]


@pytest.mark.usefixtures("years_later")
@pytest.mark.parametrize(("action", "intent"), [(ActionSource(), "chat_source"), (ActionExplainAgain(), "chat_explain_again")])
async def test_what_was_said_and_is_too_old_now_is_doubted_and_an_adult_named(action: Any, intent: str) -> None:
    last = {"kind": "fact", "intent": "ask_appeal", "facts": ["S000-29"], "important": True}
    draft, _ = await turn(action, intent, last=last)
    assert messages(draft) == ["unsure"]
    assert draft["meta"]["roles"]
    assert draft["facts"] == []


def test_explaining_an_important_answer_again_asks_again_whether_it_was_clear(known: Content) -> None:
    draft = answers.explain_again("ask_appeal", ["S000-29"], Question("chat_explain_again", "after_rejection"), known).as_json()
    assert "check_understanding" in messages(draft)
    assert "button_clear" in buttons(draft)


def test_a_message_shown_again_leaves_out_what_was_taken_back(known: Content) -> None:
    draft = answers.answer(Question("ask_appeal", "after_rejection"), known).as_json()
    assert answers.still_true(draft, known) == draft
    hidden = known.facts["S000-29"].model_copy(update={"status": FactStatus.HIDDEN})
    again = answers.still_true(draft, dataclasses.replace(known, facts={**known.facts, "S000-29": hidden}))
    assert again["facts"] == again["meta"]["fact_ids"] == []
    assert not [part for part in again["parts"] if part["kind"] == "fact"]
    assert messages(again)[-1] == "unsure"
    assert len(again["choices"]) == len(draft["choices"])


# --- children from Ukraine


def test_in_ukrainian_no_asylum_answer_is_given_unasked(known: Content) -> None:
    for intent in known.intents.values():
        if intent.kind != "ask" or intent.mode == "product":
            continue
        for stage in known.stages:
            draft = answers.answer(Question(intent.id, stage, language="uk"), known)
            everywhere = all(set(known.stages) <= set(known.facts[id_].stages) for id_ in draft.facts)
            assert everywhere, (intent.id, stage, draft.facts)
            assert draft.meta.roles
            assert draft.choices


async def test_a_child_that_says_it_seeks_asylum_gets_the_answer_and_is_not_asked_again() -> None:
    draft, last = await turn(ActionAnswer(), "ask_appeal", "uk")
    assert "refuse_ukraine" in messages(draft)
    assert draft["facts"] == ["N-UKRAINE"]
    chosen = next(choice["do"] for choice in draft["choices"] if choice["label"]["id"] == "button_asylum")
    assert chosen["intent"] == "ask_appeal"
    draft, last = await turn(ActionAnswer(), "ask_appeal", "uk", last=last, **chosen["entities"])
    assert draft["facts"] == ["S000-29"]
    assert "answer_meant_for" in messages(draft)
    draft, last = await turn(ActionAnswer(), "ask_school", "uk", last=last)
    assert "refuse_ukraine" not in messages(draft)
    assert last["asylum"] is True


async def test_in_other_languages_nobody_is_asked_about_ukraine() -> None:
    draft, last = await turn(ActionAnswer(), "ask_appeal", "ar")
    assert draft["facts"] == ["S000-29"]
    assert "asylum" not in last


def test_who_asks_what_is_saved_hears_that_unanswered_questions_are_read(known: Content) -> None:
    assert "privacy_questions" in messages(answers.answer(Question("ask_what_is_saved", "waiting"), known).as_json())
    assert "privacy_questions" not in messages(answers.answer(Question("ask_appeal", "after_rejection"), known).as_json())


def test_the_review_day_itself_still_counts(known: Content) -> None:
    fact = known.facts["S000-29"]
    assert answers.may_show(fact, fact.review_by)
    assert not answers.may_show(fact, date.fromordinal(fact.review_by.toordinal() + 1))
