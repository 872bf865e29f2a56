"""Actions for worries: acknowledge, offer an adult, ask for consent, store the handoff, tell what became of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from anyio import to_thread
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import FormValidationAction
from rasa_sdk.interfaces import Tracker

from actions.content import content
from actions.dialogue import conversation, danger, joint, local, receipts, say, worries
from actions.dialogue.say import Draft
from actions.handoffs import service
from actions.handoffs.routing import excluded_by
from actions.handoffs.service import NewHandoff
from actions.joint.service import ask_together
from actions.vocabulary import Consent
from actions.webhook.base import Events, NavetAction, form_question, remember, utter
from actions.webhook.turn import SURE, Turn, read_ahead

HEARD = 0.5
"""From this confidence a worry inside the child's own words counts; danger the danger layer is sure of always has 1."""
FORM_SLOTS = ("about", "recipient", "own_words", "consent")
"""The form's slots in domain.yml; a test keeps the two equal."""
DANGER_INTENTS = frozenset({"worry_self_harm", "worry_danger_now"})


def fresh_form(topic: str, about: str | None = None, recipient: str | None = None) -> Events:
    """Slots of a form that begins: nothing of an earlier one may leak into it."""
    values = {"topic": topic, "about": about, "recipient": recipient, "own_words": None, "wants_words": None, "consent": None}
    return [SlotSet(name, value) for name, value in values.items()]


class ActionWorry(NavetAction):
    """Acknowledge, show help where it is grave. The form that follows offers the adults."""

    action_name = "action_worry"

    def act(self, turn: Turn, dispatcher: CollectingDispatcher) -> Events:
        worry = content().worries[str(content().intents[turn.intent].worry)]
        named = [role for role in turn.named if role in worry.may_be_about]
        told = turn.told_of(turn.intent, named)
        draft = local.beside(worries.acknowledge(told), turn.intent, told.municipality)
        if turn.typed and turn.confidence < SURE:
            draft.meta.alternatives = turn.guesses
            draft.choices += conversation.alternatives(turn.guesses)
        utter(dispatcher, draft, turn.language)
        about = ",".join(named) if named else None if worries.needs_about(told) else "none"
        return [*fresh_form(turn.intent, about), remember("worry", turn.intent, draft.meta.fact_ids)]


class ActionTalkToHuman(NavetAction):
    """The child asks for a person, or presses "tell …" under an answer."""

    action_name = "action_talk_to_human"

    def act(self, turn: Turn, dispatcher: CollectingDispatcher) -> Events:
        topic = turn.entities.get("topic") or "chat_talk_to_human"
        if topic not in content().intents:
            topic = "chat_talk_to_human"
        told = turn.told_of(topic)
        role = turn.entities.get("role")
        recipient = role if role in told.route().roles else None
        if recipient is None:
            stale = not turn.typed and bool(turn.entities)
            first = say.message("too_late_choice" if stale else "talk_to_human")
            utter(dispatcher, conversation.chat(first, intent=turn.intent, contacts=["bris"]), turn.language)
        return [*fresh_form(topic, "none", recipient), remember("human", topic)]


class ValidateHandoffForm(FormValidationAction):
    """Which questions the form asks, and what the answers mean."""

    def name(self) -> str:
        return "validate_handoff_form"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        await to_thread.run_sync(read_ahead, tracker)
        events: Events = await super().run(dispatcher, tracker, domain)
        return events

    def domain_slots(self, domain: Any) -> list[str]:
        return list(FORM_SLOTS)  # Rasa leaves the domain out of the call

    async def required_slots(self, domain_slots: list[str], dispatcher: Any, tracker: Tracker, domain: Any) -> list[str]:
        if tracker.get_slot("consent") == "no" and not _means_none(tracker):
            return []
        wanted = ["about", "recipient"]
        if tracker.get_slot("wants_words"):
            wanted.append("own_words")
        return [*wanted, "consent"]

    def validate_about(self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> dict[str, Any]:
        """One adult by a button, or every adult named in a text."""
        turn = Turn.read(tracker)
        told = turn.told()
        if value == "unsure":
            return {"about": ",".join(told.worry.may_be_about if told.worry else []), "recipient": None}
        if value == "none":
            return {"about": "none", "recipient": None}
        named = [role for role in turn.named if role in content().roles]
        heard = worries.hear(replace(told, about=named), turn.intent, turn.named) if turn.typed else replace(told, about=named)
        return {**_taken_over(turn, told, heard, dispatcher), "about": _stored(heard), "recipient": None}

    def validate_recipient(self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> dict[str, Any]:
        """The adult the child chose. A text that names several chose none; a worry about an adult does not choose that adult."""
        turn = Turn.read(tracker)
        heard = _hear(turn, dispatcher, str(turn.entities.get("role") or ""))
        offered = {choice.entities.get("role") for choice in worries.ask_recipient(turn.told()).choices} | {
            *turn.told().route().roles
        }
        chosen = value if isinstance(value, str) and value in offered and "recipient" not in heard else None
        return {"recipient": chosen, **heard}

    def validate_own_words(self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> dict[str, Any]:
        """Words about the very adult they would go to take that adult out; the child chooses another and keeps its words."""
        turn = Turn.read(tracker)
        if turn.entities.get("words") == "skip":
            return {"own_words": None, "wants_words": None}
        heard = _hear(turn, dispatcher, str(turn.slots.get("recipient") or ""))
        return {"own_words": str(value).strip()[: service.MOST_WORDS] or None, **heard}

    def validate_consent(self, value: Any, dispatcher: Any, tracker: Tracker, domain: Any) -> dict[str, Any]:
        if value == "no" and _means_none(tracker):
            return {"consent": None, "about": "none"}
        match value:
            case "words":
                return {"consent": None, "own_words": None, "wants_words": True}
            case "other":
                return {"consent": None, "recipient": None}
            case "yes" if tracker.get_slot("recipient"):
                return {"consent": "yes"}
            case "no":
                return {"consent": "no"}
        return {"consent": None}


def _means_none(tracker: Tracker) -> bool:
    """A typed no to "is it about one of these people?" means: none of them. It is no answer to whether anything may be sent."""
    turn = Turn.read(tracker)
    return turn.typed and turn.intent == "chat_no" and tracker.get_slot("requested_slot") == "about"


def _hear(turn: Turn, dispatcher: CollectingDispatcher, recipient: str) -> dict[str, Any]:
    """Slots that change because of a worry typed into the form. With `recipient` in it, that adult cannot get the handoff."""
    told = turn.told()
    heard = worries.hear(told, turn.intent, turn.named) if turn.typed and turn.confidence >= HEARD else told
    if heard == told:
        return {}
    slots = {**_taken_over(turn, told, heard, dispatcher), "about": _stored(heard)}
    if recipient not in excluded_by(heard.about) and heard.topic == told.topic:
        return slots
    if heard.topic == told.topic:
        text = say.message("about_named", role=say.your(recipient))
        utter(dispatcher, conversation.chat(text, intent=turn.intent), turn.language)
    return {**slots, "recipient": None}


def _stored(told: worries.Told) -> str | None:
    """The slot `about`: roles, "none" when there is nobody to ask about, None when it must be asked."""
    return ",".join(told.about) or (None if worries.needs_about(told) else "none")


def _taken_over(turn: Turn, told: worries.Told, heard: worries.Told, dispatcher: CollectingDispatcher) -> dict[str, Any]:
    """A graver worry becomes the matter: it is acknowledged, and its adults are offered."""
    if heard.topic == told.topic:
        return {}
    utter(dispatcher, worries.acknowledge(heard), turn.language)
    return {"topic": heard.topic}


class AskSlot(NavetAction):
    """Asks for one slot of the form; Rasa calls it by the slot's name."""

    slot = ""

    def act(self, turn: Turn, dispatcher: CollectingDispatcher) -> Events:
        draft = form_question(turn, self.slot)
        assert draft is not None
        utter(dispatcher, draft, turn.language)
        return []


class ActionAskAbout(AskSlot):
    action_name, slot = "action_ask_handoff_form_about", "about"


class ActionAskRecipient(AskSlot):
    action_name, slot = "action_ask_handoff_form_recipient", "recipient"


class ActionAskOwnWords(AskSlot):
    action_name, slot = "action_ask_handoff_form_own_words", "own_words"


class ActionAskConsent(AskSlot):
    action_name, slot = "action_ask_handoff_form_consent", "consent"


class ActionFinishHandoff(NavetAction):
    """After the yes: store, then say "sent". After a no: nothing, or the least possible where a child may be harmed."""

    action_name = "action_finish_handoff"

    def act(self, turn: Turn, dispatcher: CollectingDispatcher) -> Events:
        told = turn.told()
        if turn.slots.get("consent") == "yes" and turn.slots.get("recipient") == joint.NAV:
            draft = _ask_nav(turn, told)
        elif turn.slots.get("consent") == "yes" and turn.slots.get("recipient"):
            made = service.make(wanted_handoff(turn, told, str(turn.slots["recipient"]), Consent.YES))
            draft = receipts.sent(told, made)
        elif told.worry and told.worry.harm:
            if turn.slots.get("about") is None:
                told = worries.cautious(told)
            made = service.make(wanted_handoff(turn, told, told.route().first, Consent.NO))
            draft = receipts.must_tell(told, made)
        else:
            draft = receipts.not_sent(told)
        utter(dispatcher, draft, turn.language)
        return [*fresh_form(""), remember("handoff", told.topic)]


def _ask_nav(turn: Turn, told: worries.Told) -> Draft:
    """One handoff for all of the nav. When fewer than two of them may get it after all, it goes to the first as any other."""
    wanted = wanted_handoff(turn, told, None, Consent.YES)
    asked = told.together()
    if not asked:
        return receipts.sent(told, service.make(wanted))
    wanted.consented_to["roles"] = asked
    made = service.make(wanted)
    ask_together(made.id)
    return joint.sent(told.topic, made, asked)


def wanted_handoff(turn: Turn, told: worries.Told, role: str | None, consent: Consent) -> NewHandoff:
    """What is stored. Without a yes none of the child's words go along."""
    fields = worries.fields_sent(told)
    plan = told.plan(role)
    words = str(turn.slots.get("own_words") or "") if consent == Consent.YES else ""
    return NewHandoff(
        turn_key=f"{turn.conversation}:{turn.key}",
        conversation_id=turn.conversation,
        topic=told.topic,
        worry=told.kind,
        urgency=told.urgency,
        stage=told.stage or "unknown",
        language=turn.language,
        consent=consent,
        consented_to={"role": plan.role, "fields": [*fields, "own_words"] if words else fields},
        own_words=words or None,
        **plan.stored(),
    )


class ActionDanger(NavetAction):
    """112 first, facts stop, the on-call is told at once, one safety question."""

    action_name = "action_danger"

    def act(self, turn: Turn, dispatcher: CollectingDispatcher) -> Events:
        worry = content().worries[str(content().intents[turn.intent].worry)]
        named = [role for role in turn.named if role in worry.may_be_about]
        told = turn.told_of(turn.intent, named)
        made, again = danger.alert(told, turn.conversation, f"{turn.conversation}:{turn.key}", turn.language)
        utter(dispatcher, danger.reply(told, made, again), turn.language)
        return [*fresh_form(""), remember("danger", turn.intent)]


class ActionHandoffStatus(NavetAction):
    action_name = "action_handoff_status"

    def act(self, turn: Turn, dispatcher: CollectingDispatcher) -> Events:
        utter(dispatcher, receipts.status(service.of_conversation(turn.conversation)), turn.language)
        return []


class ActionWithdrawHandoff(NavetAction):
    action_name = "action_withdraw_handoff"

    def act(self, turn: Turn, dispatcher: CollectingDispatcher) -> Events:
        outcome, made = service.withdraw(turn.conversation, turn.entities.get("handoff"))
        utter(dispatcher, receipts.withdrawn(outcome, made), turn.language)
        return [remember("handoff", turn.intent)]
