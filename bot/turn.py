"""One turn of a conversation through Rasa: a message and the remembered state in, bot messages and the new state out.

Rasa keeps nothing between turns. The web app stores the state in the same transaction as the answer, so a crash can neither
lose nor repeat a step, and deleting a conversation leaves nothing here (docs/adr/0003-dialogue-state-in-the-web-app.md).
"""

from __future__ import annotations

import re
from typing import Any, Dict, List, Optional

from rasa.core.actions.action import ActionExecutionRejection, RemoteAction
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.processor import MessageProcessor
from rasa.shared.core.constants import ACTION_LISTEN_NAME, REQUESTED_SLOT
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    SessionStarted,
    SlotSet,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT

State = Dict[str, Any]
MOST_ACTIONS = 10


class ActionFailed(Exception):
    """A custom action could not be run. The web app answers instead; the state stays as it was."""


class TooManyActions(Exception):
    """The rules lead in a circle."""


def restore(sender: str, state: State, processor: MessageProcessor) -> DialogueStateTracker:
    """A tracker as it was after the last turn: slots, active form, listening."""
    domain = processor.domain
    tracker = DialogueStateTracker(sender, domain.slots)
    known = {slot.name for slot in domain.slots}
    tracker.update(ActionExecuted("action_session_start"), domain)
    tracker.update(SessionStarted(), domain)
    for name, value in (state.get("slots") or {}).items():
        if name in known and value is not None:
            tracker.update(SlotSet(name, value), domain)
    if state.get("active_loop") in domain.form_names:
        tracker.update(ActiveLoop(state["active_loop"]), domain)
        tracker.update(SlotSet(REQUESTED_SLOT, state.get("requested_slot")), domain)
    tracker.update(ActionExecuted(ACTION_LISTEN_NAME), domain)
    return tracker


def remember(tracker: DialogueStateTracker) -> State:
    """What the next turn needs. The child's text is not part of it, except own words it wants to send (a slot)."""
    slots = {name: slot.value for name, slot in tracker.slots.items() if slot.value is not None and name != REQUESTED_SLOT}
    return {
        "slots": slots,
        "active_loop": tracker.active_loop_name,
        "requested_slot": tracker.get_slot(REQUESTED_SLOT) if tracker.active_loop_name else None,
    }


def chosen(choice: Dict[str, Any]) -> Dict[str, Any]:
    """Parse data of a pressed button. Never made from text, so typing `/intent{...}` is only text."""
    entities = [
        {"entity": name, "value": value, "start": 0, "end": 0, "extractor": "Choice"}
        for name, value in (choice.get("entities") or {}).items()
    ]
    return {TEXT: "", INTENT: {"name": choice["intent"], "confidence": 1.0}, ENTITIES: entities, "intent_ranking": []}


async def run_turn(
    processor: MessageProcessor,
    sender: str,
    text: Optional[str],
    choice: Optional[Dict[str, Any]],
    state: State,
    context: Dict[str, Any],
) -> Dict[str, Any]:
    """Understand, decide, act, until Rasa listens again.

    Returns `messages` (the `custom` payloads of the action server), `state`, and `parse` (intent, confidence, ranking).
    Raises `ActionFailed` when the action server is down, slow or wrong.
    """
    output = CollectingOutputChannel()
    tracker = restore(sender, state, processor)
    parse = chosen(choice) if choice else None
    message = UserMessage(plain(text or ""), output, sender, parse_data=parse, input_channel="navet", metadata=context)
    await processor._handle_message_with_tracker(message, tracker)
    tracker = await processor.run_action_extract_slots(output, tracker)
    drafts: List[Dict[str, Any]] = []
    for _ in range(MOST_ACTIONS):
        action, prediction = processor.predict_next_with_tracker_if_should(tracker)
        if action.name() == ACTION_LISTEN_NAME:
            processor._log_action_on_tracker(tracker, action, [], prediction)
            break
        drafts += await _run(processor, action, prediction, tracker, output)
    else:
        raise TooManyActions("more than {} actions in one turn".format(MOST_ACTIONS))
    latest = tracker.latest_message.parse_data if tracker.latest_message else {}
    return {"messages": drafts, "state": remember(tracker), "parse": _understood(latest)}


async def _run(processor, action, prediction, tracker, output) -> List[Dict[str, Any]]:  # type: ignore[no-untyped-def]
    """Run one action. Unlike Rasa's own loop nothing is swallowed: silence is the worst answer a child can get."""
    temporary = tracker.copy()
    temporary.update_with_events(prediction.events, processor.domain)
    try:
        events = await action.run(output, processor.nlg, temporary, processor.domain)
    except ActionExecutionRejection:
        tracker.update(ActionExecutionRejected(action.name(), prediction.policy_name, prediction.max_confidence))
        return []
    except Exception as error:
        if isinstance(action, RemoteAction) or isinstance(error, OSError):
            raise ActionFailed(action.name()) from None
        raise
    processor._log_action_on_tracker(tracker, action, events, prediction)
    return [event.data["custom"] for event in events or [] if isinstance(event, BotUttered) and event.data.get("custom")]


COMMAND = re.compile(r"\s*[/\uff0f]\s*\w+(?:_\w+|\s*\{).*", re.DOTALL)


def plain(text: str) -> str:
    """Text as text: a leading slash would make Rasa read a command, and a typed button payload means nothing."""
    return "" if COMMAND.fullmatch(text) else text.lstrip("/\N{FULLWIDTH SOLIDUS} \t")


def _understood(parse: Dict[str, Any]) -> Dict[str, Any]:
    intent = parse.get("intent") or {}
    return {
        "intent": intent.get("name"),
        "confidence": round(float(intent.get("confidence") or 0.0), 4),
        "ranking": [(entry["name"], round(float(entry["confidence"]), 4)) for entry in (parse.get("intent_ranking") or [])[:6]],
    }
