"""Who is told next, and when. Pure functions: they look at no clock, no database and no settings.

U0   at once to the first adult and the on-call; every few minutes to the next in line; then the coordinators; then round again.
U1   in opening hours to the first adult at once, the next after two hours; outside them the on-call at once. The line
     starts again when the office opens.
U2, U3  in opening hours to the adult the child said yes to; after the working days of urgencies.yml to the coordinators, who may
     see it anyway. Other adults are not told: the child did not say yes to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from actions.alerts import calendar
from actions.alerts.calendar import Hours
from actions.content.models import AckWithin
from actions.vocabulary import COORDINATOR, Urgency


@dataclass(frozen=True)
class Recipient:
    """One adult and how to reach them. `person_id` is their account, if they have one."""

    role: str  # of roles.yml, or "coordinator" | "administrator"
    person_id: int | None
    channel: str
    address: str
    language: str = "sv"


@dataclass(frozen=True)
class Group:
    """Adults who are told at the same moment. `key` stands for them in a round."""

    key: str
    role: str
    recipients: tuple[Recipient, ...]


@dataclass(frozen=True)
class Line:
    """Everyone who may be told: the adults of the route in order, the on-call, and the coordinators as the last."""

    adults: tuple[Group, ...]
    on_call: Group | None
    last: Group | None


@dataclass(frozen=True)
class Turn:
    """Who is told now. `done` is what the round looks like afterwards, `again` says that a new round has begun."""

    groups: tuple[Group, ...]
    done: tuple[str, ...]
    again: bool


def in_line(urgency: Urgency, line: Line, *, consented: str, open_now: bool) -> list[Group]:
    """The groups in the order in which they are told at this hour."""
    on_call, last = [line.on_call] if line.on_call else [], [line.last] if line.last else []
    if urgency == Urgency.U0:
        return _once([*line.adults, *on_call, *last])
    if urgency == Urgency.U1:
        return _once([*(line.adults if open_now else on_call), *last])
    return _once([*[group for group in line.adults if group.role in (consented, COORDINATOR)], *last])


def _once(groups: Iterable[Group]) -> list[Group]:
    return list({group.key: group for group in groups}.values())


def turn(urgency: Urgency, line: Line, done: Sequence[str], *, consented: str, open_now: bool) -> Turn:
    """The next group that was not told in this round, or the first again. No groups when there is nobody at all."""
    groups = in_line(urgency, line, consented=consented, open_now=open_now)
    if not groups:
        return Turn((), tuple(done), again=False)
    waiting = [group for group in groups if group.key not in done]
    again = not waiting
    chosen = [groups[0] if again else waiting[0]]
    if urgency == Urgency.U0 and not done and line.on_call and line.on_call.key != chosen[0].key:
        chosen.append(line.on_call)  # in danger the on-call knows from the first moment
    kept = () if again else tuple(done)
    return Turn(tuple(chosen), (*kept, *[group.key for group in chosen]), again)


def first_at(urgency: Urgency, moment: datetime, hours: Hours) -> datetime:
    """When the first alert of a handoff goes out."""
    return moment if urgency in (Urgency.U0, Urgency.U1) else calendar.next_opening(moment, hours)


def next_at(urgency: Urgency, made: int, moment: datetime, hours: Hours, within: AckWithin, repeat: timedelta) -> datetime:
    """When the next in line is told, if nobody acknowledges. `made` counts the alerts until now, the present one included.

    `repeat` is the pace of U0, `within` the time of urgencies.yml. After the first reminder U2 and U3 go on every working day.
    """
    if urgency == Urgency.U0:
        return moment + repeat
    if urgency == Urgency.U1:
        later = moment + timedelta(hours=within.hours or 2)
        return later if calendar.is_open(moment, hours) else min(later, calendar.next_opening(moment, hours))
    days = (within.working_days or 1) if made <= 1 else 1
    return calendar.add_working_days(moment, days, hours)


def deadline(within: AckWithin, created: datetime, hours: Hours) -> datetime:
    """Until when somebody must have acknowledged: minutes and hours by the clock, days as working days."""
    if within.working_days is not None:
        return calendar.add_working_days(created, within.working_days, hours)
    return created + timedelta(hours=within.hours or 0, minutes=within.minutes or 0)
