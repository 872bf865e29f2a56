"""Who can help me with what: the matrix, the child's cards made of it, and how upset messages are met."""

from __future__ import annotations

import pytest

from actions.chat.map import build_map
from actions.content import content
from actions.content.check import check
from actions.dialogue import danger, who, worries
from actions.dialogue.render import render
from actions.dialogue.worries import Told
from actions.handoffs.routing import HUB


def test_the_matrix_has_every_heading_of_the_source_in_every_column() -> None:
    matrix = content().matrix
    assert len(matrix.actors) == 13
    assert [column.id for column in matrix.columns] == ["before", "after", "appeal", "age_raised", "dilemmas"]
    with_heading = [actor for actor in matrix.actors if actor.note is None]
    assert len(with_heading) == 12
    assert all(cell.text for actor in with_heading for cell in actor.cells.values())


def test_a_matrix_that_names_an_unknown_fact_is_refused() -> None:
    known = content()
    actor = known.matrix.actors[0]
    cell = actor.cells["before"].model_copy(update={"facts": ["S999-99"]})
    broken = actor.model_copy(update={"cells": {**actor.cells, "before": cell}})
    matrix = known.matrix.model_copy(update={"actors": [broken, *known.matrix.actors[1:]]})
    report = check(type(known)(**{**known.__dict__, "matrix": matrix}))
    assert any("S999-99" in problem for problem in report.problems)


@pytest.mark.parametrize("stage", [None, *content().stages])
def test_the_nav_comes_first_and_every_card_leads_somewhere(stage: str | None) -> None:
    roles = who.helpers(stage)
    assert roles[:3] == list(HUB)
    overview = who.overview(stage, None)
    assert {choice.entities.get("role") for choice in overview.choices} >= set(roles)
    for role in roles:
        card = who.card(role, stage, None)
        assert card.choices[0].entities["role"] in HUB, "only an adult the engine really plans may be promised"
        assert render(card.as_json(), "sv").text
        for id_ in card.meta.fact_ids:
            assert stage is None or content().matrix.column_of(stage) is None or stage in content().facts[id_].stages


def test_who_helps_changes_with_the_stage() -> None:
    assert "vuxenpsykiatri" not in who.helpers("waiting")
    assert "elevhalsa" in who.helpers("after_rejection")
    assert who.card("bup", "waiting", None).meta.fact_ids == ["S000-03"]


def test_the_map_names_adults_of_the_matrix() -> None:
    stages = {stage["id"]: stage for stage in build_map("sv", None)["stages"]}
    assert "god_man" in {person["role"] for person in stages["after_rejection"]["people"]}
    assert all(stage["people"] for stage in stages.values())


@pytest.mark.parametrize("intent", content().calming.intents)
def test_an_upset_message_is_met_with_a_pause_and_a_next_step(intent: str) -> None:
    pause = {"kind": "message", "id": "stop"}
    assert worries.calm(intent) == [pause]
    if intent.startswith("worry_"):
        parts = worries.acknowledge(Told(intent, "waiting")).parts
        assert (parts[0], parts[1]["part"], parts[-1]["id"]) == (pause, "ack", "stop_next")


def test_danger_never_waits_for_a_pause() -> None:
    first = danger.reply(Told("worry_self_harm"), None).parts[0]
    assert first["id"] == "danger_call"
    assert not set(content().calming.intents) & {intent.id for intent in content().intents.values() if intent.urgency == "U0"}


def test_calm_questions_get_no_pause() -> None:
    assert worries.calm("ask_school") == []
    assert worries.acknowledge(Told("worry_housing", "waiting")).parts[0]["kind"] == "worry"


def test_the_template_is_marked_as_our_own() -> None:
    assert content().sources[content().calming.source].kind == "product"
