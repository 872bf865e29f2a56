"""Actions that answer questions, or say that they do not understand."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions.clock import today
from actions.content import content
from actions.dialogue import answers, conversation, say
from actions.dialogue.render import Renderer
from actions.dialogue.say import Choice, Draft, Meta
from actions.i18n import languages
from actions.vocabulary import Kind
from actions.webhook.base import Events, NavetAction, ask_stage_if_unknown, remember, utter
from actions.webhook.conversation import ActionChangeLanguage
from actions.webhook.turn import SURE, Turn


class ActionAnswer(NavetAction):
    """An approved fact with its source, or the honest no with the adult who knows."""

    action_name = "action_answer"

    def act(self, turn: Turn, dispatcher: CollectingDispatcher) -> Events:
        draft = answers.answer(turn.question)
        unsure = turn.typed and turn.confidence < SURE and turn.guesses
        if unsure:
            draft.meta.alternatives = turn.guesses
        utter(dispatcher, draft, turn.language)
        if unsure:
            utter(dispatcher, conversation.maybe_also(turn.guesses), turn.language)
        ask_stage_if_unknown(turn, dispatcher)
        facts = draft.meta.fact_ids
        important = any(content().facts[id_].important for id_ in facts)
        return [remember(str(draft.meta.kind), turn.intent, facts, important)]


class ActionExplainAgain(NavetAction):
    """The last answer in other, simpler words."""

    action_name = "action_explain_again"

    def act(self, turn: Turn, dispatcher: CollectingDispatcher) -> Events:
        last = turn.last_answer
        intent = turn.entities.get("topic") or str(last.get("intent") or "")
        if intent not in content().intents or not intent.startswith(("ask_", "worry_")):
            draft = conversation.chat(
                say.message("explain_none"), intent=turn.intent, choices=conversation.menu_choices(turn.stage)
            )
            utter(dispatcher, draft, turn.language)
        else:
            facts = list(last.get("facts") or []) if last.get("intent") == intent else _facts_now(intent, turn)
            utter(dispatcher, answers.explain_again(intent, facts, turn.question), turn.language)
        return []


def _facts_now(intent: str, turn: Turn) -> list[str]:
    found = answers.select(content().intents[intent], turn.stage or "unknown", turn.municipality)
    return [fact.id for fact in found.shown]


class ActionSource(NavetAction):
    """Where the last fact comes from, and who checked it when."""

    action_name = "action_source"

    def act(self, turn: Turn, dispatcher: CollectingDispatcher) -> Events:
        facts = [id_ for id_ in turn.last_answer.get("facts") or [] if id_ in content().facts]
        shown = [content().facts[id_] for id_ in facts if answers.may_show(content().facts[id_], today())]
        if not shown:
            draft = conversation.chat(say.message("source_none"), intent=turn.intent, choices=[answers.MENU])
        else:
            draft = _sources(turn, [fact.id for fact in shown])
        utter(dispatcher, draft, turn.language)
        return []


def _sources(turn: Turn, facts: list[str]) -> Draft:
    found = Renderer(turn.language).sources([content().facts[id_] for id_ in facts])
    parts = [
        say.message(
            "source",
            source=", ".join(filter(None, (entry["title"], entry["organisation"], entry["year"]))),
            date=entry["checked_on"],
        )
        for entry in found
    ]
    topic = str(turn.last_answer.get("intent"))
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
    action_name = "action_out_of_scope"

    def act(self, turn: Turn, dispatcher: CollectingDispatcher) -> Events:
        utter(dispatcher, conversation.out_of_scope(turn.stage), turn.language)
        return [remember("fallback", "out_of_scope")]
