"""Greeting, privacy, stage, menu, small talk: everything that is neither a fact nor a worry."""

from __future__ import annotations

from actions.content import Content, content
from actions.dialogue import say
from actions.dialogue.say import Choice, Draft, Meta
from actions.i18n import language, offered
from actions.vocabulary import UNKNOWN_STAGE, Kind

MOST_ALTERNATIVES = 3


def chat(
    *parts: say.Json, intent: str | None = None, choices: list[Choice] | None = None, contacts: list[str] | None = None
) -> Draft:
    """A plain message of the conversation itself."""
    return Draft(parts=list(parts), meta=Meta(Kind.CHAT, intent), choices=choices or [], contacts=contacts or [])


def opening(stage: str | None, municipality: str | None, code: str | None = None) -> list[Draft]:
    """The first messages: a computer, what is saved and who reads it, then where the child is.

    `code` says what became of an access code: known | wrong | later.
    """
    start = [
        chat(say.message("greeting"), intent="chat_greet"),
        chat(
            say.message("privacy"),
            say.message("privacy_questions"),
            hours(municipality),
            intent="ask_what_is_saved",
            contacts=["112", "bris"],
        ),
    ]
    if code is not None:
        start.append(code_answer(code))
    return [*start, menu(stage) if stage else ask_stage()]


def code_answer(code: str) -> Draft:
    """What became of an access code: known | wrong | later."""
    means = [say.message("code_means")] if code == "known" else []
    return chat(say.message(f"code_{code}"), *means, intent="chat_greet")


def hours(municipality: str | None, known: Content | None = None) -> say.Json:
    """When humans read (PR-14). Hours nobody has checked are not stated to the minute."""
    profile = (known or content()).municipality(municipality)
    weekday = profile.hours.get("monday", "")
    if profile.hours_verified_on is None or "-" not in weekday:
        return say.message("hours_unknown")
    opens, closes = weekday.split("-", 1)
    return say.message("hours_known", opens=opens, closes=closes)


def ask_stage() -> Draft:
    return chat(say.message("ask_stage"), intent="chat_change_stage", choices=stage_choices())


def stage_choices() -> list[Choice]:
    return [Choice(say.stage_name(id_), "chat_change_stage", {"stage": id_}) for id_ in content().stages]


def stage_set(stage: str) -> Draft:
    if stage == UNKNOWN_STAGE:
        return chat(say.message("menu"), intent="chat_change_stage", choices=menu_choices(stage))
    return chat(say.message("stage_set", stage=say.stage_name(stage)), intent="chat_change_stage", choices=menu_choices(stage))


def menu(stage: str | None, intent: str | None = "chat_help") -> Draft:
    return chat(say.message("menu"), intent=intent, choices=menu_choices(stage))


def menu_choices(stage: str | None) -> list[Choice]:
    """What children at this stage ask most, then the ways out: a human, another stage."""
    top = content().stages[stage or UNKNOWN_STAGE].top
    return [
        *[Choice(say.question(intent), intent) for intent in top],
        HUMAN,
        SENT,
        Choice(say.message("button_stage"), "chat_change_stage"),
    ]


SENT = Choice(say.question("chat_handoff_status"), "chat_handoff_status")
HUMAN = Choice(say.message("button_human"), "chat_talk_to_human")


def alternatives(intents: list[str]) -> list[Choice]:
    return [Choice(say.question(intent), intent) for intent in intents[:MOST_ALTERNATIVES]]


def did_you_mean(guesses: list[str]) -> Draft:
    """Not understood: up to three guesses as buttons, and the way to a human."""
    meta = Meta(Kind.FALLBACK, intent=guesses[0] if guesses else None, alternatives=guesses[:MOST_ALTERNATIVES])
    parts = [say.message("fallback" if guesses else "fallback_none")]
    ways = [HUMAN, Choice(say.message("button_more"), "chat_help", {"topic": "menu"})]
    return Draft(parts=parts, meta=meta, choices=[*alternatives(guesses), *ways])


def out_of_scope(stage: str | None) -> Draft:
    meta = Meta(Kind.FALLBACK, intent="out_of_scope")
    return Draft([say.message("out_of_scope")], meta, choices=menu_choices(stage))


def maybe_also(guesses: list[str]) -> Draft:
    """Beside an answer that may have missed the point."""
    return Draft([say.message("maybe_also")], Meta(Kind.CHAT), choices=alternatives(guesses))


def language_choices() -> list[Choice]:
    return [Choice(say.language_name(entry.code), "chat_change_language", {"language": entry.code}) for entry in offered()]


def language_changed(code: str, stage: str | None) -> Draft:
    parts = [say.message("language_changed", language=say.language_name(code)), *drafted(code)]
    return chat(*parts, intent="chat_change_language", choices=menu_choices(stage))


def drafted(code: str) -> list[say.Json]:
    """What a child must know of a language whose texts nobody has reviewed."""
    draft = language(code).status == "draft"
    return [say.message("draft_language", language=say.language_name(code))] if draft else []


def continue_in(code: str, spoken: str) -> Draft:
    """The child writes another language than the chat speaks. The buttons are names of languages: both can be read."""
    choices = [Choice(say.language_name(name), "chat_change_language", {"language": name}) for name in (code, spoken)]
    return chat(say.message("continue_in", language=say.language_name(code)), intent="chat_change_language", choices=choices)


def where_am_i(stage: str | None) -> Draft:
    if stage in (None, UNKNOWN_STAGE):
        return chat(say.message("where_am_i_unknown"), intent="chat_where_am_i", choices=stage_choices())
    return chat(say.message("where_am_i", stage=say.stage_name(str(stage))), intent="chat_where_am_i", choices=menu_choices(stage))


def degraded(contacts: tuple[str, ...] = ("112", "bris")) -> Draft:
    """The fixed safe answer when a part is down."""
    return Draft([say.message("degraded")], Meta(Kind.DEGRADED), contacts=list(contacts))
