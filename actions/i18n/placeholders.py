"""`{tel_112}`, `{role}`: what the program fills in.

Numbers, addresses and names reach a child only this way, so that no translation can change them."""

from __future__ import annotations

import re
from collections import Counter

PLACEHOLDER = re.compile(r"\{[a-z0-9_]+\}")


def placeholders(text: str) -> Counter[str]:
    """Each placeholder of a text with how often it stands there."""
    return Counter(PLACEHOLDER.findall(text)) if "{" in text else Counter()


def stray_brace(text: str) -> bool:
    """Whether a brace belongs to no placeholder: such a sentence could not be filled in."""
    rest = PLACEHOLDER.sub("", text)
    return "{" in rest or "}" in rest


def fillable(source: str, text: str) -> bool:
    """Whether a translation can stand for its source: the same placeholders, no stray brace."""
    return placeholders(source) == placeholders(text) and not stray_brace(text)
