"""From the letter that a mail server really received to the tick, in a real browser as wide as a phone.

The house is of one process and its clock stands on a working day: letters leave it in the daytime of those alone.
"""

import datetime as dt
import re
import threading

import pytest
from playwright.sync_api import expect

from services.portal.server import Listening, serve
from shared.process.readiness import Readiness
from tests.flow.conftest import follow
from tests.flow.test_accessible import OVERFLOW, TWICE, UNFOLD, judged
from tests.support.checklists import fetch, run
from tests.support.chromium import PHONE_WIDTH
from tests.support.duties import TODAY, issued, today
from tests.support.links import a_link
from tests.support.tasks import Caller

__all__ = ["today"]

NOON = dt.datetime.combine(TODAY, dt.time(4), tzinfo=dt.UTC)
LINK = re.compile(r"^http\S+/l/\S+$", re.MULTILINE)


@pytest.fixture
def address(house, port):
    """Where the house's pages are served as the product serves them."""
    stopping, listening = threading.Event(), threading.Event()
    server = threading.Thread(
        target=serve,
        args=(house.app, Listening("127.0.0.1", port)),
        kwargs={"stopping": stopping, "readiness": Readiness([]), "is_listening": listening.set},
    )
    server.start()
    assert listening.wait(10)
    yield f"http://127.0.0.1:{port}"
    stopping.set()
    server.join(15)


def letter_to_the_staff(house, box, address):
    """The text of the letter of the day, as it came in."""
    service = house.services["notifications"]
    service.mail_server, service.pages_url = box.server, address
    run(
        house.databases["notifications"],
        "INSERT INTO contact (person_id, channel, address, language, verified_at) "
        f"VALUES ({house.world.people['staff']}, 'mail', 'staff@huicheng.example', 'zh', '2026-05-01T00:00Z')",
    )
    for moment in (NOON, NOON + dt.timedelta(minutes=11)):
        service.now = lambda moment=moment: moment
        service.deliver()
    (text,) = box.texts
    return text


def test_from_the_letter_to_the_tick_in_three_actions_without_signing_in(house, today, box, address, open_page):
    call = Caller(house.services["tasks"], house.world)
    (duty,) = issued(call, "徽城镇")
    house.deliver()
    house.remind(NOON)
    (link,) = LINK.findall(letter_to_the_staff(house, box, address))
    page = open_page(width=PHONE_WIDTH)

    # One: the link of the letter is tapped. Two: the tick. Three: the button.
    page.goto(link)
    page.get_by_role("checkbox", name="事项1").check()
    follow(page.get_by_role("button", name="将勾选的标为完成"))

    expect(page.get_by_text("已完成。")).to_be_visible()
    expect(page.get_by_text("凭链接打开")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE_WIDTH
    assert page.url == f"{address}/duties"
    assert page.evaluate("document.referrer").startswith(f"{address}/duties")
    done = call("get_duty", {"duty_id": duty["duty_id"]}, as_="lead")
    assert done["state"] == "accepted"
    assert fetch(house.databases["portal"], "SELECT 1 FROM session") == []
    assert wrong_with(page) == []


def test_the_pages_around_a_link_are_clean_for_axe_on_a_phone(house, today, address, open_page):
    """What a walk from the first page does not reach: the question before going on, the refusals, the list of links."""
    staff, other = a_link(house), a_link(house, "shendu")
    page = open_page(width=PHONE_WIDTH)

    for place in (staff, "/practices", other, f"{other}x"):
        page.goto(f"{address}{place}")
        assert wrong_with(page) == [], place
    page.goto(f"{address}/sign-in")
    page.get_by_label("登录名").fill("admin")
    page.get_by_label("密码").fill(house.world.password)
    follow(page.get_by_role("button", name="登录"))
    page.goto(f"{address}/links")
    page.evaluate(UNFOLD)
    assert wrong_with(page) == []


def wrong_with(page):
    found = judged(page)
    return [*found, *page.evaluate(TWICE), *(["overflow"] if page.evaluate(OVERFLOW) > 0 else [])]
