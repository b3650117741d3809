"""Somebody patient at a running portal, without a browser: whoever is told that the system is away sends again."""

import http.client
import re

from tests.support.clerks import LISTED
from tests.support.eventually import eventually
from tests.support.pages import Person
from tests.support.visitor import visitor

TO_PRESS = re.compile(r"<button[^>]*>(再发送一次|已完成，提交)</button>")
TILE = re.compile(r"<li[^>]*><a[^>]*><b>(\d+)</b>(.*?)</a>", re.DOTALL)
# What a connection that is cut or refused raises.
CUT = (OSError, http.client.HTTPException)


def signed_in(url: str, name: str, password: str) -> Person:
    person = visitor(url)

    def is_in() -> bool:
        return "退出" in person.open("/").text or "退出" in person.sign_in(name, password).text

    eventually(is_in, within=60, message=f"{name} could not sign in")
    return person


def at_the_duty(person: Person, title: str) -> Person:
    """Open the page of an open duty of the person's unit."""
    (duty_id,) = _open_duties(person.open("/duties"), title)
    return person.open(f"/duties/{duty_id}")


def click_until_answered(person: Person, title: str) -> None:
    """Mark a duty done the way a patient clerk does: when the system says it is away, send again."""
    eventually(lambda: _take_one_step(person, title), within=60, message=f"{title} could not be marked done")


def _take_one_step(person: Person, title: str) -> bool:
    """Do what the page in front of the clerk asks for; True once the duty is no longer among the open ones."""
    if TO_PRESS.search(_html(person)):
        person.send(person.form("/duties/done"))
        return False
    person.open("/duties")
    if "我的责任" not in person.text:
        return False
    for duty_id in _open_duties(person, title):
        person.open(f"/duties/{duty_id}")
        return False
    return True


def _open_duties(person: Person, title: str) -> list[str]:
    return [duty.partition(":")[0] for duty, item in LISTED.findall(_html(person)) if item == title]


def _html(person: Person) -> str:
    return person.response.get_data().decode() if person.response is not None else ""


def count_on_board(person: Person, word: str) -> int:
    """The number beside `word` among the totals of the example's board."""
    html = _html(person.open("/board/1"))
    found = {re.sub("<[^>]*>", "", words).split()[-1]: int(number) for number, words in TILE.findall(html)}
    assert word in found, person.text
    return found[word]


def done_or_none(person: Person) -> int | None:
    """How many duties the board counts as done; None as long as nobody answers."""
    try:
        return count_on_board(person, "已完成")
    except (*CUT, AssertionError):
        return None


def expect_done(person: Person, number: int, *, within: float = 60) -> None:
    """Wait until the board counts so many as done; the failure says how many it counts instead, or what it says."""

    def is_counted() -> bool:
        found = done_or_none(person)
        assert found == number, f"{found} instead of {number} are done: {person.text[:600]}"
        return True

    eventually(is_counted, within=within, message="the board did not count what was done")


def every_page_answers(person: Person) -> bool:
    """Each service has lost its connections and says so once; after that nobody notices any more."""
    return all(person.open(path).status == 200 for path in ("/duties", "/inbox", "/duties", "/inbox"))
