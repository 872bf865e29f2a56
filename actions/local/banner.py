"""A message to every child of a municipality when something very hard has happened (POSOM). Switched on and off by a person only.

It stands first in every new chat, and is added to those in use lately. Approved texts only, so it is there in every language.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from actions import db
from actions.audit.service import record
from actions.chat.post import tell
from actions.clock import SWEDEN, now
from actions.content import content
from actions.dialogue import say
from actions.dialogue.conversation import HUMAN, chat
from actions.dialogue.say import Draft
from actions.errors import NotFound, Unprocessable
from actions.local import store
from actions.local.models import CrisisBanner
from actions.mark import N_
from actions.staff.accounts import SignedIn

GENERIC = "generic"
TEXTS = ("crisis", "crisis_school", "crisis_call")
"""Approved template texts (messages.yml); `crisis_call` always stands last."""
CONTACTS = ("bris", "112", "116000", "1177")
LATELY = timedelta(days=14)
LONGEST = timedelta(days=31)


@dataclass(frozen=True)
class Wanted:
    municipality: str
    texts: list[str]
    contacts: list[str]
    ends_at: datetime


def draft(row: CrisisBanner) -> Draft:
    """The message as a child reads it. A text that is not there any more is left out."""
    texts = [id_ for id_ in row.texts if id_ in content().messages]
    contacts = [id_ for id_ in row.contacts if id_ in content().helplines]
    on_call = f"local/{row.municipality}/on_call/{row.municipality}"
    return chat(*[say.message(id_) for id_ in texts], choices=[HUMAN], contacts=[*contacts, on_call])


def on_for(session: Session, municipality: str | None) -> Draft | None:
    """What a child of this municipality must read now; without a municipality the generic one."""
    row = store.banner_on(session, municipality or GENERIC, now())
    return draft(row) if row else None


def checked(form: dict[str, str], places: Iterable[str]) -> Wanted:
    """What the form says. Raises `Unprocessable` when the end is missing, past or too far away."""
    if form.get("municipality") not in set(places):
        raise Unprocessable(N_("Choose a municipality."), field="municipality")
    texts = [id_ for id_ in TEXTS if form.get(f"text_{id_}") == "yes" and id_ != "crisis_call"]
    if not texts:
        raise Unprocessable(N_("Choose at least one text."), field="texts")
    contacts = [id_ for id_ in CONTACTS if form.get(f"contact_{id_}") == "yes"]
    try:
        ends_at = datetime.fromisoformat(form.get("ends_at", "")).replace(tzinfo=SWEDEN)
    except ValueError:
        raise Unprocessable(N_("Say until when the message is shown."), field="ends_at") from None
    if not now() < ends_at <= now() + LONGEST:
        raise Unprocessable(N_("The end must be in the future, at most 31 days away."), field="ends_at")
    return Wanted(form["municipality"], [*texts, "crisis_call"], contacts, ends_at)


def switch_on(wanted: Wanted, me: SignedIn) -> int:
    """Show the message from now on. An older one of the same municipality ends. Gives how many open chats got it."""
    with db.write() as session:
        older = store.banner_on(session, wanted.municipality, now())
        if older is not None:
            older.stopped_at, older.stopped_by = now(), me.email
        row = CrisisBanner(
            municipality=wanted.municipality,
            texts=wanted.texts,
            contacts=wanted.contacts,
            starts_at=now(),
            ends_at=wanted.ends_at,
            made_by=me.email,
        )
        store.add(session, row)
        detail = {"texts": wanted.texts, "until": wanted.ends_at.isoformat()}
        record(
            session,
            user_id=me.id,
            actor=me.email,
            action="crisis.on",
            object_type="municipality",
            object_id=wanted.municipality,
            **detail,
        )
        places = {wanted.municipality, None} if wanted.municipality == GENERIC else {wanted.municipality}
        open_chats = store.conversations_since(session, places, now() - LATELY)
        message = draft(row)
    return sum(_tell(id_, message) for id_ in open_chats)


def _tell(conversation_id: str, message: Draft) -> bool:
    """One chat in a transaction of its own: a child that is writing now holds up only its own."""
    with db.write() as session:
        return tell(session, conversation_id, message) is not None


def switch_off(session: Session, id_: int, places: Iterable[str], me: SignedIn) -> None:
    row = store.banner(session, id_, lock=True)
    if row is None or row.municipality not in set(places):
        raise NotFound(N_("There is no such message."))
    if row.stopped_at is None:
        row.stopped_at, row.stopped_by = now(), me.email
        record(
            session,
            user_id=me.id,
            actor=me.email,
            action="crisis.off",
            object_type="municipality",
            object_id=row.municipality,
            banner=row.id,
        )
