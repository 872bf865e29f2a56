"""The questions a child collects for a meeting. Everything is safe to repeat: the same question stands in the list once."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from actions import db
from actions.clock import now
from actions.content import content
from actions.meeting import store
from actions.meeting.models import MeetingList

Item = dict[str, str]
MOST_ITEMS = 30


def items_of(session: Session, conversation_id: str) -> list[Item]:
    """The list in the order the child made it; ready questions that are gone from data/meetings.yml are left out."""
    row = store.get(session, conversation_id)
    return [item for item in (row.items if row else []) if "text" in item or is_ready(item.get("ready", ""))]


def read(conversation_id: str) -> list[Item]:
    with db.read() as session:
        return items_of(session, conversation_id)


def is_ready(name: str) -> bool:
    meeting, _, question = name.partition(".")
    return any(entry.id == question for entry in content().meetings[meeting].questions) if meeting in content().meetings else False


def goes_on(session: Session, conversation_id: str, *, pressed: bool) -> bool:
    """Whether what the child types now goes into the list. A pressed button ends the writing."""
    if pressed:
        store.stop_writing(session, conversation_id)
        return False
    return store.is_writing(session, conversation_id)


def set_writing(conversation_id: str, writing: bool) -> None:
    with db.write() as session:
        row = _row(session, conversation_id)
        if row is not None:
            row.writing = writing


def add_ready(conversation_id: str, meeting: str) -> list[Item]:
    """Put the ready questions of a meeting into the list."""
    return _add(conversation_id, [{"ready": f"{meeting}.{question.id}"} for question in content().meetings[meeting].questions])


def add_own(conversation_id: str, text: str, language: str) -> list[Item]:
    """A question in the child's own words. They are never translated."""
    return _add(conversation_id, [{"text": text.strip(), "language": language}])


def clear(conversation_id: str) -> None:
    with db.write() as session:
        row = _row(session, conversation_id)
        if row is not None:
            row.items, row.writing, row.changed_at = [], False, now()


def _add(conversation_id: str, wanted: list[Item]) -> list[Item]:
    with db.write() as session:
        row = _row(session, conversation_id)
        if row is None:  # the conversation was deleted meanwhile
            return []
        items: list[Any] = list(row.items)
        items += [item for item in wanted if item not in items]
        row.items, row.changed_at = items[:MOST_ITEMS], now()
        return list(row.items)


def _row(session: Session, conversation_id: str) -> MeetingList | None:
    """The list, made when there is none yet; None without a conversation it could belong to."""
    row = store.get(session, conversation_id, lock=True)
    if row is None and store.conversation_exists(session, conversation_id):
        row = MeetingList(conversation_id=conversation_id, writing=False, items=[], changed_at=now())
        store.add(session, row)
    return row
