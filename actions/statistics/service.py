"""Counts in which nobody can be found: what is rarer than five is hidden, and so is what would give it away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median

from sqlalchemy.orm import Session

from actions.clock import SWEDEN, now
from actions.review import understanding
from actions.statistics import store
from actions.vocabulary import Understood, Urgency

FEWEST = 5
"""A number below this is not shown."""


@dataclass(frozen=True)
class Cell:
    """`count` None: fewer than five, or hidden so that one of those cannot be worked out."""

    id: str
    count: int | None


@dataclass(frozen=True)
class Waited:
    """Time from sent to read of one urgency: median and the longest tenth begin, in minutes. None: too few to tell."""

    urgency: str
    median: int | None
    ninth: int | None


@dataclass(frozen=True)
class Clear:
    """What children pressed after "was it clear?" under one answer."""

    intent: str
    answers: dict[str, int | None]


@dataclass(frozen=True)
class Statistics:
    total: int | None
    worries: list[Cell]
    stages: list[Cell]
    months: list[Cell]
    waited: list[Waited]
    clear: list[Clear]
    helped: list[Cell]


def hidden(counts: Mapping[str, int]) -> dict[str, int | None]:
    """Counts with the small ones taken out. One alone could be worked out from a sum, so the next smallest goes with it."""
    there = {key: count for key, count in counts.items() if count > 0}
    gone = {key for key, count in there.items() if count < FEWEST}
    if len(gone) == 1 and len(there) > 1:
        gone.add(min((key for key in there if key not in gone), key=lambda key: (there[key], key)))
    return {key: None if key in gone else count for key, count in there.items()}


def _cells(values: Iterable[str], *, by_name: bool = False) -> list[Cell]:
    """Most frequent first, the hidden ones last by name; or all by name."""
    cells = [Cell(key, count) for key, count in hidden(Counter(values)).items()]
    return sorted(cells, key=lambda cell: (0 if by_name else -(cell.count or 0), cell.id))


def gather(session: Session, days: int, municipalities: Iterable[str] | None = None) -> Statistics:
    """Everything of the last `days` days. `municipalities` None means all."""
    since = now() - timedelta(days=days)
    rows = store.handoffs(session, since, municipalities)
    return Statistics(
        total=len(rows) if len(rows) >= FEWEST or not rows else None,
        worries=_cells(row[0] for row in rows),
        stages=_cells(row[1] for row in rows),
        months=_cells((row[3].astimezone(SWEDEN).strftime("%Y-%m") for row in rows), by_name=True),
        waited=[_waited(urgency, rows) for urgency in Urgency if any(row[2] == urgency for row in rows)],
        clear=_clear(session, since),
        helped=_cells(row[5] for row in rows if row[5] is not None),
    )


def _waited(urgency: str, rows: list[store.Row]) -> Waited:
    minutes = sorted((row[4] - row[3]).total_seconds() / 60 for row in rows if row[2] == urgency and row[4] is not None)
    if len(minutes) < FEWEST:
        return Waited(urgency, None, None)
    return Waited(urgency, round(median(minutes)), round(minutes[int(len(minutes) * 0.9)]))


def _clear(session: Session, since: datetime) -> list[Clear]:
    """Per question; one with fewer than five presses is not shown at all. No sums stand beside it, so each number is for itself."""
    found = understanding.counts(session, since.astimezone(UTC).date())
    return [
        Clear(intent, {str(answer): _unless_rare(answers.get(answer, 0)) for answer in Understood})
        for intent, answers in sorted(found.items(), key=lambda item: -sum(item[1].values()))
        if sum(answers.values()) >= FEWEST
    ]


def _unless_rare(count: int) -> int | None:
    return None if 0 < count < FEWEST else count
