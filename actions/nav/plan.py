"""What a handoff keeps of the engine's decision: the chosen person, the line for escalation, who must never see it, and why."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from actions.clock import now
from actions.nav.engine import Matter, decide
from actions.nav.load import read_nav
from actions.nav.words import decision_json, step_json
from actions.vocabulary import Urgency


@dataclass(frozen=True)
class Plan:
    """Ready to be stored. `role` is the adult the child hears about; `steps` is read by escalation (`actions.alerts`)."""

    role: str
    municipality: str
    child_id: str | None
    assignee_id: int | None
    excluded: list[str]
    excluded_people: list[int]
    steps: list[dict[str, Any]]
    decision: dict[str, Any]

    def stored(self) -> dict[str, Any]:
        """The fields of a new handoff that the engine fills."""
        return {entry.name: getattr(self, entry.name) for entry in fields(self)}


def plan(matter: Matter, urgency: Urgency, role: str | None, child_id: str | None, municipality: str | None) -> Plan:
    """Decide now, with the people of today. `role`: the adult the child chose, None when nobody was asked.

    U2 and U3 go to the chosen adult and then only to the coordinator; U0 and U1 along the whole line (rule 5).
    """
    nav = read_nav(child_id, municipality)
    grave = urgency in (Urgency.U0, Urgency.U1)
    decision = decide(matter, nav, now(), first=role, widely=grave or role is None)
    first = decision.first.person
    return Plan(
        role=decision.roles[0],
        municipality=nav.municipality,
        child_id=nav.child_id,
        assignee_id=first.staff_id if first else None,
        excluded=sorted(decision.out),
        excluded_people=decision.excluded_people,
        steps=[step_json(step) for step in decision.steps],
        decision=decision_json(decision),
    )
