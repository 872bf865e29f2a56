"""Actions that answer questions, or say that they do not understand."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions.clock import today
from actions.content import content
from actions.dialogue import answers, conversation, local, plans, say, who
from actions.dialogue.render import Renderer
from actions.dialogue.say import Choice, Draft, Meta
from actions.i18n import languages
from actions.vocabulary import UNKNOWN_STAGE, Kind
from actions.webhook import meeting
from actions.webhook.base import Events, NavetAction, ask_stage_if_unknown, remember, utter
from actions.webhook.conversation import ActionChangeLanguage
from actions.webhook.turn import SURE, Turn


class ActionAnswer(NavetAction):
    """An approved fact with its source, or the honest no with the adult who knows."""

    action_name = "action_answer"

    def act(self, turn: Turn, dispatcher: CollectingDispatcher) -> Events:
        if turn.entities.get("topic") == who.WHO:
            return self._who(turn, dispatcher)
        if meeting.wanted(turn):
            return self._meeting(turn, dispatcher)
        draft = plans.beside(answers.answer(turn.question), turn.question)
        draft = local.beside(draft, turn.intent, turn.municipality)
        unsure = turn.typed and turn.confidence < SURE and turn.guesses
        if unsure:
            draft.meta.alternatives = turn.guesses
        utter(dispatcher, draft, turn.language)
        if unsure:
            utter(dispatcher, conversation.maybe_also(turn.guesses), turn.language)
        elif turn.intent == who.INTENT:
            utter(dispatcher, who.overview(turn.stage, turn.municipality), turn.language)
        elif turn.intent == plans.INTENT:
            utter(dispatcher, plans.which(), turn.language)
        ask_stage_if_unknown(turn, dispatcher)
        facts = draft.meta.fact_ids
        important = any(content().facts[id_].important for id_ in facts)
        return [remember(str(draft.meta.kind), turn.intent, facts, important)]

    def _who(self, turn: Turn, dispatcher: CollectingDispatcher) -> Events:
        """All adults of the stage, or the card of one."""
        role = turn.entities.get("role")
        known = role in who.helpers(turn.stage, turn.municipality)
        draft = who.card(str(role), turn.stage, turn.municipality) if known else who.overview(turn.stage, turn.municipality)
        utter(dispatcher, draft, turn.language)
        return [remember(str(draft.meta.kind), turn.intent, draft.meta.fact_ids)]

    def _meeting(self, turn: Turn, dispatcher: CollectingDispatcher) -> Events:
        draft = meeting.pressed(turn)
        utter(dispatcher, draft, turn.language)
        return [remember(str(draft.meta.kind), turn.intent, draft.meta.fact_ids)]


class ActionExplainAgain(NavetAction):
    """The last answer in other, simpler words."""

    action_name = "action_explain_again"

    def act(self, turn: Turn, dispatcher: CollectingDispatcher) -> Events:
        topic = _topic(turn)
        if topic is None:
            choices = conversation.menu_choices(turn.stage)
            draft = conversation.chat(say.message("explain_none"), intent=turn.intent, choices=choices)
        else:
            draft = answers.explain_again(topic, _said(topic, turn), turn.question)
        utter(dispatcher, draft, turn.language)
        return []


class ActionSource(NavetAction):
    """Where the last fact comes from, and who checked it when."""

    action_name = "action_source"

    def act(self, turn: Turn, dispatcher: CollectingDispatcher) -> Events:
        utter(dispatcher, self._draft(turn), turn.language)
        return []

    def _draft(self, turn: Turn) -> Draft:
        topic = _topic(turn)
        said = _said(topic, turn) if topic else []
        facts = [id_ for id_ in said if id_ in content().facts and answers.may_show(content().facts[id_], today())]
        if facts:
            return _sources(turn, facts, str(topic))
        if said:
            return answers.no_longer_sure(turn.question_about(str(topic)))
        return conversation.chat(say.message("source_none"), intent=turn.intent, choices=[answers.MENU])


def _topic(turn: Turn) -> str | None:
    """The question or worry that is meant: the pressed button's, else the last one."""
    intent = turn.entities.get("topic") or str(turn.last_answer.get("intent") or "")
    return intent if intent in content().intents and intent.startswith(("ask_", "worry_")) else None


def _said(intent: str, turn: Turn) -> list[str]:
    """The facts that were said about it: the last answer's, or those an older button stands under."""
    last = turn.last_answer
    if last.get("intent") == intent:
        return list(last.get("facts") or [])
    found = answers.select(content().intents[intent], turn.stage or UNKNOWN_STAGE, turn.municipality)
    return [fact.id for fact in found.shown]


def _sources(turn: Turn, facts: list[str], topic: str) -> Draft:
    found = Renderer(turn.language).sources([content().facts[id_] for id_ in facts])
    parts = [
        say.message(
            "source",
            source=", ".join(filter(None, (entry["title"], entry["organisation"], entry["year"]))),
            date=entry["checked_on"],
        )
        for entry in found
    ]
    choices = [Choice(say.message("button_explain"), "chat_explain_again", {"topic": topic}), answers.MENU]
    return Draft(parts, Meta(Kind.FACT, "chat_source", fact_ids=facts), facts=facts, choices=choices)


class ActionDidYouMean(NavetAction):
    """Not understood: up to three guesses and the way to a human. Whoever names a language wants to speak it."""

    action_name = "action_did_you_mean"

    def act(self, turn: Turn, dispatcher: CollectingDispatcher) -> Events:
        if turn.entities.get("language") in languages():
            return ActionChangeLanguage().act(turn, dispatcher)
        utter(dispatcher, conversation.did_you_mean(turn.guesses), turn.language)
        return [remember("fallback", "nlu_fallback")]


class ActionOutOfScope(NavetAction):
    """Nothing of ours. A language that is named counts only when changing it was among the guesses: food has languages too."""

    action_name = "action_out_of_scope"

    def act(self, turn: Turn, dispatcher: CollectingDispatcher) -> Events:
        if turn.entities.get("language") in languages() and "chat_change_language" in turn.guesses:
            return ActionChangeLanguage().act(turn, dispatcher)
        utter(dispatcher, conversation.out_of_scope(turn.stage), turn.language)
        return [remember("fallback", "out_of_scope")]
