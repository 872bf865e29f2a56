"""Shapes of the files under data/. Every model is frozen; unknown keys are errors, so that a typing mistake cannot hide."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from actions.vocabulary import FactStatus, Mode, Urgency


class Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Stage(Entry):
    """Where in the process a child can be."""

    id: str
    sv: str
    seed: str
    top: list[str]


class Role(Entry):
    """An adult or authority around the child."""

    id: str
    sv: str
    your: str
    who: str
    group: Literal["nav", "school", "health", "social", "local", "authority", "other"]
    recipient: bool
    excludes: list[str] = []
    local: str | None = None
    until_18: bool = False
    from_18: bool = False
    at_18: str | None = None


class AckWithin(Entry):
    minutes: int | None = None
    hours: int | None = None
    working_days: int | None = None


class UrgencyLevel(Entry):
    id: Urgency
    name: str
    sv: str
    consent: Literal["none", "minimal_after_no", "required"]
    ack_within: AckWithin
    trigger: str


class Worry(Entry):
    """Something an adult must help with, and who, in which order, at which stage."""

    id: str
    sv: str
    urgency: Urgency
    urgency_note: str | None = None
    routes: dict[str, list[str]]
    contacts: list[str] = []
    may_be_about: list[str] = []
    never_to: list[str] = []
    harm: bool = False
    ack: str
    reasons: dict[str, str] = {}
    rule: str | None = None
    why: str
    facts: list[str] = []


class LastResort(Entry):
    office_hours: str
    otherwise: str


class Source(Entry):
    """Where a statement comes from. `force` says how binding the source is: a recommendation is never quoted as law."""

    id: str
    title: str
    organisation: str
    year: str | None = None
    url: str | None = None
    kind: Literal["seed", "law", "official", "ngo", "secondary", "product"]
    force: Literal["law", "official", "recommendation", "information", "product"]
    note: str | None = None


class SourceRef(Entry):
    source: str
    section: str


class ContactSource(Entry):
    title: str
    organisation: str
    url: str | None = None
    checked_on: date


class Helpline(Entry):
    """A contact. Only `show: true` may reach a child."""

    id: str
    label: str
    tel: str | None = None
    href: str | None = None
    sv: str
    hours: str | None = None
    urgency: list[Urgency] = []
    show: bool
    staff: bool = False
    why: str | None = None
    seed: str | None = None
    source: ContactSource | None = None


class FactText(Entry):
    """The Swedish child text in three parts (KASAM) and once more, simpler."""

    means: str
    do: str
    why: str
    simpler: str


class Outdated(Entry):
    now: str
    bot: str
    evidence: list[str] = []


class Fact(Entry):
    """One approved (or waiting, or hidden) statement."""

    id: str
    topic: str
    stages: list[str]
    roles: list[str]
    audience: Literal["both", "child", "staff"]
    municipality: str | None = None
    text: FactText | None = None
    staff: str
    sources: list[SourceRef]
    time_sensitive: bool
    because: str | None = None
    outdated: Outdated | None = None
    confidence: str | None = None
    clarity: str | None = None
    note: str | None = None
    important: bool = False
    safety: bool = False
    checked_on: date
    review_by: date
    status: FactStatus


class Intent(Entry):
    """What a child can mean, bound to its facts, its refusal or its route."""

    id: str
    kind: Literal["ask", "worry", "chat", "out_of_scope"]
    mode: Mode
    urgency: Urgency
    stages: list[str] = []
    worry: str | None = None
    route: str | None = None
    roles: list[str] = []
    refusal: str | None = None
    handoffs: dict[str, str] = {}  # stage or "default" -> the worry staff see it as, when it differs from what the child reads
    facts: list[str] = []
    contacts: list[str] = []
    sv: str
    means: str


class Message(Entry):
    """A sentence of the chat itself."""

    id: str
    sv: str
    note: str | None = None
    safety: bool = False
    max: int | None = None


class MatrixCell(Entry):
    """What an actor does at a moment. `text` is the wording of the source; None where the source says nothing."""

    text: str | None = None
    facts: list[str] = []


class MatrixColumn(Entry):
    """A moment of the process and the stages it stands for. Without stages it is for staff only (dilemmas)."""

    id: str
    sv: str
    stages: list[str]


class MatrixActor(Entry):
    """A row: `roles` is who the actor is here, `helps` whom of them a child can turn to."""

    id: str
    sv: str
    roles: list[str]
    helps: list[str]
    note: str | None = None
    cells: dict[str, MatrixCell]


class Matrix(Entry):
    """Who does what, when (seed 000)."""

    source: str
    columns: list[MatrixColumn]
    actors: list[MatrixActor]

    def column_of(self, stage: str | None) -> str | None:
        return next((column.id for column in self.columns if stage in column.stages), None)


class Calming(Entry):
    """Our own template for upset messages: the sentence before, the one after, and the intents that get them."""

    source: str
    pause: str
    next_step: str
    intents: list[str]


class ReadyQuestion(Entry):
    id: str
    sv: str


class Meeting(Entry):
    """A meeting or task to prepare for: a card, and questions a child may want to ask."""

    id: str
    sv: str
    intents: list[str]
    facts: list[str]
    local: list[str] = []
    questions: list[ReadyQuestion]


class Point(Entry):
    id: str
    sv: str


class Checklist(Entry):
    """Points for staff. `slot` names the municipality's own list that replaces them; `worries` the handoffs they are shown on."""

    id: str
    sv: str
    source: SourceRef
    slot: str | None = None
    worries: list[str]
    items: list[Point]


class RoleContact(Entry):
    name: str | None = None
    phone: str | None = None
    email: str | None = None
    verified_on: date | None = None


class OnCall(Entry):
    name: str | None = None
    phone: str | None = None
    verified_on: date | None = None
    fill_in: str


class LocalCard(Entry):
    id: str
    sv: str
    text: str
    role: str | None = None
    phone: str | None = None
    href: str | None = None
    source: SourceRef | None = None
    verified_on: date | None = None
    show: bool


class Slot(Entry):
    """A place for the municipality's own text. Empty means empty: `fill_in` says who can fill it."""

    id: str
    sv: str
    content: str | None = None
    fill_in: str


class Municipality(Entry):
    id: str
    sv: str
    county: str | None = None
    roles: dict[str, RoleContact] = {}
    hours: dict[str, str] = Field(description="weekday -> HH:MM-HH:MM, when people read")
    hours_verified_on: date | None = None
    on_call: OnCall
    cards: list[LocalCard] = []
    slots: list[Slot] = []
    isip: bool = False
