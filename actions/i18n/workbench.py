"""What translators work with: every text of a language with what is wrong with it, and a safe way to change one.

The catalog file itself is changed, so that editors, Weblate and the pages see the same thing. A change goes through the same
checks as `make i18n-check`, is written whole or not at all, and is refused when somebody else was quicker.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from actions.errors import Conflict, Forbidden, NotFound, Unprocessable
from actions.i18n.catalogs import DOMAINS_OF_CHILDREN, Domain, catalogs
from actions.i18n.checks import Finding, Pair, Severity, check_pair
from actions.i18n.checks.catalog import read_pairs
from actions.i18n.checks.model import ACCEPTS, REVIEWED
from actions.i18n.checks.run import Progress
from actions.i18n.languages import Language, languages
from actions.i18n.strings import serialised
from actions.mark import N_
from actions.vocabulary import SOURCE_LANGUAGE


class Refused(Unprocessable):
    """The checks found something. `findings` say what, and how it is mended."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(N_("This translation cannot be saved yet."))
        self.findings = findings


@dataclass(frozen=True)
class Text:
    """One text of a catalog as a translator sees it. `key` names it in addresses, `seen` is what it looked like."""

    key: str
    pair: Pair
    findings: list[Finding] = field(default_factory=list)

    @property
    def seen(self) -> str:
        return _digest(self.pair.source, *self.pair.forms, str(self.pair.fuzzy), *self.pair.notes)

    @property
    def state(self) -> str:
        """missing | stale | refused | unread | fine. Unread: a safety text without its two reviewers."""
        if self.pair.empty:
            return "missing"
        if self.pair.fuzzy:
            return "stale"
        if any(finding.severity is Severity.ERROR for finding in self.findings):
            return "refused"
        return "unread" if self.pair.safety and len(self.pair.reviewers) < 2 else "fine"


def translated() -> list[Language]:
    """The languages translators work on."""
    return [entry for entry in languages().values() if entry.code != SOURCE_LANGUAGE]


def texts(code: str) -> list[Text]:
    """Every text of a language, in the order of the catalogs."""
    entry = languages().get(code)
    if entry is None or code == SOURCE_LANGUAGE:
        raise NotFound(N_("There is no such language."))
    return [text for domain in DOMAINS_OF_CHILDREN if _exists(code, domain) for text in _of_file(entry, domain)]


def _exists(code: str, domain: Domain) -> bool:
    return catalogs().path(code, domain).exists()


_files: dict[Path, tuple[tuple[int, int], list[Text]]] = {}
_checked: dict[str, list[Finding]] = {}


def _of_file(entry: Language, domain: Domain) -> list[Text]:
    """Read and checked once for each version of the file."""
    path = catalogs().path(entry.code, domain)
    status = path.stat()
    version = (status.st_mtime_ns, status.st_ino)
    kept = _files.get(path)
    if kept is None or kept[0] != version:
        pairs, _broken = read_pairs(path, entry, domain)
        kept = _files[path] = (version, [Text(key_of(pair.context), pair, _findings(pair)) for pair in pairs])
    return kept[1]


def _findings(pair: Pair) -> list[Finding]:
    """A text that has not changed is not checked again."""
    entry = pair.language
    same = _digest(
        entry.code,
        entry.status,
        str(entry.offered),
        pair.domain,
        pair.context,
        pair.source,
        *pair.forms,
        str(pair.fuzzy),
        *pair.notes,
        *pair.comments,
    )
    if same not in _checked:
        _checked[same] = check_pair(pair)
    return _checked[same]


def key_of(context: str) -> str:
    return _digest(context)[:16]


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


def text(code: str, domain: str, key: str) -> Text:
    """One text. Raises `NotFound`."""
    found = next((entry for entry in texts(code) if entry.key == key and entry.pair.domain == domain), None)
    if found is None:
        raise NotFound(N_("There is no such text."))
    return found


def progress(code: str) -> Progress:
    """All texts of a language in numbers."""
    counted = Progress(code, "content")
    for entry in texts(code):
        counted.total += 1
        counted.missing += entry.state == "missing"
        counted.fuzzy += entry.state == "stale"
        counted.bad += entry.state == "refused"
        counted.translated += entry.state in ("refused", "unread", "fine")
    return counted


# --- changing one text


def save(code: str, domain: str, key: str, forms: list[str], seen: str) -> tuple[Text, Text]:
    """Store a translation; gives the text before and after.

    Raises `Refused` when a check objects, `Conflict` when somebody else changed the text meanwhile. Who reviewed the old words has
    not read the new ones: a safety text loses its reviewers, and in an approved language it cannot be changed by one person.
    """
    with _locked(code, domain):
        before = _unchanged(code, domain, key, seen)
        notes = tuple(note for note in before.pair.notes if not note.startswith((REVIEWED, ACCEPTS)))
        wanted = replace(before.pair, forms=tuple(forms), fuzzy=False, notes=notes)
        errors = [finding for finding in check_pair(wanted) if finding.severity is Severity.ERROR]
        if wanted.empty:
            raise Unprocessable(N_("Write a translation."))
        if errors:
            raise Refused(errors)
        _write(wanted)
    return before, text(code, domain, key)


def review(code: str, domain: str, key: str, name: str, seen: str, written_by: str | None) -> Text:
    """Note that somebody has read a safety text and found it right. `written_by`: who wrote it, and so cannot be a reviewer."""
    with _locked(code, domain):
        before = _unchanged(code, domain, key, seen)
        name = " ".join(name.replace(",", " ").split())
        if not before.pair.safety or before.state in ("missing", "stale", "refused"):
            raise Unprocessable(N_("This text needs no reviewers, or is not ready for them."))
        if name in (written_by, *before.pair.reviewers):
            raise Forbidden(N_("Two other people than the one who wrote it must read it."))
        kept = tuple(note for note in before.pair.notes if not note.startswith(REVIEWED))
        _write(replace(before.pair, notes=(*kept, f"{REVIEWED} {', '.join([*before.pair.reviewers, name])}")))
    return text(code, domain, key)


def _unchanged(code: str, domain: str, key: str, seen: str) -> Text:
    found = text(code, domain, key)
    if found.seen != seen:
        raise Conflict(N_("Somebody else has changed this text meanwhile. Yours is below; look at both and save again."))
    return found


@contextmanager
def _locked(code: str, domain: str) -> Iterator[None]:
    """One writer at a time, also among processes. The lock is on the folder, so it leaves nothing behind."""
    text_folder = catalogs().path(code, "content").parent
    if code not in languages() or not text_folder.is_dir() or domain not in DOMAINS_OF_CHILDREN:
        raise NotFound(N_("There is no such text."))
    descriptor = os.open(text_folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _write(pair: Pair) -> None:
    """Change one entry and put the new file in the place of the old one in one step."""
    domain: Domain = "content" if pair.domain == "content" else "widget"
    path = catalogs().path(pair.language.code, domain)
    with path.open("rb") as file:
        catalog = read_po(file, abort_invalid=True)
    message = next(entry for entry in catalog if entry.id and _context(entry) == pair.context)
    message.string = pair.forms if isinstance(message.id, (list, tuple)) else pair.text
    message.flags.discard("fuzzy")
    message.previous_id = []
    message.user_comments = list(pair.notes)
    new = path.with_name(f".{path.name}.new")
    new.write_bytes(serialised(catalog, pair.language))
    os.replace(new, path)


def _context(message: Message) -> str:
    ids = message.id if isinstance(message.id, (list, tuple)) else (message.id,)
    return message.context or str(ids[0])
