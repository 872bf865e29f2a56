"""Municipality profiles, database over file. An edit is seen by every process within `FRESH` seconds, without a restart."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from actions import db
from actions.audit.service import record
from actions.clock import now
from actions.content import content
from actions.content.loader import use_profiles
from actions.content.models import Municipality
from actions.errors import Unavailable, Unprocessable
from actions.local import store
from actions.local.models import ProfileEdit
from actions.local.validate import problem
from actions.mark import N_
from actions.staff.accounts import SignedIn

log = logging.getLogger("navet.local")
FRESH = 2.0
"""Seconds a process believes what it has read."""


class _Read:
    """What this process last read."""

    engine: Engine | None = None
    until: float = 0.0
    profiles: dict[str, Municipality] = {}


def edited() -> dict[str, Municipality]:
    """The edited profiles by id. When the database does not answer, those that were read last."""
    if _Read.engine is not db.engine():
        _Read.engine, _Read.until, _Read.profiles = db.engine(), 0.0, {}
    if time.monotonic() >= _Read.until:
        _Read.until = time.monotonic() + FRESH
        try:
            with db.read() as session:
                _Read.profiles = {row.id: found for row in store.edits(session) if (found := _valid(row)) is not None}
        except Unavailable:
            log.error("edited profiles cannot be read; those known are used")
    return _Read.profiles


def _valid(row: ProfileEdit) -> Municipality | None:
    """A stored profile that no longer fits (a new release knows other fields) is left out, and the file counts."""
    try:
        return Municipality.model_validate(row.profile)
    except ValidationError:
        log.error("the edited profile of %s does not fit any more; the file is used", row.id)
        return None


@contextmanager
def live() -> Iterator[None]:
    """Use edited profiles in this process, for as long as it runs."""
    use_profiles(edited)
    try:
        yield
    finally:
        use_profiles(None)


def of(session: Session, id_: str) -> Municipality:
    """The profile as it stands now, for editing."""
    row = store.edit(session, id_)
    return (_valid(row) if row else None) or content().municipalities[id_]


def change(session: Session, id_: str, part: str, me: SignedIn, edit: Callable[[dict[str, Any]], None]) -> Municipality:
    """Change a part of a profile. Raises `Unprocessable` with what is wrong; then nothing is stored."""
    row = store.edit(session, id_, lock=True)
    values = of(session, id_).model_dump(mode="json")
    edit(values)
    try:
        made = Municipality.model_validate(values)
    except ValidationError as error:
        field = str(error.errors()[0]["loc"][-1])
        raise Unprocessable(N_("Something in the form does not fit. Check dates and times."), field=field) from None
    wrong = problem(made)
    if wrong:
        raise Unprocessable(wrong)
    profile = made.model_dump(mode="json")
    if row is None:
        row = ProfileEdit(id=id_, profile=profile, version=1, edited_at=now(), edited_by=me.email)
        store.add(session, row)
    else:
        row.profile, row.version, row.edited_at, row.edited_by = profile, row.version + 1, now(), me.email
    record(
        session, user_id=me.id, actor=me.email, action="municipality.edited", object_type="municipality", object_id=id_, part=part
    )
    _Read.until = 0.0
    return made
