"""The lists of a handoff, with what is ticked off, by whom and when. A municipality's own list replaces the generic one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from actions.audit.service import record
from actions.checklists import store
from actions.checklists.models import Tick
from actions.clock import now
from actions.content import content
from actions.content.models import Checklist, Municipality, Point, Source
from actions.errors import Unprocessable
from actions.handoffs.models import Handoff
from actions.mark import N_
from actions.staff.accounts import SignedIn

MISSING = ("prevention", "missing", "found")
"""The lists about children who are missing, in the order of what happens."""


@dataclass(frozen=True)
class Line:
    """A point; `tick` None: not done yet."""

    point: Point
    tick: Tick | None


@dataclass(frozen=True)
class Shown:
    """A list as it is shown on one handoff. `own`: the municipality's; otherwise `fill_in` says who can write one."""

    checklist: Checklist
    lines: list[Line]
    own: bool
    fill_in: str | None
    source: Source
    older: list[Tick]

    @property
    def done(self) -> int:
        return sum(line.tick is not None for line in self.lines)


def points(checklist: Checklist, profile: Municipality) -> tuple[list[Point], str | None]:
    """The points in force, and who can write the municipality's own list while it has none."""
    slot = next((entry for entry in profile.slots if entry.id == checklist.slot), None)
    lines = [line.strip("-•* \t") for line in (slot.content or "").splitlines()] if slot else []
    own = [Point(id=hashlib.sha256(line.encode()).hexdigest()[:16], sv=line) for line in lines if line]
    return own or checklist.items, None if own or slot is None else slot.fill_in


def lists_for(handoff: Handoff) -> list[Checklist]:
    """The plan's four points on a request for a plan; all three lists where a child is missing or may be."""
    found = [entry for entry in content().checklists.values() if handoff.worry in entry.worries]
    if any(entry.id in MISSING for entry in found):
        return [content().checklists[id_] for id_ in MISSING]
    return found


def shown(session: Session, handoff: Handoff) -> list[Shown]:
    """Every list of a handoff with its ticks. Ticks of points that the list no longer has are kept and shown as `older`."""
    profile = content().municipality(handoff.municipality)
    ticks = store.of_handoff(session, handoff.id)
    found = []
    for checklist in lists_for(handoff):
        wanted, fill_in = points(checklist, profile)
        mine = {tick.item: tick for tick in ticks if tick.checklist == checklist.id}
        lines = [Line(point, mine.pop(point.id, None)) for point in wanted]
        source = content().sources[checklist.source.source]
        own = wanted != checklist.items
        found.append(Shown(checklist, lines, own, fill_in, source, list(mine.values())))
    return found


def current(handoff: Handoff) -> str | None:
    """Which of the lists about a missing child it is about now."""
    return next((id_ for id_ in MISSING if handoff.worry in content().checklists[id_].worries), None)


def progress(session: Session, handoffs: Iterable[Handoff]) -> dict[str, int]:
    """How many points are ticked, by handoff."""
    rows = list(handoffs)
    ticks = store.of_handoffs(session, [row.id for row in rows])
    return {row.id: sum(tick.handoff_id == row.id for tick in ticks) for row in rows}


def toggle(session: Session, handoff: Handoff, checklist_id: str, item: str, me: SignedIn, *, done: bool) -> None:
    """Tick a point off, or take the tick back. Both stand in the audit. A repeated click changes nothing."""
    checklist = next((entry for entry in lists_for(handoff) if entry.id == checklist_id), None)
    known = points(checklist, content().municipality(handoff.municipality))[0] if checklist else []
    point = next((entry for entry in known if entry.id == item), None)
    tick = store.find(session, handoff.id, checklist_id, item)
    if point is None and tick is None:
        raise Unprocessable(N_("There is no such point in the list."), field="item")
    if done == (tick is not None):
        return
    if tick is not None:
        store.remove(session, tick)
    elif point is not None:
        moment, wording = now(), point.sv[:500]
        row = Tick(
            handoff_id=handoff.id, checklist=checklist_id, item=item, wording=wording, at=moment, user_id=me.id, name=me.name
        )
        store.add(session, row)
    action = "checklist.ticked" if done else "checklist.unticked"
    detail = {"list": checklist_id, "item": item}
    record(session, user_id=me.id, actor=me.email, action=action, object_type="handoff", object_id=handoff.id, **detail)
