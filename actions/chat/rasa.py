"""The web app's line to Rasa. Whatever goes wrong there becomes `Unavailable` here."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson

from actions.errors import Unavailable
from actions.settings import Settings

log = logging.getLogger("navet.rasa")


@dataclass(frozen=True)
class Reply:
    """What Rasa made of a message: drafts to show, the state to remember, what it understood."""

    drafts: list[dict[str, Any]]
    state: dict[str, Any]
    intent: str | None
    confidence: float | None


class Rasa:
    """One kept connection pool to Rasa."""

    def __init__(self, config: Settings) -> None:
        self.url = f"{config.rasa_address}/webhooks/navet"
        self.headers = {"X-Navet-Secret": config.channel_secret, "Content-Type": "application/json"}
        self.timeout = aiohttp.ClientTimeout(total=config.rasa_timeout, connect=2)
        self._session: aiohttp.ClientSession | None = None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=64, keepalive_timeout=30)
            self._session = aiohttp.ClientSession(timeout=self.timeout, headers=self.headers, connector=connector)
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def turn(self, call: dict[str, Any]) -> Reply:
        """Send one message with its state. Raises `Unavailable` when Rasa is down, slow, wrong or silent."""
        try:
            async with self._open().post(f"{self.url}/webhook", data=orjson.dumps(call)) as answer:
                if answer.status != 200:
                    raise Unavailable(f"Rasa answered {answer.status}.")
                return _reply(orjson.loads(await answer.read()))
        except (TimeoutError, aiohttp.ClientError, OSError, orjson.JSONDecodeError) as error:
            raise Unavailable(f"Rasa does not answer ({type(error).__name__}).") from None

    async def healthy(self) -> bool:
        try:
            async with self._open().get(f"{self.url}/health", timeout=aiohttp.ClientTimeout(total=2)) as answer:
                return answer.status == 200
        except (TimeoutError, aiohttp.ClientError, OSError):
            return False


def _reply(body: Any) -> Reply:
    """Check what came back: an empty or misshapen answer is an outage, not an answer."""
    try:
        drafts, state, parse = body["messages"], body["state"], body["parse"]
        if (
            not drafts
            or not isinstance(state, dict)
            or not all(isinstance(draft["parts"], list) and draft["meta"]["kind"] for draft in drafts)
        ):
            raise Unavailable("Rasa gave no answer.")
        return Reply(list(drafts), state, parse.get("intent"), parse.get("confidence"))
    except (KeyError, TypeError, AttributeError):
        raise Unavailable("Rasa answered nonsense.") from None
