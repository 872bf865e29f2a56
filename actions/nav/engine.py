"""The one engine that says who gets what: worry × stage × whom it is about × time × age × absences × nav → ordered steps.

Kept always: never an authority, never a person the worry may be about, nor who works at the same place, stands in for them, answers
to them or is the same person under another role; never nobody; the last step is the coordinator in office hours, else the on-call.
Which roles a worry goes to is data and `actions.handoffs.routing`; here roles become people. Pure: no database, no clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from actions.clock import SWEDEN
from actions.content import Content, content
from actions.content.models import Worry
from actions.handoffs.routing import HUB, Route, excluded_by, route_roles, route_worry
from actions.nav.hours import is_open
from actions.nav.persons import GENERIC, Adult, Nav, Person, barred
from actions.vocabulary import COORDINATOR, ON_CALL, StaffRole


@dataclass(frozen=True)
class Matter:
    """What must reach an adult. `about`: roles it may be about; `people`: adults of the nav (ids) it may be about."""

    worry: str | None = None
    roles: tuple[str, ...] = HUB
    stage: str | None = None
    about: tuple[str, ...] = ()
    people: tuple[int, ...] = ()

    @classmethod
    def of_intent(cls, intent: str, stage: str | None, about: Iterable[str] = (), known: Content | None = None) -> Matter:
        entry = (known or content()).intents[intent]
        return cls(entry.worry or entry.route, tuple(entry.roles or HUB), stage, tuple(about))


@dataclass(frozen=True)
class Step:
    """One stop in the line. Without a person it waits in the coordinator's queue. `why` names a sentence of `actions.nav.words`."""

    role: str
    person: Person | None
    why: str
    instead_of: str | None = None  # the name of the adult who is away
    until: date | None = None


@dataclass(frozen=True)
class Skipped:
    role: str
    why: str
    name: str | None = None
    until: date | None = None


@dataclass
class Decision:
    """The answer, with everything staff need to understand it."""

    at: datetime
    municipality: str
    open: bool
    of_age: bool | None  # None: the day the child turns 18 is not known
    out: frozenset[str]  # roles it must not reach
    keys: frozenset[str]  # people it must not reach
    worry: Worry | None = None
    steps: list[Step] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    offered: list[str] = field(default_factory=list)

    @property
    def roles(self) -> list[str]:
        """What a child is offered, in order."""
        return self.offered or [ON_CALL]

    @property
    def first(self) -> Step:
        return self.steps[0]

    @property
    def excluded_people(self) -> list[int]:
        """Accounts that must never see it."""
        return sorted(int(key[6:]) for key in self.keys if key.startswith("staff:"))

    def step(self, role: str) -> Step | None:
        return next((step for step in self.steps if step.role == role), None)


def decide(
    matter: Matter, nav: Nav, at: datetime, *, first: str | None = None, widely: bool = True, known: Content | None = None
) -> Decision:
    """Who gets it, in which order.

    `first`: the role the child chose. `widely` False: the child said yes to this adult only, so after it comes the last step and
    nobody else of the nav. Never empty.
    """
    known = known or content()
    line = _Line(matter, nav, at, known)
    planned = line.planned()
    if first is not None:
        chosen = [first] if first in planned or line.may_be_chosen(first) else []
        planned = [*chosen, *(role for role in planned if role != first and widely)]
    for role in planned:
        line.take(role)
    line.end()
    return line.decision


class _Line:
    """Builds one decision."""

    def __init__(self, matter: Matter, nav: Nav, at: datetime, known: Content) -> None:
        worry = known.worries[matter.worry] if matter.worry else None
        named = {adult.role for adult in nav.adults if adult.id in matter.people}
        self.about = {*matter.about, *named, *(worry.never_to if worry else ())}
        self.nav, self.known = nav, known
        self.day = at.astimezone(SWEDEN).date()
        self.route = _route(matter, worry, nav.municipality, self.about, known)
        out = frozenset(excluded_by(self.about, known))
        of_age = None if nav.turns_18_on is None else self.day >= nav.turns_18_on
        keys = barred(nav, out, matter.people, self.day) if out or matter.people else frozenset()
        opened = is_open(known.municipality(nav.municipality), at)
        self.decision = Decision(at, nav.municipality, opened, of_age, out, keys, worry)

    # --- roles

    def planned(self) -> list[str]:
        """The roles of the route that fit the child's age. Without anybody left: none, `end` is enough."""
        for left_out, why in self.route.skipped.items():
            self.skip(left_out, "same_place" if why == "about" and left_out not in self.about else why)
        found: list[str] = []
        for id_ in [] if self.route.nobody else self.route.roles:
            role, of_age = self.known.roles[id_], self.decision.of_age
            if role.until_18 and of_age:
                self.skip(id_, "of_age")
                if role.at_18 and role.at_18 not in self.decision.out:
                    found.append(role.at_18)
            elif role.from_18 and of_age is False:
                self.skip(id_, "not_of_age")
            else:
                found.append(id_)
        return list(dict.fromkeys(found))

    def may_be_chosen(self, role: str) -> bool:
        """The on-call beside the planned roles, when a worry is grave."""
        return role == ON_CALL and not self.route.nobody and role not in self.decision.out

    # --- people

    def take(self, role: str) -> None:
        """The adults of the nav who have the role, or those who stand in for them, or the queue."""
        blocked = False
        taken = 0
        for adult in self._adults(role):
            if self.is_barred(adult.person):
                self.skip(role, "about" if role in self.decision.out else "connected", adult.person.name)
                blocked = True
            else:
                taken += self._tell(role, adult)
        if not taken and blocked:
            return
        if not taken:
            self.add(self.queue(role, "queue"))
        if role not in self.decision.offered:
            self.decision.offered.append(role)

    def _adults(self, role: str) -> list[Adult]:
        found = [adult for adult in self.nav.adults if adult.active and adult.role == role]
        if role == ON_CALL:
            found += [Adult(0, ON_CALL, person) for person in self.nav.with_account_role(ON_CALL) if person.works]
        return found

    def _tell(self, role: str, adult: Adult) -> bool:
        person, away = adult.person, self.nav.away(adult.person, self.day)
        if away is not None:
            deputy = self.deputy(adult)
            if deputy is None:
                self.skip(role, "away", person.name, away.days.last)
                return False
            return self.add(Step(role, deputy, "stand_in", person.name, away.days.last))
        if not person.reachable:
            self.skip(role, "no_channel", person.name)
            return False
        return self.add(Step(role, person, "on_call" if role == ON_CALL else "planned"))

    def deputy(self, adult: Adult) -> Person | None:
        """Who stands in today: first somebody named for this adult, then somebody named for the role. Never one who is barred."""
        for mine in (True, False):
            for entry in self.nav.stand_ins:
                fits = entry.adult_id == adult.id if mine else entry.adult_id is None and entry.role == adult.role
                if not fits or not entry.days.covers(self.day) or not entry.person.reachable:
                    continue
                if self.is_barred(entry.person):
                    self.skip(adult.role, "connected", entry.person.name)
                elif self.nav.away(entry.person, self.day) is None:
                    return entry.person
        return None

    def is_barred(self, person: Person) -> bool:
        return not self.decision.keys.isdisjoint(person.keys) or person.nav_role in self.decision.out

    def queue(self, role: str, why: str) -> Step:
        """The coordinators' queue. When none of them may see it, somebody who may gets it by name."""
        own = self.nav.coordinators(self.nav.municipality) or self.nav.coordinators(GENERIC)
        if not own or any(not self.is_barred(person) for person in own):
            return Step(role, None, why)
        spare = [person for person in self._others() if not self.is_barred(person)]
        present = [person for person in spare if self.nav.away(person, self.day) is None]
        return Step(role, (present or spare)[0], "other_coordinator") if spare else Step(role, None, "nobody_may")

    def _others(self) -> list[Person]:
        """Coordinators elsewhere, those of the generic profile first, then the on-call of the municipality."""
        places = [colleague.municipality for colleague in self.nav.colleagues if colleague.role == StaffRole.COORDINATOR]
        found = [person for place in dict.fromkeys((GENERIC, *places)) for person in self.nav.coordinators(place)]
        return [*found, *(person for person in self.nav.with_account_role(ON_CALL) if person.works)]

    # --- the line itself

    def add(self, step: Step, *, last: bool = False) -> bool:
        """Put a stop into the line; the same person stands there once, except at the end."""
        known = [other.person for other in self.decision.steps if other.person is not None]
        if not last and step.person is not None and any(step.person.keys & other.keys for other in known):
            self.skip(step.role, "already", step.person.name)
        else:
            self.decision.steps.append(step)
        return True

    def skip(self, role: str, why: str, name: str | None = None, until: date | None = None) -> None:
        self.decision.skipped.append(Skipped(role, why, name, until))

    def end(self) -> None:
        """In office hours the coordinator, otherwise the on-call."""
        if self.decision.open or ON_CALL in self.decision.out:
            self.add(self.queue(COORDINATOR, "coordinator"), last=True)
            return
        free = [adult.person for adult in self._adults(ON_CALL) if not self.is_barred(adult.person) and adult.person.reachable]
        present = [person for person in free if self.nav.away(person, self.day) is None]
        for person in present:
            self.add(Step(ON_CALL, person, "on_call"), last=True)
        if not present:
            self.add(self.queue(ON_CALL, "on_call_queue"), last=True)


def _route(matter: Matter, worry: Worry | None, municipality: str, about: set[str], known: Content) -> Route:
    if worry is not None:
        return route_worry(worry.id, matter.stage, municipality, about, known)
    return route_roles(matter.roles, municipality, about, known)
