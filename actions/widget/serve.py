"""Serves the widget's files and pages.

`/chat` and `/widget/neutral` are never stored by a browser: after leaving, Back and the page cache must show nothing. The
files under `/widget/` are asked for again each time (ETag, mostly a 304), so that a page never mixes two versions.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from pathlib import Path
from typing import Any

import orjson
import rcssmin
import rjsmin
from fastapi import FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Scope

from actions.content import content
from actions.dialogue.render import Renderer
from actions.errors import Unprocessable
from actions.i18n import catalogs, language, languages, offered
from actions.i18n.audio import AUDIO
from actions.problems import responses

HERE = Path(__file__).parent
STATIC = HERE / "static"
SMALLEST_GZIP = 400
SQUEEZED = (".js", ".css")
CHAT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; "
    "media-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
BARE_POLICY = "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
NO_STORE = "no-store"
ASK_AGAIN = "no-cache"
"""A browser may keep the file but must ask whether it is still the same."""

pages = Environment(
    loader=FileSystemLoader(HERE / "pages"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


class WidgetFiles(StaticFiles):
    """The files as they are. They hold nothing secret, so pages of other origins may load them too."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        file = getattr(response, "path", None)
        if file is not None and Path(file).suffix in SQUEEZED:
            response = self._squeezed(Path(file), scope)
        response.headers["Cache-Control"] = ASK_AGAIN
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    def _squeezed(self, file: Path, scope: Scope) -> Response:
        body = squeezed(file)
        headers = Headers({"ETag": f'"{hashlib.sha256(body).hexdigest()[:20]}"'})
        if self.is_not_modified(headers, Headers(scope=scope)):
            return Response(status_code=304, headers=headers)
        return Response(body, 200, headers, mimetypes.types_map[file.suffix])


def squeezed(file: Path) -> bytes:
    """A script or style sheet without what only its reader needs: comments, indentation."""
    text = file.read_text(encoding="utf-8")
    return str(rcssmin.cssmin(text) if file.suffix == ".css" else rjsmin.jsmin(text)).encode()


def install(app: FastAPI) -> None:
    """Put the pages and files into the web app."""

    @app.get("/chat", include_in_schema=False)
    async def chat(request: Request) -> Response:
        """The chat as a page of its own. Without JavaScript: whom to call."""
        text = pages.get_template("chat.html").render(modules=_modules(), **_plain_help())
        return _page(request, text, CHAT_POLICY, NO_STORE)

    @app.get("/widget/neutral", include_in_schema=False)
    async def neutral(request: Request) -> Response:
        """Where leaving fast leads: a page about clouds."""
        return _page(request, pages.get_template("neutral.html").render(), BARE_POLICY, NO_STORE)

    @app.get("/widget/embed", include_in_schema=False)
    async def embed(request: Request) -> Response:
        """How another page shows the chat."""
        base = str(request.base_url).rstrip("/")
        return _page(request, pages.get_template("embed.html").render(base=base), CHAT_POLICY, ASK_AGAIN)

    @app.get("/widget/strings/{code}.json", tags=["widget"], responses=responses(422))
    async def strings(request: Request, code: str) -> Response:
        """The widget's own words in a language, by their English form, and its direction."""
        if code not in languages():
            raise Unprocessable(f"Unknown language. Known: {', '.join(languages())}.", field="language", known=list(languages()))
        return _strings(request, code)

    app.mount("/widget/audio", WidgetFiles(directory=AUDIO, check_dir=False), name="widget-audio")
    app.mount("/widget", GZipMiddleware(WidgetFiles(directory=STATIC), minimum_size=SMALLEST_GZIP), name="widget")


def _modules() -> list[str]:
    """All modules, so that a browser fetches them at once instead of one level of imports after the other."""
    return sorted(file.name for file in STATIC.glob("*.js"))


def _plain_help() -> dict[str, Any]:
    """What the chat says in danger, from the same sentences and numbers, in every language that is offered."""
    lines = [line for line in content().helplines.values() if line.show and line.tel and "U0" in line.urgency]
    return {
        "contacts": [{"label": line.label, "tel": line.tel} for line in lines],
        "sections": [{"tag": entry.tag, "dir": entry.dir, "text": _danger_text(entry.code)} for entry in offered()],
    }


def _danger_text(code: str) -> str:
    renderer = Renderer(code)
    return " ".join(renderer.sentence({"kind": "message", "id": id_}) for id_ in ("danger_call", "danger_talk"))


def _strings(request: Request, code: str) -> Response:
    body = orjson.dumps({"language": code, "dir": language(code).dir, "strings": catalogs().all_interface(code, "widget")})
    tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    headers = {"ETag": tag, "Cache-Control": ASK_AGAIN, "Access-Control-Allow-Origin": "*"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return _compressed(request, body, "application/json", headers)


def _page(request: Request, text: str, policy: str, cache: str) -> Response:
    headers = {"Content-Security-Policy": policy, "Cache-Control": cache}
    return _compressed(request, text.encode(), "text/html; charset=utf-8", headers)


def _compressed(request: Request, body: bytes, media_type: str, headers: dict[str, str]) -> Response:
    headers["Vary"] = "Accept-Encoding"
    if len(body) >= SMALLEST_GZIP and "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        body = gzip.compress(body, 6)
    return Response(body, 200, headers, media_type)
