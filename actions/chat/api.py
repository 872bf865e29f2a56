"""The public chat API (docs/chat-api.md): HTTP in, service call, JSON out."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from anyio import to_thread
from fastapi import APIRouter, Depends, Header, Query, Request, Response
from sse_starlette import EventSourceResponse

from actions.chat.events import Events
from actions.chat.limits import Limits
from actions.chat.map import build_map
from actions.chat.opening import check_stage
from actions.chat.public import (
    Change,
    Changed,
    LanguageInfo,
    MeetingQuestions,
    MessageInfo,
    Messages,
    NewConversation,
    NewMessage,
    Opened,
)
from actions.chat.service import Chat
from actions.content import content
from actions.dialogue.render import Renderer
from actions.errors import TooLarge, Unauthorized, Unprocessable
from actions.i18n import language, offered
from actions.problems import responses
from actions.vocabulary import SOURCE_LANGUAGE

MOST_BYTES = 64 * 1024


async def small(request: Request) -> None:
    """Refuse a body no message can need, before it is parsed."""
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > MOST_BYTES:
        raise TooLarge("The request is too large.")
    if len(await request.body()) > MOST_BYTES:
        raise TooLarge("The request is too large.")


router = APIRouter(prefix="/api/chat", tags=["chat"], dependencies=[Depends(small)])
# The dependencies are `async`, though they wait for nothing: FastAPI sends plain ones through a thread, each at 0.1 ms and more.


async def token(authorization: str = Header("", description="Bearer <token of the conversation>")) -> str:
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() != "bearer" or not value.strip():
        raise Unauthorized("Send Authorization: Bearer <token>.")
    return value.strip()


Token = Annotated[str, Depends(token)]


async def chat_of(request: Request) -> Chat:
    found: Chat = request.app.state.chat
    return found


async def limits_of(request: Request) -> Limits:
    found: Limits = request.app.state.limits
    return found


ChatDep = Annotated[Chat, Depends(chat_of)]
LimitsDep = Annotated[Limits, Depends(limits_of)]


def _json(value: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(value), status, {"Cache-Control": "no-store"}, "application/json")


@router.post("/conversations", status_code=201, response_model=Opened, responses=responses(413, 422, 429, 503))
async def open_conversation(body: NewConversation, request: Request, chat: ChatDep, limits: LimitsDep) -> Response:
    """Open a conversation. The token is shown once; only its hash is kept."""
    address = request.client.host if request.client else ""
    limits.new_conversation(address)
    return _json(await chat.open(body, lambda: limits.typed_code(address)), 201)


@router.post(
    "/conversations/{conversation_id}/messages", response_model=Messages, responses=responses(401, 409, 413, 422, 429, 503)
)
async def send(conversation_id: str, body: NewMessage, bearer: Token, chat: ChatDep, limits: LimitsDep) -> Response:
    """Send a text or a choice. At least one bot message comes back. Safe to repeat with the same `client_message_id`."""
    limits.message(conversation_id)
    return _json({"messages": await chat.send(conversation_id, bearer, body)})


@router.get("/conversations/{conversation_id}/messages", response_model=Messages, responses=responses(401, 404, 422, 503))
async def history(
    conversation_id: str,
    bearer: Token,
    chat: ChatDep,
    after: Annotated[str | None, Query(max_length=64, description="id of the last message seen")] = None,
) -> Response:
    """Everything since a message, staff replies included."""
    return _json({"messages": await chat.history(conversation_id, bearer, after)})


@router.get(
    "/conversations/{conversation_id}/messages/{message_id}/swedish",
    response_model=MessageInfo,
    responses=responses(401, 404, 422, 503),
)
async def swedish(conversation_id: str, message_id: str, bearer: Token, chat: ChatDep) -> Response:
    """A bot message in Swedish, to be shown beside a translation that nobody has reviewed. It is not stored."""
    return _json(await chat.swedish(conversation_id, bearer, message_id))


@router.get("/conversations/{conversation_id}/meeting", response_model=MeetingQuestions, responses=responses(401, 503))
async def meeting(conversation_id: str, bearer: Token, chat: ChatDep) -> Response:
    """What the child wants to ask at a meeting, in its language and in Swedish side by side."""
    return _json({"questions": await chat.meeting_questions(conversation_id, bearer)})


@router.get(
    "/conversations/{conversation_id}/events",
    response_class=EventSourceResponse,
    responses=responses(401, 404, 422, 503),
)
async def listen(
    conversation_id: str,
    bearer: Token,
    request: Request,
    last: Annotated[str | None, Header(alias="Last-Event-ID", max_length=64, description="id of the last message seen")] = None,
) -> EventSourceResponse:
    """Server-Sent Events, one per new message. A second connection to the same conversation ends the first."""
    events: Events = request.app.state.events
    return await events.stream(conversation_id, bearer, last or None)


@router.patch("/conversations/{conversation_id}", response_model=Changed, responses=responses(401, 413, 422, 503))
async def change(conversation_id: str, body: Change, request: Request, bearer: Token, chat: ChatDep, limits: LimitsDep) -> Response:
    """Another language (the last bot message is repeated in it), another stage, or an access code."""
    address = request.client.host if request.client else ""
    return _json(await chat.change(conversation_id, bearer, body, lambda: limits.typed_code(address)))


@router.delete("/conversations/{conversation_id}", status_code=204, responses=responses(401, 503))
async def delete(conversation_id: str, bearer: Token, chat: ChatDep) -> Response:
    """Delete the conversation and everything the child wrote that no adult has read."""
    await chat.delete(conversation_id, bearer)
    return Response(status_code=204)


@router.get("/languages", response_model=list[LanguageInfo])
async def list_languages() -> Response:
    """The languages a child can choose."""
    return _json([{"code": entry.code, "name": entry.name, "dir": entry.dir, "status": entry.public_status} for entry in offered()])


def _known_language(code: str) -> str:
    known = [entry.code for entry in offered()]
    if code not in known:
        raise Unprocessable(f"Unknown language. Known: {', '.join(known)}.", field="language", known=known)
    return code


@router.get("/help", responses=responses(422))
async def help_(
    language_: Annotated[str, Query(alias="language", max_length=20)] = SOURCE_LANGUAGE,
    municipality: Annotated[str | None, Query(max_length=60)] = None,
) -> Response:
    """The emergency and support contacts. Answers also without Rasa and without the database."""
    code = _known_language(language_)
    return _json(await to_thread.run_sync(_help, code, municipality))


def _help(code: str, municipality: str | None) -> dict[str, Any]:
    renderer = Renderer(code)
    lines = [line for line in content().helplines.values() if line.show and line.urgency]
    profile = content().municipality(municipality)
    contacts = [renderer.contact(line) for line in lines]
    if profile.on_call.phone and profile.on_call.verified_on:
        name = profile.on_call.name or renderer.sentence({"kind": "role", "id": "socialjour", "part": "sv"})
        contacts.append(
            {
                "label": name,
                "tel": profile.on_call.phone,
                "href": None,
                "note": renderer.sentence({"kind": "role", "id": "socialjour", "part": "who"}),
            }
        )
    text = renderer.sentence({"kind": "message", "id": "danger_call"})
    return {"language": code, "dir": language(code).dir, "text": text, "contacts": contacts}


@router.get("/map", responses=responses(422))
async def map_(
    language_: Annotated[str, Query(alias="language", max_length=20)] = SOURCE_LANGUAGE,
    stage: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    """The stages in order, with what happens, who does what, and what to ask."""
    check_stage(stage)
    return _json(build_map(_known_language(language_), stage))
