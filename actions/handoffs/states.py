"""The states of a handoff and the only steps between them."""

from __future__ import annotations

from dataclasses import dataclass

from actions.errors import IllegalTransition
from actions.vocabulary import HandoffState as S

OPEN = frozenset({S.NEW, S.ACKNOWLEDGED, S.IN_PROGRESS})
UNREAD = frozenset({S.NEW})


@dataclass(frozen=True)
class Step:
    """A step: from where, to where, which time it sets, and whether a note must be written."""

    name: str
    sources: frozenset[S]
    target: S
    stamps: str
    note_required: bool = False


STEPS: dict[str, Step] = {
    step.name: step
    for step in (
        Step("acknowledge", frozenset({S.NEW}), S.ACKNOWLEDGED, "acknowledged_at"),
        Step("start", frozenset({S.NEW, S.ACKNOWLEDGED}), S.IN_PROGRESS, "started_at"),
        Step("close", frozenset({S.ACKNOWLEDGED, S.IN_PROGRESS}), S.CLOSED, "closed_at", note_required=True),
        Step("withdraw", frozenset({S.NEW}), S.WITHDRAWN, "withdrawn_at"),
        Step("reopen", frozenset({S.CLOSED}), S.IN_PROGRESS, "started_at", note_required=True),
    )
}


def step(name: str, current: str) -> Step:
    """The step, if it is possible from `current`. Raises `IllegalTransition` otherwise."""
    found = STEPS.get(name)
    if found is None or S(current) not in found.sources:
        raise IllegalTransition
    return found


def possible(current: str) -> list[str]:
    """The names of the steps staff can take from `current`."""
    return [found.name for found in STEPS.values() if S(current) in found.sources and found.name != "withdraw"]
