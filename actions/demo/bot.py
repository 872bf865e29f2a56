"""Stands where Rasa stands while the demo is made: the intent of each sentence is known, so nothing needs to be understood.

The answers come from the very actions that Rasa calls; only the order of the handoff form's questions is kept here.
"""

from __future__ import annotations

from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.chat.rasa import Rasa, Reply
from actions.content import content
from actions.settings import Settings
from actions.vocabulary import Urgency
from actions.webhook.base import form_question, utter
from actions.webhook.registry import actions
from actions.webhook.turn import Turn

Json = dict[str, Any]
FORM = "handoff_form"
BY_INTENT = {
    "out_of_scope": "action_out_of_scope",
    "nlu_fallback": "action_did_you_mean",
    "chat_explain_again": "action_explain_again",
    "chat_talk_to_human": "action_talk_to_human",
    "chat_withdraw_handoff": "action_withdraw_handoff",
    "chat_yes": "action_yes_or_no",
    "chat_no": "action_yes_or_no",
}
SURE = 0.95


class KnownIntents(Rasa):
    """`meant` says what the next typed sentence means: its intent, and the adults it is about."""

    def __init__(self, config: Settings) -> None:
        super().__init__(config)
        self.meant: tuple[str, list[str]] = ("nlu_fallback", [])

    async def turn(self, call: Json) -> Reply:
        turn, state = self._turn(call), dict(call["state"])
        said = CollectingDispatcher()
        slots = dict(turn.slots)
        in_form = state.get("active_loop") == FORM
        if in_form:
            slots.update(_filled(turn))
        else:
            self._act(_action(turn.intent), turn, said, slots)
        if in_form or slots.get("topic"):
            in_form = self._ask(turn, slots, said)
        drafts = [message["custom"] for message in said.messages]
        return Reply(drafts, {**state, "slots": slots, "active_loop": FORM if in_form else None}, turn.intent, SURE)

    def _turn(self, call: Json) -> Turn:
        choice, state = call["choice"], call["state"]
        intent, about = (choice["intent"], []) if choice else self.meant
        return Turn(
            conversation=call["sender"],
            key=call["context"]["turn"],
            intent=intent,
            confidence=SURE,
            guesses=[],
            entities=dict(choice["entities"]) if choice else {},
            named=list(about),
            typed=choice is None,
            language=state["slots"]["language"],
            stage=state["slots"]["stage"],
            municipality=state["slots"]["municipality"],
            slots={**state["slots"], "typed": call["text"]},
            form=state.get("active_loop"),
            child=call["context"]["child"],
        )

    def _act(self, name: str, turn: Turn, said: CollectingDispatcher, slots: Json) -> None:
        action: Any = actions()[name]
        for event in action.act(turn, said):
            slots[event["name"]] = event["value"]

    def _ask(self, turn: Turn, slots: Json, said: CollectingDispatcher) -> bool:
        """The form's next question; without one it is over. True: it goes on."""
        now = Turn(**{**vars_of(turn), "slots": slots})
        for slot in ("about", "recipient", *(["own_words"] if slots.get("wants_words") else []), "consent"):
            if slots.get(slot) is None and slots.get("consent") != "no":
                question = form_question(now, slot)
                if question is not None:
                    utter(said, question, turn.language)
                    return True
        self._act("action_finish_handoff", now, said, slots)
        return False


def vars_of(turn: Turn) -> Json:
    """The fields of a turn, without what it has worked out."""
    return {name: getattr(turn, name) for name in Turn.__dataclass_fields__}


def _action(intent: str) -> str:
    entry = content().intents.get(intent)
    if entry is not None and entry.worry:
        return "action_danger" if entry.urgency == Urgency.U0 else "action_worry"
    if intent in BY_INTENT:
        return BY_INTENT[intent]
    return "action_answer" if intent.startswith("ask_") else "action_small_talk"


def _filled(turn: Turn) -> Json:
    """What a button, or a sentence, of the form says."""
    if turn.typed:
        return {"own_words": turn.slots["typed"]}
    match turn.entities:
        case {"consent": "words"}:
            return {"consent": None, "wants_words": True}
        case {"consent": consent}:
            return {"consent": consent}
        case {"about": about}:
            return {"about": about}
        case {"role": role}:
            return {"recipient": role}
    return {}
