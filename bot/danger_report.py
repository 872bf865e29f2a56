"""The danger part of `make nlu-report`: danger layer and intent model together, on the held-out danger lines."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Tuple

import yaml

ROOT = Path(__file__).resolve().parent.parent
Finding = Dict[str, Any]


class Seen(NamedTuple):
    """A line, whether it is danger, what the danger layer found, the intent that counted in the end."""

    text: str
    danger: bool
    finding: Any
    intent: str


def danger_lines(language: str) -> List[Tuple[str, bool]]:
    """Texts of tests/nlu with whether they are danger: `danger` yes, `harmless` (look-alikes) no."""
    document = yaml.safe_load((ROOT / "tests" / "nlu" / f"{language}.yml").read_text(encoding="utf-8"))
    meant = [(entry["text"], True) for entry in document.get("danger") or []]
    return meant + [(entry["text"] if isinstance(entry, dict) else entry, False) for entry in document.get("harmless") or []]


def findings(texts: List[str], model: str) -> List[Any]:
    """What the web app's danger layer says of each text. It lives in the other environment, so it is asked as a program."""
    beside = model[: -len(".tar.gz")] + ".danger.npz"
    done = subprocess.run(
        [str(ROOT / ".venv" / "bin" / "navet"), "find-danger"],
        input=json.dumps(texts),
        env={**os.environ, "NAVET_DANGER_MODEL": beside},
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    found: List[Any] = json.loads(done.stdout)
    return found


def table(seen: Dict[str, List[Seen]], grave: "set[str]") -> List[str]:
    """Shares by language: answered as danger, or at least with a help card; the same for the look-alikes."""
    rows = [
        "## Danger",
        "",
        "| language | lines | danger reply | or help card | look-alikes | false alarm | or help card |",
        "|---|---|---|---|---|---|---|",
    ]
    for language, lines in seen.items():
        cells = [language]
        for danger in (True, False):
            meant = [line for line in lines if line.danger == danger]
            replied = [line for line in meant if line.intent in grave]
            helped = [line for line in meant if line.intent in grave or line.finding]
            count = len(meant) or 1
            cells += [str(len(meant)), "{:.1%}".format(len(replied) / count), "{:.1%}".format(len(helped) / count)]
        rows.append("| " + " | ".join(cells) + " |")
    return [*rows, ""]
