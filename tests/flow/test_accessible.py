"""Every kind of page that each role can reach by links: clean for axe, as wide as a phone, light as sent, and its focus
never under the bar that stays at the bottom. Pages are the same in both modes, so one of them is read."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response

from tests.flow.conftest import MODES, System
from tests.support.chromium import PHONE_WIDTH

READERS = ("lead", "leader", "341021100", "admin", "auditor")
# Downloads and whatever leads out of the session are no pages.
NOT_FOLLOWED = re.compile(r"^/(static|files|language|healthz|sign-out)")
# Whose pages have a bar that stays at the bottom.
WITH_BAR = {"lead", "341021100"}
MOST_PAGES = 45
LIGHT = 60 * 1024
# What is in order is not listed: for a board of five hundred rows that alone takes most of the time.
RULES = {
    "resultTypes": ["violations"],
    # What it would fetch again serves one experimental rule, and takes longer than most pages.
    "preload": False,
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
LINKS = "() => [...document.querySelectorAll('a[href]')].map(link => link.getAttribute('href'))"
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
UNFOLD = "() => document.querySelectorAll('details').forEach(part => { part.open = true; })"
# A row that is built like one before it in the same list is in order if that one is: tags, classes, attributes, and
# where there is text; in a table, each of its cells like some cell before. Looking at a list of five hundred takes most
# of the time. Ids are compared before.
ALIKE = """() => {
    const named = (one) => one.name + (one.name === "class" ? one.value : "");
    const built = (e) => e.tagName + [...e.attributes].map(named) +
        [...e.childNodes].map((one) => one.nodeType === 1 ? `(${built(one)})` : one.data?.trim() ? "t" : "");
    for (const list of document.querySelectorAll("tbody, ul, ol, select, dl, main, form")) {
        const seen = new Set();
        for (const row of [...list.children]) {
            if (!/^(TR|LI|OPTION|DT|DD|SECTION|FIELDSET)$/.test(row.tagName)) continue;
            const cells = row.tagName === "TR" ? [...row.cells] : [row];
            const how = cells.map((cell) => row.className + built(cell));
            if (how.every((one) => seen.has(one))) row.remove(); else how.forEach((one) => seen.add(one));
        }
    }
}"""
# A page built of the same parts was looked at with another role, header and content each.
PARTS = """() => {
    const named = (one) => one.name + (one.name === "class" ? one.value : "");
    const built = (e) => e.tagName + [...e.attributes].map(named) +
        [...e.childNodes].map((one) => one.nodeType === 1 ? `(${built(one)})` : one.data?.trim() ? "t" : "");
    return ["header", "main"].map((part) => built(document.querySelector(part)));
}"""
TWICE = """() => {
    const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
    return ids.filter((id, place) => ids.indexOf(id) !== place);
}"""
# The focused element, where a part of it lies under the bar at the bottom; null after the last one, when the focus has
# left the page. In one question: a page has up to ninety.
UNDER_THE_BAR = """() => {
    const bar = document.querySelector(".stick"), focused = document.activeElement;
    if (focused === document.body) return null;
    const one = focused.getBoundingClientRect(), other = bar.getBoundingClientRect();
    const isUnder = !bar.contains(focused) && one.top < other.bottom - 1 && one.bottom > other.top + 1;
    return isUnder ? focused.outerHTML.slice(0, 120) : "";
}"""
# Parts of pages in which axe has found nothing.
IN_ORDER: set[str] = set()


def kind_of(address: str) -> str:
    """Addresses that differ in numbers or in what is sought are pages of one kind, with a search or without."""
    parts = urlsplit(address)
    return re.sub(r"\d+", "0", parts.path) + ("?" if parts.query else "")


def pages_of(page: Page, url: str) -> Iterator[tuple[str, Response]]:
    """One page of each kind that is reached from the first one, opened."""
    # What a search finds is reached by a form.
    waiting, seen = [urlsplit(page.url).path, "/search?q=就业"], set()
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0)
        if kind_of(address) in seen:
            continue
        seen.add(kind_of(address))
        response = page.goto(url + address)
        assert response is not None
        # Before whoever takes the page changes it.
        found = [link for link in page.evaluate(LINKS) if link.startswith("/") and not NOT_FOLLOWED.match(link)]
        yield address, response
        waiting += [link.partition("#")[0] for link in found if kind_of(link) not in seen]


def hidden_by_the_bar(page: Page) -> Iterator[str]:
    """What the focus stops at under the bar at the bottom, on its way through the page as it was opened."""
    for before in range(90):
        page.keyboard.press("Tab")
        under = page.evaluate(UNDER_THE_BAR)
        if under is None:
            if not before:
                yield "nothing takes the focus"
            break
        if under:
            yield f"under the bar: {under}"


def too_wide(page: Page) -> Iterator[str]:
    """What of the page does not fit, on a phone, on a tablet held upright, and on the desktops of offices."""
    height = page.viewport_size["height"] if page.viewport_size else 800
    for width in (1440, 1024, 768, PHONE_WIDTH):
        page.set_viewport_size({"width": width, "height": height})
        if (beyond := page.evaluate(OVERFLOW)) > 0:
            yield f"{beyond} pixels too wide at {width}"


@pytest.mark.parametrize("system", MODES[-1:], indirect=True)
@pytest.mark.parametrize("name", READERS)
def test_every_page_of_a_role_is_clean_for_axe_fits_a_phone_and_is_light_as_sent(system: System, sign_in, name):
    page = sign_in(name, width=PHONE_WIDTH)
    faults: dict[str, list[str]] = {}
    with_bar = []

    for address, response in pages_of(page, system.url):
        found = []
        if response.status != 200:
            found.append(f"status {response.status}")
        if (sent := response.request.sizes()["responseBodySize"]) > LIGHT:
            found.append(f"{sent} bytes")
        if page.locator(".stick").count():
            with_bar.append(address)
            found += hidden_by_the_bar(page)
        page.evaluate(UNFOLD)
        found += too_wide(page)
        if twice := page.evaluate(TWICE):
            found.append(f"ids that stand twice: {twice[:5]}")
        page.evaluate(ALIKE)
        parts = set(page.evaluate(PARTS))
        if not parts <= IN_ORDER:
            violations = Axe().run(page, options=RULES).response["violations"]
            found += [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in violations]
            IN_ORDER.update(() if violations else parts)
        if found:
            faults[address] = found

    assert faults == {}
    assert with_bar or name not in WITH_BAR


@pytest.mark.parametrize("system", MODES[-1:], indirect=True)
def test_a_planted_fault_is_found(system: System, sign_in):
    page = sign_in("341021100", width=PHONE_WIDTH)
    page.evaluate("() => { document.documentElement.lang = ''; document.querySelector('main').style.width = '900px'; }")

    assert "html-has-lang" in [one["id"] for one in Axe().run(page, options=RULES).response["violations"]]
    assert page.evaluate(OVERFLOW) > 0
