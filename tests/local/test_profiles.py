"""Municipality profiles: database over file, validated, in force everywhere, nothing unchecked shown."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from actions import db
from actions.content import content
from actions.content.loader import use_profiles
from actions.dialogue import answers, conversation, local, who, worries
from actions.dialogue.answers import Question
from actions.dialogue.render import render
from actions.dialogue.worries import Told
from actions.errors import Unavailable, Unprocessable
from actions.local import profiles
from actions.local.validate import problem
from actions.staff.accounts import SignedIn

ME = SignedIn(1, "a@b.se", "A", "administrator", None, None, "sv", "c", "t", True)


@pytest.fixture
def live(any_database: str) -> Iterator[None]:
    with profiles.live():
        yield
    use_profiles(None)


def edit(id_: str, **values: Any) -> None:
    with db.write() as session:
        profiles.change(session, id_, "test", ME, lambda old: old.update(values))


CARD = {
    "id": "baba",
    "sv": "Baba",
    "text": "Råd och stöd.",
    "role": "stadsmissionen_baba",
    "phone": "08-123 45 67",
    "href": None,
    "source": None,
    "verified_on": "2026-11-01",
    "show": True,
}


def test_an_edit_counts_at_once_and_the_file_stays_as_it_is(live: None) -> None:
    assert content().municipality("jonkoping").isip is False
    edit("jonkoping", isip=True)
    assert content().municipality("jonkoping").isip is True
    assert content().municipalities["jonkoping"].isip is False
    assert content().municipality("stockholm").isip is False


def test_another_process_sees_it_without_a_restart(database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profiles, "FRESH", 0.2)
    with profiles.live():
        assert content().municipality("jonkoping").isip is False
        program = (
            "import sys; from actions import db, tables; from tests.local.test_profiles import edit;"
            "db.use_engine(db.make_engine(sys.argv[1])); edit('jonkoping', isip=True)"
        )
        subprocess.run([sys.executable, "-c", program, f"sqlite:///{database}"], check=True)
        time.sleep(0.25)
        assert content().municipality("jonkoping").isip is True


def test_without_a_database_what_was_known_counts(live: None, monkeypatch: pytest.MonkeyPatch) -> None:
    edit("jonkoping", isip=True)
    assert content().municipality("jonkoping").isip is True

    def broken() -> Any:
        raise Unavailable("down")

    monkeypatch.setattr(profiles.db, "read", broken)
    monkeypatch.setattr(profiles._Read, "until", 0.0)
    assert content().municipality("jonkoping").isip is True


def test_a_stored_profile_that_no_longer_fits_gives_the_file(live: None) -> None:
    edit("jonkoping", isip=True)
    with db.write() as session:
        row = profiles.store.edit(session, "jonkoping")
        assert row is not None
        row.profile = {**row.profile, "unknown_field": 1}
    profiles._Read.until = 0.0
    assert content().municipality("jonkoping").isip is False


@pytest.mark.parametrize(
    "values",
    [
        {"hours": {"monday": "16:30-08:00"}},
        {"hours": {"monday": "8-16"}},
        {"hours": {"someday": "08:00-16:00"}},
        {"hours": {}},
        {"on_call": {"name": "x", "phone": "08-12345", "verified_on": None, "fill_in": "y"}},
        {"on_call": {"name": "x", "phone": "ring mig", "verified_on": "2026-11-01", "fill_in": "y"}},
        {"on_call": {"name": "x", "phone": "08-12345", "verified_on": "2199-01-01", "fill_in": "y"}},
        {"roles": {"king": {"name": "x"}}},
        {"roles": {"god_man": {"email": "nomail", "verified_on": "2026-11-01"}}},
        {"cards": [{**CARD, "verified_on": None}]},
        {"cards": [{**CARD, "href": "javascript:alert(1)"}]},
        {"cards": [CARD, CARD]},
        {"cards": [{**CARD, "sv": " "}]},
        {"cards": [{**CARD, "role": "king"}]},
        {"slots": [{"id": "x", "sv": "x", "content": "a" * 2001, "fill_in": "y"}]},
        {"verified": "nonsense"},
    ],
)
def test_a_wrong_profile_is_refused_and_nothing_is_stored(live: None, values: dict[str, Any]) -> None:
    with pytest.raises(Unprocessable):
        edit("stockholm", **values)
    with db.read() as session:
        assert profiles.store.edit(session, "stockholm") is None


def test_the_profiles_that_came_with_navet_are_good() -> None:
    assert {id_: problem(profile) for id_, profile in content().municipalities.items()} == dict.fromkeys(content().municipalities)
    assert set(content().municipalities) == {"generic", "jonkoping", "stromsund", "stockholm"}
    assert all(slot.content or slot.fill_in for profile in content().municipalities.values() for slot in profile.slots)


# --- what the child sees


def contacts(draft: Any, code: str = "sv") -> list[str]:
    return [contact["label"] for contact in render(draft.as_json(), code).contacts]


def test_a_card_is_shown_where_it_belongs_and_its_contact_only_when_checked(live: None) -> None:
    told = Told("worry_run_away", "missing", "stockholm")
    before = local.beside(worries.acknowledge(told), told.topic, "stockholm")
    assert "Baba" not in render(before.as_json(), "sv").text
    edit("stockholm", cards=[CARD])
    draft = local.beside(worries.acknowledge(told), told.topic, "stockholm")
    assert "Baba: Råd och stöd." in render(draft.as_json(), "sv").text
    assert "Baba" in contacts(draft)
    elsewhere = local.beside(worries.acknowledge(Told("worry_run_away", "missing", "jonkoping")), told.topic, "jonkoping")
    assert "Baba" not in render(elsewhere.as_json(), "sv").text
    edit("stockholm", cards=[{**CARD, "phone": None, "verified_on": None}])
    assert "Baba" not in contacts(draft), "an older message does not keep a contact that is gone"
    edit("stockholm", cards=[])
    assert render(draft.as_json(), "sv").text, "and can still be shown in another language"


def test_language_cafes_are_shown_in_jonkoping_only() -> None:
    texts = {}
    for place in ("jonkoping", "generic"):
        question = Question("ask_free_time", "waiting", place)
        draft = local.beside(answers.answer(question), question.intent, place)
        texts[place] = render(draft.as_json(), "sv").text
    assert "Språkcafé" in texts["jonkoping"] and "Språkcafé:" not in texts["generic"]


def test_a_local_name_and_a_checked_number_stand_on_the_card_of_the_adult(live: None) -> None:
    edit(
        "jonkoping",
        roles={"socialsekreterare": {"name": "Team Ung", "phone": "036-10 50 00", "email": None, "verified_on": "2026-11-01"}},
    )
    draft = who.card("socialsekreterare", "waiting", "jonkoping")
    shown = render(draft.as_json(), "sv")
    assert "Team Ung" in shown.text
    assert [contact["tel"] for contact in shown.contacts] == ["036-10 50 00"]
    edit("jonkoping", roles={"socialsekreterare": {"name": "Team Ung", "phone": None, "email": None, "verified_on": None}})
    assert render(draft.as_json(), "sv").contacts == []


def test_hours_are_told_once_somebody_checked_them(live: None) -> None:
    assert conversation.hours("jonkoping")["id"] == "hours_unknown"
    edit("jonkoping", hours={"monday": "09:00-15:00"}, hours_verified_on="2026-11-02")
    assert conversation.hours("jonkoping")["params"] == {"opens": "09:00", "closes": "15:00"}
