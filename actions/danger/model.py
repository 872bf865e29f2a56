"""The danger model at work: numbers trained by bot/danger_model.py, read here without any learning library.

It stands beside the phrases and beside Rasa's classifier, and answers in well under a millisecond also when Rasa is down.
"""

from __future__ import annotations

import itertools
import math
import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from actions.danger.normalise import normalise, skeleton, spell_out
from actions.errors import SettingsError
from actions.settings import settings

NONE = "none"
SHARPNESS = 4.0


class View(NamedTuple):
    """One way to look at the text: its mark, its weight, the shortest and longest piece of a word."""

    mark: str
    weight: float
    shortest: int
    longest: int


VIEWS = (View("", 1.0, 2, 5), View("~", 0.5, 2, 4))
"""The words, and their skeletons. The same as in bot/danger_model.py."""


def pieces(view: View, text: str) -> Iterator[str]:
    """Words, pairs of words, and pieces of words with their edges."""
    words = text.split()
    yield from (view.mark + word for word in words)
    yield from (f"{view.mark}{one} {two}" for one, two in itertools.pairwise(words))
    for word in words:
        edged = f" {word} "
        for length in range(view.shortest, view.longest + 1):
            if length >= len(edged):
                yield f"{view.mark}#{edged}"
                break
            yield from (f"{view.mark}#{edged[start : start + length]}" for start in range(len(edged) - length + 1))


class DangerModel:
    """Probabilities of the danger intents for a text."""

    def __init__(self, path: Path) -> None:
        with np.load(path, allow_pickle=False) as kept:
            self._weights: Any = kept["weights"]
            self._bias: Any = kept["bias"]
            self._idf: list[float] = kept["idf"].tolist()
            self._classes = [str(name) for name in kept["classes"]]

    def features(self, text: str) -> dict[int, float]:
        """Bucket -> weight: (1 + log count) x idf, each view scaled to its weight."""
        known = normalise(text)
        found: dict[int, float] = {}
        for view, seen in zip(VIEWS, (spell_out(known), skeleton(known)), strict=True):
            counts: dict[int, int] = {}
            for piece in pieces(view, seen):
                bucket = zlib.crc32(piece.encode()) % len(self._idf)
                counts[bucket] = counts.get(bucket, 0) + 1
            values = {bucket: (1 + math.log(count)) * self._idf[bucket] for bucket, count in counts.items()}
            scale = view.weight / (math.sqrt(sum(value * value for value in values.values())) or 1.0)
            for bucket, value in values.items():
                found[bucket] = found.get(bucket, 0.0) + value * scale
        return found

    def odds(self, text: str) -> dict[str, float]:
        """Intent (or "none") -> probability."""
        found = self.features(text)
        if not found:
            return {NONE: 1.0}
        places = list(found)
        values = np.fromiter(found.values(), np.float32)
        margins = values @ self._weights[places].astype(np.float32) + self._bias
        shares = np.exp((margins - margins.max()) * SHARPNESS)
        shares /= shares.sum()
        return dict(zip(self._classes, shares.tolist(), strict=True))


@lru_cache(maxsize=1)
def danger_model() -> DangerModel | None:
    """The model that belongs to Rasa's. None when none is set: then the phrases stand alone."""
    name = settings().danger_model
    if not name:
        return None
    if not Path(name).is_file():
        raise SettingsError(f"NAVET_DANGER_MODEL names no file: {name}. It is trained beside Rasa's model: navet train.")
    return DangerModel(Path(name))
