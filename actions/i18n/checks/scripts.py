"""Letters and invisible marks: what turns the order of a line, and letters of a neighbouring language that look the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from actions.i18n.checks.model import Defect, Pair, Suspicion

OVERRIDES = re.compile("[\u202a-\u202e]")
OPEN = "\u2066\u2067\u2068"
CLOSE = "\u2069"
CYRILLIC_AND_LATIN = re.compile(r"(?=\w*[a-zA-Z])(?=\w*[\u0400-\u04ff])\w+")


def overrides(pair: Pair, text: str) -> Iterator[Suspicion]:
    """Overrides and embeddings can make 112 read as 211. The program isolates numbers itself."""
    marks = OVERRIDES.findall(text) + [letter for letter in text if unicodedata.category(letter) == "Cc" and letter != "\n"]
    if marks:
        names = ", ".join(f"U+{ord(mark):04X}" for mark in dict.fromkeys(marks))
        yield Suspicion(
            Defect.BIDI, f"the invisible character {names}", "remove it; numbers and names keep their order by themselves"
        )


def isolates(pair: Pair, text: str) -> Iterator[Suspicion]:
    """Each isolate that is opened in a paragraph is closed in it."""
    for paragraph in text.split("\n"):
        depth = 0
        for letter in paragraph:
            depth += (letter in OPEN) - (letter == CLOSE)
            if depth < 0:
                break
        if depth:
            mend = "remove the invisible characters U+2066 to U+2069, or use them in pairs"
            yield Suspicion(Defect.ISOLATE, "an isolate that is not closed, or closed twice", mend)
            return


def letters(pair: Pair, text: str) -> Iterator[Suspicion]:
    """Letters that another language writes: Arabic ي and ك in Dari, Russian ы in Ukrainian (`letters` of languages.yml)."""
    wrong = [letter for letter in pair.language.letters if letter in text and letter not in pair.source]
    if wrong:
        swaps = ", ".join(f"{pair.language.letters[letter]} instead of {letter} (U+{ord(letter):04X})" for letter in wrong)
        yield Suspicion(Defect.LETTER, "letters of another language", f"write {swaps}")
    mixed = CYRILLIC_AND_LATIN.search(text)
    if mixed:
        yield Suspicion(Defect.LETTER, f"Latin letters inside {mixed[0]}", "write the whole word in one script")
