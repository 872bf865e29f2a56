"""The engine's decision in words, for staff. English here; Swedish in locales/sv/LC_MESSAGES/staff.po."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from actions.clock import iso
from actions.mark import N_
from actions.nav.engine import Decision, Skipped, Step

Translate = Callable[[str], str]

GETS = {
    "planned": N_("This worry goes to this adult at this stage."),
    "stand_in": N_("Stands in for an adult who is away."),
    "queue": N_("Nobody in this nav has this role, or can be reached in it: the coordinator passes it on."),
    "on_call": N_("The on-call of the municipality."),
    "on_call_queue": N_("Outside office hours. No on-call has an account here: it waits for the coordinator."),
    "coordinator": N_("The coordinator of the municipality: last in the line, so that nothing lies unread."),
    "other_coordinator": N_("No coordinator of this municipality may see it, so somebody else gets it."),
    "nobody_may": N_("Nobody with an account may see it. An administrator must find somebody."),
}
"""Why somebody stands in the line, by `Step.why`."""

SKIPPED = {
    "about": N_("The worry may be about this adult."),
    "same_place": N_("Works at the same place as the adult it may be about."),
    "connected": N_("Is, stands in for, or answers to the adult it may be about."),
    "never_to": N_("This worry never goes to this adult."),
    "authority": N_("Authorities never get anything from the chat."),
    "not_in_municipality": N_("Does not exist in this municipality."),
    "of_age": N_("The child has turned 18."),
    "not_of_age": N_("The child is not 18 yet."),
    "away": N_("Is away, and nobody stands in."),
    "no_channel": N_("Cannot be reached: no open account and no address."),
    "already": N_("Stands in the line already, under another role."),
}
"""Why somebody was left out, by `Skipped.why`."""


def step_json(step: Step) -> dict[str, Any]:
    """A step as `Handoff.steps` keeps it; escalation reads it. `person_id` None and no address: the coordinators' queue."""
    person = step.person
    return {
        "role": step.role,
        "person_id": person.staff_id if person else None,
        "channel": str(person.channel) if person else None,
        "address": person.address if person else None,
        "reason": GETS[step.why],
    }


def decision_json(decision: Decision) -> dict[str, Any]:
    """What `Handoff.decision` keeps, so that staff read what was decided then and not what would be decided today."""
    return {
        "at": iso(decision.at),
        "municipality": decision.municipality,
        "open": decision.open,
        "of_age": decision.of_age,
        "steps": [_step_words(step) for step in decision.steps],
        "skipped": [_skip_words(entry) for entry in decision.skipped],
    }


def _step_words(step: Step) -> dict[str, Any]:
    return {
        "role": step.role,
        "name": step.person.name if step.person else None,
        "why": step.why,
        "instead_of": step.instead_of,
        "until": step.until.isoformat() if step.until else None,
    }


def _skip_words(entry: Skipped) -> dict[str, Any]:
    return {"role": entry.role, "name": entry.name, "why": entry.why, "until": entry.until.isoformat() if entry.until else None}


def explain(stored: dict[str, Any], _: Translate) -> dict[str, Any]:
    """The whole decision for a page: `{hours, age, line: [{role, name, why}], skipped: [{role, name, why}]}`."""
    of_age = stored["of_age"]
    return {
        "hours": _("Decided in office hours.") if stored["open"] else _("Decided outside office hours."),
        "age": "" if of_age is None else _("The child has turned 18.") if of_age else _("The child is not 18 yet."),
        "line": [{**entry, "why": _gets(entry, _)} for entry in stored["steps"]],
        "skipped": [{**entry, "why": _left_out(entry, _)} for entry in stored["skipped"]],
    }


def _gets(entry: dict[str, Any], _: Translate) -> str:
    why = entry["why"]
    if why != "stand_in":
        return _(GETS[why])
    until = entry["until"] or _("further notice")
    return _("Stands in for {name}, who is away until {until}.").format(name=entry["instead_of"], until=until)


def _left_out(entry: dict[str, Any], _: Translate) -> str:
    why = entry["why"]
    words = _(SKIPPED[why])
    return f"{words} ({_('until')} {entry['until']})" if entry["until"] else words
