"""The gateway: who talks, one message of a conversation at a time, nothing twice, and an answer whatever is broken."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import uuid
from collections.abc import Callable
from functools import cache
from typing import Any

import orjson
from anyio import to_thread

from actions import db
from actions.chat import people, store, tongue, turn
from actions.chat.access import hash_token, owned
from actions.chat.collect import collect, side_by_side
from actions.chat.erase import erase_conversation, erase_now, scrub
from actions.chat.memory import Memory
from actions.chat.models import ChatMessage
from actions.chat.opening import check_language, check_stage, is_typed, open_conversation, use_code
from actions.chat.pending import Pending, Waiting
from actions.chat.post import add_bot_message, outside_turn
from actions.chat.public import Change, NewConversation, NewMessage, message_json, payload
from actions.chat.rasa import Rasa, Reply
from actions.chat.text import clean
from actions.chat.turn import Started
from actions.clock import now
from actions.content import content
from actions.danger import Finding, find_danger
from actions.dialogue import conversation as talk
from actions.dialogue import danger
from actions.dialogue.render import render
from actions.dialogue.say import Draft
from actions.dialogue.worries import Told
from actions.errors import Conflict, NotFound, Unavailable, Unprocessable
from actions.i18n import language
from actions.i18n.detect import written_in
from actions.meeting import service as meeting
from actions.nav.load import nav_of
from actions.review import unanswered
from actions.settings import Settings
from actions.vocabulary import Kind, Sender

log = logging.getLogger("navet.chat")
WAIT = 15.0
"""Seconds a second message waits for the first of the same conversation."""


class Chat:
    """Every call of the chat API that concerns a conversation."""

    def __init__(self, config: Settings, rasa: Rasa) -> None:
        self.config = config
        self.rasa = rasa
        self.memory = Memory()
        self.pending = Pending(config)

    # --- open, read, change, delete

    async def open(self, wanted: NewConversation, may_try_code: Callable[[], bool] = lambda: True) -> dict[str, Any]:
        """A new conversation. `may_try_code` is asked, and counts a try, when the client sent an access code of the short form."""
        try_code = may_try_code() if is_typed(wanted) else True
        made = await _in_thread(lambda: open_conversation(wanted, try_code=try_code))
        row = made.row
        self.memory.remember(row.id, row.token_hash, row.language)
        return {
            "conversation_id": row.id,
            "token": made.token,
            "language": row.language,
            "dir": language(row.language).dir,
            "stage": row.stage,
            "messages": made.messages,
        }

    async def history(self, conversation_id: str, token: str, after: str | None) -> list[dict[str, Any]]:
        """Every message after the given one, staff replies included."""

        def read() -> list[dict[str, Any]]:
            with db.read() as session:
                row = owned(session, conversation_id, token)
                seq = 0
                if after is not None:
                    seen = store.by_public_id(session, conversation_id, after)
                    if seen is None:
                        raise NotFound("There is no such message in this conversation.")
                    seq = seen.seq
                found = store.after(session, conversation_id, seq)
            people.note_seen(row, found)
            return [message_json(message) for message in found]

        return await _in_thread(read)

    async def meeting_questions(self, conversation_id: str, token: str) -> list[dict[str, Any]]:
        """The questions for a meeting; ready ones in the conversation's language, own words as they were written."""

        def read() -> list[dict[str, Any]]:
            with db.read() as session:
                row = owned(session, conversation_id, token)
                return side_by_side(meeting.items_of(session, row.id), row.language)

        return await _in_thread(read)

    async def swedish(self, conversation_id: str, token: str, message_id: str) -> dict[str, Any]:
        """One of the bot's messages in Swedish. Raises `NotFound` for others: what people wrote is never translated."""

        def read() -> dict[str, Any]:
            with db.read() as session:
                owned(session, conversation_id, token)
                return tongue.in_swedish(store.by_public_id(session, conversation_id, message_id))

        return await _in_thread(read)

    async def change(self, conversation_id: str, token: str, wanted: Change, typed_code: Callable[[], bool]) -> dict[str, Any]:
        """Another language (the last bot message is repeated in it), another stage, or an access code; `typed_code` counts."""
        fields = wanted.model_fields_set
        if not fields:
            raise Unprocessable("Give a language, a stage or an access code.", field="language")
        if "language" in fields:
            check_language(wanted.language)
        if "stage" in fields:
            check_stage(wanted.stage)
        try_code = not is_typed(wanted) or typed_code()
        result = await _in_thread(lambda: _change(conversation_id, token, wanted, try_code=try_code))
        self.memory.remember(conversation_id, hash_token(token), result["language"])
        return result

    async def delete(self, conversation_id: str, token: str) -> None:
        """Everything of the conversation goes; what an adult has read stays with that adult, without the tie to the child."""

        def erase() -> None:
            with db.write() as session:
                owned(session, conversation_id, token, lock=True)
                erase_conversation(session, conversation_id)
            scrub()

        await _in_thread(erase)
        self.memory.forget(conversation_id)

    # --- a message

    async def send(self, conversation_id: str, token: str, wanted: NewMessage) -> list[dict[str, Any]]:
        """Answer a message of the child. At least one bot message comes back, also when a part is down."""
        if (wanted.text is None) == (wanted.choice is None):
            raise Unprocessable("Give either text or choice.", field="text")
        text = clean(wanted.text) if wanted.text is not None else None
        client_id = str(wanted.client_message_id)
        try:
            with self.memory.only_once(conversation_id, client_id):
                async with self.memory.in_turn(conversation_id):
                    return await self._answer(conversation_id, token, client_id, text, wanted.choice)
        except Unavailable as error:
            log.error("no database for a message: %s", error.detail)
            return [await _in_thread(lambda: self._without_database(conversation_id, token, client_id, text))]

    async def _answer(
        self, conversation_id: str, token: str, client_id: str, text: str | None, choice: str | None
    ) -> list[dict[str, Any]]:
        body_hash = hashlib.sha256(orjson.dumps([text, choice])).hexdigest()
        started = await self._begin(conversation_id, token, client_id, body_hash, text, choice)
        if isinstance(started, list):
            return started
        finding = find_danger(started.text) if started.text else None
        told = None
        if started.person is not None or people.are_meant(started.choice):
            told = await _in_thread(lambda: turn.among_people(conversation_id, started, finding))
        kept = None
        if told is not None:
            drafts, state = [turn.unasked(told, started)], started.dialogue
        else:
            drafts, state = await self._bot_answer(conversation_id, started, finding)
            lost = unanswered.missed(started.text, started.dialogue, drafts, danger=finding is not None)
            kept = await _in_thread(lambda: unanswered.scrubbed(lost, started.language)) if lost else None
        result = await _in_thread(lambda: turn.finish(conversation_id, started, drafts, state, kept))
        self.memory.remember(conversation_id, hash_token(token), result[0]["language"])
        if (state.get("slots") or {}).get("erase"):
            await _in_thread(lambda: erase_now(conversation_id))
            self.memory.forget(conversation_id)
        return result

    async def _collect(self, conversation_id: str, started: Started, reply: Reply, finding: Finding | None) -> Draft | None:
        text = started.text or ""
        return await _in_thread(lambda: collect(conversation_id, text, started.language, reply, finding))

    async def _bot_answer(
        self, conversation_id: str, started: Started, finding: Finding | None
    ) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """Rasa's drafts and state, or the safe answer."""
        try:
            reply = await self.rasa.turn(turn.call(conversation_id, started, finding))
            drafts, state = [turn.with_turn(draft, reply, started) for draft in reply.drafts], reply.state
            if started.collecting and (added := await self._collect(conversation_id, started, reply, finding)):
                drafts, state = [turn.with_turn(added.as_json(), reply, started)], started.dialogue
            if finding is not None and not any(draft["meta"]["kind"] == Kind.DANGER for draft in drafts):
                drafts[-1] = danger.beside(drafts[-1])
        except Unavailable as error:
            log.error("fixed safe answer: %s", error.detail)
            drafts, state = await self._safe_answer(conversation_id, started, finding), started.dialogue
        if finding is None or started.person is None:
            return drafts, state
        return people.with_way_on(drafts, started.person, started.text or "", started.key), state

    async def _begin(
        self, conversation_id: str, token: str, client_id: str, body_hash: str, text: str | None, choice: str | None
    ) -> Started | list[dict[str, Any]]:
        """Take the conversation, waiting for a message that another process is answering."""
        heard = cache(lambda: written_in(text) if text else None)  # told once, before the lock: it takes a moment
        deadline = asyncio.get_running_loop().time() + WAIT
        while True:
            started = await _in_thread(lambda: turn.begin(conversation_id, token, client_id, body_hash, text, choice, heard()))
            if started is not None:
                return started
            if asyncio.get_running_loop().time() > deadline:
                raise Conflict("Another message of this conversation is still being answered.")
            await asyncio.sleep(0.03)

    async def _safe_answer(self, conversation_id: str, started: Started, finding: Finding | None) -> list[dict[str, Any]]:
        """Rasa or the action server is down: danger still reaches a human, everything else gets the fixed answer."""
        if finding is None or finding.urgency != "U0" or not finding.sure:
            contacts = content().worries[finding.worry].contacts if finding else []
            shown = talk.degraded(("112", "bris", *[id_ for id_ in contacts if id_ not in ("112", "bris")]))
            return [turn.unasked(shown, started)]

        def alert() -> Draft:
            nav = nav_of(started.child_id)
            told = Told(finding.intent, started.stage, nav.municipality if nav else started.municipality, nav=nav)
            made, again = danger.alert(told, conversation_id, f"{conversation_id}:{started.key}", started.language)
            return danger.reply(told, made, again)

        return [turn.finished(await _in_thread(alert), finding.intent, 1.0, started)]

    def _without_database(self, conversation_id: str, token: str, client_id: str, text: str | None) -> dict[str, Any]:
        """Nothing can be read or stored. The child still gets the numbers, in its language; nothing private is in it."""
        known = self.memory.language(conversation_id, hash_token(token))
        code = known or token.partition(".")[0]
        finding = find_danger(text) if text else None
        acute = finding is not None and finding.urgency == "U0" and finding.sure
        if finding and acute:
            self.pending.keep(Waiting(conversation_id, hash_token(token), client_id, finding.intent))
        draft = danger.reply(Told(finding.intent), None) if finding and acute else talk.degraded()
        shown = render(draft.as_json(), language(code).code)
        meta = {**draft.meta.as_json(), "confidence": None, "stage": None}
        row = ChatMessage(
            id=uuid.uuid4().hex,
            sender=str(Sender.BOT),
            at=now(),
            language=language(code).code,
            text=shown.text,
            meta=payload(shown, meta),
        )
        return {**message_json(row), "choices": []}


# --- transactions, each a plain function that runs in a thread


async def _in_thread[T](work: Callable[[], T]) -> T:
    return await to_thread.run_sync(work)


def _change(conversation_id: str, token: str, wanted: Change, *, try_code: bool) -> dict[str, Any]:
    with db.write() as session:
        row = owned(session, conversation_id, token, lock=True)
        messages: list[ChatMessage] = []
        if "stage" in wanted.model_fields_set:
            row.stage = wanted.stage
        if wanted.language is not None:
            messages += tongue.change(session, row, wanted.language)
        elif row.stage is not None and "stage" in wanted.model_fields_set:
            messages.append(add_bot_message(session, row, outside_turn(talk.stage_set(row.stage), row)))
        if wanted.access_code:
            messages.append(use_code(session, row, wanted.access_code, try_code=try_code))
        row.last_at = now()
        return {
            "conversation_id": row.id,
            "language": row.language,
            "dir": language(row.language).dir,
            "stage": row.stage,
            "messages": [message_json(message) for message in messages],
        }
