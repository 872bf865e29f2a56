"""What the documents say about the repository is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from actions.settings import ROOT, settings_table

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)#]+)(?:#[^)]*)?\)")
PATH = re.compile(r"`((?:actions|bot|data|locales|tests|docs)/[\w./<>-]*)`")
TARGET = re.compile(r"`make ([a-z0-9-]+)`|^make ([a-z0-9-]+)", re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_and_paths_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = [link for link in LINK.findall(text) if "://" not in link and not link.startswith("mailto:")]
    missing = [link for link in links if not (page.parent / link).exists()]
    named = [path for path in PATH.findall(text) if "<" not in path]
    missing += [path for path in named if not (ROOT / path).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_make_targets_exist(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    known = set(re.findall(r"^([a-z0-9-]+):", makefile, re.MULTILINE))
    named = {first or second for first, second in TARGET.findall(page.read_text(encoding="utf-8"))}
    assert named <= known


def test_the_table_of_settings_is_the_real_one() -> None:
    assert settings_table() in (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")


def test_every_place_of_the_readme_table_exists_and_every_room_is_in_it() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.split("## Where things live")[1].split("##")[0]
    rooms = {path.name for path in (ROOT / "actions").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert {room for room in rooms if f"actions/{room}" not in table} == set()
