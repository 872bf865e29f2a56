"""Nothing lies unread: open handoffs by age and owner, what is beyond its time, and where nobody stands behind a route."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from actions.alerts import escalation, store
from actions.alerts.channels.base import configured
from actions.alerts.models import OutboxRow
from actions.alerts.service import within
from actions.clock import now
from actions.content import content
from actions.handoffs import store as handoffs
from actions.handoffs.models import Handoff
from actions.handoffs.routing import route_worry
from actions.settings import Settings
from actions.vocabulary import ON_CALL, Channel, HandoffState, Helped, StaffRole

GENERIC = "generic"
TROUBLE_DAYS = 7
LATE = timedelta(minutes=5)
"""A message still unsent so long after its time is in trouble."""


@dataclass(frozen=True)
class Item:
    """An open handoff, without anything the child wrote. `owner` is the name of the person who has it."""

    id: str
    urgency: str
    state: str
    municipality: str
    owner: str | None
    created_at: datetime
    deadline: datetime | None  # until when it must be acknowledged, or what the child wrote back read; None: it has been
    answers: int = 0  # what the child wrote back and nobody has read

    @property
    def age(self) -> timedelta:
        return now() - self.created_at

    @property
    def overdue(self) -> bool:
        return self.deadline is not None and self.deadline < now()


@dataclass(frozen=True)
class Numbers:
    """What those see who may not see single handoffs."""

    municipality: str
    open: int
    unread: int
    overdue: int
    oldest_days: int


@dataclass(frozen=True)
class Gaps:
    """Where a worry would find nobody in a municipality.

    `routes`: worry -> stages of which no adult has an account here. `adults`: names of adults of navs that nothing can reach.
    """

    municipality: str
    coordinator: bool
    on_call: bool
    routes: dict[str, list[str]] = field(default_factory=dict)
    roles: dict[str, int] = field(default_factory=dict)  # role without anybody -> routes that name it
    adults: list[str] = field(default_factory=list)

    @property
    def route_count(self) -> int:
        return sum(len(stages) for stages in self.routes.values())

    @property
    def any(self) -> bool:
        return bool(self.routes or self.adults) or not self.coordinator or not self.on_call


def municipalities_of(session: Session, municipality: str | None) -> list[str]:
    """What a coordinator answers for: the own municipality; the generic one also those nobody coordinates."""
    if municipality != GENERIC:
        return [str(municipality)]
    taken = {user.municipality for user in store.active_staff(session, StaffRole.COORDINATOR)}
    return [id_ for id_ in content().municipalities if id_ == GENERIC or id_ not in taken]


def open_items(session: Session, municipalities: Iterable[str] | None = None, hidden_from: int | None = None) -> list[Item]:
    """Open handoffs, overdue ones first, then the oldest. `hidden_from`: an account that must not see those about itself."""
    rows = [row for row in store.open_handoffs(session, municipalities) if hidden_from not in (row.excluded_people or [])]
    owners = store.people(session, {row.assignee_id for row in rows if row.assignee_id})
    answers: dict[str, list[datetime]] = {}
    for message in handoffs.unread(session, [row.id for row in rows]):
        answers.setdefault(message.handoff_id, []).append(message.at)
    items = [
        _item(row, owners[row.assignee_id].name if row.assignee_id in owners else None, answers.get(row.id, [])) for row in rows
    ]
    return sorted(items, key=lambda item: (not item.overdue, item.created_at))


def _item(row: Handoff, owner: str | None, answers: list[datetime]) -> Item:
    """`answers`: when the child wrote what nobody has read, oldest first."""
    hours = content().municipality(row.municipality).hours
    waiting = row.created_at if row.state == HandoffState.NEW else answers[0] if answers else None
    deadline = escalation.deadline(within(row.urgency), waiting, hours) if waiting else None
    return Item(row.id, row.urgency, row.state, row.municipality, owner, row.created_at, deadline, len(answers))


def helped(session: Session, municipalities: Iterable[str] | None = None) -> dict[str, dict[str, int]]:
    """Municipality -> Helped -> how many children said so. Nothing of a single handoff."""
    counts = handoffs.helped_counts(session, municipalities)
    places = dict.fromkeys(place for place, _ in counts)
    return {place: {str(value): counts.get((place, str(value)), 0) for value in Helped} for place in places}


def numbers(items: Sequence[Item]) -> list[Numbers]:
    """Counts by municipality, in the order of data/municipalities."""
    found = []
    for id_ in dict.fromkeys([*content().municipalities, *(item.municipality for item in items)]):
        mine = [item for item in items if item.municipality == id_]
        unread = [item for item in mine if item.state == HandoffState.NEW]
        oldest = max((item.age.days for item in mine), default=0)
        found.append(Numbers(id_, len(mine), len(unread), sum(item.overdue for item in mine), oldest))
    return found


def gaps(session: Session, municipality: str, config: Settings) -> Gaps:
    """Routes of a municipality with nobody behind them, adults without a channel, and whether the ends of every route are there."""
    present = {str(user.nav_role) for user in store.active_staff(session, StaffRole.NAV_ADULT, municipality)}
    profile = content().municipality(municipality)
    reachable = bool(profile.on_call.phone and profile.on_call.verified_on) and configured(Channel.SMS, config)
    routes, roles = _empty_routes(municipality, present)
    return Gaps(
        municipality,
        coordinator=bool(store.active_staff(session, StaffRole.COORDINATOR, municipality)),
        on_call=reachable or ON_CALL in present,
        routes=routes,
        roles=roles,
        adults=[adult.name for adult in store.unreachable_adults(session, municipality, configured(Channel.SMS, config))],
    )


def _empty_routes(municipality: str, present: set[str]) -> tuple[dict[str, list[str]], dict[str, int]]:
    routes: dict[str, list[str]] = {}
    roles: Counter[str] = Counter()
    for worry in content().worries:
        for stage in content().stages:
            wanted = set(route_worry(worry, stage, municipality).roles)
            roles.update(wanted - present)
            if not wanted & present:
                routes.setdefault(worry, []).append(stage)
    return routes, dict(roles.most_common())


def troubled(session: Session, municipalities: Iterable[str] | None = None) -> list[OutboxRow]:
    """Messages that did not get through in the last days."""
    rows = store.troubled(session, now() - timedelta(days=TROUBLE_DAYS), now() - LATE)
    if municipalities is None:
        return list(rows)
    mine = store.municipality_of(session, {row.handoff_id for row in rows if row.handoff_id})
    return [row for row in rows if mine.get(row.handoff_id or "") in set(municipalities)]
