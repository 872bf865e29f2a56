"""What a translation must carry over unchanged: placeholders, numbers, addresses, plain text, the edges, the room there is."""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Iterator

from actions.i18n.checks.model import Defect, Pair, Suspicion
from actions.i18n.placeholders import PLACEHOLDER, placeholders, stray_brace

GAPS = " \u00a0\u202f.,\u066b\u066c"
NUMBER = re.compile(rf"\d+(?:[{GAPS}]\d{{3}}(?!\d))*")
ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>()\[\]{}\"'«»،؛]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b(?:[a-z0-9-]+\.)+(?:se|org|com|nu|eu|net|info)\b",
    re.IGNORECASE,
)
MARKUP = re.compile(r"<|>|&(?:#\d+|#x[0-9a-f]+|[a-z]+);", re.IGNORECASE)
EDGES = string.whitespace + "\u00a0\u202f\u200b\u200c\u200d\u2060\ufeff"


def _sources(pair: Pair) -> list[str]:
    return [source for source in (pair.source, pair.plural_source) if source is not None]


def same_placeholders(pair: Pair, text: str) -> Iterator[Suspicion]:
    """Each placeholder of the source once, spelled the same; no other brace, or the sentence could not be filled in."""
    found = placeholders(text)
    allowed = [placeholders(source) for source in _sources(pair)]
    if found not in allowed:
        lost, new = sorted((allowed[0] - found).elements()), sorted((found - allowed[0]).elements())
        told = [f"lost {', '.join(lost)}" if lost else "", f"new {', '.join(new)}" if new else ""]
        mend = "keep every {placeholder} exactly as it stands in the source, each one once"
        yield Suspicion(Defect.PLACEHOLDER, "; ".join(filter(None, told)), mend)
    elif stray_brace(text):
        yield Suspicion(
            Defect.PLACEHOLDER, "a brace that belongs to no placeholder", "remove it, or mend the placeholder around it"
        )


def digits(text: str) -> str:
    """Digits of every script as 0-9: ۱۱۲ and ١١٢ are 112."""
    return "".join(str(unicodedata.decimal(letter, letter)) for letter in text)


def numbers(text: str) -> Counter[str]:
    """The numbers of a text, without the gaps between groups: 116 111 is 116111."""
    plain = ADDRESS.sub(" ", PLACEHOLDER.sub(" ", digits(text)))
    return Counter(re.sub(f"[{GAPS}]", "", found) for found in NUMBER.findall(plain))


def addresses(text: str) -> Counter[str]:
    return Counter(found.rstrip(".,;:!?").lower() for found in ADDRESS.findall(text))


def same_numbers(pair: Pair, text: str) -> Iterator[Suspicion]:
    if numbers(text) not in [numbers(source) for source in _sources(pair)]:
        mend = "use the numbers of the source, in digits where it has digits; the digits of your language are fine"
        yield Suspicion(Defect.NUMBER, _difference(numbers(pair.source), numbers(text)), mend)
    if addresses(text) not in [addresses(source) for source in _sources(pair)]:
        mend = "use the addresses of the source and no others"
        yield Suspicion(Defect.NUMBER, _difference(addresses(pair.source), addresses(text)), mend)


def _difference(wanted: Counter[str], found: Counter[str]) -> str:
    return f"has {', '.join(sorted(found.elements())) or 'none'} instead of {', '.join(sorted(wanted.elements())) or 'none'}"


def no_markup(pair: Pair, text: str) -> Iterator[Suspicion]:
    """All texts are plain: a tag would be shown as it stands, or run somewhere it must not."""
    if Counter(MARKUP.findall(text)) - Counter(MARKUP.findall(pair.source)):
        yield Suspicion(Defect.MARKUP, "a tag or an HTML entity", "write plain text")


def same_edges(pair: Pair, text: str) -> Iterator[Suspicion]:
    """No space or line break at the beginning or end, beyond what the source has, and as many lines."""
    if _edges(text) != _edges(pair.source):
        yield Suspicion(Defect.SPACE, "begins or ends with a space", "remove spaces and line breaks at the beginning and the end")
    elif text.count("\n") != pair.source.count("\n"):
        yield Suspicion(Defect.SPACE, "has other line breaks than the source", "break the line where the source does")


def _edges(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip(EDGES))], text[len(text.rstrip(EDGES)) :]


def room(pair: Pair, text: str) -> Iterator[Suspicion]:
    """A button has room for so many characters. Marks above and below letters take no room."""
    long = sum(unicodedata.category(letter) not in ("Mn", "Cf") for letter in text)
    if pair.limit is not None and long > pair.limit:
        yield Suspicion(Defect.LENGTH, f"{long} characters, there is room for {pair.limit}", "say it shorter")
