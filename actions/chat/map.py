"""The map of the asylum process: the stages in order, each with what happens, who does what, and what to ask. From data only."""

from __future__ import annotations

from typing import Any

from actions.clock import today
from actions.content import Content, content
from actions.content.models import Fact, Stage
from actions.dialogue.answers import may_show
from actions.dialogue.render import Renderer
from actions.dialogue.who import helpers
from actions.i18n import language
from actions.vocabulary import UNKNOWN_STAGE

MOST_FACTS = 4
MOST_PEOPLE = 7
MAP_TOPICS = frozenset(
    {
        "asylum_case",
        "identity",
        "process_information",
        "preparation",
        "waiting",
        "appeal",
        "appeal_deadline",
        "rejection",
        "return",
        "return_reception",
        "return_choice",
        "age",
        "turning_18",
        "nav",
        "missing",
        "found",
        "granted",
        "court",
        "dialogue",
        "school",
    }
)


def build_map(code: str, here: str | None, known: Content | None = None) -> dict[str, Any]:
    """Every stage but "unknown", in the order of stages.yml; `here` marks the child's own."""
    known = known or content()
    renderer = Renderer(code, known)
    stages = [stage for stage in known.stages.values() if stage.id != UNKNOWN_STAGE]
    return {
        "language": renderer.code,
        "dir": language(renderer.code).dir,
        "stage": here,
        "stages": [_box(stage, here, renderer, known) for stage in stages],
    }


def _box(stage: Stage, here: str | None, renderer: Renderer, known: Content) -> dict[str, Any]:
    facts = stage_facts(stage.id, known)
    return {
        "id": stage.id,
        "name": renderer.sentence({"kind": "stage", "id": stage.id}),
        "here": stage.id == here,
        "happens": [
            {
                "text": renderer.sentence({"kind": "fact", "id": fact.id, "part": "means"}),
                "fact_id": fact.id,
                "sources": renderer.sources([fact]),
            }
            for fact in facts
        ],
        "people": _people(stage.id, facts, renderer, known),
        "ask": [
            {"intent": intent, "text": renderer.sentence({"kind": "intent", "id": intent})}
            for intent in stage.top
            if intent.startswith("ask_")
        ],
    }


def stage_facts(stage: str, known: Content) -> list[Fact]:
    """The facts that tell this stage best: of a map topic, showable, first those that belong to few stages."""
    found = [
        fact
        for fact in known.facts.values()
        if stage in fact.stages and fact.topic in MAP_TOPICS and fact.municipality is None and may_show(fact, today())
    ]
    return sorted(found, key=lambda fact: len(fact.stages))[:MOST_FACTS]


def _people(stage: str, facts: list[Fact], renderer: Renderer, known: Content) -> list[dict[str, str]]:
    """The adults of the facts, then those of the matrix at this stage."""
    roles = dict.fromkeys(role for fact in facts for role in fact.roles if role in known.roles)
    named = [role for role in (*roles, *helpers(stage, known=known)) if known.roles[role].group not in ("other",)]
    return [
        {
            "role": role,
            "name": renderer.sentence({"kind": "role", "id": role, "part": "sv"}),
            "does": renderer.sentence({"kind": "role", "id": role, "part": "who"}),
        }
        for role in list(dict.fromkeys(named))[:MOST_PEOPLE]
    ]
