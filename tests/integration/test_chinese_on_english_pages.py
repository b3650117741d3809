"""On an English page everything Chinese says that it is: titles, names, notes, and names within English sentences."""

import re
from collections import Counter
from html.parser import HTMLParser

import pytest

from tests.integration.test_offered_forms import kind_of, links
from tests.support.busy import looked_at as house
from tests.support.house import House

__all__ = ["house"]

READERS = ("staff", "lead", "leader", "admin", "auditor")
OF_EACH_KIND = 2
HAN = re.compile("[\u3400-\u9fff]")
READ_OUT = {"alt", "aria-label", "placeholder", "title"}
VOID = {"input", "br", "img", "link", "meta", "hr", "rect"}
# What somebody types is theirs, in whichever language.
TYPED = {"textarea"}
# How many pages of each kind all readers have seen.
_seen: Counter[str] = Counter()


class Languages(HTMLParser):
    """The Chinese of a page that stands in no element which says so: (where, text)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.unmarked: list[tuple[str, str]] = []
        self._inside: list[tuple[str, str]] = [("", "")]
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = {name: value or "" for name, value in attributes}
        language = given.get("lang") or self._inside[-1][1]
        for name in READ_OUT & set(given):
            if HAN.search(given[name]) and not language.startswith("zh"):
                self.unmarked.append((f"{tag} {name}", given[name]))
        if tag not in VOID:
            self._inside.append((tag, language))

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self._inside.pop()

    def handle_endtag(self, tag):
        while len(self._inside) > 1 and self._inside.pop()[0] != tag:
            pass

    def handle_data(self, data):
        tag, language = self._inside[-1]
        if HAN.search(data) and tag not in TYPED and not language.startswith("zh"):
            self.unmarked.append((tag, " ".join(data.split())))


@pytest.mark.parametrize("name", READERS)
def test_what_is_chinese_on_an_english_page_says_so(house: House, busy, name):
    person = house.sign_in(name).open("/language/en?back=/")
    before = Counter(_seen)
    waiting, seen, found = ["/", "/help", "/password", "/search?q=事项", "/search?q=341021"], {}, {}
    while waiting:
        address = waiting.pop(0)
        kind = kind_of(address)
        # Who comes later looks at one page of a kind of which others have seen enough: their own parts are on it.
        if seen.get(kind, 0) >= (1 if before[kind] >= OF_EACH_KIND else OF_EACH_KIND):
            continue
        seen[kind] = seen.get(kind, 0) + 1
        _seen[kind] += 1
        person.open(address)
        waiting += links(person)
        assert person.response is not None
        unmarked = Languages(person.response.get_data().decode()).unmarked
        if unmarked:
            found[address] = unmarked[:9]

    assert found == {}
    assert sum(seen.values()) > 5


def test_the_reader_notices_and_lets_pass():
    page = '<p>Unit <b lang="zh">石门乡</b> 深渡镇<br>x</p><input placeholder="名称"><option lang="zh">甲</option>'

    assert Languages(page).unmarked == [("p", "深渡镇"), ("input placeholder", "名称")]
