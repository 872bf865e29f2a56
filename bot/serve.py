"""Starts Rasa with our channel. Run by the supervisor; settings come from the environment it passes."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.quiet import silence, speed_up  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description="Navet's Rasa process")
    parser.add_argument("--model", required=True)
    parser.add_argument("--port", type=int, required=True)
    given = parser.parse_args()
    silence()
    from rasa.core.run import serve_application
    from rasa.core.utils import AvailableEndpoints

    speed_up()
    silence()
    serve_application(
        model_path=given.model,
        credentials=str(ROOT / "bot" / "credentials.yml"),
        endpoints=AvailableEndpoints.read_endpoints(str(ROOT / "bot" / "endpoints.yml")),
        interface="127.0.0.1",
        port=given.port,
        enable_api=False,
    )


if __name__ == "__main__":
    main()
