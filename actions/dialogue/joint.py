"""One question to all three of the nav, one answer from them (when adults say different things)."""

from __future__ import annotations

from actions.dialogue import say
from actions.dialogue.answers import MENU
from actions.dialogue.say import Choice, Draft, Meta
from actions.handoffs.routing import HUB
from actions.handoffs.service import Made
from actions.joint.voices import FEWEST, voices
from actions.nav.load import read_nav
from actions.vocabulary import Kind

NAV = "nav"
"""Stands where a role stands when the child asks all of the nav."""
TOPIC = "worry_adults_disagree"
FORM_INTENT = "chat_talk_to_human"


def roles(topic: str, out: list[str], child_id: str | None, municipality: str | None) -> list[str]:
    """Who would be asked together. Empty when the question is another, or fewer than two may get it."""
    if topic != TOPIC:
        return []
    found = [role for role, _ in voices(read_nav(child_id, municipality), set(out))]
    return found if len(found) >= FEWEST else []


def offer() -> Choice:
    return Choice(say.message("button_ask_nav"), FORM_INTENT, {"role": NAV})


def preview(asked: list[str], worry: say.Json, stage: str, language: str) -> say.Json:
    """What will be sent to all of them, before the yes."""
    return say.message(
        "preview_nav",
        roles=_together(asked),
        worry=worry,
        stage=say.stage_name(stage),
        language=say.language_name(language),
    )


def _together(asked: list[str]) -> say.Json:
    first, second, *rest = [say.your(role) for role in asked]
    if rest:
        return say.message("joint_three", first=first, second=second, third=rest[0])
    return say.message("joint_two", first=first, second=second)


def sent(topic: str, made: Made, asked: list[str]) -> Draft:
    """Only ever said after it is committed."""
    status = Choice(say.message("button_status"), "chat_handoff_status")
    withdraw = Choice(say.message("button_withdraw"), "chat_withdraw_handoff", {"handoff": made.id})
    meta = Meta(Kind.HANDOFF, topic, made.urgency, worry="adults_disagree", roles=asked, handoff_id=made.id)
    parts = [say.message("sent_nav"), *([say.message("nav_question")] if len(asked) == len(HUB) else [])]
    return Draft(parts, meta, choices=[status, withdraw, MENU])


def answer(handoff_id: str) -> Draft:
    """Stands before the one answer."""
    return Draft([say.message("nav_answer")], Meta(Kind.HANDOFF, handoff_id=handoff_id), choices=[MENU])
