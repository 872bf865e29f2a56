"""Finds named adults ("min gode man") and languages ("kan vi prata arabiska") with spaCy's PhraseMatcher. Lists are data."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List

import spacy
import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

from bot.components.normalise import normalise

ROOT = Path(__file__).resolve().parents[2]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class NamedAdultExtractor(GraphComponent, EntityExtractorMixin):
    """Entities `role` (ids of data/roles.yml) and `language` (codes of locales/languages.yml), longest match first."""

    def __init__(self, config: Dict[str, Any]) -> None:
        self._nlp = spacy.blank("xx")
        self._matcher = PhraseMatcher(self._nlp.vocab)
        for name, phrases in self._phrases().items():
            self._matcher.add(name, [self._doc(phrase) for phrase in phrases])

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> "NamedAdultExtractor":
        return cls(config)

    def _doc(self, text: str) -> Doc:
        return Doc(self._nlp.vocab, words=normalise(text).split() or [" "])

    def _phrases(self) -> Dict[str, List[str]]:
        found: Dict[str, List[str]] = {}
        for path in sorted((ROOT / "data" / "names").glob("*.yml")):
            for role, phrases in yaml.safe_load(path.read_text(encoding="utf-8"))["roles"].items():
                found.setdefault(f"role:{role}", []).extend(phrases)
        for entry in yaml.safe_load((ROOT / "locales" / "languages.yml").read_text(encoding="utf-8"))["languages"]:
            found[f"language:{entry['code']}"] = [entry["name"], *entry["aliases"]]
        return found

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            found = self._find(message.get(TEXT) or "")
            message.set(ENTITIES, [*message.get(ENTITIES, []), *found], add_to_output=True)
        return messages

    def _find(self, text: str) -> List[Dict[str, Any]]:
        doc = self._doc(text)
        spans = spacy.util.filter_spans([doc[start:end] for _, start, end in self._matcher(doc)])
        labels = {(start, end): self._nlp.vocab.strings[key] for key, start, end in self._matcher(doc)}
        entities = []
        for span in spans:
            kind, _, value = labels[(span.start, span.end)].partition(":")
            entities.append({"entity": kind, "value": value, "start": 0, "end": 0, "extractor": "NamedAdultExtractor"})
        return entities
