"""The adults a child is offered: those of its nav, or by role and municipality when no code says which child it is."""

from __future__ import annotations

from collections.abc import Iterable

from actions.clock import now
from actions.content import Content
from actions.handoffs.routing import Route, route_intent
from actions.nav.engine import Matter, decide
from actions.nav.persons import Nav


def offered(
    intent: str,
    stage: str | None,
    municipality: str | None,
    nav: Nav | None,
    about: Iterable[str] = (),
    known: Content | None = None,
) -> Route:
    """In order, first the one who is offered first. Never empty; never whom it is about (`about`: roles)."""
    if nav is None:
        return route_intent(intent, stage, municipality, about, known)
    decision = decide(Matter.of_intent(intent, stage, about, known), nav, now(), known=known)
    return Route(decision.roles, {entry.role: entry.why for entry in decision.skipped})
