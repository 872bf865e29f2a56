"""Danger, found without Rasa: phrases and a small model in every language, on every message, also when Rasa is down."""

from actions.danger.finder import Finding
from actions.danger.watch import find_danger

__all__ = ["Finding", "find_danger"]
