"""The worker: every second it sends what is due and tells the next in line; every minute it looks for what was forgotten.

It runs inside the web app and the action server, and alone as `navet worker`. Any number of them share the work. It never ends by
itself: an error is logged by its kind and the next second is another chance.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta

from anyio import to_thread

from actions.alerts import child, digest, outbox, retention, service
from actions.alerts.channels import NotDelivered, channels
from actions.alerts.channels.base import CHAT, PATIENCE
from actions.alerts.outbox import Task
from actions.clock import now
from actions.errors import Unavailable
from actions.handoffs import talk
from actions.settings import Settings

log = logging.getLogger("navet.alerts")
EVERY = 1.0
"""Seconds between two looks at the outbox."""
CARE = timedelta(minutes=1)
CLEAR = timedelta(hours=1)
GOODBYE = 5.0
"""Seconds a worker that is asked to end may take to finish what it is sending."""


class Worker:
    def __init__(self, config: Settings) -> None:
        self.config = config
        self.name = uuid.uuid4().hex
        self.channels = channels(config)
        self._stopping = asyncio.Event()
        self._cared_at: datetime | None = None
        self._cleared_at: datetime | None = None

    async def run(self) -> None:
        """Until `stop`."""
        while not self._stopping.is_set():
            await self._safely(self.tick)
            await self._safely(self.care)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), EVERY)

    def stop(self) -> None:
        self._stopping.set()

    async def tick(self) -> int:
        """Tell the next in line where it is time, and send what is due. Returns the number of messages tried."""
        if not await to_thread.run_sync(outbox.anything_due):
            return 0
        await to_thread.run_sync(service.escalate_due)
        tasks = await to_thread.run_sync(outbox.claim, self.name, self.config)
        for result in await asyncio.gather(*(self._deliver(task) for task in tasks), return_exceptions=True):
            if isinstance(result, Exception):  # its lease runs out, then it is tried again
                log.error("a message could not be handled: %s", type(result).__name__)
        return len(tasks)

    async def care(self) -> None:
        """Once a minute: handoffs nobody was told about, people who left a chat, the digest. Once an hour: what is too old."""
        moment = now()
        if self._cared_at is None or moment - self._cared_at >= CARE:
            self._cared_at = moment
            await to_thread.run_sync(service.adopt)
            await to_thread.run_sync(talk.leave_due)
            await to_thread.run_sync(digest.plan_due, self.config)
        if self._cleared_at is None or moment - self._cleared_at >= CLEAR:
            self._cleared_at = moment
            await to_thread.run_sync(retention.clear, self.config)

    async def _deliver(self, task: Task) -> None:
        if task.leased_until - now() < timedelta(seconds=PATIENCE):
            return  # we were too slow; another worker may have it by now
        try:
            if task.channel == CHAT:
                await to_thread.run_sync(child.deliver, task.id)
                return
            await self._send(task)
        except NotDelivered as error:
            log.warning("message %s not delivered: %s", task.id, error.reason)
            await to_thread.run_sync(outbox.failed, task.id, error)
        else:
            await to_thread.run_sync(outbox.sent, task.id)

    async def _send(self, task: Task) -> None:
        """Raises `NotDelivered` for everything that can go wrong on the way."""
        channel = self.channels.get(task.channel)
        if channel is None or task.letter is None:
            raise NotDelivered("not_set_up")
        try:
            async with asyncio.timeout(PATIENCE):
                await channel.send(task.letter)
        except TimeoutError:
            raise NotDelivered("no_answer") from None
        except NotDelivered:
            raise
        except Exception as error:  # noqa: BLE001 - a channel's own fault must not hold up the others
            raise NotDelivered(type(error).__name__) from None

    async def _safely(self, work: Callable[[], object]) -> None:
        try:
            result = work()
            if asyncio.iscoroutine(result):
                await result
        except Unavailable as error:
            log.error("the worker waits: %s", error.detail)
        except Exception as error:  # noqa: BLE001 - the outer edge: the worker goes on whatever happens
            log.error("the worker failed: %s", type(error).__name__)


@contextlib.asynccontextmanager
async def alongside(config: Settings) -> AsyncIterator[None]:
    """A worker beside a web app or action server, for as long as it runs. Nothing when NAVET_WORKER is off."""
    if config.worker == "off":
        yield
        return
    worker = Worker(config)
    task = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        worker.stop()
        with contextlib.suppress(TimeoutError, asyncio.CancelledError):
            await asyncio.wait_for(task, GOODBYE)
