"""From a handoff's steps to adults who can really be told: open accounts, channels that are set up, nobody it must not reach.

`Handoff.steps` (made by `actions.nav.engine`) is a list of `{role, person_id | None, channel | None, address | None, reason}`;
without person and address a step is the coordinators' queue. Everything here is looked up again for each alert: an account that
was closed yesterday gets nothing today.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from actions.alerts import store
from actions.alerts.channels.base import configured
from actions.alerts.escalation import Group, Line, Recipient
from actions.content import content
from actions.handoffs.models import Handoff
from actions.nav.persons import same_address
from actions.settings import Settings
from actions.staff.models import StaffUser
from actions.vocabulary import COORDINATOR, ON_CALL, Channel, StaffRole, Urgency

GENERIC = "generic"
COORDINATORS = "coordinators"


def line_of(session: Session, handoff: Handoff, config: Settings) -> Line:
    """Everyone who may be told about a handoff, in order. Empty only when nobody at all has an account."""
    return _Lines(session, handoff, config).line()


class _Lines:
    """Builds the line of one handoff."""

    def __init__(self, session: Session, handoff: Handoff, config: Settings) -> None:
        self.session, self.handoff, self.config = session, handoff, config
        self.roles = {str(role) for role in handoff.excluded}
        self.people = {int(id_) for id_ in handoff.excluded_people or []}
        self.grave = handoff.urgency in (Urgency.U0, Urgency.U1)
        steps = [step for step in handoff.steps or [] if isinstance(step, dict)]
        self.steps = sorted(steps, key=lambda step: step.get("role") != handoff.role)  # stable: the chosen adult first
        ids = {int(step["person_id"]) for step in steps if step.get("person_id") is not None} | self.people
        self.accounts = store.people(session, ids | ({handoff.assignee_id} if handoff.assignee_id else set()))
        self.addresses = self._barred_addresses()

    def _barred_addresses(self) -> set[str]:
        """Addresses an adult reads whom it must not reach."""
        found = {account.email for id_, account in self.accounts.items() if id_ in self.people}
        if self.handoff.child_id and self.roles:
            adults = store.nav_adults_with(self.session, self.handoff.child_id, self.roles)
            found |= {adult.address for adult in adults if adult.address}
        return {same_address(address) for address in found}

    def line(self) -> Line:
        adults = [group for group in (self._assignee(), *map(self._step, self.steps)) if group is not None]
        return Line(tuple(adults), self._on_call(adults), self._last())

    # --- the adults of the route

    def _assignee(self) -> Group | None:
        account = self.accounts.get(self.handoff.assignee_id or 0)
        return self._of_account(account, self.handoff.role) if account else None

    def _step(self, step: dict[str, Any]) -> Group | None:
        role, address = str(step.get("role") or ""), str(step.get("address") or "")
        channel = str(step.get("channel") or Channel.EMAIL)
        if role in self.roles:
            return None
        if step.get("person_id") is not None:
            account = self.accounts.get(int(step["person_id"]))
            return self._of_account(account, role, channel, address) if account else None
        if not address:
            return self._last()
        if same_address(address) in self.addresses or not configured(channel, self.config):
            return None
        return Group(f"at:{same_address(address)}", role, (Recipient(role, None, channel, address),))

    def _of_account(self, account: StaffUser, role: str, channel: str = Channel.EMAIL, address: str = "") -> Group | None:
        if not account.active or self._is_barred(account) or same_address(address) in self.addresses:
            return None
        return Group(f"staff:{account.id}", role, (self._reach(account, role, channel, address),))

    def _is_barred(self, account: StaffUser) -> bool:
        return account.id in self.people or account.nav_role in self.roles or same_address(account.email) in self.addresses

    def _reach(self, account: StaffUser, role: str, channel: str, address: str) -> Recipient:
        """The adult's own channel where it is set up, else e-mail, else the staff pages. Grave worries never only in the pages."""
        if channel == Channel.IN_APP and self.grave:
            channel = Channel.EMAIL
        if channel == Channel.SMS and (not address or not configured(channel, self.config)):
            channel, address = Channel.EMAIL, ""
        if channel == Channel.EMAIL and not configured(channel, self.config):
            channel = Channel.IN_APP
        where = "" if channel == Channel.IN_APP else address or account.email
        return Recipient(role, account.id, str(channel), where, account.language)

    # --- the ends of the line

    def _on_call(self, adults: Sequence[Group]) -> Group | None:
        """The on-call of the route, accounts that stand for it, or the municipality's checked telephone."""
        if ON_CALL in self.roles:
            return None
        routed = next((group for group in adults if group.role == ON_CALL and group.key != COORDINATORS), None)
        if routed is not None:
            return routed
        accounts = store.active_with_nav_role(self.session, ON_CALL, self.handoff.municipality)
        accounts = accounts or store.active_with_nav_role(self.session, ON_CALL, GENERIC)
        found = [self._of_account(user, ON_CALL) for user in accounts]
        recipients = [recipient for group in found if group for recipient in group.recipients]
        profile = content().municipality(self.handoff.municipality).on_call
        if profile.phone and profile.verified_on and configured(Channel.SMS, self.config):
            recipients.append(Recipient(ON_CALL, None, str(Channel.SMS), profile.phone))
        return Group("on_call", ON_CALL, tuple(recipients)) if recipients else None

    def _last(self) -> Group | None:
        """The coordinators of the municipality, else the generic ones, else any; without any the administrators."""
        coordinators = store.active_staff(self.session, StaffRole.COORDINATOR)
        own = [user for user in coordinators if user.municipality == self.handoff.municipality]
        generic = [user for user in coordinators if user.municipality == GENERIC]
        administrators = store.active_staff(self.session, StaffRole.ADMINISTRATOR)
        for users, role in ((own, COORDINATOR), (generic, COORDINATOR), (administrators, str(StaffRole.ADMINISTRATOR))):
            recipients = tuple(self._all(users, role))
            if recipients:
                return Group(COORDINATORS, role, recipients)
        return None

    def _all(self, users: Iterable[StaffUser], role: str) -> Iterable[Recipient]:
        for user in users:
            group = self._of_account(user, role)
            yield from group.recipients if group else ()
