"""The translators' pages: nothing unsafe is saved, nothing is lost, and the change is in the chat at once."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from actions.audit import service as audit
from actions.content import content
from actions.errors import Conflict, Forbidden, Unprocessable
from actions.i18n import catalogs, languages, workbench
from actions.i18n.checks import Defect
from actions.i18n.strings import update
from actions.i18n.workbench import Refused
from actions.settings import Settings
from actions.vocabulary import StaffRole
from actions.web import create_web_app
from tests.conftest import ScriptedRasa
from tests.staff.test_staff import account, come_in

MENU = workbench.key_of("message.menu")
CALL = workbench.key_of("message.danger_call")
SEND = workbench.key_of("Send")
GOOD = "What do you want to know? Choose or write yourself."


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Catalogs of their own, filled as those in git."""
    shutil.copytree(catalogs().folder, tmp_path / "locales")
    monkeypatch.setattr(catalogs(), "folder", tmp_path / "locales")
    return tmp_path / "locales"


@pytest.fixture
async def client(settings: Settings, database: Path, rasa: ScriptedRasa) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_web_app(settings, rasa), raise_app_exceptions=False)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://navet") as made:
        yield made


def save(text: str, key: str = MENU, domain: str = "content", code: str = "en") -> None:
    workbench.save(code, domain, key, [text], workbench.text(code, domain, key).seen)


def shown(id_: str = "menu", code: str = "en") -> Any:
    return catalogs().content(code, f"message.{id_}", content().messages[id_].sv)


# --- the workbench


def test_a_change_is_shown_at_once_and_keeps_the_catalog_as_extraction_writes_it(folder: Path) -> None:
    save(GOOD)
    assert shown().text == GOOD
    assert update(folder, write=False) == []
    save("Gå", SEND, "widget", "fr")
    assert catalogs().interface("fr", "widget", "Send") == "Gå"
    assert update(folder, write=False) == []


@pytest.mark.parametrize(
    ("key", "text", "defect"),
    [
        (MENU, "What? <b>Choose</b>", Defect.MARKUP), (MENU, "Choose 7 times", Defect.NUMBER), (MENU, GOOD + " ", Defect.SPACE),
        (CALL, "Are you in danger? Call 112. I cannot call for you.", Defect.PLACEHOLDER),
        (CALL, "Are you in danger? Call {tel_bris}. I cannot call for you.", Defect.PLACEHOLDER),
        (MENU, "Vad undrar du? Välj eller skriv själv.", Defect.COPY),
    ],
)  # fmt: skip
def test_what_the_checks_refuse_is_not_saved(folder: Path, key: str, text: str, defect: Defect) -> None:
    before = (folder / "en/LC_MESSAGES/content.po").read_bytes()
    with pytest.raises(Refused) as refused:
        save(text, key)
    assert defect in {finding.defect for finding in refused.value.findings}
    assert (folder / "en/LC_MESSAGES/content.po").read_bytes() == before


def test_a_translation_cannot_be_emptied() -> None:
    with pytest.raises(Unprocessable):
        save("")
    assert shown().status == "current"


def test_who_was_slower_is_told_and_overwrites_nothing() -> None:
    seen = workbench.text("en", "content", MENU).seen
    save(GOOD)
    with pytest.raises(Conflict):
        workbench.save("en", "content", MENU, ["What is your question?"], seen)
    assert shown().text == GOOD


def test_many_writers_at_once_lose_nothing(folder: Path) -> None:
    every = [text for text in workbench.texts("en") if text.pair.context.startswith("stage.")]
    assert len(every) > 5

    def change(text: workbench.Text) -> None:
        workbench.save("en", "content", text.key, [f"{text.pair.text} now"], text.seen)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(change, every))
    assert {text.pair.text for text in workbench.texts("en") if text.pair.context.startswith("stage.")} == {
        f"{text.pair.text} now" for text in every
    }
    assert not list(folder.rglob("*.new"))


def test_a_safety_text_needs_two_readers_besides_its_writer() -> None:
    def read(name: str) -> workbench.Text:
        return workbench.review("en", "content", CALL, name, workbench.text("en", "content", CALL).seen, "Ann")

    save(shown("danger_call").text.replace("someone else", "somebody else"), CALL)
    assert workbench.text("en", "content", CALL).state == "unread"
    with pytest.raises(Forbidden):
        read("Ann")
    read("Bo, B")
    with pytest.raises(Forbidden):
        read("Bo B")
    assert read("Cia").state == "fine"
    save(shown("danger_call").text.replace("somebody else", "someone else"), CALL)
    assert workbench.text("en", "content", CALL).pair.reviewers == ()


def test_in_an_approved_language_nobody_changes_a_safety_text_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    approved = {**languages(), "en": languages()["en"].model_copy(update={"status": "approved"})}
    monkeypatch.setattr(workbench, "languages", lambda: approved)
    with pytest.raises(Refused) as refused:
        save(
            "Are you or someone else in danger now? Call {tel_112}. It is free and they bring an interpreter. I cannot call.", CALL
        )
    assert Defect.REVIEW in {finding.defect for finding in refused.value.findings}


def test_texts_that_need_no_readers_take_none() -> None:
    with pytest.raises(Unprocessable):
        workbench.review("en", "content", MENU, "Bo", workbench.text("en", "content", MENU).seen, None)


# --- the pages


def address(key: str = MENU, code: str = "en", domain: str = "content") -> str:
    return f"/staff/translate/{code}/{domain}/{key}"


async def seen(client: httpx.AsyncClient, url: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', (await client.get(url)).text)
    assert found
    return found[1]


async def test_a_translator_sees_every_language_and_nothing_else(client: httpx.AsyncClient) -> None:
    come_in(client, account(StaffRole.TRANSLATOR))
    page = (await client.get("/staff/translate")).text
    for entry in languages().values():
        assert (f'href="/staff/translate/{entry.code}"' in page) is (entry.code != "sv")
    for other in ("/staff/handoffs", "/staff/audit", "/staff/accounts"):
        assert (await client.get(other)).status_code == 403
    assert (await client.get("/staff/translate/sv")).status_code == 404
    assert (await client.get("/staff/translate/../../etc")).status_code == 404
    assert (await client.get(f"/staff/translate/en/staff/{MENU}")).status_code == 404


async def test_a_translator_saves_and_the_change_is_in_the_chat_and_the_history(client: httpx.AsyncClient) -> None:
    csrf = come_in(client, account(StaffRole.TRANSLATOR))
    form = {"csrf": csrf, "seen": await seen(client, address()), "form0": GOOD}
    assert (await client.post(address(), data=form)).status_code == 303
    opened = (await client.post("/api/chat/conversations", json={"language": "en", "stage": "waiting"})).json()
    assert opened["messages"][-1]["text"] == GOOD
    page = (await client.get(address())).text
    assert "<del>What do you wonder?" in page or "<del>" in page
    assert page.count(GOOD) >= 2
    from actions import db

    with db.read() as session:
        (entry,) = audit.latest(session, action="translation.saved")
    assert entry.detail["after"] == [GOOD]
    assert entry.detail["context"] == "message.menu"


async def test_a_refused_translation_comes_back_with_the_reason_and_the_typed_words(client: httpx.AsyncClient) -> None:
    csrf = come_in(client, account(StaffRole.TRANSLATOR))
    form = {"csrf": csrf, "seen": await seen(client, address()), "form0": "What? <script>alert(1)</script>"}
    answer = await client.post(address(), data=form)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "a tag or an HTML entity" in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text
    assert "<script>alert" not in answer.text
    assert shown().text != form["form0"]


async def test_somebody_elses_change_is_not_overwritten(client: httpx.AsyncClient) -> None:
    csrf = come_in(client, account(StaffRole.TRANSLATOR))
    form = {"csrf": csrf, "seen": await seen(client, address()), "form0": "What is your question? Choose or write."}
    save(GOOD)
    answer = await client.post(address(), data=form)
    assert answer.status_code == 409
    assert form["form0"] in answer.text
    assert shown().text == GOOD


async def test_the_writer_of_a_safety_text_cannot_also_read_it(client: httpx.AsyncClient) -> None:
    csrf = come_in(client, account(StaffRole.TRANSLATOR, "ann@example.se"))
    url = address(CALL)
    changed = shown("danger_call").text.replace("someone else", "somebody else")
    await client.post(url, data={"csrf": csrf, "seen": await seen(client, url), "form0": changed})
    assert (await client.post(f"{url}/review", data={"csrf": csrf, "seen": await seen(client, url)})).status_code == 403
    from actions.staff import accounts

    other = accounts.add_user("bo@example.se", "Bo", "translator")
    csrf = come_in(client, other)
    assert (await client.post(f"{url}/review", data={"csrf": csrf, "seen": await seen(client, url)})).status_code == 303
    assert workbench.text("en", "content", CALL).pair.reviewers == ("Bo",)


async def test_the_preview_may_be_framed_by_our_pages_only_and_holds_the_text_as_data(client: httpx.AsyncClient) -> None:
    come_in(client, account(StaffRole.TRANSLATOR))
    editor = await client.get(address(CALL, "ar"))
    assert "frame-src 'self'" in editor.headers["content-security-policy"]
    preview = await client.get(f"{address(CALL, 'ar')}/preview")
    assert "frame-ancestors 'self'" in preview.headers["content-security-policy"]
    assert 'dir="rtl"' in preview.text
    data = json.loads(re.search(r'id="data">(.*?)</script>', preview.text, re.DOTALL)[1])  # type: ignore[index]
    assert (data["dir"], data["danger"]) == ("rtl", True)
    assert "112" in data["text"]
    assert "{tel_" not in data["text"]
    beside = await client.get(f"{address(CALL, 'ar')}/preview?side=sv")
    assert 'lang="sv"' in beside.text


@pytest.mark.parametrize("query", ["state=x&page=x", "page=-1", "q=%00", "q=" + "a" * 500, "state=missing&page=99999"])
async def test_a_strange_address_line_still_gives_a_list(client: httpx.AsyncClient, query: str) -> None:
    come_in(client, account(StaffRole.TRANSLATOR))
    assert (await client.get(f"/staff/translate/so?{query}")).status_code == 200
