"""A child for tests: talks to a running Navet over the public chat API and nothing else."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
import uuid
from typing import Any

Message = dict[str, Any]


def call(
    url: str, method: str, path: str, body: Any = None, token: str | None = None, headers: dict[str, str] | None = None
) -> tuple[int, Any]:
    """Status and JSON of one HTTP call."""
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(url + path, data, method=method)
    request.add_header("Content-Type", "application/json")
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    for name, value in (headers or {}).items():
        request.add_header(name, value)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"null")


class Child:
    """One conversation. `last` holds the messages of the latest reply."""

    def __init__(
        self, url: str, language: str = "sv", stage: str | None = None, municipality: str | None = None, **more: Any
    ) -> None:
        self.url = url
        body = {"language": language, "stage": stage, "municipality": municipality, **more}
        status, opened = call(url, "POST", "/api/chat/conversations", body)
        assert status == 201, opened
        self.id, self.token, self.last = opened["conversation_id"], opened["token"], opened["messages"]

    def request(self, method: str, path: str = "", body: Any = None) -> tuple[int, Any]:
        return call(self.url, method, f"/api/chat/conversations/{self.id}{path}", body, self.token)

    def say(self, text: str) -> Message:
        """Type something; gives the first message of the reply, which speaks for it."""
        return self._send({"text": text})

    def press(self, label: str) -> Message:
        """Press the button whose label contains `label`."""
        found = [choice for message in self.last for choice in message["choices"] if label.lower() in choice["label"].lower()]
        assert found, f"no button {label!r} among {self.labels}"
        return self._send({"choice": found[0]["choice"]})

    def _send(self, body: dict[str, str]) -> Message:
        status, answer = self.request("POST", "/messages", {"client_message_id": str(uuid.uuid4()), **body})
        assert status == 200, answer
        assert answer["messages"], "silence"
        self.last = answer["messages"]
        return self.last[0]

    @property
    def labels(self) -> list[str]:
        return [choice["label"] for message in self.last for choice in message["choices"]]

    @property
    def text(self) -> str:
        return "\n".join(message["text"] for message in self.last)

    def history(self) -> list[Message]:
        status, answer = self.request("GET", "/messages")
        assert status == 200
        return answer["messages"]
