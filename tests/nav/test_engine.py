"""The engine, tried on made-up navs: a worry never reaches the person it is about, an authority, or nobody."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest

from actions.content import content
from actions.nav.engine import Decision, Matter, decide
from actions.nav.persons import Absence, Adult, Colleague, Nav, Period, Person, StandIn
from actions.vocabulary import COORDINATOR, ON_CALL, Channel, StaffRole

DAY = date(2026, 11, 25)
TIMES = (
    datetime(2026, 11, 25, 9, 0, tzinfo=UTC),  # a Wednesday at ten
    datetime(2026, 11, 25, 23, 30, tzinfo=UTC),  # the night after
    datetime(2026, 11, 28, 11, 0, tzinfo=UTC),  # a Saturday
    datetime(2026, 12, 24, 10, 0, tzinfo=UTC),  # Christmas Eve
    datetime(2026, 4, 3, 9, 0, tzinfo=UTC),  # Good Friday
    datetime(2026, 7, 31, 15, 45, tzinfo=UTC),  # Friday, after closing time
)
ROLES = [role.id for role in content().roles.values() if role.recipient]
PLACES = list(content().municipalities)
DRAWS = 225
"""Made-up situations a worry, stage and municipality."""


# --- made-up people. The name says who somebody really is, which the engine never looks at.


@dataclass
class World:
    nav: Nav
    boss: dict[str, str] = field(default_factory=dict)  # who answers to whom, by real person


def make_person(chance: random.Random, number: int, account: Person | None) -> Person:
    """A real person as somebody typed them in: by account, by e-mail, or by phone, each time spelt differently."""
    name = f"human {number}"
    if account is not None and chance.random() < 0.6:
        return account
    if account is not None:
        return Person(name, Channel.EMAIL, chance.choice([f"H{number}@Example.se", f" h{number}@example.se"]))
    return Person(
        name, Channel.SMS, chance.choice([f"070-000 00 {number:02}", f"+46 70 00000{number:02}", f"00467000000{number:02}"])
    )


def make_world(seed: int, place: str) -> World:
    chance = random.Random(seed)
    accounts: dict[int, Person] = {}
    colleagues = []
    for number in range(12):
        if number >= 9 or chance.random() < 0.5:
            role = StaffRole.COORDINATOR if number in (9, 10) else StaffRole.NAV_ADULT
            nav_role = ON_CALL if number == 11 else chance.choice(ROLES) if role == StaffRole.NAV_ADULT else None
            email = f"h{number}@example.se"
            works = number >= 9 or chance.random() < 0.9
            person = Person(f"human {number}", Channel.IN_APP, None, number, None, email, nav_role, works)
            home = "generic" if number == 10 else place
            if number < 9 or chance.random() < 0.8:
                accounts[number] = person
                colleagues.append(Colleague(person, role, home))
    adults = []
    for id_ in range(1, chance.randrange(0, 7)):
        number = chance.randrange(10)
        typed = make_person(chance, number, accounts.get(number))
        person = Person(typed.name, typed.channel, typed.address, typed.staff_id, id_, typed.email, typed.nav_role, typed.works)
        adults.append(Adult(id_, chance.choice(ROLES), person, chance.random() < 0.9))
    period = lambda: Period(DAY - timedelta(days=chance.randrange(3)), chance.choice([None, DAY + timedelta(days=40)]))  # noqa: E731
    stand_ins = []
    for _ in range(chance.randrange(4)):
        number = chance.randrange(10)
        person = make_person(chance, number, accounts.get(number))
        adult = chance.choice([*adults, None])
        stand_ins.append(StandIn(person, period(), adult.id if adult else None, None if adult else chance.choice(ROLES)))
    keys = [*(f"adult:{adult.id}" for adult in adults), *(f"staff:{number}" for number in accounts)]
    absences = [Absence(key, period()) for key in keys if chance.random() < 0.3]
    names = {f"adult:{adult.id}": adult.person.name for adult in adults} | {f"staff:{n}": f"human {n}" for n in accounts}
    answers = [(who, whom) for who in keys for whom in keys if names[who] != names[whom] and chance.random() < 0.06]
    eighteen = chance.choice([None, DAY - timedelta(days=400), DAY, DAY + timedelta(days=1), DAY + timedelta(days=500)])
    nav = Nav(place, f"child{seed}", eighteen, tuple(adults), tuple(stand_ins), tuple(absences), tuple(answers), tuple(colleagues))
    if chance.random() < 0.1:
        nav = Nav(place, colleagues=tuple(colleagues), answers_to=tuple(pair for pair in answers if "adult" not in "".join(pair)))
    return World(nav, answers_by_name(nav, names))


def answers_by_name(nav: Nav, names: dict[str, str]) -> dict[str, set[str]]:  # type: ignore[override]
    found: dict[str, set[str]] = {}
    for who, whom in nav.answers_to:
        found.setdefault(names[whom], set()).add(names[who])
    return found


# --- what must hold, worked out from the real people


def excluded_roles(worry: str, about: tuple[str, ...]) -> set[str]:
    known = content()
    named = {*about, *known.worries[worry].never_to}
    return named | {other for role in named for other in known.roles[role].excludes}


def problem_people(world: World, out: set[str], named: tuple[int, ...], day: date) -> set[str]:
    nav = world.nav
    about = [adult for adult in nav.adults if adult.role in out or adult.id in named]
    found = {adult.person.name for adult in about}
    for entry in nav.stand_ins:
        if entry.days.first <= day and (entry.role in out or entry.adult_id in {adult.id for adult in about}):
            found.add(entry.person.name)
    for role in out - {adult.role for adult in about}:
        found |= {one.person.name for one in nav.colleagues if one.person.nav_role == role and one.municipality == nav.municipality}
    waiting = list(found)
    while waiting:
        for below in world.boss.get(waiting.pop(), set()) - found:
            found.add(below)
            waiting.append(below)
    return found


def check(world: World, worry: str, matter: Matter, at: datetime, decision: Decision, first: str | None, widely: bool) -> None:
    nav, day, known = world.nav, (at + timedelta(hours=1)).date(), content()
    named_roles = tuple(adult.role for adult in nav.adults if adult.id in matter.people)
    out = excluded_roles(worry, (*matter.about, *named_roles))
    problem = problem_people(world, out, matter.people, day)
    case = (worry, matter, at, nav)
    assert decision.steps, case
    assert decision.steps[-1].role == (COORDINATOR if decision.open or ON_CALL in out else ON_CALL), case
    of_age = None if nav.turns_18_on is None else day >= nav.turns_18_on
    for step in decision.steps:
        assert step.role not in out, case
        assert step.role == COORDINATOR or known.roles[step.role].recipient, case
        assert not (of_age and step.role in ("god_man", "bup")), case
        assert not (of_age is False and step.role == "vuxenpsykiatri"), case
        if step.person is None:
            own = nav.coordinators(nav.municipality) or nav.coordinators("generic")
            readers = [person for person in own if person.name not in problem]
            assert readers or not own or step.why == "nobody_may", case
            continue
        assert step.person.name not in problem, (step, *case)
        assert step.person.nav_role not in out, case
        assert step.person.works, case
        assert step.person.staff_id is not None or step.person.address, case
        if step.why != "other_coordinator":
            assert nav.away(step.person, day) is None, case
    accounts = {one.person.staff_id for one in nav.colleagues if one.person.name in problem}
    assert accounts <= set(decision.excluded_people), case
    assert not out & set(decision.offered), case
    if first is not None and not widely:
        assert {step.role for step in decision.steps} <= {first, ON_CALL, COORDINATOR}, case


def situations() -> Iterator[tuple[World, str, Matter, datetime, str | None, bool]]:
    """Every worry × stage × municipality, each with `DRAWS` navs, times, named people and choices."""
    chance = random.Random(4)
    worlds = {place: [make_world(number * 7 + index, place) for number in range(900)] for index, place in enumerate(PLACES)}
    for worry in content().worries.values():
        likely = [(), *((role,) for role in worry.may_be_about), tuple(worry.may_be_about)]
        for stage in content().stages:
            for place in PLACES:
                for world in chance.sample(worlds[place], DRAWS):
                    about = chance.choice(likely) if chance.random() < 0.7 else tuple(chance.sample(ROLES, chance.randrange(1, 4)))
                    ids = [adult.id for adult in world.nav.adults]
                    people = tuple(chance.sample(ids, 1)) if ids and chance.random() < 0.3 else ()
                    first = chance.choice(ROLES) if chance.random() < 0.5 else None
                    matter = Matter(worry.id, stage=stage, about=about, people=people)
                    yield world, worry.id, matter, chance.choice(TIMES), first, chance.random() < 0.5


@pytest.mark.timeout(180)
def test_no_worry_reaches_the_person_it_is_about_or_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    tried, with_person, barred = 0, 0, 0
    for world, worry, matter, at, first, widely in situations():
        decision = decide(matter, world.nav, at, first=first, widely=widely)
        check(world, worry, matter, at, decision, first, widely)
        tried += 1
        with_person += any(step.person is not None for step in decision.steps)
        barred += bool(decision.keys)
    with capsys.disabled():
        print(f"\n{tried:,} combinations tried; {with_person:,} reached a person, {barred:,} had somebody it must not reach")
    assert tried >= 200_000
    assert with_person > tried / 4
    assert barred > tried / 4
