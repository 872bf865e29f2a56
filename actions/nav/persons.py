"""Who is who around a child. Plain values, so that the engine can be tried on thousands of made-up navs without a database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from actions.vocabulary import Channel, StaffRole

GENERIC = "generic"
"""The municipality profile of whoever belongs to none; its coordinators read what nobody else does."""


@dataclass(frozen=True)
class Person:
    """Somebody who can be told something. Two are the same person when they share an account or an address."""

    name: str
    channel: Channel = Channel.IN_APP
    address: str | None = None
    staff_id: int | None = None
    adult_id: int | None = None
    email: str | None = None  # of the account
    nav_role: str | None = None  # of the account
    works: bool = True  # the account is open

    @cached_property
    def keys(self) -> frozenset[str]:
        """What identifies this person."""
        found = {f"at:{same_address(entry)}" for entry in (self.address, self.email) if entry}
        if self.staff_id is not None:
            found.add(f"staff:{self.staff_id}")
        if self.adult_id is not None:
            found.add(f"adult:{self.adult_id}")
        return frozenset(found)

    @property
    def reachable(self) -> bool:
        return self.works and (self.staff_id is not None or bool(self.address))


def same_address(value: str) -> str:
    """One spelling of an e-mail address or a Swedish phone number."""
    text = value.strip().casefold()
    if "@" in text:
        name, _, place = text.rpartition("@")
        return f"{name.partition('+')[0]}@{place}"
    digits = re.sub(r"[^\d+]", "", text)
    if digits.startswith("00"):
        return "+" + digits[2:]
    return "+46" + digits[1:] if digits.startswith("0") else digits


@dataclass(frozen=True)
class Adult:
    """An adult of this child's nav. Inactive ones no longer get anything, but a worry may still be about them."""

    id: int
    role: str
    person: Person
    active: bool = True


@dataclass(frozen=True)
class Period:
    """Days in Sweden, both included; `last` None is open."""

    first: date
    last: date | None = None

    def covers(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class StandIn:
    """For one adult of the nav, or for everybody with a role in the municipality."""

    person: Person
    days: Period
    adult_id: int | None = None
    role: str | None = None


@dataclass(frozen=True)
class Absence:
    key: str  # "staff:7" or "adult:3"
    days: Period


@dataclass(frozen=True)
class Colleague:
    """An account that can get handoffs."""

    person: Person
    role: StaffRole
    municipality: str


@dataclass(frozen=True)
class Nav:
    """Everything the engine must know about people. A chat without a code has a nav without child and adults."""

    municipality: str
    child_id: str | None = None
    turns_18_on: date | None = None
    adults: tuple[Adult, ...] = ()
    stand_ins: tuple[StandIn, ...] = ()
    absences: tuple[Absence, ...] = ()
    answers_to: tuple[tuple[str, str], ...] = ()  # key of somebody, key of whom they answer to
    colleagues: tuple[Colleague, ...] = ()

    def everybody(self) -> Iterator[Person]:
        yield from (adult.person for adult in self.adults)
        yield from (stand_in.person for stand_in in self.stand_ins)
        yield from (colleague.person for colleague in self.colleagues)

    def away(self, person: Person, day: date) -> Absence | None:
        return next((entry for entry in self.absences if entry.key in person.keys and entry.days.covers(day)), None)

    def coordinators(self, municipality: str) -> list[Person]:
        return [
            colleague.person
            for colleague in self.colleagues
            if colleague.role == StaffRole.COORDINATOR and colleague.municipality == municipality and colleague.person.works
        ]

    def with_account_role(self, role: str) -> list[Person]:
        """Accounts of the municipality that stand for a role, such as the on-call."""
        return [
            colleague.person
            for colleague in self.colleagues
            if colleague.person.nav_role == role and colleague.municipality == self.municipality
        ]


def barred(nav: Nav, roles: Iterable[str], adults: Iterable[int], today: date) -> frozenset[str]:
    """Keys of everybody a worry must not reach: whom it is about, their stand-ins, and all who answer to one of them.

    `roles` are the roles it is about, with those of the same place; `adults` named persons. Where the nav names nobody for a role,
    it can be any account of the municipality with that role. Somebody met under two addresses is one person.
    """
    out, named = frozenset(roles), frozenset(adults)
    about = [adult for adult in nav.adults if adult.role in out or adult.id in named]
    ids, filled = {adult.id for adult in about}, {adult.role for adult in about}
    people = [adult.person for adult in about]
    people += [
        entry.person for entry in nav.stand_ins if entry.days.first <= today and (entry.adult_id in ids or entry.role in out)
    ]
    people += [person for role in out - filled for person in nav.with_account_role(role)]
    return _closed(nav, {key for person in people for key in person.keys})


def _closed(nav: Nav, keys: set[str]) -> frozenset[str]:
    """With everything that follows: other names of the same person, and whoever answers to them, as far as it goes."""
    if not keys:
        return frozenset()
    while True:
        size = len(keys)
        for person in nav.everybody():
            if not keys.isdisjoint(person.keys):
                keys |= person.keys
        keys |= {who for who, whom in nav.answers_to if whom in keys}
        if len(keys) == size:
            return frozenset(keys)
