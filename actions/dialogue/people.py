"""What a child reads when people write: who is there, where its own words go, what became of what it sent."""

from __future__ import annotations

from actions.content import content
from actions.dialogue import say
from actions.dialogue.answers import MENU
from actions.dialogue.conversation import HUMAN
from actions.dialogue.render import render
from actions.dialogue.say import Choice, Draft, Meta
from actions.vocabulary import HandoffState, Helped, Kind

WRITE, PASS_ON = "write", "pass_on"
"""What the buttons of this module do (entity `talk`). The web app itself acts on them, so they work when Rasa is down."""
STATUS = "chat_handoff_status"


def who(role: str | None) -> say.Json:
    """An adult inside a sentence. A coordinator has no role a child knows."""
    return say.your(role) if role in content().roles else say.message("person_municipality")


def known(role: str | None) -> list[str]:
    """For `meta.roles`, which holds ids of roles.yml only."""
    return [role] if role in content().roles and role is not None else []


def _draft(
    parts: list[say.Json], handoff_id: str, role: str | None, choices: list[Choice], contacts: list[str] | None = None
) -> Draft:
    meta = Meta(Kind.HANDOFF, roles=known(role), handoff_id=handoff_id)
    return Draft(parts, meta, choices=choices, contacts=contacts or [])


# --- buttons


def write_button(handoff_id: str, role: str | None) -> Choice:
    label = say.message("button_write_person", role=who(role))
    return Choice(label, "chat_talk_to_human", {"talk": WRITE, "handoff": handoff_id})


def pass_on_button(handoff_id: str, role: str | None, message_id: str) -> Choice:
    """Send on what was written before. The child decides, and sees to whom."""
    label = say.message("button_pass_on", role=who(role))
    return Choice(label, "chat_talk_to_human", {"talk": PASS_ON, "handoff": handoff_id, "message": message_id})


# --- while somebody writes


def here(handoff_id: str, role: str | None) -> Draft:
    """Before the first words of a person: who it is, and that the child's next words go there."""
    parts = [say.message("person_here", role=who(role)), say.message("person_reads", role=who(role))]
    return _draft(parts, handoff_id, role, [MENU])


def here_now(handoff_id: str, role: str | None, unsent: str) -> Draft:
    """The child wrote before it could know that a person is there: nothing was sent on, and it may be."""
    parts = [say.message("person_here", role=who(role)), say.message("not_passed")]
    return _draft(parts, handoff_id, role, [pass_on_button(handoff_id, role, unsent), MENU])


def left(handoff_id: str, role: str | None) -> Draft:
    """The bot is back."""
    return _draft([say.message("person_left")], handoff_id, role, [write_button(handoff_id, role), MENU])


def left_before(handoff_id: str, role: str | None, unsent: str) -> Draft:
    """The same in answer to a message that came just too late. It may still be sent on."""
    parts = [say.message("person_left"), say.message("not_passed")]
    return _draft(parts, handoff_id, role, [pass_on_button(handoff_id, role, unsent), MENU])


def passed_on(handoff_id: str, role: str | None) -> Draft:
    return _draft([say.message("passed_on", role=who(role))], handoff_id, role, [MENU], ["112"])


def write_now(handoff_id: str, role: str | None) -> Draft:
    parts = [say.message("write_now"), say.message("person_reads", role=who(role))]
    return _draft(parts, handoff_id, role, [MENU])


def not_passed_on(handoff_id: str, role: str) -> Draft:
    """The words seem to be about the very person they would go to (rule 7)."""
    return _draft([say.message("about_named", role=say.your(role))], handoff_id, None, [HUMAN, MENU])


def ended(handoff_id: str, role: str, topic: str) -> Draft:
    """The child wants to write about something that is closed or taken back."""
    again = Choice(say.message("button_tell_role", role=say.your(role)), "chat_talk_to_human", {"role": role, "topic": topic})
    return _draft([say.message("status_closed", role=say.your(role))], handoff_id, role, [again, HUMAN, MENU])


# --- what became of it


def news(handoff_id: str, role: str, state: HandoffState) -> Draft:
    """Read, or somebody works on it."""
    draft = _draft([say.message(f"status_{state}", role=say.your(role))], handoff_id, role, [])
    draft.meta.intent = STATUS
    return draft


def closed(handoff_id: str, role: str, *, talking: bool = False) -> Draft:
    """It is done: did it help? `talking`: a person wrote until now, so the bot says that it is back."""
    answers = ((Helped.YES, "chat_yes"), (Helped.SOME, "chat_yes"), (Helped.NO, "chat_no"))
    choices = [
        Choice(say.message(f"button_helped_{value}"), intent, {"helped": str(value), "handoff": handoff_id})
        for value, intent in answers
    ]
    gone = [say.message("person_left")] if talking else []
    parts = [say.message("status_closed", role=say.your(role)), *gone, say.message("did_it_help")]
    draft = _draft(parts, handoff_id, role, choices)
    draft.meta.intent = STATUS
    return draft


def helped(handoff_id: str, role: str, value: Helped) -> Draft:
    """Thanks. After a no, other adults."""
    if value != Helped.NO:
        return _draft([say.message("helped_thanks")], handoff_id, role, [MENU])
    return _draft([say.message("helped_no")], handoff_id, role, [HUMAN, MENU], ["bris"])


def ready_answer(id_: str) -> Draft:
    """A ready answer (messages canned_*) as a member of staff sends it. Contacts it names can be called."""
    text = content().messages[id_].sv
    contacts = [line for line in ("112", "bris") if f"{{tel_{line}}}" in text]
    return Draft([say.message(id_)], Meta(Kind.CHAT), contacts=contacts)


def ready_text(id_: str, code: str) -> str:
    """A ready answer as the child reads it."""
    return render(ready_answer(id_).as_json(), code).text


def ready_answers() -> list[str]:
    return [id_ for id_ in content().messages if id_.startswith("canned_")]
