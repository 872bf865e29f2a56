"""Catalogs are read at the start, again when a file changes, and never in a half-written state; other tools can work on them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from actions.i18n import Catalogs, catalogs, languages
from actions.i18n.strings import update
from actions.settings import Settings
from actions.web import create_web_app
from actions.webhook.app import create_actions_app

SOURCE = "Vad undrar du? Välj eller skriv själv."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    update(tmp_path / "locales")
    return tmp_path / "locales"


def write(folder: Path, translation: str, source: str = SOURCE) -> Path:
    path = folder / "en" / "LC_MESSAGES" / "content.po"
    text = path.read_text(encoding="utf-8")
    before = f'msgid "{source}"\nmsgstr "'
    at = text.index(before) + len(before)
    end = text.index('"\n', at)
    path.write_text(text[:at] + translation + text[end:], encoding="utf-8")
    return path


def test_a_change_is_seen_at_the_next_sentence(folder: Path) -> None:
    texts = Catalogs(folder)
    for translation in ("What do you wonder?", "What would you ask?"):  # equally long, within one tick of a coarse clock
        write(folder, translation)
        assert texts.content("en", "message.menu", SOURCE).text == translation


def test_while_a_file_is_half_written_the_last_good_version_counts(folder: Path) -> None:
    texts = Catalogs(folder)
    path = write(folder, "What do you wonder?")
    assert texts.content("en", "message.menu", SOURCE).text == "What do you wonder?"
    path.write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\nmsgctxt "message.menu"\noops', encoding="utf-8"
    )
    assert texts.content("en", "message.menu", SOURCE).text == "What do you wonder?"
    path.unlink()
    assert texts.content("en", "message.menu", SOURCE).status == "missing"


def test_a_translation_that_would_lose_a_telephone_number_is_not_shown(folder: Path) -> None:
    source = "Ring {tel_112}. Säg vad som händer och var du är."
    texts = Catalogs(folder)
    write(folder, "Call {tel_112}. Say what happens and where you are.", source)
    assert texts.content("en", "fact.C-112.do", source).status == "current"
    for broken in ("Call. Say what happens.", "Call {tel_bris}. Say what happens.", "Call {tel_112}. Say { what happens."):
        write(folder, broken, source)
        found = texts.content("en", "fact.C-112.do", source)
        assert (found.text, found.status) == (source, "stale")


@pytest.mark.parametrize("make", [create_web_app, create_actions_app])
async def test_both_processes_read_the_catalogs_at_the_start(settings: Settings, database: Path, make: object) -> None:
    catalogs().reload()
    app = make(settings)  # type: ignore[operator]
    async with app.router.lifespan_context(app):
        assert ("en", "content") in catalogs()._read
        assert ("fr", "content") not in catalogs()._read


async def test_the_widget_gets_changed_words_without_a_restart(
    settings: Settings, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    update(tmp_path / "locales")
    monkeypatch.setattr(catalogs(), "folder", tmp_path / "locales")
    catalogs().reload()
    transport = httpx.ASGITransport(create_web_app(settings))
    async with httpx.AsyncClient(transport=transport, base_url="http://navet") as client:
        assert (await client.get("/widget/strings/sv.json")).json()["strings"] == {}
        path = tmp_path / "locales" / "sv" / "LC_MESSAGES" / "widget.po"
        path.write_text(
            path.read_text(encoding="utf-8").replace('msgid "Send"\nmsgstr ""', 'msgid "Send"\nmsgstr "Skicka"'), encoding="utf-8"
        )
        assert (await client.get("/widget/strings/sv.json")).json()["strings"] == {"Send": "Skicka"}


@pytest.mark.parametrize(("arguments", "status"), [(["--language", "ar"], 0), (["--language", "xx"], 2)])
def test_the_command_ends_with_a_status(arguments: list[str], status: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "actions.cli", "i18n", "check", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == status, done.stdout + done.stderr


def test_the_command_fails_when_a_translation_is_unsafe(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from actions import cli
    from actions.i18n import checks

    found = checks.Finding(checks.Defect.BIDI, checks.Severity.ERROR, "a.po", 3, "x", "what", "how")
    monkeypatch.setattr(checks, "check_all", lambda only: checks.Report(findings=[found]))
    with pytest.raises(SystemExit) as ended:
        cli.i18n_check(None)
    assert ended.value.code == 1
    assert "a.po:3: error: bidi-override [x]: what – how" in capsys.readouterr().out


# --- one list


def test_a_language_is_one_entry_of_the_list(settings: Settings) -> None:
    """French is the worked example of docs/for-translators.md: everything derives from its entry in languages.yml."""
    french = languages()["fr"]
    assert (french.name, french.dir, french.digits, french.public_status, french.offered) == (
        "Français",
        "ltr",
        "latn",
        "draft",
        False,
    )
    header = catalogs().path("fr", "content").read_text(encoding="utf-8").split("\n\n")[0]
    assert "Language: fr" in header
    assert french.plural_forms in header
