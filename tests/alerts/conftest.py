"""A real SMTP server and a real HTTP server on loopback, settings that point to them, and a clock that jumps from event to event."""

from __future__ import annotations

import email
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import func, select

from actions import db
from actions import settings as settings_module
from actions.alerts.models import Escalation, OutboxRow
from actions.alerts.worker import Worker
from actions.clock import SWEDEN, FrozenClock, now
from actions.handoffs import service as handoffs
from actions.handoffs.models import HandoffEvent
from actions.handoffs.service import NewHandoff
from actions.settings import Settings
from actions.staff import accounts
from actions.vocabulary import Consent, StaffRole, Urgency
from tests.running import free_ports

CANARY = "kanariefågel-7f3a jag är rädd för min gode man"
SECRET = "webhook-secret-of-the-tests-1"


@dataclass
class Mail:
    at: datetime
    to: str
    message: EmailMessage

    @property
    def text(self) -> str:
        return str(self.message.get_content())


@dataclass
class PostBox:
    """A mail server. `refuse` is what it answers instead of taking a message; `on_message` is called when one has come in whole."""

    mails: list[Mail] = field(default_factory=list)
    refuse: str | None = None
    refuse_recipient: dict[str, str] = field(default_factory=dict)
    on_message: Callable[[], None] | None = None
    port: int = 0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.refuse_recipient:
            return self.refuse_recipient[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refuse:
            return self.refuse
        message = email.message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.mails += [Mail(now(), to, message) for to in envelope.rcpt_tos]
        if self.on_message:
            self.on_message()
        return "250 OK"

    def to(self, address: str) -> list[Mail]:
        return [mail for mail in self.mails if mail.to == address]


@pytest.fixture
def post_box() -> Iterator[PostBox]:
    box = PostBox()
    box.port = free_ports(1)[0]
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    yield box
    controller.stop()


@dataclass
class Call:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


@dataclass
class Receiver:
    """An HTTP server that remembers what it got and answers `status`."""

    url: str = ""
    status: int = 200
    calls: list[Call] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.calls.append(Call(self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(made.status)
            if made.status in (301, 302, 307):
                self.send_header("Location", made.url + "/elsewhere")
            self.end_headers()
            self.wfile.write(b'{"echo": "ignored"}')

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[..., Settings]]:
    """Set NAVET_… settings for everything in this process; gives the settings back."""

    def change(**values: Any) -> Settings:
        monkeypatch.setenv("NAVET_VAR", str(tmp_path))
        for name, value in values.items():
            monkeypatch.setenv(f"NAVET_{name.upper()}", str(value))
        settings_module.settings.cache_clear()
        return settings_module.settings()

    yield change
    settings_module.settings.cache_clear()


@pytest.fixture
def mailing(configure: Callable[..., Settings], post_box: PostBox) -> Settings:
    """E-mail is set up, nothing else."""
    return configure(smtp_url=f"smtp://127.0.0.1:{post_box.port}", mail_from="navet@example.se", public_url="http://navet.test")


def account(
    email_: str,
    role: StaffRole = StaffRole.NAV_ADULT,
    *,
    place: str = "stockholm",
    nav_role: str | None = "kontaktperson_hvb",
    language: str = "sv",
) -> int:
    local = role in (StaffRole.COORDINATOR, StaffRole.NAV_ADULT)
    return accounts.add_user(
        email_,
        email_.split("@")[0].title(),
        str(role),
        municipality=place if local else None,
        nav_role=nav_role if role == StaffRole.NAV_ADULT else None,
        language=language,
    )


def coordinator(email_: str = "samordnare@example.se", place: str = "stockholm", language: str = "sv") -> int:
    return account(email_, StaffRole.COORDINATOR, place=place, language=language)


def step(role: str, *, person: int | None = None, address: str | None = None, channel: str | None = "email") -> dict[str, Any]:
    """A step as `actions.nav.engine` stores it."""
    return {"role": role, "person_id": person, "channel": channel if person or address else None, "address": address, "reason": "r"}


def handoff(urgency: Urgency = Urgency.U2, *, key: str = "c1:m1", **update: Any) -> str:
    values: dict[str, Any] = {
        "turn_key": key, "conversation_id": "c1", "topic": "worry_feel_bad", "worry": "feel_bad", "urgency": urgency, "role": "kontaktperson_hvb",
        "stage": "waiting", "language": "sv", "municipality": "stockholm", "own_words": CANARY,
        "consent": Consent.NOT_ASKED if urgency == Urgency.U0 else Consent.YES,
    }  # fmt: skip
    return handoffs.make(NewHandoff(**{**values, **update})).id


def take(handoff_id: str, name: str, note: str | None = None) -> None:
    with db.write() as session:
        handoffs.advance(session, handoff_id, name, "staff:1", note)


def rows(handoff_id: str | None = None) -> list[OutboxRow]:
    with db.read() as session:
        query = select(OutboxRow).order_by(OutboxRow.id)
        return list(session.scalars(query.where(OutboxRow.handoff_id == handoff_id) if handoff_id else query))


def events(handoff_id: str) -> list[tuple[str, str | None]]:
    with db.read() as session:
        query = select(HandoffEvent).where(HandoffEvent.handoff_id == handoff_id).order_by(HandoffEvent.id)
        return [(event.step, event.note) for event in session.scalars(query)]


def swedish(text: str) -> datetime:
    """A time in Sweden: "2026-12-23 15:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=SWEDEN)


def _next_moment() -> datetime | None:
    with db.read() as session:
        free = func.coalesce(OutboxRow.leased_until, OutboxRow.due_at)
        message = session.scalar(select(func.min(free)).where(OutboxRow.sent_at.is_(None), OutboxRow.ended_at.is_(None)))
        turn = session.scalar(select(func.min(Escalation.next_at)))
        found = [moment if isinstance(moment, datetime) else datetime.fromisoformat(moment) for moment in (message, turn) if moment]
    return min((moment if moment.tzinfo else moment.replace(tzinfo=now().tzinfo) for moment in found), default=None)


async def live(worker: Worker, clock: FrozenClock, until: str) -> None:
    """Let the time pass until then (in Sweden), stopping at every moment at which something is due."""
    end = swedish(until)
    await worker.tick()
    while (moment := _next_moment()) is not None and moment <= end:
        clock.set(max(moment, clock.now()))
        assert await worker.tick() or _next_moment() != moment, "the worker does not move"
    clock.set(end)
    await worker.tick()
