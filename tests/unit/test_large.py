"""What `make bench-large` makes of its measurements."""

from bench.large.boards import Cost, grown, table


def test_a_board_may_take_longer_for_more_lines_and_below_what_anybody_notices():
    small = {"flat": Cost(10.0, 0), "list": Cost(10.0, 100), "quick": Cost(1.0, 0), "slow": Cost(20.0, 50)}
    large = {"flat": Cost(40.1, 0), "list": Cost(99.0, 500), "quick": Cost(20.0, 0), "slow": Cost(41.0, 50)}

    assert grown(small, large) == ["flat", "slow"]


def test_the_table_has_a_column_for_each_size():
    said = table([10_000, 4_000_000], [{"units": Cost(1.234, 0)}, {"units": Cost(56.78, 200)}])

    assert said == "| board | 10,000 | 4,000,000 |\n| --- | ---: | ---: |\n| units | 1.2 | 56.8 (200) |\n"
