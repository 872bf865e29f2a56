"""The only way into Rasa: a REST-style channel with a shared secret that never answers with silence."""

from __future__ import annotations

import hmac
import logging
from typing import Any, Callable, Dict, Optional, Text

import aiohttp
import orjson
from rasa.core.channels.channel import InputChannel
from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.straight_runner import StraightGraphRunner
from bot.turn import ActionFailed, TooManyActions, run_turn

logger = logging.getLogger("navet.bot")


class ActionServer(EndpointConfig):
    """The action server over one kept connection; Rasa opens a new one for every call."""

    def __init__(self, original: EndpointConfig, timeout: float) -> None:
        super().__init__(url=original.url, headers=original.headers, **original.kwargs)
        self._kept: Optional[aiohttp.ClientSession] = None
        self._timeout = aiohttp.ClientTimeout(total=timeout)

    async def request(self, method: Text = "post", subpath: Optional[Text] = None, **kwargs: Any) -> Any:
        if self._kept is None:
            self._kept = aiohttp.ClientSession(
                headers={"Content-Type": "application/json", **self.headers}, timeout=self._timeout, json_serialize=_dumps
            )
        async with self._kept.request(method, self.url, json=kwargs.get("json")) as answer:
            body = await answer.read()
            if answer.status >= 400:
                raise ClientResponseError(answer.status, answer.reason, body)
            return orjson.loads(body)

    async def close(self) -> None:
        if self._kept is not None:
            await self._kept.close()


def _dumps(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS).decode()


class NavetChannel(InputChannel):
    """`POST /webhooks/navet/webhook` {sender, text | choice, state, context} -> {messages, state, parse}."""

    def __init__(self, secret: str, timeout: float) -> None:
        self.secret = secret
        self.timeout = timeout

    @classmethod
    def name(cls) -> Text:
        return "navet"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[Text, Any]]) -> InputChannel:
        given = credentials or {}
        if not given.get("secret"):
            raise ValueError("the navet channel needs a secret")
        return cls(str(given["secret"]), float(given.get("action_timeout", 4.0)))

    def blueprint(self, on_new_message: Callable[..., Any]) -> Blueprint:
        routes = Blueprint("navet_webhook", __name__)

        @routes.route("/health", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            ready = bool(getattr(request.app.ctx, "agent", None) and request.app.ctx.agent.is_ready())
            return response.json({"status": "ok" if ready else "starting"}, status=200 if ready else 503)

        @routes.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            given = request.headers.get("X-Navet-Secret", "")
            if not hmac.compare_digest(given.encode(), self.secret.encode()):
                return response.json({"error": "unauthorized"}, status=401)
            return await self._answer(request)

        @routes.listener("before_server_stop")
        async def close(app: Any, loop: Any) -> None:
            endpoint = getattr(getattr(getattr(app.ctx, "agent", None), "processor", None), "action_endpoint", None)
            if isinstance(endpoint, ActionServer):
                await endpoint.close()

        return routes

    async def _answer(self, request: Request) -> HTTPResponse:
        try:
            body = orjson.loads(request.body)
            sender, state, context = str(body["sender"]), body["state"], body["context"]
            text, choice = body.get("text"), body.get("choice")
            if not isinstance(state, dict) or not isinstance(context, dict) or not isinstance(state.get("slots", {}), dict):
                raise ValueError
            if choice is not None and not isinstance(choice["intent"], str):
                raise ValueError
        except (ValueError, KeyError, TypeError, AttributeError):
            return response.json({"error": "bad request"}, status=400)
        processor = self._processor(request)
        if processor is None:
            return response.json({"error": "starting"}, status=503)
        try:
            answer = await run_turn(processor, sender, text, choice, state, context)
        except ActionFailed as error:
            logger.error("action %s failed", error)
            return response.json({"error": "action failed"}, status=502)
        except TooManyActions:
            logger.error("the rules lead in a circle")
            return response.json({"error": "no end"}, status=500)
        except Exception as error:  # noqa: BLE001 - the outer edge: the text of an error may hold what a child wrote
            logger.error("a turn failed: %s", type(error).__name__)
            return response.json({"error": "failed"}, status=500)
        return response.raw(orjson.dumps(answer, option=orjson.OPT_SERIALIZE_NUMPY), content_type="application/json")

    def _processor(self, request: Request) -> Any:
        agent = getattr(request.app.ctx, "agent", None)
        processor = getattr(agent, "processor", None)
        if processor is not None and not isinstance(processor.action_endpoint, ActionServer):
            processor.action_endpoint = ActionServer(processor.action_endpoint, self.timeout)
            processor.graph_runner = StraightGraphRunner(processor.graph_runner)
        return processor
