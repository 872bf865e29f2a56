"""Matches the danger phrases of data/safety/<language>.yml with spaCy, all languages at once: a child may switch in mid-sentence.

A phrase is a row of words: `a|b` alternatives, `slå*` a beginning, `..` up to three words in between, `word?` may be missing.
`harmless` phrases cancel a danger phrase they overlap ("dying of laughter").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import spacy
from pydantic import BaseModel, ConfigDict, ValidationError
from spacy.language import Language
from spacy.matcher import Matcher
from spacy.tokens import Doc

from actions.content.loader import DATA, read_yaml
from actions.danger.normalise import normalise
from actions.danger.sieve import Sieve, options
from actions.errors import ContentError

GAP = 3
GRAVEST = ("U0", "U1")
HARMLESS = "harmless"


class PhraseGroup(BaseModel):
    """Phrases that mean one danger. `intent` is what the message is then taken as."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    intent: str
    worry: str
    urgency: str
    phrases: list[str]


class SafetyFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    language: str
    danger: list[PhraseGroup]
    harmless: list[str] = []


@dataclass(frozen=True)
class Finding:
    """What was found. Holds no text of the child. `sure` False: a hint, not enough to answer as danger."""

    intent: str
    worry: str
    urgency: str
    sure: bool = True

    def as_json(self) -> dict[str, Any]:
        return {"intent": self.intent, "worry": self.worry, "urgency": self.urgency, "sure": self.sure}


class Finder:
    """All phrases compiled once."""

    def __init__(self, folder: Path = DATA / "safety") -> None:
        self._nlp: Language = spacy.blank("xx")
        self._matcher = Matcher(self._nlp.vocab)
        self._findings: dict[str, Finding] = {}
        self._sieve = Sieve()
        for path in sorted(folder.glob("*.yml")):
            self._add(path, read_safety(path))

    def _add(self, path: Path, file: SafetyFile) -> None:
        for group in file.danger:
            finding = Finding(group.intent, group.worry, group.urgency)
            key = f"{group.urgency}:{group.intent}"
            self._findings[key] = finding
            self._add_phrases(key, group.phrases)
        if file.harmless:
            self._add_phrases(HARMLESS, file.harmless)

    def _add_phrases(self, key: str, phrases: list[str]) -> None:
        self._matcher.add(key, [compile_phrase(phrase) for phrase in phrases])
        for phrase in phrases:
            self._sieve.add(phrase)

    def _spans(self, text: str) -> list[tuple[str, int, int]]:
        words = normalise(text).split()
        if not self._sieve.lets_through(words):
            return []
        doc = Doc(self._nlp.vocab, words=words)
        return [(self._nlp.vocab.strings[key], start, end) for key, start, end in self._matcher(doc)]

    def harmless(self, text: str) -> bool:
        """Whether one of the look-alike phrases is in the text."""
        return any(key == HARMLESS for key, _, _ in self._spans(text))

    def find(self, text: str) -> Finding | None:
        """The gravest danger in the text, or None."""
        spans = self._spans(text)
        calm = [(start, end) for key, start, end in spans if key == HARMLESS]
        found = [key for key, start, end in spans if key != HARMLESS and not any(s < end and start < e for s, e in calm)]
        if not found:
            return None
        return self._findings[min(found, key=lambda key: (GRAVEST.index(key[:2]), key))]


def read_safety(path: Path) -> SafetyFile:
    try:
        return SafetyFile.model_validate(read_yaml(path))
    except ValidationError as error:
        first = error.errors()[0]
        raise ContentError(f"{path.name}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def compile_phrase(phrase: str) -> list[dict[str, Any]]:
    """A phrase as a spaCy token pattern."""
    pattern: list[dict[str, Any]] = []
    for word in phrase.split():
        if word == "..":
            pattern += [{"OP": "?"}] * GAP
            continue
        optional = word.endswith("?") and len(word) > 1
        if "?" in word[:-1]:
            raise ContentError(f"the phrase {phrase!r}: a question mark stands at the end of a word")
        token = _token(word[:-1] if optional else word)
        pattern.append({**token, "OP": "?"} if optional else token)
    if not any("OP" not in token for token in pattern):
        raise ContentError(f"the phrase {phrase!r} could match nothing at all")
    return pattern


def _token(word: str) -> dict[str, Any]:
    begins, whole = options(word)
    if not begins:
        return {"ORTH": {"IN": whole}} if len(whole) > 1 else {"ORTH": whole[0]}
    parts = [re.escape(part) + ".*" for part in begins] + [re.escape(part) for part in whole]
    return {"ORTH": {"REGEX": f"^(?:{'|'.join(parts)})$"}}


@lru_cache(maxsize=1)
def finder() -> Finder:
    return Finder()
