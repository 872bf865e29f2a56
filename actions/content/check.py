"""Proves that the content hangs together: ids agree, every intent leads somewhere at every stage, nothing doubtful looks sure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from actions.clock import today
from actions.content.loader import DATA, Content, load_content, read_yaml
from actions.content.models import Fact
from actions.dialogue import answers, worries
from actions.handoffs.routing import route_intent, route_worry
from actions.settings import ROOT
from actions.vocabulary import PARTS, UNKNOWN_STAGE, FactStatus, Kind

LIX_MEAN = 25.0
LIX_MOST = 35.0
EXAMPLES = {"ask": 20, "chat": 20, "worry": 40, "out_of_scope": 150}
DURATION = re.compile(r"\b\d+\s*(?:dag|dagar|dygn|vecka|veckor|månad|månader|timmar|procent|%)\b", re.IGNORECASE)
PREDICTION = re.compile(r"\b(?:du kommer att få stanna|du får stanna i sverige|du måste lämna)\b", re.IGNORECASE)


@dataclass
class Report:
    """`problems` must be empty; the rest is what `make content-check` prints."""

    problems: list[str] = field(default_factory=list)
    facts: Counter[str] = field(default_factory=Counter)
    covered: int = 0
    cells: int = 0
    overdue: list[str] = field(default_factory=list)
    lix_mean: float = 0.0
    lix_most: tuple[float, str] = (0.0, "")
    examples: dict[str, int] = field(default_factory=dict)

    def lines(self) -> list[str]:
        statuses = ", ".join(f"{count} {status}" for status, count in sorted(self.facts.items()))
        examples = ", ".join(f"{code} {count}" for code, count in self.examples.items())
        return [
            f"facts: {sum(self.facts.values())} ({statuses})",
            f"overdue: {len(self.overdue)}{' – ' + ', '.join(self.overdue) if self.overdue else ''}",
            f"LIX of Swedish child texts: mean {self.lix_mean:.1f} (at most {LIX_MEAN:.0f}), "
            f"highest {self.lix_most[0]:.1f} in {self.lix_most[1]} (at most {LIX_MOST:.0f})",
            f"intents x stages covered: {self.covered} of {self.cells}{' = all' if self.covered == self.cells else ''}",
            f"NLU examples: {examples}",
            *[f"PROBLEM {problem}" for problem in self.problems],
            "content: fine" if not self.problems else f"content: {len(self.problems)} problems",
        ]


def check(known: Content | None = None) -> Report:
    """Run every check. Raises `ContentError` only when the files cannot be read at all."""
    known = known or load_content()
    report = Report()
    for found in (
        _references(known),
        _contacts(known),
        _facts(known),
        _domain(known),
        _coverage(known, report),
        _examples(known, report),
    ):
        report.problems += found
    report.facts = Counter(str(fact.status) for fact in known.facts.values())
    report.overdue = [fact.id for fact in known.facts.values() if fact.review_by < today()]
    report.problems += _readability(known, report)
    return report


# --- ids


def _references(known: Content) -> Iterator[str]:
    """Every id names something that exists."""
    yield from _missing("stages.yml", ((stage.id, stage.top) for stage in known.stages.values()), known.intents)
    yield from _missing("roles.yml excludes", ((role.id, role.excludes) for role in known.roles.values()), known.roles)
    at_18 = [(role.id, [role.at_18]) for role in known.roles.values() if role.at_18]
    yield from _missing("roles.yml at_18", at_18, {id_: role for id_, role in known.roles.items() if role.recipient})
    locals_ = [(role.id, [role.local]) for role in known.roles.values() if role.local]
    yield from _missing("roles.yml local", locals_, known.municipalities)
    for worry in known.worries.values():
        yield from _missing(f"worries.yml {worry.id} routes", worry.routes.items(), known.roles)
        yield from _missing(
            "worries.yml stages", [(worry.id, [stage for stage in worry.routes if stage != "default"])], known.stages
        )
        named = [*worry.may_be_about, *worry.never_to, *worry.reasons]
        yield from _missing("worries.yml roles", [(worry.id, named)], known.roles)
        yield from _missing("worries.yml contacts", [(worry.id, worry.contacts)], known.helplines)
        yield from _missing("worries.yml facts", [(worry.id, worry.facts)], known.facts)
        if "default" not in worry.routes:
            yield f"worries.yml {worry.id}: no default route"
    for intent in known.intents.values():
        yield from _missing("intents.yml facts", [(intent.id, intent.facts)], known.facts)
        yield from _missing("intents.yml roles", [(intent.id, intent.roles)], known.roles)
        yield from _missing("intents.yml stages", [(intent.id, intent.stages)], known.stages)
        yield from _missing("intents.yml contacts", [(intent.id, intent.contacts)], known.helplines)
        yield from _missing("intents.yml worry or route", [(intent.id, filter(None, [intent.worry, intent.route]))], known.worries)
        yield from _missing("intents.yml refusal", [(intent.id, filter(None, [intent.refusal]))], known.messages)
        yield from _missing("intents.yml handoffs", [(intent.id, intent.handoffs.values())], known.worries)
        stages = [stage for stage in intent.handoffs if stage != "default"]
        yield from _missing("intents.yml handoffs", [(intent.id, stages)], known.stages)
        if intent.kind == "worry" and intent.worry is None:
            yield f"intents.yml {intent.id}: a worry without a worry"
    for fact in known.facts.values():
        yield from _missing("facts stages", [(fact.id, fact.stages)], known.stages)
        yield from _missing("facts roles", [(fact.id, fact.roles)], known.roles)
        yield from _missing("facts sources", [(fact.id, [entry.source for entry in fact.sources])], known.sources)
        yield from _missing("facts municipality", [(fact.id, filter(None, [fact.municipality]))], known.municipalities)
    for profile in known.municipalities.values():
        yield from _missing("municipalities roles", [(profile.id, profile.roles)], known.roles)
        yield from _missing("municipalities cards", [(profile.id, [c.role for c in profile.cards if c.role])], known.roles)

    yield from _matrix_references(known)
    yield from _missing("calming.yml", [("intents", known.calming.intents)], known.intents)
    yield from _missing("calming.yml", [("messages", [known.calming.pause, known.calming.next_step])], known.messages)
    yield from _missing("calming.yml", [("source", [known.calming.source])], known.sources)

    for meeting in known.meetings.values():
        yield from _missing("meetings.yml facts", [(meeting.id, [*meeting.facts, *meeting.local])], known.facts)
        yield from _missing("meetings.yml intents", [(meeting.id, meeting.intents)], known.intents)
    for checklist in known.checklists.values():
        yield from _missing("checklists.yml worries", [(checklist.id, checklist.worries)], known.worries)
        yield from _missing("checklists.yml source", [(checklist.id, [checklist.source.source])], known.sources)
        for profile in known.municipalities.values():
            if checklist.slot and checklist.slot not in {slot.id for slot in profile.slots}:
                yield f"municipalities {profile.id}: no slot {checklist.slot} for the checklist {checklist.id}"


def _matrix_references(known: Content) -> Iterator[str]:
    """The matrix names real facts, roles and stages, and every row has every cell."""
    columns = [column.id for column in known.matrix.columns]
    yield from _missing("matrix.yml stages", [(column.id, column.stages) for column in known.matrix.columns], known.stages)
    for actor in known.matrix.actors:
        yield from _missing("matrix.yml roles", [(actor.id, [*actor.roles, *actor.helps])], known.roles)
        yield from _missing("matrix.yml facts", [(actor.id, cell.facts) for cell in actor.cells.values()], known.facts)
        if list(actor.cells) != columns:
            yield f"matrix.yml {actor.id}: the cells are not {', '.join(columns)}"


def _missing(where: str, pairs: Any, known: Any) -> Iterator[str]:
    for owner, names in pairs:
        for name in names:
            if name not in known:
                yield f"{where}: {owner} names {name}, which does not exist"


def _domain(known: Content) -> Iterator[str]:
    """domain.yml knows exactly the intents of intents.yml, the rules use each of them, and no rule names another."""
    domain = read_yaml(ROOT / "domain.yml")
    if set(domain["intents"]) != set(known.intents):
        yield f"domain.yml: intents differ from intents.yml: {sorted(set(domain['intents']) ^ set(known.intents))}"
    ruled = set()
    for path in sorted((DATA / "rules").glob("*.yml")):
        ruled |= set(re.findall(r"intent: (\w+)", path.read_text(encoding="utf-8")))
    if ruled - {"nlu_fallback"} != set(known.intents):
        yield f"data/rules: intents without a rule or unknown: {sorted((ruled - {'nlu_fallback'}) ^ set(known.intents))}"


# --- contacts and facts


def _contacts(known: Content) -> Iterator[str]:
    for line in known.helplines.values():
        if line.show and line.source is None:
            yield f"helplines.yml {line.id}: shown to children without a source"
        if not line.show and not line.why:
            yield f"helplines.yml {line.id}: hidden without saying why"
    for worry in known.worries.values():
        for id_ in worry.contacts:
            if id_ in known.helplines and not known.helplines[id_].show:
                yield f"worries.yml {worry.id}: offers the hidden contact {id_}"
    for profile in known.municipalities.values():
        for card in profile.cards:
            if card.show and (card.phone or card.href) and card.verified_on is None:
                yield f"municipalities {profile.id}: card {card.id} shows a contact nobody has checked"
        for role, contact in profile.roles.items():
            if (contact.phone or contact.email) and contact.verified_on is None:
                yield f"municipalities {profile.id}: the contact of {role} was never checked"


def _facts(known: Content) -> Iterator[str]:
    for fact in known.facts.values():
        yield from (f"{known.files[fact.id]} {fact.id}: {problem}" for problem in problems_of(fact, known))


def problems_of(fact: Fact, known: Content) -> Iterator[str]:
    """What is wrong with one fact, in plain words."""
    if fact.audience != "staff" and fact.text is None:
        yield "for children but without a child text"
    if not fact.sources:
        yield "no source"
    if fact.review_by <= fact.checked_on:
        yield "review_by is not after checked_on"
    if fact.outdated and fact.status == FactStatus.PUBLISHED and fact.audience != "staff" and not fact.time_sensitive:
        yield "probably outdated but shown as sure"
    if fact.time_sensitive and not fact.because:
        yield "time-sensitive without saying why"
    laws = [known.sources[entry.source] for entry in fact.sources if entry.source in known.sources]
    for part in PARTS if fact.text else ():
        text = getattr(fact.text, part)
        if DURATION.search(text):
            yield f"{part} states a duration or a number of days (rule 2)"
        if PREDICTION.search(text):
            yield f"{part} predicts (rule 2)"
        if "lagen säger att" in text.lower() and not any(source.force == "law" for source in laws):
            yield f"{part} says that the law says so, but the source is no law"


# --- intent x stage


def _coverage(known: Content, report: Report) -> Iterator[str]:
    """Each intent at each stage in each municipality: an answer, a refusal or a route."""
    for intent in known.intents.values():
        for stage in known.stages:
            report.cells += 1
            problems = [problem for place in known.municipalities for problem in _cell(intent.id, stage, place, known)]
            report.covered += not problems
            yield from dict.fromkeys(problems)


def _cell(intent: str, stage: str, municipality: str, known: Content) -> Iterator[str]:
    entry = known.intents[intent]
    if entry.kind == "ask":
        draft = answers.answer(answers.Question(intent, stage, municipality), known)
        if not draft.parts or not draft.choices or not draft.meta.roles:
            yield f"{intent} at {stage}: no answer, refusal or route"
        for id_ in draft.meta.fact_ids:
            if not answers.may_show(known.facts[id_], today()):
                yield f"{intent} at {stage}: shows {id_}, which may not be shown"
        old = draft.meta.kind == Kind.FACT and any(known.facts[id_].outdated for id_ in draft.meta.fact_ids)
        if old and not any(part["id"] in ("can_change", "unsure_more") for part in draft.parts):
            yield f"{intent} at {stage}: shows something probably outdated without saying that it can change"
    if entry.kind == "worry":
        route = route_worry(str(entry.worry), stage, municipality, known=known)
        draft = worries.acknowledge(worries.Told(intent, None if stage == UNKNOWN_STAGE else stage, municipality), known)
        if not route.roles or not draft.parts:
            yield f"{intent} at {stage}: no route"
    for role in route_intent(intent, stage, municipality, known=known).roles:
        if not known.roles[role].recipient:
            yield f"{intent} at {stage}: routed to {role}, which receives nothing"


# --- language


def _examples(known: Content, report: Report) -> Iterator[str]:
    """Enough NLU examples an intent in every language that is offered."""
    from actions.i18n import languages

    for entry in languages().values():
        folder = DATA / "nlu" / entry.code
        if not folder.exists():
            if entry.offered:
                yield f"data/nlu/{entry.code} is missing"
            continue
        counts = count_examples(folder)
        report.examples[entry.code] = sum(counts.values())
        for intent in known.intents.values() if entry.offered else ():
            if counts[intent.id] < EXAMPLES[intent.kind]:
                yield f"data/nlu/{entry.code}: {intent.id} has {counts[intent.id]} examples, {EXAMPLES[intent.kind]} are needed"


def count_examples(folder: Path) -> Counter[str]:
    """Different examples an intent."""
    found: dict[str, set[str]] = {}
    intent = ""
    for path in sorted(folder.glob("*.yml")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("- intent: "):
                intent = line[10:].strip()
            elif line.startswith("    - "):
                found.setdefault(intent, set()).add(" ".join(re.sub(r"[\W_]+", " ", line.lower()).split()) or line)
    return Counter({name: len(texts) for name, texts in found.items()})


def _readability(known: Content, report: Report) -> Iterator[str]:
    """LIX of every Swedish child text, computed by textstat."""
    import textstat

    measured = {
        f"{fact.id}.{part}": float(textstat.textstat.lix(getattr(fact.text, part)))
        for fact in known.facts.values()
        if fact.text
        for part in PARTS
    }
    measured |= {
        f"message.{entry.id}": float(textstat.textstat.lix(entry.sv))
        for entry in known.messages.values()
        if len(entry.sv.split()) >= 6
    }
    if not measured:
        return
    report.lix_mean = sum(measured.values()) / len(measured)
    worst = max(measured, key=lambda key: measured[key])
    report.lix_most = (measured[worst], worst)
    if report.lix_mean > LIX_MEAN:
        yield f"LIX: the mean is {report.lix_mean:.1f}"
    for key, value in measured.items():
        if value > LIX_MOST:
            yield f"LIX: {key} has {value:.1f}"
