"""The action server's HTTP layer: Rasa 3.6's action protocol as rasa-sdk 3.6.2 speaks it, and stricter with bad input.

`GET /health`, `GET /actions`, `POST /webhook`. A shared secret in `X-Navet-Secret` guards everything but `/health`.
No request body is ever logged or echoed: it holds what a child wrote.
"""

from __future__ import annotations

import hmac
import inspect
import logging
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import orjson
from anyio import to_thread
from fastapi import Depends, FastAPI, Header, Request, Response
from fastapi.exceptions import HTTPException
from pydantic import BaseModel
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, ActionExecutionRejection, ActionNotFoundException, Tracker
from starlette.exceptions import HTTPException as StarletteHTTPException

from actions import tables
from actions.alerts.worker import alongside as alerts
from actions.errors import Unavailable
from actions.i18n import catalogs
from actions.local import profiles
from actions.review.overlay import alongside as review
from actions.settings import Settings, settings
from actions.webhook.registry import actions

log = logging.getLogger("navet.actions")
MOST_BYTES = 2 * 1024 * 1024
"""Of a call, unpacked. Rasa sends a tracker without history; anything larger is not from our bot."""


class BadCall(Exception):
    """The request is not an action call. The message is safe to send back."""


class ActionName(BaseModel):
    name: str


class Health(BaseModel):
    status: str = "ok"


class WebhookAnswer(BaseModel):
    """What an action did: events for the tracker, responses for the child."""

    events: list[dict[str, Any]]
    responses: list[dict[str, Any]]


class ActionError(BaseModel):
    error: str
    action_name: str | None = None


def create_actions_app(config: Settings | None = None, registry: dict[str, Action] | None = None) -> FastAPI:
    """The action server. `registry` replaces the product's actions in tests."""
    assert tables  # all of them must be known before the first query
    config = config or settings()
    known = registry if registry is not None else actions()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        catalogs().compile()
        with profiles.live():
            async with alerts(config), review():
                yield

    app = FastAPI(title="Navet action server", version="1", lifespan=lifespan, docs_url=None, redoc_url=None)
    secret = config.action_secret.encode()

    def authorized(x_navet_secret: str = Header("", description="the secret shared with Rasa")) -> None:
        if not hmac.compare_digest(x_navet_secret.encode(), secret):
            raise HTTPException(401, "unauthorized")

    @app.get("/health")
    async def health() -> Health:
        return Health()

    @app.get("/actions", dependencies=[Depends(authorized)], responses=_errors(401))
    async def list_actions() -> list[ActionName]:
        return [ActionName(name=name) for name in known]

    @app.post(
        "/webhook",
        dependencies=[Depends(authorized)],
        response_model=WebhookAnswer | None,
        responses=_errors(400, 401, 404, 413, 503),
        openapi_extra=_body(),
    )
    async def webhook(request: Request) -> Response:
        return await _run(request, known)

    @app.exception_handler(StarletteHTTPException)
    async def http_error(request: Request, error: StarletteHTTPException) -> Response:
        return _json({"error": str(error.detail).lower(), "action_name": None}, error.status_code, error.headers)

    @app.exception_handler(Exception)
    async def crashed(request: Request, error: Exception) -> Response:
        return _json({"error": "internal error", "action_name": None}, 500)

    return app


async def _run(request: Request, known: dict[str, Action]) -> Response:
    """Read the call, run the action, answer. Sync actions run in a thread, so that nothing they do holds up `/health`."""
    try:
        call = await _read(request)
        name = call.get("next_action")
        if not name:
            return _json(None)
        if not isinstance(name, str):
            raise BadCall("next_action must be a string")
        action = known.get(name)
        if action is None:
            raise ActionNotFoundException(name)
        return _json(await _execute(action, _tracker(call), call.get("domain") or {}))
    except BadCall as error:
        return _json({"error": str(error), "action_name": None}, 400)
    except ActionNotFoundException as error:
        return _json({"error": error.message, "action_name": error.action_name}, 404)
    except ActionExecutionRejection as error:
        return _json({"error": error.message, "action_name": error.action_name}, 400)
    except Unavailable:
        return _json({"error": "unavailable", "action_name": None}, 503)
    except Exception as error:  # noqa: BLE001 - the outer edge: an error's text may hold what a child wrote
        log.error("an action failed: %s", type(error).__name__)
        return _json({"error": "internal error", "action_name": None}, 500)


async def _execute(action: Action, tracker: Tracker, domain: Any) -> dict[str, Any]:
    dispatcher = CollectingDispatcher()
    run: Any = action.run
    if inspect.iscoroutinefunction(run):
        events = await run(dispatcher, tracker, domain)
    else:
        events = await to_thread.run_sync(run, dispatcher, tracker, domain)
    return {
        "events": [event for event in events or [] if isinstance(event, dict) and event.get("event")],
        "responses": dispatcher.messages,
    }


async def _read(request: Request) -> dict[str, Any]:
    body = await request.body()
    if len(body) > MOST_BYTES:
        raise BadCall("the call is too large")
    match request.headers.get("content-encoding", "identity").lower():
        case "deflate":
            body = _unpack(body, zlib.MAX_WBITS)
        case "gzip":
            body = _unpack(body, zlib.MAX_WBITS | 16)
        case "identity" | "":
            pass
        case _:
            raise BadCall("unknown content encoding")
    try:
        call = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise BadCall("Invalid body request") from None
    if not isinstance(call, dict):
        raise BadCall("Invalid body request")
    return call


def _unpack(body: bytes, window: int) -> bytes:
    """Unpack at most `MOST_BYTES`, so that a small body cannot fill the memory."""
    unpacker = zlib.decompressobj(window)
    try:
        unpacked = unpacker.decompress(body, MOST_BYTES)
    except zlib.error:
        raise BadCall("the body cannot be unpacked") from None
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise BadCall("the body cannot be unpacked")
    return unpacked


def _tracker(call: dict[str, Any]) -> Tracker:
    state: Any = call.get("tracker")
    if not isinstance(state, dict) or not isinstance(state.get("sender_id"), str):
        raise BadCall("the call has no tracker")
    wanted: dict[str, type] = {"slots": dict, "latest_message": dict, "events": list, "active_loop": dict}
    for name, kind in wanted.items():
        if state.get(name) is None:
            state[name] = kind()
        elif not isinstance(state[name], kind):
            raise BadCall(f"tracker.{name} has the wrong type")
    return Tracker.from_dict(cast(Any, state))


def _json(value: Any, status: int = 200, headers: Any = None) -> Response:
    return Response(orjson.dumps(value), status, dict(headers or {}), "application/json")


def _errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: {"model": ActionError, "description": "what was wrong, and with which action"} for status in statuses}


def _body() -> dict[str, Any]:
    call = {
        "type": "object",
        "properties": {
            "next_action": {"type": "string"},
            "sender_id": {"type": "string"},
            "tracker": {"type": "object"},
            "domain": {"type": "object"},
        },
    }
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": call}}}}
