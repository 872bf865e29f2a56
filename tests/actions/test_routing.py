"""No worry reaches the adult it is about, an authority, or nobody."""

from __future__ import annotations

import itertools

from actions.content import content
from actions.handoffs.routing import excluded_by, route_intent, route_worry
from actions.vocabulary import ON_CALL


def test_every_route_is_safe_for_every_worry_stage_municipality_and_named_adult() -> None:
    known = content()
    recipients = [role.id for role in known.roles.values() if role.recipient]
    abouts: list[tuple[str, ...]] = [(), *itertools.combinations(recipients, 1), *itertools.combinations(recipients, 2)]
    tried = 0
    for worry, stage, place, about in itertools.product(known.worries, [*known.stages, None], known.municipalities, abouts):
        route = route_worry(worry, stage, place, about)
        left_out = excluded_by(about)
        tried += 1
        assert route.roles, (worry, stage, place, about)
        assert not set(known.worries[worry].never_to) & set(route.roles)
        for role in route.roles:
            assert known.roles[role].recipient, (worry, role)
            assert known.roles[role].local in (None, place)
            assert role not in left_out or route.roles == [ON_CALL], (worry, about, route.roles)
    assert tried > 100_000


def test_authorities_receive_nothing() -> None:
    known = content()
    for role in ("migrationsverket", "polis", "lansstyrelsen"):
        assert not known.roles[role].recipient
    for intent, stage in itertools.product(known.intents, known.stages):
        assert not {"migrationsverket", "polis"} & set(route_intent(intent, stage, None).roles)


def test_a_worry_about_the_guardian_never_reaches_the_guardian() -> None:
    for stage in content().stages:
        assert "god_man" not in route_worry("guardian_problem", stage).roles
        assert "god_man" not in route_worry("abuse", stage, about=["god_man"]).roles


def test_staff_of_the_same_home_are_left_out_together() -> None:
    assert excluded_by(["boendepersonal"]) == {"boendepersonal", "kontaktperson_hvb"}
    assert "kontaktperson_hvb" not in route_worry("danger_now", "waiting", about=["boendepersonal"]).roles


def test_local_adults_exist_only_in_their_municipality() -> None:
    assert route_worry("trafficking", "missing", "stockholm").roles == ["ungdomsjouren", "socialjour"]
    assert route_worry("trafficking", "missing", "jonkoping").roles == ["socialjour"]


def test_a_question_goes_to_the_adults_of_its_topic() -> None:
    assert route_intent("ask_appeal", "after_rejection", None).roles == ["offentligt_bitrade", "god_man"]
