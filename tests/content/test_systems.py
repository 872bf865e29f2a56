"""Systems of the seed documents that no other test walks (docs/systems.md names the test of each)."""

from __future__ import annotations

import re

import pytest

from actions import db
from actions.alerts import overview
from actions.content import content
from actions.dialogue import answers, plans, worries
from actions.dialogue.answers import Question
from actions.dialogue.render import render
from actions.dialogue.worries import Told
from actions.settings import Settings
from actions.staff import accounts
from actions.vocabulary import FactStatus, Kind, Mode

LAW = re.compile(r"\blag(?:en|ar)?\b|\bsäger lag", re.IGNORECASE)


def answered(intent: str, stage: str = "waiting") -> str:
    return render(answers.answer(Question(intent, stage)).as_json(), "sv").text


def test_kasam_every_published_answer_has_its_three_parts() -> None:
    told = [fact for fact in content().facts.values() if fact.status == FactStatus.PUBLISHED and fact.text is not None]
    assert len(told) > 50
    missing = [fact.id for fact in told if not (fact.text.means and fact.text.do and fact.text.why)]  # type: ignore[union-attr]
    assert missing == []
    draft = answers.answer(Question("ask_appeal", "after_rejection"))
    assert [part["part"] for part in draft.parts if part["kind"] == "fact"][:3] == ["means", "do", "why"]


def test_at_und_stands_in_the_facts_from_sixteen_and_is_not_told_as_sure_before_it_is_checked() -> None:
    fact = content().facts["S000-19"]
    assert fact.text is not None and "AT-UND" in fact.text.means and "16" in fact.text.means
    assert fact.time_sensitive
    draft = answers.answer(Question("ask_work", "waiting"))
    hidden = content().intents["ask_work"].mode == Mode.HIDDEN
    assert (draft.meta.kind, "AT-UND" in render(draft.as_json(), "sv").text) == (
        (Kind.REFUSAL, False) if hidden else (Kind.FACT, True)
    )
    assert draft.meta.roles, "and somebody knows"


def test_the_id_task_has_a_card_that_sends_the_child_to_its_guardian() -> None:
    draft = plans.card("id_task", None)
    assert {"S000-13", "S000-18"} & set(draft.facts)
    assert "ID-uppdrag" in render(draft.as_json(), "sv").text
    assert answers.answer(Question("ask_identity_papers", "waiting")).meta.roles[0] == "god_man"
    assert len(content().meetings["id_task"].questions) >= 3


def test_the_follow_up_talk_says_what_happens_and_brings_questions() -> None:
    assert "S000-26" in plans.card("follow_up", None).facts
    assert answers.select(content().intents["ask_agency_talk"], "appeal", None).shown


def test_the_schools_alarm_is_explained_and_student_health_comes_first() -> None:
    assert "S000-23" in plans.card("absence", None).facts
    assert answers.select(content().intents["ask_absence"], "after_rejection", None).shown
    assert Told("worry_school_hard", "after_rejection").route().roles[0] == "elevhalsa"


def test_a_child_that_was_hurt_hears_of_barnahus_and_is_asked_for_no_details() -> None:
    draft = worries.acknowledge(Told("worry_abuse", "waiting"))
    text = render(draft.as_json(), "sv").text
    assert "?" not in text.replace("Vill du", ""), "nothing is asked about what happened"
    assert "Barnahus" in render(plans.card("barnahus", None).as_json(), "sv").text
    assert "socialsekreterare" in Told("worry_abuse", "waiting").route().roles


@pytest.mark.parametrize("intent", sorted(id_ for id_ in content().intents if id_.startswith("worry_")))
def test_no_worry_is_met_with_a_question_about_what_happened(intent: str) -> None:
    text = render(worries.acknowledge(Told(intent, "waiting")).as_json(), "sv").text
    assert not re.search(r"(?i)\b(vad hände|vem slog|berätta (exakt|allt|i detalj)|varför flydde)\b", text)


def test_the_plan_of_stockholm_is_a_recommendation_and_never_quoted_as_law() -> None:
    assert content().sources["seed-003"].force == "recommendation"
    found = [fact for fact in content().facts.values() if fact.text and {entry.source for entry in fact.sources} == {"seed-003"}]
    assert found
    said = {fact.id: " ".join(fact.text.model_dump().values()) for fact in found}  # type: ignore[union-attr]
    assert [id_ for id_, text in said.items() if LAW.search(text)] == []


def test_the_gap_report_counts_worries_and_roles_without_a_person(database: object, settings: Settings) -> None:
    def report() -> overview.Gaps:
        with db.read() as session:
            return overview.gaps(session, "generic", settings)

    empty = report()
    accounts.add_user("g@example.se", "G", "nav_adult", municipality="generic", nav_role="god_man")
    accounts.add_user("c@example.se", "C", "coordinator", municipality="generic")
    fewer = report()
    assert empty.route_count > fewer.route_count > 0
    assert "god_man" in empty.roles and "god_man" not in fewer.roles
    assert (empty.coordinator, fewer.coordinator) == (False, True)
