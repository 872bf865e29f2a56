"""What staff do in a talk with a child: answer, and hand back to the bot."""

from __future__ import annotations

import re

from fastapi import Response

from actions import db
from actions.errors import TooLarge, Unprocessable
from actions.handoffs import talk
from actions.handoffs.talk import Words
from actions.mark import N_
from actions.staff.access import audit, author, mine
from actions.staff.pages import Visit, back_to, page
from actions.staff.pages_handoffs import show_again
from actions.staff.permissions import Permission
from actions.vocabulary import TEXT_LIMIT

KEY = re.compile(r"[0-9a-f]{32}")


@page("POST", "/handoffs/{handoff_id}/reply", Permission.WORK_HANDOFFS)
def reply(visit: Visit, handoff_id: str) -> Response:
    """Own words (with or without a translation), or a ready answer, into the child's chat."""
    form = visit.form
    words = Words(
        text=form.get("text", ""),
        language=form.get("language", ""),
        translation=form.get("translation", ""),
        canned=form.get("canned", "") if form.get("send") == "ready" else "",
    )
    try:
        key = form.get("key", "")
        if not KEY.fullmatch(key):
            raise Unprocessable(N_("The page was too old. Go back and try again."))
        with db.write() as session:
            mine(session, visit, handoff_id)
            talk.reply(session, handoff_id, author(visit.me), words, key)
            audit(session, visit.me, "handoff.replied", handoff_id, ready=words.canned or None)
    except TooLarge:
        problem = visit._(N_("At most {limit} characters.")).format(limit=TEXT_LIMIT)
        return show_again(visit, handoff_id, Unprocessable(problem))
    except Unprocessable as error:
        return show_again(visit, handoff_id, error)
    return back_to(f"/staff/handoffs/{handoff_id}#talk")


@page("POST", "/handoffs/{handoff_id}/back", Permission.WORK_HANDOFFS)
def hand_back(visit: Visit, handoff_id: str) -> Response:
    """The bot speaks again; the child is told that the person left."""
    with db.write() as session:
        mine(session, visit, handoff_id)
        talk.hand_back(session, handoff_id)
        audit(session, visit.me, "handoff.handed_back", handoff_id)
    return back_to(f"/staff/handoffs/{handoff_id}#talk")
