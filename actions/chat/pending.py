"""Danger that was told while the database was down: kept on disk without a word of the child, alerted once the database is back.

One small file each: whose conversation (with the hash of its token, checked later), which danger, when. The child has been shown
the numbers at once; it was not told that somebody knows, for nobody did. When the alert is stored the chat says so.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass

import orjson
from anyio import to_thread

from actions import db
from actions.chat import post, store
from actions.content import content
from actions.dialogue import danger
from actions.dialogue.worries import Told
from actions.errors import Unavailable
from actions.nav.load import nav_of
from actions.settings import Settings

log = logging.getLogger("navet.chat")
EVERY = 2.0
"""Seconds between two looks whether the database is back."""
MOST = 1000
"""More waiting files than this come from an attack, not from children."""


@dataclass(frozen=True)
class Waiting:
    """`key` is the client_message_id: the same message never alerts twice."""

    conversation_id: str
    token_hash: str
    key: str
    intent: str


class Pending:
    def __init__(self, config: Settings) -> None:
        self.folder = config.var / "pending-danger"

    def keep(self, waiting: Waiting) -> None:
        """On disk when this returns. A full or broken disk is logged; the child's answer must not wait for it."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if sum(1 for _ in self.folder.iterdir()) >= MOST:
                log.error("too many dangers wait for the database")
                return
            path = self.folder / f"{uuid.uuid4().hex}.part"
            with path.open("wb") as file:
                file.write(orjson.dumps(asdict(waiting)))
                file.flush()
                os.fsync(file.fileno())
            path.rename(path.with_suffix(".json"))
        except OSError as error:
            log.error("a danger could not be kept: %s", type(error).__name__)

    def alert_all(self) -> int:
        """Alert for everything kept. Stops at the first sign that the database is still down; returns how many are done."""
        done = 0
        for path in sorted(self.folder.glob("*.json")):
            try:
                waiting = Waiting(**orjson.loads(path.read_bytes()))
            except (OSError, ValueError, TypeError):
                log.error("a kept danger cannot be read: %s", path.name)
                path.rename(path.with_suffix(".bad"))
                continue
            _alert(waiting)
            path.unlink(missing_ok=True)
            done += 1
        return done

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Look again and again for as long as the web app runs."""
        task = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _watch(self) -> None:
        while True:
            try:
                await to_thread.run_sync(self.alert_all)
            except Unavailable:
                pass  # still down: the files wait
            except Exception as error:  # noqa: BLE001 - the outer edge: whatever is wrong with one, the watch goes on
                log.error("kept dangers could not be alerted: %s", type(error).__name__)
            await asyncio.sleep(EVERY)


def _alert(waiting: Waiting) -> None:
    with db.read() as session:
        row = store.conversation(session, waiting.conversation_id)
        if row is None or not hmac.compare_digest(row.token_hash, waiting.token_hash):
            log.warning("a kept danger belongs to no conversation")
            return
        stage, municipality, child, code = row.stage, row.municipality, row.child_id, row.language
    if waiting.intent not in content().intents:
        return
    nav = nav_of(child)
    told = Told(waiting.intent, stage, nav.municipality if nav else municipality, nav=nav)
    made, again = danger.alert(told, waiting.conversation_id, f"{waiting.conversation_id}:{waiting.key}", code)
    if not again:
        with db.write() as session:
            post.tell(session, waiting.conversation_id, danger.told_later(told, made))
