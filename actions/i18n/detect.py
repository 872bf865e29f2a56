"""Which language a text is written in: by its script, then by letters only one language has, then by a detector on this machine.

Nothing leaves the process. Short or mixed texts, and Arabic or Persian in Latin letters, tell too little: then the answer is None.
"""

from __future__ import annotations

import re
from functools import lru_cache

from actions.i18n.languages import Language, languages

SCRIPTS = {
    "Latn": re.compile(r"[A-Za-z\u00c0-\u024f]"),
    "Arab": re.compile(r"[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]"),
    "Ethi": re.compile(r"[\u1200-\u139f\u2d80-\u2ddf]"),
    "Cyrl": re.compile(r"[\u0400-\u052f]"),
}
NEIGHBOURS = ("ru", "ur", "de", "da")
"""Languages we do not speak but must not take for one that we do."""
FEW_LETTERS = 4
MOSTLY = 0.7
"""The share of letters of one script, and the detector's confidence, from which a language is named."""
FEW_WORDS = 3
WORD = re.compile(r"[^\W\d_]+")


def confidences(text: str) -> dict[str, float]:
    """ISO 639-1 code -> how sure the detector is, best first. The values add up to 1."""
    found = _detector().compute_language_confidence_values(text)
    return {entry.language.iso_code_639_1.name.lower(): float(entry.value) for entry in found}


def written_in(text: str) -> str | None:
    """The code of the language of a child's message, when it is plain enough to name it."""
    letters = [letter for letter in text if letter.isalpha()]
    if len(letters) < FEW_LETTERS:
        return None
    counts = {name: sum(bool(script.match(letter)) for letter in letters) for name, script in SCRIPTS.items()}
    script = max(counts, key=lambda name: counts[name])
    if counts[script] / len(letters) < MOSTLY:
        return None
    possible = [entry for entry in languages().values() if entry.script == script]
    own = [entry for entry in possible if entry.own_letters and set(entry.own_letters) & set(letters)]
    if own:
        return own[0].code
    if len(possible) == 1 and not possible[0].detect:
        return possible[0].code
    return _by_detector(text)


def _by_detector(text: str) -> str | None:
    if len(WORD.findall(text)) < FEW_WORDS:
        return None
    iso, value = next(iter(confidences(text).items()))
    found = _by_iso().get(iso)
    return found.code if found and value >= MOSTLY else None


def _by_iso() -> dict[str, Language]:
    return {entry.detect: entry for entry in languages().values() if entry.detect}


@lru_cache(maxsize=1)
def _detector():  # type: ignore[no-untyped-def]  # the class is compiled and has no types
    """Built when first needed: it reads the models of the languages it meets, about 20 MB."""
    from lingua import IsoCode639_1, LanguageDetectorBuilder

    codes = dict.fromkeys([*_by_iso(), *NEIGHBOURS])
    return LanguageDetectorBuilder.from_iso_codes_639_1(*[getattr(IsoCode639_1, str(code).upper()) for code in codes]).build()
