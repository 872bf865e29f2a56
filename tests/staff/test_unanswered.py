"""What children asked in vain: collected without a child, grouped, and turned into facts, examples or nothing."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from actions import db
from actions.alerts import retention
from actions.chat.rasa import Reply
from actions.clock import today
from actions.content import load_content
from actions.content.check import check
from actions.content.loader import DATA
from actions.danger import find_danger
from actions.dialogue import conversation, say
from actions.errors import NotFound, Unprocessable
from actions.i18n.catalogs import Catalogs, Translated
from actions.review import drafts, export, store, unanswered
from actions.review.models import UnansweredQuestion
from actions.review.service import Reviewer
from actions.settings import Settings
from actions.staff import accounts
from actions.vocabulary import FactStatus, Fate, StaffRole
from actions.web import create_web_app
from tests.chat.test_gateway import Child
from tests.conftest import ScriptedRasa
from tests.staff.test_staff import account, come_in

QUESTION = "får jag ha en hund på boendet"


@pytest.fixture
async def client(settings: Settings, any_database: str, rasa: ScriptedRasa) -> AsyncIterator[httpx.AsyncClient]:
    rasa.script = not_understood
    transport = httpx.ASGITransport(create_web_app(settings, rasa), raise_app_exceptions=False)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://navet") as made:
        yield made


async def not_understood(call: dict[str, Any]) -> Reply:
    return Reply([conversation.did_you_mean(["ask_where_live"]).as_json()], call["state"], "nlu_fallback", 0.1)


def waiting() -> list[UnansweredQuestion]:
    with db.read() as session:
        return list(store.waiting(session, Fate.WAITING))


def asked(text: str = QUESTION, language: str = "sv", days_ago: int = 0, intent: str | None = None) -> str:
    id_ = uuid.uuid4().hex
    row = UnansweredQuestion(
        id=id_, day=today() - timedelta(days=days_ago), language=language, kind="fallback", intent=intent, text=text, fate="waiting"
    )
    with db.write() as session:
        store.add(session, row)
    return id_


def editor() -> Reviewer:
    return Reviewer(accounts.add_user("ed@example.se", "Ed", StaffRole.CONTENT_EDITOR), "ed@example.se", "Ed")


# --- collecting


async def test_a_question_that_was_not_understood_is_kept_once_and_scrubbed(client: httpx.AsyncClient) -> None:
    child = await Child.open(client)
    id_ = str(uuid.uuid4())
    for _ in range(2):  # a retry
        await child.send(f"{QUESTION} i Malmö med Reza", id_=id_)
    (row,) = waiting()
    assert row.text == f"{QUESTION} i … med …"
    assert (row.kind, row.intent, row.language, row.day) == ("fallback", "ask_where_live", "sv", today())
    assert child.id not in str(vars(row))


async def test_what_was_answered_pressed_or_dangerous_is_not_kept(client: httpx.AsyncClient, rasa: ScriptedRasa) -> None:
    child = await Child.open(client)
    assert find_danger("jag vill inte leva längre") is not None
    await child.send("jag vill inte leva längre")
    answer = (await child.send(QUESTION)).json()["messages"][0]
    assert len(waiting()) == 1
    await child.send(choice=answer["choices"][0]["choice"])
    rasa.script = None  # understood
    await child.send(QUESTION)
    assert len(waiting()) == 1


async def test_own_words_for_an_adult_are_never_kept(client: httpx.AsyncClient, rasa: ScriptedRasa) -> None:
    async def in_the_form(call: dict[str, Any]) -> Reply:
        return Reply([conversation.did_you_mean([]).as_json()], {"slots": {}, "active_loop": "handoff_form"}, "nlu_fallback", 0.1)

    rasa.script = in_the_form
    child = await Child.open(client)
    await child.send("hej hej")
    before = len(waiting())
    await child.send(QUESTION)
    assert len(waiting()) == before


async def test_a_refused_question_and_an_unsure_answer_are_kept_with_their_kind(
    client: httpx.AsyncClient, rasa: ScriptedRasa
) -> None:
    async def refused(call: dict[str, Any]) -> Reply:
        meta = {"kind": "refusal" if "skola" in call["text"] else "fact", "intent": "ask_school", "alternatives": ["ask_money"]}
        draft = conversation.chat(say.message("menu")).as_json()
        return Reply([{**draft, "meta": {**draft["meta"], **meta}}], call["state"], "ask_school", 0.5)

    rasa.script = refused
    child = await Child.open(client)
    await child.send("får jag gå i skolan om jag är vuxen")
    await child.send(QUESTION)
    assert sorted(row.kind for row in waiting()) == ["low", "refusal"]


async def test_nothing_is_kept_where_the_child_could_not_read_that_it_is(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = await Child.open(client)
    found = Catalogs.content

    def untranslated(self: Catalogs, language: str, context: str, source: str) -> Translated:
        if context == "message.privacy_questions":
            return Translated(source, "sv", "missing")
        return found(self, language, context, source)

    monkeypatch.setattr(Catalogs, "content", untranslated)
    await child.send(QUESTION)
    assert waiting() == []


async def test_the_notice_stands_at_the_start_before_the_first_text(client: httpx.AsyncClient) -> None:
    opened = (await Child.open(client)).opened
    assert "Namn" not in opened["messages"][0]["text"]
    assert "namn och nummer bort" in opened["messages"][1]["text"]


async def test_what_is_old_goes(client: httpx.AsyncClient, settings: Settings) -> None:
    asked(days_ago=settings.question_days + 1)
    young = asked("får jag ha en katt", days_ago=settings.question_days - 1)
    retention.clear(settings)
    assert [row.id for row in waiting()] == [young]


# --- grouping and deciding


@pytest.mark.usefixtures("any_database")
class TestEditing:
    def test_alike_questions_stand_together_by_language(self) -> None:
        for text in (QUESTION, QUESTION, "får jag ha hund på boendet?", "vem hämtar mig från skolan"):
            asked(text)
        asked(QUESTION, "en")
        groups = unanswered.grouped(waiting())
        assert [(group.language, len(group.rows)) for group in groups] == [("sv", 3), ("en", 1), ("sv", 1)]
        assert groups[0].texts[0] == QUESTION

    def test_what_is_ignored_leaves_the_list_and_nobody_can_decide_twice(self) -> None:
        id_, by = asked(), editor()
        unanswered.ignore(by, [id_])
        assert waiting() == []
        with pytest.raises(NotFound):
            unanswered.ignore(by, [id_])

    @pytest.mark.parametrize(
        ("intent", "text"), [("nope", QUESTION), ("ask_school", "får jag …"), ("ask_school", "x"), ("ask_school", "rum 12 tack")]
    )
    def test_an_example_with_gaps_numbers_or_no_meaning_is_refused(self, intent: str, text: str) -> None:
        id_ = asked()
        with pytest.raises(Unprocessable):
            unanswered.add_example(editor(), [id_], intent, text)
        assert len(waiting()) == 1

    def test_examples_are_exported_once_and_never_what_the_tests_hold_out(self, tmp_path: Path) -> None:
        by = editor()
        unanswered.add_example(by, [asked(), asked()], "ask_where_live", "får jag ha en [kanin](x) på boendet")
        unanswered.add_example(by, [asked("kommer svaret bli ja")], "ask_can_i_stay", "Kommer svaret bli ja?")  # held out
        data = copied(tmp_path)
        assert export.export(data) == ["nlu/sv/asked.yml: 1 examples"]
        text = (data / "nlu" / "sv" / "asked.yml").read_text()
        assert "- intent: ask_where_live\n  examples: |\n    - får jag ha en kanin x på boendet\n" in text
        assert "svaret" not in text
        assert export.export(data) == []

    def test_a_fact_from_a_question_waits_as_a_draft_and_enters_the_files_with_the_export(self, tmp_path: Path) -> None:
        by = editor()
        fact_id = drafts.begin(by, wanted(), [asked(), asked()])
        assert waiting() == []
        data = copied(tmp_path)
        assert len(export.export(data)) == 1
        known = load_content(data)
        assert known.facts[fact_id].status == FactStatus.DRAFT
        assert known.facts[fact_id].text is not None
        assert known.intents["ask_where_live"].facts[-1] == fact_id
        assert len(known.intents["ask_where_live"].facts) == 4
        assert check(known).problems == []
        assert export.export(data) == []
        before, after = ((DATA / "intents.yml").read_text(), (data / "intents.yml").read_text())
        assert sum(one != other for one, other in zip(before.splitlines(), after.splitlines(), strict=True)) == 1

    @pytest.mark.parametrize(
        "update",
        [{"texts": {"means": "Ja."}}, {"source": "nowhere"}, {"section": " "}, {"stages": []}, {"roles": ["nobody"]}, {"file": "x.yml"},
         {"intent": "x"}, {"staff": ""}, {"texts": dict.fromkeys(("means", "do", "why", "simpler"), "Det tar 21 dagar.")}],
    )  # fmt: skip
    def test_a_draft_without_source_or_with_a_number_of_days_is_refused(self, update: dict[str, Any]) -> None:
        id_ = asked()
        with pytest.raises(Unprocessable):
            drafts.begin(editor(), wanted(**update), [id_])
        assert len(waiting()) == 1


def wanted(**update: Any) -> drafts.Wanted:
    values: dict[str, Any] = {
        "question": QUESTION,
        "intent": "ask_where_live",
        "file": "everyday_life.yml",
        "stages": ["arrival", "waiting"],
        "roles": ["kontaktperson_hvb"],
        "texts": {"means": "Varje boende har egna regler om djur.", "do": "Fråga där du bor.", "why": "Då vet du säkert.", "simpler": "De som har hand om huset säger om du får ha djur där."},
        "staff": "Boendet bestämmer om husdjur.",
        "source": "product-rules",
        "section": "egna texter",
    }  # fmt: skip
    return drafts.Wanted(**{**values, **update})


def copied(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    shutil.copytree(DATA, data, ignore=shutil.ignore_patterns("nlu"))
    (data / "nlu").mkdir()
    for folder in (DATA / "nlu").iterdir():
        (data / "nlu" / folder.name).mkdir()
    return data


# --- pages


async def test_an_editor_walks_from_the_list_to_a_draft_and_throws_it_away(client: httpx.AsyncClient) -> None:
    id_ = asked()
    csrf = come_in(client, account(StaffRole.CONTENT_EDITOR))
    assert QUESTION in (await client.get("/staff/unanswered?language=sv")).text
    assert QUESTION not in (await client.get("/staff/unanswered?language=ar")).text
    page = await client.post("/staff/unanswered", data={"csrf": csrf, "ids": id_, "question": QUESTION, "step": "fact"})
    assert page.status_code == 200
    assert 'name="means"' in page.text
    found = wanted()
    form = {
        "csrf": csrf,
        "ids": id_,
        "question": QUESTION,
        "intent": found.intent,
        "file": found.file,
        "stage_waiting": "on",
        "role": "kontaktperson_hvb",
    }
    form |= {**found.texts, "staff": found.staff, "source": found.source, "section": found.section}
    refused = await client.post("/staff/drafts", data={**form, "means": ""})
    assert refused.status_code == 422
    assert found.texts["simpler"] in refused.text  # nothing that was written is lost
    made = await client.post("/staff/drafts", data=form)
    assert made.headers["location"] == "/staff/drafts/Q-001"
    assert "Q-001" in (await client.get("/staff/content")).text
    assert found.texts["means"] in (await client.get("/staff/drafts/Q-001")).text
    saved = await client.post("/staff/drafts/Q-001", data={**form, "staff": "Ny mening."})
    assert saved.status_code == 303
    assert "Ny mening." in (await client.get("/staff/drafts/Q-001")).text
    await client.post("/staff/drafts/Q-001", data={"csrf": csrf, "step": "drop"})
    assert (await client.get("/staff/drafts/Q-001")).status_code == 404


async def test_an_example_and_an_ignored_group_leave_the_page(client: httpx.AsyncClient) -> None:
    one, two = asked(), asked("vem hämtar mig från skolan")
    csrf = come_in(client, account(StaffRole.CONTENT_EDITOR))
    example = {"csrf": csrf, "ids": one, "step": "example", "intent": "ask_where_live", "example": "får jag …"}
    refused = await client.post("/staff/unanswered", data=example)
    assert refused.status_code == 422
    assert 'role="alert"' in refused.text
    assert (await client.post("/staff/unanswered", data={**example, "example": QUESTION})).status_code == 303
    assert (await client.post("/staff/unanswered", data={"csrf": csrf, "ids": two, "step": "ignore"})).status_code == 303
    assert waiting() == []
