"""Which sentences there are to translate: read from data/, from the staff pages and from the widget. Idempotent.

Three domains: `content` (Swedish source, context = id and part), `staff` and `widget` (English msgids).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from actions.content import Content, load_content
from actions.i18n.catalogs import SOURCE_OF, Domain
from actions.i18n.languages import LOCALES, Language, languages
from actions.settings import ROOT
from actions.vocabulary import PARTS

DOMAINS: tuple[Domain, ...] = ("content", "staff", "widget")
BORN = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
"""Catalogs carry a fixed date: running twice changes nothing."""
KEYWORDS = {"_": None, "N_": None, "gettext": None, "t": None}
PLACEHOLDER = re.compile(r"\{[a-z0-9_]+\}")


@dataclass(frozen=True)
class Sentence:
    """One thing to translate. `context` names it for good; `source` is its text of today."""

    context: str
    source: str
    comments: tuple[str, ...] = ()
    limit: int | None = None
    safety: bool = False
    places: tuple[tuple[str, int], ...] = field(default=(), compare=False)

    @property
    def flags(self) -> set[str]:
        return {"python-brace-format"} if PLACEHOLDER.search(self.source) else set()

    @property
    def notes(self) -> list[str]:
        notes = list(self.comments)
        if self.limit:
            notes.append(f"At most {self.limit} characters.")
        if self.safety:
            notes.append("SAFETY: needs two reviewers.")
        if "python-brace-format" in self.flags:
            notes.append("Keep the {placeholders} as they are.")
        return notes


def content_sentences(known: Content | None = None) -> Iterator[Sentence]:
    """Every sentence of data/ that a child may read, in the order of the files."""
    known = known or load_content()
    for message in known.messages.values():
        yield Sentence(
            f"message.{message.id}",
            message.sv,
            tuple(filter(None, [message.note])),
            message.max,
            message.safety,
            _at("messages.yml"),
        )
    for stage in known.stages.values():
        yield Sentence(
            f"stage.{stage.id}",
            stage.sv,
            ("Where in the process the child is, as the child says it. Button.",),
            60,
            False,
            _at("stages.yml"),
        )
    for role in known.roles.values():
        yield Sentence(
            f"role.{role.id}.sv",
            role.sv,
            ("Name of an adult or authority. Keep the Swedish word in brackets.",),
            70,
            False,
            _at("roles.yml"),
        )
        yield Sentence(
            f"role.{role.id}.your", role.your, ("The same inside a sentence, often after a colon.",), 80, False, _at("roles.yml")
        )
        yield Sentence(f"role.{role.id}.who", role.who, ("What this adult does, one line.",), 100, False, _at("roles.yml"))
    for intent in known.intents.values():
        yield Sentence(
            f"intent.{intent.id}",
            intent.sv,
            (f"A child's question on a button. Meaning: {intent.means}",),
            90,
            False,
            _at("intents.yml"),
        )
    for worry in known.worries.values():
        yield Sentence(
            f"worry.{worry.id}.sv",
            worry.sv,
            ("What the child worries about, as the child says it.",),
            90,
            False,
            _at("worries.yml"),
        )
        yield Sentence(
            f"worry.{worry.id}.ack",
            worry.ack,
            ("First words to a child who tells this. Warm, calm, no promise.",),
            None,
            worry.urgency in ("U0", "U1"),
            _at("worries.yml"),
        )
        for role_id, reason in worry.reasons.items():
            yield Sentence(
                f"worry.{worry.id}.reason.{role_id}",
                reason,
                (f"Why {known.roles[role_id].sv} gets this worry.",),
                None,
                False,
                _at("worries.yml"),
            )
    for line in known.helplines.values():
        if line.show:
            yield Sentence(f"helpline.{line.id}", line.sv, (f"What {line.label} is for.",), 120, False, _at("helplines.yml"))
    for fact in known.facts.values():
        if fact.text is None:
            continue
        roles = ", ".join(known.roles[role].sv for role in fact.roles)
        sources = "; ".join(f"{known.sources[entry.source].title} ({entry.section})" for entry in fact.sources)
        for part in PARTS:
            comment = f"{PART_NOTES[part]} Stages: {', '.join(fact.stages)}. Adults: {roles}. Source: {sources}."
            yield Sentence(
                f"fact.{fact.id}.{part}",
                getattr(fact.text, part),
                (comment,),
                None,
                fact.safety,
                _at(f"facts/{known.files[fact.id]}"),
            )
    for meeting in known.meetings.values():
        note = "A meeting or task a child prepares for. Title and button."
        yield Sentence(f"meeting.{meeting.id}", meeting.sv, (note,), 60, False, _at("meetings.yml"))
        for question in meeting.questions:
            comment = f"A ready question the child takes along: {meeting.sv}."
            yield Sentence(f"meeting.{meeting.id}.{question.id}", question.sv, (comment,), 90, False, _at("meetings.yml"))
    for municipality in known.municipalities.values():
        yield Sentence(
            f"municipality.{municipality.id}",
            municipality.sv,
            ("Name of a municipality.",),
            60,
            False,
            _at(f"municipalities/{municipality.id}.yml"),
        )
        for card in municipality.cards:
            yield Sentence(
                f"card.{municipality.id}.{card.id}.sv",
                card.sv,
                ("Title of a local card.",),
                60,
                False,
                _at(f"municipalities/{municipality.id}.yml"),
            )
            yield Sentence(
                f"card.{municipality.id}.{card.id}.text",
                card.text,
                ("Text of a local card.",),
                200,
                False,
                _at(f"municipalities/{municipality.id}.yml"),
            )


PART_NOTES = {
    "means": "What it means.",
    "do": "What the child can do.",
    "why": "Why it matters, or what stays the same.",
    "simpler": "The first part again, simpler, in other words.",
}


def _at(file: str) -> tuple[tuple[str, int], ...]:
    return ((f"data/{file}", 1),)


def interface_sentences(domain: Domain) -> Iterator[Sentence]:
    """English strings of the staff pages (Python and templates) or of the widget (JavaScript)."""
    folder = ROOT / "actions"
    methods = (
        [("widget/**.js", "javascript"), ("widget/**.html", "jinja2")]
        if domain == "widget"
        else [("widget/**", "ignore"), ("**.py", "python"), ("staff/**.html", "jinja2")]
    )
    found: dict[str, tuple[list[tuple[str, int]], list[str]]] = {}
    for file, line, message, comments, _context in extract_from_dir(
        folder, methods, keywords=KEYWORDS, comment_tags=("i18n:",), strip_comment_tags=True
    ):
        text = message if isinstance(message, str) else message[0]
        if not text:
            continue
        places, notes = found.setdefault(text, ([], []))
        places.append((str((folder / file).relative_to(ROOT)), line))
        notes.extend(note for note in comments if note not in notes)
    for text in sorted(found):
        places, notes = found[text]
        yield Sentence("", text, tuple(notes), None, False, tuple((file, 1) for file in sorted({file for file, _ in places})))


def sentences(domain: Domain) -> list[Sentence]:
    return list(content_sentences() if domain == "content" else interface_sentences(domain))


# --- catalogs


def targets(domain: Domain) -> list[Language]:
    """The languages that have a catalog in a domain."""
    staff = ("sv",)
    return [
        entry for entry in languages().values() if entry.code != SOURCE_OF[domain] and (domain != "staff" or entry.code in staff)
    ]


def read_catalog(path: Path, code: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=None)
    with path.open("rb") as file:
        return read_po(file, abort_invalid=False)


def merged(old: Catalog, wanted: list[Sentence], entry: Language, domain: Domain) -> Catalog:
    """The catalog for today's sentences: same source keeps its translation, a changed source makes it fuzzy, what is gone goes."""
    new = Catalog(
        project="Navet",
        version="1",
        copyright_holder="Navet",
        charset="utf-8",
        creation_date=BORN,
        revision_date=BORN,
        fuzzy=False,
        header_comment=f"# {entry.english} – {domain}. See docs/for-translators.md.",
        language_team=old.language_team if old.language_team and "@" not in old.language_team else None,
    )
    known = {(message.context or "", message.id if not message.context else ""): message for message in old if message.id}
    for sentence in wanted:
        before = known.get((sentence.context, "" if sentence.context else sentence.source))
        flags, text, previous = set(sentence.flags), "", []
        if before is not None:
            text = str(before.string or "")
            flags |= {flag for flag in before.flags if flag not in ("python-brace-format",)}
            if before.id != sentence.source and text:
                flags.add("fuzzy")
                previous = [str(before.id)]
            elif "fuzzy" in flags:
                previous = list(before.previous_id)
        new.add(
            sentence.source,
            text,
            locations=[(file, None) for file, _line in sentence.places],  # type: ignore[misc]
            flags=flags,
            auto_comments=sentence.notes,
            user_comments=list(before.user_comments) if before is not None else (),
            previous_id=previous,
            context=sentence.context or None,
        )
    return new


def serialised(catalog: Catalog, entry: Language) -> bytes:
    """The file as it stands in git: stable headers, no line numbers, long lines."""
    import io

    out = io.BytesIO()
    write_po(out, catalog, width=0, omit_header=True, include_previous=True, ignore_obsolete=True)
    header = [
        f"# {entry.english}. See docs/for-translators.md.",
        'msgid ""',
        'msgstr ""',
        '"Project-Id-Version: Navet 1\\n"',
        f'"Language: {entry.code}\\n"',
        f'"Plural-Forms: {entry.plural_forms}\\n"',
        '"MIME-Version: 1.0\\n"',
        '"Content-Type: text/plain; charset=utf-8\\n"',
        '"Content-Transfer-Encoding: 8bit\\n"',
        "",
        "",
    ]
    return "\n".join(header).encode() + out.getvalue().lstrip(b"\n")


def update(folder: Path = LOCALES, *, write: bool = True) -> list[str]:
    """Bring all catalogs up to date. Returns the files that changed (or would change)."""
    changed = []
    for domain in DOMAINS:
        wanted = sentences(domain)
        for entry in targets(domain):
            path = folder / entry.code / "LC_MESSAGES" / f"{domain}.po"
            data = serialised(merged(read_catalog(path, entry.code), wanted, entry, domain), entry)
            if not path.exists() or path.read_bytes() != data:
                changed.append(str(path.relative_to(folder.parent)))
                if write:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(data)
    return changed
