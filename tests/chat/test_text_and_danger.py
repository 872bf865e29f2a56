"""What a child types is cleaned without changing it, and danger in it is found in any spelling."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from actions.chat.text import clean
from actions.danger import find_danger
from actions.danger.finder import Finder, compile_phrase
from actions.danger.normalise import normalise
from actions.errors import ContentError, TooLarge, Unprocessable
from actions.settings import ROOT


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  hej  ", "hej"), ("a\x00b\x07c", "abc"), ("rad ett\n\n\n\n\nrad två", "rad ett\n\nrad två"), ("\u202eabc\u2066", "abc"),
        ("می\u200cخواهم", "می\u200cخواهم"), ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"), ("a\u00a0 b", "a b"), ("ሰላም", "ሰላም"),
    ],
)  # fmt: skip
def test_text_is_cleaned(typed: str, kept: str) -> None:
    assert clean(typed) == kept


def test_nothing_and_too_much_are_refused() -> None:
    for text in ("", " \n\t ", "\x00\x01", "\u202e"):
        with pytest.raises(Unprocessable):
            clean(text)
    with pytest.raises(TooLarge):
        clean("a" * 1001)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jaaaag VILL", "jag vill"),
        ("كتاب", "کتاب"),
        ("عربي", "عربی"),
        ("مُحَمَّد", "محمد"),
        ("مـــا", "ما"),
        ("۱۱۲", "112"),
        ("١١٢", "112"),
        ("ሠላም", "ሰላም"),
        ("hej!!! du...", "hej du"),
        ("می‌خواهم", "می خواهم"),
    ],
)
def test_spellings_become_one(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("text", "worry", "urgency"),
    [
        ("jag vill inte leva", "self_harm", "U0"), ("JAG VILL INTE LEEEEVA LÄNGRE!!!", "self_harm", "U0"), ("vil bara dö", "self_harm", "U0"),
        ("I want to die", "self_harm", "U0"), ("im gonna kill myself", "self_harm", "U0"), ("någon har en kniv här", "danger_now", "U0"),
        ("help he is hitting me right now", "danger_now", "U0"), ("jag orkar inte mer", "self_harm", "U1"), ("min pappa slår mig", "abuse", "U1"),
        ("de vill att jag ska sälja droger", "crime_drugs", "U1"), ("my friend is missing since yesterday", "missing_friend", "U1"),
    ],
)  # fmt: skip
def test_danger_is_found(text: str, worry: str, urgency: str) -> None:
    found = find_danger(text)
    assert found is not None
    assert (found.worry, found.urgency) == (worry, urgency)


@pytest.mark.parametrize(
    "text",
    [
        "när får jag börja skolan",
        "jag dog av skratt",
        "my phone is dead",
        "i died in fortnite three times",
        "jag klippte håret",
        "hej",
        "😀",
        "",
    ],
)
def test_harmless_texts_are_left_alone(text: str) -> None:
    assert find_danger(text) is None


def test_the_gravest_danger_counts() -> None:
    found = find_danger("min pappa slår mig och jag vill inte leva")
    assert found is not None
    assert found.urgency == "U0"


@pytest.mark.parametrize("phrase", ["..", "ord?", ".. .."])
def test_a_phrase_that_could_match_nothing_is_refused(phrase: str) -> None:
    with pytest.raises(ContentError):
        compile_phrase(phrase)


def test_a_mistake_in_a_phrase_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "sv.yml").write_text("language: sv\ndanger:\n- {intent: x, worry: y, phrases: [a]}\n")
    with pytest.raises(ContentError, match=r"sv\.yml"):
        Finder(tmp_path)


def test_both_sides_normalise_alike() -> None:
    """The classifier and the danger phrases must see the same text; they live in two environments and share only the table."""
    import subprocess

    lines = [
        entry["text"]
        for code in ("sv", "en", "ar", "fa_AF")
        for entry in yaml.safe_load((ROOT / "tests" / "nlu" / f"{code}.yml").read_text())["utterances"][:80]
    ]
    script = "import sys, json; sys.path.insert(0, '.'); from bot.components.normalise import normalise; print(json.dumps([normalise(t) for t in json.load(sys.stdin)]))"
    import json

    out = subprocess.run(
        [str(ROOT / "bot/.venv/bin/python"), "-c", script],
        cwd=ROOT,
        input=json.dumps(lines),
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(out.stdout) == [normalise(line) for line in lines]
