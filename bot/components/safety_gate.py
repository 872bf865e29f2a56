"""Last word of the pipeline: danger beats everything, doubt is admitted.

The web app's danger layer sends what it found with the message (`context.danger`); together with the classifier's own view it
decides whether this message is danger. Below the threshold the message counts as not understood.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List

import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message

ROOT = Path(__file__).resolve().parents[2]
FALLBACK = "nlu_fallback"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class SafetyGate(GraphComponent):
    """`threshold`: below it the child is asked what was meant. `danger_floor`: how much probability on U0 intents is enough.
    `agreement`: how much on U0 and U1 intents turns a mere hint of the danger layer into danger."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        return {"threshold": 0.1, "danger_floor": 0.3, "agreement": 0.2}

    def __init__(self, config: Dict[str, Any]) -> None:
        self.threshold = float(config["threshold"])
        self.floor = float(config["danger_floor"])
        self.agreement = float(config["agreement"])
        listed = yaml.safe_load((ROOT / "data" / "intents.yml").read_text(encoding="utf-8"))["intents"]
        self.urgency = {entry["id"]: entry["urgency"] for entry in listed}
        self.acute = {id_ for id_, urgency in self.urgency.items() if urgency == "U0"}
        self.grave = {id_ for id_, urgency in self.urgency.items() if urgency in ("U0", "U1")}

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> "SafetyGate":
        return cls(config)

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            ranking = message.get("intent_ranking") or []
            found = (message.get("metadata") or {}).get("danger")
            message.set(INTENT, self.decide(ranking, found), add_to_output=True)
        return messages

    def decide(self, ranking: List[Dict[str, Any]], found: Any) -> Dict[str, Any]:
        """The intent that counts, with its confidence."""
        best = ranking[0] if ranking else {"name": FALLBACK, "confidence": 0.0}
        acute = [entry for entry in ranking if entry["name"] in self.acute]
        if acute and sum(entry["confidence"] for entry in acute) >= self.floor:
            return acute[0]
        if found and self.urgency.get(best["name"], "U3") > found["urgency"] and self.agreed(ranking, found):
            return {"name": found["intent"], "confidence": 1.0}
        if best["confidence"] < self.threshold:
            return {"name": FALLBACK, "confidence": best["confidence"]}
        return best

    def agreed(self, ranking: List[Dict[str, Any]], found: Dict[str, Any]) -> bool:
        """A hint alone decides nothing: the web app then adds where to get help to whatever is answered."""
        return (
            bool(found.get("sure", True))
            or sum(entry["confidence"] for entry in ranking if entry["name"] in self.grave) >= self.agreement
        )
