"""While a child writes its questions for a meeting, what it types goes into the list, unless it needs more than that."""

from __future__ import annotations

from typing import Any

from actions.chat.rasa import Reply
from actions.danger import Finding
from actions.dialogue import plans
from actions.dialogue.render import Renderer
from actions.dialogue.say import Draft
from actions.i18n import language
from actions.meeting import service
from actions.vocabulary import SOURCE_LANGUAGE

PLAIN = frozenset({"out_of_scope", "nlu_fallback"})
SURE = 0.6
"""From this confidence on the child is offered Navet's own answer beside "added"."""


def collect(conversation_id: str, text: str, language: str, reply: Reply, finding: Finding | None) -> Draft | None:
    """Add a question to the list.

    None when the message is a worry, a danger or a wish: then it is answered as always, and the child no longer writes its list.
    """
    intent = reply.intent or ""
    question = intent in PLAIN or intent.startswith("ask_")
    if finding is not None or not question or reply.state.get("active_loop"):
        service.set_writing(conversation_id, False)
        return None
    items = service.add_own(conversation_id, text, language)
    return plans.added(items, intent if intent not in PLAIN and (reply.confidence or 0.0) >= SURE else None)


def side_by_side(items: list[dict[str, str]], code: str) -> list[dict[str, Any]]:
    """The list for a screen or for paper (`MeetingQuestion` of the chat API)."""
    own, swedish = Renderer(code), Renderer(SOURCE_LANGUAGE)
    found = []
    for item in items:
        reference = plans.reference(item)
        spoken = item.get("language", own.code)
        line = {"text": own.sentence(reference), "sv": swedish.sentence(reference)}
        found.append({**line, "language": spoken, "dir": language(spoken).dir, "own_words": "text" in item})
    return found
