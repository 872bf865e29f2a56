"""Looks sentences up in the gettext catalogs and says honestly whether a translation is current.

Content (data/) has Swedish source text and a context (`fact.S000-01.means`); widget and staff strings have English msgids.
A translation whose Swedish has changed is stale: the Swedish is shown instead (rule 14).
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po

from actions.i18n.languages import LOCALES, languages, offered
from actions.i18n.placeholders import fillable
from actions.vocabulary import SOURCE_LANGUAGE

log = logging.getLogger("navet.i18n")
Domain = Literal["content", "widget", "staff"]
DOMAINS_OF_CHILDREN: tuple[Domain, ...] = ("content", "widget")
SOURCE_OF: dict[str, str] = {"content": SOURCE_LANGUAGE, "widget": "en", "staff": "en"}


@dataclass(frozen=True)
class Translated:
    """`text` in `language`; `status` says what it is worth.

    source: the original. current: a translation of the present original. stale: the original has changed since, so `text`
    is the original. missing: never translated, so `text` is the original.
    """

    text: str
    language: str
    status: Literal["source", "current", "stale", "missing"]


@dataclass(frozen=True)
class _Entry:
    msgid: str
    text: str
    fuzzy: bool


class Catalogs:
    """All catalogs of a folder, read at the start and again when a file changed, by whoever changed it. No restart is needed."""

    def __init__(self, folder: Path = LOCALES) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._read: dict[tuple[str, str], tuple[tuple[int, int, int], dict[str, _Entry]]] = {}

    def path(self, language: str, domain: Domain) -> Path:
        return self.folder / language / "LC_MESSAGES" / f"{domain}.po"

    def content(self, language: str, context: str, source: str) -> Translated:
        """A content sentence. `context` is its id and part, `source` the Swedish text of today."""
        if language == SOURCE_LANGUAGE:
            return Translated(source, SOURCE_LANGUAGE, "source")
        entry = self._entries(language, "content").get(context)
        if entry is None or not entry.text:
            return Translated(source, SOURCE_LANGUAGE, "missing")
        if entry.fuzzy or entry.msgid != source or not fillable(source, entry.text):
            return Translated(source, SOURCE_LANGUAGE, "stale")
        return Translated(entry.text, language, "current")

    def interface(self, language: str, domain: Literal["widget", "staff"], msgid: str) -> str:
        """A widget or staff string by its English msgid; English where there is no current translation."""
        if language == "en":
            return msgid
        entry = self._entries(language, domain).get(msgid)
        return entry.text if entry and entry.text and not entry.fuzzy else msgid

    def all_interface(self, language: str, domain: Literal["widget", "staff"]) -> dict[str, str]:
        """Every string of a domain in a language, by English msgid."""
        return {key: entry.text for key, entry in self._entries(language, domain).items() if entry.text and not entry.fuzzy}

    def compile(self) -> None:
        """Read everything that children can choose, so that the first of them does not wait for it."""
        for entry in offered():
            for domain in DOMAINS_OF_CHILDREN:
                self._entries(entry.code, domain)

    def reload(self) -> None:
        """Forget what was read; changed files are noticed anyway, at the next sentence."""
        with self._lock:
            self._read.clear()

    def _entries(self, language: str, domain: Domain) -> dict[str, _Entry]:
        """The entries of a file. While somebody has it half written, the last good version counts."""
        path = self.path(language, domain)
        known = self._read.get((language, domain))
        try:
            status = path.stat()
        except OSError:
            return {}
        version = (status.st_mtime_ns, status.st_size, status.st_ino)
        if known and known[0] == version:
            return known[1]
        with self._lock:
            try:
                entries = _read_entries(path)
            except (OSError, ValueError, PoFileError) as error:
                log.error("%s cannot be read: %s", path, type(error).__name__)
                entries = known[1] if known else {}
            self._read[(language, domain)] = (version, entries)
            return entries


def _read_entries(path: Path) -> dict[str, _Entry]:
    """msgctxt (or msgid) -> entry."""
    with path.open("rb") as file:
        catalog: Catalog = read_po(file, abort_invalid=True)
    return {
        str(message.context or message.id): _Entry(str(message.id), str(message.string or ""), message.fuzzy)
        for message in catalog
        if message.id and isinstance(message.id, str)
    }


@lru_cache(maxsize=1)
def catalogs() -> Catalogs:
    return Catalogs()


def known(code: str) -> bool:
    return code in languages()
