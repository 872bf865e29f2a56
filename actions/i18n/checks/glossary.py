"""One approved word for each term of the asylum process in each language (locales/glossary.yml)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from pydantic import BaseModel, ConfigDict, ValidationError

from actions.content.loader import read_yaml
from actions.errors import ContentError
from actions.i18n.checks.model import Defect, Pair, Severity, Suspicion
from actions.i18n.languages import LOCALES
from actions.vocabulary import SOURCE_LANGUAGE

ALIKE = str.maketrans(
    {"ي": "ی", "ى": "ی", "ك": "ک", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ة": "ه", "ۀ": "ه", "’": "'", "ʼ": "'"}
)
INVISIBLE = re.compile("[\u0640\u200c\u200d\u200e\u200f\u2066-\u2069]")


class Word(BaseModel):
    """`term` is the approved word. `forms` are the stems by which it is known again when it is bent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    term: str
    forms: list[str]


class Term(BaseModel):
    """`sv` is the term; `found` are the Swedish words that mean it in a text, with `*` for any ending."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sv: str
    found: list[str]
    words: dict[str, Word]

    def said_in(self, text: str) -> bool:
        return bool(_pattern(tuple(self.found)).search(text))


class Glossary(BaseModel):
    """`names` stay as they are in every language: a child will hear and read them so."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    names: list[str]
    terms: list[Term]

    @property
    def kept(self) -> frozenset[str]:
        return _kept(tuple(self.names))


@lru_cache(maxsize=8)
def _kept(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word.casefold() for name in names for word in re.findall(r"[^\W\d_]+", name))


@lru_cache(maxsize=512)
def _pattern(found: tuple[str, ...]) -> re.Pattern[str]:
    words = [re.escape(word).replace(r"\*", r"\w*") for word in found]
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)


@lru_cache(maxsize=1)
def glossary() -> Glossary:
    try:
        return Glossary.model_validate(read_yaml(LOCALES / "glossary.yml"))
    except ValidationError as error:
        raise ContentError(f"locales/glossary.yml: {error}") from None


def plain(text: str) -> str:
    """Without what writers do differently: case, vowel signs, lengthening, look-alike letters."""
    spelled = INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold()
    bare = "".join(letter for letter in unicodedata.normalize("NFD", spelled) if unicodedata.category(letter) != "Mn")
    return unicodedata.normalize("NFC", bare).translate(ALIKE)


def approved_terms(pair: Pair, text: str) -> Iterator[Suspicion]:
    """Every term that the Swedish names is called by its approved word."""
    if pair.source_code != SOURCE_LANGUAGE:
        return
    spelled = plain(text)
    for term in glossary().terms:
        word = term.words.get(pair.language.code)
        if word and term.said_in(pair.source) and not any(plain(form) in spelled for form in word.forms):
            severity = Severity.WARNING if pair.language.status == "draft" else Severity.ERROR
            yield Suspicion(Defect.GLOSSARY, f"“{term.sv}” is not called by its name", f"use “{word.term}”", severity)


def lost_names(pair: Pair, text: str) -> Iterator[Suspicion]:
    """Names in the Swedish text stand in the translation in the same letters."""
    for name in glossary().names:
        found = _pattern((name,))
        if found.search(pair.source) and name.casefold() not in text.casefold():
            yield Suspicion(Defect.GLOSSARY, f"the name {name} is lost", f"keep {name} in these letters", Severity.WARNING)
