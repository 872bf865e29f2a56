"""The ways to reach an adult. A new one is a class with `send` and a line in `channels`."""

from __future__ import annotations

from actions.alerts.channels.base import WEBHOOK, Channel, Letter, NotDelivered, configured
from actions.alerts.channels.mail import Mail
from actions.alerts.channels.sms import Sms
from actions.alerts.channels.webhook import Webhook
from actions.settings import Settings
from actions.vocabulary import Channel as Kind

__all__ = ["Channel", "InApp", "Letter", "NotDelivered", "channels", "configured"]


class InApp:
    """The staff pages. The row itself is the message: it is shown from the moment it is due."""

    async def send(self, letter: Letter) -> None:
        return None


def channels(config: Settings) -> dict[str, Channel]:
    """The channels that are set up."""
    every: dict[str, Channel] = {
        str(Kind.EMAIL): Mail(config),
        str(Kind.SMS): Sms(config),
        WEBHOOK: Webhook(config),
        str(Kind.IN_APP): InApp(),
    }
    return {name: channel for name, channel in every.items() if configured(name, config)}
