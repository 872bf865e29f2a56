"""Fills a database for trying out, piece by piece. A piece that was made before is not made again.

Never in production, and never beside what may be real: invented worries must not hide a true one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from actions import db
from actions.audit.service import record
from actions.clock import now, today
from actions.demo import chats, store
from actions.demo.people import Shown, acting, make_accounts, make_children, make_cover
from actions.demo.town import DOMAIN, Chat, Missing, Questions, Review, Town, town
from actions.errors import SettingsError
from actions.handoffs import store as handoffs
from actions.local import banner
from actions.review import service as review
from actions.review import unanswered
from actions.review.service import Reviewer, Step
from actions.settings import Settings
from actions.staff import missing
from actions.staff.missing import Registered
from actions.vocabulary import ContentKind, ReviewStep

START = ("admin@navet.local", "coordinator@navet.local")
"""The accounts that the first start makes by itself."""


def fill(config: Settings, say: Callable[[str], None], *, force: bool = False) -> Shown:
    """Make what is not there yet. Raises `SettingsError` in production, and beside other data unless `force`."""
    _refuse(config, force)
    made, shown = town(), Shown()
    with db.read() as session:
        known = store.made(session)
    make_accounts(made, shown)
    make_children(made, shown)
    for name, work in _pieces(config, made):
        if name not in known:
            say(f"  {name}")
            work()
            _note(name)
    return shown


def _refuse(config: Settings, force: bool) -> None:
    if config.production:
        raise SettingsError("navet demo is refused in production: invented children must never stand beside real ones.")
    with db.read() as session:
        others = [email for email in store.emails(session) if email not in START and not email.endswith(f"@{DOMAIN}")]
        filled = store.children_and_handoffs(session) and not store.made(session)
    if (others or filled) and not force:
        raise SettingsError("There is other data in this database. Use another NAVET_VAR, or --force to mix the demo into it.")


def _note(name: str) -> None:
    with db.write() as session:
        record(session, user_id=None, actor="demo", action=store.ACTION, object_type="demo", object_id=name)


def _pieces(config: Settings, made: Town) -> list[tuple[str, Callable[[], None]]]:
    """By the name under which the audit remembers them."""
    found: list[tuple[str, Callable[[], None]]] = [("cover", lambda: make_cover(made))]
    found += [
        (f"chat {chat.id} {number}" if chat.repeat > 1 else f"chat {chat.id}", _playing(config, made, chat))
        for chat in sorted(made.chats, key=lambda chat: -chat.days)
        for number in range(1, chat.repeat + 1)
    ]
    found += [(f"missing {entry.child}", _of(_missing, made, entry)) for entry in made.missing]
    found += [(f"review {entry.id} {entry.step}", _of(_review, made, entry)) for entry in made.review]
    found += [(f"questions {entry.like}", _of(_questions, made, entry)) for entry in made.questions]
    return [*found, ("crisis", lambda: _crisis(made))]


def _playing(config: Settings, made: Town, chat: Chat) -> Callable[[], None]:
    return lambda: chats.play(config, made, chat)


def _of[Entry](work: Callable[[Town, Entry], None], made: Town, entry: Entry) -> Callable[[], None]:
    return lambda: work(made, entry)


def _missing(made: Town, entry: Missing) -> None:
    with chats.days_ago(entry.days) as time:
        with db.read() as session:
            me = acting(session, "coordinator")
            child_id = store.child_id(session, made.municipality, made.child(entry.child).alias)
        id_ = missing.register(Registered(entry.moments[0], made.municipality, child_id), me)
        for moment, ticked in zip(entry.moments, entry.ticks, strict=True):
            time.advance(hours=4)
            with db.write() as session:
                handoff = handoffs.get(session, id_, lock=True)
                assert handoff is not None
                missing.move(session, handoff, moment, me)
                chats.tick(session, handoff, me, ticked)


def _reviewer(id_: str) -> Reviewer:
    with db.read() as session:
        me = acting(session, id_)
    return Reviewer(me.id, me.email, me.name)


def _review(made: Town, entry: Review) -> None:
    until = today() + timedelta(days=entry.days) if entry.days is not None else None
    review.decide(_reviewer(entry.by), Step(ContentKind(entry.kind), entry.id, ReviewStep(entry.step), until, entry.note))


def _questions(made: Town, entry: Questions) -> None:
    with db.read() as session:
        ids = store.questions_like(session, entry.like)
    if entry.example:
        unanswered.add_example(_reviewer(entry.by), ids, entry.intent, entry.example)
    else:
        unanswered.ignore(_reviewer(entry.by), ids)


def _crisis(made: Town) -> None:
    """On for a day, then switched off: it stands in the list of earlier ones."""
    with chats.days_ago(made.crisis.days) as time:
        with db.read() as session:
            me = acting(session, made.crisis.by)
        ends_at = now() + timedelta(days=2)
        banner.switch_on(banner.Wanted(made.municipality, made.crisis.texts, made.crisis.contacts, ends_at), me)
        time.advance(hours=24)
        with db.write() as session:
            row = store.newest_banner(session, made.municipality)
            banner.switch_off(session, row, {made.municipality}, me)
