"""What is collected of a question holds no name, number or address, and no story."""

from __future__ import annotations

import pytest

from actions.i18n import languages
from actions.review.scrub import GAP, LONGEST, scrub, vocabulary


@pytest.mark.parametrize(
    ("language", "text", "left"),
    [
        ("sv", "Kan jag få hund på boendet?", "Kan jag få hund på boendet?"),
        ("sv", "Jag heter Reza Ahmadi, får jag gå i skolan?", "Jag heter …, får jag gå i skolan?"),
        ("sv", "får jag gå i skolan på Storgatan 5", "får jag gå i skolan på …"),
        ("sv", "får jag ringa min mamma på 070-123 45 67", "får jag ringa min mamma på …"),
        ("sv", "får min vän skriva till mig på ali.reza@example.com", "får min vän skriva till mig på …"),
        ("sv", "får jag åka till Malmö och träffa min kompis Omar", "får jag åka till … och träffa min kompis …"),
        ("en", "can my friend Yonas live with me in London", "can my friend … live with me in …"),
        ("ar", "هل يمكنني العمل مع علي", "هل يمكنني العمل مع …"),
    ],
)  # fmt: skip
def test_names_numbers_and_addresses_go_and_the_question_stays(language: str, text: str, left: str) -> None:
    assert scrub(text, language) == left


@pytest.mark.parametrize("name", ["ali", "Ali", "omar", "fatima", "kabul", "malmö", "göteborg"])
def test_common_names_are_not_among_the_words_that_are_kept(name: str) -> None:
    for language in languages():
        assert name.lower() not in vocabulary(language), language


@pytest.mark.parametrize(
    "text", ["kanarie-xyzzy-4711", "Reza Ahmadi", "070-1234567", "", "får Reza Ahmadi Noori bo", "jag " * LONGEST, "hej"]
)
def test_when_too_little_is_left_or_it_is_a_story_nothing_is_kept(text: str) -> None:
    assert scrub(text, "sv") is None


def test_every_language_of_the_bot_has_words() -> None:
    for entry in languages().values():
        if entry.offered:
            assert len(vocabulary(entry.code)) > 1000, entry.code


def test_a_question_of_unknown_words_is_not_kept_in_another_language() -> None:
    assert scrub("förkromade vindrutetorkare knarrar", "ar") is None
    assert GAP not in vocabulary("sv")
