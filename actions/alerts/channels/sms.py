"""SMS over an HTTP gateway (NAVET_SMS_URL): a form with `from`, `to`, `message` and basic auth, as 46elks and its like take it."""

from __future__ import annotations

import re

import aiohttp

from actions.alerts.channels.base import Letter, NotDelivered
from actions.alerts.channels.http import post
from actions.nav.persons import same_address
from actions.settings import Settings

E164 = re.compile(r"\+[1-9]\d{6,14}")


class Sms:
    def __init__(self, config: Settings) -> None:
        self.url = config.sms_url
        self.sender = config.sms_from
        self.auth = aiohttp.BasicAuth(config.sms_user, config.sms_password) if config.sms_user else None

    async def send(self, letter: Letter) -> None:
        number = same_address(letter.address)
        if not E164.fullmatch(number):
            raise NotDelivered("address", for_good=True)
        form = {"from": self.sender, "to": number, "message": letter.text}
        await post(self.url, "sms", data=form, auth=self.auth)
