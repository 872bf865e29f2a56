"""Review of facts and safety texts: who may, two reviewers, audit, effect in the chat at once in every process, export."""

from __future__ import annotations

import asyncio
import dataclasses
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from actions import db
from actions.audit import service as audit
from actions.clock import today
from actions.content import content, file_content, load_content
from actions.content.loader import DATA
from actions.dialogue import answers
from actions.dialogue.answers import Question
from actions.errors import NotFound, Unprocessable
from actions.review import export, overlay, service, store
from actions.review.service import Reviewer, Step
from actions.settings import Settings
from actions.staff import accounts
from actions.vocabulary import ContentKind, FactStatus, ReviewStep, StaffRole
from actions.web import create_web_app
from tests.conftest import ScriptedRasa
from tests.staff.test_staff import account, come_in

DRAFT = "X-LAW-23"  # a draft about school
SAFETY = "C-BRIS"
UNTIL = date(2026, 11, 22) + timedelta(days=120)


@pytest.fixture(autouse=True)
def only_files() -> Iterator[None]:
    overlay.forget()
    yield
    overlay.forget()


@pytest.fixture
async def client(settings: Settings, database: Path, rasa: ScriptedRasa) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_web_app(settings, rasa), raise_app_exceptions=False)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://navet") as made:
        yield made


def reviewer(name: str = "lena") -> Reviewer:
    email = f"{name}@example.se"
    id_ = accounts.add_user(email, name.title(), StaffRole.CONTENT_EDITOR)
    return Reviewer(id_, email, name.title())


def decide(by: Reviewer, id_: str, step: ReviewStep, until: date | None = None, note: str = "läst") -> bool:
    kind = ContentKind.FACT if id_ in file_content().facts else ContentKind.MESSAGE
    day = (until or today() + timedelta(days=120)) if step in service.DATED else None
    return service.decide(by, Step(kind, id_, step, day, note))


@pytest.mark.usefixtures("any_database")
class TestDecisions:
    def test_a_published_draft_answers_the_child_and_a_hidden_fact_no_longer_does(self) -> None:
        question = Question("ask_school", "waiting")
        assert DRAFT not in answers.answer(question).facts
        assert decide(reviewer(), DRAFT, ReviewStep.PUBLISH)
        assert DRAFT in answers.answer(question).facts
        assert decide(reviewer("omar"), DRAFT, ReviewStep.HIDE)
        assert DRAFT not in answers.answer(question).facts

    def test_a_new_day_of_checking_brings_an_overdue_fact_back(self, frozen: Any) -> None:
        frozen.advance(days=250)
        assert answers.answer(Question("ask_appeal", "after_rejection")).facts == []
        assert decide(reviewer(), "S000-29", ReviewStep.EXTEND)
        draft = answers.answer(Question("ask_appeal", "after_rejection"))
        assert draft.facts == ["S000-29"]
        assert content().facts["S000-29"].checked_on == today()

    def test_a_safety_fact_needs_two_different_reviewers(self) -> None:
        first, second = reviewer(), reviewer("omar")
        until = today() + timedelta(days=200)
        before = content().facts[SAFETY].review_by
        assert not decide(first, SAFETY, ReviewStep.EXTEND, until)
        assert not decide(first, SAFETY, ReviewStep.EXTEND, until)  # the same person twice is still one
        assert content().facts[SAFETY].review_by == before
        assert not decide(second, SAFETY, ReviewStep.EXTEND, until + timedelta(days=1))  # another day is another decision
        assert decide(second, SAFETY, ReviewStep.EXTEND, until)
        assert content().facts[SAFETY].review_by == until

    def test_one_reviewer_may_always_take_a_safety_fact_back(self) -> None:
        first, second = reviewer(), reviewer("omar")
        assert not decide(first, "N-STOP", ReviewStep.EXTEND, UNTIL)
        assert decide(second, "N-STOP", ReviewStep.HIDE)
        assert content().facts["N-STOP"].status == FactStatus.HIDDEN
        assert not decide(second, "N-STOP", ReviewStep.PUBLISH, UNTIL)  # the half from before the hiding does not count
        assert decide(first, "N-STOP", ReviewStep.PUBLISH, UNTIL)
        assert content().facts["N-STOP"].status == FactStatus.PUBLISHED

    def test_a_safety_message_is_approved_by_two(self) -> None:
        first, second = reviewer(), reviewer("omar")
        assert not decide(first, "danger_call", ReviewStep.APPROVE)
        with db.read() as session:
            assert not service.standing(session, ContentKind.MESSAGE, "danger_call").approved
            assert service.proposed_ids(session) == {("message", "danger_call"): "approve"}
        assert decide(second, "danger_call", ReviewStep.APPROVE)
        with db.read() as session:
            assert service.standing(session, ContentKind.MESSAGE, "danger_call").approved
            assert service.proposed_ids(session) == {}

    def test_every_step_is_in_the_audit_without_the_note(self) -> None:
        decide(reviewer(), DRAFT, ReviewStep.PUBLISH, note="stämmer med lagen")
        decide(reviewer("omar"), DRAFT, ReviewStep.COMMENT, note="bra")
        with db.read() as session:
            entries = [entry for entry in audit.latest(session) if entry.object_id == DRAFT]
            assert [entry.action for entry in entries] == ["content.comment", "content.publish"]
            assert "stämmer" not in str([entry.detail for entry in entries])
            notes = [row.note for row in store.history(session, "fact", DRAFT)]
        assert notes == ["stämmer med lagen", "bra"]

    def test_a_comment_changes_nothing(self) -> None:
        before = content().facts[DRAFT]
        assert not decide(reviewer(), DRAFT, ReviewStep.COMMENT)
        assert content().facts[DRAFT] == before

    @pytest.mark.parametrize(
        ("id_", "step", "until", "note"),
        [
            (DRAFT, ReviewStep.PUBLISH, date(2020, 1, 1), ""), (DRAFT, ReviewStep.PUBLISH, date(2040, 1, 1), ""), (DRAFT, ReviewStep.HIDE, None, " "),
            (DRAFT, ReviewStep.COMMENT, None, ""), (DRAFT, ReviewStep.EXTEND, None, ""), (DRAFT, ReviewStep.APPROVE, None, ""),
            ("danger_call", ReviewStep.HIDE, None, "bort"),
        ],
    )  # fmt: skip
    def test_what_makes_no_sense_is_refused(self, id_: str, step: ReviewStep, until: date | None, note: str) -> None:
        with pytest.raises(Unprocessable):
            decide(reviewer(), id_, step, until, note)

    def test_only_safety_messages_are_reviewed(self) -> None:
        with pytest.raises(NotFound):
            decide(reviewer(), "menu", ReviewStep.APPROVE)

    def test_another_process_takes_the_decision_up_without_restart(self) -> None:
        """A second process: its own copy of the content, its own look at the database."""
        decide(reviewer(), DRAFT, ReviewStep.PUBLISH)
        overlay.forget()  # what a process knows that has just started, or has not looked yet
        assert content().facts[DRAFT].status == FactStatus.DRAFT
        assert overlay.refresh()
        assert content().facts[DRAFT].status == FactStatus.PUBLISHED
        assert not overlay.refresh()  # nothing new: nothing is read again


# --- git and the database


def test_a_text_that_changed_in_git_needs_a_new_decision_but_hidden_stays_hidden(database: Path) -> None:
    by = reviewer()
    decide(by, DRAFT, ReviewStep.PUBLISH)
    decide(by, "S000-27", ReviewStep.HIDE)
    with db.read() as session:
        found = overlay.verdicts(store.in_force(session, ContentKind.FACT))
    known = file_content()
    facts = dict(known.facts)
    for id_ in (DRAFT, "S000-27"):
        text = facts[id_].text
        assert text is not None
        facts[id_] = facts[id_].model_copy(update={"text": text.model_copy(update={"means": "Ny text."})})
    later = overlay.over(dataclasses.replace(known, facts=facts), found).facts
    assert later[DRAFT].status == FactStatus.DRAFT
    assert later["S000-27"].status == FactStatus.HIDDEN


def test_a_running_app_sees_what_another_process_decides(database: Path, settings: Settings) -> None:
    async def play() -> None:
        async with overlay.alongside():
            row_of = reviewer()
            with db.write() as session:  # as another process would: straight into the database
                found = service.entry(ContentKind.FACT, DRAFT)
                day = today() + timedelta(days=100)
                values = {
                    "at": service.now(),
                    "kind": "fact",
                    "object_id": DRAFT,
                    "step": "publish",
                    "review_by": day,
                    "checked_on": today(),
                }
                values |= {"user_id": row_of.id, "name": "Lena", "base": overlay.fingerprint(found), "in_force": True}
                store.add(session, store.ContentDecision(**values))
            for _ in range(40):
                if content().facts[DRAFT].status == FactStatus.PUBLISHED:
                    return
                await asyncio.sleep(0.1)
            raise AssertionError("the decision never arrived")

    asyncio.run(play())


@pytest.mark.usefixtures("any_database")
def test_export_changes_only_the_decided_values_and_then_the_files_say_it(tmp_path: Path) -> None:
    by = reviewer()
    decide(by, DRAFT, ReviewStep.PUBLISH, today() + timedelta(days=100))
    decide(by, "S000-27", ReviewStep.HIDE)
    data = tmp_path / "data"
    shutil.copytree(DATA, data, ignore=shutil.ignore_patterns("nlu"))
    said = export.export(data)
    assert len(said) == 2
    changed = [
        (old, new)
        for path in sorted((DATA / "facts").glob("*.yml"))
        for old, new in zip(path.read_text().splitlines(), (data / "facts" / path.name).read_text().splitlines(), strict=True)
        if old != new
    ]
    assert {new.strip() for _, new in changed} >= {
        "status: published",
        "status: hidden",
        f"review_by: {today() + timedelta(days=100)}",
    }
    assert len(changed) <= 4
    later = load_content(data)
    assert later.facts[DRAFT] == content().facts[DRAFT]
    assert later.facts["S000-27"].status == FactStatus.HIDDEN
    assert export.export(data) == []


# --- pages


async def test_the_list_filters_by_status_due_day_topic_and_words(client: httpx.AsyncClient, frozen: Any) -> None:
    come_in(client, account(StaffRole.CONTENT_EDITOR))
    assert DRAFT in (await client.get("/staff/content?status=draft&q=X-LAW-2")).text
    assert DRAFT not in (await client.get("/staff/content?status=published&q=X-LAW-2")).text
    assert "S000-29" in (await client.get("/staff/content?topic=appeal_deadline")).text
    assert "danger_call" in (await client.get("/staff/content?status=message")).text
    assert "S000-29" not in (await client.get("/staff/content?due=overdue")).text
    frozen.advance(days=250)
    csrf = come_in(client, accounts.add_user("senare@example.se", "Senare", StaffRole.CONTENT_EDITOR))
    assert csrf
    assert "S000-29" in (await client.get("/staff/content?due=overdue&q=S000-29")).text
    for query in ("page=x", "page=99999", "status=zz&due=zz", "q=%00"):
        assert (await client.get(f"/staff/content?{query}")).status_code == 200


async def test_the_page_of_a_fact_shows_what_a_reviewer_needs(client: httpx.AsyncClient) -> None:
    come_in(client, account(StaffRole.CONTENT_EDITOR))
    page = (await client.get("/staff/content/fact/S000-29")).text
    fact = content().facts["S000-29"]
    assert fact.text is not None
    for wanted in (fact.text.means, fact.staff, "Jönköpings kommun", "Vid överklagan av avvisningsbeslut", "العربية", "2027-05-22"):
        assert wanted in page, wanted
    assert (await client.get("/staff/content/fact/NOPE")).status_code == 404
    assert (await client.get("/staff/content/message/menu")).status_code == 404


async def test_a_reviewer_publishes_on_the_page_and_the_history_tells(client: httpx.AsyncClient) -> None:
    csrf = come_in(client, account(StaffRole.CONTENT_EDITOR))
    form = {"csrf": csrf, "step": "publish", "review_by": str(today() + timedelta(days=90)), "note": "<b>läst</b>"}
    assert (await client.post(f"/staff/content/fact/{DRAFT}", data=form)).status_code == 303
    page = (await client.get(f"/staff/content/fact/{DRAFT}")).text
    assert "&lt;b&gt;läst" in page
    wrong = await client.post(f"/staff/content/fact/{DRAFT}", data={**form, "step": "extend", "review_by": "igår"})
    assert wrong.status_code == 422
    assert 'role="alert"' in wrong.text


async def test_a_translator_and_an_auditor_read_but_do_not_decide(client: httpx.AsyncClient) -> None:
    for role in (StaffRole.TRANSLATOR, StaffRole.AUDITOR):
        csrf = come_in(client, account(role))
        page = await client.get("/staff/content/fact/S000-29")
        assert page.status_code == 200
        assert 'name="step"' not in page.text
        answer = await client.post("/staff/content/fact/S000-29", data={"csrf": csrf, "step": "hide", "note": "x"})
        assert answer.status_code == 403
    assert content().facts["S000-29"].status == FactStatus.PUBLISHED
