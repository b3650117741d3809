"""The page of the search: a field on every role's first page, groups, reasons with their words marked, pages, files."""

import io
import re

import openpyxl
import pytest

from services.stats.service import StatsService
from shared.errors import TryAgain
from shared.text import Text
from tests.integration.test_offered_forms import links
from tests.support.duties import issued_ids, submit, today
from tests.support.submissions import a_round
from tests.support.tasks import PEOPLE, Caller

__all__ = ["today"]


@pytest.fixture
def call(house):
    return Caller(house.services["tasks"], house.world)


@pytest.fixture
def county(house, call, today):
    """Twelve duties of each of two units; the first one, which is done."""
    first, *_ = issued_ids(call, "徽城镇", "石门乡", items=12)
    duty = call("get_duty", {"duty_id": first}, as_="lead")
    submit(call, duty, as_="staff", note="茶叶<b>合作社</b>已走访")
    house.deliver()
    return duty


def found(person, text, **more):
    asked = "".join(f"&{name}={value}" for name, value in more.items())
    return person.open(f"/search?q={text}{asked}").response.text


def main_of(html):
    return html.split("<main", 1)[1].split("</main>")[0]


# Whoever only looks finds the same county as everybody before; making it takes longer than looking.
def test_every_first_page_has_one_field_that_searches_everything(house, county):
    for name in PEOPLE:
        html = house.sign_in(name).open("/").response.text

        assert html.count('action="/search"') == 1, name
        assert re.search(r'<form [^>]*method="get" role="search"[^>]*action="/search"', html), name
        assert '<label class="vh" for="find-all">' in html, name


def test_every_link_of_what_was_found_opens(house, county):
    """Nobody finds what he may not open: the pages behind the hits answer, for whoever finds them."""
    for name in PEOPLE:
        person = house.sign_in(name)
        opened: set[str] = set()
        for text in ("事项1", "341021", "填报员", "1.1", "茶叶"):
            addresses = set(re.findall(r'href="(/[^"]*)"', main_of(found(person, text))))
            for address in addresses - opened:
                person.open(address.replace("&amp;", "&"))
                assert person.status == 200, (name, text, address)
            opened |= addresses
        assert opened, name


def test_the_words_of_a_note_are_marked_and_what_is_markup_in_it_is_text(house, county):
    html = found(house.sign_in("leader"), "茶叶 走访")

    assert "<mark>茶叶</mark>&lt;b&gt;合作社&lt;/b&gt;已<mark>走访</mark>" in html
    assert "完成：" in main_of(html)


def test_a_duty_of_an_ended_checklist_says_so(house, call, county):
    with house.services["tasks"].database.transaction() as cur:
        cur.execute("UPDATE checklist SET state = 'closed', title = '旧清单' WHERE id = %s", (county["checklist_id"],))

    main = main_of(found(house.sign_in("staff"), "茶叶"))

    assert "已结束" in main
    assert "· 旧清单" in main


def test_a_group_shows_ten_and_leads_to_all_of_them_page_by_page(house, county):
    person = house.sign_in("lead")
    main = main_of(found(person, "石门"))
    (address,) = [link for link in re.findall(r'href="([^"]*)"', main) if "group=duties" in link]

    assert main.count("/duties/") == 10
    person.open(address.replace("&amp;", "&"))
    assert main_of(person.response.text).count("/duties/") == 12
    assert 'value="石门"' in person.response.text


def test_a_page_of_a_group_keeps_the_words_in_its_address(house, call, today):
    issued_ids(call, "徽城镇", items=60)
    person = house.sign_in("staff")

    html = found(person, "事项", group="duties")

    (address,) = [link for link in links(person) if "page=2" in link]
    assert "group=duties" in address
    assert main_of(html).count("/duties/") == 50
    person.open(address)
    assert main_of(person.response.text).count("/duties/") == 10


def test_a_group_is_taken_away_whole_as_it_was_sought(house, county):
    person = house.sign_in("lead")
    found(person, "石门", group="duties")
    person.send(person.form("/search/xlsx"))

    rows = list(openpyxl.load_workbook(io.BytesIO(person.response.data)).worksheets[0].values)

    assert len(rows) == 3 + 12
    assert "查找：石门" in rows[1][0]


@pytest.mark.parametrize("group", ["checklists", "figures", "units", "people"])
def test_every_other_group_is_a_file_too(house, county, group):
    person = house.sign_in("auditor")
    found(person, {"checklists": "事项", "people": "填报员"}.get(group, "乡"), group=group)
    if group == "figures":
        return
    person.send(person.form("/search/xlsx"))

    assert person.status == 200
    assert len(list(openpyxl.load_workbook(io.BytesIO(person.response.data)).worksheets[0].values)) > 3


def test_nothing_typed_is_said_so_and_nothing_is_asked(house, county):
    for text in ("", "%20", "%E2%80%8B"):
        html = found(house.sign_in("staff"), text)
        assert "请写要找的内容" in html
        assert "<mark>" not in html


def test_what_is_too_long_stays_typed_and_a_sentence_says_so(house, county):
    person = house.sign_in("staff")
    html = found(person, "长" * 61)

    assert person.status == 422
    assert "最多60个字，现在有61个" in html
    assert f'value="{"长" * 61}"' in html
    assert "最多8个词" in found(person, "一 二 三 四 五 六 七 八 九")


def test_a_group_that_a_role_has_none_of_is_no_page_of_its_own(house, county):
    assert "人员" not in main_of(found(house.sign_in("staff"), "填报员", group="people"))


def test_reports_and_indicators_are_found_by_those_who_may_open_them(house, county):
    a_round(house.databases["stats"], house.world.units["徽城镇"])
    lead, staff, other = (main_of(found(house.sign_in(name), "月报")) for name in ("lead", "staff", "department"))

    assert "/reports/" in lead
    assert "/submissions/" in staff
    assert "/submissions/" not in other
    assert "/indicators/" in main_of(found(house.sign_in("department"), "jobs"))


def test_without_stats_the_rest_is_found_and_the_page_says_what_is_not(house, county, monkeypatch):
    def away(*_args, **_more):
        raise TryAgain(Text("连不上", "away"))

    monkeypatch.setattr(StatsService, "perform", away)
    person = house.sign_in("staff")

    main = main_of(found(person, "事项1"))

    assert "报表与指标现在查不到" in main
    assert "/duties/" in main


def test_on_an_english_page_the_field_is_english(house, county):
    person = house.sign_in("leader").open("/language/en?back=/")

    assert 'placeholder="Find duties, units, numbers, notes"' in person.response.text
    html = found(person, "石门")
    assert "Why" not in html
    assert '<span lang="zh"><mark>石门</mark>乡</span>' in html


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("staff", "/duties?q={}"),
        ("lead", "/review?q={}"),
        ("lead", "/units?q={}"),
        ("auditor", "/audit?person={}&unit={}"),
        ("lead", "/board/1/duties?q={}&name={}"),
    ],
)
def test_what_is_longer_than_a_search_takes_is_not_cut_without_a_word(house, county, name, path):
    long, fits = "字" * 61, "字" * 60

    cut = house.sign_in(name).open(path.replace("{}", long))
    whole = house.sign_in(name).open(path.replace("{}", fits))

    assert (cut.status, whole.status) == (200, 200)
    assert cut.text.count("查找内容最多 60 个字，只按前 60 个字查找。") == 1
    assert "查找内容最多" not in whole.text
