"""What one web process keeps in memory: messages under way, and the language of conversations it has seen.

The database decides; this only spares it work, and lets a child be answered in its language when the database is down.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from actions.errors import Conflict

MOST = 20_000


class Memory:
    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[str, str]] = OrderedDict()
        self._under_way: set[tuple[str, str]] = set()
        self._locks: dict[str, asyncio.Lock] = {}

    def remember(self, conversation_id: str, token_hash: str, language: str) -> None:
        self._known[conversation_id] = (token_hash, language)
        self._known.move_to_end(conversation_id)
        while len(self._known) > MOST:
            self._known.popitem(last=False)

    def forget(self, conversation_id: str) -> None:
        self._known.pop(conversation_id, None)

    def language(self, conversation_id: str, token_hash: str) -> str | None:
        known = self._known.get(conversation_id)
        return known[1] if known and known[0] == token_hash else None

    @contextmanager
    def only_once(self, conversation_id: str, client_id: str) -> Iterator[None]:
        """Refuse the same message while it is being answered in this process."""
        key = (conversation_id, client_id)
        if key in self._under_way:
            raise Conflict("This message is still being answered.")
        self._under_way.add(key)
        try:
            yield
        finally:
            self._under_way.discard(key)

    @asynccontextmanager
    async def in_turn(self, conversation_id: str) -> AsyncIterator[None]:
        """One message of a conversation at a time, in the order they came."""
        lock = self._locks.setdefault(conversation_id, asyncio.Lock())
        try:
            async with lock:
                yield
        finally:
            if not lock.locked() and not getattr(lock, "_waiters", None):
                self._locks.pop(conversation_id, None)
