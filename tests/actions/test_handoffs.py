"""Handoffs: made once, moved only along legal steps, withdrawn until read, cleared when the child deletes."""

from __future__ import annotations

import pytest

from actions import db
from actions.errors import IllegalTransition, NotFound, Unprocessable
from actions.handoffs import service, store
from actions.handoffs.service import NewHandoff
from actions.handoffs.states import STEPS, possible
from actions.vocabulary import Consent, HandoffState, Urgency


def wanted(key: str = "c1:m1", **update: object) -> NewHandoff:
    values: dict[str, object] = {
        "turn_key": key,
        "conversation_id": "c1",
        "topic": "worry_feel_bad",
        "worry": "feel_bad",
        "urgency": Urgency.U2,
        "role": "elevhalsa",
        "stage": "waiting",
        "language": "sv",
        "municipality": "generic",
        "consent": Consent.YES,
        "own_words": "jag sover inte",
        **update,
    }
    return NewHandoff(**values)  # type: ignore[arg-type]


def move(id_: str, name: str, note: str | None = None) -> str:
    with db.write() as session:
        return service.advance(session, id_, name, "staff:1", note).state


@pytest.mark.usefixtures("any_database")
class TestHandoffs:
    def test_the_same_turn_makes_one_handoff(self) -> None:
        first, second = service.make(wanted()), service.make(wanted(own_words="changed"))
        assert (first.id, first.new, second.new) == (second.id, True, False)
        with db.read() as session:
            assert store.count(session, store.Filter()) == 1

    def test_it_walks_from_new_to_closed_with_times_and_history(self) -> None:
        made = service.make(wanted())
        assert [move(made.id, "acknowledge"), move(made.id, "start"), move(made.id, "close", "talked")] == [
            "acknowledged",
            "in_progress",
            "closed",
        ]
        with db.read() as session:
            handoff = store.get(session, made.id)
            assert handoff is not None
            assert handoff.acknowledged_at
            assert handoff.started_at
            assert handoff.closed_at
            assert [event.step for event in handoff.history] == ["created", "acknowledge", "start", "close"]
            assert handoff.history[-1].note == "talked"

    def test_a_closing_note_is_needed(self) -> None:
        made = service.make(wanted())
        move(made.id, "acknowledge")
        with pytest.raises(Unprocessable):
            move(made.id, "close", "  ")
        with db.read() as session:
            assert store.get(session, made.id).state == "acknowledged"  # type: ignore[union-attr]

    @pytest.mark.parametrize("state", list(HandoffState))
    def test_every_step_that_is_not_listed_is_refused(self, state: HandoffState) -> None:
        made = service.make(wanted(key=f"c1:{state}"))
        with db.write() as session:
            store.get(session, made.id).state = str(state)  # type: ignore[union-attr]
        for name, step in STEPS.items():
            if state not in step.sources:
                with pytest.raises(IllegalTransition):
                    move(made.id, name, "note")

    def test_a_child_withdraws_until_somebody_has_read(self) -> None:
        made = service.make(wanted())
        assert service.withdraw("c1")[0] == "withdrawn"
        with db.read() as session:
            handoff = store.get(session, made.id)
            assert handoff is not None
            assert (handoff.state, handoff.own_words) == ("withdrawn", None)
        read = service.make(wanted(key="c1:m2"))
        move(read.id, "acknowledge")
        assert service.withdraw("c1")[0] == "too_late"

    def test_an_acute_handoff_cannot_be_withdrawn(self) -> None:
        service.make(wanted(urgency=Urgency.U0, consent=Consent.NOT_ASKED, own_words=None))
        assert service.withdraw("c1")[0] == "danger"

    def test_another_conversation_cannot_withdraw_it(self) -> None:
        made = service.make(wanted())
        assert service.withdraw("c2", made.id)[0] == "none"

    def test_deleting_the_conversation_clears_unread_words_and_the_tie(self) -> None:
        unread, read = service.make(wanted()), service.make(wanted(key="c1:m2"))
        move(read.id, "acknowledge")
        with db.write() as session:
            service.forget(session, "c1")
        with db.read() as session:
            one, two = store.get(session, unread.id), store.get(session, read.id)
            assert one is not None
            assert two is not None
            assert (one.own_words, one.conversation_id) == (None, None)
            assert (two.own_words, two.conversation_id) == ("jag sover inte", None)

    def test_an_unknown_one_is_not_found(self) -> None:
        with pytest.raises(NotFound):
            move("nothing", "acknowledge")

    def test_the_list_filters_searches_and_sorts(self) -> None:
        service.make(wanted())
        service.make(
            wanted(key="c2:m1", conversation_id="c2", urgency=Urgency.U0, worry="self_harm", role="bup", own_words="100% _x_")
        )
        with db.read() as session:
            assert [row.urgency for row in store.find(session, store.Filter())] == ["U0", "U2"]
            assert store.count(session, store.Filter(urgency="U0")) == 1
            assert store.count(session, store.Filter(role="bup")) == 1
            assert store.count(session, store.Filter(text="sover")) == 1
            assert store.count(session, store.Filter(text="100% _X_")) == 1
            assert store.count(session, store.Filter(text="%")) == 1
            assert store.count(session, store.Filter(municipalities=frozenset({"stockholm"}))) == 0


def test_the_steps_staff_are_offered_never_include_the_childs() -> None:
    assert all("withdraw" not in possible(state) for state in HandoffState)
