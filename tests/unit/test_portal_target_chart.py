"""The picture of a target: lines that rise with the figures and lie where the numbers are."""

from services.portal.target_chart import BOTTOM, LEFT, RIGHT, TOP, chart


def rows(*pairs):
    return [
        {"period": f"2026-{n:02}", "reached": reached, "expected": expected}
        for n, (reached, expected) in enumerate(pairs, start=1)
    ]


def points(text):
    return [tuple(map(float, point.split(","))) for point in text.split()]


def test_what_adds_up_begins_at_nothing_and_ends_at_the_target():
    found = chart(rows(("10", "25"), ("40", "50"), (None, "75"), (None, "100")), "100", is_summed=True)

    assert points(found.reached)[0] == points(found.expected)[0] == (LEFT, BOTTOM)
    assert points(found.expected)[-1] == (RIGHT, float(found.target))
    assert len(points(found.reached)) == 3
    assert (found.first, found.last) == ("2026-01", "2026-04")
    heights = [y for _, y in points(found.reached)]
    assert heights == sorted(heights, reverse=True)
    assert all(TOP <= y <= BOTTOM for _, y in points(found.expected))


def test_a_level_that_never_moves_and_a_target_without_value_have_a_picture_too():
    found = chart(rows(("5", "5")), None, is_summed=False)

    assert (found.target, len(found.dots)) == (None, 1)
    assert chart(rows((None, "5")), "5", is_summed=False) is None
    assert chart(rows(("0", "0"), ("0", "0")), "0", is_summed=True) is not None
