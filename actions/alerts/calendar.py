"""Working time in Sweden: a municipality's opening hours without weekends, public holidays and the three eves on which offices
are closed (Midsummer, Christmas, New Year's Eve).

`hours` is `Municipality.hours`: {"monday": "08:00-16:30", …}; a day that is missing or empty is closed. All moments are aware.
Nothing here raises for wrong hours: an alert must never wait for a typing mistake.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final

from actions.clock import SWEDEN
from actions.nav.hours import WEEKDAYS, is_holiday

Hours = Mapping[str, str]
OFFICE_HOURS: Final[Hours] = dict.fromkeys(WEEKDAYS[:5], "08:00-16:30")
"""Used where a profile names no hours, or hours nobody can read."""
FURTHEST = 60
"""Days to look ahead; no office is closed longer."""


def opening(day: date, hours: Hours | None = None) -> tuple[datetime, datetime] | None:
    """From when to when the office is open that day; None when it is closed."""
    if is_holiday(day):
        return None
    name = WEEKDAYS[day.weekday()]
    text = (hours or OFFICE_HOURS).get(name, "")
    return (_read(day, text) or _read(day, OFFICE_HOURS.get(name, ""))) if text else None


def _read(day: date, text: str) -> tuple[datetime, datetime] | None:
    try:
        first, last = (_at(day, time.fromisoformat(part.strip())) for part in text.split("-"))
    except ValueError:
        return None
    return (first, last) if first < last else None


def _at(day: date, clock_time: time) -> datetime:
    return datetime.combine(day, clock_time, SWEDEN)


def is_working_day(day: date, hours: Hours | None = None) -> bool:
    """Whether the office opens at all that day."""
    return opening(day, hours) is not None


def is_open(moment: datetime, hours: Hours | None = None) -> bool:
    local = moment.astimezone(SWEDEN)
    found = opening(local.date(), hours)
    return found is not None and found[0] <= local < found[1]


def next_opening(moment: datetime, hours: Hours | None = None) -> datetime:
    """The moment itself while the office is open, otherwise when it opens next."""
    local = moment.astimezone(SWEDEN)
    for ahead in range(FURTHEST):
        found = opening(local.date() + timedelta(days=ahead), hours)
        if found is not None and local < found[1]:
            return max(local, found[0])
    return next_opening(moment)  # hours without a single day: the usual office hours


def add_working_days(moment: datetime, days: int, hours: Hours | None = None) -> datetime:
    """The same time of day so many working days later, at the latest when the office closes that day.

    What comes outside opening hours counts from the next opening.
    """
    at = next_opening(moment, hours)
    day = at
    for _ in range(days):
        day = next_opening(_at(day.date() + timedelta(days=1), time.min), hours)
    first, last = opening(day.date(), hours) or opening(day.date()) or (day, day)
    return min(max(_at(day.date(), at.time()), first), last)


def _between(first: datetime, last: datetime) -> timedelta:
    """The time that really passes, also in the night when the clocks change."""
    return timedelta(seconds=last.timestamp() - first.timestamp())


def _later(at: datetime, duration: timedelta) -> datetime:
    return datetime.fromtimestamp(at.timestamp() + duration.total_seconds(), SWEDEN)
