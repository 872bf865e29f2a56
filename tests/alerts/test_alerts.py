"""Alerting that insists, played through with a controlled clock, a real mail server and both databases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete

from actions import db
from actions.alerts import outbox, service
from actions.alerts.models import Escalation, OutboxRow
from actions.alerts.worker import Worker
from actions.audit import service as audit
from actions.clock import SWEDEN, FrozenClock
from actions.handoffs import service as handoffs
from actions.handoffs import store as handoff_store
from actions.settings import Settings
from actions.staff import store as staff
from actions.vocabulary import Consent, StaffRole, Urgency
from tests.alerts.conftest import (
    CANARY,
    PostBox,
    Receiver,
    account,
    coordinator,
    events,
    handoff,
    live,
    rows,
    step,
    swedish,
    take,
)

pytestmark = pytest.mark.usefixtures("any_database")


@pytest.fixture
def worker(mailing: Settings) -> Worker:
    return Worker(mailing)


def timetable(post_box: PostBox) -> list[tuple[str, str]]:
    return [(mail.at.astimezone(SWEDEN).strftime("%a %d %H:%M"), mail.to.split("@")[0]) for mail in post_box.mails]


def three_adults() -> list[dict[str, Any]]:
    return [
        step("kontaktperson_hvb", person=account("kontakt@example.se")),
        step("elevhalsa", person=account("elev@example.se", nav_role="elevhalsa")),
        step("bup", address="bup@example.se"),
        step("socialjour"),
    ]


# --- U0


async def test_danger_at_night_goes_on_every_three_minutes_then_to_the_coordinator_then_round_again(
    frozen: FrozenClock, worker: Worker, post_box: PostBox
) -> None:
    frozen.set(swedish("2026-11-25 02:00"))
    steps, _ = three_adults(), coordinator()
    id_ = handoff(Urgency.U0, steps=steps, worry="self_harm", topic="worry_self_harm")
    await live(worker, frozen, "2026-11-25 02:13")
    assert timetable(post_box) == [
        ("Wed 25 02:00", "kontakt"),
        ("Wed 25 02:03", "elev"),
        ("Wed 25 02:06", "bup"),
        ("Wed 25 02:09", "samordnare"),
        ("Wed 25 02:12", "kontakt"),
    ]
    assert [name for name, _ in events(id_)] == ["created", "alerted", *["escalated", "alerted"] * 4]
    assert events(id_)[-2] == ("escalated", "Kontaktperson på boendet (HVB) (varv 2)")


async def test_in_danger_the_on_call_is_told_from_the_first_moment(frozen: FrozenClock, worker: Worker, post_box: PostBox) -> None:
    frozen.set(swedish("2026-11-25 02:00"))
    account("jour@example.se", nav_role="socialjour")
    coordinator()
    handoff(Urgency.U0, steps=three_adults())
    await live(worker, frozen, "2026-11-25 02:03")
    assert sorted(timetable(post_box)) == [("Wed 25 02:00", "jour"), ("Wed 25 02:00", "kontakt"), ("Wed 25 02:03", "elev")]


async def test_the_pace_of_danger_is_a_setting(
    frozen: FrozenClock, configure: Callable[..., Settings], mailing: Settings, post_box: PostBox
) -> None:
    worker = Worker(configure(repeat_minutes=10))
    coordinator()
    handoff(Urgency.U0)
    await live(worker, frozen, "2026-11-25 10:29")
    assert [at for at, _ in timetable(post_box)] == ["Wed 25 10:00", "Wed 25 10:10", "Wed 25 10:20"]


@pytest.mark.parametrize("how", ["acknowledge", "start"])
async def test_an_acknowledgement_between_two_alerts_ends_them_at_once(
    frozen: FrozenClock, worker: Worker, post_box: PostBox, how: str
) -> None:
    coordinator()
    id_ = handoff(Urgency.U0, steps=three_adults())
    await live(worker, frozen, "2026-11-25 10:04")
    assert len(post_box.mails) == 2
    take(id_, how)
    await live(worker, frozen, "2026-11-26 10:00")
    assert len(post_box.mails) == 2


async def test_an_alert_that_is_waiting_when_somebody_acknowledges_is_never_sent(
    frozen: FrozenClock, worker: Worker, post_box: PostBox
) -> None:
    coordinator()
    id_ = handoff(Urgency.U0)
    take(id_, "acknowledge")
    await live(worker, frozen, "2026-11-25 12:00")
    assert post_box.mails == []
    assert all(row.ended_at and not row.sent_at for row in rows(id_))


async def test_what_the_child_takes_back_alerts_nobody(frozen: FrozenClock, worker: Worker, post_box: PostBox) -> None:
    frozen.set(swedish("2026-11-25 20:00"))
    coordinator()
    handoff(Urgency.U2)
    assert handoffs.withdraw("c1")[0] == "withdrawn"
    await live(worker, frozen, "2026-12-10 12:00")
    assert post_box.mails == []


# --- U1


async def test_today_in_office_hours_goes_to_the_first_adult_and_after_two_hours_to_the_next(
    frozen: FrozenClock, worker: Worker, post_box: PostBox
) -> None:
    coordinator()
    handoff(Urgency.U1, steps=three_adults())
    await live(worker, frozen, "2026-11-25 14:30")
    assert timetable(post_box) == [("Wed 25 10:00", "kontakt"), ("Wed 25 12:00", "elev"), ("Wed 25 14:00", "bup")]


async def test_today_over_a_weekend_goes_to_the_on_call_and_when_the_office_opens_to_the_first_adult(
    frozen: FrozenClock, worker: Worker, post_box: PostBox
) -> None:
    frozen.set(swedish("2026-11-28 23:30"))  # a Saturday
    account("jour@example.se", nav_role="socialjour")
    coordinator()
    handoff(Urgency.U1, steps=three_adults())
    await live(worker, frozen, "2026-11-29 04:00")
    assert timetable(post_box) == [("Sat 28 23:30", "jour"), ("Sun 29 01:30", "samordnare"), ("Sun 29 03:30", "jour")]
    post_box.mails.clear()
    await live(worker, frozen, "2026-11-30 10:30")
    assert timetable(post_box)[-2:] == [("Mon 30 08:00", "kontakt"), ("Mon 30 10:00", "elev")]
    assert not {"kontakt", "elev", "bup"} & {to for at, to in timetable(post_box)[:-2]}


async def test_today_over_christmas_waits_for_no_office(frozen: FrozenClock, worker: Worker, post_box: PostBox) -> None:
    frozen.set(swedish("2026-12-23 16:29"))  # open for one more minute, then closed until Monday the 28th
    account("jour@example.se", nav_role="socialjour")
    coordinator()
    handoff(Urgency.U1, steps=three_adults())
    await live(worker, frozen, "2026-12-28 08:00")
    times = timetable(post_box)
    assert times[:3] == [("Wed 23 16:29", "kontakt"), ("Wed 23 18:29", "jour"), ("Wed 23 20:29", "samordnare")]
    assert {to for at, to in times if at[:6] in ("Thu 24", "Fri 25", "Sat 26", "Sun 27")} == {"jour", "samordnare"}
    assert times[-1] == ("Mon 28 08:00", "kontakt")


# --- U2 and U3


async def test_within_days_over_easter_counts_working_days_only(frozen: FrozenClock, worker: Worker, post_box: PostBox) -> None:
    frozen.set(swedish("2026-04-02 14:00"))  # Thursday before Good Friday; Monday is Easter Monday
    coordinator()
    handoff(Urgency.U2, steps=three_adults())
    await live(worker, frozen, "2026-04-10 15:00")
    assert timetable(post_box) == [("Thu 02 14:00", "kontakt"), ("Thu 09 14:00", "samordnare"), ("Fri 10 14:00", "kontakt")]


async def test_an_ordinary_worry_at_night_waits_for_the_morning(frozen: FrozenClock, worker: Worker, post_box: PostBox) -> None:
    frozen.set(swedish("2026-11-27 22:00"))  # Friday night
    coordinator()
    handoff(Urgency.U3, steps=three_adults())
    await live(worker, frozen, "2026-12-07 09:00")
    assert timetable(post_box) == [("Mon 30 08:00", "kontakt"), ("Mon 07 08:00", "samordnare")]


async def test_an_ordinary_worry_never_reaches_an_adult_the_child_did_not_say_yes_to(
    frozen: FrozenClock, worker: Worker, post_box: PostBox
) -> None:
    coordinator()
    handoff(Urgency.U2, steps=three_adults(), role="elevhalsa")
    await live(worker, frozen, "2026-12-24 09:00")
    assert {to for _, to in timetable(post_box)} == {"elev", "samordnare"}


# --- never to the wrong adult, never to nobody


async def test_an_excluded_role_person_or_address_is_never_alerted(frozen: FrozenClock, worker: Worker, post_box: PostBox) -> None:
    guardian = account("gode@example.se", nav_role="god_man")
    chief = coordinator("chef@example.se")
    coordinator("annan@example.se")
    steps = [
        step("god_man", person=guardian),
        step("elevhalsa", person=chief),  # the same person under another role
        step("skola", address="Chef+skola@example.se"),  # the same mailbox
        step("bup", address="bup@example.se"),
    ]
    handoff(Urgency.U0, steps=steps, role="god_man", excluded=["god_man"], excluded_people=[chief])
    await live(worker, frozen, "2026-11-25 11:00")
    assert {to for _, to in timetable(post_box)} == {"bup", "annan"}


async def test_a_closed_account_gets_nothing_and_the_next_in_line_does(
    frozen: FrozenClock, worker: Worker, post_box: PostBox
) -> None:
    coordinator()
    steps = three_adults()
    with db.write() as session:
        staff.user(session, steps[0]["person_id"]).active = False  # type: ignore[union-attr]
    handoff(Urgency.U0, steps=steps)
    await live(worker, frozen, "2026-11-25 10:00")
    assert timetable(post_box) == [("Wed 25 10:00", "elev")]


@pytest.mark.parametrize(
    ("there", "told"),
    [
        (("own", "generic", "admin"), {"own"}),
        (("generic", "admin"), {"generic"}),
        (("admin",), {"admin"}),
    ],
)
async def test_without_steps_the_coordinators_get_it_then_the_generic_one_then_administrators(
    frozen: FrozenClock, worker: Worker, post_box: PostBox, there: tuple[str, ...], told: set[str]
) -> None:
    make = {
        "own": lambda: coordinator("own@example.se"),
        "generic": lambda: coordinator("generic@example.se", "generic"),
        "admin": lambda: account("admin@example.se", StaffRole.ADMINISTRATOR),
    }
    for name in there:
        make[name]()
    handoff(Urgency.U2)
    await live(worker, frozen, "2026-12-10 10:00")
    assert {to for _, to in timetable(post_box)} == told


async def test_with_nobody_at_all_it_is_looked_for_again_until_somebody_has_an_account(
    frozen: FrozenClock, worker: Worker, post_box: PostBox
) -> None:
    handoff(Urgency.U0)
    await live(worker, frozen, "2026-11-25 10:20")
    assert post_box.mails == []
    coordinator()
    await live(worker, frozen, "2026-11-25 10:30")
    assert timetable(post_box) == [("Wed 25 10:30", "samordnare")]


async def test_a_handoff_that_was_made_without_an_alert_is_found(frozen: FrozenClock, worker: Worker, post_box: PostBox) -> None:
    coordinator()
    id_ = handoff(Urgency.U1)
    with db.write() as session:
        session.execute(delete(OutboxRow))
        session.execute(delete(Escalation))
    assert service.adopt() == 1
    assert service.adopt() == 0
    await worker.tick()
    assert [mail.to for mail in post_box.mails] == ["samordnare@example.se"]
    assert events(id_)[-1][0] == "alerted"


async def test_a_handoff_is_kept_when_its_first_alert_cannot_be_planned(
    frozen: FrozenClock, worker: Worker, post_box: PostBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    coordinator()
    with monkeypatch.context() as broken:
        broken.setattr(service, "line_of", lambda *_: 1 / 0)
        id_ = handoff(Urgency.U0)
    assert rows(id_) == []
    await live(worker, frozen, "2026-11-25 10:01")
    assert [mail.to for mail in post_box.mails] == ["samordnare@example.se"]


# --- a channel that fails


async def test_a_mail_server_that_fails_and_recovers_gets_each_alert_once(
    frozen: FrozenClock, worker: Worker, post_box: PostBox
) -> None:
    coordinator()
    post_box.refuse = "451 try later"
    id_ = handoff(Urgency.U2)
    await live(worker, frozen, "2026-11-25 10:03")
    assert post_box.mails == []
    assert rows(id_)[0].last_error == "smtp_451"
    assert "alert_failed" in [name for name, _ in events(id_)]
    post_box.refuse = None
    await live(worker, frozen, "2026-11-25 12:00")
    assert [mail.to for mail in post_box.mails] == ["samordnare@example.se"]


async def test_after_an_hour_without_mail_nobody_gets_a_heap_of_old_alerts(
    frozen: FrozenClock, worker: Worker, post_box: PostBox
) -> None:
    coordinator()
    post_box.refuse = "421 down"
    handoff(Urgency.U0)
    await live(worker, frozen, "2026-11-25 11:00")
    post_box.refuse = None
    await live(worker, frozen, "2026-11-25 11:02")
    assert len(post_box.mails) == 1


async def test_an_address_that_does_not_exist_costs_no_time(frozen: FrozenClock, worker: Worker, post_box: PostBox) -> None:
    coordinator()
    post_box.refuse_recipient["kontakt@example.se"] = "550 no such user"
    handoff(Urgency.U1, steps=three_adults())
    await live(worker, frozen, "2026-11-25 10:01")
    assert timetable(post_box) == [("Wed 25 10:00", "elev")]


async def test_a_line_of_wrong_addresses_does_not_spin(frozen: FrozenClock, worker: Worker, post_box: PostBox) -> None:
    post_box.refuse_recipient = {f"{name}@example.se": "550 no such user" for name in ("kontakt", "elev", "bup", "samordnare")}
    coordinator()
    id_ = handoff(Urgency.U1, steps=three_adults())
    await live(worker, frozen, "2026-11-25 16:00")
    assert 4 <= len(rows(id_)) <= 8


async def test_without_any_channel_the_staff_pages_are_the_channel(frozen: FrozenClock, configure: Callable[..., Settings]) -> None:
    worker = Worker(configure())
    boss = coordinator()
    id_ = handoff(Urgency.U0)
    await worker.tick()
    assert [(row.channel, row.sent_at is not None) for row in rows(id_)] == [("in_app", True)]
    assert [row.id for row in service.waiting_for(boss)] == [id_]
    take(id_, "acknowledge")
    assert service.waiting_for(boss) == []


# --- what is in a message


async def test_no_word_of_the_child_and_no_worry_is_in_anything_that_goes_out(
    frozen: FrozenClock, configure: Callable[..., Settings], mailing: Settings, post_box: PostBox, receiver: Receiver
) -> None:
    config = configure(
        webhook_url=receiver.url + "/hook",
        webhook_secret="w" * 30,
        sms_url=receiver.url + "/sms",
        sms_user="u",
        sms_password="p",
    )
    worker = Worker(config)
    coordinator(language="en")
    steps = [step("kontaktperson_hvb", person=account("kontakt@example.se")), step("bup", address="070-123 45 67", channel="sms")]
    id_ = handoff(Urgency.U0, steps=steps, worry="abuse", topic="worry_abuse", own_words=CANARY)
    await live(worker, frozen, "2026-11-25 10:08")
    out = [f"{mail.message.items()} {mail.text}" for mail in post_box.mails]
    out += [f"{call.headers} {call.json if call.path == '/hook' else call.form}" for call in receiver.calls]
    assert len(post_box.mails) == 2
    assert {call.path for call in receiver.calls} == {"/hook", "/sms"}
    for text in out:
        for word in ("kanarie", "gode man", "abuse", "Någon slår", "stockholm", "waiting", "HVB", "boendet", "c1:"):
            assert word.lower() not in text.lower(), word
    for text in [
        *(mail.text for mail in post_box.mails),
        *(call.form["message"] for call in receiver.calls if call.path == "/sms"),
    ]:
        assert f"http://navet.test/staff/handoffs/{id_}" in text
    assert "fara nu" in post_box.to("kontakt@example.se")[0].text
    assert "danger now" in post_box.to("samordnare@example.se")[0].text
    for row in rows():
        assert CANARY not in str(vars(row))


async def test_each_alert_and_each_escalation_is_in_the_history_and_in_the_audit(
    frozen: FrozenClock, worker: Worker, post_box: PostBox
) -> None:
    coordinator()
    id_ = handoff(Urgency.U0, steps=three_adults())
    await live(worker, frozen, "2026-11-25 10:03")
    names = [name for name, _ in events(id_)]
    assert names == ["created", "alerted", "escalated", "alerted"]
    with db.read() as session:
        kept = [entry for entry in audit.latest(session) if entry.object_id == id_]
    assert sorted(entry.action for entry in kept) == ["handoff.alerted", "handoff.alerted", "handoff.escalated"]
    assert "@" not in str([entry.detail for entry in kept])


# --- given to a person


async def test_who_is_given_a_handoff_is_told_and_an_adult_told_may_open_it(
    frozen: FrozenClock, worker: Worker, post_box: PostBox
) -> None:
    coordinator()
    person = account("elev@example.se", nav_role="elevhalsa")
    id_ = handoff(Urgency.U2)
    await worker.tick()
    take(id_, "acknowledge")
    with db.write() as session:
        found, user = handoff_store.get(session, id_, lock=True), service.store.people(session, [person])[person]
        assert found is not None
        found.assignee_id = person
        service.tell_person(session, found, user)
    await worker.tick()
    assert [mail.to for mail in post_box.mails] == ["samordnare@example.se", "elev@example.se"]
    with db.read() as session:
        assert service.opened_to(session, person) == {id_}


def test_claiming_twice_gives_each_message_to_one_worker(frozen: FrozenClock, mailing: Settings) -> None:
    coordinator()
    handoff(Urgency.U0)
    first, second = outbox.claim("one", mailing), outbox.claim("two", mailing)
    assert (len(first), len(second)) == (1, 0)
    frozen.advance(seconds=outbox.LEASE.total_seconds() + 1)
    assert [task.id for task in outbox.claim("two", mailing)] == [first[0].id]


def test_a_message_carries_the_same_id_however_often_it_is_tried(frozen: FrozenClock, mailing: Settings) -> None:
    coordinator()
    handoff(Urgency.U0)
    ids = set()
    for name in ("one", "two", "three"):
        task = outbox.claim(name, mailing)[0]
        assert task.letter is not None
        ids.add(task.letter.id)
        frozen.advance(seconds=outbox.LEASE.total_seconds() + 1)
    assert len(ids) == 1


def test_consent_no_is_alerted_like_any_other(frozen: FrozenClock, mailing: Settings) -> None:
    coordinator()
    id_ = handoff(Urgency.U1, consent=Consent.NO, own_words=None)
    assert len(rows(id_)) == 1
