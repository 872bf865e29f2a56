"""The daily e-mail to each coordinator: counts and a link. One a working day, put together when it is sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from actions import db
from actions.alerts import calendar, overview, store
from actions.alerts.channels.base import Letter, configured
from actions.alerts.letters import letter_id
from actions.alerts.models import OutboxRow
from actions.clock import SWEDEN, now, today
from actions.content import content
from actions.errors import SettingsError
from actions.i18n import catalogs
from actions.mark import N_
from actions.settings import Settings
from actions.staff.models import StaffUser
from actions.vocabulary import AlertKind, Channel, HandoffState, StaffRole

SUBJECT = N_("Navet: {late} beyond their time, {unread} unread, {open} open")
QUIET = N_("Navet: nothing waits")
LINES = (
    N_("Beyond their time: {late}"),
    N_("Not read by anybody: {unread}"),
    N_("Answers of children nobody has read: {answers}"),
    N_("Open: {open}"),
    N_("Days since the oldest came: {days}"),
    N_("Messages that did not get through: {troubled}"),
    N_("Worries that would find no adult with an account: {gaps}"),
)


def plan_due(config: Settings) -> int:
    """Today's digests, once the hour has come; how many were put into the outbox. Safe to repeat, and with several workers."""
    if not configured(Channel.EMAIL, config) or now().astimezone(SWEDEN).hour < config.digest_hour:
        return 0
    with db.read() as session:
        people = [user for user in store.active_staff(session, StaffRole.COORDINATOR) if _works_today(user)]
        known = store.known_keys(session, [_key(user) for user in people])
    return sum(_put(user, _key(user)) for user in people if _key(user) not in known)


def plan_now(config: Settings) -> int:
    """A digest for every coordinator at once, besides the daily one. Raises `SettingsError` when there is no mail server."""
    if not configured(Channel.EMAIL, config):
        raise SettingsError("NAVET_SMTP_URL is not set, so no digest can be sent.")
    with db.read() as session:
        people = store.active_staff(session, StaffRole.COORDINATOR)
    return sum(_put(user, f"{_key(user)}:{now().isoformat()}") for user in people)


def _works_today(user: StaffUser) -> bool:
    return calendar.is_working_day(today(), content().municipality(user.municipality).hours)


def _key(user: StaffUser) -> str:
    return f"digest:{today().isoformat()}:{user.id}"


def _put(user: StaffUser, key: str) -> bool:
    moment: datetime = now()
    row = OutboxRow(
        kind=str(AlertKind.DIGEST),
        channel=str(Channel.EMAIL),
        address=user.email,
        person_id=user.id,
        role=user.role,
        step=0,
        dedupe_key=key,
        created_at=moment,
        due_at=moment,
        tries=0,
    )
    try:
        with db.write() as session:
            store.add(session, row)
    except IntegrityError:  # another worker was quicker
        return False
    return True


def letter(session: Session, row: OutboxRow, person: StaffUser, config: Settings) -> Letter:
    """Counts of this moment, in the coordinator's language."""
    places = overview.municipalities_of(session, person.municipality)
    items = overview.open_items(session, places, person.id)
    values = {
        "late": sum(item.overdue for item in items),
        "unread": sum(item.state == HandoffState.NEW for item in items),
        "answers": sum(item.answers for item in items),
        "open": len(items),
        "days": max((item.age.days for item in items), default=0),
        "troubled": len(overview.troubled(session, places)),
        "gaps": sum(overview.gaps(session, place, config).route_count for place in places),
    }
    link = f"{config.web_address}/staff/overview"

    def say(msgid: str) -> str:
        return catalogs().interface(person.language, "staff", msgid).format(**values)

    text = "\n".join([*map(say, LINES), "", link])
    return Letter(letter_id(row.dedupe_key), row.kind, row.address, say(SUBJECT if values["open"] else QUIET), text, link)
