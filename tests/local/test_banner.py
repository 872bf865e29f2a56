"""Which crisis message is on: asked of both databases."""

from __future__ import annotations

from datetime import timedelta

from actions import db
from actions.clock import FrozenClock, now
from actions.local import banner, store
from actions.local.banner import Wanted
from tests.local.test_profiles import ME


def test_the_newest_message_is_on_until_its_end(any_database: str, frozen: FrozenClock) -> None:
    for hours in (4, 2):
        banner.switch_on(Wanted("jonkoping", ["crisis", "crisis_call"], ["bris"], now() + timedelta(hours=hours)), ME)
        frozen.advance(minutes=1)
    with db.read() as session:
        rows = store.banners(session, {"jonkoping"})
        assert [row.stopped_at is None for row in rows] == [True, False], "the newer one ends the older"
        assert banner.on_for(session, "jonkoping") is not None
        assert banner.on_for(session, None) is None
    frozen.advance(hours=3)
    with db.read() as session:
        assert banner.on_for(session, "jonkoping") is None


def test_a_text_or_contact_that_is_gone_is_left_out(any_database: str, frozen: FrozenClock) -> None:
    banner.switch_on(Wanted("generic", ["no_such_text", "crisis"], ["no_such_line"], now() + timedelta(hours=1)), ME)
    with db.read() as session:
        found = banner.on_for(session, None)
    assert found is not None
    assert [part["id"] for part in found.parts] == ["crisis"]
