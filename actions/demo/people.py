"""Accounts, children, their adults and codes of the demo, made by the same services that the staff pages use."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy.orm import Session

from actions import db
from actions.clock import today
from actions.demo import store
from actions.demo.town import Adult, Child, Days, Town, town
from actions.nav import cover, service
from actions.nav.cover import DaysWanted
from actions.nav.service import AdultWanted, ChildWanted, PersonWanted
from actions.staff import accounts
from actions.staff import store as staff
from actions.staff.accounts import SignedIn
from actions.vocabulary import CodeKind, StaffRole


@dataclass
class Shown:
    """What is printed, once: the password of the new accounts, and a typed code for each new child."""

    password: str | None = None
    emails: list[str] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)


def acting(session: Session, id_: str) -> SignedIn:
    """Somebody of the demo as the services want to see them; no session is opened."""
    user = staff.by_email(session, town().account(id_).email)
    assert user is not None
    return SignedIn(
        id=user.id,
        email=user.email,
        name=user.name,
        role=user.role,
        nav_role=user.nav_role,
        municipality=user.municipality,
        language=user.language,
        csrf="",
        token_hash="",
        has_password=user.password_hash is not None,
    )


def make_accounts(made: Town, shown: Shown) -> None:
    """One password for all new ones."""
    with db.read() as session:
        known = set(store.emails(session))
    for entry in made.accounts:
        if entry.email in known:
            continue
        shown.password = shown.password or secrets.token_urlsafe(15)
        local = entry.role in (StaffRole.COORDINATOR, StaffRole.NAV_ADULT)
        place = made.municipality if local else None
        id_ = accounts.add_user(
            entry.email, entry.name, entry.role, municipality=place, nav_role=entry.nav_role, language=entry.language, by="demo"
        )
        signed_in = accounts.who(accounts.sign_in_once(accounts.make_link(id_, by="demo")))
        assert signed_in is not None
        accounts.set_password(signed_in, shown.password, shown.password)
        accounts.sign_out(signed_in)
        shown.emails.append(entry.email)


def make_children(made: Town, shown: Shown) -> None:
    with db.write() as session:
        me, places = acting(session, "coordinator"), {made.municipality}
        for entry in made.children:
            if store.child_id(session, made.municipality, entry.alias) is not None:
                continue
            child = service.register(session, _wanted(entry, made), places, me)
            for adult in entry.adults:
                service.add_adult(session, child, _adult(session, adult), me)
            shown.codes[entry.alias] = service.make_code(session, child, CodeKind.TYPED, me).text


def _wanted(entry: Child, made: Town) -> ChildWanted:
    birthday = "" if entry.turns_18_in is None else (today() + timedelta(days=entry.turns_18_in)).isoformat()
    return ChildWanted(entry.alias, entry.stage, entry.language, made.municipality, birthday, no_name=True)


def _adult(session: Session, entry: Adult) -> AdultWanted:
    if entry.account is None:
        return AdultWanted(entry.role, PersonWanted(entry.name, entry.channel, entry.address))
    user = acting(session, entry.account)
    return AdultWanted(str(user.nav_role), PersonWanted("", "in_app", "", str(user.id)))


def make_cover(made: Town) -> None:
    """Who is away, and who stands in."""
    with db.write() as session:
        me, places = acting(session, "coordinator"), {made.municipality}
        for away in made.away:
            user = staff.user(session, acting(session, away.account).id)
            cover.add_absence(session, None, user, _days(away), me)
        for entry in made.stand_ins:
            person = PersonWanted(entry.name, entry.channel, entry.address)
            cover.add_role_stand_in(session, entry.role, made.municipality, person, _days(entry), places, me)


def _days(entry: Days) -> DaysWanted:
    first, last = today() + timedelta(days=entry.first), today() + timedelta(days=entry.last)
    return DaysWanted(first.isoformat(), last.isoformat())
