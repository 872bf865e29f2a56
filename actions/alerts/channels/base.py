"""What every channel shares: the letter it sends, the error it raises, and whether it is set up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from actions.errors import Unavailable
from actions.settings import Settings
from actions.vocabulary import Channel as Kind

WEBHOOK = "webhook"
CHAT = "chat"
"""The child's own conversation; see `actions.alerts.child`."""
PATIENCE = 15.0
"""Seconds a channel may take for one message. Must be shorter than the lease of `actions.alerts.outbox`."""


@dataclass(frozen=True)
class Letter:
    """One message, ready to send. Holds no word of a child: an urgency, a count or a link is all there is.

    `id` is the same for every try of the same message, so that a receiver can drop a second copy.
    """

    id: str
    kind: str  # AlertKind
    address: str
    subject: str
    text: str
    link: str
    urgency: str = ""
    step: int = 0


class NotDelivered(Unavailable):
    """The message did not go out. `reason` is a short code of ours, never a text from outside; `for_good`: do not try again."""

    def __init__(self, reason: str, *, for_good: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.for_good = for_good


class Channel(Protocol):
    """A way to reach an adult. `send` returns when the other side has taken the message, or raises `NotDelivered`."""

    async def send(self, letter: Letter) -> None: ...


def configured(channel: str, config: Settings) -> bool:
    """Whether a channel is set up here. In-app needs nothing."""
    wanted = {
        str(Kind.EMAIL): config.smtp_url,
        str(Kind.SMS): config.sms_url,
        WEBHOOK: config.webhook_url,
        str(Kind.IN_APP): "yes",
        CHAT: "yes",
    }
    return bool(wanted.get(channel))
