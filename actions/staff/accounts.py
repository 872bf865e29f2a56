"""Accounts and sign-in: argon2id, lock-out after repeated failures, one-time links, sessions that end."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session

from actions import db
from actions.audit.service import record
from actions.clock import now
from actions.content import content
from actions.errors import NotFound, Unauthorized, Unprocessable
from actions.mark import N_
from actions.settings import Settings
from actions.staff import store
from actions.staff.models import SignInLink, StaffSession, StaffUser
from actions.vocabulary import StaffRole

HASHER: Final = PasswordHasher()  # argon2id with the library's current defaults
SESSION_HOURS = 8
LINK_HOURS = 24
MOST_FAILURES = 5
LOCK_MINUTES = 15
SHORTEST_PASSWORD = 12
WRONG = N_("The e-mail address or the password is wrong, or the account is locked for a while.")


@dataclass(frozen=True)
class SignedIn:
    """Somebody who is signed in, as pages need it."""

    id: int
    email: str
    name: str
    role: str
    nav_role: str | None
    municipality: str | None
    language: str
    csrf: str
    token_hash: str
    has_password: bool


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def add_user(
    email: str,
    name: str,
    role: str,
    *,
    municipality: str | None = None,
    nav_role: str | None = None,
    language: str = "sv",
    by: str = "cli",
) -> int:
    """Make an account without a password; a one-time link opens it. Wrong input: `Unprocessable`."""
    email = email.strip().lower()
    check_account(email, name, role, municipality, nav_role)
    with db.write() as session:
        if store.by_email(session, email) is not None:
            raise Unprocessable(N_("There is an account with that e-mail address already."), field="email")
        user = StaffUser(
            email=email,
            name=name.strip(),
            role=role,
            municipality=municipality,
            nav_role=nav_role,
            language=language,
            active=True,
            failures=0,
            created_at=now(),
        )
        store.add(session, user)
        record(session, user_id=None, actor=by, action="user.added", object_type="user", object_id=str(user.id), role=role)
        return user.id


def check_account(email: str, name: str, role: str, municipality: str | None, nav_role: str | None) -> None:
    roles = [str(known) for known in StaffRole]
    if "@" not in email or len(email) > 254 or any(char.isspace() for char in email):
        raise Unprocessable(N_("That is not an e-mail address."), field="email")
    if not name.strip() or len(name) > 120:
        raise Unprocessable(N_("Give a name of at most 120 characters."), field="name")
    if role not in roles:
        raise Unprocessable(f"Unknown role. Known: {', '.join(roles)}.", field="role")
    if municipality is not None and municipality not in content().municipalities:
        raise Unprocessable(f"Unknown municipality. Known: {', '.join(content().municipalities)}.", field="municipality")
    if role in (StaffRole.COORDINATOR, StaffRole.NAV_ADULT) and municipality is None:
        raise Unprocessable(N_("Coordinators and adults of a nav belong to a municipality."), field="municipality")
    if (role == StaffRole.NAV_ADULT) != (nav_role is not None):
        raise Unprocessable(N_("An adult of a nav, and only such an adult, has a nav role."), field="nav_role")
    if nav_role is not None and (nav_role not in content().roles or not content().roles[nav_role].recipient):
        raise Unprocessable(N_("That role cannot receive handoffs."), field="nav_role")


def make_link(user_id: int, *, by: str = "cli") -> str:
    """A one-time sign-in token for an account; earlier unused ones stop working."""
    token = secrets.token_urlsafe(32)
    with db.write() as session:
        user = store.user(session, user_id)
        if user is None or not user.active:
            raise NotFound(N_("There is no such active account."))
        store.drop_links(session, user_id)
        store.add(
            session,
            SignInLink(
                token_hash=hash_token(token), user_id=user_id, created_at=now(), expires_at=now() + timedelta(hours=LINK_HOURS)
            ),
        )
        record(session, user_id=None, actor=by, action="user.link_made", object_type="user", object_id=str(user_id))
    return token


def first_sign_in(config: Settings) -> str | None:
    """The one-time address that `make run` prints: always in development, in production only while nobody has an account.

    The first account is an administrator. In development two more are made, so that handoffs can be seen at once.
    """
    with db.read() as session:
        users = store.all_users(session)
    if config.production and users:
        return None
    if not users:
        add_user("admin@navet.local", "Administratör", StaffRole.ADMINISTRATOR, by="start")
    coordinator = next((user.id for user in users if user.role == StaffRole.COORDINATOR and user.active), None)
    if coordinator is None and not config.production:
        coordinator = add_user("coordinator@navet.local", "Samordnare", StaffRole.COORDINATOR, municipality="generic", by="start")
    with db.read() as session:
        admin = next((user.id for user in store.all_users(session) if user.role == StaffRole.ADMINISTRATOR and user.active), None)
    chosen = admin if config.production else coordinator
    return f"{config.web_address}/staff/once/{make_link(chosen, by='start')}" if chosen else None


def sign_in(email: str, password: str) -> str:
    """A session token. Wrong or locked: `Unauthorized`, with the same words and about the same time."""
    with db.write() as session:
        user = store.by_email(session, email, lock=True)
        good = _verify(user, password)
        if user is None or not user.active:
            raise Unauthorized(WRONG)
        if user.locked_until is not None and user.locked_until > now():
            good = False
        elif not good:
            user.failures += 1
            if user.failures >= MOST_FAILURES:
                user.locked_until, user.failures = now() + timedelta(minutes=LOCK_MINUTES), 0
                _note(session, user, "user.locked")
        token = _open(session, user) if good else None
    if token is None:
        raise Unauthorized(WRONG)
    return token


_NOBODY = HASHER.hash(secrets.token_urlsafe(16))


def _verify(user: StaffUser | None, password: str) -> bool:
    """Also takes its time for an account that does not exist or has no password."""
    stored = user.password_hash if user else None
    try:
        good = HASHER.verify(stored or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return good and stored is not None


def sign_in_once(token: str) -> str:
    """Use a one-time link. `Unauthorized` when it is wrong, used or too old."""
    with db.write() as session:
        link = store.link(session, hash_token(token))
        user = store.user(session, link.user_id) if link else None
        if link is None or user is None or not user.active or link.used_at is not None or link.expires_at < now():
            raise Unauthorized(N_("This link is used up or too old. Ask an administrator for a new one."))
        link.used_at = now()
        return _open(session, user)


def _open(session: Session, user: StaffUser) -> str:
    token = secrets.token_urlsafe(32)
    moment = now()
    store.drop_expired(session, moment)
    store.add(
        session,
        StaffSession(
            token_hash=hash_token(token),
            user_id=user.id,
            csrf=secrets.token_urlsafe(24),
            created_at=moment,
            expires_at=moment + timedelta(hours=SESSION_HOURS),
        ),
    )
    user.failures, user.locked_until, user.signed_in_at = 0, None, moment
    _note(session, user, "user.signed_in")
    return token


def _note(session: Session, user: StaffUser, action: str) -> None:
    record(session, user_id=user.id, actor=user.email, action=action, object_type="user", object_id=str(user.id))


def who(token: str | None) -> SignedIn | None:
    """Who a session cookie belongs to."""
    if not token:
        return None
    with db.read() as session:
        found = store.session_of(session, hash_token(token))
        user = store.user(session, found.user_id) if found and found.expires_at > now() else None
        if found is None or user is None or not user.active:
            return None
        return SignedIn(
            id=user.id,
            email=user.email,
            name=user.name,
            role=user.role,
            nav_role=user.nav_role,
            municipality=user.municipality,
            language=user.language,
            csrf=found.csrf,
            token_hash=found.token_hash,
            has_password=user.password_hash is not None,
        )


def sign_out(signed_in: SignedIn) -> None:
    with db.write() as session:
        store.end_session(session, signed_in.token_hash)
        record(
            session,
            user_id=signed_in.id,
            actor=signed_in.email,
            action="user.signed_out",
            object_type="user",
            object_id=str(signed_in.id),
        )


def set_password(signed_in: SignedIn, password: str, repeated: str) -> None:
    """A new password; every other session of the account ends."""
    if len(password) < SHORTEST_PASSWORD or len(password) > 200:
        raise Unprocessable(f"Choose a password of at least {SHORTEST_PASSWORD} characters.", field="password")
    if password != repeated:
        raise Unprocessable(N_("The two passwords are not the same."), field="repeated")
    if signed_in.email.split("@")[0].lower() in password.lower() or len(set(password)) < 5:
        raise Unprocessable(N_("Choose a password that is harder to guess."), field="password")
    with db.write() as session:
        user = store.user(session, signed_in.id, lock=True)
        assert user is not None
        user.password_hash = HASHER.hash(password)
        store.end_sessions(session, user.id, but=signed_in.token_hash)
        _note(session, user, "user.password_set")


def set_language(signed_in: SignedIn, language: str) -> None:
    if language not in ("sv", "en"):
        raise Unprocessable(N_("Staff pages are in Swedish and English."), field="language")
    with db.write() as session:
        user = store.user(session, signed_in.id)
        assert user is not None
        user.language = language


def set_active(user_id: int, active: bool, by: SignedIn) -> None:
    """Close or reopen an account. Nobody closes their own, so that one administrator always remains."""
    if user_id == by.id:
        raise Unprocessable(N_("You cannot close your own account."), field="user")
    with db.write() as session:
        user = store.user(session, user_id, lock=True)
        if user is None:
            raise NotFound(N_("There is no such account."))
        user.active = active
        if not active:
            store.end_sessions(session, user.id)
            store.drop_links(session, user.id)
        action = "user.opened" if active else "user.closed"
        record(session, user_id=by.id, actor=by.email, action=action, object_type="user", object_id=str(user.id))
