"""What the crowd at the door does is logged once a minute, with how often it was not."""

import logging
import time

from shared.process import logs


def lines(filtering, *messages, level=logging.WARNING):
    records = [logging.LogRecord("waitress", level, __file__, 1, message, (), None) for message in messages]
    return [(record.msg, getattr(record, "left_out", 0)) for record in records if filtering.filter(record)]


def test_the_same_warning_passes_once_and_later_says_how_many_were_left_out(monkeypatch):
    filtering = logs.OnceAMinute()

    assert lines(filtering, "full", "full", "deep", "full") == [("full", 0), ("deep", 0)]
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + logs.DAMPED_SECONDS + 1)
    assert lines(filtering, "full", "full", "deep") == [("full", 2), ("deep", 0)]


def test_what_is_no_warning_always_passes():
    assert len(lines(logs.OnceAMinute(), *["started"] * 3, level=logging.INFO)) == 3


def test_what_is_remembered_has_a_bound():
    filtering = logs.OnceAMinute()

    assert len(lines(filtering, *map(str, range(3 * logs.MOST_DAMPED)))) == 3 * logs.MOST_DAMPED
    assert len(filtering._said) <= logs.MOST_DAMPED
