"""Recorded voices: locales/audio/<language>/<id of the text>.mp3, with the words that are spoken beside it in a .txt file.

A recording counts only while its words are exactly the text that is shown, so a changed text is never read out in its old form.
How to record: docs/for-translators.md.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from actions.i18n.languages import LOCALES

AUDIO = LOCALES / "audio"
ISOLATES = dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069"))


def recording(code: str, context: str, text: str, folder: Path = AUDIO) -> str | None:
    """The file of a spoken text below the folder (`sv/message.menu.mp3`); None when there is none, or it says something else."""
    place = folder / code
    try:
        changed = place.stat().st_mtime_ns
    except OSError:
        return None
    spoken = _spoken(place, changed).get(context)
    return f"{code}/{context}.mp3" if spoken is not None and spoken == _plain(text) else None


@lru_cache(maxsize=32)
def _spoken(place: Path, changed: int) -> dict[str, str]:
    """Id of a text -> the words of its recording. Read again when a file comes or goes (`changed`, ns)."""
    return {
        words.stem: _plain(words.read_text(encoding="utf-8"))
        for words in place.glob("*.txt")
        if words.with_suffix(".mp3").is_file()
    }


def _plain(text: str) -> str:
    return " ".join(text.translate(ISOLATES).split())
