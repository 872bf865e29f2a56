"""Trains the model from data/ into one file, and the danger model beside it (`<name>.danger.npz`).

Run by the supervisor when the inputs changed."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.quiet import silence  # noqa: E402

DATA = ("data/nlu", "data/rules", "data/stories")


def main() -> None:
    parser = argparse.ArgumentParser(description="train Navet's model")
    parser.add_argument("--out", required=True, type=Path)
    given = parser.parse_args()
    silence()
    from rasa.model_training import train

    from bot import danger_model

    result = train(
        domain=str(ROOT / "domain.yml"),
        config=str(ROOT / "config.yml"),
        training_files=[str(ROOT / folder) for folder in DATA if any((ROOT / folder).rglob("*.yml"))],
        output=str(given.out.parent),
        fixed_model_name=given.out.name.replace(".tar.gz", ""),
        force_training=True,
    )
    if result.code != 0 or result.model is None:
        sys.exit(1)
    danger_model.train(given.out.with_name(given.out.name.replace(".tar.gz", "") + ".danger.npz"))


if __name__ == "__main__":
    main()
