"""What a program can suspect about the meaning: a lost "not", a copy, another language."""

from __future__ import annotations

import re
from collections.abc import Iterator

from actions.i18n.checks.glossary import glossary
from actions.i18n.checks.model import Defect, Pair, Suspicion
from actions.i18n.checks.same import ADDRESS
from actions.i18n.detect import SCRIPTS, confidences
from actions.i18n.languages import languages
from actions.i18n.placeholders import PLACEHOLDER

SAYS_NO = {
    "sv": re.compile(r"\b(?:inte|aldrig|ingen|(?<!kostar )inget|inga|ingenting|varken)\b", re.IGNORECASE),
    "en": re.compile(r"\b(?:not|never|nobody|nothing|cannot|neither)\b|\w+n['’]t\b", re.IGNORECASE),
}
"""How the two source languages say no. "Det kostar inget" is an idiom: other languages say "free"."""
BRACKETS = re.compile(r"[(\[（][^()\[\]（）]*[)\]）]")
WORD = re.compile(r"[^\W\d_]+")
FEW_LETTERS = 4
MOST_FOREIGN = 0.4
SURE = 0.85
"""Above this the detector is believed when it names another language."""
HARDLY = 0.08
"""Below this it does not believe in the expected one at all."""
ENOUGH_WORDS = 4
OTHERS = {"ru": "Russian", "ur": "Urdu", "de": "German", "da": "Danish"}
ENOUGH_OWN = 40
"""In so many letters of Pashto or Tigrinya at least one that the neighbouring languages do not have."""


def negation(pair: Pair, text: str) -> Iterator[Suspicion]:
    """The source says not, never or nobody, and the translation does not say no in any way of its language."""
    said = SAYS_NO[pair.source_code].search(pair.source)
    if said and pair.language.negation and not re.search(pair.language.negation, text, re.IGNORECASE):
        mend = f"say the “{said[0].lower()}” of the source; a lost “not” turns the meaning round"
        yield Suspicion(Defect.NEGATION, f"“{said[0].lower()}” is lost", mend)


def remainder(text: str) -> str:
    """What must be in the language itself: without brackets, placeholders, addresses and names that stay as they are."""
    while (shorter := BRACKETS.sub(" ", text)) != text:
        text = shorter
    text = ADDRESS.sub(" ", PLACEHOLDER.sub(" ", text))
    return " ".join(word for word in WORD.findall(text) if word.casefold() not in glossary().kept)


def copy(pair: Pair, text: str) -> Iterator[Suspicion]:
    """The source once more. One or two words may be the same in two languages that share their letters."""
    if text.casefold().strip() != pair.source.casefold().strip():
        return
    words = [word for word in remainder(text).split() if len(word) > 1]
    if len(words) > 2 or (words and pair.language.script != languages()[pair.source_code].script):
        yield Suspicion(
            Defect.COPY, "the same as the source", "translate it, or leave it empty: then the source is shown and marked"
        )


def tongue(pair: Pair, text: str) -> Iterator[Suspicion]:
    """Text of another script or language. Short strings and names tell nothing and pass."""
    rest = remainder(text)
    share = _foreign(rest, pair.language.script)
    mend = f"write it in {pair.language.english}; Swedish words stand in brackets"
    if share is not None and share > MOST_FOREIGN:
        yield Suspicion(Defect.LANGUAGE, f"{share:.0%} of the letters are of another script", mend)
        return
    own = pair.language.own_letters
    if own and len(rest) >= ENOUGH_OWN and not set(own) & set(rest):
        yield Suspicion(Defect.LANGUAGE, f"has none of the letters {' '.join(own[:8])}", mend)
        return
    other = _detected(rest, pair.language.detect)
    if other:
        yield Suspicion(Defect.LANGUAGE, f"reads like {other}", mend)


def _foreign(text: str, script: str) -> float | None:
    """The share of letters of other scripts; None when there are too few to tell."""
    letters = [letter for letter in text if letter.isalpha()]
    if len(letters) < FEW_LETTERS:
        return None
    return 1 - sum(bool(SCRIPTS[script].match(letter)) for letter in letters) / len(letters)


def _detected(text: str, expected: str | None) -> str | None:
    """The English name of another language when the detector is sure of it and does not believe in the expected one."""
    if expected is None or len(text.split()) < ENOUGH_WORDS:
        return None
    values = confidences(text)
    best = next(iter(values))
    return _name(best) if values[best] > SURE and values.get(expected, 1.0) < HARDLY else None


def _name(iso: str) -> str:
    return next((entry.english for entry in languages().values() if entry.detect == iso), OTHERS.get(iso, iso))
