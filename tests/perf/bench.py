"""`make bench`: time to the first answer, memory, messages a second, latency. Prints figures and fails on none of them.

Everything runs on this machine, the load too, so the figures are a floor. Environments and model must be present.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

import aiohttp

from tests.running import RunningNavet

MESSAGES = ["kan vi överklaga", "när får jag börja skolan", "vad är en god man", "vem ska jag fråga om vad", "vad händer nu"]
SECONDS = float(os.environ.get("NAVET_BENCH_SECONDS", "12"))
USERS = int(os.environ.get("NAVET_BENCH_USERS", "16"))


async def open_conversation(session: aiohttp.ClientSession) -> tuple[str, dict[str, str]]:
    async with session.post("/api/chat/conversations", json={"language": "sv", "stage": "after_rejection"}) as answer:
        body = await answer.json()
    return f"/api/chat/conversations/{body['conversation_id']}/messages", {"Authorization": f"Bearer {body['token']}"}


async def ask(session: aiohttp.ClientSession, path: str, headers: dict[str, str], text: str) -> float:
    began = time.perf_counter()
    async with session.post(path, headers=headers, json={"client_message_id": str(uuid.uuid4()), "text": text}) as answer:
        body = await answer.json()
        assert body["messages"][0]["meta"]["kind"] != "degraded", "a degraded answer is not an answer"
    return time.perf_counter() - began


async def one_user(url: str, count: int = 300) -> list[float]:
    async with aiohttp.ClientSession(url) as session:
        path, headers = await open_conversation(session)
        for index in range(20):
            await ask(session, path, headers, MESSAGES[index % len(MESSAGES)])
        return [await ask(session, path, headers, MESSAGES[index % len(MESSAGES)]) for index in range(count)]


async def many_users(url: str, users: int, seconds: float) -> tuple[float, list[float]]:
    """Messages a second over all users, and the time of each message."""
    times: list[float] = []
    async with aiohttp.ClientSession(url, connector=aiohttp.TCPConnector(limit=0)) as session:
        end = time.perf_counter() + seconds

        async def user(number: int) -> None:
            path, headers = await open_conversation(session)
            turn = number
            while time.perf_counter() < end:
                times.append(await ask(session, path, headers, MESSAGES[turn % len(MESSAGES)]))
                turn += 1

        began = time.perf_counter()
        await asyncio.gather(*(user(number) for number in range(users)))
        return len(times) / (time.perf_counter() - began), times


def memory(pid: int) -> float:
    """Megabytes that belong to a process: its proportional share where the kernel tells, else its resident size."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024


def percentile(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * share))] * 1000


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="navet-bench-") as folder:
        model = (
            os.environ.get("NAVET_MODEL")
            or subprocess.run([sys.executable, "-m", "actions.cli", "train"], capture_output=True, text=True, check=True)
            .stdout.strip()
            .splitlines()[-1]
        )
        navet = RunningNavet(Path(folder), {"NAVET_MODEL": model})
        began = time.monotonic()
        try:
            navet.start()
            asyncio.run(one_user(navet.url, 1))
            first = time.monotonic() - began
            alone = asyncio.run(one_user(navet.url))
            rate, together = asyncio.run(many_users(navet.url, USERS, SECONDS))
            used = {name: memory(pid) for name, pid in navet.children().items()}
            used["supervisor"] = memory(navet.process_.pid) if navet.process_ else 0.0
        finally:
            navet.stop()
    rows = [
        ("start to the first answer, environments and model present", f"{first:.1f} s"),
        ("one user: median / 99th percentile", f"{percentile(alone, 0.5):.1f} / {percentile(alone, 0.99):.1f} ms"),
        (f"{USERS} users at once: messages a second", f"{rate:.0f}"),
        (
            f"{USERS} users at once: median / 99th percentile",
            f"{percentile(together, 0.5):.0f} / {percentile(together, 0.99):.0f} ms",
        ),
        ("memory of everything together", f"{sum(used.values()):.0f} MB"),
        *[(f"memory of {name}", f"{value:.0f} MB") for name, value in used.items()],
    ]
    print("| figure | measured |\n|---|---|")
    print("\n".join(f"| {name} | {value} |" for name, value in rows))


if __name__ == "__main__":
    main()
