"""What the buttons of "my questions for the meeting" do. Typed questions are collected by the web app (actions/chat/collect.py)."""

from __future__ import annotations

from actions.content import content
from actions.dialogue import plans
from actions.dialogue.say import Draft
from actions.meeting import service
from actions.webhook.turn import Turn


def wanted(turn: Turn) -> bool:
    return turn.entities.get("topic", "").startswith(plans.PREFIX)


def pressed(turn: Turn) -> Draft:
    """One button. An unknown meeting shows which ones there are."""
    what, _, meeting = turn.entities["topic"].removeprefix(plans.PREFIX).partition("/")
    known = meeting in content().meetings
    match what:
        case "card" if known:
            return plans.card(meeting, turn.municipality)
        case "take" if known:
            return plans.listing(service.add_ready(turn.conversation, meeting))
        case "write":
            service.set_writing(turn.conversation, True)
            return plans.start()
        case "list":
            return plans.listing(service.read(turn.conversation))
        case "done":
            service.set_writing(turn.conversation, False)
            return plans.done(service.read(turn.conversation))
        case "clear":
            service.clear(turn.conversation)
            return plans.cleared()
    return plans.which()
