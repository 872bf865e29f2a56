"""What staff read in an alert: the urgency, that somebody must act, a link. Never the worry, the place, or a word of the child.

English here; Swedish in locales/sv/LC_MESSAGES/staff.po. A message to an address without an account is in Swedish.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from actions.alerts.channels.base import WEBHOOK, Letter
from actions.i18n import catalogs
from actions.mark import N_
from actions.settings import Settings
from actions.staff.labels import label
from actions.vocabulary import AlertKind, Channel, StaffRole

FIRST = {
    AlertKind.ALERT: N_("A child has sent a worry. It waits for an adult."),
    AlertKind.ESCALATION: N_("A child has sent a worry. Nobody has acknowledged it yet. Now it comes to you."),
    AlertKind.ASSIGNED: N_("A worry from a child was given to you."),
    AlertKind.ANSWER: N_("A child has written back to you."),
}
ACT = N_("Open it, read it and press “I have read it”. Then nobody else is alerted.")
NO_ACCOUNT = N_("Without an account you cannot open it: call the coordinator of the municipality now.")
NO_COORDINATOR = N_(
    "No coordinator can be reached for this municipality. Only a coordinator can open the worry: give somebody an account."
)


@dataclass(frozen=True)
class Facts:
    """What a letter about a handoff is made of."""

    dedupe_key: str
    kind: AlertKind
    channel: str
    address: str
    handoff_id: str
    urgency: str
    step: int
    role: str
    has_account: bool
    language: str


def letter_id(dedupe_key: str) -> str:
    """The same for every try of a message; says nothing about it."""
    return hashlib.sha256(dedupe_key.encode()).hexdigest()[:32]


def about_handoff(facts: Facts, config: Settings) -> Letter:
    """The letter for one adult, or for the webhook in both languages."""
    link = f"{config.web_address}/staff/handoffs/{facts.handoff_id}"
    codes = ("sv", "en") if facts.channel == WEBHOOK else (facts.language if facts.language in ("sv", "en") else "sv",)
    short = facts.channel == Channel.SMS
    texts = [_text(facts, code, link, short=short) for code in codes]
    return Letter(
        id=letter_id(facts.dedupe_key),
        kind=str(facts.kind),
        address=facts.address,
        subject=f"Navet: {_word(facts, codes[0])}",
        text="\n\n".join(texts),
        link=link,
        urgency=facts.urgency,
        step=facts.step,
    )


def _say(code: str, msgid: str) -> str:
    return catalogs().interface(code, "staff", msgid)


def _word(facts: Facts, code: str) -> str:
    return _say(code, label("urgency", facts.urgency))


def _text(facts: Facts, code: str, link: str, *, short: bool) -> str:
    first = f"{_word(facts, code)}. {_say(code, FIRST[facts.kind])}"
    if short:
        return f"Navet: {first} {link}"
    return "\n\n".join([first, link, *_advice(facts, code)])


def _advice(facts: Facts, code: str) -> list[str]:
    if facts.channel == WEBHOOK:
        return []
    if facts.role == StaffRole.ADMINISTRATOR:
        return [_say(code, NO_COORDINATOR)]
    return [_say(code, ACT if facts.has_account else NO_ACCOUNT)]
