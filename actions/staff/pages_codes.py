"""Access codes of a child: made, shown once as a page to print in the child's language, revoked."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from markupsafe import Markup

from actions import db
from actions.clock import SWEDEN
from actions.dialogue import say
from actions.dialogue.render import Renderer
from actions.i18n import language
from actions.nav import codes, service
from actions.staff.pages import Visit, back_to, page, render
from actions.staff.pages_nav import places_of
from actions.staff.permissions import Permission
from actions.vocabulary import SOURCE_LANGUAGE, CodeKind


@page("POST", "/nav/children/{child_id}/codes", Permission.MANAGE_NAV)
def code_make(visit: Visit, child_id: str) -> Response:
    """The answer itself is the only page that ever shows the code; it is never stored and never part of an address."""
    with db.write() as session:
        child = service.find_child(session, child_id, places_of(session, visit))
        made = service.make_code(session, child, visit.form.get("kind", ""), visit.me)
    drawing = Markup(made.svg()) if made.kind == CodeKind.QR else None  # noqa: S704 - drawn by segno from our own address
    return render(visit, "nav_code.html", child=child, made=made, svg=drawing, papers=papers(made, child.language))


def papers(made: codes.Made, code: str) -> list[dict[str, Any]]:
    """What stands beside the code: in the child's language, and in Swedish for the adult who hands it over.

    Each `{tag, dir, title, lines}`. A language without all of the sentences is left out, so that nothing is half translated.
    """
    found = [_paper(made, one) for one in dict.fromkeys((code, SOURCE_LANGUAGE))]
    return [paper for paper in found if paper]


def _paper(made: codes.Made, code: str) -> dict[str, Any] | None:
    renderer = Renderer(code)
    until = made.expires_at.astimezone(SWEDEN).date().isoformat()
    use = "paper_scan" if made.kind == CodeKind.QR else "paper_type"
    lines = [
        renderer.sentence(reference)
        for reference in (
            say.message("paper_what"),
            say.message(use),
            say.message("paper_until", date=until),
            say.message("code_means"),
            say.message("paper_keep"),
        )
    ]
    title = renderer.sentence(say.message("paper_title"))
    known = language(code)
    return None if renderer.fallen_back else {"tag": known.tag, "dir": known.dir, "title": title, "lines": lines}


@page("POST", "/nav/children/{child_id}/codes/{code_id}/revoke", Permission.MANAGE_NAV)
def code_revoke(visit: Visit, child_id: str, code_id: str) -> Response:
    with db.write() as session:
        child = service.find_child(session, child_id, places_of(session, visit))
        service.revoke_code(session, child, service.number(code_id), visit.me)
    return back_to(f"/staff/nav/children/{child_id}")
