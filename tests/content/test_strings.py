"""Catalogs: extraction is complete and idempotent; a changed Swedish sentence makes its translation stale."""

from __future__ import annotations

from pathlib import Path

import pytest

from actions.i18n import Catalogs, languages
from actions.i18n.strings import Sentence, content_sentences, merged, read_catalog, sentences, serialised, update


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "locales"


def write(folder: Path, code: str, wanted: list[Sentence]) -> Path:
    path = folder / code / "LC_MESSAGES" / "content.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    entry = languages()[code]
    path.write_bytes(serialised(merged(read_catalog(path, code), wanted, entry, "content"), entry))
    return path


def fill(path: Path, source: str, translation: str) -> None:
    text = path.read_text(encoding="utf-8")
    before = f'msgid "{source}"\nmsgstr ""'
    assert before in text
    path.write_text(text.replace(before, f'msgid "{source}"\nmsgstr "{translation}"'), encoding="utf-8")


def test_the_catalogs_in_git_are_up_to_date() -> None:
    assert update(write=False) == []


def test_running_twice_changes_nothing(folder: Path) -> None:
    assert update(folder)
    assert update(folder) == []


def test_every_sentence_has_its_own_context() -> None:
    contexts = [sentence.context for sentence in content_sentences()]
    assert len(contexts) == len(set(contexts)) > 900


def test_translators_get_comments_and_limits() -> None:
    found = {sentence.context: sentence for sentence in content_sentences()}
    button = found["message.button_yes_send"]
    assert "At most 40 characters." in button.notes
    fact = found["fact.S000-29.means"]
    assert any("after_rejection" in note and "Samverkan vid avvisningsbeslut" in note for note in fact.notes)
    assert "python-brace-format" in found["message.danger_call"].flags
    assert any("two reviewers" in note for note in found["message.danger_call"].notes)


def test_a_changed_source_makes_the_translation_fuzzy_and_shows_the_swedish(folder: Path) -> None:
    path = write(folder, "en", [Sentence("message.x", "Hej du")])
    fill(path, "Hej du", "Hi you")
    catalogs = Catalogs(folder)
    assert catalogs.content("en", "message.x", "Hej du").text == "Hi you"
    write(folder, "en", [Sentence("message.x", "Hej på dig")])
    catalogs.reload()
    found = catalogs.content("en", "message.x", "Hej på dig")
    assert (found.text, found.language, found.status) == ("Hej på dig", "sv", "stale")
    assert "#, fuzzy" in path.read_text(encoding="utf-8")
    assert '#| msgid "Hej du"' in path.read_text(encoding="utf-8")


def test_a_source_changed_before_the_catalog_was_updated_is_stale_too(folder: Path) -> None:
    path = write(folder, "en", [Sentence("message.x", "Hej du")])
    fill(path, "Hej du", "Hi you")
    assert Catalogs(folder).content("en", "message.x", "Hej alla").status == "stale"


def test_a_new_translation_is_seen_without_a_restart(folder: Path) -> None:
    import os

    path = write(folder, "en", [Sentence("message.x", "Hej du")])
    catalogs = Catalogs(folder)
    assert catalogs.content("en", "message.x", "Hej du").status == "missing"
    fill(path, "Hej du", "Hi you")
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime + 2))
    assert catalogs.content("en", "message.x", "Hej du").text == "Hi you"


def test_staff_pages_have_a_swedish_word_for_everything() -> None:
    swedish = Catalogs().all_interface("sv", "staff")
    missing = [sentence.source for sentence in sentences("staff") if sentence.source not in swedish]
    assert missing == []
