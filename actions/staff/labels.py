"""Words on staff pages for the ids of `actions.vocabulary`. English here; Swedish in locales/sv/LC_MESSAGES/staff.po."""

from __future__ import annotations

from actions.mark import N_

LABELS: dict[str, dict[str, str]] = {
    "state": {
        "new": N_("New"),
        "acknowledged": N_("Read"),
        "in_progress": N_("In progress"),
        "closed": N_("Closed"),
        "withdrawn": N_("Taken back by the child"),
    },
    "step": {
        "acknowledge": N_("I have read it"),
        "start": N_("I am working on it"),
        "close": N_("Close"),
        "reopen": N_("Open again"),
    },
    "event": {
        "created": N_("Sent"),
        "acknowledge": N_("Read"),
        "start": N_("Work began"),
        "close": N_("Closed"),
        "reopen": N_("Opened again"),
        "withdraw": N_("Taken back by the child"),
        "replied": N_("Wrote to the child"),
        "alerted": N_("An adult was told"),
        "escalated": N_("Nobody had read it, so the next adult"),
        "alert_failed": N_("A message did not get through"),
        "conversation_expired": N_("The conversation was deleted because of its age"),
        "conversation_deleted": N_("The child deleted its conversation"),
    },
    "consent": {
        "yes": N_("The child said yes"),
        "no": N_("The child said no; sent because a child may be harmed"),
        "not_asked": N_("Not asked: acute danger"),
    },
    "helped": {"yes": N_("Yes"), "some": N_("A bit"), "no": N_("No")},
    "alert": {
        "alert": N_("A new worry"),
        "escalation": N_("Nobody had read it, so it came to you"),
        "assigned": N_("Given to you"),
        "answer": N_("The child has written back"),
    },
    "sort": {
        "urgency": N_("Gravest first"),
        "newest": N_("Newest first"),
        "oldest": N_("Oldest first"),
        "state": N_("By state"),
    },
    "role": {
        "administrator": N_("Administrator"),
        "coordinator": N_("Coordinator"),
        "nav_adult": N_("Adult of a nav"),
        "content_editor": N_("Content editor"),
        "translator": N_("Translator"),
        "auditor": N_("Auditor"),
    },
    "urgency": {
        "U0": N_("U0 – danger now"),
        "U1": N_("U1 – today"),
        "U2": N_("U2 – within days"),
        "U3": N_("U3 – ordinary"),
    },
}


def label(kind: str, id_: str) -> str:
    """The English wording, or the id itself."""
    return LABELS.get(kind, {}).get(id_, id_)
