"""What children asked and the bot could not answer: kept scrubbed, without a child, and only if the child was told so."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy.orm import Session

from actions import db
from actions.audit.service import record
from actions.chat import store as chat
from actions.clock import today
from actions.content import content
from actions.errors import NotFound, Unprocessable
from actions.i18n import catalogs
from actions.mark import N_
from actions.review import store
from actions.review.models import UnansweredQuestion
from actions.review.scrub import GAP, scrub
from actions.review.service import Reviewer
from actions.vocabulary import Fate, Kind, Lost

Json = dict[str, Any]
NOTICE = "privacy_questions"
"""The message that tells a child that unanswered questions are read."""
ALIKE = 78.0
"""Likeness in percent from which two questions belong together."""
SMALLEST_EXAMPLE, LONGEST_EXAMPLE = 3, 150
MARKUP = re.compile(r"[\[\](){}<>|\"\\/@#]")


@dataclass(frozen=True)
class Missed:
    """A typed message that got no good answer."""

    text: str
    kind: Lost
    intent: str | None


@dataclass(frozen=True)
class Group:
    """Questions that are alike, in one language; the first is the most frequent wording."""

    language: str
    rows: list[UnansweredQuestion]

    @property
    def ids(self) -> list[str]:
        return [row.id for row in self.rows]

    @property
    def texts(self) -> list[str]:
        return list(dict.fromkeys(row.text for row in self.rows))

    @property
    def kinds(self) -> list[str]:
        return sorted({row.kind for row in self.rows})

    @property
    def intent(self) -> str | None:
        """What the bot took it for most often."""
        found = [row.intent for row in self.rows if row.intent in content().intents]
        return max(set(found), key=lambda name: (found.count(name), str(name))) if found else None


# --- collecting


def missed(text: str | None, dialogue: Json, drafts: list[Json], *, danger: bool) -> Missed | None:
    """Whether this turn is one to learn from. Never one of danger or worry, and never words meant for an adult."""
    if not text or danger or dialogue.get("active_loop") or not drafts:
        return None
    meta = drafts[0]["meta"]
    match meta["kind"]:
        case Kind.FALLBACK:
            return Missed(text, Lost.FALLBACK, meta.get("intent"))
        case Kind.REFUSAL:
            return Missed(text, Lost.REFUSAL, meta.get("intent"))
        case Kind.FACT if meta.get("alternatives"):
            return Missed(text, Lost.LOW, meta.get("intent"))
    return None


def scrubbed(found: Missed, language: str) -> Missed | None:
    """The same without what could tell who asked; None when nothing of use is left. Slow the first time in a language."""
    left = scrub(found.text, language)
    return replace(found, text=left) if left else None


def keep(session: Session, conversation_id: str, language: str, found: Missed) -> None:
    """Store a scrubbed question, if the child was told. Nothing leads back to the conversation."""
    if not was_told(session, conversation_id):
        return
    row = UnansweredQuestion(
        id=uuid.uuid4().hex,
        day=today(),
        language=language,
        kind=str(found.kind),
        intent=found.intent,
        text=found.text,
        fate=str(Fate.WAITING),
    )
    store.add(session, row)


def was_told(session: Session, conversation_id: str) -> bool:
    """Whether the notice was said at the start of this conversation, in words the child can read."""
    for message in chat.after(session, conversation_id, 0, limit=4):
        parts = (message.draft or {}).get("parts", [])
        if any(part["kind"] == "message" and part["id"] == NOTICE for part in parts):
            text = catalogs().content(message.language, f"message.{NOTICE}", content().messages[NOTICE].sv)
            return text.status in ("source", "current")
    return False


def drop_old(days: int) -> None:
    """What is older than so many days goes, whatever became of it."""
    with db.write() as session:
        store.drop_questions_before(session, today() - timedelta(days=days))


# --- grouping


def grouped(rows: Sequence[UnansweredQuestion]) -> list[Group]:
    """Alike questions together, the largest group first."""
    groups: list[Group] = []
    ordered = sorted(rows, key=lambda row: (row.language, len(row.text), row.text, row.id))
    for row in ordered:
        home = next((group for group in groups if group.language == row.language and _alike(group.rows[0].text, row.text)), None)
        if home is None:
            groups.append(Group(row.language, [row]))
        else:
            home.rows.append(row)
    for group in groups:
        texts = [row.text for row in group.rows]
        group.rows.sort(key=lambda row: (-texts.count(row.text), row.text, row.id))
    return sorted(groups, key=lambda group: (-len(group.rows), group.language, group.rows[0].text))


def _alike(one: str, other: str) -> bool:
    return fuzz.token_sort_ratio(one.lower(), other.lower()) >= ALIKE


# --- deciding


def ignore(by: Reviewer, ids: Sequence[str]) -> None:
    _decide(by, ids, Fate.IGNORED, None, None)


def add_example(by: Reviewer, ids: Sequence[str], intent: str, example: str) -> None:
    """The wording becomes an example of an intent with the next export. Raises `Unprocessable`."""
    text = " ".join(MARKUP.sub(" ", example).split())
    if intent not in content().intents:
        raise Unprocessable(N_("Choose what the child meant."), field="intent")
    if GAP in text or not SMALLEST_EXAMPLE <= len(text) <= LONGEST_EXAMPLE:
        raise Unprocessable(N_("Write the whole question without gaps, at most 150 characters."), field="example")
    if any(char.isdigit() for char in text):
        raise Unprocessable(N_("An example holds no numbers."), field="example")
    _decide(by, ids, Fate.EXAMPLE, intent, text)


def _decide(by: Reviewer, ids: Sequence[str], fate: Fate, target: str | None, example: str | None) -> None:
    with db.write() as session:
        settle(session, by, ids, fate, target, example)


def settle(session: Session, by: Reviewer, ids: Sequence[str], fate: Fate, target: str | None, example: str | None = None) -> None:
    """Only the first of a group carries the example; the others only leave the list. Raises `NotFound` when none waits."""
    rows = [row for row in store.questions(session, ids) if row.fate == Fate.WAITING]
    if not rows:
        raise NotFound(N_("These questions have been dealt with already."))
    for number, row in enumerate(rows):
        row.fate, row.target, row.example = str(fate), target, example if number == 0 else None
    record(
        session,
        user_id=by.id,
        actor=by.email,
        action=f"unanswered.{fate}",
        object_type="unanswered",
        object_id=target or "–",
        count=len(rows),
    )
