"""Whom a worry is about, told anywhere in the form, never gets it; a graver worry takes over; nobody is guessed to be harmless."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Tracker

from actions import db
from actions.content import content
from actions.dialogue import danger, worries
from actions.dialogue.answers import Question, answer
from actions.dialogue.worries import Told
from actions.handoffs import store
from actions.handoffs.routing import excluded_by
from actions.nav.persons import Adult, Nav, Person
from actions.vocabulary import ON_CALL, Channel
from actions.webhook.turn import Turn
from actions.webhook.worries import ActionFinishHandoff, ActionTalkToHuman, ActionWorry, ValidateHandoffForm

ASKED = [worry.id for worry in content().worries.values() if worry.may_be_about and not worry.never_to]


def tracker(intent: str, roles: tuple[str, ...] = (), *, text: str | None = "text", **slots: Any) -> Tracker:
    """A call in the middle of the form. `roles`: adults named in the text."""
    entities = [{"entity": "role", "value": role} for role in roles]
    message = {
        "text": text,
        "intent": {"name": intent, "confidence": 0.95},
        "entities": entities,
        "metadata": {"turn": "t1"},
    }
    values = {"language": "sv", "stage": "waiting", "municipality": "jonkoping", **slots}
    return Tracker("c1", values, message, [], False, None, {"name": "handoff_form"}, None)


def call(method: str, value: Any, given: Tracker) -> tuple[dict[str, Any], str]:
    """The slots a validator sets, and what is said beside them."""
    dispatcher = CollectingDispatcher()
    slots = getattr(ValidateHandoffForm(), f"validate_{method}")(value, dispatcher, given, {})
    return slots, "\n".join(message["text"] for message in dispatcher.messages)


# --- whom it is about


def test_the_worries_that_can_be_about_an_adult_are_asked_about_unless_somebody_is_named() -> None:
    assert {"abuse", "housing", "adults_disagree", "school", "trafficking"} <= set(ASKED)
    for intent in content().intents.values():
        told = Told(intent.id, "waiting")
        assert worries.needs_about(told) == (intent.worry in ASKED)
        if worries.needs_about(told):
            named = Told(intent.id, "waiting", about=[told.worry.may_be_about[0]])  # type: ignore[union-attr]
            assert not worries.needs_about(named)
    for worry, role in (("guardian_problem", "god_man"), ("lawyer_problem", "offentligt_bitrade")):
        assert content().worries[worry].never_to == [role], "nobody has to ask: it is about this adult"


def test_every_adult_named_in_the_first_text_is_left_out() -> None:
    given = tracker("worry_abuse", ("god_man", "familjehem"))
    dispatcher = CollectingDispatcher()
    events = ActionWorry().act(Turn.read(given), dispatcher)
    about = next(event["value"] for event in events if event["name"] == "about")
    assert set(about.split(",")) == {"god_man", "familjehem"}


@pytest.mark.parametrize("value", [["god_man", "skola"], "god_man"])
def test_one_or_more_adults_can_be_named_as_the_answer(value: Any) -> None:
    names = tuple(value) if isinstance(value, list) else (value,)
    slots, _ = call("about", value, tracker("nlu_fallback", names, topic="worry_abuse", requested_slot="about"))
    assert slots["about"].split(",") == list(names)


def test_a_typed_no_to_whom_it_is_about_means_none_of_them_and_is_no_refusal() -> None:
    given = tracker("chat_no", topic="worry_abuse", requested_slot="about")
    assert call("consent", "no", given)[0] == {"consent": None, "about": "none"}
    given = tracker("chat_no", topic="worry_abuse", about="none", requested_slot="recipient")
    assert call("consent", "no", given)[0] == {"consent": "no"}


def test_not_wanting_to_say_leaves_out_everybody_it_can_be_about() -> None:
    slots, _ = call("about", "unsure", tracker("chat_talk_to_human", text=None, topic="worry_abuse"))
    assert set(slots["about"].split(",")) == set(content().worries["abuse"].may_be_about)


# --- later in the form


@pytest.mark.parametrize(
    ("topic", "intent", "role"),
    [("worry_feel_bad", "worry_abuse", "god_man"), ("worry_abuse", "worry_abuse", "god_man"), ("worry_lonely", "worry_housing", "kontaktperson_hvb")],
)  # fmt: skip
def test_a_worry_about_an_adult_typed_where_an_adult_is_chosen_does_not_choose_that_adult(
    topic: str, intent: str, role: str
) -> None:
    slots, said = call("recipient", role, tracker(intent, (role,), topic=topic, about="none", requested_slot="recipient"))
    assert slots["recipient"] is None
    assert role in slots["about"].split(",")
    assert said


def test_naming_an_adult_to_tell_still_chooses_that_adult() -> None:
    given = tracker("chat_talk_to_human", ("elevhalsa",), topic="worry_feel_bad", about="none", requested_slot="recipient")
    assert call("recipient", "elevhalsa", given)[0] == {"recipient": "elevhalsa"}


def test_two_adults_named_at_once_choose_nobody() -> None:
    roles = ("elevhalsa", "kontaktperson_hvb")
    given = tracker("chat_talk_to_human", roles, topic="worry_feel_bad", about="none", requested_slot="recipient")
    assert call("recipient", list(roles), given)[0] == {"recipient": None}


def test_own_words_about_the_very_adult_they_would_go_to_are_not_sent_there_and_are_kept() -> None:
    given = tracker("worry_abuse", ("god_man",), topic="worry_abuse", about="none", recipient="god_man", requested_slot="own_words")
    slots, said = call("own_words", "min gode man slår mig", given)
    assert slots["own_words"] == "min gode man slår mig"
    assert (slots["about"], slots["recipient"]) == ("god_man", None)
    assert "gode man" in said


def test_a_graver_worry_in_the_own_words_becomes_the_matter_and_is_acknowledged() -> None:
    given = tracker(
        "worry_abuse", ("god_man",), topic="worry_feel_bad", about="none", recipient="elevhalsa", requested_slot="own_words"
    )
    slots, said = call("own_words", "min gode man slår mig", given)
    assert (slots["topic"], slots["recipient"], slots["about"]) == ("worry_abuse", None, "god_man")
    assert content().worries["abuse"].ack.strip() in said


def test_a_graver_worry_without_a_name_asks_whom_it_is_about() -> None:
    given = tracker("worry_abuse", topic="worry_feel_bad", about="none", recipient="elevhalsa", requested_slot="own_words")
    assert call("own_words", "någon slår mig", given)[0]["about"] is None
    given = tracker("worry_run_away", topic="worry_feel_bad", about="none", recipient="elevhalsa", requested_slot="own_words")
    assert call("own_words", "jag ska sticka", given)[0]["about"] == "none", "nobody it could be about"


def test_ordinary_words_stay_as_they_are() -> None:
    given = tracker(
        "ask_school", ("god_man",), topic="worry_feel_bad", about="none", recipient="god_man", requested_slot="own_words"
    )
    assert call("own_words", "hälsa min gode man", given) == ({"own_words": "hälsa min gode man"}, "")


# --- what is stored


def finish(database: Path, **slots: Any) -> Any:
    given = tracker("chat_no", requested_slot=None, **slots)
    ActionFinishHandoff().act(Turn.read(given), CollectingDispatcher())
    with db.read() as session:
        return store.of_conversation(session, "c1")[0]


def test_a_no_before_anybody_said_whom_it_is_about_leaves_out_everybody_it_can_be_about(database: Path, frozen: Any) -> None:
    handoff = finish(database, topic="worry_abuse", about=None, consent="no")
    possible = set(content().worries["abuse"].may_be_about)
    assert handoff.consent == "no"
    assert excluded_by(possible) <= set(handoff.excluded)
    assert handoff.role not in possible
    assert not possible & {step["role"] for step in handoff.steps}


def test_a_no_after_none_of_them_goes_to_the_first_adult_of_the_worry(database: Path, frozen: Any) -> None:
    handoff = finish(database, topic="worry_abuse", about="none", consent="no")
    assert (handoff.role, handoff.excluded, handoff.own_words) == ("socialsekreterare", [], None)


def test_danger_at_home_is_told_to_nobody_it_can_be_about(database: Path, frozen: Any) -> None:
    made, _ = danger.alert(Told("worry_danger_now", "waiting", "jonkoping"), "c1", "c1:t1", "sv")
    with db.read() as session:
        handoff = store.get(session, made.id)
    assert handoff is not None
    assert handoff.role == ON_CALL
    assert not {step["role"] for step in handoff.steps} & set(content().worries["danger_now"].may_be_about)


# --- with a nav


def nav(*roles: str) -> Nav:
    people = [Person(f"N{number}", Channel.SMS, f"070000000{number}", adult_id=number) for number in range(len(roles))]
    return Nav("jonkoping", "child", adults=tuple(Adult(number, role, people[number]) for number, role in enumerate(roles)))


def test_the_childs_own_adults_are_asked_about_first_and_others_stay() -> None:
    told = Told("worry_abuse", "waiting", "jonkoping", nav=nav("god_man", "skola"))
    asked = [choice.entities["about"] for choice in worries.ask_about(told).choices]
    assert set(asked[:2]) == {"god_man", "skola"}
    assert set(asked[:-2]) == set(content().worries["abuse"].may_be_about)
    assert asked[-2:] == ["none", "unsure"]


def test_no_worry_offers_a_named_adult_with_or_without_a_nav() -> None:
    """Every intent × stage × named adult × nav: never empty, never the adult, an authority or somebody of the same place."""
    known, tried = content(), 0
    recipients = [role.id for role in known.roles.values() if role.recipient]
    navs = [None, nav(), nav("god_man"), nav(*recipients)]
    for intent in known.intents:
        for stage in [*known.stages, None]:
            for about in [(), *((role,) for role in recipients)]:
                for mine in navs:
                    roles = Told(intent, stage, "jonkoping", list(about), mine).route().roles
                    tried += 1
                    assert roles, (intent, stage, about)
                    assert all(known.roles[role].recipient for role in roles)
                    assert roles == [ON_CALL] or not excluded_by(about) & set(roles), (intent, stage, about, roles)
    assert tried > 50_000


def test_under_an_answer_only_adults_are_offered_who_can_get_it(frozen: Any) -> None:
    grown = Nav("jonkoping", "child", turns_18_on=date(2020, 1, 1), adults=nav("god_man").adults)
    offered = {
        choice.entities["role"]
        for intent in content().intents
        if intent.startswith("ask_")
        for choice in answer(Question(intent, "waiting", "jonkoping", nav=grown)).choices
        if "role" in choice.entities
    }
    assert offered
    assert "god_man" not in offered, "a guardian ends at 18"
    role = sorted(offered)[0]
    given = tracker("chat_talk_to_human", (role,), text=None)
    assert ActionTalkToHuman().act(Turn.read(given), CollectingDispatcher())
