"""The only module that queries the questions for a meeting."""

from __future__ import annotations

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from actions.chat.models import Conversation
from actions.meeting.models import MeetingList

WRITING = select(MeetingList.writing).where(MeetingList.conversation_id == bindparam("id"))  # asked with every message: built once


def get(session: Session, conversation_id: str, *, lock: bool = False) -> MeetingList | None:
    return session.get(MeetingList, conversation_id, with_for_update=lock or None)


def is_writing(session: Session, conversation_id: str) -> bool:
    """Whether the child is writing its own questions. Without a list it is not."""
    return bool(session.scalar(WRITING, {"id": conversation_id}))


def stop_writing(session: Session, conversation_id: str) -> None:
    session.execute(update(MeetingList).where(MeetingList.conversation_id == conversation_id).values(writing=False))


def conversation_exists(session: Session, conversation_id: str) -> bool:
    return session.get(Conversation, conversation_id) is not None


def add(session: Session, row: MeetingList) -> None:
    session.add(row)
    session.flush()
