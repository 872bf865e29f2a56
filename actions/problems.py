"""Every error of the web app as an RFC 9457 problem document, made in one place. Nothing a child wrote is ever in it."""

from __future__ import annotations

import logging
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from actions.errors import NavetError

log = logging.getLogger("navet.web")
MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "Bad request",
    401: "Unauthorized",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    413: "Too large",
}


def problem(status: int, code: str, title: str, detail: str = "", headers: dict[str, str] | None = None, **extra: Any) -> Response:
    body = {"type": f"/problems/{code}", "title": title, "status": status, "detail": detail or title, **extra}
    return Response(orjson.dumps(body), status, headers or {}, MEDIA_TYPE)


def of_error(error: NavetError) -> Response:
    return problem(error.status, error.code, error.title, error.detail, error.headers, **error.extra)


def of_validation(error: RequestValidationError) -> Response:
    """Field names and what was expected; never the value that was sent."""
    errors = [{"field": ".".join(str(part) for part in entry["loc"][1:]), "message": entry["msg"]} for entry in error.errors()]
    if any(entry["type"] == "json_invalid" for entry in error.errors()):
        return problem(422, "unprocessable", "The request cannot be understood", "The body is not valid JSON.")
    first = errors[0] if errors else {"field": "", "message": ""}
    return problem(422, "unprocessable", "The request cannot be understood", f"{first['field']}: {first['message']}", errors=errors)


def install(app: FastAPI) -> None:
    """Register the handlers on an app."""

    @app.exception_handler(NavetError)
    async def navet_error(request: Request, error: NavetError) -> Response:
        if error.status >= 500:
            log.error("%s: %s", error.code, error.detail)
        return of_error(error)

    @app.exception_handler(RequestValidationError)
    async def validation_error(request: Request, error: RequestValidationError) -> Response:
        return of_validation(error)

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> Response:
        if error.status_code == 400 and "pars" in str(error.detail):  # FastAPI could not decode the body
            return problem(422, "unprocessable", "The request cannot be understood", "The body is not valid JSON.")
        title = TITLES.get(error.status_code, "Error")
        code = title.lower().replace(" ", "-")
        return problem(error.status_code, code, title, headers=dict(error.headers or {}))

    @app.exception_handler(Exception)
    async def crashed(request: Request, error: Exception) -> Response:
        log.error("a request failed: %s", type(error).__name__)
        return problem(500, "internal", "Something went wrong")


class Problem:
    """The schema of a problem document for OpenAPI."""

    schema: dict[str, Any] = {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
        },
    }


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For `responses=` of a route."""
    return {
        status: {"description": TITLES.get(status, "Problem"), "content": {MEDIA_TYPE: {"schema": Problem.schema}}}
        for status in statuses
    }
