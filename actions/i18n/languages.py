"""The one list of languages (locales/languages.yml)."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from actions.content.loader import read_yaml
from actions.errors import ContentError
from actions.settings import ROOT
from actions.vocabulary import SOURCE_LANGUAGE

LOCALES = ROOT / "locales"


class Language(BaseModel):
    """One language, with everything that derives from it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    name: str
    english: str
    dir: Literal["ltr", "rtl"]
    script: str
    nplurals: int
    plural: str
    digits: str
    status: Literal["source", "approved", "draft"]
    offered: bool
    spacy: str
    aliases: list[str] = []
    negation: str = ""
    letters: dict[str, str] = {}
    own_letters: str = ""
    detect: str | None = None

    @property
    def public_status(self) -> Literal["approved", "draft"]:
        return "draft" if self.status == "draft" else "approved"

    @property
    def tag(self) -> str:
        """BCP 47 tag for the `lang` attribute."""
        return self.code.replace("_", "-")

    @property
    def plural_forms(self) -> str:
        return f"nplurals={self.nplurals}; plural={self.plural};"


@lru_cache(maxsize=1)
def languages() -> dict[str, Language]:
    """All languages by code, in the order of the file."""
    try:
        found = [Language.model_validate(raw) for raw in read_yaml(LOCALES / "languages.yml")["languages"]]
    except (ValidationError, KeyError, TypeError) as error:
        raise ContentError(f"locales/languages.yml: {error}") from None
    return {entry.code: entry for entry in found}


def offered() -> list[Language]:
    """The languages a child can choose."""
    return [entry for entry in languages().values() if entry.offered]


def language(code: str) -> Language:
    """The language, or Swedish when the code is unknown."""
    return languages().get(code) or languages()[SOURCE_LANGUAGE]
