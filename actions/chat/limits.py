"""How fast a conversation, and a network address, may ask. Addresses live in memory only, hashed, for a minute."""

from __future__ import annotations

import hashlib
import secrets
import time

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from actions.errors import TooFast
from actions.settings import Settings

MESSAGES = parse("30/minute")
BURST = parse("6/2seconds")
CONVERSATIONS = parse("30/minute")
EVERYWHERE = parse("600/minute")
CODES = parse("20/hour")
CODES_EVERYWHERE = parse("300/hour")
"""Tries of the short access code. At that pace guessing one of a thousand valid codes takes a hundred years on average."""


class Limits:
    """Moving windows; `off` lets everything through."""

    def __init__(self, config: Settings) -> None:
        self.on = config.rate_limits == "on"
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._salt = secrets.token_bytes(16)

    def message(self, conversation_id: str) -> None:
        self._check("message", conversation_id, (BURST, MESSAGES))

    def new_conversation(self, address: str) -> None:
        self._check("new", self._hashed(address), (CONVERSATIONS,))
        self._check("all", "new", (EVERYWHERE,))

    def typed_code(self, address: str) -> bool:
        """Count a try of a short code, good or wrong. False: too many; the chat still opens, the code is not looked at."""
        if not self.on:
            return True
        mine = self._limiter.hit(CODES, "code", self._hashed(address))
        return mine and self._limiter.hit(CODES_EVERYWHERE, "code", "all")

    def _hashed(self, address: str) -> str:
        return hashlib.blake2s(address.encode(), key=self._salt, digest_size=8).hexdigest()

    def _check(self, what: str, who: str, items: tuple[RateLimitItem, ...]) -> None:
        if not self.on:
            return
        for item in items:
            if not self._limiter.hit(item, what, who):
                reset = self._limiter.get_window_stats(item, what, who).reset_time
                raise TooFast("Wait a moment before the next message.", retry_after=int(reset - time.time()) + 1)
