"""Pages have one form for days and one for moments; that of files for machines reaches no page."""

import re
from html.parser import HTMLParser

import pytest

from tests.integration.test_offered_forms import kind_of, links
from tests.support.busy import looked_at as house
from tests.support.house import House

__all__ = ["house"]

READERS = ("staff", "lead", "leader", "admin", "auditor")
ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
# What somebody types is theirs, and code is how machines write.
NOT_SAID = {"textarea", "script", "style", "code"}
# It says how a file has to be written.
OF_A_FILE = re.compile(r"/calendar/\d+/import$")


class Said(HTMLParser):
    """The texts of a page, without the tables of an official paper, which are shown as they stand on it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._inside: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        if tag in NOT_SAID or (tag == "table" and ("lang", "zh") in attributes):
            self._inside.append(tag)

    def handle_endtag(self, tag):
        if self._inside and tag == self._inside[-1]:
            self._inside.pop()

    def handle_data(self, data):
        if not self._inside:
            self.texts.append(" ".join(data.split()))


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_says_a_day_as_files_for_machines_do(house: House, busy, name, language):
    person = house.sign_in(name).open(f"/language/{language}?back=/")
    waiting, seen, found = ["/", "/help", "/password", "/search?q=事项", "/search?q=341021"], set(), {}
    while waiting:
        address = waiting.pop(0)
        if kind_of(address) in seen:
            continue
        seen.add(kind_of(address))
        person.open(address)
        waiting += links(person)
        assert person.response is not None
        texts = Said(person.response.get_data().decode()).texts
        # A day that cannot be known is quoted as it was typed.
        said = [text for text in texts if set(ISO.findall(text)) - set(ISO.findall(address))]
        if said and not OF_A_FILE.search(address):
            found[address] = said[:9]

    assert found == {}
    assert len(seen) > 5


def test_the_reader_notices_and_lets_pass():
    page = "<p>到 2026-05-08 <code>2026-05-08</code> 为止<br>5月8日 周五</p><textarea>2026-05-08</textarea>"

    assert [text for text in Said(page).texts if ISO.search(text)] == ["到 2026-05-08"]
