"""What all actions share: say a draft in the child's language, remember what was answered."""

from __future__ import annotations

from typing import Any

from anyio import to_thread
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker
from rasa_sdk.types import DomainDict

from actions.dialogue import conversation, worries
from actions.dialogue.answers import ASYLUM
from actions.dialogue.render import render
from actions.dialogue.say import Draft
from actions.webhook.turn import Turn

Events = list[dict[str, Any]]


class NavetAction(Action):
    """An action that reads the turn once and answers with drafts. Its class names the action Rasa calls."""

    action_name = ""

    def name(self) -> str:
        return self.action_name

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Events:
        """In a thread: actions read and write the database."""
        turn = Turn.read(tracker)
        events: Events = await to_thread.run_sync(self.act, turn, dispatcher)
        return _carried(turn, events)

    def act(self, turn: Turn, dispatcher: CollectingDispatcher) -> Events:
        raise NotImplementedError


def _carried(turn: Turn, events: Events) -> Events:
    """Once a child has said that it seeks asylum, every later answer knows it."""
    if turn.seeks_asylum:
        for event in events:
            if event.get("name") == "last_answer" and isinstance(event.get("value"), dict):
                event["value"][ASYLUM] = True
    return events


def utter(dispatcher: CollectingDispatcher, draft: Draft, language: str) -> None:
    """`text` for any Rasa channel, `custom` for ours, which renders again when the language changes."""
    payload = draft.as_json()
    dispatcher.utter_message(text=render(payload, language).text, json_message=payload)


def remember(kind: str, intent: str, facts: list[str] | None = None, important: bool = False) -> dict[str, Any]:
    """The slot behind "how do you know", "explain again" and a bare yes or no."""
    value = {"kind": kind, "intent": intent, "facts": facts or [], "important": important}
    return SlotSet("last_answer", value)


def form_question(turn: Turn, slot: str) -> Draft | None:
    """The draft that asks for a slot of the handoff form."""
    told, recipient = turn.told(), str(turn.slots.get("recipient") or "")
    match slot:
        case "about":
            return worries.ask_about(told)
        case "recipient":
            return worries.ask_recipient(told)
        case "own_words":
            return worries.ask_words(told, recipient)
        case "consent":
            return worries.ask_consent(told, recipient, turn.language, str(turn.slots.get("own_words") or ""))
    return None


def ask_stage_if_unknown(turn: Turn, dispatcher: CollectingDispatcher) -> None:
    """Where the child is changes the answer, so it is asked until the child has chosen (also "I do not want to say")."""
    if turn.stage is None and turn.form is None:
        utter(dispatcher, conversation.ask_stage(), turn.language)
