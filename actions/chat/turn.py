"""One message from its arrival to its stored answer: two transactions, and between them whoever answers.

Plain functions that run in a thread. `begin` takes the conversation, `finish` stores the answer and lets it go.
"""

from __future__ import annotations

import hmac
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from actions import db
from actions.chat import people, store, tongue
from actions.chat.access import owned
from actions.chat.models import ChatMessage, Conversation
from actions.chat.post import add_bot_message
from actions.chat.public import message_json, payload
from actions.chat.rasa import Reply
from actions.clock import now
from actions.content import content
from actions.danger import Finding
from actions.dialogue.render import render
from actions.dialogue.say import Draft
from actions.errors import Conflict, Unprocessable
from actions.handoffs.talk import Person, person_in
from actions.i18n import offered
from actions.meeting import service as meeting
from actions.review import unanswered, understanding
from actions.vocabulary import UNKNOWN_STAGE, Sender

LEASE = timedelta(seconds=20)
"""How long a message may be under way before another process may take the conversation over (the first one died)."""


@dataclass(frozen=True)
class Started:
    """A message that is ours to answer now."""

    seq: int
    key: str
    busy: str
    language: str
    stage: str | None
    municipality: str | None
    child_id: str | None
    dialogue: dict[str, Any]
    text: str | None
    choice: dict[str, Any] | None
    written: str
    person: Person | None
    collecting: bool = False  # the child writes its questions for a meeting


def begin(
    conversation_id: str,
    token: str,
    client_id: str,
    body_hash: str,
    text: str | None,
    choice: str | None,
    heard: str | None = None,
) -> Started | list[dict[str, Any]] | None:
    """Store the child's message and take the conversation.

    `heard`: the language the text is plainly in, if any. Returns the stored replies when it was answered before, None while
    another message is under way. The same id with another body is `Unprocessable`; the same message while the first is being
    answered is `Conflict`.
    """
    with db.write() as session:
        row = owned(session, conversation_id, token, lock=True)
        moment = now()
        busy = row.busy_by is not None and row.busy_until is not None and row.busy_until > moment
        message = store.by_client_id(session, conversation_id, client_id)
        if message is not None:
            if not hmac.compare_digest(message.body_hash or "", body_hash):
                raise Unprocessable("This client_message_id was used for another message.", field="client_message_id")
            if message.answered:
                return [message_json(reply) for reply in store.replies(session, message.seq)]
            if busy:
                raise Conflict("This message is still being answered.")
        elif busy:
            return None
        do = _choice(session, conversation_id, choice) if choice is not None else None
        if message is None:
            written = tongue.heard(row, heard)
            message = _child_message(row, client_id, body_hash, text or (do or {}).get("label", ""), do, written)
            store.add_message(session, message)
        row.busy_by, row.busy_until, row.last_at = uuid.uuid4().hex, moment + LEASE, moment
        return Started(
            seq=message.seq,
            key=message.id,
            busy=row.busy_by,
            language=row.language,
            stage=row.stage,
            municipality=row.municipality,
            child_id=row.child_id,
            dialogue=dict(row.dialogue),
            text=text,
            choice=do,
            written=message.language,
            collecting=meeting.goes_on(session, row.id, pressed=do is not None),
            person=person_in(row),
        )


def _child_message(
    row: Conversation, client_id: str, body_hash: str, text: str, do: dict[str, Any] | None, written: str
) -> ChatMessage:
    return ChatMessage(
        id=uuid.uuid4().hex,
        conversation_id=row.id,
        sender=str(Sender.CHILD),
        at=now(),
        language=written,
        text=text,
        draft={"choice": do} if do else None,
        client_message_id=client_id,
        body_hash=body_hash,
        answered=False,
    )


def _choice(session: Session, conversation_id: str, choice: str) -> dict[str, Any]:
    """What a button of one of this conversation's messages does."""
    id_, _, index = choice.partition(".")
    number = int(index) if index.isascii() and index.isdigit() and len(index) < 4 else -1
    message = store.by_public_id(session, conversation_id, id_) if number >= 0 else None
    choices = (message.draft or {}).get("choices", []) if message else []
    if message is None or number >= len(choices):
        raise Unprocessable("This choice does not belong to the conversation.", field="choice")
    label = (message.meta or {}).get("labels", [])[number]
    return {**choices[number]["do"], "label": label, "checks": understanding.asks(message.draft)}


def call(conversation_id: str, started: Started, finding: Finding | None) -> dict[str, Any]:
    """What Rasa gets: the message, the remembered state with today's language and stage, and what the danger layer found."""
    slots = {
        **(started.dialogue.get("slots") or {}),
        "language": started.language,
        "stage": started.stage,
        "municipality": started.municipality,
    }
    return {
        "sender": conversation_id,
        "text": started.text,
        "choice": {"intent": started.choice["intent"], "entities": started.choice["entities"]} if started.choice else None,
        "state": {**started.dialogue, "slots": slots},
        "context": {"turn": started.key, "danger": finding.as_json() if finding else None, "child": started.child_id},
    }


def among_people(conversation_id: str, started: Started, finding: Finding | None) -> Draft | None:
    """The answer when the child presses a button of a talk with a person, or writes to that person. None: the bot's turn.

    A danger is always the bot's. So is a form: what the child types there is for the adult the form is about.
    """
    if started.choice is not None:
        return people.answer_choice(conversation_id, started.choice)
    if started.person is None or started.text is None or finding is not None or started.dialogue.get("active_loop"):
        return None
    return people.answer_text(conversation_id, started.person, started.text, started.key)


def unasked(draft: Draft, started: Started) -> dict[str, Any]:
    """An answer no classifier was asked for."""
    out = draft.as_json()
    out["meta"] |= {"confidence": None, "stage": started.stage or UNKNOWN_STAGE}
    return out


def with_turn(draft: dict[str, Any], reply: Reply, started: Started) -> dict[str, Any]:
    stage = (reply.state.get("slots") or {}).get("stage") or started.stage or UNKNOWN_STAGE
    return {**draft, "meta": {**draft["meta"], "confidence": reply.confidence, "stage": stage}}


def finished(draft: Draft, intent: str, confidence: float, started: Started) -> dict[str, Any]:
    out = draft.as_json()
    out["meta"] |= {"intent": intent, "confidence": confidence, "stage": started.stage or UNKNOWN_STAGE}
    return out


def finish(
    conversation_id: str, started: Started, drafts: list[dict[str, Any]], state: dict[str, Any], lost: unanswered.Missed | None
) -> list[dict[str, Any]]:
    """Store the answer and the new state together. When another process took the turn over, its answer counts."""
    with db.write() as session:
        row = store.conversation(session, conversation_id, lock=True)
        if row is None:  # deleted meanwhile: answer without storing
            return [unstored(draft, started.language) for draft in drafts]
        if row.busy_by != started.busy or not store.mark_answered(session, started.seq):
            stored = store.replies(session, started.seq)
            return [message_json(reply) for reply in stored] or [unstored(draft, started.language) for draft in drafts]
        slots = state.get("slots") or {}
        code = str(slots.get("language")) if slots.get("language") in {entry.code for entry in offered()} else row.language
        row.stage = slots.get("stage") if slots.get("stage") in content().stages else row.stage
        asked = tongue.asked(started.dialogue)
        offer = tongue.offer(started.written, code, {**state, tongue.ASKED: asked}, drafts) if started.text else None
        row.dialogue = {
            **state,
            "slots": {key: value for key, value in slots.items() if key not in ("language", "stage", "municipality")},
            tongue.ASKED: [*asked, started.written] if offer else asked,
        }
        chose = (started.choice or {}).get("intent") == tongue.CHANGE and slots.get("language") == code
        again = code != row.language or chose
        replies = [add_bot_message(session, row, draft, reply_to=started.seq, code=code) for draft in drafts]
        replies += [tongue.ask(session, row, offer, started.written, started.seq)] if offer else []
        replies += tongue.change(session, row, code, started.seq) if again else []
        understanding.note(session, started.dialogue, started.choice, drafts, started.language)
        if lost is not None:
            unanswered.keep(session, conversation_id, started.language, lost)
        row.busy_by, row.busy_until, row.last_at = None, None, now()
        return [message_json(reply) for reply in replies]


def unstored(draft: dict[str, Any], code: str) -> dict[str, Any]:
    shown = render(draft, code)
    row = ChatMessage(
        id=uuid.uuid4().hex, sender=str(Sender.BOT), at=now(), language=code, text=shown.text, meta=payload(shown, draft["meta"])
    )
    return {**message_json(row), "choices": []}
