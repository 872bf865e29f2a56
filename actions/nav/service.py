"""Registering children and the adults around them. Each function is part of the caller's transaction and writes the audit."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from actions.audit.service import record
from actions.clock import now
from actions.content import content
from actions.errors import NotFound, Unprocessable
from actions.i18n import languages
from actions.mark import N_
from actions.nav import codes, store
from actions.nav.models import NavAdult, NavChild
from actions.nav.persons import GENERIC
from actions.staff.accounts import SignedIn
from actions.staff.models import StaffUser
from actions.vocabulary import Channel, CodeKind

MOST_ADULTS = 30
LONGEST_ALIAS = 40
AUTHORITIES: Final = ("migrationsverket.se", "polisen.se", "aklagare.se", "dom.se", "kriminalvarden.se", "lansstyrelsen.se")
"""Nothing is ever sent to Migrationsverket or the police (rule 6), nor to those who decide about the child."""
_NUMBER = re.compile(r"\d{5,}|\d{6,8}[-+ ]\d{4}")
_PHONE = re.compile(r"\+?[\d\s\-()/]{6,20}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")


class LooksLikeName(Unprocessable):
    """The alias could be a child's real name. Saved only when the coordinator says that it is none."""

    code, title = "looks-like-a-name", N_("This looks like a name")


@dataclass(frozen=True)
class ChildWanted:
    """What the form says about a child. `turns_18_on` is empty or YYYY-MM-DD."""

    alias: str
    stage: str
    language: str
    municipality: str
    turns_18_on: str = ""
    no_name: bool = False  # "it is not its name"


@dataclass(frozen=True)
class PersonWanted:
    """What a form says about somebody who gets messages. `staff` is empty or the id of an account."""

    name: str
    channel: str
    address: str = ""
    staff: str = ""


@dataclass(frozen=True)
class AdultWanted:
    role: str
    person: PersonWanted
    reports_to: str = ""


# --- children


def find_child(session: Session, id_: str, places: Collection[str]) -> NavChild:
    """The child, if it belongs to one of the municipalities. Another's does not exist for this coordinator."""
    child = store.child(session, id_)
    if child is None or child.municipality not in places:
        raise NotFound(N_("There is no such child."))
    return child


def register(session: Session, wanted: ChildWanted, places: Collection[str], me: SignedIn) -> NavChild:
    child = NavChild(id=uuid.uuid4().hex, active=True, created_at=now(), **_checked(session, wanted, places, ""))
    store.add(session, child)
    note(session, me, "nav.child_added", "nav_child", child.id, municipality=child.municipality)
    return child


def change(session: Session, child: NavChild, wanted: ChildWanted, places: Collection[str], me: SignedIn) -> None:
    values = _checked(session, wanted, places, child.id)
    changed = sorted(name for name, value in values.items() if getattr(child, name) != value)
    for name in changed:
        setattr(child, name, values[name])
    note(session, me, "nav.child_changed", "nav_child", child.id, fields=changed)


def _checked(session: Session, wanted: ChildWanted, places: Collection[str], but: str) -> dict[str, Any]:
    alias = " ".join(wanted.alias.split())
    if not alias or len(alias) > LONGEST_ALIAS:
        raise Unprocessable(N_("Give an alias of at most 40 characters."), field="alias")
    if "@" in alias or _NUMBER.search(alias):
        raise Unprocessable(N_("An alias holds no personal number, case number, phone number or e-mail address."), field="alias")
    if wanted.stage not in content().stages:
        raise Unprocessable(N_("Choose a stage."), field="stage")
    if wanted.language not in languages():
        raise Unprocessable(N_("Choose a language."), field="language")
    if wanted.municipality not in places:
        raise Unprocessable(N_("Choose a municipality you coordinate."), field="municipality")
    if store.same_alias(session, wanted.municipality, alias, but) is not None:
        raise Unprocessable(N_("Another child has this alias."), field="alias")
    turns_18_on = day(wanted.turns_18_on) if wanted.turns_18_on.strip() else None
    if looks_like_name(alias) and not wanted.no_name:
        raise LooksLikeName(N_("This looks like a full name. Choose something that says nothing about the child."), field="alias")
    fields = {"stage": wanted.stage, "language": wanted.language, "municipality": wanted.municipality}
    return {"alias": alias, **fields, "turns_18_on": turns_18_on}


def looks_like_name(alias: str) -> bool:
    """Two or more words of letters alone, written as names are written. A hint, not a proof: it only asks back."""
    words = re.split(r"[\s\-]+", alias)
    names = [word for word in words if len(word) > 1 and all(unicodedata.category(sign)[0] in "LM" for sign in word)]
    return len(names) > 1 and len(names) == len(words) and all(word[0].isupper() or not word[0].islower() for word in names)


def day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Unprocessable(N_("Write a date as year-month-day."), field="date") from None


def set_active(session: Session, child: NavChild, active: bool, me: SignedIn) -> None:
    """A closed child's codes stop working and its chats go on without the nav. Its handoffs stay."""
    child.active = active
    if not active:
        store.revoke_codes(session, child.id, now())
    note(session, me, "nav.child_opened" if active else "nav.child_closed", "nav_child", child.id)


def remove(session: Session, child: NavChild, me: SignedIn) -> None:
    if child.active:
        raise Unprocessable(N_("Close the child first."))
    note(session, me, "nav.child_removed", "nav_child", child.id)
    store.remove(session, child.id)


# --- adults


def find_adult(session: Session, child: NavChild, id_: int) -> NavAdult:
    adult = store.adult(session, id_)
    if adult is None or adult.child_id != child.id:
        raise NotFound(N_("There is no such adult."))
    return adult


def add_adult(session: Session, child: NavChild, wanted: AdultWanted, me: SignedIn) -> NavAdult:
    if len(store.adults(session, [child.id])) >= MOST_ADULTS:
        raise Unprocessable(N_("A nav holds at most 30 adults."))
    adult = NavAdult(child_id=child.id, active=True, **_checked_adult(session, child, wanted, None))
    store.add(session, adult)
    note(session, me, "nav.adult_added", "nav_adult", adult.id, child=child.id, role=adult.role)
    return adult


def change_adult(session: Session, child: NavChild, adult: NavAdult, wanted: AdultWanted, me: SignedIn) -> None:
    for name, value in _checked_adult(session, child, wanted, adult).items():
        setattr(adult, name, value)
    note(session, me, "nav.adult_changed", "nav_adult", adult.id, child=child.id, role=adult.role)


def set_adult_active(session: Session, adult: NavAdult, active: bool, me: SignedIn) -> None:
    """An adult who has left stays in the list, closed: a worry can still be about them."""
    adult.active = active
    note(session, me, "nav.adult_opened" if active else "nav.adult_closed", "nav_adult", adult.id, child=adult.child_id)


def _checked_adult(session: Session, child: NavChild, wanted: AdultWanted, known: NavAdult | None) -> dict[str, Any]:
    check_role(wanted.role, child.municipality)
    boss = number(wanted.reports_to) if wanted.reports_to else None
    others = {adult.id for adult in store.adults(session, [child.id])} - {known.id if known else None}
    if boss is not None and boss not in others:
        raise Unprocessable(N_("Choose another adult of this child."), field="reports_to")
    return {"role": wanted.role, "reports_to_id": boss, **checked_person(session, wanted.person, child.municipality)}


def check_role(role: str, municipality: str) -> None:
    known = content().roles.get(role)
    if known is None or not known.recipient or known.local not in (None, municipality):
        raise Unprocessable(N_("That role cannot receive handoffs."), field="role")


def checked_person(session: Session, wanted: PersonWanted, municipality: str) -> dict[str, Any]:
    """Name, account, channel and address, or `Unprocessable` with what is missing."""
    user = _account(session, wanted.staff, municipality) if wanted.staff else None
    name = " ".join(wanted.name.split()) or (user.name if user else "")
    if not name or len(name) > 120:
        raise Unprocessable(N_("Give a name of at most 120 characters."), field="name")
    if wanted.channel not in set(Channel):
        raise Unprocessable(N_("Choose how this adult is told."), field="channel")
    address = wanted.address.strip()[:254] or None
    _check_address(Channel(wanted.channel), address, user)
    return {"staff_id": user.id if user else None, "name": name, "channel": wanted.channel, "address": address}


def accounts_for(session: Session, municipality: str) -> list[StaffUser]:
    """Open accounts that can be adults of a nav in a municipality, by name."""
    found = [user for user in store.colleagues(session) if user.active and user.municipality in (municipality, GENERIC)]
    return sorted(found, key=lambda user: user.name.casefold())


def _account(session: Session, id_: str, municipality: str) -> StaffUser:
    found = next((user for user in accounts_for(session, municipality) if str(user.id) == id_), None)
    if found is None:
        raise Unprocessable(N_("Choose an open account of an adult or a coordinator."), field="staff")
    return found


def _check_address(channel: Channel, address: str | None, user: StaffUser | None) -> None:
    if channel == Channel.IN_APP and user is None:
        raise Unprocessable(N_("Only somebody with an account can be told inside Navet."), field="channel")
    if channel == Channel.EMAIL and address is None and user is None:
        raise Unprocessable(N_("Give an e-mail address."), field="address")
    if channel == Channel.SMS and (address is None or not _PHONE.fullmatch(address)):
        raise Unprocessable(N_("Give a phone number."), field="address")
    if channel == Channel.EMAIL and address is not None and not _EMAIL.fullmatch(address):
        raise Unprocessable(N_("That is not an e-mail address."), field="address")
    if any(is_authority(text) for text in (address, user.email if user else None) if text):
        raise Unprocessable(N_("Authorities never get anything from the chat."), field="address")


def is_authority(address: str) -> bool:
    place = address.rpartition("@")[2].strip().casefold()
    return any(place == known or place.endswith(f".{known}") for known in AUTHORITIES)


# --- codes


def make_code(session: Session, child: NavChild, kind: str, me: SignedIn) -> codes.Made:
    if kind not in set(CodeKind):
        raise Unprocessable(N_("Choose which form of code."), field="kind")
    if not child.active:
        raise Unprocessable(N_("This child is closed. Open it first."))
    made = codes.make(session, child, CodeKind(kind))
    note(session, me, "nav.code_made", "nav_child", child.id, form=kind)
    return made


def revoke_code(session: Session, child: NavChild, id_: int, me: SignedIn) -> None:
    code = store.code(session, child.id, id_)
    if code is None:
        raise NotFound(N_("There is no such code."))
    code.revoked_at = code.revoked_at or now()
    note(session, me, "nav.code_revoked", "access_code", code.id, child=child.id)


# --- shared


def number(text: str) -> int:
    """An id from a form or an address; what is no number is not there."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise NotFound(N_("Not found"))
    return int(text)


def note(session: Session, me: SignedIn, action: str, kind: str, id_: object, **detail: Any) -> None:
    record(session, user_id=me.id, actor=me.email, action=action, object_type=kind, object_id=str(id_), **detail)
