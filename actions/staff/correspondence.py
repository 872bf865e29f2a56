"""What staff and child wrote to each other, ready for the page of a handoff."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from actions.chat import store as conversations
from actions.dialogue import people
from actions.handoffs import talk
from actions.handoffs.models import Handoff, HandoffMessage
from actions.handoffs.states import OPEN
from actions.i18n import Language, language, languages
from actions.staff import store as staff
from actions.staff.pages import Visit
from actions.vocabulary import SOURCE_LANGUAGE, Sender


@dataclass(frozen=True)
class Line:
    """One message. `new`: nobody of the staff had read it until now."""

    at: datetime
    by_child: bool
    name: str
    role: str | None
    text: str
    language: Language
    new: bool
    translation: str | None = None
    translated_to: Language | None = None


@dataclass(frozen=True)
class ReadyAnswer:
    """`shown`: as the child reads it, in its language; None when that is Swedish."""

    id: str
    sv: str
    shown: str | None


@dataclass(frozen=True)
class Correspondence:
    """`here`: a person is writing in this chat now; `until`: when the bot speaks again. `key` names the next reply."""

    lines: list[Line]
    can_write: bool
    gone: bool
    child_language: Language
    here: bool = False
    until: datetime | None = None
    ready: list[ReadyAnswer] = field(default_factory=list)
    languages: list[Language] = field(default_factory=list)
    key: str = field(default_factory=lambda: uuid.uuid4().hex)


def read(session: Session, visit: Visit, handoff: Handoff) -> Correspondence:
    """Opening it marks what the child wrote as read."""
    messages = talk.open_thread(session, handoff.id, visit.me.id)
    authors = {message.person_id for message in messages if message.person_id is not None}
    names = {id_: user.name for id_ in authors if (user := staff.user(session, id_)) is not None}
    row = conversations.conversation(session, handoff.conversation_id) if handoff.conversation_id else None
    spoken = language(row.language if row else handoff.language)
    person = talk.person_in(row) if row else None
    here = person is not None and person.handoff_id == handoff.id
    return Correspondence(
        lines=[_line(message, names) for message in messages],
        can_write=row is not None and handoff.state in OPEN,
        gone=row is None,
        child_language=spoken,
        here=here,
        until=person.until if person is not None and here else None,
        ready=[_ready(id_, spoken.code) for id_ in people.ready_answers()],
        languages=list(languages().values()),
    )


def _line(message: HandoffMessage, names: dict[int, str]) -> Line:
    by_child = message.sender == Sender.CHILD
    return Line(
        at=message.at,
        by_child=by_child,
        name=names.get(message.person_id or 0, ""),
        role=message.role,
        text=talk.shown_text(message),
        language=language(SOURCE_LANGUAGE if message.canned else message.language),
        new=by_child and message.read_at is None,
        translation=message.translation,
        translated_to=language(message.translated_to) if message.translated_to else None,
    )


def _ready(id_: str, code: str) -> ReadyAnswer:
    shown = people.ready_text(id_, code) if code != SOURCE_LANGUAGE else None
    return ReadyAnswer(id_, people.ready_text(id_, SOURCE_LANGUAGE), shown)
