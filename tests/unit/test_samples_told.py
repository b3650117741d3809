"""What the reviews of a sample found, as shares: one of many is not nothing, all but one is not all."""

import pytest

from services.tasks.samples.records import Confirmed
from services.tasks.samples.samples import _confirmation


@pytest.mark.parametrize(
    ("confirmed", "rate"), [(0, "0.0"), (1, "0.1"), (1500, "50.0"), (2999, "99.9"), (3000, "100.0")]
)
def test_the_rate_is_0_or_100_only_where_that_is_true(confirmed, rate):
    found = _confirmation([Confirmed(1, "促进返乡创业", 3000, 3000, confirmed)])

    assert found["rate"] == rate
    assert float(found["low"]) <= float(rate) <= float(found["high"])
