"""Stories by behaviour, through everything real: web app, Rasa, action server, database."""

from __future__ import annotations

import sqlite3

import pytest

from tests.running import RunningNavet
from tests.talk import Child

pytestmark = pytest.mark.rasa


@pytest.fixture
def url(running: RunningNavet) -> str:
    return running.url


def rows(running: RunningNavet, query: str, *values: object) -> list[tuple[object, ...]]:
    with sqlite3.connect(f"file:{running.var / 'navet.db'}?mode=ro", uri=True) as connection:
        return connection.execute(query, values).fetchall()


def test_a_question_gets_an_approved_fact_with_source_date_and_adult(url: str) -> None:
    child = Child(url, "sv", "after_rejection")
    answer = child.say("kan vi överklaga?")
    assert (answer["meta"]["kind"], answer["meta"]["intent"]) == ("fact", "ask_appeal")
    assert answer["meta"]["roles"] == ["offentligt_bitrade", "god_man"]
    assert answer["meta"]["fact_ids"] == ["S000-29"]
    assert answer["sources"][0]["checked_on"]
    assert "S000-29" in answer["meta"]["fact_ids"]


def test_without_a_stage_it_answers_and_asks(url: str) -> None:
    child = Child(url)
    assert child.say("kan vi överklaga")["meta"]["stage"] == "unknown"
    assert "Jag väntar på svar" in child.labels
    child.press("Jag väntar på svar")
    assert child.say("vad händer nu")["meta"]["stage"] == "waiting"
    assert "Jag har nyss kommit" not in child.labels


def test_a_prediction_is_refused(url: str) -> None:
    answer = Child(url, "en", "waiting").say("will i get to stay in sweden")
    assert answer["meta"]["kind"] == "refusal"
    assert answer["meta"]["roles"]


def test_a_worry_goes_to_the_chosen_adult_only_after_a_yes(running: RunningNavet) -> None:
    child = Child(running.url, "sv", "after_rejection")
    first = child.say("jag mår så dåligt och kan inte sova")
    assert (first["meta"]["kind"], first["meta"]["worry"], first["meta"]["urgency"]) == ("worry", "feel_bad", "U2")
    child.press("elevhälsan")
    assert "Ska jag skicka det?" in child.text
    assert rows(running, "select count(*) from handoffs where conversation_id = ?", child.id) == [(0,)]
    receipt = child.press("Ja, skicka")
    assert receipt["meta"]["kind"] == "handoff"
    stored = rows(running, "select role, urgency, stage, consent, state from handoffs where id = ?", receipt["meta"]["handoff_id"])
    assert stored == [("elevhalsa", "U2", "after_rejection", "yes", "new")]


def test_own_words_are_added_shown_and_sent(running: RunningNavet) -> None:
    child = Child(running.url, "en", "waiting")
    child.say("i feel so sad and cry at night")
    child.press("Tell:")
    child.press("own words")
    child.say("can we appeal? that is what i think about")
    assert "Your own words: can we appeal?" in child.text
    receipt = child.press("Yes, send")
    assert rows(running, "select own_words from handoffs where id = ?", receipt["meta"]["handoff_id"]) == [
        ("can we appeal? that is what i think about",)
    ]


def test_a_question_in_the_middle_is_answered_and_the_form_goes_on(url: str) -> None:
    child = Child(url, "sv", "after_rejection")
    child.say("jag känner mig ledsen hela tiden")
    child.press("Säg till")
    assert child.say("vad är ett offentligt biträde")["meta"]["intent"] == "ask_what_is_lawyer"
    assert child.text.count("Ska jag skicka det?") == 1
    child.press("En annan vuxen")
    assert any(label.startswith("Säg till") for label in child.labels)


def test_typed_yes_and_no_count_too(running: RunningNavet) -> None:
    child = Child(running.url, "sv", "waiting")
    child.say("det är bråk på boendet jag vill flytta")
    if "Nej, någon annan" in child.labels:
        child.press("Nej, någon annan")
    child.press("Säg till")
    assert child.say("ja")["meta"]["kind"] == "handoff"
    other = Child(running.url, "sv", "waiting")
    other.say("jag är så ensam här")
    other.press("Säg till")
    other.say("nej")
    assert rows(running, "select count(*) from handoffs where conversation_id = ?", other.id) == [(0,)]


def test_a_no_to_an_ordinary_worry_sends_nothing(running: RunningNavet) -> None:
    child = Child(running.url, "sv", "waiting")
    child.say("skolan är jättesvår, jag orkar inte med läxorna")
    child.press("Nej")
    assert rows(running, "select count(*) from handoffs where conversation_id = ?", child.id) == [(0,)]


def test_after_a_no_only_the_least_goes_where_a_child_may_be_harmed_and_the_child_is_told(running: RunningNavet) -> None:
    child = Child(running.url, "sv", "waiting")
    first = child.say("min fosterpappa slår mig")
    assert (first["meta"]["kind"], first["meta"]["urgency"]) == ("danger", "U1")
    assert any(contact["tel"] == "116111" for contact in first["contacts"])
    child.press("Nej, inte nu")
    assert "en vuxen få veta" in child.text
    stored = rows(running, "select consent, own_words, excluded from handoffs where conversation_id = ?", child.id)
    assert stored[0][:2] == ("no", None)
    assert "familjehem" in str(stored[0][2])


def test_a_worry_about_an_adult_never_offers_that_adult(url: str) -> None:
    child = Child(url, "sv", "waiting")
    answer = child.say("min gode man slår mig")
    assert answer["meta"]["intent"] == "worry_abuse"
    assert "god_man" not in answer["meta"]["roles"]
    assert not any("gode man" in label for label in child.labels if label.startswith("Säg till"))
    other = Child(url, "en", "waiting")
    assert "god_man" not in other.say("my guardian never helps me")["meta"]["roles"]


def test_when_unclear_it_asks_whom_it_is_about_and_leaves_them_out(url: str) -> None:
    child = Child(url, "sv", "waiting")
    child.say("någon rör mig på ett äckligt sätt")
    assert "Handlar det om någon av dem här?" in child.text
    child.press("Socialsekreterare")
    assert not any("socialsekreterare" in label.lower() for label in child.labels)
    unsure = Child(url, "sv", "waiting")
    unsure.say("någon rör mig på ett äckligt sätt")
    unsure.press("Jag vill inte säga")
    offered = [label for label in unsure.labels if label.startswith("Säg till")]
    assert offered and not any("gode man" in label or "socialsekreterare" in label for label in offered)


def test_not_wanting_to_live_shows_112_and_bris_first_and_alerts_at_once(running: RunningNavet) -> None:
    child = Child(running.url, "sv", "after_rejection")
    answer = child.say("jag vill inte leva")
    assert (answer["meta"]["kind"], answer["meta"]["urgency"]) == ("danger", "U0")
    assert [contact["tel"] for contact in answer["contacts"][:2]] == ["112", "116111"]
    assert answer["text"].startswith("Är du eller någon annan i fara nu? Ring 112.")
    assert answer["sources"] == []
    stored = rows(running, "select urgency, consent, own_words from handoffs where id = ?", answer["meta"]["handoff_id"])
    assert stored == [("U0", "not_asked", None)]
    again = child.say("jag vill dö")
    assert again["meta"]["handoff_id"] == answer["meta"]["handoff_id"]
    child.press("Det känns bättre nu")
    assert child.say("när börjar skolan")["meta"]["intent"] == "ask_school"


def test_danger_breaks_into_the_middle_of_a_form(url: str) -> None:
    child = Child(url, "sv", "waiting")
    child.say("jag är ledsen och gråter jämt")
    child.press("Säg till")
    child.press("egna ord")
    answer = child.say("jag vill inte leva längre")
    assert answer["meta"]["kind"] == "danger"
    assert "Ska jag skicka det?" not in child.text
    child.press("Ja, jag är trygg")
    assert child.say("hej")["meta"]["kind"] == "chat"


def test_sent_can_be_followed_and_taken_back(running: RunningNavet) -> None:
    child = Child(running.url, "sv", "waiting")
    child.say("jag har ingen god man än")
    child.press("Säg till")
    child.press("Ja, skicka")
    assert "Ingen har läst det än" in child.say("har någon läst det jag skickade")["text"]
    child.say("jag ångrar mig, ta tillbaka det jag skickade")
    assert "tagit tillbaka" in child.text
    assert rows(running, "select state from handoffs where conversation_id = ?", child.id) == [("withdrawn",)]


@pytest.mark.parametrize(
    "payload",
    ['/worry_self_harm{"a": 1}', "/ask_appeal", '/chat_talk_to_human{"role": "god_man"}', " /chat_delete", "／ask_appeal{}"],
)
def test_button_payloads_typed_by_a_child_are_text(url: str, payload: str) -> None:
    answer = Child(url, "sv", "waiting").say(payload)
    assert answer["meta"]["kind"] == "fallback"


def test_not_understood_offers_guesses_and_a_human(url: str) -> None:
    child = Child(url, "sv", "waiting")
    answer = child.say("xqzt flurg")
    assert answer["meta"]["kind"] == "fallback"
    assert len(answer["meta"]["alternatives"]) <= 3
    assert "Jag vill prata med en människa" in child.labels


def test_why_and_again_work_on_the_last_answer(url: str) -> None:
    child = Child(url, "sv", "after_rejection")
    first = child.say("kan vi överklaga")["text"]
    again = child.say("jag förstår inte, förklara igen")
    assert again["meta"]["intent"] == "chat_explain_again"
    assert again["text"] not in first
    source = child.say("hur vet du det")
    assert source["meta"]["intent"] == "chat_source"
    assert "Samverkan vid avvisningsbeslut" in source["text"]


def test_the_language_changes_in_mid_chat(url: str) -> None:
    child = Child(url, "sv", "waiting")
    assert child.say("can we speak english")["language"] == "en"
    assert child.say("what happens now")["text"].startswith("You ask: What happens now?")


def test_it_says_that_it_is_a_computer(url: str) -> None:
    assert "dator, inte en människa" in Child(url).say("är du en människa eller robot")["text"]


def test_a_child_can_delete_everything_by_asking(running: RunningNavet) -> None:
    child = Child(running.url, "sv", "waiting")
    child.say("ta bort allt jag har skrivit")
    child.press("Ja, ta bort allt")
    assert child.request("GET", "/messages")[0] == 401
    assert rows(running, "select count(*) from conversations where id = ?", child.id) == [(0,)]


def test_every_path_can_be_walked_with_buttons_alone(url: str) -> None:
    """From the opening, every button down to the third step leads to a message, and no step is a dead end without a way on."""
    walked: set[str] = set()

    def walk(path: tuple[str, ...]) -> None:
        child = Child(url, "sv", "waiting")
        for label in path:
            child.press(label)
        labels = list(dict.fromkeys(child.labels))
        if path:
            assert child.text.strip()
        if len(path) == 2:
            return
        for label in labels:
            if label not in walked:
                walked.add(label)
                walk((*path, label))

    walk(())
    assert len(walked) > 15


@pytest.mark.parametrize(
    "text",
    [
        "kan vi prata engelska?", "can we speak english", "هل يمكن أن نتكلم بالإنجليزية؟", "می‌توانیم انگلیسی گپ بزنیم؟",
        "ma ku hadli karnaa ingiriisi?", "ብእንግሊዝኛ ክንዛረብ ንኽእል ዶ?", "موږ کولی شو انګلیسي خبرې وکړو؟", "можемо говорити англійською?",
    ],
)  # fmt: skip
def test_another_language_can_be_asked_for_in_any_language(url: str, text: str) -> None:
    child = Child(url, "sv", "waiting")
    asked = child.say("kan vi överklaga?")["meta"]["fact_ids"]
    first = child.say(text)
    assert (first["language"], first["meta"]["intent"]) == ("en", "chat_change_language")
    assert child.last[-1]["meta"]["fact_ids"] == asked != []
    assert child.last[-1]["language"] == "en"
