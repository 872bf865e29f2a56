"""The sieve before the danger phrases changes nothing that is found, and spares most messages the matcher."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml

from actions.danger.finder import Finder, read_safety
from actions.danger.normalise import normalise
from actions.danger.sieve import Sieve, options
from actions.settings import ROOT

EXAMPLE = re.compile(r"^\s*- (.+)$", re.MULTILINE)


class Open(Sieve):
    """Lets everything through: the matcher alone decides, as if there were no sieve."""

    def lets_through(self, words: Iterable[str]) -> bool:
        return bool(list(words))


@pytest.fixture(scope="module")
def sieved() -> Finder:
    return Finder()


@pytest.fixture(scope="module")
def plain() -> Finder:
    made = Finder()
    made._sieve = Open()
    return made


def lines() -> list[str]:
    """What children are known to write: every tenth held-out utterance and every four-hundredth example, in all languages."""
    found = [
        entry["text"]
        for path in sorted((ROOT / "tests" / "nlu").glob("*.yml"))
        for entry in yaml.safe_load(path.read_text())["utterances"]
    ]
    examples = [line for path in sorted((ROOT / "data" / "nlu").rglob("*.yml")) for line in EXAMPLE.findall(path.read_text())]
    return found[::10] + examples[::400]


def phrases() -> list[str]:
    files = [read_safety(path) for path in sorted((ROOT / "data" / "safety").glob("*.yml"))]
    return [phrase for file in files for phrase in [*file.harmless, *(phrase for group in file.danger for phrase in group.phrases)]]


def spoken(phrase: str, chance: random.Random) -> str:
    """A text the phrase stands in: one of each word's alternatives, other words in the gaps and around."""
    words = ["och"] * chance.randint(0, 2)
    for word in phrase.split():
        if word == "..":
            words += ["xyz"] * chance.randint(0, 3)
            continue
        optional = word.endswith("?") and len(word) > 1
        if optional and chance.random() < 0.5:
            continue
        begins, whole = options(word[:-1] if optional else word)
        words.append(chance.choice([*whole, *begins, *[begin + "abc" for begin in begins]]))
    return " ".join(words + ["sen"] * chance.randint(0, 2))


def test_nothing_is_lost_and_nothing_added_in_what_children_write(sieved: Finder, plain: Finder) -> None:
    texts = lines()
    assert len(texts) > 800
    assert [text for text in texts if sieved._spans(text) != plain._spans(text)] == []


def test_every_phrase_is_let_through_in_each_of_its_forms(sieved: Finder, plain: Finder) -> None:
    chance = random.Random(7)
    texts = [spoken(phrase, chance) for phrase in phrases() for _ in range(3)]
    whole = [words for text in texts if len(words := normalise(text).split()) == len(text.split())]
    assert len(whole) > len(phrases())
    assert all(map(sieved._sieve.lets_through, whole))
    assert [text for text in texts[::16] if sieved._spans(text) != plain._spans(text)] == []


def test_most_messages_never_meet_the_matcher(sieved: Finder) -> None:
    harmless = ["kan vi överklaga", "när får jag börja skolan", "vad är en god man", "hej", "", "can my mother come to Sweden"]
    assert not any(sieved._sieve.lets_through(normalise(text).split()) for text in harmless)


@pytest.mark.parametrize(
    ("phrase", "text", "through"),
    [
        ("vill inte .. leva", "vill jag leva inte", True),  # the order is the matcher's business
        ("vill inte .. leva", "vill jag leva", False),
        ("vill bara? dö", "vill dö", True),
        ("självmord*", "självmordstankar", True),
        ("självmord*", "självmor", False),
        ("dö|dog av skratt*", "jag dog av skrattet", True),
        ("*", "vad som helst", True),
    ],
)
def test_a_phrase_needs_its_words(phrase: str, text: str, through: bool) -> None:
    sieve = Sieve()
    sieve.add(phrase)
    assert sieve.lets_through(text.split()) is through


def test_a_finder_without_phrases_finds_nothing(tmp_path: Path) -> None:
    assert Finder(tmp_path).find("jag vill inte leva") is None
