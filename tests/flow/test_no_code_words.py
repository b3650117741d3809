"""No code word reaches a page: what each role can reach by links is read, in both languages, on the running product.

Pages are the same in both modes, so one of them is read.
"""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from services.notifications.reminding.policy import Stage
from services.tasks.duties.duty import Action
from services.tasks.vocabulary import KINDS, RECURRENCES, REVIEW_RULES
from shared.actor import Role
from shared.light import Light, State
from tests.flow.conftest import MODES, System
from tests.support.operations import OPERATIONS
from tests.support.visitor import visitor

READERS = ("lead", "leader", "341021100", "admin", "auditor")
MOST_PAGES = 45
OF_EACH_KIND = 2
# The language is what the test itself chooses; an address that only takes forms has no page.
NOT_FOLLOWED = re.compile(r"^/(static|files|language|healthz)")
SHOWN = {"alt", "aria-label", "placeholder", "title", "value"}
NOT_SHOWN = {"script", "style", "code"}
# A name with an underscore, or an entry of the audit log: a noun and a participle, which no file's name is.
NOUNS = "amendment|suggestion|rows?|units?|person|people|duty|group|checklist|questions|list|notice"
SHAPED_LIKE_CODE = re.compile(rf"\b[a-z]+(?:_[a-z]+)+\b|\b(?:{NOUNS})\.(?:[a-z_]*ed|signed_in|progress)\b")
ENUMS = (Stage, Action, Role, Light, State, KINDS, RECURRENCES, REVIEW_RULES)
CODES = {str(code) for codes in ENUMS for code in codes}
# What people of the example sign in with is theirs to choose, and stands in the audit log.
SIGN_IN_NAMES = {"lead", "lead2", "auditor", "leader", "admin"}
CODES |= {name.partition(".")[2] for name in OPERATIONS}


class Shown(HTMLParser):
    """The text of a page as a person meets it, and the pages that it links to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.links: list[str] = []
        self._hidden = 0
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = {name: value or "" for name, value in attributes}
        if tag == "a":
            self.links.append(given.get("href", ""))
        if tag in NOT_SHOWN:
            self._hidden += 1
        is_field = tag in {"input", "option", "button"}
        self.texts += [value for name, value in given.items() if name in SHOWN and not (name == "value" and is_field)]

    def handle_endtag(self, tag):
        if tag in NOT_SHOWN:
            self._hidden -= 1

    def handle_data(self, data):
        if not self._hidden:
            self.texts.append(data)


def codes_in(texts, language):
    """Words of the code among `texts`; on a Chinese page an English word of our enums is one too."""
    found = {match for text in texts for match in SHAPED_LIKE_CODE.findall(text)}
    if language == "zh":
        found |= {word for text in texts for word in re.findall(r"[a-z_]+", text) if word in CODES}
    return found


def read_all(system, name, language):
    """Pages that `name` reaches from the first one, at most MOST_PAGES: one of each kind first, then a second one of
    some; {address: texts}."""
    person = visitor(system.url).sign_in(name, system.passwords[name])
    person.open(f"/language/{language}?back=/")
    waiting, pages = ["/", "/help", "/inbox", "/search?q=%E5%B0%B1%E4%B8%9A", "/search?q=341021"], {}
    later: list[str] = []
    seen_kinds: dict[str, int] = {}
    while (waiting or later) and len(pages) < MOST_PAGES:
        is_new = bool(waiting)
        address = (waiting or later).pop(0)
        kind = re.sub(r"\d+", "N", address.partition("?")[0])
        if address in pages or seen_kinds.get(kind, 0) >= OF_EACH_KIND:
            continue
        if is_new and kind in seen_kinds:
            later.append(address)
            continue
        seen_kinds[kind] = seen_kinds.get(kind, 0) + 1
        person.open(address)
        assert person.status == 200, address
        # A download is no page, wherever it lies.
        if person.response.mimetype != "text/html":
            continue
        shown = Shown(person.response.get_data().decode())
        pages[address] = shown.texts
        own = [link for link in shown.links if link.startswith("/")]
        waiting += [link for link in own if not NOT_FOLLOWED.match(urlsplit(link).path)]
    return pages


@pytest.mark.parametrize("system", MODES[-1:], indirect=True)
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", READERS)
def test_no_code_word_reaches_a_page(system: System, name, language):
    pages = read_all(system, name, language)

    found = {address: codes_in(texts, language) - SIGN_IN_NAMES for address, texts in pages.items()}
    assert len(pages) > 4
    assert {address: codes for address, codes in found.items() if codes} == {}


def test_a_code_word_would_be_found():
    entries = '<a href="/x">unit.saved</a> people.csv list.exported'
    shown = Shown(f'<p title="save_row">已提醒 overdue</p>{entries}<input value="lead_bureau">')

    assert codes_in(shown.texts, "zh") == {"save_row", "overdue", "unit.saved", "list.exported"}
    assert codes_in(shown.texts, "en") == {"save_row", "unit.saved", "list.exported"}
