"""Every staff page that each role may open, with the hostile data of the demo: axe, width, markup, on a phone and on a desk."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from actions.staff.pages import ROUTES
from actions.staff.permissions import Permission, allowed
from actions.vocabulary import StaffRole

if TYPE_CHECKING:
    from tests.running import RunningNavet

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
WHO = {
    StaffRole.ADMINISTRATOR: "admin",
    StaffRole.COORDINATOR: "coordinator",
    StaffRole.NAV_ADULT: "social",
    StaffRole.CONTENT_EDITOR: "editor",
    StaffRole.TRANSLATOR: "translator",
    StaffRole.AUDITOR: "auditor",
}
NOT_PAGES = {"/staff/handoffs/export.csv"}
NO_DRAFTS = {"/staff/drafts/{fact_id}"}
"""The demo begins no fact, so no page leads to one."""
MOST_OF_A_KIND = 2
OVERFLOW = "() => document.scrollingElement.scrollWidth - innerWidth"
FOREIGN = (
    "() => [...document.querySelectorAll('main :is(b, i, img, script:not([src]))')].map(found => found.outerHTML.slice(0, 90))"
)
LINKS = """() => [...document.querySelectorAll("a[href^='/staff'], iframe[src^='/staff']")]
  .map(found => new URL(found.href || found.src)).map(found => found.pathname + found.search)"""


@pytest.fixture(scope="module")
def filled(navet: RunningNavet) -> RunningNavet:
    navet.command("demo", "--force")
    return navet


@pytest.fixture
def staff(filled: RunningNavet, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    role, code = request.param
    page = browser.new_context(viewport=PHONE, reduced_motion="reduce").new_page()
    page.set_default_timeout(20_000)
    page.goto(filled.command("staff", "link", f"{WHO[role]}@demo.invalid").strip().splitlines()[-1])
    page.locator("main form button").click()
    page.goto(f"{filled.url}/staff/matrix")
    if page.evaluate("document.documentElement.lang") != code:
        page.locator(f"button[name=language][value={code}]").click()
    yield page
    page.context.close()


def route_of(address: str) -> str | None:
    """The most literal route of the permission table that an address belongs to."""
    path = address.partition("?")[0]
    found = [route for method, route in ROUTES if method == "GET" and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", route), path)]
    return min(found, key=lambda route: route.count("{"), default=None)


def faults(page: Page, address: str) -> list[str]:
    """What is wrong with the open page, in words. The preview is only ever shown inside another page, which has the heading."""
    found = []
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        wide = page.evaluate(OVERFLOW)
        found += [f"{address} is {wide} px too wide at {size['width']}"] if wide > 0 else []
    found += [f"{address} shows markup as markup: {html}" for html in page.evaluate(FOREIGN)]
    inner = {"rules": {rule: {"enabled": False} for rule in ("landmark-one-main", "page-has-heading-one")}}
    for rule in Axe().run(page, options=inner if "/preview" in address else None).response["violations"]:
        found.append(f"{address} breaks {rule['id']}: {[node['html'][:160] for node in rule['nodes']][:3]}")
    return found


def walk(page: Page, navet: RunningNavet, role: StaffRole) -> tuple[set[str], list[str]]:
    """Open what the pages link to, a few of each kind. Gives the routes that were seen, and every fault."""
    seen: dict[str, list[str]] = {}
    wrong: list[str] = []
    waiting = [route for method, route in sorted(ROUTES) if method == "GET" and "{" not in route]
    while waiting:
        address = waiting.pop(0)
        route = route_of(address)
        if route is None or route in NOT_PAGES or address in seen.get(route, []) or len(seen.get(route, [])) >= MOST_OF_A_KIND:
            continue
        if not allowed(role, ROUTES[("GET", route)]) or ROUTES[("GET", route)] is Permission.PUBLIC:
            continue
        seen.setdefault(route, []).append(address)
        answer = page.goto(navet.url + address)
        assert answer is not None and answer.status == 200, (address, answer and answer.status)
        wrong += faults(page, address)
        pictures = os.environ.get("NAVET_TEST_PICTURES")
        if pictures:
            take(page, f"{pictures}/{role}-{page.evaluate('document.documentElement.lang')}{re.sub(r'[^a-z]+', '-', address)[:60]}")
        waiting += page.evaluate(LINKS)
    return set(seen), wrong


def take(page: Page, name: str) -> None:
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        page.screenshot(path=f"{name}-{size['width']}.png", full_page=True)


@pytest.mark.parametrize(
    "staff", [(role, code) for role in WHO for code in ("sv", "en")], indirect=True, ids=lambda value: "-".join(map(str, value))
)
def test_every_page_of_a_role_is_sound(staff: Page, filled: RunningNavet, request: pytest.FixtureRequest) -> None:
    role: Any = request.node.callspec.params["staff"][0]
    seen, wrong = walk(staff, filled, role)
    wanted = {
        route
        for (method, route), permission in ROUTES.items()
        if method == "GET" and permission is not Permission.PUBLIC and allowed(role, permission)
    }
    assert wrong == []
    assert wanted - seen - NOT_PAGES - NO_DRAFTS == set()
