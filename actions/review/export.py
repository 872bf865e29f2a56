"""Writes what was decided on the pages back into data/, so that git has it. Only changed values are touched: the diff is small."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from actions import db
from actions.content.loader import DATA, load_content, read_yaml
from actions.content.models import Fact
from actions.review import overlay, store
from actions.review.models import FactDraft, UnansweredQuestion
from actions.settings import ROOT
from actions.vocabulary import ContentKind, Fate

HELD_OUT = ROOT / "tests" / "nlu"
ASKED = "asked.yml"
WIDTH = 124


@dataclass(frozen=True)
class Edit:
    """Replace the characters from `start` to `end` of a file."""

    start: int
    end: int
    text: str


def export(data: Path = DATA, held_out: Path = HELD_OUT) -> list[str]:
    """Bring the files under `data` up to the decisions. Returns a line a change; a second run changes nothing."""
    with db.read() as session:
        found = overlay.verdicts(store.in_force(session, ContentKind.FACT))
        drafts = list(store.drafts(session))
        examples = list(store.waiting(session, Fate.EXAMPLE, limit=100_000))
    return [*_decisions(data, found), *_drafts(data, drafts), *_examples(data, held_out, examples)]


# --- decisions


def _decisions(data: Path, found: dict[str, overlay.Verdict]) -> list[str]:
    known = load_content(data)
    said: list[str] = []
    for file in sorted(set(known.files.values())):
        wanted = {}
        for id_, fact in known.facts.items():
            changed = _changes(fact, overlay.judged(fact, found.get(id_))) if known.files[id_] == file else {}
            if changed:
                wanted[id_] = changed
        if wanted:
            path = data / "facts" / file
            path.write_text(edited(path.read_text(encoding="utf-8"), wanted), encoding="utf-8")
            said += [f"{file}: {id_} {', '.join(f'{key} {value}' for key, value in new.items())}" for id_, new in wanted.items()]
    return said


def _changes(old: Fact, new: Fact) -> dict[str, str]:
    """What differs, as it stands in YAML."""
    names = ("checked_on", "review_by", "status")
    return {name: _plain(getattr(new, name)) for name in names if getattr(new, name) != getattr(old, name)}


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def edited(text: str, wanted: dict[str, dict[str, str]]) -> str:
    """A facts file with some values of some facts replaced; every other character stays. `wanted`: fact id -> key -> value."""
    edits: list[Edit] = []
    for values in _nodes(text, "facts"):
        for name, new in wanted.get(values["id"].value, {}).items():
            node = values[name]
            edits.append(Edit(node.start_mark.index, node.end_mark.index, new))
    for edit in sorted(edits, key=lambda each: each.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def _nodes(text: str, key: str) -> Iterator[dict[str, Any]]:
    """The entries of a list as key -> node, with the place of every value. The slow loader: it counts characters, not bytes."""
    root: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    entries = next(value for name, value in root.value if name.value == key)
    for entry in entries.value:
        yield {name.value: value for name, value in entry.value}


# --- drafts


def _drafts(data: Path, drafts: Iterable[FactDraft]) -> list[str]:
    """Append what is not there yet, and name it where its question is answered."""
    known = load_content(data)
    said = []
    for draft in drafts:
        if draft.fact_id in known.facts:
            continue
        path = data / "facts" / draft.file
        path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + "\n" + _block(draft.entry), encoding="utf-8")
        _bind(data / "intents.yml", draft.intent, draft.fact_id)
        said.append(f"{draft.file}: {draft.fact_id} begins as a draft, bound to {draft.intent}")
    return said


def _block(entry: dict[str, Any]) -> str:
    """One fact as YAML in the style of the files."""
    fact = Fact.model_validate(entry)
    plain = fact.model_dump(mode="python", exclude_defaults=True)
    plain |= {"status": str(fact.status), "time_sensitive": fact.time_sensitive}
    order = [*(name for name in Fact.model_fields if name in plain)]
    return yaml.safe_dump(
        [{name: plain[name] for name in order}], allow_unicode=True, sort_keys=False, width=WIDTH, default_flow_style=False
    )


def _bind(path: Path, intent: str, fact_id: str) -> None:
    """Add a fact to an intent's list, in place."""
    text = path.read_text(encoding="utf-8")
    for values in _nodes(text, "intents"):
        if values["id"].value != intent:
            continue
        facts = values.get("facts")
        if facts is None:
            at = values["id"].end_mark.index
            new = f"{text[:at]}\n  facts: [{fact_id}]{text[at:]}"
        else:
            old = [node.value for node in facts.value]
            listed = f"[{', '.join([*old, fact_id])}]"
            end = facts.end_mark.index if facts.flow_style else facts.value[-1].end_mark.index
            new = text[: facts.start_mark.index] + listed + text[end:]
        path.write_text(new, encoding="utf-8")
        return


# --- examples


def _examples(data: Path, held_out: Path, rows: Iterable[UnansweredQuestion]) -> list[str]:
    """One file a language. What the held-out tests hold stays out: a test that was learned by heart tests nothing."""
    by_language: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        if row.example and row.target:
            by_language.setdefault(row.language, {}).setdefault(row.target, []).append(row.example)
    said = []
    for code, wanted in sorted(by_language.items()):
        path = data / "nlu" / code / ASKED
        kept = _read_asked(path)
        known, tested = _learned(path.parent), _tested(held_out / f"{code}.yml")
        new = 0
        for intent, texts in sorted(wanted.items()):
            for text in dict.fromkeys(texts):
                if _same(text) in known | tested:
                    continue
                known.add(_same(text))
                kept.setdefault(intent, []).append(text)
                new += 1
        if new:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_nlu(kept), encoding="utf-8")
            said.append(f"nlu/{code}/{ASKED}: {new} examples")
    return said


def _same(text: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", text.lower()).split())


def _read_asked(path: Path) -> dict[str, list[str]]:
    if not path.exists():
        return {}
    blocks = {entry["intent"]: entry["examples"].splitlines() for entry in read_yaml(path)["nlu"]}
    return {intent: [line[2:] for line in lines if line.startswith("- ")] for intent, lines in blocks.items()}


def _learned(folder: Path) -> set[str]:
    found = set()
    for path in folder.glob("*.yml"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("    - "):
                found.add(_same(line[6:]))
    return found


def _tested(path: Path) -> set[str]:
    return {_same(entry["text"]) for entry in read_yaml(path)["utterances"]} if path.exists() else set()


def _nlu(kept: dict[str, list[str]]) -> str:
    about = "# What children asked and the bot did not know, scrubbed, chosen by editors. Written by navet content export."
    lines = [about, 'version: "3.1"', "", "nlu:"]
    for intent, texts in sorted(kept.items()):
        lines += [f"- intent: {intent}", "  examples: |", *[f"    - {text}" for text in texts]]
    return "\n".join(lines) + "\n"
