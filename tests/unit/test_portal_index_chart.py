"""The picture of indexed series: lines with gaps, told apart by dashes and marks, with the height of 100."""

from hypothesis import given, settings
from hypothesis import strategies as st

from services.portal.chart_scale import BOTTOM, TOP
from services.portal.index_chart import DASHES, chart, sample


def curves(*lines, years=(2023, 2024, 2025)):
    return {"years": list(years), "lines": [{"values": list(values)} for values in lines]}


def test_nothing_is_drawn_of_one_year_or_of_no_figure():
    assert chart(curves(years=())) is None
    assert chart(curves(["100"], years=(2024,))) is None
    assert chart(curves([None, None, None])) is None


def test_a_year_without_a_figure_is_a_gap_and_not_a_line_across_it():
    found = chart(curves(["100.0", None, "120.0"], ["100.0", "110.0", "90.0"]))

    assert [line.path.count("L") for line in found.lines] == [0, 2]
    assert [line.path.count("M") for line in found.lines] == [2, 1]
    assert (found.first, found.last, found.ends) == (2023, 2025, ("85", "125"))


def test_each_line_has_dashes_and_marks_of_its_own_as_its_sample_in_the_legend_has():
    found = chart(curves(*[["100", "101", "102"]] * len(DASHES)))

    assert len({(line.dashes, line.marks) for line in found.lines}) == len(DASHES)
    assert [line.dashes for line in found.lines] == [sample(number).dashes for number in range(len(DASHES))]


@settings(deadline=None)
@given(st.lists(st.decimals(min_value=-500, max_value=5000, places=1), min_size=3, max_size=3))
def test_every_point_and_the_hundred_lie_within_the_picture(values):
    found = chart(curves([str(value) for value in values]))

    heights = [float(found.hundred), *(float(step.split(" ")[1]) for step in found.lines[0].path[1:].split("L"))]
    assert all(TOP <= height <= BOTTOM for height in heights)
