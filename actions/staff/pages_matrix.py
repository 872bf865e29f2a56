"""Who does what, when: actors × moments of the process (data/matrix.yml), to filter and to print."""

from __future__ import annotations

from typing import Any

from fastapi import Response

from actions.content import content
from actions.content.models import MatrixActor, MatrixColumn
from actions.staff.pages import Visit, page, render
from actions.staff.permissions import Permission


@page("GET", "/matrix", Permission.SIGNED_IN)
def matrix(visit: Visit) -> Response:
    """Every cell with the wording of the source and its facts. The filter keeps whole rows and columns."""
    known, query = content(), visit.request.query_params
    wanted = {"actor": query.get("actor", ""), "moment": query.get("moment", ""), "q": query.get("q", "")[:100].strip()}
    columns = [column for column in known.matrix.columns if wanted["moment"] in ("", column.id)] or known.matrix.columns
    actors = [actor for actor in known.matrix.actors if wanted["actor"] in ("", actor.id)] or known.matrix.actors
    return render(
        visit,
        "matrix.html",
        rows=[row for row in (_row(actor, columns, wanted["q"]) for actor in actors) if row],
        columns=columns,
        wanted=wanted,
        actors=known.matrix.actors,
        moments=known.matrix.columns,
        source=known.sources[known.matrix.source],
        calming=known.calming,
        calming_source=known.sources[known.calming.source],
        calming_texts=[known.messages[known.calming.pause].sv, known.messages[known.calming.next_step].sv],
        calming_intents=[known.intents[id_].sv for id_ in known.calming.intents],
    )


def _row(actor: MatrixActor, columns: list[MatrixColumn], text: str) -> dict[str, Any] | None:
    """A row with its facts looked up; None when the text that is looked for stands nowhere in it."""
    facts = content().facts
    cells, words = [], [actor.sv]
    for column in columns:
        cell = actor.cells[column.id]
        shown = [facts[id_] for id_ in cell.facts]
        cells.append({"column": column, "cell": cell, "facts": shown})
        words += [cell.text or "", *(fact.staff for fact in shown)]
    return {"actor": actor, "cells": cells} if text.lower() in " ".join(words).lower() else None
