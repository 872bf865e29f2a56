"""One HTTP POST of a channel, with errors as codes. Answers are never read: nothing from outside gets into logs or tables."""

from __future__ import annotations

from typing import Any

import aiohttp

from actions.alerts.channels.base import PATIENCE, NotDelivered

FOR_GOOD = frozenset({400, 404, 410, 422})
"""The receiver understood and refused this message. Everything else (wrong password, overload) can be mended: try again."""


async def post(url: str, name: str, **options: Any) -> None:
    """Raises `NotDelivered` unless the other side says 2xx. Redirects are not followed: a secret goes to one address only."""
    try:
        timeout = aiohttp.ClientTimeout(total=PATIENCE - 1)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(url, allow_redirects=False, **options) as answer,
        ):
            status = answer.status
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        raise NotDelivered(f"{name}_no_answer") from None
    if not 200 <= status < 300:
        raise NotDelivered(f"{name}_{status}", for_good=status in FOR_GOOD)
