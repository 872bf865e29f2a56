"""The intent classifier: words and pieces of words, one linear model for all languages.

Measured against Rasa's default pipeline in docs/nlu.md (`make nlu-report`). A message may hold several sentences; the gravest
thing said anywhere in it counts (docs/chat-api.md: a message that is both a question and a worry reports the graver one).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from pathlib import Path
from typing import Any, Callable, Dict, List, Tuple

import joblib
import numpy as np
import yaml
from joblib import parallel_backend
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.multiclass import OneVsRestClassifier
from sklearn.svm import LinearSVC

from bot.components.normalise import normalise, skeleton, spell_out

ROOT = Path(__file__).resolve().parents[2]
RANKING = 10
OUT_OF_SCOPE = "out_of_scope"
SENTENCE = re.compile(r"[.!?;\n\u061f\u06d4\u1362\u1367]+\s*")
CLAUSE = re.compile(r"[.!?;,\n\u061f\u06d4\u060c\u1362\u1367]+\s*|\s+(?:och|men|and|but)\s+")
LEAST_WORDS = 3
SURE_SENTENCE = 0.6
SURE_CLAUSE = 0.9
Ranking = List[Tuple[str, float]]


def _words(**more: Any) -> TfidfVectorizer:
    return TfidfVectorizer(analyzer="word", token_pattern=r"\S+", ngram_range=(1, 2), sublinear_tf=True, dtype=np.float32, **more)


def _pieces(longest: int) -> TfidfVectorizer:
    return TfidfVectorizer(analyzer="char_wb", ngram_range=(2, longest), min_df=2, sublinear_tf=True, dtype=np.float32)


VECTORIZERS: List[Callable[[], TfidfVectorizer]] = [_words, lambda: _pieces(5), lambda: _words(min_df=2), lambda: _pieces(4)]
VIEW_OF_VECTORIZER = (0, 0, 1, 1)
"""The first two see the text, the others the skeletons of its words: a child may leave out vowels or write in Latin letters."""
WEIGHT_OF_VECTORIZER = (1.0, 1.0, 0.5, 0.5)
"""Skeletons help where a script leaves vowels out and blur where it does not; half the weight was best over the eight languages."""


def two_views(text: str) -> Tuple[str, str]:
    known = normalise(text)
    return spell_out(known), skeleton(known)


class Weighted:
    """A fitted TfidfVectorizer reduced to what one message needs; sklearn's own path costs 3 ms a message, this one 0.2."""

    def __init__(self, fitted: TfidfVectorizer, offset: int, weight: float) -> None:
        self.pieces: Callable[[str], List[str]] = fitted.build_analyzer()
        self.places: Dict[str, int] = fitted.vocabulary_
        self.idf: np.ndarray = fitted.idf_
        self.offset = offset
        self.weight = weight

    def features(self, text: str) -> Tuple[List[int], List[float]]:
        """Column numbers and weights: (1 + log count) x idf, scaled to the length `weight`."""
        found = Counter(self.pieces(text))
        places = [(self.places[piece], count) for piece, count in found.items() if piece in self.places]
        values = [(1.0 + math.log(count)) * self.idf[place] for place, count in places]
        scale = self.weight / (math.sqrt(sum(value * value for value in values)) or 1.0)
        return [self.offset + place for place, _ in places], [value * scale for value in values]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearIntentClassifier(GraphComponent, IntentClassifier):
    """TF-IDF of words and word pieces into a linear support vector machine; margins become probabilities by a softmax."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        return {"C": 0.5, "tolerance": 1e-3, "jobs": 2, "sharpness": 6.0, "out_of_scope_bias": 0.2}

    def __init__(self, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self.config = config
        self._model_storage = model_storage
        self._resource = resource
        self.vectorizers: List[TfidfVectorizer] = []
        self.weights: np.ndarray = np.zeros((0, 0), np.float16)  # (features, intents)
        self.bias: np.ndarray = np.zeros(0, np.float32)
        self.intents: List[str] = []
        self._weighted: List[Weighted] = []
        self._lift: np.ndarray = np.zeros(0, np.float32)
        listed = yaml.safe_load((ROOT / "data" / "intents.yml").read_text(encoding="utf-8"))["intents"]
        self.urgency = {entry["id"]: entry["urgency"] for entry in listed}

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> "LinearIntentClassifier":
        return cls(config, model_storage, resource)

    # --- learning

    def train(self, training_data: TrainingData) -> Resource:
        examples = [(example.get(TEXT), example.get(INTENT)) for example in training_data.intent_examples if example.get(TEXT)]
        self.fit([text for text, _ in examples], [intent for _, intent in examples])
        self._persist()
        return self._resource

    def fit(self, texts: List[str], intents: List[str]) -> None:
        """Learn from texts and their intents."""
        views = [two_views(text) for text in texts]
        self.vectorizers = [make() for make in VECTORIZERS]
        parts = [
            vectorizer.fit_transform([view[number] for view in views]) * np.float32(weight)
            for vectorizer, number, weight in zip(self.vectorizers, VIEW_OF_VECTORIZER, WEIGHT_OF_VECTORIZER)
        ]
        matrix = hstack(parts).tocsr()
        matrix.sum_duplicates()  # now: scipy would do it in place on first use, in several threads at once
        machine = LinearSVC(C=float(self.config["C"]), tol=float(self.config["tolerance"]), random_state=1)
        with parallel_backend("threading"):  # liblinear lets go of the interpreter while it works
            model = OneVsRestClassifier(machine, n_jobs=int(self.config["jobs"])).fit(matrix, intents)
        self.weights = np.ascontiguousarray(np.vstack([one.coef_ for one in model.estimators_]).T.astype(np.float16))
        self.bias = np.concatenate([one.intercept_ for one in model.estimators_]).astype(np.float32)
        self.intents = [str(name) for name in model.classes_]
        self._prepare()

    def _prepare(self) -> None:
        for vectorizer in self.vectorizers:
            vars(vectorizer).pop("stop_words_", None)  # rare pieces that were left out: 27 MB that nobody asks for
        offsets = np.cumsum([0, *[len(vectorizer.vocabulary_) for vectorizer in self.vectorizers]])
        self._weighted = [
            Weighted(vectorizer, int(offset), weight)
            for vectorizer, offset, weight in zip(self.vectorizers, offsets, WEIGHT_OF_VECTORIZER)
        ]
        self._lift = np.zeros(len(self.intents), np.float32)
        if OUT_OF_SCOPE in self.intents:
            self._lift[self.intents.index(OUT_OF_SCOPE)] = float(self.config["out_of_scope_bias"])

    # --- understanding

    def rank(self, text: str) -> Ranking:
        """Intents with probabilities, best first."""
        views, places, values = two_views(text), [], []
        for weighted, number in zip(self._weighted, VIEW_OF_VECTORIZER):
            more_places, more_values = weighted.features(views[number])
            places += more_places
            values += more_values
        margins = np.asarray(values, np.float32) @ self.weights[places].astype(np.float32) + self.bias + self._lift
        odds = np.exp((margins - margins.max()) * float(self.config["sharpness"]))
        odds /= odds.sum()
        best = np.argsort(-odds)[:RANKING]
        return [(self.intents[index], float(odds[index])) for index in best]

    def gravest(self, text: str) -> Ranking:
        """The ranking of the whole message, unless one sentence of it is clearly a graver worry."""
        whole = self.rank(text)
        best, found = self._grave(whole[0][0]), whole
        for parts, sure, urgencies in (
            (SENTENCE.split(text), SURE_SENTENCE, ("U0", "U1", "U2")),
            (CLAUSE.split(text), SURE_CLAUSE, ("U0", "U1")),
        ):
            parts = [part for part in parts if len(part.split()) >= LEAST_WORDS]
            for part in parts if len(parts) > 1 else ():
                ranking = self.rank(part)
                name, odds = ranking[0]
                if name.startswith("worry_") and odds >= sure and self._grave(name) in urgencies and self._grave(name) < best:
                    best, found = self._grave(name), [ranking[0], *[entry for entry in whole if entry[0] != name]]
        return found

    def _grave(self, intent: str) -> str:
        return self.urgency.get(intent, "U3")

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            ranking = [{"name": name, "confidence": odds} for name, odds in self.gravest(message.get(TEXT) or "")]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data

    # --- keeping

    def _persist(self) -> None:
        with self._model_storage.write_to(self._resource) as folder:
            kept = {"vectorizers": self.vectorizers, "weights": self.weights, "bias": self.bias, "intents": self.intents}
            joblib.dump(kept, Path(folder) / "model.joblib", compress=1)

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "LinearIntentClassifier":
        made = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            kept = joblib.load(Path(folder) / "model.joblib")
        made.vectorizers, made.weights, made.bias, made.intents = (
            kept["vectorizers"],
            kept["weights"],
            kept["bias"],
            kept["intents"],
        )
        made._prepare()
        return made
