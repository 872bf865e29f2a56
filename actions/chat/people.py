"""What the child does while people write, answered here and not by Rasa: so it works when Rasa is down, and the bot is quiet.

A text is passed on to the person only when the child can know that it goes there, and never when a danger was found in it or it
names the person it would go to (rule 7): then the bot answers as always, and the child decides with a button.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from actions import db
from actions.chat import store
from actions.chat.models import ChatMessage, Conversation
from actions.dialogue import people
from actions.dialogue.named import names
from actions.dialogue.say import Draft
from actions.errors import Unprocessable
from actions.handoffs import talk
from actions.handoffs.routing import excluded_by
from actions.handoffs.talk import Person
from actions.vocabulary import Sender

Json = dict[str, Any]


def are_meant(choice: Json | None) -> bool:
    """Whether a button is one of `actions.dialogue.people`."""
    return not {"talk", "helped"}.isdisjoint((choice or {}).get("entities") or {})


def answer_choice(conversation_id: str, choice: Json | None) -> Draft | None:
    """The answer to a button of `actions.dialogue.people`; None for any other button."""
    entities = (choice or {}).get("entities") or {}
    handoff_id = str(entities.get("handoff") or "")
    if "helped" in entities:
        return _locked(conversation_id, lambda session, row: talk.helped(session, row, handoff_id, str(entities["helped"])))
    match entities.get("talk"):
        case people.WRITE:
            return _locked(conversation_id, lambda session, row: talk.start_writing(session, row, handoff_id))
        case people.PASS_ON:
            return _locked(conversation_id, lambda session, row: _pass_on_old(session, row, handoff_id, str(entities["message"])))
    return None


def answer_text(conversation_id: str, person: Person, text: str, key: str) -> Draft | None:
    """The answer to a text while a person writes; None when the conversation is gone. No danger was found in it."""
    if person.role is not None and person.role in excluded_by(names().roles(text)):
        return people.not_passed_on(person.handoff_id, person.role)

    def answer(session: Session, row: Conversation) -> Draft:
        if not person.here:
            if talk.person_in(row) is not None:
                talk.gone(row)
            return people.left_before(person.handoff_id, person.role, key)
        if not person.seen:
            return people.here_now(person.handoff_id, person.role, key)
        return talk.pass_on(session, row, person.handoff_id, text, key, person.role)

    return _locked(conversation_id, answer)


def with_way_on(drafts: list[Json], person: Person | None, text: str, key: str) -> list[Json]:
    """After an answer to a danger: the child may send its words to the person too, unless they name that person."""
    named = person is not None and person.role is not None and person.role in excluded_by(names().roles(text))
    if person is None or not person.here or named or not drafts:
        return drafts
    button = people.pass_on_button(person.handoff_id, person.role, key).as_json()
    return [*drafts[:-1], {**drafts[-1], "choices": [*drafts[-1]["choices"], button]}]


def _pass_on_old(session: Session, row: Conversation, handoff_id: str, message_id: str) -> Draft:
    """Send on what the child wrote before."""
    message = store.by_public_id(session, row.id, message_id)
    if message is None or message.sender != Sender.CHILD:
        raise Unprocessable("This choice does not belong to the conversation.", field="choice")
    role = talk.role_of(session, handoff_id)
    return talk.pass_on(session, row, handoff_id, message.text, message_id, role)


def _locked(conversation_id: str, work: Callable[[Session, Conversation], Draft]) -> Draft | None:
    with db.write() as session:
        row = store.conversation(session, conversation_id, lock=True)
        return work(session, row) if row is not None else None


def note_seen(row: Conversation, fetched: Sequence[ChatMessage]) -> None:
    """Remember that the child has got what a person wrote."""
    person = talk.person_in(row)
    if person and not person.seen and any(message.sender == Sender.STAFF for message in fetched):
        talk.seen(row.id, person)
