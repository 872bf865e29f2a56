"""Who may do what. One table; everything not in it is denied.

The three levels of cooperation of seed 001 stand behind it: the individual level sees its own handoffs, the operational level those
of its municipality, the overall level only numbers and the audit.
"""

from __future__ import annotations

from enum import StrEnum

from actions.vocabulary import StaffRole as R


class Permission(StrEnum):
    """What a route lets somebody do. `SIGNED_IN` is for everyone with an account, `PUBLIC` for the sign-in itself."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    READ_HANDOFFS = "read_handoffs"
    WORK_HANDOFFS = "work_handoffs"
    ASSIGN_HANDOFFS = "assign_handoffs"
    EXPORT_HANDOFFS = "export_handoffs"
    SEE_OVERVIEW = "see_overview"
    MANAGE_NAV = "manage_nav"
    EDIT_MUNICIPALITY = "edit_municipality"
    MANAGE_USERS = "manage_users"
    READ_CONTENT = "read_content"
    REVIEW = "review"
    EDIT_CONTENT = "edit_content"
    READ_STATISTICS = "read_statistics"
    READ_AUDIT = "read_audit"
    TRANSLATE = "translate"


GRANTS: dict[Permission, frozenset[R]] = {
    Permission.SIGNED_IN: frozenset(R),
    Permission.READ_HANDOFFS: frozenset({R.COORDINATOR, R.NAV_ADULT}),
    Permission.WORK_HANDOFFS: frozenset({R.COORDINATOR, R.NAV_ADULT}),
    Permission.ASSIGN_HANDOFFS: frozenset({R.COORDINATOR}),
    Permission.EXPORT_HANDOFFS: frozenset({R.COORDINATOR}),
    Permission.SEE_OVERVIEW: frozenset({R.COORDINATOR, R.ADMINISTRATOR, R.AUDITOR}),
    Permission.MANAGE_NAV: frozenset({R.COORDINATOR}),
    Permission.EDIT_MUNICIPALITY: frozenset({R.ADMINISTRATOR, R.COORDINATOR}),
    Permission.MANAGE_USERS: frozenset({R.ADMINISTRATOR}),
    Permission.READ_CONTENT: frozenset({R.CONTENT_EDITOR, R.TRANSLATOR, R.AUDITOR}),
    Permission.REVIEW: frozenset({R.CONTENT_EDITOR}),
    Permission.EDIT_CONTENT: frozenset({R.CONTENT_EDITOR}),
    Permission.READ_STATISTICS: frozenset({R.COORDINATOR, R.CONTENT_EDITOR, R.ADMINISTRATOR, R.AUDITOR}),
    Permission.TRANSLATE: frozenset({R.TRANSLATOR}),
    Permission.READ_AUDIT: frozenset({R.ADMINISTRATOR, R.AUDITOR}),
}


def allowed(role: str | None, permission: Permission) -> bool:
    """Whether somebody with this role (None: nobody signed in) may pass."""
    if permission is Permission.PUBLIC:
        return True
    return role is not None and role in {str(granted) for granted in GRANTS.get(permission, frozenset())}
