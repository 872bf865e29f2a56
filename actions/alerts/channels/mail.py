"""E-mail over SMTP (NAVET_SMTP_URL)."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

import aiosmtplib

from actions.alerts.channels.base import PATIENCE, Letter, NotDelivered
from actions.clock import now
from actions.settings import Settings


class Mail:
    """`smtps://` speaks TLS from the start. `smtp://` changes to TLS when the server offers it; in production it must."""

    def __init__(self, config: Settings) -> None:
        self.url = urlsplit(config.smtp_url)
        self.sender = config.mail_from
        self.must_encrypt = config.production and self.url.hostname not in ("localhost", "127.0.0.1", "::1")

    async def send(self, letter: Letter) -> None:
        try:
            message = self.message(letter)
        except ValueError:  # a line break in an address
            raise NotDelivered("address", for_good=True) from None
        try:
            await aiosmtplib.send(
                message,
                hostname=self.url.hostname,
                port=self.url.port or (465 if self.url.scheme == "smtps" else 25),
                username=unquote(self.url.username) if self.url.username else None,
                password=unquote(self.url.password) if self.url.password else None,
                use_tls=self.url.scheme == "smtps",
                start_tls=True if self.must_encrypt and self.url.scheme == "smtp" else None,
                timeout=PATIENCE - 1,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise NotDelivered("recipient", for_good=all(one.code >= 500 for one in error.recipients)) from None
        except aiosmtplib.SMTPResponseException as error:  # 5xx of the server itself is somebody's wrong setting: try again
            raise NotDelivered(f"smtp_{error.code}") from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError):
            raise NotDelivered("smtp_no_answer") from None

    def message(self, letter: Letter) -> EmailMessage:
        """The Message-ID is the letter's own, so that a mail server can see that a second copy is the same message."""
        message = EmailMessage()
        message["From"] = self.sender
        message["To"] = letter.address
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(now())
        message["Message-ID"] = f"<{letter.id}@navet>"
        message["Auto-Submitted"] = "auto-generated"  # no absence note comes back
        if letter.urgency == "U0":
            message["X-Priority"] = "1"
        message.set_content(letter.text)
        return message
