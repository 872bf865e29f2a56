"""Was it clear? Counts what children press after an important answer, without a conversation, a time or a child."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from actions.clock import today
from actions.content import content
from actions.review import store
from actions.review.models import UnderstandingCount
from actions.vocabulary import Kind, Understood

Json = dict[str, Any]
ASKED = "check_understanding"
PRESSED = {
    "chat_thanks": Understood.CLEAR,
    "chat_explain_again": Understood.AGAIN,
    "chat_talk_to_human": Understood.ADULT,
}
TYPED = {
    "chat_yes": Understood.CLEAR,
    "chat_explain_again": Understood.AGAIN,
    "chat_talk_to_human": Understood.ADULT,
}
"""A typed "thanks" says nothing about whether it was clear."""


def asks(draft: Json | None) -> bool:
    """Whether a bot message asks if it was clear."""
    return any(part["kind"] == "message" and part["id"] == ASKED for part in (draft or {}).get("parts", []))


def note(session: Session, dialogue: Json, choice: Json | None, drafts: list[Json], language: str) -> None:
    """Count the child's message when it answers the question. `choice`: the pressed button; `drafts`: what the bot said to it."""
    found = _of_choice(choice) if choice else _of_text(dialogue, drafts)
    if found is None:
        return
    intent, answer = found
    store.add(session, UnderstandingCount(id=uuid.uuid4().hex, day=today(), intent=intent, language=language, answer=str(answer)))


def _of_choice(choice: Json) -> tuple[str, Understood] | None:
    topic = choice["entities"].get("topic")
    answer = PRESSED.get(choice["intent"]) if choice.get("checks") else None
    return (topic, answer) if answer and topic in content().intents else None


def _of_text(dialogue: Json, drafts: list[Json]) -> tuple[str, Understood] | None:
    last = (dialogue.get("slots") or {}).get("last_answer") or {}
    answer = TYPED.get(drafts[0]["meta"].get("intent") or "") if drafts else None
    if answer is None or last.get("kind") != Kind.FACT or not last.get("important") or last.get("intent") not in content().intents:
        return None
    return str(last["intent"]), answer


def counts(session: Session, since: date) -> dict[str, dict[str, int]]:
    """Intent -> answer -> count."""
    found: dict[str, dict[str, int]] = {}
    for intent, answer, count in store.understanding(session, since):
        found.setdefault(intent, {})[answer] = count
    return found
