"""Reads data/ into typed objects. Wrong content stops the start with the file and the entry named."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from actions.content.models import (
    Calming,
    Checklist,
    Entry,
    Fact,
    Helpline,
    Intent,
    LastResort,
    Matrix,
    Meeting,
    Message,
    Municipality,
    Role,
    Source,
    Stage,
    UrgencyLevel,
    Worry,
)
from actions.errors import ContentError
from actions.settings import ROOT

DATA = ROOT / "data"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
E_ = TypeVar("E_", bound=Entry)


@dataclass(frozen=True)
class Content:
    """All content, by id. Dictionaries keep the order of the files."""

    stages: dict[str, Stage]
    roles: dict[str, Role]
    urgencies: dict[str, UrgencyLevel]
    worries: dict[str, Worry]
    last_resort: LastResort
    sources: dict[str, Source]
    helplines: dict[str, Helpline]
    facts: dict[str, Fact]
    intents: dict[str, Intent]
    messages: dict[str, Message]
    municipalities: dict[str, Municipality]
    matrix: Matrix
    calming: Calming
    meetings: dict[str, Meeting]
    checklists: dict[str, Checklist]
    files: dict[str, str] = field(default_factory=dict)  # fact id -> file it stands in

    def municipality(self, id_: str | None) -> Municipality:
        """The profile, as staff have edited it if they have; the generic one when none or an unknown one is given."""
        file = self.municipalities.get(id_ or "generic") or self.municipalities["generic"]
        return _edited().get(file.id, file)


def use_profiles(source: Callable[[], Mapping[str, Municipality]] | None) -> None:
    """Where edited profiles come from (actions.local.profiles); None: the files alone count."""
    global _edited
    _edited = source or dict


_edited: Callable[[], Mapping[str, Municipality]] = dict


def read_yaml(path: Path) -> Any:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - a safe loader, the quick one where it exists
    except (OSError, yaml.YAMLError) as error:
        raise ContentError(f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}: {error}") from None


def _entries[E_: Entry](path: Path, key: str, model: type[E_]) -> Iterator[E_]:
    document = read_yaml(path)
    if not isinstance(document, dict) or not isinstance(document.get(key), list):
        raise ContentError(f"{path.name}: expected a list under the key {key}:")
    for raw in document[key]:
        yield _entry(path, raw, model)


def _entry[E_: Entry](path: Path, raw: Any, model: type[E_]) -> E_:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        name = raw.get("id", "?") if isinstance(raw, dict) else "?"
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ContentError(f"{path.name}: entry {name}: {where}: {first['msg']}") from None


def _by_id[E_: Entry](path: Path, key: str, model: type[E_]) -> dict[str, E_]:
    found: dict[str, E_] = {}
    for entry in _entries(path, key, model):
        identity = str(entry.id)  # type: ignore[attr-defined]
        if identity in found:
            raise ContentError(f"{path.name}: {identity} stands there twice")
        found[identity] = entry
    return found


def load_content(data: Path = DATA) -> Content:
    """Read and validate every content file under `data`. Raises `ContentError`."""
    facts: dict[str, Fact] = {}
    files: dict[str, str] = {}
    for path in sorted((data / "facts").glob("*.yml")):
        for id_, fact in _by_id(path, "facts", Fact).items():
            if id_ in facts:
                raise ContentError(f"{path.name}: fact {id_} stands in {files[id_]} already")
            facts[id_], files[id_] = fact, path.name
    municipalities = {
        entry.id: entry
        for path in sorted((data / "municipalities").glob("*.yml"))
        for entry in [_entry(path, read_yaml(path), Municipality)]
    }
    worries = data / "worries.yml"
    return Content(
        stages=_by_id(data / "stages.yml", "stages", Stage),
        roles=_by_id(data / "roles.yml", "roles", Role),
        urgencies=_by_id(data / "urgencies.yml", "urgencies", UrgencyLevel),
        worries=_by_id(worries, "worries", Worry),
        last_resort=_entry(worries, read_yaml(worries)["last_resort"], LastResort),
        sources=_by_id(data / "sources.yml", "sources", Source),
        helplines=_by_id(data / "helplines.yml", "helplines", Helpline),
        facts=facts,
        intents=_by_id(data / "intents.yml", "intents", Intent),
        messages=_by_id(data / "messages.yml", "messages", Message),
        municipalities=municipalities,
        matrix=_entry(data / "matrix.yml", read_yaml(data / "matrix.yml"), Matrix),
        calming=_entry(data / "calming.yml", read_yaml(data / "calming.yml"), Calming),
        meetings=_by_id(data / "meetings.yml", "meetings", Meeting),
        checklists=_by_id(data / "checklists.yml", "checklists", Checklist),
        files=files,
    )


@lru_cache(maxsize=1)
def file_content() -> Content:
    """What the files say, read once a process."""
    return load_content()


Layer = Callable[[Content], Content]
_layers: dict[str, Layer] = {}
_current: Content | None = None


def lay(name: str, layer: Layer | None) -> None:
    """Lay decisions from the database over the files, or take them away (None). Whoever asks next sees the result."""
    global _current
    layers = {key: value for key, value in _layers.items() if key != name}
    if layer is not None:
        layers[name] = layer
    known = file_content()
    for each in layers.values():
        known = each(known)
    _layers.clear()
    _layers.update(layers)
    _current = known


def content() -> Content:
    """The content as it stands now: the files, and over them what people have decided since."""
    return _current or file_content()
