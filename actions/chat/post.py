"""Puts messages into a conversation: the bot's, from references, and those that people wrote.

Whoever adds a message holds the lock of its conversation (`store.conversation(..., lock=True)`). So within a conversation the
order of `seq` is the order in which messages become visible, and a reader that asks for "everything after this one" misses none.
"""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy.orm import Session

from actions.chat import store
from actions.chat.models import ChatMessage, Conversation
from actions.chat.public import payload
from actions.clock import now
from actions.dialogue.render import render
from actions.dialogue.say import Draft
from actions.vocabulary import UNKNOWN_STAGE, Kind, Sender

Json = dict[str, Any]


def add_bot_message(
    session: Session, row: Conversation, draft: Json, *, reply_to: int | None = None, code: str | None = None
) -> ChatMessage:
    """Render a draft in the conversation's language and store it with the references it came from."""
    return _add_rendered(session, row, draft, Sender.BOT, code or row.language, reply_to)


def outside_turn(draft: Draft, row: Conversation) -> Json:
    """A draft that answers no message of the child: nothing was understood, so there is no confidence."""
    out = draft.as_json()
    out["meta"] |= {"confidence": None, "stage": row.stage or UNKNOWN_STAGE}
    return out


def say(session: Session, row: Conversation, draft: Draft) -> ChatMessage:
    """A bot message outside a turn. The conversation is locked."""
    return add_bot_message(session, row, outside_turn(draft, row))


def tell(session: Session, conversation_id: str | None, draft: Draft) -> ChatMessage | None:
    """The same for a conversation that is not locked yet and may be gone; then None."""
    row = store.conversation(session, conversation_id, lock=True) if conversation_id else None
    return say(session, row, draft) if row else None


def add_canned(session: Session, row: Conversation, draft: Json) -> ChatMessage:
    """A ready answer that a person chose: kept as references, so that it reads in the child's language."""
    return _add_rendered(session, row, draft, Sender.STAFF, row.language, None)


def add_written(session: Session, row: Conversation, text: str, language: str, meta: Json) -> ChatMessage:
    """Words a person wrote, in the language they were written in. Never translated."""
    message = ChatMessage(
        id=uuid.uuid4().hex,
        conversation_id=row.id,
        sender=str(Sender.STAFF),
        at=now(),
        language=language,
        text=text,
        meta={"contacts": [], "sources": [], "labels": [], "meta": meta},
    )
    store.add_message(session, message)
    return message


def person_meta(row: Conversation, handoff_id: str, roles: list[str]) -> Json:
    """`meta` of what a person wrote: no intent, for no program chose it."""
    return {
        "kind": str(Kind.CHAT),
        "intent": None,
        "confidence": None,
        "stage": row.stage or UNKNOWN_STAGE,
        "urgency": "U3",
        "alternatives": [],
        "fact_ids": [],
        "worry": None,
        "roles": roles,
        "handoff_id": handoff_id,
    }


def _add_rendered(session: Session, row: Conversation, draft: Json, sender: Sender, code: str, reply_to: int | None) -> ChatMessage:
    shown = render(draft, code)
    message = ChatMessage(
        id=uuid.uuid4().hex,
        conversation_id=row.id,
        sender=str(sender),
        at=now(),
        language=code,
        text=shown.text,
        draft=draft,
        meta=payload(shown, draft["meta"]),
        reply_to=reply_to,
    )
    store.add_message(session, message)
    return message
