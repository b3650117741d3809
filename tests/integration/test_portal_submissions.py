"""A unit's report in the browser: filled in with few actions, submitted, looked at, given back, corrected."""

import datetime as dt
import gzip
import re

import pytest

from tests.support.checklists import fetch, run
from tests.support.submissions import (
    LOCK,
    PERIOD,
    TODAY,
    a_check,
    a_round,
    by_code,
    facts,
    known_before,
    open_round,
    state,
    want_head,
)

APRIL = "2026-04"
TWELVE = {f"LINE{number:02}N": {"type": "stock", "decimals": 0, "may_be_negative": False} for number in range(12)}


@pytest.fixture
def stats(house):
    service = house.services["stats"]
    service.today = lambda: TODAY
    return service


@pytest.fixture
def town(house):
    return house.world.units["徽城镇"]


@pytest.fixture
def made(house, stats, town):
    made = a_round(stats.database, town, house.world.units["深渡镇"])
    known_before(stats.database, made, town, {APRIL: {"JOBS": "10", "LOANS": "1.5", "POSTS": "4"}})
    return made


def address(made, unit_id):
    return f"/submissions/{made.submissions[unit_id]}"


def fields(made, **typed):
    """Names of the fields by the code of the indicator: v for the value, as `JOBS="12"`, or `t_JOBS` for another."""
    found = {}
    for name, value in typed.items():
        kind, _, code = name.rpartition("_")
        found[f"{kind or 'v'}{made.indicators[code]}"] = value
    return found


def the(person):
    """The form of the report on the page, whatever else stands there."""
    return next(form for form in person.forms if "definition" in dict(form.fields))


def press(person, button, made=None, **typed):
    return person.send(the(person), do=button, **(fields(made, **typed) if made else {}))


@pytest.fixture
def form_of(house, made, town):
    """Somebody with the form of the town open."""
    return lambda name="staff": house.sign_in(name).open(address(made, town))


def fill(person, made, **typed):
    return press(person, "submit", made, **(typed or {"JOBS": "12", "LOANS": "30.5", "POSTS": "7"}))


def test_twelve_figures_of_which_nine_are_unchanged_are_three_typed_and_two_buttons(house, stats, town):
    made = a_round(stats.database, town, lines=TWELVE)
    known_before(stats.database, made, town, {APRIL: dict.fromkeys(TWELVE, "5")})
    staff = house.sign_in("staff").open("/duties")
    assert "就业情况月报" in staff.text
    staff.open(address(made, town))

    press(staff, "same", made, LINE00N="6", LINE05N="7", LINE11N="8")
    assert "9 项已填上期的数并保存" in staff.text
    press(staff, "submit")

    assert staff.path == "/duties"
    assert "已提交，待牵头单位审核" in staff.text
    assert sorted(by_code(stats.database, made, town).values()) == ["5"] * 9 + ["6", "7", "8"]
    staff.send(staff.form("/take-back"))
    assert "已撤回" in staff.text
    assert state(stats.database, made, town) == "draft"


def test_the_form_is_small_and_shows_the_past_beside_each_field(house, stats, town):
    many = {f"LINE{number:02}N": {"type": "flow", "decimals": 0} for number in range(40)}
    made = a_round(stats.database, town, lines=many)
    known_before(
        stats.database,
        made,
        town,
        {period: dict.fromkeys(many, "1234") for period in ("2025-05", *(f"2026-0{month}" for month in range(1, 5)))},
    )
    staff = house.sign_in("staff").open(address(made, town))

    html = staff.response.get_data()
    assert len(gzip.compress(html)) < 60_000
    assert "去年同期 1234" in staff.text
    assert "算出" not in staff.text
    assert "<script" not in html.decode()


def test_enter_in_a_field_saves_and_does_not_submit(form_of):
    staff = form_of()

    first = the(staff).buttons[0]

    assert first == ("do", "save")


def test_what_is_typed_wrong_is_kept_and_named_at_its_cell(form_of, made, stats, town):
    staff = fill(form_of(), made, JOBS="3.2万", LOANS="30.5")

    assert staff.status == 422
    assert "32000" in staff.text
    assert "已保存，还没有提交" in staff.text
    html = staff.response.get_data().decode()
    assert 'value="3.2万"' in html
    assert f'href="#v{made.indicators["POSTS"]}"' in html
    assert state(stats.database, made, town) == "draft"
    fill(staff, made, JOBS="32000", POSTS="7")
    assert state(stats.database, made, town) == "at_lead"


WRONG = ("1e308", "NaN", "-1", "1.2.3", "一百", "1\u200b2,3", "9" * 40, "=1+1", "<b>1</b>")


def test_whatever_is_typed_is_a_sentence_at_its_cell_and_stays_in_its_field(form_of, made, stats, town):
    staff = form_of()
    for typed in WRONG:
        press(staff, "save", made, JOBS=typed, LOANS="1", POSTS="2")
        assert (staff.status, staff.path) == (200, address(made, town))
        assert staff.text.count("有误：") == 1, typed

    press(staff, "save", made, JOBS="12")

    assert by_code(stats.database, made, town)["JOBS"] == "12"
    assert "有误：" not in staff.text


def test_what_is_too_long_for_a_cell_is_refused_and_shown(form_of, made, stats, town):
    staff = press(form_of(), "save", made, JOBS="8" * 300, LOANS="77")

    assert staff.status == 422
    form = staff.form(address(made, town))
    assert [form.value(f"v{made.indicators[code]}") for code in ("JOBS", "LOANS")] == ["8" * 300, "77"]
    press(staff, "save", made, JOBS="88")
    assert by_code(stats.database, made, town)["JOBS"] == "88"
    assert by_code(stats.database, made, town)["LOANS"] == "77"


def test_the_same_as_last_of_one_field_is_its_own_button(form_of, made, stats, town):
    staff = form_of()

    press(staff, f"same-{made.indicators['LOANS']}", made, JOBS="12", LOANS="99")

    assert by_code(stats.database, made, town) == {"JOBS": "12", "LOANS": "1.50", "POSTS": ""}


def test_no_figure_is_a_word_in_its_field_and_a_mark_in_the_queue(house, form_of, made, stats, town):
    staff = fill(form_of(), made, JOBS="12", LOANS="1", n_POSTS="本月没有统计")

    assert staff.path == "/duties"
    assert fetch(stats.database, "SELECT no_figure FROM submission_cell WHERE no_figure <> ''")[0] == ("本月没有统计",)
    assert "1 项无数" in house.sign_in("lead").open("/submissions/waiting").text


def test_a_soft_check_comes_back_with_a_field_for_the_explanation(house, form_of, made, stats, town):
    check_id = a_check(stats.database, made, "POSTS <= JOBS", sentence="岗位多于就业人数")
    staff = fill(form_of(), made, JOBS="5", LOANS="1", POSTS="7")
    assert (staff.status, "需要说明：岗位多于就业人数" in staff.text) == (422, True)

    staff.send(the(staff), do="submit", **{f"x{check_id}": "新设两个园区"})

    assert state(stats.database, made, town) == "at_lead"
    lead = house.sign_in("lead").open(address(made, town))
    assert "新设两个园区" in lead.text
    lead.send(lead.form("/accept"), **dict([lead.form("/accept").buttons[0]]), **{f"u{check_id}": "2026-08"})
    assert "1 份已审核通过" in lead.text
    assert fetch(stats.database, "SELECT until_period FROM explanation")[0] == ("2026-08",)
    # What was accepted is told to whoever reviews the correction, and not asked once more.
    staff = form_of()
    staff.send(staff.form("/correct"), reason="漏了一家企业")
    press(staff, "submit", made, LOANS="2")
    lead.open(address(made, town))
    assert "新设两个园区" in lead.text
    assert f"u{check_id}" not in dict(lead.form("/accept").fields)
    assert "refuses_explanations" not in dict(lead.form("/return").boxes)


def test_what_is_left_to_explain_stands_in_the_form_when_it_is_opened_again(house, form_of, made, stats, town):
    soft = a_check(stats.database, made, "POSTS <= JOBS", sentence="岗位多于就业人数")
    fill(form_of(), made, JOBS="5", LOANS="1", POSTS="7")

    colleague = house.sign_in("staff").open(address(made, town))

    assert "还没有提交" in colleague.text
    assert "需要说明：岗位多于就业人数" in colleague.text
    colleague.send(the(colleague), do="submit", **{f"x{soft}": "新设两个园区"})
    assert state(stats.database, made, town) == "at_lead"


def test_two_people_choose_cell_by_cell_and_nothing_is_lost(house, form_of, made, stats, town):
    staff, head = form_of(), form_of("head")
    press(head, "save", made, JOBS="11", LOANS="2")

    press(staff, "save", made, JOBS="12", POSTS="3")

    assert staff.status == 409
    assert "我的：12" in staff.text
    assert "同事的：11" in staff.text
    staff.send(the(staff), **{f"k{made.indicators['JOBS']}": "theirs"})
    assert by_code(stats.database, made, town) == {"JOBS": "11", "LOANS": "2", "POSTS": "3"}


def test_the_own_choice_wins_where_it_is_made_and_submits_when_that_was_pressed(form_of, made, stats, town):
    staff, head = form_of(), form_of("head")
    press(head, "save", made, JOBS="11", LOANS="2")

    fill(staff, made, JOBS="12", POSTS="3", LOANS="2")
    staff.send(the(staff))

    assert staff.path == "/duties"
    assert by_code(stats.database, made, town) == {"JOBS": "12", "LOANS": "2", "POSTS": "3"}
    assert state(stats.database, made, town) == "at_lead"


def test_a_form_that_a_colleague_submitted_meanwhile_keeps_what_was_typed_in_sight(form_of, made):
    staff, head = form_of(), form_of("head")
    fill(head, made)

    press(staff, "save", made, JOBS="77")

    assert staff.status == 409
    assert "77" in staff.text
    assert "待牵头单位审核" in staff.text


def test_a_session_that_ended_costs_nothing_typed(house, form_of, made, stats, town):
    staff = form_of()
    form = the(staff)
    run(house.databases["portal"], "DELETE FROM session")
    staff.send(form, do="save", **fields(made, JOBS="12"))
    assert "12" in staff.text

    staff.send(staff.form("/sign-in"), sign_in_name="staff", password=house.world.password)
    staff.send(staff.form(address(made, town)))

    assert by_code(stats.database, made, town)["JOBS"] == "12"


def test_a_form_sent_twice_counts_once(form_of, made, stats):
    staff = form_of()
    form = the(staff)

    fill(staff, made)
    staff.send(form, do="submit", **fields(made, JOBS="12", LOANS="30.5", POSTS="7"))

    assert len(fetch(stats.database, "SELECT id FROM submission_history WHERE action = 'submitted'")) == 1


def test_a_form_that_is_sent_as_it_was_opened_changes_nothing(form_of, made, stats):
    press(form_of(), "save", made, JOBS="3.2万", t_LOANS="9", n_POSTS="没有 统计 <b>")
    before = fetch(stats.database, "SELECT * FROM submission_cell ORDER BY 1, 2")

    press(form_of(), "save")

    assert fetch(stats.database, "SELECT * FROM submission_cell ORDER BY 1, 2") == before
    assert len(fetch(stats.database, "SELECT id FROM submission_history")) == 1


def test_after_the_lock_day_the_form_is_read_only_and_says_what_to_do(form_of, made, stats):
    staff = form_of()
    form = the(staff)
    stats.today = lambda: LOCK + dt.timedelta(days=1)

    staff.send(form, do="save", **fields(made, JOBS="12"))
    assert (staff.status, "申请解锁" in staff.text, "12" in staff.text) == (422, True, True)

    staff = form_of()
    assert "已锁定，单位不能再改" in staff.text
    assert all("v" not in name[:1] for form in staff.forms for name, _ in form.fields if name[1:].isdigit())


def test_the_head_finds_what_waits_and_agrees(house, form_of, made, stats, town):
    want_head(stats.database, town)
    fill(form_of(), made)

    head = house.sign_in("head").open("/duties")
    assert "有 1 份报送等您审核" in head.text
    head.open("/submissions/waiting")
    assert "徽城镇 · 就业情况月报" in head.text
    head.open(address(made, town))
    head.send(head.form("/confirm"))

    assert "已确认" in head.text
    assert state(stats.database, made, town) == "at_lead"


def nav_count(person):
    html = person.response.get_data().decode()
    found = re.search(r'href="/submissions/waiting".*?</a>', html, re.DOTALL)
    number = re.search(r'class="count">(\d+)', found[0])
    return int(number[1]) if number else 0


def test_the_lead_bureau_accepts_many_with_ticks_and_one_button(house, stats, made, form_of, town):
    shendu = house.world.units["深渡镇"]
    fill(form_of(), made)
    fill(house.sign_in("shendu").open(address(made, shendu)), made)
    lead = house.sign_in("lead").open("/submissions/waiting")
    assert nav_count(lead) == 2
    form = lead.form("/accept")

    lead.send(form)
    assert (lead.status, "请先勾选" in lead.text) == (422, True)
    lead.send(form, boxes=form.boxes)

    assert "2 份已审核通过" in lead.text
    assert nav_count(lead) == 0
    assert len(facts(stats.database)) == 6


def test_what_could_not_be_accepted_is_named(house, stats, made, form_of, town):
    fill(form_of(), made)
    lead = house.sign_in("lead").open("/submissions/waiting")
    form = lead.form("/accept")
    run(stats.database, "UPDATE submission SET version = version + 1")

    lead.send(form, boxes=form.boxes)

    assert lead.status == 409
    assert "徽城镇“就业情况月报”：" in lead.text


def test_figures_that_were_defined_anew_are_accepted_on_the_page_that_says_so(house, stats, made, form_of, town):
    fill(form_of(), made)
    run(
        stats.database,
        "UPDATE indicator SET version = 2, definition = '只算城镇户籍' WHERE id = %s",
        (made.indicators["JOBS"],),
    )
    lead = house.sign_in("lead").open("/submissions/waiting")
    lead.send(lead.form("/accept"), submissions=dict(lead.form("/accept").boxes)["submissions"])
    assert "口径在提交之后改过" in lead.text
    assert state(stats.database, made, town) == "at_lead"

    lead.open(address(made, town))
    assert "口径在提交之后改过" in lead.text
    lead.send(lead.form("/accept"), only=dict(lead.form("/accept").buttons)["only"])

    assert state(stats.database, made, town) == "accepted"


def test_a_return_by_cell_is_read_at_the_cell_and_on_the_list(house, stats, made, form_of, town):
    fill(form_of(), made)
    lead = house.sign_in("lead").open(address(made, town))
    assert "20.5" not in lead.text
    assert "29.00" in lead.text
    form = lead.form("/return")
    lead.send(form, reason=" ")
    assert lead.status == 422

    lead.send(form, reason="请核对贷款", boxes=[("cells", str(made.indicators["LOANS"]))])

    assert "已退回单位" in lead.text
    staff = house.sign_in("staff").open("/duties")
    assert "请核对贷款" in staff.text
    staff.open(address(made, town))
    assert staff.response.get_data().decode().count("已退回：") == 1
    fill(staff, made, LOANS="3")
    assert state(stats.database, made, town) == "at_lead"


def test_a_correction_after_acceptance_with_its_reason_for_ever(house, stats, made, form_of, town):
    fill(form_of(), made)
    lead = house.sign_in("lead").open(address(made, town))
    lead.send(lead.form("/accept"), only=dict(lead.form("/accept").buttons)["only"])
    staff = form_of()
    staff.send(staff.form("/correct"), reason="")
    assert staff.status == 422

    staff.send(staff.form("/correct"), reason="漏了一家企业")
    press(staff, "submit")
    assert staff.status == 422
    assert "这次更正没有改动任何数" in staff.text
    fill(staff, made, JOBS="15")
    lead.open("/submissions/waiting")
    assert "更正" in lead.text
    lead.open(address(made, town))
    assert "改动 1 项：指标JOBS" in lead.text
    assert "原来是 12 → 15" in lead.text
    lead.open("/submissions/waiting")
    lead.send(lead.form("/accept"), boxes=lead.form("/accept").boxes)

    assert facts(stats.database)[-1][3:] == ("", "correction", "漏了一家企业")
    staff.open(address(made, town) + "/history")
    assert "开始更正" in staff.text
    assert "漏了一家企业" in staff.text


def test_a_correction_is_given_up_with_a_button_of_its_form(house, stats, made, form_of, town):
    fill(form_of(), made)
    lead = house.sign_in("lead").open(address(made, town))
    lead.send(lead.form("/accept"), only=dict(lead.form("/accept").buttons)["only"])
    staff = form_of()
    assert "放弃更正" not in staff.text
    staff.send(staff.form("/correct"), reason="漏了一家企业")
    press(staff, "save", made, JOBS="15")

    staff.send(staff.form("/give-up"))

    assert "已放弃更正" in staff.text
    assert state(stats.database, made, town) == "accepted"
    assert by_code(stats.database, made, town)["JOBS"] == "12"
    staff.open(address(made, town) + "/history")
    assert "放弃更正" in staff.text


def test_a_proxy_entry_is_typed_by_the_lead_bureau_and_marked(house, stats, made, town):
    lead = house.sign_in("lead").open(address(made, town))
    assert "按纸质报表代录" in lead.text
    lead.open(address(made, town) + "/proxy")
    form = lead.form("/proxy")
    figures = fields(made, JOBS="4", LOANS="1", POSTS="2")

    lead.send(form, reason="停电", paper_on="", **figures)
    assert lead.status == 422
    assert f'value="{figures[next(iter(figures))]}"' in lead.response.get_data().decode()
    lead.send(lead.form("/proxy"), reason="停电，送来纸质表", paper_on="2026-06-08", **figures)

    assert "已代录" in lead.text
    assert state(stats.database, made, town) == "at_lead"
    lead.open(address(made, town))
    assert "停电，送来纸质表" in lead.text
    assert not [one for one in lead.forms if one.action.endswith("/accept")]
    lead.open("/submissions/waiting")
    assert "由牵头单位的另一位同事审核" in lead.text
    assert 'type="checkbox"' not in lead.response.get_data().decode()


def test_the_way_back_leads_nowhere_else(house, made, town):
    lead = house.sign_in("lead")

    for back in ("https://example.org/", "//example.org", "javascript:alert(1)"):
        html = lead.open(f"{address(made, town)}?back={back}").response.get_data().decode()
        assert f'href="{back}"' not in html
        assert f'value="{back}"' not in html


def test_another_units_address_is_refused(house, made, town):
    other = house.sign_in("shimen").open(address(made, town))
    assert other.status == 403

    assert house.sign_in("leader").open(address(made, town)).status == 200


def test_the_page_of_duties_does_without_reports_when_stats_is_away(visit):
    staff = visit("staff").open("/duties")

    assert staff.status == 200
    assert "报表暂时查不到" in staff.text


def test_several_rounds_stand_in_the_order_in_which_they_are_due(house, stats, made, town):
    april = (dt.date(2026, 5, 1), dt.date(2026, 5, 13), dt.date(2026, 6, 30))
    open_round(stats.database, made, [town], period=APRIL, days=april)

    staff = house.sign_in("staff").open("/duties")

    assert staff.text.index("2026年4月") < staff.text.index("2026年5月")
    assert "已逾期" in staff.text
    assert PERIOD == "2026-05"


def test_saving_says_how_many_cells_are_wrong_and_what_is_empty_is_not(form_of, made):
    staff = press(form_of(), "save", made, JOBS="3.2万", LOANS="-1")
    assert "有 2 处要改" in staff.text

    press(staff, "save", made, JOBS="3", LOANS="1")
    assert "处要改" not in staff.text
    assert "已保存，还没有提交" in staff.text


def test_a_draft_without_a_cumulative_field_is_saved(house, stats, town):
    made = a_round(stats.database, town, lines=TWELVE)
    staff = house.sign_in("staff").open(address(made, town))

    press(staff, "save", made, LINE00N="6")

    assert staff.status == 200
    assert "已保存，还没有提交" in staff.text
