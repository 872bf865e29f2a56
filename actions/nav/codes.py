"""Access codes: on paper as a QR code, or short enough to type. Shown once, kept as keyed hashes, expiring, revocable.

The QR form has 128 random bits. The typed form has 8 signs of 31, about 40 bits: it is keyed with a secret the database does not
hold, works for days only, and wrong ones are counted (`actions.chat.limits`).
"""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import segno
from sqlalchemy.orm import Session

from actions.clock import now
from actions.nav import store
from actions.nav.models import AccessCode, NavChild
from actions.settings import settings
from actions.vocabulary import CodeKind

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0 O 1 I L, which look alike on paper."""
MARK: Final = "#code="
"""Stands before the secret in the address of a QR code. What follows a # never reaches a server, a log or a referrer."""
TYPED_SIGNS = 8
QR_BYTES = 16
_BETWEEN = re.compile(r"[\s\-–—_.·]+")


@dataclass(frozen=True)
class Made:
    """A new code, the only time it can be seen. `text` is what stands on the paper."""

    text: str
    kind: CodeKind
    expires_at: datetime

    @property
    def address(self) -> str:
        """Where the chat is; a QR code carries the secret behind the #."""
        chat = f"{settings().web_address}/chat"
        return f"{chat}{MARK}{self.text}" if self.kind == CodeKind.QR else chat

    def svg(self) -> str:
        """The address as a drawing that stays sharp on paper."""
        drawing: str = segno.make(self.address, error="m", micro=False).svg_inline(scale=6, border=4, svgclass="qr", lineclass=None)
        return drawing


def make(session: Session, child: NavChild, kind: CodeKind) -> Made:
    """A new code. An earlier one of the same form stops working: its paper may be in the wrong hands."""
    moment = now()
    store.revoke_codes(session, child.id, moment, str(kind))
    typed = kind == CodeKind.TYPED
    text = "".join(secrets.choice(ALPHABET) for _ in range(TYPED_SIGNS)) if typed else secrets.token_urlsafe(QR_BYTES)
    days = settings().typed_code_days if typed else settings().qr_code_days
    expires_at = moment + timedelta(days=days)
    row = AccessCode(
        child_id=child.id,
        hash=fingerprint(text, kind),
        kind=str(kind),
        made_at=moment,
        expires_at=expires_at,
        used=0,
        revoked_at=None,
    )
    store.add(session, row)
    return Made(f"{text[:4]}-{text[4:]}" if typed else text, kind, expires_at)


def read(given: str) -> tuple[str, CodeKind]:
    """What a child typed, scanned or pasted: signs in one spelling, and which form it is."""
    text = unicodedata.normalize("NFKC", given).partition(MARK)[2] or given
    plain = _BETWEEN.sub("", unicodedata.normalize("NFKC", text)).upper()
    plain = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in plain)
    if len(plain) == TYPED_SIGNS:
        return plain, CodeKind.TYPED
    return text.strip(), CodeKind.QR


def fingerprint(text: str, kind: CodeKind) -> str:
    """The keyed hash that is kept. A typed and a scanned code never share one."""
    key = settings().code_secret.encode()[:64]
    return hashlib.blake2b(text.encode(), key=key, person=f"navet-{kind}".encode(), digest_size=32).hexdigest()


def use(session: Session, given: str) -> NavChild | None:
    """The child a code belongs to. Unknown, expired, revoked and closed look the same, also in what the database is asked."""
    text, kind = read(given)
    return store.use_code(session, fingerprint(text, kind), str(kind), now())


def state(row: AccessCode, moment: datetime) -> str:
    """works | expired | revoked"""
    if row.revoked_at is not None:
        return "revoked"
    return "works" if row.expires_at > moment else "expired"
