"""Cleans what a child typed, without changing what it says."""

from __future__ import annotations

import re
import unicodedata

from actions.errors import TooLarge, Unprocessable
from actions.vocabulary import TEXT_LIMIT

_BIDI = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\n{3,}")


def clean(text: str) -> str:
    """Text without control characters and bidi overrides (they can make a sentence read as another one).

    Raises `TooLarge` above 1,000 characters and `Unprocessable` when nothing is left.
    """
    if len(text) > TEXT_LIMIT:
        raise TooLarge(f"At most {TEXT_LIMIT} characters.", limit=TEXT_LIMIT)
    kept = "".join(char for char in text.translate(_BIDI) if char in "\n\t" or not _is_control(char))
    kept = _LINES.sub("\n\n", _SPACES.sub(" ", kept)).strip()
    if not kept:
        raise Unprocessable("The text is empty.", field="text")
    return kept


def _is_control(char: str) -> bool:
    """Cc and lone surrogates. Cf stays: joiners belong to Persian spelling and to emoji."""
    return unicodedata.category(char) in ("Cc", "Cs", "Co", "Cn") or char == "\ufeff"
