"""Turns a draft message into the text, contacts, sources and button labels a child sees, in one language."""

from __future__ import annotations

import string
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from actions.content import Content, content
from actions.content.models import Fact, Helpline
from actions.dialogue import local
from actions.errors import ContentError
from actions.i18n import Catalogs, catalogs, language, languages
from actions.i18n.audio import recording
from actions.vocabulary import SOURCE_LANGUAGE

Json = dict[str, Any]


@dataclass
class Rendered:
    """`audio` are recordings of the whole text, or none.

    `fallen_back` tells that at least one sentence had no current translation and stands there in Swedish.
    """

    text: str
    contacts: list[Json] = field(default_factory=list)
    sources: list[Json] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    audio: list[str] = field(default_factory=list)
    fallen_back: bool = False


class Renderer:
    """Looks references up in the content and the catalogs of one language."""

    def __init__(self, code: str, known: Content | None = None, texts: Catalogs | None = None) -> None:
        self.code = code if code in languages() else SOURCE_LANGUAGE
        self.content = known or content()
        self.texts = texts or catalogs()
        self.fallen_back = False

    def message(self, draft: Json) -> Rendered:
        said = [(part, text) for part in draft["parts"] if (text := self.sentence(part))]
        text = "\n\n".join(text for _, text in said)
        facts = [self.content.facts[id_] for id_ in draft.get("facts", []) if id_ in self.content.facts]
        lines = draft.get("contacts", [])
        return Rendered(
            text=text,
            contacts=[found for found in map(self._contact_of, lines) if found],
            sources=self.sources(facts),
            audio=self.audio(said),
            labels=[self.sentence(choice["label"]) for choice in draft.get("choices", [])],
            fallen_back=self.fallen_back,
        )

    def sentence(self, reference: Json) -> str:
        kind, id_ = reference["kind"], reference["id"]
        if kind == "text":
            return str(reference["params"]["text"])
        if kind == "language":
            return language(id_).name
        if kind == "both":
            return self._both(reference["params"]["of"])
        context, source = self._source(kind, id_, reference.get("part", ""))
        if not source:
            return ""
        found = self.texts.content(self.code, context, source)
        self.fallen_back = self.fallen_back or found.status in ("missing", "stale")
        return self._fill(found.text, reference.get("params", {}))

    def audio(self, said: list[tuple[Json, str]]) -> list[str]:
        """Recordings of the sentences, in order. One without a recording: none, for half a message would be worse."""
        names = [f"{part['kind']}.{part['id']}" + (f".{part['part']}" if part.get("part") else "") for part, _ in said]
        found = [recording(self.code, name, text) for name, (_, text) in zip(names, said, strict=True)]
        return [f"/widget/audio/{name}" for name in found if name] if all(found) else []

    def _contact_of(self, id_: str) -> Json | None:
        """A helpline, or a contact of the municipality; None for one that may not be shown."""
        if id_.startswith(local.PREFIX):
            found = local.checked_contact(id_, self.content)
            return {"label": found[0], "tel": found[1], "href": found[2], "note": None} if found else None
        line = self.content.helplines[id_]
        return self.contact(line) if line.show else None

    def contact(self, line: Helpline) -> Json:
        note = self.sentence({"kind": "helpline", "id": line.id})
        return {"label": line.label, "tel": line.tel, "href": line.href, "note": note}

    def sources(self, facts: Iterable[Fact]) -> list[Json]:
        """One entry a source document, with the oldest day anybody checked one of the facts that rest on it."""
        found: dict[str, Json] = {}
        for fact in facts:
            for reference in fact.sources:
                source = self.content.sources[reference.source]
                checked = fact.checked_on.isoformat()
                if source.id in found:
                    found[source.id]["checked_on"] = min(found[source.id]["checked_on"], checked)
                    continue
                found[source.id] = {
                    "title": source.title,
                    "organisation": source.organisation,
                    "year": source.year,
                    "url": source.url,
                    "checked_on": checked,
                }
        return list(found.values())

    def _both(self, reference: Json) -> str:
        """A sentence in the child's language, and the Swedish an adult can read beside it."""
        own = self.sentence(reference)
        if self.code == SOURCE_LANGUAGE:
            return own
        swedish = Renderer(SOURCE_LANGUAGE, self.content, self.texts).sentence(reference)
        return own if own == swedish else f"{own}\n\N{LEFT-TO-RIGHT ISOLATE}{swedish}\N{POP DIRECTIONAL ISOLATE}"

    def _source(self, kind: str, id_: str, part: str) -> tuple[str, str]:
        """The gettext context of a reference and its Swedish text of today."""
        known = self.content
        try:
            match kind:
                case "message":
                    return f"message.{id_}", known.messages[id_].sv
                case "fact":
                    text = known.facts[id_].text
                    return f"fact.{id_}.{part}", getattr(text, part) if text else ""
                case "role":
                    return f"role.{id_}.{part}", getattr(known.roles[id_], part)
                case "stage":
                    return f"stage.{id_}", known.stages[id_].sv
                case "intent":
                    return f"intent.{id_}", known.intents[id_].sv
                case "card":
                    place, card_id = id_.split("/", 1)
                    cards = [card for card in known.municipality(place).cards if card.id == card_id]
                    return f"card.{place}.{card_id}.{part}", str(getattr(cards[0], part)) if cards else ""
                case "meeting":
                    meeting = known.meetings[id_]
                    found = [question.sv for question in meeting.questions if question.id == part]
                    return (f"meeting.{id_}.{part}", found[0]) if part else (f"meeting.{id_}", meeting.sv)
                case "worry":
                    return f"worry.{id_}.{part}", getattr(known.worries[id_], part)
                case "reason":
                    return f"worry.{id_}.reason.{part}", known.worries[id_].reasons.get(part, "")
                case "helpline":
                    return f"helpline.{id_}", known.helplines[id_].sv
        except (KeyError, AttributeError, IndexError):
            pass
        raise ContentError(f"nothing is called {kind} {id_} {part}")

    def _fill(self, text: str, params: Json) -> str:
        """Placeholders: given ones, and `{tel_…}` for phone numbers, which no translation can change."""
        if "{" not in text:
            return text
        names = {name for _, name, _, _ in string.Formatter().parse(text) if name}
        values = {name: self._value(name, params) for name in names}
        return text.format(**values)

    def _value(self, name: str, params: Json) -> str:
        if name in params:
            value = params[name]
            return self.sentence(value) if isinstance(value, dict) else str(value)
        if name.startswith("tel_"):
            number = telephone(name[4:], self.content)
            return f"\N{LEFT-TO-RIGHT ISOLATE}{number}\N{POP DIRECTIONAL ISOLATE}" if language(self.code).dir == "rtl" else number
        return ""


TELEPHONES = {"112": "112", "bris": "116 111", "116000": "116 000", "11414": "114 14", "1177": "1177"}


def telephone(id_: str, known: Content) -> str:
    """A number as people read it. Only contacts that may be shown have one."""
    line = known.helplines.get(id_)
    if line is None or not line.show:
        raise ContentError(f"no showable contact called {id_}")
    return TELEPHONES.get(id_, line.tel or line.label)


def render(draft: Json, code: str) -> Rendered:
    """Render with the process's content and catalogs."""
    return Renderer(code).message(draft)
