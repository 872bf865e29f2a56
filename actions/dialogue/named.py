"""Finds the adults a text names ("my guardian"), in every language: what is about them is not passed on to them.

From data/names, as bot/components/named_adults.py does inside Rasa, and from the catalogs: the words the chat itself uses for an
adult are the least that is understood in a language nobody has written a list for.
"""

from __future__ import annotations

from functools import lru_cache

import spacy
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

from actions.content import content
from actions.content.loader import DATA, read_yaml
from actions.danger.normalise import normalise
from actions.i18n import catalogs, languages


class Names:
    """All names of all languages, compiled once: children mix languages."""

    def __init__(self) -> None:
        self._nlp = spacy.blank("xx")
        self._matcher = PhraseMatcher(self._nlp.vocab)
        for path in sorted((DATA / "names").glob("*.yml")):
            for role, phrases in read_yaml(path)["roles"].items():
                self._matcher.add(role, [self._doc(phrase) for phrase in phrases])
        for role, entry in content().roles.items():
            shown = [
                catalogs().content(code, f"role.{role}.{part}", source)
                for part, source in (("sv", entry.sv), ("your", entry.your))
                for code in languages()
            ]
            self._matcher.add(role, [self._doc(_bare(one.text)) for one in shown if one.status in ("source", "current")])

    def _doc(self, text: str) -> Doc:
        return Doc(self._nlp.vocab, words=normalise(text).split() or [" "])

    def roles(self, text: str) -> set[str]:
        """Ids of roles.yml."""
        doc = self._doc(text)
        found = {self._nlp.vocab.strings[key] for key, _, _ in self._matcher(doc)}
        return {role for role in found if role in content().roles}


def _bare(name: str) -> str:
    """Without the Swedish word in brackets that translations carry."""
    return name.partition("(")[0]


@lru_cache(maxsize=1)
def names() -> Names:
    return Names()
