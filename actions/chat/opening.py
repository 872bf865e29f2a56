"""Opens a conversation: what the client asked for, what an access code adds, the first messages."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from actions import db
from actions.chat import store
from actions.chat.access import hash_token
from actions.chat.models import ChatMessage, Conversation
from actions.chat.post import add_bot_message, outside_turn
from actions.chat.public import Change, NewConversation, message_json
from actions.clock import now
from actions.content import content
from actions.dialogue import conversation as talk
from actions.errors import Unprocessable
from actions.i18n import offered
from actions.local import banner
from actions.nav import codes
from actions.nav.models import NavChild
from actions.vocabulary import SOURCE_LANGUAGE, UNKNOWN_STAGE, CodeKind


class CodeAnswer(StrEnum):
    """What is said about an access code; each is a message `code_<value>`."""

    KNOWN = "known"
    WRONG = "wrong"
    LATER = "later"  # too many tries: this one was not even looked at


@dataclass(frozen=True)
class Opening:
    row: Conversation
    token: str
    messages: list[dict[str, Any]]


def is_typed(wanted: NewConversation | Change) -> bool:
    """Whether the client sent a code of the short form, whose tries are counted."""
    return bool(wanted.access_code) and codes.read(str(wanted.access_code))[1] == CodeKind.TYPED


def open_conversation(wanted: NewConversation, *, try_code: bool = True) -> Opening:
    """A new conversation with greeting and privacy notice. Unknown language, stage or municipality: `Unprocessable`.

    A good code ties it to a child and fills in what the client left out. A wrong, expired or revoked one costs the same work and
    only adds a sentence. `try_code` False: too many tries, the code is not looked at.
    """
    _check(wanted)
    with db.write() as session:
        child, answer = _child(session, wanted.access_code, try_code)
        code = wanted.language or _language_of(child)
        token = f"{code}.{secrets.token_urlsafe(32)}"
        row = _row(wanted, child, code, token)
        store.add(session, row)
        drafts = talk.opening(row.stage, row.municipality, answer)
        drafts[0].parts.extend(talk.drafted(code))
        crisis = banner.on_for(session, row.municipality)
        if crisis is not None:
            drafts.insert(1, crisis)  # after "I am a computer", before everything else
        messages = [add_bot_message(session, row, outside_turn(draft, row)) for draft in drafts]
        return Opening(row, token, [message_json(message) for message in messages])


def use_code(session: Session, row: Conversation, given: str, *, try_code: bool) -> ChatMessage:
    """A code in the middle of a chat. A good one ties it to that child from now on and fills in what was not known."""
    child, answer = _child(session, given, try_code)
    if child is not None:
        row.child_id, row.municipality = child.id, child.municipality
        row.stage = row.stage or _stage_of(child)
    return add_bot_message(session, row, outside_turn(talk.code_answer(str(answer)), row))


def check_stage(stage: str | None) -> None:
    known = list(content().stages)
    if stage is not None and stage not in known:
        raise Unprocessable(f"Unknown stage. Known: {', '.join(known)}.", field="stage", known=known)


def check_language(code: str | None) -> None:
    known = [entry.code for entry in offered()]
    if code not in known:
        raise Unprocessable(f"Unknown language. Known: {', '.join(known)}.", field="language", known=known)


def _check(wanted: NewConversation) -> None:
    """Only a code may stand in for the language."""
    if wanted.language is not None or not wanted.access_code:
        check_language(wanted.language)
    check_stage(wanted.stage)
    if wanted.municipality is not None and wanted.municipality not in content().municipalities:
        known = list(content().municipalities)
        raise Unprocessable(f"Unknown municipality. Known: {', '.join(known)}.", field="municipality", known=known)


def _child(session: Session, given: str | None, try_code: bool) -> tuple[NavChild | None, CodeAnswer | None]:
    if not given:
        return None, None
    if not try_code:
        return None, CodeAnswer.LATER
    child = codes.use(session, given)
    return child, CodeAnswer.KNOWN if child else CodeAnswer.WRONG


def _language_of(child: NavChild | None) -> str:
    known = {entry.code for entry in offered()}
    return child.language if child is not None and child.language in known else SOURCE_LANGUAGE


def _stage_of(child: NavChild) -> str | None:
    return child.stage if child.stage in content().stages and child.stage != UNKNOWN_STAGE else None


def _row(wanted: NewConversation, child: NavChild | None, code: str, token: str) -> Conversation:
    stage, municipality = wanted.stage, wanted.municipality
    if child is not None:
        stage = stage or _stage_of(child)
        municipality = municipality or child.municipality
    moment = now()
    return Conversation(
        id=uuid.uuid4().hex,
        token_hash=hash_token(token),
        language=code,
        languages=[code],
        stage=stage,
        municipality=municipality,
        child_id=child.id if child else None,
        dialogue={},
        created_at=moment,
        last_at=moment,
    )
