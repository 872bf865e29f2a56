"""The whole chain, with the trained model: nothing reaches the adult it is about, whatever the child types and where."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

import pytest

from tests.running import RunningNavet
from tests.talk import Child

pytestmark = pytest.mark.rasa


@pytest.fixture
def url(running: RunningNavet) -> str:
    return running.url


def sent(running: RunningNavet, child: Child) -> list[dict[str, Any]]:
    """What was stored for this chat, newest first."""
    with sqlite3.connect(running.var / "navet.db") as connection:
        connection.row_factory = sqlite3.Row
        query = "select * from handoffs where conversation_id = ? order by created_at desc"
        rows = [dict(row) for row in connection.execute(query, (child.id,))]
    for row in rows:
        row["steps"], row["excluded"] = json.loads(row["steps"]), json.loads(row["excluded"])
    return rows


def reached(handoff: dict[str, Any]) -> set[str]:
    return {handoff["role"], *(step["role"] for step in handoff["steps"])}


@pytest.mark.parametrize(
    ("language", "text", "role"),
    [
        ("sv", "min gode man slår mig", "god_man"),
        ("sv", "min fosterpappa slår mig", "familjehem"),
        ("en", "my foster dad hits me", "familjehem"),
        ("en", "my teacher touches me", "skola"),
        ("sv", "min gode man svarar aldrig", "god_man"),
        ("sv", "min advokat hör inte av sig", "offentligt_bitrade"),
    ],
)
def test_a_named_adult_is_left_out_of_everything(running: RunningNavet, language: str, text: str, role: str) -> None:
    child = Child(running.url, language, "waiting", "jonkoping")
    answer = child.say(text)
    assert answer["meta"]["kind"] in ("worry", "danger"), answer
    assert role not in answer["meta"]["roles"]
    child.press("Säg till" if language == "sv" else "Tell")
    child.press("Ja, skicka" if language == "sv" else "Yes, send")
    handoff = sent(running, child)[0]
    assert role in handoff["excluded"]
    assert role not in reached(handoff)


@pytest.mark.parametrize(
    "text",
    ["någon slår mig", "jag vill flytta från boendet, det är hemskt här", "mina vuxna säger olika saker"],
)
def test_without_a_name_it_is_asked(url: str, text: str) -> None:
    child = Child(url, "sv", "waiting", "jonkoping")
    child.say(text)
    assert "Handlar det om någon av dem här?" in child.text, child.text


def test_a_typed_no_to_that_means_none_of_them(running: RunningNavet) -> None:
    child = Child(running.url, "sv", "waiting", "jonkoping")
    child.say("någon slår mig")
    child.say("nej")
    assert "Du får välja mellan två vuxna" in child.text
    assert sent(running, child) == []


def test_two_named_adults_are_both_left_out(running: RunningNavet) -> None:
    child = Child(running.url, "sv", "waiting", "jonkoping")
    child.say("någon slår mig")
    child.say("min gode man och min lärare")
    child.press("Säg till")
    child.press("Ja, skicka")
    handoff = sent(running, child)[0]
    assert {"god_man", "skola"} <= set(handoff["excluded"])
    assert not {"god_man", "skola"} & reached(handoff)


def test_naming_the_abuser_where_an_adult_is_chosen_does_not_send_it_there(running: RunningNavet) -> None:
    child = Child(running.url, "sv", "after_rejection", "jonkoping")
    child.say("jag mår så dåligt och kan inte sova")
    child.say("min kontaktperson slår mig")
    assert not [label for label in child.labels if "kontaktperson" in label.lower()], child.labels
    child.press("Säg till")
    child.press("Ja, skicka")
    handoff = sent(running, child)[0]
    assert (handoff["worry"], handoff["urgency"]) == ("abuse", "U1")
    assert not {"kontaktperson_hvb", "boendepersonal"} & reached(handoff)


def test_own_words_about_the_chosen_adult_go_to_another_and_are_kept(running: RunningNavet) -> None:
    child = Child(running.url, "sv", "after_rejection", "jonkoping")
    child.say("jag mår så dåligt och kan inte sova")
    child.press("kontaktperson")
    child.press("egna ord")
    child.say("min kontaktperson slår mig på natten")
    assert not [label for label in child.labels if "kontaktperson" in label.lower()], child.labels
    child.press("Säg till")
    assert "min kontaktperson slår mig på natten" in child.text, "shown before the yes"
    child.press("Ja, skicka")
    handoff = sent(running, child)[0]
    assert handoff["own_words"] == "min kontaktperson slår mig på natten"
    assert "kontaktperson_hvb" in handoff["excluded"]
    assert "kontaktperson_hvb" not in reached(handoff)


def test_before_the_yes_the_child_sees_what_goes_to_whom_and_why_and_changes_both(running: RunningNavet) -> None:
    child = Child(running.url, "sv", "after_rejection", "jonkoping")
    child.say("jag har fått nej")
    assert sum(label.startswith("Säg till") for label in child.labels) == 2, "U1: two safe adults"
    child.press("socialsekreterare")
    for word in (
        "Till: din socialsekreterare",
        "veta direkt när du har fått ett nej",
        "Det här skickas: Jag har fått nej",
        "Ditt språk",
    ):
        assert word in child.text
    child.press("egna ord")
    child.say("jag vill prata på arabiska")
    assert "Dina egna ord: jag vill prata på arabiska" in child.text
    child.press("egna ord")
    child.say("jag vill ha en tolk på mötet")
    assert "arabiska" not in child.text
    child.press("En annan vuxen")
    child.press("gode man")
    assert sent(running, child) == []
    child.press("Ja, skicka")
    handoff = sent(running, child)[0]
    assert (handoff["role"], handoff["own_words"], handoff["consent"]) == ("god_man", "jag vill ha en tolk på mötet", "yes")


def test_what_was_sent_can_be_taken_back_until_somebody_reads_it(running: RunningNavet) -> None:
    child = Child(running.url, "sv", "waiting")
    child.say("jag känner mig så ensam")
    child.press("Säg till")
    child.press("Ja, skicka")
    child.press("Ångra det jag skickade")
    handoff = sent(running, child)[0]
    assert (handoff["state"], handoff["own_words"]) == ("withdrawn", None)


def test_in_danger_the_child_is_told_who_knows_and_nobody_of_its_home_is_told_unasked(running: RunningNavet) -> None:
    child = Child(running.url, "sv", "waiting", "jonkoping")
    answer = child.say("hjälp han slår mig nu")
    assert (answer["meta"]["kind"], answer["meta"]["urgency"]) == ("danger", "U0")
    assert answer["contacts"][0]["tel"] == "112"
    handoff = sent(running, child)[0]
    assert handoff["consent"] == "not_asked"
    assert not reached(handoff) & {"kontaktperson_hvb", "boendepersonal", "familjehem", "god_man"}
