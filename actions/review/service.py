"""What reviewers do: publish, hide, extend, approve, comment. A text a life may hang on needs two of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy.orm import Session

from actions import db
from actions.audit.service import record
from actions.clock import now, today
from actions.content import Content, content, file_content
from actions.content.models import Fact, Message
from actions.errors import NotFound, Unprocessable
from actions.mark import N_
from actions.review import overlay, store
from actions.review.models import ContentDecision
from actions.review.overlay import fingerprint
from actions.vocabulary import ContentKind, FactStatus, ReviewStep

MOST_NOTE = 2000
LONGEST = 400
"""Days a reviewer may vouch for a text."""
DATED = (ReviewStep.PUBLISH, ReviewStep.EXTEND)
ALONE = (ReviewStep.HIDE, ReviewStep.COMMENT)
"""Steps that never need a second reviewer: to take something back is always safe."""
POSSIBLE = {
    ContentKind.FACT: (ReviewStep.PUBLISH, ReviewStep.EXTEND, ReviewStep.HIDE, ReviewStep.COMMENT),
    ContentKind.MESSAGE: (ReviewStep.APPROVE, ReviewStep.COMMENT),
}


@dataclass(frozen=True)
class Reviewer:
    id: int
    email: str
    name: str


@dataclass(frozen=True)
class Step:
    """What is asked for. `review_by` only with publish and extend."""

    kind: ContentKind
    object_id: str
    name: ReviewStep
    review_by: date | None = None
    note: str = ""


@dataclass(frozen=True)
class Standing:
    """Where the review of one text stands. `by_two`: it needs two reviewers. `proposed`: the first half, if one waits."""

    by_two: bool
    proposed: ContentDecision | None
    approved: bool
    history: list[ContentDecision] = field(default_factory=list)
    changed_since: bool = False


def entry(kind: ContentKind, object_id: str, known: Content | None = None) -> Fact | Message:
    """The text as the file has it. Messages are reviewed only when they are marked safety. Raises `NotFound`."""
    known = known or file_content()
    found: Fact | Message | None = known.facts.get(object_id) if kind == ContentKind.FACT else known.messages.get(object_id)
    if found is None or (isinstance(found, Message) and not found.safety):
        raise NotFound(N_("There is no such text."))
    return found


def needs_two(found: Fact | Message) -> bool:
    return found.safety


def decide(by: Reviewer, step: Step) -> bool:
    """Take a step; it is audited in the same transaction. True: it counts now, False: a second reviewer must do the same.

    Raises `Unprocessable` when something is missing.
    """
    found = entry(step.kind, step.object_id)
    _check(step, found)
    base = fingerprint(found)
    with db.write() as session:
        row = ContentDecision(
            at=now(),
            kind=str(step.kind),
            object_id=step.object_id,
            step=str(step.name),
            review_by=step.review_by if step.name in DATED else None,
            checked_on=today() if step.name in DATED else None,
            note=step.note.strip()[:MOST_NOTE] or None,
            user_id=by.id,
            name=by.name,
            base=base,
            in_force=_counts(session, by, step, found),
        )
        store.add(session, row)
        detail = {"until": str(row.review_by)} if row.review_by else {}
        record(
            session,
            user_id=by.id,
            actor=by.email,
            action=f"content.{step.name}",
            object_type=str(step.kind),
            object_id=step.object_id,
            in_force=row.in_force,
            **detail,
        )
    if row.in_force:
        overlay.refresh()
    return row.in_force


def _check(step: Step, found: Fact | Message) -> None:
    if step.name not in POSSIBLE[step.kind]:
        raise Unprocessable(N_("There is no such step."), field="step")
    if step.name == ReviewStep.COMMENT and not step.note.strip():
        raise Unprocessable(N_("Write a comment."), field="note")
    if step.name == ReviewStep.HIDE and not step.note.strip():
        raise Unprocessable(N_("Write why it is hidden."), field="note")
    if step.name in DATED and (step.review_by is None or not today() < step.review_by <= today() + timedelta(days=LONGEST)):
        raise Unprocessable(N_("Choose the day of the next check: after today, at most 400 days from now."), field="review_by")
    if isinstance(found, Fact) and step.name == ReviewStep.EXTEND and _now(found).status != FactStatus.PUBLISHED:
        raise Unprocessable(N_("Only a published fact can be extended. Publish it instead."), field="step")


def _now(found: Fact) -> Fact:
    return content().facts.get(found.id, found)


def _counts(session: Session, by: Reviewer, step: Step, found: Fact | Message) -> bool:
    """A comment changes nothing; a safety text waits for the second, different reviewer."""
    if step.name == ReviewStep.COMMENT:
        return False
    if step.name in ALONE or not needs_two(found):
        return True
    return any(_same(row, step) and row.user_id != by.id for row in _open(session, step, fingerprint(found)))


def _same(row: ContentDecision, step: Step) -> bool:
    return row.step == step.name and row.review_by == step.review_by


def _open(session: Session, step: Step, base: str) -> list[ContentDecision]:
    return open_proposals(store.history(session, step.kind, step.object_id), base)


def open_proposals(rows: Sequence[ContentDecision], base: str) -> list[ContentDecision]:
    """First halves about today's text, made after the last decision that counted."""
    last = max((row.id for row in rows if row.in_force), default=0)
    waits = [row for row in rows if row.id > last and row.base == base and not row.in_force]
    return [row for row in waits if row.step != ReviewStep.COMMENT]


def standing(session: Session, kind: ContentKind, object_id: str) -> Standing:
    found = entry(kind, object_id)
    rows = list(store.history(session, kind, object_id))
    base = fingerprint(found)
    waits = open_proposals(rows, base)
    counted = [row for row in rows if row.in_force]
    return Standing(
        by_two=needs_two(found),
        proposed=waits[-1] if waits else None,
        approved=any(row.base == base and row.step != ReviewStep.HIDE for row in counted),
        history=list(reversed(rows)),
        changed_since=_changed_since(found, counted, base),
    )


def _changed_since(found: Fact | Message, counted: list[ContentDecision], base: str) -> bool:
    """Whether the file has become another since the last decision, in a way that the decision does not say itself."""
    if not counted or counted[-1].base == base:
        return False
    if isinstance(found, Message):
        return True
    verdict = overlay.verdicts(counted)[found.id]
    return (verdict.status or found.status, verdict.review_by or found.review_by) != (found.status, found.review_by)


def proposed_ids(session: Session) -> dict[tuple[str, str], str]:
    """(kind, id) -> step of the texts where one of two reviewers has decided."""
    found: dict[tuple[str, str], str] = {}
    for row in store.proposals(session, [str(step) for step in ReviewStep if step not in ALONE]):
        key = (row.kind, row.object_id)
        if key not in found:
            waits = standing(session, ContentKind(row.kind), row.object_id).proposed if _exists(row) else None
            found[key] = waits.step if waits else ""
    return {key: step for key, step in found.items() if step}


def _exists(row: ContentDecision) -> bool:
    known = file_content()
    return row.object_id in (known.facts if row.kind == ContentKind.FACT else known.messages)
