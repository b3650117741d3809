"""The page of economy and employment: plain sentences first, each number to its figure, and what is missing said."""

import io
import re
from urllib.parse import quote

import openpyxl
import pytest

from services.portal.views import economy
from services.stats.economy.roles import Role
from shared import clock
from tests.support.checklists import fetch
from tests.support.economy import SOURCE, in_roles, published
from tests.support.figures import a_fact, recorded

LAST = clock.today().year - 1
BEFORE = LAST - 1


@pytest.fixture
def units(house):
    return house.world.units


@pytest.fixture
def lead(house):
    return house.sign_in("lead")


@pytest.fixture
def indicators(stats_db):
    return in_roles(stats_db)


@pytest.fixture
def chosen(lead, indicators):
    """The roles, chosen on their form."""
    lead.open("/economy/roles")
    lead.send(lead.form("/roles"), **{role.value: str(indicator_id) for role, indicator_id in indicators.items()})
    assert "已保存" in lead.text
    return indicators


@pytest.fixture
def known(stats_db, chosen, units):
    """Two years of the county, and of two townships in one of which one figure moved without the other."""
    county = units["歙县"]
    jobs = [a_fact(chosen[Role.NEW_JOBS], units["徽城镇"], f"{LAST}-{month:02}", "100") for month in range(1, 13)]
    return recorded(
        stats_db,
        *published(chosen[Role.GDP], county, **{f"y{BEFORE}": "240", f"y{LAST}": "250"}),
        *published(chosen[Role.GDP_GROWTH], county, **{f"y{BEFORE}": "0.4", f"y{LAST}": "5.0"}),
        *published(chosen[Role.EMPLOYED], county, **{f"y{BEFORE}": "200000", f"y{LAST}": "199000"}),
        *published(chosen[Role.BENEFITS], units["徽城镇"], **{f"y{BEFORE}": "100", f"y{LAST}": "150"}),
        *published(chosen[Role.COVERED], units["徽城镇"], **{f"y{BEFORE}": "9000", f"y{LAST}": "9010"}),
        *published(chosen[Role.BENEFITS], units["石门乡"], **{f"y{BEFORE}": "0", f"y{LAST}": "0"}),
        *published(chosen[Role.COVERED], units["石门乡"], **{f"y{LAST}": "500"}),
        *jobs,
    )


def spoken(person):
    return re.sub(r"\s+", " ", person.text)


def page_of(person, path="/economy"):
    return person.open(path).response.get_data(as_text=True)


def test_before_anything_is_chosen_the_page_says_who_has_to_do_what(house, lead):
    assert "请牵头单位选定" in house.sign_in("leader").open("/economy").text
    assert "/economy/roles" in page_of(lead)


def test_chosen_and_without_a_figure_it_says_where_to_enter_one(house, lead, chosen):
    page = page_of(lead)

    assert "还没有任何一年的数" in page
    assert "/figures/external/period" in page
    assert "/past" in page
    assert "请牵头单位填写" in house.sign_in("leader").open("/economy").text


def test_it_begins_with_sentences_and_leads_from_each_number_to_its_figure(house, known, chosen, units):
    leader = house.sign_in("leader")
    page = page_of(leader)
    text = spoken(leader)

    assert f"{LAST}年地区生产总值 250.00 亿元，按可比价增长 5.0%" in text
    assert f"{LAST}年就业弹性 -0.10" in text
    assert f"{LAST}年城镇新增就业 1,200 人，从业人员净增 -1,000 人" in text
    assert f"{LAST}年每亿元地区生产总值对应城镇新增就业 4.8 人" in text
    assert "有 1 个乡镇惠企资金和参保人数一个动、一个不动" in text
    for role in (Role.GDP, Role.EMPLOYED, Role.GDP_GROWTH, Role.NEW_JOBS):
        assert f"/figures/{chosen[role]}/{units['歙县']}/{LAST}" in page
    assert f"{SOURCE}{LAST}年的数，" in text.replace(" ", "") or SOURCE in text
    assert "<svg" in page
    assert "style=" not in page
    assert "near_zero" not in page


def test_the_curves_are_drawn_by_the_server_and_no_other_page_of_it_lets_a_script_run(lead, known):
    page = page_of(lead)

    assert re.search(r"""<figure class="chart" data-chart='[^']*series[^']*'><svg""", page)
    assert "script-src 'self'" in lead.response.headers["Content-Security-Policy"]
    lead.open("/economy/roles")
    assert "script-src 'none'" in lead.response.headers["Content-Security-Policy"]


def test_townships_stand_in_order_with_what_moved_and_nobody_is_ranked(house, known, units, chosen):
    leader = house.sign_in("leader")
    page = page_of(leader)
    text = spoken(leader)

    assert text.index("全部乡镇") < text.rindex("徽城镇") < text.rindex("深渡镇") < text.rindex("石门乡")
    assert "徽城镇 惠企资金增加（+50.0%），参保人数基本没变（+0.1%）。" in text
    assert "不排名次" in text
    assert f"/figures/{chosen[Role.COVERED]}/{units['石门乡']}/{LAST}" in page


def test_the_day_stays_in_the_address_and_before_the_beginning_nothing_is_known(house, known):
    leader = house.sign_in("leader")

    then = page_of(leader, f"/economy?as_of={quote(known.isoformat())}")
    assert "看现在的" in then
    links = re.findall(r'href="(/figures/[^"]*)"', then)
    assert [link for link in links if "as_of=" not in link and "external" not in link] == []
    assert "截至那时，还没有任何一年的数" in leader.open("/economy?as_of=2020-01-01").text
    assert "还没有到" in leader.open("/economy?as_of=2098-01-01").text
    assert "没有这一天" in leader.open("/economy?as_of=never").text


def test_a_year_without_the_one_before_and_one_near_zero_are_said_to_not_apply(lead, known):
    text = spoken(lead.open("/economy"))

    assert "不适用：当年或上年没有数" in text
    assert "点太少，不计算" in text


def test_what_is_shown_is_a_workbook(house, known, monkeypatch):
    leader = house.sign_in("leader").open("/economy")
    forms = [form for form in leader.forms if (form.action or "").partition("?")[0].endswith("/economy/xlsx")]
    townships, whole = forms

    rows = sheet(leader.send(whole))
    assert ("各项数据", "地区生产总值", str(LAST), 250, "亿元", SOURCE) in rows
    assert ("就业弹性", "点弹性", str(LAST), -0.1, None, None) in rows
    assert ("新增和净增", "从业人员净增", str(LAST), -1000, "人", None) in rows

    leader.open("/economy")
    rows = sheet(leader.send(townships))
    assert rows[0][:3] == ("徽城镇", 100, 150)
    assert rows[-1][-1] == "缺一期的数，不比较。"


def typing(person):
    """The form of the figures: the first one of the page asks for a period."""
    return next(form for form in person.forms if any(name == "source" for name, _ in form.fields))


def sheet(person):
    book = openpyxl.load_workbook(io.BytesIO(person.response.get_data()))
    return [tuple(cell.value for cell in row) for row in book.worksheets[0].iter_rows(min_row=4)]


def test_a_role_that_does_not_fit_is_refused_beside_its_field_and_the_choice_stays(lead, indicators, stats_db):
    lead.open("/economy/roles")
    lead.send(lead.form("/roles"), gdp=str(indicators[Role.GDP]), employed=str(indicators[Role.NEW_JOBS]))

    assert lead.status == 422
    assert "要选期末的时点数或外部指标" in lead.text
    assert lead.form("/roles").value("gdp") == str(indicators[Role.GDP])
    assert fetch(stats_db, "SELECT 1 AS one FROM economy_role") == []


def test_who_chooses_what_another_has_changed_keeps_the_choice_and_is_told(house, lead, chosen, stats_db):
    other = house.sign_in("lead").open("/economy/roles")
    lead.open("/economy/roles")
    lead.send(lead.form("/roles"), gdp="")

    other.send(other.form("/roles"), investment="")

    assert "已被别人改过" in other.text
    assert other.form("/roles").value("investment") == ""
    other.send(other.form("/roles"))
    assert "已保存" in other.text


def test_roles_sent_as_they_were_opened_change_nothing(lead, chosen, stats_db):
    count = "SELECT count(*)::integer AS rows FROM economy_role"
    before = fetch(stats_db, count)

    lead.open("/economy/roles")
    lead.send(lead.form("/roles"))

    assert fetch(stats_db, count) == before


def test_a_years_published_figures_go_in_at_once_with_their_source(lead, chosen, units, stats_db):
    county, gdp, employed = units["歙县"], chosen[Role.GDP], chosen[Role.EMPLOYED]
    lead.open(f"/figures/external/period?period={LAST}年")
    names = {role: f"typed-{chosen[role]}-{county}" for role in (Role.GDP, Role.EMPLOYED)}
    lead.send(typing(lead), source="统计公报", **{names[Role.GDP]: "252.5", names[Role.EMPLOYED]: "约20万"})

    assert lead.status == 422
    assert "不是数字" in lead.text
    assert typing(lead).value(names[Role.GDP]) == "252.5"
    assert typing(lead).value("source") == "统计公报"
    lead.send(typing(lead), **{names[Role.EMPLOYED]: "200,000"})
    assert "已保存 2 个数" in lead.text
    assert typing(lead).value("source") == "统计公报"
    assert typing(lead).value(names[Role.EMPLOYED]) == "200000"
    found = fetch(stats_db, "SELECT indicator_id, source, origin FROM fact ORDER BY indicator_id")
    assert [tuple(row) for row in found] == [(gdp, "统计公报", "external"), (employed, "统计公报", "external")]


def test_one_figure_by_township_has_a_field_for_each_and_a_wrong_period_is_said(lead, chosen):
    people = chosen[Role.COVERED]
    lead.open(f"/figures/external/period?period={LAST}&indicator={people}")

    assert lead.text.index("徽城镇") < lead.text.index("石门乡")
    assert sum(name.startswith(f"typed-{people}-") for name, _ in typing(lead).fields) >= 3
    assert "请写成" in lead.open("/figures/external/period?period=去年").text
    assert lead.status == 422
    assert "没有按这样的期发布的外部指标" in lead.open("/figures/external/period?period=2025-01").text


def test_a_part_that_is_not_to_be_had_leaves_the_rest(house, known, monkeypatch):
    real = economy.ask

    def failing(service, operation, **params):
        if operation == "benefits_and_coverage":
            raise economy.QingdanError(economy_text())
        return real(service, operation, **params)

    monkeypatch.setattr(economy, "ask", failing)
    text = house.sign_in("leader").open("/economy").text

    assert "这一部分暂时读不到" in text
    assert "就业弹性" in text


def economy_text():
    from shared.text import Text

    return Text("读不到", "away")


def test_only_who_reads_everything_sees_the_page_and_the_lead_bureau_alone_its_forms(house, known):
    staff = house.sign_in("shimen")
    assert staff.open("/economy").status == 403
    leader = house.sign_in("leader")
    assert leader.open("/economy/roles").status == 403
    assert leader.open("/figures/external/period").status == 403
    assert "/economy" in page_of(leader, "/figures")
