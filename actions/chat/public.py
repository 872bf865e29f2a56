"""The public shapes of the chat API (docs/chat-api.md), and how rows become them."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictStr

from actions.chat.models import ChatMessage
from actions.clock import iso
from actions.dialogue.render import Rendered
from actions.i18n import language
from actions.vocabulary import TEXT_LIMIT


class Body(BaseModel):
    model_config = ConfigDict(extra="ignore")


class NewConversation(Body):
    language: Annotated[StrictStr, Field(max_length=20)] | None = Field(None, description="needed unless access_code is given")
    stage: Annotated[StrictStr, Field(max_length=40)] | None = None
    municipality: Annotated[StrictStr, Field(max_length=60)] | None = None
    access_code: Annotated[StrictStr, Field(max_length=200)] | None = None


class NewMessage(Body):
    """Either `text` or `choice`."""

    client_message_id: UUID
    text: StrictStr | None = Field(None, description=f"what the child typed, at most {TEXT_LIMIT} characters")
    choice: Annotated[StrictStr, Field(max_length=200)] | None = Field(None, description="opaque, from a Message")


class Change(Body):
    language: Annotated[StrictStr, Field(max_length=20)] | None = None
    stage: Annotated[StrictStr, Field(max_length=40)] | None = None
    access_code: Annotated[StrictStr, Field(max_length=200)] | None = Field(
        None, description="ties a running chat to a child's adults"
    )


class Contact(BaseModel):
    label: str
    tel: str | None
    href: str | None
    note: str | None


class SourceInfo(BaseModel):
    title: str
    organisation: str
    year: str | None
    url: str | None
    checked_on: str


class ChoiceInfo(BaseModel):
    label: str
    choice: str


class MetaInfo(BaseModel):
    kind: Literal["fact", "refusal", "worry", "danger", "handoff", "chat", "fallback", "degraded"]
    intent: str | None
    confidence: float | None
    stage: str | None
    urgency: str
    alternatives: list[str]
    fact_ids: list[str]
    worry: str | None
    roles: list[str]
    handoff_id: str | None


class MessageInfo(BaseModel):
    """One message as every client sees it. `text` is plain text."""

    model_config = ConfigDict(populate_by_name=True)

    id: str
    sender: Literal["bot", "child", "staff"] = Field(alias="from")
    at: str
    language: str
    dir: Literal["ltr", "rtl"]
    text: str
    contacts: list[Contact] = []
    sources: list[SourceInfo] = []
    choices: list[ChoiceInfo] = []
    audio: list[str] = Field([], description="recordings of the whole text, in order; absent when there are none")
    meta: MetaInfo | None = None


class Opened(BaseModel):
    conversation_id: str
    token: str
    language: str
    dir: Literal["ltr", "rtl"]
    stage: str | None
    messages: list[MessageInfo]


class Changed(BaseModel):
    conversation_id: str
    language: str
    dir: Literal["ltr", "rtl"]
    stage: str | None
    messages: list[MessageInfo]


class Messages(BaseModel):
    messages: list[MessageInfo]


class MeetingQuestion(BaseModel):
    """A question the child takes to a meeting. `own_words`: as the child wrote it, in `language`; then `sv` is the same text."""

    text: str
    sv: str
    language: str
    dir: Literal["ltr", "rtl"]
    own_words: bool


class MeetingQuestions(BaseModel):
    questions: list[MeetingQuestion]


class LanguageInfo(BaseModel):
    code: str
    name: str
    dir: Literal["ltr", "rtl"]
    status: Literal["approved", "draft"]


def payload(rendered: Rendered, meta: dict[str, Any]) -> dict[str, Any]:
    """What is stored beside the text, so that history is what the child saw."""
    return {
        "contacts": rendered.contacts,
        "sources": rendered.sources,
        "labels": rendered.labels,
        "audio": rendered.audio,
        "meta": meta,
    }


def message_json(row: ChatMessage) -> dict[str, Any]:
    """The public form of a row."""
    shown = row.meta or {}
    return {
        "id": row.id,
        "from": row.sender,
        "at": iso(row.at),
        "language": row.language,
        "dir": language(row.language).dir,
        "text": row.text,
        "contacts": shown.get("contacts", []),
        "sources": shown.get("sources", []),
        "choices": [{"label": label, "choice": f"{row.id}.{index}"} for index, label in enumerate(shown.get("labels", []))],
        "meta": shown.get("meta"),
    } | ({"audio": shown["audio"]} if shown.get("audio") else {})
