"""Nothing lies unread: the child's answers, the inbox, the overview, the digest; a night without anybody, over real SMTP and HTTP."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest

from actions import db
from actions.alerts import digest, overview, service
from actions.alerts.worker import Worker
from actions.chat import store as conversations
from actions.chat.opening import open_conversation
from actions.chat.public import NewConversation
from actions.clock import SWEDEN, FrozenClock
from actions.handoffs import talk
from actions.handoffs.talk import Author, Words
from actions.settings import Settings
from actions.vocabulary import StaffRole, Urgency
from tests.alerts.conftest import (
    CANARY,
    PostBox,
    Receiver,
    account,
    coordinator,
    handoff,
    live,
    rows,
    step,
    take,
)

pytestmark = pytest.mark.usefixtures("any_database")


def chat() -> str:
    return open_conversation(NewConversation(language="sv", stage="waiting", municipality="stockholm", access_code=None)).row.id


def replied(conversation_id: str, author: Author, **update: object) -> str:
    """A handoff somebody has answered, and the child has seen that."""
    id_ = handoff(key=f"{conversation_id}:m1", conversation_id=conversation_id, **update)
    with db.write() as session:
        talk.reply(session, id_, author, Words(text="Hej"), uuid.uuid4().hex)
    return id_


def answer(conversation_id: str, handoff_id: str, text: str = CANARY) -> None:
    with db.write() as session:
        row = conversations.conversation(session, conversation_id, lock=True)
        assert row is not None
        talk.pass_on(session, row, handoff_id, text, uuid.uuid4().hex, None)


def told(person: int) -> list[tuple[str, str, bool]]:
    with db.read() as session:
        return [(str(row.handoff_id), row.kind, row.seen_at is None) for row in service.inbox(session, person)]


async def test_a_night_of_danger_without_anybody_three_escalations_then_a_coordinator(
    frozen: FrozenClock, configure: Callable[..., Settings], mailing: Settings, post_box: PostBox, receiver: Receiver
) -> None:
    """One adult is told by SMS; the municipality's own system hears every step. Nothing of the child goes out."""
    config = configure(
        webhook_url=receiver.url + "/hook", webhook_secret="w" * 30, sms_url=receiver.url + "/sms", sms_user="u", sms_password="p"
    )
    frozen.set(frozen.now().astimezone(SWEDEN).replace(hour=2, minute=30))
    steps = [
        step("kontaktperson_hvb", person=account("kontakt@example.se")),
        step("elevhalsa", person=account("elev@example.se", nav_role="elevhalsa")),
        step("bup", address="+46701234567", channel="sms"),
        step("skolkurator", address="kurator@example.se"),
    ]
    coordinator()
    id_ = handoff(Urgency.U0, steps=steps, worry="self_harm", topic="worry_self_harm")
    await live(Worker(config), frozen, "2026-11-25 02:43")
    way = [(mail.at.astimezone(SWEDEN).strftime("%H:%M"), mail.to.split("@")[0]) for mail in post_box.mails]
    assert way == [("02:30", "kontakt"), ("02:33", "elev"), ("02:39", "kurator"), ("02:42", "samordnare")]
    sms = [call.form for call in receiver.calls if call.path == "/sms"]
    assert [form["to"] for form in sms] == ["+46701234567"]
    hooks = [call.json for call in receiver.calls if call.path == "/hook"]
    assert [(hook["type"], hook["step"]) for hook in hooks] == [("alert", 0), *[("escalation", number) for number in range(1, 5)]]
    everything = " ".join([*(mail.text for mail in post_box.mails), *(str(form) for form in sms), *(str(hook) for hook in hooks)])
    assert everything.count(f"/staff/handoffs/{id_}") >= 10
    for word in ("kanarie", "self_harm", "stockholm", "rädd"):
        assert word not in everything
    take(id_, "acknowledge")
    await live(Worker(config), frozen, "2026-11-25 12:00")
    assert len(post_box.mails) == 4


async def test_an_answer_nobody_opens_is_mailed_after_two_minutes_without_its_words(
    frozen: FrozenClock, mailing: Settings, post_box: PostBox
) -> None:
    anna = account("anna@example.se", nav_role="elevhalsa")
    conversation = chat()
    id_ = replied(conversation, Author(anna, str(StaffRole.NAV_ADULT), "elevhalsa"), role="elevhalsa")
    answer(conversation, id_)
    answer(conversation, id_, "en sak till")
    worker = Worker(mailing)
    await live(worker, frozen, "2026-11-25 10:01")
    assert post_box.mails == []
    await live(worker, frozen, "2026-11-25 10:10")
    [mail] = post_box.to("anna@example.se")
    assert id_ in mail.text
    assert "skrivit tillbaka" in mail.text
    assert "kanarie" not in mail.text


async def test_an_answer_that_is_read_in_time_costs_no_mail(frozen: FrozenClock, mailing: Settings, post_box: PostBox) -> None:
    anna = account("anna@example.se", nav_role="elevhalsa")
    conversation = chat()
    id_ = replied(conversation, Author(anna, str(StaffRole.NAV_ADULT), "elevhalsa"))
    answer(conversation, id_)
    with db.write() as session:
        talk.open_thread(session, id_, anna)
    await live(Worker(mailing), frozen, "2026-11-25 12:00")
    assert post_box.mails == []


async def test_the_inbox_shows_what_was_not_opened_first_and_each_handoff_once(
    frozen: FrozenClock, configure: Callable[..., Settings]
) -> None:
    worker, boss = Worker(configure()), coordinator()
    old, new = handoff(Urgency.U1), handoff(Urgency.U0, key="c1:m2")
    await live(worker, frozen, "2026-11-25 10:04")
    assert told(boss) == [(new, "escalation", True), (old, "alert", True)]
    with db.write() as session:
        talk.open_thread(session, new, boss)
    assert told(boss) == [(old, "alert", True), (new, "escalation", False)]
    frozen.advance(minutes=3)
    await worker.tick()
    assert told(boss)[0] == (new, "escalation", True), "told again: it still waits"
    assert told(account("other@example.se")) == []


def test_an_answer_beyond_its_time_is_late_in_the_overview_and_counted_in_the_digest(
    frozen: FrozenClock, mailing: Settings, post_box: PostBox
) -> None:
    boss = coordinator()
    anna = account("anna@example.se", nav_role="elevhalsa")
    conversation = chat()
    id_ = replied(conversation, Author(anna, str(StaffRole.NAV_ADULT), "elevhalsa"))
    with db.read() as session:
        [item] = overview.open_items(session, ["stockholm"], boss)
    assert (item.owner, item.deadline, item.answers) == ("Anna", None, 0)
    answer(conversation, id_)
    frozen.advance(days=9)
    with db.read() as session:
        [item] = overview.open_items(session, ["stockholm"], boss)
        person = service.store.people(session, [boss])[boss]
    assert (item.answers, item.overdue) == (1, True)
    assert digest.plan_now(mailing) == 1
    [row] = [row for row in rows() if row.kind == "digest"]
    with db.read() as session:
        letter = digest.letter(session, row, person, mailing)
    assert "Svar från barn som ingen har läst: 1" in letter.text
    assert letter.subject.startswith("Navet: 1 ")
    assert "/staff/overview" in letter.link
    with db.write() as session:
        talk.open_thread(session, id_, anna)
    with db.read() as session:
        [item] = overview.open_items(session, ["stockholm"], boss)
    assert (item.answers, item.overdue) == (0, False)
