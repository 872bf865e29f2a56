"""U0: help first, the on-call told at once, at most one safety question. Also used by the web app when Rasa is down."""

from __future__ import annotations

from actions.dialogue import say
from actions.dialogue.answers import MENU
from actions.dialogue.conversation import HUMAN, chat
from actions.dialogue.say import Choice, Draft, Meta
from actions.dialogue.worries import Told, cautious, fields_sent
from actions.handoffs import service
from actions.handoffs.service import Made, NewHandoff
from actions.vocabulary import Consent, Kind, Urgency

FIRST_CONTACTS = ("112", "bris")


def alert(told: Told, conversation: str, turn_key: str, language: str) -> tuple[Made, bool]:
    """Store an acute handoff without asking, holding none of the child's words. Returns it, and whether it was there already.

    Nobody can be asked first whom it is about, so every adult it can be about is left out.
    """
    open_ = service.open_danger(conversation)
    if open_ is not None:
        return open_, True
    worry = told.worry
    plan = cautious(told).plan(None, Urgency.U0)
    wanted = NewHandoff(
        turn_key=turn_key,
        conversation_id=conversation,
        topic=told.topic,
        worry=worry.id if worry else None,
        urgency=Urgency.U0,
        stage=told.stage or "unknown",
        language=language,
        consent=Consent.NOT_ASKED,
        consented_to={"role": plan.role, "fields": fields_sent(told)},
        **plan.stored(),
    )
    return service.make(wanted), False


def reply(told: Told, made: Made | None, again: bool = False) -> Draft:
    """112 first. `made` is None when nothing could be stored: then nobody is said to have been told."""
    worry = told.worry
    parts = [say.message("danger_call")]
    if worry and worry.id == "self_harm":
        parts.append(say.ref("worry", worry.id, "ack"))
    parts.append(say.message("danger_talk"))
    if made is not None:
        parts.append(say.message("danger_told_already" if again else "danger_told", role=say.your(made.role)))
        if told.nav is not None:
            parts.append(say.message("code_tells"))
    parts.append(say.message("danger_question"))
    meta = Meta(
        Kind.DANGER,
        told.topic,
        str(Urgency.U0),
        worry=worry.id if worry else None,
        roles=list(told.route().roles),
        handoff_id=made.id if made else None,
    )
    contacts = [*FIRST_CONTACTS, *[id_ for id_ in (worry.contacts if worry else []) if id_ not in FIRST_CONTACTS]]
    return Draft(parts, meta, contacts=contacts, choices=_safety_choices())


def told_later(told: Told, made: Made) -> Draft:
    """The alert could be stored only after the answer was shown: now the child learns that somebody knows."""
    worry = told.worry.id if told.worry else None
    meta = Meta(Kind.DANGER, told.topic, str(Urgency.U0), worry=worry, roles=list(told.route().roles), handoff_id=made.id)
    return Draft([say.message("danger_told", role=say.your(made.role))], meta, contacts=list(FIRST_CONTACTS))


def _safety_choices() -> list[Choice]:
    return [
        Choice(say.message("button_safe_yes"), "chat_yes", {"safe": "yes"}),
        Choice(say.message("button_safe_no"), "chat_no", {"safe": "no"}),
        Choice(say.message("button_better"), "chat_yes", {"safe": "better"}),
    ]


def beside(draft: say.Json) -> say.Json:
    """An answer with a help card under it: the danger layer heard something, but not enough to answer as danger."""
    if draft["meta"]["kind"] == Kind.DANGER:
        return draft
    card = Choice(say.message("button_in_danger"), "worry_danger_now", {}).as_json()
    return {
        **draft,
        "parts": [*draft["parts"], say.message("danger_hint")],
        "contacts": [*draft["contacts"], *[id_ for id_ in FIRST_CONTACTS if id_ not in draft["contacts"]]],
        "choices": [*draft["choices"], card],
    }


def after(answer: str) -> Draft:
    """What follows the safety question. `answer`: yes | no | better."""
    if answer == "no":
        meta = Meta(Kind.DANGER, "worry_danger_now", str(Urgency.U0), worry="danger_now")
        parts = [say.message("danger_not_safe"), say.message("danger_here")]
        return Draft(parts, meta, contacts=list(FIRST_CONTACTS), choices=_safety_choices())
    if answer == "better":
        return chat(say.message("danger_better"), intent="chat_yes", choices=[MENU, HUMAN], contacts=["bris"])
    parts = [say.message("danger_safe"), say.message("danger_here")]
    return chat(
        *parts,
        intent="chat_yes",
        choices=[Choice(say.message("button_better"), "chat_yes", {"safe": "better"}), HUMAN, MENU],
        contacts=["bris"],
    )
