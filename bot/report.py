"""`make nlu-report`: what the trained model understands on the held-out utterances of tests/nlu, by language and by intent.

Writes var/reports/nlu.md, a table by intent (CSV) and a confusion plot a language. Danger is reported as a child meets it: the
danger layer of the web app (asked by `navet find-danger`, with the danger model beside the intent model) and the intent model
together. With `--beside <pipeline.yml>` a second pipeline (Rasa's default: bot/default_pipeline.yml) is trained on the same
examples and reported beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Tuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot import danger_report  # noqa: E402
from bot.danger_model import danger_intents  # noqa: E402
from bot.quiet import silence  # noqa: E402

OUT = "out_of_scope"
FALLBACK = "nlu_fallback"
BUTTONS = 3


class Line(NamedTuple):
    text: str
    intents: List[str]
    noisy: bool


class Figures(NamedTuple):
    language: str
    lines: int
    right: float
    right_or_button: float
    noisy: float
    out_of_scope: float
    wrongly_rejected: float


def held_out(language: str) -> List[Line]:
    import yaml

    document = yaml.safe_load((ROOT / "tests" / "nlu" / f"{language}.yml").read_text(encoding="utf-8"))
    return [Line(entry["text"], entry["intents"], bool(entry.get("noisy"))) for entry in document["utterances"]]


async def understand(model: str, texts: List[str], danger: List[Any]) -> List[Tuple[str, List[str]]]:
    """For each text, with what the danger layer found in it, the intent that counts and the ranking behind it."""
    from rasa.core.agent import load_agent
    from rasa.core.channels.channel import UserMessage

    agent = await load_agent(model_path=model)
    found = []
    for text, finding in zip(texts, danger):
        parsed = await agent.processor.parse_message(UserMessage(text, metadata={"danger": finding}))
        ranking = [entry["name"] for entry in parsed.get("intent_ranking") or []]
        found.append((parsed["intent"]["name"], ranking))
    return found


def measure(language: str, lines: List[Line], found: List[Tuple[str, List[str]]]) -> Figures:
    asked = [(line, name, ranking) for line, (name, ranking) in zip(lines, found) if line.intents[0] != OUT]
    others = [name for line, (name, _) in zip(lines, found) if line.intents[0] == OUT]
    noisy = [entry for entry in asked if entry[0].noisy]

    def right(entry: Tuple[Line, str, List[str]]) -> bool:
        return entry[1] in entry[0].intents

    def offered(entry: Tuple[Line, str, List[str]]) -> bool:
        line, name, ranking = entry
        buttons = [guess for guess in ranking if guess not in (name, OUT)][:BUTTONS]
        return name in line.intents or any(guess in line.intents for guess in buttons)

    return Figures(
        language,
        len(lines),
        share(right(entry) for entry in asked),
        share(offered(entry) for entry in asked),
        share(right(entry) for entry in noisy),
        share(name in (OUT, FALLBACK) for name in others),
        share(name in (OUT, FALLBACK) for _, name, _ in asked),
    )


def share(values: Any) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else float("nan")


def table(title: str, figures: List[Figures]) -> List[str]:
    rows = [
        f"## {title}",
        "",
        "| language | lines | right | right or among 3 buttons | noisy | out of scope noticed | wrongly rejected |",
    ]
    rows.append("|---|---|---|---|---|---|---|")
    for one in figures:
        rows.append(
            f"| {one.language} | {one.lines} | {one.right:.1%} | {one.right_or_button:.1%} | {one.noisy:.1%} "
            f"| {one.out_of_scope:.1%} | {one.wrongly_rejected:.1%} |"
        )
    return [*rows, ""]


def by_intent(folder: Path, results: Dict[str, Tuple[List[Line], List[Tuple[str, List[str]]]]]) -> None:
    with (folder / "nlu-by-intent.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["language", "intent", "lines", "right", "most_often_taken_for"])
        for language, (lines, found) in results.items():
            grouped: Dict[str, List[Tuple[Line, str]]] = defaultdict(list)
            for line, (name, _) in zip(lines, found):
                grouped[line.intents[0]].append((line, name))
            for intent, entries in sorted(grouped.items()):
                wrong = Counter(name for line, name in entries if name not in line.intents)
                right = sum(name in line.intents for line, name in entries)
                writer.writerow([language, intent, len(entries), right, wrong.most_common(1)[0][0] if wrong else ""])


def confusion_plot(folder: Path, language: str, lines: List[Line], found: List[Tuple[str, List[str]]]) -> None:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    import numpy as np

    names = sorted({line.intents[0] for line in lines} | {FALLBACK})
    places = {name: place for place, name in enumerate(names)}
    grid = np.zeros((len(names), len(names)))
    for line, (name, _) in zip(lines, found):
        taken = line.intents[0] if name in line.intents else name
        grid[places[line.intents[0]], places.get(taken, places[FALLBACK])] += 1
    grid /= np.maximum(1, grid.sum(axis=1, keepdims=True))
    figure, axes = plt.subplots(figsize=(22, 22))
    axes.imshow(grid, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(names)), names, rotation=90, fontsize=6)
    axes.set_yticks(range(len(names)), names, fontsize=6)
    axes.set_title(f"{language}: meant (rows) and understood (columns)")
    figure.tight_layout()
    figure.savefig(folder / f"nlu-confusion-{language}.png", dpi=90)
    plt.close(figure)


def train_beside(pipeline: Path, languages: List[str], folder: Path) -> Tuple[str, float]:
    """Another pipeline on the same examples; gives the model and the seconds it took."""
    from rasa.model_training import train_nlu

    began = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        data = Path(scratch) / "nlu"
        data.mkdir()
        for language in languages:
            for path in (ROOT / "data" / "nlu" / language).glob("*.yml"):
                (data / f"{language}-{path.name}").write_bytes(path.read_bytes())
        made = train_nlu(str(pipeline), str(data), str(folder), fixed_model_name="beside")
    return str(made), time.monotonic() - began


def main() -> None:
    parser = argparse.ArgumentParser(description="report what the model understands")
    parser.add_argument("--model", required=True)
    parser.add_argument("--languages", default="")
    parser.add_argument("--beside", type=Path, default=None)
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "reports")
    given = parser.parse_args()
    silence()
    given.out.mkdir(parents=True, exist_ok=True)
    languages = (
        given.languages.split(",") if given.languages else sorted(path.stem for path in (ROOT / "tests" / "nlu").glob("*.yml"))
    )
    text = report(given.model, "Navet", languages, given.out, ours=True)
    if given.beside is not None:
        model, seconds = train_beside(given.beside, languages, given.out)
        text += report(model, f"{given.beside.stem}, trained in {seconds:.0f} s", languages, given.out, ours=False)
    (given.out / "nlu.md").write_text("\n".join(["# What the bot understands", "", *text]), encoding="utf-8")
    print("\n".join(text))


def report(model: str, title: str, languages: List[str], folder: Path, ours: bool) -> List[str]:
    """The tables of one model. `ours`: with the danger layer in front, the table of danger, plots and the list by intent."""
    lines = {language: held_out(language) for language in languages}
    dangers = {language: danger_report.danger_lines(language) if ours else [] for language in languages}
    flat = [line.text for language in languages for line in lines[language]]
    flat += [text for language in languages for text, _ in dangers[language]]
    heard = danger_report.findings(flat, model) if ours else [None] * len(flat)
    began = time.monotonic()
    found = asyncio.run(understand(model, flat, heard))
    milliseconds = (time.monotonic() - began) * 1000 / len(flat)
    results, figures, start = {}, [], 0
    for language in languages:
        part = found[start : start + len(lines[language])]
        start += len(part)
        results[language] = (lines[language], part)
        figures.append(measure(language, lines[language], part))
    text = [*table(title, figures), "{:.1f} ms a message, loading included.".format(milliseconds), ""]
    if not ours:
        return text
    seen: Dict[str, List[danger_report.Seen]] = {}
    for language in languages:
        confusion_plot(folder, language, *results[language])
        seen[language] = []
        for line, danger in dangers[language]:
            seen[language].append(danger_report.Seen(line, danger, heard[start], found[start][0]))
            start += 1
    by_intent(folder, results)
    return [*text, *danger_report.table(seen, set(danger_intents()))]


if __name__ == "__main__":
    main()
