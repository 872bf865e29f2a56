"""Which approved facts answer a question at a stage, and what is said when none may be shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from actions.clock import today
from actions.content import Content, content
from actions.content.models import Fact, Intent
from actions.dialogue import say
from actions.dialogue.say import Choice, Draft, Meta
from actions.handoffs.routing import Route
from actions.nav.persons import Nav
from actions.nav.routes import offered
from actions.vocabulary import SOURCE_LANGUAGE, TEMPORARY_PROTECTION, UNKNOWN_STAGE, FactStatus, Kind, Mode

MOST_FACTS = 2
"""How many facts one answer holds: a frightened child reads the first screen."""
ASYLUM = "asylum"
"""The entity `topic` of the button with which a child says that it seeks asylum."""
PROTECTION_FACT = "N-UKRAINE"
SAVED = "ask_what_is_saved"


@dataclass(frozen=True)
class Question:
    """What is asked, and where in the process the child is. `typed` tells a typed question from a pressed button."""

    intent: str
    stage: str | None = None
    municipality: str | None = None
    typed: bool = True
    language: str = SOURCE_LANGUAGE
    seeks_asylum: bool = False  # the child said so; asked only in languages of children who mostly have another protection
    nav: Nav | None = None  # after an access code: the child's own adults

    def route(self, intent: str, known: Content) -> Route:
        """The adults who know more about it."""
        return offered(intent, self.answered_for, self.municipality, self.nav, known=known)

    @property
    def answered_for(self) -> str:
        return self.stage or UNKNOWN_STAGE


@dataclass(frozen=True)
class Selection:
    """`shown` facts; `here` tells whether they belong to the child's own stage; the others may not be shown, or not here."""

    shown: list[Fact]
    here: bool
    withheld: list[Fact]
    elsewhere: list[Fact]


def may_show(fact: Fact, on: date) -> bool:
    """Approved and not past the day it had to be checked again (rule 1)."""
    return fact.status == FactStatus.PUBLISHED and fact.audience != "staff" and fact.text is not None and on <= fact.review_by


def select(intent: Intent, stage: str, municipality: str | None, known: Content | None = None, on: date | None = None) -> Selection:
    """The facts of an intent: those of this stage, else those of other stages; local facts only in their municipality."""
    known, on = known or content(), on or today()
    bound = [known.facts[id_] for id_ in intent.facts if known.facts[id_].audience != "staff"]
    local = [fact for fact in bound if fact.municipality in (None, municipality)]
    showable = [fact for fact in local if may_show(fact, on)]
    here = [fact for fact in showable if stage in fact.stages]
    there = [fact for fact in showable if stage not in fact.stages and fact.stages != ["granted"]]
    return Selection(
        shown=(here or there)[:MOST_FACTS],
        here=bool(here),
        withheld=[fact for fact in local if not may_show(fact, on)],
        elsewhere=[fact for fact in bound if fact not in local],
    )


def answer(question: Question, known: Content | None = None) -> Draft:
    """The reply to a question: an approved fact, or an honest no with the adult who knows."""
    known = known or content()
    intent = known.intents[question.intent]
    route = question.route(intent.id, known)
    found = select(intent, question.answered_for, question.municipality, known)
    if question.language in TEMPORARY_PROTECTION and not question.seeks_asylum and _about_asylum(intent, found, known):
        return _other_protection(question, intent, route, known)
    if intent.mode in (Mode.REFUSE, Mode.HIDDEN, Mode.ROUTE):
        return _refusal(question, intent, route, found)
    if found.shown:
        return _fact(question, intent, route, found)
    missing = "no_local_fact" if found.elsewhere and not found.withheld else "unsure"
    return _honest_no(question, intent, route, missing)


def _about_asylum(intent: Intent, found: Selection, known: Content) -> bool:
    """Whether the answer is about the asylum process. What this chat is, and facts that hold at every stage, are not."""
    return intent.mode != Mode.PRODUCT and not (found.shown and all(set(known.stages) <= set(fact.stages) for fact in found.shown))


def _other_protection(question: Question, intent: Intent, route: Route, known: Content) -> Draft:
    """Temporary protection is another process: no asylum answer is given until the child says that it seeks asylum."""
    facts = [fact.id for fact in [known.facts[PROTECTION_FACT]] if may_show(fact, today())]
    asylum = Choice(say.message("button_asylum"), intent.id, {"topic": ASYLUM})
    return Draft(
        parts=[
            *_opening(question, intent),
            say.message("refuse_ukraine", role=say.your(route.first)),
            *[say.fact(id_, part) for id_ in facts for part in ("do", "why")],
        ],
        meta=_meta(Kind.REFUSAL, intent, route, facts),
        contacts=list(intent.contacts),
        facts=facts,
        choices=[_tell(route.first, intent.id), *_tell_second(route, intent.id), asylum, MENU],
    )


def _fact(question: Question, intent: Intent, route: Route, found: Selection) -> Draft:
    first = found.shown[0]
    parts = _opening(question, intent)
    if question.language in TEMPORARY_PROTECTION and question.seeks_asylum:
        parts.append(say.message("answer_meant_for"))
    if not found.here:
        parts.append(say.message("about_stage", stage=say.stage_name(first.stages[0])))
    parts += [say.fact(fact.id, "means") for fact in found.shown]
    if intent.id == SAVED:
        parts.append(say.message("privacy_questions"))
    parts += [say.fact(first.id, "do"), say.fact(first.id, "why")]
    parts += _doubt(intent, route, found)
    important = any(fact.important for fact in found.shown)
    if important:
        parts.append(say.message("check_understanding"))
    ids = [fact.id for fact in found.shown]
    return Draft(
        parts=parts,
        meta=_meta(Kind.FACT, intent, route, ids),
        contacts=list(intent.contacts),
        facts=ids,
        choices=understanding_choices(intent.id, route.first) if important else _next_choices(intent.id, route.first),
    )


def _doubt(intent: Intent, route: Route, found: Selection) -> list[say.Json]:
    """What is honest to add: there is more that waits for review, this can change, or simply who knows more."""
    adult = say.your(route.first)
    if found.withheld:
        return [say.message("unsure_more", role=adult)]
    if any(fact.time_sensitive for fact in found.shown):
        return [say.message("can_change", role=adult)]
    return [say.message("who_knows", role=adult)] if intent.mode == Mode.FACT_ROUTE else []


def _refusal(question: Question, intent: Intent, route: Route, found: Selection) -> Draft:
    """A question a computer must not answer. Beside a no there may stand an approved fact that helps to bear it."""
    parts = _opening(question, intent)
    parts.append(say.message(intent.refusal or "refuse_adult", role=say.your(route.first)))
    comfort = found.shown[:1] if intent.mode == Mode.REFUSE and found.here else []
    parts += [say.fact(fact.id, "means") for fact in comfort]
    parts.append(say.message("who_knows", role=say.your(route.first)))
    ids = [fact.id for fact in comfort]
    return Draft(
        parts=parts,
        meta=_meta(Kind.REFUSAL, intent, route, ids),
        contacts=list(intent.contacts),
        facts=ids,
        choices=[_tell(route.first, intent.id), *_tell_second(route, intent.id), MENU],
    )


def _honest_no(question: Question, intent: Intent, route: Route, reason: str) -> Draft:
    parts = [*_opening(question, intent), say.message(reason, role=say.your(route.first))]
    return Draft(
        parts=parts,
        meta=_meta(Kind.REFUSAL, intent, route, []),
        contacts=list(intent.contacts),
        choices=[_tell(route.first, intent.id), *_tell_second(route, intent.id), MENU],
    )


def _opening(question: Question, intent: Intent) -> list[say.Json]:
    """Say what was understood, so that a child sees at once when it was something else."""
    return [say.message("you_ask", question=say.question(intent.id))] if question.typed else []


def _meta(kind: Kind, intent: Intent, route: Route, facts: list[str]) -> Meta:
    return Meta(kind=kind, intent=intent.id, urgency=str(intent.urgency), fact_ids=facts, roles=list(route.roles))


MENU = Choice(say.message("button_menu"), "chat_help", {"topic": "menu"})


def _tell(role: str, topic: str) -> Choice:
    return Choice(say.message("button_tell_role", role=say.your(role)), "chat_talk_to_human", {"role": role, "topic": topic})


def _tell_second(route: Route, topic: str) -> list[Choice]:
    return [_tell(role, topic) for role in route.roles[1:2]]


def _next_choices(intent: str, role: str) -> list[Choice]:
    return [_explain(intent), _tell(role, intent), how_you_know(intent), MENU]


def _explain(intent: str) -> Choice:
    return Choice(say.message("button_explain"), "chat_explain_again", {"topic": intent})


def how_you_know(intent: str) -> Choice:
    return Choice(say.message("button_source"), "chat_source", {"topic": intent})


def understanding_choices(intent: str, role: str) -> list[Choice]:
    """After an important answer: clear, explain again, ask an adult (rule 12)."""
    return [_clear(intent), _explain(intent), _tell(role, intent), how_you_know(intent), MENU]


def _clear(intent: str) -> Choice:
    return Choice(say.message("button_clear"), "chat_thanks", {"topic": intent})


def explain_again(intent_id: str, fact_ids: list[str], question: Question, known: Content | None = None) -> Draft:
    """The same facts in the second, simpler wording; an important one asks again whether it was clear.

    Facts that may no longer be shown: the honest no. No facts at all: the adult who can explain.
    """
    known = known or content()
    intent = known.intents[intent_id]
    route = question.route(intent_id, known)
    facts = [known.facts[id_] for id_ in fact_ids if id_ in known.facts and may_show(known.facts[id_], today())]
    if not facts:
        return _honest_no(question, intent, route, "unsure" if fact_ids else intent.refusal or "refuse_adult")
    ids = [fact.id for fact in facts]
    important = any(fact.important for fact in facts)
    parts = [
        say.message("explain_again"),
        *[say.fact(id_, "simpler") for id_ in ids],
        say.message("who_knows", role=say.your(route.first)),
        *([say.message("check_understanding")] if important else []),
    ]
    meta = Meta(kind=Kind.FACT, intent="chat_explain_again", fact_ids=ids, roles=list(route.roles))
    choices = [*([_clear(intent_id)] if important else []), _tell(route.first, intent_id), how_you_know(intent_id), MENU]
    return Draft(parts=parts, meta=meta, facts=ids, choices=choices)


def no_longer_sure(question: Question, known: Content | None = None) -> Draft:
    """What was said before may no longer be shown: too old, or taken back."""
    known = known or content()
    intent = known.intents[question.intent]
    route = question.route(intent.id, known)
    return _honest_no(question, intent, route, "unsure")


def still_true(draft: say.Json, known: Content | None = None) -> say.Json:
    """A message that is shown again, without what may no longer be shown; then the child reads why, and whom to ask."""
    facts = (known or content()).facts
    gone = {id_ for id_ in draft.get("facts", []) if id_ not in facts or not may_show(facts[id_], today())}
    if not gone:
        return draft
    roles = draft["meta"].get("roles") or ["god_man"]
    kept = [part for part in draft["parts"] if not (part["kind"] == "fact" and part["id"] in gone)]
    left = [id_ for id_ in draft["facts"] if id_ not in gone]
    return {
        **draft,
        "parts": [*kept, say.message("unsure_more" if left else "unsure", role=say.your(roles[0]))],
        "facts": left,
        "meta": {**draft["meta"], "fact_ids": left},
    }
