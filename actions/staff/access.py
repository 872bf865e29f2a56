"""Which handoffs somebody may see (docs/adr/0009), for every page that shows one."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from actions.alerts import overview
from actions.alerts import service as alerts
from actions.audit.service import record
from actions.errors import NotFound
from actions.handoffs import service
from actions.handoffs import store as handoffs
from actions.handoffs.models import Handoff
from actions.handoffs.talk import Author
from actions.joint import service as joint
from actions.mark import N_
from actions.staff.accounts import SignedIn
from actions.staff.pages import Visit
from actions.vocabulary import StaffRole


def visible(session: Session, me: SignedIn) -> dict[str, Any]:
    """What somebody may see: coordinators their municipality (the generic one also those nobody coordinates), others what was given
    to them or what they are being alerted about."""
    if me.role == StaffRole.COORDINATOR:
        return {"municipalities": frozenset(coordinated_by(session, str(me.municipality)))}
    return {"assignee": me.id, "also": frozenset(alerts.opened_to(session, me.id))}


def coordinated_by(session: Session, municipality: str) -> set[str]:
    return set(overview.municipalities_of(session, municipality))


def mine(session: Session, visit: Visit, handoff_id: str) -> Handoff:
    """A handoff this person may open. What they may not see does not exist for them."""
    handoff = handoffs.get(session, handoff_id)
    rights = visible(session, visit.me)
    if handoff is None or ("assignee" in rights and handoff.id not in rights["also"] and not _given_to(session, handoff, visit.me)):
        raise NotFound(N_("There is no such handoff."))
    if "municipalities" in rights and handoff.municipality not in rights["municipalities"]:
        raise NotFound(N_("There is no such handoff."))
    service.ensure_not_excluded(handoff, visit.me.nav_role, visit.me.id)
    return handoff


def _given_to(session: Session, handoff: Handoff, me: SignedIn) -> bool:
    """Theirs, or one they answer together with others of the nav."""
    return handoff.assignee_id == me.id or joint.has_voice(session, handoff.id, me.id)


def author(me: SignedIn) -> Author:
    return Author(me.id, me.role, me.nav_role)


def audit(session: Session, me: SignedIn, action: str, object_id: str, **detail: Any) -> None:
    record(session, user_id=me.id, actor=me.email, action=action, object_type="handoff", object_id=object_id, **detail)
