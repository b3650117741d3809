"""The picture of a target: lines that rise with the figures and lie where the numbers are."""

from services.portal.chart_scale import BOTTOM, TOP
from services.portal.target_chart import RIGHT, chart


def rows(*pairs):
    return [
        {"period": f"2026-{n:02}", "reached": reached, "expected": expected}
        for n, (reached, expected) in enumerate(pairs, start=1)
    ]


def points(text):
    return [tuple(map(float, point.split(","))) for point in text.split()]


def test_what_adds_up_begins_at_nothing_and_ends_at_the_target():
    found = chart(rows(("10", "25"), ("40", "50"), (None, "75"), (None, "100")), "100", is_summed=True)

    assert points(found.reached)[0] == points(found.expected)[0] == (found.left, BOTTOM)
    assert points(found.expected)[-1] == (RIGHT, float(found.target))
    assert len(points(found.reached)) == 3
    assert (found.first, found.last) == ("2026-01", "2026-04")
    heights = [y for _, y in points(found.reached)]
    assert heights == sorted(heights, reverse=True)
    assert all(TOP <= y <= BOTTOM for _, y in points(found.expected))


def test_a_level_that_never_moves_and_a_target_without_value_have_a_picture_too():
    found = chart(rows(("5", "5")), None, is_summed=False)

    assert (found.target, found.dots, found.newest.value) == (None, (), "5")
    assert chart(rows((None, "5")), "5", is_summed=False) is None
    assert chart(rows(("0", "0"), ("0", "0")), "0", is_summed=True) is not None


def test_the_axis_has_a_number_at_both_ends_and_the_newest_figure_stands_at_its_point():
    found = chart(rows(("10", "25"), ("40", "50"), (None, "75"), (None, "100")), "100", is_summed=True)

    assert found.ends == ("0", "110")
    assert (found.newest.value, found.expected_now, found.goal) == ("40", "50", "100")
    assert points(found.reached)[-1] == (float(found.newest.x), float(found.newest.y))
    assert float(found.newest.label_y) < float(found.newest.y)


def test_the_newest_figure_is_not_written_onto_the_name_of_the_target():
    near = chart(rows(("97", "25"), (None, "100")), "100", is_summed=True)
    reached = chart(rows(("101", "25"), (None, "100")), "100", is_summed=True)

    assert float(near.newest.label_y) > float(near.newest.y) > float(near.target)
    assert float(reached.newest.label_y) < float(reached.newest.y) < float(reached.target)


def test_a_figure_stands_on_the_side_where_there_is_room():
    early = chart(rows(("10", "10"), *[(None, "50")] * 11), "100", is_summed=True)
    late = chart(rows(*[("90", "50")] * 12), "100", is_summed=True)

    level = chart(rows(("5", "5"), ("9", "5"), (None, "5")), None, is_summed=False)

    assert (early.newest.anchor, late.newest.anchor) == ("start", "end")
    assert float(level.newest.label_x) > float(level.newest.x)
