"""A preview of issuing as its page lays it out."""

from services.portal.previewing import by_holiday, by_row, by_unit


def moved(written, to, title):
    return {"row_id": 1, "title": title, "written": written, "moved_to": to}


def test_what_the_same_holiday_moves_stands_in_one_line():
    rows = [moved(f"2026-10-{day:02}", "2026-10-08", f"事项{n}") for n, day in enumerate((3, 1, 1, 2))]

    (line,) = by_holiday(rows)

    assert (line.dates, line.first, line.last, line.to) == (4, "2026-10-01", "2026-10-03", "2026-10-08")
    assert line.titles == ("事项0", "事项1", "事项2", "事项3")


def test_the_lines_come_in_the_order_of_days_and_add_up():
    rows = [
        moved("2026-10-01", "2026-10-08", "丙"),
        moved("2026-02-28", "2026-03-02", "甲"),
        moved("2026-10-02", "2026-10-08", "丙"),
    ]

    lines = by_holiday(rows)

    assert [line.to for line in lines] == ["2026-03-02", "2026-10-08"]
    assert sum(line.dates for line in lines) == len(rows)
    assert lines[1].titles == ("丙",)


def test_a_unit_stands_once_with_its_busy_months():
    found = by_unit(
        [
            {"unit_id": 1, "name": "徽城镇", "month": "2026-06", "duties": 12, "files": 0, "steps": 12},
            {"unit_id": 2, "name": "深渡镇", "month": "2026-06", "duties": 11},
            {"unit_id": 1, "name": "徽城镇", "month": "2026-09", "duties": 14, "files": 2, "steps": 16},
        ]
    )

    assert [(unit.name, unit.months) for unit in found] == [
        ("徽城镇", (("2026-06", 12, 0, 12), ("2026-09", 14, 2, 16))),
        ("深渡镇", (("2026-06", 11, 0, 11),)),
    ]


def test_a_row_stands_once_with_its_past_dates():
    found = by_row(
        [
            {"row_id": 7, "title": "走访", "due_on": "2026-01-31"},
            {"row_id": 8, "title": "报表", "due_on": "2026-01-31"},
            {"row_id": 7, "title": "走访", "due_on": "2026-02-28"},
        ]
    )

    assert [(row.row_id, row.days) for row in found] == [(7, ("2026-01-31", "2026-02-28")), (8, ("2026-01-31",))]
