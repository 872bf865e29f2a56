"""The table of the seed documents' systems is complete, and what it names exists."""

from __future__ import annotations

import ast
import re

import pytest

from actions.content import content
from actions.dialogue.local import checked_contact
from actions.settings import ROOT, Settings
from actions.staff.pages import ROUTES
from actions.web import create_web_app

SYSTEMS = """Jönköpingsmodellen
Fyra tidpunkter (före / efter / vid överklagan / vid åldersuppskrivning)
SIP – samordnad individuell plan
I-SIP – intern SIP
Navet (socialsekreterare, kontaktperson/familjehem, god man + skolmentor, BUP/elevhälsa)
Samverkanstrappan
STOP-modellen
KASAM – känsla av sammanhang
Att söka asyl – interaktiv karta (begripligt.nu, rev. 2020)
Processkartläggning / processkarta
Tre samverkansnivåer
POSOM
Barnahus
TMO – traumamedveten omsorg
Checklistor för försvunna barn (förebygga / när barn avviker / när barn påträffas)
Samverkansplan Stockholms län (rapport 2017:10)
Ungdomsjouren (Stockholm)
Baba (Stockholms Stadsmission)
Barnrättsbyrån
ID-uppdrag
AT-UND
Uppföljningssamtal 1
Språkcaféer och mötesplatser
Frånvarolarm + elevhälsa vid första oro""".splitlines()
"""As the seed documents call them, in their order."""
TABLE = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs" / "systems.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("|")
][2:]
CODE = re.compile(r"`([^`]+)`")


def test_all_systems_are_there_in_order() -> None:
    assert [row[0] for row in TABLE] == SYSTEMS
    assert len(SYSTEMS) == 24


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
def test_the_test_exists(row: list[str]) -> None:
    named = CODE.findall(row[2])
    assert named
    for path, _, name in (entry.partition("::") for entry in named):
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        tests = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
        assert name in tests, f"{path} has no {name}"


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
def test_the_place_exists(row: list[str], settings: Settings) -> None:
    """A staff page, an address of the chat API, an intent, a worry, a source or a file."""
    pages = {path for _, path in ROUTES} | set(create_web_app(settings).openapi()["paths"])
    known = content()
    things = {*known.intents, *known.worries, *known.sources}
    wrong = [entry for entry in CODE.findall(row[1]) if entry not in pages | things and not (ROOT / entry).is_file()]
    assert wrong == []
    assert row[1]


def test_the_steps_of_cooperation_wait_for_those_who_know_them() -> None:
    assert any("Samverkanstrappan" in (fact.staff or "") for fact in content().facts.values())
    for profile in content().municipalities.values():
        slot = next(slot for slot in profile.slots if slot.id == "cooperation_steps")
        assert slot.content is None, "the seed names no steps: only a person may fill this in"
        assert slot.fill_in


def test_the_cards_of_stockholm_wait_for_somebody_who_checks_them() -> None:
    cards = content().municipalities["stockholm"].cards
    for name in ("Ungdomsjouren", "Baba", "Barnrättsbyrån"):
        card = next(card for card in cards if card.sv == name)
        assert not card.show or card.verified_on is not None
        if card.verified_on is None:
            assert checked_contact(f"local/stockholm/card/{card.id}", content()) is None
