"""A Navet of its own that may be broken at will."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.running import RunningNavet, trained_model


@pytest.fixture(scope="module")
def navet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNavet]:
    """Restarts what dies at once; waits two seconds for Rasa, so that a broken Rasa costs the tests little time."""
    environment = {"NAVET_MODEL": trained_model(), "NAVET_RESTART_PAUSE": "0.1", "NAVET_RASA_TIMEOUT": "3"}
    made = RunningNavet(tmp_path_factory.mktemp("reliability"), environment)
    try:
        yield made.start()
    finally:
        made.stop()
