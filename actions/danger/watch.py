"""Phrases and model together: what the danger layer says of a message before anything else looks at it."""

from __future__ import annotations

import re
from dataclasses import replace

from actions.content import content
from actions.danger.finder import Finding, finder
from actions.danger.model import NONE, DangerModel, danger_model

SURE = 0.5
"""From this probability the message is taken as danger."""
HINT = 0.1
"""From here up to SURE nothing is decided for the child, but the reply also says where to get help."""


PAYLOAD = re.compile(r"\s*[/\uff0f]\s*\w+(?:_\w+|\s*\{).*", re.DOTALL)
"""A button's payload typed as text: names of intents are not words of a child. bot/turn.py leaves it out as well."""


def find_danger(text: str) -> Finding | None:
    """The gravest danger named in a message, in any language. `sure` is False when it is only a hint."""
    if PAYLOAD.fullmatch(text):
        return None
    phrase = finder().find(text)
    if phrase is not None and phrase.urgency == "U0":
        return phrase
    model = danger_model()
    guess = by_model(model, text) if model else None
    if guess is None or (phrase is not None and not guess.sure):
        return phrase
    if phrase is None:
        return replace(guess, sure=guess.sure and not finder().harmless(text))
    return min(phrase, guess, key=lambda finding: finding.urgency)


def by_model(model: DangerModel, text: str) -> Finding | None:
    """The likeliest danger intent, if danger is likely at all."""
    odds = model.odds(text)
    danger = 1.0 - odds.pop(NONE, 0.0)
    if danger < HINT or not odds:
        return None
    intent = content().intents[max(odds, key=lambda name: odds[name])]
    assert intent.worry is not None, f"{intent.id} is trained as danger but has no worry"
    return Finding(intent.id, intent.worry, str(intent.urgency), sure=danger >= SURE)
