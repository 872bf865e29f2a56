"""Actions of the conversation itself: small talk, language, stage, map, delete, a bare yes or no."""

from __future__ import annotations

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.content import content
from actions.dialogue import answers, conversation, danger, say, worries
from actions.dialogue.say import Choice, Draft
from actions.i18n import languages, offered
from actions.webhook.base import Events, NavetAction, remember, utter
from actions.webhook.turn import Turn


class ActionSmallTalk(NavetAction):
    """Greeting, thanks, goodbye, who are you, help, anger."""

    action_name = "action_small_talk"

    def act(self, turn: Turn, dispatcher: CollectingDispatcher) -> Events:
        utter(dispatcher, self._draft(turn), turn.language)
        return []

    def _draft(self, turn: Turn) -> Draft:
        if turn.entities.get("topic") == "menu":
            return conversation.menu(turn.stage, turn.intent)
        text = say.message(turn.intent if turn.intent in content().messages else "menu")
        choices = [conversation.HUMAN, answers.MENU] if turn.intent == "chat_insult" else conversation.menu_choices(turn.stage)
        return conversation.chat(
            *worries.calm(turn.intent), text, intent=turn.intent, choices=[] if turn.intent == "chat_goodbye" else choices
        )


class ActionChangeLanguage(NavetAction):
    """By button, or by naming a language."""

    action_name = "action_change_language"

    def act(self, turn: Turn, dispatcher: CollectingDispatcher) -> Events:
        wanted = turn.entities.get("language")
        if wanted in {entry.code for entry in offered()}:
            utter(dispatcher, conversation.language_changed(str(wanted), turn.stage), str(wanted))
            return [SlotSet("language", wanted)]
        text = "language_unknown" if wanted in languages() else "choose_language"
        draft = conversation.chat(say.message(text), intent=turn.intent, choices=conversation.language_choices())
        utter(dispatcher, draft, turn.language)
        return []


class ActionChangeStage(NavetAction):
    action_name = "action_change_stage"

    def act(self, turn: Turn, dispatcher: CollectingDispatcher) -> Events:
        wanted = turn.entities.get("stage")
        if wanted in content().stages:
            utter(dispatcher, conversation.stage_set(str(wanted)), turn.language)
            return [SlotSet("stage", wanted)]
        utter(dispatcher, conversation.ask_stage(), turn.language)
        return []


class ActionWhereAmI(NavetAction):
    action_name = "action_where_am_i"

    def act(self, turn: Turn, dispatcher: CollectingDispatcher) -> Events:
        utter(dispatcher, conversation.where_am_i(turn.stage), turn.language)
        return []


class ActionDelete(NavetAction):
    """Asks once; the web app erases when the slot `erase` comes back."""

    action_name = "action_delete"

    def act(self, turn: Turn, dispatcher: CollectingDispatcher) -> Events:
        match turn.entities.get("consent"):
            case "yes":
                utter(dispatcher, conversation.chat(say.message("deleted"), intent=turn.intent), turn.language)
                return [SlotSet("erase", True)]
            case "no":
                utter(dispatcher, conversation.menu(turn.stage, turn.intent), turn.language)
                return []
        choices = [
            Choice(say.message("button_delete_yes"), "chat_delete", {"consent": "yes"}),
            Choice(say.message("button_delete_no"), "chat_delete", {"consent": "no"}),
        ]
        utter(dispatcher, conversation.chat(say.message("delete_confirm"), intent=turn.intent, choices=choices), turn.language)
        return [remember("delete", turn.intent)]


class ActionYesOrNo(NavetAction):
    """A bare yes or no means something only after a question: am I safe, was it clear, shall I delete."""

    action_name = "action_yes_or_no"

    def act(self, turn: Turn, dispatcher: CollectingDispatcher) -> Events:
        yes = turn.intent == "chat_yes"
        last = turn.last_answer
        safe = turn.entities.get("safe")
        if safe or last.get("kind") == "danger":
            utter(dispatcher, danger.after(safe or ("yes" if yes else "no")), turn.language)
            return [remember("chat", turn.intent)] if safe == "better" else []
        if last.get("kind") == "fact" and last.get("important") and not yes:
            draft = answers.explain_again(str(last["intent"]), list(last["facts"]), turn.question)
            utter(dispatcher, draft, turn.language)
            return []
        if last.get("kind") == "delete" and yes:
            utter(dispatcher, conversation.chat(say.message("deleted"), intent=turn.intent), turn.language)
            return [SlotSet("erase", True)]
        draft = conversation.chat(say.message(turn.intent), intent=turn.intent, choices=conversation.menu_choices(turn.stage))
        utter(dispatcher, draft, turn.language)
        return [remember("chat", turn.intent)]
