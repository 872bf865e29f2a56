"""A bot message before it has a language.

A message is kept as references ("message greeting", "fact S000-29, part means"), not as finished text, so that the same
message can be shown again in another language, and so that a changed translation is seen without a restart.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from actions.vocabulary import Kind

Json = dict[str, Any]


def ref(kind: str, id_: str, part: str = "", **params: Any) -> Json:
    """A reference to one sentence. `params` fill its placeholders: plain strings or other references."""
    out: Json = {"kind": kind, "id": id_}
    if part:
        out["part"] = part
    if params:
        out["params"] = params
    return out


def message(id_: str, **params: Any) -> Json:
    return ref("message", id_, **params)


def role_name(id_: str) -> Json:
    return ref("role", id_, "sv")


def your(id_: str) -> Json:
    """The role inside a sentence: "din gode man"."""
    return ref("role", id_, "your")


def stage_name(id_: str) -> Json:
    return ref("stage", id_)


def question(intent: str) -> Json:
    """The wording of an intent on a button."""
    return ref("intent", intent)


def fact(id_: str, part: str) -> Json:
    return ref("fact", id_, part)


def worry_name(id_: str) -> Json:
    return ref("worry", id_, "sv")


def language_name(code: str) -> Json:
    return ref("language", code)


def verbatim(text: str) -> Json:
    """Words a person wrote; never translated."""
    return ref("text", "", text=text)


@dataclass(frozen=True)
class Choice:
    """A button. `do` is what pressing it means to Rasa: an intent and entities."""

    label: Json
    intent: str
    entities: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> Json:
        return {"label": self.label, "do": {"intent": self.intent, "entities": dict(self.entities)}}


@dataclass
class Meta:
    """`meta` of the chat API, except `confidence` and `stage`, which the turn knows."""

    kind: Kind
    intent: str | None = None
    urgency: str = "U3"
    alternatives: list[str] = field(default_factory=list)
    fact_ids: list[str] = field(default_factory=list)
    worry: str | None = None
    roles: list[str] = field(default_factory=list)
    handoff_id: str | None = None

    def as_json(self) -> Json:
        return {
            "kind": str(self.kind),
            "intent": self.intent,
            "urgency": str(self.urgency),
            "alternatives": self.alternatives,
            "fact_ids": self.fact_ids,
            "worry": self.worry,
            "roles": self.roles,
            "handoff_id": self.handoff_id,
        }


@dataclass
class Draft:
    """One bot message: sentences, contacts, facts whose sources are shown, buttons, meta."""

    parts: list[Json]
    meta: Meta
    contacts: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)

    def as_json(self) -> Json:
        return {
            "parts": self.parts,
            "contacts": self.contacts,
            "facts": self.facts,
            "choices": [choice.as_json() for choice in self.choices],
            "meta": self.meta.as_json(),
        }
