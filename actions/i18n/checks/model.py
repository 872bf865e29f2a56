"""What a check looks at and what it finds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from actions.i18n.languages import Language

REVIEWED = "reviewed-by:"
ACCEPTS = "accepts:"
LIMIT = re.compile(r"At most (\d+) characters")
SAFETY = "SAFETY"


class Severity(StrEnum):
    """An error keeps the catalog out; a warning is work that is left."""

    ERROR = "error"
    WARNING = "warning"


class Defect(StrEnum):
    """What can be wrong. The first thirteen are always refused."""

    PLACEHOLDER = "placeholder"
    PLURAL = "plural-form"
    SAFETY = "safety-not-current"
    NUMBER = "number-or-address"
    NEGATION = "negation"
    BIDI = "bidi-override"
    ISOLATE = "isolate"
    LETTER = "letter"
    MARKUP = "markup"
    SPACE = "space"
    COPY = "untranslated"
    LENGTH = "too-long"
    LANGUAGE = "wrong-language"

    GLOSSARY = "glossary"
    SENTENCE = "long-sentence"
    REVIEW = "review"
    HEADER = "header"
    FILE = "file"
    CONTACT = "literal-contact"


JUDGED = frozenset({Defect.NEGATION, Defect.COPY, Defect.LANGUAGE, Defect.GLOSSARY, Defect.SENTENCE})
"""Defects that a program can only suspect. Two reviewers may accept one of them, in the catalog, with their names."""


@dataclass(frozen=True)
class Pair:
    """One entry of a catalog: the source and what stands for it in one language.

    `forms` has one text, or one for each plural form. `comments` come from the program, `notes` from people.
    """

    file: str
    line: int
    context: str
    domain: str
    language: Language
    source_code: str
    source: str
    forms: tuple[str, ...]
    plural_source: str | None = None
    fuzzy: bool = False
    comments: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    previous: str = ""
    """Of a stale text: the source it was a translation of."""

    @property
    def text(self) -> str:
        return self.forms[0] if self.forms else ""

    @property
    def empty(self) -> bool:
        return not any(self.forms)

    @property
    def limit(self) -> int | None:
        """The most characters a button has room for."""
        found = next(filter(None, map(LIMIT.search, self.comments)), None)
        return int(found[1]) if found else None

    @property
    def safety(self) -> bool:
        return any(comment.startswith(SAFETY) for comment in self.comments)

    @property
    def reviewers(self) -> tuple[str, ...]:
        """Who has read this text, from the note `reviewed-by: A, B`. A person counts once."""
        lines = [note[len(REVIEWED) :] for note in self.notes if note.startswith(REVIEWED)]
        names = [name.strip() for line in lines for name in line.split(",")]
        return tuple(dict.fromkeys(name for name in names if name))

    @property
    def accepted(self) -> frozenset[str]:
        """Suspicions that two reviewers have looked at and found harmless: the note `accepts: negation`."""
        if len(self.reviewers) < 2:
            return frozenset()
        lines = [note[len(ACCEPTS) :].split(" – ")[0] for note in self.notes if note.startswith(ACCEPTS)]
        return frozenset(word for line in lines for word in re.split(r"[\s,]+", line) if word in JUDGED)


@dataclass(frozen=True)
class Finding:
    """One defect at one place, with the words that say how to mend it."""

    defect: Defect
    severity: Severity
    file: str
    line: int
    context: str
    detail: str
    mend: str

    def __str__(self) -> str:
        where = f" [{self.context}]" if self.context else ""
        return f"{self.file}:{self.line}: {self.severity}: {self.defect}{where}: {self.detail} – {self.mend}"


@dataclass(frozen=True)
class Suspicion:
    """What a single check says about one text: the place is added by whoever runs it."""

    defect: Defect
    detail: str
    mend: str
    severity: Severity = Severity.ERROR


Check = Callable[[Pair, str], Iterator[Suspicion]]
"""Looks at a pair and one of its texts (each plural form is looked at on its own)."""
