"""What an action needs to know of the running turn, read from Rasa's tracker in one place."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from rasa_sdk.interfaces import Tracker

from actions.content import content
from actions.dialogue.answers import ASYLUM, Question
from actions.dialogue.worries import Told
from actions.nav.load import nav_of
from actions.nav.persons import Nav
from actions.vocabulary import SOURCE_LANGUAGE, TEMPORARY_PROTECTION

SURE = 0.8
"""At or above this confidence an answer stands alone; below it other guesses are offered beside it."""
GUESS = 0.04
"""A guess less likely than this is not worth a button."""
NEVER_GUESSED = frozenset(
    {"out_of_scope", "nlu_fallback", "chat_yes", "chat_no", "chat_greet", "chat_thanks", "chat_goodbye", "chat_insult"}
)


@dataclass(frozen=True)
class Turn:
    """One message of a child as the actions see it. `key` names it for good: the same message always has the same.

    `entities` holds the first value of each kind; `named` every adult that was named.
    """

    conversation: str
    key: str
    intent: str
    confidence: float
    guesses: list[str]
    entities: dict[str, str]
    named: list[str]
    typed: bool
    language: str
    stage: str | None
    municipality: str | None
    slots: dict[str, Any] = field(default_factory=dict)
    form: str | None = None
    child: str | None = None  # after an access code: whose chat it is
    read_before: Nav | None = None  # its nav, when `read_ahead` has fetched it

    @classmethod
    def read(cls, tracker: Tracker) -> Turn:
        message = tracker.latest_message or {}
        entities = message.get("entities") or []
        context = message.get("metadata") or {}
        intent = (message.get("intent") or {}).get("name") or "nlu_fallback"
        ranking = message.get("intent_ranking") or []
        return cls(
            conversation=tracker.sender_id,
            key=str(context.get("turn") or ""),
            intent=intent,
            confidence=float((message.get("intent") or {}).get("confidence") or 0.0),
            guesses=_guesses(intent, ranking),
            entities={entity["entity"]: str(entity["value"]) for entity in reversed(entities)},
            named=list(dict.fromkeys(str(entity["value"]) for entity in entities if entity["entity"] in ("about", "role"))),
            typed=bool(message.get("text")),
            language=tracker.get_slot("language") or SOURCE_LANGUAGE,
            stage=tracker.get_slot("stage"),
            municipality=tracker.get_slot("municipality"),
            slots=dict(tracker.slots),
            form=(tracker.active_loop or {}).get("name"),
            child=context["child"] if isinstance(context.get("child"), str) else None,
            read_before=context.get("nav") if isinstance(context.get("nav"), Nav) else None,
        )

    @cached_property
    def nav(self) -> Nav | None:
        """The child's nav, read once a turn; a chat without a code costs no query."""
        return self.read_before or nav_of(self.child)

    @property
    def question(self) -> Question:
        return self.question_about(self.intent)

    def question_about(self, intent: str) -> Question:
        place = self.nav.municipality if self.nav else self.municipality
        return Question(intent, self.stage, place, self.typed, self.language, self.seeks_asylum, self.nav)

    @property
    def seeks_asylum(self) -> bool:
        """The child has said so with a button, now or earlier; `last_answer` carries it along (`actions.webhook.base`)."""
        return self.entities.get("topic") == ASYLUM or bool(self.last_answer.get(ASYLUM))

    @property
    def about(self) -> list[str]:
        """Whom the prepared handoff is about, as roles."""
        stored = self.slots.get("about")
        return [] if stored in (None, "none") else [role for role in str(stored).split(",") if role in content().roles]

    def told(self, topic: str | None = None) -> Told:
        """The matter being prepared for an adult."""
        chosen = topic or self.slots.get("topic") or "chat_talk_to_human"
        return self.told_of(str(chosen), self.about)

    def told_of(self, topic: str, about: list[str] | None = None) -> Told:
        municipality = self.nav.municipality if self.nav else self.municipality
        asylum = self.language not in TEMPORARY_PROTECTION or self.seeks_asylum
        return Told(topic, self.stage, municipality, about or [], self.nav, asylum)

    @property
    def last_answer(self) -> dict[str, Any]:
        stored = self.slots.get("last_answer")
        return stored if isinstance(stored, dict) else {}


def read_ahead(tracker: Tracker) -> None:
    """Fetch the nav into the call, for code that runs where waiting for a database would hold up other calls."""
    turn = Turn.read(tracker)
    if turn.nav is not None:
        tracker.latest_message["metadata"]["nav"] = turn.nav


def _guesses(intent: str, ranking: list[Any]) -> list[str]:
    """Other meanings worth a button, best first. For a message that was not understood the first guess is one of them."""
    found = [
        str(entry["name"])
        for entry in ranking
        if float(entry["confidence"]) >= GUESS and entry["name"] in content().intents and entry["name"] not in NEVER_GUESSED
    ]
    return [name for name in found if name != intent][:3]
