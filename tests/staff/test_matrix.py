"""The page "who does what, and when"."""

from __future__ import annotations

import httpx

from actions.vocabulary import StaffRole
from tests.staff.test_staff import account, come_in
from tests.staff.test_staff import client as client


async def test_everybody_with_an_account_sees_all_actors(client: httpx.AsyncClient) -> None:
    come_in(client, account(StaffRole.TRANSLATOR))
    page = (await client.get("/staff/matrix")).text
    for words in (
        "Räddningstjänsten",
        "God man och offentligt biträde",
        "Kontakt med elevhälsan vid en första oro",
        "Ser inga dilemman",
    ):
        assert words in page


async def test_the_filter_keeps_one_actor_and_one_moment(client: httpx.AsyncClient) -> None:
    come_in(client, account(StaffRole.COORDINATOR))
    page = (await client.get("/staff/matrix?actor=polis&moment=appeal")).text
    body = page[page.index("<tbody>") :]
    assert "Områdespoliserna" in body
    assert "Barnhälsovården" not in body
    assert "Problem att arbeta brottsförebyggande" not in body


async def test_words_are_looked_for_and_nothing_found_is_said(client: httpx.AsyncClient) -> None:
    come_in(client, account(StaffRole.COORDINATOR))
    found = (await client.get("/staff/matrix?q=POSOM")).text
    assert "Räddningstjänsten" in found[found.index("<tbody>") :]
    assert "<tbody>" not in (await client.get("/staff/matrix?q=giraff")).text
    assert (await client.get("/staff/matrix?actor=%00&moment=x&q=" + "a" * 500)).status_code == 200
