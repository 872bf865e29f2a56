"""Trains the danger model: is this message danger, and which?

Independent of the intent classifier; the web app runs it without Rasa.

Hashed words and word pieces, TF-IDF, a linear support vector machine over the danger intents and "none". The result is a small
file of numbers (data for `actions/danger/model.py`); both sides compute the same features, which a test compares.
"""

from __future__ import annotations

import math
import zlib
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Tuple

import numpy as np
import yaml
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from bot.components.normalise import normalise, skeleton, spell_out

ROOT = Path(__file__).resolve().parents[1]
BUCKETS = 1 << 18
NONE = "none"
NOT_BODILY = {"worry_got_a_no", "worry_appeal_help"}
"""Urgent, but no danger to life or body: their own flow is right for them."""


class View(NamedTuple):
    """One way to look at the text: its mark, its weight, the shortest and longest piece of a word."""

    mark: str
    weight: float
    shortest: int
    longest: int


VIEWS = (View("", 1.0, 2, 5), View("~", 0.5, 2, 4))
"""The words, and their skeletons. The same as in actions/danger/model.py."""


def pieces(view: View, text: str) -> Iterator[str]:
    """Words, pairs of words, and pieces of words with their edges."""
    words = text.split()
    yield from (view.mark + word for word in words)
    yield from (f"{view.mark}{one} {two}" for one, two in zip(words, words[1:]))
    for word in words:
        edged = f" {word} "
        for length in range(view.shortest, view.longest + 1):
            if length >= len(edged):
                yield f"{view.mark}#{edged}"
                break
            yield from (f"{view.mark}#{edged[start : start + length]}" for start in range(len(edged) - length + 1))


def counts(text: str) -> List[Dict[int, int]]:
    """For each view: bucket -> how often."""
    known = normalise(text)
    result = []
    for view, seen in zip(VIEWS, (spell_out(known), skeleton(known))):
        found: Dict[int, int] = {}
        for piece in pieces(view, seen):
            bucket = zlib.crc32(piece.encode("utf-8")) % BUCKETS
            found[bucket] = found.get(bucket, 0) + 1
        result.append(found)
    return result


def features(row: List[Dict[int, int]], idf: "np.ndarray") -> Dict[int, float]:
    """Bucket -> weight: (1 + log count) x idf, each view scaled to its weight."""
    result: Dict[int, float] = {}
    for view, found in zip(VIEWS, row):
        values = {bucket: (1 + math.log(count)) * idf[bucket] for bucket, count in found.items()}
        scale = view.weight / (math.sqrt(sum(value * value for value in values.values())) or 1.0)
        for bucket, value in values.items():
            result[bucket] = result.get(bucket, 0.0) + value * scale
    return result


def danger_intents() -> List[str]:
    listed = yaml.safe_load((ROOT / "data" / "intents.yml").read_text(encoding="utf-8"))["intents"]
    grave = {entry["id"] for entry in listed if entry["kind"] == "worry" and entry["urgency"] in ("U0", "U1")}
    return sorted(grave - NOT_BODILY)


def examples() -> Tuple[List[str], List[str]]:
    """All NLU examples; those of danger keep their intent, the rest is "none"."""
    danger = set(danger_intents())
    texts, labels = [], []
    for path in sorted((ROOT / "data" / "nlu").glob("*/*.yml")):
        intent = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("- intent: "):
                intent = line[10:].strip()
            elif line.startswith("    - "):
                texts.append(line[6:])
                labels.append(intent if intent in danger else NONE)
    return texts, labels


def fit(texts: List[str], labels: List[str]) -> Dict[str, "np.ndarray"]:
    """Weights, bias, idf and class names."""
    rows = [counts(text) for text in texts]
    seen = np.zeros(BUCKETS)
    for row in rows:
        for found in row:
            seen[list(found)] += 1
    idf = np.log((1 + len(rows)) / (1 + seen)) + 1
    data: List[float] = []
    places: List[int] = []
    starts = [0]
    for row in rows:
        found_features = features(row, idf)
        data += list(found_features.values())
        places += list(found_features)
        starts.append(len(places))
    matrix = csr_matrix((np.asarray(data, np.float32), places, starts), shape=(len(rows), BUCKETS))
    model = LinearSVC(C=1.0, random_state=1).fit(matrix, labels)
    return {
        "weights": model.coef_.T.astype(np.float16),
        "bias": model.intercept_.astype(np.float32),
        "idf": idf.astype(np.float32),
        "classes": np.array([str(name) for name in model.classes_]),
    }


def train(path: Path) -> None:
    """Learn from data/nlu and write the file."""
    texts, labels = examples()
    np.savez_compressed(path, **fit(texts, labels))
