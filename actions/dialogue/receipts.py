"""What a child reads about a handoff: sent, not sent, must be told, what became of it."""

from __future__ import annotations

from actions.content import content
from actions.dialogue import say
from actions.dialogue.answers import MENU
from actions.dialogue.conversation import chat
from actions.dialogue.plans import ask_for_plan
from actions.dialogue.say import Choice, Draft, Meta
from actions.dialogue.worries import Told
from actions.handoffs.models import Handoff
from actions.handoffs.routing import HUB
from actions.handoffs.service import Made
from actions.vocabulary import Consent, HandoffState, Kind, Urgency

GOT_A_NO = "worry_got_a_no"
"""After this worry the child is offered a plan: the adults shall meet when a child has got a no (seed 001)."""
MOST_SHOWN = 5


def _meta(told: Told, made: Made) -> Meta:
    worry = told.worry
    return Meta(
        Kind.HANDOFF, told.topic, str(told.urgency), worry=worry.id if worry else None, roles=[made.role], handoff_id=made.id
    )


def after_choices(made: Made) -> list[Choice]:
    status = Choice(say.message("button_status"), "chat_handoff_status")
    return [status, _withdraw(made, several=False), MENU] if made.state == HandoffState.NEW else [status, MENU]


def sent(told: Told, made: Made) -> Draft:
    """Only ever said after the handoff is committed."""
    grave = told.urgency in (Urgency.U0, Urgency.U1)
    parts = [say.message("sent_u1" if grave else "sent", role=say.your(made.role))]
    contacts = list(told.worry.contacts) if told.worry and grave else []
    plan = [ask_for_plan(made.role)] if told.topic == GOT_A_NO and made.role in HUB else []
    return Draft(parts, _meta(told, made), contacts=contacts, choices=[*plan, *after_choices(made)])


def another_adult(handoff: Handoff, message: str, role: str) -> Draft:
    """Another adult gets it too. What the child said yes to can still be taken back; in danger the numbers stand beside."""
    made = Made(handoff.id, handoff.role, handoff.urgency, handoff.state, new=False)
    worry = content().worries.get(handoff.worry or "")
    grave = handoff.urgency in (Urgency.U0, Urgency.U1)
    known = role in content().roles
    choices = after_choices(made)
    return Draft(
        [say.message(message, role=say.your(role)) if known else say.message(message)],
        Meta(
            Kind.HANDOFF, handoff.topic, handoff.urgency, worry=handoff.worry, roles=[role] if known else [], handoff_id=handoff.id
        ),
        contacts=list(worry.contacts) if worry and grave else [],
        choices=choices if handoff.consent == Consent.YES else [choices[0], MENU],
    )


def must_tell(told: Told, made: Made) -> Draft:
    contacts = list(told.worry.contacts) if told.worry else []
    status = Choice(say.message("button_status"), "chat_handoff_status")
    parts = [say.message("must_tell", role=say.your(made.role))]
    if told.nav is not None:
        parts.append(say.message("code_tells"))
    return Draft(parts, _meta(told, made), contacts=contacts, choices=[status, MENU])


def not_sent(told: Told) -> Draft:
    contacts = ["bris"] if told.worry else []
    return chat(say.message("not_sent"), intent=told.topic, choices=[MENU], contacts=contacts)


def status(all_: list[Made]) -> Draft:
    """One line a handoff, newest first."""
    if not all_:
        return chat(say.message("status_none"), intent="chat_handoff_status", choices=[MENU])
    shown = all_[:MOST_SHOWN]
    parts = [say.message(f"status_{made.state}", role=say.your(made.role)) for made in shown]
    meta = Meta(Kind.HANDOFF, "chat_handoff_status", roles=[all_[0].role], handoff_id=all_[0].id)
    back = [made for made in shown if made.state == HandoffState.NEW]
    return Draft(parts, meta, choices=[*[_withdraw(made, several=len(back) > 1) for made in back], MENU])


def _withdraw(made: Made, *, several: bool) -> Choice:
    """Each button says what it takes back when there are several."""
    label = say.message("button_withdraw_role", role=say.your(made.role)) if several else say.message("button_withdraw")
    return Choice(label, "chat_withdraw_handoff", {"handoff": made.id})


def withdrawn(outcome: str, made: Made | None) -> Draft:
    texts = {"withdrawn": "withdrawn", "none": "withdraw_none", "too_late": "withdraw_too_late", "danger": "withdraw_danger"}
    if made is None:
        return chat(say.message(texts[outcome]), intent="chat_withdraw_handoff", choices=[MENU])
    meta = Meta(Kind.HANDOFF, "chat_withdraw_handoff", made.urgency, roles=[made.role], handoff_id=made.id)
    return Draft([say.message(texts[outcome])], meta, choices=[MENU])
