"""Reads a catalog file into pairs, and checks the file itself: can it be read, is its header right, are plural forms complete."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po

from actions.i18n.catalogs import SOURCE_OF, Domain
from actions.i18n.checks.model import Defect, Finding, Pair, Severity
from actions.i18n.languages import LOCALES, Language

HEADER = re.compile(r'^"([A-Za-z-]+): (.*)\\n"$', re.MULTILINE)
MSGID = re.compile(r"^msgid ", re.MULTILINE)


def shown(path: Path) -> str:
    """The name of a file as a person at the root of the repository types it."""
    return str(path.relative_to(LOCALES.parent)) if path.is_relative_to(LOCALES.parent) else str(path)


def read_pairs(path: Path, entry: Language, domain: Domain) -> tuple[list[Pair], list[Finding]]:
    """Every entry of a catalog, and what is wrong with the file. A file that cannot be read gives no pairs."""
    try:
        text = path.read_text(encoding="utf-8")
        with path.open("rb") as file:
            catalog = read_po(file, abort_invalid=True)
    except (OSError, UnicodeDecodeError, PoFileError) as error:
        mend = "open it in a gettext editor and mend the place, or take the last version from git"
        line = getattr(error, "lineno", None)
        return [], [_of_file(path, Defect.FILE, f"cannot be read ({error})", mend, line + 1 if isinstance(line, int) else 1)]
    pairs = [_pair(path, message, entry, domain) for message in catalog if message.id]
    return pairs, [*_file(path, text, catalog, entry)]


def _pair(path: Path, message: Message, entry: Language, domain: Domain) -> Pair:
    ids = message.id if isinstance(message.id, (list, tuple)) else (message.id,)
    texts = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
    return Pair(
        file=shown(path),
        line=message.lineno or 1,
        context=message.context or str(ids[0]),
        domain=domain,
        language=entry,
        source_code=SOURCE_OF[domain],
        source=str(ids[0]),
        forms=tuple(str(text or "") for text in texts),
        plural_source=str(ids[1]) if len(ids) > 1 else None,
        fuzzy=message.fuzzy,
        comments=tuple(message.auto_comments),
        notes=tuple(message.user_comments),
        previous=str(next(iter(message.previous_id), "")),
    )


def _file(path: Path, text: str, catalog: Catalog, entry: Language) -> Iterator[Finding]:
    headers = dict(HEADER.findall(text.split("\n\n", 1)[0]))
    wanted = {"Language": entry.code, "Plural-Forms": entry.plural_forms}
    for name, value in wanted.items():
        if _bare(headers.get(name, "")) != _bare(value):
            detail = f"{name} is {headers.get(name) or 'missing'}"
            yield _of_file(
                path, Defect.HEADER, detail, f"write “{name}: {value}”, as locales/languages.yml says, or run make strings"
            )
    if "utf-8" not in headers.get("Content-Type", "").lower():
        yield _of_file(path, Defect.HEADER, "the character set is not UTF-8", "save the file as UTF-8")
    twice = len(MSGID.findall(text)) - 1 - len(catalog)
    if twice > 0:
        yield _of_file(path, Defect.FILE, f"{twice} entries stand there twice", "keep one of each, or run make strings")


def _bare(value: str) -> str:
    return re.sub(r"[\s;]+", "", value)


def _of_file(path: Path, defect: Defect, detail: str, mend: str, line: int = 1) -> Finding:
    return Finding(defect, Severity.ERROR, shown(path), line, "", detail, mend)
