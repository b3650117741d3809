"""Pages of targets: the list with word and reason, one with its course, and the forms by which they are set."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from shared import clock
from shared.figure_events import PlanStated, StatedTarget
from tests.support.checklists import fetch
from tests.support.figures import a_fact, an_indicator, recorded
from tests.support.stats import received, take

TABLES = ("target_version", "target_share")


@pytest.fixture
def units(house):
    return house.world.units


@pytest.fixture
def jobs(stats_db):
    return an_indicator(stats_db, "XZJY", decimals=0, may_be_negative=False, is_invented=True)


@pytest.fixture
def lead(house):
    return house.sign_in("lead")


@pytest.fixture
def target(lead, jobs, stats_db, units):
    """A target set on its form, of which a third is there."""
    lead.open("/targets/new")
    years = {"first_month": "2025年", "last_month": "2027年"}
    lead.send(lead.form("/new"), indicator_id=str(jobs), value="３,０００", words="新增就业3000人以上", **years)
    recorded(
        stats_db,
        a_fact(jobs, units["徽城镇"], "2025-12", "600"),
        a_fact(jobs, units["石门乡"], "2026-04", "400"),
    )
    (found,) = fetch(stats_db, "SELECT id FROM target")
    return found.id


def spoken(person):
    return re.sub(r"\s+", " ", person.text)


def stored(database):
    return {
        table: [str(row.row) for row in fetch(database, f"SELECT to_jsonb(t) AS row FROM {table} AS t ORDER BY 1")]
        for table in TABLES
    }


def test_the_list_says_the_word_and_why_and_that_it_is_invented(house, lead, target):
    said = spoken(house.sign_in("leader").open("/targets"))

    assert "示例数据，均为虚构" in said
    assert "▲ 欠进度" in said
    assert "不低于 3,000 人 · 到2027年12月" in said
    assert "到2026年4月共 1,000 人，是目标 3,000 人的 33.3%" in said
    assert "/targets/new" not in house.sign_in("leader").open("/targets").response.get_data(as_text=True)


def test_a_target_shows_its_course_as_a_picture_that_is_told_and_leads_to_its_cells(lead, target, jobs, units):
    page = lead.open(f"/targets/{target}").response.get_data(as_text=True)

    assert re.search(r'<desc id="target-\d+-said">[^<]*累计 1,000，应到 [\d,]+，目标值 3,000</desc>', page)
    assert "<blockquote>新增就业3000人以上</blockquote>" in page
    assert f"/figures/{jobs}/{units['歙县']}/2026-04" in page
    assert "style=" not in page
    assert "还没有目标" in lead.open("/targets?as_of=2025-12-31").text
    assert "还没有到" in lead.open("/targets?as_of=2098-01-01").text
    assert "那时还没有这个目标" in lead.open(f"/targets/{target}?as_of=2025-12-31").text
    assert "看现在的" in lead.open(f"/targets/{target}?as_of={clock.today()}").text


def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(lead, jobs, stats_db):
    lead.open("/targets/new")
    lead.send(
        lead.form("/new"),
        indicator_id=str(jobs),
        comparator="around",
        value="3.2万",
        first_month="2025",
        last_month="年底",
    )

    assert lead.status == 422
    assert "32000" in lead.text
    assert dict(lead.form("/new").fields)["value"] == "3.2万"
    lead.send(lead.form("/new"), value="100", last_month="2027")
    assert "请写" in lead.text or "允许相差多少" in lead.text
    assert fetch(stats_db, "SELECT 1 AS one FROM target") == []


def test_a_split_is_typed_a_line_each_and_says_by_how_much_it_differs(lead, target, stats_db):
    page = f"/targets/{target}/split"
    lead.open(page)
    lead.send(lead.form("/split"), split="2025 600\n2024 5\n某某镇 9")
    assert (lead.status, "不在 2025—2027 年之内" in lead.text, "没有单位叫“某某镇”" in lead.text) == (422, True, True)
    assert lead.form("/split").value("split").startswith("2025 600")

    lead.send(lead.form("/split"), split="2025 700\n2026 1200\n2027 1200\n徽城镇 1800")

    assert "按年分解合计 3,100 人，比目标多 100 人" in spoken(lead)
    assert "不排名次" in lead.text
    assert re.search(r"徽城镇\s*1,800\s*600\s*33.3%", lead.text)


def test_who_changes_what_another_has_changed_is_asked(house, lead, target):
    other = house.sign_in("lead").open(f"/targets/{target}/edit")
    lead.open(f"/targets/{target}/edit")
    lead.send(lead.form("/edit"), value="3100")
    other.send(other.form("/edit"), value="3200")

    assert other.status == 409
    assert "3,100" in other.text or "3100" in other.text
    other.send(other.form("/edit"))
    assert "3,200" in spoken(other)


def test_forms_that_are_sent_as_they_were_opened_change_nothing(lead, target, stats_db):
    lead.open(f"/targets/{target}/split")
    lead.send(lead.form("/split"), split="2025 700\n2026 1200.0\n2027 1100\n2026 徽城镇 180")
    before = stored(stats_db)

    for page in (f"/targets/{target}/edit", f"/targets/{target}/split"):
        lead.send(lead.open(page).form(page))
        assert "已保存" in lead.text, page
    assert stored(stats_db) == before


def test_a_target_is_dropped_with_a_reason_and_only_by_the_lead_bureau(house, lead, target):
    for page in ("new", f"{target}/edit", f"{target}/split", f"{target}/drop"):
        assert house.sign_in("leader").open(f"/targets/{page}").status == 403
    lead.open(f"/targets/{target}/drop")
    lead.send(lead.form("/drop"), reason="")
    assert lead.status == 422
    lead.send(lead.form("/drop"), reason="不再考核")

    assert "还没有目标" in lead.text
    assert house.sign_in("staff").open("/targets").status == 403


def test_what_a_notice_says_becomes_a_target_by_choosing_its_indicator(house, lead, jobs, stats_db):
    target = StatedTarget(51, "城镇新增就业", "城镇新增就业8000人以上", ">=", Decimal(8000), "人", 2027, is_part=False)
    other = replace(target, statement_id=52, name="初创人才")
    take(house.services["stats"], [received(PlanStated(7, "三年方案", 2025, 1, [target, other]))])
    lead.open("/targets")
    assert "通知里的目标，还没有选指标 2 个" in spoken(lead)
    assert "通知里的目标" not in house.sign_in("leader").open("/targets").text

    lead.open("/targets/new?statement=51")
    assert "城镇新增就业8000人以上" in lead.text
    lead.send(lead.form("/new"), indicator_id=str(jobs))

    (found,) = fetch(stats_db, "SELECT value, first_month, last_month, words FROM target_version")
    assert (found.value, found.first_month, found.last_month) == (8000, "2025-01", "2027-12")
    assert found.words == "城镇新增就业8000人以上"
    lead.open("/targets")
    lead.send(lead.form("/put-aside"))
    assert "通知里的目标" not in lead.text
