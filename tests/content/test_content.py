"""The content hangs together, and the checks that prove it can fail."""

from __future__ import annotations

import dataclasses
import shutil
from datetime import date
from pathlib import Path

import pytest

from actions.content import Content, load_content
from actions.content.check import check
from actions.content.loader import DATA
from actions.dialogue import answers
from actions.errors import ContentError
from actions.vocabulary import FactStatus, Kind, Mode

INTENTS_OF_THE_PRODUCT = 119
WORRIES_OF_THE_PRODUCT = 31


@pytest.fixture(scope="module")
def known() -> Content:
    return load_content()


def changed(known: Content, kind: str, id_: str, **update: object) -> Content:
    """The content with one entry changed."""
    entries = dict(getattr(known, kind))
    entries[id_] = entries[id_].model_copy(update=update)
    return dataclasses.replace(known, **{kind: entries})


def test_all_checks_pass(known: Content) -> None:
    assert check(known).problems == []


def test_every_intent_and_worry_of_the_domain_is_there(known: Content) -> None:
    assert len(known.intents) == INTENTS_OF_THE_PRODUCT
    assert len(known.worries) == WORRIES_OF_THE_PRODUCT
    assert {"granted", "unknown"} <= set(known.stages)
    assert len(known.stages) == 9


def test_every_child_facing_fact_of_the_seeds_has_a_text_source_and_dates(known: Content) -> None:
    seeds = [fact for fact in known.facts.values() if fact.id.startswith("S00")]
    assert len(seeds) == 121
    children = [fact for fact in seeds if fact.audience != "staff"]
    assert len(children) == 90
    for fact in children:
        assert fact.text
        assert fact.text.means
        assert fact.text.simpler != fact.text.means
        assert fact.sources
        assert fact.checked_on < fact.review_by


def test_external_facts_that_need_a_recheck_wait_as_drafts(known: Content) -> None:
    drafts = [fact for fact in known.facts.values() if fact.status == FactStatus.DRAFT]
    assert {"X-LAW-01", "X-LAW-23", "X-MV-12"} <= {fact.id for fact in drafts}
    assert all(fact.id.startswith(("X-", "PR-", "Q-")) for fact in drafts)


@pytest.mark.parametrize(
    ("kind", "id_", "update", "words"),
    [
        ("intents", "ask_appeal", {"facts": ["S999-99"]}, "S999-99"),
        ("intents", "ask_appeal", {"route": "nowhere"}, "nowhere"),
        ("worries", "abuse", {"contacts": ["baba"]}, "hidden contact"),
        ("facts", "S000-29", {"time_sensitive": False}, "shown as sure"),
        ("facts", "S000-29", {"sources": []}, "no source"),
        ("facts", "S000-29", {"review_by": date(2020, 1, 1)}, "review_by"),
        ("helplines", "bris", {"source": None}, "without a source"),
        ("stages", "waiting", {"top": ["ask_nothing"]}, "ask_nothing"),
    ],
)
def test_a_mistake_in_the_content_is_found(known: Content, kind: str, id_: str, update: dict[str, object], words: str) -> None:
    broken = changed(known, kind, id_, **update)
    problems: list[str] = []
    from actions.content import check as module

    for checker in (module._references, module._contacts, module._facts):
        problems += checker(broken)
    assert any(words in problem for problem in problems), problems


def test_a_deadline_in_a_child_text_is_found(known: Content) -> None:
    from actions.content import check as module

    text = known.facts["S000-29"].text
    assert text is not None
    broken = changed(known, "facts", "S000-29", text=text.model_copy(update={"means": "Ni har 21 dagar på er."}))
    assert any("number of days" in problem for problem in module._facts(broken))


def test_a_typing_mistake_in_a_file_names_file_and_entry(tmp_path: Path) -> None:
    shutil.copytree(DATA, tmp_path / "data", ignore=shutil.ignore_patterns("nlu"))
    path = tmp_path / "data" / "roles.yml"
    path.write_text(path.read_text().replace("recipient: true}", "recipent: true}", 1))
    with pytest.raises(ContentError, match=r"roles\.yml: entry god_man"):
        load_content(tmp_path / "data")


def test_nothing_past_its_review_day_is_shown(known: Content) -> None:
    late = date(2030, 1, 1)
    for intent in known.intents.values():
        if intent.kind == "ask":
            assert answers.select(intent, "waiting", None, known, late).shown == []


def test_a_hidden_fact_is_never_shown(known: Content) -> None:
    for intent in known.intents.values():
        for stage in known.stages:
            shown = answers.select(intent, stage, "stockholm", known).shown
            assert not {"S000-19", "S004-04"} & {fact.id for fact in shown}


def test_local_facts_show_only_in_their_municipality(known: Content) -> None:
    intent = known.intents["ask_food_shelter"]
    assert [fact.id for fact in answers.select(intent, "missing", "stockholm", known).shown] == ["S003-07"]
    assert answers.select(intent, "missing", "jonkoping", known).shown == []


@pytest.mark.parametrize(
    "intent",
    ["ask_can_i_stay", "ask_how_long", "ask_deadline", "ask_when_leave", "ask_police_come", "ask_other_country", "ask_work"],
)
def test_what_must_not_be_answered_is_refused_with_the_adult_who_can(known: Content, intent: str) -> None:
    for stage in known.stages:
        draft = answers.answer(answers.Question(intent, stage), known)
        assert draft.meta.kind == Kind.REFUSAL
        assert draft.meta.roles
        assert any(part["id"].startswith("refuse_") for part in draft.parts if part["kind"] == "message")


def test_a_draft_fact_is_replaced_by_an_honest_no(known: Content) -> None:
    draft = answers.answer(answers.Question("ask_decision_expires", "after_rejection"), known)
    assert draft.meta.kind == Kind.REFUSAL
    assert "unsure" in [part["id"] for part in draft.parts]
    assert draft.facts == []


def test_the_simpler_wording_is_another_text(known: Content) -> None:
    draft = answers.explain_again("ask_appeal", ["S000-29"], answers.Question("chat_explain_again", "after_rejection"), known)
    assert say_parts(draft.parts) == {"simpler"}


def say_parts(parts: list[dict[str, object]]) -> set[str]:
    return {str(part["part"]) for part in parts if part["kind"] == "fact"}


def test_modes_are_those_of_the_domain(known: Content) -> None:
    assert {intent.mode for intent in known.intents.values()} == set(Mode)
