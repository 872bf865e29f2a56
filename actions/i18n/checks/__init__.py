"""The checks that keep an unsafe translation out: what they find, and how it is mended (docs/for-translators.md)."""

from actions.i18n.checks.model import Defect, Finding, Pair, Severity
from actions.i18n.checks.run import Report, check_all, check_catalog, check_pair

__all__ = ["Defect", "Finding", "Pair", "Report", "Severity", "check_all", "check_catalog", "check_pair"]
