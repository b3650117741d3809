"""What `make bench-peers` makes of its measurements."""

import re
from dataclasses import replace

import pytest

from bench.peers.figures import Figures, claims, lost_and_doubled, percentile, summed_up, table
from tests.support.markdown import ROOT

OURS = Figures("ours", 12_000.0, 0.1, 0.01, 0.05, 8.0, 20.0, lost=0, doubled=0)
QUICK = Figures("quick", 1_000.0, 0.7, 0.3, 0.4, 4.0, 18.0, lost=0, doubled=0)
THRIFTY = Figures("thrifty", 500.0, 0.5, 0.4, 0.5, 3.0, 30.0, lost=1, doubled=2)
LOCK = ROOT / "bench" / "peers" / "requirements.txt"
PINNED = re.compile(r"^([a-z0-9-]+)==(\S+) \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE)


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.0, 1)])
def test_a_percentile_is_one_of_the_values(share, value):
    assert percentile(range(100, 0, -1), share) == value


def test_a_percentile_of_few_values_is_not_below_its_share():
    assert percentile([3.0, 1.0, 2.0], 0.99) == 3.0
    assert percentile([7.0], 0.5) == 7.0


def test_nothing_is_lost_or_doubled_where_the_counters_hold_what_was_sent():
    assert lost_and_doubled([1, 2, 3], [3, 1, 2], [3, 3]) == (0, 0)


def test_what_is_not_kept_is_lost_and_what_is_counted_beyond_it_is_doubled():
    assert lost_and_doubled([1, 2, 3], [1, 2], [2, 2]) == (1, 0)
    assert lost_and_doubled([1, 2, 3], [1, 2, 3], [3, 5]) == (0, 2)


def test_one_lost_and_one_doubled_do_not_make_up_for_each_other():
    assert lost_and_doubled([1, 2, 3], [1, 2], [3, 3]) == (1, 1)


def test_a_system_has_the_medians_of_its_rounds_and_all_that_it_lost():
    rounds = [
        replace(THRIFTY, events_per_second=300.0),
        OURS,
        replace(THRIFTY, events_per_second=900.0),
        replace(THRIFTY, events_per_second=400.0),
    ]

    thrifty, ours = summed_up(rounds)

    assert thrifty == replace(THRIFTY, events_per_second=400.0, lost=3, doubled=6)
    assert ours == OURS


def test_each_claim_is_held_against_the_best_of_the_others_in_it():
    rate, cpu, wait = claims([OURS, QUICK, THRIFTY], own="ours")

    assert (rate["baseline"], rate["ratio"], rate["met"]) == (1_000.0, 12.0, True)
    assert (cpu["baseline"], cpu["met"]) == (0.5, True)
    assert (wait["baseline"], wait["met"]) == (3.0, True)


def test_a_claim_that_is_missed_says_so():
    slow = replace(OURS, events_per_second=11_999.0, cpu=0.26, p50_ms=10.1)

    assert [claim["met"] for claim in claims([slow, QUICK, THRIFTY], own="ours")] == [False, False, False]


def test_the_table_has_a_row_for_each_system():
    assert table([OURS, THRIFTY]).splitlines() == [
        "| system | events/s | CPU s per 1,000 | RabbitMQ's | PostgreSQL's | p50 ms | p99 ms | lost | doubled |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        "| ours | 12,000 | 0.10 | 0.01 | 0.05 | 8.0 | 20.0 | 0 | 0 |",
        "| thrifty | 500 | 0.50 | 0.40 | 0.50 | 3.0 | 30.0 | 1 | 2 |",
    ]


def pinned(lock):
    return {name: version for name, version, _ in PINNED.findall(lock.read_text("utf-8"))}


def test_the_peers_are_installed_by_hashes_from_wherever_this_machine_gets_its_packages():
    text = LOCK.read_text("utf-8")

    assert {"nameko", "celery", "dramatiq", "faststream"} <= pinned(LOCK).keys()
    assert len(pinned(LOCK)) == len(re.findall(r"^[a-z]", text, re.MULTILINE))
    assert "://" not in text


def test_what_the_peers_share_with_the_product_is_of_the_same_version():
    product = pinned(ROOT / "requirements.txt")

    assert {name: version for name, version in pinned(LOCK).items() if product.get(name, version) != version} == {}


def test_the_product_needs_none_of_them_but_nameko():
    assert not {"celery", "dramatiq", "faststream", "asyncpg"} & pinned(ROOT / "requirements-dev.txt").keys()
