"""Which adults a worry is offered to, in which order, and why. Data in worries.yml and roles.yml; the rules stand here.

Kept always (rules 6 and 7): never an authority, never the adult the worry is about nor anyone who answers to them, never a
role the worry must not reach, never nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from actions.content import Content, content
from actions.vocabulary import ON_CALL, UNKNOWN_STAGE


@dataclass(frozen=True)
class Route:
    """`roles` in the order they are offered; `skipped` tells staff who was left out and why."""

    roles: list[str]
    skipped: dict[str, str] = field(default_factory=dict)
    last_resort: str = ON_CALL
    nobody: bool = False
    """None of the planned adults was left; `roles` then holds the last resort alone."""

    @property
    def first(self) -> str:
        return self.roles[0]


def excluded_by(about: Iterable[str], known: Content | None = None) -> set[str]:
    """The roles a worry is about, and everyone who works at the same place or answers to them."""
    known = known or content()
    named = {role for role in about if role in known.roles}
    return named | {other for role in named for other in known.roles[role].excludes}


def route_worry(
    worry: str, stage: str | None, municipality: str | None = None, about: Iterable[str] = (), known: Content | None = None
) -> Route:
    """The adults for a worry at a stage in a municipality, without those it is about."""
    known = known or content()
    entry = known.worries[worry]
    planned = entry.routes.get(stage or UNKNOWN_STAGE, entry.routes["default"])
    return _keep_safe(planned, municipality, set(entry.never_to), excluded_by(about, known), known)


def route_roles(
    roles: Iterable[str], municipality: str | None = None, about: Iterable[str] = (), known: Content | None = None
) -> Route:
    """The same rules for a question whose adults are named in intents.yml."""
    known = known or content()
    return _keep_safe(list(roles), municipality, set(), excluded_by(about, known), known)


def route_intent(
    intent: str, stage: str | None, municipality: str | None, about: Iterable[str] = (), known: Content | None = None
) -> Route:
    """The adults who know more about what an intent means."""
    known = known or content()
    entry = known.intents[intent]
    worry = entry.worry or entry.route
    if worry:
        return route_worry(worry, stage, municipality, about, known)
    return route_roles(entry.roles or HUB, municipality, about, known)


HUB = ("socialsekreterare", "god_man", "kontaktperson_hvb")
"""The nav: the three adults who answer when nothing else is known (seed 001)."""


def _keep_safe(planned: Iterable[str], municipality: str | None, never: set[str], about: set[str], known: Content) -> Route:
    kept: list[str] = []
    skipped: dict[str, str] = {}
    for id_ in planned:
        role = known.roles[id_]
        if id_ in about:
            skipped[id_] = "about"
        elif id_ in never:
            skipped[id_] = "never_to"
        elif role.local and role.local != municipality:
            skipped[id_] = "not_in_municipality"
        elif not role.recipient:
            skipped[id_] = "authority"
        elif id_ not in kept:
            kept.append(id_)
    return Route(kept or [ON_CALL], skipped, ON_CALL, not kept)
