"""The operations of the stats service, called as the portal calls them."""

import datetime as dt

import pytest

from services.stats.completion import boards
from shared.errors import Forbidden, Invalid, NotFound
from shared.events import (
    AmendedDuty,
    DutiesAmended,
    DutyAccepted,
    DutyAcknowledged,
    DutyBlocked,
    DutyBlockerAccepted,
    DutySubmitted,
    DutyWaived,
    IssuedRow,
    RowsIssued,
    UnitChanged,
)
from shared.light import State
from tests.support.stats import (
    AREA,
    CHECKLIST,
    HUICHENG,
    ITEM,
    MEASURE,
    OTHER_ITEM,
    PEOPLE,
    SHENDU,
    SHIMEN,
    TASK,
    TODAY,
    VILLAGE,
    a_duty,
    call,
    changed,
    issued,
    received,
    take,
)

LAST_MONTH = dt.date(2026, 5, 8)
FIRST = dt.date(2026, 4, 30)
NEXT_MONTH = dt.date(2026, 7, 10)
MONTHS = [(f"2026-{month:02}", dt.date(2026, month, 25)) for month in range(4, 9)]
ALL_OF_IT = {"checklist_id": CHECKLIST}
OPERATIONS = {
    "overview": ALL_OF_IT,
    "row_board": {"row_id": TASK},
    "item_board": {"row_id": ITEM},
    "units_board": ALL_OF_IT,
    "find_duties": ALL_OF_IT,
    "signing_board": ALL_OF_IT,
    "list_boards": {},
}


@pytest.fixture
def one_missing(stats):
    """Two townships of three have done the item due today; of the other item each has one month to do."""
    take(
        stats,
        [
            received(issued(HUICHENG, a_duty(1), a_duty(4, NEXT_MONTH, item_id=OTHER_ITEM))),
            received(issued(SHENDU, a_duty(2), a_duty(5, NEXT_MONTH, item_id=OTHER_ITEM))),
            received(issued(SHIMEN, a_duty(3), a_duty(6, LAST_MONTH, item_id=OTHER_ITEM))),
            received(changed(DutySubmitted, 1, HUICHENG, 2, State.ACCEPTED, done_on=TODAY)),
            received(changed(DutyAccepted, 2, SHENDU, 3, State.ACCEPTED, done_on=TODAY + dt.timedelta(days=1))),
        ],
    )
    return stats


def test_the_overview_counts_by_area_and_measure(one_missing):
    board = call(one_missing, "overview", ALL_OF_IT, as_="leader")

    counts = board["totals"]
    assert counts == board["areas"][0]["counts"] == board["areas"][0]["measures"][0]["counts"]
    assert {light: n for light, n in counts.items() if n} == {
        "total": 6,
        "done": 1,
        "done_late": 1,
        "due_soon": 1,
        "on_track": 2,
        "overdue": 1,
    }
    assert board["areas"][0]["title"] == "拓展就业岗位"
    assert board["areas"][0]["measures"][0]["row_id"] == MEASURE
    assert board["checklist"]["level_names"][3] == "事项"
    assert board["today"] == "2026-06-10"
    assert board["as_of"].startswith("2026-06-10T04:00")


def test_a_unit_that_still_has_time_is_pending_and_not_missing(one_missing):
    board = call(one_missing, "row_board", {"row_id": TASK}, as_="leader")

    item = board["children"][0]
    assert (item["units_done"], item["units_total"]) == (2, 3)
    assert (item["missing"], item["missing_more"]) == ([], 0)
    assert (item["pending"], item["pending_more"]) == (["石门乡"], 0)
    assert board["row"] == {"row_id": TASK, "level": 3, "number": "1.1.1", "title": "建设创业园"}
    assert [row["row_id"] for row in board["ancestors"]] == [AREA, MEASURE]


def test_a_unit_with_anything_open_below_a_row_is_missing_there(one_missing):
    board = call(one_missing, "row_board", {"row_id": AREA}, as_="leader")

    measure = board["children"][0]
    assert (measure["units_done"], measure["units_total"]) == (0, 3)
    assert (measure["missing"], measure["pending"]) == (["石门乡"], ["徽城镇", "深渡镇"])


def test_months_to_come_do_not_make_a_unit_missing(stats):
    """April to June are asked by now; in June both units are through, one still owes May."""
    duties = [a_duty(n, due_on, item_id=OTHER_ITEM, period=period) for n, (period, due_on) in enumerate(MONTHS, 1)]
    others = [a_duty(n, due_on, item_id=OTHER_ITEM, period=period) for n, (period, due_on) in enumerate(MONTHS, 11)]
    take(stats, [received(issued(SHENDU, *duties)), received(issued(SHIMEN, *others))])
    done = [(SHENDU, 1), (SHENDU, 2), (SHENDU, 3), (SHIMEN, 11), (SHIMEN, 13)]
    take(
        stats,
        [
            received(
                changed(
                    DutySubmitted,
                    duty_id,
                    unit_id,
                    2,
                    State.ACCEPTED,
                    done_on=TODAY,
                    item_id=OTHER_ITEM,
                    due_on=MONTHS[duty_id % 10 - 1][1],
                )
            )
            for unit_id, duty_id in done
        ],
    )

    item = call(stats, "row_board", {"row_id": TASK}, as_="lead")["children"][1]

    assert (item["units_done"], item["units_total"], item["missing"]) == (1, 2, ["石门乡"])


def test_a_waived_unit_is_not_asked_and_a_submitted_one_is_neither_done_nor_missing(stats):
    take(
        stats,
        [
            received(issued(HUICHENG, a_duty(1))),
            received(issued(SHENDU, a_duty(2))),
            received(changed(DutyWaived, 1, HUICHENG, 2, State.WAIVED)),
            received(changed(DutySubmitted, 2, SHENDU, 2, State.SUBMITTED, done_on=TODAY)),
        ],
    )

    board = call(stats, "item_board", {"row_id": ITEM}, as_="lead")

    assert (board["units_done"], board["units_total"], board["missing"]) == (0, 1, [])
    assert (board["counts"]["not_applicable"], board["counts"]["awaiting_review"]) == (1, 1)


def test_only_five_units_are_named(stats):
    units = [UnitChanged(100 + n, f"9{n}", f"第{n}乡", "township", 1, is_active=True, version=1) for n in range(1, 9)]
    take(stats, [received(unit) for unit in units])
    take(stats, [received(issued(unit.unit_id, a_duty(unit.unit_id))) for unit in units])

    board = call(stats, "item_board", {"row_id": ITEM}, as_="auditor")

    assert board["pending"] == ["第1乡", "第2乡", "第3乡", "第4乡", "第5乡"]
    assert board["pending_more"] == 3


def test_an_item_shows_units_that_owe_something_first_with_the_reason(one_missing):
    board = call(one_missing, "item_board", {"row_id": ITEM}, as_="leader")

    assert [unit["name"] for unit in board["units"]] == ["石门乡", "徽城镇", "深渡镇"]
    duty = board["units"][0]["duties"][0]
    assert duty["light"] == "due_soon"
    assert duty["reason"]["en"] == "Due today: 2026-06-10"
    assert board["units_more"] == 0


def test_units_stand_in_the_order_of_the_directory_whatever_they_have_done(one_missing):
    before = call(one_missing, "units_board", ALL_OF_IT, as_="leader")
    take(one_missing, [received(changed(DutyAccepted, 3, SHIMEN, 5, State.ACCEPTED, done_on=TODAY))])

    after = call(one_missing, "units_board", {**ALL_OF_IT, "kind": "township"}, as_="leader")

    assert [unit["name"] for unit in before["units"]] == ["徽城镇", "深渡镇", "石门乡"]
    assert [unit["unit_id"] for unit in after["units"]] == [HUICHENG, SHENDU, SHIMEN]
    assert after["units"][2]["counts"]["done"] == 1
    assert call(one_missing, "units_board", {**ALL_OF_IT, "kind": "village"}, as_="leader")["units"] == []


def test_a_page_of_units_after_the_last_one_is_the_last(one_missing):
    last = call(one_missing, "units_board", {**ALL_OF_IT, "page": 9}, as_="leader")

    assert (last["page"], last["pages"], len(last["units"])) == (1, 1, 3)


def test_each_number_drills_to_its_duties(one_missing):
    take(one_missing, [received(changed(DutyBlocked, 4, HUICHENG, 2, State.ACKNOWLEDGED, due_on=NEXT_MONTH,
                                        is_blocked=True, item_id=OTHER_ITEM))])  # fmt: skip
    counts = call(one_missing, "overview", ALL_OF_IT, as_="lead")["totals"]
    total = counts.pop("total")
    assert counts.pop("overdue_blocked") == 0

    for light, number in counts.items():
        found = call(one_missing, "find_duties", {**ALL_OF_IT, "light": light}, as_="lead")
        assert found["total"] == len(found["duties"]) == number
        assert {duty["light"] for duty in found["duties"]} <= {light}
    assert call(one_missing, "find_duties", ALL_OF_IT, as_="lead")["total"] == total == 6


def test_duties_are_found_by_row_and_unit(one_missing):
    below = call(one_missing, "find_duties", {**ALL_OF_IT, "row_id": OTHER_ITEM, "unit_id": SHIMEN}, as_="lead")

    assert [(duty["duty_id"], duty["item"], duty["unit"]) for duty in below["duties"]] == [
        (6, "每月走访企业", "石门乡")
    ]
    assert below["duties"][0]["light"] == "overdue"
    assert below["duties"][0]["light_word"] == {"zh": "已逾期", "en": "Overdue"}


def test_a_long_list_comes_in_pages_without_gaps(stats):
    take(stats, [received(issued(SHIMEN, *(a_duty(n, period=str(n)) for n in range(1, 61))))])
    take(stats, [received(issued(SHENDU, *(a_duty(n, item_id=OTHER_ITEM, period=str(n)) for n in range(61, 121))))])

    pages = [call(stats, "find_duties", {**ALL_OF_IT, "page": page}, as_="lead") for page in (1, 2, 3)]

    assert [duty["duty_id"] for page in pages for duty in page["duties"]] == list(range(1, 121))
    assert [(page["total"], page["pages"]) for page in pages] == [(120, 3)] * 3
    assert call(stats, "find_duties", {**ALL_OF_IT, "page": 9}, as_="lead")["page"] == 3


def test_a_unit_finds_its_own_duties_and_those_of_its_villages(one_missing):
    take(one_missing, [received(issued(VILLAGE, a_duty(9)))])

    found = call(one_missing, "find_duties", ALL_OF_IT, as_="staff")

    assert sorted(duty["duty_id"] for duty in found["duties"]) == [1, 4, 9]
    assert found["total"] == 3
    village = call(one_missing, "find_duties", {**ALL_OF_IT, "unit_id": VILLAGE}, as_="head")
    assert [duty["duty_id"] for duty in village["duties"]] == [9]


def test_a_unit_does_not_see_another_units_duties(one_missing):
    with pytest.raises(Forbidden):
        call(one_missing, "find_duties", {**ALL_OF_IT, "unit_id": SHIMEN}, as_="staff")

    with one_missing.database.transaction() as cur:
        cur.execute("SELECT operation, person_id FROM refusal")
        assert cur.fetchall() == [("find_duties", PEOPLE["staff"][0])]


def test_a_checklist_is_listed_for_everybody(stats):
    for name in PEOPLE:
        assert call(stats, "list_boards", as_=name)["checklists"] == [
            {"checklist_id": CHECKLIST, "title": "2026年就业清单", "year": 2026, "state": "issued", "overdue": 0}
        ]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_only_those_who_may_can_carry_out_an_operation(stats, operation):
    """Every role tries; one database for all keeps the run short."""
    allowed = {"lead", "leader", "auditor"}
    if operation == "find_duties":
        allowed |= {"staff", "head", "shimen"}
    if operation == "list_boards":
        allowed = set(PEOPLE)

    for name in allowed:
        call(stats, operation, OPERATIONS[operation], as_=name)
    for name in PEOPLE.keys() - allowed:
        with pytest.raises(Forbidden):
            call(stats, operation, OPERATIONS[operation], as_=name)


@pytest.mark.parametrize("person", [None, 999])
def test_somebody_unknown_is_asked_to_sign_in(stats, person):
    with pytest.raises(Forbidden, match="sign in"):
        call(stats, "list_boards", as_=person)


@pytest.mark.parametrize(
    ("operation", "params", "error"),
    [
        ("overview", {"checklist_id": 99}, NotFound),
        ("row_board", {"row_id": 99}, NotFound),
        ("item_board", {"row_id": TASK}, NotFound),
        ("find_duties", {**ALL_OF_IT, "row_id": 99}, NotFound),
        ("overview", {}, Invalid),
        ("overview", {"checklist_id": "1"}, Invalid),
        ("overview", {"checklist_id": 2**63}, Invalid),
        ("overview", {**ALL_OF_IT, "extra": 1}, Invalid),
        ("find_duties", {**ALL_OF_IT, "light": "purple"}, Invalid),
        ("find_duties", {**ALL_OF_IT, "page": 0}, Invalid),
    ],
)
def test_what_does_not_exist_or_is_malformed_is_said(stats, operation, params, error):
    with pytest.raises(error):
        call(stats, operation, params, as_="lead")


def test_an_acknowledged_duty_counts_like_an_issued_one(stats):
    take(stats, [received(issued(SHIMEN, a_duty(1, NEXT_MONTH)))])
    take(stats, [received(changed(DutyAcknowledged, 1, SHIMEN, 2, State.ACKNOWLEDGED, due_on=NEXT_MONTH))])

    assert call(stats, "overview", ALL_OF_IT, as_="lead")["totals"]["on_track"] == 1


def signing(stats, **params):
    return call(stats, "signing_board", {**ALL_OF_IT, **params}, as_="lead")


def test_blocked_duties_are_found_also_where_they_are_overdue_and_counted_once(one_missing):
    blocked = {"is_blocked": True, "item_id": OTHER_ITEM}
    take(
        one_missing,
        [
            received(changed(DutyBlocked, 4, HUICHENG, 2, State.ACKNOWLEDGED, due_on=NEXT_MONTH, **blocked)),
            received(changed(DutyBlocked, 6, SHIMEN, 2, State.ACKNOWLEDGED, due_on=LAST_MONTH, **blocked)),
        ],
    )

    counts = call(one_missing, "overview", ALL_OF_IT, as_="lead")["totals"]
    found = call(one_missing, "find_duties", {**ALL_OF_IT, "is_blocked": True}, as_="lead")
    late = call(one_missing, "find_duties", {**ALL_OF_IT, "is_blocked": True, "light": "overdue"}, as_="lead")

    assert (counts["blocked"], counts["overdue"], counts["overdue_blocked"]) == (1, 1, 1)
    assert [duty["duty_id"] for duty in found["duties"]] == [6, 4]
    assert found["total"] == counts["blocked"] + counts["overdue_blocked"]
    assert [duty["duty_id"] for duty in late["duties"]] == [6]
    assert counts["total"] == 6


def test_whose_difficulty_is_taken_on_does_not_become_late_and_shows_its_own_date(one_missing):
    paused = {"is_blocked": True, "item_id": OTHER_ITEM, "paused_on": LAST_MONTH}
    before = call(one_missing, "overview", ALL_OF_IT, as_="lead")["totals"]
    one_missing.today = lambda: NEXT_MONTH + dt.timedelta(days=1)
    late = call(one_missing, "overview", ALL_OF_IT, as_="lead")["totals"]["overdue"]
    take(
        one_missing,
        [
            received(changed(DutyBlockerAccepted, 4, HUICHENG, 2, State.ACKNOWLEDGED, due_on=NEXT_MONTH, **paused)),
            received(changed(DutyBlockerAccepted, 6, SHIMEN, 2, State.ACKNOWLEDGED, due_on=FIRST, **paused)),
        ],
    )

    counts = call(one_missing, "overview", ALL_OF_IT, as_="lead")["totals"]
    found = call(one_missing, "find_duties", {**ALL_OF_IT, "light": "blocked"}, as_="lead")["duties"]
    overdue = call(one_missing, "find_duties", {**ALL_OF_IT, "light": "overdue"}, as_="lead")["duties"]

    assert (counts["blocked"], counts["overdue_blocked"], counts["total"]) == (1, 1, before["total"])
    assert counts["overdue"] == late - 1
    assert [(duty["duty_id"], duty["light"], duty["due_on"]) for duty in found] == [
        (4, "blocked", NEXT_MONTH.isoformat())
    ]
    assert f"{LAST_MONTH} 起暂停计时" in found[0]["reason"]["zh"]
    for first, last, is_found in (
        (NEXT_MONTH, NEXT_MONTH, True),
        (None, NEXT_MONTH, True),
        (NEXT_MONTH + dt.timedelta(days=1), None, False),
        (None, NEXT_MONTH - dt.timedelta(days=1), False),
    ):
        days = {"due_from": first and first.isoformat(), "due_until": last and last.isoformat()}
        for more in ({}, {"light": "blocked"}, {"unit_id": HUICHENG}):
            within = call(one_missing, "find_duties", {**ALL_OF_IT, **days, **more}, as_="lead")
            assert (4 in [duty["duty_id"] for duty in within["duties"]]) == is_found, (days, more)
            assert within["total"] == len(within["duties"])
    assert (6, "overdue", FIRST.isoformat()) in [(duty["duty_id"], duty["light"], duty["due_on"]) for duty in overdue]


def test_who_has_not_signed_stands_in_the_order_of_the_directory(one_missing):
    found = signing(one_missing)

    assert (found["units_signed"], found["units_total"]) == (0, 3)
    assert [(unit["name"], unit["unsigned"], unit["duties"]) for unit in found["unsigned"]] == [
        ("徽城镇", 1, 2),
        ("深渡镇", 1, 2),
        ("石门乡", 2, 2),
    ]
    assert found["found"] == 3


def test_of_one_item_those_who_did_it_have_signed_for_it(one_missing):
    found = signing(one_missing, row_id=ITEM)

    assert (found["units_signed"], found["units_total"]) == (2, 3)
    assert [unit["name"] for unit in found["unsigned"]] == ["石门乡"]
    assert found["row"]["row_id"] == ITEM


def test_signing_takes_a_unit_off_the_list(one_missing):
    take(
        one_missing,
        [
            received(
                changed(DutyAcknowledged, 4, HUICHENG, 2, State.ACKNOWLEDGED, due_on=NEXT_MONTH, item_id=OTHER_ITEM)
            )
        ],
    )

    assert [unit["name"] for unit in signing(one_missing)["unsigned"]] == ["深渡镇", "石门乡"]
    assert signing(one_missing)["units_signed"] == 1


def test_the_list_of_who_has_not_signed_is_searched_and_its_numbers_stay(one_missing):
    found = signing(one_missing, text="石门")

    assert [unit["name"] for unit in found["unsigned"]] == ["石门乡"]
    assert (found["found"], found["units_signed"], found["units_total"]) == (1, 0, 3)


def test_a_long_list_of_who_has_not_signed_comes_in_pages(stats):
    units = [UnitChanged(100 + n, f"9{n:03}", f"第{n}乡", "township", 1, is_active=True, version=1) for n in range(203)]
    take(stats, [received(unit) for unit in units])
    take(stats, [received(issued(unit.unit_id, a_duty(unit.unit_id))) for unit in units])

    first, second = signing(stats), signing(stats, page=9)

    assert (len(first["unsigned"]), len(second["unsigned"]), second["page"], first["pages"]) == (200, 3, 2, 2)
    assert len({unit["unit_id"] for unit in first["unsigned"] + second["unsigned"]}) == first["units_total"] == 203


def test_among_many_late_units_the_first_are_found_through_the_directory_with_the_same_numbers(stats, monkeypatch):
    late = [
        received(issued(unit_id, a_duty(number, LAST_MONTH), a_duty(number + 1, FIRST, item_id=OTHER_ITEM)))
        for number, unit_id in ((1, SHIMEN), (3, VILLAGE), (5, SHENDU))
    ]
    take(stats, [*late, received(changed(DutySubmitted, 5, SHENDU, 2, State.ACCEPTED, done_on=TODAY))])
    take(stats, [received(issued(HUICHENG, a_duty(7, NEXT_MONTH)))])
    found = call(stats, "overview", ALL_OF_IT, as_="leader")
    monkeypatch.setattr(boards, "MANY_UNITS", 0)

    assert call(stats, "overview", ALL_OF_IT, as_="leader") == found
    assert [(one["unit_id"], one["duties"], one["since"]) for one in found["overdue_units"]] == [
        (VILLAGE, 2, FIRST.isoformat()),
        (SHENDU, 1, FIRST.isoformat()),
        (SHIMEN, 2, FIRST.isoformat()),
    ]
    monkeypatch.setattr(boards, "OVERDUE_UNITS_SHOWN", 1)
    short = call(stats, "overview", ALL_OF_IT, as_="leader")
    assert ([one["unit_id"] for one in short["overdue_units"]], short["overdue_units_total"]) == ([VILLAGE], 3)


def test_a_row_of_another_checklist_has_no_list(one_missing):
    with pytest.raises(NotFound):
        signing(one_missing, row_id=999)


def test_what_an_amendment_dropped_leaves_the_boards_unless_something_of_it_was_done(stats, one_missing):
    """Of two dropped items one was done by two units, which stays a fact; of the other everything was withdrawn."""
    kept = [IssuedRow(row_id, parent, level, 1, str(row_id)) for row_id, parent, level in (
        (AREA, None, 1), (MEASURE, AREA, 2), (TASK, MEASURE, 3)
    )]  # fmt: skip
    amended = [
        AmendedDuty(number, OTHER_ITEM, "2026", NEXT_MONTH, State.WITHDRAWN, None, is_blocked=False, version=2)
        for number in (4, 5, 6)
    ]
    gone = AmendedDuty(3, ITEM, "2026", TODAY, State.WITHDRAWN, None, is_blocked=False, version=2)
    take(
        stats,
        [
            received(RowsIssued(CHECKLIST, 2, kept)),
            *(received(DutiesAmended(CHECKLIST, 2, unit_id, [duty])) for unit_id, duty in zip(
                (HUICHENG, SHENDU, SHIMEN), amended, strict=True
            )),
            received(DutiesAmended(CHECKLIST, 2, SHIMEN, [gone])),
        ],
    )  # fmt: skip

    board = call(stats, "row_board", {"row_id": TASK}, as_="leader")

    assert [(child["row_id"], child["counts"]["total"]) for child in board["children"]] == [(ITEM, 2)]
    overview = call(stats, "overview", ALL_OF_IT, as_="leader")
    assert (overview["totals"]["total"], overview["totals"]["overdue"]) == (2, 0)
