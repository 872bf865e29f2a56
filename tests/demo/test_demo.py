"""The demo: everything there is to see, made once, and never beside what may be real."""

from __future__ import annotations

import orjson
import pytest
from sqlalchemy import func, select

from actions import db
from actions.audit.models import AuditEntry
from actions.chat.models import ChatMessage, Conversation
from actions.db import Base
from actions.demo.fill import fill
from actions.demo.town import town
from actions.errors import SettingsError
from actions.handoffs.models import Handoff, HandoffMessage
from actions.joint.models import JointQuestion
from actions.local.models import CrisisBanner
from actions.nav.models import NavChild
from actions.review.models import ContentDecision, UnansweredQuestion, UnderstandingCount
from actions.settings import Settings
from actions.staff import accounts
from actions.vocabulary import Fate, HandoffState, StaffRole, Urgency

pytestmark = pytest.mark.timeout(300)


def counts() -> dict[str, int]:
    with db.read() as session:
        tables = Base.metadata.sorted_tables
        return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def values(column: object) -> set[object]:
    with db.read() as session:
        return set(session.scalars(select(column)))  # type: ignore[call-overload]


def test_the_demo_shows_everything_and_is_made_once(any_database: str, settings: Settings) -> None:
    shown = fill(settings, lambda line: None)
    assert shown.password is not None
    assert accounts.sign_in("coordinator@demo.invalid", shown.password)
    assert {entry.role for entry in town().accounts} == set(StaffRole)
    assert values(Handoff.state) == set(HandoffState)
    assert values(Handoff.urgency) == set(Urgency)
    assert values(Conversation.language) == {"sv", "en", "ar", "fa_AF", "so", "ti", "ps", "uk"}
    assert {entry.alias for entry in town().children} == values(NavChild.alias) and set(shown.codes) == values(NavChild.alias)
    assert "found" in values(Handoff.worry) and "missing_now" in values(Handoff.worry) and "rejection_plan" in values(Handoff.worry)
    assert len(values(JointQuestion.answered_at)) == 2, "one answered, one open"
    assert {Fate.WAITING, Fate.EXAMPLE, Fate.IGNORED} == values(UnansweredQuestion.fate)
    assert values(ContentDecision.step) == {"extend", "comment", "hide", "approve"}
    assert {"clear", "again"} <= values(UnderstandingCount.answer)
    assert None not in values(CrisisBanner.stopped_at)
    assert {"child", "staff"} == values(HandoffMessage.sender)
    before = counts()
    again = fill(settings, lambda line: None)
    assert (again.password, again.emails, again.codes) == (None, [], {})
    assert counts() == before


def test_what_children_wrote_stands_in_no_audit(database: object, settings: Settings) -> None:
    fill(settings, lambda line: None)
    with db.read() as session:
        words = set(session.scalars(select(ChatMessage.text).where(ChatMessage.sender == "child")))
        entries = b"\n".join(orjson.dumps([row.actor, row.object_id, row.detail]) for row in session.scalars(select(AuditEntry)))
    assert len(words) > 15
    assert [text for text in words if text.encode() in entries] == []


def test_it_is_refused_in_production_also_by_force(database: object, settings: Settings) -> None:
    config = settings.model_copy(update={"env": "production"})
    before = counts()
    for force in (False, True):
        with pytest.raises(SettingsError, match="production"):
            fill(config, lambda line: None, force=force)
    assert counts() == before


def test_it_is_refused_beside_somebody_real(database: object, settings: Settings) -> None:
    accounts.add_user("anna@kommun.se", "Anna", "coordinator", municipality="generic")
    before = counts()
    with pytest.raises(SettingsError, match="--force"):
        fill(settings, lambda line: None)
    assert counts() == before
