"""Translators: how far each language is, what is wrong with its texts, and one text beside its Swedish in the real widget."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from fastapi import Response

from actions import db
from actions.audit import service as audit
from actions.content import content
from actions.dialogue.render import telephone
from actions.errors import NavetError
from actions.i18n import catalogs, language, workbench
from actions.i18n.checks import Finding, Pair
from actions.i18n.workbench import Refused, Text
from actions.staff.pages import CSP, Visit, back_to, page, render
from actions.staff.permissions import Permission
from actions.vocabulary import SOURCE_LANGUAGE

PER_PAGE = 50
MOST_LETTERS = 2000
STATES = ("missing", "stale", "refused", "unread", "fine")
EDITOR_POLICY = f"{CSP}; frame-src 'self'"
PREVIEW_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
BUTTONS = re.compile(r"message\.button_|stage\.|intent\.|role\.\w+\.sv$|worry\.\w+\.sv$")
"""Texts of the content that stand on buttons."""


@page("GET", "/translate", Permission.TRANSLATE)
def translate_overview(visit: Visit) -> Response:
    rows = [(entry, workbench.progress(entry.code)) for entry in workbench.translated()]
    return render(visit, "translate.html", rows=rows)


@page("GET", "/translate/{code}", Permission.TRANSLATE)
def translate_language(visit: Visit, code: str) -> Response:
    """The texts of a language, those that need work first."""
    query = visit.request.query_params
    state, words = query.get("state", ""), query.get("q", "")[:100].strip().casefold()
    every = workbench.texts(code)
    found = [text for text in every if (not state or text.state == state) and _has(text.pair, words)]
    found.sort(key=lambda text: (STATES.index(text.state) == len(STATES) - 1, not text.pair.safety))
    number = query.get("page", "1")
    current = max(1, int(number)) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    return render(
        visit,
        "translate_language.html",
        entry=language(code),
        rows=found[(current - 1) * PER_PAGE : current * PER_PAGE],
        counts={name: sum(text.state == name for text in every) for name in STATES},
        total=len(found),
        current=current,
        pages=max(1, -(-len(found) // PER_PAGE)),
        state=state,
        q=words,
        query=urlencode({"state": state, "q": words}),
    )


def _has(pair: Pair, words: str) -> bool:
    return not words or any(words in text.casefold() for text in (pair.context, pair.source, *pair.forms))


@page("GET", "/translate/{code}/{domain}/{key}", Permission.TRANSLATE)
def translate_text(visit: Visit, code: str, domain: str, key: str) -> Response:
    return _editor(visit, workbench.text(code, domain, key))


def _editor(visit: Visit, text: Text, error: NavetError | None = None, typed: list[str] | None = None) -> Response:
    findings: list[Finding] = error.findings if isinstance(error, Refused) else text.findings if error is None else []
    with db.read() as session:
        history = audit.history(session, "translation", _object(text))
    address = f"/staff/translate/{text.pair.language.code}/{text.pair.domain}/{text.key}"
    response = render(
        visit,
        "translate_text.html",
        error.status if error else 200,
        text=text,
        pair=text.pair,
        entry=text.pair.language,
        forms=typed or list(text.pair.forms) or [""],
        swedish=_swedish(text.pair),
        findings=findings,
        problem=visit._(error.detail) if error else None,
        history=history,
        address=address,
        mine=visit.me.name in text.pair.reviewers,
    )
    response.headers["Content-Security-Policy"] = EDITOR_POLICY
    return response


def _swedish(pair: Pair) -> str:
    """The Swedish beside: the source itself, or for the widget its Swedish translation."""
    return pair.source if pair.domain == "content" else catalogs().interface(SOURCE_LANGUAGE, "widget", pair.source)


def _object(text: Text) -> str:
    return f"{text.pair.language.code}/{text.pair.domain}/{text.key}"


@page("POST", "/translate/{code}/{domain}/{key}", Permission.TRANSLATE)
def save_text(visit: Visit, code: str, domain: str, key: str) -> Response:
    """Through the same checks as `make i18n-check`. Refused: the page comes back with what was typed and why."""
    count = len(workbench.text(code, domain, key).pair.forms) or 1
    typed = [visit.form.get(f"form{index}", "")[:MOST_LETTERS].replace("\r\n", "\n") for index in range(count)]
    try:
        with db.write() as session:
            before, after = workbench.save(code, domain, key, typed, visit.form.get("seen", ""))
            _record(session, visit, "translation.saved", after, before=list(before.pair.forms), after=list(after.pair.forms))
    except NavetError as error:
        return _editor(visit, workbench.text(code, domain, key), error, typed)
    return back_to(f"/staff/translate/{code}/{domain}/{key}")


@page("POST", "/translate/{code}/{domain}/{key}/review", Permission.TRANSLATE)
def review_text(visit: Visit, code: str, domain: str, key: str) -> Response:
    """Somebody else than the writer has read a safety text and found it right."""
    text = workbench.text(code, domain, key)
    try:
        with db.write() as session:
            saved = [row for row in audit.history(session, "translation", _object(text)) if row.action == "translation.saved"]
            writer = saved[0].detail.get("name") if saved else None
            if saved and saved[0].user_id == visit.me.id:
                writer = visit.me.name
            after = workbench.review(code, domain, key, visit.me.name, visit.form.get("seen", ""), writer)
            _record(session, visit, "translation.reviewed", after)
    except NavetError as error:
        return _editor(visit, workbench.text(code, domain, key), error)
    return back_to(f"/staff/translate/{code}/{domain}/{key}")


def _record(session: Any, visit: Visit, action: str, text: Text, **detail: Any) -> None:
    audit.record(
        session,
        user_id=visit.me.id,
        actor=visit.me.email,
        action=action,
        object_type="translation",
        object_id=_object(text),
        context=text.pair.context,
        name=visit.me.name,
        **detail,
    )


@page("GET", "/translate/{code}/{domain}/{key}/preview", Permission.TRANSLATE)
def preview_text(visit: Visit, code: str, domain: str, key: str) -> Response:
    """The real widget's parts with this text in them. `?side=sv`: the Swedish."""
    pair = workbench.text(code, domain, key).pair
    shown = language(SOURCE_LANGUAGE if visit.request.query_params.get("side") == SOURCE_LANGUAGE else code)
    text = _swedish(pair) if shown.code == SOURCE_LANGUAGE else pair.text or pair.source
    data = {
        "language": shown.code,
        "dir": shown.dir,
        "strings": catalogs().all_interface(shown.code, "widget") | ({pair.source: text} if domain == "widget" else {}),
        "text": _filled(text),
        "msgid": pair.source,
        "kind": "widget" if domain == "widget" else "button" if BUTTONS.match(pair.context) else "message",
        "danger": pair.context.startswith("message.danger"),
    }
    response = render(visit, "translate_preview.html", data=data, shown=shown)
    response.headers["Content-Security-Policy"] = PREVIEW_POLICY
    return response


def _filled(text: str) -> str:
    """Telephone numbers as a child sees them; names that only a real chat knows stay in their braces."""
    shown = {f"{{tel_{id_}}}": telephone(id_, content()) for id_, line in content().helplines.items() if line.show}
    for placeholder, number in shown.items():
        text = text.replace(placeholder, number)
    return text
