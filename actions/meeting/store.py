"""The only module that queries the questions for a meeting."""

from __future__ import annotations

from sqlalchemy.orm import Session

from actions.chat.models import Conversation
from actions.meeting.models import MeetingList


def get(session: Session, conversation_id: str, *, lock: bool = False) -> MeetingList | None:
    return session.get(MeetingList, conversation_id, with_for_update=lock or None)


def conversation_exists(session: Session, conversation_id: str) -> bool:
    return session.get(Conversation, conversation_id) is not None


def add(session: Session, row: MeetingList) -> None:
    session.add(row)
    session.flush()
