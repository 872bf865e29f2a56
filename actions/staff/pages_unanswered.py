"""What children asked in vain, and what editors make of it: a fact, an example, or nothing."""

from __future__ import annotations

from fastapi import Response

from actions import db
from actions.content import content, file_content
from actions.errors import Unprocessable
from actions.i18n import languages
from actions.review import drafts, store, unanswered
from actions.review.drafts import Wanted
from actions.review.service import Reviewer
from actions.staff.pages import Visit, back_to, page, render
from actions.staff.permissions import Permission
from actions.vocabulary import PARTS, Fate

MOST_SHOWN = 40
MOST_READ = 1000
"""Questions that are grouped at once, the newest first."""


@page("GET", "/unanswered", Permission.EDIT_CONTENT)
def unanswered_list(visit: Visit) -> Response:
    return _list(visit)


def _list(visit: Visit, problem: str | None = None, status: int = 200) -> Response:
    code = visit.request.query_params.get("language", "")
    chosen = code if code in languages() else None
    with db.read() as session:
        groups = unanswered.grouped(store.waiting(session, Fate.WAITING, chosen, MOST_READ))
    return render(
        visit,
        "unanswered.html",
        status,
        groups=groups[:MOST_SHOWN],
        total=len(groups),
        questions=sum(len(group.rows) for group in groups),
        languages=languages(),
        language=chosen or "",
        intents=_intents(),
        days=visit.request.app.state.settings.question_days,
        form=visit.form,
        problem=problem,
    )


def _intents() -> list[tuple[str, str]]:
    """(id, wording) of everything a child can mean, by wording."""
    return sorted(((entry.id, entry.sv) for entry in content().intents.values()), key=lambda pair: pair[1].lower())


def _me(visit: Visit) -> Reviewer:
    return Reviewer(visit.me.id, visit.me.email, visit.me.name)


def _ids(visit: Visit) -> list[str]:
    return [id_ for id_ in visit.form.get("ids", "").split(",") if len(id_) == 32][:2000]


@page("POST", "/unanswered", Permission.EDIT_CONTENT)
def unanswered_step(visit: Visit) -> Response:
    """Ignore a group, make it an example, or go on to a new fact."""
    try:
        match visit.form.get("step"):
            case "ignore":
                unanswered.ignore(_me(visit), _ids(visit))
            case "example":
                unanswered.add_example(_me(visit), _ids(visit), visit.form.get("intent", ""), visit.form.get("example", ""))
            case _:
                return _draft_page(visit, None, visit.form)
    except Unprocessable as error:
        return _list(visit, visit._(error.detail), error.status)
    return back_to("/staff/unanswered")


# --- drafts


@page("POST", "/drafts", Permission.EDIT_CONTENT)
def draft_begin(visit: Visit) -> Response:
    try:
        fact_id = drafts.begin(_me(visit), _wanted(visit.form), _ids(visit))
    except Unprocessable as error:
        return _draft_page(visit, None, visit.form, visit._(error.detail), error.status)
    return back_to(f"/staff/drafts/{fact_id}")


@page("GET", "/drafts/{fact_id}", Permission.EDIT_CONTENT)
def draft_detail(visit: Visit, fact_id: str) -> Response:
    with db.read() as session:
        row = drafts.draft(session, fact_id)
        entry, file, intent = row.entry, row.file, row.intent
    source = entry["sources"][0]
    form = {
        **{part: entry["text"][part] for part in PARTS},
        **{f"stage_{stage}": "on" for stage in entry["stages"]},
        **{name: entry[name] or "" for name in ("staff", "because")},
        **{name: "on" if entry[name] else "" for name in ("safety", "important")},
        "question": str(entry["note"]).removeprefix(drafts.ASKED),
        "role": entry["roles"][0],
        "file": file,
        "intent": intent,
        "source": source["source"],
        "section": source["section"],
    }
    return _draft_page(visit, fact_id, form)


@page("POST", "/drafts/{fact_id}", Permission.EDIT_CONTENT)
def draft_save(visit: Visit, fact_id: str) -> Response:
    if visit.form.get("step") == "drop":
        drafts.drop(_me(visit), fact_id)
        return back_to("/staff/content")
    try:
        drafts.save(_me(visit), fact_id, _wanted(visit.form))
    except Unprocessable as error:
        return _draft_page(visit, fact_id, visit.form, visit._(error.detail), error.status)
    return back_to(f"/staff/drafts/{fact_id}")


def _wanted(form: dict[str, str]) -> Wanted:
    return Wanted(
        question=" ".join(form.get("question", "").split())[:300],
        intent=form.get("intent", ""),
        file=form.get("file", ""),
        stages=[stage for stage in content().stages if form.get(f"stage_{stage}")],
        roles=[form["role"]] if form.get("role") else [],
        texts={part: form.get(part, "")[:1000] for part in PARTS},
        staff=form.get("staff", "")[:2000],
        source=form.get("source", ""),
        section=form.get("section", "")[:200],
        because=form.get("because", "")[:500],
        safety=bool(form.get("safety")),
        important=bool(form.get("important")),
    )


def _draft_page(visit: Visit, fact_id: str | None, form: dict[str, str], problem: str | None = None, status: int = 200) -> Response:
    known = content()
    return render(
        visit,
        "draft.html",
        status,
        fact_id=fact_id,
        form=form,
        parts=PARTS,
        files=sorted(set(file_content().files.values())),
        intents=_intents(),
        stages=list(known.stages),
        roles=[role for role in known.roles.values() if role.recipient],
        sources=sorted(known.sources.values(), key=lambda source: source.title.lower()),
        problem=problem,
    )
