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
from actions.chat.models import Conversation
from actions.chat.post import add_bot_message, outside_turn
from actions.chat.public import NewConversation, message_json
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


def is_typed(wanted: NewConversation) -> bool:
    """Whether the client sent a code of the short form, whose tries are counted."""
    return bool(wanted.access_code) and codes.read(str(wanted.access_code))[1] == CodeKind.TYPED


def open_conversation(wanted: NewConversation, *, try_code: bool = True) -> Opening:
    """A new conversation with greeting and privacy notice. Unknown language, stage or municipality: `Unprocessable`.

    A good code ties it to a child and fills in what the client left out. A wrong, expired or revoked one costs the same work and
    only adds a sentence. `try_code` False: too many tries, the code is not looked at.
    """
    _check(wanted)
    with db.write() as session:
        child, answer = _child(session, wanted, try_code)
        code = wanted.language or _language_of(child)
        token = f"{code}.{secrets.token_urlsafe(32)}"
        row = _row(wanted, child, code, token)
        store.add(session, row)
        drafts = talk.opening(row.stage, row.municipality, str(answer) if answer else None)
        crisis = banner.on_for(session, row.municipality)
        if crisis is not None:
            drafts.insert(1, crisis)  # after "I am a computer", before everything else
        messages = [add_bot_message(session, row, outside_turn(draft, row)) for draft in drafts]
        return Opening(row, token, [message_json(message) for message in messages])


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


def _child(session: Session, wanted: NewConversation, try_code: bool) -> tuple[NavChild | None, CodeAnswer | None]:
    if not wanted.access_code:
        return None, None
    if not try_code:
        return None, CodeAnswer.LATER
    child = codes.use(session, wanted.access_code)
    return child, CodeAnswer.KNOWN if child else CodeAnswer.WRONG


def _language_of(child: NavChild | None) -> str:
    known = {entry.code for entry in offered()}
    return child.language if child is not None and child.language in known else SOURCE_LANGUAGE


def _row(wanted: NewConversation, child: NavChild | None, code: str, token: str) -> Conversation:
    stage, municipality = wanted.stage, wanted.municipality
    if child is not None:
        known = child.stage in content().stages and child.stage != UNKNOWN_STAGE
        stage = stage or (child.stage if known else None)
        municipality = municipality or child.municipality
    moment = now()
    return Conversation(
        id=uuid.uuid4().hex,
        token_hash=hash_token(token),
        language=code,
        stage=stage,
        municipality=municipality,
        child_id=child.id if child else None,
        dialogue={},
        created_at=moment,
        last_at=moment,
    )
