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
        "joint_answer": N_("The nav answered together"),
        "prevention": N_("Changed: the child may be about to leave"),
        "missing": N_("Changed: the child is missing"),
        "found": N_("Changed: the child has been found"),
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
        "staff": N_("Registered by staff"),
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
    "text": {
        "missing": N_("Not translated"),
        "stale": N_("The Swedish has changed"),
        "refused": N_("Refused by the checks"),
        "unread": N_("Waits for two reviewers"),
        "fine": N_("Fine"),
    },
    "translation": {
        "translation.saved": N_("Changed"),
        "translation.reviewed": N_("Read and found right"),
    },
    "role": {
        "administrator": N_("Administrator"),
        "coordinator": N_("Coordinator"),
        "nav_adult": N_("Adult of a nav"),
        "content_editor": N_("Content editor"),
        "translator": N_("Translator"),
        "auditor": N_("Auditor"),
    },
    "content": {
        "published": N_("Published"),
        "draft": N_("Draft"),
        "hidden": N_("Hidden"),
        "message": N_("Sentence of the chat"),
        "two": N_("Waits for a second reviewer"),
        "approved": N_("Reviewed language"),
    },
    "review": {
        "publish": N_("Publish"),
        "hide": N_("Hide"),
        "extend": N_("Still right: extend"),
        "approve": N_("Approve"),
        "comment": N_("Only comment"),
    },
    "understood": {
        "clear": N_("It was clear"),
        "again": N_("Explain again"),
        "adult": N_("Ask an adult"),
    },
    "lost": {
        "fallback": N_("not understood"),
        "refusal": N_("no answer given"),
        "low": N_("unsure answer"),
    },
    "part": {
        "means": N_("What it means"),
        "do": N_("What you can do"),
        "why": N_("Why it matters"),
        "simpler": N_("In simpler words"),
    },
    "translated": {
        "current": N_("translated"),
        "stale": N_("the Swedish has changed since"),
        "missing": N_("not translated"),
    },
    "audience": {
        "both": N_("Children and staff"),
        "child": N_("Children"),
        "staff": N_("Staff only"),
    },
    "force": {
        "law": N_("law"),
        "official": N_("authority"),
        "recommendation": N_("recommendation"),
        "information": N_("information"),
        "product": N_("our own text"),
    },
    "day": {
        "monday": N_("Monday"),
        "tuesday": N_("Tuesday"),
        "wednesday": N_("Wednesday"),
        "thursday": N_("Thursday"),
        "friday": N_("Friday"),
        "saturday": N_("Saturday"),
        "sunday": N_("Sunday"),
    },
    "moment": {
        "prevention": N_("The child may be about to leave"),
        "missing": N_("The child is missing"),
        "found": N_("The child has been found"),
    },
    "move": {
        "prevention": N_("Not missing, but may leave"),
        "missing": N_("The child is missing now"),
        "found": N_("The child has been found"),
    },
    "fact": {
        "published": N_("published"),
        "draft": N_("draft"),
        "hidden": N_("hidden"),
    },
    "actor": {
        "child": N_("The child"),
        "system": N_("Navet by itself"),
        "staff": N_("A closed account"),
    },
    "urgency": {
        "U0": N_("U0 – danger now"),
        "U1": N_("U1 – today"),
        "U2": N_("U2 – within days"),
        "U3": N_("U3 – ordinary"),
    },
    "channel": {
        "email": N_("E-mail"),
        "sms": N_("SMS"),
        "in_app": N_("Inside Navet"),
    },
    "code_kind": {
        "qr": N_("On paper (QR)"),
        "typed": N_("Short, to type"),
    },
    "code_state": {
        "works": N_("Works"),
        "expired": N_("Too old"),
        "revoked": N_("Revoked"),
    },
}


def label(kind: str, id_: str) -> str:
    """The English wording, or the id itself."""
    return LABELS.get(kind, {}).get(id_, id_)
