"""Languages in mid-chat: which one a child writes, whether to go on in it, and the last answer once more after a change."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from actions.chat import store
from actions.chat.models import ChatMessage, Conversation
from actions.chat.post import add_bot_message
from actions.chat.public import message_json, payload
from actions.dialogue import conversation as talk
from actions.dialogue.answers import still_true
from actions.dialogue.render import render
from actions.errors import NotFound
from actions.i18n import offered
from actions.vocabulary import SOURCE_LANGUAGE, Kind, Sender

Json = dict[str, Any]
CHANGE = "chat_change_language"
ASKED = "asked_languages"
"""Key of the remembered dialogue: languages the child was asked about. It is asked once each."""


def heard(row: Conversation, written: str | None) -> str:
    """The language of a child's message, noted with the conversation. What is too short to tell (None) is in the one spoken."""
    found = written or row.language
    note(row, row.language)
    note(row, found)
    return found


def note(row: Conversation, code: str) -> None:
    """`languages` of a conversation: every one it was held or written in, in the order they came."""
    if code not in (row.languages or []):
        row.languages = [*(row.languages or []), code]


def offer(written: str, spoken: str, state: Json, drafts: list[Json]) -> Json | None:
    """The question "shall we go on in …?". Never beside danger, never inside a form, once for each language."""
    ready = written != spoken and written in {entry.code for entry in offered()} and written not in asked(state)
    metas = [draft["meta"] for draft in drafts]
    busy = state.get("active_loop") or any(meta["kind"] == Kind.DANGER or meta["intent"] == CHANGE for meta in metas)
    if busy or not ready:
        return None
    draft = talk.continue_in(written, spoken).as_json()
    draft["meta"] |= {"confidence": None, "stage": metas[0]["stage"]}
    return draft


def asked(state: Json) -> list[str]:
    found = state.get(ASKED)
    return found if isinstance(found, list) else []


def ask(session: Session, row: Conversation, draft: Json, written: str, reply_to: int) -> ChatMessage:
    """The question stands in the language the child wrote: it may not read the one spoken so far."""
    return add_bot_message(session, row, draft, reply_to=reply_to, code=written)


def change(session: Session, row: Conversation, code: str, reply_to: int | None = None) -> list[ChatMessage]:
    """Go on in another language: what the bot answered last is said again in it. The conversation is locked."""
    row.language = code
    note(row, code)
    last = store.last_answer(session, row.id, CHANGE)
    return [add_bot_message(session, row, still_true(last.draft), reply_to=reply_to)] if last is not None and last.draft else []


def in_swedish(row: ChatMessage | None) -> Json:
    """A message as the source has it, with the buttons it has. Only what was made of references has a source."""
    if row is None or row.draft is None or row.sender == Sender.CHILD:
        raise NotFound("There is no such message of the bot in this conversation.")
    shown = render(row.draft, SOURCE_LANGUAGE)
    meta = payload(shown, (row.meta or {}).get("meta") or {})
    return message_json(
        ChatMessage(id=row.id, sender=row.sender, at=row.at, language=SOURCE_LANGUAGE, text=shown.text, draft=row.draft, meta=meta)
    )
