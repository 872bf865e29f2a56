"""The web app: the only process people reach. Chat API, widget files, staff pages, health."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from anyio import to_thread
from fastapi import FastAPI
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from actions import db, problems, tables
from actions.alerts.worker import alongside as alerts
from actions.chat import api as chat_api
from actions.chat.events import Events
from actions.chat.limits import Limits
from actions.chat.rasa import Rasa
from actions.chat.service import Chat
from actions.content import content
from actions.danger.finder import finder
from actions.danger.model import danger_model
from actions.i18n import catalogs
from actions.local import profiles
from actions.review.overlay import alongside as review
from actions.settings import Settings, settings
from actions.staff import app as staff_app
from actions.widget import serve as widget

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=(), interest-cohort=()",
    "X-Frame-Options": "SAMEORIGIN",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def create_web_app(config: Settings | None = None, rasa: Rasa | None = None) -> FastAPI:
    """The public app. `rasa` replaces the connection to Rasa in tests."""
    assert tables  # all of them must be known before the first query
    config = config or settings()
    line = rasa or Rasa(config)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        catalogs().compile()
        content(), finder(), danger_model()  # read now: wrong content must stop the start, not a child's first message
        with profiles.live():
            async with alerts(config), review(), app.state.chat.pending.watched():
                yield
        await line.close()

    app = FastAPI(title="Navet", version="1", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.settings = config
    app.state.chat = Chat(config, line)
    app.state.events = Events()
    app.state.limits = Limits(config)
    problems.install(app)
    app.include_router(chat_api.router)
    widget.install(app)
    staff_app.install(app, config)

    @app.get("/health", tags=["health"], response_model=None)
    async def health() -> JSONResponse:
        """The state of each part; 503 when one is down."""
        return await _health(config, line)

    @app.get("/", include_in_schema=False)
    async def start() -> RedirectResponse:
        return RedirectResponse("/chat")

    app.add_middleware(SecurityHeaders, production=config.production)
    return app


class SecurityHeaders:
    """Adds the headers every answer carries, unless the page has set its own. Plain ASGI: it costs next to nothing."""

    def __init__(self, app: ASGIApp, production: bool) -> None:
        self.app = app
        wanted = dict(SECURITY_HEADERS)
        if production:
            wanted["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        self.headers = [(name.lower().encode(), value.encode()) for name, value in wanted.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                there = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *[pair for pair in self.headers if pair[0] not in there]]
            await send(message)

        await self.app(scope, receive, with_headers)


async def _health(config: Settings, line: Rasa) -> JSONResponse:
    parts = {
        "web": "ok",
        "database": "ok" if await to_thread.run_sync(db.reachable) else "down",
        "rasa": "ok" if await line.healthy() else "down",
        "actions": "ok" if await _actions_healthy(config) else "down",
    }
    fine = all(state == "ok" for state in parts.values())
    body: dict[str, Any] = {"status": "ok" if fine else "degraded", "parts": parts}
    return JSONResponse(body, 200 if fine else 503)


async def _actions_healthy(config: Settings) -> bool:
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as session,
            session.get(f"{config.actions_address}/health") as answer,
        ):
            return answer.status == 200
    except (aiohttp.ClientError, TimeoutError, OSError):
        return False
