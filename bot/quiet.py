"""Keeps what a child wrote out of every log, and makes Rasa quick where it repeats itself. Imported before anything of Rasa."""

from __future__ import annotations

import logging
import os
import warnings
from typing import Any

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
os.environ.setdefault("SANIC_WORKERS", "1")
os.environ["LOG_LEVEL"] = "ERROR"  # Rasa writes messages at debug and tracker events at warning
os.environ["LOG_LEVEL_LIBRARIES"] = "ERROR"


def silence() -> None:
    """No Rasa logger below error; no traceback with locals; no warnings that quote a message."""
    import structlog

    warnings.simplefilter("ignore")
    for name in ("rasa", "sanic.root", "sanic.error", "sanic.access", "asyncio", "aiohttp", "matplotlib", "apscheduler"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    logging.getLogger("navet").setLevel(logging.INFO)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL), cache_logger_on_first_use=False)


def speed_up() -> None:
    """Rasa 3.6 checks the JSON schema's own schema on every action call: 78 % of a turn. The action server is ours and known by
    a secret, so it is enough that its answer has the shape Rasa reads."""
    from rasa.core.actions.action import RemoteAction

    def validate(self: RemoteAction, result: Any) -> bool:
        events, responses = result.get("events", []), result.get("responses", [])
        good = isinstance(events, list) and all(isinstance(event, dict) and isinstance(event.get("event"), str) for event in events)
        if not good or not isinstance(responses, list) or not all(isinstance(response, dict) for response in responses):
            raise ValueError("the action server answered nonsense")
        return True

    RemoteAction._validate_action_result = validate  # type: ignore[method-assign]
