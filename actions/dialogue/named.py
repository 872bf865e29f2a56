"""Finds the adults a text names ("my guardian"), in every language, from data/names: what is about them is not passed on to them.

bot/components/named_adults.py does the same inside Rasa.
"""

from __future__ import annotations

from functools import lru_cache

import spacy
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

from actions.content import content
from actions.content.loader import DATA, read_yaml
from actions.danger.normalise import normalise


class Names:
    """All names of all languages, compiled once: children mix languages."""

    def __init__(self) -> None:
        self._nlp = spacy.blank("xx")
        self._matcher = PhraseMatcher(self._nlp.vocab)
        for path in sorted((DATA / "names").glob("*.yml")):
            for role, phrases in read_yaml(path)["roles"].items():
                self._matcher.add(role, [self._doc(phrase) for phrase in phrases])

    def _doc(self, text: str) -> Doc:
        return Doc(self._nlp.vocab, words=normalise(text).split() or [" "])

    def roles(self, text: str) -> set[str]:
        """Ids of roles.yml."""
        doc = self._doc(text)
        found = {self._nlp.vocab.strings[key] for key, _, _ in self._matcher(doc)}
        return {role for role in found if role in content().roles}


@lru_cache(maxsize=1)
def names() -> Names:
    return Names()
