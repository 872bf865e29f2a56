"""Runs every check over every catalog (`navet i18n check`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from actions.i18n.catalogs import Domain
from actions.i18n.checks import glossary, meaning, reading, same, scripts, state
from actions.i18n.checks.catalog import read_pairs
from actions.i18n.checks.model import Check, Defect, Finding, Pair, Severity, Suspicion
from actions.i18n.checks.sources import literal_contacts
from actions.i18n.languages import LOCALES, Language
from actions.i18n.strings import DOMAINS, targets

CHECKS: tuple[Check, ...] = (
    same.same_placeholders,
    same.same_numbers,
    same.no_markup,
    same.same_edges,
    same.room,
    scripts.overrides,
    scripts.isolates,
    scripts.letters,
    meaning.negation,
    meaning.copy,
    meaning.tongue,
    glossary.approved_terms,
    glossary.lost_names,
    reading.sentences,
)


@dataclass
class Progress:
    """One catalog in numbers. `bad` counts strings with at least one error."""

    language: str
    domain: Domain
    total: int = 0
    translated: int = 0
    fuzzy: int = 0
    missing: int = 0
    bad: int = 0

    @property
    def percent(self) -> int:
        """Rounded down: 100 means every string."""
        return 100 * self.translated // self.total if self.total else 100


@dataclass
class Report:
    findings: list[Finding] = field(default_factory=list)
    progress: list[Progress] = field(default_factory=list)

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity is Severity.ERROR]

    @property
    def warnings(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity is Severity.WARNING]

    def lines(self, with_warnings: bool = False) -> Iterator[str]:
        """What `make i18n-check` prints: errors first and whole, warnings as counts unless they are asked for."""
        yield from map(str, self.errors)
        if with_warnings:
            yield from map(str, self.warnings)
        else:
            counts = Counter((finding.file, finding.defect) for finding in self.warnings)
            yield from (f"{file}: {count} warnings: {defect}" for (file, defect), count in counts.items())
        for entry in self.progress:
            yield (
                f"{entry.language} {entry.domain}: {entry.translated} of {entry.total} translated ({entry.percent} %), "
                f"{entry.fuzzy} stale, {entry.missing} missing, {entry.bad} refused"
            )
        yield f"translations: {'fine' if not self.errors else f'{len(self.errors)} errors'}, {len(self.warnings)} warnings"


def check_pair(pair: Pair) -> list[Finding]:
    """Everything that is wrong with one entry. Empty ones are only missing, stale ones are not shown and so not judged."""
    return [
        Finding(found.defect, found.severity, pair.file, pair.line, pair.context, found.detail, found.mend)
        for found in _suspicions(pair)
        if found.defect not in pair.accepted
    ]


def _suspicions(pair: Pair) -> Iterator[Suspicion]:
    yield from state.current(pair)
    if pair.empty or pair.fuzzy:
        return
    yield from state.plural_forms(pair)
    yield from state.reviewed(pair)
    for check in CHECKS:
        for form in dict.fromkeys(filter(None, pair.forms)):
            yield from check(pair, form)


def check_catalog(path: Path, entry: Language, domain: Domain) -> tuple[list[Finding], Progress]:
    """One file. A catalog that is missing altogether counts as broken."""
    pairs, findings = read_pairs(path, entry, domain)
    progress = Progress(entry.code, domain, total=len(pairs))
    for pair in pairs:
        found = check_pair(pair)
        findings += found
        progress.missing += pair.empty
        progress.fuzzy += pair.fuzzy and not pair.empty
        progress.translated += not pair.empty and not pair.fuzzy
        progress.bad += any(finding.severity is Severity.ERROR for finding in found)
    return findings, progress


def check_all(folder: Path = LOCALES, only: Iterable[str] = ()) -> Report:
    """Every catalog of every language (or of some), and the Swedish and English sources."""
    wanted = set(only)
    report = Report(findings=list(literal_contacts()))
    for domain in DOMAINS:
        for entry in targets(domain):
            if wanted and entry.code not in wanted:
                continue
            path = folder / entry.code / "LC_MESSAGES" / f"{domain}.po"
            findings, progress = check_catalog(path, entry, domain)
            report.findings += findings
            report.progress.append(progress)
    return report


__all__ = ["CHECKS", "Defect", "Progress", "Report", "check_all", "check_catalog", "check_pair"]
