"""What a municipality adds to an answer: its own cards, what an adult is called there, and contacts somebody has checked."""

from __future__ import annotations

from collections.abc import Iterable

from actions.content import Content, content
from actions.content.models import LocalCard, Municipality
from actions.dialogue import say
from actions.dialogue.say import Draft
from actions.vocabulary import ON_CALL

PREFIX = "local/"
"""Contacts of a draft that come from a profile: local/<municipality>/card|role|on_call/<id>."""
MOST_CARDS = 3
INTENTS = frozenset({"ask_free_time", "ask_food_shelter", "ask_night_help", "ask_who_to_ask", "worry_lonely", "worry_run_away"})
"""Where cards of the municipality are shown."""


def shown_cards(municipality: str | None, roles: Iterable[str], known: Content | None = None) -> list[LocalCard]:
    """Cards the municipality shows, about one of these roles."""
    profile, wanted = (known or content()).municipality(municipality), set(roles)
    return [card for card in profile.cards if card.show and card.role in wanted][:MOST_CARDS]


def beside(draft: Draft, intent: str, municipality: str | None) -> Draft:
    """An answer, with the cards of the municipality about the adults it names."""
    if intent not in INTENTS:
        return draft
    place = content().municipality(municipality).id
    for card in shown_cards(municipality, draft.meta.roles):
        draft.parts.append(say.message("local_card", title=_card(place, card, "sv"), text=_card(place, card, "text")))
        draft.contacts.append(f"{PREFIX}{place}/card/{card.id}")
    return draft


def _card(place: str, card: LocalCard, part: str) -> say.Json:
    return say.ref("card", f"{place}/{card.id}", part)


def called_here(draft: Draft, role: str, municipality: str | None) -> Draft:
    """The local name of an adult and the contact somebody has checked."""
    profile = content().municipality(municipality)
    contact = profile.roles.get(role)
    if contact is not None and contact.name:
        draft.parts.insert(1, say.message("local_name", name=contact.name))
    if contact is not None:
        draft.contacts.append(f"{PREFIX}{profile.id}/role/{role}")
    return draft


def checked_contact(reference: str, known: Content) -> tuple[str, str | None, str | None] | None:
    """Label, phone and web address behind a contact reference; None when nobody has checked it or it is gone."""
    place, kind, id_ = reference.removeprefix(PREFIX).split("/", 2)
    profile: Municipality = known.municipality(place)
    if profile.id != place:
        return None
    if kind == "role":
        contact = profile.roles.get(id_)
        if contact is None or contact.verified_on is None or not contact.phone:
            return None
        return contact.name or known.roles[id_].sv, contact.phone, None
    if kind == "on_call":
        line = profile.on_call
        return (line.name or known.roles[ON_CALL].sv, line.phone, None) if line.phone and line.verified_on else None
    card = next((entry for entry in profile.cards if entry.id == id_ and entry.show), None)
    if card is None or card.verified_on is None or not (card.phone or card.href):
        return None
    return card.sv, card.phone, card.href
