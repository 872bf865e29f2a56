"""Tells in microseconds that no danger phrase can be in a text, so that most messages never meet spaCy's matcher.

It looks only at which words are there, not at their order: it may let a text through in vain, it never holds one back that matches.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from actions.danger.normalise import normalise

Needs = frozenset[str]


def options(word: str) -> tuple[list[str], list[str]]:
    """What one word of a phrase allows: beginnings of words, and whole words."""
    parts = [part.strip() for part in word.split("|")]
    begins = [normalise(part[:-1]) for part in parts if part.endswith("*")]
    return begins, [normalise(part) for part in parts if not part.endswith("*")]


class Sieve:
    """The phrases, found by the words they cannot do without."""

    def __init__(self) -> None:
        self._whole: defaultdict[str, set[str]] = defaultdict(set)  # word of a text -> words of phrases it meets
        self._begins: defaultdict[str, set[str]] = defaultdict(set)  # beginning of a word of a text -> the same
        self._lengths: set[int] = set()  # of those beginnings
        self._phrases: defaultdict[str, set[Needs]] = defaultdict(set)  # word of a phrase -> phrases that need it

    def add(self, phrase: str) -> None:
        """`phrase` as in data/safety. Words that may be missing, and gaps, tell nothing and are left out."""
        needs = frozenset(word for word in phrase.split() if word != ".." and not (word.endswith("?") and len(word) > 1))
        for need in needs:
            begins, whole = options(need)
            for word in whole:
                self._whole[word].add(need)
            for begin in begins:
                self._begins[begin].add(need)
                self._lengths.add(len(begin))
            self._phrases[need].add(needs)

    def lets_through(self, words: Iterable[str]) -> bool:
        """Whether all words that some phrase needs are among the words of a text (normalised)."""
        met: set[str] = set()
        for word in words:
            met |= self._whole.get(word, frozenset())
            for length in self._lengths:
                met |= self._begins.get(word[:length], frozenset())
        return any(needs <= met for need in met for needs in self._phrases[need])
