"""A signed JSON message to one address of the municipality's own (NAVET_WEBHOOK_URL): a duty system, a chat room, a pager.

Signed as in Standard Webhooks (standardwebhooks.com): `webhook-id`, `webhook-timestamp`, `webhook-signature: v1,<base64>`, an
HMAC-SHA256 with NAVET_WEBHOOK_SECRET over `<id>.<timestamp>.<body>`. The same `webhook-id` is the same message.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

import orjson

from actions.alerts.channels.base import Letter
from actions.alerts.channels.http import post
from actions.clock import iso, now
from actions.settings import Settings


class Webhook:
    def __init__(self, config: Settings) -> None:
        self.url = config.webhook_url
        self.secret = config.webhook_secret

    async def send(self, letter: Letter) -> None:
        moment = now()
        body = orjson.dumps(
            {
                "type": letter.kind,
                "at": iso(moment),
                "urgency": letter.urgency,
                "step": letter.step,
                "link": letter.link,
                "text": letter.text,
            }
        )
        timestamp = str(int(moment.timestamp()))
        headers = {
            "Content-Type": "application/json",
            "webhook-id": letter.id,
            "webhook-timestamp": timestamp,
            "webhook-signature": sign(self.secret, letter.id, timestamp, body),
        }
        await post(self.url, "webhook", data=body, headers=headers)


def sign(secret: str, id_: str, timestamp: str, body: bytes) -> str:
    """A secret that begins with `whsec_` is base64, as the libraries of Standard Webhooks write it; any other is taken as it is."""
    key = base64.b64decode(secret[6:]) if secret.startswith("whsec_") else secret.encode()
    digest = hmac.new(key, b".".join((id_.encode(), timestamp.encode(), body)), hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()
