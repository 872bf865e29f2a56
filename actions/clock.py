"""The one clock. Tests replace it with `FrozenClock`; nothing else in the code asks for the time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SWEDEN = ZoneInfo("Europe/Stockholm")


class Clock:
    """Real time, always aware and in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def today(self) -> date:
        """The date in Sweden, which is what `review_by` and opening hours mean."""
        return self.now().astimezone(SWEDEN).date()


class FrozenClock(Clock):
    """A clock that stands still until it is moved; for tests."""

    def __init__(self, at: datetime) -> None:
        self._now = at.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def advance(self, **delta: float) -> None:
        self._now += timedelta(**delta)

    def set(self, at: datetime) -> None:
        self._now = at.astimezone(UTC)


_clock: Clock = Clock()


def clock() -> Clock:
    return _clock


def use_clock(new: Clock) -> Clock:
    """Replace the process's clock and return the old one."""
    global _clock
    old, _clock = _clock, new
    return old


def now() -> datetime:
    return _clock.now()


def today() -> date:
    return _clock.today()


def aware(value: datetime) -> datetime:
    """SQLite gives naive datetimes back; everything in the database is UTC."""
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def iso(value: datetime) -> str:
    """ISO 8601 with `Z`, to the second, as the chat API shows it."""
    return aware(value).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
