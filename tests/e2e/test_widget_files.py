"""The widget's files: small, without code of others, every word translated, served so that pages never mix two versions."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from fastapi import FastAPI
from fastapi.testclient import TestClient

from actions import problems
from actions.content import content
from actions.i18n import offered
from actions.i18n.languages import LOCALES
from actions.widget import serve

FILES = sorted([*serve.STATIC.iterdir(), *(serve.HERE / "pages").iterdir()])
MODULES = [file for file in FILES if file.suffix == ".js"]
MOST_BYTES = 20 * 1024
PLACEHOLDER = re.compile(r"\{(\w+)\}")


@pytest.fixture(scope="module")
def client() -> TestClient:
    app = FastAPI()
    problems.install(app)
    serve.install(app)
    return TestClient(app)


def msgids() -> dict[str, list[str]]:
    """English string -> the comments for translators."""
    found: dict[str, list[str]] = {}
    options = {"method_map": [("**.js", "javascript")], "keywords": {"t": None}, "comment_tags": ("i18n:",)}
    for _, _, msgid, comments, _ in extract_from_dir(str(serve.STATIC), **options):
        found.setdefault(str(msgid), []).extend(comments)
    return found


def served(file: Path) -> bytes:
    return serve.squeezed(file) if file.suffix in serve.SQUEEZED else file.read_bytes()


def test_a_file_loses_only_what_its_reader_needs(tmp_path: Path) -> None:
    script = tmp_path / "x.js"
    script.write_text('// why\nconst a = "https://x"; // kept\n  /** what */\n\n  a(`two  ${b}  // words`);\n')
    assert serve.squeezed(script) == b'const a="https://x";a(`two  ${b}  // words`);'
    style = tmp_path / "x.css"
    style.write_text("/* two\n lines */\n* { margin: 0; }\n  a { color: red; } /* x */\n")
    assert serve.squeezed(style) == b"*{margin:0}a{color:red}"


def test_the_files_say_when_they_are_the_same(client: TestClient) -> None:
    first = client.get("/widget/ui.js")
    assert first.headers["content-type"].startswith("text/javascript")
    again = client.get("/widget/ui.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/widget/nothing.js").status_code == 404


def test_everything_together_is_at_most_20_kilobytes_over_the_line() -> None:
    sizes = {file.name: len(gzip.compress(served(file), 9)) for file in FILES}
    assert sum(sizes.values()) <= MOST_BYTES, sizes


def test_a_child_loads_no_more_than_that_either(client: TestClient) -> None:
    page = client.get("/chat")
    names = set(re.findall(r"/widget/([\w.-]+)", page.text))
    assert {"navet-chat.js", "navet.css"} <= names
    with client.stream("GET", "/chat") as answer:
        total = len(b"".join(answer.iter_raw()))
    for name in names:
        with client.stream("GET", f"/widget/{name}") as answer:
            assert answer.headers["content-encoding"] == "gzip"
            total += len(b"".join(answer.iter_raw()))
    assert total <= MOST_BYTES, total


@pytest.mark.parametrize("file", MODULES, ids=lambda file: file.name)
def test_no_module_makes_markup_of_text_or_keeps_anything_beyond_the_tab(file: Path) -> None:
    text = file.read_text()
    for word in (
        "innerHTML",
        "outerHTML",
        "insertAdjacent",
        "document.write",
        "eval(",
        "Function(",
        "localStorage",
        "indexedDB",
        "cookie",
        ".style",
    ):
        assert word not in text, word
    assert re.findall(r"from \"(?!\./)", text) == [], "only our own modules"
    assert set(re.findall(r"https?://[^\"]*", text)) <= {"http://www.w3.org/2000/svg"}
    assert len(text.splitlines()) <= 250


@pytest.mark.parametrize("file", [file for file in FILES if file.suffix == ".html"], ids=lambda file: file.name)
def test_no_page_has_code_or_styles_inside(file: Path) -> None:
    text = file.read_text()
    assert re.findall(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", text) == []


def test_the_neutral_page_has_no_trace_of_the_chat(client: TestClient) -> None:
    answer = client.get("/widget/neutral")
    assert answer.headers["cache-control"] == "no-store"
    for word in ("navet", "asyl", "chat", "widget", "script"):
        assert word not in answer.text.lower()


def test_every_string_has_a_swedish_translation_with_the_same_placeholders() -> None:
    with (LOCALES / "sv" / "LC_MESSAGES" / "widget.po").open("rb") as file:
        catalog = read_po(file, abort_invalid=True)
    translated = {str(message.id): message for message in catalog if message.id}
    wanted = msgids()
    assert len(wanted) > 40
    assert set(translated) == set(wanted)
    for msgid, message in translated.items():
        assert message.string, msgid
        assert not message.fuzzy, msgid
        assert sorted(PLACEHOLDER.findall(str(message.string))) == sorted(PLACEHOLDER.findall(msgid)), msgid


def test_translators_are_told_what_a_placeholder_stands_for() -> None:
    plain = {"name", "number", "count"}
    for msgid, comments in msgids().items():
        for name in PLACEHOLDER.findall(msgid):
            assert comments or name in plain, msgid


def test_strings_are_served_per_language_and_only_when_they_changed(client: TestClient) -> None:
    answer = client.get("/widget/strings/sv.json")
    body = answer.json()
    assert (body["language"], body["dir"]) == ("sv", "ltr")
    assert body["strings"]["Help now"] == "Hjälp nu"
    assert client.get("/widget/strings/ar.json").json()["dir"] == "rtl"
    again = client.get("/widget/strings/sv.json", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert client.get("/widget/strings/sv.json", headers={"If-None-Match": '"other"'}).status_code == 200


def test_an_unknown_language_is_a_problem_that_lists_the_known_ones(client: TestClient) -> None:
    answer = client.get("/widget/strings/xx.json")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert "sv" in answer.json()["known"]


def test_files_are_asked_for_again_but_sent_only_when_they_changed(client: TestClient) -> None:
    answer = client.get("/widget/navet-chat.js")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.content == serve.squeezed(serve.STATIC / "navet-chat.js")
    assert client.get("/widget/navet-chat.js", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    assert client.get("/widget/none.js").status_code == 404
    assert client.get("/widget/..%2fserve.py").status_code == 404


def test_the_page_without_javascript_names_the_numbers_of_the_content_in_every_language(client: TestClient) -> None:
    text = client.get("/chat").text
    plain = text[text.index("<noscript>") :]
    for id_ in ("112", "bris"):
        assert f'href="tel:{content().helplines[id_].tel}"' in plain
    for entry in offered():
        assert f'lang="{entry.tag}"' in plain
