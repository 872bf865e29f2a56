"""What a municipality profile must fulfil before it may be stored: real times, numbers people can dial, nothing shown unchecked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from actions.clock import today
from actions.content import content
from actions.content.models import Municipality, OnCall, RoleContact
from actions.mark import N_

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
HOURS = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")
PHONE = re.compile(r"\+?[0-9][0-9 -]{2,18}")
MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
LONGEST = 2000


def problem(profile: Municipality) -> str | None:
    """The first thing that is wrong, as a message for staff; None when the profile is good."""
    return next((text for found in (_hours, _contacts, _cards, _slots) for text in found(profile)), None)


def _hours(profile: Municipality) -> Iterator[str]:
    for day, span in profile.hours.items():
        if day not in WEEKDAYS or not HOURS.fullmatch(span) or span[:5] >= span[6:]:
            yield N_("Write opening hours like 08:00-16:30.")
    if not profile.hours:
        yield N_("At least one day needs opening hours.")


def _contacts(profile: Municipality) -> Iterator[str]:
    people: list[RoleContact | OnCall] = [*profile.roles.values(), profile.on_call]
    for contact in people:
        email = getattr(contact, "email", None)
        if contact.phone and not PHONE.fullmatch(contact.phone):
            yield N_("A phone number has digits, spaces and hyphens only.")
        if email and not MAIL.fullmatch(email):
            yield N_("That is no e-mail address.")
        if (contact.phone or email) and contact.verified_on is None:
            yield N_("Say on which day somebody checked the contact.")
    days = [contact.verified_on for contact in people] + [card.verified_on for card in profile.cards] + [profile.hours_verified_on]
    if any(day is not None and day > today() for day in days):
        yield N_("The day of the check cannot be in the future.")
    if any(role not in content().roles for role in profile.roles):
        yield N_("There is no such role.")


def _cards(profile: Municipality) -> Iterator[str]:
    if len({card.id for card in profile.cards}) < len(profile.cards):
        yield N_("There is a card with that name already.")
    for card in profile.cards:
        if not card.sv.strip() or not card.text.strip() or len(card.sv) > 60 or len(card.text) > 200:
            yield N_("A card needs a title (at most 60 characters) and a text (at most 200).")
        if card.phone and not PHONE.fullmatch(card.phone):
            yield N_("A phone number has digits, spaces and hyphens only.")
        if card.href and not card.href.startswith("https://"):
            yield N_("A web address begins with https://")
        if card.show and (card.phone or card.href) and card.verified_on is None:
            yield N_("A contact that nobody has checked stays hidden. Write the day of the check, or do not show the card.")
        if card.role is not None and card.role not in content().roles:
            yield N_("There is no such role.")


def _slots(profile: Municipality) -> Iterator[str]:
    if any(len(slot.content or "") > LONGEST for slot in profile.slots):
        yield N_("The text is too long.")
