"""Who can help the child with what, at its stage: the nav first, then the actors of the matrix (data/matrix.yml)."""

from __future__ import annotations

from actions.clock import today
from actions.content import Content, content
from actions.content.models import Fact
from actions.dialogue import local, say
from actions.dialogue.answers import MENU, may_show
from actions.dialogue.say import Choice, Draft, Meta
from actions.handoffs.routing import HUB
from actions.vocabulary import UNKNOWN_STAGE, Kind

INTENT = "ask_who_to_ask"
WHO = "who"
"""Entity `topic` of the buttons of this module; `role` names one adult."""
MOST_ADULTS = 8
MOST_FACTS = 3
OPENER = Choice(say.message("button_who"), INTENT, {"topic": WHO})


def helpers(stage: str | None, municipality: str | None = None, known: Content | None = None) -> list[str]:
    """Roles in the order they are shown. Those of the matrix only when an approved fact tells the child what they do now."""
    known = known or content()
    found = list(HUB)
    for actor in known.matrix.actors:
        if _cell_facts(actor.id, stage, municipality, known):
            found += actor.helps
    found = [role for role in dict.fromkeys(found) if not _not_now(role, stage, known)]
    return sorted(found, key=lambda role: not known.roles[role].recipient)[:MOST_ADULTS]


def _not_now(role: str, stage: str | None, known: Content) -> bool:
    """Adult psychiatry is not shown to a child whose age nobody has raised."""
    return known.roles[role].from_18 and stage != "age_raised"


def _cell_facts(actor: str, stage: str | None, municipality: str | None, known: Content) -> list[Fact]:
    """What a child may read in one cell; without a stage, what is the same at every stage."""
    row = next(entry for entry in known.matrix.actors if entry.id == actor)
    column = known.matrix.column_of(stage)
    cells = [row.cells[column]] if column else [row.cells[entry.id] for entry in known.matrix.columns if entry.stages]
    shared = set.intersection(*(set(cell.facts) for cell in cells))
    facts = [known.facts[id_] for id_ in cells[0].facts if id_ in shared and (column is None or stage in known.facts[id_].stages)]
    return [fact for fact in facts if may_show(fact, today()) and fact.municipality in (None, municipality)]


def facts_of(role: str, stage: str | None, municipality: str | None, known: Content) -> list[Fact]:
    """The facts of the matrix about one adult at a stage."""
    rows = [actor.id for actor in known.matrix.actors if role in actor.helps]
    found = [fact for row in rows for fact in _cell_facts(row, stage, municipality, known)]
    return [fact for fact in found if role in fact.roles][:MOST_FACTS]


def overview(stage: str | None, municipality: str | None, known: Content | None = None) -> Draft:
    """One line an adult, and a button for each."""
    known = known or content()
    roles = helpers(stage, municipality, known)
    lines = [say.message("who_line", role=say.role_name(role), does=say.ref("role", role, "who")) for role in roles]
    opening = [say.message("who_stage", stage=say.stage_name(stage))] if stage and stage != UNKNOWN_STAGE else []
    choices = [Choice(say.role_name(role), INTENT, {"topic": WHO, "role": role}) for role in roles]
    meta = Meta(Kind.CHAT, INTENT, roles=roles)
    draft = Draft([*opening, say.message("who_intro"), *lines, say.message("who_ask")], meta, choices=[*choices, MENU])
    return local.beside(draft, INTENT, municipality)


def card(role: str, stage: str | None, municipality: str | None, known: Content | None = None) -> Draft:
    """One adult: what they do, what the sources say about now, and how to reach them."""
    known = known or content()
    facts = facts_of(role, stage, municipality, known)
    parts = [say.message("who_line", role=say.role_name(role), does=say.ref("role", role, "who"))]
    parts += [say.fact(fact.id, "means") for fact in facts]
    parts += [say.fact(fact.id, "do") for fact in facts[:1]]
    receiver = role if role in HUB else HUB[0]  # the nav helps to reach all others
    if any(fact.time_sensitive for fact in facts):
        parts.append(say.message("can_change", role=say.your(receiver)))
    if receiver != role:
        parts.append(say.message("who_together", role=say.your(receiver)))
    tell = Choice(
        say.message("button_tell_role", role=say.your(receiver)), "chat_talk_to_human", {"role": receiver, "topic": INTENT}
    )
    ids = [fact.id for fact in facts]
    meta = Meta(Kind.FACT if ids else Kind.CHAT, INTENT, fact_ids=ids, roles=[receiver])
    return local.called_here(Draft(parts, meta, facts=ids, choices=[tell, OPENER, MENU]), role, municipality)
