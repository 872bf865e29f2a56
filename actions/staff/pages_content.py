"""Review of facts and safety texts: the list, one text with everything a reviewer needs, the steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi import Response

from actions import db
from actions.clock import today
from actions.content import content
from actions.content.models import Fact, Message
from actions.errors import Unprocessable
from actions.i18n import catalogs, languages
from actions.mark import N_
from actions.review import service
from actions.review import store as reviews
from actions.review.service import DATED, POSSIBLE, Reviewer, Standing, Step
from actions.staff.pages import Visit, back_to, page, render
from actions.staff.permissions import Permission
from actions.vocabulary import PARTS, SOURCE_LANGUAGE, ContentKind, FactStatus, ReviewStep

PER_PAGE = 50
SOON = timedelta(days=30)
DUE = ("overdue", "soon")
HALF_A_YEAR, A_YEAR = 182, 365


@dataclass(frozen=True)
class Line:
    """One line of the list."""

    kind: str
    id: str
    topic: str
    text: str
    status: str
    due: date | None
    safety: bool
    proposed: str | None = None


@dataclass(frozen=True)
class Translation:
    """One part of a text in one language; `status` is that of `i18n.Translated`."""

    code: str
    name: str
    dir: str
    reviewed: str
    parts: list[tuple[str, str, str]]  # (part, text, status)


def _lines(proposed: dict[tuple[str, str], str]) -> list[Line]:
    known = content()
    facts = [
        Line(
            "fact",
            fact.id,
            fact.topic,
            fact.text.means if fact.text else fact.staff,
            str(fact.status),
            fact.review_by,
            fact.safety,
            proposed.get(("fact", fact.id)),
        )
        for fact in known.facts.values()
    ]
    messages = [
        Line("message", entry.id, "chat", entry.sv, "message", None, True, proposed.get(("message", entry.id)))
        for entry in known.messages.values()
        if entry.safety
    ]
    return sorted(facts, key=lambda line: (line.due or date.max, line.id)) + messages


def _wanted(visit: Visit) -> dict[str, str]:
    query = visit.request.query_params
    return {name: query.get(name, "")[:100].replace("\x00", "") for name in ("status", "topic", "due", "q")}


def _fits(line: Line, wanted: dict[str, str]) -> bool:
    day = today()
    if wanted["status"] == "two" and not line.proposed:
        return False
    if wanted["status"] not in ("", "two") and line.status != wanted["status"]:
        return False
    if wanted["topic"] and line.topic != wanted["topic"]:
        return False
    if wanted["due"] in DUE and (line.due is None or line.due >= day + (SOON if wanted["due"] == "soon" else timedelta())):
        return False
    return wanted["q"].strip().lower() in f"{line.id} {line.topic} {line.text} {_staff_text(line)}".lower()


def _staff_text(line: Line) -> str:
    return content().facts[line.id].staff if line.kind == "fact" else ""


@page("GET", "/content", Permission.READ_CONTENT)
def content_list(visit: Visit) -> Response:
    wanted = _wanted(visit)
    with db.read() as session:
        proposed = service.proposed_ids(session)
        drafts = [row for row in reviews.drafts(session) if row.fact_id not in content().facts]
    lines = _lines(proposed)
    found = [line for line in lines if _fits(line, wanted)]
    number = visit.request.query_params.get("page", "1")
    current = max(1, int(number)) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    return render(
        visit,
        "content.html",
        rows=found[(current - 1) * PER_PAGE : current * PER_PAGE],
        total=len(found),
        current=current,
        pages=max(1, -(-len(found) // PER_PAGE)),
        wanted=wanted,
        statuses=[*[str(status) for status in FactStatus], "message", "two"],
        topics=sorted({line.topic for line in lines}),
        overdue=sum(_fits(line, {"status": "", "topic": "", "due": "overdue", "q": ""}) for line in lines),
        drafts=drafts,
        day=today(),
        query=urlencode({key: value for key, value in wanted.items() if value}),
    )


@page("GET", "/content/{kind}/{object_id}", Permission.READ_CONTENT)
def content_detail(visit: Visit, kind: str, object_id: str) -> Response:
    return _detail(visit, _kind(kind), object_id)


def _kind(name: str) -> ContentKind:
    return ContentKind.MESSAGE if name == ContentKind.MESSAGE else ContentKind.FACT


def _detail(visit: Visit, kind: ContentKind, object_id: str, problem: str | None = None, status: int = 200) -> Response:
    service.entry(kind, object_id)  # refuses what is not there
    known = content()
    found: Fact | Message = known.facts[object_id] if kind == ContentKind.FACT else known.messages[object_id]
    with db.read() as session:
        standing = service.standing(session, kind, object_id)
    fact = found if isinstance(found, Fact) else None
    return render(
        visit,
        "content_text.html",
        status,
        kind=str(kind),
        entry=found,
        fact=fact,
        parts=PARTS,
        everywhere=fact is not None and set(known.stages) <= set(fact.stages),
        translations=_translations(found),
        sources=[(known.sources[ref.source], ref.section) for ref in fact.sources] if fact else [],
        intents=[entry for entry in known.intents.values() if object_id in entry.facts] if fact else [],
        standing=standing,
        steps=_steps(fact, kind, standing),
        until=_until(fact, standing),
        earliest=today() + timedelta(days=1),
        latest=today() + timedelta(days=service.LONGEST),
        overdue=fact is not None and fact.review_by < today(),
        form=visit.form,
        problem=problem,
        mine=visit.user is not None and standing.proposed is not None and standing.proposed.user_id == visit.user.id,
    )


def _steps(fact: Fact | None, kind: ContentKind, standing: Standing) -> list[str]:
    """The steps that make sense now; a comment always does and has its own form."""
    names = [step for step in POSSIBLE[kind] if step != ReviewStep.COMMENT]
    if fact is None:
        return [str(step) for step in names]
    published = fact.status == FactStatus.PUBLISHED
    unwanted = {ReviewStep.PUBLISH if published else ReviewStep.EXTEND}
    if fact.status == FactStatus.HIDDEN:
        unwanted.add(ReviewStep.HIDE)
    return [str(step) for step in names if step not in unwanted]


def _until(fact: Fact | None, standing: Standing) -> date | None:
    """The day the form proposes: that of the first reviewer, else half a year for what may change, a year for the rest."""
    if standing.proposed is not None and standing.proposed.review_by is not None:
        return standing.proposed.review_by
    if fact is None:
        return None
    return today() + timedelta(days=HALF_A_YEAR if fact.time_sensitive else A_YEAR)


def _translations(found: Fact | Message) -> list[Translation]:
    texts: list[tuple[str, str, str]] = []
    if isinstance(found, Message):
        texts = [("", f"message.{found.id}", found.sv)]
    elif found.text is not None:
        texts = [(part, f"fact.{found.id}.{part}", getattr(found.text, part)) for part in PARTS]
    out = []
    for entry in languages().values():
        if entry.code == SOURCE_LANGUAGE or not texts:
            continue
        shown = [(part, catalogs().content(entry.code, context, source)) for part, context, source in texts]
        parts = [(part, text.text if text.status == "current" else "", str(text.status)) for part, text in shown]
        out.append(Translation(entry.code, entry.name, entry.dir, entry.public_status, parts))
    return out


@page("POST", "/content/{kind}/{object_id}", Permission.REVIEW)
def content_step(visit: Visit, kind: str, object_id: str) -> Response:
    """Publish, hide, extend, approve, comment."""
    try:
        service.decide(Reviewer(visit.me.id, visit.me.email, visit.me.name), _step(visit.form, _kind(kind), object_id))
    except Unprocessable as error:
        return _detail(visit, _kind(kind), object_id, visit._(error.detail), error.status)
    return back_to(f"/staff/content/{_kind(kind)}/{object_id}")


def _step(form: dict[str, Any], kind: ContentKind, object_id: str) -> Step:
    name = form.get("step", "")
    if name not in set(ReviewStep):
        raise Unprocessable(N_("There is no such step."), field="step")
    step = ReviewStep(name)
    return Step(kind, object_id, step, _day(form.get("review_by", "")) if step in DATED else None, form.get("note", ""))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
