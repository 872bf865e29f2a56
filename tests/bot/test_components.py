"""The NLU components on their own, with a small training set written here."""

from __future__ import annotations

import random

import pytest
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.components.linear_classifier import LinearIntentClassifier, Weighted
from bot.components.named_adults import NamedAdultExtractor
from bot.components.safety_gate import SafetyGate
from bot.components.spacy_tokenizer import SpacyBlankTokenizer
from bot.turn import plain

EXAMPLES = {
    "ask_school": [
        "när börjar skolan",
        "får jag gå i skolan",
        "when does school start",
        "can i go to school",
        "متى تبدأ المدرسة",
        "ትምህርቲ መዓስ ይጅምር",
    ],
    "ask_appeal": [
        "kan vi överklaga",
        "hur överklagar man",
        "can we appeal",
        "who writes the appeal",
        "هل يمكننا الاستئناف",
        "ይግባይ ክንብል ንኽእል ዶ",
    ],
    "worry_feel_bad": [
        "jag mår dåligt",
        "jag är så ledsen och gråter",
        "i feel so sad",
        "i cry every night",
        "أنا حزين جدا",
        "ብጣዕሚ ይሓዝን ኣለኹ",
    ],
    "worry_self_harm": ["jag vill inte leva", "jag vill dö", "i want to die", "i do not want to live", "أريد أن أموت", "ክመውት ይደሊ"],
    "out_of_scope": [
        "vem vann matchen",
        "vad blir det för väder",
        "who won the game",
        "tell me a joke",
        "من فاز بالمباراة",
        "ናይ ኩዕሶ ግጥም",
    ],
}


@pytest.fixture(scope="module")
def classifier() -> LinearIntentClassifier:
    made = LinearIntentClassifier(LinearIntentClassifier.get_default_config(), None, None)  # type: ignore[arg-type]
    made.fit([text for texts in EXAMPLES.values() for text in texts], [intent for intent, texts in EXAMPLES.items() for _ in texts])
    return made


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("NÄR BÖRJAR SKOLAN???", "ask_school"),
        ("jag vill dööö", "worry_self_harm"),
        ("can we appeal it", "ask_appeal"),
        ("أنا حزين", "worry_feel_bad"),
        ("ይግባይ ክብል", "ask_appeal"),
    ],
)
def test_the_classifier_knows_what_it_learned_in_any_script(classifier: LinearIntentClassifier, text: str, intent: str) -> None:
    assert classifier.rank(text)[0][0] == intent


def test_probabilities_sum_to_one_and_fall(classifier: LinearIntentClassifier) -> None:
    odds = [value for _, value in classifier.rank("kan vi överklaga")]
    assert abs(sum(odds) - 1) < 1e-5
    assert odds == sorted(odds, reverse=True)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("när börjar skolan? jag är så ledsen och gråter.", "worry_feel_bad"),
        ("jag är så ledsen och gråter. jag vill dö.", "worry_self_harm"),
        ("when does school start. i want to die", "worry_self_harm"),
        ("när börjar skolan. kan vi överklaga", "ask_appeal"),
    ],
)
def test_of_two_things_in_a_message_the_graver_counts(classifier: LinearIntentClassifier, text: str, intent: str) -> None:
    ranking = classifier.gravest(text)
    if intent.startswith("worry"):
        assert ranking[0][0] == intent
    else:
        assert ranking[0][0] in ("ask_school", "ask_appeal")


def test_the_quick_path_gives_what_sklearn_gives() -> None:
    texts = [text for group in EXAMPLES.values() for text in group]
    for fitted in (
        TfidfVectorizer(analyzer="word", token_pattern=r"\S+", ngram_range=(1, 2), sublinear_tf=True).fit(texts),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True).fit(texts),
    ):
        quick = Weighted(fitted, 0, 1.0)
        for text in [*texts, "något helt annat", "", "skolan skolan skolan"]:
            places, values = quick.features(text)
            row = fitted.transform([text]).tocoo()
            assert dict(zip(places, (round(value, 6) for value in values))) == dict(
                zip(row.col.tolist(), (round(float(v), 6) for v in row.data))
            )


@pytest.mark.parametrize("text", ["", " ", "😀", "????", "a" * 1000, "\u202e", "123", "قققققق"])
def test_anything_is_classified_without_a_crash(classifier: LinearIntentClassifier, text: str) -> None:
    message = Message(data={TEXT: text})
    classifier.process([message])
    assert message.get(INTENT)["name"] in EXAMPLES


def ranking(**odds: float) -> list:
    return [{"name": name, "confidence": value} for name, value in sorted(odds.items(), key=lambda entry: -entry[1])]


@pytest.fixture
def gate() -> SafetyGate:
    return SafetyGate(SafetyGate.get_default_config())


def test_doubt_becomes_a_fallback(gate: SafetyGate) -> None:
    assert gate.decide(ranking(ask_school=0.09, ask_appeal=0.08), None)["name"] == "nlu_fallback"
    assert gate.decide(ranking(ask_school=0.5), None)["name"] == "ask_school"
    assert gate.decide([], None)["name"] == "nlu_fallback"


def test_a_good_part_of_danger_is_enough(gate: SafetyGate) -> None:
    assert gate.decide(ranking(worry_feel_bad=0.55, worry_self_harm=0.35), None)["name"] == "worry_self_harm"
    assert gate.decide(ranking(worry_feel_bad=0.85, worry_self_harm=0.1), None)["name"] == "worry_feel_bad"


def test_what_the_danger_layer_found_beats_a_slighter_meaning(gate: SafetyGate) -> None:
    found = {"intent": "worry_abuse", "worry": "abuse", "urgency": "U1"}
    assert gate.decide(ranking(ask_school=0.9), found)["name"] == "worry_abuse"
    assert gate.decide(ranking(worry_self_harm=0.9), found)["name"] == "worry_self_harm"
    assert gate.decide(ranking(worry_trafficking=0.9), found)["name"] == "worry_trafficking"


def test_a_hint_of_danger_needs_the_classifier_to_agree(gate: SafetyGate) -> None:
    hint = {"intent": "worry_abuse", "worry": "abuse", "urgency": "U1", "sure": False}
    assert gate.decide(ranking(ask_school=0.9), hint)["name"] == "ask_school"
    assert gate.decide(ranking(ask_school=0.7, worry_trafficking=0.25), hint)["name"] == "worry_abuse"


@pytest.fixture(scope="module")
def extractor() -> NamedAdultExtractor:
    return NamedAdultExtractor({})


@pytest.mark.parametrize(
    ("text", "entity", "value"),
    [
        ("min GODE man slår mig", "role", "god_man"),
        ("min fosterpappa är elak", "role", "familjehem"),
        ("my foster dad hits me", "role", "familjehem"),
        ("the staff at boendet scream", "role", "boendepersonal"),
        ("kan vi prata arabiska", "language", "ar"),
        ("يمكن نحكي عربي", "language", "ar"),
        ("soc svarar inte", "role", "socialsekreterare"),
    ],
)
def test_named_adults_and_languages_are_found(extractor: NamedAdultExtractor, text: str, entity: str, value: str) -> None:
    message = Message(data={TEXT: text})
    extractor.process([message])
    assert (entity, value) in [(found["entity"], found["value"]) for found in message.get("entities")]


def test_the_tokenizer_takes_any_text() -> None:
    tokenizer = SpacyBlankTokenizer(SpacyBlankTokenizer.get_default_config())
    for text in ("hej du", "ሰላም ዓለም", "سلام", "😀", " "):
        message = Message(data={TEXT: text})
        tokens = tokenizer.tokenize(message, TEXT)
        assert tokens
        assert all(text[token.start : token.start + len(token.text)] == token.text for token in tokens)


def test_a_typed_command_is_no_command() -> None:
    for text in ("/ask_appeal", '/chat_yes{"a": 1}', "  /restart_now", "／chat_delete"):
        assert not plain(text).startswith("/")
    assert plain("/hjälp mig") == "hjälp mig"
    assert plain("och/eller") == "och/eller"
    random.seed(1)
    for _ in range(2000):
        text = "".join(random.choice("/ a_{}ö\n") for _ in range(random.randint(0, 8)))
        assert not plain(text).startswith("/")
