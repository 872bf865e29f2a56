"""Server-Sent Events: one per new message of a conversation (docs/chat-api.md).

One task of the process asks the database, in one query, whether there is news for any of those who listen. While there is none,
nobody holds a connection to it. Messages come from any process (web app, action server, worker), so asking is what works.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from anyio import to_thread
from sse_starlette import EventSourceResponse, ServerSentEvent

from actions import db
from actions.chat import store
from actions.chat.access import owned
from actions.chat.models import ChatMessage
from actions.chat.people import note_seen
from actions.chat.public import message_json
from actions.errors import NotFound, Unauthorized, Unavailable

log = logging.getLogger("navet.chat")
EVERY = 1.0
"""Seconds between two looks."""
HEARTBEAT = 15
"""Seconds; shorter than proxies wait before they cut a silent connection."""
SEND_WITHIN = 10.0
"""Seconds a client may take for one event; a phone that lost the network would else be kept for ever."""
MOST = 2000
"""Listeners of one process; the others ask now and then."""


@dataclass(eq=False)
class _Listener:
    """Somebody who waits. `seq`: the last message they got."""

    seq: int
    news: asyncio.Event = field(default_factory=asyncio.Event)
    over: bool = False

    def end(self) -> None:
        self.over = True
        self.news.set()


class Events:
    """Who listens in this process: at most one a conversation, the newest."""

    def __init__(self) -> None:
        self._listeners: dict[str, _Listener] = {}
        self._watching: asyncio.Task[None] | None = None

    async def stream(self, conversation_id: str, token: str, last: str | None) -> EventSourceResponse:
        """The events after the message `last`, or from now on. Raises `Unauthorized`, `NotFound`, `Unavailable`."""
        seq = await to_thread.run_sync(_begin, conversation_id, token, last)
        if len(self._listeners) >= MOST and conversation_id not in self._listeners:
            raise Unavailable("Too many listen here. Ask for new messages now and then instead.")
        listener = _Listener(seq)
        return EventSourceResponse(
            self._events(conversation_id, token, listener),
            ping=HEARTBEAT,
            ping_message_factory=lambda: ServerSentEvent(comment="", sep="\n"),
            send_timeout=SEND_WITHIN,
            sep="\n",
        )

    async def _events(self, conversation_id: str, token: str, listener: _Listener) -> AsyncIterator[ServerSentEvent]:
        former = self._listeners.pop(conversation_id, None)
        if former is not None:
            former.end()
        self._listeners[conversation_id] = listener
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch())
        try:
            yield ServerSentEvent(comment="", sep="\n")  # the headers go out at once
            while not listener.over:
                listener.news.clear()
                for message in await to_thread.run_sync(_after, conversation_id, token, listener.seq):
                    listener.seq = message.seq
                    yield _event(message)
                await listener.news.wait()
        except (Unauthorized, Unavailable):
            return  # deleted, or no database: the client comes back and is told
        finally:
            if self._listeners.get(conversation_id) is listener:
                del self._listeners[conversation_id]

    async def _watch(self) -> None:
        """As long as anybody listens."""
        while self._listeners:
            await asyncio.sleep(EVERY)
            try:
                await self._look()
            except Exception as error:  # noqa: BLE001 - whoever listens must not wait for ever: the next look may succeed
                log.error("no look at new messages: %s", type(error).__name__)

    async def _look(self) -> None:
        waiting = dict(self._listeners)
        newest = await to_thread.run_sync(_newest, list(waiting))
        for id_, listener in waiting.items():
            if id_ not in newest:
                listener.end()  # deleted
            elif newest[id_] > listener.seq:
                listener.news.set()


def _event(message: ChatMessage) -> ServerSentEvent:
    body: dict[str, Any] = message_json(message)
    return ServerSentEvent(orjson.dumps(body).decode(), id=message.id, event="message", sep="\n")


def _begin(conversation_id: str, token: str, last: str | None) -> int:
    """From where to tell."""
    with db.read() as session:
        owned(session, conversation_id, token)
        if last is None:
            return store.newest(session, [conversation_id]).get(conversation_id, 0)
        seen = store.by_public_id(session, conversation_id, last)
        if seen is None:
            raise NotFound("There is no such message in this conversation.")
        return seen.seq


def _after(conversation_id: str, token: str, seq: int) -> Sequence[ChatMessage]:
    with db.read() as session:
        row = owned(session, conversation_id, token)
        found = store.after(session, conversation_id, seq)
    note_seen(row, found)
    return found


def _newest(ids: list[str]) -> dict[str, int]:
    with db.read() as session:
        return store.newest(session, ids)
