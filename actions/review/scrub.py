"""Takes out of a question whatever could tell who asked. In doubt a word goes.

Only words that are known from the examples the bot learns from are kept: a name, a place, a number, an address is not among them.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Token

from actions.content.loader import DATA, read_yaml

GAP = "…"
LONGEST = 200
"""Characters. Longer is a story, and a child's story is never collected."""
FEWEST_WORDS = 2
MOST_LOST = 0.4
"""With more of its words gone a question says nothing any more."""
SEEN = 3
"""Different examples a word must stand in."""
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


@lru_cache(maxsize=1)
def _tokenizer() -> Language:
    return spacy.blank("xx")


@lru_cache(maxsize=16)
def vocabulary(language: str, data: Path = DATA) -> frozenset[str]:
    """Words that tell nothing about a person: in several examples of the language, and no name of somebody or something."""
    small: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for path in sorted((data / "nlu" / language).glob("*.yml")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if not line.startswith("    - "):
                continue
            words = WORD.findall(line[6:])
            seen.update({word.lower() for word in words})
            for position, word in enumerate(words):
                if not word[0].isupper():
                    small[word.lower()] += 1
                elif position and not word.isupper():
                    capital[word.lower()] += 1
    names = {str(name).lower() for name in read_yaml(data / "scrub.yml")["names"]}
    return frozenset(word for word, count in seen.items() if count >= SEEN and capital[word] < small[word] and word not in names)


def scrub(text: str, language: str) -> str | None:
    """The question without what could be somebody's. None when too little is left, or when it is a story."""
    plain = " ".join(text.split())
    if not plain or len(plain) > LONGEST:
        return None
    known = vocabulary(language)
    kept: list[str] = []
    words = lost = 0
    for token in _tokenizer()(plain):
        if token.is_punct:
            kept.append(token.text if token.text in ("?", "!", ".", ",") else "")
            continue
        words += 1
        safe = _is_safe(token, known, first=words == 1)
        lost += not safe
        kept.append(token.text if safe else GAP)
    if words - lost < FEWEST_WORDS or lost > words * MOST_LOST:
        return None
    return _joined(kept)


def _is_safe(token: Token, known: frozenset[str], *, first: bool) -> bool:
    """A capital letter inside a sentence is a name until the opposite is known; the vocabulary holds no names."""
    text = token.text
    if token.like_email or token.like_url or token.like_num or any(char.isdigit() for char in text):
        return False
    named = text[:1].isupper() and not text.isupper() and not first
    return not named and text.lower() in known


def _joined(parts: list[str]) -> str:
    """Words with single spaces, neighbouring gaps as one."""
    out: list[str] = []
    for part in filter(None, parts):
        if part == GAP and out and out[-1] == GAP:
            continue
        out.append(part)
    return re.sub(r"\s+([?!.,])", r"\1", " ".join(out))
