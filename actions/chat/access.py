"""Whose conversation it is. A wrong id and a wrong token look the same from outside."""

from __future__ import annotations

import hashlib
import hmac

from sqlalchemy.orm import Session

from actions.chat import store
from actions.chat.models import Conversation
from actions.errors import Unauthorized


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def owned(session: Session, conversation_id: str, token: str, *, lock: bool = False) -> Conversation:
    """The conversation, if the token is its own. Raises `Unauthorized`."""
    row = store.conversation(session, conversation_id, lock=lock)
    if not hmac.compare_digest(row.token_hash if row else "", hash_token(token)) or row is None:
        raise Unauthorized("This conversation does not exist or the token is not its own.")
    return row
