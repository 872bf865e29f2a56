"""How a worry is met: acknowledged, with help first where it is grave, and never sent on without the consent rule 5 asks for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from actions.clock import now, today
from actions.content import Content, content
from actions.content.models import Worry
from actions.dialogue import joint, say
from actions.dialogue.answers import may_show
from actions.dialogue.say import Choice, Draft, Meta
from actions.handoffs.routing import Route, excluded_by
from actions.nav.engine import Matter, Step, decide
from actions.nav.persons import Nav
from actions.nav.plan import Plan, plan
from actions.nav.routes import offered
from actions.vocabulary import ON_CALL, UNKNOWN_STAGE, Kind, Mode, Urgency

MOST_ADULTS = 3
SAFE_ADULTS_U1 = 2
"""U1: the child chooses between two safe adults (rule 5)."""
FORM_INTENT = "chat_talk_to_human"
"""What the buttons of the handoff form carry; their entities fill the form's slots."""


@dataclass(frozen=True)
class Told:
    """What the child told, and what is known around it. `topic` is the intent; it may be a question sent to an adult.

    `nav` is there when an access code says which child it is; then the adults offered are those who can really get it.
    """

    topic: str
    stage: str | None = None
    municipality: str | None = None
    about: list[str] = field(default_factory=list)
    nav: Nav | None = None
    asylum: bool = True  # False: another protection may apply, so asylum facts are not for this child

    def route(self) -> Route:
        return offered(self.topic, self.stage, self.municipality, self.nav, self.about)

    @property
    def matter(self) -> Matter:
        return Matter.of_intent(self.topic, self.stage, self.about)

    def plan(self, role: str | None, urgency: Urgency | None = None) -> Plan:
        """Who really gets it, decided now from the database. `role`: the adult the child chose."""
        child_id = self.nav.child_id if self.nav else None
        return plan(self.matter, urgency or self.urgency, role, child_id, self.municipality)

    def first_step(self, role: str) -> Step | None:
        """Where it lands first when the child chooses this adult; None when only the code would tell."""
        return decide(self.matter, self.nav, now(), first=role).step(role) if self.nav else None

    @property
    def worry(self) -> Worry | None:
        id_ = content().intents[self.topic].worry or self.kind
        return content().worries[id_] if id_ else None

    def together(self) -> list[str]:
        """The adults who would answer with one voice; empty when this is no question for all of them."""
        out = sorted(excluded_by(self.about)) if self.about else []
        return joint.roles(self.topic, out, self.nav.child_id if self.nav else None, self.municipality)

    @property
    def kind(self) -> str | None:
        """The worry that staff see it as. The child keeps reading what it said itself."""
        intent = content().intents[self.topic]
        return intent.handoffs.get(self.stage or UNKNOWN_STAGE, intent.handoffs.get("default", intent.worry))

    @property
    def urgency(self) -> Urgency:
        """As grave as what the child said; a request that is no worry as grave as what it becomes."""
        intent = content().intents[self.topic]
        return intent.urgency if intent.worry or self.kind is None else content().worries[self.kind].urgency

    @property
    def label(self) -> say.Json:
        """What staff and child call the matter."""
        return say.worry_name(self.worry.id) if self.worry else say.question(self.topic)


def fields_sent(told: Told) -> list[str]:
    """What goes along without the child's words. The alias only when a code told it."""
    return ["worry", "stage", "language", *(["child"] if told.nav else [])]


def needs_about(told: Told) -> bool:
    """Whether to ask "is it about one of these people?" before an adult is offered (rule 7)."""
    worry = told.worry
    return bool(worry and worry.may_be_about and not told.about and not worry.never_to)


def hear(told: Told, intent: str, named: list[str]) -> Told:
    """A worry written in the middle of preparing a handoff. Whom it is about counts from now on, and a graver one takes over."""
    entry = content().intents.get(intent)
    if entry is None or entry.worry is None:
        return told
    worry = content().worries[entry.worry]
    about = [*told.about, *worry.never_to, *(role for role in named if role in worry.may_be_about)]
    return replace(told, topic=intent if entry.urgency < told.urgency else told.topic, about=list(dict.fromkeys(about)))


def cautious(told: Told) -> Told:
    """When nobody could be asked whom it is about: as if it were about every adult it can be about (rule 7)."""
    return replace(told, about=list(told.worry.may_be_about)) if told.worry and needs_about(told) else told


def acknowledge(told: Told, known: Content | None = None) -> Draft:
    """The first message after a worry. What must be decided next (which adult) is asked in the message after it."""
    known = known or content()
    worry, intent = told.worry, known.intents[told.topic]
    assert worry is not None
    grave = told.urgency in (Urgency.U0, Urgency.U1)
    parts = [*calm(told.topic, known), say.ref("worry", worry.id, "ack")]
    if grave:
        parts.append(say.message("missing_friend_call" if worry.id == "missing_friend" else "danger_talk"))
    facts = _helpful_facts(told, known) if intent.mode == Mode.FACT_ROUTE else []
    parts += [say.fact(id_, "means") for id_ in facts]  # not "do": it may point to the adult the worry is about
    if told.topic in known.calming.intents:
        parts.append(say.message(known.calming.next_step))
    meta = Meta(
        kind=Kind.DANGER if grave else Kind.WORRY,
        intent=told.topic,
        urgency=str(told.urgency),
        worry=worry.id,
        roles=list(told.route().roles),
        fact_ids=facts,
    )
    lines = ["bris", *[id_ for id_ in worry.contacts if id_ != "bris"]] if grave else [*worry.contacts, *intent.contacts]
    return Draft(parts, meta, contacts=list(dict.fromkeys(lines)), facts=facts)


def calm(intent: str, known: Content | None = None) -> list[say.Json]:
    """The pause before the answer to an upset message (data/calming.yml)."""
    calming = (known or content()).calming
    return [say.message(calming.pause)] if intent in calming.intents else []


def _helpful_facts(told: Told, known: Content) -> list[str]:
    """One approved fact of this stage that helps beside the offer; nothing of another stage in a hard moment."""
    for id_ in known.intents[told.topic].facts:
        fact = known.facts[id_]
        if not told.asylum and not set(known.stages) <= set(fact.stages):
            continue
        if may_show(fact, today()) and (told.stage or "unknown") in fact.stages and fact.municipality in (None, told.municipality):
            return [id_]
    return []


# --- the questions of the handoff form, one function a slot


def ask_about(told: Told) -> Draft:
    """With a nav the child's own adults come first; others stay, because a nav is not always complete."""
    possible = told.worry.may_be_about if told.worry else []
    mine = {adult.role for adult in told.nav.adults} if told.nav else set()
    roles = sorted(possible, key=lambda role: role not in mine)
    choices = [Choice(say.role_name(role), FORM_INTENT, {"about": role}) for role in roles]
    choices += [
        Choice(say.message("button_about_none"), FORM_INTENT, {"about": "none"}),
        Choice(say.message("button_about_unsure"), FORM_INTENT, {"about": "unsure"}),
    ]
    return Draft([say.message("ask_about")], _meta(told), choices=choices)


def ask_recipient(told: Told) -> Draft:
    """Offer the adults in routing order; for a grave worry exactly two, the on-call filling up."""
    roles = told.route().roles
    grave = told.urgency in (Urgency.U0, Urgency.U1)
    offered = list(dict.fromkeys([*roles, ON_CALL]))[:SAFE_ADULTS_U1] if grave else roles[:MOST_ADULTS]
    choices = [Choice(say.message("button_tell_role", role=say.your(role)), FORM_INTENT, {"role": role}) for role in offered]
    if told.together():
        choices.insert(0, joint.offer())
    choices.append(Choice(say.message("button_not_now"), FORM_INTENT, {"consent": "no"}))
    return Draft([say.message("offer_two" if grave else "offer_adult")], _meta(told), choices=choices)


def ask_words(told: Told, role: str) -> Draft:
    skip = Choice(say.message("button_skip"), FORM_INTENT, {"words": "skip"})
    reader = say.message("your_nav") if role == joint.NAV else say.your(role)
    return Draft([say.message("ask_words", role=reader)], _meta(told), choices=[skip])


def ask_consent(told: Told, role: str, language: str, words: str) -> Draft:
    """What will be sent, to whom and why, before the yes."""
    worry, asked = told.worry, told.together() if role == joint.NAV else []
    reason = say.ref("reason", worry.id, role) if worry and role in worry.reasons else say.verbatim("")
    preview = (
        joint.preview(asked, told.label, told.stage or "unknown", language)
        if asked
        else say.message(
            "preview",
            role=say.your(role),
            reason=reason,
            worry=told.label,
            stage=say.stage_name(told.stage or "unknown"),
            language=say.language_name(language),
        )
    )
    parts = [preview]
    if words:
        parts.append(say.message("preview_words", words=words))
    parts += _really_reads(told, role)
    parts.append(say.message("ask_consent"))
    choices = [
        Choice(say.message("button_yes_send"), FORM_INTENT, {"consent": "yes"}),
        Choice(say.message("button_add_words"), FORM_INTENT, {"consent": "words"}),
        Choice(say.message("button_other_adult"), FORM_INTENT, {"consent": "other"}),
        Choice(say.message("button_no_send"), FORM_INTENT, {"consent": "no"}),
    ]
    return Draft(parts, _meta(told), choices=choices)


def _really_reads(told: Told, role: str) -> list[say.Json]:
    """Honest about who opens it: a stand-in, the coordinator who passes it on, and what a code tells them (rules 4 and 5)."""
    step = told.first_step(role) if role != joint.NAV else None
    parts = []
    if step is not None and step.why == "stand_in":
        parts.append(say.message("stand_in_reads"))
    elif step is None or step.person is None:
        parts.append(say.message("coordinator_reads"))
    return [*parts, say.message("code_means")] if told.nav else parts


def _meta(told: Told) -> Meta:
    worry = told.worry
    return Meta(
        kind=Kind.WORRY,
        intent=told.topic,
        urgency=str(told.urgency),
        worry=worry.id if worry else None,
        roles=list(told.route().roles),
    )
