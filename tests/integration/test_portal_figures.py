"""Pages of figures: each number with its coverage and its cells, as of any moment, and history out of a file."""

import datetime as dt
import io
import re
from urllib.parse import quote

import openpyxl
import pytest

from services.portal.views import past
from services.stats.figures import store, tables
from tests.support.checklists import fetch
from tests.support.figures import a_fact, a_round, an_indicator, recorded
from tests.support.submissions import a_round as a_report
from tests.support.submissions import accept, submit

MAY = "2026-05"


@pytest.fixture
def units(house):
    return house.world.units


@pytest.fixture
def jobs(stats_db):
    return an_indicator(stats_db, "XZJY", decimals=0, is_invented=True)


@pytest.fixture
def lead(house):
    return house.sign_in("lead")


@pytest.fixture
def reported(stats_db, units, jobs):
    """Two of three townships have reported May, one of them a figure above a thousand."""
    townships = [units[name] for name in ("徽城镇", "深渡镇", "石门乡")]
    a_round(stats_db, [jobs], MAY, townships)
    return recorded(stats_db, a_fact(jobs, townships[0], MAY, "1200"), a_fact(jobs, townships[2], MAY, "34"))


def spoken(person):
    return re.sub(r"\s+", " ", person.text)


def address(*parts, **query):
    path = "/figures/" + "/".join(map(str, parts))
    return path + "?" + "&".join(f"{name}={quote(str(value))}" for name, value in query.items()) if query else path


def test_a_table_says_coverage_beside_the_sum_and_that_it_is_invented(house, lead, reported, jobs):
    lead.open(f"/figures?indicator={jobs}")

    text = spoken(lead)
    assert lead.status == 200
    assert "示例数据，均为虚构" in text
    assert "1,2342/3 个单位已审定" in text
    assert "深渡镇" in text
    assert text.count("未审定") >= 1


def test_a_number_leads_to_its_cells_and_a_cell_to_its_history(lead, units, reported, jobs, stats_db):
    recorded(stats_db, a_fact(jobs, units["石门乡"], MAY, "35", reason="抄错了"))
    county = units["歙县"]

    lead.open(address(jobs, county, MAY))
    assert "2/3 个单位已审定，缺：深渡镇" in spoken(lead)
    assert f"/figures/{jobs}/{units['石门乡']}/{MAY}/history" in lead.response.get_data(as_text=True)

    lead.open(address(jobs, units["石门乡"], MAY, "history"))
    assert "35 人 原来是 34" in spoken(lead)
    assert "抄错了" in lead.text


def test_a_number_is_shown_as_of_a_moment_and_a_wrong_day_is_said(lead, units, reported, jobs, stats_db):
    recorded(stats_db, a_fact(jobs, units["石门乡"], MAY, "999"))
    county = units["歙县"]

    then = spoken(lead.open(address(jobs, county, MAY, as_of=reported.isoformat())))
    now = spoken(lead.open(address(jobs, county, MAY)))
    wrong = spoken(lead.open(address(jobs, county, MAY, as_of="2026-02-31")))
    to_come = lead.open(address(jobs, county, MAY, as_of="2098-01-01"))

    assert "1,234 人" in then
    assert "2,199 人" in now
    assert "没有这一天" in wrong
    assert (to_come.status, "还没有到" in to_come.text, "2,199 人" in spoken(to_come)) == (200, True, True)
    assert "“截至”填的是 2098-01-01" in spoken(to_come).partition("2,199 人")[0]
    assert "下面是现在的数" in spoken(lead.open(address(jobs, county, MAY, as_of="昨天"))).partition("2,199 人")[0]
    of_table = lead.open(f"/figures?indicator={jobs}&as_of=2099-01-01")
    assert (of_table.status, "有误：" in of_table.text, "2,199" in spoken(of_table)) == (200, True, True)
    assert 'value="2099-01-01" aria-describedby="as_of-error"' in of_table.response.get_data(as_text=True)
    late = lead.open(address(jobs, county, MAY, as_of="2099-01-01T00:00:00+08:00"))
    assert (late.status, "还没有到" in late.text) == (200, True)


def test_a_unit_sees_its_own_figures_and_no_others(house, units, reported, jobs):
    shimen = house.sign_in("shimen")

    assert "石门乡" in spoken(shimen.open("/figures"))
    assert "34" in spoken(shimen.open(address(jobs, units["石门乡"], MAY)))
    assert shimen.open(address(jobs, units["歙县"], MAY)).status == 403


def test_the_lead_bureau_adjusts_a_sum_and_everybody_sees_who_and_why(house, lead, units, reported, jobs):
    lead.open(address(jobs, units["歙县"], MAY, "adjust"))
    lead.send(lead.form("/adjust"), amount="很多", reason="重复")
    assert lead.status == 422
    lead.send(lead.form("/adjust"), amount="3.2万", reason="重复")
    assert "填写全部数字，例如 32000" in lead.text
    lead.send(lead.form("/adjust"), amount="−４", reason="两个乡镇重复统计")
    # Nothing is on record before what it does was seen.
    assert "歙县 指标XZJY1,2341,230" in spoken(lead)
    assert fetch(house.databases["stats"], "SELECT 1 AS one FROM adjustment") == []
    lead.send(lead.form("/adjust"), do="edit")
    assert dict(lead.form("/adjust").fields)["amount"] == "−４"
    lead.send(lead.form("/adjust"))
    lead.send(lead.form("/adjust"), do="confirm")
    assert "已记入调整" in lead.text

    leader = house.sign_in("leader").open(address(jobs, units["歙县"], MAY))
    text = spoken(leader)
    assert "1,230 人" in text
    assert "-4 歙县" in text
    assert "两个乡镇重复统计" in text
    assert leader.open(address(jobs, units["歙县"], MAY, "adjust")).status == 403
    assert "收回这笔调整" not in leader.open(address(jobs, units["歙县"], MAY)).text
    assert "收回这笔调整" in lead.text
    (entry,) = fetch(house.databases["stats"], "SELECT id FROM adjustment")
    lead.open(address(jobs, units["歙县"], MAY, "take-back", entry.id))
    assert "歙县 指标XZJY1,2301,234" in spoken(lead)
    lead.send(lead.form("/adjust"), do="confirm", reason="")
    assert lead.status == 422
    lead.send(lead.form("/adjust"), do="confirm", reason="核实后没有重复")
    assert "已收回，另记了一笔相反的调整" in lead.text
    assert "1,234 人" in spoken(lead)
    assert "核实后没有重复" in lead.text
    assert (
        "已收回" in lead.open(address(jobs, units["歙县"], MAY, "take-back", entry.id)).text
        or "已经收回了" in lead.text
    )


def test_what_one_unit_reports_is_not_offered_to_be_adjusted(lead, units, reported, jobs, stats_db):
    """Nobody overwrites a unit's own figure; of what is no sum the form opens nowhere."""
    county, shimen = units["歙县"], units["石门乡"]
    ratio = an_indicator(stats_db, "LV", type="ratio", numerator_id=jobs, denominator_id=jobs)
    others = [an_indicator(stats_db, kind, type=kind) for kind in ("external", "ceiling", "trend")]
    assert "调整合计" in lead.open(address(jobs, county, MAY)).text

    for indicator_id, unit_id in [(jobs, shimen), (ratio, county), *((one, county) for one in others)]:
        assert "调整合计" not in lead.open(address(indicator_id, unit_id, MAY)).text
        assert not [
            form
            for form in lead.open(address(indicator_id, unit_id, MAY, "adjust")).forms
            if "amount" in dict(form.fields)
        ]

    assert "这是石门乡自己报的数，不是合计" in lead.open(address(jobs, shimen, MAY, "adjust")).text


def test_an_adjustment_can_be_taken_back_on_its_page_though_the_units_were_moved_away(
    lead, units, reported, jobs, house
):
    stats, county = house.services["stats"], units["歙县"]
    lead.open(address(jobs, county, MAY, "adjust"))
    lead.send(lead.form("/adjust"), amount="-4", reason="两个乡镇重复统计")
    lead.send(lead.form("/adjust"), do="confirm")
    with stats.database.transaction() as cur:
        cur.execute("DELETE FROM figure WHERE own_fact_id IS NULL")
        cur.execute("UPDATE unit SET parent_id = NULL WHERE parent_id = %s", (county,))

    assert "收回调整" in lead.open(address(jobs, county, MAY)).text
    form = lead.open(address(jobs, county, MAY, "adjust")).form("/adjust")

    assert dict(form.fields)["amount"] == "4"
    assert "只能把原来的调整全部收回" in lead.text
    lead.send(form, reason="乡镇已划出")
    lead.send(lead.form("/adjust"), do="confirm")
    assert "已记入调整" in lead.text
    assert "收回调整" not in lead.open(address(jobs, county, MAY)).text


def test_the_history_of_a_cell_says_who_submitted_and_who_accepted_and_leads_to_what_happened(house, units, lead):
    stats, people = house.services["stats"], house.world.people
    stats.today = lambda: dt.date(2026, 6, 10)
    made = a_report(stats.database, units["徽城镇"])
    submit(stats, made, units["徽城镇"], as_=people["staff"])
    accept(stats, made, units["徽城镇"], as_=people["lead"])

    lead.open(address(made.indicators["JOBS"], units["徽城镇"], MAY, "history"))

    assert re.search("报送 · 提交：徽城镇 .+ · 审核通过：县人社局 .+ · 经过", spoken(lead))
    assert f"/submissions/{made.submissions[units['徽城镇']]}/history" in lead.response.get_data(as_text=True)


def test_an_external_figure_is_entered_with_its_source(lead, stats_db, units):
    an_indicator(stats_db, "GDP", type="external", decimals=1, unit_of_measure="亿元")

    lead.open("/figures/external")
    lead.send(lead.form("/external"), period="2026-05", typed="12亿", source="统计局")
    assert lead.status == 422
    lead.send(lead.form("/external"), period="2026-05", typed="12.5", source="统计局公报")
    assert lead.status == 200
    sent = {"period": "2026-05", "typed": "12.7", "source": "统计局公报"}
    lead.open("/figures/external")
    assert lead.send(lead.form("/external"), **sent).status == 422
    assert "这一期已经有数，更正时请写明原因" in lead.text
    lead.send(lead.form("/external"), **sent, reason="公报修订")
    lead.open("/figures/external")
    lead.send(lead.form("/external"), **sent | {"typed": "12.5"}, reason="再修订")

    assert "12.5 亿元" in spoken(lead)


def test_the_year_is_a_workbook_with_sums_coverage_and_numbers(lead, reported, jobs, house, units, monkeypatch):
    stats = house.services["stats"]
    alone = an_indicator(stats.database, "DDTZ", decimals=0)
    with stats.database.transaction() as cur:
        cur.execute(
            """
            INSERT INTO adjustment (indicator_id, unit_id, period, amount, reason, known_since)
            VALUES (%s, %s, %s, 5, '单位已经划出', now())
            """,
            (alone, units["石门乡"], MAY),
        )
        store.count_anew(cur)
    lead.open("/figures")
    monkeypatch.setattr(tables, "UNITS_PER_FILE", 1)
    lead.send(lead.form("/figures/xlsx"))
    cut = openpyxl.load_workbook(io.BytesIO(lead.response.get_data())).worksheets[0]
    assert "个没有列出" in cut["A2"].value
    monkeypatch.undo()
    lead.open("/figures")
    lead.send(lead.form("/figures/xlsx"))

    sheet = openpyxl.load_workbook(io.BytesIO(lead.response.get_data())).worksheets[0]
    rows = list(sheet.iter_rows(min_row=4, values_only=True))
    # To whom an adjustment alone belongs has a row as well, and it says so.
    adjusted = [row for row in rows if row[0] == "DDTZ"]
    assert [(row[4], row[9], row[-1]) for row in adjusted] == [
        ("歙县", 5, "2026年5月、截至2026年5月累计"), ("石门乡", 5, "2026年5月、截至2026年5月累计"),
    ]  # fmt: skip
    rows = [row for row in rows if row[0] != "DDTZ"]
    assert "没有列出" not in sheet["A2"].value
    assert "均为虚构" in sheet["A2"].value
    assert "累计只算到最新一期" in sheet["A2"].value
    assert [(row[4], row[9]) for row in rows] == [
        ("歙县", 1234), ("徽城镇", 1200), ("深渡镇", None), ("石门乡", 34),
    ]  # fmt: skip
    assert "2026年5月 2/3" in rows[0][-2]
    assert fetch(house.databases["tasks"], "SELECT 1 AS one FROM audit_log WHERE action = 'list.exported'")


def upload(person, content, *, name="历史.csv", source="统计年报"):
    person.open("/figures/past")
    form = person.form("/figures/past")
    data = {**dict(form.fields), "source": source, "file": (io.BytesIO(content), name)}
    return person.took(person.client.post("/figures/past", data=data, follow_redirects=True))


def a_file(*lines, encoding="gb18030"):
    return "\n".join(["指标代码,单位代码或名称,期,数值", *lines]).encode(encoding)


def test_history_is_checked_as_a_whole_and_then_imported(lead, stats_db, units, jobs):
    upload(lead, a_file("XZJY,石门乡,2024年1月,5", "XZJY,石门,2024-02,6", "XZJY,深渡镇,2024-01,3.2万"))
    text = spoken(lead)
    assert "有 2 处错误，什么也没有导入" in text
    assert "D3XZJY石门2024-026没有找到单位“石门”" in text
    assert not fetch(stats_db, "SELECT 1 AS one FROM fact")
    lead.send(lead.form("/xlsx"))
    rows = list(openpyxl.load_workbook(io.BytesIO(lead.response.get_data())).worksheets[0].values)[3:]
    assert [(row[0], row[2], row[4]) for row in rows] == [("D3", "石门", "6"), ("D4", "深渡镇", "3.2万")]
    assert "没有找到单位“石门”" in rows[0][5]

    upload(lead, a_file("XZJY,石门乡,2024年1月,5", "XZJY,深渡镇,2024-01,无数：未统计"))
    assert "没有错误" in lead.text
    lead.send(lead.form("/apply"))

    assert "已导入 2 个数" in lead.text
    assert [row.source for row in fetch(stats_db, "SELECT DISTINCT source FROM fact")] == ["统计年报"]


def test_an_import_that_takes_long_goes_on_with_a_button(lead, stats_db, units, jobs, monkeypatch):
    monkeypatch.setattr(past, "MOST_SECONDS", 0.0)
    upload(lead, a_file("XZJY,石门乡,2024年1月,5"))
    lead.send(lead.form("/apply"))
    assert not fetch(stats_db, "SELECT 1 AS one FROM fact")

    monkeypatch.undo()
    lead.send(lead.form("/apply"))
    assert "已导入 1 个数" in lead.text


def test_a_file_that_is_none_is_said_beside_the_field(lead, jobs):
    for content, words in ((b"", "空"), (b"PK broken", "损坏"), (a_file(), "没有数据")):
        upload(lead, content)
        assert (lead.status, words in lead.text) == (422, True)


def test_pages_of_figures_without_an_indicator_say_what_to_do(lead):
    assert "还没有指标" in lead.open("/figures").text


@pytest.mark.parametrize(
    "address",
    ["/figures?as_of={}", "/targets?as_of={}", "/economy?as_of={}", "/audit/figures?until={}", "/audit?until={}"],
)
@pytest.mark.parametrize("last", ["9999-12-31", "9999-12-31T23:59:59-12:00", "0001-01-01", "0001-01-01T00:00:00+12:00"])
def test_the_very_last_day_and_the_first_are_days_of_no_year_of_ours(house, address, last):
    person = house.sign_in("auditor").open(address.format(quote(last)))

    assert person.response.status_code in (200, 422)
    assert "请写成 2026-11-30 这样的日期" in person.text or "还没有指标" in person.text
