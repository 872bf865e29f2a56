"""Both apps keep their own OpenAPI description, whatever is thrown at them (Schemathesis)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from actions.settings import Settings
from actions.web import create_web_app
from actions.webhook.app import create_actions_app
from tests.conftest import ScriptedRasa

CHECKS = [not_a_server_error, response_schema_conformance, status_code_conformance]
EXAMPLES = hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


@pytest.fixture
def web_schema(settings: Settings, database: Path, rasa: ScriptedRasa) -> Any:
    app = create_web_app(settings, rasa)  # type: ignore[arg-type]
    return schemathesis.openapi.from_asgi("/openapi.json", app)


@pytest.fixture
def actions_schema(settings: Settings, database: Path) -> Any:
    return schemathesis.openapi.from_asgi("/openapi.json", create_actions_app(settings))


def throw_everything_at(schema: Any, skip: frozenset[str], **call: Any) -> int:
    """Generated requests for every operation; gives how many were sent."""
    sent = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path in skip:
            continue

        @EXAMPLES
        @given(case=operation.as_strategy())
        def send(case: Any) -> None:
            nonlocal sent
            sent += 1
            case.call_and_validate(checks=CHECKS, **call)

        send()
    return sent


def test_the_web_app_keeps_its_description(web_schema: Any) -> None:
    assert throw_everything_at(web_schema, frozenset({"/health"})) > 100


def test_the_action_server_keeps_its_description(actions_schema: Any) -> None:
    assert throw_everything_at(actions_schema, frozenset(), headers={"X-Navet-Secret": "a" * 32}) > 40


async def test_with_a_real_token_nothing_breaks_either(settings: Settings, database: Path, rasa: ScriptedRasa) -> None:
    """The same, past the door: a valid conversation and many odd bodies."""
    transport = httpx.ASGITransport(create_web_app(settings, rasa), raise_app_exceptions=False)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://navet") as client:
        opened = (await client.post("/api/chat/conversations", json={"language": "sv"})).json()
        path, headers = f"/api/chat/conversations/{opened['conversation_id']}", {"Authorization": f"Bearer {opened['token']}"}
        odd: list[Any] = [None, True, 0, -1, 1.5, "", "x", [], {}, [[]], {"text": {}}, "9" * 400, "\u0000", "\ud800"]
        for key in ("client_message_id", "text", "choice"):
            for value in odd:
                body = {"client_message_id": "0b9d7a4e-6a1c-4a39-9d6f-0a6a3f0d1c11", "text": "hej", key: value}
                answer = await client.post(
                    f"{path}/messages", content=json.dumps(body).encode(), headers={**headers, "Content-Type": "application/json"}
                )
                assert answer.status_code < 500, (key, value, answer.text)
        for value in odd:
            for body in ({"language": value}, {"stage": value}):
                answer = await client.patch(
                    path, content=json.dumps(body).encode(), headers={**headers, "Content-Type": "application/json"}
                )
                assert answer.status_code < 500, (body, answer.text)
