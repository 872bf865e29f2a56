"""Whether a text may be shown at all: safety strings that are current and read by two people, plural forms that are all there."""

from __future__ import annotations

from collections.abc import Iterator

from actions.i18n.checks.model import Defect, Pair, Severity, Suspicion

REVIEWERS = 2


def current(pair: Pair) -> Iterator[Suspicion]:
    """A safety string that is empty or stale would be shown in Swedish, to a child in danger.

    In a language that children can choose that is an error; in one that is not offered yet it is work that is left.
    """
    if pair.safety and (pair.empty or pair.fuzzy):
        severity = Severity.ERROR if pair.language.offered else Severity.WARNING
        if pair.empty:
            yield Suspicion(Defect.SAFETY, "a safety text is not translated", "translate it", severity)
        else:
            mend = "compare it with the Swedish of today, mend it, and remove the fuzzy mark"
            yield Suspicion(Defect.SAFETY, "the Swedish of a safety text has changed", mend, severity)


def plural_forms(pair: Pair) -> Iterator[Suspicion]:
    if pair.plural_source is None or pair.empty:
        return
    filled = sum(bool(form) for form in pair.forms)
    if filled != pair.language.nplurals or len(pair.forms) != pair.language.nplurals:
        mend = f"fill in all {pair.language.nplurals} forms of {pair.language.english}"
        yield Suspicion(Defect.PLURAL, f"{filled} plural forms of {pair.language.nplurals}", mend)


def reviewed(pair: Pair) -> Iterator[Suspicion]:
    """Safety texts need two readers besides the translator. An approved language has them all."""
    if not pair.safety or pair.empty or pair.fuzzy or len(pair.reviewers) >= REVIEWERS:
        return
    severity = Severity.WARNING if pair.language.status == "draft" else Severity.ERROR
    mend = "two people read it and stand in the note “# reviewed-by: A, B”"
    yield Suspicion(Defect.REVIEW, f"a safety text with {len(pair.reviewers)} of {REVIEWERS} reviewers", mend, severity)
