"""Every kind of page that each role can reach by links: clean for axe, as wide as a phone, light as sent, and its focus
never under the bar that stays at the bottom. Pages are the same in both modes, so one of them is read."""

import json
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response

from tests.flow.conftest import MODES, System
from tests.support.chromium import HEIGHT, PHONE_WIDTH
from tests.support.clerks import Installation

READERS = ("lead", "leader", "341021100", "admin", "auditor")
# Downloads and whatever leads out of the session are no pages.
NOT_FOLLOWED = re.compile(r"^/(static|files|language|healthz|sign-out)")
# Whose pages have a bar that stays at the bottom.
WITH_BAR = {"lead", "341021100"}
MOST_PAGES = 45
LIGHT = 60 * 1024
# What is in order is not listed: for a board of five hundred rows that alone takes most of the time.
RULES = {
    "resultTypes": ["violations", "incomplete"],
    # What it would fetch again serves one experimental rule, and takes longer than most pages.
    "preload": False,
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
AXE = Axe().axe_script
# Half a megabyte: sent once for a whole walk, and read only where it is asked.
READY = f"window.loadAxe = () => {{ {AXE} }};"
IS_READY = "() => { window.loadAxe?.(); return !!window.loadAxe; }"
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
# Whether a text stands out depends on its colours and size and on what lies behind it, and asking axe of each text of a
# page takes longer than all other rules. So it is asked of three texts of each look that was on no page before; of
# those of which it could not say anything it is asked again. From looks in order and options to violations and looks.
JUDGE = """([known, options]) => {
    const before = new Set(known), behind = new Map(), looks = new Map(), times = new Map();
    const isText = (part) => part.nodeType === 3 && part.data.trim();
    const hasText = (one) => "value" in one || [...one.childNodes].some(isText);
    for (const one of document.querySelectorAll("html, html *")) {
        const style = getComputedStyle(one);
        const layer = [style.backgroundColor, style.backgroundImage, style.opacity, style.position].join();
        const plain = layer === "rgba(0, 0, 0, 0),none,1,static";
        behind.set(one, (behind.get(one.parentElement) ?? "") + (plain ? "" : `${layer};`));
        const own = [one.tagName, one.className, style.color, style.fontSize, style.fontWeight, style.textShadow];
        const look = behind.get(one) + own.join();
        const time = times.get(look) ?? 0;
        if (before.has(look) || time === 3 || !hasText(one) || !one.getClientRects().length) continue;
        times.set(look, time + 1);
        looks.set(one, look);
        one.setAttribute("data-look", "");
    }
    axe.configure({rules: [{id: "color-contrast", selector: "[data-look]"}]});
    return axe.run({...options, elementRef: true}).then((found) => {
        const open = found.incomplete.filter((one) => one.id === "color-contrast").flatMap((one) => one.nodes);
        const unsaid = new Set(open.map((one) => looks.get(one.element)));
        const violations = found.violations.map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 120)}`);
        return [violations, [...new Set(looks.values())].filter((look) => !unsaid.has(look))];
    });
}"""
# Parts of pages in which axe has found nothing, and looks of texts.
IN_ORDER: set[str] = set()
LOOKS_IN_ORDER: set[str] = set()


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
    # Asked of the browser itself: Playwright moves a window too, and waits for what is painted.
    with_protocol = page.context.new_cdp_session(page)
    for width in (1440, 1024, 768, PHONE_WIDTH):
        screen = {"width": width, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
        with_protocol.send("Emulation.setDeviceMetricsOverride", screen)
        if (beyond := page.evaluate(OVERFLOW)) > 0:
            yield f"{beyond} pixels too wide at {width}"
    with_protocol.detach()


def judged(page: Page) -> list[str]:
    """What axe finds wrong."""
    if not page.evaluate(IS_READY):
        page.evaluate(AXE)
    violations, looks = page.evaluate(JUDGE, [list(LOOKS_IN_ORDER), RULES])
    LOOKS_IN_ORDER.update(() if violations else looks)
    return violations


@pytest.mark.parametrize("system", MODES[-1:], indirect=True)
@pytest.mark.parametrize("name", READERS)
def test_every_page_of_a_role_is_clean_for_axe_fits_a_phone_and_is_light_as_sent(system: System, sign_in, name):
    page = sign_in(name, width=PHONE_WIDTH, alone=True)
    page.add_init_script(READY)
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
            violations = judged(page)
            found += violations
            IN_ORDER.update(() if violations else parts)
        if found:
            faults[address] = found

    assert faults == {}
    assert with_bar or name not in WITH_BAR


# What the comparison of a night may find: an item by name, one that is not known, and the same number of other duties.
WRONG = [
    {"item_id": n, "checklist": title and "清单", "item": title, "due_on": "2026-06-30", "state": state, **numbers}
    for n, (title, state, numbers) in enumerate(
        [
            ("举办一场企业与村的岗位对接会", "issued", {"told": 28, "own": 27}),
            ("举办一场企业与村的岗位对接会", "accepted", {"told": 3, "own": 3}),
            ("", "returned", {"told": 1, "own": 0}),
        ]
    )
]


@pytest.fixture
def installation(system: System) -> Iterator[Installation]:
    """The running product, in which the comparison of last night found differences."""
    found = Installation(system.home, system.url)
    insert = """
        INSERT INTO ledger_check (counted_at, day, items, cells, wrong, unsettled)
        VALUES (now(), '2026-11-29', 51, 137, %s, '{}')
    """
    for service in ("stats", "notifications"):
        with found.cursor(service) as cur:
            cur.execute(insert, (json.dumps(WRONG),))
    yield found
    for service in ("stats", "notifications"):
        with found.cursor(service) as cur:
            cur.execute("DELETE FROM ledger_check WHERE cells = 137")


@pytest.mark.usefixtures("installation")
@pytest.mark.parametrize("system", MODES[-1:], indirect=True)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_differs_from_the_ledger_is_clean_for_axe_and_fits_a_phone(system: System, sign_in, language):
    page = sign_in("lead", width=PHONE_WIDTH)
    page.goto(f"{system.url}/language/{language}")
    page.goto(f"{system.url}/ledger-check")

    assert page.locator("tbody tr").count() == 2 * len(WRONG)
    assert (judged(page), list(too_wide(page))) == ([], [])


@pytest.mark.parametrize("system", MODES[-1:], indirect=True)
def test_a_planted_fault_is_found(system: System, sign_in):
    page = sign_in("341021100", width=PHONE_WIDTH)
    assert judged(page) == []
    page.reload()
    assert judged(page) == []
    page.evaluate(
        "() => { document.documentElement.lang = ''; document.querySelector('main').style.width = '900px';"
        " document.querySelector('h1').style.color = '#ddd'; }"
    )

    assert {"html-has-lang", "color-contrast"} <= {one.partition(":")[0] for one in judged(page)}
    # What is not in order is not taken for known.
    assert "color-contrast" in {one.partition(":")[0] for one in judged(page)}
    assert [one.rpartition(" ")[2] for one in too_wide(page)] == ["768", "360"]
    page.evaluate("() => { document.querySelector('main').style.width = ''; }")
    assert list(too_wide(page)) == []
    page.evaluate("() => { document.querySelector('main').parentElement.style.background = '#222'; }")
    assert "color-contrast" in {one.partition(":")[0] for one in judged(page)}
