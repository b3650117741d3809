"""The upright axis: round numbers at its ends, everything between them, and none below nothing without need."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.chart_scale import BOTTOM, TOP, scale_of

VALUES = st.lists(st.decimals(-10_000, 10_000_000, places=2), min_size=1, max_size=20)


@pytest.mark.parametrize(
    ("values", "from_zero", "ends"),
    [
        (("120", "8000"), True, ("0", "9000")),
        (("78.2", "80", "81.5"), False, ("78", "82")),
        (("0.1", "5.5"), False, ("0", "6")),
        (("5",), False, ("4.4", "5.6")),
        (("0",), True, ("0", "1.2")),
        (("-3", "4"), False, ("-4", "5")),
    ],
)
def test_the_ends_are_round_and_a_little_beyond_the_values(values, from_zero, ends):
    assert scale_of([Decimal(one) for one in values], from_zero=from_zero).ends == ends


@given(VALUES, st.booleans())
def test_every_value_lies_between_the_ends_and_more_lies_higher(values, from_zero):
    scale = scale_of(values, from_zero=from_zero)

    heights = [float(scale.height(one)) for one in sorted(values)]
    assert all(TOP <= height <= BOTTOM for height in heights)
    assert heights == sorted(heights, reverse=True)
    assert scale.lowest < scale.highest
    assert not from_zero or scale.lowest <= 0 <= scale.highest
    assert scale.lowest >= 0 or min(values) < 0


@given(VALUES, st.booleans())
def test_what_is_written_at_the_ends_is_short_and_fits_beside_the_axis(values, from_zero):
    scale = scale_of(values, from_zero=from_zero)

    digits = [end.strip("-").replace(".", "").strip("0") for end in scale.ends]
    assert all(len(one) <= len(str(int(abs(max(values, key=abs))))) + 3 for one in digits)
    assert 12 < scale.left < 200
