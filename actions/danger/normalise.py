"""Makes text comparable (data/normalise.yml); bot/components/normalise.py does the same for the classifier."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any, NamedTuple

from actions.content.loader import DATA, read_yaml


class Table(NamedTuple):
    letters: dict[int, str | None]
    spelled: dict[int, str]
    skeleton: dict[int, str]
    chat_digits: dict[int, str]
    pairs: list[tuple[str, str]]
    stretched: re.Pattern[str]
    vowels: re.Pattern[str]


@lru_cache(maxsize=1)
def table() -> Table:
    rules: dict[str, Any] = read_yaml(DATA / "normalise.yml")
    letters: dict[int, str | None] = {ord(source): target for source, target in rules["map"].items()}
    letters.update({ord(char): None for char in rules["drop"]})
    letters.update({ord(char): " " for char in rules["space"]})
    spelled = {ord(source): target for source, target in rules["cyrillic"].items()}
    for first, consonant in rules["ethiopic"].items():
        for order, vowel in enumerate(rules["ethiopic_vowels"]):
            spelled[ord(first) + order] = consonant + vowel if consonant or vowel else "i"
    return Table(
        letters=letters,
        spelled=spelled,
        skeleton={ord(source): target for source, target in rules["arabic"].items()},
        chat_digits={ord(source): target for source, target in rules["chat_digits"].items()},
        pairs=list(rules["pairs"].items()),
        stretched=re.compile(rf"(.)\1{{{int(rules['squeeze']) - 1},}}", re.DOTALL),
        vowels=re.compile(f"[{rules['vowels']}]+"),
    )


def normalise(text: str) -> str:
    """Lower case, one form a letter, digits to 0-9, no punctuation, no stretched letters, single spaces."""
    found = table()
    folded = unicodedata.normalize("NFKC", text).casefold().translate(found.letters)
    digits = "".join(str(unicodedata.decimal(char)) if char.isdecimal() and not char.isascii() else char for char in folded)
    return " ".join(found.stretched.sub(r"\1", digits).split())


def spell_out(normalised: str) -> str:
    """Ethiopic and Cyrillic in Latin letters, as children also type them."""
    return normalised.translate(table().spelled).replace("'", "")


def skeleton(normalised: str) -> str:
    """The consonants of each word, whatever script or vowels it was typed with."""
    found = table()
    words = []
    for word in spell_out(normalised).translate(found.skeleton).split():
        if not word.isdigit():
            word = word.translate(found.chat_digits)
        for pair, one in found.pairs:
            word = word.replace(pair, one)
        bones = re.sub(r"(.)\1+", r"\1", found.vowels.sub("", word.lower()))
        words.append(bones or word[:1])
    return " ".join(words)
