"""Reads town.yml: the people, chats and decisions of the demo, checked by type."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field

DOMAIN = "demo.invalid"


class Made(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Account(Made):
    id: str
    name: str
    role: str
    language: str
    nav_role: str | None = None

    @property
    def email(self) -> str:
        return f"{self.id}@{DOMAIN}"


class Adult(Made):
    """Somebody with an account, or with a role and an address."""

    account: str | None = None
    role: str = ""
    name: str = ""
    channel: str = "in_app"
    address: str = ""


class Child(Made):
    id: str
    alias: str
    stage: str
    language: str
    adults: list[Adult]
    turns_18_in: int | None = None


class Days(Made):
    """First and last day, counted from today."""

    first: Annotated[int, Field(alias="from")]
    last: Annotated[int, Field(alias="to")]


class Away(Days):
    account: str


class StandIn(Days):
    role: str
    name: str
    channel: str
    address: str


class Step(Made):
    """One thing that happens in a chat; town.yml says which fields belong together."""

    says: str | None = None
    intent: str | None = None
    about: list[str] = []
    words: bool = False
    press: dict[str, str] | str | None = None
    writes: str | None = None
    wait: float | None = None
    by: str | None = None
    do: str = ""
    text: str = ""
    translation: str = ""
    to: str = ""


class Chat(Made):
    id: str
    language: str
    days: int
    steps: list[Step]
    child: str | None = None
    stage: str | None = None
    repeat: int = 1


class Missing(Made):
    child: str
    days: int
    moments: list[str]
    ticks: list[str]


class Review(Made):
    by: str
    kind: str
    id: str
    step: str
    note: str
    days: int | None = None


class Questions(Made):
    """What an editor makes of questions that hold these words; without an example they are set aside."""

    by: str
    like: str
    intent: str = ""
    example: str = ""


class Crisis(Made):
    by: str
    days: int
    texts: list[str]
    contacts: list[str]


class Town(Made):
    municipality: str
    accounts: list[Account]
    children: list[Child]
    away: list[Away]
    stand_ins: list[StandIn]
    chats: list[Chat]
    missing: list[Missing]
    review: list[Review]
    questions: list[Questions]
    crisis: Crisis

    def account(self, id_: str) -> Account:
        return next(entry for entry in self.accounts if entry.id == id_)

    def child(self, id_: str) -> Child:
        return next(entry for entry in self.children if entry.id == id_)


@lru_cache(maxsize=1)
def town() -> Town:
    values: Any = yaml.safe_load((Path(__file__).parent / "town.yml").read_text(encoding="utf-8"))
    return Town.model_validate(values)
