"""How long the sentences are that a child reads."""

from __future__ import annotations

import re
from collections.abc import Iterator

from actions.i18n.checks.meaning import BRACKETS
from actions.i18n.checks.model import Defect, Pair, Severity, Suspicion

WARN_WORDS = 15
MOST_WORDS = 20
END = re.compile(r"[.!?؟…።፧፨\n:：]+")
WORD = re.compile(r"[^\W\d_]+(?:['’ʼ\u200c-][^\W\d_]+)*|\{[a-z0-9_]+\}|\d+")


def longest(text: str) -> int:
    """Words in the longest sentence. Swedish words in brackets are heard, not read."""
    return max((len(WORD.findall(sentence)) for sentence in END.split(BRACKETS.sub(" ", text))), default=0)


def sentences(pair: Pair, text: str) -> Iterator[Suspicion]:
    if pair.domain == "staff":
        return
    words = longest(text)
    if words > WARN_WORDS:
        severity = Severity.ERROR if words > MOST_WORDS else Severity.WARNING
        mend = f"make two sentences: a frightened child reads at most {WARN_WORDS} words at a time"
        yield Suspicion(Defect.SENTENCE, f"a sentence of {words} words", mend, severity)
