"""Staff and child write to each other about a handoff, and the child learns what becomes of what it sent.

Everything a member of staff does here locks the conversation first, then the handoff: a conversation that is being deleted does
the same. While a person writes (`person_in`), what the child types goes to that person and the bot is quiet; see
`actions.chat.people` for the child's side.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from actions import db
from actions.alerts import service as alerts
from actions.chat import store as conversations
from actions.chat.models import Conversation
from actions.chat.post import add_canned, add_written, outside_turn, person_meta, say
from actions.chat.text import clean
from actions.clock import now
from actions.content import content
from actions.dialogue import people
from actions.dialogue.say import Draft
from actions.errors import NotFound, Unprocessable
from actions.handoffs import service, store
from actions.handoffs.models import Handoff, HandoffMessage
from actions.handoffs.states import OPEN
from actions.i18n import languages
from actions.mark import N_
from actions.settings import settings
from actions.vocabulary import SOURCE_LANGUAGE, HandoffState, Helped, Sender

NEWS = {"acknowledge": HandoffState.ACKNOWLEDGED, "start": HandoffState.IN_PROGRESS, "reopen": HandoffState.IN_PROGRESS}
"""Steps of staff the child is told about with a sentence; closing has its own."""


@dataclass(frozen=True)
class Author:
    """The member of staff who acts. `role`: the adult they are to the child (of roles.yml), else None."""

    id: int
    staff_role: str
    role: str | None

    @property
    def actor(self) -> str:
        return f"staff:{self.id}"


@dataclass(frozen=True)
class Words:
    """What a member of staff sends: a ready answer, or own words with or without a translation a person made."""

    text: str = ""
    language: str = "sv"
    translation: str = ""
    canned: str = ""


@dataclass(frozen=True)
class Person:
    """Who writes in a conversation now. `seen`: the child has fetched what this person wrote."""

    handoff_id: str
    role: str | None
    until: datetime
    seen: bool

    @property
    def here(self) -> bool:
        return self.until > now()


def person_in(row: Conversation) -> Person | None:
    """None when nobody wrote, or the bot has said that the person left."""
    if row.person_handoff_id is None or row.person_until is None:
        return None
    return Person(row.person_handoff_id, row.person_role, row.person_until, row.person_seen)


# --- staff


def take_step(session: Session, handoff_id: str, name: str, author: Author, note: str | None = None) -> Handoff:
    """A step of staff: who takes it owns the handoff from then on, and the child is told. Raises what `service.advance` raises."""
    row = _conversation_of(session, handoff_id)
    handoff = service.advance(session, handoff_id, name, author.actor, note)
    if name in ("acknowledge", "start"):
        alerts.take_over(handoff, author.id, author.staff_role)
    if row is None:
        return handoff
    if name == "close":
        talking = _is_with(row, handoff_id)
        if talking:
            gone(row)
        say(session, row, people.closed(handoff.id, handoff.role, talking=talking))
    elif name in NEWS:
        say(session, row, people.news(handoff.id, handoff.role, NEWS[name]))
    row.last_at = now()
    return handoff


def take_up(session: Session, handoff_id: str, author: Author) -> None:
    """Whoever works on a handoff has read it: a new one counts as read now, the child learns it, nobody else is called."""
    _conversation_of(session, handoff_id)
    handoff = store.get(session, handoff_id, lock=True)
    if handoff is not None and handoff.state == HandoffState.NEW:
        take_step(session, handoff_id, "acknowledge", author)


def reply(session: Session, handoff_id: str, author: Author, words: Words, key: str) -> None:
    """Send words of a person to the child. The same `key` sends once. A handoff nobody had read counts as read now.

    Raises `Unprocessable` when there is nothing to send, the handoff is closed, or the child has deleted its conversation.
    """
    row = _conversation_of(session, handoff_id)
    if store.message_by_key(session, key) is not None:
        return
    if row is None:
        raise Unprocessable(N_("The child has deleted its conversation. It cannot be reached here."))
    handoff = _get(session, handoff_id)
    message = _message(handoff_id, author, words, key, row.language)
    if handoff.state == HandoffState.NEW:
        service.advance(session, handoff_id, "acknowledge", author.actor)
        alerts.take_over(handoff, author.id, author.staff_role)
    if HandoffState(handoff.state) not in OPEN:
        raise Unprocessable(N_("This handoff is closed. Open it again before you write."))
    _begin(session, row, handoff_id, author.role)
    store.add_message(session, message)
    _show(session, row, message)
    service.note(session, handoff, author.actor, "replied")


def hand_back(session: Session, handoff_id: str) -> None:
    """The person has written what there was to write: the bot speaks again. Nothing when nobody is writing."""
    row = _conversation_of(session, handoff_id)
    if row is not None and _is_with(row, handoff_id):
        _leave(session, row)


def leave_due() -> int:
    """The bot speaks again where the person has not written for NAVET_PERSON_MINUTES; returns in how many conversations."""
    with db.read() as session:
        ids = conversations.left_since(session, now())
    return sum(_leave_if_due(id_) for id_ in ids)


def _leave_if_due(conversation_id: str) -> bool:
    with db.write() as session:
        row = conversations.conversation(session, conversation_id, lock=True)
        person = person_in(row) if row else None
        if row is None or person is None or person.here:
            return False
        if row.busy_until is not None and row.busy_until > now():
            return False  # an answer is under way; in a minute again
        _leave(session, row)
        return True


def _message(handoff_id: str, author: Author, words: Words, key: str, child_language: str) -> HandoffMessage:
    made = HandoffMessage(
        handoff_id=handoff_id,
        key=key,
        at=now(),
        sender=str(Sender.STAFF),
        person_id=author.id,
        role=author.role,
        language=words.language,
    )
    if words.canned:
        if words.canned not in people.ready_answers():
            raise Unprocessable(N_("There is no such ready answer."), field="canned")
        made.canned = words.canned
        return made
    if words.language not in languages():
        raise Unprocessable(N_("Choose the language you wrote in."), field="language")
    if not words.text.strip():
        raise Unprocessable(N_("Write an answer, or choose a ready one."), field="text")
    made.text = clean(words.text)
    if words.translation.strip() and words.language != child_language:
        made.translation, made.translated_to = clean(words.translation), child_language
    return made


def _show(session: Session, row: Conversation, message: HandoffMessage) -> None:
    """Into the conversation: a translation first, for it is what the child can read."""
    meta = person_meta(row, message.handoff_id, people.known(message.role))
    if message.canned:
        draft = outside_turn(people.ready_answer(message.canned), row)
        add_canned(session, row, {**draft, "meta": meta})
        return
    if message.translation and message.translated_to:
        add_written(session, row, message.translation, message.translated_to, meta)
    add_written(session, row, str(message.text), message.language, meta)


# --- the state of a conversation


def _conversation_of(session: Session, handoff_id: str) -> Conversation | None:
    """The conversation, locked; None when the child has deleted it."""
    handoff = store.get(session, handoff_id)
    if handoff is None:
        raise NotFound(N_("There is no such handoff."))
    return conversations.conversation(session, handoff.conversation_id, lock=True) if handoff.conversation_id else None


def _get(session: Session, handoff_id: str) -> Handoff:
    handoff = store.get(session, handoff_id, lock=True)
    if handoff is None:
        raise NotFound(N_("There is no such handoff."))
    return handoff


def _is_with(row: Conversation, handoff_id: str) -> bool:
    return row.person_handoff_id == handoff_id


def _begin(session: Session, row: Conversation, handoff_id: str, role: str | None) -> None:
    """The person is here, or still here. Said only when it is news."""
    person = person_in(row)
    if person is None or (person.handoff_id, person.role) != (handoff_id, role):
        say(session, row, people.here(handoff_id, role))
        row.person_seen = False
    _stay(row, handoff_id, role)
    row.last_at = now()


def _stay(row: Conversation, handoff_id: str, role: str | None) -> None:
    row.person_handoff_id, row.person_role = handoff_id, role
    row.person_until = now() + timedelta(minutes=settings().person_minutes)


def gone(row: Conversation) -> None:
    """The person left; whoever calls this says so to the child."""
    row.person_handoff_id, row.person_role, row.person_until, row.person_seen = None, None, None, False


def _leave(session: Session, row: Conversation) -> None:
    say(session, row, people.left(str(row.person_handoff_id), row.person_role))
    gone(row)


# --- the child


def seen(conversation_id: str, person: Person) -> None:
    """The child has fetched what this person wrote: from now on it knows whom it writes to."""
    with db.write() as session:
        row = conversations.conversation(session, conversation_id, lock=True)
        if row is not None and (row.person_handoff_id, row.person_role) == (person.handoff_id, person.role):
            row.person_seen = True


def start_writing(session: Session, row: Conversation, handoff_id: str) -> Draft:
    """The child wants to write to the person again. The conversation is locked."""
    handoff = _own(session, row, handoff_id)
    if HandoffState(handoff.state) not in OPEN:
        return people.ended(handoff.id, handoff.role, handoff.topic)
    role = role_of(session, handoff_id)
    _stay(row, handoff_id, role)
    row.person_seen = True
    return people.write_now(handoff_id, role)


def role_of(session: Session, handoff_id: str) -> str | None:
    """As whom a member of staff wrote last."""
    staff = [message.role for message in store.thread(session, handoff_id) if message.sender == Sender.STAFF]
    return staff[-1] if staff else None


def pass_on(session: Session, row: Conversation, handoff_id: str, text: str, key: str, role: str | None) -> Draft:
    """The child's words to the person; `key` is the child's message, and the same one is passed on once."""
    handoff = _own(session, row, handoff_id)
    if HandoffState(handoff.state) not in OPEN:
        return people.ended(handoff.id, handoff.role, handoff.topic)
    if store.message_by_key(session, key) is None:
        message = HandoffMessage(
            handoff_id=handoff_id, key=key, at=now(), sender=str(Sender.CHILD), language=row.language, text=text
        )
        first = next(iter(store.unread(session, [handoff_id])), message)
        store.add_message(session, message)
        alerts.tell_answer(session, handoff, first.id)
    return people.passed_on(handoff_id, role)


def helped(session: Session, row: Conversation, handoff_id: str, value: str) -> Draft:
    """The child says whether it helped. The last answer counts."""
    handoff = _own(session, row, handoff_id)
    if value not in set(Helped):
        raise Unprocessable("This choice does not belong to the conversation.", field="choice")
    handoff.helped = value
    return people.helped(handoff_id, handoff.role, Helped(value))


def _own(session: Session, row: Conversation, handoff_id: str) -> Handoff:
    handoff = store.get(session, handoff_id, lock=True)
    if handoff is None or handoff.conversation_id != row.id:
        raise Unprocessable("This choice does not belong to the conversation.", field="choice")
    return handoff


def open_thread(session: Session, handoff_id: str, person_id: int) -> list[HandoffMessage]:
    """What was written, oldest first. The child's words count as read, the alerts to this person as seen."""
    found = list(store.thread(session, handoff_id))
    store.mark_read(session, handoff_id, now())
    alerts.seen(session, handoff_id, person_id)
    return found


def shown_text(message: HandoffMessage) -> str:
    """A message as staff read it: ready answers in Swedish, which is their source."""
    if message.canned in content().messages:
        return people.ready_text(str(message.canned), SOURCE_LANGUAGE)
    return message.text or ""
