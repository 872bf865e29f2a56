"""Facts that editors begin from a question. A draft is checked like any fact; the chat knows it only through the files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from actions import db
from actions.audit.service import record
from actions.clock import now, today
from actions.content import file_content
from actions.content.check import problems_of
from actions.content.models import Fact
from actions.errors import NotFound, Unprocessable
from actions.mark import N_
from actions.review import store, unanswered
from actions.review.models import FactDraft
from actions.review.service import Reviewer
from actions.vocabulary import PARTS, Fate

VALID_FOR = timedelta(days=182)
BEGINS = "Q-"
ASKED = "Barn har frågat: "
"""Begins the note of a draft in the files, which are Swedish."""


@dataclass(frozen=True)
class Wanted:
    """What the editor wrote. `texts` by part; all of them, or none while only the question is known."""

    question: str
    intent: str
    file: str
    stages: list[str]
    roles: list[str]
    texts: dict[str, str]
    staff: str
    source: str
    section: str
    because: str = ""
    safety: bool = False
    important: bool = False


def begin(by: Reviewer, wanted: Wanted, ids: Sequence[str]) -> str:
    """A new draft from a group of questions; gives its id. Raises `Unprocessable` with what is wrong."""
    with db.write() as session:
        fact_id = f"{BEGINS}{_next_number(session):03d}"
        entry = _entry(fact_id, wanted)
        unanswered.settle(session, by, ids, Fate.FACT, fact_id)
        store.add(session, FactDraft(fact_id=fact_id, file=wanted.file, intent=wanted.intent, entry=entry, at=now(), user_id=by.id))
        _audit(session, by, "draft.begun", fact_id)
        return fact_id


def save(by: Reviewer, fact_id: str, wanted: Wanted) -> None:
    """Write a draft anew, until it stands in the files."""
    with db.write() as session:
        row = draft(session, fact_id)
        row.entry, row.file, row.intent, row.at, row.user_id = _entry(fact_id, wanted), wanted.file, wanted.intent, now(), by.id
        _audit(session, by, "draft.saved", fact_id)


def drop(by: Reviewer, fact_id: str) -> None:
    with db.write() as session:
        store.drop_draft(session, draft(session, fact_id))
        _audit(session, by, "draft.dropped", fact_id)


def draft(session: Session, fact_id: str) -> FactDraft:
    """A draft that is not in the files yet. Raises `NotFound`."""
    row = store.draft(session, fact_id)
    if row is None or fact_id in file_content().facts:
        raise NotFound(N_("There is no such draft."))
    return row


def _audit(session: Session, by: Reviewer, action: str, fact_id: str) -> None:
    record(session, user_id=by.id, actor=by.email, action=action, object_type="fact", object_id=fact_id)


def _next_number(session: Session) -> int:
    """After the highest number ever given, in the files or the database."""
    taken = [row.fact_id for row in store.drafts(session)] + list(file_content().facts)
    numbers = [int(id_[len(BEGINS) :]) for id_ in taken if id_.startswith(BEGINS) and id_[len(BEGINS) :].isdigit()]
    return max(numbers, default=0) + 1


def _entry(fact_id: str, wanted: Wanted) -> dict[str, Any]:
    """The fact as it will stand in the file. Raises `Unprocessable` with the first thing that is wrong."""
    known = file_content()
    if wanted.file not in set(known.files.values()):
        raise Unprocessable(N_("Choose the file it belongs to."), field="file")
    if wanted.intent not in known.intents:
        raise Unprocessable(N_("Choose the question it answers."), field="intent")
    if wanted.source not in known.sources or not wanted.section.strip():
        raise Unprocessable(N_("A fact needs a source and the place in it."), field="source")
    if (
        not wanted.stages
        or not wanted.roles
        or not set(wanted.stages) <= set(known.stages)
        or not set(wanted.roles) <= set(known.roles)
    ):
        raise Unprocessable(N_("Choose at least one stage and the adult who knows more."), field="stages")
    texts = {part: " ".join(wanted.texts.get(part, "").split()) for part in PARTS}
    if not all(texts.values()) or not wanted.staff.strip():
        raise Unprocessable(N_("Write all four parts of the child's text and the statement for staff."), field="means")
    return _checked(fact_id, wanted, texts)


def _checked(fact_id: str, wanted: Wanted, texts: dict[str, str]) -> dict[str, Any]:
    because = " ".join(wanted.because.split())
    raw = {
        "id": fact_id,
        "topic": wanted.file.removesuffix(".yml"),
        "stages": wanted.stages,
        "roles": wanted.roles,
        "audience": "both",
        "text": texts,
        "staff": " ".join(wanted.staff.split()),
        "sources": [{"source": wanted.source, "section": " ".join(wanted.section.split())}],
        "time_sensitive": bool(because),
        "because": because or None,
        "note": ASKED + wanted.question,
        "important": wanted.important,
        "safety": wanted.safety,
        "checked_on": today().isoformat(),
        "review_by": (today() + VALID_FOR).isoformat(),
        "status": "draft",
    }
    try:
        fact = Fact.model_validate(raw)
    except ValidationError as error:
        raise Unprocessable(str(error.errors()[0]["msg"]), field="text") from None
    problems = list(problems_of(fact, file_content()))
    if problems:
        raise Unprocessable(problems[0], field="text")
    return fact.model_dump(mode="json")
