"""Plans and meetings: what a plan is, asking for one, and "my questions for the meeting"."""

from __future__ import annotations

from actions.clock import today
from actions.content import Content, content
from actions.dialogue import say
from actions.dialogue.answers import MENU, Question, may_show
from actions.dialogue.say import Choice, Draft, Meta
from actions.vocabulary import Kind

INTENT = "ask_meeting_questions"
PLAN = "ask_plan"
PREFIX = "meeting/"
"""Entity `topic` of the buttons of this module: meeting/<what>, or meeting/<what>/<meeting>."""
Item = dict[str, str]


def _button(label: say.Json, what: str) -> Choice:
    return Choice(label, INTENT, {"topic": PREFIX + what})


WRITE = _button(say.message("button_write_question"), "write")
SHOW = _button(say.message("button_show_list"), "list")
DONE = _button(say.message("button_done"), "done")
CHECK = say.message("check_understanding")
CLEAR = _button(say.message("button_clear_list"), "clear")


def ask_for_plan(role: str) -> Choice:
    """Asks an adult for a plan or a meeting; the form that follows asks for consent."""
    return Choice(say.message("button_plan"), "chat_talk_to_human", {"role": role, "topic": PLAN})


def beside(draft: Draft, question: Question, known: Content | None = None) -> Draft:
    """An answer, with the way to prepare for the meeting it is about, and to ask for a plan."""
    known = known or content()
    meetings = [meeting for meeting in known.meetings.values() if question.intent in meeting.intents]
    more: list[say.Json] = []
    for meeting in meetings:
        if meeting.local and known.municipality(question.municipality).isip:
            more += [say.fact(id_, "means") for id_ in meeting.local if may_show(known.facts[id_], today())]
    last = [choice for choice in draft.choices if choice == MENU]
    kept = [choice for choice in draft.choices if choice != MENU]
    if question.intent == PLAN:
        more.append(say.message("plan_offer"))
        kept = [ask_for_plan(draft.meta.roles[0]), *(choice for choice in kept if choice.intent != "chat_talk_to_human")]
    end = len(draft.parts) - (CHECK in draft.parts)  # "was it clear?" stays last
    draft.parts[end:end] = more
    draft.choices = [*kept, *(_prepare(meeting.id) for meeting in meetings), *last]
    return draft


def _prepare(meeting: str) -> Choice:
    return _button(say.message("button_meeting"), f"card/{meeting}")


def which() -> Draft:
    """What a child can ask at any meeting, the meetings there are cards for, and its own list."""
    cards = [_button(say.ref("meeting", meeting), f"card/{meeting}") for meeting in content().meetings]
    return _draft([say.message("meeting_questions"), say.message("meeting_which")], [WRITE, SHOW, *cards, MENU])


def card(id_: str, municipality: str | None, known: Content | None = None) -> Draft:
    """One meeting: what it is, and what one could ask there."""
    known = known or content()
    meeting = known.meetings[id_]
    wanted = [*meeting.facts, *(meeting.local if known.municipality(municipality).isip else [])]
    facts = [fact_id for fact_id in wanted if may_show(known.facts[fact_id], today())]
    parts = [say.ref("meeting", id_), *(say.fact(fact_id, "means") for fact_id in facts), say.message("meeting_could_ask")]
    parts += [say.ref("meeting", id_, question.id) for question in meeting.questions]
    take = _button(say.message("button_take_questions"), f"take/{id_}")
    draft = _draft(parts, [take, WRITE, SHOW, MENU], facts)
    if id_ == "plan":
        draft.choices.insert(0, ask_for_plan("socialsekreterare"))
    return draft


def start() -> Draft:
    return _draft([say.message("meeting_start"), say.message("meeting_gone")], [DONE, SHOW])


def added(items: list[Item], intent: str | None = None) -> Draft:
    """After a question went into the list. `intent`: what Navet itself could answer about it."""
    answer = [Choice(say.question(intent), intent)] if intent else []
    parts = [say.message("meeting_added"), *([say.message("meeting_answer_now")] if intent else [])]
    return _draft(parts if items else [say.message("meeting_empty")], [DONE, SHOW, *answer])


def listing(items: list[Item]) -> Draft:
    """Every question in the child's language and in Swedish; own words as they were written."""
    if not items:
        return _draft([say.message("meeting_empty")], [WRITE, _button(say.message("button_meeting"), "which"), MENU])
    lines = [say.ref("both", "", of=reference(item)) for item in items]
    parts = [say.message("meeting_list"), *lines, say.message("meeting_show"), say.message("meeting_gone")]
    return _draft(parts, [WRITE, CLEAR, MENU])


def reference(item: Item) -> say.Json:
    """A line of the list as a sentence: a ready question, or the child's own words."""
    meeting, _, question = item.get("ready", "").partition(".")
    return say.ref("meeting", meeting, question) if meeting else say.verbatim(item["text"])


def done(items: list[Item]) -> Draft:
    return _draft([say.message("meeting_done" if items else "meeting_empty")], [SHOW, MENU])


def cleared() -> Draft:
    return _draft([say.message("meeting_cleared")], [WRITE, MENU])


def _draft(parts: list[say.Json], choices: list[Choice], facts: list[str] | None = None) -> Draft:
    meta = Meta(Kind.FACT if facts else Kind.CHAT, INTENT, fact_ids=facts or [])
    return Draft(parts, meta, facts=facts or [], choices=choices)
