"""Plays the chats of the demo: the child through the gateway, staff through the services behind their pages."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from actions import clock, db
from actions.alerts import service as alerts
from actions.chat import people as among_people
from actions.chat import store as conversations
from actions.chat.public import NewConversation, NewMessage
from actions.chat.service import Chat as Gateway
from actions.checklists import service as checklists
from actions.demo import store
from actions.demo.bot import KnownIntents
from actions.demo.people import acting
from actions.demo.town import Chat, Step, Town
from actions.errors import NotFound
from actions.handoffs import store as handoffs
from actions.handoffs import talk
from actions.handoffs.models import Handoff
from actions.handoffs.talk import Words
from actions.joint import service as joint
from actions.joint import store as voices
from actions.nav import service as navs
from actions.nav import store as nav_store
from actions.settings import Settings
from actions.staff import missing
from actions.staff import store as staff
from actions.staff.access import audit, author
from actions.staff.accounts import SignedIn
from actions.vocabulary import CodeKind

FIRST = "first"
Work = Callable[[Session, Handoff, SignedIn, Step], None]


@contextmanager
def days_ago(days: float) -> Iterator[clock.FrozenClock]:
    """A clock that stands in the past, for this process alone."""
    standing = clock.FrozenClock(clock.now() - timedelta(days=days))
    old = clock.use_clock(standing)
    try:
        yield standing
    finally:
        clock.use_clock(old)


def play(config: Settings, made: Town, chat: Chat) -> None:
    with days_ago(chat.days) as time:
        asyncio.run(_Player(config, made, chat, time).run())


class _Player:
    def __init__(self, config: Settings, made: Town, chat: Chat, time: clock.FrozenClock) -> None:
        self.made, self.chat, self.time = made, chat, time
        self.bot = KnownIntents(config)
        self.gateway = Gateway(config, self.bot)
        self.id = self.token = ""

    async def run(self) -> None:
        wanted = NewConversation(
            language=self.chat.language,
            stage=self.chat.stage,
            municipality=None if self.chat.child else self.made.municipality,
            access_code=self._code(),
        )
        opened = await self.gateway.open(wanted)
        self.id, self.token = opened["conversation_id"], opened["token"]
        for step in self.chat.steps:
            self.time.advance(minutes=1)
            await self._step(step)
        await self.bot.close()

    def _code(self) -> str | None:
        if self.chat.child is None:
            return None
        with db.write() as session:
            child_id = store.child_id(session, self.made.municipality, self.made.child(self.chat.child).alias)
            child = nav_store.child(session, str(child_id))
            assert child is not None
            return navs.make_code(session, child, CodeKind.QR, acting(session, "coordinator")).text

    async def _step(self, step: Step) -> None:
        if step.wait is not None:
            self.time.advance(hours=step.wait)
        elif step.by is not None:
            self._staff(step)
        elif step.press is not None:
            await self._send(choice=self._button(step.press))
        else:
            if step.writes is not None:
                self._fetch()
            self.bot.meant = (step.intent or "nlu_fallback", step.about)
            await self._send(text=step.says or step.writes)

    async def _send(self, **what: str | None) -> None:
        await self.gateway.send(self.id, self.token, NewMessage(client_message_id=uuid.uuid4(), **what))

    def _fetch(self) -> None:
        """The child opens the chat and sees what a person wrote."""
        with db.read() as session:
            row = conversations.conversation(session, self.id)
            found = conversations.after(session, self.id)
        assert row is not None
        among_people.note_seen(row, found)

    def _button(self, wanted: dict[str, str] | str) -> str:
        """The newest button that does this: an intent by name, or entities; {"role": "first"} is the adult offered first."""
        with db.read() as session:
            for message in store.messages(session, self.id):
                for number, choice in enumerate((message.draft or {}).get("choices", [])):
                    if _does(choice["do"], wanted):
                        return f"{message.id}.{number}"
        raise NotFound(f"The demo chat {self.chat.id} has no button {wanted}.")

    def _staff(self, step: Step) -> None:
        with db.write() as session:
            me = acting(session, str(step.by))
            handoff = handoffs.of_conversation(session, self.id)[0]
            talk.open_thread(session, handoff.id, me.id)  # as the page does that they act on
            WORK[step.do](session, handoff, me, step)


def _does(do: dict[str, Any], wanted: dict[str, str] | str) -> bool:
    if isinstance(wanted, str):
        return bool(do["intent"] == wanted)
    if wanted.get("role") == FIRST:
        return do["entities"].get("role") not in (None, "nav")
    return all(do["entities"].get(name) == value for name, value in wanted.items())


# --- what staff do


def _take_step(session: Session, handoff: Handoff, me: SignedIn, step: Step) -> None:
    talk.take_step(session, handoff.id, step.do, author(me), step.text)
    audit(session, me, f"handoff.{step.do}", handoff.id)


def _reply(session: Session, handoff: Handoff, me: SignedIn, step: Step) -> None:
    ready = step.text if step.do == "ready" else ""
    words = Words(text="" if ready else step.text, language="sv", translation=step.translation, canned=ready)
    talk.reply(session, handoff.id, author(me), words, uuid.uuid4().hex)
    audit(session, me, "handoff.replied", handoff.id, ready=ready or None)


def _assign(session: Session, handoff: Handoff, me: SignedIn, step: Step) -> None:
    person = staff.user(session, acting(session, step.to).id)
    assert person is not None
    handoff.assignee_id = person.id
    alerts.tell_person(session, handoff, person)
    audit(session, me, "handoff.assigned", handoff.id, to=person.id)


def _draft(session: Session, handoff: Handoff, me: SignedIn, step: Step) -> None:
    question = voices.get(session, handoff.id)
    assert question is not None
    joint.write(session, handoff, joint.mine(question, me)[0].id, step.text, me)


def _agree(session: Session, handoff: Handoff, me: SignedIn, step: Step) -> None:
    question = voices.get(session, handoff.id)
    assert question is not None
    other = acting(session, step.to).id
    draft = next(voice for voice in question.voices if voice.staff_id == other)
    joint.agree(session, handoff, joint.mine(question, me)[0].id, draft.id, draft.version, me)


def tick(session: Session, handoff: Handoff, me: SignedIn, checklist: str, count: int = 2) -> None:
    """Tick the first points of a list."""
    talk.take_up(session, handoff.id, author(me))
    shown = next(entry for entry in checklists.shown(session, handoff) if entry.checklist.id == checklist)
    for line in shown.lines[:count]:
        checklists.toggle(session, handoff, checklist, line.point.id, me, done=True)


WORK: dict[str, Work] = {
    **dict.fromkeys(("acknowledge", "start", "close", "reopen"), _take_step),
    "reply": _reply,
    "ready": _reply,
    "assign": _assign,
    "draft": _draft,
    "agree": _agree,
    "tick": lambda session, handoff, me, step: tick(session, handoff, me, step.to),
    "moment": lambda session, handoff, me, step: missing.move(session, handoff, step.to, me),
}
"""By the word that town.yml uses."""
