"""All actions, by the name Rasa calls them."""

from __future__ import annotations

from functools import lru_cache

from rasa_sdk.interfaces import Action

from actions.webhook import answers, conversation, worries

CLASSES: tuple[type[Action], ...] = (
    answers.ActionAnswer,
    answers.ActionExplainAgain,
    answers.ActionSource,
    answers.ActionDidYouMean,
    answers.ActionOutOfScope,
    worries.ActionWorry,
    worries.ActionDanger,
    worries.ActionTalkToHuman,
    worries.ValidateHandoffForm,
    worries.ActionAskAbout,
    worries.ActionAskRecipient,
    worries.ActionAskOwnWords,
    worries.ActionAskConsent,
    worries.ActionFinishHandoff,
    worries.ActionHandoffStatus,
    worries.ActionWithdrawHandoff,
    conversation.ActionSmallTalk,
    conversation.ActionChangeLanguage,
    conversation.ActionChangeStage,
    conversation.ActionWhereAmI,
    conversation.ActionDelete,
    conversation.ActionYesOrNo,
)


@lru_cache(maxsize=1)
def actions() -> dict[str, Action]:
    return {action.name(): action for action in (class_() for class_ in CLASSES)}
