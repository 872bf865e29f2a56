"""Other tools can work on the catalogs: a round trip through gettext editors loses nothing."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import polib
import pytest
from translate.storage import factory

from actions.i18n import languages
from actions.i18n.catalogs import catalogs
from actions.i18n.checks import Defect
from actions.i18n.strings import update

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "for-translators.md").read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(catalogs().folder, tmp_path / "locales")
    return tmp_path / "locales"


def entries(path: Path) -> dict[tuple[str, str], tuple[str, bool, str]]:
    return {(entry.msgctxt or "", entry.msgid): (entry.msgstr, entry.fuzzy, entry.comment) for entry in polib.pofile(str(path))}


@pytest.mark.parametrize(("code", "domain"), [("ar", "content"), ("fr", "widget")])
def test_a_round_trip_through_translate_toolkit_keeps_every_entry(folder: Path, code: str, domain: str) -> None:
    path = folder / code / "LC_MESSAGES" / f"{domain}.po"
    before = entries(path)
    store = factory.getobject(str(path))
    store.save()
    assert entries(path) == before
    update(folder)
    assert update(folder, write=False) == []
    assert entries(path) == before


def test_a_text_translated_in_another_tool_arrives(folder: Path) -> None:
    path = folder / "so" / "LC_MESSAGES" / "content.po"
    store = factory.getobject(str(path))
    unit = next(unit for unit in store.units if unit.getcontext() == "message.menu")
    unit.target = "Maxaad rabtaa inaad ogaato? Dooro ama adigu qor."
    store.save()
    update(folder)
    assert entries(path)[("message.menu", unit.source)][0] == unit.target


# --- the document says what is true


def test_the_document_names_every_defect() -> None:
    told = set(re.findall(r"`([a-z-]+)`", DOCUMENT))
    assert {str(defect) for defect in Defect} - {"literal-contact"} <= told


def test_the_worked_example_is_the_entry_there_is() -> None:
    block = re.search(r"```yaml\n(   - code: fr\n.*?)   ```", DOCUMENT, re.DOTALL)
    assert block
    entry = "\n".join(line[3:] for line in block[1].splitlines())
    assert entry in (ROOT / "locales" / "languages.yml").read_text(encoding="utf-8")


def test_the_worked_example_has_its_widget_and_every_safety_text() -> None:
    widget = polib.pofile(str(catalogs().path("fr", "widget")))
    assert [entry.msgid for entry in widget if not entry.msgstr or entry.fuzzy] == []
    safety = [entry for entry in polib.pofile(str(catalogs().path("fr", "content"))) if "SAFETY" in entry.comment]
    assert len(safety) > 100
    assert [entry.msgctxt for entry in safety if not entry.msgstr or entry.fuzzy] == []
    assert languages()["fr"].offered is False
