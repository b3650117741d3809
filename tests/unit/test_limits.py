"""The table of time limits refuses to be loaded when limits that lean on one another no longer hold together."""

from dataclasses import fields, replace

import pytest

from shared.limits import LIMITS, contradictions


def test_the_table_holds_together():
    assert contradictions() == []


@pytest.mark.parametrize(
    ("part", "changed", "said"),
    [
        ("caller", {"file": 61.0}, "who sends a file"),
        ("caller", {"preview": 21.0}, "who asks for a preview"),
        ("caller", {"ask": 16.0}, "who asks waits"),
        ("caller", {"tell": 15.5}, "who tells waits"),
        ("service", {"batch": 90.0}, "the watchdog lets a batch finish"),
        ("service", {"call": 10.0}, "a call outlasts its statement"),
        ("service", {"stop": 14.0}, "a call is finished when the service stops"),
        ("database", {"lock": 10.0}, "a lock is waited for"),
        ("database", {"long_statement": 660.0}, "the watchdog lets the longest statement finish"),
        ("relay", {"confirm": 52.0}, "the watchdog lets a relay's turn finish"),
        ("relay", {"connect": 10.0}, "a relay keeps its session while it connects"),
        ("relay", {"word": 5.0}, "a relay keeps its session while it publishes"),
        ("relay", {"silence": 13.0}, "a frozen relay is replaced in time"),
        ("broker", {"ping": 45.0}, "the watchdog lets a ping come back"),
        ("broker", {"heartbeat": 45}, "a lost peer is noticed"),
        ("portal", {"silent_connection": 60}, "a page under way"),
    ],
)
def test_a_limit_that_contradicts_another_is_named(part, changed, said):
    limits = replace(LIMITS, **{part: replace(getattr(LIMITS, part), **changed)})

    assert [found for found in contradictions(limits) if found.startswith(said)]


def test_every_limit_is_longer_than_nothing():
    for part in fields(LIMITS):
        limits = getattr(LIMITS, part.name)
        assert all(getattr(limits, one.name) > 0 for one in fields(limits)), part.name
