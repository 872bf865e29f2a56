"""Lays the reviewers' decisions over the files, in every process, without a restart.

A decision is about the entry that was read: when its text changes in git, git is newer and counts. Only "hide" stays until somebody
publishes again, because showing something that was taken back does more harm than holding it back.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import hashlib
import json
import logging
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import date

from anyio import to_thread

from actions import db
from actions.content import Content, lay
from actions.content.models import Fact, Message
from actions.errors import Unavailable
from actions.review import store
from actions.review.models import ContentDecision
from actions.vocabulary import ContentKind, FactStatus, ReviewStep

log = logging.getLogger("navet.review")
EVERY = 0.5
"""Seconds between two looks for a new decision."""
LAYER = "review"


@dataclass(frozen=True)
class Verdict:
    """What the decisions in force say of one fact. None: what the file says."""

    base: str
    status: str | None = None
    review_by: date | None = None
    checked_on: date | None = None


def fingerprint(entry: Fact | Message) -> str:
    """Of everything a reviewer reads and decides about."""
    if isinstance(entry, Message):
        read: object = entry.sv
    else:
        wanted = {"text", "staff", "sources", "stages", "roles", "because", "status", "checked_on", "review_by"}
        read = entry.model_dump(mode="json", include=wanted)
    return hashlib.sha256(json.dumps(read, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def verdicts(rows: Iterable[ContentDecision]) -> dict[str, Verdict]:
    """By fact id, from the decisions in force, oldest first. A decision about a newer text begins anew."""
    found: dict[str, Verdict] = {}
    for row in rows:
        before = found.get(row.object_id)
        if before is None or before.base != row.base:
            before = Verdict(row.base)
        if row.step == ReviewStep.HIDE:
            found[row.object_id] = dataclasses.replace(before, status=str(FactStatus.HIDDEN))
        else:
            status = str(FactStatus.PUBLISHED) if row.step == ReviewStep.PUBLISH else before.status
            found[row.object_id] = Verdict(row.base, status, row.review_by, row.checked_on)
    return found


def judged(fact: Fact, verdict: Verdict | None) -> Fact:
    """The fact of the file as the verdict wants it."""
    if verdict is None:
        return fact
    if verdict.base != fingerprint(fact):
        hidden = verdict.status == FactStatus.HIDDEN
        return fact.model_copy(update={"status": FactStatus.HIDDEN}) if hidden else fact
    update = {
        "status": FactStatus(verdict.status) if verdict.status else None,
        "review_by": verdict.review_by,
        "checked_on": verdict.checked_on,
    }
    return fact.model_copy(update={key: value for key, value in update.items() if value is not None})


def over(known: Content, found: dict[str, Verdict]) -> Content:
    return dataclasses.replace(known, facts={id_: judged(fact, found.get(id_)) for id_, fact in known.facts.items()})


_seen: int | None = None


def refresh() -> bool:
    """Take up decisions made since the last look, whichever process made them. True when there were any."""
    global _seen
    with db.read() as session:
        newest = store.newest_in_force(session)
        if newest == (_seen or 0):
            return False
        found = verdicts(store.in_force(session, ContentKind.FACT))
    lay(LAYER, lambda known: over(known, found))
    _seen = newest
    return True


def forget() -> None:
    """Only the files count again; for tests."""
    global _seen
    _seen = None
    lay(LAYER, None)


def _look() -> None:
    try:
        refresh()
    except Unavailable as error:
        log.error("decisions of reviewers wait: %s", error.detail)


@contextlib.asynccontextmanager
async def alongside() -> AsyncIterator[None]:
    """Look before the first question and then again and again, for as long as the app runs."""
    await to_thread.run_sync(_look)
    ending = asyncio.Event()

    async def watch() -> None:
        while not ending.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(ending.wait(), EVERY)
            if not ending.is_set():
                await to_thread.run_sync(_look)

    task = asyncio.create_task(watch())
    try:
        yield
    finally:
        ending.set()
        await task
