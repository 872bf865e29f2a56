"""When the people of a municipality are at work: its opening hours and the Swedish holidays, eves included."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import lru_cache

import holidays

from actions.clock import SWEDEN
from actions.content.models import Municipality

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CATEGORIES = ("public", "de_facto")
"""Christmas Eve, New Year's Eve and Midsummer's Eve are no holidays by law, but no office is open."""


@lru_cache(maxsize=4)
def _calendar(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("SE", years=year, categories=CATEGORIES))


def is_holiday(day: date) -> bool:
    return day in _calendar(day.year)


@lru_cache(maxsize=64)
def _span(hours: str) -> tuple[time, time] | None:
    opens, _, closes = hours.partition("-")
    try:
        return time.fromisoformat(opens.strip()), time.fromisoformat(closes.strip())
    except ValueError:
        return None


def is_open(profile: Municipality, at: datetime) -> bool:
    """Whether people read now. `at` is aware; a weekday without hours is closed."""
    local = at.astimezone(SWEDEN)
    span = _span(profile.hours.get(WEEKDAYS[local.weekday()], ""))
    return span is not None and not is_holiday(local.date()) and span[0] <= local.time() < span[1]
