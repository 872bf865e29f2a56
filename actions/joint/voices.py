"""Who answers together."""

from __future__ import annotations

from actions.handoffs.routing import HUB
from actions.nav.persons import Nav

FEWEST = 2
AT_HOME = ("kontaktperson_hvb", "familjehem")
"""The third of the nav: whoever stands for the home."""


def voices(nav: Nav, out: set[str]) -> list[tuple[str, int | None]]:
    """Roles of the nav that speak, with their account if they have one: the hub, without those it may be about."""
    have = {adult.role: adult.person.staff_id for adult in reversed(nav.adults) if adult.active}
    home = next((role for role in AT_HOME if role in have), AT_HOME[0])
    roles = [home if role in AT_HOME else role for role in HUB]
    return [(role, have.get(role)) for role in roles if role not in out]
